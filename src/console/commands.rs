//! Every command of the command line, said once: names, argument, words, danger. Parsing,
//! completion, help and errors all come from this table.
//!
//! Nothing here knows what the commands do to the console, nor any key.

use super::action::Danger;
use super::state::{Panel, Verb};
use crate::model::{Serial, TaskId};
use crate::nearest::nearest;

/// What a command takes behind its name.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Argument {
    /// Nothing.
    Nothing,
    /// The id of a task.
    Task,
    /// Ids of tasks, one or more.
    Tasks,
    /// A serial, in which `*` and `?` stand for anything.
    Pattern,
    /// A serial.
    Serial,
    /// A serial, and behind it why.
    Reason,
    /// A serial, and behind it what the phone is called.
    Labels,
    /// A column of the list that has the keys.
    Column,
    /// A filter of that list, or none.
    Filter,
    /// The name of a script.
    Script,
    /// The name of a theme.
    Theme,
    /// Some text.
    Words,
}

impl Argument {
    /// How it is written in the help.
    pub(super) const fn shown(self) -> &'static str {
        match self {
            Self::Nothing => "",
            Self::Task => "ID",
            Self::Tasks => "ID ...",
            Self::Pattern => "PATTERN",
            Self::Serial => "SERIAL",
            Self::Reason => "SERIAL REASON",
            Self::Labels => "SERIAL TEXT",
            Self::Column => "COLUMN",
            Self::Script | Self::Theme => "NAME",
            Self::Filter | Self::Words => "TEXT",
        }
    }

    /// What is expected of it.
    const fn expected(self) -> &'static str {
        match self {
            Self::Nothing => "nothing",
            Self::Task => "the id of a task, such as 123",
            Self::Tasks => "ids of tasks, such as 123 124",
            Self::Pattern => "a phone's serial, or a pattern such as R58*",
            Self::Serial => "a phone's serial",
            Self::Script => "the name of a script",
            Self::Theme => "the name of a theme",
            Self::Reason => "a phone's serial and why, such as R58M1 new cable",
            Self::Labels => "a phone's serial and name=, group= or tags=",
            Self::Column => "a column of the list",
            Self::Filter => "a filter, or nothing",
            Self::Words => "a text to look for",
        }
    }
}

/// What a command is for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Word {
    /// The detail of a task.
    Task,
    /// The log of a task.
    Log,
    /// A text in the logs of many.
    Logs,
    /// One phone, or those that a pattern means.
    Device,
    /// A list.
    Panel(Panel),
    /// The form of a script.
    Script,
    /// The filter of the list that has the keys.
    Filter,
    /// The order of the list that has the keys.
    Sort,
    /// Something for tasks.
    Tasks(Verb),
    /// A phone is to have no work.
    Hold,
    /// A phone is to have work again.
    Release,
    /// What a phone is called.
    Label,
    /// Another theme.
    Theme,
    /// The help.
    Help,
    /// The end.
    Quit,
}

/// What is known of a command.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct CommandInfo {
    /// What it is for.
    pub word: Word,
    /// Its name, and shorter ones.
    pub names: &'static [&'static str],
    /// What it takes.
    pub argument: Argument,
    /// What it may do to the farm.
    pub danger: Danger,
    /// What it does, in a few words.
    pub help: &'static str,
}

impl CommandInfo {
    /// The name that is shown.
    pub(super) fn name(&self) -> &'static str {
        self.names.first().copied().unwrap_or_default()
    }
}

const fn looks(
    word: Word,
    names: &'static [&'static str],
    argument: Argument,
    help: &'static str,
) -> CommandInfo {
    CommandInfo {
        word,
        names,
        argument,
        danger: Danger::Looks,
        help,
    }
}

const fn acts(
    word: Word,
    names: &'static [&'static str],
    argument: Argument,
    help: &'static str,
) -> CommandInfo {
    CommandInfo {
        danger: Danger::Acts,
        ..looks(word, names, argument, help)
    }
}

