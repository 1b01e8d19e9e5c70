//! The adb server dies under fifty running tasks, and comes back. The farm runs inside the
//! test, so that its incidents can be seen.

use std::collections::BTreeSet;
use std::sync::{Arc, Mutex};

use farmhand::farm::{self, Farm, FeedError};
use farmhand::model::{ErrorKind, Event, IncidentKind, Serial, Status, TaskId, WaitReason};
use farmhand::phone::adbd::Auth;
use farmhand::phone::farm::PhoneFarm;
use rustix::process::{Pid, Signal, kill_process};
use serde_json::json;
use tokio::time::timeout;

use crate::adb::Adb;
use crate::farmkit::{self, submit, until};
use crate::harness::{LONG, processes, until_processes};

const PHONES: u32 = 50;

/// What was seen of incidents so far.
#[derive(Default)]
struct Seen {
    /// Kinds and subjects.
    incidents: BTreeSet<(String, String)>,
    /// How often subscribers were told that they changed.
    told: usize,
}

/// Notes all incidents until the farm ends.
fn follow(farm: &Farm) -> Arc<Mutex<Seen>> {
    let seen = Arc::new(Mutex::new(Seen::default()));
    let (mut states, mut events) = (farm.reader.watch(), farm.feed.subscribe());
    let noted = Arc::clone(&seen);
    tokio::spawn(async move {
        while states.changed().await.is_ok() {
            let state = states.borrow_and_update().clone();
            let mut seen = noted.lock().unwrap();
            for incident in &*state.incidents {
                let kind = format!("{:?}", incident.kind);
                seen.incidents.insert((kind, incident.subject.clone()));
            }
        }
    });
    let noted = Arc::clone(&seen);
    tokio::spawn(async move {
        loop {
            match events.next().await {
                Ok(event) if event.event == Event::Incidents => noted.lock().unwrap().told += 1,
                Ok(_) => {}
                Err(FeedError::Missed(_)) => panic!("the test listens too slowly"),
                Err(FeedError::Ended) => return,
            }
        }
    });
    seen
}

/// Waits until the farm's state fits.
async fn until_state(farm: &Farm, fits: impl Fn(&farm::FarmState) -> bool) {
    let mut states = farm.reader.watch();
    let wait = states.wait_for(|state| fits(state));
    let waited = timeout(LONG, wait).await.is_ok();
    assert!(waited, "{:?}", farm.reader.watch().borrow().incidents);
}

async fn ended(farm: &Farm, id: TaskId) -> Result<(), ErrorKind> {
    let view = until(farm, id, |v| v.task.status.is_final()).await;
    view.task.error.as_ref().map_or(Ok(()), |e| Err(e.kind))
}

#[tokio::test(flavor = "multi_thread")]
async fn an_adb_server_that_is_killed_under_50_tasks_is_one_incident_and_the_rest_runs_later() {
    let Some(adb) = Adb::with_server() else {
        return;
    };
    let phones = PhoneFarm::new(PHONES);
    let addresses = adb.connect(&phones, Auth::Off).await;
    let serials: Vec<_> = addresses.iter().map(|a| Serial::new(a).unwrap()).collect();
    let folder = tempfile::tempdir().unwrap();
    let config = farmkit::config(folder.path(), vec![adb.address()]);
    let running = farm::start(config).await.unwrap();
    let farm = &running.farm;
    let seen = follow(farm);

    let shell = |command| json!({ "command": command, "timeout": 9_000 });
    let lost = submit(farm, serials.clone(), "shell", shell("sleep 7777")).await;
    let waiting = submit(farm, serials, "shell", shell("echo later")).await;
    for (id, phone) in lost.iter().zip(phones.phones()) {
        until(farm, *id, |v| v.task.status == Status::Running).await;
        until_processes(phone, "7777", 1).await;
    }
    assert!(seen.lock().unwrap().incidents.is_empty());

    kill_server(&adb);
    for id in lost {
        assert_eq!(ended(farm, id).await, Err(ErrorKind::Lost), "task {id}");
    }
    until_state(farm, |s| s.adb_servers == (0, 1) && s.incidents.len() == 1).await;
    for id in &waiting {
        let offline = Some(WaitReason::Offline);
        until(farm, *id, |v| v.waiting_for == offline).await;
    }

    // A server that starts knows no network phone: whoever connected them does so again.
    adb.run(&["start-server"]).await;
    adb.connect_to(&addresses).await;
    for id in waiting {
        assert_eq!(ended(farm, id).await, Ok(()), "task {id}");
    }
    for phone in phones.phones() {
        assert_eq!(processes(phone, "7777"), 0, "cleaned before the next task");
    }
    until_state(farm, |s| s.adb_servers == (1, 1) && s.incidents.is_empty()).await;
    {
        let seen = seen.lock().unwrap();
        let one = (
            format!("{:?}", IncidentKind::AdbServer),
            adb.address().to_string(),
        );
        assert_eq!(seen.incidents, BTreeSet::from([one]));
        // It begins, its reason may change from "ended" to "refuses", and it ends.
        assert!(seen.told <= 3, "told {} times", seen.told);
    }
    running.shutdown().await;
    phones.shutdown().await;
}

/// SIGKILL for the server, which runs as a daemon of its own.
fn kill_server(adb: &Adb) {
    let address = format!("tcp:{}", adb.address().port());
    let is_server = |pid: &i32| {
        let line = std::fs::read_to_string(format!("/proc/{pid}/cmdline")).unwrap_or_default();
        line.contains("fork-server") && line.split('\0').any(|word| word == address)
    };
    let processes = std::fs::read_dir("/proc").unwrap();
    let pids = processes.filter_map(|p| p.ok()?.file_name().to_str()?.parse().ok());
    let servers: Vec<i32> = pids.filter(is_server).collect();
    let [server] = servers[..] else {
        panic!("one adb server at {address}, found {servers:?}");
    };
    kill_process(Pid::from_raw(server).unwrap(), Signal::KILL).unwrap();
}
