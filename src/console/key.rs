//! A key as it was pressed, and its name in a keymap file.
//!
//! It knows nothing of bytes (`run::input` makes keys of them) nor of what keys do.

use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Serialize};

/// A key without its modifiers.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub enum Code {
    /// A character; upper case is a character of its own.
    Char(char),
    /// Arrow.
    Up,
    /// Arrow.
    Down,
    /// Arrow.
    Left,
    /// Arrow.
    Right,
    /// Start of line or list.
    Home,
    /// End of line or list.
    End,
    /// Page up.
    PageUp,
    /// Page down.
    PageDown,
    /// Insert.
    Insert,
    /// Delete.
    Delete,
    /// Backspace.
    Backspace,
    /// Tab.
    Tab,
    /// Shift and Tab.
    BackTab,
    /// Enter or Return.
    Enter,
    /// Escape.
    Esc,
    /// F1 to F12.
    F(u8),
}

/// The keys that have a name, with it. Characters are their own name, but for the space.
const NAMED: [(&str, Code); 18] = [
    ("up", Code::Up),
    ("down", Code::Down),
    ("left", Code::Left),
    ("right", Code::Right),
    ("home", Code::Home),
    ("end", Code::End),
    ("pgup", Code::PageUp),
    ("pgdn", Code::PageDown),
    ("insert", Code::Insert),
    ("delete", Code::Delete),
    ("backspace", Code::Backspace),
    ("tab", Code::Tab),
    ("backtab", Code::BackTab),
    ("enter", Code::Enter),
    ("esc", Code::Esc),
    ("space", Code::Char(' ')),
    ("minus", Code::Char('-')),
    ("plus", Code::Char('+')),
];

/// A key with its modifiers.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct Key {
    /// The key.
    pub code: Code,
    /// Control was held.
    pub ctrl: bool,
    /// Alt (Meta) was held, or Escape came just before.
    pub alt: bool,
    /// Shift was held; only for keys that are not characters.
    pub shift: bool,
}

impl Key {
    /// A key without modifiers.
    #[must_use]
    pub const fn plain(code: Code) -> Self {
        Self {
            code,
            ctrl: false,
            alt: false,
            shift: false,
        }
    }

    /// A character with Control.
    #[must_use]
    pub const fn ctrl(c: char) -> Self {
        Self {
            ctrl: true,
            ..Self::plain(Code::Char(c))
        }
    }
}

impl From<char> for Key {
    fn from(c: char) -> Self {
        Self::plain(Code::Char(c))
    }
}

impl From<Code> for Key {
    fn from(code: Code) -> Self {
        Self::plain(code)
    }
}

impl fmt::Display for Key {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut name = String::new();
        for (held, prefix) in [
            (self.ctrl, "ctrl-"),
            (self.alt, "alt-"),
            (self.shift, "shift-"),
        ] {
            if held {
                name.push_str(prefix);
            }
        }
        let named = NAMED.iter().find(|(_, code)| *code == self.code);
        // A bare + or - is clearer than its name; with a modifier it would be misread.
        let bare = name.is_empty() && self.code != Code::Char(' ');
        match (self.code, named) {
            (Code::Char(c), _) if bare => name.push(c),
            (_, Some((text, _))) => name.push_str(text),
            (Code::Char(c), None) => name.push(c),
            (Code::F(n), None) => name.push_str(&format!("f{n}")),
            // Every other code is named above.
            (_, None) => {}
        }
        f.pad(&name)
    }
}

/// A name that is no key, with what is accepted.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error(
    "'{0}' is not a key: a character, f1 to f12, or one of up down left right home end pgup pgdn \
     insert delete backspace tab backtab enter esc space minus plus is expected, with ctrl-, alt- \
     or shift- before it"
)]
pub struct InvalidKey(pub String);

impl FromStr for Key {
    type Err = InvalidKey;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let invalid = || InvalidKey(text.to_owned());
        let mut key = Self::plain(Code::Esc);
        let mut rest = text;
        loop {
            // "-" alone is a key; after a prefix it would be read as an empty name.
            if let Some(next) = rest.strip_prefix("ctrl-") {
                key.ctrl = true;
                rest = next;
            } else if let Some(next) = rest.strip_prefix("alt-") {
                key.alt = true;
                rest = next;
            } else if let Some(next) = rest.strip_prefix("shift-") {
                key.shift = true;
                rest = next;
            } else {
                break;
            }
        }
        let mut chars = rest.chars();
        key.code = match (chars.next(), chars.next()) {
            (Some(c), None) if !c.is_control() => Code::Char(c),
            _ => match rest.strip_prefix('f').map(str::parse::<u8>) {
                Some(Ok(n)) if (1..=12).contains(&n) => Code::F(n),
                _ => NAMED
                    .iter()
                    .find(|(name, _)| *name == rest)
                    .map(|(_, code)| *code)
                    .ok_or_else(invalid)?,
            },
        };
        // A terminal sends one byte for Ctrl with a letter, whatever its case, and none for
        // Shift with a character: such a binding could never be reached as it is written.
        if let Code::Char(c) = key.code {
            if key.shift {
                return Err(invalid());
            }
            if key.ctrl {
                key.code = Code::Char(c.to_ascii_lowercase());
            }
        }
        Ok(key)
    }
}

#[cfg(test)]
mod tests {
    use super::{Code, Key};

    #[test]
    fn a_name_and_its_key_are_each_others_inverse() {
        for name in [
            "j",
            "J",
            "?",
            "/",
            "-",
            "+",
            "*",
            "space",
            "ctrl-f",
            "alt-x",
            "pgup",
            "f1",
            "f12",
            "enter",
            "esc",
            "backtab",
            "shift-up",
            "ctrl-minus",
            "ctrl-left",
        ] {
            let key: Key = name.parse().unwrap();
            assert_eq!(key.to_string(), name);
        }
    }

    #[test]
    fn control_with_a_letter_has_no_case() {
        assert_eq!("ctrl-F".parse::<Key>().unwrap(), Key::ctrl('f'));
    }

    #[test]
    fn a_wrong_name_says_what_is_accepted() {
        for name in ["", "jj", "f13", "ctrl-", "shift-a", "hyper-x", "\u{7}"] {
            let error = name.parse::<Key>().unwrap_err().to_string();
            assert!(error.contains("f1 to f12"), "{name}: {error}");
        }
        assert_eq!("f".parse::<Key>().unwrap(), Key::plain(Code::Char('f')));
    }
}
