//! What scripts say by `console.log`, until it is taken.

use std::sync::{Arc, Mutex, PoisonError};

/// The most bytes that wait to be taken.
const MOST: usize = 256 << 10;
/// The longest line in bytes.
const LONGEST: usize = 16 << 10;

/// Lines, shared with the scripts that say them.
#[derive(Debug, Clone, Default)]
pub(super) struct Log(Arc<Mutex<Lines>>);

#[derive(Debug, Default)]
struct Lines {
    lines: Vec<String>,
    bytes: usize,
    dropped: usize,
}

impl Log {
    /// Adds a line; cut if it is long, dropped if too much waits already.
    pub(super) fn say(&self, mut line: String) {
        if line.len() > LONGEST {
            let end = line.floor_char_boundary(LONGEST);
            line.truncate(end);
            line.push_str("...");
        }
        let mut log = self.lock();
        if log.bytes + line.len() > MOST {
            log.dropped += 1;
        } else {
            // An empty line takes room too.
            log.bytes += line.len() + size_of::<String>();
            log.lines.push(line);
        }
    }

    /// Takes all lines, with a last one about those that were dropped.
    pub(super) fn take(&self) -> Vec<String> {
        let Lines {
            mut lines, dropped, ..
        } = std::mem::take(&mut *self.lock());
        if dropped > 0 {
            lines.push(format!("({dropped} more lines were dropped)"));
        }
        lines
    }

    fn lock(&self) -> std::sync::MutexGuard<'_, Lines> {
        // Lines are whole whatever panicked beside them.
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
