//! A shell that is kept open: many short commands for one stream.
//!
//! A command costs one round trip instead of three, and the phone starts no shell for it. The
//! shell reads lines from its standard input; each of ours runs one command in a copy of the
//! shell, so that a command may leave it, change it or be half a sentence, and what follows is
//! not disturbed. A command reads nothing: its standard input would be the lines that are still
//! to come. Behind each command the shell prints a mark with the exit code, and the mark again
//! on standard error: a word that nobody knows who did not see the line.
//!
//! Phones without `shell_v2` have a terminal in place of standard input, which echoes and cuts
//! long lines. There each command gets a shell of its own, under the same note.

use std::time::Duration;

use tokio::time::timeout_at;

use super::error::AdbError;
use super::job::{Chunk, Group, Job, Note};
use super::limits::{Limits, after};
use super::phone::Phone;
use super::quote::quote;
use super::random::nonce;
use super::shell::Output;

/// The most bytes of commands that are sent before an answer is read: half of what a pipe
/// holds, so that the sending cannot wait for a shell that waits for its reader.
const LONGEST: usize = 32 * 1024;

/// The same for a phone without `shell_v2`, whose largest message is 4,096 bytes.
const LONGEST_OLD: usize = 3000;

/// What messages call a command of a session.
const WHAT: &str = "shell";

/// A shell kept open under a note. Dropping it closes the stream but ends nothing on the phone:
/// [`Session::close`] does, or [`Phone::release`] for whoever has only the note.
#[derive(Debug)]
pub struct Session {
    phone: Phone,
    note: Note,
    /// For starting a shell.
    start: Limits,
    state: State,
    word: String,
    sent: u64,
    trips: u64,
}

#[derive(Debug)]
enum State {
    /// A shell waits for a command.
    Kept(Job),
    /// Each command gets a shell of its own; that of the last one may have left its note.
    Each(Option<Group>),
    /// A command was cut short: what the shell says next may belong to it.
    Cut(Option<Group>),
}

impl Session {
    /// Starts a shell under `note`. `limits` are for the start, here and in
    /// [`Session::reopen`].
    ///
    /// # Errors
    /// As [`Phone::spawn`].
    pub async fn open(phone: &Phone, note: &Note, limits: &Limits) -> Result<Self, AdbError> {
        let mut session = Self {
            phone: phone.clone(),
            note: note.clone(),
            start: *limits,
            state: State::Cut(None),
            word: nonce(),
            sent: 0,
            trips: 0,
        };
        session.start().await?;
        Ok(session)
    }

    /// The process group of the shell. `None` where there is none of which this is certain:
    /// [`Phone::release`] needs only the note.
    #[must_use]
    pub const fn group(&self) -> Option<&Group> {
        match &self.state {
            State::Kept(job) => Some(job.group()),
            State::Each(group) | State::Cut(group) => group.as_ref(),
        }
    }

    /// Whether it takes commands.
    #[must_use]
    pub const fn is_usable(&self) -> bool {
        matches!(self.state, State::Kept(_) | State::Each(_))
    }

    /// How often a command, or several at once, were sent and answered.
    #[must_use]
    pub const fn round_trips(&self) -> u64 {
        self.trips
    }

    /// Runs a command and collects what it writes. Its exit code is no error. Standard input
    /// is empty; variables and the working directory are as at the start.
    ///
    /// When this fails other than by [`AdbError::Invalid`], or is dropped, the command may run
    /// on, and the session takes no more until [`Session::reopen`].
    ///
    /// # Errors
    /// [`AdbError::CutShort`] if an earlier command was cut short, [`AdbError::TooMuch`] past
    /// [`Limits::max_bytes`] of both outputs, [`AdbError::Refused`] if the shell itself ended,
    /// [`AdbError::Invalid`] if the command is longer than what is sent at once.
    pub async fn run(&mut self, cmd: &str, limits: &Limits) -> Result<Output, AdbError> {
        let mut outputs = self.run_all(&[cmd], limits).await?;
        // One command, one output.
        Ok(outputs.pop().unwrap_or_default())
    }

