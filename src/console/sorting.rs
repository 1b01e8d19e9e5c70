//! What a list can be sorted by, and how rows that the console holds are put in order.
//!
//! Rows that lack the value come last in both directions. Tasks are sorted by the store, which
//! knows them all; the rest is sorted here, by the same columns that filters name.

use std::cmp::Ordering;

use super::filter::{Row, TASK_WORDS};
use crate::store::{Direction, Sort, SortBy};

/// What a column sorts by: a column of filters and what it holds, or an order of the store.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Key {
    /// Text, and numbers in it by their value: `emu-2` before `emu-10`.
    Text(&'static str),
    /// A number.
    Number(&'static str),
    /// A moment, as a number.
    Time(&'static str),
    /// One of these words, in this order.
    Words(&'static str, &'static [&'static str]),
    /// Tasks, in an order of the store.
    Task(SortBy),
}

impl Key {
    /// In which direction the rows most looked for come first.
    #[must_use]
    pub const fn direction(self) -> Direction {
        match self {
            Self::Time(_)
            | Self::Task(SortBy::Id | SortBy::Created | SortBy::Started | SortBy::Finished) => {
                Direction::Descending
            }
            Self::Text(_) | Self::Number(_) | Self::Words(..) | Self::Task(_) => {
                Direction::Ascending
            }
        }
    }

    /// Which rows come first: `low first`.
    #[must_use]
    pub fn first(self, direction: Direction) -> String {
        let (low, high) = match self {
            Self::Text(_) | Self::Task(SortBy::Serial | SortBy::Script) => ("a", "z"),
            Self::Number(_) => ("low", "high"),
            Self::Words(_, words) => ends(words),
            Self::Task(SortBy::State) => ends(&TASK_WORDS),
            Self::Time(_)
            | Self::Task(SortBy::Id | SortBy::Created | SortBy::Started | SortBy::Finished) => {
                ("oldest", "newest")
            }
        };
        match direction {
            Direction::Ascending => format!("{low} first"),
            Direction::Descending => format!("{high} first"),
        }
    }

    fn value(self, row: &dyn Row) -> Option<Value> {
        match self {
            Self::Number(field) | Self::Time(field) => row.number(field).map(Value::Number),
            Self::Text(field) => {
                let text = row.text(field).to_lowercase();
                (!text.is_empty()).then_some(Value::Text(text))
            }
            Self::Words(field, words) => {
                let text = row.text(field);
                let place = words.iter().position(|word| *word == text);
                place.map(|place| Value::Number(place as f64))
            }
            Self::Task(_) => None,
        }
    }
}

/// The first word and the last one.
fn ends(words: &[&'static str]) -> (&'static str, &'static str) {
    let end = |word: Option<&&'static str>| word.copied().unwrap_or_default();
    (end(words.first()), end(words.last()))
}

/// The order of a list.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Sorting {
    /// By what.
    pub key: Key,
    /// In which direction.
    pub direction: Direction,
}

impl Sorting {
    /// The order of tasks that the store knows by this.
    #[must_use]
    pub const fn of_tasks(self) -> Option<Sort> {
        match self.key {
            Key::Task(by) => Some(Sort {
                by,
                direction: self.direction,
            }),
            _ => None,
        }
    }
}

/// What a row has in a column.
enum Value {
    Number(f64),
    Text(String),
}

impl Value {
    fn compare(&self, other: &Self) -> Ordering {
        match (self, other) {
            (Self::Number(a), Self::Number(b)) => a.total_cmp(b),
            (Self::Text(a), Self::Text(b)) => natural(a, b),
            (Self::Number(_), Self::Text(_)) => Ordering::Less,
            (Self::Text(_), Self::Number(_)) => Ordering::Greater,
        }
    }
}

/// The ids of these rows in an order; those of equal rows stay as they come.
pub fn sorted<Id, R: Row>(rows: impl Iterator<Item = (Id, R)>, sorting: Sorting) -> Vec<Id> {
    let keyed = rows.map(|(id, row)| (sorting.key.value(&row), id));
    let mut keyed: Vec<(Option<Value>, Id)> = keyed.collect();
    keyed.sort_by(|(a, _), (b, _)| match (a, b) {
        (None, None) => Ordering::Equal,
        (None, Some(_)) => Ordering::Greater,
        (Some(_), None) => Ordering::Less,
        (Some(a), Some(b)) => match sorting.direction {
            Direction::Ascending => a.compare(b),
            Direction::Descending => b.compare(a),
        },
    });
    keyed.into_iter().map(|(_, id)| id).collect()
}

/// Compares texts, and the numbers in them by their value.
fn natural(a: &str, b: &str) -> Ordering {
    let (mut a, mut b) = (a, b);
    loop {
        let (Some(x), Some(y)) = (a.chars().next(), b.chars().next()) else {
            return a.len().cmp(&b.len());
        };
        let order = if x.is_ascii_digit() && y.is_ascii_digit() {
            let (number, rest) = split_number(a);
            let (other, other_rest) = split_number(b);
            (a, b) = (rest, other_rest);
            // Without leading zeros, the longer one is the larger one.
            number
                .len()
                .cmp(&other.len())
                .then_with(|| number.cmp(other))
        } else {
            (a, b) = (skip_one(a), skip_one(b));
            x.cmp(&y)
        };
        if order != Ordering::Equal {
            return order;
        }
    }
}

/// The digits at the start without leading zeros, and the rest.
fn split_number(text: &str) -> (&str, &str) {
    let end = text
        .find(|c: char| !c.is_ascii_digit())
        .unwrap_or(text.len());
    let (digits, rest) = text.split_at(end);
    (digits.trim_start_matches('0'), rest)
}

fn skip_one(text: &str) -> &str {
    let mut chars = text.chars();
    chars.next();
    chars.as_str()
}

#[cfg(test)]
mod tests {
    use std::borrow::Cow;

    use super::*;

    struct Phone(&'static str, Option<u8>);

    impl Row for &Phone {
        fn text(&self, field: &'static str) -> Cow<'_, str> {
            match field {
                "batt" => self.1.map_or(Cow::Borrowed(""), |n| n.to_string().into()),
                _ => self.0.into(),
            }
        }
    }

    fn sorted_by(key: Key, direction: Direction) -> Vec<&'static str> {
        let phones = [
            Phone("emu-10", Some(9)),
            Phone("emu-2", None),
            Phone("Emu-1", Some(100)),
            Phone("", Some(20)),
        ];
        let rows = phones.iter().map(|phone| (phone.0, phone));
        sorted(rows, Sorting { key, direction })
    }

    #[test]
    fn numbers_are_compared_by_value_and_what_is_missing_comes_last() {
        let key = Key::Number("batt");
        let up = sorted_by(key, Direction::Ascending);
        assert_eq!(up, ["emu-10", "", "Emu-1", "emu-2"]);
        let down = sorted_by(key, Direction::Descending);
        assert_eq!(down, ["Emu-1", "", "emu-10", "emu-2"]);
    }

    #[test]
    fn numbers_in_texts_are_compared_by_value_too_whatever_the_case() {
        let key = Key::Text("serial");
        let up = sorted_by(key, Direction::Ascending);
        assert_eq!(up, ["Emu-1", "emu-2", "emu-10", ""]);
        let down = sorted_by(key, Direction::Descending);
        assert_eq!(down, ["emu-10", "emu-2", "Emu-1", ""]);
    }

    #[test]
    fn words_come_in_their_own_order() {
        let key = Key::Words("serial", &["emu-2", "Emu-1", "emu-10"]);
        let up = sorted_by(key, Direction::Ascending);
        assert_eq!(up, ["emu-2", "Emu-1", "emu-10", ""]);
        assert_eq!(key.first(Direction::Descending), "emu-10 first");
    }

    #[test]
    fn texts_of_equal_numbers_go_on_behind_them() {
        assert_eq!(natural("8.1.0", "8.01"), Ordering::Greater);
        assert_eq!(natural("8.1", "14"), Ordering::Less);
        assert_eq!(natural("a", "a"), Ordering::Equal);
    }
}
