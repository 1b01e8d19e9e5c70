//! The end of what runs on a phone, for sure: process groups are killed by number from a second
//! shell and looked at until they are gone.
//!
//! A number must never be killed after another process got it. Linux gives a number to a new
//! process only when no process, group or session has it any more, so:
//! - the process with the noted number has the noted start time (clock ticks since boot): it
//!   is ours, and so is its group;
//! - it has another start time: ours is wholly gone, and nothing is killed;
//! - there is none, but a group of that number: its first process has ended, the children live.
//!   As long as they do, nobody else can get the number. The one case that looks the same is a
//!   group of the same number, made after ours had wholly gone, whose own first process has
//!   ended as well; it would have to belong to the shell's own user, within one boot, while the
//!   note lies there. That is accepted.
//!
//! Another boot id means that nothing of it can be left. The judging is done here and not on
//! the phone: phones' shells differ, and a decision in Rust can be tested. A phone without
//! notes costs one shell, the usual case.

use std::collections::{BTreeMap, BTreeSet};
use std::future::Future;
use std::time::Duration;

use tokio::time::Instant;

use super::error::AdbError;
use super::job::{Group, Note};
use super::limits::{Limits, after};
use super::phone::Phone;
use super::random::nonce;
use super::undo::{UNDO, scratch};

/// Where notes lie on a phone.
pub(super) const FOLDER: &str = "/data/local/tmp/farmhand";

/// Where a phone tells which start of it this is.
pub(super) const BOOT_ID: &str = "/proc/sys/kernel/random/boot_id";

/// How long [`Phone::clean`] waits between the polite signal and the other, at most.
pub(super) const GRACE: Duration = Duration::from_secs(2);

/// How long a signal may take before one looks again; the pauses double, to a quarter second.
const FIRST_PAUSE: Duration = Duration::from_millis(20);

/// What `kill` says of a group that is not there: `strerror(ESRCH)`, which every shell prints.
const NOBODY: &str = "No such process";

/// Shell lines are cut to about this: phones before `shell_v2` take 4,096 bytes.
pub(super) const LINE: usize = 3000;

/// What [`Phone::clean`] did.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Cleaned {
    /// Notes whose commands still ran and have been ended.
    pub ended: Vec<String>,
    /// Notes whose commands had ended already.
    pub stale: Vec<String>,
    /// Notes under which something was changed that has been put back.
    pub undone: Vec<String>,
}

/// What earlier commands left on a phone.
#[derive(Debug, Default)]
pub(super) struct Leftovers {
    pub notes: Vec<Note>,
    /// Notes with lines to undo.
    pub undo: Vec<Note>,
}

impl Phone {
    /// Ends a command and all its children: a polite signal, after `grace` the other, then looks
    /// until the group is gone and removes the note. For a group whose job this client has
    /// followed until now; after a reconnect use [`Phone::clean`], which checks whose number
    /// it is. Children that made a session of their own (`setsid`) are not reached.
    ///
    /// # Errors
    /// [`AdbError::StillRuns`] if the group is still there after `total`; any other
    /// [`AdbError`] also means that the end is not confirmed.
    pub async fn end(
        &self,
        group: &Group,
        grace: Duration,
        total: Duration,
    ) -> Result<(), AdbError> {
        self.within("end", total, async {
            self.kill("end", vec![group.id], grace, total).await?;
            self.remove("end", &[&group.note], total).await
        })
        .await
    }

    /// Tidies up after a normal exit, in one shell: kills what the command left running in its
    /// group and removes the note. If there was something to kill, further shells make sure
    /// that it is gone.
    ///
    /// # Errors
    /// As [`Phone::end`].
    pub async fn finish(&self, group: &Group, total: Duration) -> Result<(), AdbError> {
        let Group { id, note } = group;
        // The usual case is that nothing is left; only then the note goes at once.
        let scratch = scratch(note);
        let line = format!(
            "kill -KILL -{id} 2>&1 | grep -q '{NOBODY}' && rm -f {FOLDER}/{note} {scratch}*"
        );
        self.within("finish", total, async {
            if self.shell(&line, &Limits::within(total)).await?.exit != 0 {
                self.kill("finish", vec![*id], Duration::ZERO, total)
                    .await?;
                self.remove("finish", &[note], total).await?;
            }
            Ok(())
        })
        .await
    }

