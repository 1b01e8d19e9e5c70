//! What happened, as told to everybody who listens.

use std::sync::Arc;

use super::{Progress, Serial, Task, TaskId};

/// One happening. A commit of the store is one event, however many tasks it touched.
#[derive(Debug, Clone, PartialEq)]
pub enum Event {
    /// Tasks as they are after a commit, and those it deleted.
    Tasks {
        /// Created or changed.
        changed: Arc<[Arc<Task>]>,
        /// Deleted.
        deleted: Arc<[TaskId]>,
    },
    /// A running task moved on (not stored).
    Progress {
        /// The task.
        id: TaskId,
        /// Where it is now.
        progress: Progress,
    },
    /// A phone's connection, health, hold or work changed.
    Device {
        /// The phone.
        serial: Serial,
    },
    /// An account was added, changed or removed.
    Accounts,
    /// An incident began or ended.
    Incidents,
}

/// An event with its number. Written `BOOT.SEQ`: the boot changes with every start of
/// farmhand, the sequence grows by one an event, so that a subscriber sees gaps and restarts.
#[derive(Debug, Clone, PartialEq)]
pub struct Numbered {
    /// Identifies this start of farmhand.
    pub boot: u64,
    /// From 1, without gaps.
    pub seq: u64,
    /// What happened.
    pub event: Event,
}

impl Numbered {
    /// `BOOT.SEQ`, the boot in hexadecimal.
    #[must_use]
    pub fn id(&self) -> String {
        format!("{:x}.{}", self.boot, self.seq)
    }
}
