//! The phones: which adb server shows them, how they are, and what keeps them from work.
//!
//! Plain state without I/O or clock: the hub feeds it what trackers and probes see and
//! asks it what may be done. It knows nothing of tasks but that one runs.

use std::collections::{BTreeMap, BTreeSet};

use super::settings::DeviceRules;
use crate::model::{
    Battery, DeviceRecord, DeviceState, DeviceView, Incident, IncidentKind, Serial, Timestamp,
    WaitReason,
};

/// Pause after a probe that found all well, in milliseconds.
const REFRESH_MS: i64 = 60_000;
/// First pause after a probe without answer; doubles up to [`REFRESH_MS`].
const RETRY_MS: i64 = 2_000;
/// Probes without answer in a row after which a phone is an incident.
const QUARANTINE_AFTER: u32 = 3;

/// What a probe or a cleaning found out.
#[derive(Debug, Clone, Default, PartialEq)]
pub(super) struct Health {
    pub model: Option<String>,
    pub android: Option<String>,
    pub battery: Option<Battery>,
    pub free_mib: Option<u64>,
}

/// A probe to be made.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct ProbeJob {
    pub serial: Serial,
    /// Index of the adb server that shows the phone.
    pub server: usize,
    /// The connection it is for: an answer for another one is dropped.
    pub connection: u64,
    /// Whether something of an earlier attempt must be ended first.
    pub clean: bool,
}

#[derive(Debug, Default)]
struct Device {
    record: Option<DeviceRecord>,
    /// What each server says that lists it.
    listed: BTreeMap<usize, DeviceState>,
    /// Grows with each new connection; 0 before the first.
    connection: u64,
    /// Whether this connection has answered a probe since the last trouble.
    proven: bool,
    probing: bool,
    failures: u32,
    quarantined_at: Option<Timestamp>,
    next_probe: Timestamp,
    health: Health,
    last_seen: Option<Timestamp>,
    attempt: bool,
}

#[derive(Debug)]
struct Server {
    address: String,
    down: Option<(Timestamp, String)>,
    up: bool,
}

/// All phones ever seen.
#[derive(Debug)]
pub(super) struct Registry {
    rules: DeviceRules,
    servers: Vec<Server>,
    devices: BTreeMap<Serial, Device>,
}

impl Registry {
    pub fn new(rules: DeviceRules, servers: Vec<String>, records: Vec<DeviceRecord>) -> Self {
        let mut devices = BTreeMap::new();
        for record in records {
            let device = Device {
                last_seen: Some(record.last_seen),
                record: Some(record.clone()),
                ..Device::default()
            };
            devices.insert(record.serial, device);
        }
        Self {
            rules,
            servers: servers
                .into_iter()
                .map(|address| Server {
                    address,
                    down: None,
                    up: false,
                })
                .collect(),
            devices,
        }
    }

    /// Takes a server's whole list; returns the phones that changed and, of these, those
    /// that no record is kept of yet.
    pub fn listed(
        &mut self,
        server: usize,
        list: &BTreeMap<Serial, DeviceState>,
        now: Timestamp,
    ) -> (Vec<Serial>, Vec<Serial>) {
        if let Some(s) = self.servers.get_mut(server) {
            s.up = true;
            s.down = None;
        }
        let mut changed = Vec::new();
        for (serial, device) in &mut self.devices {
            if !list.contains_key(serial) && device.listed.contains_key(&server) {
                device.relist(server, None, now);
                changed.push(serial.clone());
            }
        }
        let mut new = Vec::new();
        for (serial, state) in list {
            let device = self.devices.entry(serial.clone()).or_default();
            if device.listed.get(&server) == Some(state) {
                continue;
            }
            device.relist(server, Some(*state), now);
            changed.push(serial.clone());
            if device.record.is_none() {
                new.push(serial.clone());
            }
        }
        (changed, new)
    }

    /// A server answers no more: all it listed is gone. Returns the phones that changed.
    pub fn server_down(&mut self, server: usize, message: &str, now: Timestamp) -> Vec<Serial> {
        if let Some(s) = self.servers.get_mut(server) {
            s.up = false;
            let since = s.down.as_ref().map_or(now, |(since, _)| *since);
            s.down = Some((since, message.to_owned()));
        }
        let mut changed = Vec::new();
        for (serial, device) in &mut self.devices {
            if device.listed.contains_key(&server) {
                device.relist(server, None, now);
                changed.push(serial.clone());
            }
        }
        changed
    }

    /// The store's record of a phone changed.
    pub fn recorded(&mut self, record: DeviceRecord, now: Timestamp) {
        let device = self.devices.entry(record.serial.clone()).or_default();
        let was_held = device.hold();
        device.record = Some(record);
        if was_held && !device.hold() {
            // Lifting a hold is a wish to see it work: ask it at once.
            device.failures = 0;
            device.quarantined_at = None;
            device.next_probe = now;
        }
    }

