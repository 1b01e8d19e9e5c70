//! The task store: redb, one writer with group commit, reads on snapshots.
//!
//! It applies changes and answers queries. What it stores depends on no clock and no random
//! number (every change brings its moment), and it knows nothing of phones, scripts or HTTP.
//!
//! How a change goes: a [`Store`] method puts a plain value (see `change`) into a bounded
//! queue. The writer's thread takes all that waits, applies it in memory to a `batch` on top
//! of the latest snapshot, writes the batch in one redb transaction and syncs it once. Then
//! it publishes the new snapshot, calls [`Options::on_commit`] and answers everybody.
//!
//! How a query goes: [`Store::view`] hands out the latest snapshot, an immutable value: read
//! tables of one commit and the `index` of that commit, in which chunks of ids are shared
//! between snapshots. Readers and the writer never wait for each other.

mod arrange;
mod batch;
mod change;
mod disk;
mod idset;
mod index;
mod order;
mod records;
mod schema;
mod snapshot;
mod steps;
mod tables;
#[cfg(test)]
mod tests;
mod types;
mod view;
mod writer;

use std::path::Path;
use std::sync::Arc;

use tokio::sync::{mpsc, oneshot};
use tokio_util::sync::CancellationToken;

use crate::model::{
    Account, AccountEntry, AccountKey, AccountPatch, Existing, Hold, NewAccount, NewTask, Serial,
    Task, TaskId, Timestamp,
};

pub use idset::IdSet;
pub use types::{
    Commit, Created, Deleted, Direction, End, Filter, IdempotencyKey, Import, Imported, Listing,
    OpenError, Options, Page, PendingTask, Place, RetriedAll, Retry, Seen, Sort, SortBy, Start,
    Stop, StoreError,
};
pub use view::View;

use change::{Change, Queued};
use disk::Disk;
use writer::{Company, Message, Published, Writer};

/// Tasks that one commit of [`Store::retry_many`] takes.
const RETRIED_AT_ONCE: usize = 5000;
/// Ids that the answer of [`Store::retry_all`] lists (contract).
const RETRIED_LISTED: usize = 1000;

/// The store. Cheap to clone; all clones are the same store.
///
/// A change is durable when its method returns `Ok`. Every method fails with
/// [`StoreError::Closing`] once the store is being closed, with [`StoreError::CannotWrite`]
/// if the disk refused (outcome unknown: read again), and with [`StoreError::CannotRead`] if
/// a row it needs cannot be read. Dropping a method's future does not take back its change.
#[derive(Clone)]
pub struct Store {
    queue: mpsc::Sender<Message>,
    published: Arc<Published>,
    closed: CancellationToken,
}

impl Store {
    /// Opens the store in the file `path`, or makes one; its folder must exist. Blocks.
    ///
    /// # Errors
    /// [`OpenError`]; a file that is refused is left as it is.
    pub fn open(path: &Path, options: Options) -> Result<Self, OpenError> {
        Self::open_disk(Disk::file(path, options.cache_bytes), options)
    }

    fn open_disk(disk: Disk, options: Options) -> Result<Self, OpenError> {
        let (db, snapshot) = disk.open()?;
        let path = disk.path().to_owned();
        let published = Arc::new(Published::new(snapshot));
        let closed = CancellationToken::new();
        let (queue, waiting) = mpsc::channel(writer::QUEUE);
        let writer = Writer {
            queue: waiting,
            disk,
            db: Some(db),
            published: Arc::clone(&published),
            on_commit: options.on_commit,
            on_failure: options.on_failure,
            company: Company::default(),
            done: closed.clone().drop_guard(),
        };
        std::thread::Builder::new()
            .name("store".to_owned())
            .spawn(move || writer.run())
            .map_err(|error| OpenError::Failed {
                path,
                message: format!("no thread for its writer: {error}"),
            })?;
        Ok(Self {
            queue,
            published,
            closed,
        })
    }

    /// Does the changes that wait, closes the file, and returns when it is closed. Later
    /// changes get [`StoreError::Closing`].
    pub async fn close(&self) {
        // If the queue is closed already, somebody else closes it: wait with them.
        let _ = self.queue.send(Message::Close).await;
        self.closed.cancelled().await;
    }

    /// The store at this moment.
    #[must_use]
    pub fn view(&self) -> View {
        View(self.published.latest())
    }

    async fn submit<C: Change>(&self, change: C) -> Result<C::Answer, StoreError> {
        let (caller, answer) = oneshot::channel();
        let job = Box::new(Queued { change, caller });
        self.queue
            .send(Message::Change(job))
            .await
            .map_err(|_| StoreError::Closing)?;
        answer.await.map_err(|_| StoreError::Closing)?
    }

    /// Makes tasks, all or none, with consecutive ids. With a key that was used with the same
    /// request in the 24 h before `at`: answers as then and makes none.
    ///
    /// # Errors
    /// [`StoreError::KeyReused`] if that request was another; and as [`Store`] says.
    pub async fn create(
        &self,
        tasks: Vec<NewTask>,
        unknown_serials: Vec<Serial>,
        key: Option<IdempotencyKey>,
        at: Timestamp,
    ) -> Result<Created, StoreError> {
        self.submit(change::Create {
            tasks,
            unknown_serials,
            key,
            at,
        })
        .await
    }

    /// Begins an attempt of a pending task; its phone has a leftover from then on.
    ///
    /// # Errors
    /// As [`Store`] says.
    pub async fn start(&self, id: TaskId, at: Timestamp) -> Result<Start, StoreError> {
        self.submit(change::StartTask { id, at }).await
    }

