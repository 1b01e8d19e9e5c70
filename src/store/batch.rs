//! What one commit will do: changes applied in memory on top of a snapshot, then written in
//! one transaction. A change that is refused leaves no trace, because it checks before it
//! puts; so it does not touch the others of its batch.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use redb::{Database, Durability, ReadableTable, WriteTransaction};

use super::order::Order;
use super::snapshot::{Snapshot, State};
use super::tables::{
    ACCOUNTS, ATTEMPTS, DEVICES, HEADS, Head, KEY_AGES, KEYS, KeyUse, META, META_COMMITS,
    META_NEXT_ID, TASKS, encode,
};
use super::types::{Commit, StoreError};
use crate::model::{Account, AccountKey, Attempt, DeviceRecord, Serial, Task, TaskId, Timestamp};

/// Expired idempotency keys removed in one commit that adds some: more than it adds, so that
/// they cannot pile up.
const KEYS_PRUNED: usize = 64;

/// An id, and its task if there is one.
pub(super) type Found = (TaskId, Option<Arc<Task>>);

/// Changes on top of a snapshot, not yet written.
pub(super) struct Batch {
    base: Arc<Snapshot>,
    /// As it will be after the commit.
    pub(super) state: State,
    /// Tasks as they will be; `None`: deleted.
    tasks: BTreeMap<TaskId, Option<Arc<Task>>>,
    attempts: BTreeMap<(TaskId, u32), Attempt>,
    accounts: BTreeSet<AccountKey>,
    devices: BTreeSet<Serial>,
    keys: BTreeMap<String, KeyUse>,
}

impl Batch {
    /// An empty batch.
    pub(super) fn new(base: Arc<Snapshot>) -> Self {
        let state = base.state.clone();
        Self {
            base,
            state,
            tasks: BTreeMap::new(),
            attempts: BTreeMap::new(),
            accounts: BTreeSet::new(),
            devices: BTreeSet::new(),
            keys: BTreeMap::new(),
        }
    }

    pub(super) fn is_empty(&self) -> bool {
        self.tasks.is_empty()
            && self.accounts.is_empty()
            && self.devices.is_empty()
            && self.keys.is_empty()
    }

    /// A task as the changes before left it.
    pub(super) fn task(&self, id: TaskId) -> Result<Option<Arc<Task>>, StoreError> {
        match self.tasks.get(&id) {
            Some(changed) => Ok(changed.clone()),
            None => Ok(self.base.task(id)?.map(Arc::new)),
        }
    }

    /// Each of these ids once, in the order given, with its task. A change reads all before it
    /// puts any, so that a damaged row refuses the whole change.
    pub(super) fn tasks(&self, ids: &[TaskId]) -> Result<Vec<Found>, StoreError> {
        let mut seen = BTreeSet::new();
        let once = ids.iter().copied().filter(|&id| seen.insert(id));
        once.map(|id| Ok((id, self.task(id)?))).collect()
    }

    /// Adds or changes a task; `before` is what [`Batch::task`] said of it.
    pub(super) fn put_task(
        &mut self,
        before: Option<&Task>,
        task: Task,
    ) -> Result<Arc<Task>, StoreError> {
        let task = Arc::new(task);
        self.index_task(task.id, before, Some(&task))?;
        self.tasks.insert(task.id, Some(Arc::clone(&task)));
        Ok(task)
    }

    /// Deletes a task and its attempts.
    pub(super) fn delete_task(&mut self, task: &Task) -> Result<(), StoreError> {
        self.index_task(task.id, Some(task), None)?;
        self.tasks.insert(task.id, None);
        Ok(())
    }

    fn index_task(
        &mut self,
        id: TaskId,
        before: Option<&Task>,
        after: Option<&Task>,
    ) -> Result<(), StoreError> {
        let (before, after) = (before.map(Head::of), after.map(Head::of));
        self.state
            .index
            .change(id, before.as_ref(), after.as_ref())
            .map_err(|error| StoreError::CannotRead(format!("task {id}: {error}")))?;
        Ok(())
    }

    /// Tasks that ended, by when they did.
    pub(super) const fn finished(&self) -> &Order {
        self.state.index.finished()
    }

    pub(super) fn attempt(&self, id: TaskId, number: u32) -> Result<Option<Attempt>, StoreError> {
        match self.attempts.get(&(id, number)) {
            Some(changed) => Ok(Some(changed.clone())),
            None => self.base.attempt(id, number),
        }
    }

    /// Adds or changes an attempt of a task that this batch puts too.
    pub(super) fn put_attempt(&mut self, id: TaskId, attempt: Attempt) {
        self.attempts.insert((id, attempt.number), attempt);
    }

    pub(super) fn put_account(&mut self, account: Account) {
        self.accounts.insert(account.key.clone());
        self.state.accounts.put(account);
    }

    pub(super) fn remove_account(&mut self, key: AccountKey) {
        self.state.accounts.remove(&key);
        self.accounts.insert(key);
    }

    /// A phone's record, or a new one.
    pub(super) fn device(&self, serial: &Serial, at: Timestamp) -> DeviceRecord {
        match self.state.devices.get(serial) {
            Some(device) => (**device).clone(),
            None => DeviceRecord {
                serial: serial.clone(),
                model: String::new(),
                android: String::new(),
                first_seen: at,
                last_seen: at,
                hold: None,
                leftover: None,
            },
        }
    }

