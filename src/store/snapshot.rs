//! The store as one commit left it: read tables of that commit, and the index, accounts and
//! devices that belong to them.

use std::sync::Arc;

use redb::{Database, ReadOnlyTable, ReadableDatabase, ReadableTable};

use super::index::{Index, Loading};
use super::records::{Accounts, Devices};
use super::tables::{
    ACCOUNTS, ATTEMPTS, DEVICES, HEADS, Head, KEYS, KeyUse, META, META_COMMITS, META_NEXT_ID,
    TASKS, cannot_read, decode,
};
use super::types::StoreError;
use crate::model::{Account, Attempt, DeviceRecord, Task, TaskId};

/// All that goes with one commit besides the tables.
#[derive(Clone, Default)]
pub(super) struct State {
    pub(super) index: Index,
    pub(super) accounts: Accounts,
    pub(super) devices: Devices,
    /// The id that the next task gets.
    pub(super) next_id: u64,
    /// Commits so far.
    pub(super) commits: u64,
}

/// One moment of the store.
pub(super) struct Snapshot {
    tasks: ReadOnlyTable<u64, &'static [u8]>,
    heads: ReadOnlyTable<u64, &'static [u8]>,
    attempts: ReadOnlyTable<(u64, u32), &'static [u8]>,
    keys: ReadOnlyTable<&'static str, &'static [u8]>,
    pub(super) state: State,
}

impl Snapshot {
    /// The tables after the latest commit; `state` must belong to that commit.
    pub(super) fn new(db: &Database, state: State) -> Result<Self, redb::Error> {
        let read = db.begin_read()?;
        Ok(Self {
            tasks: read.open_table(TASKS)?,
            heads: read.open_table(HEADS)?,
            attempts: read.open_table(ATTEMPTS)?,
            keys: read.open_table(KEYS)?,
            state,
        })
    }

    /// Reads all that is not left in the tables: the heads of all tasks, accounts, devices.
    ///
    /// # Errors
    /// [`StoreError::CannotRead`] naming the damaged row or the failed read.
    pub(super) fn load(db: &Database) -> Result<Self, StoreError> {
        let mut state = State::default();
        let read = db.begin_read().map_err(cannot_read)?;
        let meta = read.open_table(META).map_err(cannot_read)?;
        let number = |name: &str| {
            let found = meta.get(name).map_err(cannot_read)?;
            Ok::<u64, StoreError>(found.map_or(0, |n| n.value()))
        };
        state.next_id = number(META_NEXT_ID)?.max(1);
        state.commits = number(META_COMMITS)?;

        let accounts = read.open_table(ACCOUNTS).map_err(cannot_read)?;
        for row in accounts.iter().map_err(cannot_read)? {
            let (key, bytes) = row.map_err(cannot_read)?;
            let account: Account = decode(bytes.value(), || format!("account {:?}", key.value()))?;
            state.accounts.put(account);
        }
        let devices = read.open_table(DEVICES).map_err(cannot_read)?;
        for row in devices.iter().map_err(cannot_read)? {
            let (key, bytes) = row.map_err(cannot_read)?;
            let device: DeviceRecord =
                decode(bytes.value(), || format!("device {:?}", key.value()))?;
            Arc::make_mut(&mut state.devices).insert(device.serial.clone(), Arc::new(device));
        }
        let snapshot = Self::new(db, State::default()).map_err(cannot_read)?;
        state.index = load_index(&snapshot.heads)?;
        Ok(Self { state, ..snapshot })
    }

    /// A task's row.
    pub(super) fn task(&self, id: TaskId) -> Result<Option<Task>, StoreError> {
        let Some(bytes) = self.tasks.get(id.0).map_err(cannot_read)? else {
            return Ok(None);
        };
        decode(bytes.value(), || format!("task {id}")).map(Some)
    }

    /// One attempt of a task.
    pub(super) fn attempt(&self, id: TaskId, number: u32) -> Result<Option<Attempt>, StoreError> {
        let found = self.attempts.get((id.0, number)).map_err(cannot_read)?;
        let Some(bytes) = found else {
            return Ok(None);
        };
        decode(bytes.value(), || format!("attempt {number} of task {id}")).map(Some)
    }

    /// All attempts of a task, oldest first.
    pub(super) fn attempts(&self, id: TaskId) -> Result<Vec<Attempt>, StoreError> {
        let range = (id.0, 0)..=(id.0, u32::MAX);
        let rows = self.attempts.range(range).map_err(cannot_read)?;
        rows.map(|row| {
            let (key, bytes) = row.map_err(cannot_read)?;
            decode(bytes.value(), || {
                format!("attempt {} of task {id}", key.value().1)
            })
        })
        .collect()
    }

    /// Hands a task's head to `use_it`; `None` if there is no such task.
    pub(super) fn head<T>(
        &self,
        id: TaskId,
        use_it: impl FnOnce(Head<'_>) -> Result<T, StoreError>,
    ) -> Result<Option<T>, StoreError> {
        let Some(bytes) = self.heads.get(id.0).map_err(cannot_read)? else {
            return Ok(None);
        };
        decode(bytes.value(), || format!("the head of task {id}"))
            .and_then(use_it)
            .map(Some)
    }

    /// The first use of an idempotency key, expired or not.
    pub(super) fn key_use(&self, key: &str) -> Result<Option<KeyUse>, StoreError> {
        let Some(bytes) = self.keys.get(key).map_err(cannot_read)? else {
            return Ok(None);
        };
        decode(bytes.value(), || format!("idempotency key {key:?}")).map(Some)
    }
}

fn load_index(heads: &ReadOnlyTable<u64, &'static [u8]>) -> Result<Index, StoreError> {
    let mut loading = Loading::default();
    for row in heads.iter().map_err(cannot_read)? {
        let (id, bytes) = row.map_err(cannot_read)?;
        let id = TaskId(id.value());
        let head: Head<'_> = decode(bytes.value(), || format!("the head of task {id}"))?;
        loading
            .add(id, &head)
            .map_err(|error| StoreError::CannotRead(format!("the head of task {id}: {error}")))?;
    }
    Ok(loading.finish())
}
