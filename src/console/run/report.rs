//! What terminals answer to the questions of [`crate::console::terminal`].
//!
//! Sequences of xterm (<https://invisible-island.net/xterm/ctlseqs/ctlseqs.html>) and of kitty
//! (<https://sw.kovidgoyal.net/kitty/graphics-protocol/>).

use crate::console::terminal::{CellSize, Report};

/// The longest name of a terminal that is kept, in characters.
const NAME_MAX: usize = 80;

/// The number of sixel among the attributes.
const SIXEL: u16 = 4;

/// An answer that is a control sequence, by its parameters and last byte.
pub(super) fn of_control(parameters: &[u8], last: u8) -> Option<Report> {
    let text = str::from_utf8(parameters).ok()?;
    match last {
        b'c' => {
            // The first number is the kind of the terminal: 4 is VT132 there.
            let mut attributes = text.strip_prefix('?')?.split(';').skip(1);
            let sixel = attributes.any(|number| number.parse() == Ok(SIXEL));
            Some(Report::Attributes { sixel })
        }
        b't' => {
            let (height, width) = text.strip_prefix("6;")?.split_once(';')?;
            let cell = CellSize::new(width.parse().ok()?, height.parse().ok()?)?;
            Some(Report::Cell(cell))
        }
        _ => None,
    }
}

/// An answer that is a string, from its introducer to its terminator.
pub(super) fn of_string(bytes: &[u8]) -> Option<Report> {
    let text = String::from_utf8_lossy(bytes);
    let text = text.trim_end_matches(['\u{7}', '\u{1b}', '\\']);
    if let Some(name) = text.strip_prefix("P>|") {
        return Some(Report::Name(name.chars().take(NAME_MAX).collect()));
    }
    let (keys, status) = text.strip_prefix("_G")?.split_once(';')?;
    let mut keys = keys.split(',');
    match keys.find(|key| key.starts_with("i="))? {
        "i=31" if status == "OK" => Some(Report::Kitty),
        "i=32" if status == "OK" => Some(Report::KittyZlib),
        _ => None,
    }
}
