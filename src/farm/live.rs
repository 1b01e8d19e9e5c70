//! What is true only while farmhand runs: queues, phones, attempts under way, trouble.
//!
//! Plain state that the hub keeps behind its lock. It waits for nothing and spawns nothing:
//! each step says what work follows from it.

use std::collections::HashMap;
use std::sync::Arc;

use tokio_util::sync::CancellationToken;

use super::registry::Registry;
use super::scheduler::{Action, Input, Scheduler};
use crate::adb;
use crate::model::{
    DeviceView, Incident, IncidentKind, Progress, Serial, Status, Task, TaskId, TaskView, Timestamp,
};

/// Why a running attempt is to end before its time.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Cause {
    /// A stop or a deletion was stored.
    Stopped,
    /// Its deadline passed.
    TimedOut,
    /// farmhand ends.
    Closing,
}

/// An attempt that runs here.
#[derive(Debug, Default)]
pub(super) struct Running {
    pub cancel: CancellationToken,
    /// The first cause wins.
    pub cause: Option<Cause>,
    pub progress: Option<Progress>,
    /// Cancelled when its end is stored.
    pub over: CancellationToken,
}

/// What is to be set going after a step.
#[derive(Debug)]
pub(super) enum Work {
    /// Begin an attempt.
    Attempt {
        serial: Serial,
        id: TaskId,
        cancel: CancellationToken,
    },
    /// These waited too long.
    Expire(Vec<TaskId>),
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Changed {
    Yes,
    No,
}

pub(super) struct Live {
    pub scheduler: Scheduler,
    pub registry: Registry,
    pub running: HashMap<TaskId, Running>,
    /// One handle a connection, so that features are asked once.
    pub phones: HashMap<Serial, (usize, adb::Phone)>,
    pub incidents: Arc<[Incident]>,
    /// Since when the store cannot write, and why.
    pub store_trouble: Option<(Timestamp, String)>,
    pub tasks_version: u64,
}

impl Live {
    /// Steps the scheduler. An attempt that it starts runs from this moment on: whoever asks
    /// next, be it a stop or the shutdown, finds it and can cancel it.
    pub fn step(&mut self, input: Input<'_>, at: Timestamp) -> Vec<Work> {
        let actions = self.scheduler.step(input, at);
        actions
            .into_iter()
            .map(|action| match action {
                Action::Start { serial, id } => {
                    let running = Running::default();
                    let cancel = running.cancel.clone();
                    self.running.insert(id, running);
                    self.registry.attempt_began(&serial);
                    Work::Attempt { serial, id, cancel }
                }
                Action::Expire(ids) => Work::Expire(ids),
            })
            .collect()
    }

    /// Tells the scheduler what these phones may do now.
    pub fn tell_scheduler(&mut self, serials: &[Serial], at: Timestamp) -> Vec<Work> {
        let mut work = Vec::new();
        for serial in serials {
            let input = Input::Phone {
                serial: serial.clone(),
                blocked: self.registry.blocked(serial),
            };
            work.extend(self.step(input, at));
        }
        work
    }

    pub fn refresh_incidents(&mut self) -> Changed {
        let mut incidents = self.registry.incidents();
        if let Some((since, message)) = &self.store_trouble {
            incidents.push(Incident {
                kind: IncidentKind::Store,
                subject: "store".to_owned(),
                message: message.clone(),
                since: *since,
            });
        }
        if *self.incidents == *incidents {
            return Changed::No;
        }
        let among = |incident: &Incident, all: &[Incident]| {
            all.iter()
                .any(|i| i.kind == incident.kind && i.subject == incident.subject)
        };
        for new in incidents.iter().filter(|i| !among(i, &self.incidents)) {
            tracing::warn!(kind = ?new.kind, subject = new.subject, "{}", new.message);
        }
        for old in self.incidents.iter().filter(|i| !among(i, &incidents)) {
            tracing::info!(kind = ?old.kind, subject = old.subject, "over");
        }
        self.incidents = incidents.into();
        Changed::Yes
    }

    pub fn overlay(&self, task: Arc<Task>, at: Timestamp) -> TaskView {
        TaskView {
            progress: match task.status {
                Status::Running => self.running.get(&task.id).and_then(|r| r.progress.clone()),
                _ => None,
            },
            waiting_for: self.scheduler.waiting_for(&task, at),
            task,
        }
    }

    pub fn complete(&self, mut view: DeviceView) -> DeviceView {
        view.queue = self.scheduler.queue(&view.serial);
        view.task = self.scheduler.busy_with(&view.serial);
        view.progress = view
            .task
            .and_then(|id| self.running.get(&id))
            .and_then(|r| r.progress.clone());
        view
    }
}
