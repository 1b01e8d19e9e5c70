//! The phones: which adb server shows them, how they are, and what keeps them from work.
//!
//! Plain state without I/O or clock: the hub feeds it what trackers and probes see and
//! asks it what may be done. It knows nothing of tasks but that one runs.

mod device;
mod hubs;

use std::collections::{BTreeMap, BTreeSet};

use self::device::Device;
pub(super) use self::device::Health;
use self::hubs::{Hubs, LostHub, Plug};
use super::settings::DeviceRules;
use crate::model::{
    DeviceRecord, DeviceState, DeviceView, Incident, IncidentKind, Serial, Timestamp, WaitReason,
};

/// Pause after a probe that found all well, in milliseconds.
const REFRESH_MS: i64 = 60_000;
/// First pause after a probe without answer; doubles up to [`REFRESH_MS`].
const RETRY_MS: i64 = 2_000;
/// Probes without answer in a row after which a phone is an incident.
const QUARANTINE_AFTER: u32 = 3;
/// Most probes under way at once: enough for a farm that comes back whole, few enough not
/// to choke its adb server.
const PROBES: usize = 32;

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
    hubs: Hubs,
    /// Probes under way.
    probing: usize,
    /// No probe is due before this; `None`: none at all. May be too early, never too late, so
    /// that most ticks need not look at every phone.
    wake: Option<Timestamp>,
}

