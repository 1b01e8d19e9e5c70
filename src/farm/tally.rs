//! Counts by phone and by script over the last day, hour by hour.
//!
//! Bounded: at most [`NAMES`] phones and as many scripts, each with [`HOURS`] hours at most, and
//! only those in which something began or ended. An hour takes some 100 bytes and up to 8 for
//! each different duration and wait, at most 4 KiB; as a rule a few hundred bytes. A thousand
//! busy phones take some 10 MB a day. It waits for nothing and knows no store.

use std::borrow::Borrow;
use std::collections::{HashMap, VecDeque};
use std::hash::Hash;
use std::sync::Arc;

use serde::{Deserialize, Serialize};

use super::histogram::Histogram;
use crate::model::{ErrorKind, Serial, Status, Task, TaskId, Timestamp};

const HOUR_MS: i64 = 3_600_000;
/// Hours kept, the one that runs among them.
const HOURS: i64 = 24;
/// Phones, and scripts, that are counted at most: tasks may name phones that nobody has.
const NAMES: usize = 10_000;
/// Characters kept of a failure's message.
const MESSAGE: usize = 200;

/// What is known of the tasks of one phone or script over the time of [`Statistics`]. Tasks
/// that somebody stopped are neither done nor failed.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Tally {
    /// Ended well.
    pub done: u64,
    /// Failed by themselves.
    pub failed: u64,
    /// Median duration of their last attempts in milliseconds, within a sixteenth.
    pub p50_ms: Option<u64>,
    /// 95th percentile of the duration.
    pub p95_ms: Option<u64>,
    /// Median time between due and begun in milliseconds.
    pub wait_p50_ms: Option<u64>,
    /// 95th percentile of that.
    pub wait_p95_ms: Option<u64>,
    /// The last failure.
    pub last_failure: Option<LastFailure>,
}

/// A failure, in short.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct LastFailure {
    /// When.
    pub at: Timestamp,
    /// Which task.
    pub task: TaskId,
    /// Why, cut.
    pub message: String,
}

/// How fast the phones of an adb server answer.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct AdbAnswer {
    /// The server's address.
    pub server: String,
    /// Median round trip of the probes in microseconds.
    pub p50_us: Option<u64>,
    /// 95th percentile of that.
    pub p95_us: Option<u64>,
}

/// What the farm's tasks were like, by phone and by script.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Statistics {
    /// When it was counted up.
    pub at: Timestamp,
    /// What ended from this moment on is counted: at most a day before.
    pub since: Timestamp,
    /// Phones for which something ended, by serial.
    pub devices: Vec<(Serial, Tally)>,
    /// Scripts of which something ended, by name.
    pub scripts: Vec<(Arc<str>, Tally)>,
    /// The adb servers, in the order of the settings.
    pub adb: Vec<AdbAnswer>,
}

#[derive(Debug, Clone, Default)]
struct Hour {
    number: i64,
    done: u64,
    failed: u64,
    durations_ms: Histogram,
    waits_ms: Histogram,
}

/// The hours of one phone, script or server, oldest first. Cheap to clone.
#[derive(Debug, Clone, Default)]
struct Hours {
    hours: VecDeque<Arc<Hour>>,
    last_failure: Option<LastFailure>,
}

impl Hours {
    /// Counts in the hour of a moment; one before the newest counts into that.
    fn count(&mut self, at: Timestamp, count: impl FnOnce(&mut Hour)) {
        let number = hour_of(at);
        if self
            .hours
            .back()
            .is_none_or(|newest| newest.number < number)
        {
            self.hours.push_back(Arc::new(Hour {
                number,
                ..Hour::default()
            }));
            self.forget(number);
        }
        if let Some(hour) = self.hours.back_mut() {
            count(Arc::make_mut(hour));
        }
    }

    /// Forgets what lies before the time that is shown, and what a clock counted that was put
    /// back since. Says whether anything is left.
    fn forget(&mut self, now: i64) -> bool {
        let first = now - HOURS + 1;
        while self.hours.front().is_some_and(|hour| hour.number < first) {
            self.hours.pop_front();
        }
        // An hour ahead may be one that has just begun for somebody else.
        while self.hours.back().is_some_and(|hour| hour.number > now + 1) {
            self.hours.pop_back();
        }
        let start = Timestamp(first.saturating_mul(HOUR_MS));
        self.last_failure.take_if(|failure| failure.at < start);
        !self.hours.is_empty()
    }

    fn tally(&self) -> Tally {
        let (mut durations, mut waits) = (Histogram::default(), Histogram::default());
        let (mut done, mut failed) = (0, 0);
        for hour in &self.hours {
            done += hour.done;
            failed += hour.failed;
            durations.merge(&hour.durations_ms);
            waits.merge(&hour.waits_ms);
        }
        Tally {
            done,
            failed,
            p50_ms: durations.quantile(50),
            p95_ms: durations.quantile(95),
            wait_p50_ms: waits.quantile(50),
            wait_p95_ms: waits.quantile(95),
            last_failure: self.last_failure.clone(),
        }
    }
}

