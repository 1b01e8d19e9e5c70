//! The real `adb` program, with a server and a home of its own.

#![allow(dead_code, reason = "each test program uses its own part")]

use std::net::{Ipv4Addr, SocketAddr, TcpListener};
use std::path::Path;
use std::process::Stdio;
use std::sync::atomic::{AtomicU16, Ordering};
use std::time::Duration;

use farmhand::phone::adbd::Auth;
use farmhand::phone::farm::PhoneFarm;
use tempfile::TempDir;
use tokio::io::AsyncWriteExt;
use tokio::process::{Child, Command};
use tokio::time::{Instant, sleep, timeout};

/// Longest that one call of `adb`, or a change that is waited for, may take.
const DEADLINE: Duration = Duration::from_secs(30);

/// What a call of `adb` printed, and how it ended.
#[derive(Debug)]
pub struct Said {
    pub out: String,
    pub err: String,
    pub code: Option<i32>,
}

/// Whether the server of that port is ours to end.
#[derive(PartialEq)]
enum Server {
    Real,
    Embedded,
}

pub struct Adb {
    pub home: TempDir,
    port: u16,
    server: Server,
}

impl Adb {
    /// A real server of its own; `None` if there is no `adb` here.
    pub fn with_server() -> Option<Self> {
        Self::new(free_port(), Server::Real)
    }

    /// The client alone, for a server that runs already.
    pub fn for_server(address: SocketAddr) -> Option<Self> {
        Self::new(address.port(), Server::Embedded)
    }

    fn new(port: u16, server: Server) -> Option<Self> {
        let there = std::process::Command::new("adb").arg("version").output();
        if there.is_err() {
            let strict = std::env::var("CI").is_ok_and(|ci| ci == "true");
            assert!(
                !strict,
                "there is no `adb`, and CI=true does not allow to skip"
            );
            eprintln!("skipped: there is no `adb` in PATH");
            return None;
        }
        let home = TempDir::new().unwrap();
        Some(Self { home, port, server })
    }

    /// Where its server listens.
    pub fn address(&self) -> SocketAddr {
        (Ipv4Addr::LOCALHOST, self.port).into()
    }

    fn environment(&self) -> [(&'static str, String); 5] {
        let home = self.home.path().display().to_string();
        [
            ("ANDROID_ADB_SERVER_PORT", self.port.to_string()),
            ("HOME", home.clone()),
            ("TMPDIR", home),
            // Looks for no emulators.
            ("ADB_LOCAL_TRANSPORT_MAX_PORT", "5553".to_owned()),
            ("TERM", "dumb".to_owned()),
        ]
    }

    /// Starts `adb`; it ends when dropped.
    pub fn start(&self, arguments: &[&str]) -> Child {
        Command::new("adb")
            .args(["-P", &self.port.to_string()])
            .args(arguments)
            .env_remove("ANDROID_SERIAL")
            .env_remove("ADB_SERVER_SOCKET")
            .envs(self.environment())
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .kill_on_drop(true)
            .spawn()
            .unwrap()
    }

    /// Runs `adb` with something to read.
    pub async fn feed(&self, arguments: &[&str], input: &[u8]) -> Said {
        let mut child = self.start(arguments);
        let mut stdin = child.stdin.take().unwrap();
        let input = input.to_vec();
        tokio::spawn(async move { stdin.write_all(&input).await });
        said(child).await
    }

    pub async fn run(&self, arguments: &[&str]) -> Said {
        self.feed(arguments, b"").await
    }

    /// Runs `adb -s SERIAL`, which must succeed, and returns what it printed.
    pub async fn on(&self, serial: &str, arguments: &[&str]) -> String {
        let said = self.run(&[&["-s", serial], arguments].concat()).await;
        assert_eq!(said.code, Some(0), "adb {arguments:?}: {said:?}");
        said.out
    }

    /// The state that `adb devices` shows; "absent" if it does not.
    pub async fn state(&self, serial: &str) -> String {
        let said = self.run(&["devices"]).await;
        let line = said.out.lines().find_map(|line| line.strip_prefix(serial));
        line.map_or("absent", str::trim).to_owned()
    }

    pub async fn until_state(&self, serial: &str, wanted: &str) {
        self.until(wanted, || async { self.state(serial).await == wanted })
            .await;
    }

    /// Asks again and again, until it is so or the deadline has passed.
    pub async fn until<F: Future<Output = bool>>(&self, what: &str, is_so: impl Fn() -> F) {
        let start = Instant::now();
        while !is_so().await {
            let devices = self.run(&["devices"]).await.out;
            assert!(start.elapsed() < DEADLINE, "never came: {what}; {devices}");
            // The adb program offers nothing to wait on here; each look is cheap.
            sleep(Duration::from_millis(50)).await;
        }
    }

    /// Connects to all phones of a farm through their own ports, and returns their serials.
    pub async fn connect(&self, farm: &PhoneFarm, auth: Auth) -> Vec<String> {
        let addresses = farm.open_adbd(Ipv4Addr::LOCALHOST.into(), 0, auth).unwrap();
        let serials: Vec<_> = addresses.iter().map(ToString::to_string).collect();
        self.connect_to(&serials).await;
        serials
    }

    /// Connects to phones by their addresses: a server that starts knows none of them.
    pub async fn connect_to(&self, serials: &[String]) {
        for serial in serials {
            // What it says of a phone that asks for the key is unreliable: the state counts.
            self.run(&["connect", serial]).await;
        }
    }

    pub fn file(&self, name: &str) -> String {
        path_text(&self.home.path().join(name))
    }
}

impl Drop for Adb {
    fn drop(&mut self) {
        if self.server == Server::Real {
            let _ = std::process::Command::new("adb")
                .args(["-P", &self.port.to_string(), "kill-server"])
                .envs(self.environment())
                .output();
        }
    }
}

/// What a call of `adb` says until it ends.
pub async fn said(call: Child) -> Said {
    let ended = timeout(DEADLINE, call.wait_with_output()).await;
    let output = ended
        .unwrap_or_else(|_| panic!("adb did not end in {DEADLINE:?}"))
        .unwrap();
    Said {
        out: String::from_utf8_lossy(&output.stdout).into_owned(),
        err: String::from_utf8_lossy(&output.stderr).into_owned(),
        code: output.status.code(),
    }
}

/// A port for a server that cannot pick one itself: below those that the system gives to
/// others meanwhile.
fn free_port() -> u16 {
    static NEXT: AtomicU16 = AtomicU16::new(0);
    let first = 10_000 + (std::process::id() % 200) as u16 * 100;
    loop {
        let port = first + NEXT.fetch_add(1, Ordering::Relaxed) % 100;
        if TcpListener::bind((Ipv4Addr::LOCALHOST, port)).is_ok() {
            return port;
        }
    }
}

fn path_text(path: &Path) -> String {
    path.to_str().unwrap().to_owned()
}

/// Bytes that a shift, a cut or a swap would change.
pub fn noise(length: usize) -> Vec<u8> {
    let mut state: u64 = 1;
    let next = || {
        state = state
            .wrapping_mul(6_364_136_223_846_793_005)
            .wrapping_add(1);
        (state >> 56) as u8
    };
    std::iter::repeat_with(next).take(length).collect()
}
