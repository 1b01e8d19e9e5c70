//! Counts.

use serde::{Deserialize, Serialize};

use super::Status;

/// How many tasks there are. The four always add up to `total`.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Stats {
    /// All.
    pub total: u64,
    /// Status 0.
    pub pending: u64,
    /// Status 1.
    pub running: u64,
    /// Status 2.
    pub completed: u64,
    /// Status 3.
    pub failed: u64,
}

impl Stats {
    /// The count of one status.
    #[must_use]
    pub const fn of(&self, status: Status) -> u64 {
        match status {
            Status::Pending => self.pending,
            Status::Running => self.running,
            Status::Completed => self.completed,
            Status::Failed => self.failed,
        }
    }

    /// The count of one status, to change it. The caller keeps `total` true.
    pub const fn of_mut(&mut self, status: Status) -> &mut u64 {
        match status {
            Status::Pending => &mut self.pending,
            Status::Running => &mut self.running,
            Status::Completed => &mut self.completed,
            Status::Failed => &mut self.failed,
        }
    }
}

/// Counts a minute for the last [`Rates::MINUTES`] minutes, oldest first; the last one is
/// the minute that runs.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Rates {
    /// Tasks that ended.
    pub finished: Vec<u64>,
    /// Of these, failed.
    pub failed: Vec<u64>,
    /// Median of their duration, in milliseconds; 0 without a sample, as all that follow.
    pub p50_ms: Vec<u64>,
    /// 95th percentile of their duration, in milliseconds.
    pub p95_ms: Vec<u64>,
    /// Median of the time between due and begun, in milliseconds.
    pub wait_p50_ms: Vec<u64>,
    /// 95th percentile of that.
    pub wait_p95_ms: Vec<u64>,
    /// Median adb round trip of the probes, in microseconds.
    pub adb_us: Vec<u64>,
    /// 95th percentile of that.
    pub adb_p95_us: Vec<u64>,
}

impl Rates {
    /// Minutes kept.
    pub const MINUTES: usize = 60;
}
