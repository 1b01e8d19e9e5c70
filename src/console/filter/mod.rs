//! The filter language: `state=failed model~pixel batt<20 !offline "not found"`.
//!
//! Terms are AND. A bare word matches any column; `=` compares whole values (`*` and `?` stand
//! for anything), `~` looks inside them, `<` and `>` compare numbers, `!` turns a term round.
//! Nothing here knows where rows come from or how they are drawn.

mod complete;
mod rows;
mod stored;

use std::borrow::Cow;

use serde::{Deserialize, Serialize};

use super::glob;
pub use complete::{Completion, candidates};
pub use rows::{
    ACCOUNT_WORDS, AccountRow, DeviceRow, IncidentRow, TASK_WORDS, TaskRow, task_filter,
};

/// What a column holds.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    /// Text.
    Text,
    /// A number, or nothing.
    Number,
    /// One of these words.
    OneOf(&'static [&'static str]),
}

/// A column that a filter can name.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Field {
    /// Its name.
    pub name: &'static str,
    /// Another name for it.
    pub alias: Option<&'static str>,
    /// What it holds.
    pub kind: Kind,
}

impl Field {
    const fn new(name: &'static str, kind: Kind) -> Self {
        Self {
            name,
            alias: None,
            kind,
        }
    }

    const fn or(self, alias: &'static str) -> Self {
        Self {
            alias: Some(alias),
            ..self
        }
    }
}

/// A row of a list, as filters see it.
pub trait Row {
    /// What the column of this name shows; empty for nothing.
    fn text(&self, field: &'static str) -> Cow<'_, str>;

    /// The number in the column of this name.
    fn number(&self, field: &'static str) -> Option<f64> {
        self.text(field).parse().ok()
    }
}

/// How a term compares.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
enum Op {
    Is,
    Has,
    Below,
    Above,
}

/// What a term looks at.
#[derive(Debug, Clone, PartialEq, Eq)]
enum Test {
    /// Any column has this inside, whatever the case.
    Anywhere(String),
    /// One column compares.
    Column(&'static str, Op, String),
}

#[derive(Debug, Clone, PartialEq, Eq)]
struct Term {
    negated: bool,
    test: Test,
}

/// A filter that was read.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Query {
    fields: &'static [Field],
    terms: Vec<Term>,
}

/// Why a filter cannot be read, with what is accepted.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum FilterError {
    /// A name before an operator that no column has.
    #[error("no field '{name}': one of {known} is expected")]
    NoField {
        /// As it was written.
        name: String,
        /// Names of the fields.
        known: String,
    },
    /// A value that the field cannot have.
    #[error("{field} is one of {known}, not '{value}'")]
    NoValue {
        /// The field.
        field: &'static str,
        /// As it was written.
        value: String,
        /// What it can be.
        known: String,
    },
    /// A number was expected.
    #[error("{field} is a number: '{value}' is not")]
    NotNumber {
        /// The field.
        field: &'static str,
        /// As it was written.
        value: String,
    },
    /// `<` or `>` on a field that is not a number.
    #[error("{field} is not a number: = or ~ is expected")]
    NotOrdered {
        /// The field.
        field: &'static str,
    },
    /// An operator with nothing after it.
    #[error("'{0}' has no value: such as {0}x")]
    NoOperand(String),
    /// A quotation mark without its other half.
    #[error("a quotation mark is not closed")]
    Unclosed,
}

impl Query {
    /// Reads a filter for rows with these columns.
    ///
    /// # Errors
    /// [`FilterError`] with the first thing that cannot be read.
    pub fn parse(text: &str, fields: &'static [Field]) -> Result<Self, FilterError> {
        let terms = words(text)?
            .iter()
            .map(|word| term(word, fields))
            .collect::<Result<_, _>>()?;
        Ok(Self { fields, terms })
    }

