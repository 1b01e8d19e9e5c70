//! Messages of the adbd transport, and reading them off a wire.
//!
//! Source: `protocol.txt` of the ADB sources. A message is a header of six little-endian
//! words (command, two arguments, payload length, payload check, command inverted) and the
//! payload. The check is a plain sum of bytes, which [`VERSION_WITHOUT_CHECK`] made optional.

use std::io;

use bytes::{Buf, BufMut, Bytes, BytesMut};
use tokio::io::{AsyncRead, AsyncReadExt};

/// First version of the protocol in which neither side needs to check payloads.
pub(super) const VERSION_WITHOUT_CHECK: u32 = 0x0100_0001;
/// Largest payload before the two sides have agreed on another, in bytes.
pub(super) const MAX_DATA_BEFORE_CONNECT: u32 = 4096;
/// Largest payload that a phone takes once connected, in bytes.
pub(super) const MAX_DATA: u32 = 1024 * 1024;

const HEADER: usize = 24;
/// How much is asked of the wire when nothing is known of what comes, in bytes.
const READ_AHEAD: usize = 4096;

/// What a message is for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Command {
    /// `CNXN`: version, largest payload, banner.
    Connect,
    /// `AUTH`: kind, nothing, data.
    Auth,
    /// `OPEN`: the sender's stream, nothing, service and NUL.
    Open,
    /// `OKAY`: the sender's stream, the receiver's.
    Okay,
    /// `WRTE`: the sender's stream, the receiver's, data.
    Write,
    /// `CLSE`: the sender's stream, or 0 if it was never opened, the receiver's.
    Close,
    /// One that this side has no use for, such as `SYNC` or `STLS`.
    Other(u32),
}

const COMMANDS: [(Command, u32); 6] = [
    (Command::Connect, u32::from_le_bytes(*b"CNXN")),
    (Command::Auth, u32::from_le_bytes(*b"AUTH")),
    (Command::Open, u32::from_le_bytes(*b"OPEN")),
    (Command::Okay, u32::from_le_bytes(*b"OKAY")),
    (Command::Write, u32::from_le_bytes(*b"WRTE")),
    (Command::Close, u32::from_le_bytes(*b"CLSE")),
];

impl Command {
    fn from_word(word: u32) -> Self {
        COMMANDS
            .iter()
            .find(|(_, known)| *known == word)
            .map_or(Self::Other(word), |(command, _)| *command)
    }

    fn word(self) -> u32 {
        if let Self::Other(word) = self {
            return word;
        }
        COMMANDS
            .iter()
            .find(|(command, _)| *command == self)
            .map_or(0, |(_, word)| *word)
    }
}

/// One message.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Packet {
    pub(super) command: Command,
    pub(super) arg0: u32,
    pub(super) arg1: u32,
    pub(super) payload: Bytes,
}

impl Packet {
    pub(super) fn new(command: Command, arg0: u32, arg1: u32, payload: impl Into<Bytes>) -> Self {
        Self {
            command,
            arg0,
            arg1,
            payload: payload.into(),
        }
    }

    /// The message as it goes over the wire. `CNXN` and `AUTH` always carry the check: when
    /// they are sent, the version is not agreed on yet.
    pub(super) fn encode(&self, checks: Checks) -> BytesMut {
        let greets = matches!(self.command, Command::Connect | Command::Auth);
        let check = if greets || checks == Checks::On {
            sum(&self.payload)
        } else {
            0
        };
        let word = self.command.word();
        let mut bytes = BytesMut::with_capacity(HEADER + self.payload.len());
        bytes.put_u32_le(word);
        bytes.put_u32_le(self.arg0);
        bytes.put_u32_le(self.arg1);
        // A payload is at most MAX_DATA, which fits.
        bytes.put_u32_le(self.payload.len() as u32);
        bytes.put_u32_le(check);
        bytes.put_u32_le(word ^ u32::MAX);
        bytes.put_slice(&self.payload);
        bytes
    }
}

/// Whether payloads carry their sum.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Checks {
    On,
    Off,
}

fn sum(payload: &[u8]) -> u32 {
    payload
        .iter()
        .fold(0, |sum: u32, byte| sum.wrapping_add(u32::from(*byte)))
}

/// Why a wire cannot be read on.
#[derive(Debug, thiserror::Error)]
pub(super) enum WireError {
    #[error("the connection failed: {0}")]
    Io(#[from] io::Error),
    #[error("the connection ended within a message")]
    CutShort,
    #[error("command {command:#010x} comes with magic {magic:#010x}: not the adb protocol")]
    Magic { command: u32, magic: u32 },
    #[error("a payload of {length} bytes was announced where {limit} are allowed")]
    TooLong { length: u32, limit: u32 },
    #[error("the payload sums up to {actual:#x}, its header says {announced:#x}")]
    Check { announced: u32, actual: u32 },
    #[error("the host did not greet within {0} s")]
    NoGreeting(u64),
    #[error("the host offers a largest payload of {0} bytes")]
    NoRoom(u32),
    #[error("the host tried {0} keys")]
    TooManyKeys(u32),
}

/// Reads messages; dropping a [`PacketReader::next`] that waits loses nothing.
pub(super) struct PacketReader<R> {
    io: R,
    buffer: BytesMut,
    limit: u32,
    checks: Checks,
}

impl<R: AsyncRead + Unpin> PacketReader<R> {
    pub(super) fn new(io: R) -> Self {
        Self {
            io,
            buffer: BytesMut::new(),
            limit: MAX_DATA_BEFORE_CONNECT,
            checks: Checks::On,
        }
    }

