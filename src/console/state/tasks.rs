//! The list of tasks: a window onto a list that may have a million rows.
//!
//! It holds the rows around the selected one and asks for others when that comes near an
//! edge. Where a task lies in the order that the operator chose, only the farm knows: a window
//! tells of no other task than the one it was asked for that it is gone.

use std::collections::BTreeMap;

use super::ListFilter;
use super::ranges::TaskRange;
use crate::console::event::RequestNo;
use crate::console::filter::{TaskRow, task_filter};
use crate::console::source::{ListQuery, PageQuery, Place, Search, TaskRows};
use crate::console::table::Table;
use crate::model::{TaskId, TaskView, Timestamp};
use crate::store::Sort;

/// Where the selection goes when the rows asked for are there.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(in crate::console) enum Jump {
    /// It stays on its task.
    Stay,
    /// To the first row.
    First,
    /// To the last row.
    Last,
}

/// A page that was asked for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(in crate::console) struct Loading {
    /// Its number.
    pub no: RequestNo,
    /// What was asked.
    pub query: PageQuery,
    /// The farm's version of all tasks at that moment.
    pub version: u64,
    /// Where the selection goes.
    pub jump: Jump,
    /// Whether the filter changed: a selected task that no longer passes is no news then.
    pub refiltered: bool,
}

/// The list of tasks.
#[derive(Debug, Default)]
pub(in crate::console) struct TaskList {
    /// Selection and marks.
    pub table: Table<TaskId>,
    /// What passes.
    pub filter: ListFilter,
    /// The order.
    pub sort: Sort,
    /// The rows of the window, in that order.
    pub rows: Vec<TaskView>,
    /// How many pass in all.
    pub total: u64,
    /// Place of the first row among them.
    pub offset: u64,
    /// How far the farm is with looking for rows that pass, if it is not done.
    pub search: Option<Search>,
    /// The page under way.
    pub loading: Option<Loading>,
    /// The page that is shown.
    pub shown: Option<Loading>,
    /// A page that is wanted whatever else holds.
    pub wanted: Option<Jump>,
    /// Whether the filter changed since the last page was asked for.
    pub refiltered: bool,
    /// No page is asked for before this moment (the last one failed).
    pub not_before: Timestamp,
    /// No page is asked for only because tasks changed before this moment.
    pub due: Timestamp,
    /// Marked and asked-for tasks as they last were.
    pub known: BTreeMap<TaskId, TaskView>,
    /// The look-up of these that is under way.
    pub looking: Option<RequestNo>,
    /// Which tasks it is about, sorted.
    pub asked: Vec<TaskId>,
    /// The farm's version of all tasks at the last look-up; `None`: look now.
    pub looked: Option<u64>,
    /// No look-up before this moment.
    pub look_after: Timestamp,
    /// When another row than the operator had chosen was last selected, because that went.
    pub moved: Option<Timestamp>,
    /// The request to mark everything that is under way.
    pub marking: Option<RequestNo>,
    /// The rows of the range that is being marked, as far as they lie outside of the window.
    pub range: TaskRange,
}

/// Rows asked for at least: more than any window shows at once costs little.
const ROWS_MIN: usize = 64;
/// Rows asked for at most.
const ROWS_MAX: usize = 1_024;

impl TaskList {
    /// A task as it last was.
    pub fn view(&self, id: TaskId) -> Option<&TaskView> {
        self.known
            .get(&id)
            .or_else(|| self.rows.iter().find(|row| row.task.id == id))
    }

    /// The question for a page of a list that is `height` rows high on the screen.
    pub fn query(&self, place: Place, height: usize) -> PageQuery {
        PageQuery {
            list: self.list(),
            place,
            rows: (height * 4).clamp(ROWS_MIN, ROWS_MAX),
        }
    }

    /// The question for all that passes, at most `rows`.
    pub fn everything(&self, rows: usize) -> PageQuery {
        PageQuery {
            list: self.list(),
            place: Place::First,
            rows,
        }
    }

    /// The place of a task in the list.
    pub fn around(&self, id: TaskId) -> Place {
        let at = self.table.index().unwrap_or(0) as u64;
        Place::Around {
            id,
            seen: self.offset + at,
        }
    }

    /// What is listed, and how.
    pub fn list(&self) -> ListQuery {
        let query = self.filter.query.clone();
        let (filter, rest) = task_filter(if self.filter.failures {
            query.and("state", "failed")
        } else {
            query
        });
        ListQuery {
            filter,
            rest,
            sort: self.sort,
        }
    }

    /// Whether a task passes the filter.
    pub fn passes(&self, view: &TaskView) -> bool {
        let row = TaskRow(view);
        let failed = view.task.status == crate::model::Status::Failed;
        (failed || !self.filter.failures) && self.filter.query.matches(&row)
    }

    /// Whether the selected row is nearer than a screen to an edge behind which more lies.
    pub fn near_edge(&self, height: usize) -> bool {
        let Some(at) = self.table.index() else {
            return false;
        };
        let last = self.offset + self.rows.len() as u64;
        (self.offset > 0 && at < height) || (last < self.total && at + height >= self.rows.len())
    }

    /// Whether the rows that were asked for tell of this task: they hold it, or it is gone.
    pub fn tells_of(rows: &TaskRows, asked: Place, id: TaskId) -> bool {
        let page = &rows.page;
        let whole = page.tasks.len() as u64 == page.total && rows.search.is_none();
        let asked_for = matches!(asked, Place::Around { id: asked, .. } if asked == id);
        whole || asked_for || page.tasks.iter().any(|row| row.task.id == id)
    }

    /// Takes a page as the window. Returns the selected task if it went.
    pub fn take(&mut self, rows: TaskRows, jump: Jump) -> Option<TaskId> {
        let TaskRows { page, search } = rows;
        self.search = search;
        self.rows = page.tasks;
        self.total = page.total;
        self.offset = page.offset;
        for row in &self.rows {
            if let Some(known) = self.known.get_mut(&row.task.id) {
                known.clone_from(row);
            }
        }
        let lost = self
            .table
            .refresh(self.rows.iter().map(|row| row.task.id).collect());
        match jump {
            Jump::Stay => return lost,
            Jump::First => self.table.select_at(0),
            Jump::Last => self.table.select_at(usize::MAX),
        }
        None
    }

    /// Takes what was learnt of marked and asked-for tasks: those that were not found are
    /// deleted, and a deleted task keeps no mark. `asked` is sorted.
    pub fn learn(&mut self, asked: &[TaskId], found: Vec<TaskView>) {
        for id in asked {
            self.known.remove(id);
        }
        self.known
            .extend(found.into_iter().map(|view| (view.task.id, view)));
        let known = &self.known;
        self.table
            .keep_marks(|id| known.contains_key(id) || asked.binary_search(id).is_err());
    }
}
