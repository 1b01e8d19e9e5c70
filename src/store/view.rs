//! Queries, all on one moment of the store.

use std::sync::Arc;

use super::arrange::Arranged;
use super::idset::IdSet;
use super::snapshot::Snapshot;
use super::tables::KeyUse;
use super::types::{Created, Filter, Listing, Page, PendingTask, Place, StoreError};
use crate::model::{
    Account, AccountKey, Attempt, DeviceRecord, Serial, Stats, Status, Task, TaskId, Timestamp,
};

/// The store at one moment: whatever is asked of one view belongs together.
///
/// Taking one costs a lock and a counter; keep it no longer than a request, because the file
/// cannot reuse what a view still sees. Rows come from redb's cache or, one page of 4 KiB at
/// a time, from the file; after [`super::Store::close`], or when a failed write has the file
/// opened again, a view taken before cannot read rows any more.
#[derive(Clone)]
pub struct View(pub(super) Arc<Snapshot>);

impl View {
    /// A task.
    ///
    /// # Errors
    /// [`StoreError::CannotRead`]; as all queries here that read rows.
    pub fn task(&self, id: TaskId) -> Result<Option<Arc<Task>>, StoreError> {
        Ok(self.0.task(id)?.map(Arc::new))
    }

    /// A task's attempts, oldest first; empty if there is no such task.
    ///
    /// # Errors
    /// [`StoreError::CannotRead`].
    pub fn attempts(&self, id: TaskId) -> Result<Vec<Attempt>, StoreError> {
        self.0.attempts(id)
    }

    /// Page `page` (from 1; 0 is taken as 1) of the tasks that match, newest first.
    ///
    /// # Errors
    /// [`StoreError::CannotRead`].
    pub fn list(&self, filter: &Filter, page: u64, page_size: usize) -> Result<Page, StoreError> {
        let Some(matching) = self.0.state.index.matching(filter) else {
            return Ok(Page::default());
        };
        let offset = page.saturating_sub(1).saturating_mul(page_size as u64);
        Ok(Page {
            tasks: self.rows(matching.page(offset, page_size))?,
            total: matching.len(),
            offset,
        })
    }

    /// The `rows` tasks of a listing at a place, with a task asked for in the middle where
    /// there are as many on both sides.
    ///
    /// # Errors
    /// [`StoreError::CannotRead`].
    pub fn window(
        &self,
        listing: &Listing<'_>,
        place: Place,
        rows: usize,
    ) -> Result<Page, StoreError> {
        let Some(arranged) = self.0.state.index.arranged(listing) else {
            return Ok(Page::default());
        };
        let total = arranged.len();
        let at = match place {
            Place::First => 0,
            Place::Last => total,
            Place::Around { id, seen } => self.position(&arranged, id)?.unwrap_or(seen),
        };
        let many = rows as u64;
        let offset = at.saturating_sub(many / 2).min(total.saturating_sub(many));
        Ok(Page {
            tasks: self.rows(arranged.page(offset, rows))?,
            total,
            offset,
        })
    }

    /// The tasks of a listing from one to another, both included and in either order, but at
    /// most `rows` of them: those nearest to the first. The total is of all of them. `None`:
    /// one of the two is not in the list.
    ///
    /// # Errors
    /// [`StoreError::CannotRead`].
    pub fn between(
        &self,
        listing: &Listing<'_>,
        ends: [TaskId; 2],
        rows: usize,
    ) -> Result<Option<Page>, StoreError> {
        let Some(arranged) = self.0.state.index.arranged(listing) else {
            return Ok(None);
        };
        let mut places = [0; 2];
        for (place, id) in places.iter_mut().zip(ends) {
            let Some(at) = self.position(&arranged, id)? else {
                return Ok(None);
            };
            if arranged.page(at, 1) != [id] {
                return Ok(None);
            }
            *place = at;
        }
        let [from, to] = places;
        let total = from.abs_diff(to) + 1;
        let rows = usize::try_from(total).map_or(rows, |total| rows.min(total));
        let offset = if from <= to {
            from
        } else {
            from + 1 - rows as u64
        };
        Ok(Some(Page {
            tasks: self.rows(arranged.page(offset, rows))?,
            total,
            offset,
        }))
    }

    /// Where a task is in a list, or would be; `None` if it is deleted and its id alone does
    /// not tell.
    fn position(&self, arranged: &Arranged<'_>, id: TaskId) -> Result<Option<u64>, StoreError> {
        match arranged.before_id(id) {
            Some(at) => Ok(Some(at)),
            None => self.0.head(id, |head| Ok(arranged.before(id, &head))),
        }
    }

