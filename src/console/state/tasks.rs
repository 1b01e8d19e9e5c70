//! The list of tasks: a window onto a list that may have a million rows.
//!
//! It holds the rows around the selected one and asks for others when that comes near an
//! edge. A task has its place by its id (newest first), so a window can tell whether a task
//! that it does not hold is gone or only lies elsewhere.

use std::collections::BTreeMap;

use super::ListFilter;
use crate::console::event::RequestNo;
use crate::console::filter::{TaskRow, task_filter};
use crate::console::source::{PageQuery, Place};
use crate::console::table::Table;
use crate::farm::TaskPage;
use crate::model::{TaskId, TaskView, Timestamp};

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
    /// The rows of the window, newest first.
    pub rows: Vec<TaskView>,
    /// How many pass in all.
    pub total: u64,
    /// Place of the first row among them.
    pub offset: u64,
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
        let (filter, rest) = self.split();
        PageQuery {
            filter,
            rest,
            place,
            rows: (height * 4).clamp(ROWS_MIN, ROWS_MAX),
        }
    }

    /// The question for all that passes, at most `rows`.
    pub fn everything(&self, rows: usize) -> PageQuery {
        let (filter, rest) = self.split();
        PageQuery {
            filter,
            rest,
            place: Place::Newest,
            rows,
        }
    }

    fn split(&self) -> (crate::store::Filter, crate::console::filter::Query) {
        let query = self.filter.query.clone();
        task_filter(if self.filter.failures {
            query.and("state", "failed")
        } else {
            query
        })
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

    /// Whether `page` reaches over the place of this task, so that its absence there means
    /// that it is gone.
    pub fn reaches(page: &TaskPage, id: TaskId) -> bool {
        let (Some(first), Some(last)) = (page.tasks.first(), page.tasks.last()) else {
            return true;
        };
        let at_head = page.offset == 0;
        let at_end = page.offset + page.tasks.len() as u64 >= page.total;
        (at_head || first.task.id >= id) && (at_end || last.task.id <= id)
    }

    /// Takes a page as the window. Returns the selected task if it went.
    pub fn take(&mut self, page: TaskPage, jump: Jump) -> Option<TaskId> {
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
