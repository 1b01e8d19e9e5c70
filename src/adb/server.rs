//! An adb server: what it is asked about itself and its list of phones.

use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;

use tokio::sync::Semaphore;

use super::devices::{Details, Listed, State, parse_list, parse_long_list};
use super::error::{AdbError, Attempt};
use super::limits::{Timeouts, after};
use super::wire::Wire;

/// How many calls through `adb_client` run at a time on one server: each holds a thread, and
/// many installs at once time out on a USB hub.
pub(super) const RARE_AT_ONCE: usize = 4;

/// The port that adb takes when an address to connect to has none.
const ADBD_PORT: u16 = 5555;

/// How long a phone on the network may take to accept this computer's key before it counts as
/// unauthorized.
const CONSENT: Duration = Duration::from_secs(1);

/// An adb server. Cheap to clone; holds no connection: each request opens its own, as the
/// protocol wants it.
#[derive(Debug, Clone)]
pub struct Server(Arc<Inner>);

#[derive(Debug)]
struct Inner {
    addr: SocketAddr,
    label: Arc<str>,
    timeouts: Timeouts,
    rare: Arc<Semaphore>,
}

impl Server {
    /// A server at `addr`. Nothing is sent yet.
    #[must_use]
    pub fn new(addr: SocketAddr, timeouts: Timeouts) -> Self {
        Self(Arc::new(Inner {
            addr,
            label: addr.to_string().into(),
            timeouts,
            rare: Arc::new(Semaphore::new(RARE_AT_ONCE)),
        }))
    }

    /// Its address.
    #[must_use]
    pub fn addr(&self) -> SocketAddr {
        self.0.addr
    }

    /// How long it may take.
    #[must_use]
    pub fn timeouts(&self) -> &Timeouts {
        &self.0.timeouts
    }

    /// Slots for calls through `adb_client`.
    pub(super) fn rare(&self) -> &Arc<Semaphore> {
        &self.0.rare
    }

    /// What messages say about an operation on this server.
    pub(super) fn attempt(&self, what: &'static str) -> Attempt {
        Attempt {
            what,
            on: self.0.label.clone(),
        }
    }

    /// The server's internal version (41 for adb 29 to 36).
    ///
    /// # Errors
    /// [`AdbError`] if the server is not there, silent, or answers something else.
    pub async fn version(&self) -> Result<u32, AdbError> {
        let (text, wire) = self.ask("version", "host:version").await?;
        u32::from_str_radix(&text, 16)
            .map_err(|_| wire.protocol(format!("expected a hexadecimal version, got {text:?}")))
    }

    /// The names of the features that the server supports (`host:host-features`).
    ///
    /// # Errors
    /// As [`Server::version`].
    pub async fn features(&self) -> Result<Vec<String>, AdbError> {
        let (text, _) = self.ask("host-features", "host:host-features").await?;
        Ok(text.split(',').map(str::to_owned).collect())
    }

    /// All phones and their states, sorted by serial (`host:devices`).
    ///
    /// # Errors
    /// As [`Server::version`]; also when the list is longer than 65,535 bytes and cut.
    pub async fn devices(&self) -> Result<Vec<Listed>, AdbError> {
        let (text, wire) = self.ask("devices", "host:devices").await?;
        parse_list(&text).map_err(|detail| wire.protocol(detail))
    }

    /// What the server says of one phone now (`host-serial:SERIAL:get-state`). No phone is
    /// asked, so a phone that hangs is still [`State::Online`].
    ///
    /// # Errors
    /// A phone that is not ready is most often an error that says so
    /// ([`AdbError::DeviceOffline`], [`AdbError::Unauthorized`], [`AdbError::NotFound`]); and
    /// as [`Server::version`].
    pub async fn phone_state(&self, serial: &str) -> Result<State, AdbError> {
        let attempt = Attempt {
            what: "get-state",
            on: serial.into(),
        };
        let request = format!("host-serial:{serial}:get-state");
        let (text, _) = self.ask_as(attempt, &request).await?;
        Ok(State::parse(&text))
    }

    /// What the server knows of its phones, in one round trip (`host:devices-l`). Past 65,535
    /// bytes, about 650 phones, the list is cut and the rest is missing:
    /// [`Server::describe`] finds those too.
    ///
    /// # Errors
    /// As [`Server::version`].
    pub async fn describe_all(&self) -> Result<Vec<(String, Details)>, AdbError> {
        let (text, _) = self.ask("devices-l", "host:devices-l").await?;
        Ok(parse_long_list(&text))
    }

    /// What the server knows of one phone. One round trip; a second one
    /// (`host-serial:SERIAL:get-devpath`, the USB path alone) if the long list is cut before it.
    /// No phone is asked.
    ///
    /// # Errors
    /// [`AdbError::NotFound`] if the server does not list it, and as [`Server::version`].
    pub async fn describe(&self, serial: &str) -> Result<Details, AdbError> {
        let listed = self.describe_all().await?;
        if let Some((_, details)) = listed.into_iter().find(|(s, _)| s == serial) {
            return Ok(details);
        }
        let request = format!("host-serial:{serial}:get-devpath");
        let attempt = Attempt {
            what: "get-devpath",
            on: serial.into(),
        };
        let (path, _) = self.ask_as(attempt, &request).await?;
        Ok(Details {
            usb: path.strip_prefix("usb:").map(str::to_owned),
            ..Details::default()
        })
    }

