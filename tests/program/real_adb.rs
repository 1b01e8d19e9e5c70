//! Debian's `adb` server between the program and twenty phones.

use std::net::TcpListener;
use std::process::Stdio;
use std::sync::Arc;

use farmhand::model::Stats;
use farmhand::phone::adbd::Auth;
use farmhand::phone::farm::PhoneFarm;
use farmhand::phone::{JournalEntry, Phone};
use serde_json::{Value, json};
use tokio::task::JoinSet;

use crate::adb::{Adb, noise};
use crate::harness::{Home, Program};

const PHONES: u32 = 20;
/// Every command adds its line here, so that the file tells how often and in which order.
const LINES: &str = "/data/local/tmp/lines.txt";

/// What one phone is asked to do, in this order.
struct Asked {
    commands: Vec<String>,
    /// Where to, and which bytes.
    files: Vec<(String, Vec<u8>)>,
    /// Names and sizes.
    packages: Vec<(String, u64)>,
    /// Scripts with their config.
    tasks: Vec<(&'static str, Value)>,
}

impl Asked {
    fn new(home: &Home, phone: u32) -> Self {
        let mut asked = Self {
            commands: Vec::new(),
            files: Vec::new(),
            packages: Vec::new(),
            tasks: Vec::new(),
        };
        for n in 1..=2_u32 {
            asked.shell(format!("echo {phone}.{n} >> {LINES}"));
            let length = 1_000 * phone + 70_000 * n;
            let bytes = [format!("{phone}.{n}").into_bytes(), noise(length as usize)].concat();
            asked.push(home, &format!("{phone}-{n}.bin"), bytes);
            asked.install(home, format!("org.example.p{phone}.n{n}"));
            asked.tasks.push(("screenshot", json!({})));
        }
        asked.shell(format!("echo {phone}.3 >> {LINES}"));
        asked.shell(format!("echo {phone}.4 'and \"quotes\"' >> {LINES}"));
        asked
    }

    fn shell(&mut self, command: String) {
        self.tasks.push(("shell", json!({ "command": command })));
        self.commands.push(command);
    }

    fn push(&mut self, home: &Home, name: &str, bytes: Vec<u8>) {
        let (local, remote) = (home.file(name, &bytes), format!("/data/local/tmp/{name}"));
        let config = json!({ "local": local, "remote": remote });
        self.tasks.push(("push", config));
        self.files.push((remote, bytes));
    }

    fn install(&mut self, home: &Home, package: String) {
        let mut bytes = format!("package: {package}\n").into_bytes();
        bytes.extend(noise(10_000));
        let apk = home.file(&format!("{package}.apk"), &bytes);
        self.tasks.push(("install", json!({ "apk": apk })));
        self.packages.push((package, bytes.len() as u64));
    }

