//! What is pressed for an action: a key, or a few keys one after the other (`g g`, `ctrl-x s`).

use std::fmt;
use std::str::FromStr;

use super::key::{Code, Key};

/// Keys of the longest sequence. Nobody remembers more.
const LONGEST: usize = 4;

/// One key or several, one after the other. Never empty.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Chord(Vec<Key>);

impl Chord {
    /// The keys.
    #[must_use]
    pub fn keys(&self) -> &[Key] {
        &self.0
    }

    /// Whether it is more than one key.
    #[must_use]
    pub const fn is_sequence(&self) -> bool {
        self.0.len() > 1
    }

    /// Whether one of the two begins with all of the other: then only one could ever be typed.
    #[must_use]
    pub fn collides(&self, other: &Self) -> bool {
        self.0.starts_with(&other.0) || other.0.starts_with(&self.0)
    }

    /// What is left to be pressed after these keys; `None` if it does not begin with them, or
    /// nothing is left.
    #[must_use]
    pub fn after(&self, typed: &[Key]) -> Option<&[Key]> {
        self.0.strip_prefix(typed).filter(|rest| !rest.is_empty())
    }
}

impl<T: Into<Key>> From<T> for Chord {
    fn from(key: T) -> Self {
        Self(vec![key.into()])
    }
}

impl fmt::Display for Chord {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(&names(&self.0))
    }
}

/// Keys by their names, one after the other.
pub(super) fn names(keys: &[Key]) -> String {
    let names: Vec<_> = keys.iter().map(ToString::to_string).collect();
    names.join(" ")
}

impl FromStr for Chord {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let keys = text
            .split_whitespace()
            .map(|name| name.parse().map_err(|e| format!("{e}")))
            .collect::<Result<Vec<Key>, String>>()?;
        if keys.is_empty() {
            // Says what a key is.
            return Err(text.parse::<Key>().map_or_else(
                |e| e.to_string(),
                |_| "a key is expected, or several with spaces between them".to_owned(),
            ));
        }
        if keys.len() > LONGEST {
            return Err(format!(
                "'{text}' is {} keys: at most {LONGEST} are accepted",
                keys.len()
            ));
        }
        if keys.iter().skip(1).any(|key| *key == Code::Esc.into()) {
            return Err(format!(
                "'{text}' has esc behind its first key, where it cancels the sequence"
            ));
        }
        Ok(Self(keys))
    }
}

#[cfg(test)]
mod tests {
    use super::Chord;
    use crate::console::key::Key;

    fn chord(text: &str) -> Chord {
        text.parse().unwrap()
    }

    #[test]
    fn a_sequence_and_its_name_are_each_others_inverse() {
        for name in ["g", "g g", "ctrl-x s", "space space", "g f1 minus"] {
            assert_eq!(chord(name).to_string().parse::<Chord>(), Ok(chord(name)));
        }
        assert_eq!(chord("ctrl-X  s").to_string(), "ctrl-x s");
    }

    #[test]
    fn a_key_that_acts_collides_with_a_sequence_that_begins_with_it() {
        assert!(chord("g").collides(&chord("g g")));
        assert!(chord("g g").collides(&chord("g")));
        assert!(chord("g g").collides(&chord("g g")));
        assert!(!chord("g g").collides(&chord("g e")));
    }

    #[test]
    fn what_is_left_of_a_sequence_is_told() {
        let g = Key::from('g');
        assert_eq!(chord("g e").after(&[g]), Some(&['e'.into()][..]));
        assert_eq!(chord("g").after(&[g]), None);
        assert_eq!(chord("x e").after(&[g]), None);
    }

    #[test]
    fn what_cannot_be_typed_is_refused() {
        for (text, told) in [
            ("", "is not a key"),
            ("g hyper", "'hyper' is not a key"),
            ("a b c d e", "at most 4"),
            ("g esc", "cancels the sequence"),
        ] {
            let error = text.parse::<Chord>().unwrap_err();
            assert!(error.contains(told), "{error}");
        }
    }
}
