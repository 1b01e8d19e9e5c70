//! A session in a file: a head that tells how it began, then every event with its time, a line
//! each, as JSON. Because `update` and `view` are pure, the events alone show the session again.
//!
//! It knows the events and how a session starts, and nothing of terminals and farms.

mod head;
mod patch;
mod read;
mod write;

use std::path::PathBuf;

use serde::{Deserialize, Serialize};
use serde_json::Value;

pub(super) use head::Head;
pub use read::{Ending, Replay};
pub(super) use write::Recorder;
pub use write::Recording;

use super::event::{Answer, Event};
use patch::Patch;

/// The format of the lines. Grows when a farmhand could misread an older one.
const FORMAT: u32 = 1;

/// Why a session cannot be recorded or read.
#[derive(Debug, thiserror::Error)]
pub enum RecordingError {
    /// The file is there already, and nothing is ever written over.
    #[error("{0} exists already: a recording needs a file of its own")]
    Exists(PathBuf),
    /// The file cannot be made, opened or read.
    #[error("cannot {attempted} {path}: {source}")]
    File {
        /// What was attempted.
        attempted: &'static str,
        /// The file.
        path: PathBuf,
        /// The system's answer.
        source: std::io::Error,
    },
    /// It is something else than a recording.
    #[error("{0}:1: this is no recording of farmhand's console")]
    Foreign(PathBuf),
    /// It has a format that this program does not know.
    #[error(
        "{path}:1: format {format}, written by farmhand {farmhand}; this one, {}, reads format \
         {FORMAT}",
        env!("CARGO_PKG_VERSION")
    )]
    Version {
        /// The file.
        path: PathBuf,
        /// Its format.
        format: u32,
        /// What wrote it.
        farmhand: String,
    },
    /// The file ends within a line.
    #[error("{path}:{line}: the recording breaks off in the middle of this line")]
    Truncated {
        /// The file.
        path: PathBuf,
        /// The line, from 1.
        line: u64,
    },
    /// A line cannot be read.
    #[error("{path}:{line}: {what}")]
    Line {
        /// The file.
        path: PathBuf,
        /// The line, from 1.
        line: u64,
        /// What is wrong with it.
        what: String,
    },
}

/// A line behind the head.
#[derive(Debug, Serialize, Deserialize)]
struct Line {
    /// Milliseconds since the session began.
    ms: u64,
    /// What happened.
    is: Is,
}

#[derive(Debug, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
enum Is {
    /// An event.
    Event(Value),
    /// An event that differs so from the last one of its kind.
    Like(String, Patch),
    /// The session's end, and why: nothing follows.
    End(String),
}

/// What an event is told by its difference from: the last one of the same kind.
fn kind(event: &Event) -> &'static str {
    match event {
        Event::Farm(_) => "farm",
        Event::Answer { answer, .. } => match answer {
            Answer::Page(_) => "page",
            Answer::Known(_) => "known",
            Answer::Task(_) => "task",
            Answer::Accounts(_) => "accounts",
            _ => "answer",
        },
        _ => "event",
    }
}
