//! Door 1: the adbd transport. A real adb server reaches a virtual phone through it by
//! `adb connect 127.0.0.1:PORT`.
//!
//! Each phone has a port of its own and one task that listens there. The port is closed while
//! the phone is away or dropped, and kept from others meanwhile. Faults: a phone that is
//! `offline` accepts connections and never greets, one that is `unauthorized` never accepts
//! the host's key, one that hangs answers nothing, one with `garbage` sends noise.
//!
//! It knows the services of a phone as byte streams and nothing of what they say.

mod connection;
mod handshake;
mod packet;
mod stream;
#[cfg(test)]
mod tests;

use std::io;
use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;

use tokio::net::{TcpListener, TcpSocket, TcpStream};
use tokio::task::JoinSet;
use tokio_util::sync::CancellationToken;
use tracing::{debug, warn};

use super::Phone;
use super::error::PhoneError;
use super::link::{Condition, Link};

/// Whether a phone asks a host for its key before it lets it in.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Auth {
    /// As an emulator: everybody may come.
    #[default]
    Off,
    /// As a phone in which "allow USB debugging" is tapped at once.
    Required,
}

/// Connections that a phone serves at once; others wait in the backlog, as on a frozen phone.
const MAX_CONNECTIONS: usize = 8;
/// Connections that wait to be accepted.
const BACKLOG: u32 = 16;
/// Pause after the system refused to listen or to accept.
const RETRY: Duration = Duration::from_secs(1);

/// A phone's port.
pub struct AdbdDoor {
    link: Link,
    address: SocketAddr,
    auth: Auth,
    port: Port,
}

enum Port {
    Open(TcpListener),
    /// Bound but not listening: connecting is refused, and nobody else gets the port.
    Closed(TcpSocket),
    /// The system did not let us have it.
    Lost,
}

impl AdbdDoor {
    /// Listens for hosts; port 0 takes a free one. Needs a tokio runtime.
    ///
    /// # Errors
    /// [`PhoneError::Bind`] if the address cannot be had.
    pub fn bind(phone: &Arc<Phone>, address: SocketAddr, auth: Auth) -> Result<Self, PhoneError> {
        let open = || {
            let listener = reserve(address)?.listen(BACKLOG)?;
            Ok((listener.local_addr()?, listener))
        };
        let (address, listener) = open().map_err(|source| PhoneError::Bind {
            what: format!("virtual phone {}", phone.serial()),
            address,
            source,
        })?;
        Ok(Self {
            link: Link::new(phone),
            address,
            auth,
            port: Port::Open(listener),
        })
    }

    /// Where the phone listens.
    #[must_use]
    pub fn address(&self) -> SocketAddr {
        self.address
    }

    /// Serves hosts until cancelled, which cuts their connections.
    pub async fn run(mut self, cancel: CancellationToken) {
        let mut connections = JoinSet::new();
        loop {
            let condition = self.link.condition();
            self.turn(condition);
            tokio::select! {
                () = cancel.cancelled() => return,
                _ = self.link.left(condition) => {}
                socket = accept(&self.port), if connections.len() < MAX_CONNECTIONS => {
                    connections.spawn(serve(socket, self.link.clone(), self.auth));
                }
                Some(_) = connections.join_next() => {}
                () = tokio::time::sleep(RETRY), if matches!(self.port, Port::Lost) => {}
            }
        }
    }

    /// Opens or closes the port, as the phone's condition asks.
    fn turn(&mut self, condition: Condition) {
        let port = std::mem::replace(&mut self.port, Port::Lost);
        let turned = match (port, condition) {
            (
                port @ Port::Open(_),
                Condition::Up | Condition::Offline | Condition::Unauthorized,
            )
            | (port @ Port::Closed(_), Condition::Gone) => Ok(port),
            (Port::Open(listener), Condition::Gone) => {
                drop(listener);
                reserve(self.address).map(Port::Closed)
            }
            (Port::Lost, Condition::Gone) => reserve(self.address).map(Port::Closed),
            (Port::Closed(socket), _) => socket.listen(BACKLOG).map(Port::Open),
            (Port::Lost, _) => reserve(self.address)
                .and_then(|socket| socket.listen(BACKLOG))
                .map(Port::Open),
        };
        match turned {
            Ok(port) => self.port = port,
            Err(error) => {
                warn!(address = %self.address, %error, "a virtual phone lost its port");
            }
        }
    }
}

/// Binds without listening.
fn reserve(address: SocketAddr) -> io::Result<TcpSocket> {
    let socket = if address.is_ipv4() {
        TcpSocket::new_v4()?
    } else {
        TcpSocket::new_v6()?
    };
    // Connections of before may linger on the port.
    socket.set_reuseaddr(true)?;
    socket.bind(address)?;
    Ok(socket)
}

/// The next host; waits for ever while the port is closed.
async fn accept(port: &Port) -> TcpStream {
    let Port::Open(listener) = port else {
        return std::future::pending().await;
    };
    loop {
        match listener.accept().await {
            Ok((socket, _)) => return socket,
            Err(error) => {
                warn!(%error, "a virtual phone could not accept a connection");
                tokio::time::sleep(RETRY).await;
            }
        }
    }
}

async fn serve(socket: TcpStream, link: Link, auth: Auth) {
    let serial = link.phone().serial().to_owned();
    if let Err(error) = socket.set_nodelay(true) {
        debug!(serial, %error, "small messages may be slow");
    }
    let (read, write) = socket.into_split();
    if let Err(error) = connection::serve(read, write, link, auth).await {
        debug!(serial, %error, "a host's connection ended");
    }
}