    /// Goes over to what both sides agreed on.
    pub(super) fn agreed(&mut self, checks: Checks) {
        self.limit = MAX_DATA;
        self.checks = checks;
    }

    /// The next message; `None` when the other side has ended.
    pub(super) async fn next(&mut self) -> Result<Option<Packet>, WireError> {
        loop {
            if let Some(packet) = self.take()? {
                return Ok(Some(packet));
            }
            if self.io.read_buf(&mut self.buffer).await? == 0 {
                return if self.buffer.is_empty() {
                    Ok(None)
                } else {
                    Err(WireError::CutShort)
                };
            }
        }
    }

    /// Takes a message out of the buffer, or makes room for the rest of it.
    fn take(&mut self) -> Result<Option<Packet>, WireError> {
        let Some(mut header) = self.buffer.get(..HEADER) else {
            if self.buffer.capacity() - self.buffer.len() < HEADER {
                self.buffer.reserve(READ_AHEAD);
            }
            return Ok(None);
        };
        let word = header.get_u32_le();
        let arg0 = header.get_u32_le();
        let arg1 = header.get_u32_le();
        let length = header.get_u32_le();
        let announced = header.get_u32_le();
        let magic = header.get_u32_le();
        if word ^ u32::MAX != magic {
            let command = word;
            return Err(WireError::Magic { command, magic });
        }
        if length > self.limit {
            let limit = self.limit;
            return Err(WireError::TooLong { length, limit });
        }
        let whole = HEADER + length as usize;
        if self.buffer.len() < whole {
            self.buffer.reserve(whole - self.buffer.len());
            return Ok(None);
        }
        let payload = self.buffer.split_to(whole).freeze().slice(HEADER..);
        let command = Command::from_word(word);
        // A host that connects again leaves the check out of its greeting already (adb 29).
        let greets_without =
            command == Command::Connect && arg0 >= VERSION_WITHOUT_CHECK && announced == 0;
        if self.checks == Checks::On && !greets_without {
            let actual = sum(&payload);
            if actual != announced {
                return Err(WireError::Check { announced, actual });
            }
        }
        Ok(Some(Packet::new(command, arg0, arg1, payload)))
    }
}

#[cfg(test)]
mod tests {
    use tokio::io::AsyncWriteExt;

    use super::*;

    fn write_packet(payload: &'static [u8]) -> Packet {
        Packet::new(Command::Write, 7, 9, payload)
    }

    #[tokio::test]
    async fn messages_are_read_as_they_were_written_whatever_the_pieces() {
        let (mut host, phone) = tokio::io::duplex(3);
        let mut reader = PacketReader::new(phone);
        let sent = [
            write_packet(b"hello"),
            Packet::new(Command::Close, 1, 2, Bytes::new()),
        ];
        let bytes: Vec<u8> = sent.iter().flat_map(|p| p.encode(Checks::On)).collect();
        tokio::spawn(async move { host.write_all(&bytes).await });
        assert_eq!(reader.next().await.unwrap().as_ref(), Some(&sent[0]));
        assert_eq!(reader.next().await.unwrap().as_ref(), Some(&sent[1]));
        assert!(reader.next().await.unwrap().is_none());
    }

    #[test]
    fn a_header_is_as_the_protocol_says() {
        let bytes = write_packet(b"ab").encode(Checks::On);
        assert_eq!(
            &bytes[..],
            b"WRTE\x07\0\0\0\x09\0\0\0\x02\0\0\0\xc3\0\0\0\xa8\xad\xab\xbaab"
        );
    }

    #[test]
    fn only_greetings_carry_the_check_once_it_is_off() {
        assert_eq!(write_packet(b"ab").encode(Checks::Off)[16], 0);
        let auth = Packet::new(Command::Auth, 1, 0, &b"ab"[..]);
        assert_eq!(auth.encode(Checks::Off)[16], 0xc3);
    }

    async fn read(bytes: &[u8]) -> Result<Option<Packet>, WireError> {
        PacketReader::new(bytes).next().await
    }

    #[tokio::test]
    async fn a_wrong_magic_is_refused() {
        let mut bytes = write_packet(b"ab").encode(Checks::On);
        bytes[20] ^= 1;
        assert!(matches!(read(&bytes).await, Err(WireError::Magic { .. })));
    }

    #[tokio::test]
    async fn a_wrong_sum_is_refused() {
        let mut bytes = write_packet(b"ab").encode(Checks::On);
        bytes[24] ^= 1;
        assert!(matches!(read(&bytes).await, Err(WireError::Check { .. })));
    }

    #[tokio::test]
    async fn a_greeting_may_leave_out_the_check_if_its_version_allows_it() {
        let mut hello = Packet::new(Command::Connect, VERSION_WITHOUT_CHECK, 1, "hi");
        let without = |packet: &Packet| {
            let mut bytes = packet.encode(Checks::On);
            bytes[16..20].fill(0);
            bytes
        };
        assert!(read(&without(&hello)).await.is_ok());
        hello.arg0 -= 1;
        assert!(read(&without(&hello)).await.is_err());
    }

    #[tokio::test]
    async fn too_long_a_payload_is_refused_before_it_comes() {
        let long = Packet::new(Command::Write, 1, 1, vec![0; 4097]).encode(Checks::On);
        assert!(matches!(
            read(&long[..24]).await,
            Err(WireError::TooLong {
                length: 4097,
                limit: 4096
            })
        ));
    }

    #[tokio::test]
    async fn an_end_within_a_message_is_an_error() {
        let bytes = write_packet(b"ab").encode(Checks::On);
        assert!(matches!(read(&bytes[..25]).await, Err(WireError::CutShort)));
    }
}
