//! How a host and a phone get to know each other: `CNXN`, and `AUTH` where the phone asks.
//!
//! The phone keeps no keys. So it cannot verify a signature: it asks again until the host
//! sends its public key, and takes that, as if somebody had tapped "allow" on its screen.

use std::hash::{BuildHasher, RandomState};
use std::time::Duration;

use bytes::{BufMut, Bytes, BytesMut};
use tokio::io::AsyncRead;
use tokio::sync::mpsc;
use tokio::time::timeout;
use tracing::debug;

use super::Auth;
use super::packet::{
    Checks, Command, MAX_DATA, Packet, PacketReader, VERSION_WITHOUT_CHECK, WireError,
};
use crate::phone::link::{Condition, Link};

/// The version that this adbd speaks.
const VERSION: u32 = VERSION_WITHOUT_CHECK;
/// How long a host may take to greet and to answer; nobody needs it but strangers that
/// connect and say nothing.
const PATIENCE: Duration = Duration::from_secs(10);
/// `AUTH` kinds.
const TOKEN: u32 = 1;
const SIGNATURE: u32 = 2;
const PUBLIC_KEY: u32 = 3;
/// Length of a token in bytes.
const TOKEN_LENGTH: usize = 20;
/// A host tries each key it has; no honest one has more.
const MAX_SIGNATURES: u32 = 64;

/// What both sides can do.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Terms {
    pub(super) checks: Checks,
    /// The largest payload that the host takes, in bytes.
    pub(super) max_data: u32,
}

/// Waits for the host's greeting; `None` when it leaves instead.
pub(super) async fn greeting<R: AsyncRead + Unpin>(
    reader: &mut PacketReader<R>,
) -> Result<Option<Packet>, WireError> {
    let wait = async {
        loop {
            match reader.next().await? {
                Some(packet) if packet.command != Command::Connect => {
                    debug!(command = ?packet.command, "ignored before the greeting");
                }
                other => return Ok(other),
            }
        }
    };
    within_patience(wait).await
}

/// Answers a greeting, after `AUTH` where it is asked; `None` when the host leaves.
pub(super) async fn answer<R: AsyncRead + Unpin>(
    greeting: &Packet,
    auth: Auth,
    link: &mut Link,
    reader: &mut PacketReader<R>,
    out: &mpsc::Sender<Packet>,
) -> Result<Option<Terms>, WireError> {
    let (version, max_data) = (greeting.arg0, greeting.arg1);
    if max_data == 0 {
        return Err(WireError::NoRoom(max_data));
    }
    let terms = Terms {
        checks: if version.min(VERSION) < VERSION_WITHOUT_CHECK {
            Checks::On
        } else {
            Checks::Off
        },
        max_data: max_data.min(MAX_DATA),
    };
    reader.agreed(terms.checks);
    let locked = link.condition() == Condition::Unauthorized;
    if (auth == Auth::Required || locked) && authorize(link, reader, out).await?.is_none() {
        return Ok(None);
    }
    let banner = link.phone().banner();
    send(
        out,
        Packet::new(Command::Connect, VERSION, MAX_DATA, banner),
    )
    .await;
    Ok(Some(terms))
}

/// The host's key has been taken.
struct Authorized;

async fn authorize<R: AsyncRead + Unpin>(
    link: &mut Link,
    reader: &mut PacketReader<R>,
    out: &mpsc::Sender<Packet>,
) -> Result<Option<Authorized>, WireError> {
    for _ in 0..MAX_SIGNATURES {
        send(out, Packet::new(Command::Auth, TOKEN, 0, token())).await;
        let wait = async {
            loop {
                match reader.next().await? {
                    None => return Ok(None),
                    Some(Packet {
                        command: Command::Auth,
                        arg0: kind @ (SIGNATURE | PUBLIC_KEY),
                        ..
                    }) => return Ok(Some(kind)),
                    Some(other) => debug!(command = ?other.command, "ignored before AUTH"),
                }
            }
        };
        match within_patience(wait).await? {
            None => return Ok(None),
            Some(PUBLIC_KEY) => return until_allowed(link, reader).await,
            Some(_) => debug!("a signature cannot be verified without a key store: asked again"),
        }
    }
    Err(WireError::TooManyKeys(MAX_SIGNATURES))
}

/// Waits, for ever if need be, until the phone allows the host's key.
async fn until_allowed<R: AsyncRead + Unpin>(
    link: &mut Link,
    reader: &mut PacketReader<R>,
) -> Result<Option<Authorized>, WireError> {
    loop {
        tokio::select! {
            _ = link.left(Condition::Unauthorized) => return Ok(Some(Authorized)),
            packet = reader.next() => if packet?.is_none() {
                return Ok(None);
            },
        }
    }
}

async fn within_patience<T>(
    wait: impl Future<Output = Result<T, WireError>>,
) -> Result<T, WireError> {
    timeout(PATIENCE, wait)
        .await
        .unwrap_or(Err(WireError::NoGreeting(PATIENCE.as_secs())))
}

/// Queues a message. An error means that the connection is ending, which the reader sees too.
pub(super) async fn send(out: &mpsc::Sender<Packet>, packet: Packet) {
    if out.send(packet).await.is_err() {
        debug!("the connection ended before a message was sent");
    }
}

/// Bytes for the host to sign. They only have to differ: no signature is verified.
fn token() -> Bytes {
    let random = RandomState::new();
    let mut token = BytesMut::with_capacity(24);
    for word in 0..3_u64 {
        token.put_u64(random.hash_one(word));
    }
    token.truncate(TOKEN_LENGTH);
    token.freeze()
}
