//! The lists whose rows the console holds whole: phones, accounts, incidents.

use std::collections::BTreeSet;

use super::{Panel, State};
use crate::console::filter::{
    AccountRow, DeviceRow, Field, FilterError, IncidentRow, Kind, Query, Row, TaskRow,
};
use crate::console::look::{device_word, incident_word};
use crate::console::sorting::{Key, Sorting, sorted};
use crate::model::{DeviceView, Incident};
use crate::store::Sort;

/// What identifies an incident: its kind and its subject.
pub(in crate::console) type IncidentId = (&'static str, String);

/// The id of an incident.
pub(in crate::console) fn incident_id(incident: &Incident) -> IncidentId {
    (incident_word(incident.kind), incident.subject.clone())
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

/// The ids of rows, sorted if the operator wants them so.
fn in_order<Id, R: Row>(rows: impl Iterator<Item = (Id, R)>, sorting: Option<Sorting>) -> Vec<Id> {
    match sorting {
        Some(sorting) => sorted(rows, sorting),
        None => rows.map(|(id, _)| id).collect(),
    }
}

impl State {
    /// How a list is sorted, if it is not as it comes: phones by serial, tasks by id with the
    /// newest first, accounts by app and name, incidents by what they are about.
    pub(in crate::console) fn sorting(&self, panel: Panel) -> Option<Sorting> {
        match panel {
            Panel::Devices => self.device_sort,
            Panel::Accounts => self.account_sort,
            Panel::Incidents => self.incident_sort,
            Panel::Tasks => {
                let Sort { by, direction } = self.tasks.sort;
                let chosen = self.tasks.sort != Sort::default();
                chosen.then_some(Sorting {
                    key: Key::Task(by),
                    direction,
                })
            }
        }
    }

    /// The values that the column of this name has in the rows that the console holds, for
    /// completion: each once, sorted.
    pub(in crate::console) fn values(&self, panel: Panel, field: &Field) -> Vec<String> {
        let mut found = BTreeSet::new();
        let mut add = |row: &dyn Row| {
            let text = row.text(field.name);
            match field.kind {
                Kind::Labels => found.extend(text.split(',').map(str::to_owned)),
                Kind::Text | Kind::Number | Kind::OneOf(_) => _ = found.insert(text.into_owned()),
            }
        };
        let farm = self.farm.as_deref();
        let devices = farm.map_or(&[][..], |farm| &farm.devices);
        let incidents = farm.map_or(&[][..], |farm| &farm.incidents);
        match panel {
            Panel::Devices => devices.iter().for_each(|d| add(&DeviceRow(d))),
            Panel::Accounts => self.account_rows.iter().for_each(|a| add(&AccountRow(a))),
            Panel::Incidents => incidents.iter().for_each(|i| add(&IncidentRow(i))),
            Panel::Tasks => {
                self.tasks.rows.iter().for_each(|t| add(&TaskRow(t)));
                // Phones and accounts may have tasks that are not among the rows held.
                match field.name {
                    "serial" => devices.iter().for_each(|d| add(&DeviceRow(d))),
                    "account" => {
                        let accounts = self.account_rows.iter();
                        found.extend(accounts.map(|a| a.key.username.clone()));
                    }
                    _ => {}
                }
            }
        }
        found.remove("");
        found.into_iter().collect()
    }

    /// Takes the farm's phones into their list. Returns whether the selected one went.
    pub(in crate::console) fn refresh_devices(&mut self) -> Option<String> {
        let farm = self.farm.clone()?;
        let filter = &self.device_filter;
        let shown = farm
            .devices
            .iter()
            .filter(|d| !filter.failures || is_trouble(d))
            .filter(|d| filter.query.matches(&DeviceRow(d)))
            .map(|d| (d.serial.clone(), DeviceRow(d)));
        let order = in_order(shown, self.device_sort);
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
        let shown = self
            .account_rows
            .iter()
            .filter(|a| !filter.failures || !a.enabled || a.serial.is_none())
            .filter(|a| filter.query.matches(&AccountRow(a)))
            .map(|a| (a.key.clone(), AccountRow(a)));
        let order = in_order(shown, self.account_sort);
        let lost = self.accounts.refresh(order);
        if lost.is_some() {
            self.accounts_moved = Some(self.now);
        }
        let rows: BTreeSet<_> = self.account_rows.iter().map(|a| &a.key).collect();
        self.accounts.keep_marks(|key| rows.contains(key));
        lost.map(|key| format!("account {key}"))
    }

    /// Takes the farm's incidents into their list.
    pub(in crate::console) fn refresh_incidents(&mut self) -> Option<String> {
        let farm = self.farm.clone()?;
        let filter = &self.incident_filter;
        let shown = farm
            .incidents
            .iter()
            .filter(|i| filter.query.matches(&IncidentRow(i)))
            .map(|i| (incident_id(i), IncidentRow(i)));
        let order = in_order(shown, self.incident_sort);
        let lost = self.incidents.refresh(order);
        let present: BTreeSet<IncidentId> = farm.incidents.iter().map(incident_id).collect();
        self.incidents.keep_marks(|id| present.contains(id));
        lost.map(|(_, subject)| format!("the incident of {subject}"))
    }
}
