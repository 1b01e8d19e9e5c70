//! What a source tells beyond rows: a task's parameters, an account's past, places in logs.
//! Plain values, bounded where they are made.

use serde::{Deserialize, Serialize};

use crate::model::{ErrorKind, Serial, TaskId, TaskView};

/// A parameter of a task.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Setting {
    /// Its name.
    pub name: String,
    /// Its value: a text as it is, anything else as JSON. Empty if it is secret.
    pub value: String,
    /// Where the value comes from.
    pub origin: Origin,
}

/// Where the value of a parameter comes from.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub enum Origin {
    /// It was asked for.
    Given,
    /// It is the script's default, asked for or not.
    Default,
    /// Nobody is told: the script calls it secret.
    Secret,
    /// The script, as it is now, has no such parameter.
    Unknown,
}

/// The last tasks of an account.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
pub struct History {
    /// The newest, newest first, a few.
    #[serde(with = "crate::model::whole_views")]
    pub tasks: Vec<TaskView>,
    /// How many were found.
    pub found: u64,
    /// How many of these are completed.
    pub completed: u64,
    /// How many of these failed, by kind, the most frequent first.
    pub failed: Vec<(ErrorKind, u64)>,
    /// How many tasks were looked at, the newest ones of `serial` or of all phones.
    pub looked: u64,
    /// The phone whose tasks were looked at; none: all.
    pub serial: Option<Serial>,
    /// Whether there are older ones, which were not looked at.
    pub more: bool,
}

/// A text to be looked for in logs.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct LogQuery {
    /// In the logs of the last attempts of these tasks, few enough for one answer.
    pub tasks: Vec<TaskId>,
    /// The text; case makes no difference.
    pub text: String,
}

/// Where a text was found.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct LogHits {
    /// The places, log by log.
    pub hits: Vec<LogHit>,
    /// How many logs were read.
    pub logs: usize,
    /// Places that are not told because their log has too many.
    pub untold: usize,
}

/// A line of a log.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct LogHit {
    /// Whose log.
    pub task: TaskId,
    /// Of which attempt.
    pub attempt: u32,
    /// On which phone.
    pub serial: Serial,
    /// The line, from 1.
    pub line: usize,
    /// What it says, cut if it is long.
    pub text: String,
}
