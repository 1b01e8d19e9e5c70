//! Accounts as CSV (RFC 4180), for the API, the command line and the console alike.
//!
//! The first line names the columns `username`, `app`, `serial`, `enabled` and `notes`, in any
//! order and not all of them; `,`, `;` or a tab separates them. Every fault is told with its
//! line, and a file with one is not taken at all. What is written holds the data exactly: a
//! cell that begins with `=` stays so, because reading it back must give the same account;
//! whoever opens the file in a spreadsheet imports its columns as text.
//!
//! It knows no accounts but those of its file: whether one exists already is told to it.

mod quotes;
mod read;
mod write;

use std::fmt;

use serde::{Deserialize, Serialize};

use crate::model::{AccountEntry, AccountKey};

pub(super) use read::read;
pub(super) use write::write;

/// The longest notes of an account, in characters.
pub const MAX_NOTES: usize = 4096;

/// Bad lines that are listed; the others are counted.
const LISTED: usize = 100;

/// Columns of a header line that are told as wrong; reading it ends there.
const WRONG_COLUMNS: usize = 10;

/// Characters of a cell that a fault repeats.
const ECHOED: usize = 60;

/// Bad lines that are named in one sentence.
const NAMED: usize = 3;

/// The columns there are, in the order in which they are written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Column {
    Username,
    App,
    Serial,
    Enabled,
    Notes,
}

impl Column {
    const ALL: [Self; 5] = [
        Self::Username,
        Self::App,
        Self::Serial,
        Self::Enabled,
        Self::Notes,
    ];

    const fn name(self) -> &'static str {
        match self {
            Self::Username => "username",
            Self::App => "app",
            Self::Serial => "serial",
            Self::Enabled => "enabled",
            Self::Notes => "notes",
        }
    }
}

/// An account and the line it was read from.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Line {
    /// From 1; where it begins, if it is several lines long.
    pub number: u64,
    pub entry: AccountEntry,
}

/// A line that is wrong.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct BadLine {
    /// From 1; where the row begins, if it is several lines long.
    pub line: u64,
    /// What is wrong with it, and what is accepted.
    pub reason: String,
}

/// Every line that is wrong with a file of accounts, of which nothing was taken.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct BadLines {
    /// The first 100, by their place in the file.
    pub lines: Vec<BadLine>,
    /// How many there are in all.
    pub total: u64,
    /// How many of them are only wrong because their account exists already.
    pub existing: u64,
}

/// Bad lines as they are found: a file can hold millions of them.
#[derive(Debug, Default)]
struct Faults {
    /// At most [`LISTED`], the first by their place in the file.
    first: Vec<BadLine>,
    total: u64,
}

impl Faults {
    /// Takes lines that come in the order of the file.
    fn extend(&mut self, lines: impl Iterator<Item = BadLine>) {
        let mut added = Vec::new();
        for line in lines {
            self.total += 1;
            if added.len() < LISTED {
                added.push(line);
            }
        }
        self.first.append(&mut added);
        self.first.sort_by_key(|bad| bad.line);
        self.first.truncate(LISTED);
    }

    fn push(&mut self, line: u64, reason: impl FnOnce() -> String) {
        self.total += 1;
        // Rows are read in order: the lines that are kept come before this one.
        if self.first.len() < LISTED {
            let reason = reason();
            self.first.push(BadLine { line, reason });
        }
    }

    fn told(self, existing: u64) -> BadLines {
        BadLines {
            lines: self.first,
            total: self.total,
            existing,
        }
    }
}

impl BadLines {
    /// Those of these lines whose account is among `keys`.
    pub(super) fn exist(lines: &[Line], keys: &[AccountKey]) -> Self {
        let bad = lines.iter().filter(|line| keys.contains(&line.entry.key));
        let mut faults = Faults::default();
        faults.extend(bad.map(exists));
        let existing = faults.total;
        faults.told(existing)
    }
}

fn exists(line: &Line) -> BadLine {
    BadLine {
        line: line.number,
        reason: format!("the account {} exists already", line.entry.key),
    }
}

impl fmt::Display for BadLines {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let noun = if self.total == 1 {
            "line is"
        } else {
            "lines are"
        };
        write!(f, "nothing was imported: {} {noun} wrong", self.total)?;
        let named = self.lines.iter().take(NAMED);
        for (i, bad) in named.enumerate() {
            let before = if i == 0 { ": " } else { "; " };
            write!(f, "{before}line {}: {}", bad.line, bad.reason)?;
        }
        match self.total.saturating_sub(NAMED as u64) {
            0 => Ok(()),
            more => write!(f, "; and {more} more"),
        }
    }
}

#[cfg(test)]
mod tests;
