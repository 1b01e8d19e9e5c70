//! Where everything meets: commits, trackers, probes and workers report here, and what
//! follows from it is set going here.
//!
//! All live state lies behind one lock that is held for moments and never across an
//! `await`. Nothing here touches a phone or writes a row itself.

use std::collections::{BTreeMap, HashMap, HashSet};
use std::sync::{Arc, Mutex, MutexGuard, OnceLock, PoisonError};
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use tokio::sync::{Notify, watch};
use tokio_util::sync::CancellationToken;
use tokio_util::task::TaskTracker;

use super::FarmState;
use super::counts::{Counts, took_ms};
use super::feed::Feed;
#[cfg(test)]
use super::live::Running;
use super::live::{Cause, Changed, Live, Work};
use super::registry::{Health, ProbeJob, Registry};
use super::scheduler::{Input, Rules, Scheduler};
use super::settings::FarmConfig;
use super::worker;
use crate::adb;
use crate::flow::Scripts;
use crate::flow::apps::Apps;
use crate::flow::driver::UiLocks;
use crate::model::{
    DeviceRecord, DeviceState, Event, Progress, Serial, Stats, Status, Task, TaskId, Timestamp,
};
use crate::store::{Commit, PendingTask, Store, StoreError};

/// The farm's shared heart.
pub(super) struct Hub {
    pub config: FarmConfig,
    pub feed: Feed,
    pub scripts: Arc<Scripts>,
    pub apps: Arc<Apps>,
    /// Who uses a phone's screen: tasks, and people who look at it.
    pub ui: UiLocks,
    pub servers: Vec<adb::Server>,
    /// No command is taken and no attempt starts any more.
    pub closing: CancellationToken,
    /// Told to stop the loops: trackers, timer, publisher.
    pub ending: CancellationToken,
    /// Workers and everything else that must end before the store closes.
    pub work: TaskTracker,
    runtime: tokio::runtime::Handle,
    store: OnceLock<Store>,
    live: Mutex<Live>,
    /// Not taken while `live` is held: copying it for a reader takes a moment.
    counts: Mutex<Counts>,
    /// Something changed that the timer must look at.
    pub(super) timer: Notify,
    /// Something changed that watchers should see.
    pub(super) dirty: Notify,
    /// For each server: its list changed, so phones may be plugged in elsewhere.
    pub(super) relisted: Vec<Notify>,
    /// A worker left.
    left: Notify,
    pub(super) state: watch::Sender<Arc<FarmState>>,
}

/// What flows are made of.
pub(super) struct FlowData {
    pub scripts: Arc<Scripts>,
    pub apps: Arc<Apps>,
}

/// The timer looks at least this often: a system clock may be set, and a machine may sleep.
const LONGEST_PAUSE: Duration = Duration::from_secs(15);

/// The time now.
pub(super) fn now() -> Timestamp {
    let since = SystemTime::now()
        .duration_since(UNIX_EPOCH)
        .unwrap_or(Duration::ZERO);
    Timestamp(i64::try_from(since.as_millis()).unwrap_or(i64::MAX))
}

impl Hub {
    pub fn new(config: FarmConfig, data: FlowData, servers: Vec<adb::Server>) -> Arc<Self> {
        let at = now();
        let boot = u64::try_from(at.0).unwrap_or(0);
        let rules = Rules {
            device_limit: config.license.device_limit,
            wait_limit_ms: i64::try_from(config.tasks.wait_limit.as_millis()).unwrap_or(i64::MAX),
        };
        let addresses: Vec<String> = config.adb_servers.iter().map(ToString::to_string).collect();
        let server_count = addresses.len();
        let counts = Counts::new(at, addresses.clone());
        let live = Live {
            scheduler: Scheduler::new(rules),
            registry: Registry::new(config.devices, addresses),
            running: HashMap::new(),
            phones: HashMap::new(),
            incidents: Arc::from([]),
            store_trouble: None,
            tasks_version: 0,
        };
        let first = FarmState {
            at,
            version: 0,
            boot,
            devices: Arc::from([]),
            stats: Stats::default(),
            rates: Arc::default(),
            incidents: Arc::from([]),
            tasks_version: 0,
            adb_servers: (0, server_count),
            closing: false,
        };
        Arc::new(Self {
            config,
            feed: Feed::new(boot),
            scripts: data.scripts,
            apps: data.apps,
            ui: UiLocks::default(),
            servers,
            closing: CancellationToken::new(),
            ending: CancellationToken::new(),
            work: TaskTracker::new(),
            runtime: tokio::runtime::Handle::current(),
            store: OnceLock::new(),
            live: Mutex::new(live),
            counts: Mutex::new(counts),
            timer: Notify::new(),
            dirty: Notify::new(),
            relisted: (0..server_count).map(|_| Notify::new()).collect(),
            left: Notify::new(),
            state: watch::Sender::new(Arc::new(first)),
        })
    }