/// All commands, in the order of the help.
pub(super) const COMMANDS: &[CommandInfo] = &[
    looks(Word::Task, &["task", "t"], Argument::Task, "show a task"),
    looks(
        Word::Log,
        &["log", "l"],
        Argument::Task,
        "read its log, live",
    ),
    looks(
        Word::Logs,
        &["logs"],
        Argument::Words,
        "search marked or shown tasks' logs",
    ),
    looks(
        Word::Device,
        &["device", "d"],
        Argument::Pattern,
        "to a phone, or several",
    ),
    looks(
        Word::Panel(Panel::Devices),
        &["devices"],
        Argument::Nothing,
        "to the phones",
    ),
    looks(
        Word::Panel(Panel::Tasks),
        &["tasks"],
        Argument::Nothing,
        "to the tasks",
    ),
    looks(
        Word::Panel(Panel::Accounts),
        &["accounts"],
        Argument::Nothing,
        "to the accounts",
    ),
    looks(
        Word::Panel(Panel::Incidents),
        &["incidents"],
        Argument::Nothing,
        "to the incidents",
    ),
    looks(
        Word::Filter,
        &["filter", "f"],
        Argument::Filter,
        "filter the list, or show all",
    ),
    looks(
        Word::Sort,
        &["sort"],
        Argument::Column,
        "sort the list; again turns it round",
    ),
    acts(
        Word::Script,
        &["script", "new"],
        Argument::Script,
        "new tasks of a script",
    ),
    acts(
        Word::Tasks(Verb::Stop),
        &["stop"],
        Argument::Tasks,
        "stop tasks",
    ),
    acts(
        Word::Tasks(Verb::Retry),
        &["retry"],
        Argument::Tasks,
        "retry failed tasks",
    ),
    CommandInfo {
        danger: Danger::Destroys,
        ..acts(
            Word::Tasks(Verb::Delete),
            &["delete"],
            Argument::Tasks,
            "delete tasks",
        )
    },
    acts(
        Word::Hold,
        &["hold"],
        Argument::Reason,
        "keep a phone from work",
    ),
    acts(
        Word::Release,
        &["release"],
        Argument::Serial,
        "let a held phone have work",
    ),
    acts(
        Word::Label,
        &["label"],
        Argument::Labels,
        "name, group and tags of a phone",
    ),
    looks(
        Word::Theme,
        &["theme"],
        Argument::Theme,
        "another theme, for now",
    ),
    looks(
        Word::Help,
        &["help", "h"],
        Argument::Nothing,
        "keys, commands and filters",
    ),
    looks(
        Word::Quit,
        &["quit", "q"],
        Argument::Nothing,
        "leave the console",
    ),
];

/// A command that was read.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Order {
    /// Show this task.
    Task(TaskId),
    /// Show its log.
    Log(TaskId),
    /// Look for this text in the logs of the marked tasks, or of those that the list shows.
    Logs(String),
    /// To the phones that this pattern means.
    Device(String),
    /// To this list.
    Panel(Panel),
    /// The form of this script.
    Script(String),
    /// Filter the list that has the keys.
    Filter(String),
    /// Sort that list by this column.
    Sort(String),
    /// Do this to these tasks.
    Tasks(Verb, Vec<TaskId>),
    /// Keep this phone from work, for this reason.
    Hold(Serial, String),
    /// Let this phone have work again.
    Release(Serial),
    /// Call this phone so.
    Label(Serial, String),
    /// Another theme.
    Theme(String),
    /// The help.
    Help,
    /// The end.
    Quit,
}

/// Why a line cannot be read, with what is accepted.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub(super) enum LineError {
    /// There is no such command.
    #[error("unknown command '{name}': {advice}")]
    Unknown {
        /// As it was typed.
        name: String,
        /// What it may have been meant to be, or what is accepted.
        advice: String,
    },
    /// The session may only look.
    #[error("read-only: {0} is not available here")]
    ReadOnly(&'static str),
    /// Nothing stands behind the name.
    #[error("{name} takes {expected}")]
    Missing {
        /// The command.
        name: &'static str,
        /// What is expected.
        expected: &'static str,
    },
    /// Something else than expected stands there.
    #[error("{name} takes {expected}, not '{given}'")]
    Wrong {
        /// The command.
        name: &'static str,
        /// What is expected.
        expected: &'static str,
        /// What stands there.
        given: String,
    },
}

