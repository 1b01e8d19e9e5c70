//! What commands print: one shape of data, for people or for programs.

use std::io::{self, ErrorKind, Write as _};

use anyhow::Context as _;
use serde::de::DeserializeOwned;
use serde_json::Value;

use crate::model::Timestamp;

/// Who reads it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Output {
    /// Tables and sentences.
    People,
    /// The API's `data`, one JSON document a line.
    Programs,
}

impl Output {
    /// Prints an answer's data.
    pub fn answer<T: DeserializeOwned>(
        self,
        data: Value,
        people: impl FnOnce(T) -> String,
    ) -> anyhow::Result<()> {
        match self {
            Self::Programs => print(&format!("{data}\n")),
            Self::People => {
                let typed = serde_json::from_value(data)
                    .context("the answer has another form than this farmhand knows")?;
                print(&people(typed))
            }
        }
    }
}

/// Writes to standard output. A reader that has gone (`| head`) is no error.
pub(super) fn print(text: &str) -> anyhow::Result<()> {
    let mut out = io::stdout().lock();
    match out.write_all(text.as_bytes()).and_then(|()| out.flush()) {
        Err(error) if error.kind() != ErrorKind::BrokenPipe => {
            Err(error).context("cannot write to standard output")
        }
        _ => Ok(()),
    }
}

/// Tells standard error what went wrong. If nobody listens there, nothing is left to be done.
pub(super) fn complain(text: &str) {
    writeln!(io::stderr(), "farmhand: {text}").ok();
}

/// An error with its causes, each told once: some errors name their cause themselves.
pub(super) fn reason(error: &anyhow::Error) -> String {
    let mut text = error.to_string();
    for cause in error.chain().skip(1).map(ToString::to_string) {
        if !text.contains(&cause) {
            text += &format!(": {cause}");
        }
    }
    text
}

/// How long ago, in its largest unit: `42s`, `7m`, `3h`, `12d`.
pub(super) fn ago(then: Timestamp) -> String {
    let now = Timestamp(jiff::Timestamp::now().as_millisecond());
    let seconds = now.ms_since(then).max(0) / 1_000;
    match seconds {
        0..60 => format!("{seconds}s"),
        60..3_600 => format!("{}m", seconds / 60),
        3_600..86_400 => format!("{}h", seconds / 3_600),
        _ => format!("{}d", seconds / 86_400),
    }
}

/// `1 task`, `2 tasks`.
pub(super) fn count(number: u64, noun: &str) -> String {
    let plural = if number == 1 { "" } else { "s" };
    format!("{number} {noun}{plural}")
}

/// `7, 8, 9`; of many the first and the last ones.
pub(super) fn ids(ids: &[u64]) -> String {
    let texts = |ids: &[u64]| {
        ids.iter()
            .map(u64::to_string)
            .collect::<Vec<_>>()
            .join(", ")
    };
    match ids {
        [first @ .., last] if first.len() > 20 => {
            format!("{}, ..., {last}", texts(first.get(..19).unwrap_or(first)))
        }
        all => texts(all),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_cause_is_told_once() {
        let cause = std::io::Error::other("no disk");
        let bare = anyhow::Error::from(cause).context("cannot write");
        assert_eq!(reason(&bare), "cannot write: no disk");
        let named = bare.context("sorry: cannot write: no disk");
        assert_eq!(reason(&named), "sorry: cannot write: no disk");
    }

    #[test]
    fn long_lists_of_ids_are_cut_in_the_middle() {
        assert_eq!(ids(&[7, 8]), "7, 8");
        let many: Vec<u64> = (1..=50).collect();
        assert!(ids(&many).ends_with("18, 19, ..., 50"), "{}", ids(&many));
    }

    #[test]
    fn ages_are_told_in_their_largest_unit() {
        let now = jiff::Timestamp::now().as_millisecond();
        assert_eq!(ago(Timestamp(now - 125_000)), "2m");
        assert_eq!(ago(Timestamp(now - 90_000_000)), "1d");
        assert_eq!(ago(Timestamp(now + 90_000)), "0s");
    }
}