    /// Runs several commands in one round trip, each whatever became of those before it. The
    /// limits are for all of them together.
    ///
    /// # Errors
    /// As [`Session::run`].
    pub async fn run_all(
        &mut self,
        cmds: &[&str],
        limits: &Limits,
    ) -> Result<Vec<Output>, AdbError> {
        let longest = match self.state {
            State::Each(_) => LONGEST_OLD,
            State::Kept(_) | State::Cut(_) => LONGEST,
        };
        let length: usize = cmds.iter().map(|cmd| quote(cmd).len()).sum();
        if length > longest {
            return Err(AdbError::Invalid(format!(
                "{}: commands of {length} bytes; at most {longest} are sent at once",
                self.phone.attempt(WHAT)
            )));
        }
        let cut = State::Cut(self.group().cloned());
        // Until the answer is whole, whoever drops this future leaves the session cut.
        match std::mem::replace(&mut self.state, cut) {
            State::Kept(mut job) => {
                let asked = self.ask(&mut job, cmds, limits);
                let outputs = match timeout_at(after(limits.total), asked).await {
                    Ok(outputs) => outputs?,
                    Err(_) => return Err(self.timed_out(limits.total)),
                };
                self.state = State::Kept(job);
                self.trips += 1;
                Ok(outputs)
            }
            State::Each(_) => {
                let each = self.each(cmds, limits);
                match timeout_at(after(limits.total), each).await {
                    Ok(outputs) => outputs,
                    Err(_) => Err(self.timed_out(limits.total)),
                }
            }
            State::Cut(_) => Err(AdbError::CutShort {
                attempt: self.phone.attempt(WHAT),
            }),
        }
    }

    /// Ends what is left of a shell that is of no more use, and starts another under the same
    /// note.
    ///
    /// # Errors
    /// As [`Phone::end`] and [`Phone::spawn`].
    pub async fn reopen(&mut self) -> Result<(), AdbError> {
        self.stop(self.start.total).await?;
        self.start().await
    }

    /// Ends the shell and whatever its commands left running, and removes the note.
    ///
    /// # Errors
    /// As [`Phone::end`].
    pub async fn close(mut self, total: Duration) -> Result<(), AdbError> {
        self.stop(total).await
    }

    async fn start(&mut self) -> Result<(), AdbError> {
        if !self.phone.features().await?.shell_v2 {
            self.state = State::Each(None);
            return Ok(());
        }
        // The stream lives as long as it is wanted; each command has limits of its own.
        let limits = Limits {
            total: Duration::MAX,
            ..self.start
        };
        let spawned = self.phone.spawn_as(WHAT, "exec sh", &self.note, &limits);
        let job = match timeout_at(after(self.start.total), spawned).await {
            Ok(job) => job?,
            Err(_) => return Err(self.timed_out(self.start.total)),
        };
        self.state = State::Kept(job);
        Ok(())
    }

    async fn stop(&mut self, total: Duration) -> Result<(), AdbError> {
        let cut = State::Cut(self.group().cloned());
        match std::mem::replace(&mut self.state, cut) {
            State::Kept(job) => self.phone.finish(&job.into_group(), total).await?,
            State::Each(Some(group)) => self.phone.finish(&group, total).await?,
            State::Each(None) => {}
            State::Cut(Some(group)) => self.phone.end(&group, Duration::ZERO, total).await?,
            // The start was cut short: only the note may tell what came of it.
            State::Cut(None) => self.phone.end_noted(&self.note, total).await?,
        }
        self.state = State::Cut(None);
        Ok(())
    }

    /// Sends commands to the kept shell and waits for the last mark on both outputs.
    async fn ask(
        &mut self,
        job: &mut Job,
        cmds: &[&str],
        limits: &Limits,
    ) -> Result<Vec<Output>, AdbError> {
        let first = self.sent;
        self.sent += cmds.len() as u64;
        let marks: Vec<_> = (first..self.sent)
            .map(|number| format!("{}-{number}-", self.word))
            .collect();
        let mut lines = String::new();
        for (cmd, mark) in cmds.iter().zip(&marks) {
            let cmd = alone(cmd);
            lines.push_str(&format!("{cmd}; echo {mark} $?; echo {mark} >&2\n"));
        }
        job.set_silence(limits.silence);
        job.write_stdin(lines.as_bytes()).await?;
        let mut heard = Heard::new(marks);
        while !heard.is_whole() {
            match job.next().await? {
                Chunk::Stdout(data) => heard.stdout.push(&data),
                Chunk::Stderr(data) => heard.stderr.push(&data),
                Chunk::Exit(code) => {
                    return Err(AdbError::Refused {
                        attempt: self.phone.attempt(WHAT),
                        reason: format!("the shell itself ended, with exit code {code}"),
                    });
                }
            }
            if heard.len() > limits.max_bytes {
                return Err(self.too_much(limits.max_bytes));
            }
        }
        heard.outputs().ok_or_else(|| AdbError::Protocol {
            attempt: self.phone.attempt(WHAT),
            detail: "the shell's answers are out of order".into(),
        })
    }

