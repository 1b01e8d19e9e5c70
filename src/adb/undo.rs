//! Changes on a phone that are put back, whatever becomes of who made them.
//!
//! Beside its note a command may have a file `NOTE.undo`: one line of shell for each change,
//! written and synced before the change is made. So a line may be there whose change never
//! came to be, and undoing may be cut short and done again: a line must do no harm twice. The
//! last change is undone first, and each line is dropped on the phone as soon as it was run, so
//! that the next try goes on where one was cut short. Settings outlive a restart of the phone,
//! and so do these files.

use std::time::Duration;

use super::clean::{FOLDER, GRACE, LINE};
use super::error::AdbError;
use super::job::Note;
use super::limits::Limits;
use super::phone::Phone;
use super::quote::quote;
use super::random::nonce;

/// What the names of these files end with.
pub(super) const UNDO: &str = ".undo";

/// The most bytes of such a file that are read: some thousand changes.
const LARGEST: usize = 1 << 20;

/// Most characters that are told of what a phone said.
const SAID: usize = 200;

/// What the answer to a line has in it when Android, or a part of it, has not come up, or is
/// restarting: of `service` and `cmd`, of `am` and the like, of a call that was under way.
const NOT_UP: [&str; 3] = [
    "Can't find service",
    "Can't connect to activity manager",
    "DeadObject",
];

/// What [`Phone::undo`] did.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Undone {
    /// Changes that were put back.
    pub done: usize,
    /// Those that could not be, each with what the phone said. They are forgotten: what a
    /// phone that has come up refuses once it refuses always.
    pub failed: Vec<String>,
}

impl Note {
    /// A shell command that makes a change after the phone has noted how to undo it, each of
    /// `undo` a line of shell made of quoted values. If that cannot be noted, for example
    /// because the phone is full, the change is not made and the exit code is 1.
    ///
    /// # Errors
    /// [`AdbError::Invalid`] if a line to undo has a line break in it.
    pub fn change(&self, undo: &[&str], cmd: &str) -> Result<String, AdbError> {
        if let Some(line) = undo.iter().find(|line| line.contains(['\n', '\r', '\0'])) {
            return Err(AdbError::Invalid(format!(
                "{line:?} cannot be noted as a line to undo: it has a line break"
            )));
        }
        let lines: String = undo
            .iter()
            .flat_map(|line| [" ", &quote(line)].map(str::to_owned))
            .collect();
        // Old phones have no fsync program; `sync` takes longer, as it is for all files.
        Ok(format!(
            "{{ printf '%s\\n'{lines} >> {file} && {{ fsync {file} 2>/dev/null || sync; }}; }} \
             || {{ echo 'how to undo it could not be noted, so it was not done' >&2; exit 1; }}; \
             {cmd}",
            file = undo_file(self),
        ))
    }

    /// A path for a file that a command needs for a moment, another each time; removed with the
    /// note at the latest. `extension` has letters and digits only.
    #[must_use]
    pub fn scratch(&self, extension: &str) -> String {
        format!("{}{}.{extension}", scratch(self), nonce())
    }
}

/// The file of a note's undo lines.
pub(super) fn undo_file(note: &Note) -> String {
    format!("{FOLDER}/{note}{UNDO}")
}

/// What the paths of a note's scratch files begin with. No note's name begins with a dot or
/// has a `~`, so no other note's files are meant.
pub(super) fn scratch(note: &Note) -> String {
    format!("{FOLDER}/.{note}~")
}

/// A shell function that keeps the first `$1` lines of a note's file. Run by two shells at once,
/// as when one was given up, it loses no line that was not run: the number says which stay, and
/// each has a file of its own. It is synced before it takes the place of the other, which a
/// sudden end of the phone would else leave empty. If it fails, the lines are run again.
fn keep_first(note: &Note) -> String {
    let (file, new) = (undo_file(note), note.scratch("rest"));
    format!(
        "keep_first() {{ {{ head -n $1 {file} > {new} && {{ fsync {new} || sync; }} \
         && mv {new} {file}; }} >/dev/null 2>&1; }}; "
    )
}

impl Phone {
    /// Puts back what was changed under a note, the last change first, and forgets it. What must
    /// not go on changing things has to have ended before ([`Phone::end`]).
    ///
    /// # Errors
    /// [`AdbError::Refused`] if Android has not come up yet, or is restarting; any other
    /// [`AdbError`]. The lines that were not run stay then.
    pub async fn undo(&self, note: &Note, total: Duration) -> Result<Undone, AdbError> {
        self.within("undo", total, async {
            let lines = self.undo_lines(note, total).await?;
            let mut undone = Undone::default();
            let lines = lines.lines().enumerate();
            let mut rest: Vec<_> = lines.filter(|(_, l)| !l.trim().is_empty()).collect();
            while !rest.is_empty() {
                self.undo_last(note, &mut rest, &mut undone, total).await?;
            }
            for failed in &undone.failed {
                tracing::warn!(serial = self.serial(), %note, failed, "a change was not undone");
            }
            let line = format!("rm -f {} {}*", undo_file(note), scratch(note));
            let out = self.shell(&line, &Limits::within(total)).await?;
            match out.exit {
                0 => Ok(undone),
                _ => Err(self.no(
                    "undo",
                    format!("cannot remove its lines: {}", out.complaint()),
                )),
            }
        })
        .await
    }

