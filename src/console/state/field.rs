//! A field of the form of new tasks: what it is for, what is in it, and what of that is sent.

use serde_json::{Number, Value};

use super::lines::{LineEnds, Lines};
use crate::flow::{Kind, Parameter};

/// What a field is for.
#[derive(Debug, Clone, PartialEq)]
pub(in crate::console) enum Topic {
    /// A parameter of the script.
    Parameter(Box<Parameter>),
    /// What the tasks are for: phones or accounts.
    Recipients,
    /// Which phones.
    Phones,
    /// Which accounts.
    Accounts,
    /// When.
    Start,
}

impl Topic {
    /// Before the field.
    pub fn label(&self) -> &str {
        match self {
            Self::Parameter(parameter) => &parameter.name,
            Self::Recipients => "for",
            Self::Phones => "phones",
            Self::Accounts => "accounts",
            Self::Start => "start at",
        }
    }

    /// Whether what is typed must not be seen.
    pub fn is_secret(&self) -> bool {
        matches!(self, Self::Parameter(parameter) if parameter.secret)
    }

    /// Whether this is what the farm calls so.
    pub fn is_called(&self, field: &str) -> bool {
        let is = |name: &str| field == name || field.starts_with(&format!("{name}["));
        match self {
            Self::Parameter(parameter) => field
                .strip_prefix("script_config.")
                .is_some_and(|rest| rest.split(['.', '[']).next() == Some(&parameter.name)),
            Self::Recipients => is("enable_multi_account"),
            Self::Phones => is("serials"),
            Self::Accounts => is("usernames"),
            Self::Start => is("start_time"),
        }
    }
}

/// A field.
#[derive(Debug)]
pub(in crate::console) struct Field {
    /// What it is for.
    pub topic: Topic,
    /// What is in it.
    pub entry: Entry,
    /// Whether the operator changed it.
    pub touched: bool,
    /// Whether the tasks that are tried again differ here, and stay as they were.
    pub differs: bool,
    /// What is wrong with it.
    pub error: Option<String>,
}

/// What is in a field.
#[derive(Debug, Clone)]
pub(in crate::console) enum Entry {
    /// Typed text.
    Lines(Lines),
    /// One of several values.
    Choice {
        /// All there are.
        options: Vec<Choice>,
        /// The chosen one; none: none is chosen yet.
        at: Option<usize>,
    },
}

/// A value that can be chosen.
#[derive(Debug, Clone, PartialEq)]
pub(in crate::console) struct Choice {
    /// How it is shown.
    pub label: String,
    /// What is sent; none: nothing.
    pub value: Option<Value>,
}

impl Field {
    /// A field of this.
    pub const fn plain(topic: Topic, entry: Entry) -> Self {
        Self {
            topic,
            entry,
            touched: false,
            differs: false,
            error: None,
        }
    }

    /// A field where text is typed, with this to begin with.
    pub fn text(topic: Topic, ends: LineEnds, text: &str) -> Self {
        Self::plain(topic, Entry::Lines(Lines::new(ends, text)))
    }

    /// The field of a parameter, with this value to begin with.
    pub fn of(parameter: &Parameter, value: Option<&Value>) -> Self {
        let topic = Topic::Parameter(Box::new(parameter.clone()));
        let values = match parameter.kind {
            Kind::Bool if parameter.choices.is_empty() => vec![false.into(), true.into()],
            _ => parameter.choices.clone(),
        };
        if values.is_empty() {
            let text = value.map_or_else(String::new, shown);
            return Self::text(topic, line_ends(parameter.kind), &text);
        }
        let mut options: Vec<Choice> = values
            .into_iter()
            .map(|value| Choice {
                label: shown(&value),
                value: Some(value),
            })
            .collect();
        if !parameter.required && parameter.default.is_none() {
            options.insert(
                0,
                Choice {
                    label: "(not given)".to_owned(),
                    value: None,
                },
            );
        }
        let at = options.iter().position(|o| o.value.as_ref() == value);
        Self::plain(topic, Entry::Choice { options, at })
    }

    /// Takes note that the operator changed it.
    pub fn touch(&mut self) {
        self.touched = true;
        self.differs = false;
        self.error = None;
    }
}

impl Entry {
    /// Takes everything out.
    pub fn clear(&mut self) {
        match self {
            Self::Lines(lines) => *lines = Lines::new(lines.ends, ""),
            Self::Choice { at, .. } => *at = None,
        }
    }

    /// Chooses the next value, or the one before. Says whether there is a choice.
    pub fn turn(&mut self, towards: Turn) -> bool {
        let Self::Choice { options, at } = self else {
            return false;
        };
        let n = options.len().max(1);
        *at = Some(match (*at, towards) {
            (None, Turn::Next) => 0,
            (None, Turn::Back) => n - 1,
            (Some(at), Turn::Next) => (at + 1) % n,
            (Some(at), Turn::Back) => (at + n - 1) % n,
        });
        true
    }

    /// What is sent for a parameter. What cannot be read as its kind is sent as it was typed:
    /// the farm says best what is wrong with it.
    pub fn value(&self, parameter: &Parameter) -> Option<Value> {
        let lines = match self {
            Self::Choice { options, at } => return options.get((*at)?)?.value.clone(),
            Self::Lines(lines) => lines,
        };
        let text = lines.text();
        let word = text.trim();
        match parameter.kind {
            Kind::Strings | Kind::Files => {
                let entries = lines.entries();
                (!entries.is_empty()).then(|| entries.into())
            }
            Kind::String => {
                // Only a default that is not empty can be overruled by nothing.
                let overrules = parameter.default.as_ref().is_some_and(|d| d != "");
                (!text.is_empty() || overrules).then(|| text.into())
            }
            _ if word.is_empty() => None,
            Kind::Integer | Kind::Number => {
                let whole = word.parse::<i64>().ok().map(Number::from);
                let number = whole.or_else(|| Number::from_f64(word.parse().ok()?));
                Some(number.map_or_else(|| word.into(), Value::Number))
            }
            Kind::Object => Some(serde_json::from_str(word).unwrap_or_else(|_| word.into())),
            Kind::Bool | Kind::File | Kind::NewFile | Kind::Folder | Kind::Flow => {
                Some(word.into())
            }
        }
    }
}

/// A direction among choices.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(in crate::console) enum Turn {
    /// To the next one.
    Next,
    /// To the one before.
    Back,
}

const fn line_ends(kind: Kind) -> LineEnds {
    match kind {
        Kind::Strings | Kind::Files => LineEnds::Entries,
        Kind::String | Kind::Object => LineEnds::Text,
        Kind::Bool
        | Kind::Integer
        | Kind::Number
        | Kind::File
        | Kind::NewFile
        | Kind::Folder
        | Kind::Flow => LineEnds::None,
    }
}

/// A value as it is typed.
fn shown(value: &Value) -> String {
    match value {
        Value::Null => String::new(),
        Value::Bool(true) => "yes".to_owned(),
        Value::Bool(false) => "no".to_owned(),
        Value::String(text) => text.clone(),
        Value::Array(items) => items.iter().map(shown).collect::<Vec<_>>().join("\n"),
        Value::Number(_) | Value::Object(_) => value.to_string(),
    }
}
