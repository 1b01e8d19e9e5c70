//! A text that is looked for in the logs of many tasks, a few at a time, and where it was found.
//!
//! What was found only grows at its end, so its places are as good as ids.

use crate::console::event::RequestNo;
use crate::console::info::{LogHit, LogHits, LogQuery};
use crate::model::{TaskId, Timestamp};

/// Logs looked through at most.
pub(in crate::console) const LOGS: usize = 500;
/// Logs looked through at once.
const BATCH: usize = 10;
/// Lines that are shown.
const SHOWN: usize = 2_000;
/// The search ends after this time.
const LIMIT_MS: i64 = 60_000;

/// A search.
#[derive(Debug)]
pub(in crate::console) struct Hits {
    /// What is looked for.
    pub text: String,
    /// In whose logs.
    pub tasks: Vec<TaskId>,
    /// How many more tasks there are, whose logs are not looked through.
    pub beyond: u64,
    /// The question for these tasks, if they are not known yet.
    pub listing: Option<RequestNo>,
    /// The question under way.
    pub asked: Option<RequestNo>,
    /// Tasks that were asked about.
    pub done: usize,
    /// Logs that were read.
    pub logs: usize,
    /// Lines that are not shown, as there are too many.
    pub untold: usize,
    /// The lines found.
    pub found: Vec<LogHit>,
    /// The selected one.
    pub at: usize,
    /// The first one on the screen.
    pub top: usize,
    /// Nothing is asked after this moment.
    until: Timestamp,
    /// Why it ended before its end.
    pub error: Option<String>,
}

impl Hits {
    /// A search in the logs of these tasks.
    pub fn of(text: String, mut tasks: Vec<TaskId>, now: Timestamp) -> Self {
        // The newest tell most.
        tasks.sort_unstable_by(|a, b| b.cmp(a));
        let beyond = tasks.len().saturating_sub(LOGS) as u64;
        tasks.truncate(LOGS);
        Self {
            text,
            tasks,
            beyond,
            listing: None,
            asked: None,
            done: 0,
            logs: 0,
            untold: 0,
            found: Vec::new(),
            at: 0,
            top: 0,
            until: now.plus_ms(LIMIT_MS),
            error: None,
        }
    }

    /// The logs to be looked through next; none: it is over, or a question is under way.
    pub fn next(&mut self, now: Timestamp) -> Option<LogQuery> {
        if self.listing.is_some() || self.asked.is_some() || self.is_over() {
            return None;
        }
        if now >= self.until {
            self.error = Some(format!("ended after {} s", LIMIT_MS / 1_000));
            return None;
        }
        let tasks: Vec<_> = self
            .tasks
            .iter()
            .skip(self.done)
            .take(BATCH)
            .copied()
            .collect();
        Some(LogQuery {
            tasks,
            text: self.text.clone(),
        })
    }

    /// Whether nothing more will be found.
    pub fn is_over(&self) -> bool {
        let read = self.done >= self.tasks.len() && self.listing.is_none();
        read || self.error.is_some() || self.found.len() >= SHOWN
    }

    /// Takes what was found in the logs that were asked for.
    pub fn take(&mut self, found: LogHits) {
        self.asked = None;
        self.done = (self.done + BATCH).min(self.tasks.len());
        self.logs += found.logs;
        self.untold += found.untold;
        self.found.extend(found.hits);
        self.untold += self.found.len().saturating_sub(SHOWN);
        self.found.truncate(SHOWN);
    }

    /// Selects the line `by` further down, at most the last or first.
    pub fn step(&mut self, by: isize) {
        let last = self.found.len().saturating_sub(1);
        self.at = self.at.saturating_add_signed(by).min(last);
    }

    /// Scrolls so that the selected line is among the `height` on the screen.
    pub fn settle(&mut self, height: usize) {
        let height = height.max(1);
        self.top = self
            .top
            .clamp((self.at + 1).saturating_sub(height), self.at);
    }
}
