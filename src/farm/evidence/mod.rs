//! What attempts leave on this host: where it lies, what is there, and logs that still grow.

mod files;
mod follow;

use std::path::{Path, PathBuf};

use crate::model::TaskId;

pub use crate::flow::{HIERARCHY, LOG, SCREEN};
pub use files::{EvidenceFile, FileType, OpenEvidence};
pub(super) use files::{list, open, png_size, whole};
pub use follow::LogFollower;

/// Tasks in one folder of `runs/`: keeps folders small enough for every file system.
const SHARD: u64 = 1_000;

/// The folder of all evidence.
pub(super) fn root(data: &Path) -> PathBuf {
    data.join("runs")
}

/// The folder of a task: `runs/SHARD/TASK`.
pub(super) fn task_folder(data: &Path, id: TaskId) -> PathBuf {
    root(data)
        .join(format!("{:06}", id.0 / SHARD))
        .join(id.to_string())
}

/// The folder of an attempt below the data folder: `runs/SHARD/TASK/ATTEMPT`.
#[must_use]
pub fn folder(data: &Path, id: TaskId, attempt: u32) -> PathBuf {
    task_folder(data, id).join(attempt.to_string())
}
