//! A command that runs for long: streamed, and found again on the phone whatever happens to
//! its stream.
//!
//! adbd starts each shell with `setsid`, so the shell's process id is also the number of its
//! process group. Closing the stream sends a hangup to that one process and its children live
//! on. Therefore the shell first leaves a note on the phone (`/proc/$$/stat`, which holds its
//! id and start time, and the boot id), then tells its id, and only then becomes the command.
//! If the note cannot be written (a full phone), the command does not start: one that could not
//! be found again might run beside the next.

use std::fmt;
use std::str::FromStr;
use std::time::Duration;

use bytes::Bytes;

use super::clean::{BOOT_ID, FOLDER};
use super::error::AdbError;
use super::limits::Limits;
use super::phone::Phone;
use super::quote::quote;
use super::random::nonce;
use super::shell::{Piece, ShellStream};
use super::undo::UNDO;

/// The most that a phone may say before the command's id: error messages of a few tools.
const PREAMBLE: usize = 16 * 1024;

/// Standard input is sent in packets of at most this.
const STDIN_PACKET: usize = 32 * 1024;

/// The name of a note on a phone: a file name that no shell can misread. Each attempt needs one
/// of its own, as a second of the same name would overwrite the first.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Note(String);

impl Note {
    /// The longest name, in bytes.
    pub const MAX_BYTES: usize = 64;

    /// Checks and takes a name.
    ///
    /// # Errors
    /// [`AdbError::Invalid`] unless it has 1 to 64 of `A-Z a-z 0-9 . _ -`, the first a letter or
    /// a digit, and does not end with `.undo`, the name of a file beside the note.
    pub fn new(name: &str) -> Result<Self, AdbError> {
        let starts_well =
            name.starts_with(|c: char| c.is_ascii_alphanumeric()) && !name.ends_with(UNDO);
        let allowed = |b: u8| b.is_ascii_alphanumeric() || matches!(b, b'.' | b'_' | b'-');
        if starts_well && name.len() <= Self::MAX_BYTES && name.bytes().all(allowed) {
            Ok(Self(name.to_owned()))
        } else {
            Err(AdbError::Invalid(format!(
                "{name:?} cannot name a note on a phone: 1 to {} of A-Z a-z 0-9 . _ - are \
                 expected, the first a letter or a digit, and no {UNDO} at the end",
                Self::MAX_BYTES
            )))
        }
    }

    /// The name.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for Note {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl FromStr for Note {
    type Err = AdbError;

    fn from_str(name: &str) -> Result<Self, AdbError> {
        Self::new(name)
    }
}

/// What a command is on the phone: its process group and its note.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Group {
    /// Number of the process group, and process id of its first process.
    pub id: u32,
    /// Where it is noted.
    pub note: Note,
}

/// What a running command says.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Chunk {
    /// Standard output; with standard error mixed in where the phone lacks `shell_v2`.
    Stdout(Bytes),
    /// Standard error.
    Stderr(Bytes),
    /// It ended, with this exit code (0 to 255).
    Exit(i32),
}

/// A command that runs on a phone. Dropping it closes the stream but ends nothing on the phone:
/// [`Phone::end`] does, and [`Phone::finish`] tidies up after a normal exit.
#[derive(Debug)]
pub struct Job {
    stream: ShellStream,
    group: Group,
    /// What came along with the command's id.
    first: Option<Bytes>,
    exit: Option<i32>,
}

impl Phone {
    /// Starts a command under a note. Standard input stays open until [`Job::close_stdin`].
    ///
    /// When this future is dropped, or fails other than by [`AdbError::Refused`] or
    /// [`AdbError::Invalid`], the command may have started: [`Phone::clean`] finds it.
    ///
    /// # Errors
    /// [`AdbError::Refused`] if the note could not be written (nothing was started then), and
    /// every other [`AdbError`].
    pub async fn spawn(&self, cmd: &str, note: &Note, limits: &Limits) -> Result<Job, AdbError> {
        self.spawn_as("spawn", cmd, note, limits).await
    }

    /// [`Phone::spawn`] for what messages call `what`.
    pub(super) async fn spawn_as(
        &self,
        what: &'static str,
        cmd: &str,
        note: &Note,
        limits: &Limits,
    ) -> Result<Job, AdbError> {
        let word = nonce();
        let told = format!("{word}b");
        let leave = format!(
            "mkdir -p {FOLDER} && cat /proc/$$/stat {BOOT_ID} > {FOLDER}/{note} && echo {told} $$"
        );
        let cmd = quote(cmd);
        let mut stream = if self.features().await?.shell_v2 {
            let service = ["shell,v2,raw:", &leave, " && exec sh -c ", &cmd];
            ShellStream::v2(self.open(what, &service, limits).await?)
        } else {
            let end = format!("{word}e");
            let exit = format!("; echo {end} $?");
            let service = ["shell:", &leave, " && sh -c ", &cmd, &exit];
            ShellStream::pty(self.open(what, &service, limits).await?, end)
        };
        let (id, rest) = read_id(&mut stream, &told).await?;
        Ok(Job {
            stream,
            group: Group {
                id,
                note: note.clone(),
            },
            first: (!rest.is_empty()).then_some(rest),
            exit: None,
        })
    }
}

