//! Forgets what is old: tasks past the limits, and the evidence of tasks that are gone.

use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;

use tokio::time::{Instant, sleep_until};
use tokio_util::sync::CancellationToken;

use super::evidence;
use super::feed::FeedError;
use super::hub::{Hub, now};
use crate::model::{Event, TaskId};

/// How often old tasks are looked for.
const PAUSE: Duration = Duration::from_secs(60);

/// How often the evidence is measured: that walks every folder.
const TRIM_PAUSE: Duration = Duration::from_secs(10 * 60);

/// Tasks deleted in one commit.
const BATCH: usize = 1_000;

/// Works until the farm ends: removes the folders of deleted tasks as they go, and old
/// tasks now and then. Nothing waits for it.
pub(super) async fn keep(hub: Arc<Hub>) {
    let mut events = hub.feed.subscribe();
    sweep(&hub).await;
    let mut next = Instant::now();
    let mut next_trim = next;
    loop {
        tokio::select! {
            // In this order: what was deleted before the end is still removed.
            biased;
            event = events.next() => match event {
                Ok(numbered) => {
                    if let Event::Tasks { deleted, .. } = &numbered.event
                        && !deleted.is_empty()
                    {
                        let folders = deleted
                            .iter()
                            .map(|id| evidence::task_folder(&hub.config.data, *id))
                            .collect();
                        remove(folders).await;
                    }
                }
                Err(FeedError::Missed(_)) => sweep(&hub).await,
                Err(FeedError::Ended) => return,
            },
            () = hub.ending.cancelled() => return,
            () = sleep_until(next) => {
                prune(&hub).await;
                next = Instant::now() + PAUSE;
                if Instant::now() >= next_trim {
                    let hub = Arc::clone(&hub);
                    blocking(move || {
                        let root = evidence::root(&hub.config.data);
                        trim(&root, hub.config.tasks.keep_bytes, &hub.running(), &hub.ending);
                    })
                    .await;
                    next_trim = Instant::now() + TRIM_PAUSE;
                }
            }
        }
    }
}

/// Deletes ended tasks past `keep_days` and `keep_tasks`.
async fn prune(hub: &Hub) {
    let Some(store) = hub.store() else {
        return;
    };
    let rules = &hub.config.tasks;
    let keep_ms = i64::try_from(rules.keep.as_millis()).unwrap_or(i64::MAX);
    loop {
        match store
            .prune(now().plus_ms(-keep_ms), rules.keep_tasks, BATCH)
            .await
        {
            Ok(deleted) if deleted.len() < BATCH => break,
            Ok(_) => {}
            Err(error) => {
                tracing::warn!(%error, "could not delete old tasks");
                break;
            }
        }
        if hub.ending.is_cancelled() {
            return;
        }
    }
}

/// Removes folders whose task is gone: a crash may come between a deletion and its sweep.
async fn sweep(hub: &Hub) {
    let Some(store) = hub.store() else {
        return;
    };
    let (root, store) = (evidence::root(&hub.config.data), store.clone());
    let ending = hub.ending.clone();
    blocking(move || {
        for (id, folder) in task_folders(&root) {
            if ending.is_cancelled() {
                return;
            }
            // Asked anew for each: a task may have been created since the folders were read.
            if matches!(store.view().task(id), Ok(None)) {
                delete(&folder);
            }
        }
    })
    .await;
}

async fn remove(folders: Vec<PathBuf>) {
    blocking(move || folders.iter().for_each(|folder| delete(folder))).await;
}

async fn blocking(work: impl FnOnce() + Send + 'static) {
    if let Err(error) = tokio::task::spawn_blocking(work).await {
        tracing::error!(%error, "sweeping evidence ended badly");
    }
}

fn delete(folder: &Path) {
    match std::fs::remove_dir_all(folder) {
        Ok(()) => {}
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => {}
        Err(error) => {
            tracing::warn!(folder = %folder.display(), %error, "could not remove evidence");
        }
    }
}

/// Every `runs/SHARD/TASK`, oldest task first.
fn task_folders(root: &Path) -> Vec<(TaskId, PathBuf)> {
    let children = |folder: &Path| {
        std::fs::read_dir(folder)
            .into_iter()
            .flatten()
            .flatten()
            .map(|entry| entry.path())
            .collect::<Vec<_>>()
    };
    let mut found = Vec::new();
    for shard in children(root) {
        for folder in children(&shard) {
            let name = folder.file_name().and_then(|n| n.to_str());
            if let Some(id) = name.and_then(|n| n.parse::<TaskId>().ok()) {
                found.push((id, folder));
            }
        }
    }
    found.sort_unstable();
    found
}

/// Removes the oldest evidence until at most `limit` bytes are left. The tasks stay, and so
/// does the evidence of those that run.
fn trim(root: &Path, limit: u64, running: &[TaskId], ending: &CancellationToken) {
    let mut total = 0;
    let mut sized = Vec::new();
    for (id, folder) in task_folders(root) {
        if ending.is_cancelled() {
            return;
        }
        let bytes = bytes_in(&folder);
        total += bytes;
        if !running.contains(&id) {
            sized.push((folder, bytes));
        }
    }
    let mut gone = 0_u32;
    for (folder, bytes) in sized {
        if total <= limit || ending.is_cancelled() {
            break;
        }
        delete(&folder);
        total -= bytes;
        gone += 1;
    }
    if gone > 0 {
        tracing::info!(
            folders = gone,
            "old evidence removed to stay within keep_bytes"
        );
    }
}

fn bytes_in(folder: &Path) -> u64 {
    std::fs::read_dir(folder)
        .into_iter()
        .flatten()
        .flatten()
        .map(|entry| match entry.metadata() {
            Ok(meta) if meta.is_dir() => bytes_in(&entry.path()),
            Ok(meta) => meta.len(),
            Err(_) => 0,
        })
        .sum()
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A data folder with ten bytes of evidence for each of these tasks.
    fn with_evidence(ids: &[u64]) -> tempfile::TempDir {
        let data = tempfile::tempdir().unwrap();
        for id in ids {
            let folder = evidence::folder(data.path(), TaskId(*id), 1);
            std::fs::create_dir_all(&folder).unwrap();
            std::fs::write(folder.join("log.txt"), "0123456789").unwrap();
        }
        data
    }

    fn left(data: &tempfile::TempDir) -> Vec<u64> {
        let folders = task_folders(&evidence::root(data.path()));
        folders.into_iter().map(|(id, _)| id.0).collect()
    }

    #[test]
    fn the_oldest_evidence_goes_first_and_that_of_a_running_task_stays() {
        let data = with_evidence(&[3, 999, 1_000, 2_001]);
        let root = evidence::root(data.path());
        trim(&root, 20, &[TaskId(3)], &CancellationToken::new());
        assert_eq!(left(&data), [3, 2_001]);
    }

    #[test]
    fn trimming_stops_when_the_farm_ends() {
        let data = with_evidence(&[1, 2]);
        let ending = CancellationToken::new();
        ending.cancel();
        trim(&evidence::root(data.path()), 0, &[], &ending);
        assert_eq!(left(&data), [1, 2]);
    }
}