    fn live(&self) -> MutexGuard<'_, Live> {
        // A panic while it was held left plain data behind, each step of which is sound.
        self.live.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// What is counted of tasks and probes.
    pub fn counts(&self) -> MutexGuard<'_, Counts> {
        // Numbers: a panic while they were held left none of them half written.
        self.counts.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Takes the opened store. Commits before this reach nobody, so it comes first.
    pub fn attach(&self, store: Store) {
        // Called once, by the start; a second call would be refused and change nothing.
        let _ = self.store.set(store);
    }

    /// The store; `None` only before [`Hub::attach`].
    pub fn store(&self) -> Option<&Store> {
        self.store.get()
    }

    /// What was there before this start.
    pub fn restore(self: &Arc<Self>, devices: Vec<DeviceRecord>, pending: &[PendingTask]) {
        let at = now();
        let mut live = self.live();
        let known: Vec<Serial> = devices.iter().map(|d| d.serial.clone()).collect();
        for record in devices {
            live.registry.recorded(record, at);
        }
        let mut work = live.step(Input::Backlog(pending), at);
        work.extend(live.tell_scheduler(&known, at));
        drop(live);
        self.perform(work);
    }

    /// Called by the store's writer after each commit, in order.
    pub fn committed(self: &Arc<Self>, commit: &Commit) {
        let at = now();
        let mut live = self.live();
        live.tasks_version += 1;
        // An end takes a task from those that run here, so this is asked before.
        let ids = commit.changed.iter().map(|task| task.id);
        let ran: HashSet<TaskId> = ids.filter(|id| live.running.contains_key(id)).collect();
        let input = Input::Tasks {
            changed: &commit.changed,
            deleted: &commit.deleted,
        };
        let mut work = live.step(input, at);
        let serials: Vec<Serial> = commit.devices.iter().map(|d| d.serial.clone()).collect();
        for record in &commit.devices {
            live.registry.recorded(record.clone(), at);
        }
        work.extend(live.tell_scheduler(&serials, at));
        if live.store_trouble.take().is_some() {
            self.tell_incidents(live);
        } else {
            drop(live);
        }

        self.count(&commit.changed, &ran);
        if !commit.changed.is_empty() || !commit.deleted.is_empty() {
            self.feed.send(Event::Tasks {
                changed: commit.changed.as_slice().into(),
                deleted: commit.deleted.as_slice().into(),
            });
        }
        if commit.accounts {
            self.feed.send(Event::Accounts);
        }
        self.tell_devices(serials);
        self.perform(work);
    }

    /// Counts the tasks of a commit that began or ended with it; those in `ran` had a worker.
    fn count(&self, changed: &[Arc<Task>], ran: &HashSet<TaskId>) {
        let mut counts = self.counts();
        for task in changed {
            let now = Some(task.updated_at);
            if task.status == Status::Running && task.started_at == now {
                counts.began(task);
            } else if task.status.is_final() && task.finished_at == now {
                let ran = ran.contains(&task.id);
                counts.ended(task, ran.then(|| took_ms(task)).flatten());
            }
        }
    }

    /// Called by the store's writer when the disk refused a commit; the next commit ends it.
    pub fn store_failed(&self, error: &StoreError) {
        let at = now();
        let mut live = self.live();
        let since = live.store_trouble.take().map_or(at, |(since, _)| since);
        live.store_trouble = Some((since, error.to_string()));
        self.tell_incidents(live);
    }

    /// A server sent its whole list.
    pub fn listed(self: &Arc<Self>, server: usize, list: &BTreeMap<Serial, DeviceState>) {
        let at = now();
        let mut live = self.live();
        let (changed, new) = live.registry.listed(server, list, at);
        if !changed.is_empty()
            && let Some(relisted) = self.relisted.get(server)
        {
            relisted.notify_one();
        }
        self.reconnected(live, changed, at);
        if !new.is_empty() {
            worker::remember_devices(self, new);
        }
    }

