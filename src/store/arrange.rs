//! A list of tasks in any order, as a row of parts: one for each status, phone or script, or
//! one for the tasks that have a moment and one for those that lack it. It counts and pages;
//! which sets the parts are made of is the index's business.

use super::idset::Matching;
use super::index::Moment;
use super::order::{Entry, Order};
use super::tables::Head;
use super::types::Direction;
use crate::model::{Status, TaskId};

/// What the tasks of a part have in common.
#[derive(Debug, Clone, Copy)]
pub(super) enum Group<'a> {
    All,
    Status(Status),
    Serial(&'a str),
    Script(&'a str),
    Dated(Moment),
    Undated(Moment),
}

impl Group<'_> {
    /// Whether a task with this head belongs here.
    fn holds(&self, head: &Head<'_>) -> bool {
        match self {
            Self::All => true,
            Self::Status(status) => head.status == *status,
            Self::Serial(serial) => head.serial == *serial,
            Self::Script(script) => head.script == *script,
            Self::Dated(moment) => moment.of(head).is_some(),
            Self::Undated(moment) => moment.of(head).is_none(),
        }
    }
}

enum Rows<'a> {
    /// By id.
    Ids(Matching<'a>),
    /// By a moment: all of them.
    Dated(Moment, &'a Order),
    /// By a moment: those that match. They are walked, because no number tells how many of a
    /// chunk match: 20 ns a task that lies before the page.
    Some(Moment, &'a Order, Matching<'a>),
}

/// A part of a list.
pub(super) struct Part<'a> {
    group: Group<'a>,
    rows: Rows<'a>,
    len: u64,
    direction: Direction,
}

impl<'a> Part<'a> {
    /// Tasks by id.
    pub(super) fn ids(group: Group<'a>, ids: Matching<'a>, direction: Direction) -> Self {
        Self {
            group,
            len: ids.len(),
            rows: Rows::Ids(ids),
            direction,
        }
    }

    /// All tasks that have a moment.
    pub(super) const fn dated(moment: Moment, order: &'a Order, direction: Direction) -> Self {
        Self {
            group: Group::Dated(moment),
            rows: Rows::Dated(moment, order),
            len: order.len(),
            direction,
        }
    }

    /// Those that match and have a moment; `len` is how many these are.
    pub(super) const fn dated_of(
        moment: Moment,
        order: &'a Order,
        matching: Matching<'a>,
        len: u64,
        direction: Direction,
    ) -> Self {
        Self {
            group: Group::Dated(moment),
            rows: Rows::Some(moment, order, matching),
            len,
            direction,
        }
    }

    fn before_id(&self, id: TaskId) -> Option<u64> {
        let (Group::All, Rows::Ids(ids)) = (&self.group, &self.rows) else {
            return None;
        };
        Some(self.before_in(ids, id))
    }

    fn before_in(&self, ids: &Matching<'_>, id: TaskId) -> u64 {
        let newer = ids.newer_than(id);
        match self.direction {
            Direction::Ascending => self.len - newer - u64::from(ids.contains(id)),
            Direction::Descending => newer,
        }
    }

    /// How many of its tasks lie before this one, which belongs here and need not match.
    fn before(&self, id: TaskId, head: &Head<'_>) -> u64 {
        let (moment, order, matching) = match &self.rows {
            Rows::Ids(ids) => return self.before_in(ids, id),
            Rows::Dated(moment, order) => (moment, order, None),
            Rows::Some(moment, order, matching) => (moment, order, Some(matching)),
        };
        let Some(entry) = moment.of(head).map(|at| (at, id)) else {
            return self.len;
        };
        let matches = |(_, id): &Entry| matching.is_none_or(|matching| matching.contains(*id));
        match (matching, self.direction) {
            (None, Direction::Ascending) => order.before(entry),
            // The task itself is in the order too: it is in the same snapshot.
            (None, Direction::Descending) => (self.len - order.before(entry)).saturating_sub(1),
            (Some(_), Direction::Ascending) => {
                let earlier = order.iter().take_while(|other| *other < entry);
                earlier.filter(matches).count() as u64
            }
            (Some(_), Direction::Descending) => {
                let later = order.iter().rev().take_while(|other| *other > entry);
                later.filter(matches).count() as u64
            }
        }
    }

    /// At most `rows` ids from the position `offset` on.
    fn page(&self, offset: u64, rows: usize) -> Vec<TaskId> {
        let id = |(_, id)| id;
        let skip = usize::try_from(offset).unwrap_or(usize::MAX);
        match (&self.rows, self.direction) {
            (Rows::Ids(ids), Direction::Descending) => ids.page(offset, rows),
            (Rows::Ids(ids), Direction::Ascending) => ids.page_of_oldest(offset, rows),
            (Rows::Dated(_, order), Direction::Ascending) => {
                order.iter_from(offset).take(rows).map(id).collect()
            }
            (Rows::Dated(_, order), Direction::Descending) => {
                let end = order.len().saturating_sub(offset);
                let from = end.saturating_sub(rows as u64);
                let taken = usize::try_from(end - from).unwrap_or(rows);
                let page = order.iter_from(from).take(taken).map(id);
                let mut page: Vec<TaskId> = page.collect();
                page.reverse();
                page
            }
            (Rows::Some(_, order, matching), direction) => {
                let matches = |id: &TaskId| matching.contains(*id);
                match direction {
                    Direction::Ascending => {
                        let all = order.iter().map(id).filter(matches);
                        all.skip(skip).take(rows).collect()
                    }
                    Direction::Descending => {
                        let all = order.iter().rev().map(id).filter(matches);
                        all.skip(skip).take(rows).collect()
                    }
                }
            }
        }
    }
}

/// A whole list.
pub(super) struct Arranged<'a> {
    parts: Vec<Part<'a>>,
}

impl<'a> Arranged<'a> {
    /// The list of these parts.
    pub(super) const fn new(parts: Vec<Part<'a>>) -> Self {
        Self { parts }
    }

    /// How many tasks it has.
    pub(super) fn len(&self) -> u64 {
        self.parts.iter().map(|part| part.len).sum()
    }

    /// How many lie before the place of this id, if that alone tells.
    pub(super) fn before_id(&self, id: TaskId) -> Option<u64> {
        match self.parts.as_slice() {
            [part] => part.before_id(id),
            _ => None,
        }
    }

    /// How many lie before a task, which need not be in the list.
    pub(super) fn before(&self, id: TaskId, head: &Head<'_>) -> u64 {
        let mut before = 0;
        for part in &self.parts {
            if part.group.holds(head) {
                return before + part.before(id, head);
            }
            before += part.len;
        }
        before
    }

    /// At most `rows` ids from the position `offset` on (from 0).
    pub(super) fn page(&self, offset: u64, rows: usize) -> Vec<TaskId> {
        let mut page = Vec::new();
        let mut skip = offset;
        for part in &self.parts {
            if page.len() >= rows {
                break;
            }
            if skip >= part.len {
                skip -= part.len;
                continue;
            }
            page.extend(part.page(skip, rows - page.len()));
            skip = 0;
        }
        page
    }
}
