//! Finds the first place where quotes do not follow RFC 4180. Readers of CSV forgive such
//! places, and then a quote that was never closed swallows all lines up to the next one: their
//! accounts would be missing and nobody told.

/// Where a text is not CSV any more.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Torn {
    /// The first byte of the row that it happens in.
    pub offset: usize,
    /// The line on which that row begins, from 1.
    pub line: u64,
    /// What is wrong.
    pub reason: &'static str,
}

#[derive(Clone, Copy)]
enum At {
    CellStart,
    Plain,
    Quoted,
    /// Behind a quote inside a quoted cell: its end, or the first of a pair.
    Closed,
}

/// The first fault of the quotes in `text`.
pub(super) fn torn(text: &str, separator: u8) -> Option<Torn> {
    let mut at = At::CellStart;
    let mut line = 1;
    let (mut row, mut row_line) = (0, 1);
    let fault = |offset, line, reason| {
        Some(Torn {
            offset,
            line,
            reason,
        })
    };
    for (i, byte) in text.bytes().enumerate() {
        line += u64::from(byte == b'\n');
        at = match (at, byte) {
            (At::Quoted, b'"') => At::Closed,
            (At::Quoted, _) | (At::Closed | At::CellStart, b'"') => At::Quoted,
            (_, b'\n' | b'\r') => {
                (row, row_line) = (i + 1, line);
                At::CellStart
            }
            (_, byte) if byte == separator => At::CellStart,
            (At::Closed, _) => {
                return fault(row, row_line, "there is text behind a closing quote");
            }
            (At::Plain, b'"') => {
                return fault(row, row_line, "a quote stands inside a cell without quotes");
            }
            (At::Plain | At::CellStart, _) => At::Plain,
        };
    }
    match at {
        At::Quoted => fault(row, row_line, "a quote is opened and never closed"),
        _ => None,
    }
}
