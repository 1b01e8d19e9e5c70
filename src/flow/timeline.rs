//! The steps of an attempt, one after the other, as the file [`TIMELINE`] tells them: what is
//! written there while the attempt runs, and what is read of it.
//!
//! A line each time a step begins or ends, so that whoever reads the file while it grows sees
//! what runs, and what a `kill -9` left says where it stood. It must not know how steps are
//! carried out, nor how they are shown.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use crate::model::Timestamp;

/// The file among an attempt's evidence: JSON Lines (<https://jsonlines.org>).
pub const TIMELINE: &str = "steps.jsonl";

/// What a step came to.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub enum Came {
    /// Done.
    #[serde(rename = "ok")]
    Done,
    /// Its condition did not hold.
    #[serde(rename = "skipped")]
    Skipped,
    /// It was optional and failed.
    #[serde(rename = "warning")]
    Warned,
    /// It failed.
    #[serde(rename = "failed")]
    Failed,
}

impl Came {
    /// A word for logs and programs.
    #[must_use]
    pub const fn text(self) -> &'static str {
        match self {
            Self::Done => "ok",
            Self::Skipped => "skipped",
            Self::Warned => "warning",
            Self::Failed => "failed",
        }
    }
}

/// A step that has begun.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct TimedStep {
    /// From 1, in the order in which steps began.
    pub no: u64,
    /// Where it stands among the steps: `2`, `2.1` inside of it, `3(2).1` inside of the second
    /// round of step 3.
    pub step: String,
    /// How many steps it lies in.
    pub depth: usize,
    /// File and line; empty if no flow has it.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub place: String,
    /// What it does.
    pub command: String,
    /// When it began.
    pub began_at: Timestamp,
    /// How long it took, in milliseconds; none while it runs, or if nobody saw its end.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub took_ms: Option<u64>,
    /// What it came to; none as above.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub result: Option<Came>,
    /// Rounds of a `repeat`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub rounds: Option<u32>,
    /// Tries of a `retry` after the first.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub retried: Option<u32>,
    /// Exit code of a command.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub exit_code: Option<i32>,
    /// Why it failed, also if it was optional.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub why: Option<String>,
}

/// A line of the file. A later one of the same step replaces the earlier.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(untagged)]
pub(in crate::flow) enum Line {
    /// A step began or ended.
    Step(Box<TimedStep>),
    /// So many steps are not in the file.
    Cut {
        /// How many.
        left_out: u64,
    },
}

/// Lines as the file has them.
pub(in crate::flow) fn to_bytes(lines: &[Line]) -> Vec<u8> {
    let mut bytes = Vec::new();
    for line in lines {
        // Structs of plain values can always be written.
        bytes.extend(serde_json::to_vec(line).unwrap_or_default());
        bytes.push(b'\n');
    }
    bytes
}

/// The steps of an attempt.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Timeline {
    /// In the order in which they began.
    pub steps: Vec<TimedStep>,
    /// How many are left out in the middle.
    pub left_out: u64,
}

impl Timeline {
    /// Reads the file, which may still grow: its last line need not be whole. Lines that are
    /// none of farmhand's are passed over.
    #[must_use]
    pub fn read(file: &[u8]) -> Self {
        let mut steps = BTreeMap::new();
        let mut left_out = 0;
        for line in file.split(|byte| *byte == b'\n') {
            match serde_json::from_slice(line) {
                Ok(Line::Step(step)) => _ = steps.insert(step.no, *step),
                Ok(Line::Cut { left_out: more }) => left_out = more,
                Err(_) => {}
            }
        }
        Self {
            steps: steps.into_values().collect(),
            left_out,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::{Came, Line, TimedStep, Timeline, to_bytes};
    use crate::model::Timestamp;

    fn step(no: u64) -> TimedStep {
        TimedStep {
            no,
            step: no.to_string(),
            depth: 0,
            place: "a.yaml:3".into(),
            command: "back".into(),
            began_at: Timestamp(1_000),
            took_ms: None,
            result: None,
            rounds: None,
            retried: None,
            exit_code: None,
            why: None,
        }
    }

    #[test]
    fn the_end_of_a_step_replaces_its_beginning() {
        let ended = TimedStep {
            took_ms: Some(250),
            result: Some(Came::Done),
            ..step(1)
        };
        let lines = [step(1), step(2), ended.clone()].map(|step| Line::Step(Box::new(step)));
        let read = Timeline::read(&to_bytes(&lines));
        assert_eq!(read.steps, [ended, step(2)]);
    }

    #[test]
    fn a_file_that_grows_or_is_damaged_is_read_as_far_as_it_goes() {
        let mut file = to_bytes(&[Line::Step(Box::new(step(1))), Line::Cut { left_out: 7 }]);
        file.extend(b"nonsense\n\xff\n{\"no\":2,\"st");
        let read = Timeline::read(&file);
        assert_eq!((read.steps.len(), read.left_out), (1, 7));
    }
}
