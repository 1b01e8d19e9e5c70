//! What [`REPORT`] tells of a failed flow, for readers in this program. A report may have been
//! written by an older farmhand: what it does not tell is empty here.

use serde::{Deserialize, Serialize};
use serde_json::Value;

/// The file among the evidence of an attempt whose flow failed.
pub const REPORT: &str = "report.json";

/// How a flow failed.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub struct Failure {
    /// The steps that lead to the one that failed, which is the last.
    pub step: Vec<StepPlace>,
    /// What was looked for, its expressions evaluated.
    pub selector: Option<Value>,
    /// What came nearest to it, the nearest first.
    pub near_misses: Vec<NearMiss>,
    /// Package and activity in front.
    pub foreground: Option<String>,
    /// Charge of the phone in percent.
    pub battery: Option<u8>,
    /// How many optional steps failed before.
    pub warnings: u64,
}

/// A step and where it stands.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct StepPlace {
    /// The flow's file.
    pub file: String,
    /// The line, from 1.
    pub line: u32,
    /// What the step does.
    pub command: String,
}

/// An element that is almost as wanted.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct NearMiss {
    /// The element, in a few words.
    pub element: String,
    /// In what it is not as wanted.
    pub differences: Vec<Difference>,
}

/// One way in which an element is not what was wanted.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Difference {
    /// In which field of the selector.
    pub attribute: String,
    /// What was wanted.
    pub wanted: String,
    /// What is there.
    pub found: String,
}

impl Failure {
    /// Reads a report; none if it is none.
    #[must_use]
    pub fn read(file: &[u8]) -> Option<Self> {
        serde_json::from_slice(file).ok()
    }
}

#[cfg(test)]
mod tests {
    use super::Failure;

    #[test]
    fn a_report_of_an_older_farmhand_tells_what_it_has() {
        let failure = Failure::read(br#"{"step":[{"file":"a.yaml","line":4}],"kind":"lost"}"#);
        let failure = failure.unwrap();
        assert_eq!(failure.step[0].line, 4);
        assert_eq!(failure.near_misses, []);
        assert_eq!(Failure::read(b"<html>"), None);
    }
}