    /// Compares it with what the phone recorded.
    fn check(&self, phone: &Phone) {
        let journal = phone.journal();
        let ran = |part: &str| {
            let is_it = |entry: &&JournalEntry| matches!(entry, JournalEntry::Ran { command, exit: 0 } if command.contains(part));
            journal.iter().filter(is_it).count()
        };
        assert_eq!(ran("exec sh -c"), self.commands.len(), "{journal:?}");
        assert_eq!(ran("screencap"), 2, "{journal:?}");

        let lines = String::from_utf8(phone.file(LINES).unwrap().to_vec()).unwrap();
        let expected: Vec<String> = self.commands.iter().map(|c| printed(c)).collect();
        assert_eq!(lines.lines().collect::<Vec<_>>(), expected);

        let pushed: Vec<_> = journal.iter().filter_map(pushed).collect();
        let expected = self
            .files
            .iter()
            .map(|(path, b)| (path.clone(), b.len() as u64));
        assert_eq!(pushed, expected.collect::<Vec<_>>());
        for (path, bytes) in &self.files {
            let found = phone.file(path).unwrap();
            assert!(found == bytes.as_slice(), "{path} has other bytes");
        }

        let installed: Vec<_> = journal.iter().filter_map(installed).collect();
        assert_eq!(installed, self.packages);
        for (name, size) in &self.packages {
            let packages = phone.packages();
            let found = packages.iter().find(|p| p.name == *name);
            assert_eq!(found.map(|p| p.size), Some(*size), "{packages:?}");
        }
    }
}

/// What one of the `echo`s prints.
fn printed(command: &str) -> String {
    let words = command.strip_prefix("echo ").unwrap();
    let (words, _) = words.split_once(" >>").unwrap();
    words.replace('\'', "")
}

fn pushed(entry: &JournalEntry) -> Option<(String, u64)> {
    match entry {
        JournalEntry::Pushed { path, size } => Some((path.clone(), *size)),
        _ => None,
    }
}

fn installed(entry: &JournalEntry) -> Option<(String, u64)> {
    match entry {
        JournalEntry::Installed { package, size } => Some((package.clone(), *size)),
        _ => None,
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn two_hundred_tasks_of_four_kinds_do_on_twenty_phones_exactly_what_was_asked() {
    let Some(adb) = Adb::with_server() else {
        return;
    };
    let (phones, home) = (PhoneFarm::new(PHONES), Home::new());
    let serials = adb.connect(&phones, Auth::Required).await;
    let program = Arc::new(Program::start(&home, adb.address()).await);
    let asked: Vec<_> = (1..=PHONES).map(|n| Asked::new(&home, n)).collect();

    // A client a phone, all at once.
    let mut clients = JoinSet::new();
    for (serial, asked) in serials.into_iter().zip(&asked) {
        let (program, tasks) = (Arc::clone(&program), asked.tasks.clone());
        clients.spawn(async move {
            let serial = [serial];
            let mut pictures = Vec::new();
            for (script, config) in tasks {
                let ids = program.create(&serial, script, config).await;
                if script == "screenshot" {
                    pictures.extend(ids);
                }
            }
            pictures
        });
    }
    let pictures: Vec<u64> = clients.join_all().await.concat();
    program.until_all_ended().await;

    let tasks = program.tasks_above(0).await;
    let failed: Vec<_> = tasks.iter().filter(|t| t["status"] != 2).collect();
    assert!(failed.is_empty(), "{failed:#?}");
    assert_eq!(tasks.len(), 200);
    let stats = Stats {
        total: 200,
        completed: 200,
        ..Stats::default()
    };
    assert_eq!(program.stats().await, stats);
    for (phone, asked) in phones.phones().iter().zip(&asked) {
        asked.check(phone);
    }
    assert_eq!(pictures.len(), 40);
    for id in pictures {
        let png = home.evidence(id, 1, "screen.png");
        assert!(png.starts_with(b"\x89PNG"), "task {id}");
    }
    phones.shutdown().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn the_phones_of_the_command_line_work_behind_a_real_adb_server() {
    let Some(adb) = Adb::with_server() else {
        return;
    };
    let home = Home::new();
    let port = TcpListener::bind("127.0.0.1:0").unwrap().local_addr();
    let port = port.unwrap().port().to_string();
    let mut phones = home
        .command(&["phones", "--count", "1", "--port", &port, "--auth"])
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .spawn()
        .unwrap();
    let serial = format!("127.0.0.1:{port}");
    // It tells its address to people; that it listens shows when adb reaches it.
    adb.until("the phone", || async {
        adb.connect_to(std::slice::from_ref(&serial)).await;
        adb.state(&serial).await == "device"
    })
    .await;
    let program = Program::start(&home, adb.address()).await;
    let id = program.shell(&serial, "getprop ro.product.model").await;
    let task = program.end_of(id).await;
    assert_eq!(task["status"], 2, "{task}");
    assert_eq!(task["remark"], "exit 0: Pixel 6", "{task}");
    phones.kill().await.unwrap();
    // The server knows at once; it tells the farm of a network phone only when asked.
    adb.until("the phone's end", || async {
        adb.state(&serial).await != "device"
    })
    .await;
    let waiting = program.shell(&serial, "true").await;
    let path = format!("/task/{waiting}");
    program
        .until(&path, |task| task["waiting_for"] == "device offline")
        .await;
}
