//! Where attempts leave their files, and what becomes of them.

use std::path::{Path, PathBuf};

use crate::model::TaskId;

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

/// The folder of an attempt: `runs/SHARD/TASK/ATTEMPT`.
pub(super) fn folder(data: &Path, id: TaskId, attempt: u32) -> PathBuf {
    task_folder(data, id).join(attempt.to_string())
}
