//! How a driver asks its phone: one shell kept open, deadlines, and what counts as a no.

use std::time::Duration;

use crate::adb::{AdbError, Limits, Note, Output, Phone, Session};

use super::error::DriverError;

/// The most bytes of an answer: the longest are the dumps of services.
const LARGEST: usize = 4 << 20;

/// The most characters of the phone's words in a message.
const SAID: usize = 300;

/// A driver's shell on its phone.
#[derive(Debug)]
pub struct Shell {
    session: Session,
    answer: Duration,
}

impl Shell {
    pub(super) async fn open(
        phone: &Phone,
        note: &Note,
        answer: Duration,
    ) -> Result<Self, DriverError> {
        let session = Session::open(phone, note, &Limits::within(answer)).await?;
        Ok(Self { session, answer })
    }

    pub(super) const fn session(&self) -> &Session {
        &self.session
    }

    pub(super) async fn close(self, total: Duration) -> Result<(), AdbError> {
        self.session.close(total).await
    }

    /// Runs commands in one round trip, each whatever became of those before it.
    ///
    /// # Errors
    /// [`DriverError::Adb`]. After a deadline the shell is replaced before the next command.
    pub async fn run_all(
        &mut self,
        cmds: &[&str],
        total: Duration,
    ) -> Result<Vec<Output>, DriverError> {
        if !self.session.is_usable() {
            tracing::debug!("a shell whose command was cut short is replaced");
            self.session.reopen().await?;
        }
        let limits = Limits {
            max_bytes: LARGEST,
            ..Limits::within(total)
        };
        Ok(self.session.run_all(cmds, &limits).await?)
    }

    /// Runs a command.
    ///
    /// # Errors
    /// As [`Shell::run_all`].
    pub async fn run(&mut self, cmd: &str, total: Duration) -> Result<Output, DriverError> {
        let mut outputs = self.run_all(&[cmd], total).await?;
        Ok(outputs.pop().unwrap_or_default())
    }

    /// What a short command prints.
    ///
    /// # Errors
    /// [`DriverError::Refused`] for `what` if the phone says no.
    pub(super) async fn act(&mut self, what: &str, cmd: &str) -> Result<String, DriverError> {
        self.act_within(what, cmd, self.answer).await
    }

    /// The same for one that may take longer.
    pub(super) async fn act_within(
        &mut self,
        what: &str,
        cmd: &str,
        total: Duration,
    ) -> Result<String, DriverError> {
        let out = self.run(cmd, total).await?;
        match complaint(&out) {
            None => Ok(text(&out)),
            Some(said) => Err(DriverError::refused(what, &said)),
        }
    }

    /// What short commands print, in one round trip, whatever they say.
    pub(super) async fn ask<const N: usize>(
        &mut self,
        cmds: [&str; N],
    ) -> Result<[String; N], DriverError> {
        let outputs = self.run_all(&cmds, self.answer).await?;
        let mut outputs = outputs.iter().map(text);
        // As many answers as questions.
        Ok(cmds.map(|_| outputs.next().unwrap_or_default()))
    }
}

impl DriverError {
    pub(super) fn refused(what: &str, said: &str) -> Self {
        Self::Refused {
            what: what.to_owned(),
            said: one_line(said),
        }
    }
}

/// Standard output as text.
pub(super) fn text(out: &Output) -> String {
    String::from_utf8_lossy(&out.stdout).into_owned()
}

/// What an Android program says when it did not do what it was asked; `None` if it did. Many of
/// them exit with 0 in any case and print a line that begins with "Error", or an exception.
pub(super) fn complaint(out: &Output) -> Option<String> {
    let both = format!("{}\n{}", text(out), String::from_utf8_lossy(&out.stderr));
    let bad = |line: &&str| {
        let line = line.trim_start();
        line.starts_with("Error")
            || line.starts_with("Exception occurred")
            || line.starts_with("java.lang.")
            || line.starts_with("Unknown command")
            || line.starts_with("Warning: Activity not started because")
    };
    // The first such line and what follows it: an exception says why in its second line.
    let mut lines = both.lines().skip_while(|line| !bad(line));
    match lines.next() {
        Some(first) => {
            let second = lines.find(|line| !line.trim().is_empty() && !line.contains("\tat "));
            Some(format!("{first} {}", second.unwrap_or_default()))
        }
        None if out.exit != 0 => Some(out.complaint()),
        None => None,
    }
}

/// The phone's words as one line for a message.
pub(super) fn one_line(words: &str) -> String {
    let plain = words.replace(char::is_control, " ");
    let line = plain.split_whitespace().collect::<Vec<_>>().join(" ");
    match line.char_indices().nth(SAID) {
        Some((end, _)) => format!("{}...", line.get(..end).unwrap_or_default()),
        None => line,
    }
}

#[cfg(test)]
mod tests {
    use super::{complaint, one_line};
    use crate::adb::Output;

    fn out(stdout: &str, stderr: &str, exit: i32) -> Output {
        Output {
            stdout: stdout.into(),
            stderr: stderr.into(),
            exit,
        }
    }

    #[test]
    fn a_no_is_heard_whatever_the_exit_code_says() {
        for (said, expected) in [
            (
                out(
                    "Starting: Intent { }\n",
                    "Error type 3\nError: Activity class {a/b} does not exist.\n",
                    0,
                ),
                "Error type 3 Error: Activity class {a/b} does not exist.",
            ),
            (
                out(
                    "",
                    "\nException occurred while executing 'tap':\njava.lang.SecurityException: Injecting\n\tat a\n",
                    255,
                ),
                "Exception occurred while executing 'tap': java.lang.SecurityException: Injecting",
            ),
            (out("Failed\n", "", 1), "Failed"),
            (out("", "", 7), "exit code 7"),
        ] {
            assert_eq!(complaint(&said).unwrap().trim(), expected);
        }
    }

    #[test]
    fn a_yes_with_a_warning_is_a_yes() {
        let said = "Starting: Intent { }\nWarning: Activity not started, its current task has \
                    been brought to the front\n";
        assert_eq!(complaint(&out(said, "", 0)), None);
    }

    #[test]
    fn words_become_one_plain_line() {
        assert_eq!(one_line(" a\n\t\u{1b}b "), "a b");
        assert_eq!(one_line(&"é".repeat(500)).chars().count(), 303);
    }
}
