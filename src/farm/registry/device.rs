//! One phone: what is seen of it, and what keeps it from work.

use std::collections::BTreeMap;

use super::super::settings::DeviceRules;
use crate::model::{Battery, DeviceRecord, DeviceState, Timestamp, WaitReason};

/// What a probe found out.
#[derive(Debug, Clone, Default, PartialEq)]
pub(in crate::farm) struct Health {
    pub model: Option<String>,
    pub android: Option<String>,
    pub battery: Option<Battery>,
    pub free_mib: Option<u64>,
}

#[derive(Debug, Default)]
pub(super) struct Device {
    pub record: Option<DeviceRecord>,
    /// What each server says that lists it.
    pub listed: BTreeMap<usize, DeviceState>,
    /// Grows with each new connection; 0 before the first.
    pub connection: u64,
    /// Whether this connection has answered a probe since the last trouble.
    pub proven: bool,
    pub probing: bool,
    pub failures: u32,
    pub quarantined_at: Option<Timestamp>,
    pub next_probe: Timestamp,
    pub health: Health,
    pub last_seen: Option<Timestamp>,
    pub attempt: bool,
    /// Since when several servers list it.
    pub duplicate_since: Option<Timestamp>,
    /// Why the last probe failed.
    pub complaint: String,
    /// Where it is plugged in, or was last: an adb server, and the path on its USB.
    pub plug: Option<(usize, String)>,
    /// Since when it is gone without its adb server having gone.
    pub lost: Option<Timestamp>,
}

impl Device {
    pub fn hold(&self) -> bool {
        self.record.as_ref().is_some_and(|r| r.hold.is_some())
    }

    pub fn needs_cleaning(&self) -> bool {
        !self.attempt && self.record.as_ref().is_some_and(|r| r.leftover.is_some())
    }

    /// The one server that shows it as online.
    pub fn online(&self) -> Option<usize> {
        match self.listed.iter().next() {
            Some((server, DeviceState::Online)) if self.listed.len() == 1 => Some(*server),
            _ => None,
        }
    }

    pub fn state(&self) -> DeviceState {
        self.listed
            .values()
            .find(|s| **s == DeviceState::Online)
            .or_else(|| self.listed.values().next())
            .copied()
            .unwrap_or(DeviceState::Gone)
    }

    /// A server lists it in another state, or no more.
    pub fn relist(&mut self, server: usize, state: Option<DeviceState>, now: Timestamp) {
        let was_there = self.is_there();
        match state {
            Some(state) => self.listed.insert(server, state),
            None => self.listed.remove(&server),
        };
        self.lost = match self.is_there() {
            true => None,
            false if was_there => Some(now),
            false => self.lost,
        };
        self.duplicate_since = match self.listed.len() {
            0 | 1 => None,
            _ => self.duplicate_since.or(Some(now)),
        };
        self.last_seen = Some(now);
        self.proven = false;
        self.connection += 1;
        self.failures = 0;
        self.quarantined_at = None;
        self.next_probe = now;
    }

    /// Whether its cable leads to a phone, whatever that says.
    fn is_there(&self) -> bool {
        !matches!(self.state(), DeviceState::Gone | DeviceState::Offline)
    }

    pub fn blocked(&self, rules: &DeviceRules) -> Option<WaitReason> {
        if self.duplicate_since.is_some() {
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
    pub fn merge(&mut self, newer: Self) {
        self.model = newer.model.or(self.model.take());
        self.android = newer.android.or(self.android.take());
        self.battery = newer.battery.or(self.battery);
        self.free_mib = newer.free_mib.or(self.free_mib);
    }
}
