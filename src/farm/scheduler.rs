//! Which task starts where, and when: a pure function of what happened.
//!
//! [`Scheduler::step`] takes one input and its moment and returns what is to be done. It
//! reads no clock, waits for nothing and touches no phone, so that a simulation can run
//! years of it. It holds a few words a pending task, never its row.

use std::collections::{BTreeSet, HashMap};
use std::sync::Arc;

use crate::model::{Serial, Status, Task, TaskId, Timestamp, WaitReason};
use crate::store::PendingTask;

/// What happened.
#[derive(Debug, Clone)]
pub(super) enum Input<'a> {
    /// Tasks as a commit left them, and those it deleted.
    Tasks {
        changed: &'a [Arc<Task>],
        deleted: &'a [TaskId],
    },
    /// Tasks that were pending when farmhand started.
    Backlog(&'a [PendingTask]),
    /// A phone may take work, or may not for a reason.
    Phone {
        serial: Serial,
        blocked: Option<WaitReason>,
    },
    /// The attempt, or the try to start one, is over and its phone free again.
    Freed { serial: Serial },
    /// Time passed.
    Clock,
    /// No attempt starts from now on.
    Close,
}

/// What is to be done.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Action {
    /// Begin an attempt; the phone counts as busy until `Freed`.
    Start { serial: Serial, id: TaskId },
    /// These waited too long.
    Expire(Vec<TaskId>),
}

/// Limits in force.
#[derive(Debug, Clone, Copy)]
pub(super) struct Rules {
    /// How many phones may be busy at once.
    pub device_limit: Option<u32>,
    /// How long a due task may wait, in milliseconds.
    pub wait_limit_ms: i64,
}

/// Most tasks named in one [`Action::Expire`]: a week's backlog goes in several commits.
const EXPIRE_BATCH: usize = 1_000;

/// Pause before another try to expire what an earlier one could not, in milliseconds.
const EXPIRE_PAUSE_MS: i64 = 5_000;

type PhoneNo = u32;
/// Order in which tasks of a phone, and phones under the limit, take their turn.
type Turn = (Timestamp, TaskId);

#[derive(Debug)]
struct Phone {
    serial: Serial,
    /// Due tasks in order.
    due: BTreeSet<Turn>,
    /// Tasks whose time has not come.
    later: u64,
    blocked: Option<WaitReason>,
    /// The task that was told to start here, until `Freed`.
    busy: Option<TaskId>,
    /// Where this phone stands in `Scheduler::ready`, if it does.
    standing: Option<Turn>,
}

/// The queues of all phones.
#[derive(Debug)]
pub(super) struct Scheduler {
    rules: Rules,
    numbers: HashMap<Serial, PhoneNo>,
    phones: Vec<Phone>,
    /// Numbers to be given again: of phones that were never seen and that no task waits for.
    vacant: Vec<PhoneNo>,
    /// Every pending task that has not been told to start.
    pending: HashMap<TaskId, (PhoneNo, Timestamp)>,
    /// Tasks whose time has not come, all phones together.
    future: BTreeSet<(Timestamp, TaskId, PhoneNo)>,
    /// Free phones with a due task, by their first task's turn.
    ready: BTreeSet<(Turn, PhoneNo)>,
    busy: u32,
    closing: bool,
    /// Earliest moment at which a due task may expire; `None` while nothing is due.
    expiry: Option<Timestamp>,
}

impl Scheduler {
    pub fn new(rules: Rules) -> Self {
        Self {
            rules,
            numbers: HashMap::new(),
            phones: Vec::new(),
            vacant: Vec::new(),
            pending: HashMap::new(),
            future: BTreeSet::new(),
            ready: BTreeSet::new(),
            busy: 0,
            closing: false,
            expiry: None,
        }
    }