    /// A shell for each command.
    async fn each(&mut self, cmds: &[&str], limits: &Limits) -> Result<Vec<Output>, AdbError> {
        let mut outputs = Vec::with_capacity(cmds.len());
        for cmd in cmds {
            let spawned = self
                .phone
                .spawn_as(WHAT, &alone(cmd), &self.note, limits)
                .await;
            let mut job = spawned?;
            self.state = State::Cut(Some(job.group().clone()));
            let mut out = Output::default();
            loop {
                match job.next().await? {
                    Chunk::Stdout(data) => out.stdout.extend_from_slice(&data),
                    Chunk::Stderr(data) => out.stderr.extend_from_slice(&data),
                    Chunk::Exit(code) => {
                        out.exit = code;
                        break;
                    }
                }
                if out.stdout.len() + out.stderr.len() > limits.max_bytes {
                    return Err(self.too_much(limits.max_bytes));
                }
            }
            outputs.push(out);
            self.trips += 1;
        }
        self.state = State::Each(self.group().cloned());
        Ok(outputs)
    }

    fn timed_out(&self, limit: Duration) -> AdbError {
        AdbError::TimedOut {
            attempt: self.phone.attempt(WHAT),
            after: limit,
        }
    }

    fn too_much(&self, limit: usize) -> AdbError {
        AdbError::TooMuch {
            attempt: self.phone.attempt(WHAT),
            limit,
        }
    }
}

/// A line that runs a command in a copy of the shell, without standard input. Quoted for `eval`,
/// half a sentence is an error of the copy and does not swallow the next line.
fn alone(cmd: &str) -> String {
    format!("( eval {} ) </dev/null", quote(cmd))
}

/// What a kept shell has said since it was asked.
struct Heard {
    marks: Vec<String>,
    stdout: Side,
    stderr: Side,
}

impl Heard {
    fn new(marks: Vec<String>) -> Self {
        let last = marks.last().cloned().unwrap_or_default();
        Self {
            stdout: Side::new(last.clone()),
            stderr: Side::new(last),
            marks,
        }
    }

    fn is_whole(&self) -> bool {
        self.marks.is_empty() || (self.stdout.ended && self.stderr.ended)
    }

    const fn len(&self) -> usize {
        self.stdout.bytes.len() + self.stderr.bytes.len()
    }

    /// What each command wrote and its exit code; `None` if a mark is missing.
    fn outputs(self) -> Option<Vec<Output>> {
        let (mut out, mut err) = (self.stdout.bytes.as_slice(), self.stderr.bytes.as_slice());
        let mut outputs = Vec::with_capacity(self.marks.len());
        for mark in &self.marks {
            let (stdout, code, rest) = cut_at(out, mark)?;
            out = rest;
            let (stderr, _, rest) = cut_at(err, mark)?;
            err = rest;
            outputs.push(Output {
                stdout: stdout.to_vec(),
                stderr: stderr.to_vec(),
                exit: code.trim().parse().ok()?,
            });
        }
        Some(outputs)
    }
}

/// One output, and whether the line of the last mark has come in whole.
struct Side {
    bytes: Vec<u8>,
    last: String,
    ended: bool,
}

impl Side {
    const fn new(last: String) -> Self {
        Self {
            bytes: Vec::new(),
            last,
            ended: false,
        }
    }

    fn push(&mut self, data: &[u8]) {
        // The line of a mark is short; what lies further back has been looked at.
        let seen = self.bytes.len().saturating_sub(self.last.len() + 8);
        self.bytes.extend_from_slice(data);
        let tail = self.bytes.get(seen..).unwrap_or_default();
        self.ended = self.ended || cut_at(tail, &self.last).is_some();
    }
}

/// What stands before a mark, the rest of its line, and what follows that line.
fn cut_at<'a>(bytes: &'a [u8], mark: &str) -> Option<(&'a [u8], &'a str, &'a [u8])> {
    let mark = mark.as_bytes();
    let at = bytes.windows(mark.len()).position(|w| w == mark)?;
    let (before, behind) = bytes.split_at(at);
    let behind = behind.get(mark.len()..)?;
    let end = behind.iter().position(|b| *b == b'\n')?;
    let line = std::str::from_utf8(behind.get(..end)?).ok()?;
    Some((before, line, behind.get(end + 1..)?))
}

#[cfg(test)]
#[path = "session_tests.rs"]
mod tests;