    /// Whether it lets every row pass.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.terms.is_empty()
    }

    /// Whether a row passes.
    pub fn matches(&self, row: &dyn Row) -> bool {
        self.terms
            .iter()
            .all(|term| term.negated != term.test.holds(row, self.fields))
    }

    /// Adds that this column must be this value.
    #[must_use]
    pub fn and(mut self, field: &'static str, value: &str) -> Self {
        self.terms.push(Term {
            negated: false,
            test: Test::Column(field, Op::Is, value.to_owned()),
        });
        self
    }

    /// Whether there is a term `field=value` with this value.
    fn is(&self, field: &'static str, value: &str) -> bool {
        let wanted = Test::Column(field, Op::Is, value.to_owned());
        self.terms.iter().any(|t| !t.negated && t.test == wanted)
    }

    /// Takes out the first term `field=value` of this column for which `take` has a use.
    fn take<T>(&mut self, field: &str, take: impl Fn(&str) -> Option<T>) -> Option<T> {
        let found = self.terms.iter().enumerate().find_map(|(i, term)| {
            let Test::Column(name, Op::Is, value) = &term.test else {
                return None;
            };
            let wanted = !term.negated && *name == field && !glob::is_pattern(value);
            wanted
                .then(|| take(value))
                .flatten()
                .map(|value| (i, value))
        });
        found.map(|(i, value)| {
            self.terms.remove(i);
            value
        })
    }
}

impl Test {
    fn holds(&self, row: &dyn Row, fields: &[Field]) -> bool {
        match self {
            Self::Anywhere(word) => fields.iter().any(|f| has(&row.text(f.name), word)),
            Self::Column(field, Op::Is, value) if glob::is_pattern(value) => {
                glob::means(value, &row.text(field))
            }
            Self::Column(field, Op::Is, value) => row.text(field) == value.as_str(),
            Self::Column(field, Op::Has, value) => has(&row.text(field), value),
            Self::Column(field, op, value) => match (row.number(field), value.parse::<f64>()) {
                (Some(n), Ok(limit)) if *op == Op::Below => n < limit,
                (Some(n), Ok(limit)) => n > limit,
                _ => false,
            },
        }
    }
}

/// Whether `text` has the folded `word` inside, whatever the case.
fn has(text: &str, word: &str) -> bool {
    text.to_lowercase().contains(word)
}

/// A word of a filter, and whether it began with a quotation mark: then it is no expression.
struct Word {
    text: String,
    quoted: bool,
}

fn words(text: &str) -> Result<Vec<Word>, FilterError> {
    let mut words = Vec::new();
    let mut word: Option<Word> = None;
    let mut inside = false;
    for c in text.chars() {
        match c {
            '"' => {
                inside = !inside;
                word.get_or_insert(Word {
                    text: String::new(),
                    quoted: true,
                });
            }
            c if c.is_whitespace() && !inside => words.extend(word.take()),
            c => word
                .get_or_insert(Word {
                    text: String::new(),
                    quoted: false,
                })
                .text
                .push(c),
        }
    }
    if inside {
        return Err(FilterError::Unclosed);
    }
    words.extend(word);
    Ok(words)
}

fn term(word: &Word, fields: &'static [Field]) -> Result<Term, FilterError> {
    let anywhere = |negated, text: &str| Term {
        negated,
        test: Test::Anywhere(text.to_lowercase()),
    };
    if word.quoted {
        return Ok(anywhere(false, &word.text));
    }
    let (negated, text) = match word.text.strip_prefix('!') {
        Some(rest) => (true, rest),
        None => (false, word.text.as_str()),
    };
    let Some(at) = text.find(['=', '~', '<', '>']) else {
        return match text {
            "" => Err(FilterError::NoOperand("!".into())),
            _ => Ok(anywhere(negated, text)),
        };
    };
    let (name, rest) = text.split_at(at);
    let value = rest.get(1..).unwrap_or_default();
    // `state!=failed` reads as well as `!state=failed`.
    let (name, turned) = match name.strip_suffix('!') {
        Some(name) => (name, true),
        None => (name, false),
    };
    let field = fields
        .iter()
        .find(|f| f.name == name || f.alias == Some(name))
        .ok_or_else(|| FilterError::NoField {
            name: name.to_owned(),
            known: fields.iter().map(|f| f.name).collect::<Vec<_>>().join(", "),
        })?;
    if value.is_empty() {
        return Err(FilterError::NoOperand(text.to_owned()));
    }
    let op = match rest.chars().next() {
        Some('~') => Op::Has,
        Some('<') => Op::Below,
        Some('>') => Op::Above,
        _ => Op::Is,
    };
    Ok(Term {
        negated: negated != turned,
        test: Test::Column(field.name, op, operand(field, op, value)?),
    })
}