    /// An attempt begins on a phone.
    pub fn attempt_began(&mut self, serial: &Serial) {
        self.devices.entry(serial.clone()).or_default().attempt = true;
    }

    /// The attempt is over; `trusted` unless it gave a reason to doubt the connection.
    pub fn attempt_over(&mut self, serial: &Serial, trusted: bool, now: Timestamp) {
        let Some(device) = self.devices.get_mut(serial) else {
            return;
        };
        device.attempt = false;
        if trusted {
            device.last_seen = Some(now);
        } else {
            device.proven = false;
            device.next_probe = now;
        }
    }

    /// Asks a phone at once, whatever its pause.
    pub fn probe_now(&mut self, serial: &Serial, now: Timestamp) {
        if let Some(device) = self.devices.get_mut(serial) {
            device.next_probe = now;
        }
    }

    /// Probes that are due, at most `room`; they count as under way from now on.
    pub fn take_probes(&mut self, now: Timestamp, room: usize) -> Vec<ProbeJob> {
        let mut jobs = Vec::new();
        for (serial, device) in &mut self.devices {
            if jobs.len() >= room {
                break;
            }
            let Some(server) = device.online() else {
                continue;
            };
            if device.probing || device.next_probe > now {
                continue;
            }
            device.probing = true;
            jobs.push(ProbeJob {
                serial: serial.clone(),
                server,
                connection: device.connection,
                clean: device.needs_cleaning(),
            });
        }
        jobs
    }

    /// When the next probe is due, if any phone is to be asked.
    pub fn next_probe(&self) -> Option<Timestamp> {
        self.devices
            .values()
            .filter(|d| d.online().is_some() && !d.probing)
            .map(|d| d.next_probe)
            .min()
    }

    /// A probe ended. Says whether this is the moment a quarantine begins or ends.
    pub fn probed(&mut self, job: &ProbeJob, result: Result<Health, ()>, now: Timestamp) {
        let Some(device) = self.devices.get_mut(&job.serial) else {
            return;
        };
        device.probing = false;
        if device.connection != job.connection {
            device.next_probe = now;
            return;
        }
        match result {
            Ok(health) => {
                device.failures = 0;
                device.quarantined_at = None;
                device.proven = true;
                device.last_seen = Some(now);
                device.next_probe = now.plus_ms(REFRESH_MS);
                device.health.merge(health);
            }
            Err(()) => {
                device.failures = device.failures.saturating_add(1);
                // A phone that works on a task may be too busy to answer; its task has
                // deadlines of its own.
                if !device.attempt {
                    device.proven = false;
                }
                if device.failures >= QUARANTINE_AFTER {
                    device.quarantined_at.get_or_insert(now);
                }
                let pause = RETRY_MS << device.failures.min(5);
                device.next_probe = now.plus_ms(pause.min(REFRESH_MS));
            }
        }
    }

    /// What keeps a phone from work; `None`: it may take a task.
    pub fn blocked(&self, serial: &Serial) -> Option<WaitReason> {
        match self.devices.get(serial) {
            None => Some(WaitReason::NeverSeen),
            Some(device) => device.blocked(&self.rules),
        }
    }

    /// The adb server that shows a phone as online.
    pub fn server_of(&self, serial: &Serial) -> Option<usize> {
        self.devices.get(serial)?.online()
    }

    /// Whether any adb server has ever shown it.
    pub fn knows(&self, serial: &Serial) -> bool {
        self.devices
            .get(serial)
            .is_some_and(|d| d.record.is_some() || !d.listed.is_empty())
    }

