//! The store as one would write it without a thought for speed or crashes: maps of rows,
//! every question answered by looking at all of them.

use std::cmp::Ordering;
use std::collections::BTreeMap;

use super::{at, new_task, serial};
use crate::model::{
    Attempt, DeviceRecord, ErrorKind, Leftover, NewTask, Serial, Source, Stats, Status, StopMark,
    Task, TaskError, TaskId, Timestamp,
};
use crate::store::{Direction, End, Filter, Listing, Sort, SortBy};

#[derive(Debug, Clone, Default, PartialEq)]
pub(super) struct Model {
    pub(super) tasks: BTreeMap<u64, Task>,
    pub(super) attempts: BTreeMap<(u64, u32), Attempt>,
    pub(super) devices: BTreeMap<Serial, DeviceRecord>,
    created: u64,
}

/// A task for one of some phones, scripts and sources.
pub(super) fn varied(n: u8) -> NewTask {
    NewTask {
        script: ["shell", "push", "post"][usize::from(n / 3) % 3].into(),
        source: [Source::Ui, Source::Api][usize::from(n / 9) % 2],
        scheduled_at: n.is_multiple_of(5).then(|| at(i64::from(n))),
        ..new_task(["a", "b", "c"][usize::from(n) % 3])
    }
}

fn stopped() -> TaskError {
    TaskError::new(ErrorKind::Stopped, "stopped")
}

impl Model {
    pub(super) fn create(&mut self, tasks: Vec<NewTask>, at: Timestamp) -> Vec<TaskId> {
        let mut ids = Vec::new();
        for new in tasks {
            self.created += 1;
            let id = TaskId(self.created);
            let task = Task {
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
            };
            self.tasks.insert(id.0, task);
            ids.push(id);
        }
        ids
    }

    pub(super) fn start(&mut self, id: TaskId, at: Timestamp) -> bool {
        let Some(task) = self.tasks.get_mut(&id.0) else {
            return false;
        };
        if task.status != Status::Pending {
            return false;
        }
        task.status = Status::Running;
        task.attempt += 1;
        task.started_at = Some(at);
        task.finished_at = None;
        task.remark = None;
        task.updated_at = at;
        let attempt = Attempt {
            number: task.attempt,
            started_at: at,
            finished_at: None,
            error: None,
            evidence: vec![],
        };
        self.attempts.insert((id.0, task.attempt), attempt);
        let device = self.devices.entry(task.serial.clone());
        let device = device.or_insert_with(|| DeviceRecord {
            serial: task.serial.clone(),
            model: String::new(),
            android: String::new(),
            first_seen: at,
            last_seen: at,
            hold: None,
            leftover: None,
        });
        device.leftover = Some(Leftover {
            task: id,
            attempt: task.attempt,
        });
        true
    }

    pub(super) fn end(&mut self, end: End) -> Option<Task> {
        let task = self.tasks.get_mut(&end.id.0)?;
        if task.status != Status::Running || task.attempt != end.attempt {
            return None;
        }
        let leftover = Leftover {
            task: end.id,
            attempt: end.attempt,
        };
        let device = self.devices.get_mut(&task.serial).unwrap();
        if end.clean && device.leftover == Some(leftover) {
            device.leftover = None;
        }
        let mark = task.stop.take();
        if mark.is_some_and(|mark| mark.delete) {
            self.remove(end.id);
            return None;
        }
        let error = match mark {
            Some(_) => Some(stopped()),
            None => end.error,
        };
        let attempt = self.attempts.get_mut(&(end.id.0, end.attempt)).unwrap();
        attempt.finished_at = Some(end.at);
        attempt.error = error.clone();
        task.updated_at = end.at;
        task.remark = end.remark;
        match (error, end.retry_at) {
            (Some(_), Some(due_at)) if mark.is_none() => {
                task.status = Status::Pending;
                task.due_at = due_at;
                task.retry_count += 1;
                task.auto_retries += 1;
                task.error = None;
            }
            (None, _) => {
                task.status = Status::Completed;
                task.finished_at = Some(end.at);
            }
            (error, _) => {
                task.status = Status::Failed;
                task.finished_at = Some(end.at);
                task.error = error;
            }
        }
        Some(task.clone())
    }

    fn remove(&mut self, id: TaskId) {
        self.tasks.remove(&id.0);
        self.attempts.retain(|key, _| key.0 != id.0);
    }

    fn fail(task: &mut Task, error: TaskError, at: Timestamp) {
        task.status = Status::Failed;
        task.error = Some(error);
        task.finished_at = Some(at);
        task.remark = None;
        task.updated_at = at;
    }

    fn mark(task: &mut Task, delete: bool, at: Timestamp) {
        let first = task.stop.map_or(at, |mark| mark.at);
        task.stop = Some(StopMark { at: first, delete });
        task.remark = Some("stopping".into());
        task.updated_at = at;
    }

    pub(super) fn stop(&mut self, id: TaskId, at: Timestamp) {
        match self.tasks.get_mut(&id.0) {
            Some(task) if task.status == Status::Pending => Self::fail(task, stopped(), at),
            Some(task) if task.status == Status::Running && task.stop.is_none() => {
                Self::mark(task, false, at);
            }
            _ => {}
        }
    }

