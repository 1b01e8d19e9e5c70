//! What comes into the console and what it wants done: plain values on both sides, so that a
//! session can be recorded, replayed and tested without a terminal and without a farm.

use std::sync::Arc;

use super::key::Key;
use super::source::{
    Command, Done, Import, OutputPart, OutputQuery, PageQuery, PartQuery, ShellOrder, SourceError,
    TaskInfo, TextPart,
};
use super::state::KeymapFile;
use super::theme::ThemeFile;
use crate::farm::{FarmState, PhoneFacts, TaskPage};
use crate::model::{Account, Existing, Serial, TaskId, TaskView, Timestamp};

/// Numbers what was asked, so that a late answer to an old question is known as one.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct RequestNo(pub u64);

/// Something that happened.
#[derive(Debug, Clone)]
pub enum Event {
    /// A key was pressed.
    Key(Key),
    /// Text was pasted. It is text, never keys: a paste must not delete anything.
    Paste(String),
    /// The terminal has this size now.
    Resize {
        /// Width in columns.
        columns: u16,
        /// Height in rows.
        rows: u16,
    },
    /// It is this moment now. The only clock there is; the runner sends one before the events
    /// it brings, and one each second.
    Tick(Timestamp),
    /// The farm as it is now.
    Farm(Arc<FarmState>),
    /// The farm sends no more states.
    FarmGone,
    /// The answer to [`Effect::Ask`].
    Answer {
        /// Its number.
        no: RequestNo,
        /// What came of it.
        answer: Answer,
    },
    /// The user's keymap has changed; none: it is gone.
    Keymap(Option<KeymapFile>),
    /// The theme in use has changed.
    Theme(ThemeFile),
    /// The terminal hung up.
    Hangup,
    /// The program is ending.
    Stop,
}

/// What a question brought.
#[derive(Debug, Clone)]
pub enum Answer {
    /// To [`Ask::Page`].
    Page(Result<TaskPage, SourceError>),
    /// To [`Ask::Known`].
    Known(Result<Vec<TaskView>, SourceError>),
    /// To [`Ask::Everything`].
    Everything(Result<TaskPage, SourceError>),
    /// To [`Ask::Task`].
    Task(Result<Option<Box<TaskInfo>>, SourceError>),
    /// To [`Ask::Accounts`].
    Accounts(Result<Vec<Account>, SourceError>),
    /// To [`Ask::Part`].
    Part(Result<TextPart, SourceError>),
    /// To [`Ask::Import`].
    Imported(Result<Import, SourceError>),
    /// To [`Ask::Export`].
    Exported(Result<(), SourceError>),
    /// To [`Ask::TasksOf`].
    TasksOf(Result<TaskPage, SourceError>),
    /// To [`Ask::Facts`].
    Facts(Result<PhoneFacts, SourceError>),
    /// To [`Ask::Shell`].
    Shell(Result<Vec<TaskId>, SourceError>),
    /// To [`Ask::Outputs`].
    Outputs(Result<Vec<OutputPart>, SourceError>),
    /// To [`Ask::Command`].
    Done(Result<Done, SourceError>),
}

/// A question to the farm, or an order.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Ask {
    /// Rows to be shown.
    Page(PageQuery),
    /// What marked and asked-for tasks are now.
    Known(Vec<TaskId>),
    /// All rows that a filter shows, to mark them.
    Everything(PageQuery),
    /// One task whole.
    Task(TaskId),
    /// All accounts.
    Accounts,
    /// A part of a text.
    Part(PartQuery),
    /// Accounts from a file of the operator's.
    Import {
        /// Where it lies.
        path: String,
        /// What becomes of accounts that are there already.
        existing: Existing,
    },
    /// All accounts into a new file of the operator's.
    Export {
        /// Where it is to lie.
        path: String,
    },
    /// Tasks of one phone, for its detail.
    TasksOf(PageQuery),
    /// What a phone tells of itself.
    Facts(Serial),
    /// Tasks of the built-in script `shell`.
    Shell(ShellOrder),
    /// How far tasks are, and what they wrote.
    Outputs(Vec<OutputQuery>),
    /// A change.
    Command(Command),
}

/// Something to be done outside of the console's state.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Effect {
    /// Ask the farm; the answer comes as [`Event::Answer`] with the same number.
    Ask {
        /// Its number.
        no: RequestNo,
        /// The question.
        ask: Ask,
    },
    /// Put the text on the clipboard of the operator's own terminal (OSC 52).
    Copy(String),
    /// Paint the whole screen anew.
    Repaint,
    /// End the console.
    Exit(ExitReason),
}

/// Why the console ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ExitReason {
    /// The operator asked for it and confirmed.
    Quit,
    /// The terminal hung up (the SSH link dropped): the farm goes on.
    Hangup,
    /// The program is ending.
    Stopped,
}