    pub(super) fn put_device(&mut self, device: DeviceRecord) {
        self.devices.insert(device.serial.clone());
        Arc::make_mut(&mut self.state.devices).insert(device.serial.clone(), Arc::new(device));
    }

    pub(super) fn key_use(&self, key: &str) -> Result<Option<KeyUse>, StoreError> {
        match self.keys.get(key) {
            Some(used) => Ok(Some(used.clone())),
            None => self.base.key_use(key),
        }
    }

    pub(super) fn put_key(&mut self, key: String, used: KeyUse) {
        self.keys.insert(key, used);
    }

    /// What the commit will have done, for those who listen.
    pub(super) fn summary(&self) -> Commit {
        let deleted = self.tasks.iter().filter(|(_, task)| task.is_none());
        Commit {
            changed: self.tasks.values().flatten().cloned().collect(),
            deleted: deleted.map(|(&id, _)| id).collect(),
            accounts: !self.accounts.is_empty(),
            devices: self
                .devices
                .iter()
                .filter_map(|serial| self.state.devices.get(serial))
                .map(|device| DeviceRecord::clone(device))
                .collect(),
        }
    }

    /// Writes it all in one transaction, durable when this returns, and takes the snapshot.
    ///
    /// # Errors
    /// redb's, after which the database must be opened again: whether the commit landed is
    /// unknown.
    pub(super) fn commit(mut self, db: &Database) -> Result<Snapshot, redb::Error> {
        let mut write = db.begin_write()?;
        if !self.is_empty() {
            write.set_durability(Durability::Immediate)?;
            // Opens in a moment after a crash, however large the file is.
            write.set_quick_repair(true);
            self.state.commits += 1;
            self.write(&write)?;
            write.commit()?;
        } else {
            write.abort()?;
        }
        Snapshot::new(db, self.state)
    }

    fn write(&self, write: &WriteTransaction) -> Result<(), redb::Error> {
        let mut meta = write.open_table(META)?;
        meta.insert(META_COMMITS, self.state.commits)?;
        meta.insert(META_NEXT_ID, self.state.next_id)?;
        if !self.tasks.is_empty() {
            self.write_tasks(write)?;
        }
        if !self.accounts.is_empty() {
            let mut table = write.open_table(ACCOUNTS)?;
            for key in &self.accounts {
                let row = (key.app.as_str(), key.username.as_str());
                match self.state.accounts.get(key) {
                    Some(account) => table.insert(row, encode(&**account)?.as_slice())?,
                    None => table.remove(row)?,
                };
            }
        }
        if !self.devices.is_empty() {
            let mut table = write.open_table(DEVICES)?;
            for serial in &self.devices {
                if let Some(device) = self.state.devices.get(serial) {
                    table.insert(serial.as_str(), encode(&**device)?.as_slice())?;
                }
            }
        }
        if !self.keys.is_empty() {
            self.write_keys(write)?;
        }
        Ok(())
    }

    fn write_tasks(&self, write: &WriteTransaction) -> Result<(), redb::Error> {
        let mut tasks = write.open_table(TASKS)?;
        let mut heads = write.open_table(HEADS)?;
        let mut attempts = write.open_table(ATTEMPTS)?;
        for (id, task) in &self.tasks {
            if let Some(task) = task {
                tasks.insert(id.0, encode(&**task)?.as_slice())?;
                heads.insert(id.0, encode(&Head::of(task))?.as_slice())?;
            } else {
                tasks.remove(id.0)?;
                heads.remove(id.0)?;
                let all = (id.0, 0)..=(id.0, u32::MAX);
                attempts.retain_in(all, |_, _| false)?;
            }
        }
        for ((id, number), attempt) in &self.attempts {
            if matches!(self.tasks.get(id), Some(Some(_))) {
                attempts.insert((id.0, *number), encode(attempt)?.as_slice())?;
            }
        }
        Ok(())
    }

    fn write_keys(&self, write: &WriteTransaction) -> Result<(), redb::Error> {
        let mut keys = write.open_table(KEYS)?;
        let mut ages = write.open_table(KEY_AGES)?;
        let mut newest = Timestamp(i64::MIN);
        for (key, used) in &self.keys {
            keys.insert(key.as_str(), encode(used)?.as_slice())?;
            ages.insert((used.at.0, key.as_str()), ())?;
            newest = newest.max(used.at);
        }
        let expired = newest.plus_ms(-KeyUse::LIFE_MS).0;
        for _ in 0..KEYS_PRUNED.max(2 * self.keys.len()) {
            let Some((at, key)) = ages.first()?.map(|(age, _)| {
                let (at, key) = age.value();
                (at, key.to_owned())
            }) else {
                break;
            };
            if at > expired {
                break;
            }
            ages.remove((at, key.as_str()))?;
            // A key used again after it expired has a younger row, which stays.
            let used = keys.get(key.as_str())?.map(|row| row.value().to_vec());
            let same = used
                .and_then(|bytes| postcard::from_bytes::<KeyUse>(&bytes).ok())
                .is_none_or(|used| used.at.0 == at);
            if same {
                keys.remove(key.as_str())?;
            }
        }
        Ok(())
    }
}