/// The commands of a session that may do as much as this.
pub(super) fn available(most: Danger) -> impl Iterator<Item = &'static CommandInfo> + Clone {
    COMMANDS.iter().filter(move |info| info.danger <= most)
}

/// The command of this name, and what stands behind it.
pub(super) fn split(line: &str) -> (&str, &str) {
    let line = line.trim();
    line.split_once(char::is_whitespace)
        .map_or((line, ""), |(name, rest)| (name, rest.trim()))
}

/// The command that is called so.
pub(super) fn named(name: &str) -> Option<&'static CommandInfo> {
    COMMANDS.iter().find(|info| info.names.contains(&name))
}

/// Reads a line.
///
/// # Errors
/// [`LineError`].
pub(super) fn parse(line: &str, most: Danger) -> Result<Order, LineError> {
    let (name, rest) = split(line);
    let info = named(name).ok_or_else(|| unknown(name, most))?;
    if info.danger > most {
        return Err(LineError::ReadOnly(info.name()));
    }
    let missing = || LineError::Missing {
        name: info.name(),
        expected: info.argument.expected(),
    };
    let wrong = |given: &str| LineError::Wrong {
        name: info.name(),
        expected: info.argument.expected(),
        given: given.to_owned(),
    };
    match info.argument {
        Argument::Filter => {}
        Argument::Nothing if rest.is_empty() => {}
        Argument::Nothing => return Err(wrong(rest)),
        _ if rest.is_empty() => return Err(missing()),
        Argument::Reason | Argument::Labels if !rest.contains(char::is_whitespace) => {
            return Err(wrong(rest));
        }
        Argument::Tasks
        | Argument::Words
        | Argument::Column
        | Argument::Reason
        | Argument::Labels => {}
        _ if rest.contains(char::is_whitespace) => return Err(wrong(rest)),
        _ => {}
    }
    let id = |text: &str| text.parse().map(TaskId).map_err(|_| wrong(text));
    let ids = || -> Result<Vec<TaskId>, LineError> {
        let words = rest.split(|c: char| c.is_whitespace() || c == ',');
        let words = words.filter(|word| !word.is_empty());
        let mut ids = words.map(id).collect::<Result<Vec<_>, _>>()?;
        ids.sort_unstable();
        ids.dedup();
        if ids.is_empty() {
            return Err(wrong(rest));
        }
        Ok(ids)
    };
    let serial = |text: &str| Serial::new(text).map_err(|_| wrong(text));
    let serial_and_text = || {
        let (name, text) = split(rest);
        serial(name).map(|serial| (serial, text.to_owned()))
    };
    Ok(match info.word {
        Word::Task => Order::Task(id(rest)?),
        Word::Log => Order::Log(id(rest)?),
        Word::Logs => Order::Logs(rest.to_owned()),
        Word::Device => Order::Device(rest.to_owned()),
        Word::Panel(panel) => Order::Panel(panel),
        Word::Script => Order::Script(rest.to_owned()),
        Word::Filter => Order::Filter(rest.to_owned()),
        Word::Sort => Order::Sort(rest.to_owned()),
        Word::Tasks(verb) => Order::Tasks(verb, ids()?),
        Word::Hold => {
            let (serial, reason) = serial_and_text()?;
            Order::Hold(serial, reason)
        }
        Word::Release => Order::Release(serial(rest)?),
        Word::Label => {
            let (serial, text) = serial_and_text()?;
            Order::Label(serial, text)
        }
        Word::Theme => Order::Theme(rest.to_owned()),
        Word::Help => Order::Help,
        Word::Quit => Order::Quit,
    })
}

fn unknown(name: &str, most: Danger) -> LineError {
    let names = available(most).flat_map(|info| info.names).copied();
    let advice = match nearest(name, names) {
        Some(meant) => format!("did you mean '{meant}'?"),
        None => {
            let names: Vec<_> = available(most).map(CommandInfo::name).collect();
            format!("one of {} is expected", names.join(", "))
        }
    };
    LineError::Unknown {
        name: name.to_owned(),
        advice,
    }
}

#[cfg(test)]
mod tests;
