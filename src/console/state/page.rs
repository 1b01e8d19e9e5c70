//! The pages in the place of the lists: statistics, and failures by what went wrong. What they
//! show is read while they are open, and forgotten with them.

use std::sync::Arc;

use super::State;
use crate::console::event::RequestNo;
use crate::console::table::Table;
use crate::farm::{FailureGroup, Failures, Reason, Statistics, Tally};
use crate::model::{Serial, TaskId, Timestamp};

/// The page that is open.
#[derive(Debug)]
pub(in crate::console) enum Page {
    /// Statistics.
    Statistics(StatisticsPage),
    /// Failures.
    Reasons(ReasonsPage),
}

/// Where the reading of a page stands.
#[derive(Debug, Default)]
pub(in crate::console) struct Reading {
    /// The question under way.
    pub asked: Option<RequestNo>,
    /// When it was asked, or the last one.
    pub asked_at: Timestamp,
    /// The farm's version of all tasks at that moment.
    pub version: Option<u64>,
    /// Not asked again before this moment.
    pub due: Timestamp,
    /// When what is shown was asked for.
    pub told_at: Option<Timestamp>,
    /// Why nothing newer is known.
    pub error: Option<String>,
}

/// By what the statistics are shown.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(in crate::console) enum By {
    /// By phone.
    #[default]
    Device,
    /// By script.
    Script,
}

/// Statistics by phone and by script; those with the most failures first.
#[derive(Debug, Default)]
pub(in crate::console) struct StatisticsPage {
    pub reading: Reading,
    pub told: Statistics,
    pub by: By,
    pub devices: Table<Serial>,
    pub scripts: Table<Arc<str>>,
}

/// Failed tasks by what went wrong.
#[derive(Debug, Default)]
pub(in crate::console) struct ReasonsPage {
    pub reading: Reading,
    pub told: Failures,
    pub table: Table<Reason>,
}

impl StatisticsPage {
    /// What is known of a phone; nothing ended there if there is none.
    pub fn device(&self, serial: &Serial) -> Option<&Tally> {
        let at = self.told.devices.binary_search_by(|row| row.0.cmp(serial));
        self.told.devices.get(at.ok()?).map(|row| &row.1)
    }

    /// What is known of a script.
    pub fn script(&self, name: &str) -> Option<&Tally> {
        let row = self.told.scripts.iter().find(|row| *row.0 == *name);
        row.map(|row| &row.1)
    }
}

impl ReasonsPage {
    /// The group of a reason.
    pub fn group(&self, reason: &Reason) -> Option<&FailureGroup> {
        self.told.groups.iter().find(|g| g.reason == *reason)
    }

    /// The groups that a key is for: the marked ones, else the selected one.
    pub fn targets(&self) -> Vec<&FailureGroup> {
        let reasons = self.table.targets();
        reasons.iter().filter_map(|r| self.group(r)).collect()
    }

    /// The tasks of these groups.
    pub fn tasks(groups: &[&FailureGroup]) -> Vec<TaskId> {
        let all = groups.iter().flat_map(|group| group.tasks.iter());
        all.copied().collect()
    }
}

impl Page {
    /// Where its reading stands, to change it.
    pub const fn reading_mut(&mut self) -> &mut Reading {
        match self {
            Self::Statistics(page) => &mut page.reading,
            Self::Reasons(page) => &mut page.reading,
        }
    }

    /// Whether a row is selected.
    pub fn selects(&self) -> bool {
        match self {
            Self::Statistics(page) if page.by == By::Device => page.devices.selected().is_some(),
            Self::Statistics(page) => page.scripts.selected().is_some(),
            Self::Reasons(page) => page.table.selected().is_some(),
        }
    }

    /// How many rows are marked.
    pub fn marked(&self) -> usize {
        match self {
            Self::Statistics(_) => 0,
            Self::Reasons(page) => page.table.marks().len(),
        }
    }

    /// What is copied of the selected row: a serial, a script, the newest task of a group.
    pub fn copied(&self) -> Option<String> {
        match self {
            Self::Statistics(page) if page.by == By::Device => {
                page.devices.selected().map(ToString::to_string)
            }
            Self::Statistics(page) => page.scripts.selected().map(ToString::to_string),
            Self::Reasons(page) => {
                let group = page.group(page.table.selected()?)?;
                group.tasks.first().map(ToString::to_string)
            }
        }
    }

    /// Whether it has no rows.
    pub fn is_empty(&self) -> bool {
        match self {
            Self::Statistics(page) => match page.by {
                By::Device => page.devices.order().is_empty(),
                By::Script => page.scripts.order().is_empty(),
            },
            Self::Reasons(page) => page.table.order().is_empty(),
        }
    }

    /// Selects the row so far down.
    pub fn step(&mut self, by: isize) {
        match self {
            Self::Statistics(page) if page.by == By::Device => page.devices.step(by),
            Self::Statistics(page) => page.scripts.step(by),
            Self::Reasons(page) => page.table.step(by),
        }
    }

    /// Scrolls so that the selected row is among so many.
    pub fn settle(&mut self, rows: usize) {
        match self {
            Self::Statistics(page) => {
                page.devices.settle(rows);
                page.scripts.settle(rows);
            }
            Self::Reasons(page) => page.table.settle(rows),
        }
    }
}

impl State {
    /// The page of statistics, if that is what the keys are for.
    pub(in crate::console) const fn statistics(&self) -> Option<&StatisticsPage> {
        match &self.page {
            Some(Page::Statistics(page)) => Some(page),
            _ => None,
        }
    }

    /// The page of failures, if that is what the keys are for.
    pub(in crate::console) const fn reasons(&self) -> Option<&ReasonsPage> {
        match &self.page {
            Some(Page::Reasons(page)) => Some(page),
            _ => None,
        }
    }

    /// The task that runs on the phone selected on the page of statistics, as it is shown.
    pub(in crate::console) fn task_on_page(&self) -> Option<TaskId> {
        let page = self.statistics().filter(|page| page.by == By::Device)?;
        self.device(page.devices.selected()?)?.task
    }

    /// How old what is shown may be: since the farm was last heard of, if that is too long ago.
    pub(in crate::console) fn stale_ms(&self) -> Option<i64> {
        let age = self.now.ms_since(self.heard?);
        (age >= STALE_MS).then_some(age)
    }
}

/// From this age on the farm's state is called stale: one heartbeat may be late.
const STALE_MS: i64 = 2 * crate::console::source::HEARTBEAT_MS;
