//! A range of tasks that is being marked: its rows may lie outside of the window, and must
//! then be asked for.

use crate::console::event::RequestNo;
use crate::model::TaskId;

/// The ends of a range, and the farm's version of all tasks for which it is asked.
pub(in crate::console) type Span = ([TaskId; 2], u64);

/// A question for the rows of a range.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(in crate::console) struct SpanAsked {
    /// Its number.
    pub no: RequestNo,
    /// What was asked for.
    pub span: Span,
}

/// What is known of the rows of a range.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(in crate::console) struct TaskRange {
    /// The question under way.
    pub reading: Option<SpanAsked>,
    /// What was read last; its rows are marked.
    pub read: Option<Span>,
    /// It ends as soon as its rows are known.
    pub ending: bool,
}

impl TaskRange {
    /// The list has another order or filter: what lies between two rows is not what it was.
    pub const fn reread(&mut self) {
        self.reading = None;
        self.read = None;
    }
}
