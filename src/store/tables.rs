//! The tables, and the bytes in them.
//!
//! Values are postcard: fields by position, enum variants by number. So adding, removing or
//! reordering a field or variant of a stored type is a new schema and needs a migration
//! (see [`super::schema`]).

use redb::TableDefinition;
use serde::{Deserialize, Serialize};

use super::types::{Created, StoreError};
use crate::model::{ErrorKind, Source, Status, Task, Timestamp};

/// Id to [`Task`].
pub(super) const TASKS: TableDefinition<u64, &[u8]> = TableDefinition::new("tasks");
/// Id to [`Head`]: an eighth of a row, so that a million are read in a moment at open.
pub(super) const HEADS: TableDefinition<u64, &[u8]> = TableDefinition::new("heads");
/// Id and attempt number to [`crate::model::Attempt`].
pub(super) const ATTEMPTS: TableDefinition<(u64, u32), &[u8]> = TableDefinition::new("attempts");
/// App and username to [`crate::model::Account`].
pub(super) const ACCOUNTS: TableDefinition<(&str, &str), &[u8]> = TableDefinition::new("accounts");
/// Serial to [`crate::model::DeviceRecord`].
pub(super) const DEVICES: TableDefinition<&str, &[u8]> = TableDefinition::new("devices");
/// Idempotency key to [`KeyUse`].
pub(super) const KEYS: TableDefinition<&str, &[u8]> = TableDefinition::new("keys");
/// Moment and idempotency key, in the order in which they expire.
pub(super) const KEY_AGES: TableDefinition<(i64, &str), ()> = TableDefinition::new("key_ages");
/// Numbers about the file itself, by the names below.
pub(super) const META: TableDefinition<&str, u64> = TableDefinition::new("meta");

/// In [`META`]: the schema.
pub(super) const META_SCHEMA: &str = "schema";
/// In [`META`]: the id that the next task gets.
pub(super) const META_NEXT_ID: &str = "next_id";
/// In [`META`]: commits so far. Tells after a failed commit whether it landed all the same.
pub(super) const META_COMMITS: &str = "commits";

/// What the index and the scheduler need of a task.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct Head<'a> {
    pub(super) status: Status,
    pub(super) source: Source,
    pub(super) kind: Option<ErrorKind>,
    pub(super) serial: &'a str,
    pub(super) script: &'a str,
    pub(super) due_at: Timestamp,
    pub(super) finished_at: Option<Timestamp>,
    pub(super) created_at: Timestamp,
    pub(super) started_at: Option<Timestamp>,
}

impl<'a> Head<'a> {
    pub(super) fn of(task: &'a Task) -> Self {
        Self {
            status: task.status,
            source: task.source,
            kind: task.error.as_ref().map(|error| error.kind),
            serial: task.serial.as_str(),
            script: &task.script,
            due_at: task.due_at,
            finished_at: task.finished_at,
            created_at: task.created_at,
            started_at: task.started_at,
        }
    }

    /// When it ended, if it is at an end.
    pub(super) fn ended_at(&self) -> Option<Timestamp> {
        self.finished_at.filter(|_| self.status.is_final())
    }
}

/// The first use of an idempotency key.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(super) struct KeyUse {
    pub(super) at: Timestamp,
    pub(super) fingerprint: [u8; 32],
    pub(super) created: Created,
}

impl KeyUse {
    /// For how long a key stands, in milliseconds (contract: 24 h).
    pub(super) const LIFE_MS: i64 = 24 * 60 * 60 * 1000;

    pub(super) const fn expired(&self, now: Timestamp) -> bool {
        now.ms_since(self.at) >= Self::LIFE_MS
    }
}

/// A value's bytes.
///
/// # Errors
/// None of the stored types can fail to serialise; if one did, redb's error says so.
pub(super) fn encode<T: Serialize>(value: &T) -> Result<Vec<u8>, redb::Error> {
    postcard::to_stdvec(value).map_err(|error| redb::Error::Corrupted(format!("encode: {error}")))
}

/// The value of these bytes; `what` names the row in the error.
pub(super) fn decode<'a, T: Deserialize<'a>>(
    bytes: &'a [u8],
    what: impl FnOnce() -> String,
) -> Result<T, StoreError> {
    postcard::from_bytes(bytes)
        .map_err(|error| StoreError::CannotRead(format!("{} is damaged: {error}", what())))
}

/// For `map_err`: a failed read.
pub(super) fn cannot_read(error: impl Into<redb::Error>) -> StoreError {
    StoreError::CannotRead(error.into().to_string())
}