    /// The ids of the tasks that match, as a set of its own.
    #[must_use]
    pub fn matching(&self, filter: &Filter) -> IdSet {
        let matching = self.0.state.index.matching(filter);
        matching.map_or_else(IdSet::default, |matching| matching.to_set())
    }

    fn rows(&self, ids: impl IntoIterator<Item = TaskId>) -> Result<Vec<Arc<Task>>, StoreError> {
        ids.into_iter()
            .map(|id| self.task(id)?.ok_or_else(|| missing(id)))
            .collect()
    }

    /// How many tasks there are.
    #[must_use]
    pub fn stats(&self) -> Stats {
        self.0.state.index.stats()
    }

    /// All accounts, by app and username.
    #[must_use]
    pub fn accounts(&self) -> Vec<Account> {
        let accounts = self.0.state.accounts.iter();
        accounts.map(|account| (**account).clone()).collect()
    }

    /// An account.
    #[must_use]
    pub fn account(&self, key: &AccountKey) -> Option<Account> {
        let account = self.0.state.accounts.get(key)?;
        Some((**account).clone())
    }

    /// The accounts of one username (folded, see [`AccountKey::fold`]), by app.
    #[must_use]
    pub fn accounts_named(&self, username: &str) -> Vec<Account> {
        let accounts = self.0.state.accounts.named(username);
        accounts.map(|account| (**account).clone()).collect()
    }

    /// The accounts bound to one phone, by app and username.
    #[must_use]
    pub fn accounts_of(&self, serial: &Serial) -> Vec<Account> {
        let accounts = self.0.state.accounts.of(serial);
        accounts.map(|account| (**account).clone()).collect()
    }

    /// All phones that the store knows, by serial.
    #[must_use]
    pub fn devices(&self) -> Vec<DeviceRecord> {
        let devices = self.0.state.devices.values();
        devices.map(|device| (**device).clone()).collect()
    }

    /// What is remembered of a phone.
    #[must_use]
    pub fn device(&self, serial: &Serial) -> Option<DeviceRecord> {
        let device = self.0.state.devices.get(serial)?;
        Some((**device).clone())
    }

    /// All pending tasks, oldest first.
    ///
    /// # Errors
    /// [`StoreError::CannotRead`].
    pub fn pending(&self) -> Result<Vec<PendingTask>, StoreError> {
        let ids = self.0.state.index.of(Status::Pending).iter();
        ids.map(|id| self.pending_task(id)).collect()
    }

    /// The pending tasks of one phone, oldest first.
    ///
    /// # Errors
    /// [`StoreError::CannotRead`].
    pub fn pending_of(&self, serial: &Serial) -> Result<Vec<PendingTask>, StoreError> {
        let Some(matching) = self.0.state.index.pending_of(serial) else {
            return Ok(Vec::new());
        };
        matching.iter().map(|id| self.pending_task(id)).collect()
    }

    fn pending_task(&self, id: TaskId) -> Result<PendingTask, StoreError> {
        let found = self.0.head(id, |head| {
            Ok(PendingTask {
                id,
                serial: Serial::new(head.serial)
                    .map_err(|error| StoreError::CannotRead(format!("task {id}: {error}")))?,
                due_at: head.due_at,
            })
        })?;
        found.ok_or_else(|| missing(id))
    }

    /// The tasks that run, oldest first.
    ///
    /// # Errors
    /// [`StoreError::CannotRead`].
    pub fn running(&self) -> Result<Vec<Arc<Task>>, StoreError> {
        self.rows(self.0.state.index.of(Status::Running).iter())
    }

    /// The ids of the tasks that are failed, oldest first.
    pub(super) fn failed(&self) -> Vec<TaskId> {
        self.0.state.index.of(Status::Failed).iter().collect()
    }

    /// How many tasks of a phone are pending.
    #[must_use]
    pub fn queue(&self, serial: &Serial) -> u64 {
        let pending = self.0.state.index.pending_of(serial);
        pending.map_or(0, |matching| matching.len())
    }

    /// The fingerprint and the answer of the request that used an idempotency key within
    /// the 24 h before `now`.
    ///
    /// # Errors
    /// [`StoreError::CannotRead`].
    pub fn idempotent(
        &self,
        key: &str,
        now: Timestamp,
    ) -> Result<Option<([u8; 32], Created)>, StoreError> {
        let found: Option<KeyUse> = self.0.key_use(key)?;
        Ok(found
            .filter(|used| !used.expired(now))
            .map(|used| (used.fingerprint, used.created)))
    }
}

/// The index and the rows are of one commit, so this is damage.
fn missing(id: TaskId) -> StoreError {
    StoreError::CannotRead(format!("task {id} is listed but has no row"))
}
