//! What is wrong with the files of a script.

use std::fmt;
use std::path::PathBuf;

use crate::flow::lang::Fault;
use crate::flow::manifest::ManifestError;

/// A script that cannot be used as it stands.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Problem {
    /// The file (or the folder that could not be read).
    pub file: PathBuf,
    /// What is wrong.
    pub defect: Defect,
    /// Whether an earlier valid version, or the built-in one, is used meanwhile.
    pub kept: bool,
}

/// What is wrong with a script's files.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Defect {
    /// They could not be read, and why.
    Unreadable(String),
    /// `script.toml` is wrong.
    Manifest(ManifestError),
    /// Its flow, or a file that the flow runs, is wrong: all of its faults, one at least.
    Flow(Vec<Fault>),
}

impl fmt::Display for Problem {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let file = self.file.display();
        match &self.defect {
            Defect::Unreadable(message) => write!(f, "{file}: {message}")?,
            Defect::Manifest(e) => write!(f, "{file}:{}: {}: {}", e.line, e.key, e.message)?,
            Defect::Flow(faults) => {
                write!(f, "{file}")?;
                if let Some(Fault { at, message }) = faults.first() {
                    write!(f, ":{}:{}: {message}", at.line, at.column)?;
                }
                if let Some(more) = faults.len().checked_sub(1).filter(|more| *more > 0) {
                    write!(f, " (and {more} more)")?;
                }
            }
        }
        if self.kept {
            f.write_str(" (the last valid version stays in use)")?;
        }
        Ok(())
    }
}

/// A built-in script is inconsistent: a defect of this build.
#[derive(Debug, thiserror::Error)]
#[error("built-in script {0}")]
pub struct BuiltInError(pub(super) Problem);
