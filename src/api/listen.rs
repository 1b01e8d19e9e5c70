//! Binds the addresses: loopback only, one port for all of them.

use std::io;
use std::net::SocketAddr;

use tokio::net::{TcpListener, TcpSocket};
use tracing::warn;

/// Connections that the kernel keeps for us between two accepts.
const BACKLOG: u32 = 1024;

/// How often a port that is free on one address only is given back and another one tried.
const TRIES: usize = 32;

/// Why the API cannot listen.
#[derive(Debug, thiserror::Error)]
pub enum BindError {
    /// No address is set.
    #[error("no address to listen on: set [api] listen or give --listen ADDR:PORT")]
    NoAddress,
    /// Reachable from other machines.
    #[error(
        "the API does not listen on {0}: without access tokens only this machine may reach it; \
         use 127.0.0.1 or [::1], and ssh -L or a proxy to reach it from elsewhere"
    )]
    NotLoopback(SocketAddr),
    /// Another program listens there.
    #[error(
        "{address} is in use: `farmhand status` tells if another farmhand has it, \
         `ss -ltnp 'sport = :{port}'` which program has; choose another port with \
         `--listen 127.0.0.1:0` (any free one) or [api] listen",
        port = .0.port(), address = .0
    )]
    InUse(SocketAddr),
    /// This machine has none of the addresses.
    #[error("this machine has none of the addresses to listen on: {0:?}")]
    NoneHere(Vec<SocketAddr>),
    /// No port was free on all addresses at once.
    #[error("found no port that is free on all of {0:?}: give one with --listen ADDR:PORT")]
    NoCommonPort(Vec<SocketAddr>),
    /// Anything else.
    #[error("cannot listen on {address}: {source}")]
    Failed {
        /// The address.
        address: SocketAddr,
        /// Why.
        source: io::Error,
    },
}

/// Binds all addresses that this machine has; one that it has not (IPv6 switched off) gets a
/// warning. Must be called within a tokio runtime.
///
/// # Errors
/// [`BindError`].
pub fn bind(listen: &[SocketAddr]) -> Result<Vec<TcpListener>, BindError> {
    if listen.is_empty() {
        return Err(BindError::NoAddress);
    }
    if let Some(address) = listen.iter().find(|address| !address.ip().is_loopback()) {
        return Err(BindError::NotLoopback(*address));
    }
    for _ in 0..TRIES {
        match bind_once(listen)? {
            Bound::All(listeners) if listeners.is_empty() => {
                return Err(BindError::NoneHere(listen.to_vec()));
            }
            Bound::All(listeners) => return Ok(listeners),
            Bound::PickedPortTaken => {}
        }
    }
    Err(BindError::NoCommonPort(listen.to_vec()))
}

enum Bound {
    All(Vec<TcpListener>),
    /// The port that the first address picked is taken on another one.
    PickedPortTaken,
}

fn bind_once(listen: &[SocketAddr]) -> Result<Bound, BindError> {
    let mut listeners = Vec::with_capacity(listen.len());
    let mut picked = None;
    for &wanted in listen {
        let mut address = wanted;
        if wanted.port() == 0 {
            address.set_port(picked.unwrap_or(0));
        }
        let failed = |source| BindError::Failed { address, source };
        match listener(address) {
            Ok(listener) => {
                if wanted.port() == 0 {
                    picked = Some(listener.local_addr().map_err(failed)?.port());
                }
                listeners.push(listener);
            }
            Err(error) if is_absent(&error) => {
                warn!(%address, %error, "this machine has no such address: not listening there");
            }
            Err(error) if error.kind() == io::ErrorKind::AddrInUse => {
                if wanted.port() == 0 && picked.is_some() {
                    return Ok(Bound::PickedPortTaken);
                }
                return Err(BindError::InUse(address));
            }
            Err(error) => return Err(failed(error)),
        }
    }
    Ok(Bound::All(listeners))
}

fn listener(address: SocketAddr) -> io::Result<TcpListener> {
    let socket = match address {
        SocketAddr::V4(_) => TcpSocket::new_v4()?,
        SocketAddr::V6(_) => TcpSocket::new_v6()?,
    };
    // As every server on Unix: connections of an earlier run that linger in TIME_WAIT must
    // not keep the next one from starting.
    socket.set_reuseaddr(true)?;
    socket.bind(address)?;
    socket.listen(BACKLOG)
}

/// Whether the machine has no such address, or no such family at all.
fn is_absent(error: &io::Error) -> bool {
    error.kind() == io::ErrorKind::AddrNotAvailable
        || rustix::io::Errno::from_io_error(error) == Some(rustix::io::Errno::AFNOSUPPORT)
}

#[cfg(test)]
mod tests {
    use std::net::SocketAddr;

    use super::{BindError, bind};

    fn addresses(texts: &[&str]) -> Vec<SocketAddr> {
        texts.iter().map(|text| text.parse().unwrap()).collect()
    }

    #[tokio::test]
    async fn port_0_picks_one_port_for_all_addresses() {
        let listeners = bind(&addresses(&["127.0.0.1:0", "127.0.0.2:0", "127.0.0.3:0"])).unwrap();
        let ports: Vec<u16> = listeners
            .iter()
            .map(|l| l.local_addr().unwrap().port())
            .collect();
        assert_eq!(ports.len(), 3);
        assert!(
            ports[0] != 0 && ports.iter().all(|port| *port == ports[0]),
            "{ports:?}"
        );
    }

    #[tokio::test]
    async fn a_port_in_use_says_by_whom_to_look_and_how_to_choose_another() {
        let held = bind(&addresses(&["127.0.0.1:0"])).unwrap();
        let address = held[0].local_addr().unwrap();
        let message = bind(&[address]).unwrap_err().to_string();
        let look = format!("ss -ltnp 'sport = :{}'", address.port());
        for part in [
            &look,
            "farmhand status",
            "--listen 127.0.0.1:0",
            "[api] listen",
        ] {
            assert!(message.contains(part), "{part} in {message}");
        }
    }

    #[tokio::test]
    async fn addresses_that_others_can_reach_are_refused() {
        for text in ["0.0.0.0:0", "[::]:0", "192.0.2.1:80"] {
            let error = bind(&addresses(&["127.0.0.1:0", text])).unwrap_err();
            assert!(
                matches!(error, BindError::NotLoopback(_)),
                "{text}: {error}"
            );
        }
    }

    #[tokio::test]
    async fn no_address_at_all_is_an_error() {
        assert!(matches!(bind(&[]), Err(BindError::NoAddress)));
    }
}
