//! Phones in the test's own process, and the program that works with them.

use std::net::SocketAddr;
use std::process::Output;
use std::time::{Duration, Instant};

use axum::http::Method;
use farmhand::adb::{Limits, Phone, Server, Timeouts};
use farmhand::api::client::{Client, Envelope};
use farmhand::phone::Faults;
use farmhand::phone::farm::PhoneFarm;
use portable_pty::CommandBuilder;
use serde_json::{Value, json};
use tempfile::TempDir;
use tokio::runtime::Runtime;

use crate::program::Program;
use crate::screen::Counts;
use crate::terminal::{SOON, Terminal};

/// A phone that nobody has ever seen: its tasks wait.
pub const NOBODY: &str = "nobody";

/// The first of the virtual phones.
pub const PHONE: &str = "virtual-0001";

const FARMHAND: &str = env!("CARGO_BIN_EXE_farmhand");

/// Between two looks at a farm whose console cannot tell: the API tells no events.
const LOOK: Duration = Duration::from_millis(50);

/// Where a phone's cable is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Cable {
    In,
    Out,
}

/// Virtual phones, and a data folder.
pub struct Farm {
    runtime: Runtime,
    phones: PhoneFarm,
    adb: SocketAddr,
    folder: TempDir,
}

impl Farm {
    pub fn new(phones: u32) -> Self {
        let runtime = Runtime::new().unwrap();
        let phones = PhoneFarm::new(phones);
        let inside = runtime.enter();
        let adb = phones.open_server("127.0.0.1:0".parse().unwrap());
        drop(inside);
        Self {
            adb: adb.unwrap(),
            phones,
            runtime,
            folder: tempfile::tempdir().unwrap(),
        }
    }

    /// Writes a file of the configuration folder, whole at once.
    pub fn configure(&self, name: &str, text: &str) {
        let path = self.folder.path().join(".config/farmhand").join(name);
        std::fs::create_dir_all(path.parent().unwrap()).unwrap();
        let half = path.with_extension("half");
        std::fs::write(&half, text).unwrap();
        std::fs::rename(half, path).unwrap();
    }

    /// The program with its console on a terminal of 120x40, once the screen is full.
    pub fn open(&self) -> Console<'_> {
        self.open_with(&[], &[])
    }

    /// The same with more arguments and variables.
    pub fn open_with(&self, arguments: &[&str], variables: &[(&str, &str)]) -> Console<'_> {
        let mut command = CommandBuilder::new(FARMHAND);
        command.env_clear();
        command.env("HOME", self.folder.path());
        command.env("TERM", "xterm-256color");
        command.env("LANG", "C.UTF-8");
        for (name, value) in variables {
            command.env(name, value);
        }
        command.arg("--data");
        command.arg(self.folder.path());
        command.args(["--listen", "127.0.0.1:0", "--adb", &self.adb.to_string()]);
        command.args(arguments);
        let (terminal, program) = Terminal::run(120, 40, command);
        terminal.until("the first full screen", |screen| screen.counts().is_some());
        let note = std::fs::read(self.folder.path().join("farmhand.run")).unwrap();
        let note: Value = serde_json::from_slice(&note).unwrap();
        let address = note["addresses"][0].as_str().unwrap();
        Console {
            terminal,
            program,
            api: Api {
                client: Client::new(address.parse().unwrap()),
                runtime: &self.runtime,
            },
        }
    }

    /// Runs another `farmhand` on the same folder to its end.
    pub fn command(&self, arguments: &[&str]) -> Output {
        let output = std::process::Command::new(FARMHAND)
            .env_clear()
            .env("HOME", self.folder.path())
            .arg("--data")
            .arg(self.folder.path())
            .args(arguments)
            .output();
        output.unwrap()
    }

    /// Puts a file into the library of media that posts are made of.
    pub fn library(&self, name: &str) {
        let folder = self.path("media");
        std::fs::create_dir_all(&folder).unwrap();
        std::fs::write(folder.join(name), b"a clip").unwrap();
    }

    /// A path in the data folder.
    pub fn path(&self, name: &str) -> std::path::PathBuf {
        self.folder.path().join(name)
    }

    /// Plugs a phone in, or pulls its cable: `which` counts from 1.
    pub fn plug(&self, which: usize, cable: Cable) {
        self.phones.phones()[which - 1].set_faults(Faults {
            drop: cable == Cable::Out,
            ..Faults::default()
        });
    }

    /// Runs a command on a phone, past the farm: what happens there by itself.
    pub fn on_phone(&self, serial: &str, command: &str) {
        let server = Server::new(self.adb, Timeouts::default());
        let phone = Phone::new(server, serial);
        let limits = Limits::within(SOON);
        let said = self
            .runtime
            .block_on(phone.shell(command, &limits))
            .unwrap();
        assert_eq!(said.exit, 0, "{said:?}");
    }

    /// A picture of a phone's screen, taken past the farm.
    pub fn screen(&self, serial: &str) -> Vec<u8> {
        let server = Server::new(self.adb, Timeouts::default());
        let phone = Phone::new(server, serial);
        let limits = Limits::within(SOON);
        self.runtime.block_on(phone.screenshot(&limits)).unwrap()
    }

    /// How many processes of the first phone have this argument.
    pub fn processes(&self, argument: &str) -> usize {
        let all = self.phones.phones()[0].processes();
        all.iter()
            .filter(|process| process.args.iter().any(|a| a == argument))
            .count()
    }
}

