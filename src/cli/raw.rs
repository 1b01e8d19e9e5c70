//! Content that is not the API's `data`: files and logs, to a file or to standard output.

use std::fs::File;
use std::io::{self, ErrorKind, IsTerminal as _, Write};
use std::path::Path;

use anyhow::Context as _;

/// Where content goes.
pub(super) struct Sink {
    out: Box<dyn Write>,
    name: String,
    /// What was held back of a character that is not whole yet; `None`: bytes go as they are.
    partial: Option<Vec<u8>>,
}

/// Whether more can be written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Reader {
    /// Somebody reads on.
    Stays,
    /// It has gone (`| head`), which is no error.
    Gone,
}

impl Sink {
    /// A file, or standard output if none is named or it is `-`. Text for a terminal loses
    /// what could steer it: phones and scripts write logs.
    pub fn open(file: Option<&Path>) -> anyhow::Result<Self> {
        match file.filter(|file| *file != Path::new("-")) {
            Some(file) => {
                let name = file.display().to_string();
                let out = File::create(file).with_context(|| format!("cannot write {name}"))?;
                Ok(Self {
                    out: Box::new(out),
                    name,
                    partial: None,
                })
            }
            None => Ok(Self {
                out: Box::new(io::stdout()),
                name: "standard output".to_owned(),
                partial: io::stdout().is_terminal().then(Vec::new),
            }),
        }
    }

    /// Whether it is a terminal.
    pub const fn is_terminal(&self) -> bool {
        self.partial.is_some()
    }

    /// Writes a part of the content.
    pub fn write(&mut self, part: &[u8]) -> anyhow::Result<Reader> {
        let written = match &mut self.partial {
            None => self.out.write_all(part),
            Some(partial) => self.out.write_all(harmless(partial, part).as_bytes()),
        };
        match written.and_then(|()| self.out.flush()) {
            Ok(()) => Ok(Reader::Stays),
            Err(error) if error.kind() == ErrorKind::BrokenPipe => Ok(Reader::Gone),
            Err(error) => Err(error).with_context(|| format!("cannot write to {}", self.name)),
        }
    }
}

/// The text of what was held back and the next part, without characters that a terminal takes
/// for orders. A character that is not whole yet is held back.
fn harmless(partial: &mut Vec<u8>, part: &[u8]) -> String {
    partial.extend_from_slice(part);
    let whole = match std::str::from_utf8(partial) {
        Err(error) if error.error_len().is_none() => error.valid_up_to(),
        _ => partial.len(),
    };
    let rest = partial.split_off(whole);
    let bytes = std::mem::replace(partial, rest);
    String::from_utf8_lossy(&bytes)
        .chars()
        .map(|c| match c {
            '\n' | '\t' => c,
            c if c.is_control() => ' ',
            c => c,
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::harmless;

    #[test]
    fn a_character_cut_in_two_is_put_together_again() {
        let mut partial = Vec::new();
        let (first, second) = "a\u{e9}\u{1f600}b".as_bytes().split_at(5);
        let shown = harmless(&mut partial, first) + &harmless(&mut partial, second);
        assert_eq!(shown, "a\u{e9}\u{1f600}b");
    }

    #[test]
    fn orders_to_the_terminal_and_broken_text_do_not_pass() {
        let mut partial = Vec::new();
        assert_eq!(
            harmless(&mut partial, b"a\x1b[2Jb\tc\r\nd\xFFe"),
            "a [2Jb\tc \nd\u{fffd}e"
        );
        assert!(partial.is_empty());
    }
}
