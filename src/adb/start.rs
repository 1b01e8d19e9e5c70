//! Starting a local adb server: the one thing the `adb` program is run for.

use std::net::{IpAddr, Ipv4Addr};
use std::process::Stdio;
use std::time::Duration;

use tokio::process::Command;
use tokio::time::Instant;

use super::error::AdbError;
use super::server::Server;

/// How long `adb start-server` may take: it waits for the new server, which looks for USB
/// phones first.
const START_WITHIN: Duration = Duration::from_secs(15);

/// The shortest and the longest time between two starts.
const PAUSE: (Duration, Duration) = (Duration::from_secs(5), Duration::from_secs(300));

impl Server {
    /// Runs `adb -P PORT start-server`. The program only starts a server where none answers;
    /// call this only after a connection was refused, because an `adb` of another version
    /// replaces a server that runs.
    ///
    /// # Errors
    /// [`AdbError::Start`] if the server's address is not `127.0.0.1` (where `adb -P` listens),
    /// if there is no `adb` program, or if it fails or takes longer than 15 s.
    pub async fn start_local(&self) -> Result<(), AdbError> {
        let failed = |reason: String| AdbError::Start {
            server: self.addr(),
            reason,
        };
        if self.addr().ip() != IpAddr::V4(Ipv4Addr::LOCALHOST) {
            return Err(failed("only one at 127.0.0.1 can be started".into()));
        }
        let port = self.addr().port().to_string();
        // The server outlives the program and keeps its files: a pipe would never end.
        let run = Command::new("adb")
            .args(["-P", &port, "start-server"])
            .env_remove("ADB_SERVER_SOCKET")
            .stdin(Stdio::null())
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .kill_on_drop(true)
            .status();
        match tokio::time::timeout(START_WITHIN, run).await {
            Ok(Ok(status)) if status.success() => Ok(()),
            Ok(Ok(status)) => Err(failed(format!("adb start-server ended with {status}"))),
            Ok(Err(e)) => Err(failed(format!("cannot run the adb program: {e}"))),
            Err(_) => Err(failed(format!(
                "adb start-server hangs for {START_WITHIN:?}"
            ))),
        }
    }
}

/// What [`Starter::outage`] did.
#[derive(Debug)]
pub enum Started {
    /// The program ran and says that a server is up.
    Yes,
    /// Not run: once per outage is enough, or the last start was too short a while ago.
    NotNow,
    /// It could not be started.
    Failed(AdbError),
}

/// Holds the rule of starting: at most once per outage, and no sooner than a pause after the
/// last start; the pause doubles, 5 s to 5 min, while servers die as soon as they are started.
#[derive(Debug)]
pub struct Starter {
    server: Server,
    spent: bool,
    last: Option<Instant>,
    pause: Duration,
}

impl Starter {
    /// A starter that has not started anything yet.
    #[must_use]
    pub const fn new(server: Server) -> Self {
        Self {
            server,
            spent: false,
            last: None,
            pause: PAUSE.0,
        }
    }

    /// The server does not answer: starts it if the rule allows. May be called as often as one
    /// likes during an outage.
    pub async fn outage(&mut self) -> Started {
        if !self.take_turn(Instant::now()) {
            return Started::NotNow;
        }
        match self.server.start_local().await {
            Ok(()) => Started::Yes,
            Err(e) => Started::Failed(e),
        }
    }

    /// The server answers: the outage, if there was one, is over.
    pub const fn answered(&mut self) {
        self.spent = false;
    }

    /// Whether a start is allowed now; if so, it counts as done.
    fn take_turn(&mut self, now: Instant) -> bool {
        if self.spent {
            return false;
        }
        if let Some(last) = self.last {
            let since = now.saturating_duration_since(last);
            if since < self.pause {
                return false;
            }
            // A server that lived for long is no part of a series of short ones.
            self.pause = if since > self.pause * 4 {
                PAUSE.0
            } else {
                (self.pause * 2).min(PAUSE.1)
            };
        }
        self.spent = true;
        self.last = Some(now);
        true
    }
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use tokio::time::Instant;

    use super::super::limits::Timeouts;
    use super::super::server::Server;
    use super::Starter;

    fn starter() -> Starter {
        Starter::new(Server::new(
            ([127, 0, 0, 1], 5037).into(),
            Timeouts::default(),
        ))
    }

    #[test]
    fn an_outage_gets_one_start() {
        let (mut starter, now) = (starter(), Instant::now());
        assert!(starter.take_turn(now));
        assert!(!starter.take_turn(now + Duration::from_secs(3600)));
    }

    #[test]
    fn a_server_that_dies_at_once_is_started_less_and_less_often() {
        let (mut starter, mut now) = (starter(), Instant::now());
        let mut pauses = Vec::new();
        assert!(starter.take_turn(now));
        for _ in 0..8 {
            starter.answered();
            let before = now;
            while !starter.take_turn(now) {
                now += Duration::from_secs(1);
            }
            pauses.push((now - before).as_secs());
        }
        assert_eq!(pauses, [5, 10, 20, 40, 80, 160, 300, 300]);
    }

    #[test]
    fn a_server_that_lived_for_long_is_started_at_once() {
        let (mut starter, now) = (starter(), Instant::now());
        assert!(starter.take_turn(now));
        starter.answered();
        assert!(starter.take_turn(now + Duration::from_secs(3600)));
    }

    #[tokio::test]
    async fn only_a_server_at_127_0_0_1_can_be_started() {
        let server = Server::new(([192, 0, 2, 1], 5037).into(), Timeouts::default());
        let error = server.start_local().await.unwrap_err();
        assert!(error.to_string().contains("127.0.0.1"), "{error}");
    }
}
