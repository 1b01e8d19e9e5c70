//! What goes into the store and what comes out, besides the model's own types.

use std::path::PathBuf;
use std::sync::Arc;

use serde::{Deserialize, Serialize};

use super::idset::IdSet;
use crate::model::{
    AccountKey, DeviceRecord, ErrorKind, Serial, Source, Status, Task, TaskError, TaskId, Timestamp,
};

/// How to open a store.
pub struct Options {
    /// Bytes of redb's cache (64 MiB by default; redb's own default is 1 GiB).
    pub cache_bytes: usize,
    /// Called on the writer's thread after each durable commit, in commit order and before
    /// the commit's callers are answered. Must be quick and must not call the store.
    pub on_commit: Box<dyn Fn(&Commit) + Send + Sync>,
    /// Called on the writer's thread when the disk refused a commit, before its callers are
    /// answered; the next commit says that this is over. Under the same rules.
    pub on_failure: Box<dyn Fn(&StoreError) + Send + Sync>,
}

/// What one durable commit did to tasks, accounts and devices.
#[derive(Debug, Clone, Default)]
pub struct Commit {
    /// Tasks created or changed, as they are now; each once.
    pub changed: Vec<Arc<Task>>,
    /// Tasks deleted.
    pub deleted: Vec<TaskId>,
    /// Whether accounts changed.
    pub accounts: bool,
    /// Records of devices that changed, as they are now; each once.
    pub devices: Vec<DeviceRecord>,
}

/// Why a store could not be opened.
#[derive(Debug, thiserror::Error)]
pub enum OpenError {
    /// Another farmhand holds it.
    #[error("{path} is in use by another farmhand")]
    InUse {
        /// The file.
        path: PathBuf,
    },
    /// Written by a newer farmhand.
    #[error("{path} has schema {found}; this farmhand knows up to {known}: use a newer one")]
    Newer {
        /// The file.
        path: PathBuf,
        /// Schema of the file.
        found: u32,
        /// Newest schema this program knows.
        known: u32,
    },
    /// Not a store, damaged, or not readable.
    #[error("cannot open the store {path}: {message}")]
    Failed {
        /// The file.
        path: PathBuf,
        /// What happened.
        message: String,
    },
}

/// Why a change or a query failed.
#[derive(Debug, Clone, thiserror::Error)]
pub enum StoreError {
    /// The disk refused a write: whether the change is there is unknown until it is read.
    #[error("the store cannot write ({0}): outcome unknown")]
    CannotWrite(String),
    /// The store is closing.
    #[error("the store is closing")]
    Closing,
    /// A read failed or a row is damaged.
    #[error("the store cannot read: {0}")]
    CannotRead(String),
    /// The idempotency key was used within 24 h with another body.
    #[error("this idempotency key was used with another request")]
    KeyReused,
    /// An account of this key exists already.
    #[error("account {0} exists already")]
    AccountExists(AccountKey),
    /// There is no account of this key.
    #[error("no account {0}")]
    NoAccount(AccountKey),
}

/// Makes a creation repeatable without doing it twice.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct IdempotencyKey {
    /// The client's key.
    pub key: String,
    /// Fingerprint of the request's body as parsed JSON.
    pub fingerprint: [u8; 32],
}

/// Answer to a creation. A repeated one answers the same.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Created {
    /// Ids, increasing, in the order of the tasks given.
    pub task_ids: Vec<TaskId>,
    /// The moment `start_time` meant.
    pub scheduled_at: Option<Timestamp>,
    /// Serials that no adb server has shown yet.
    pub unknown_serials: Vec<Serial>,
}

/// Answer to a start.
#[derive(Debug, Clone)]
pub enum Start {
    /// It runs now; the device's leftover is set.
    Started(Arc<Task>),
    /// It is pending no more, or gone.
    Refused,
}

/// Answer to a stop.
#[derive(Debug, Clone)]
pub enum Stop {
    /// It was pending and is failed with kind `stopped` now.
    Ended(Arc<Task>),
    /// It runs and carries the mark now.
    Marked(Arc<Task>),
    /// It runs and carried a mark already: the first one wins.
    AlreadyMarked(Arc<Task>),
    /// It had ended before.
    Final(Arc<Task>),
    /// There is no such task.
    NotFound,
}

/// Answer to a retry.
#[derive(Debug, Clone)]
pub enum Retry {
    /// It is pending again, due now.
    Retried(Arc<Task>),
    /// It is not failed.
    NotFailed(Arc<Task>),
    /// There is no such task.
    NotFound,
}

/// Answer to retrying all that failed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RetriedAll {
    /// How many.
    pub count: u64,
    /// The first 1,000 of their ids.
    pub ids: Vec<TaskId>,
}