    /// Ends whatever runs under a note, puts back what was changed under it, and removes the
    /// note: as [`Phone::clean`] does, for one note. For whoever lost hold of a command half
    /// way and cannot be sure of its group.
    ///
    /// # Errors
    /// As [`Phone::end`] and [`Phone::undo`].
    pub async fn release(&self, note: &Note, total: Duration) -> Result<Undone, AdbError> {
        self.within("release", total, async {
            self.end_noted(note, total).await?;
            self.undo(note, total).await
        })
        .await
    }

    /// Ends whatever runs under a note and removes the note.
    pub(super) async fn end_noted(&self, note: &Note, total: Duration) -> Result<(), AdbError> {
        self.within("end", total, async {
            let (boot, left) = self.list_left(total).await?;
            if left.notes.contains(note) {
                let notes = [note.clone()];
                self.end_notes(&boot, &notes, GRACE.min(total / 4), total)
                    .await?;
            }
            self.remove("end", &[note], total).await
        })
        .await
    }

    /// The lines of a note, empty if there are none.
    async fn undo_lines(&self, note: &Note, total: Duration) -> Result<String, AdbError> {
        let file = undo_file(note);
        let word = nonce();
        let cmd = format!(
            "getprop sys.boot_completed; echo {word}; if [ -e {file} ]; then cat {file}; fi"
        );
        let limits = Limits {
            max_bytes: LARGEST,
            ..Limits::within(total)
        };
        let out = self.shell(&cmd, &limits).await?;
        let text = String::from_utf8_lossy(&out.stdout);
        let Some((booted, lines)) = text.split_once(&word).filter(|_| out.exit == 0) else {
            return Err(self.no("undo", format!("cannot read {file}: {}", out.complaint())));
        };
        let lines = lines.trim_start_matches(['\r', '\n']);
        if !lines.trim().is_empty() && booted.trim() != "1" {
            return Err(self.no("undo", "Android has not come up yet".into()));
        }
        Ok(lines.to_owned())
    }

    /// Runs as many of the last lines as one shell takes, and drops them from `rest` and, each
    /// as soon as it was run, on the phone. A line comes with how many lie before it.
    async fn undo_last(
        &self,
        note: &Note,
        rest: &mut Vec<(usize, &str)>,
        undone: &mut Undone,
        total: Duration,
    ) -> Result<(), AdbError> {
        let word = nonce();
        let mut script = keep_first(note);
        let not_up = NOT_UP.map(|said| format!("*{}*", quote(said))).join("|");
        let mut sent = Vec::new();
        while let Some((before, line)) = rest.last() {
            // Where Android is not up, neither this line nor those before it are dropped.
            let next = format!(
                "said=$( ( eval {} ) </dev/null 2>&1 ); code=$?; echo \"$said\"; \
                 echo {word} $code; case \"$said\" in {not_up}) exit 0;; esac; \
                 keep_first {before}; ",
                quote(line)
            );
            if !sent.is_empty() && script.len() + next.len() > LINE {
                break;
            }
            script.push_str(&next);
            sent.extend(rest.pop());
        }
        let out = self.shell(&script, &Limits::within(total)).await?;
        let text = String::from_utf8_lossy(&out.stdout);
        let mut heard = text.as_ref();
        for (_, line) in sent {
            let Some((said, behind)) = heard.split_once(&word) else {
                return Err(AdbError::Protocol {
                    attempt: self.attempt("undo"),
                    detail: format!("the shell did not answer to {line:?}: {}", out.complaint()),
                });
            };
            let (code, behind) = behind.split_once('\n').unwrap_or((behind, ""));
            heard = behind;
            let is_up = !NOT_UP.iter().any(|not_up| said.contains(not_up));
            let said: String = said.trim().chars().take(SAID).collect();
            if !is_up {
                return Err(self.no("undo", format!("Android is not up: {line}: {said}")));
            }
            if code.trim() == "0" {
                undone.done += 1;
            } else {
                undone.failed.push(format!("{line}: {said}"));
            }
        }
        Ok(())
    }

    fn no(&self, what: &'static str, reason: String) -> AdbError {
        AdbError::Refused {
            attempt: self.attempt(what),
            reason,
        }
    }
}

#[cfg(test)]
#[path = "undo_tests.rs"]
mod tests;
