//! The log that `logcat` shows.

use std::collections::VecDeque;

use jiff::Timestamp;

/// Lines that the log keeps.
const CAPACITY: usize = 256;

/// The end of a phone's log.
#[derive(Default)]
pub struct LogBuffer {
    lines: VecDeque<String>,
    /// Number of the line after the last one.
    next: u64,
}

impl LogBuffer {
    /// Adds a line in logcat's `threadtime` format.
    pub fn add(&mut self, pid: u32, tag: &str, message: &str) {
        let now = Timestamp::now().strftime("%m-%d %H:%M:%S.%3f").to_string();
        if self.lines.len() == CAPACITY {
            self.lines.pop_front();
        }
        self.lines
            .push_back(format!("{now} {pid:5} {pid:5} I {tag:<8}: {message}\n"));
        self.next += 1;
    }

    pub fn clear(&mut self) {
        self.lines.clear();
    }

    /// The lines from number `from` on, at most `last` of them, and the number to go on with.
    pub fn since(&self, from: u64, last: usize) -> (String, u64) {
        let first = self.next - self.lines.len() as u64;
        let skip = usize::try_from(from.saturating_sub(first)).unwrap_or(usize::MAX);
        let skip = skip.max(self.lines.len().saturating_sub(last));
        (
            self.lines.iter().skip(skip).map(String::as_str).collect(),
            self.next,
        )
    }
}