/// Answer to a deletion.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Deleted {
    /// Gone now.
    pub deleted: Vec<TaskId>,
    /// Running: marked now to be deleted at their end.
    pub stopping: Vec<TaskId>,
    /// Running and marked for deletion before: somebody else's.
    pub already: Vec<TaskId>,
    /// Unknown.
    pub not_found: Vec<TaskId>,
}

/// How an attempt ended.
#[derive(Debug, Clone)]
pub struct End {
    /// The task.
    pub id: TaskId,
    /// The attempt that ended; an end of another one is refused.
    pub attempt: u32,
    /// When.
    pub at: Timestamp,
    /// None: completed. If the task carries a stop mark, the store makes it failed with kind
    /// `stopped` whatever this says, and deletes it if the mark says so.
    pub error: Option<TaskError>,
    /// Files left in the attempt's folder.
    pub evidence: Vec<String>,
    /// A word for the reader.
    pub remark: Option<String>,
    /// Whether it is certain that nothing of it runs on the phone: clears the leftover.
    pub clean: bool,
    /// An automatic retry: pending again, due at this moment. Ignored under a stop mark.
    pub retry_at: Option<Timestamp>,
}

/// Answer to an import of accounts.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Import {
    /// All of them are in.
    Done(Imported),
    /// None is: these are there already, and were not to be overwritten.
    Exist(Vec<AccountKey>),
}

/// What an import did.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Imported {
    /// Accounts added.
    pub created: u64,
    /// Accounts changed.
    pub updated: u64,
    /// Accounts that were so before.
    pub unchanged: u64,
}

/// A phone that an adb server lists. What is `None` stays as it was learnt before.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Seen {
    /// Its serial.
    pub serial: Serial,
    /// Model, as the phone names itself.
    pub model: Option<String>,
    /// Android release ("14").
    pub android: Option<String>,
}

/// Which tasks a list shows; all that is set must hold.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Filter {
    /// Their status.
    pub status: Option<Status>,
    /// Their phone.
    pub serial: Option<Serial>,
    /// Their script.
    pub script: Option<String>,
    /// Who asked.
    pub source: Option<Source>,
    /// How they failed.
    pub kind: Option<ErrorKind>,
}

/// What a list of tasks is sorted by.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub enum SortBy {
    /// The id, so when it was asked for.
    Id,
    /// When it was created.
    Created,
    /// When its last attempt began.
    Started,
    /// When it came to an end.
    Finished,
    /// Its status, in the order of [`Status::ALL`]; the newest first in each.
    State,
    /// Its phone; the newest first on each.
    Serial,
    /// Its script; the newest first of each.
    Script,
}

impl SortBy {
    /// All of them.
    pub const ALL: [Self; 7] = [
        Self::Id,
        Self::Created,
        Self::Started,
        Self::Finished,
        Self::State,
        Self::Serial,
        Self::Script,
    ];
}

/// Which end of a sorted list comes first.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub enum Direction {
    /// The lowest, the earliest, `a`.
    Ascending,
    /// The highest, the latest, `z`.
    Descending,
}

impl Direction {
    /// The other one.
    #[must_use]
    pub const fn reversed(self) -> Self {
        match self {
            Self::Ascending => Self::Descending,
            Self::Descending => Self::Ascending,
        }
    }
}

/// The order of a list of tasks. Tasks that lack the moment come last in both directions.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct Sort {
    /// By what.
    pub by: SortBy,
    /// In which direction.
    pub direction: Direction,
}

impl Default for Sort {
    /// The newest first.
    fn default() -> Self {
        Self {
            by: SortBy::Id,
            direction: Direction::Descending,
        }
    }
}

/// Which tasks, in which order.
#[derive(Debug, Clone, Copy)]
pub struct Listing<'a> {
    /// What must hold of them.
    pub filter: &'a Filter,
    /// The ids they must be among.
    pub among: Option<&'a IdSet>,
    /// Their order.
    pub sort: Sort,
}

/// A place in a list of tasks.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub enum Place {
    /// The first rows.
    First,
    /// The last rows.
    Last,
    /// This task with rows on both sides.
    Around {
        /// The task. If it is not in the list, the rows between which it would lie.
        id: TaskId,
        /// Its position when it was last seen, from 0: there it is looked for if it is
        /// deleted and only its row could tell where it lay.
        seen: u64,
    },
}

/// Rows and total of one moment, in the order asked for.
#[derive(Debug, Clone, Default)]
pub struct Page {
    /// The rows.
    pub tasks: Vec<Arc<Task>>,
    /// Tasks that match in all.
    pub total: u64,
    /// Position of the first row among all that match, from 0.
    pub offset: u64,
}

/// What the scheduler needs of a pending task.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PendingTask {
    /// The task.
    pub id: TaskId,
    /// Its phone.
    pub serial: Serial,
    /// When it may start.
    pub due_at: Timestamp,
}