    /// Ends an attempt. `None`: that attempt does not run (any more), or the task was deleted
    /// now, as its stop mark says.
    ///
    /// # Errors
    /// As [`Store`] says.
    pub async fn end(&self, end: End) -> Result<Option<Arc<Task>>, StoreError> {
        self.submit(end).await
    }

    /// Fails a pending task, marks a running one.
    ///
    /// # Errors
    /// As [`Store`] says.
    pub async fn stop(&self, id: TaskId, at: Timestamp) -> Result<Stop, StoreError> {
        self.submit(change::StopTask { id, at }).await
    }

    /// Makes a failed task pending, due at `at`. Its attempts stay.
    ///
    /// # Errors
    /// As [`Store`] says.
    pub async fn retry(&self, id: TaskId, at: Timestamp) -> Result<Retry, StoreError> {
        self.submit(change::RetryTask { id, at }).await
    }

    /// Retries all that are failed when this is called, some thousands a commit, so that
    /// other changes need not wait for all of them.
    ///
    /// # Errors
    /// As [`Store`] says; then some may have been retried.
    pub async fn retry_all(&self, at: Timestamp) -> Result<RetriedAll, StoreError> {
        let failed = self.view().failed();
        let mut ids = self.retry_many(&failed, at).await?;
        let count = ids.len() as u64;
        ids.truncate(RETRIED_LISTED);
        Ok(RetriedAll { count, ids })
    }

    /// Makes those of these tasks pending that are failed, due at `at`, some thousand a commit;
    /// returns them.
    ///
    /// # Errors
    /// As [`Store`] says; the commits before the one that failed stay.
    pub async fn retry_many(
        &self,
        ids: &[TaskId],
        at: Timestamp,
    ) -> Result<Vec<TaskId>, StoreError> {
        let mut retried = Vec::new();
        for some in ids.chunks(RETRIED_AT_ONCE) {
            let ids = some.to_vec();
            retried.extend(self.submit(change::RetryMany { ids, at }).await?);
        }
        Ok(retried)
    }

    /// Deletes tasks with their attempts; running ones are marked, go at their end, and a
    /// stop mark they carry becomes one for deletion. An id given twice counts once.
    ///
    /// # Errors
    /// As [`Store`] says.
    pub async fn delete(&self, ids: Vec<TaskId>, at: Timestamp) -> Result<Deleted, StoreError> {
        self.submit(change::Delete { ids, at }).await
    }

    /// Fails those of the tasks that are still pending, with kind `expired`, and returns them.
    ///
    /// # Errors
    /// As [`Store`] says.
    pub async fn expire(
        &self,
        ids: Vec<TaskId>,
        at: Timestamp,
        message: String,
    ) -> Result<Vec<Arc<Task>>, StoreError> {
        self.submit(change::Expire { ids, at, message }).await
    }

    /// Deletes tasks that ended before `before`, or are not among the `keep_tasks` that ended
    /// last; those that ended first go first, at most `batch` a call. Returns their ids: fewer
    /// than `batch` means that there are no more.
    ///
    /// # Errors
    /// As [`Store`] says.
    pub async fn prune(
        &self,
        before: Timestamp,
        keep_tasks: u64,
        batch: usize,
    ) -> Result<Vec<TaskId>, StoreError> {
        self.submit(change::Prune {
            before,
            keep_tasks,
            batch,
        })
        .await
    }

    /// Adds accounts, all or none.
    ///
    /// # Errors
    /// [`StoreError::AccountExists`] naming the first that is there, or twice in the list;
    /// and as [`Store`] says.
    pub async fn add_accounts(
        &self,
        accounts: Vec<NewAccount>,
        at: Timestamp,
    ) -> Result<Vec<Account>, StoreError> {
        self.submit(change::AddAccounts { accounts, at }).await
    }

    /// Adds accounts and, if they are to be overwritten, changes those that are there; all or
    /// none. No key may be in the list twice.
    ///
    /// # Errors
    /// As [`Store`] says.
    pub async fn import_accounts(
        &self,
        entries: Vec<AccountEntry>,
        existing: Existing,
        at: Timestamp,
    ) -> Result<Import, StoreError> {
        let change = change::ImportAccounts {
            entries,
            existing,
            at,
        };
        self.submit(change).await
    }

    /// Changes an account and returns it.
    ///
    /// # Errors
    /// [`StoreError::NoAccount`]; and as [`Store`] says.
    pub async fn patch_account(
        &self,
        key: AccountKey,
        patch: AccountPatch,
        at: Timestamp,
    ) -> Result<Account, StoreError> {
        self.submit(change::PatchAccount { key, patch, at }).await
    }

    /// Removes an account.
    ///
    /// # Errors
    /// [`StoreError::NoAccount`]; and as [`Store`] says.
    pub async fn remove_account(&self, key: AccountKey) -> Result<(), StoreError> {
        self.submit(change::RemoveAccount { key }).await
    }

    /// Notes that phones are there, and what was learnt of them.
    ///
    /// # Errors
    /// As [`Store`] says.
    pub async fn see_devices(&self, seen: Vec<Seen>, at: Timestamp) -> Result<(), StoreError> {
        self.submit(change::SeeDevices { seen, at }).await
    }

    /// Holds a phone back from work, or (`None`) lets it work again.
    ///
    /// # Errors
    /// As [`Store`] says.
    pub async fn hold_device(
        &self,
        serial: Serial,
        hold: Option<Hold>,
        at: Timestamp,
    ) -> Result<(), StoreError> {
        self.submit(change::HoldDevice { serial, hold, at }).await
    }

    /// Notes that nothing of an earlier attempt runs on the phone any more.
    ///
    /// # Errors
    /// As [`Store`] says.
    pub async fn cleaned(&self, serial: Serial, at: Timestamp) -> Result<(), StoreError> {
        self.submit(change::Clean { serial, at }).await
    }
}