    /// Takes one input and says what is to be done.
    pub fn step(&mut self, input: Input<'_>, now: Timestamp) -> Vec<Action> {
        match input {
            Input::Tasks { changed, deleted } => {
                for id in deleted {
                    self.forget(*id);
                }
                for task in changed {
                    self.forget(task.id);
                    if task.status == Status::Pending {
                        self.remember(task.id, &task.serial, task.due_at, now);
                    }
                }
            }
            Input::Backlog(tasks) => {
                for task in tasks {
                    self.forget(task.id);
                    self.remember(task.id, &task.serial, task.due_at, now);
                }
            }
            Input::Phone { serial, blocked } => {
                let no = self.number(&serial);
                if let Some(phone) = self.phones.get_mut(no as usize) {
                    phone.blocked = blocked;
                }
                self.stand(no);
            }
            Input::Freed { serial } => {
                let no = self.number(&serial);
                if let Some(phone) = self.phones.get_mut(no as usize)
                    && phone.busy.take().is_some()
                {
                    self.busy -= 1;
                }
                self.stand(no);
            }
            Input::Clock => {}
            Input::Close => self.closing = true,
        }
        self.mature(now);
        let mut actions = self.expire(now);
        self.start_ready(&mut actions);
        actions
    }

    /// When the next `Clock` is needed, if time alone can change anything.
    pub fn next_wake(&self) -> Option<Timestamp> {
        let first = self.future.first().map(|(at, ..)| *at);
        match (first, self.expiry) {
            (Some(a), Some(b)) => Some(a.min(b)),
            (a, b) => a.or(b),
        }
    }

    /// Why a pending task does not run; `None` if it is about to, or is not pending here.
    pub fn waiting_for(&self, task: &Task, now: Timestamp) -> Option<WaitReason> {
        if task.status != Status::Pending {
            return None;
        }
        if task.due_at > now {
            return Some(if task.scheduled_at == Some(task.due_at) {
                WaitReason::StartTime
            } else {
                WaitReason::RetryPause
            });
        }
        if self.closing {
            return Some(WaitReason::ShuttingDown);
        }
        let Some(phone) = self.phone(&task.serial) else {
            return Some(WaitReason::NeverSeen);
        };
        if phone.busy == Some(task.id) {
            return None;
        }
        if let Some(reason) = phone.blocked {
            return Some(reason);
        }
        let first = phone.due.first().is_none_or(|(_, id)| *id == task.id);
        if phone.busy.is_some() || !first {
            return Some(WaitReason::Busy);
        }
        self.full().then_some(WaitReason::Limit)
    }

    /// Pending tasks of a phone, due or not.
    pub fn queue(&self, serial: &Serial) -> u64 {
        self.phone(serial)
            .map_or(0, |p| p.due.len() as u64 + p.later)
    }

    /// The task that was told to start on a phone and has not freed it.
    pub fn busy_with(&self, serial: &Serial) -> Option<TaskId> {
        self.phone(serial).and_then(|p| p.busy)
    }

    fn phone(&self, serial: &Serial) -> Option<&Phone> {
        let no = *self.numbers.get(serial)?;
        self.phones.get(no as usize)
    }

    /// The number of a phone; one not heard of yet is new and has never been seen.
    fn number(&mut self, serial: &Serial) -> PhoneNo {
        if let Some(no) = self.numbers.get(serial) {
            return *no;
        }
        let phone = Phone {
            serial: serial.clone(),
            due: BTreeSet::new(),
            later: 0,
            blocked: Some(WaitReason::NeverSeen),
            busy: None,
            standing: None,
        };
        let reused = self.vacant.pop();
        let no = match reused.and_then(|no| Some((no, self.phones.get_mut(no as usize)?))) {
            Some((no, place)) => {
                *place = phone;
                no
            }
            None => {
                self.phones.push(phone);
                (self.phones.len() - 1) as PhoneNo
            }
        };
        self.numbers.insert(serial.clone(), no);
        no
    }

    /// Forgets a phone that was never seen once nothing waits for it: a request may name any
    /// serial, and must not make this grow for good.
    fn vacate(&mut self, no: PhoneNo) {
        let Some(phone) = self.phones.get(no as usize) else {
            return;
        };
        let unseen = phone.blocked == Some(WaitReason::NeverSeen) && phone.busy.is_none();
        if unseen
            && phone.due.is_empty()
            && phone.later == 0
            && self.numbers.remove(&phone.serial).is_some()
        {
            self.vacant.push(no);
        }
    }