    /// Ends whatever earlier commands left running on the phone, by their notes, removes the
    /// notes, and puts back what was changed under them ([`Phone::undo`]).
    ///
    /// # Errors
    /// As [`Phone::end`] and [`Phone::undo`]: until this succeeds, something of an earlier
    /// command may still run, or stand changed.
    pub async fn clean(&self, total: Duration) -> Result<Cleaned, AdbError> {
        self.within("clean", total, async {
            let (boot, mut left) = self.list_left(total).await?;
            let mut cleaned = Cleaned::default();
            if !left.notes.is_empty() {
                let grace = GRACE.min(total / 4);
                let ended = self.end_notes(&boot, &left.notes, grace, total).await?;
                self.remove("clean", &left.notes.iter().collect::<Vec<_>>(), total)
                    .await?;
                let stale = left.notes.iter().filter(|note| !ended.contains(note));
                cleaned.stale = stale.map(Note::to_string).collect();
                cleaned.ended = ended.iter().map(Note::to_string).collect();
                // What still ran may have noted changes since.
                left.undo = self.list_left(total).await?.1.undo;
            }
            // Only now, as what still ran might have changed things again.
            for note in left.undo {
                self.undo(&note, total).await?;
                cleaned.undone.push(note.to_string());
            }
            Ok(cleaned)
        })
        .await
    }

    /// Ends what runs under these notes. Answers those whose commands still ran.
    pub(super) async fn end_notes(
        &self,
        boot: &str,
        notes: &[Note],
        grace: Duration,
        total: Duration,
    ) -> Result<Vec<Note>, AdbError> {
        let noted = self.read_notes(boot, notes, total).await?;
        let alive = self.alive(&noted, total).await?;
        let ids = alive.iter().map(|noted| noted.id).collect();
        self.kill("clean", ids, grace, total).await?;
        Ok(alive.into_iter().map(|noted| noted.note).collect())
    }

    /// The phone's boot id and what lies in the folder of notes. Other files there are none of
    /// ours and stay.
    pub(super) async fn list_left(&self, total: Duration) -> Result<(String, Leftovers), AdbError> {
        let line = format!("cat {BOOT_ID} && ls -1 {FOLDER}");
        let out = self.shell(&line, &Limits::within(total)).await?;
        let text = String::from_utf8_lossy(&out.stdout);
        let (boot, names) = text.split_once('\n').unwrap_or_default();
        let no_folder = out.complaint().contains("No such file") && !boot.is_empty();
        if out.exit != 0 && !no_folder {
            return Err(AdbError::Refused {
                attempt: self.attempt("clean"),
                reason: format!("cannot look for notes: {}", out.complaint()),
            });
        }
        let mut left = Leftovers::default();
        for name in names.lines().map(str::trim) {
            let (name, list) = match name.strip_suffix(UNDO) {
                Some(name) => (name, &mut left.undo),
                None => (name, &mut left.notes),
            };
            list.extend(Note::new(name).ok());
        }
        Ok((boot.trim().to_owned(), left))
    }

    /// What the notes of this boot say. The others' commands cannot run any more; neither can
    /// that of a note that is not whole: it was never started.
    async fn read_notes(
        &self,
        boot: &str,
        notes: &[Note],
        total: Duration,
    ) -> Result<Vec<Noted>, AdbError> {
        let lines = notes.iter().map(|note| format!("cat {FOLDER}/{note}"));
        let texts = self.ask_each("clean", lines.collect(), total).await?;
        let read = notes.iter().zip(&texts);
        Ok(read
            .filter_map(|(note, text)| Noted::read(note, text, boot))
            .collect())
    }

