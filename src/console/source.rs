//! The farm as the console sees it, local or remote: one trait.
//!
//! It knows the farm's types and nothing of keys, screens or how the farm is reached. The
//! console asks for what it can show and no more; every call answers with a value, so that
//! the answers can come late, in another order, or not at all.

use std::fmt;
use std::future::Future;
use std::pin::Pin;
use std::sync::Arc;

use bytes::Bytes;
use serde::{Deserialize, Serialize};
use tokio::sync::watch;

use super::filter::{Query, TaskRow};
use super::info::{History, LogHits, LogQuery, Setting};
use super::new_tasks::{Created, NewTasks, Outlook, ScriptInfo, Submission, SubmitError};
use crate::farm::{
    BadLines, EvidenceFile, Failures, FarmState, Imported, ScreenTree, Statistics, TaskDetail,
    TaskPage,
};
use crate::flow::{Failure, Timeline};
use crate::model::{Account, AccountKey, Existing, Serial, TaskId, TaskView};
use crate::store::{Filter, Sort};

pub use crate::store::Place;

/// A future that can be spawned. Written by hand so that [`Source`] works as `dyn`.
pub type BoxFuture<T> = Pin<Box<dyn Future<Output = T> + Send + 'static>>;

/// What a [`Source`] answers.
pub type Answered<T> = BoxFuture<Result<T, SourceError>>;

/// The farm, as far as a console needs it.
///
/// The console gives each call a deadline and drops the future when it passes, so a call
/// must be safe to drop. Commands are durable in the farm: dropping one undoes nothing.
pub trait Source: Send + Sync + 'static {
    /// The latest state of the farm, coalesced.
    ///
    /// A source sends at least one every [`HEARTBEAT_MS`], also when nothing changed: that is
    /// how the console tells an idle farm from a dead one. Its end (the sender is dropped)
    /// means that the farm is gone.
    fn watch(&self) -> watch::Receiver<Arc<FarmState>>;

    /// Some rows of a list of tasks, all of one moment.
    ///
    /// What no index selects is looked for row by row: then the answer comes after a moment
    /// with what was found so far and says how far that is ([`TaskRows::search`]). Asked again
    /// for any rows of the same filter, the source goes on from there; what was found it keeps
    /// true while tasks change, and forgets it when asked for another filter. Dropping the
    /// future stops the looking.
    fn page(&self, query: PageQuery) -> Answered<TaskRows>;

    /// The tasks of a list from one to another. `None`: one of the two is not in the list.
    /// What is looked for row by row must have been found by [`Source::page`] before.
    fn between(&self, query: RangeQuery) -> Answered<Option<TaskPage>>;

    /// Those of these tasks that exist, of one moment, in any order.
    fn tasks(&self, ids: Vec<TaskId>) -> Answered<Vec<TaskView>>;

    /// One task whole. `None`: there is no such task.
    fn task(&self, id: TaskId) -> Answered<Option<TaskInfo>>;

    /// All accounts.
    fn accounts(&self) -> Answered<Vec<Account>>;

    /// A part of a text that an attempt left, or is leaving.
    fn part(&self, query: PartQuery) -> Answered<TextPart>;

    /// A picture of a screen, a PNG. Does not disturb the phone's task.
    fn picture(&self, of: Sight) -> Answered<Bytes>;

    /// What a screen is made of. May take half a minute; a phone whose screen is in use by a
    /// task refuses.
    fn tree(&self, of: Sight) -> Answered<ScreenTree>;
    /// The last tasks of an account.
    fn history(&self, account: AccountKey) -> Answered<History>;

    /// Looks for a text in the logs of some tasks.
    fn search(&self, query: LogQuery) -> Answered<LogHits>;

    /// Takes a CSV file of accounts, all of it or nothing.
    fn import(&self, file: Bytes, existing: Existing) -> Answered<Import>;

    /// All accounts as CSV.
    fn export(&self) -> Answered<Bytes>;

    /// All scripts that a task can have, by name.
    fn scripts(&self) -> Answered<Vec<ScriptInfo>>;

    /// What these tasks would be if they were created now; nothing is created.
    fn foresee(&self, tasks: NewTasks) -> BoxFuture<Result<Outlook, SubmitError>>;

    /// Creates tasks, all or none; answers when they are durable.
    fn submit(&self, submission: Submission) -> BoxFuture<Result<Created, SubmitError>>;

    /// What tasks were like by phone and by script.
    fn statistics(&self) -> Answered<Statistics>;

    /// Failed tasks by what went wrong; of very many, the newest.
    fn failures(&self) -> Answered<Failures>;

    /// Changes something; answers when it is done or certain to be done.
    fn command(&self, command: Command) -> Answered<Done>;
}