    fn remember(&mut self, id: TaskId, serial: &Serial, due: Timestamp, now: Timestamp) {
        let no = self.number(serial);
        self.pending.insert(id, (no, due));
        if due > now {
            self.future.insert((due, id, no));
            if let Some(phone) = self.phones.get_mut(no as usize) {
                phone.later += 1;
            }
        } else {
            self.queue_up(no, (due, id));
        }
    }

    fn queue_up(&mut self, no: PhoneNo, turn: Turn) {
        let expires = turn.0.plus_ms(self.rules.wait_limit_ms);
        self.expiry = Some(self.expiry.map_or(expires, |e| e.min(expires)));
        if let Some(phone) = self.phones.get_mut(no as usize) {
            phone.due.insert(turn);
        }
        self.stand(no);
    }

    fn forget(&mut self, id: TaskId) {
        let Some((no, due)) = self.pending.remove(&id) else {
            return;
        };
        let Some(phone) = self.phones.get_mut(no as usize) else {
            return;
        };
        if phone.due.remove(&(due, id)) {
            self.stand(no);
        } else if self.future.remove(&(due, id, no)) {
            phone.later -= 1;
        }
        self.vacate(no);
    }

    /// Puts a phone where it belongs in `ready`, or takes it out.
    fn stand(&mut self, no: PhoneNo) {
        let Some(phone) = self.phones.get_mut(no as usize) else {
            return;
        };
        let free = phone.blocked.is_none() && phone.busy.is_none();
        let place = if free {
            phone.due.first().copied()
        } else {
            None
        };
        if place == phone.standing {
            return;
        }
        if let Some(old) = phone.standing.take() {
            self.ready.remove(&(old, no));
        }
        if let Some(turn) = place {
            self.ready.insert((turn, no));
            phone.standing = Some(turn);
        }
    }

    /// Moves the tasks whose time has come to their phones' queues.
    fn mature(&mut self, now: Timestamp) {
        while let Some(&(due, id, no)) = self.future.first() {
            if due > now {
                break;
            }
            self.future.remove(&(due, id, no));
            if let Some(phone) = self.phones.get_mut(no as usize) {
                phone.later -= 1;
            }
            self.queue_up(no, (due, id));
        }
    }

    /// Names the tasks that have been due for too long. They stay here until their commit.
    fn expire(&mut self, now: Timestamp) -> Vec<Action> {
        if self.closing || self.expiry.is_none_or(|at| at > now) {
            return Vec::new();
        }
        let oldest = now.plus_ms(-self.rules.wait_limit_ms);
        let mut expired = Vec::new();
        let mut next: Option<Timestamp> = None;
        for phone in &self.phones {
            for &(due, id) in &phone.due {
                if due > oldest || phone.busy == Some(id) {
                    let at = due.plus_ms(self.rules.wait_limit_ms).max(now.plus_ms(1));
                    next = Some(next.map_or(at, |n| n.min(at)));
                    break;
                }
                expired.push(id);
            }
        }
        // Should the commit fail, or be one of several, another look follows soon.
        let again = (!expired.is_empty()).then(|| now.plus_ms(EXPIRE_PAUSE_MS));
        self.expiry = match (next, again) {
            (Some(a), Some(b)) => Some(a.min(b)),
            (a, b) => a.or(b),
        };
        expired
            .chunks(EXPIRE_BATCH)
            .map(|ids| Action::Expire(ids.to_vec()))
            .collect()
    }

    fn full(&self) -> bool {
        self.rules.device_limit.is_some_and(|n| self.busy >= n)
    }

    fn start_ready(&mut self, actions: &mut Vec<Action>) {
        while !self.closing && !self.full() {
            let Some(&((due, id), no)) = self.ready.first() else {
                break;
            };
            let Some(phone) = self.phones.get_mut(no as usize) else {
                break;
            };
            phone.busy = Some(id);
            phone.due.remove(&(due, id));
            self.pending.remove(&id);
            self.busy += 1;
            actions.push(Action::Start {
                serial: phone.serial.clone(),
                id,
            });
            self.stand(no);
        }
    }
}

#[cfg(test)]
mod tests;
