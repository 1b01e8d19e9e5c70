//! What callers hand to the farm and get back.

use std::sync::Arc;

use serde::{Deserialize, Serialize};

use super::csv::BadLines;
use crate::model::{
    Attempt, DeviceView, Incident, Rates, Serial, Source, Stats, TaskId, TaskView, Timestamp,
};
pub use crate::store::{Created as Accepted, IdempotencyKey, Imported};

/// Whom a request is for. Both filled is impossible on purpose.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Targets {
    /// Device mode: these phones. `each_account` makes one task per account bound to each.
    Serials {
        /// The phones.
        serials: Vec<Serial>,
        /// Contract: `enable_multi_account`.
        each_account: bool,
    },
    /// Username mode: these accounts as written (`name`, `@name` or `app/name`), on the
    /// phones they are bound to.
    Usernames(Vec<String>),
}

/// A request for tasks, of the right form but not yet checked against scripts, accounts
/// and phones.
#[derive(Debug, Clone)]
pub struct Request {
    /// For whom.
    pub targets: Targets,
    /// Which script.
    pub script: String,
    /// With which parameters.
    pub config: serde_json::Map<String, serde_json::Value>,
    /// `HH:MM` in the farm's time zone, to be checked.
    pub start_time: Option<String>,
    /// Who asks.
    pub source: Source,
    /// Makes a repeated request harmless.
    pub idempotency: Option<IdempotencyKey>,
}

/// What requests would make if they were submitted now.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Foreseen {
    /// How many tasks.
    pub tasks: usize,
    /// Their phones, each once, sorted.
    pub serials: Vec<Serial>,
    /// When they would be due, if they have a start time.
    pub scheduled_at: Option<Timestamp>,
    /// Those of the phones that were never seen: their tasks would wait.
    pub unknown_serials: Vec<Serial>,
}

/// Why a command was refused. `message`s say what was wrong and what is accepted.
#[derive(Debug, Clone, thiserror::Error)]
pub enum CommandError {
    /// Something in the request is wrong (contract: 40001).
    #[error("{message}")]
    Invalid {
        /// The field, as the contract names it (`script_config.apk`).
        field: String,
        /// What was wrong and what is accepted.
        message: String,
    },
    /// Lines of a file of accounts are wrong (40001).
    #[error("{0}")]
    Lines(BadLines),
    /// The script is unknown or not available (40003).
    #[error("{message}")]
    Script {
        /// What was wrong.
        message: String,
        /// Scripts that are available.
        available: Vec<String>,
    },
    /// Something named does not exist (40401).
    #[error("{0}")]
    NotFound(String),
    /// The state does not allow it, or another one won (40901).
    #[error("{0}")]
    Conflict(String),
    /// The outcome is unknown: closing, or the disk refused (50301).
    #[error("{0}")]
    Unavailable(String),
    /// A defect or a damaged store (50001).
    #[error("{0}")]
    Internal(String),
}

/// Answer to a deletion.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct DeleteOutcome {
    /// Gone, after their end on the phone where they ran.
    pub deleted: Vec<TaskId>,
    /// Unknown, or deleted by somebody else.
    pub not_found: Vec<TaskId>,
}

/// A task with its attempts.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct TaskDetail {
    /// The task.
    #[serde(with = "crate::model::whole_view")]
    pub view: TaskView,
    /// Its attempts, oldest first.
    pub attempts: Vec<Attempt>,
}

/// Rows and total of one moment, newest first.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
pub struct TaskPage {
    /// The rows.
    #[serde(with = "crate::model::whole_views")]
    pub tasks: Vec<TaskView>,
    /// Tasks that match in all.
    pub total: u64,
    /// Position of the first row among all that match, from 0.
    pub offset: u64,
}

/// The plan (contract: `GET /license/check`).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Plan {
    /// No API access; 5 devices.
    Starter,
    /// 20 devices.
    Pro,
    /// 50 devices.
    Team,
    /// 100 devices.
    Business,
}

impl Plan {
    /// The plan's own number of devices that run tasks at once.
    #[must_use]
    pub const fn device_limit(self) -> u32 {
        match self {
            Self::Starter => 5,
            Self::Pro => 20,
            Self::Team => 50,
            Self::Business => 100,
        }
    }

    /// Its name as the contract writes it.
    #[must_use]
    pub const fn title(self) -> &'static str {
        match self {
            Self::Starter => "Starter",
            Self::Pro => "Pro",
            Self::Team => "Team",
            Self::Business => "Business",
        }
    }

    /// Whether the API may be used.
    #[must_use]
    pub const fn api_enabled(self) -> bool {
        !matches!(self, Self::Starter)
    }
}

/// Plan and limit in force.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct License {
    /// The plan.
    pub plan: Plan,
    /// How many devices run tasks at once; `None`: no limit (the contract answers 2147483647).
    pub device_limit: Option<u32>,
}

/// The farm at one moment, small enough to be sent whole: what a console shows besides the
/// page of tasks it looks at. Coalesced: readers see the latest, not every one.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct FarmState {
    /// When it was taken.
    pub at: Timestamp,
    /// Grows with each one.
    pub version: u64,
    /// Identifies this start of farmhand.
    pub boot: u64,
    /// All phones ever seen, by serial.
    pub devices: Arc<[DeviceView]>,
    /// Counts of tasks.
    pub stats: Stats,
    /// Counts a minute.
    pub rates: Arc<Rates>,
    /// Trouble that is going on.
    pub incidents: Arc<[Incident]>,
    /// Grows whenever any task changed: a page read before is stale then.
    pub tasks_version: u64,
    /// Adb servers that answer, and all that are set.
    pub adb_servers: (usize, usize),
    /// Whether the farm is ending.
    pub closing: bool,
}
