//! What callers may change. Every command is one commit, or several that each are whole.

use std::collections::HashSet;
use std::sync::Arc;
use std::time::Duration;

use tokio::time::Instant;

use super::csv::{self, BadLines};
use super::hub::{Hub, now};
use super::live::Cause;
use super::submit;
use super::{Accepted, CommandError, DeleteOutcome, Foreseen, IdempotencyKey, Imported, Request};
use crate::model::{
    Account, AccountKey, AccountPatch, Existing, Hold, NewAccount, Serial, TaskId, TaskView,
};
use crate::store::{Import, RetriedAll, Retry, Stop, Store, StoreError};

/// How long a stop or a deletion waits for the end on the phone (contract: 10 s).
const STOP_LIMIT: Duration = Duration::from_secs(10);

/// Changes tasks, accounts and phones. Cheap to clone.
#[derive(Clone)]
pub struct Commands {
    hub: Arc<Hub>,
}

impl Commands {
    pub(super) const fn new(hub: Arc<Hub>) -> Self {
        Self { hub }
    }

    fn store(&self) -> Result<&Store, CommandError> {
        self.hub
            .store()
            .filter(|_| !self.hub.closing.is_cancelled())
            .ok_or_else(|| CommandError::Unavailable("farmhand is ending".into()))
    }

    /// Creates the tasks of a request, all or none. They are durable when this returns.
    ///
    /// # Errors
    /// [`CommandError`]: what is wrong with the request, or that the store cannot write.
    pub async fn submit(&self, request: Request) -> Result<Accepted, CommandError> {
        let store = self.store()?;
        submit::submit(&self.hub, store, request).await
    }

    /// Checks requests as [`Commands::submit`] would, and tells what they would make together.
    /// Nothing is stored; their idempotency keys are not looked at.
    ///
    /// # Errors
    /// [`CommandError`]: what is wrong with the first one that cannot be submitted.
    pub async fn foresee(&self, requests: Vec<Request>) -> Result<Foreseen, CommandError> {
        let store = self.store()?;
        submit::foresee(&self.hub, store, requests).await
    }

    /// Creates the tasks of all these requests in one commit, or none. `agreed` is the number
    /// somebody said yes to; `key` makes a repetition harmless, and those of the requests are
    /// not looked at. They are durable when this returns.
    ///
    /// # Errors
    /// `Conflict` if they make another number of tasks by now; else as [`Commands::submit`].
    pub async fn submit_agreed(
        &self,
        requests: Vec<Request>,
        agreed: usize,
        key: Option<IdempotencyKey>,
    ) -> Result<Accepted, CommandError> {
        let store = self.store()?;
        submit::submit_agreed(&self.hub, store, requests, agreed, key).await
    }

    /// Stops a pending or running task. Returns it once nothing of it runs on its phone, at
    /// the latest after 10 s; its remark then says that the end could not be confirmed.
    ///
    /// # Errors
    /// `NotFound`, also if somebody deleted it meanwhile; `Conflict` if it has ended, or
    /// somebody else stops it.
    pub async fn stop(&self, id: TaskId) -> Result<TaskView, CommandError> {
        let store = self.store()?;
        match store.stop(id, now()).await? {
            Stop::Ended(task) => Ok(TaskView::bare(task)),
            Stop::Marked(_) => {
                tracing::info!(task = %id, "stop asked for");
                self.await_ends(&[id]).await;
                match store.view().task(id)? {
                    Some(task) => Ok(self.hub.overlay(task)),
                    None => Err(CommandError::NotFound(format!(
                        "task {id} was deleted while it was being stopped"
                    ))),
                }
            }
            Stop::AlreadyMarked(_) => Err(CommandError::Conflict(format!(
                "task {id} is being stopped already"
            ))),
            Stop::Final(task) => Err(CommandError::Conflict(format!(
                "task {id} is {}: only pending and running tasks can be stopped",
                task.status
            ))),
            Stop::NotFound => Err(no_task(id)),
        }
    }

    /// Makes a failed task pending again, due now.
    ///
    /// # Errors
    /// `NotFound`; `Conflict` if it is not failed.
    pub async fn retry(&self, id: TaskId) -> Result<TaskView, CommandError> {
        match self.store()?.retry(id, now()).await? {
            Retry::Retried(task) => Ok(self.hub.overlay(task)),
            Retry::NotFailed(task) => Err(CommandError::Conflict(format!(
                "task {id} is {}: only failed tasks can be retried",
                task.status
            ))),
            Retry::NotFound => Err(no_task(id)),
        }
    }

    /// Makes all tasks pending again that are failed now.
    ///
    /// # Errors
    /// `Unavailable` if the store cannot write.
    pub async fn retry_all(&self) -> Result<RetriedAll, CommandError> {
        Ok(self.store()?.retry_all(now()).await?)
    }

    /// Makes those of these tasks pending again that are failed; some thousand a commit. Returns
    /// them; the others are not failed (any more) or gone.
    ///
    /// # Errors
    /// `Unavailable` if the store cannot write: then those of earlier commits are retried.
    pub async fn retry_many(&self, ids: Vec<TaskId>) -> Result<Vec<TaskId>, CommandError> {
        Ok(self.store()?.retry_many(&ids, now()).await?)
    }

