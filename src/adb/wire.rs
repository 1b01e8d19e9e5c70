//! One connection to an adb server: requests and replies as the smart socket frames them
//! (AOSP `OVERVIEW.TXT`: four hexadecimal digits of length, then text; the reply is `OKAY`, or
//! `FAIL` with such a text). What a service sends after that is the business of its module.

use std::io;
use std::time::Duration;

use bytes::BytesMut;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;

use super::error::{AdbError, Attempt};
use super::limits::{Limits, Timeouts, Watch};

/// The longest text that four hexadecimal digits can announce.
const LONGEST: usize = 0xffff;

/// What a read asks room for: a short answer fits in the first; whoever fills it gets the second.
const ROOM: (usize, usize) = (4096, 64 * 1024);

/// Who is on the other side: decides what the end of the stream means.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Far {
    Server,
    Phone,
}

/// A connection with its read buffer and its clock.
#[derive(Debug)]
pub(super) struct Wire {
    stream: TcpStream,
    /// What was read and not yet taken.
    pub buf: BytesMut,
    /// The clock of the whole operation.
    pub watch: Watch,
    far: Far,
    room: usize,
}

impl Wire {
    /// Connects to a server. All that follows on this connection ends `total` from now.
    pub async fn connect(
        server: std::net::SocketAddr,
        timeouts: &Timeouts,
        attempt: Attempt,
        total: Duration,
    ) -> Result<Self, AdbError> {
        let mut watch = Watch::start(attempt, timeouts.connect, total);
        let refused = |reason: String| AdbError::Connect { server, reason };
        let stream = watch
            .wait(TcpStream::connect(server))
            .await
            .map_err(|_| {
                refused(format!(
                    "no answer within {:?}",
                    timeouts.connect.min(total)
                ))
            })?
            .map_err(|e| refused(e.to_string()))?;
        // Requests are small and each waits for its reply: Nagle's algorithm would only delay.
        stream
            .set_nodelay(true)
            .map_err(|e| refused(e.to_string()))?;
        watch.silence(timeouts.reply);
        Ok(Self {
            stream,
            buf: BytesMut::with_capacity(ROOM.0),
            watch,
            far: Far::Server,
            room: ROOM.0,
        })
    }

    /// Connects and picks the phone `serial`. A service is asked for in a write of its own,
    /// after the `OKAY`: the server stalls on both in one.
    pub async fn to_phone(
        server: std::net::SocketAddr,
        timeouts: &Timeouts,
        attempt: Attempt,
        limits: &Limits,
    ) -> Result<Self, AdbError> {
        let serial = attempt.on.clone();
        let mut wire = Self::connect(server, timeouts, attempt, limits.total).await?;
        wire.request(&["host:transport:", &serial]).await?;
        wire.far = Far::Phone;
        wire.watch.silence(limits.silence);
        Ok(wire)
    }

    /// Sends a request, given in parts, and waits for its `OKAY`.
    pub async fn request(&mut self, parts: &[&str]) -> Result<(), AdbError> {
        let length: usize = parts.iter().map(|p| p.len()).sum();
        if length > LONGEST {
            return Err(AdbError::Invalid(format!(
                "{}: the request has {length} bytes; the adb protocol takes {LONGEST}",
                self.watch.attempt()
            )));
        }
        let mut frame = Vec::with_capacity(4 + length);
        frame.extend_from_slice(format!("{length:04x}").as_bytes());
        for part in parts {
            frame.extend_from_slice(part.as_bytes());
        }
        self.send(&frame).await?;
        self.okay().await
    }

    async fn okay(&mut self) -> Result<(), AdbError> {
        let status = self.array::<4>().await?;
        match &status {
            b"OKAY" => Ok(()),
            b"FAIL" => {
                let reason = self.text().await?;
                Err(AdbError::from_fail(self.watch.attempt().clone(), &reason))
            }
            other => Err(self.protocol(format!(
                "expected OKAY or FAIL, got {:?}",
                other.escape_ascii().to_string()
            ))),
        }
    }

