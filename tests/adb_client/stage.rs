//! Virtual phones behind a server, and a client in front of it.

use std::net::{Ipv4Addr, SocketAddr, TcpListener};
use std::process::{Command, Output, Stdio};
use std::sync::Arc;
use std::sync::atomic::{AtomicU16, Ordering};
use std::time::Duration;

use farmhand::adb::{Limits, Phone, Server, State, Timeouts};
use farmhand::phone::adbd::Auth;
use farmhand::phone::farm::PhoneFarm;
use farmhand::phone::{Faults, Phone as Virtual};
use tempfile::TempDir;
use tokio::time::{Instant, sleep};

/// Longer than anything here takes unless it hangs.
pub const LONG: Duration = Duration::from_secs(30);

pub fn limits() -> Limits {
    Limits::within(LONG)
}

/// Which server stands between the client and the phones.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Between {
    Embedded,
    Real,
}

/// Phones that a server lists as online.
pub struct Stage {
    pub between: Between,
    pub server: Server,
    pub serials: Vec<String>,
    pub farm: PhoneFarm,
    pub real: Option<RealServer>,
}

impl Stage {
    /// The same number of phones behind each server that there is.
    pub async fn each(count: u32) -> Vec<Self> {
        let mut stages = vec![Self::embedded(count)];
        stages.extend(Self::real(count).await);
        stages
    }

    fn embedded(count: u32) -> Self {
        let farm = PhoneFarm::new(count);
        let addr = farm.open_server("127.0.0.1:0".parse().unwrap()).unwrap();
        Self {
            between: Between::Embedded,
            server: Server::new(addr, Timeouts::default()),
            serials: farm.phones().iter().map(|p| p.serial().into()).collect(),
            farm,
            real: None,
        }
    }

    /// `None` if there is no `adb` here.
    pub async fn real(count: u32) -> Option<Self> {
        let real = RealServer::start()?;
        let server = Server::new(real.addr(), Timeouts::default());
        let farm = PhoneFarm::new(count);
        let doors = farm.open_adbd(Ipv4Addr::LOCALHOST.into(), 0, Auth::Off);
        let serials: Vec<_> = doors.unwrap().iter().map(SocketAddr::to_string).collect();
        for serial in &serials {
            assert_eq!(server.connect(serial).await.unwrap(), State::Online);
        }
        Some(Self {
            between: Between::Real,
            server,
            serials,
            farm,
            real: Some(real),
        })
    }

    /// The client's view of a phone, by position.
    pub fn phone(&self, at: usize) -> Phone {
        Phone::new(self.server.clone(), self.serials[at].as_str())
    }

    /// The phone itself.
    pub fn inside(&self, at: usize) -> &Arc<Virtual> {
        &self.farm.phones()[at]
    }

    pub fn fault(&self, at: usize, faults: Faults) {
        self.inside(at).set_faults(faults);
    }

    /// How many programs of that name run on a phone.
    pub fn running(&self, at: usize, name: &str) -> usize {
        let processes = self.inside(at).processes();
        processes.iter().filter(|p| p.name() == name).count()
    }
}

/// Asks again and again, until it is so or too long has passed: for what sends no event.
pub async fn until<F: Future<Output = bool>>(what: &str, is_so: impl Fn() -> F) {
    let start = Instant::now();
    while !is_so().await {
        assert!(start.elapsed() < LONG, "never came: {what}");
        sleep(Duration::from_millis(20)).await;
    }
}

/// A real adb server with a home of its own; ended when dropped.
pub struct RealServer {
    home: TempDir,
    port: u16,
}

impl RealServer {
    fn start() -> Option<Self> {
        if !has_adb() {
            return None;
        }
        let home = TempDir::new().unwrap();
        let real = Self {
            home,
            port: free_port(),
        };
        real.run("start-server");
        Some(real)
    }

    pub fn addr(&self) -> SocketAddr {
        (Ipv4Addr::LOCALHOST, self.port).into()
    }

    /// Runs `adb` for this server. No pipes: a server that it starts would hold them open.
    pub fn run(&self, command: &str) -> Output {
        Command::new("adb")
            .args(["-P", &self.port.to_string(), command])
            .env_remove("ADB_SERVER_SOCKET")
            .env("HOME", self.home.path())
            .env("TMPDIR", self.home.path())
            // Looks for no emulators.
            .env("ADB_LOCAL_TRANSPORT_MAX_PORT", "5553")
            .stdin(Stdio::null())
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .output()
            .unwrap()
    }
}

impl Drop for RealServer {
    fn drop(&mut self) {
        self.run("kill-server");
    }
}

/// Whether there is an `adb` program; says so if not, and insists on it under `CI=true`.
pub fn has_adb() -> bool {
    let found = Command::new("adb").arg("version").output().is_ok();
    if !found {
        let strict = std::env::var("CI").is_ok_and(|ci| ci == "true");
        assert!(!strict, "CI=true, but there is no adb program");
        eprintln!("skipped: there is no adb program");
    }
    found
}

/// A port for a server that cannot pick one itself: below those that the system gives to
/// others meanwhile.
pub fn free_port() -> u16 {
    static NEXT: AtomicU16 = AtomicU16::new(0);
    let first = 11_000 + (std::process::id() % 200) as u16 * 100;
    loop {
        let port = first + NEXT.fetch_add(1, Ordering::Relaxed) % 100;
        if TcpListener::bind((Ipv4Addr::LOCALHOST, port)).is_ok() {
            return port;
        }
    }
}
