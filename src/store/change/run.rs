//! Begin and end of attempts.

use std::sync::Arc;

use super::Change;
use crate::model::{
    Attempt, DeviceRecord, ErrorKind, Leftover, Status, Task, TaskError, TaskId, Timestamp,
};
use crate::store::batch::Batch;
use crate::store::types::{End, Start, StoreError};

/// Pending to running: a new attempt.
pub(in crate::store) struct StartTask {
    pub(in crate::store) id: TaskId,
    pub(in crate::store) at: Timestamp,
}

impl Change for StartTask {
    type Answer = Start;

    fn apply(self, batch: &mut Batch) -> Result<Start, StoreError> {
        let Self { id, at } = self;
        let before = match batch.task(id)? {
            Some(task) if task.status == Status::Pending => task,
            _ => return Ok(Start::Refused),
        };
        let attempt = before.attempt + 1;
        let task = batch.put_task(
            Some(&before),
            Task {
                status: Status::Running,
                attempt,
                started_at: Some(at),
                finished_at: None,
                remark: None,
                updated_at: at,
                ..(*before).clone()
            },
        )?;
        batch.put_attempt(
            id,
            Attempt {
                number: attempt,
                started_at: at,
                finished_at: None,
                error: None,
                evidence: Vec::new(),
            },
        );
        let mut device = batch.device(&task.serial, at);
        device.leftover = Some(Leftover { task: id, attempt });
        batch.put_device(device);
        Ok(Start::Started(task))
    }
}

impl Change for End {
    type Answer = Option<Arc<Task>>;

    fn apply(self, batch: &mut Batch) -> Result<Self::Answer, StoreError> {
        let before = match batch.task(self.id)? {
            Some(task) if task.status == Status::Running && task.attempt == self.attempt => task,
            _ => return Ok(None),
        };
        let recorded = batch.attempt(self.id, self.attempt)?;
        let device = batch.device(&before.serial, self.at);
        let leftover = Leftover {
            task: self.id,
            attempt: self.attempt,
        };
        if self.clean && device.leftover == Some(leftover) {
            batch.put_device(DeviceRecord {
                leftover: None,
                ..device
            });
        }
        if before.stop.is_some_and(|stop| stop.delete) {
            batch.delete_task(&before)?;
            return Ok(None);
        }
        let error = self.error(&before);
        batch.put_attempt(
            self.id,
            Attempt {
                number: self.attempt,
                started_at: recorded
                    .map(|attempt| attempt.started_at)
                    .or(before.started_at)
                    .unwrap_or(self.at),
                finished_at: Some(self.at),
                error: error.clone(),
                evidence: self.evidence.clone(),
            },
        );
        let after = self.task_after(&before, error);
        batch.put_task(Some(&before), after).map(Some)
    }
}

impl End {
    /// Why it failed, if it did: a stop mark outweighs what the attempt says of itself.
    fn error(&self, task: &Task) -> Option<TaskError> {
        let mut error = match (&self.error, task.stop) {
            (Some(error), Some(_)) => TaskError {
                step: error.step.clone(),
                ..TaskError::new(ErrorKind::Stopped, "stopped")
            },
            (None, Some(_)) => TaskError::new(ErrorKind::Stopped, "stopped"),
            (Some(error), None) => error.clone(),
            (None, None) => return None,
        };
        if error.evidence.is_empty() {
            error.evidence.clone_from(&self.evidence);
        }
        Some(error)
    }

    fn task_after(self, before: &Task, error: Option<TaskError>) -> Task {
        let ended = Task {
            updated_at: self.at,
            remark: self.remark,
            stop: None,
            ..before.clone()
        };
        match (error, self.retry_at) {
            (Some(_), Some(due_at)) if before.stop.is_none() => Task {
                status: Status::Pending,
                due_at,
                retry_count: before.retry_count + 1,
                auto_retries: before.auto_retries + 1,
                finished_at: None,
                error: None,
                ..ended
            },
            (error, _) => Task {
                status: match error {
                    Some(_) => Status::Failed,
                    None => Status::Completed,
                },
                finished_at: Some(self.at),
                error,
                ..ended
            },
        }
    }
}
