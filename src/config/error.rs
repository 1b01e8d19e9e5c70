//! What can be wrong with settings.

use std::fmt;
use std::path::PathBuf;

/// Why settings could not be loaded.
#[derive(Debug, thiserror::Error)]
pub enum ConfigError {
    /// The file exists, or was asked for, but cannot be read.
    #[error("cannot read the settings {path}: {source}")]
    Unreadable {
        /// The file.
        path: PathBuf,
        /// What the system said.
        source: std::io::Error,
    },
    /// The file is not TOML.
    #[error("{path}:{line}: not TOML: {message}")]
    Syntax {
        /// The file.
        path: PathBuf,
        /// From 1.
        line: usize,
        /// What the parser said.
        message: String,
    },
    /// Settings that are unknown, of a wrong type or out of range: all that were found.
    #[error("{}", lines(.0))]
    Wrong(Vec<Problem>),
    /// Neither a flag, a variable nor `HOME` says where the folder is.
    #[error("no {what} folder: set HOME, or give --data DIR and --config FILE")]
    NoHome {
        /// Which folder.
        what: &'static str,
    },
}

/// One wrong setting.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Problem {
    /// Where it stands.
    pub place: Place,
    /// The section, and the key if it is not the section itself that is wrong.
    pub setting: String,
    /// What was wrong and what is accepted.
    pub message: String,
}

/// Where a setting stands.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Place {
    /// A line of a file, from 1.
    File(PathBuf, usize),
    /// An environment variable.
    Variable(String),
}

impl fmt::Display for Problem {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.place {
            Place::File(path, line) => write!(f, "{}:{line}: ", path.display())?,
            Place::Variable(name) => write!(f, "{name}: ")?,
        }
        write!(f, "{}: {}", self.setting, self.message)
    }
}

fn lines(problems: &[Problem]) -> String {
    let lines: Vec<String> = problems.iter().map(Problem::to_string).collect();
    lines.join("\n")
}