/// The longest pause between two states of a source, in milliseconds.
pub const HEARTBEAT_MS: i64 = 5_000;

/// Which rows of which list of tasks.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct PageQuery {
    /// The list.
    pub list: ListQuery,
    /// Where in the list.
    pub place: Place,
    /// How many rows at most.
    pub rows: usize,
}

/// Which tasks, in which order.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct ListQuery {
    /// What the store's indexes can select.
    pub filter: Filter,
    /// What is left to be looked for row by row; most often empty.
    pub rest: Query,
    /// The order.
    pub sort: Sort,
}

impl ListQuery {
    /// Whether the indexes alone answer it: [`ListQuery::matches`] is true for every row of
    /// the store's own page then.
    #[must_use]
    pub fn indexed(&self) -> bool {
        self.rest.is_empty()
    }

    /// Whether a task that passed [`ListQuery::filter`] also passes the rest.
    #[must_use]
    pub fn matches(&self, task: &TaskView) -> bool {
        self.rest.matches(&TaskRow(task))
    }
}

/// All rows between two, these included.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct RangeQuery {
    /// The list.
    pub list: ListQuery,
    /// The two, in either order.
    pub ends: [TaskId; 2],
    /// How many rows at most: those nearest to the first of the two.
    pub rows: usize,
}

/// Some rows of a list of tasks.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
pub struct TaskRows {
    /// They, and how many pass in all, as far as is known.
    pub page: TaskPage,
    /// How far the looking row by row is; none: it is over, or was not needed.
    pub search: Option<Search>,
}

/// A look at rows one by one that is not over.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Search {
    /// Rows looked at.
    pub looked: u64,
    /// Rows to be looked at in all.
    pub of: u64,
}

/// A task whole.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct TaskInfo {
    /// The task and its attempts.
    pub detail: TaskDetail,
    /// The end of the last attempt's log, if it left one.
    pub log: Option<LogTail>,
    /// The files that its attempts left, or are leaving.
    pub files: Vec<EvidenceFile>,
    /// Its parameters.
    pub settings: Vec<Setting>,
    /// The steps of the last attempt.
    pub timeline: Timeline,
    /// How the flow of the last attempt failed, if one did.
    pub failure: Option<Failure>,
}

/// Which part of which text.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct PartQuery {
    /// Whose.
    pub task: TaskId,
    /// Of which attempt.
    pub attempt: u32,
    /// The file's name.
    pub name: String,
    /// Bytes before the part.
    pub from: u64,
}

/// A part of a text, as much as is sent at once.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct TextPart {
    /// Empty: there is no more yet.
    #[serde(with = "super::text_bytes")]
    pub bytes: Vec<u8>,
    /// Whether no more will come.
    pub last: bool,
}

/// A screen that can be looked at.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub enum Sight {
    /// That of a phone, now.
    Live(Serial),
    /// What an attempt left of it.
    Left {
        /// Whose.
        task: TaskId,
        /// Of which attempt.
        attempt: u32,
    },
}

/// What came of an import.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub enum Import {
    /// All of it is in.
    Done(Imported),
    /// Nothing is: these lines are wrong.
    Refused(BadLines),
}

/// The end of a log.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct LogTail {
    /// Its last lines.
    pub text: String,
    /// Whether more lies before them.
    pub cut: bool,
}