    /// Those whose group still lives and is ours.
    async fn alive(&self, noted: &[Noted], total: Duration) -> Result<Vec<Noted>, AdbError> {
        let lines = noted
            .iter()
            .flat_map(|n| {
                [
                    format!("cat /proc/{}/stat 2>/dev/null", n.id),
                    format!("kill -0 -{} 2>&1", n.id),
                ]
            })
            .collect();
        let answers = self.ask_each("clean", lines, total).await?;
        let seen = noted.iter().zip(answers.chunks(2));
        Ok(seen
            .filter(|(noted, answer)| match answer {
                [stat, kill] => noted.is_alive(stat, kill),
                _ => true,
            })
            .map(|(noted, _)| noted.clone())
            .collect())
    }

    /// Kills groups until the phone knows none of them any more.
    async fn kill(
        &self,
        what: &'static str,
        ids: Vec<u32>,
        grace: Duration,
        total: Duration,
    ) -> Result<(), AdbError> {
        let (polite_until, ends) = (after(grace), after(total));
        // What the phone said last of each that is left: nothing means that it was signalled.
        let mut left: BTreeMap<u32, String> = ids.into_iter().map(|id| (id, "".into())).collect();
        let mut signal = if grace.is_zero() { "KILL" } else { "TERM" };
        let mut pause = FIRST_PAUSE;
        while !left.is_empty() {
            // `--` before the number would not do: mksh takes it for a process.
            let mut lines: Vec<_> = left
                .keys()
                .map(|id| format!("kill -{signal} -{id} 2>&1"))
                .collect();
            // Whoever outlives the first signal may be a zombie, whom `kill` still finds.
            let look_closer = pause > FIRST_PAUSE;
            if look_closer {
                lines.push("ps -A -o pgid,s 2>/dev/null".into());
            }
            let mut answers = self.ask_each(what, lines, total).await?;
            let table = look_closer.then(|| answers.pop()).flatten();
            let zombies = zombies(table.as_deref().unwrap_or_default());
            for (said, answer) in left.values_mut().zip(answers) {
                *said = answer;
            }
            left.retain(|id, said| !said.contains(NOBODY) && !zombies.contains(id));
            if left.is_empty() {
                break;
            }
            if Instant::now() + pause >= ends {
                let left = left.iter().map(|(id, said)| format!("group {id} {said}"));
                return Err(AdbError::StillRuns {
                    attempt: self.attempt(what),
                    left: left.collect::<Vec<_>>().join(", "),
                });
            }
            tokio::time::sleep(pause).await;
            pause = (pause * 2).min(Duration::from_millis(250));
            // The hard signal is repeated: the group may have forked in between.
            signal = if Instant::now() < polite_until {
                "0"
            } else {
                "KILL"
            };
        }
        Ok(())
    }

    /// Removes notes and the files that their commands left for a moment.
    pub(super) async fn remove(
        &self,
        what: &'static str,
        notes: &[&Note],
        total: Duration,
    ) -> Result<(), AdbError> {
        for notes in notes.chunks(LINE / (2 * (FOLDER.len() + 5 + Note::MAX_BYTES))) {
            let mut line = "rm -f".to_owned();
            for note in notes {
                line.push_str(&format!(" {FOLDER}/{note} {}*", scratch(note)));
            }
            let out = self.shell(&line, &Limits::within(total)).await?;
            if out.exit != 0 {
                return Err(AdbError::Refused {
                    attempt: self.attempt(what),
                    reason: format!("cannot remove a note: {}", out.complaint()),
                });
            }
        }
        Ok(())
    }

