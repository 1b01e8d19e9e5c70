//! What is known of a flow that runs: how far it is, what its steps took, what the screen
//! showed last. It outlives the run, which may be dropped in the middle of a step.

use std::collections::VecDeque;
use std::sync::Arc;
use std::time::Duration;

use tokio::time::Instant;

use super::error::Crumb;
use crate::flow::driver::Looked;
use crate::flow::lang::Place;

/// Steps kept of the beginning, and as many of the end.
const KEPT: usize = 250;
/// Most characters of what a step says of itself.
const LONGEST: usize = 160;

/// The screen at the moment of a failure.
#[derive(Debug, Default)]
pub(in crate::flow) struct Snapshot {
    /// A PNG.
    pub(in crate::flow) picture: Option<Vec<u8>>,
    /// Its elements.
    pub(in crate::flow) screen: Option<Arc<Looked>>,
}

/// What a step came to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(in crate::flow) enum Came {
    /// Done.
    Done,
    /// Its condition did not hold.
    Skipped,
    /// It was optional and failed.
    Warned,
    /// It failed.
    Failed,
}

impl Came {
    /// A word for logs and programs.
    pub(in crate::flow) const fn text(self) -> &'static str {
        match self {
            Self::Done => "ok",
            Self::Skipped => "skipped",
            Self::Warned => "warning",
            Self::Failed => "failed",
        }
    }
}

/// A step that has ended.
#[derive(Debug, Clone)]
pub(in crate::flow) struct Row {
    /// File and line.
    pub(in crate::flow) place: String,
    /// What it did.
    pub(in crate::flow) what: String,
    /// How many steps it lies in.
    pub(in crate::flow) depth: usize,
    /// When it began, from the beginning of the flow.
    pub(in crate::flow) began: Duration,
    /// How long it took.
    pub(in crate::flow) took: Duration,
    /// What it came to.
    pub(in crate::flow) came: Came,
}

/// What is known of a flow's run.
#[derive(Debug)]
pub(in crate::flow) struct Record {
    began: Instant,
    /// The top-level step that runs, from 1.
    pub(super) step: u32,
    /// Top-level steps in all.
    pub(super) steps: u32,
    trail: Vec<Crumb>,
    first: Vec<Row>,
    last: VecDeque<Row>,
    cut: u64,
    warnings: u64,
    screen: Option<Arc<Looked>>,
    /// The screen when the step failed that the flow fails by.
    pub(in crate::flow) snapshot: Option<Snapshot>,
}

impl Record {
    /// Begins one.
    pub(in crate::flow) fn new() -> Self {
        Self {
            began: Instant::now(),
            step: 0,
            steps: 0,
            trail: Vec::new(),
            first: Vec::new(),
            last: VecDeque::new(),
            cut: 0,
            warnings: 0,
            screen: None,
            snapshot: None,
        }
    }

    /// The step that runs, the outermost first. After a run that was dropped: where it stood.
    pub(in crate::flow) fn trail(&self) -> &[Crumb] {
        &self.trail
    }

    /// Steps that have ended, and how many of them are left out in the middle.
    pub(in crate::flow) fn rows(&self) -> (impl Iterator<Item = &Row>, u64) {
        (self.first.iter().chain(&self.last), self.cut)
    }

    /// How many optional steps failed.
    pub(in crate::flow) const fn warnings(&self) -> u64 {
        self.warnings
    }

    /// How long the flow runs.
    pub(in crate::flow) fn elapsed(&self) -> Duration {
        self.began.elapsed()
    }

    /// The screen as it was last looked at.
    pub(in crate::flow) const fn screen(&self) -> Option<&Arc<Looked>> {
        self.screen.as_ref()
    }

    /// Keeps a look at the screen.
    pub(super) fn saw(&mut self, screen: Arc<Looked>) {
        self.screen = Some(screen);
    }

    /// A step begins inside of the one that runs.
    pub(super) fn enter(&mut self, at: &Place, what: &str) {
        self.trail.push(Crumb {
            at: at.clone(),
            what: what.to_owned(),
        });
    }

    /// The step that runs tells more of itself.
    pub(super) fn tell(&mut self, what: &str) {
        if let Some(step) = self.trail.last_mut() {
            step.what = short(what);
        }
    }

    /// The step that runs ends. `began` is when it did.
    pub(super) fn leave(&mut self, began: Instant, came: Came) -> Option<Row> {
        let step = self.trail.pop()?;
        if came == Came::Warned {
            self.warnings += 1;
        }
        let row = Row {
            place: step.place(),
            what: step.what,
            depth: self.trail.len(),
            began: began.saturating_duration_since(self.began),
            took: began.elapsed(),
            came,
        };
        self.keep(row.clone());
        Some(row)
    }

    fn keep(&mut self, row: Row) {
        if self.first.len() < KEPT {
            self.first.push(row);
            return;
        }
        if self.last.len() == KEPT {
            self.last.pop_front();
            self.cut += 1;
        }
        self.last.push_back(row);
    }
}

/// One line of bounded length.
pub(in crate::flow) fn short(text: &str) -> String {
    let plain = |c: char| if c.is_control() { ' ' } else { c };
    let mut line: String = text.chars().take(LONGEST).map(plain).collect();
    if text.chars().nth(LONGEST).is_some() {
        line.push_str("...");
    }
    line
}

#[cfg(test)]
mod tests {
    use tokio::time::Instant;

    use super::{Came, KEPT, LONGEST, Record, short};
    use crate::flow::lang::Place;

    fn place(line: u32) -> Place {
        Place {
            file: "a.yaml".into(),
            line,
            column: 1,
        }
    }

    #[test]
    fn the_trail_leads_to_the_step_that_runs() {
        let mut record = Record::new();
        record.enter(&place(1), "runFlow");
        record.enter(&place(9), "tapOn");
        record.tell("tapOn 'Follow'");
        let trail: Vec<_> = record.trail().iter().map(|c| c.place()).collect();
        assert_eq!(trail, ["a.yaml:1", "a.yaml:9"]);
        let row = record.leave(Instant::now(), Came::Done).unwrap();
        assert_eq!((row.what.as_str(), row.depth), ("tapOn 'Follow'", 1));
        assert_eq!(record.trail().len(), 1);
    }

    #[test]
    fn of_many_steps_the_first_and_the_last_are_kept() {
        let mut record = Record::new();
        for line in 1..=1000 {
            record.enter(&place(line), "back");
            record.leave(Instant::now(), Came::Done);
        }
        let (rows, cut) = record.rows();
        let rows: Vec<_> = rows.map(|row| row.place.clone()).collect();
        assert_eq!(rows.len(), 2 * KEPT);
        assert_eq!(cut, 1000 - 2 * KEPT as u64);
        assert_eq!(rows.first().unwrap(), "a.yaml:1");
        assert_eq!(rows.last().unwrap(), "a.yaml:1000");
    }

    #[test]
    fn what_a_step_says_is_one_line_of_bounded_length() {
        assert_eq!(short("a\nb"), "a b");
        let long = short(&"x".repeat(1000));
        assert_eq!(long.len(), LONGEST + 3);
    }
}
