//! The program in a home folder of its own, and a client of its API.

use std::net::SocketAddr;
use std::path::{Path, PathBuf};
use std::process::{ExitStatus, Stdio};
use std::sync::Arc;
use std::time::Duration;

use axum::http::Method;
use farmhand::api::client::Client;
use farmhand::model::Stats;
use farmhand::phone::Phone;
use farmhand::phone::farm::PhoneFarm;
use rustix::process::{Pid, Signal, kill_process};
use serde_json::{Value, json};
use tokio::net::TcpStream;
use tokio::process::{Child, Command};
use tokio::time::{Instant, sleep, timeout};

use crate::place::{Ended, Place};

/// Longer than anything in these tests takes; a machine may be slow, not endless.
pub const LONG: Duration = Duration::from_secs(120);

/// Between two looks at what tells no event: a process that starts, a task over the API.
const LOOK: Duration = Duration::from_millis(20);

/// Phones of a test may all work at once, and whoever starts an adb server is the test.
const SETTINGS: &str = "\
[license]
device_limit = \"none\"
[adb]
start_server = false
";

/// Where a home keeps the standard error of its programs.
const COMPLAINTS: &str = "stderr.txt";

/// A place with these settings, for one program after another.
pub struct Home(Place);

impl Home {
    pub fn new() -> Self {
        let place = Place::new();
        place.settings(SETTINGS);
        Self(place)
    }

    /// The data folder.
    pub fn data(&self) -> PathBuf {
        self.0.data()
    }

    fn path(&self, name: &str) -> PathBuf {
        self.0.folder.path().join(name)
    }

    /// `farmhand` and more. Killed when dropped.
    pub fn command(&self, arguments: &[&str]) -> Command {
        self.0.command(arguments)
    }

    /// Runs a command to its end.
    pub async fn run(&self, arguments: &[&str]) -> Ended {
        self.0.run(arguments).await
    }

    /// Writes a file that tasks may be given.
    pub fn file(&self, name: &str, content: &[u8]) -> PathBuf {
        let path = self.path(name);
        std::fs::write(&path, content).unwrap();
        path
    }

    /// The last that programs in this home complained about.
    pub fn complaints(&self) -> String {
        last(&self.path(COMPLAINTS))
    }

    /// What an attempt left on the disk.
    pub fn evidence(&self, id: u64, attempt: u32, name: &str) -> Vec<u8> {
        let shard = format!("{:06}", id / 1_000);
        let folder = self.data().join("runs").join(shard).join(id.to_string());
        let path = folder.join(attempt.to_string()).join(name);
        std::fs::read(&path).unwrap_or_else(|error| panic!("{}: {error}", path.display()))
    }
}

/// `farmhand serve`. Killed when dropped.
pub struct Program {
    pub address: SocketAddr,
    pub client: Arc<Client>,
    pid: u32,
    child: Child,
    complaints: PathBuf,
}

impl Program {
    /// Starts it, and waits until it can be called.
    pub async fn start(home: &Home, adb: SocketAddr) -> Self {
        Self::start_at(home, adb, "127.0.0.1:0".parse().unwrap()).await
    }

    /// Starts it with its API at this address.
    pub async fn start_at(home: &Home, adb: SocketAddr, listen: SocketAddr) -> Self {
        let complaints = home.path(COMPLAINTS);
        let mut stderr = std::fs::File::options();
        let stderr = stderr.create(true).append(true).open(&complaints);
        let (adb, listen) = (adb.to_string(), listen.to_string());
        let mut child = home
            .command(&["serve", "--listen", &listen, "--adb", &adb])
            .stdout(Stdio::null())
            .stderr(stderr.unwrap())
            .spawn()
            .unwrap();
        let pid = child.id().unwrap();
        let deadline = Instant::now() + LONG;
        let address = loop {
            if let Some(address) = published(&home.data(), pid) {
                break address;
            }
            let ended = child.try_wait().unwrap();
            assert!(ended.is_none(), "ended: {ended:?}\n{}", last(&complaints));
            let late = Instant::now() >= deadline;
            assert!(!late, "did not start\n{}", last(&complaints));
            sleep(LOOK).await;
        };
        Self {
            address,
            pid,
            client: Arc::new(Client::new(address)),
            child,
            complaints,
        }
    }

    /// `kill -9`.
    pub async fn kill(mut self) {
        self.child.kill().await.unwrap();
    }

    /// SIGTERM; waits for the end.
    pub async fn terminate(self) -> ExitStatus {
        self.ask_to_end();
        self.ended().await
    }

    /// SIGTERM.
    pub fn ask_to_end(&self) {
        let pid = i32::try_from(self.pid).ok().and_then(Pid::from_raw);
        kill_process(pid.unwrap(), Signal::TERM).unwrap();
    }

    /// Waits until nobody answers at its address any more.
    pub async fn until_silent(&self) {
        let deadline = Instant::now() + LONG;
        while TcpStream::connect(self.address).await.is_ok() {
            let late = Instant::now() >= deadline;
            assert!(!late, "it still answers\n{}", last(&self.complaints));
            sleep(LOOK).await;
        }
    }

    /// Waits for an end that somebody else brings about.
    pub async fn ended(mut self) -> ExitStatus {
        match timeout(LONG, self.child.wait()).await {
            Ok(status) => status.unwrap(),
            Err(_) => panic!("did not end\n{}", last(&self.complaints)),
        }
    }