/// A running program with its terminal and its API.
pub struct Console<'a> {
    pub terminal: Terminal,
    pub program: Program,
    pub api: Api<'a>,
}

impl Console<'_> {
    /// Creates a task that runs for long, and waits until it does.
    pub fn create_running(&self) -> u64 {
        let id = self.api.create_one(PHONE, "sleep 600");
        self.shows(id, "running");
        id
    }

    /// Waits until the row of a task has this word.
    pub fn shows(&self, id: u64, word: &str) {
        let what = format!("task {id} {word}");
        self.terminal.until(&what, |screen| {
            screen.task(id).is_some_and(|row| row.contains(word))
        });
    }

    /// Selects a phone, as a person would: by looking where it is.
    pub fn select_device(&mut self, serial: &str) {
        self.terminal.press("1");
        let screen = self.terminal.until("the list with the phone", |screen| {
            screen.device(serial).is_some() && screen.selected_device().is_some()
        });
        let devices = screen.devices();
        let row = |wanted| devices.iter().position(|shown| Some(*shown) == wanted);
        let from = row(screen.selected_device()).unwrap();
        let to = row(Some(serial)).unwrap();
        self.terminal.press(&"j".repeat(to.saturating_sub(from)));
        self.terminal.press(&"k".repeat(from.saturating_sub(to)));
        self.terminal
            .until(serial, |screen| screen.selected_device() == Some(serial));
    }

    /// Selects a task, as a person would: by looking where it is.
    pub fn select(&mut self, id: u64) {
        self.terminal.press("2");
        let mut screen = self.terminal.until("the list with the task", |screen| {
            let has_the_keys = screen.selected().is_some() || !screen.shows_a_selection();
            has_the_keys && screen.task(id).is_some()
        });
        if screen.selected().is_none() {
            self.terminal.press("g");
            let what = "a selected task";
            screen = self
                .terminal
                .until(what, |screen| screen.selected().is_some());
        }
        let tasks = screen.tasks();
        let row = |wanted| {
            tasks
                .iter()
                .position(|shown| Some(*shown) == wanted)
                .unwrap()
        };
        let (from, to) = (row(screen.selected()), row(Some(id)));
        // Rows that arrive meanwhile arrive above both.
        self.terminal.press(&"j".repeat(to.saturating_sub(from)));
        self.terminal.press(&"k".repeat(from.saturating_sub(to)));
        let what = format!("task {id} selected");
        self.terminal
            .until(&what, |screen| screen.selected() == Some(id));
    }
}