/// A change asked for.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub enum Command {
    /// Stop these, pending or running.
    Stop(Vec<TaskId>),
    /// Retry these failed tasks.
    Retry(Vec<TaskId>),
    /// Retry all that are failed.
    RetryAll,
    /// Delete these; running ones are stopped first.
    Delete(Vec<TaskId>),
    /// Let a held phone have work again.
    Release(Serial),
    /// Let tasks be created for these accounts.
    Enable(Vec<AccountKey>),
    /// Let none be created for these accounts.
    Disable(Vec<AccountKey>),
    /// Remove these accounts; their tasks stay.
    Remove(Vec<AccountKey>),
}

impl Command {
    /// What is going on while it is done: `stopping 3 tasks`.
    #[must_use]
    pub fn under_way(&self) -> String {
        match self {
            Self::Stop(ids) => format!("stopping {}", tasks(ids)),
            Self::Retry(ids) => format!("retrying {}", tasks(ids)),
            Self::RetryAll => "retrying all failed tasks".to_owned(),
            Self::Delete(ids) => format!("deleting {}", tasks(ids)),
            Self::Release(serial) => format!("releasing {serial}"),
            Self::Enable(keys) => format!("enabling {}", accounts(keys)),
            Self::Disable(keys) => format!("disabling {}", accounts(keys)),
            Self::Remove(keys) => format!("removing {}", accounts(keys)),
        }
    }

    /// The tasks it names.
    #[must_use]
    pub fn ids(&self) -> &[TaskId] {
        match self {
            Self::Stop(ids) | Self::Retry(ids) | Self::Delete(ids) => ids,
            Self::RetryAll
            | Self::Release(_)
            | Self::Enable(_)
            | Self::Disable(_)
            | Self::Remove(_) => &[],
        }
    }

    /// The accounts it names.
    #[must_use]
    pub fn accounts(&self) -> &[AccountKey] {
        match self {
            Self::Enable(keys) | Self::Disable(keys) | Self::Remove(keys) => keys,
            Self::Stop(_)
            | Self::Retry(_)
            | Self::RetryAll
            | Self::Delete(_)
            | Self::Release(_) => &[],
        }
    }
}

impl fmt::Display for Command {
    /// What is to be done: `stop 3 tasks`.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Stop(ids) => write!(f, "stop {}", tasks(ids)),
            Self::Retry(ids) => write!(f, "retry {}", tasks(ids)),
            Self::RetryAll => f.write_str("retry all failed tasks"),
            Self::Delete(ids) => write!(f, "delete {}", tasks(ids)),
            Self::Release(serial) => write!(f, "release {serial}"),
            Self::Enable(keys) => write!(f, "enable {}", accounts(keys)),
            Self::Disable(keys) => write!(f, "disable {}", accounts(keys)),
            Self::Remove(keys) => write!(f, "remove {}", accounts(keys)),
        }
    }
}

/// `task 7`, `3 tasks`.
fn tasks(ids: &[TaskId]) -> String {
    match ids {
        [id] => format!("task {id}"),
        _ => format!("{} tasks", ids.len()),
    }
}

/// `account sample/ann`, `3 accounts`.
fn accounts(keys: &[AccountKey]) -> String {
    match keys {
        [key] => format!("account {key}"),
        _ => format!("{} accounts", keys.len()),
    }
}

/// What a command did.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Done {
    /// How many tasks, phones or accounts it changed.
    pub changed: u64,
    /// How many it could not change (their state did not allow it, or they are gone).
    pub skipped: u64,
    /// What happened, as one sentence for people: `3 tasks deleted, 1 was gone before`.
    pub sentence: String,
}

/// Why a source could not answer.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error, Serialize, Deserialize)]
pub enum SourceError {
    /// The farm refused it; nothing changed.
    #[error("{0}")]
    Refused(String),
    /// The farm, or the way to it, failed; nothing changed.
    #[error("{0}")]
    Failed(String),
    /// Whether it was done is not known.
    #[error("outcome unknown: {0}")]
    Unknown(String),
}