    /// Calls the API, which must succeed.
    pub async fn call(&self, method: Method, path: &str, body: Option<Value>) -> Value {
        let answer = self.client.call(method, path, body.as_ref(), &[]).await;
        let answer = answer.unwrap_or_else(|e| panic!("{path}: {e}\n{}", last(&self.complaints)));
        assert_eq!(answer.code, 0, "{path}: {answer:?}");
        answer.data
    }

    pub async fn get(&self, path: &str) -> Value {
        self.call(Method::GET, path, None).await
    }

    /// Creates tasks, and returns their ids.
    pub async fn create(&self, serials: &[String], script: &str, config: Value) -> Vec<u64> {
        let body = json!({ "serials": serials, "script_name": script, "script_config": config });
        let data = self.call(Method::POST, "/task", Some(body)).await;
        let ids = data["task_ids"].as_array().unwrap().iter();
        ids.map(|id| id.as_u64().unwrap()).collect()
    }

    /// Creates a `shell` task, and returns its id.
    pub async fn shell(&self, serial: &str, command: &str) -> u64 {
        let config = json!({ "command": command, "timeout": 9_000 });
        self.create(&[serial.to_owned()], "shell", config).await[0]
    }

    pub async fn task(&self, id: u64) -> Value {
        self.get(&format!("/task/{id}")).await
    }

    /// Tasks above this id, newest first, as pages tell them while nobody creates any.
    pub async fn tasks_above(&self, id: u64) -> Vec<Value> {
        let mut tasks = Vec::new();
        for page in 1.. {
            let path = format!("/task?page={page}&page_size=100");
            let rows = self.get(&path).await["tasks"].take();
            let rows = rows.as_array().unwrap();
            let new = rows.iter().filter(|row| row["id"].as_u64().unwrap() > id);
            tasks.extend(new.cloned());
            if tasks.len() < page * 100 {
                break;
            }
        }
        tasks
    }

    pub async fn stats(&self) -> Stats {
        serde_json::from_value(self.get("/task/stats").await).unwrap()
    }

    /// Looks until an answer is as it should be, and returns it.
    pub async fn until(&self, path: &str, fits: impl Fn(&Value) -> bool) -> Value {
        let deadline = Instant::now() + LONG;
        loop {
            let data = self.get(path).await;
            if fits(&data) {
                return data;
            }
            if Instant::now() >= deadline {
                panic!("{path} never fitted: {data}\n{}", last(&self.complaints));
            }
            sleep(LOOK).await;
        }
    }

    pub async fn until_running(&self, id: u64) {
        self.until(&format!("/task/{id}"), |task| task["status"] == 1)
            .await;
    }

    /// Waits until a task has ended.
    pub async fn end_of(&self, id: u64) -> Value {
        self.until(&format!("/task/{id}"), |task| {
            !task["finished_at"].is_null()
        })
        .await
    }

    /// Waits until no task waits or runs.
    pub async fn until_all_ended(&self) {
        self.until("/task/stats", |s| s["pending"] == 0 && s["running"] == 0)
            .await;
    }

    /// A number that Linux tells of the process, such as `Threads`, or `VmHWM` in KiB.
    pub fn proc_status(&self, name: &str) -> u64 {
        let text = std::fs::read_to_string(format!("/proc/{}/status", self.pid)).unwrap();
        let line = text.lines().find_map(|line| line.strip_prefix(name));
        let number = line.and_then(|line| line.trim_matches(':').split_whitespace().next());
        number.unwrap().parse().unwrap()
    }
}

/// The end of what programs of a home complained about.
fn last(complaints: &Path) -> String {
    let text = std::fs::read_to_string(complaints).unwrap_or_default();
    let lines: Vec<&str> = text.lines().collect();
    lines[lines.len().saturating_sub(30)..].join("\n")
}

/// Where the process says that it listens.
fn published(data: &Path, pid: u32) -> Option<SocketAddr> {
    let text = std::fs::read(data.join("farmhand.run")).ok()?;
    let run: Value = serde_json::from_slice(&text).ok()?;
    // A killed one leaves its note behind.
    (run["pid"] == pid).then(|| run["addresses"][0].as_str().unwrap().parse().unwrap())
}

/// Virtual phones behind an embedded adb server.
pub struct Stage {
    pub phones: PhoneFarm,
    pub adb: SocketAddr,
    pub serials: Vec<String>,
}

impl Stage {
    pub fn new(count: u32) -> Self {
        let phones = PhoneFarm::new(count);
        let adb = phones.open_server("127.0.0.1:0".parse().unwrap()).unwrap();
        let serials = phones.phones().iter().map(|p| p.serial().to_owned());
        Self {
            serials: serials.collect(),
            adb,
            phones,
        }
    }
}

/// How many processes of a phone have this argument. A shell's command line is one argument.
pub fn processes(phone: &Phone, argument: &str) -> usize {
    let all = phone.processes();
    let has = |args: &[String]| args.iter().any(|a| a == argument);
    all.iter().filter(|p| has(&p.args)).count()
}

/// Waits until so many processes of a phone have this argument.
pub async fn until_processes(phone: &Phone, argument: &str, count: usize) {
    let deadline = Instant::now() + LONG;
    while processes(phone, argument) != count {
        let now = phone.processes();
        assert!(
            Instant::now() < deadline,
            "never {count} of {argument}: {now:?}"
        );
        sleep(LOOK).await;
    }
}

/// The kind of a task's error.
pub fn kind(task: &Value) -> &str {
    task["error"]["kind"].as_str().unwrap_or("none")
}
