//! The log that `logcat` shows.

use std::collections::VecDeque;

use jiff::Timestamp;

/// Lines that the log keeps.
const CAPACITY: usize = 256;

/// Where a line is kept.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Buffer {
    Main,
    /// How apps died.
    Crash,
}

struct Line {
    buffer: Buffer,
    at: Timestamp,
    pid: u32,
    /// What is behind the time, in any format.
    text: String,
}

/// How the time of a line is shown.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum Format {
    /// `MM-DD HH:MM:SS.mmm`
    #[default]
    Date,
    /// Seconds since 1970 with milliseconds (`-v epoch`).
    Epoch,
}

impl Line {
    fn shown(&self, format: Format) -> String {
        let format = match format {
            Format::Date => "%m-%d %H:%M:%S.%3f",
            Format::Epoch => "%s.%3f",
        };
        format!("{} {}", self.at.strftime(format), self.text)
    }
}

/// Which lines are asked for.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Selection {
    /// Of one buffer; of any if absent.
    pub buffer: Option<Buffer>,
    /// Of one process.
    pub pid: Option<u32>,
    /// From this time on.
    pub from: Option<Timestamp>,
    /// At most so many, the last.
    pub last: Option<usize>,
    pub format: Format,
}

impl Selection {
    fn takes(&self, line: &Line) -> bool {
        self.buffer.is_none_or(|buffer| buffer == line.buffer)
            && self.pid.is_none_or(|pid| pid == line.pid)
            && self.from.is_none_or(|from| line.at >= from)
    }
}

/// The end of a phone's log.
#[derive(Default)]
pub struct LogBuffer {
    lines: VecDeque<Line>,
    /// Number of the line after the last one.
    next: u64,
}

impl LogBuffer {
    /// Adds a message, each of its lines on its own.
    pub fn add(&mut self, buffer: Buffer, pid: u32, tag: &str, message: &str) {
        let at = Timestamp::now();
        let level = match buffer {
            Buffer::Main => 'I',
            Buffer::Crash => 'E',
        };
        for line in message.lines() {
            if self.lines.len() == CAPACITY {
                self.lines.pop_front();
            }
            let text = format!("{pid:5} {pid:5} {level} {tag:<8}: {line}\n");
            self.lines.push_back(Line {
                buffer,
                at,
                pid,
                text,
            });
            self.next += 1;
        }
    }

    pub fn clear(&mut self) {
        self.lines.clear();
    }

    /// The lines asked for, from number `from` on, and the number to go on with.
    pub fn since(&self, from: u64, wanted: &Selection) -> (String, u64) {
        let first = self.next - self.lines.len() as u64;
        let skip = usize::try_from(from.saturating_sub(first)).unwrap_or(usize::MAX);
        let found = self.lines.iter().skip(skip);
        let found: Vec<&Line> = found.filter(|line| wanted.takes(line)).collect();
        let surplus = found
            .len()
            .saturating_sub(wanted.last.unwrap_or(usize::MAX));
        let shown = found.iter().skip(surplus);
        let shown = shown.map(|line| line.shown(wanted.format));
        (shown.collect(), self.next)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_selection_is_by_buffer_process_time_and_number() {
        let mut log = LogBuffer::default();
        log.add(Buffer::Main, 1, "One", "a\nb");
        log.add(Buffer::Crash, 2, "Two", "c");
        let shown = |wanted: Selection| {
            let (text, _) = log.since(0, &wanted);
            text.lines()
                .filter_map(|l| l.chars().last())
                .collect::<String>()
        };
        let all = Selection::default;
        assert_eq!(shown(all()), "abc");
        assert_eq!(
            shown(Selection {
                buffer: Some(Buffer::Crash),
                ..all()
            }),
            "c"
        );
        assert_eq!(
            shown(Selection {
                pid: Some(1),
                last: Some(1),
                ..all()
            }),
            "b"
        );
        let from = Some(Timestamp::MAX);
        assert_eq!(shown(Selection { from, ..all() }), "");
    }
}
