//! The writer's thread: takes every change that waits, applies them to one batch, commits it
//! durably once, tells, answers all.
//!
//! Callers that were just answered often come back at once. If the writer ran off with the
//! first of them, clients would split into two halves that wait for each other's commits; so
//! it waits for as many as there were, for a small part of the time that a commit takes.
//!
//! After a failed commit the outcome is unknown until the file has been opened again; then
//! the file's count of commits tells. While it cannot be opened, changes are refused and
//! views stay at the last commit.

use std::sync::{Arc, PoisonError, RwLock};
use std::time::{Duration, Instant};

use redb::Database;
use tokio::sync::mpsc;
use tokio_util::sync::DropGuard;

use super::batch::Batch;
use super::change::Job;
use super::disk::Disk;
use super::snapshot::Snapshot;
use super::types::{Commit, StoreError};

/// Changes that may wait before callers do.
pub(super) const QUEUE: usize = 1024;
/// Tasks that one commit takes, about. More gain nothing and make the first caller wait.
const WEIGHT: usize = 20_000;
/// The part of a commit's time that the next one may wait for company, and the most.
const PATIENCE: (u32, Duration) = (8, Duration::from_millis(2));
/// Between looks at the queue while waiting for company.
const GLANCE: Duration = Duration::from_micros(50);
/// Between attempts to open the file again.
const REOPEN_PAUSE: Duration = Duration::from_millis(200);

/// What the writer gets.
pub(super) enum Message {
    Change(Box<dyn Job>),
    /// Take no more changes, do those that wait, end.
    Close,
}

/// The latest commit, as readers take it.
pub(super) struct Published(RwLock<Arc<Snapshot>>);

impl Published {
    pub(super) fn new(snapshot: Snapshot) -> Self {
        Self(RwLock::new(Arc::new(snapshot)))
    }

    pub(super) fn latest(&self) -> Arc<Snapshot> {
        // A poisoned lock guards a whole `Arc` all the same: it is replaced in one move.
        Arc::clone(&self.0.read().unwrap_or_else(PoisonError::into_inner))
    }

    fn publish(&self, snapshot: Snapshot) {
        let snapshot = Arc::new(snapshot);
        let mut latest = self.0.write().unwrap_or_else(PoisonError::into_inner);
        let old = std::mem::replace(&mut *latest, snapshot);
        // The old one may be the last to know its tables: freed without the lock.
        drop(latest);
        drop(old);
    }
}

/// A commit that failed: it landed if the file counts that many commits.
struct Unresolved {
    commits: u64,
    commit: Commit,
}

/// What the last commit teaches about the next one.
#[derive(Default)]
pub(super) struct Company {
    /// Changes that it answered, and those that waited by then.
    expected: usize,
    /// How long it is worth to wait for them.
    patience: Duration,
}

pub(super) struct Writer {
    pub(super) queue: mpsc::Receiver<Message>,
    pub(super) disk: Disk,
    /// None after a failed write, until it could be opened again.
    pub(super) db: Option<Database>,
    pub(super) published: Arc<Published>,
    pub(super) on_commit: Box<dyn Fn(&Commit) + Send + Sync>,
    pub(super) on_failure: Box<dyn Fn(&StoreError) + Send + Sync>,
    pub(super) company: Company,
    /// Tells those who close that the file is closed, also if this thread panics.
    pub(super) done: DropGuard,
}

impl Writer {
    pub(super) fn run(mut self) {
        while let Some(message) = self.queue.blocking_recv() {
            self.wait_for_company();
            let jobs = self.collect(message);
            if jobs.is_empty() {
                continue;
            }
            let Some(db) = self.db.take() else {
                // Closing, with the file out of reach.
                refuse(jobs, &StoreError::Closing);
                continue;
            };
            match self.commit(&db, jobs) {
                Ok(()) => self.db = Some(db),
                Err(unresolved) => {
                    drop(db);
                    self.reopen(unresolved);
                }
            }
        }
        if let Some(db) = self.db.take()
            && let Err(error) = db.close()
        {
            tracing::warn!(%error, "the store did not close cleanly; it will be repaired");
        }
        drop(self.done);
    }

