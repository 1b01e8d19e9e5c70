//! Scripts and new tasks as a console speaks of them to its source. The farm alone judges
//! whether a request is right; nothing here does.

use std::fmt;

use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

use super::source::SourceError;
use crate::flow::{Parameter, Runner, Script};
use crate::model::{Serial, TaskId, Timestamp};

/// A script, as far as a form needs it.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct ScriptInfo {
    /// What a task calls it.
    pub name: String,
    /// A few words for people.
    pub title: String,
    /// What it does, in a sentence or two.
    pub help: String,
    /// Its parameters, in the order of the file.
    pub parameters: Vec<Parameter>,
    /// Whether it works in an app, so that it can be for accounts.
    pub accounts: bool,
}

impl From<&Script> for ScriptInfo {
    fn from(script: &Script) -> Self {
        Self {
            name: script.name.clone(),
            title: script.title.clone(),
            help: script.help.clone(),
            parameters: script.parameters.clone(),
            accounts: script.runner == Runner::Flow,
        }
    }
}

/// Whom tasks are for, as it was typed.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub enum Recipients {
    /// These phones.
    Phones(Vec<String>),
    /// Each enabled account of these phones.
    EachAccount(Vec<String>),
    /// These accounts (`name`, `@name` or `app/name`), on the phones they are bound to.
    Accounts(Vec<String>),
}

/// Some tasks with the same parameters.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Batch {
    /// For whom.
    pub recipients: Recipients,
    /// The parameters, as far as they are given.
    pub config: Map<String, Value>,
}

impl fmt::Debug for Batch {
    /// Names the parameters only: a value may be a secret.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Batch")
            .field("recipients", &self.recipients)
            .field("config", &self.config.keys().collect::<Vec<_>>())
            .finish()
    }
}

/// New tasks, created together or not at all.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct NewTasks {
    /// Of which script.
    pub script: String,
    /// The tasks; more than one batch where they differ in more than their phones.
    pub batches: Vec<Batch>,
    /// `HH:MM` in the farm's time zone; none: now.
    pub start_time: Option<String>,
}

/// What the farm would make of new tasks now.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Outlook {
    /// How many tasks.
    pub tasks: u64,
    /// Their phones, each once, sorted.
    pub serials: Vec<Serial>,
    /// When they would be due, if not now.
    pub scheduled_at: Option<Timestamp>,
    /// Those of the phones that were never seen: their tasks would wait.
    pub unknown_serials: Vec<Serial>,
}

/// New tasks that may be created.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Submission {
    /// The tasks.
    pub tasks: NewTasks,
    /// The operator agreed to so many; another number is refused.
    pub agreed: u64,
    /// Sent again with the same key, they are not created again.
    pub key: String,
}

/// The tasks that were created.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Created {
    /// Their ids, ascending.
    pub ids: Vec<TaskId>,
    /// When they are due, if not now.
    pub scheduled_at: Option<Timestamp>,
    /// Those of their phones that were never seen.
    pub unknown_serials: Vec<Serial>,
}

/// Why tasks are not created.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error, Serialize, Deserialize)]
pub enum SubmitError {
    /// Something in the request is wrong; nothing changed.
    #[error("{message}")]
    Field {
        /// What, as the API's contract names it (`script_config.apk`, `serials`).
        field: String,
        /// What is wrong and what is accepted.
        message: String,
    },
    /// Whatever else stands in the way.
    #[error(transparent)]
    Source(#[from] SourceError),
}
