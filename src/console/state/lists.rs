//! The lists whose rows the console holds whole: phones, accounts, incidents.

use super::{Panel, State};
use crate::console::filter::{
    AccountRow, DeviceRow, Field, FilterError, IncidentRow, Query, TaskRow,
};
use crate::console::look::device_word;
use crate::model::{DeviceView, Incident, IncidentKind};

/// What identifies an incident: its kind and its subject.
pub(in crate::console) type IncidentId = (&'static str, String);

/// The id of an incident.
pub(in crate::console) fn incident_id(incident: &Incident) -> IncidentId {
    let kind = match incident.kind {
        IncidentKind::AdbServer => "adb server",
        IncidentKind::Hub => "hub lost",
        IncidentKind::DuplicateSerial => "duplicate serial",
        IncidentKind::Quarantine => "quarantine",
        IncidentKind::Store => "store",
    };
    (kind, incident.subject.clone())
}

/// What a list lets through.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(in crate::console) struct ListFilter {
    /// As it was typed.
    pub text: String,
    /// As it was read.
    pub query: Query,
    /// Only what went wrong.
    pub failures: bool,
}

impl ListFilter {
    /// Whether everything passes.
    pub const fn is_off(&self) -> bool {
        self.text.is_empty() && !self.failures
    }
}

/// What a filter for the rows of a list can name.
pub(in crate::console) const fn fields(panel: Panel) -> &'static [Field] {
    match panel {
        Panel::Devices => DeviceRow::FIELDS,
        Panel::Tasks => TaskRow::FIELDS,
        Panel::Accounts => AccountRow::FIELDS,
        Panel::Incidents => IncidentRow::FIELDS,
    }
}

/// Reads a filter for the rows of a list.
///
/// # Errors
/// What cannot be read of it.
pub(in crate::console) fn parse(panel: Panel, text: &str) -> Result<Query, FilterError> {
    Query::parse(text, fields(panel))
}

/// Whether a phone is not fit for work.
fn is_trouble(device: &DeviceView) -> bool {
    !matches!(device_word(device), "online" | "busy")
}

impl State {
    /// Takes the farm's phones into their list. Returns whether the selected one went.
    pub(in crate::console) fn refresh_devices(&mut self) -> Option<String> {
        let farm = self.farm.clone()?;
        let filter = &self.device_filter;
        let order = farm
            .devices
            .iter()
            .filter(|d| !filter.failures || is_trouble(d))
            .filter(|d| filter.query.matches(&DeviceRow(d)))
            .map(|d| d.serial.clone())
            .collect();
        let lost = self.devices.refresh(order);
        if lost.is_some() {
            self.aim.moved = Some(self.now);
        }
        // Phones are never forgotten; should the farm forget one, its mark goes too.
        self.devices.keep_marks(|serial| {
            let known = farm.devices.binary_search_by(|d| d.serial.cmp(serial));
            known.is_ok()
        });
        lost.map(|serial| format!("phone {serial}"))
    }

    /// Takes the accounts into their list.
    pub(in crate::console) fn refresh_accounts(&mut self) -> Option<String> {
        let filter = &self.account_filter;
        let order = self
            .account_rows
            .iter()
            .filter(|a| !filter.failures || !a.enabled || a.serial.is_none())
            .filter(|a| filter.query.matches(&AccountRow(a)))
            .map(|a| a.key.clone())
            .collect();
        let lost = self.accounts.refresh(order);
        if lost.is_some() {
            self.accounts_moved = Some(self.now);
        }
        let rows = &self.account_rows;
        self.accounts
            .keep_marks(|key| rows.iter().any(|a| a.key == *key));
        lost.map(|key| format!("account {key}"))
    }

    /// Takes the farm's incidents into their list.
    pub(in crate::console) fn refresh_incidents(&mut self) -> Option<String> {
        let farm = self.farm.clone()?;
        let filter = &self.incident_filter;
        let order = farm
            .incidents
            .iter()
            .filter(|i| filter.query.matches(&IncidentRow(i)))
            .map(incident_id)
            .collect();
        let lost = self.incidents.refresh(order);
        self.incidents
            .keep_marks(|id| farm.incidents.iter().any(|i| incident_id(i) == *id));
        lost.map(|(_, subject)| format!("the incident of {subject}"))
    }
}