    /// A server told where its phones are plugged in.
    pub fn plugged(&self, server: usize, paths: Vec<(Serial, String)>) {
        let mut live = self.live();
        let changed = live.registry.plugged(server, paths, now());
        if !changed.is_empty() {
            self.tell_incidents(live);
            self.tell_devices(changed);
        }
    }

    /// A server answers, for the first time or again.
    pub fn server_up(self: &Arc<Self>, server: usize) {
        let at = now();
        let mut live = self.live();
        let changed = live.registry.epoch_began(server, at);
        self.reconnected(live, changed, at);
    }

    /// A server answers no more.
    pub fn server_down(self: &Arc<Self>, server: usize, message: &str) {
        let at = now();
        let mut live = self.live();
        let changed = live.registry.server_down(server, message, at);
        self.reconnected(live, changed, at);
    }

    /// What follows from other connections of phones, or their ends.
    fn reconnected(
        self: &Arc<Self>,
        mut live: MutexGuard<'_, Live>,
        changed: Vec<Serial>,
        at: Timestamp,
    ) {
        for serial in &changed {
            live.phones.remove(serial);
        }
        self.phones_changed(live, changed, at);
    }

    /// Tells everybody what became of phones.
    fn phones_changed(
        self: &Arc<Self>,
        mut live: MutexGuard<'_, Live>,
        changed: Vec<Serial>,
        at: Timestamp,
    ) {
        let work = live.tell_scheduler(&changed, at);
        self.tell_incidents(live);
        self.tell_devices(changed);
        self.perform(work);
    }

    fn tell_incidents(&self, mut live: MutexGuard<'_, Live>) {
        let news = live.refresh_incidents();
        drop(live);
        if news == Changed::Yes {
            self.feed.send(Event::Incidents);
            self.dirty.notify_one();
        }
    }

    /// The timer looks: what time alone brings about, and the probes that are due.
    pub fn tick(self: &Arc<Self>) -> Vec<ProbeJob> {
        let at = now();
        let mut live = self.live();
        let work = live.step(Input::Clock, at);
        let jobs = live.registry.take_probes(at);
        drop(live);
        self.perform(work);
        jobs
    }

    /// How long until the timer must look again, unless something happens before.
    pub fn next_tick(&self) -> Duration {
        let live = self.live();
        let wakes = [live.scheduler.next_wake(), live.registry.next_probe()];
        let Some(next) = wakes.into_iter().flatten().min() else {
            return LONGEST_PAUSE;
        };
        let ms = u64::try_from(next.ms_since(now())).unwrap_or(0);
        Duration::from_millis(ms).min(LONGEST_PAUSE)
    }

    /// A probe ended; `answer` holds what it read and how long the phone took, or why there
    /// is none.
    pub fn probed(self: &Arc<Self>, job: &ProbeJob, answer: Result<(Health, Duration), String>) {
        let at = now();
        let health = answer.map(|(health, took)| {
            let micros = u64::try_from(took.as_micros()).unwrap_or(u64::MAX);
            self.counts().answered(at, job.server, micros);
            health
        });
        let mut live = self.live();
        live.registry.probed(job, health, at);
        self.phones_changed(live, vec![job.serial.clone()], at);
    }

    /// A handle on an online phone; the same one while its connection lasts.
    pub fn phone(&self, serial: &Serial) -> Option<adb::Phone> {
        let mut live = self.live();
        let server = live.registry.server_of(serial)?;
        if let Some((known, phone)) = live.phones.get(serial)
            && *known == server
        {
            return Some(phone.clone());
        }
        let phone = adb::Phone::new(self.servers.get(server)?.clone(), serial.as_str());
        live.phones.insert(serial.clone(), (server, phone.clone()));
        Some(phone)
    }

