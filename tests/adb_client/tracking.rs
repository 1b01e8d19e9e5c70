//! Following a server through its phones' and its own going and coming.

use std::net::Ipv4Addr;
use std::process::Command;
use std::time::Duration;

use farmhand::adb::{Server, State, Timeouts, TrackPolicy, Tracking, track};
use farmhand::phone::Faults;
use farmhand::phone::adbd::Auth;
use farmhand::phone::farm::PhoneFarm;
use tokio::sync::mpsc::Receiver;
use tokio::time::timeout;
use tokio_util::sync::CancellationToken;

use super::stage::{LONG, RealServer, Stage, free_port, has_adb};

fn policy() -> TrackPolicy {
    TrackPolicy {
        poll: Duration::from_millis(200),
        start_server: false,
        ..TrackPolicy::default()
    }
}

fn follow(stage: &Stage) -> Receiver<Tracking> {
    track(stage.server.clone(), policy(), CancellationToken::new())
}

/// Waits for the news that `wanted` takes.
async fn wait<T>(
    news: &mut Receiver<Tracking>,
    what: &str,
    wanted: impl Fn(&Tracking) -> Option<T>,
) -> T {
    let mut seen = Vec::new();
    let found = timeout(LONG, async {
        loop {
            let one = news.recv().await.unwrap();
            if let Some(found) = wanted(&one) {
                return found;
            }
            seen.push(one);
        }
    })
    .await;
    found.unwrap_or_else(|_| panic!("no {what} among {seen:?}"))
}

async fn wait_state(news: &mut Receiver<Tracking>, serial: &str, state: Option<State>) {
    wait(news, &format!("{serial} as {state:?}"), |one| match one {
        Tracking::Listed { phones, .. } => {
            let found = phones.iter().find(|p| p.serial == serial);
            (found.map(|p| p.state) == state).then_some(())
        }
        _ => None,
    })
    .await;
}

async fn wait_up(news: &mut Receiver<Tracking>) -> u64 {
    wait(news, "epoch", |one| match one {
        Tracking::Up { epoch, .. } => Some(*epoch),
        _ => None,
    })
    .await
}

#[tokio::test]
async fn a_phone_that_goes_offline_is_seen_within_moments_and_back_as_well() {
    for stage in Stage::each(2).await {
        let mut news = follow(&stage);
        let serial = &stage.serials[0];
        wait_state(&mut news, serial, Some(State::Online)).await;
        let offline = Faults {
            offline: true,
            ..Faults::default()
        };
        stage.fault(0, offline);
        wait(&mut news, "absence", |one| match one {
            Tracking::Listed { phones, .. } => {
                let online = |p: &&farmhand::adb::Listed| p.state == State::Online;
                let online: Vec<_> = phones.iter().filter(online).collect();
                (online.len() == 1).then_some(())
            }
            _ => None,
        })
        .await;
        stage.fault(0, Faults::default());
        wait_state(&mut news, serial, Some(State::Online)).await;
    }
}

#[tokio::test]
async fn a_phone_is_connected_and_disconnected_by_its_state() {
    let Some(stage) = Stage::real(1).await else {
        return;
    };
    let mut news = follow(&stage);
    let serial = &stage.serials[0];
    wait_state(&mut news, serial, Some(State::Online)).await;
    stage.server.disconnect(serial).await.unwrap();
    wait_state(&mut news, serial, None).await;
    stage.server.disconnect(serial).await.unwrap();
    assert_eq!(stage.server.connect(serial).await.unwrap(), State::Online);
    wait_state(&mut news, serial, Some(State::Online)).await;
}

#[tokio::test]
async fn a_phone_with_a_key_comes_up_and_one_that_refuses_it_does_not() {
    let Some(stage) = Stage::real(1).await else {
        return;
    };
    let farm = PhoneFarm::new(2);
    let doors = farm.open_adbd(Ipv4Addr::LOCALHOST.into(), 0, Auth::Required);
    let serials: Vec<_> = doors.unwrap().iter().map(ToString::to_string).collect();
    let connected = stage.server.connect(&serials[0]).await.unwrap();
    assert_eq!(connected, State::Online);
    farm.phones()[1].set_faults(Faults {
        unauthorized: true,
        ..Faults::default()
    });
    let refused = stage.server.connect(&serials[1]).await.unwrap();
    assert_eq!(refused, State::Unauthorized);
}

#[tokio::test]
async fn a_server_that_is_killed_is_down_and_a_new_epoch_when_it_is_back() {
    let Some(stage) = Stage::real(1).await else {
        return;
    };
    let real: &RealServer = stage.real.as_ref().unwrap();
    let mut news = follow(&stage);
    assert_eq!(wait_up(&mut news).await, 1);
    real.run("kill-server");
    let ended = wait(&mut news, "end", |one| match one {
        Tracking::Down { epoch, .. } => Some(*epoch),
        _ => None,
    })
    .await;
    assert_eq!(ended, 1);
    real.run("start-server");
    assert_eq!(wait_up(&mut news).await, 2);
    // The new server knows nothing of the phones of the old one.
    stage.server.connect(&stage.serials[0]).await.unwrap();
    wait_state(&mut news, &stage.serials[0], Some(State::Online)).await;
}

/// Starts a server as farmhand does. In a process of its own, because the server takes over
/// the home of the process that starts it.
#[test]
fn a_missing_server_is_started() {
    if !has_adb() {
        return;
    }
    let home = tempfile::TempDir::new().unwrap();
    let port = free_port().to_string();
    let adb = |command: &str| {
        let mut adb = Command::new("adb");
        adb.args(["-P", &port, command]).env("HOME", home.path());
        adb.status().unwrap()
    };
    let inner = Command::new(std::env::current_exe().unwrap())
        .args(["--exact", "--ignored", "tracking::starts_a_server"])
        .env("HOME", home.path())
        .env("TMPDIR", home.path())
        .env("STARTS_A_SERVER_ON", &port)
        .status()
        .unwrap();
    adb("kill-server");
    assert!(inner.success());
}

#[tokio::test]
#[ignore = "run by a_missing_server_is_started"]
async fn starts_a_server() {
    let port: u16 = std::env::var("STARTS_A_SERVER_ON")
        .unwrap()
        .parse()
        .unwrap();
    let server = Server::new((Ipv4Addr::LOCALHOST, port).into(), Timeouts::default());
    let policy = TrackPolicy {
        start_server: true,
        ..policy()
    };
    let mut news = track(server, policy, CancellationToken::new());
    // Without a word of the outage: the start mended it.
    let first = timeout(LONG, news.recv()).await.unwrap().unwrap();
    assert!(matches!(first, Tracking::Up { epoch: 1, .. }), "{first:?}");
}