impl Registry {
    pub fn new(rules: DeviceRules, servers: Vec<String>) -> Self {
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
            devices: BTreeMap::new(),
            hubs: Hubs::default(),
            probing: 0,
            wake: None,
        }
    }

    fn wake_by(&mut self, at: Timestamp) {
        self.wake = Some(self.wake.map_or(at, |wake| wake.min(at)));
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
        if !changed.is_empty() {
            self.look_at_hubs(now);
        }
        self.wake_by(now);
        (changed, new)
    }

    /// Takes where the phones of a server are plugged in; those that it does not name stay
    /// where they were. Returns the phones that changed.
    pub fn plugged(
        &mut self,
        server: usize,
        paths: Vec<(Serial, String)>,
        now: Timestamp,
    ) -> Vec<Serial> {
        let mut changed = Vec::new();
        for (serial, path) in paths {
            let plug = Some((server, path));
            if let Some(device) = self.devices.get_mut(&serial)
                && device.plug != plug
            {
                device.plug = plug;
                changed.push(serial);
            }
        }
        if !changed.is_empty() {
            self.look_at_hubs(now);
        }
        changed
    }

    fn look_at_hubs(&mut self, now: Timestamp) {
        let plugs: Vec<Plug<'_>> = self
            .devices
            .iter()
            .filter_map(|(serial, device)| {
                let (server, path) = device.plug.as_ref()?;
                // Gone before anybody watched, or with its server.
                let known = !device.listed.is_empty() || device.lost.is_some();
                known.then_some(Plug {
                    serial,
                    server: *server,
                    path,
                    lost: device.lost,
                })
            })
            .collect();
        self.hubs.update(&plugs, now);
    }

    /// A server answers, perhaps another one than before at the same address: what was known
    /// of its phones holds no more. Returns the phones that changed.
    pub fn epoch_began(&mut self, server: usize, now: Timestamp) -> Vec<Serial> {
        self.unlist(server, now)
    }

    /// A server answers no more: all it listed is gone. Returns the phones that changed.
    pub fn server_down(&mut self, server: usize, message: &str, now: Timestamp) -> Vec<Serial> {
        if let Some(s) = self.servers.get_mut(server) {
            s.up = false;
            let since = s.down.as_ref().map_or(now, |(since, _)| *since);
            s.down = Some((since, message.to_owned()));
        }
        self.unlist(server, now)
    }

    fn unlist(&mut self, server: usize, now: Timestamp) -> Vec<Serial> {
        let mut changed = Vec::new();
        for (serial, device) in &mut self.devices {
            if device.listed.contains_key(&server) {
                device.relist(server, None, now);
                changed.push(serial.clone());
            }
            // Of phones that went with their server nobody knows where they are.
            if device.plug.as_ref().is_some_and(|plug| plug.0 == server) {
                device.lost = None;
            }
        }
        self.look_at_hubs(now);
        // One that another server lists as well is no duplicate any more, and can be asked.
        self.wake_by(now);
        changed
    }

    /// The store's record of a phone, at the start and when it changed.
    pub fn recorded(&mut self, record: DeviceRecord, now: Timestamp) {
        let device = self.devices.entry(record.serial.clone()).or_default();
        let was_held = device.hold();
        device.last_seen = device.last_seen.max(Some(record.last_seen));
        device.record = Some(record);
        if was_held && !device.hold() {
            // Lifting a hold is a wish to see it work: ask it at once.
            device.failures = 0;
            device.quarantined_at = None;
            device.next_probe = now;
            self.wake_by(now);
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
            self.wake_by(now);
        }
    }

    /// Asks a phone at once, whatever its pause.
    pub fn probe_now(&mut self, serial: &Serial, now: Timestamp) {
        if let Some(device) = self.devices.get_mut(serial) {
            device.next_probe = now;
            self.wake_by(now);
        }
    }

    /// Probes that are due, no more than may be under way at once. Each counts as under way
    /// until [`Registry::probed`].
    pub fn take_probes(&mut self, now: Timestamp) -> Vec<ProbeJob> {
        let mut jobs = Vec::new();
        if !self.wake.is_some_and(|wake| is_due(wake, now)) {
            return jobs;
        }
        self.wake = None;
        for (serial, device) in &mut self.devices {
            let Some(server) = device.online() else {
                continue;
            };
            if device.probing {
                continue;
            }
            if !is_due(device.next_probe, now) || self.probing >= PROBES {
                let next = device.next_probe;
                self.wake = Some(self.wake.map_or(next, |wake| wake.min(next)));
                continue;
            }
            device.probing = true;
            self.probing += 1;
            jobs.push(ProbeJob {
                serial: serial.clone(),
                server,
                connection: device.connection,
                clean: device.needs_cleaning(),
            });
        }
        jobs
    }

    /// When to take probes again; `None`: not before something happens.
    pub fn next_probe(&self) -> Option<Timestamp> {
        self.wake.filter(|_| self.probing < PROBES)
    }

    /// A probe ended, with what it read or why it failed.
    pub fn probed(&mut self, job: &ProbeJob, result: Result<Health, String>, now: Timestamp) {
        let Some(device) = self.devices.get_mut(&job.serial) else {
            return;
        };
        device.probing = false;
        self.probing = self.probing.saturating_sub(1);
        if device.connection != job.connection {
            device.next_probe = now;
            self.wake_by(now);
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
            Err(complaint) => {
                device.complaint = complaint;
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
        let next = device.next_probe;
        self.wake_by(next);
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
            usb: device.plug.as_ref().map(|(_, path)| path.clone()),
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
            labels: record.map(|r| r.labels.clone()).unwrap_or_default(),
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
        incidents.extend(self.hubs.lost().map(|lost| self.hub_incident(&lost)));
        for (serial, device) in &self.devices {
            if let Some(since) = device.duplicate_since {
                let servers: BTreeSet<&str> = device
                    .listed
                    .keys()
                    .filter_map(|i| self.servers.get(*i))
                    .map(|s| s.address.as_str())
                    .collect();
                incidents.push(Incident {
                    kind: IncidentKind::DuplicateSerial,
                    subject: serial.to_string(),
                    message: format!(
                        "{serial} is on several adb servers: {}",
                        Vec::from_iter(servers).join(", ")
                    ),
                    since,
                });
            }
            if let Some(since) = device.quarantined_at {
                incidents.push(Incident {
                    kind: IncidentKind::Quarantine,
                    subject: serial.to_string(),
                    message: format!(
                        "{serial} gets no work: {}; it is asked again by itself",
                        device.complaint
                    ),
                    since,
                });
            }
        }
        incidents
    }

    fn hub_incident(&self, lost: &LostHub<'_>) -> Incident {
        // A path without a port is a whole bus of the computer.
        let what = if lost.path.contains('-') {
            "hub"
        } else {
            "USB bus"
        };
        let address = self.servers.get(lost.server).map(|s| s.address.as_str());
        let of = address.filter(|_| self.servers.len() > 1);
        let subject = match of {
            Some(address) => format!("{} of {address}", lost.path),
            None => lost.path.to_owned(),
        };
        let phones = match (lost.gone, lost.phones) {
            (gone, all) if gone == all => format!("{all} phones lost"),
            (gone, all) => format!("{gone} of {all} phones still lost"),
        };
        Incident {
            kind: IncidentKind::Hub,
            message: format!("{what} {subject}: {phones}"),
            subject,
            since: lost.since,
        }
    }
}

/// Whether a moment has come. One further off than any pause is too: the clock went back.
fn is_due(at: Timestamp, now: Timestamp) -> bool {
    at <= now || at.ms_since(now) > REFRESH_MS
}

#[cfg(test)]
mod tests;
