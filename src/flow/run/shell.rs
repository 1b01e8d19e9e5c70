//! The script `shell`: a command, its output, its exit code.

use std::collections::VecDeque;
use std::time::Duration;

use tokio::time::{Instant, timeout_at};

use super::Run;
use super::outcome::{Failure, Left, Outcome, one_line};
use crate::adb::{Chunk, Limits};
use crate::model::{ErrorKind, TaskError};

/// Most characters of a remark.
const REMARK: usize = 200;
/// Bytes of the end of the output that a message may draw on.
const LAST: usize = 600;

impl Run {
    /// Runs `command` for at most `timeout` seconds.
    pub(super) async fn shell(&mut self) -> Outcome {
        let command = self.text("command");
        let timeout = self.seconds("timeout");
        self.doing("starting");
        self.evidence.log().line(&format!("$ {command}")).await;
        let start = Limits {
            silence: self.job.patience.answer,
            total: Duration::MAX,
            max_bytes: 0,
        };
        let mut running = self
            .job
            .phone
            .spawn(&command, &self.job.note, &start)
            .await?;
        self.group = Some(running.group().clone());
        self.doing("running");
        // A command may be silent for as long as it may run.
        running.set_silence(Duration::MAX);
        let deadline = Instant::now() + timeout;
        let mut said = Said::default();
        loop {
            let Ok(chunk) = timeout_at(deadline, running.next()).await else {
                return Err(Failure::new(
                    ErrorKind::TimedOut,
                    format!("the command ran longer than its timeout of {timeout:?}"),
                ));
            };
            match chunk? {
                Chunk::Stdout(bytes) => {
                    said.stdout(&bytes);
                    self.evidence.log().write(&bytes).await;
                }
                Chunk::Stderr(bytes) => {
                    said.stderr(&bytes);
                    self.evidence.log().write(&bytes).await;
                }
                Chunk::Exit(code) => {
                    let ends_line = said.ends_line;
                    let log = self.evidence.log();
                    if !ends_line {
                        log.line("").await;
                    }
                    log.line(&format!("[exit {code}]")).await;
                    return said.outcome(code);
                }
            }
        }
    }
}

/// The little of an output that messages quote.
struct Said {
    first: Vec<u8>,
    stdout: Last,
    stderr: Last,
    ends_line: bool,
}

impl Default for Said {
    fn default() -> Self {
        Self {
            first: Vec::new(),
            stdout: Last::default(),
            stderr: Last::default(),
            ends_line: true,
        }
    }
}

impl Said {
    fn stdout(&mut self, bytes: &[u8]) {
        let missing = LAST.saturating_sub(self.first.len());
        self.first.extend(bytes.iter().take(missing));
        self.stdout.push(bytes);
        self.ends_line = bytes.ends_with(b"\n");
    }

    fn stderr(&mut self, bytes: &[u8]) {
        self.stderr.push(bytes);
        self.ends_line = bytes.ends_with(b"\n");
    }

    fn outcome(self, code: i32) -> Outcome {
        let tell = |words: &[u8], most: usize| {
            let words = one_line(words, most);
            if words.is_empty() {
                format!("exit {code}")
            } else {
                format!("exit {code}: {words}")
            }
        };
        if code == 0 {
            let first = self.first.trim_ascii_start().split(|b| *b == b'\n').next();
            return Ok(Some(tell(first.unwrap_or_default(), REMARK - 10)));
        }
        let words = if self.stderr.0.is_empty() {
            self.stdout.lines()
        } else {
            self.stderr.lines()
        };
        let mut error = TaskError::new(ErrorKind::Script, tell(&words, LAST));
        error.exit_code = Some(code);
        Err(Failure {
            error,
            left: Left::Perhaps,
        })
    }
}

/// The last bytes of a stream.
#[derive(Default)]
struct Last(VecDeque<u8>);

impl Last {
    fn push(&mut self, bytes: &[u8]) {
        self.0
            .extend(bytes.iter().skip(bytes.len().saturating_sub(LAST)));
        let over = self.0.len().saturating_sub(LAST);
        self.0.drain(..over);
    }

    /// The last three lines, as far as they were kept.
    fn lines(self) -> Vec<u8> {
        let bytes: Vec<u8> = self.0.into();
        let lines: Vec<&[u8]> = bytes.trim_ascii_end().split(|b| *b == b'\n').collect();
        let last = lines.len().saturating_sub(3);
        lines.get(last..).unwrap_or_default().join(&b'\n')
    }
}

#[cfg(test)]
mod tests {
    use super::{LAST, Said};

    fn said(stdout: &[&str], stderr: &[&str]) -> Said {
        let mut said = Said::default();
        stdout.iter().for_each(|s| said.stdout(s.as_bytes()));
        stderr.iter().for_each(|s| said.stderr(s.as_bytes()));
        said
    }

    #[test]
    fn success_is_remarked_with_the_first_line() {
        let ok = said(&["\none", " and\ntwo\n"], &[]).outcome(0).unwrap();
        assert_eq!(ok.as_deref(), Some("exit 0: one and"));
        let silent = said(&[], &["warning\n"]).outcome(0).unwrap();
        assert_eq!(silent.as_deref(), Some("exit 0"));
    }

    #[test]
    fn a_remark_has_two_hundred_characters_at_most() {
        let long = "x".repeat(5000);
        let remark = said(&[&long], &[]).outcome(0).unwrap().unwrap();
        assert!(remark.len() <= 200, "{}", remark.len());
    }

    #[test]
    fn failure_tells_the_code_and_the_last_lines_of_standard_error() {
        let failed = said(&["out\n"], &["a\nb\n", "c\nd\n"])
            .outcome(3)
            .unwrap_err();
        assert_eq!(failed.error.exit_code, Some(3));
        assert_eq!(failed.error.message, "exit 3: b c d");
    }

    #[test]
    fn failure_without_standard_error_tells_the_last_output() {
        let noise = "x".repeat(2 * LAST);
        let failed = said(&[&noise, "\nlast\n"], &[]).outcome(1).unwrap_err();
        assert!(failed.error.message.contains("exit 1: "));
        let failed = said(&["first\n", "last\n"], &[]).outcome(1).unwrap_err();
        assert_eq!(failed.error.message, "exit 1: first last");
    }
}