    /// Reads one announced text. Loses nothing when it is dropped: a half-read text stays in
    /// the buffer.
    pub async fn text(&mut self) -> Result<String, AdbError> {
        self.fill_to(4).await?;
        let digits = self.buf.get(..4).unwrap_or_default();
        // `from_str_radix` would accept a sign.
        let length = std::str::from_utf8(digits)
            .ok()
            .filter(|d| d.bytes().all(|b| b.is_ascii_hexdigit()))
            .and_then(|d| usize::from_str_radix(d, 16).ok());
        let Some(length) = length else {
            let shown = digits.escape_ascii().to_string();
            return Err(self.protocol(format!("expected a length in hexadecimal, got {shown:?}")));
        };
        self.fill_to(4 + length).await?;
        let text = self.buf.split_to(4 + length).split_off(4);
        String::from_utf8(text.into()).map_err(|_| self.protocol("the text is not UTF-8".into()))
    }

    /// Reads exactly `N` bytes.
    pub async fn array<const N: usize>(&mut self) -> Result<[u8; N], AdbError> {
        self.fill_to(N).await?;
        let mut out = [0; N];
        out.copy_from_slice(&self.buf.split_to(N));
        Ok(out)
    }

    /// Reads until the buffer has at least `wanted` bytes; its end before that is an error.
    pub async fn fill_to(&mut self, wanted: usize) -> Result<(), AdbError> {
        while self.buf.len() < wanted {
            if self.fill().await? == 0 {
                return Err(self.ended());
            }
        }
        Ok(())
    }

    /// Reads some bytes more into the buffer; 0 is the end of the stream.
    pub async fn fill(&mut self) -> Result<usize, AdbError> {
        self.buf.reserve(self.room);
        let read = self.watch.wait(self.stream.read_buf(&mut self.buf)).await?;
        match read {
            Ok(n) => {
                self.watch.touch();
                if n >= ROOM.0 {
                    self.room = ROOM.1;
                }
                Ok(n)
            }
            // A reset is an end: the phone or the server went away.
            Err(_) => Err(self.ended()),
        }
    }

    /// Writes all of `bytes`, piece by piece, so that a slow but moving phone is not silent.
    pub async fn send(&mut self, mut bytes: &[u8]) -> Result<(), AdbError> {
        while !bytes.is_empty() {
            match self.watch.wait(self.stream.write(bytes)).await? {
                Ok(n) if n > 0 => {
                    self.watch.touch();
                    bytes = bytes.get(n..).unwrap_or_default();
                }
                _ => return Err(self.ended()),
            }
        }
        Ok(())
    }

    /// Waits until the buffer holds something to read, or `bytes` has been written in part;
    /// says how much was written. Reading has precedence: a refusal ends a transfer early.
    pub async fn send_or_hear(&mut self, bytes: &[u8]) -> Result<usize, AdbError> {
        let (stream, buf) = (&mut self.stream, &mut self.buf);
        buf.reserve(ROOM.0);
        let (mut reader, mut writer) = stream.split();
        let moved = self
            .watch
            .wait(async {
                tokio::select! {
                    biased;
                    read = reader.read_buf(buf) => match read? {
                        0 => Err(io::ErrorKind::UnexpectedEof.into()),
                        _ => Ok(0),
                    },
                    written = writer.write(bytes) => match written? {
                        0 => Err(io::ErrorKind::WriteZero.into()),
                        n => Ok(n),
                    },
                }
            })
            .await?;
        match moved {
            Ok(written) => {
                self.watch.touch();
                Ok(written)
            }
            Err(_) => Err(self.ended()),
        }
    }

    /// The error that the end of the stream means here.
    pub fn ended(&self) -> AdbError {
        let attempt = self.watch.attempt().clone();
        match self.far {
            Far::Server => AdbError::ServerGone { attempt },
            Far::Phone => AdbError::Closed { attempt },
        }
    }

    /// An answer that does not follow the protocol.
    pub fn protocol(&self, detail: String) -> AdbError {
        AdbError::Protocol {
            attempt: self.watch.attempt().clone(),
            detail,
        }
    }

    /// A refusal in the phone's words.
    pub fn refused(&self, reason: impl Into<String>) -> AdbError {
        AdbError::Refused {
            attempt: self.watch.attempt().clone(),
            reason: reason.into(),
        }
    }
}
