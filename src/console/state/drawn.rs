//! What lies where on the picture that the operator sees: between drawing it and a click the
//! rows may have moved, and the click is for what was seen.

use std::sync::Arc;

use super::{By, IncidentId, Page, Panel, State};
use crate::console::table::Table;
use crate::console::view::Layout;
use crate::farm::Reason;
use crate::model::{AccountKey, Serial, TaskId};

/// A row of some list, by its id.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(in crate::console) enum Row {
    /// Of the phones.
    Device(Serial),
    /// Of the tasks.
    Task(TaskId),
    /// Of the accounts.
    Account(AccountKey),
    /// Of the incidents.
    Incident(IncidentId),
    /// Of the statistics by phone.
    DeviceTally(Serial),
    /// Of the statistics by script.
    ScriptTally(Arc<str>),
    /// Of the failures.
    Reason(Reason),
}

/// The rows of the last picture.
#[derive(Debug, Clone)]
pub(in crate::console) struct Drawn {
    /// Where everything lay.
    pub layout: Layout,
    /// The list below the phones.
    pub lower: Panel,
    upper_rows: Vec<Row>,
    lower_rows: Vec<Row>,
    page_rows: Vec<Row>,
}

/// What lies at a place of the picture.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(in crate::console) enum Spot {
    /// A list's title, or the heads of its columns.
    Title(Panel),
    /// A row.
    Row(Row),
    /// A list, below its last row.
    Below(Panel),
    /// A page, but none of its rows.
    Page,
    /// A detail.
    Detail,
    /// Anything else.
    Nothing,
}

impl Drawn {
    /// What the state looks like now; `None` if the screen is too small.
    pub fn of(state: &State) -> Option<Self> {
        fn rows<Id: Clone + Ord>(
            table: &Table<Id>,
            height: usize,
            row: impl Fn(Id) -> Row,
        ) -> Vec<Row> {
            let shown = table.order().iter().skip(table.top()).take(height);
            shown.cloned().map(row).collect()
        }
        let layout = Layout::of(state)?;
        let height = layout.list_rows(state.lower);
        let page = layout.page_rows();
        Some(Self {
            layout,
            lower: state.lower,
            upper_rows: rows(
                &state.devices,
                layout.list_rows(Panel::Devices),
                Row::Device,
            ),
            lower_rows: match state.lower {
                Panel::Accounts => rows(&state.accounts, height, Row::Account),
                Panel::Incidents => rows(&state.incidents, height, Row::Incident),
                Panel::Devices | Panel::Tasks => rows(&state.tasks.table, height, Row::Task),
            },
            page_rows: match &state.page {
                None => Vec::new(),
                Some(Page::Reasons(reasons)) => rows(&reasons.table, page, Row::Reason),
                Some(Page::Statistics(statistics)) => match statistics.by {
                    By::Device => rows(&statistics.devices, page, Row::DeviceTally),
                    By::Script => rows(&statistics.scripts, page, Row::ScriptTally),
                },
            },
        })
    }

    /// What lies at this place.
    pub fn spot(&self, column: u16, row: u16) -> Spot {
        let at = ratatui::layout::Position::new(column, row);
        let inside = |area: Option<ratatui::layout::Rect>| area.filter(|area| area.contains(at));
        if inside(self.layout.detail).is_some() {
            return Spot::Detail;
        }
        if let Some(area) = inside(self.layout.page) {
            let first = area.bottom() - u16::try_from(self.layout.page_rows()).unwrap_or(0);
            let row = row.checked_sub(first).map(usize::from);
            let row = row.and_then(|row| self.page_rows.get(row));
            return row.cloned().map_or(Spot::Page, Spot::Row);
        }
        let lists = [
            (self.layout.upper, Panel::Devices, &self.upper_rows),
            (self.layout.lower, self.lower, &self.lower_rows),
        ];
        for (area, panel, rows) in lists {
            let Some(area) = inside(area) else { continue };
            let first = area.bottom() - u16::try_from(self.layout.list_rows(panel)).unwrap_or(0);
            return match row.checked_sub(first).map(usize::from) {
                None => Spot::Title(panel),
                Some(row) => rows.get(row).cloned().map_or(Spot::Below(panel), Spot::Row),
            };
        }
        Spot::Nothing
    }
}