    /// Has the server connect to a phone over the network (`HOST:PORT`, port 5555 if none is
    /// given) and waits until the list shows what became of it. The server's words are not
    /// trusted: they say "failed" of phones that ask for a key and come up a moment later, and
    /// "already connected" of phones that are offline. An offline one is disconnected first,
    /// because the server would do nothing.
    ///
    /// # Returns
    /// [`State::Online`], or [`State::Unauthorized`] where the phone has not accepted this
    /// computer's key within a second.
    ///
    /// # Errors
    /// [`AdbError::Refused`] with the server's words if the phone does not come up within
    /// [`Timeouts::bring_up`]; else as [`Server::version`].
    pub async fn connect(&self, addr: &str) -> Result<State, AdbError> {
        let serial = with_port(addr);
        if self.state(&serial).await? == Some(State::Offline) {
            self.disconnect(&serial).await?;
        }
        let attempt = Attempt {
            what: "connect",
            on: serial.as_str().into(),
        };
        let bring_up = self.0.timeouts.bring_up;
        let ends = after(bring_up);
        // The server answers only after its own attempt, up to 10 s for a silent address.
        let mut wire = Wire::connect(self.addr(), self.timeouts(), attempt, bring_up).await?;
        wire.watch.silence(bring_up);
        wire.request(&["host:connect:", &serial]).await?;
        let words = wire.text().await?;
        let seen = self
            .wait_for(&serial, ends, |state| {
                matches!(state, Some(State::Online | State::Unauthorized))
                    // Not listed after "failed": the server gave up.
                    || state.is_none() && !words.starts_with("connected")
                        && !words.starts_with("already")
            })
            .await?;
        let seen = match seen {
            // A phone that is asked for its consent shows this state for a moment, too.
            Some(State::Unauthorized) => {
                let ends = ends.min(after(CONSENT));
                self.wait_for(&serial, ends, |state| state == Some(State::Online))
                    .await?
            }
            other => other,
        };
        match seen {
            Some(state @ (State::Online | State::Unauthorized)) => Ok(state),
            Some(state) => Err(wire.refused(format!(
                "the phone stays {state:?}; the adb server said: {}",
                words.trim()
            ))),
            None => Err(wire.refused(words.trim())),
        }
    }

    /// Has the server forget a phone on the network, and waits until the list shows it gone.
    /// A phone that is not listed is no error.
    ///
    /// # Errors
    /// [`AdbError::Refused`] if it is still listed after [`Timeouts::bring_up`]; else as
    /// [`Server::version`].
    pub async fn disconnect(&self, addr: &str) -> Result<(), AdbError> {
        let serial = with_port(addr);
        let attempt = Attempt {
            what: "disconnect",
            on: serial.as_str().into(),
        };
        let ends = after(self.0.timeouts.bring_up);
        let request = format!("host:disconnect:{serial}");
        match self.ask_as(attempt.clone(), &request).await {
            Ok(_) | Err(AdbError::Refused { .. } | AdbError::NotFound { .. }) => {}
            Err(e) => return Err(e),
        }
        match self
            .wait_for(&serial, ends, |state| state.is_none())
            .await?
        {
            None => Ok(()),
            Some(state) => Err(AdbError::Refused {
                attempt,
                reason: format!("the phone is still listed, as {state:?}"),
            }),
        }
    }

    async fn state(&self, serial: &str) -> Result<Option<State>, AdbError> {
        let phones = self.devices().await?;
        Ok(phones
            .into_iter()
            .find(|p| p.serial == serial)
            .map(|p| p.state))
    }

    /// Asks for the list until the phone's state is `right` or the time is over.
    async fn wait_for(
        &self,
        serial: &str,
        ends: tokio::time::Instant,
        right: impl Fn(Option<State>) -> bool,
    ) -> Result<Option<State>, AdbError> {
        let mut pause = Duration::from_millis(20);
        loop {
            let state = self.state(serial).await?;
            if right(state) || tokio::time::Instant::now() + pause > ends {
                return Ok(state);
            }
            tokio::time::sleep(pause).await;
            pause = (pause * 2).min(Duration::from_millis(500));
        }
    }

    /// A connection to this server for `attempt`, with its usual deadline.
    pub(super) async fn open(&self, attempt: Attempt) -> Result<Wire, AdbError> {
        let timeouts = self.timeouts();
        let total = timeouts.connect.saturating_add(timeouts.reply);
        Wire::connect(self.addr(), timeouts, attempt, total).await
    }

    async fn ask(&self, what: &'static str, request: &str) -> Result<(String, Wire), AdbError> {
        self.ask_as(self.attempt(what), request).await
    }

    pub(super) async fn ask_as(
        &self,
        attempt: Attempt,
        request: &str,
    ) -> Result<(String, Wire), AdbError> {
        let mut wire = self.open(attempt).await?;
        wire.request(&[request]).await?;
        let text = wire.text().await?;
        Ok((text, wire))
    }
}

/// The serial that the server will give to a phone at `addr`.
fn with_port(addr: &str) -> String {
    let has_port = match addr.rsplit_once(':') {
        // An IPv6 address without brackets has colons but no port.
        Some((host, _)) => !host.contains(':') || host.ends_with(']'),
        None => false,
    };
    if has_port {
        addr.to_owned()
    } else {
        format!("{addr}:{ADBD_PORT}")
    }
}

#[cfg(test)]
#[path = "server_tests.rs"]
mod tests;
