//! Forgets what is old: tasks past the limits, and the evidence of tasks that are gone.

use std::collections::HashSet;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;

use tokio::time::{Instant, sleep_until};

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
            () = hub.ending.cancelled() => return,
            () = sleep_until(next) => {
                prune(&hub).await;
                next = Instant::now() + PAUSE;
                if Instant::now() >= next_trim {
                    let root = evidence::root(&hub.config.data);
                    let limit = hub.config.tasks.keep_bytes;
                    blocking(move || trim(&root, limit)).await;
                    next_trim = Instant::now() + TRIM_PAUSE;
                }
            }
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
    blocking(move || {
        for (id, folder) in task_folders(&root) {
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

/// Removes the oldest evidence until at most `limit` bytes are left. The tasks stay.
fn trim(root: &Path, limit: u64) {
    let sized: Vec<(PathBuf, u64)> = task_folders(root)
        .into_iter()
        .map(|(_, folder)| {
            let bytes = bytes_in(&folder);
            (folder, bytes)
        })
        .collect();
    let mut total: u64 = sized.iter().map(|(_, bytes)| bytes).sum();
    let mut gone = HashSet::new();
    for (folder, bytes) in sized {
        if total <= limit {
            break;
        }
        delete(&folder);
        total -= bytes;
        gone.insert(folder);
    }
    if !gone.is_empty() {
        tracing::info!(
            folders = gone.len(),
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
