//! Door 2: an adb server of our own, with virtual phones plugged in, for `farmhand demo` and
//! for tests. Real `adb` clients work with it too.
//!
//! Source: `OVERVIEW.TXT` and `SERVICES.TXT` of the ADB sources. A request is four hex digits
//! of length and a text; the answer is `OKAY` or `FAIL` with a reason. The phones appear as
//! on USB cables, seven to a hub. Faults: a phone that is dropped or reboots is not listed,
//! `offline` and `unauthorized` are listed as such, one that hangs is a `device` that answers
//! nothing, one with `garbage` has its services' output replaced by noise.
//!
//! It does no forwarding, and it does not end on `host:kill`: it ends with farmhand.

mod carry;
mod request;
mod roster;
mod session;
#[cfg(test)]
mod tests;

use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;

use tokio::net::{TcpListener, TcpSocket};
use tokio::task::JoinSet;
use tokio_util::sync::CancellationToken;
use tracing::warn;

use super::link::Link;
use super::{Phone, PhoneError};
use roster::Roster;

/// Virtual phones on one virtual USB hub, as many farms use them.
pub(super) const HUB: u32 = 7;
/// Clients that wait to be accepted.
const BACKLOG: u32 = 1024;
/// Pause after the system refused to accept.
const RETRY: Duration = Duration::from_millis(200);

/// Clients that a server of so many phones serves at once; more wait to be accepted.
pub(super) fn max_connections(phones: usize) -> usize {
    2 * phones + 256
}

/// An adb server with virtual phones.
pub struct Server {
    listener: TcpListener,
    address: SocketAddr,
    roster: Arc<Roster>,
    links: Vec<Link>,
}

impl Server {
    /// Listens for clients; port 0 takes a free one. Needs a tokio runtime.
    ///
    /// # Errors
    /// [`PhoneError::Bind`] if the address cannot be had.
    pub fn bind(phones: &[Arc<Phone>], address: SocketAddr) -> Result<Self, PhoneError> {
        let open = || {
            let socket = if address.is_ipv4() {
                TcpSocket::new_v4()?
            } else {
                TcpSocket::new_v6()?
            };
            socket.set_reuseaddr(true)?;
            socket.bind(address)?;
            let listener = socket.listen(BACKLOG)?;
            Ok((listener.local_addr()?, listener))
        };
        let (address, listener) = open().map_err(|source| PhoneError::Bind {
            what: "the embedded adb server".to_owned(),
            address,
            source,
        })?;
        Ok(Self {
            listener,
            address,
            roster: Arc::new(Roster::new(phones)),
            links: phones.iter().map(Link::new).collect(),
        })
    }

    /// Where the server listens.
    #[must_use]
    pub fn address(&self) -> SocketAddr {
        self.address
    }

    /// Serves clients until cancelled, which cuts their connections.
    pub async fn run(self, cancel: CancellationToken) {
        let limit = max_connections(self.links.len());
        let mut followers = JoinSet::new();
        for (position, link) in self.links.into_iter().enumerate() {
            followers.spawn(Arc::clone(&self.roster).follow(position, link));
        }
        let mut sessions = JoinSet::new();
        loop {
            tokio::select! {
                () = cancel.cancelled() => return,
                accepted = self.listener.accept(), if sessions.len() < limit => match accepted {
                    Ok((socket, _)) => {
                        sessions.spawn(session::serve(socket, Arc::clone(&self.roster)));
                    }
                    Err(error) => {
                        warn!(%error, "the embedded adb server could not accept a client");
                        tokio::time::sleep(RETRY).await;
                    }
                },
                Some(_) = sessions.join_next() => {}
            }
        }
    }
}