    pub(super) fn retry(&mut self, id: TaskId, at: Timestamp) -> bool {
        match self.tasks.get_mut(&id.0) {
            Some(task) if task.status == Status::Failed => {
                task.status = Status::Pending;
                task.due_at = at;
                task.retry_count += 1;
                task.auto_retries = 0;
                task.error = None;
                task.finished_at = None;
                task.remark = None;
                task.updated_at = at;
                true
            }
            _ => false,
        }
    }

    pub(super) fn retry_all(&mut self, at: Timestamp) -> Vec<TaskId> {
        let all: Vec<TaskId> = self.tasks.keys().map(|&id| TaskId(id)).collect();
        all.into_iter().filter(|&id| self.retry(id, at)).collect()
    }

    pub(super) fn delete(&mut self, ids: &[TaskId], at: Timestamp) {
        for id in ids {
            match self.tasks.get_mut(&id.0) {
                Some(task) if task.status == Status::Running => {
                    if !task.stop.is_some_and(|mark| mark.delete) {
                        Self::mark(task, true, at);
                    }
                }
                _ => self.remove(*id),
            }
        }
    }

    pub(super) fn expire(&mut self, ids: &[TaskId], at: Timestamp) {
        for id in ids {
            match self.tasks.get_mut(&id.0) {
                Some(task) if task.status == Status::Pending => {
                    Self::fail(task, TaskError::new(ErrorKind::Expired, "too late"), at);
                }
                _ => {}
            }
        }
    }

    pub(super) fn prune(&mut self, before: Timestamp, keep: usize, batch: usize) -> Vec<TaskId> {
        let ended = self.tasks.values().filter(|task| task.status.is_final());
        let mut ended: Vec<_> = ended.map(|task| (task.finished_at, task.id)).collect();
        ended.sort_unstable();
        let surplus = ended.len().saturating_sub(keep);
        let old: Vec<TaskId> = ended
            .iter()
            .enumerate()
            .filter(|(position, (end, _))| *end < Some(before) || *position < surplus)
            .map(|(_, (_, id))| *id)
            .take(batch)
            .collect();
        old.iter().for_each(|id| self.remove(*id));
        old
    }

    pub(super) fn clean(&mut self, name: &str) {
        if let Some(device) = self.devices.get_mut(&serial(name)) {
            device.leftover = None;
        }
    }

    pub(super) fn stats(&self) -> Stats {
        let count = |status| self.tasks.values().filter(|t| t.status == status).count() as u64;
        Stats {
            total: self.tasks.len() as u64,
            pending: count(Status::Pending),
            running: count(Status::Running),
            completed: count(Status::Completed),
            failed: count(Status::Failed),
        }
    }

    /// All that match, newest first.
    pub(super) fn list(&self, filter: &Filter) -> Vec<&Task> {
        let newest_first = self.tasks.values().rev();
        let matching = newest_first.filter(|task| {
            filter.status.is_none_or(|status| task.status == status)
                && filter.source.is_none_or(|source| task.source == source)
                && filter.serial.as_ref().is_none_or(|s| task.serial == *s)
                && filter.script.as_ref().is_none_or(|s| *task.script == **s)
                && (filter.kind)
                    .is_none_or(|kind| task.error.as_ref().is_some_and(|e| e.kind == kind))
        });
        matching.collect()
    }

    /// All that match and are among these, in this order.
    pub(super) fn sorted(&self, listing: &Listing<'_>) -> Vec<&Task> {
        let mut tasks = self.list(listing.filter);
        tasks.retain(|task| listing.among.is_none_or(|ids| ids.contains(task.id)));
        let Sort { by, direction } = listing.sort;
        let ended = |task: &Task| task.finished_at.filter(|_| task.status.is_final());
        tasks.sort_by(|a, b| {
            // Newest first are those that are equal or have no moment.
            let newest = b.id.cmp(&a.id);
            let dated = |a_at: Option<Timestamp>, b_at: Option<Timestamp>| match (a_at, b_at) {
                (None, None) => newest,
                (None, Some(_)) => Ordering::Greater,
                (Some(_), None) => Ordering::Less,
                (Some(a_at), Some(b_at)) => turned(direction, (a_at, a.id).cmp(&(b_at, b.id))),
            };
            match by {
                SortBy::Id => turned(direction, a.id.cmp(&b.id)),
                SortBy::Created => dated(Some(a.created_at), Some(b.created_at)),
                SortBy::Started => dated(a.started_at, b.started_at),
                SortBy::Finished => dated(ended(a), ended(b)),
                SortBy::State => turned(direction, a.status.cmp(&b.status)).then(newest),
                SortBy::Serial => turned(direction, a.serial.cmp(&b.serial)).then(newest),
                SortBy::Script => turned(direction, a.script.cmp(&b.script)).then(newest),
            }
        });
        tasks
    }
}

const fn turned(direction: Direction, order: Ordering) -> Ordering {
    match direction {
        Direction::Ascending => order,
        Direction::Descending => order.reverse(),
    }
}
