//! What a phone was asked to do, for whoever must compare it with what was meant.

use std::collections::VecDeque;

/// Entries that a journal keeps; the oldest go first.
const CAPACITY: usize = 256;
/// Bytes of a command line that are kept.
const LONGEST_LINE: usize = 1_024;

/// Something that happened on a phone.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum JournalEntry {
    /// A shell or exec service ran a command and ended.
    Ran {
        /// The command line, cut after 1,024 bytes.
        command: String,
        /// Its exit code; 128 and more after a signal.
        exit: u8,
    },
    /// A file came in over sync.
    Pushed {
        /// Where to.
        path: String,
        /// Its size in bytes.
        size: u64,
    },
    /// A file was sent out over sync.
    Pulled {
        /// Where from.
        path: String,
        /// Its size in bytes.
        size: u64,
    },
    /// A package was installed or replaced.
    Installed {
        /// Its name.
        package: String,
        /// Bytes of its APK.
        size: u64,
    },
    /// A package was removed.
    Uninstalled {
        /// Its name.
        package: String,
    },
    /// The phone went down to boot again.
    Rebooted {
        /// What into; empty for Android itself.
        target: String,
    },
}

/// The last things that happened on a phone.
#[derive(Default)]
pub struct Journal(VecDeque<JournalEntry>);

impl Journal {
    pub fn record(&mut self, mut entry: JournalEntry) {
        if let JournalEntry::Ran { command, .. } = &mut entry {
            let ends = command.char_indices().map(|(at, c)| at + c.len_utf8());
            let end = ends.take_while(|end| *end <= LONGEST_LINE).last();
            command.truncate(end.unwrap_or(0));
        }
        if self.0.len() == CAPACITY {
            self.0.pop_front();
        }
        self.0.push_back(entry);
    }

    pub fn entries(&self) -> Vec<JournalEntry> {
        self.0.iter().cloned().collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_journal_forgets_the_oldest() {
        let mut journal = Journal::default();
        for size in 0..300 {
            journal.record(JournalEntry::Pushed {
                path: "/x".into(),
                size,
            });
        }
        let entries = journal.entries();
        assert_eq!(entries.len(), CAPACITY);
        assert_eq!(
            entries[0],
            JournalEntry::Pushed {
                path: "/x".into(),
                size: 44
            }
        );
    }
}
