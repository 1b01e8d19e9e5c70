//! What takes the keys: a line that is typed, a question, the help, or the screen itself; and
//! what is under way or was told because of it.

use std::collections::BTreeSet;

use tui_input::Input;

use super::{CommandLine, Panel, Picker};
use crate::console::action::Context;
use crate::console::event::RequestNo;
use crate::console::filter::Completion;
use crate::console::key::Key;
use crate::console::look::Role;
use crate::console::new_tasks::Outlook;
use crate::console::source::Command;
use crate::model::{AccountKey, Existing, TaskId, Timestamp};

/// What takes the keys.
#[derive(Debug, Clone)]
pub(in crate::console) enum Mode {
    /// The lists or the detail.
    Normal,
    /// A line is typed.
    Prompt(Prompt),
    /// A script is chosen.
    Scripts(Picker),
    /// The form of new tasks is filled in.
    Form,
    /// A command is typed.
    Line(CommandLine),
    /// A question is open.
    Confirm(Question),
    /// The help is open, from this line on.
    Help(usize),
    /// A column to sort by is being chosen.
    Sort,
}

/// What a line is typed for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(in crate::console) enum Purpose {
    /// The filter of a list.
    Filter(Panel),
    /// What is to be found in the text that is shown.
    Search,
    /// What is to be found in the logs of the marked tasks, or of those that failed.
    Logs,
    /// What else is to be found in the same logs.
    LogsAgain,
    /// The file to import accounts from.
    Import,
    /// The file to export accounts to.
    Export,
    /// The file to save what is shown in.
    Save,
}

impl Purpose {
    /// Before the line.
    pub(in crate::console) fn label(self) -> String {
        match self {
            Self::Filter(panel) => format!("filter {}: ", panel.title()),
            Self::Search => "search: ".to_owned(),
            Self::Logs | Self::LogsAgain => "search logs: ".to_owned(),
            Self::Import => "import accounts from file: ".to_owned(),
            Self::Save => "save what is shown (.txt .csv .json): ".to_owned(),
            Self::Export => "export accounts to file: ".to_owned(),
        }
    }
}

/// A line being typed.
#[derive(Debug, Clone)]
pub(in crate::console) struct Prompt {
    /// What for.
    pub purpose: Purpose,
    /// What is typed.
    pub input: Input,
    /// What is wrong with it.
    pub error: Option<String>,
    /// What the last word could become, after it was asked for.
    pub completion: Option<Completion>,
}

impl Prompt {
    /// A line to be typed, with this text to begin with.
    pub(in crate::console) fn of(purpose: Purpose, text: impl Into<String>) -> Self {
        Self {
            purpose,
            input: Input::new(text.into()),
            error: None,
            completion: None,
        }
    }
}

/// A file of accounts that is under way.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(in crate::console) struct Transfer {
    /// The question under way.
    pub no: RequestNo,
    /// The file.
    pub path: String,
    /// What becomes of accounts that are there already; none: it is an export.
    pub import: Option<Existing>,
}

/// A file that is being saved.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(in crate::console) struct Saving {
    /// The question under way.
    pub no: RequestNo,
    /// The file.
    pub path: String,
    /// What is in it, in words.
    pub noun: String,
}

/// A question that only `y` answers with yes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(in crate::console) enum Question {
    /// Do this to these tasks.
    Tasks(Verb, Vec<TaskId>),
    /// Do this to the tasks of groups of failures.
    Reasons(Verb, Scope),
    /// Retry all that failed.
    RetryAll,
    /// Do this to these accounts.
    Accounts(AccountVerb, Vec<AccountKey>),
    /// Import this file again, over so many accounts that are there already.
    Overwrite(String, u64),
    /// Create the tasks of the form, which are these.
    Create(Box<Outlook>),
    /// Leave the form and what was typed into it.
    Leave,
    /// Leave the console.
    Quit,
}

impl Question {
    /// The tasks that it is about; empty if about none by name.
    pub(in crate::console) fn tasks(&self) -> &[TaskId] {
        match self {
            Self::Tasks(_, ids) | Self::Reasons(_, Scope { ids, .. }) => ids,
            _ => &[],
        }
    }

    /// The same, to take some out.
    pub(in crate::console) const fn tasks_mut(&mut self) -> Option<&mut Vec<TaskId>> {
        match self {
            Self::Tasks(_, ids) | Self::Reasons(_, Scope { ids, .. }) => Some(ids),
            _ => None,
        }
    }
}

/// The tasks of groups of failures, fixed at the time of the question.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(in crate::console) struct Scope {
    /// Those that are still there.
    pub ids: Vec<TaskId>,
    /// How many there were.
    pub asked: usize,
    /// What they have in common, for people.
    pub what: String,
}

/// What can be done to tasks.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(in crate::console) enum Verb {
    /// Stop them.
    Stop,
    /// Retry them.
    Retry,
    /// Delete them.
    Delete,
}

impl Verb {
    /// The command.
    pub(in crate::console) const fn of(self, ids: Vec<TaskId>) -> Command {
        match self {
            Self::Stop => Command::Stop(ids),
            Self::Retry => Command::Retry(ids),
            Self::Delete => Command::Delete(ids),
        }
    }

    /// At the head of a question.
    pub(in crate::console) const fn word(self) -> &'static str {
        match self {
            Self::Stop => "Stop",
            Self::Retry => "Retry",
            Self::Delete => "Delete",
        }
    }
}

/// What can be done to accounts.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(in crate::console) enum AccountVerb {
    /// Let tasks be created for them.
    Enable,
    /// Let none be created for them.
    Disable,
    /// Remove them.
    Delete,
}

impl AccountVerb {
    /// The command.
    pub(in crate::console) const fn of(self, keys: Vec<AccountKey>) -> Command {
        match self {
            Self::Enable => Command::Enable(keys),
            Self::Disable => Command::Disable(keys),
            Self::Delete => Command::Remove(keys),
        }
    }

    /// At the head of a question.
    pub(in crate::console) const fn word(self) -> &'static str {
        match self {
            Self::Enable => "Enable",
            Self::Disable => "Disable",
            Self::Delete => "Delete",
        }
    }
}

/// A sequence of keys that has begun. There is no timeout: the last line shows how it can go on.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(in crate::console) struct Begun {
    /// What was pressed so far.
    pub keys: Vec<Key>,
    /// Where it is heard: when that changes, it is over.
    pub contexts: &'static [Context],
}

/// The last line for a while.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(in crate::console) struct Message {
    /// Its colour; bad ones stay longer.
    pub role: Role,
    /// The text.
    pub text: String,
    /// Since when.
    pub at: Timestamp,
    /// The tasks that it tells of; empty if of other things.
    pub about: BTreeSet<TaskId>,
}
