//! How scripts fail.

use std::fmt;

/// A script that failed.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub struct JsError {
    /// How.
    pub kind: JsErrorKind,
    /// What the script, or the engine, said.
    pub message: String,
    /// Line in the script, from 1, if it is known.
    pub line: Option<u32>,
}

/// How a script failed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum JsErrorKind {
    /// It is no JavaScript, or it threw, or nested its calls too deep.
    Threw,
    /// It ran for longer than it may.
    Time,
    /// It wanted more memory than it may have.
    Memory,
    /// The engine itself is gone: a script of before never gave it back.
    Gone,
}

impl JsError {
    pub(super) fn new(kind: JsErrorKind, message: impl Into<String>) -> Self {
        Self {
            kind,
            message: message.into(),
            line: None,
        }
    }
}

impl fmt::Display for JsError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.message)?;
        match self.line {
            Some(line) => write!(f, " (line {line} of the script)"),
            None => Ok(()),
        }
    }
}
