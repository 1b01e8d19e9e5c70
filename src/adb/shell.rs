//! The shell service: `shell,v2,raw:` with its packets (`shell_protocol.h`), and the terminal of
//! phones that lack it.

use bytes::{Buf, Bytes, BytesMut};

use super::error::AdbError;
use super::limits::Limits;
use super::phone::Phone;
use super::pty::{Pty, PtyPart};
use super::quote::quote;
use super::random::nonce;
use super::wire::Wire;

/// The largest packet that is believed: adb's own largest payload.
const LARGEST: u32 = 1 << 20;

/// Length of a packet's header: an id and a length.
const HEADER: usize = 5;

/// What a command wrote, and its exit code.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Output {
    /// Standard output; with standard error mixed in where the phone lacks `shell_v2`.
    pub stdout: Vec<u8>,
    /// Standard error.
    pub stderr: Vec<u8>,
    /// Exit code, 0 to 255; a signal N shows as 128 + N.
    pub exit: i32,
}

impl Output {
    /// What a failed command had to say, for a message.
    #[must_use]
    pub fn complaint(&self) -> String {
        let said = |bytes: &[u8]| String::from_utf8_lossy(bytes).trim().to_owned();
        let text = match said(&self.stderr) {
            text if text.is_empty() => said(&self.stdout),
            text => text,
        };
        if text.is_empty() {
            format!("exit code {}", self.exit)
        } else {
            text
        }
    }
}

impl Phone {
    /// Runs a short command in the phone's shell and collects what it writes. One connection,
    /// three round trips, nothing else once the phone's features are known.
    ///
    /// Its standard input stays open and silent: a command that reads it waits until a limit
    /// ends it. The command may run on when a limit or a drop ends this call; whatever must not
    /// is for [`Phone::spawn`].
    ///
    /// # Errors
    /// [`AdbError`]; [`AdbError::Closed`] if the stream ends without an exit code, whatever
    /// came before; [`AdbError::TooMuch`] past [`Limits::max_bytes`] of both outputs.
    pub async fn shell(&self, cmd: &str, limits: &Limits) -> Result<Output, AdbError> {
        let mut stream = if self.features().await?.shell_v2 {
            let wire = self.open("shell", &["shell,v2,raw:", cmd], limits).await?;
            ShellStream::v2(wire)
        } else {
            let marker = nonce();
            let line = format!("sh -c {}; echo {marker} $?", quote(cmd));
            let wire = self.open("shell", &["shell:", &line], limits).await?;
            ShellStream::pty(wire, marker)
        };
        let mut out = Output::default();
        loop {
            match stream.next().await? {
                Piece::Stdout(data) => out.stdout.extend_from_slice(&data),
                Piece::Stderr(data) => out.stderr.extend_from_slice(&data),
                Piece::Exit(code) => {
                    out.exit = code;
                    return Ok(out);
                }
            }
            if out.stdout.len() + out.stderr.len() > limits.max_bytes {
                return Err(AdbError::TooMuch {
                    attempt: stream.wire.watch.attempt().clone(),
                    limit: limits.max_bytes,
                });
            }
        }
    }
}

/// A piece of a shell's answer.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Piece {
    Stdout(Bytes),
    Stderr(Bytes),
    Exit(i32),
}

/// A shell service that runs.
#[derive(Debug)]
pub(super) struct ShellStream {
    pub wire: Wire,
    framing: Framing,
}

#[derive(Debug)]
enum Framing {
    Packets(Packets),
    Pty(Pty),
}

impl ShellStream {
    /// Of a phone with `shell_v2`.
    pub fn v2(wire: Wire) -> Self {
        Self {
            wire,
            framing: Framing::Packets(Packets::default()),
        }
    }

    /// Of a phone without; the command ends by printing `marker` and its exit code.
    pub fn pty(wire: Wire, marker: String) -> Self {
        Self {
            wire,
            framing: Framing::Pty(Pty::new(marker)),
        }
    }

    /// The next piece. Loses nothing when it is dropped.
    pub async fn next(&mut self) -> Result<Piece, AdbError> {
        loop {
            let piece = match &mut self.framing {
                Framing::Packets(packets) => packets
                    .next(&mut self.wire.buf)
                    .map_err(|detail| self.wire.protocol(detail))?,
                Framing::Pty(pty) => {
                    pty.feed(&mut self.wire.buf);
                    match pty.next() {
                        PtyPart::Data(data) => Some(Piece::Stdout(data)),
                        PtyPart::Exit(code) => Some(Piece::Exit(code)),
                        PtyPart::More => None,
                    }
                }
            };
            if let Some(piece) = piece {
                return Ok(piece);
            }
            if self.wire.fill().await? == 0 {
                return Err(self.wire.ended());
            }
        }
    }

    /// Sends to the command's standard input; nothing means its end.
    pub async fn send_stdin(&mut self, data: &[u8]) -> Result<(), AdbError> {
        if let Framing::Pty(_) = self.framing {
            return Err(self
                .wire
                .refused("standard input needs shell_v2, which this phone lacks"));
        }
        let id = if data.is_empty() { CLOSE_STDIN } else { STDIN };
        let length = data.len() as u32;
        let mut packet = Vec::with_capacity(HEADER + data.len());
        packet.push(id);
        packet.extend_from_slice(&length.to_le_bytes());
        packet.extend_from_slice(data);
        self.wire.send(&packet).await
    }
}

const STDIN: u8 = 0;
const STDOUT: u8 = 1;
const STDERR: u8 = 2;
const EXIT: u8 = 3;
const CLOSE_STDIN: u8 = 4;

/// Takes packets apart. A long packet comes out in the pieces in which it arrives, so that
/// its announced length never decides how much memory is taken.
#[derive(Debug, Default)]
struct Packets {
    /// Id of the packet that is being read, and how much of it is missing.
    open: Option<(u8, u32)>,
}

impl Packets {
    /// The next piece, if `buf` holds one.
    fn next(&mut self, buf: &mut BytesMut) -> Result<Option<Piece>, String> {
        loop {
            match self.open {
                Some((_, 0)) => self.open = None,
                Some((id, left)) => {
                    if buf.is_empty() {
                        return Ok(None);
                    }
                    let take = buf.len().min(left as usize);
                    self.open = Some((id, left - take as u32));
                    let data = buf.split_to(take).freeze();
                    return Ok(Some(match id {
                        STDOUT => Piece::Stdout(data),
                        STDERR => Piece::Stderr(data),
                        // One byte, as `header` made sure.
                        _ => Piece::Exit(data.first().copied().unwrap_or(u8::MAX).into()),
                    }));
                }
                None => match self.header(buf)? {
                    true => {}
                    false => return Ok(None),
                },
            }
        }
    }

    /// Takes a header, if `buf` holds one.
    fn header(&mut self, buf: &mut BytesMut) -> Result<bool, String> {
        if buf.len() < HEADER {
            return Ok(false);
        }
        let (id, length) = (buf.get_u8(), buf.get_u32_le());
        match id {
            STDOUT | STDERR if length <= LARGEST => {}
            EXIT if length == 1 => {}
            _ => {
                return Err(format!(
                    "expected a shell packet, got id {id} with {length} bytes"
                ));
            }
        }
        self.open = Some((id, length));
        Ok(true)
    }
}

#[cfg(test)]
#[path = "shell_tests.rs"]
mod tests;