/// The counts themselves. A clone is made in a moment; summing up takes longer.
#[derive(Debug, Clone)]
pub(super) struct Tallies {
    /// Everything that ended since is counted.
    since: Timestamp,
    devices: HashMap<Serial, Hours>,
    scripts: HashMap<Arc<str>, Hours>,
    /// Answers of the phones of each server, as durations in microseconds.
    servers: Vec<(String, Hours)>,
    /// The hour in which old ones were last forgotten.
    swept: i64,
}

impl Tallies {
    pub fn new(since: Timestamp, servers: Vec<String>) -> Self {
        let servers = servers.into_iter();
        Self {
            since,
            devices: HashMap::new(),
            scripts: HashMap::new(),
            servers: servers.map(|name| (name, Hours::default())).collect(),
            swept: 0,
        }
    }

    /// Forgets what was counted of tasks: everything from this moment on is counted next.
    pub fn begin_anew(&mut self, since: Timestamp) {
        self.since = since;
        self.devices.clear();
        self.scripts.clear();
    }

    /// An attempt began, so long after it was due.
    pub fn began(&mut self, at: Timestamp, task: &Task, wait_ms: u64) {
        self.both(at, task, |hours| {
            hours.count(at, |hour| hour.waits_ms.add(wait_ms));
        });
    }

    /// A task ended; one that never ran took no time. What somebody stopped says nothing of
    /// the phone or the script.
    pub fn ended(&mut self, at: Timestamp, task: &Task, took_ms: Option<u64>) {
        if task
            .error
            .as_ref()
            .is_some_and(|e| e.kind == ErrorKind::Stopped)
        {
            return;
        }
        let failure = task.error.as_ref().map(|error| LastFailure {
            at,
            task: task.id,
            message: error.message.chars().take(MESSAGE).collect(),
        });
        self.both(at, task, |hours| {
            hours.count(at, |hour| {
                match task.status {
                    Status::Failed => hour.failed += 1,
                    _ => hour.done += 1,
                }
                if let Some(ms) = took_ms {
                    hour.durations_ms.add(ms);
                }
            });
            if failure.is_some() {
                hours.last_failure.clone_from(&failure);
            }
        });
    }

    /// A phone of this server answered a probe now.
    pub fn answered(&mut self, at: Timestamp, server: usize, micros: u64) {
        self.forget(at);
        if let Some((_, hours)) = self.servers.get_mut(server) {
            hours.count(at, |hour| hour.durations_ms.add(micros));
        }
    }

    fn both(&mut self, at: Timestamp, task: &Task, count: impl Fn(&mut Hours)) {
        // Names that are gone make room for others. An end may be stored late, when the disk
        // was full: it must not make the newer hours look like ones of the future.
        if hour_of(at) > self.swept {
            self.forget(at);
        }
        if let Some(hours) = entry(&mut self.devices, &task.serial) {
            count(hours);
        }
        if let Some(hours) = entry(&mut self.scripts, &task.script) {
            count(hours);
        }
    }

    /// Forgets what is not shown any more, if it is another hour now than when it last did.
    pub fn forget(&mut self, now: Timestamp) {
        let hour = hour_of(now);
        if hour != self.swept {
            self.swept = hour;
            self.devices.retain(|_, hours| hours.forget(hour));
            self.scripts.retain(|_, hours| hours.forget(hour));
            for (_, hours) in &mut self.servers {
                hours.forget(hour);
            }
        }
    }

    /// Sums up what was not forgotten: tens of milliseconds with many phones.
    pub fn statistics(&self, now: Timestamp) -> Statistics {
        let adb = self.servers.iter().map(|(server, hours)| {
            let tally = hours.tally();
            AdbAnswer {
                server: server.clone(),
                p50_us: tally.p50_ms,
                p95_us: tally.p95_ms,
            }
        });
        let window = Timestamp((hour_of(now) - HOURS + 1).saturating_mul(HOUR_MS));
        Statistics {
            at: now,
            since: self.since.max(window),
            devices: by_name(&self.devices),
            scripts: by_name(&self.scripts),
            adb: adb.collect(),
        }
    }
}

/// The number of a moment's hour.
const fn hour_of(at: Timestamp) -> i64 {
    at.0.div_euclid(HOUR_MS)
}

fn entry<'a, Name, Wanted>(
    all: &'a mut HashMap<Name, Hours>,
    name: &Wanted,
) -> Option<&'a mut Hours>
where
    Name: Borrow<Wanted> + Eq + Hash,
    Wanted: Clone + Eq + Hash + Into<Name>,
{
    if !all.contains_key(name) {
        if all.len() >= NAMES {
            return None;
        }
        all.insert(name.clone().into(), Hours::default());
    }
    all.get_mut(name)
}

fn by_name<Name: Clone + Ord>(all: &HashMap<Name, Hours>) -> Vec<(Name, Tally)> {
    let tallies = all
        .iter()
        .map(|(name, hours)| (name.clone(), hours.tally()));
    let mut tallies: Vec<_> = tallies.collect();
    tallies.sort_by(|a, b| a.0.cmp(&b.0));
    tallies
}