    /// All phones, by serial; tasks and queues are filled in by the caller.
    pub fn views(&self) -> impl Iterator<Item = DeviceView> + '_ {
        self.devices.iter().map(|(s, d)| self.view_of(s, d))
    }

    /// One phone.
    pub fn view(&self, serial: &Serial) -> Option<DeviceView> {
        let device = self.devices.get(serial)?;
        Some(self.view_of(serial, device))
    }

    fn view_of(&self, serial: &Serial, device: &Device) -> DeviceView {
        let record = device.record.as_ref();
        let text = |own: &Option<String>, kept: fn(&DeviceRecord) -> &String| {
            own.clone()
                .or_else(|| record.map(|r| kept(r).clone()))
                .unwrap_or_default()
        };
        let state = device.state();
        let blocked = device.blocked(&self.rules);
        DeviceView {
            serial: serial.clone(),
            model: text(&device.health.model, |r| &r.model),
            android: text(&device.health.android, |r| &r.android),
            state,
            server: device
                .listed
                .keys()
                .next()
                .and_then(|i| self.servers.get(*i))
                .map(|s| s.address.clone()),
            blocked: blocked
                .filter(|_| state == DeviceState::Online)
                .map(|reason| reason.text().to_owned()),
            battery: device.health.battery,
            free_mib: device.health.free_mib,
            task: None,
            progress: None,
            queue: 0,
            last_seen: device.last_seen,
            hold: record.and_then(|r| r.hold.clone()),
        }
    }

    /// Servers that answer, and all.
    pub fn server_counts(&self) -> (usize, usize) {
        let up = self.servers.iter().filter(|s| s.up).count();
        (up, self.servers.len())
    }

    /// Trouble that is going on: one line a cause, not one a phone.
    pub fn incidents(&self) -> Vec<Incident> {
        let mut incidents = Vec::new();
        for server in &self.servers {
            if let Some((since, message)) = &server.down {
                incidents.push(Incident {
                    kind: IncidentKind::AdbServer,
                    subject: server.address.clone(),
                    message: format!("adb server {} does not answer: {message}", server.address),
                    since: *since,
                });
            }
        }
        for (serial, device) in &self.devices {
            if device.listed.len() > 1 {
                let servers: BTreeSet<&str> = device
                    .listed
                    .keys()
                    .filter_map(|i| self.servers.get(*i))
                    .map(|s| s.address.as_str())
                    .collect();
                incidents.push(Incident {
                    kind: IncidentKind::DuplicateSerial,
                    subject: serial.to_string(),
                    message: format!("{serial} is on several adb servers: {servers:?}"),
                    since: device.last_seen.unwrap_or_default(),
                });
            }
            if let Some(since) = device.quarantined_at {
                incidents.push(Incident {
                    kind: IncidentKind::Quarantine,
                    subject: serial.to_string(),
                    message: format!(
                        "{serial} does not answer ({} times); it is asked again by itself",
                        device.failures
                    ),
                    since,
                });
            }
        }
        incidents
    }
}

impl Device {
    fn hold(&self) -> bool {
        self.record.as_ref().is_some_and(|r| r.hold.is_some())
    }

    fn needs_cleaning(&self) -> bool {
        !self.attempt && self.record.as_ref().is_some_and(|r| r.leftover.is_some())
    }

    /// The one server that shows it as online.
    fn online(&self) -> Option<usize> {
        match self.listed.iter().next() {
            Some((server, DeviceState::Online)) if self.listed.len() == 1 => Some(*server),
            _ => None,
        }
    }

    fn state(&self) -> DeviceState {
        self.listed
            .values()
            .find(|s| **s == DeviceState::Online)
            .or_else(|| self.listed.values().next())
            .copied()
            .unwrap_or(DeviceState::Gone)
    }

    /// A server lists it in another state, or no more.
    fn relist(&mut self, server: usize, state: Option<DeviceState>, now: Timestamp) {
        match state {
            Some(state) => self.listed.insert(server, state),
            None => self.listed.remove(&server),
        };
        self.last_seen = Some(now);
        self.proven = false;
        self.connection += 1;
        self.failures = 0;
        self.quarantined_at = None;
        self.next_probe = now;
    }

    fn blocked(&self, rules: &DeviceRules) -> Option<WaitReason> {
        if self.listed.len() > 1 {
            return Some(WaitReason::Duplicate);
        }
        match self.state() {
            DeviceState::Online => {}
            DeviceState::Unauthorized => return Some(WaitReason::Unauthorized),
            DeviceState::Gone if self.record.is_none() => return Some(WaitReason::NeverSeen),
            DeviceState::Offline | DeviceState::OtherMode | DeviceState::Gone => {
                return Some(WaitReason::Offline);
            }
        }
        if self.hold() {
            return Some(WaitReason::Held);
        }
        if self.needs_cleaning() {
            return Some(WaitReason::Cleaning);
        }
        if !self.proven {
            return Some(WaitReason::Probing);
        }
        if let Some(battery) = self.health.battery {
            if battery.celsius > rules.max_temperature {
                return Some(WaitReason::TooHot);
            }
            if battery.percent < rules.min_battery {
                return Some(WaitReason::BatteryLow);
            }
        }
        let full = self.health.free_mib.is_some_and(|m| m < rules.min_free_mib);
        full.then_some(WaitReason::StorageFull)
    }
}

impl Health {
    /// Takes over what a newer reading knows.
    fn merge(&mut self, newer: Self) {
        self.model = newer.model.or(self.model.take());
        self.android = newer.android.or(self.android.take());
        self.battery = newer.battery.or(self.battery);
        self.free_mib = newer.free_mib.or(self.free_mib);
    }
}

#[cfg(test)]
mod tests;
