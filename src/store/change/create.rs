//! Creation of tasks.

use super::Change;
use crate::model::{NewTask, Serial, Status, Task, TaskId, Timestamp};
use crate::store::batch::Batch;
use crate::store::tables::KeyUse;
use crate::store::types::{Created, IdempotencyKey, StoreError};

/// Makes tasks, all pending.
pub(in crate::store) struct Create {
    pub(in crate::store) tasks: Vec<NewTask>,
    pub(in crate::store) unknown_serials: Vec<Serial>,
    pub(in crate::store) key: Option<IdempotencyKey>,
    pub(in crate::store) at: Timestamp,
}

impl Change for Create {
    type Answer = Created;

    fn weight(&self) -> usize {
        self.tasks.len().max(1)
    }

    fn apply(self, batch: &mut Batch) -> Result<Created, StoreError> {
        if let Some(IdempotencyKey { key, fingerprint }) = &self.key
            && let Some(used) = batch.key_use(key)?
            && !used.expired(self.at)
        {
            return if used.fingerprint == *fingerprint {
                Ok(used.created)
            } else {
                Err(StoreError::KeyReused)
            };
        }
        // All tasks of a request share its start time.
        let scheduled_at = self.tasks.first().and_then(|task| task.scheduled_at);
        let mut task_ids = Vec::with_capacity(self.tasks.len());
        for new in self.tasks {
            let id = TaskId(batch.state.next_id);
            batch.put_task(None, pending(id, new, self.at))?;
            batch.state.next_id += 1;
            task_ids.push(id);
        }
        let created = Created {
            task_ids,
            scheduled_at,
            unknown_serials: self.unknown_serials,
        };
        if let Some(IdempotencyKey { key, fingerprint }) = self.key {
            let used = KeyUse {
                at: self.at,
                fingerprint,
                created: created.clone(),
            };
            batch.put_key(key, used);
        }
        Ok(created)
    }
}

fn pending(id: TaskId, new: NewTask, at: Timestamp) -> Task {
    Task {
        id,
        status: Status::Pending,
        source: new.source,
        serial: new.serial,
        account: new.account,
        script: new.script,
        config: new.config,
        start_time: new.start_time,
        scheduled_at: new.scheduled_at,
        due_at: new.scheduled_at.unwrap_or(at),
        created_at: at,
        updated_at: at,
        started_at: None,
        finished_at: None,
        attempt: 0,
        retry_count: 0,
        auto_retries: 0,
        stop: None,
        remark: None,
        error: None,
    }
}
