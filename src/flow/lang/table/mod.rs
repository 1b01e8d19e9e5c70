//! All commands of the language and their fields, as data: the decoder checks flows by these
//! rows, `farmhand flow commands` prints them, and the tests walk through them.

mod commands;
mod fields;

use serde::Serialize;

pub use commands::COMMANDS;
pub(super) use fields::refused;
pub use fields::{APP, COMMON, CONDITION, ENV, HEADER, SELECTOR, TAP};

/// A command.
#[derive(Debug, Clone, Copy, Serialize)]
pub struct CommandRow {
    /// Its name in a flow.
    pub name: &'static str,
    /// What it does, in a few words.
    pub help: &'static str,
    /// Whether it may be used.
    #[serde(flatten)]
    pub support: Support,
    /// Whether its name alone is a step (`- back`).
    pub alone: bool,
    /// The field that a value stands for when it is no map (`- inputText: hello`).
    pub short: Option<&'static str>,
    /// Its fields, in groups that commands share.
    #[serde(serialize_with = "flat")]
    pub fields: &'static [&'static [FieldRow]],
}

/// A field of a command, a selector, a condition or the header.
#[derive(Debug, Clone, Copy, Serialize)]
pub struct FieldRow {
    /// Its name in a flow.
    pub name: &'static str,
    /// Another name that Maestro takes for it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub alias: Option<&'static str>,
    /// What it takes.
    #[serde(serialize_with = "accepted")]
    pub kind: Kind,
    /// Whether there is nothing to do without it.
    pub required: bool,
    /// What holds without it.
    pub default: Option<&'static str>,
    /// Whether it may be used.
    #[serde(flatten)]
    pub support: Support,
}

/// Whether a command or field may be used.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(tag = "support", content = "why", rename_all = "snake_case")]
pub enum Support {
    /// As in Maestro.
    Yes,
    /// Yes, and how it differs from Maestro.
    Differs(&'static str),
    /// Farmhand's own addition to the language.
    Own,
    /// Refused, and why.
    Refused(&'static str),
}

/// What a field takes.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Kind {
    /// true or false.
    Flag,
    /// A whole number in a range.
    Whole(u32, u32),
    /// A time in milliseconds.
    Millis,
    /// A text, with expressions; other single values count as they are written.
    Text,
    /// A text whose every expression is run; one at least is there.
    Script,
    /// A number, or a text with expressions that makes one, in a range.
    Number(f64, f64),
    /// A regular expression, with expressions in it.
    Pattern,
    /// A name or path as it stands, without expressions.
    Name,
    /// Names as they stand.
    Names,
    /// Two numbers or two percentages.
    Point,
    /// One of these words.
    Choice(&'static [&'static str]),
    /// The name of a key.
    Key,
    /// A selector, or a text that is its `text`.
    Element,
    /// The same where another element is named by it.
    Selector,
    /// A list of them.
    Selectors,
    /// Conditions.
    Condition,
    /// Commands.
    Steps,
    /// Variables: names and texts.
    Variables,
    /// Permissions: names and `allow`, `deny` or `unset`.
    Permissions,
    /// Extras of an intent: names and single values.
    Arguments,
    /// Files: a list of texts, or one text.
    Files,
    /// Nothing that is read here.
    Nothing,
}

impl Kind {
    /// What it takes, to be read on from "must be".
    #[must_use]
    pub fn accepts(self) -> String {
        match self {
            Self::Flag => "true or false".to_owned(),
            Self::Whole(least, u32::MAX) => format!("a whole number, {least} or more"),
            Self::Whole(least, most) => format!("a whole number from {least} to {most}"),
            Self::Millis => "a whole number of milliseconds".to_owned(),
            Self::Text => "a text".to_owned(),
            Self::Script => "a text with ${...}".to_owned(),
            Self::Number(least, most) if most.is_finite() => {
                format!("a number from {least} to {most}")
            }
            Self::Number(least, _) if least.is_finite() => format!("a number, {least} or more"),
            Self::Number(..) => "a number".to_owned(),
            Self::Pattern => "a regular expression".to_owned(),
            Self::Name => "a name without expressions".to_owned(),
            Self::Names => "a list of names".to_owned(),
            Self::Point => "two numbers or percentages, as 100,200 or 50%,50%".to_owned(),
            Self::Choice(words) => words.join(", "),
            Self::Key => "the name of a key".to_owned(),
            Self::Element | Self::Selector => "a selector, or a text".to_owned(),
            Self::Selectors => "a list of selectors".to_owned(),
            Self::Condition => "a map of conditions".to_owned(),
            Self::Steps => "a list of commands".to_owned(),
            Self::Variables => "a map of names and texts".to_owned(),
            Self::Permissions => "a map of names and allow, deny or unset".to_owned(),
            Self::Arguments => "a map of names and single values".to_owned(),
            Self::Files => "a list of files, or a text with one on each line".to_owned(),
            Self::Nothing => "nothing".to_owned(),
        }
    }
}

/// The command of this name.
#[must_use]
pub fn command(name: &str) -> Option<&'static CommandRow> {
    COMMANDS.iter().find(|row| row.name == name)
}

fn accepted<S: serde::Serializer>(kind: &Kind, serializer: S) -> Result<S::Ok, S::Error> {
    serializer.serialize_str(&kind.accepts())
}

fn flat<S: serde::Serializer>(
    groups: &&'static [&'static [FieldRow]],
    serializer: S,
) -> Result<S::Ok, S::Error> {
    serializer.collect_seq(groups.iter().copied().flatten())
}
