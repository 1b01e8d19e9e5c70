//! What a console asks of phones and accounts, and what it has done to them.

use std::fmt;

use serde::{Deserialize, Serialize};

use crate::model::{AccountKey, AccountPatch, DevicePatch, Serial, TaskId, TaskView};

/// A change to phones.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub enum PhoneCommand {
    /// Keep these from work; what runs on them goes on.
    Hold {
        /// Which.
        serials: Vec<Serial>,
        /// Why, in a sentence.
        reason: String,
    },
    /// Let these have work again.
    Release(Vec<Serial>),
    /// Change what these are called.
    Edit {
        /// Which.
        serials: Vec<Serial>,
        /// The same change to each.
        patch: DevicePatch,
    },
}

impl PhoneCommand {
    /// The phones it names.
    #[must_use]
    pub fn serials(&self) -> &[Serial] {
        match self {
            Self::Hold { serials, .. } | Self::Release(serials) | Self::Edit { serials, .. } => {
                serials
            }
        }
    }

    /// What is going on while it is done: `holding 3 phones`.
    #[must_use]
    pub fn under_way(&self) -> String {
        let doing = match self {
            Self::Hold { .. } => "holding",
            Self::Release(_) => "releasing",
            Self::Edit { .. } => "labelling",
        };
        format!("{doing} {}", phones(self.serials()))
    }
}

impl fmt::Display for PhoneCommand {
    /// What is to be done: `hold 3 phones`.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let verb = match self {
            Self::Hold { .. } => "hold",
            Self::Release(_) => "release",
            Self::Edit { .. } => "label",
        };
        write!(f, "{verb} {}", phones(self.serials()))
    }
}

/// `phone R58`, `3 phones`.
pub(in crate::console) fn phones(serials: &[Serial]) -> String {
    match serials {
        [serial] => format!("phone {serial}"),
        _ => format!("{} phones", serials.len()),
    }
}

/// A new account, or a change to one.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub enum AccountCommand {
    /// Add it.
    Add(AccountDraft),
    /// Change it.
    Change {
        /// Which.
        key: AccountKey,
        /// How.
        patch: AccountPatch,
    },
}

/// An account as an operator writes it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct AccountDraft {
    /// Its app, folded; none: the farm's usual one.
    pub app: Option<String>,
    /// Its name, folded.
    pub username: String,
    /// The phone it lives on.
    pub serial: Option<Serial>,
    /// The operator's own words.
    pub notes: String,
}

impl AccountCommand {
    /// What is going on while it is done: `adding account ann`.
    #[must_use]
    pub fn under_way(&self) -> String {
        match self {
            Self::Add(draft) => format!("adding account {draft}"),
            Self::Change { key, .. } => format!("changing account {key}"),
        }
    }
}

impl fmt::Display for AccountCommand {
    /// What is to be done: `add account ann`.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Add(draft) => write!(f, "add account {draft}"),
            Self::Change { key, .. } => write!(f, "change account {key}"),
        }
    }
}

impl fmt::Display for AccountDraft {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.app {
            Some(app) => write!(f, "{app}/{}", self.username),
            None => f.write_str(&self.username),
        }
    }
}

/// A shell command for phones: a task of the built-in script for each.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ShellOrder {
    /// The phones.
    pub serials: Vec<Serial>,
    /// The command.
    pub command: String,
    /// Sent again with the same key, it makes no tasks again.
    pub key: String,
}

/// Which part of which output.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct OutputQuery {
    /// Whose.
    pub task: TaskId,
    /// The attempt that is known; 0: none yet.
    pub attempt: u32,
    /// Bytes of its log that are known.
    pub from: u64,
}

/// How far a task is, and what its latest attempt wrote since.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct OutputPart {
    /// Whose.
    pub task: TaskId,
    /// How far it is; none: it was deleted.
    #[serde(with = "crate::model::whole_known")]
    pub view: Option<TaskView>,
    /// The attempt.
    pub attempt: u32,
    /// Bytes of its log before the part. More than asked for: what lies between is left out.
    pub from: u64,
    /// The part.
    #[serde(with = "crate::console::text_bytes")]
    pub bytes: Vec<u8>,
    /// Whether no more will come.
    pub last: bool,
}