    /// With one change taken: waits until as many are there as the last commit lets expect.
    fn wait_for_company(&mut self) {
        let begin = Instant::now();
        while self.queue.len() + 1 < self.company.expected
            && !self.queue.is_closed()
            && begin.elapsed() < self.company.patience
        {
            std::thread::sleep(GLANCE);
        }
    }

    /// The changes of `message` and those that wait behind it.
    fn collect(&mut self, message: Message) -> Vec<Box<dyn Job>> {
        let mut jobs = Vec::new();
        let mut weight = 0;
        let mut next = Some(message);
        while let Some(message) = next {
            match message {
                Message::Change(job) => {
                    weight += job.weight();
                    jobs.push(job);
                }
                Message::Close => self.queue.close(),
            }
            next = (weight < WEIGHT)
                .then(|| self.queue.try_recv().ok())
                .flatten();
        }
        jobs
    }

    /// Applies, commits, tells, answers. On failure all are answered, and the handle is of
    /// no more use.
    fn commit(&mut self, db: &Database, jobs: Vec<Box<dyn Job>>) -> Result<(), Unresolved> {
        let mut batch = Batch::new(self.published.latest());
        let replies: Vec<_> = jobs.into_iter().map(|job| job.apply(&mut batch)).collect();
        // A failed read spoils the handle like a failed write; an empty commit finds out.
        let unreadable = replies.iter().any(|reply| reply.cannot_read());
        if batch.is_empty() && !unreadable {
            replies.into_iter().for_each(|reply| reply.send(Ok(())));
            return Ok(());
        }
        let commits = batch.state.commits + 1;
        let commit = batch.summary();
        let silent = batch.is_empty();
        let begin = Instant::now();
        match batch.commit(db) {
            Ok(snapshot) => {
                self.company = Company {
                    expected: replies.len() + self.queue.len(),
                    patience: (begin.elapsed() / PATIENCE.0).min(PATIENCE.1),
                };
                self.published.publish(snapshot);
                if !silent {
                    (self.on_commit)(&commit);
                }
                replies.into_iter().for_each(|reply| reply.send(Ok(())));
                Ok(())
            }
            Err(error) => {
                tracing::error!(%error, changes = replies.len(), "the store cannot write");
                let error = StoreError::CannotWrite(error.to_string());
                (self.on_failure)(&error);
                for reply in replies {
                    reply.send(Err(error.clone()));
                }
                Err(Unresolved { commits, commit })
            }
        }
    }

    /// Opens the file again, however long that takes, and refuses changes meanwhile.
    fn reopen(&mut self, unresolved: Unresolved) {
        let mut reported = false;
        loop {
            match self.disk.open() {
                Ok((db, snapshot)) => {
                    let landed = snapshot.state.commits >= unresolved.commits;
                    tracing::info!(landed, "opened the store again after a failed write");
                    self.published.publish(snapshot);
                    self.db = Some(db);
                    if landed {
                        (self.on_commit)(&unresolved.commit);
                    }
                    return;
                }
                Err(error) => {
                    if !reported {
                        tracing::error!(%error, "the store stays closed to changes");
                        reported = true;
                    }
                    if self.refuse_waiting(&StoreError::CannotWrite(error.to_string())) {
                        return;
                    }
                    std::thread::sleep(REOPEN_PAUSE);
                }
            }
        }
    }

    /// Refuses the changes that wait. True if the store is to close, or nobody has it any more.
    fn refuse_waiting(&mut self, error: &StoreError) -> bool {
        loop {
            match self.queue.try_recv() {
                Ok(Message::Change(job)) => job.refuse(error.clone()),
                Ok(Message::Close) => self.queue.close(),
                Err(mpsc::error::TryRecvError::Empty) => return false,
                Err(mpsc::error::TryRecvError::Disconnected) => return true,
            }
        }
    }
}

fn refuse(jobs: Vec<Box<dyn Job>>, error: &StoreError) {
    for job in jobs {
        job.refuse(error.clone());
    }
}
