//! Identities: what a task, a phone and an account are called.

use std::fmt;
use std::str::FromStr;
use std::sync::Arc;

use serde::{Deserialize, Deserializer, Serialize};

/// An identifier that does not follow its rule, with the rule.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{0}")]
pub struct InvalidId(pub String);

/// Number of a task: given by the store, increasing, never reused; 0 to 2^63-1.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct TaskId(pub u64);

impl TaskId {
    /// The largest id that the contract allows.
    pub const MAX: u64 = i64::MAX as u64;
}

impl fmt::Display for TaskId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

impl FromStr for TaskId {
    type Err = InvalidId;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let digits = !text.is_empty() && text.bytes().all(|b| b.is_ascii_digit());
        match text.parse::<u64>() {
            Ok(n) if digits && n <= Self::MAX => Ok(Self(n)),
            _ => Err(InvalidId(format!(
                "'{text}' is not a task id: a whole number from 0 to {} is expected",
                Self::MAX
            ))),
        }
    }
}

/// The serial of a phone as its adb server names it; never blank, at most 256 bytes,
/// without white space or control characters. Cheap to clone.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
#[serde(transparent)]
pub struct Serial(Arc<str>);

impl Serial {
    /// The longest serial accepted, in bytes.
    pub const MAX_BYTES: usize = 256;

    /// Checks and takes a serial.
    ///
    /// # Errors
    /// [`InvalidId`] if it is blank, too long, or has white space or control characters.
    pub fn new(text: &str) -> Result<Self, InvalidId> {
        if text.trim().is_empty() {
            return Err(InvalidId("a serial must not be blank".into()));
        }
        if text.len() > Self::MAX_BYTES {
            return Err(InvalidId(format!(
                "a serial has at most {} bytes, this one {}",
                Self::MAX_BYTES,
                text.len()
            )));
        }
        if text.chars().any(|c| c.is_whitespace() || c.is_control()) {
            return Err(InvalidId(format!(
                "the serial {text:?} has white space or control characters"
            )));
        }
        Ok(Self(text.into()))
    }

    /// The serial as text.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for Serial {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(&self.0)
    }
}

impl std::borrow::Borrow<str> for Serial {
    fn borrow(&self) -> &str {
        &self.0
    }
}

impl FromStr for Serial {
    type Err = InvalidId;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        Self::new(text)
    }
}

impl<'de> Deserialize<'de> for Serial {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        if deserializer.is_human_readable() {
            let text = String::deserialize(deserializer)?;
            return Self::new(&text).map_err(serde::de::Error::custom);
        }
        // A row of the store was checked when it was written; reads are many.
        Arc::deserialize(deserializer).map(Self)
    }
}

/// What makes an account one: its app and its name there. Names are compared without
/// case and without a leading `@`, so both are stored folded.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct AccountKey {
    /// Name of the app (a file in `assets/apps` or the operator's), lower case.
    pub app: String,
    /// Name of the account, lower case, without `@`.
    pub username: String,
}

impl AccountKey {
    /// The longest username accepted, in characters.
    pub const MAX_CHARS: usize = 128;

    /// Folds and checks an app and a username.
    ///
    /// # Errors
    /// [`InvalidId`] if one is blank, too long, or holds `/`, white space or control characters.
    pub fn new(app: &str, username: &str) -> Result<Self, InvalidId> {
        Ok(Self {
            app: Self::fold("app", app)?,
            username: Self::fold("username", username)?,
        })
    }

    /// One folded name: trimmed, without a leading `@`, lower case.
    ///
    /// # Errors
    /// As [`AccountKey::new`]; `what` names the field in the message.
    pub fn fold(what: &str, text: &str) -> Result<String, InvalidId> {
        let name = text.trim();
        let name = name.strip_prefix('@').unwrap_or(name).to_lowercase();
        if name.is_empty() {
            return Err(InvalidId(format!("{what} must not be blank")));
        }
        if name.chars().count() > Self::MAX_CHARS {
            return Err(InvalidId(format!(
                "{what} has at most {} characters",
                Self::MAX_CHARS
            )));
        }
        if name
            .chars()
            .any(|c| c == '/' || c.is_whitespace() || c.is_control())
        {
            return Err(InvalidId(format!(
                "{what} {text:?} must not hold '/', white space or control characters"
            )));
        }
        Ok(name)
    }
}

impl fmt::Display for AccountKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}/{}", self.app, self.username)
    }
}