/// The program's API.
pub struct Api<'a> {
    client: Client,
    runtime: &'a Runtime,
}

impl Api<'_> {
    fn call(&self, method: Method, path: &str, body: Option<&Value>) -> Envelope {
        let call = self.client.call(method, path, body, &[]);
        self.runtime.block_on(call).unwrap()
    }

    pub fn get(&self, path: &str) -> Envelope {
        self.call(Method::GET, path, None)
    }

    pub fn post(&self, path: &str, body: &Value) -> Envelope {
        let answer = self.call(Method::POST, path, Some(body));
        assert_eq!(answer.code, 0, "{answer:?}");
        answer
    }

    /// Creates one shell task for each of these phones.
    pub fn create(&self, serials: &[&str], command: &str) -> Vec<u64> {
        let config = json!({"command": command, "timeout": 900});
        let body = json!({"serials": serials, "script_name": "shell", "script_config": config});
        let answer = self.post("/task", &body);
        let ids = answer.data["task_ids"].as_array().unwrap();
        ids.iter().map(|id| id.as_u64().unwrap()).collect()
    }

    /// Creates a task for a phone.
    pub fn create_script(&self, serial: &str, script: &str, config: &Value) -> u64 {
        let body = json!({"serials": [serial], "script_name": script, "script_config": config});
        let answer = self.post("/task", &body);
        answer.data["task_ids"][0].as_u64().unwrap()
    }

    /// Creates one shell task.
    pub fn create_one(&self, serial: &str, command: &str) -> u64 {
        self.create(&[serial], command)[0]
    }

    /// Creates a task that waits.
    pub fn create_waiting(&self) -> u64 {
        self.create_one(NOBODY, "true")
    }

    /// Creates a task and stops it: a failed one.
    pub fn create_failed(&self) -> u64 {
        let id = self.create_waiting();
        self.post(&format!("/task/{id}/stop"), &Value::Null);
        id
    }

    /// Deletes a task.
    pub fn delete(&self, id: u64) {
        let answer = self.call(Method::DELETE, &format!("/task/{id}"), None);
        assert_eq!(answer.code, 0, "{answer:?}");
    }

    /// Keeps a phone from work.
    pub fn hold(&self, serial: &str) {
        let reason = json!({"reason": "the check holds it"});
        self.post(&format!("/device/{serial}/hold"), &reason);
    }

    /// A task; none if there is none.
    pub fn task(&self, id: u64) -> Option<Value> {
        let answer = self.get(&format!("/task/{id}"));
        match answer.code {
            0 => Some(answer.data),
            40401 => None,
            _ => panic!("{answer:?}"),
        }
    }

    /// The state of a task; `gone` if there is none.
    pub fn state(&self, id: u64) -> String {
        let text = |task: Value| task["status_text"].as_str().unwrap().to_owned();
        self.task(id).map_or("gone".into(), text)
    }

    /// The counts.
    pub fn counts(&self) -> Counts {
        let stats = self.get("/task/stats").data;
        let count = |name: &str| stats[name].as_u64().unwrap();
        Counts {
            total: count("total"),
            pending: count("pending"),
            running: count("running"),
            completed: count("completed"),
            failed: count("failed"),
        }
    }

    /// Waits until so many tasks are completed, without a look at the screen.
    pub fn completed(&self, wanted: u64) {
        self.counted(|counts| counts.completed >= wanted);
    }

    /// Waits until so many tasks are failed, without a look at the screen.
    pub fn failed(&self, wanted: u64) {
        self.counted(|counts| counts.failed >= wanted);
    }

    fn counted(&self, fits: impl Fn(Counts) -> bool) {
        let until = Instant::now() + SOON;
        while !fits(self.counts()) {
            assert!(Instant::now() < until, "{:?}", self.counts());
            // The API tells no events, and nobody else here knows.
            std::thread::sleep(LOOK);
        }
    }
}
