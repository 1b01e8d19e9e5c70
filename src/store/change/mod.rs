//! The changes: each a plain value that says all it needs, its moment included, and applies
//! itself to a batch. Applying reads no clock and draws no random number, so the same
//! changes on the same store give the same store.

mod accounts;
mod create;
mod devices;
mod remove;
mod run;
mod steer;

use tokio::sync::oneshot;

pub(super) use accounts::{AddAccounts, ImportAccounts, PatchAccount, RemoveAccount};
pub(super) use create::Create;
pub(super) use devices::{Clean, HoldDevice, SeeDevices};
pub(super) use remove::{Delete, Expire, Prune};
pub(super) use run::StartTask;
pub(super) use steer::{RetryMany, RetryTask, StopTask};

use super::batch::Batch;
use super::types::StoreError;

/// A change to the store.
pub(super) trait Change: Send + 'static {
    /// What its caller is told.
    type Answer: Send + 'static;

    /// Tasks it may touch, about: bounds how much goes into one commit.
    fn weight(&self) -> usize {
        1
    }

    /// Applies it.
    ///
    /// # Errors
    /// If it is refused; then it has put nothing into the batch.
    fn apply(self, batch: &mut Batch) -> Result<Self::Answer, StoreError>;
}

/// A change on its way to the writer, with whom to answer.
pub(super) trait Job: Send {
    fn weight(&self) -> usize;

    /// Applies the change and keeps the answer back until the batch is durable.
    fn apply(self: Box<Self>, batch: &mut Batch) -> Box<dyn Reply>;

    /// Answers without applying it.
    fn refuse(self: Box<Self>, error: StoreError);
}

/// An answer that waits for its batch.
pub(super) trait Reply {
    /// Whether applying failed to read.
    fn cannot_read(&self) -> bool;

    /// Sends it: a refusal as it is, all else as the batch fared.
    fn send(self: Box<Self>, batch: Result<(), StoreError>);
}

pub(super) struct Queued<C: Change> {
    pub(super) change: C,
    pub(super) caller: oneshot::Sender<Result<C::Answer, StoreError>>,
}

struct Applied<A> {
    answer: Result<A, StoreError>,
    caller: oneshot::Sender<Result<A, StoreError>>,
}

impl<C: Change> Job for Queued<C> {
    fn weight(&self) -> usize {
        self.change.weight()
    }

    fn apply(self: Box<Self>, batch: &mut Batch) -> Box<dyn Reply> {
        Box::new(Applied {
            answer: self.change.apply(batch),
            caller: self.caller,
        })
    }

    fn refuse(self: Box<Self>, error: StoreError) {
        // A caller that went away needs no answer.
        let _ = self.caller.send(Err(error));
    }
}

impl<A: 'static> Reply for Applied<A> {
    fn cannot_read(&self) -> bool {
        matches!(self.answer, Err(StoreError::CannotRead(_)))
    }

    fn send(self: Box<Self>, batch: Result<(), StoreError>) {
        let answer = self.answer.and_then(|answer| batch.map(|()| answer));
        // A caller that went away needs no answer.
        let _ = self.caller.send(answer);
    }
}