/// The value as the column would show it.
fn operand(field: &Field, op: Op, value: &str) -> Result<String, FilterError> {
    match (field.kind, op) {
        (_, Op::Has) => Ok(value.to_lowercase()),
        (Kind::Number, _) => match value.parse::<f64>() {
            Ok(n) if n.is_finite() => Ok(value.to_owned()),
            _ => Err(FilterError::NotNumber {
                field: field.name,
                value: value.to_owned(),
            }),
        },
        (_, Op::Below | Op::Above) => Err(FilterError::NotOrdered { field: field.name }),
        (Kind::Text, Op::Is) => Ok(value.to_owned()),
        (Kind::OneOf(known), Op::Is) => {
            let folded = value.to_lowercase();
            if known.contains(&folded.as_str()) {
                return Ok(folded);
            }
            Err(FilterError::NoValue {
                field: field.name,
                value: value.to_owned(),
                known: known.join(", "),
            })
        }
    }
}

#[cfg(test)]
mod tests {
    use std::borrow::Cow;

    use super::{Field, Kind, Query, Row};

    const FIELDS: &[Field] = &[
        Field::new("serial", Kind::Text).or("device"),
        Field::new("state", Kind::OneOf(&["online", "offline"])),
        Field::new("batt", Kind::Number),
    ];

    struct Phone(&'static str, &'static str, &'static str);

    impl Row for Phone {
        fn text(&self, field: &'static str) -> Cow<'_, str> {
            match field {
                "serial" => self.0.into(),
                "state" => self.1.into(),
                _ => self.2.into(),
            }
        }
    }

    fn passes(filter: &str) -> bool {
        let query = Query::parse(filter, FIELDS).unwrap();
        query.matches(&Phone("R58 N1", "online", "18"))
    }

    #[test]
    fn words_match_any_column_and_all_must_match() {
        assert!(passes(""));
        assert!(passes("r58"));
        assert!(passes("ONLINE 18"));
        assert!(!passes("r58 offline"));
        assert!(passes("!offline"));
        assert!(passes("\"58 n\""));
    }

    #[test]
    fn operators_compare_one_column() {
        assert!(passes("state=Online"));
        assert!(!passes("state!=online"));
        assert!(!passes("!state=online"));
        assert!(passes("device~58"));
        assert!(passes("serial=\"R58 N1\""));
        assert!(!passes("serial=R58"));
        assert!(passes("serial=r58*"));
        assert!(!passes("serial!=r58*"));
        assert!(passes("batt<20 batt>17"));
        assert!(!passes("batt<18"));
    }

    #[test]
    fn errors_name_what_is_wrong_and_what_is_accepted() {
        for (filter, error) in [
            (
                "colour=red",
                "no field 'colour': one of serial, state, batt is expected",
            ),
            ("state=away", "state is one of online, offline, not 'away'"),
            ("batt<low", "batt is a number: 'low' is not"),
            ("state<online", "state is not a number: = or ~ is expected"),
            ("state=", "'state=' has no value: such as state=x"),
            ("\"open", "a quotation mark is not closed"),
            ("!", "'!' has no value: such as !x"),
        ] {
            let found = Query::parse(filter, FIELDS).unwrap_err().to_string();
            assert_eq!(found, error);
        }
    }
}
