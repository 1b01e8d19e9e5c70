//! A folder of its own for a farmhand, and the program run in it.

use std::path::PathBuf;
use std::process::Stdio;
use std::time::Duration;

use farmhand::phone::farm::PhoneFarm;
use rustix::process::{Pid, Signal, kill_process};
use serde_json::Value;
use tempfile::TempDir;
use tokio::io::{AsyncBufReadExt as _, AsyncRead, BufReader, Lines};
use tokio::process::{Child, Command};
use tokio::time::timeout;

/// Longer than anything here takes on a machine that is busy.
pub const SOON: Duration = Duration::from_secs(60);

/// Where one test's farmhand lives.
pub struct Place {
    pub folder: TempDir,
}

/// How a command ended.
#[derive(Debug)]
pub struct Ended {
    pub code: Option<i32>,
    pub out: String,
    pub err: String,
}

impl Ended {
    /// What it printed, as the JSON documents of its lines; the command must have gone well.
    pub fn json(&self) -> Vec<Value> {
        assert_eq!(self.code, Some(0), "{self:?}");
        let lines = self.out.lines();
        lines
            .map(|line| serde_json::from_str(line).unwrap())
            .collect()
    }
}

impl Place {
    pub fn new() -> Self {
        Self {
            folder: TempDir::new().unwrap(),
        }
    }

    pub fn data(&self) -> PathBuf {
        self.folder.path().join("data")
    }

    /// The program with these arguments, in an environment that knows this place alone.
    pub fn command(&self, args: &[&str]) -> Command {
        let mut command = Command::new(env!("CARGO_BIN_EXE_farmhand"));
        command
            .args(args)
            .env_clear()
            .env("HOME", self.folder.path())
            .env("FARMHAND_DATA", self.data())
            .env("TMPDIR", self.folder.path())
            .env("PATH", "/nowhere")
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .kill_on_drop(true);
        command
    }

    /// Runs a command to its end.
    pub async fn run(&self, args: &[&str]) -> Ended {
        finish(self.command(args)).await
    }

    /// Runs a command with `--json`.
    pub async fn json(&self, args: &[&str]) -> Vec<Value> {
        let args: Vec<&str> = ["--json"].iter().chain(args).copied().collect();
        self.run(&args).await.json()
    }

    /// Writes `farmhand.toml` where it is looked for.
    pub fn settings(&self, toml: &str) {
        let folder = self.folder.path().join(".config/farmhand");
        std::fs::create_dir_all(&folder).unwrap();
        std::fs::write(folder.join("farmhand.toml"), toml).unwrap();
    }

    /// What its log says so far.
    pub fn log(&self) -> String {
        let files = std::fs::read_dir(self.data().join("logs")).unwrap();
        let texts = files.map(|file| std::fs::read_to_string(file.unwrap().path()).unwrap());
        texts.collect()
    }

    /// Starts `farmhand serve` on a free port, with these phones.
    pub async fn serve(&self, phones: Option<&PhoneFarm>) -> Process {
        let adb = match phones {
            Some(phones) => phones.open_server("127.0.0.1:0".parse().unwrap()).unwrap(),
            // Nobody listens there.
            None => "127.0.0.1:1".parse().unwrap(),
        };
        let adb = adb.to_string();
        let args = ["serve", "--listen", "127.0.0.1:0", "--adb", &adb];
        let mut command = self.command(&args);
        command.stdout(Stdio::null());
        let mut process = Process::start(command);
        process.until("farmhand runs").await;
        process
    }
}

pub async fn finish(mut command: Command) -> Ended {
    let output = timeout(SOON, command.output()).await;
    let output = output.expect("the command ends").unwrap();
    Ended {
        code: output.status.code(),
        out: String::from_utf8(output.stdout).unwrap(),
        err: String::from_utf8(output.stderr).unwrap(),
    }
}

type Reading = Lines<BufReader<Box<dyn AsyncRead + Unpin + Send>>>;

/// A farmhand that runs until it is told to end.
pub struct Process {
    child: Child,
    lines: Reading,
}

impl Process {
    /// Starts it and reads its standard output, or else its standard error.
    pub fn start(mut command: Command) -> Self {
        let mut child = command.spawn().unwrap();
        let stream: Box<dyn AsyncRead + Unpin + Send> = match child.stdout.take() {
            Some(out) => Box::new(out),
            None => Box::new(child.stderr.take().unwrap()),
        };
        Self {
            child,
            lines: BufReader::new(stream).lines(),
        }
    }

    pub fn pid(&self) -> u32 {
        self.child.id().unwrap()
    }

    /// Waits for a line with these words, and returns it.
    pub async fn until(&mut self, words: &str) -> String {
        let reading = async {
            while let Some(line) = self.lines.next_line().await.unwrap() {
                if line.contains(words) {
                    return line;
                }
            }
            panic!("it ended before it said {words:?}");
        };
        timeout(SOON, reading).await.expect("the line comes")
    }

    pub fn signal(&self, signal: Signal) {
        let pid = i32::try_from(self.pid()).unwrap();
        kill_process(Pid::from_raw(pid).unwrap(), signal).unwrap();
    }

    /// Waits for its end, and returns its exit code.
    pub async fn ended(&mut self) -> Option<i32> {
        // Read on meanwhile: a full pipe would hold it up.
        let reading = async { while let Ok(Some(_)) = self.lines.next_line().await {} };
        let ended = timeout(SOON, async { tokio::join!(self.child.wait(), reading).0 });
        ended.await.expect("it ends").unwrap().code()
    }
}