    /// Deletes tasks; those that run are stopped first, on their phones too. Returns once
    /// they are gone, at the latest after 10 s. One that has not ended by then counts as
    /// deleted all the same: its deletion is stored, no other command can win it any more,
    /// and it goes when its attempt ends or farmhand starts anew.
    ///
    /// # Errors
    /// `Conflict` if somebody else is deleting all that exist of them.
    pub async fn delete(&self, ids: Vec<TaskId>) -> Result<DeleteOutcome, CommandError> {
        let mut seen = HashSet::new();
        let ids: Vec<TaskId> = ids.into_iter().filter(|id| seen.insert(*id)).collect();
        let answer = self.store()?.delete(ids, now()).await?;
        self.await_ends(&answer.stopping).await;
        let mut deleted = answer.deleted;
        deleted.extend(answer.stopping);
        deleted.sort_unstable();
        if deleted.is_empty() && answer.not_found.is_empty() && !answer.already.is_empty() {
            return Err(CommandError::Conflict(
                "somebody else is deleting this already".into(),
            ));
        }
        let mut not_found = answer.not_found;
        not_found.extend(answer.already);
        not_found.sort_unstable();
        Ok(DeleteOutcome { deleted, not_found })
    }

    /// Ends running attempts and waits for it, at most [`STOP_LIMIT`] for all together. Late
    /// is not wrong: their marks are stored, and the remark says where each stands.
    async fn await_ends(&self, ids: &[TaskId]) {
        let until = Instant::now() + STOP_LIMIT;
        // All are told first, so that they end side by side.
        let ends: Vec<_> = ids
            .iter()
            .filter_map(|id| self.hub.cancel(*id, Cause::Stopped))
            .collect();
        for over in ends {
            if tokio::time::timeout_at(until, over.cancelled())
                .await
                .is_err()
            {
                return;
            }
        }
    }

    /// Adds accounts, all or none.
    ///
    /// # Errors
    /// `Conflict` if one exists already.
    pub async fn add_accounts(
        &self,
        accounts: Vec<NewAccount>,
    ) -> Result<Vec<Account>, CommandError> {
        Ok(self.store()?.add_accounts(accounts, now()).await?)
    }

    /// Changes an account.
    ///
    /// # Errors
    /// `NotFound`.
    pub async fn patch_account(
        &self,
        key: AccountKey,
        patch: AccountPatch,
    ) -> Result<Account, CommandError> {
        Ok(self.store()?.patch_account(key, patch, now()).await?)
    }

    /// Takes a file of accounts (see [`super::csv`]), all of it or nothing.
    ///
    /// # Errors
    /// `Lines` with every line that is wrong.
    pub async fn import_accounts(
        &self,
        file: bytes::Bytes,
        existing: Existing,
    ) -> Result<Imported, CommandError> {
        let store = self.store()?;
        let (hub, view) = (Arc::clone(&self.hub), store.view());
        // A file of the largest size takes some milliseconds to be read.
        let sheet = tokio::task::spawn_blocking(move || {
            let mut sheet = csv::read(&file, &hub.config.default_app);
            if existing == Existing::Refuse {
                sheet.refuse(|key| view.account(key).is_some());
            }
            sheet
        });
        let sheet = sheet
            .await
            .map_err(|e| CommandError::Internal(format!("reading accounts ended badly: {e}")))?;
        let lines = sheet.sound().map_err(CommandError::Lines)?;
        let entries = lines.iter().map(|line| line.entry.clone()).collect();
        match store.import_accounts(entries, existing, now()).await? {
            Import::Done(imported) => Ok(imported),
            // Added by somebody else since they were looked for.
            Import::Exist(keys) => Err(CommandError::Lines(BadLines::exist(&lines, &keys))),
        }
    }

    /// Removes an account. Its tasks stay as they are.
    ///
    /// # Errors
    /// `NotFound`.
    pub async fn remove_account(&self, key: AccountKey) -> Result<(), CommandError> {
        Ok(self.store()?.remove_account(key).await?)
    }

    /// Keeps a phone from work until it is released. What runs on it goes on.
    ///
    /// # Errors
    /// `NotFound` if no such phone was ever seen.
    pub async fn hold_device(&self, serial: Serial, reason: String) -> Result<(), CommandError> {
        self.must_know(&serial)?;
        let hold = Hold {
            reason,
            since: now(),
        };
        Ok(self.store()?.hold_device(serial, Some(hold), now()).await?)
    }

    /// Lets a phone work again and asks it at once how it is.
    ///
    /// # Errors
    /// `NotFound` if no such phone was ever seen.
    pub async fn release_device(&self, serial: Serial) -> Result<(), CommandError> {
        self.must_know(&serial)?;
        self.store()?
            .hold_device(serial.clone(), None, now())
            .await?;
        self.hub.probe_now(&serial);
        Ok(())
    }

    fn must_know(&self, serial: &Serial) -> Result<(), CommandError> {
        if self.hub.knows(serial) {
            return Ok(());
        }
        Err(CommandError::NotFound(format!(
            "no phone {serial} was ever seen"
        )))
    }
}

fn no_task(id: TaskId) -> CommandError {
    CommandError::NotFound(format!("no task {id}"))
}

impl From<StoreError> for CommandError {
    fn from(error: StoreError) -> Self {
        let text = error.to_string();
        match error {
            StoreError::CannotWrite(_) | StoreError::Closing => Self::Unavailable(text),
            StoreError::CannotRead(_) => Self::Internal(text),
            StoreError::KeyReused | StoreError::AccountExists(_) => Self::Conflict(text),
            StoreError::NoAccount(_) => Self::NotFound(text),
        }
    }
}
