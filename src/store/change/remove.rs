//! Deletion, expiry and retention.

use std::sync::Arc;

use super::Change;
use super::steer::{failed_unstarted, marked};
use crate::model::{ErrorKind, Status, StopMark, Task, TaskError, TaskId, Timestamp};
use crate::store::batch::Batch;
use crate::store::types::{Deleted, StoreError};

/// Deletes tasks; running ones are marked and go at their end.
pub(in crate::store) struct Delete {
    pub(in crate::store) ids: Vec<TaskId>,
    pub(in crate::store) at: Timestamp,
}

impl Change for Delete {
    type Answer = Deleted;

    fn weight(&self) -> usize {
        self.ids.len().max(1)
    }

    fn apply(self, batch: &mut Batch) -> Result<Deleted, StoreError> {
        let mut deleted = Deleted::default();
        for (id, task) in batch.tasks(&self.ids)? {
            let Some(task) = task else {
                deleted.not_found.push(id);
                continue;
            };
            match (task.status, task.stop) {
                (Status::Running, Some(StopMark { delete: true, .. })) => {
                    deleted.already.push(id);
                }
                (Status::Running, stop) => {
                    // The first mark stands; it only gains the deletion.
                    let mark = StopMark {
                        at: stop.map_or(self.at, |stop| stop.at),
                        delete: true,
                    };
                    batch.put_task(Some(&task), marked(&task, mark, self.at))?;
                    deleted.stopping.push(id);
                }
                _ => {
                    batch.delete_task(&task)?;
                    deleted.deleted.push(id);
                }
            }
        }
        Ok(deleted)
    }
}

/// Fails those of these tasks that still wait.
pub(in crate::store) struct Expire {
    pub(in crate::store) ids: Vec<TaskId>,
    pub(in crate::store) at: Timestamp,
    pub(in crate::store) message: String,
}

impl Change for Expire {
    type Answer = Vec<Arc<Task>>;

    fn weight(&self) -> usize {
        self.ids.len().max(1)
    }

    fn apply(self, batch: &mut Batch) -> Result<Self::Answer, StoreError> {
        let tasks = batch.tasks(&self.ids)?.into_iter();
        let pending = tasks.filter_map(|(_, task)| task.filter(|t| t.status == Status::Pending));
        pending
            .map(|before| {
                let error = TaskError::new(ErrorKind::Expired, self.message.clone());
                batch.put_task(Some(&before), failed_unstarted(&before, error, self.at))
            })
            .collect()
    }
}

/// Deletes old history.
pub(in crate::store) struct Prune {
    pub(in crate::store) before: Timestamp,
    pub(in crate::store) keep_tasks: u64,
    pub(in crate::store) batch: usize,
}

impl Change for Prune {
    type Answer = Vec<TaskId>;

    fn weight(&self) -> usize {
        self.batch.max(1)
    }

    fn apply(self, batch: &mut Batch) -> Result<Vec<TaskId>, StoreError> {
        let finished = batch.finished();
        let surplus = finished.len().saturating_sub(self.keep_tasks);
        let old: Vec<TaskId> = finished
            .iter()
            .zip(0..)
            .take_while(|((at, _), position)| *at < self.before || *position < surplus)
            .map(|((_, id), _)| id)
            .take(self.batch)
            .collect();
        for (_, task) in batch.tasks(&old)? {
            if let Some(task) = task {
                batch.delete_task(&task)?;
            }
        }
        Ok(old)
    }
}
