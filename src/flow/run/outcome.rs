//! How a script's run comes out, and how adb's errors become a task's.

use crate::adb::{AdbError, Kind};
use crate::model::{ErrorKind, TaskError};

/// A remark if it went well.
pub(super) type Outcome = Result<Option<String>, Failure>;

/// Why a run failed, and what of it may be left on the phone.
#[derive(Debug)]
pub(super) struct Failure {
    pub(super) error: TaskError,
    pub(super) left: Left,
}

/// What a run may have left on its phone.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Left {
    /// Nothing, for certain.
    Nothing,
    /// Something, perhaps; the phone can be asked.
    Perhaps,
    /// Something, perhaps, and the phone cannot be asked: why.
    OutOfReach(String),
}

impl Failure {
    /// A failure after which nothing can run on the phone.
    pub(super) const fn nothing_left(error: TaskError) -> Self {
        Self {
            error,
            left: Left::Nothing,
        }
    }

    /// A failure of this kind, after which the phone is to be asked.
    pub(super) fn new(kind: ErrorKind, message: impl Into<String>) -> Self {
        Self {
            error: TaskError::new(kind, message),
            left: Left::Perhaps,
        }
    }
}

impl From<AdbError> for Failure {
    fn from(error: AdbError) -> Self {
        let message = error.to_string();
        let (kind, left) = match error.kind() {
            Kind::Lost => (ErrorKind::Lost, Left::OutOfReach(message.clone())),
            Kind::TimedOut => (ErrorKind::TimedOut, Left::Perhaps),
            Kind::Device => (ErrorKind::Device, Left::Perhaps),
            Kind::Local => (ErrorKind::Config, Left::Perhaps),
        };
        Self {
            error: TaskError::new(kind, message),
            left,
        }
    }
}

/// The phone's words as one line for a message: without control characters, at most `most`
/// characters.
pub(super) fn one_line(words: &[u8], most: usize) -> String {
    let words = String::from_utf8_lossy(words);
    let plain: String = words
        .chars()
        .map(|c| if c.is_control() { ' ' } else { c })
        .collect();
    let line = plain.split_whitespace().collect::<Vec<_>>().join(" ");
    if line.chars().count() <= most {
        return line;
    }
    let cut: String = line.chars().take(most.saturating_sub(3)).collect();
    format!("{cut}...")
}

#[cfg(test)]
mod tests {
    use super::one_line;

    #[test]
    fn a_phones_words_become_one_plain_line() {
        assert_eq!(one_line(b" a\n\tb\x1b[31mc \xff", 40), "a b [31mc \u{fffd}");
        assert_eq!(one_line("ééééé".as_bytes(), 4), "é...");
    }
}
