//! All that is counted of tasks and probes: by minute for the curves, by hour for the tables.
//!
//! Behind a lock of its own that is held for moments: readers sum up a copy.

use std::sync::Arc;

use super::rates::Recorder;
use super::tally::Tallies;
use crate::model::{ErrorKind, Rates, Status, Task, Timestamp};

/// The counts of this farm.
#[derive(Debug)]
pub(super) struct Counts {
    recorder: Recorder,
    tallies: Tallies,
}

impl Counts {
    /// Counts from now on, for these adb servers.
    pub fn new(now: Timestamp, servers: Vec<String>) -> Self {
        Self {
            recorder: Recorder::new(now),
            tallies: Tallies::new(now, servers),
        }
    }

    /// Counts of tasks what ended before this moment: these, in any order, among which is
    /// everything that ended since `since`. What was counted of tasks before is forgotten: the
    /// ends that a start itself stores are among these.
    pub fn recall(&mut self, since: Timestamp, ended: &[Arc<Task>]) {
        let moment = |task: &Task| task.finished_at.unwrap_or(task.updated_at);
        let mut ended: Vec<_> = ended.iter().filter(|t| moment(t) >= since).collect();
        ended.sort_by_key(|task| moment(task));
        if let Some(first) = ended.first() {
            // Minutes are counted in order, so the curves begin with the first of them.
            self.recorder = Recorder::new(moment(first));
        }
        self.tallies.begin_anew(since);
        for task in ended {
            let took = ran(task).then(|| took_ms(task)).flatten();
            if took.is_some() {
                // When it began lies behind; the wait counts with the end.
                self.waited(moment(task), task);
            }
            self.ended(task, took);
        }
    }

    /// An attempt of the task began.
    pub fn began(&mut self, task: &Task) {
        if let Some(at) = task.started_at {
            self.waited(at, task);
        }
    }

    fn waited(&mut self, at: Timestamp, task: &Task) {
        let wait = task.started_at.map(|began| began.ms_since(task.due_at));
        let wait = u64::try_from(wait.unwrap_or(0)).unwrap_or(0);
        self.recorder.began(at, wait);
        self.tallies.began(at, task, wait);
    }

    /// The task ended; `took_ms` if an attempt ended with it. One that somebody stopped before
    /// it ran is no work done.
    pub fn ended(&mut self, task: &Task, took_ms: Option<u64>) {
        let kind = task.error.as_ref().map(|error| error.kind);
        if took_ms.is_none() && kind == Some(ErrorKind::Stopped) {
            return;
        }
        let at = task.finished_at.unwrap_or(task.updated_at);
        self.recorder
            .finished(at, took_ms, task.status == Status::Failed);
        self.tallies.ended(at, task, took_ms);
    }

    /// A phone of this server answered a probe.
    pub fn answered(&mut self, at: Timestamp, server: usize, micros: u64) {
        self.recorder.answered(at, micros);
        self.tallies.answered(at, server, micros);
    }

    /// For the curves.
    pub fn rates(&mut self, now: Timestamp) -> Arc<Rates> {
        self.recorder.rates(now)
    }

    /// For the tables: what is to be summed up once the lock is given back.
    pub fn tallies(&mut self, now: Timestamp) -> Tallies {
        self.tallies.forget(now);
        self.tallies.clone()
    }
}

/// Whether a task that ended did so by an attempt, as far as its row tells. An interrupted one
/// may have been ended by the next start: what lies between is no duration.
fn ran(task: &Task) -> bool {
    let kind = task.error.as_ref().map(|error| error.kind);
    !matches!(
        kind,
        Some(ErrorKind::Stopped | ErrorKind::Expired | ErrorKind::Interrupted)
    )
}

/// How long the last attempt took.
pub(super) fn took_ms(task: &Task) -> Option<u64> {
    let took = task.finished_at?.ms_since(task.started_at?);
    Some(u64::try_from(took).unwrap_or(0))
}

#[cfg(test)]
#[path = "counts_tests.rs"]
mod tests;