    /// A worker is done with its phone.
    pub fn leave(self: &Arc<Self>, serial: &Serial, id: TaskId, trusted: bool) {
        let at = now();
        let mut live = self.live();
        if let Some(running) = live.running.remove(&id) {
            running.over.cancel();
        }
        live.registry.attempt_over(serial, trusted, at);
        let serials = vec![serial.clone()];
        let mut work = live.tell_scheduler(&serials, at);
        let freed = Input::Freed {
            serial: serial.clone(),
        };
        work.extend(live.step(freed, at));
        drop(live);
        self.left.notify_waiters();
        self.tell_devices(serials);
        self.perform(work);
    }

    /// Queues a task again that was to start and did not, if it is still pending.
    pub fn put_back(self: &Arc<Self>, id: TaskId) {
        let Some(task) = self.pending(id) else {
            return;
        };
        let input = Input::Backlog(std::slice::from_ref(&task));
        let mut work = self.live().step(input, now());
        // A stop or a deletion whose commit came between the look and the queue found nothing
        // to take out; a later one finds it there.
        if self.pending(id).is_none() {
            let gone = Input::Tasks {
                changed: &[],
                deleted: &[id],
            };
            work.extend(self.live().step(gone, now()));
        }
        self.perform(work);
    }

    fn pending(&self, id: TaskId) -> Option<PendingTask> {
        let task = self.store()?.view().task(id).ok().flatten()?;
        (task.status == Status::Pending).then(|| PendingTask {
            id,
            serial: task.serial.clone(),
            due_at: task.due_at,
        })
    }

    /// Counts a task as running here without a worker.
    #[cfg(test)]
    pub fn pretend_running(&self, task: &crate::model::Task) {
        self.live().running.insert(task.id, Running::default());
    }

    /// Asks a running attempt to end. Returns a token that is cancelled when its end is
    /// stored, or `None` if it does not run here (any more).
    pub fn cancel(&self, id: TaskId, cause: Cause) -> Option<CancellationToken> {
        let mut live = self.live();
        let running = live.running.get_mut(&id)?;
        running.cause.get_or_insert(cause);
        running.cancel.cancel();
        Some(running.over.clone())
    }

    /// Why an attempt was cancelled, if it was.
    pub fn cause(&self, id: TaskId) -> Option<Cause> {
        self.live().running.get(&id)?.cause
    }

    /// Ids of the attempts that run here.
    pub fn running(&self) -> Vec<TaskId> {
        self.live().running.keys().copied().collect()
    }

    /// Waits until no attempt runs here, at the latest until then.
    pub async fn idle_by(&self, until: tokio::time::Instant) {
        loop {
            let left = self.left.notified();
            tokio::pin!(left);
            // Listen before looking: a worker may leave in between.
            left.as_mut().enable();
            if self.live().running.is_empty() {
                return;
            }
            if tokio::time::timeout_at(until, left).await.is_err() {
                return;
            }
        }
    }

    /// A running attempt moved on.
    pub fn progressed(&self, id: TaskId, progress: Progress) {
        {
            let mut live = self.live();
            let Some(running) = live.running.get_mut(&id) else {
                return;
            };
            if running.progress.as_ref() == Some(&progress) {
                return;
            }
            running.progress = Some(progress.clone());
        }
        self.feed.send(Event::Progress { id, progress });
        self.dirty.notify_one();
    }

    /// No attempt starts from now on.
    pub fn close(self: &Arc<Self>) {
        self.closing.cancel();
        let work = self.live().step(Input::Close, now());
        self.perform(work);
        self.dirty.notify_one();
    }

    /// Whether any adb server has ever shown this phone.
    pub fn knows(&self, serial: &Serial) -> bool {
        self.live().registry.knows(serial)
    }

    /// Asks a phone how it is, at once.
    pub fn probe_now(&self, serial: &Serial) {
        self.live().registry.probe_now(serial, now());
        self.timer.notify_one();
    }

    fn tell_devices(&self, serials: Vec<Serial>) {
        for serial in serials {
            self.feed.send(Event::Device { serial });
        }
        self.dirty.notify_one();
        self.timer.notify_one();
    }

    fn perform(self: &Arc<Self>, work: Vec<Work>) {
        for work in work {
            let hub = Arc::clone(self);
            match work {
                Work::Attempt { serial, id, cancel } => self
                    .work
                    .spawn_on(worker::attempt(hub, serial, id, cancel), &self.runtime),
                Work::Expire(ids) => self.work.spawn_on(worker::expire(hub, ids), &self.runtime),
            };
        }
    }
}

mod views;

#[cfg(test)]
mod tests;
