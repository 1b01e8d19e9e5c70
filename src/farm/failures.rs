//! Failed tasks put together by what went wrong: script, step, kind and message.
//!
//! Messages name phones, accounts, addresses and times; what differs from task to task by these
//! alone is one reason. Pure functions: the reader hands them rows.

use std::collections::{HashMap, HashSet};
use std::sync::Arc;

use serde::{Deserialize, Serialize};

use crate::model::{ErrorKind, Serial, Task, TaskId, Timestamp};

/// What failed tasks have in common.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct Reason {
    /// The script.
    pub script: Arc<str>,
    /// The kind of the error.
    pub kind: ErrorKind,
    /// The step, if the script has steps.
    pub step: Option<String>,
    /// Exit code of the command that failed.
    pub exit_code: Option<i32>,
    /// The message without what differs from task to task (`#`, `PHONE`, `ACCOUNT`).
    pub message: String,
}

/// Tasks that failed for the same reason.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct FailureGroup {
    /// What they have in common.
    pub reason: Reason,
    /// The message in the words of the newest, if all say the same; else that of the reason.
    pub message: String,
    /// The tasks, newest first.
    pub tasks: Arc<[TaskId]>,
    /// On how many phones.
    pub phones: usize,
    /// When the last of them failed.
    pub last: Timestamp,
}

/// Failed tasks by their reason, those of most tasks first, all of one moment.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Failures {
    /// The groups.
    pub groups: Vec<FailureGroup>,
    /// Failed tasks that are in these groups: the newest ones.
    pub grouped: u64,
    /// Failed tasks in all.
    pub total: u64,
}

struct Gathered {
    message: Option<String>,
    tasks: Vec<TaskId>,
    phones: HashSet<Serial>,
    last: Timestamp,
}

/// Groups being made.
#[derive(Default)]
pub(super) struct Grouping {
    groups: HashMap<Reason, Gathered>,
    tasks: u64,
}

impl Grouping {
    /// Takes a failed task; newer ones come first.
    pub fn add(&mut self, task: &Task) {
        let (reason, message) = reason(task);
        let at = task.finished_at.unwrap_or(task.updated_at);
        self.tasks += 1;
        let group = self.groups.entry(reason).or_insert_with(|| Gathered {
            message: Some(message.clone()),
            tasks: Vec::new(),
            phones: HashSet::new(),
            last: at,
        });
        group.message.take_if(|said| *said != message);
        group.tasks.push(task.id);
        if !group.phones.contains(&task.serial) {
            group.phones.insert(task.serial.clone());
        }
        group.last = group.last.max(at);
    }

    /// The groups of `total` failed tasks, as far as they were added.
    pub fn finish(self, total: u64) -> Failures {
        let groups = self.groups.into_iter().map(|(reason, group)| FailureGroup {
            message: group.message.unwrap_or_else(|| reason.message.clone()),
            tasks: group.tasks.into(),
            phones: group.phones.len(),
            last: group.last,
            reason,
        });
        let mut groups: Vec<_> = groups.collect();
        groups.sort_by(|a, b| {
            let most = b.tasks.len().cmp(&a.tasks.len());
            most.then(b.last.cmp(&a.last))
                .then_with(|| a.reason.cmp(&b.reason))
        });
        Failures {
            groups,
            grouped: self.tasks,
            total,
        }
    }
}

/// Why a task failed, and the message in its own words.
fn reason(task: &Task) -> (Reason, String) {
    let script = Arc::clone(&task.script);
    let Some(error) = &task.error else {
        // A failed task has an error; a row without one is shown all the same.
        let reason = Reason {
            script,
            kind: ErrorKind::Interrupted,
            step: None,
            exit_code: None,
            message: String::new(),
        };
        return (reason, String::new());
    };
    // Elements that came near differ from phone to phone.
    let said = error.parts().first().copied().unwrap_or_default();
    // The step is told apart from the message, which begins with its place.
    let place = error
        .step
        .as_deref()
        .and_then(|step| step.rsplit(" > ").next());
    let said = place
        .and_then(|place| said.strip_prefix(place)?.strip_prefix(": "))
        .unwrap_or(said);
    let account = task
        .account
        .as_ref()
        .map(|account| account.username.as_str());
    let reason = Reason {
        script,
        kind: error.kind,
        step: error.step.clone(),
        exit_code: error.exit_code,
        message: normalised(said, task.serial.as_str(), account),
    };
    (reason, said.to_owned())
}

/// A message without what differs from task to task: the phone, the account, and numbers with
/// what hangs on them. Words that begin with a letter keep their digits (`button2` is not
/// `button3`), unless they are long and hexadecimal: ids.
fn normalised(message: &str, serial: &str, account: Option<&str>) -> String {
    let mut named = renamed(message, serial, "PHONE");
    if let Some(account) = account {
        named = renamed(&named, account, "ACCOUNT");
    }
    let mut text = String::with_capacity(named.len());
    let mut rest = named.as_str();
    while let Some(first) = rest.chars().next() {
        let end = rest.find(|c| !is_word(c)).unwrap_or(rest.len());
        let (word, after) = match end {
            0 => rest.split_at(first.len_utf8()),
            end => rest.split_at(end),
        };
        rest = after;
        let Some(short) = numbers(word) else {
            text.push_str(word);
            continue;
        };
        // `127.0.0.1:5037` and `12-30` are one.
        let joined = text.strip_suffix(['.', ':', '-', ',', '/']);
        if let Some(before) = joined.filter(|before| before.ends_with('#')) {
            text.truncate(before.len());
            text.push_str(short.get(1..).unwrap_or_default());
        } else {
            text.push_str(&short);
        }
    }
    text
}

/// The text with another word for each place where `name` stands by itself: a short one is
/// part of many words.
fn renamed(text: &str, name: &str, with: &str) -> String {
    let mut told = String::with_capacity(text.len());
    let mut from = 0;
    for (at, _) in text.match_indices(name) {
        let end = at + name.len();
        let inside = text
            .get(..at)
            .is_some_and(|before| before.ends_with(is_word))
            || text
                .get(end..)
                .is_some_and(|after| after.starts_with(is_word));
        if inside {
            continue;
        }
        told.push_str(text.get(from..at).unwrap_or_default());
        told.push_str(with);
        from = end;
    }
    told.push_str(text.get(from..).unwrap_or_default());
    told
}

fn is_word(c: char) -> bool {
    c.is_alphanumeric() || c == '_'
}

/// What stands for a word that is a number or an id; `None`: it is neither.
fn numbers(word: &str) -> Option<String> {
    let hex = word.len() >= 8 && word.bytes().all(|b| b.is_ascii_hexdigit());
    if hex && word.bytes().any(|b| b.is_ascii_digit()) {
        return Some("#".to_owned());
    }
    let unit = word.trim_start_matches(|c: char| c.is_ascii_digit());
    if unit.len() == word.len() {
        return None;
    }
    let plain = unit.chars().all(char::is_alphabetic);
    Some(if plain {
        format!("#{unit}")
    } else {
        "#".to_owned()
    })
}

#[cfg(test)]
#[path = "failures_tests.rs"]
mod tests;
