//! Stop and retry.

use std::sync::Arc;

use super::Change;
use crate::model::{ErrorKind, Status, StopMark, Task, TaskError, TaskId, Timestamp};
use crate::store::batch::Batch;
use crate::store::types::{Retry, Stop, StoreError};

/// The remark of a task that is being stopped (contract).
pub(super) const STOPPING: &str = "stopping";

/// Ends a pending task, marks a running one.
pub(in crate::store) struct StopTask {
    pub(in crate::store) id: TaskId,
    pub(in crate::store) at: Timestamp,
}

impl Change for StopTask {
    type Answer = Stop;

    fn apply(self, batch: &mut Batch) -> Result<Stop, StoreError> {
        let Self { id, at } = self;
        let Some(before) = batch.task(id)? else {
            return Ok(Stop::NotFound);
        };
        match before.status {
            Status::Pending => {
                let error = TaskError::new(ErrorKind::Stopped, "stopped");
                let failed = failed_unstarted(&before, error, at);
                batch.put_task(Some(&before), failed).map(Stop::Ended)
            }
            Status::Running if before.stop.is_some() => Ok(Stop::AlreadyMarked(before)),
            Status::Running => {
                let mark = StopMark { at, delete: false };
                batch
                    .put_task(Some(&before), marked(&before, mark, at))
                    .map(Stop::Marked)
            }
            Status::Completed | Status::Failed => Ok(Stop::Final(before)),
        }
    }
}

/// A pending task that fails without a start.
pub(super) fn failed_unstarted(before: &Task, error: TaskError, at: Timestamp) -> Task {
    Task {
        status: Status::Failed,
        finished_at: Some(at),
        error: Some(error),
        remark: None,
        updated_at: at,
        ..before.clone()
    }
}

/// A running task that is to end.
pub(super) fn marked(before: &Task, mark: StopMark, at: Timestamp) -> Task {
    Task {
        stop: Some(mark),
        remark: Some(STOPPING.to_owned()),
        updated_at: at,
        ..before.clone()
    }
}

/// Failed to pending, due now.
pub(in crate::store) struct RetryTask {
    pub(in crate::store) id: TaskId,
    pub(in crate::store) at: Timestamp,
}

impl Change for RetryTask {
    type Answer = Retry;

    fn apply(self, batch: &mut Batch) -> Result<Retry, StoreError> {
        match batch.task(self.id)? {
            None => Ok(Retry::NotFound),
            Some(task) if task.status == Status::Failed => {
                retry(batch, &task, self.at).map(Retry::Retried)
            }
            Some(task) => Ok(Retry::NotFailed(task)),
        }
    }
}

/// Those of these tasks that are failed to pending.
pub(in crate::store) struct RetryMany {
    pub(in crate::store) ids: Vec<TaskId>,
    pub(in crate::store) at: Timestamp,
}

impl Change for RetryMany {
    type Answer = Vec<TaskId>;

    fn weight(&self) -> usize {
        self.ids.len().max(1)
    }

    fn apply(self, batch: &mut Batch) -> Result<Vec<TaskId>, StoreError> {
        let tasks = batch.tasks(&self.ids)?.into_iter();
        let failed = tasks.filter_map(|(_, task)| task.filter(|t| t.status == Status::Failed));
        failed
            .map(|task| retry(batch, &task, self.at).map(|task| task.id))
            .collect()
    }
}

fn retry(batch: &mut Batch, before: &Task, at: Timestamp) -> Result<Arc<Task>, StoreError> {
    batch.put_task(
        Some(before),
        Task {
            status: Status::Pending,
            due_at: at,
            retry_count: before.retry_count + 1,
            auto_retries: 0,
            finished_at: None,
            error: None,
            remark: None,
            updated_at: at,
            ..before.clone()
        },
    )
}
