//! `farmhand.toml`: its values with their lines.

use std::path::Path;

use toml::de::{DeTable, DeValue};

use super::error::{ConfigError, Place, Problem};
use super::keys;
use super::value::{Kind, Value};
use crate::nearest::advice;

/// A value of the file under a section and a name that exist.
pub(super) struct Entry {
    /// The setting it is for.
    pub key: &'static keys::Key,
    /// What stands there.
    pub value: Value,
}

/// Reads the text of a settings file. Unknown sections and names go to `problems`.
pub(super) fn parse(
    path: &Path,
    text: &str,
    problems: &mut Vec<Problem>,
) -> Result<Vec<Entry>, ConfigError> {
    let lines = Lines(text);
    let document = DeTable::parse(text).map_err(|error| ConfigError::Syntax {
        path: path.to_owned(),
        line: lines.of(error.span().map_or(0, |span| span.start)),
        message: error.message().to_owned(),
    })?;
    let mut problem = |at: usize, setting: String, message: String| {
        problems.push(Problem {
            place: Place::File(path.to_owned(), lines.of(at)),
            setting,
            message,
        });
    };
    let mut entries = Vec::new();
    for (section, content) in document.get_ref() {
        let name: &str = section.get_ref();
        let DeValue::Table(table) = content.get_ref() else {
            let what = format!("not a section; {}", advice(name, keys::sections()));
            problem(section.span().start, name.to_owned(), what);
            continue;
        };
        if !keys::sections().any(|known| known == name) {
            let what = format!("unknown section; {}", advice(name, keys::sections()));
            problem(section.span().start, format!("[{name}]"), what);
            continue;
        }
        for (key, value) in table {
            let known = keys::KEYS
                .iter()
                .find(|known| known.section == name && known.name == key.get_ref().as_ref());
            match known {
                Some(known) => entries.push(Entry {
                    key: known,
                    value: take(value.get_ref(), value.span().start, lines),
                }),
                None => problem(
                    key.span().start,
                    format!("[{name}] {}", key.get_ref()),
                    format!("unknown key; {}", advice(key.get_ref(), keys::names(name))),
                ),
            }
        }
    }
    Ok(entries)
}

fn take(value: &DeValue<'_>, at: usize, lines: Lines<'_>) -> Value {
    let kind = match value {
        DeValue::String(text) => Kind::Text(text.to_string()),
        DeValue::Integer(number) => i64::from_str_radix(number.as_str(), number.radix())
            .map_or(Kind::Other("integer of this size"), Kind::Integer),
        DeValue::Float(number) => number
            .as_str()
            .parse()
            .map_or(Kind::Other("float"), Kind::Float),
        DeValue::Boolean(on) => Kind::Switch(*on),
        DeValue::Array(items) => Kind::List(
            items
                .iter()
                .map(|item| take(item.get_ref(), item.span().start, lines))
                .collect(),
        ),
        DeValue::Datetime(_) => Kind::Other("datetime"),
        DeValue::Table(entries) => Kind::Table(
            entries
                .iter()
                .map(|(key, value)| {
                    let at = value.span().start;
                    (key.get_ref().to_string(), take(value.get_ref(), at, lines))
                })
                .collect(),
        ),
    };
    Value {
        line: lines.of(at),
        kind,
    }
}

/// A text, to find the line of a byte.
#[derive(Clone, Copy)]
struct Lines<'a>(&'a str);

impl Lines<'_> {
    /// The line of a byte offset, from 1.
    fn of(self, at: usize) -> usize {
        1 + self.0.bytes().take(at).filter(|b| *b == b'\n').count()
    }
}