/// Waits for the line that tells the command's process id; returns it and what came behind it.
async fn read_id(stream: &mut ShellStream, told: &str) -> Result<(u32, Bytes), AdbError> {
    let mut heard = Vec::new();
    let mut complaints = Vec::new();
    loop {
        match stream.next().await? {
            Piece::Stdout(data) => heard.extend_from_slice(&data),
            Piece::Stderr(data) => complaints.extend_from_slice(&data),
            Piece::Exit(code) => {
                complaints.extend_from_slice(&heard);
                let words = String::from_utf8_lossy(&complaints);
                return Err(stream.wire.refused(format!(
                    "the command was not started, its note could not be left on the phone \
                     (exit code {code}): {}",
                    words.trim()
                )));
            }
        }
        if let Some((line, rest)) = line_after(&heard, told.as_bytes()) {
            // 0 and 1 would be the caller's own group and every process.
            let id = std::str::from_utf8(line).ok();
            let id = id.and_then(|id| id.trim().parse().ok());
            let Some(id) = id.filter(|id| (2..=i32::MAX as u32).contains(id)) else {
                let shown = line.escape_ascii().to_string();
                return Err(stream
                    .wire
                    .protocol(format!("expected a process id, got {shown:?}")));
            };
            return Ok((id, Bytes::copy_from_slice(rest)));
        }
        if heard.len() + complaints.len() > PREAMBLE {
            let detail = "expected a process id, got something else without end";
            return Err(stream.wire.protocol(detail.into()));
        }
    }
}

/// The rest of the line behind `word`, and what follows that line; `None` until it is whole.
fn line_after<'a>(heard: &'a [u8], word: &[u8]) -> Option<(&'a [u8], &'a [u8])> {
    let at = heard.windows(word.len()).position(|w| w == word)?;
    let behind = heard.get(at + word.len()..)?;
    let end = behind.iter().position(|b| *b == b'\n')?;
    Some((behind.get(..end)?, behind.get(end + 1..)?))
}

impl Job {
    /// What the command is on the phone.
    #[must_use]
    pub const fn group(&self) -> &Group {
        &self.group
    }

    /// Closes the stream; what is left to do on the phone needs the group.
    #[must_use]
    pub fn into_group(self) -> Group {
        self.group
    }

    /// Another limit of silence from now on.
    pub fn set_silence(&mut self, silence: Duration) {
        self.stream.wire.watch.silence(silence);
    }

    /// The next piece of output, at last the exit code (again and again from then on). Loses
    /// nothing when it is dropped.
    ///
    /// The exit code comes only after the command and all its children closed their outputs.
    ///
    /// # Errors
    /// [`AdbError::Closed`] if the phone or its server went away,
    /// [`AdbError::Silent`] or [`AdbError::TimedOut`] past the limits given to
    /// [`Phone::spawn`], [`AdbError::Protocol`]. The command may still run after each.
    pub async fn next(&mut self) -> Result<Chunk, AdbError> {
        if let Some(first) = self.first.take() {
            return Ok(Chunk::Stdout(first));
        }
        if let Some(code) = self.exit {
            return Ok(Chunk::Exit(code));
        }
        Ok(match self.stream.next().await? {
            Piece::Stdout(data) => Chunk::Stdout(data),
            Piece::Stderr(data) => Chunk::Stderr(data),
            Piece::Exit(code) => {
                self.exit = Some(code);
                Chunk::Exit(code)
            }
        })
    }

    /// Writes to the command's standard input. A command that does not read it, or whose output
    /// is not read meanwhile, makes this wait until the limit of silence. A dropped write may
    /// have been done in part: the job is of no more use then.
    ///
    /// # Errors
    /// [`AdbError::Refused`] if the phone lacks `shell_v2`; else as [`Job::next`].
    pub async fn write_stdin(&mut self, data: &[u8]) -> Result<(), AdbError> {
        for packet in data.chunks(STDIN_PACKET) {
            self.stream.send_stdin(packet).await?;
        }
        Ok(())
    }

    /// Ends the command's standard input.
    ///
    /// # Errors
    /// As [`Job::write_stdin`].
    pub async fn close_stdin(&mut self) -> Result<(), AdbError> {
        self.stream.send_stdin(&[]).await
    }
}

#[cfg(test)]
mod tests {
    use super::{Note, line_after};

    #[test]
    fn a_note_has_a_name_that_no_shell_misreads() {
        for good in ["1", "t12-a3.b0ot", &"x".repeat(64)] {
            assert!(Note::new(good).is_ok(), "{good}");
        }
        for bad in [
            "",
            ".",
            "..",
            "-rf",
            "a b",
            "a/b",
            "a;b",
            "é",
            "t1.undo",
            &"x".repeat(65),
        ] {
            assert!(Note::new(bad).is_err(), "{bad}");
        }
    }

    #[test]
    fn the_line_behind_a_word_is_found_when_it_is_whole() {
        assert_eq!(line_after(b"x w 12", b"w"), None);
        assert_eq!(
            line_after(b"x w 12\nmore", b"w"),
            Some((&b" 12"[..], &b"more"[..]))
        );
    }
}