    /// Runs short command lines in as few shells as their length allows; returns what each
    /// wrote to standard output.
    async fn ask_each(
        &self,
        what: &'static str,
        lines: Vec<String>,
        total: Duration,
    ) -> Result<Vec<String>, AdbError> {
        let mark = nonce();
        let mut answers = Vec::with_capacity(lines.len());
        let mut rest = lines.as_slice();
        while !rest.is_empty() {
            let mut script = String::new();
            let mut count = 0;
            for line in rest {
                if count > 0 && script.len() + line.len() > LINE {
                    break;
                }
                script.push_str(&format!("{line}; echo {mark}; "));
                count += 1;
            }
            let out = self.shell(&script, &Limits::within(total)).await?;
            let text = String::from_utf8_lossy(&out.stdout);
            let mut parts: Vec<_> = text.split(&mark).map(|t| t.trim().to_owned()).collect();
            // Behind the last mark there is only a newline.
            parts.pop();
            if parts.len() != count {
                return Err(AdbError::Protocol {
                    attempt: self.attempt(what),
                    detail: format!(
                        "expected {count} answers from the shell, got {}: {}",
                        parts.len(),
                        out.complaint()
                    ),
                });
            }
            answers.extend(parts);
            rest = rest.get(count..).unwrap_or_default();
        }
        Ok(answers)
    }

    pub(super) async fn within<T>(
        &self,
        what: &'static str,
        total: Duration,
        work: impl Future<Output = Result<T, AdbError>>,
    ) -> Result<T, AdbError> {
        tokio::time::timeout_at(after(total), work)
            .await
            .unwrap_or_else(|_| {
                Err(AdbError::TimedOut {
                    attempt: self.attempt(what),
                    after: total,
                })
            })
    }
}

/// A command as its note of this boot tells it.
#[derive(Debug, Clone, PartialEq, Eq)]
struct Noted {
    note: Note,
    id: u32,
    /// Clock ticks from the phone's boot.
    started: u64,
}

impl Noted {
    /// Reads a note: the shell's `/proc/PID/stat`, then the boot id.
    fn read(note: &Note, text: &str, boot: &str) -> Option<Self> {
        let (stat, noted_boot) = text.rsplit_once('\n')?;
        if boot.is_empty() || noted_boot.trim() != boot {
            return None;
        }
        let (id, started) = parse_stat(stat)?;
        // 0 and 1 would be the killing shell's own group and every process.
        (id > 1).then(|| Self {
            note: note.clone(),
            id,
            started,
        })
    }

    /// Whether its group lives and is ours, by `/proc/ID/stat` (empty if there is no such
    /// process) and the answer to `kill -0 -ID` (empty if there is such a group). When in
    /// doubt it lives: ending it then fails visibly.
    fn is_alive(&self, stat: &str, kill: &str) -> bool {
        match parse_stat(stat) {
            Some((_, started)) => started == self.started,
            None => !kill.contains(NOBODY),
        }
    }
}

/// Process id and start time (the 22nd field) of a `/proc/PID/stat`. The name, in parentheses,
/// may hold spaces and parentheses itself, so the fields are counted from its end.
fn parse_stat(stat: &str) -> Option<(u32, u64)> {
    let (id, _) = stat.split_once(' ')?;
    let (_, fields) = stat.rsplit_once(") ")?;
    let started = fields.split_whitespace().nth(19)?;
    Some((id.parse().ok()?, started.parse().ok()?))
}

/// Groups of which only zombies are left (state `Z`), in a table of group numbers and states:
/// they have ended, and wait for their parent to take notice. A group that is not in the table
/// is not judged by it.
fn zombies(table: &str) -> BTreeSet<u32> {
    let rows = table.lines().filter_map(|row| {
        let (group, state) = row.trim().split_once(char::is_whitespace)?;
        Some((group.parse().ok()?, state.trim().starts_with('Z')))
    });
    let (dead, alive): (Vec<(u32, bool)>, Vec<_>) = rows.partition(|(_, zombie)| *zombie);
    let alive: BTreeSet<u32> = alive.into_iter().map(|(group, _)| group).collect();
    let dead = dead.into_iter().map(|(group, _)| group);
    dead.filter(|group| !alive.contains(group)).collect()
}

#[cfg(test)]
#[path = "clean_tests.rs"]
mod tests;
