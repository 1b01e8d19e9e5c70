//! A value of an app's file with its key and its place, and the checked ways to read it.

use serde_json::Value;
use toml::de::{DeTable, DeValue};

/// Something wrong, and where.
#[derive(Debug)]
pub(super) struct Wrong {
    /// Byte offset in the text.
    pub at: usize,
    /// The key with those above it: `selectors.follow_button.below`.
    pub key: String,
    /// What was wrong and what is accepted.
    pub message: String,
}

pub(super) type Read<T> = Result<T, Wrong>;

/// A value under a key.
#[derive(Debug, Clone)]
pub(super) struct Entry<'t> {
    /// The key alone.
    pub name: &'t str,
    /// The key with those above it.
    path: String,
    at: usize,
    value: &'t DeValue<'t>,
}

impl<'t> Entry<'t> {
    /// The entries of a whole document.
    pub fn document(table: &'t DeTable<'t>) -> Vec<Self> {
        Self::entries("", table)
    }

    fn entries(above: &str, table: &'t DeTable<'t>) -> Vec<Self> {
        table
            .iter()
            .map(|(key, value)| {
                let name: &str = key.get_ref();
                let path = match above {
                    "" => name.to_owned(),
                    _ => format!("{above}.{name}"),
                };
                Self {
                    name,
                    path,
                    at: key.span().start,
                    value: value.get_ref(),
                }
            })
            .collect()
    }

    /// What is wrong with this one.
    pub fn wrong(&self, message: impl Into<String>) -> Wrong {
        Wrong {
            at: self.at,
            key: self.path.clone(),
            message: message.into(),
        }
    }

    fn expected<T>(&self, what: &str) -> Read<T> {
        Err(self.wrong(format!(
            "{what} is expected, not {}",
            article(self.value.type_str())
        )))
    }

    /// A table's entries.
    pub fn table(&self) -> Read<Vec<Self>> {
        match self.value {
            DeValue::Table(table) => Ok(Self::entries(&self.path, table)),
            _ => self.expected("a table"),
        }
    }

    /// The same, if it is a table at all.
    pub fn as_table(&self) -> Option<Vec<Self>> {
        self.table().ok()
    }

    /// A list's values, or the value itself as a list of one.
    pub fn list(&self) -> Vec<Self> {
        match self.value {
            DeValue::Array(values) => values
                .iter()
                .map(|value| Self {
                    value: value.get_ref(),
                    at: value.span().start,
                    ..self.clone()
                })
                .collect(),
            _ => vec![self.clone()],
        }
    }

    /// Text that is not blank.
    pub fn text(&self) -> Read<&'t str> {
        match self.value {
            DeValue::String(text) if text.trim().is_empty() => Err(self.wrong("must not be blank")),
            DeValue::String(text) => Ok(text),
            _ => self.expected("text"),
        }
    }

    /// All that stands there.
    pub fn to_json(&self) -> Value {
        json_of(self.value)
    }
}

fn json_of(value: &DeValue<'_>) -> Value {
    match value {
        DeValue::String(text) => Value::from(&**text),
        DeValue::Integer(number) => i64::from_str_radix(number.as_str(), number.radix())
            .map_or_else(|_| Value::from(number.to_string()), Value::from),
        DeValue::Float(number) => Value::from(number.as_str().parse::<f64>().ok()),
        DeValue::Boolean(on) => Value::from(*on),
        DeValue::Datetime(time) => Value::from(time.to_string()),
        DeValue::Array(values) => values.iter().map(|v| json_of(v.get_ref())).collect(),
        DeValue::Table(table) => table
            .iter()
            .map(|(key, value)| (key.get_ref().to_string(), json_of(value.get_ref())))
            .collect(),
    }
}

fn article(noun: &str) -> String {
    let article = if noun.starts_with(['a', 'e', 'i', 'o', 'u']) {
        "an"
    } else {
        "a"
    };
    format!("{article} {noun}")
}
