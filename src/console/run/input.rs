//! Bytes of a terminal into keys.
//!
//! Our own parser, and not `crossterm::event::read`, for two reasons found in crossterm 0.29
//! (`event/source/unix/mio.rs`): after a hang-up it reads zero bytes in a loop that never
//! ends, and no check before the call can close that gap; and a sequence split by a slow link
//! (`ESC` in one packet, `[A` in the next) becomes three keys, of which `A` might do something.
//! Here an `ESC` waits for its rest until [`Parser::expire`]. The sequences are xterm's
//! (<https://invisible-island.net/xterm/ctlseqs/ctlseqs.html>); unknown ones are dropped whole.

use std::time::{Duration, Instant};

use super::report;
use crate::console::event::Event;
use crate::console::key::{Code, Key};
use crate::console::mouse::{Gesture, Mouse};
use crate::console::terminal::Report;

/// What a paste may hold; more is cut off. Nobody types a filter that long.
const PASTE_MAX: usize = 4096;

/// How often the rest of an answer may be late: with the pause before each, five seconds.
const PATIENCE: u32 = 100;

/// How long answers to questions are expected.
const ANSWERS: Duration = Duration::from_secs(5);

const PASTE_START: &[u8] = b"\x1b[200~";
const PASTE_END: &[u8] = b"\x1b[201~";

/// Keeps the bytes of what is not yet whole.
#[derive(Debug, Default)]
pub(super) struct Parser {
    pending: Vec<u8>,
    paste: Option<Vec<u8>>,
    /// How often the rest of a sequence did not come in time.
    expired: u32,
    /// Since when answers of the terminal are expected.
    asked: Option<Instant>,
}

/// The head of some bytes.
enum Head {
    /// A key of so many bytes.
    Key(Key, usize),
    /// What the mouse did, in so many bytes.
    Mouse(Mouse, usize),
    /// What the terminal said of itself, in so many bytes.
    Report(Report, usize),
    /// So many bytes that mean nothing here.
    Skip(usize),
    /// More is needed to tell.
    Partial,
}

impl Parser {
    /// The terminal was asked: for a while, what begins like its answers is not taken for Alt
    /// and a key.
    pub fn await_answers(&mut self) {
        self.asked = Some(Instant::now());
    }

    /// Takes bytes, and gives the events that are whole.
    pub fn feed(&mut self, bytes: &[u8]) -> Vec<Event> {
        // Keys that are pressed meanwhile do not make the rest of an answer any likelier.
        if self.paste.is_some() || !self.is_torn() {
            self.expired = 0;
        }
        self.pending.extend_from_slice(bytes);
        self.parse(false)
    }

    /// Whether something waits for its rest.
    pub fn waits(&self) -> bool {
        self.paste.is_some() || !self.pending.is_empty()
    }

    /// No more came in time: what waits is all there is. Not so for what no hand types: the rest
    /// of an answer or a paste that a slow link tore apart must not be taken for keys, so it is
    /// waited for until patience ends. To be called again as long as something waits.
    pub fn expire(&mut self) -> Vec<Event> {
        let mut events = Vec::new();
        if self.paste.is_some() || self.is_torn() {
            self.expired += 1;
            if self.expired < PATIENCE {
                return events;
            }
            match self.paste.take() {
                Some(paste) => events.push(self.without_end(paste)),
                None => self.pending.clear(),
            }
        }
        self.expired = 0;
        events.extend(self.parse(true));
        events
    }

    /// Whether what waits begins an answer of the terminal, or a sequence with parameters: longer
    /// than what Alt and a key are, unless an answer is expected.
    fn is_torn(&self) -> bool {
        match self.pending[..] {
            [0x1b, b'[' | b']' | b'P' | b'_' | b'^', _, ..] => true,
            [0x1b, b'[' | b'P' | b'_'] => self.asked.is_some_and(|at| at.elapsed() < ANSWERS),
            _ => false,
        }
    }

    /// What there is of a paste whose end was lost.
    fn without_end(&mut self, mut paste: Vec<u8>) -> Event {
        let room = PASTE_MAX.saturating_sub(paste.len());
        paste.extend(self.pending.drain(..).take(room));
        Event::Paste(String::from_utf8_lossy(&paste).into_owned())
    }

    fn parse(&mut self, all_there_is: bool) -> Vec<Event> {
        let mut events = Vec::new();
        loop {
            if self.paste.is_some() {
                match self.pasted() {
                    Some(text) => events.push(Event::Paste(text)),
                    None => return events,
                }
            }
            if self.pending.starts_with(PASTE_START) {
                self.pending.drain(..PASTE_START.len());
                self.paste = Some(Vec::new());
                continue;
            }
            match head(&self.pending, all_there_is) {
                None | Some(Head::Partial) => return events,
                Some(Head::Skip(n)) => _ = self.pending.drain(..n),
                Some(Head::Mouse(mouse, n)) => {
                    self.pending.drain(..n);
                    events.push(Event::Mouse(mouse));
                }
                Some(Head::Report(report, n)) => {
                    self.pending.drain(..n);
                    // The last answer to come.
                    if matches!(report, Report::Attributes { .. }) {
                        self.asked = None;
                    }
                    events.push(Event::Terminal(report));
                }
                Some(Head::Key(key, n)) => {
                    self.pending.drain(..n);
                    events.push(Event::Key(key));
                }
            }
        }
    }

    /// The whole paste, once its end is there.
    fn pasted(&mut self) -> Option<String> {
        let paste = self.paste.as_mut()?;
        let end = self
            .pending
            .windows(PASTE_END.len())
            .position(|window| window == PASTE_END);
        // Without an end, all but what might be the start of one belongs to the paste.
        let n = end.unwrap_or((self.pending.len() + 1).saturating_sub(PASTE_END.len()));
        let room = PASTE_MAX.saturating_sub(paste.len());
        paste.extend(self.pending.drain(..n).take(room));
        end?;
        self.pending.drain(..PASTE_END.len());
        let paste = self.paste.take()?;
        Some(String::from_utf8_lossy(&paste).into_owned())
    }
}

/// The first key of these bytes; `None` if there are none.
fn head(bytes: &[u8], all_there_is: bool) -> Option<Head> {
    let (first, rest) = bytes.split_first()?;
    if *first != 0x1b {
        return Some(plain(*first, bytes, all_there_is));
    }
    let found = match rest.first() {
        None => Head::Partial,
        Some(b'[') => control(rest.get(1..).unwrap_or_default()),
        Some(b'O') => match rest.get(1) {
            None => Head::Partial,
            Some(last) => match ss3(*last) {
                Some(code) => Head::Key(code.into(), 3),
                None => Head::Skip(3),
            },
        },
        // Answers, up to their end: OSC, DCS, APC, PM.
        Some(b']' | b'P' | b'_' | b'^') => string(rest),
        Some(0x1b) => Head::Key(Code::Esc.into(), 1),
        Some(next) => match plain(*next, rest, all_there_is) {
            Head::Key(key, n) => Head::Key(Key { alt: true, ..key }, n + 1),
            Head::Skip(n) => Head::Skip(n + 1),
            Head::Mouse(mouse, n) => Head::Mouse(mouse, n + 1),
            Head::Report(report, n) => Head::Report(report, n + 1),
            Head::Partial => Head::Partial,
        },
    };
    Some(match found {
        Head::Partial if all_there_is => Head::Key(Code::Esc.into(), 1),
        found => found,
    })
}

/// A byte that begins no sequence.
fn plain(first: u8, bytes: &[u8], all_there_is: bool) -> Head {
    let code = match first {
        b'\r' | b'\n' => Code::Enter,
        b'\t' => Code::Tab,
        0x7f | 0x08 => Code::Backspace,
        0 => return Head::Key(Key::ctrl(' '), 1),
        0x01..=0x1a => return Head::Key(Key::ctrl(char::from(first - 1 + b'a')), 1),
        0x1c..=0x1f => return Head::Key(Key::ctrl(char::from(first - 0x1c + b'4')), 1),
        0x20..=0x7e => Code::Char(char::from(first)),
        _ => return utf8(bytes, all_there_is),
    };
    Head::Key(code.into(), 1)
}

/// A character of several bytes.
fn utf8(bytes: &[u8], all_there_is: bool) -> Head {
    let length = match bytes.first() {
        Some(0xc2..=0xdf) => 2,
        Some(0xe0..=0xef) => 3,
        Some(0xf0..=0xf4) => 4,
        _ => return Head::Skip(1),
    };
    match bytes.get(..length).map(str::from_utf8) {
        None if all_there_is => Head::Skip(bytes.len().max(1)),
        None => Head::Partial,
        Some(Err(_)) => Head::Skip(1),
        Some(Ok(text)) => match text.chars().next() {
            Some(c) if !c.is_control() => Head::Key(c.into(), length),
            _ => Head::Skip(length),
        },
    }
}

/// What follows `ESC [`.
fn control(bytes: &[u8]) -> Head {
    // The console of Linux sends F1 to F5 as `ESC [ [ A` to `E`.
    if bytes.first() == Some(&b'[') {
        return match bytes.get(1) {
            None => Head::Partial,
            Some(last @ b'A'..=b'E') => Head::Key(Code::F(last - b'A' + 1).into(), 4),
            Some(_) => Head::Skip(4),
        };
    }
    // A sequence has no controls inside; what has is damaged, and so is an endless one.
    let end = bytes.iter().position(|b| matches!(b, 0x40..=0x7e | ..0x20));
    let Some(end) = end else {
        return match bytes.len() {
            ..=64 => Head::Partial,
            length => Head::Skip(length + 2),
        };
    };
    if bytes.get(end).is_some_and(|b| *b < 0x20) {
        return Head::Skip(end + 2);
    }
    let length = end + 3;
    let parameters = bytes.get(..end).unwrap_or_default();
    let last = bytes.get(end).copied().unwrap_or(0);
    if let Some(mouse) = parameters.strip_prefix(b"<") {
        return match gesture(mouse, last) {
            Some(mouse) => Head::Mouse(mouse, length),
            None => Head::Skip(length),
        };
    }
    // A terminal that does not know the mouse's numbers sends three bytes of any kind behind
    // this. It was asked for numbers, so it is not taken for a click, nor its bytes for keys.
    if parameters.is_empty() && last == b'M' {
        return match bytes.len() {
            ..4 => Head::Partial,
            _ => Head::Skip(6),
        };
    }
    let mut numbers = parameters.split(|b| *b == b';').map(|digits| {
        let text = str::from_utf8(digits).unwrap_or_default();
        text.parse::<u8>().unwrap_or(0)
    });
    let first = numbers.next().unwrap_or(0);
    let modifiers = numbers.next().unwrap_or(1).saturating_sub(1);
    if let Some(report) = report::of_control(parameters, last) {
        return Head::Report(report, length);
    }
    let code = match last {
        b'~' => tilde(first),
        b'Z' => Some(Code::BackTab),
        // `ESC [ 12 ; 40 R` is no key but the place of a cursor.
        _ if first <= 1 && modifiers < 16 => ss3(last),
        _ => None,
    };
    match code {
        None => Head::Skip(length),
        Some(code) => {
            let key = Key {
                code,
                shift: modifiers & 1 != 0,
                alt: modifiers & 2 != 0,
                ctrl: modifiers & 4 != 0,
            };
            Head::Key(key, length)
        }
    }
}

/// What the mouse did, by what stands between `ESC [ <` and the last byte: button, column and
/// row, from 1 (xterm's mode 1006).
fn gesture(parameters: &[u8], last: u8) -> Option<Mouse> {
    let mut numbers = parameters.split(|b| *b == b';').map(|digits| {
        let text = str::from_utf8(digits).ok()?;
        text.parse::<u16>().ok()
    });
    let (button, column, row) = (numbers.next()??, numbers.next()??, numbers.next()??);
    if numbers.next().is_some() || last != b'M' {
        return None;
    }
    let gesture = match button {
        0 => Gesture::Click,
        64 => Gesture::WheelUp,
        65 => Gesture::WheelDown,
        // Other buttons, modifiers and movements are left alone.
        _ => return None,
    };
    Some(Mouse {
        gesture,
        column: column.checked_sub(1)?,
        row: row.checked_sub(1)?,
    })
}

/// The key of `ESC O x`, and of `ESC [ x`.
const fn ss3(last: u8) -> Option<Code> {
    Some(match last {
        b'A' => Code::Up,
        b'B' => Code::Down,
        b'C' => Code::Right,
        b'D' => Code::Left,
        b'H' => Code::Home,
        b'F' => Code::End,
        b'M' => Code::Enter,
        b'P'..=b'S' => Code::F(last - b'P' + 1),
        _ => return None,
    })
}

/// The key of `ESC [ n ~`.
const fn tilde(n: u8) -> Option<Code> {
    Some(match n {
        1 | 7 => Code::Home,
        2 => Code::Insert,
        3 => Code::Delete,
        4 | 8 => Code::End,
        5 => Code::PageUp,
        6 => Code::PageDown,
        11..=15 => Code::F(n - 10),
        17..=21 => Code::F(n - 11),
        23 | 24 => Code::F(n - 12),
        _ => return None,
    })
}

/// A string sequence: dropped up to its end, BEL or `ESC \`. Other controls are in none: one
/// ends a damaged string, and is a key, so that Ctrl-C is heard whatever a link lost.
fn string(rest: &[u8]) -> Head {
    let bell = rest.iter().position(|b| *b == 7).map(|at| at + 2);
    let terminator = rest.windows(2).position(|w| w == b"\x1b\\");
    let key = rest.iter().position(|b| matches!(b, 0..=6 | 8..=0x1a));
    let ends = bell.into_iter().chain(terminator.map(|at| at + 3)).min();
    if let Some(at) = key
        && ends.is_none_or(|end| at < end)
    {
        return Head::Skip(at + 1);
    }
    let end = match ends {
        Some(end) => end,
        None if rest.len() > PASTE_MAX => return Head::Skip(rest.len() + 1),
        None => return Head::Partial,
    };
    match report::of_string(rest.get(..end.saturating_sub(1)).unwrap_or_default()) {
        Some(report) => Head::Report(report, end),
        None => Head::Skip(end),
    }
}

#[cfg(test)]
mod tests {
    use super::Parser;
    use crate::console::event::Event;
    use crate::console::terminal::{CellSize, Report};
    use proptest::prelude::*;

    fn names(events: Vec<Event>) -> Vec<String> {
        let name = |event| match event {
            Event::Key(key) => key.to_string(),
            Event::Paste(text) => format!("paste {text}"),
            other => format!("{other:?}"),
        };
        events.into_iter().map(name).collect()
    }

    fn keys(bytes: &[u8]) -> Vec<String> {
        let mut parser = Parser::default();
        let mut events = parser.feed(bytes);
        events.extend(parser.expire());
        names(events)
    }

    #[test]
    fn every_kind_of_key_is_known() {
        for (bytes, name) in [
            (&b"j"[..], "j"),
            (b"\r", "enter"),
            (b"\t", "tab"),
            (b"\x1b[Z", "backtab"),
            (b"\x06", "ctrl-f"),
            (b"\x7f", "backspace"),
            (b"\x1b[A", "up"),
            (b"\x1bOB", "down"),
            (b"\x1b[5~", "pgup"),
            (b"\x1b[1;5C", "ctrl-right"),
            (b"\x1b[15~", "f5"),
            (b"\x1bOP", "f1"),
            (b"\x1b[[A", "f1"),
            (b"\x1b[24~", "f12"),
            (b"\x1bx", "alt-x"),
            (b"\x1b", "esc"),
            ("é".as_bytes(), "é"),
            ("漢".as_bytes(), "漢"),
        ] {
            assert_eq!(keys(bytes), [name], "{bytes:?}");
        }
    }

    #[test]
    fn a_sequence_split_by_the_link_is_one_key() {
        let mut parser = Parser::default();
        for part in [&b"\x1b"[..], b"[", b"1;5"] {
            assert!(parser.feed(part).is_empty());
            assert!(parser.waits());
        }
        assert_eq!(names(parser.feed(b"Dj")), ["ctrl-left", "j"]);
        assert!(!parser.waits());
    }

    #[test]
    fn a_lone_escape_is_a_key_once_nothing_follows() {
        let mut parser = Parser::default();
        assert!(parser.feed(b"\x1b").is_empty());
        assert_eq!(names(parser.expire()), ["esc"]);
    }

    #[test]
    fn answers_of_the_terminal_are_told_and_are_no_keys() {
        let cell = |width, height| Report::Cell(CellSize { width, height });
        for (bytes, reports) in [
            (
                &b"\x1b_Gi=31;OK\x1b\\\x1b_Gi=32;OK\x1b\\\x1bP>|kitty(0.39.1)\x1b\\\x1b[6;20;10t\x1b[?62;52c"[..],
                vec![
                    Report::Kitty,
                    Report::KittyZlib,
                    Report::Name("kitty(0.39.1)".to_owned()),
                    cell(10, 20),
                    Report::Attributes { sixel: false },
                ],
            ),
            (
                b"\x1bP>|foot(1.20.2)\x1b\\\x1b[6;17;8t\x1b[?62;4;22;28;29c",
                vec![
                    Report::Name("foot(1.20.2)".to_owned()),
                    cell(8, 17),
                    Report::Attributes { sixel: true },
                ],
            ),
            // 4 as the kind of the terminal is VT132.
            (b"\x1b[?4;1c", vec![Report::Attributes { sixel: false }]),
            (b"\x1b_Gi=31;ENOTSUP:no\x1b\\", vec![]),
            (b"\x1b_Gi=31\x1b\\\x1b_G;OK\x07\x1b[6;0;10t\x1b[6;20t\x1b[6;;t", vec![]),
            (b"\x1b[?c\x1b[8;24;80t\x1b[>1;10;0c\x1bP>\x1b\\", vec![Report::Attributes { sixel: false }]),
        ] {
            let expected: Vec<_> = reports.into_iter().map(Event::Terminal).collect();
            let mut parser = Parser::default();
            let mut events = parser.feed(bytes);
            events.extend(parser.expire());
            assert_eq!(events, expected, "{}", bytes.escape_ascii());
            // In any packets, with pauses in between.
            let mut parser = Parser::default();
            let mut events = Vec::new();
            for (n, byte) in bytes.iter().enumerate() {
                events.extend(parser.feed(&[*byte]));
                // After a lone ESC or `ESC [`, a pause means that a key was pressed.
                if n > 3 && !bytes[..=n].ends_with(b"\x1b") && !is_start(&bytes[n - 1..=n]) {
                    events.extend(parser.expire());
                }
            }
            assert_eq!(events, expected, "{}", bytes.escape_ascii());
        }
    }

    fn is_start(bytes: &[u8]) -> bool {
        matches!(bytes, [0x1b, b'[' | b'P' | b'_'])
    }

    #[test]
    fn the_rest_of_an_answer_is_no_key_however_late_it_comes() {
        for (begun, rest) in [
            (&b"\x1b[?6"[..], &b"2;4c"[..]),
            (b"\x1b_Gi=3", b"1;OK\x1b\\"),
            (b"\x1bP>|Wez", b"Term q?D\x1b\\"),
        ] {
            let mut parser = Parser::default();
            assert_eq!(parser.feed(begun), []);
            for _ in 0..20 {
                assert_eq!(parser.expire(), []);
                assert!(parser.waits());
            }
            let events = parser.feed(rest);
            assert!(matches!(events[..], [Event::Terminal(_)]), "{events:?}");
        }
    }

    #[test]
    fn an_expected_answer_may_be_torn_right_at_its_start() {
        let mut parser = Parser::default();
        parser.await_answers();
        for (begun, rest) in [
            (&b"\x1b_"[..], &b"Gi=31;OK\x1b\\"[..]),
            (b"\x1bP", b">|foot(1.20.2)\x1b\\"),
            (b"\x1b[", b"?62;4c"),
        ] {
            assert_eq!(parser.feed(begun), []);
            assert_eq!(parser.expire(), []);
            let events = parser.feed(rest);
            assert!(matches!(events[..], [Event::Terminal(_)]), "{events:?}");
        }
        // That was the last of them: now it is a key again.
        assert_eq!(parser.feed(b"\x1bP"), []);
        assert_ne!(parser.expire(), []);
    }

    #[test]
    fn an_answer_that_is_never_finished_is_given_up() {
        let mut parser = Parser::default();
        assert_eq!(parser.feed(b"\x1b[?62;"), []);
        let mut rounds = 0;
        while parser.waits() {
            assert_eq!(parser.expire(), []);
            rounds += 1;
            assert!(rounds < 1_000);
        }
        assert_eq!(names(parser.feed(b"j")), ["j"]);
    }

    #[test]
    fn keys_do_not_put_off_the_end_of_an_answer_that_is_never_finished() {
        let mut parser = Parser::default();
        assert_eq!(parser.feed(b"\x1b]x"), []);
        let mut rounds = 0;
        while parser.waits() {
            assert_eq!(parser.expire(), []);
            rounds += 1;
            assert!(rounds < 1_000);
            if parser.waits() {
                assert_eq!(parser.feed(b"j"), []);
            }
        }
        assert_eq!(names(parser.feed(b"j")), ["j"]);
    }

    #[test]
    fn a_control_ends_a_damaged_answer_and_is_a_key() {
        for (bytes, name) in [
            (&b"\x1b]x\x03"[..], "ctrl-c"),
            (b"\x1bP>|a\r", "enter"),
            (b"\x1b_G\x1a", "ctrl-z"),
        ] {
            let events = Parser::default().feed(bytes);
            assert_eq!(names(events), [name], "{bytes:?}");
        }
        let mut parser = Parser::default();
        assert_eq!(parser.feed(b"\x1b]x"), []);
        assert_eq!(parser.expire(), []);
        assert_eq!(names(parser.feed(b"y\x03j")), ["ctrl-c", "j"]);
        // What follows a whole string does not damage it.
        assert_eq!(keys(b"\x1b]0;x\x07\x03"), ["ctrl-c"]);
    }

    #[test]
    fn a_paste_whose_end_was_lost_is_told_in_the_end() {
        let mut parser = Parser::default();
        assert_eq!(parser.feed(b"\x1b[200~some text"), []);
        let mut events = Vec::new();
        let mut rounds = 0;
        while parser.waits() {
            assert_eq!(events, []);
            events = parser.expire();
            rounds += 1;
            assert!(rounds < 1_000);
        }
        assert_eq!(names(events), ["paste some text"]);
        assert_eq!(names(parser.feed(b"j")), ["j"]);
    }

    #[test]
    fn other_answers_and_unknown_sequences_are_dropped_whole() {
        let bytes = b"\x1b[12;40R\x1b]11;rgb:00/00/00\x1b\\\x1bP1$r\x1b\\\x1b[99~q";
        assert_eq!(keys(bytes), ["q"]);
    }

    #[test]
    fn clicks_and_the_wheel_are_told_with_their_place_from_zero() {
        use crate::console::mouse::{Gesture, Mouse};
        for (bytes, gesture) in [
            (&b"\x1b[<0;1;300M"[..], Gesture::Click),
            (b"\x1b[<64;1;300M", Gesture::WheelUp),
            (b"\x1b[<65;1;300M", Gesture::WheelDown),
        ] {
            let mouse = Mouse {
                gesture,
                column: 0,
                row: 299,
            };
            assert_eq!(Parser::default().feed(bytes), [Event::Mouse(mouse)]);
        }
    }

    #[test]
    fn other_and_broken_reports_of_the_mouse_are_never_keys() {
        for bytes in [
            &b"\x1b[<0;1;1m"[..],
            b"\x1b[<2;1;1M",
            b"\x1b[<35;9;9M",
            b"\x1b[<0;0;1M",
            b"\x1b[<0;1M",
            b"\x1b[<0;1;1;1M",
            b"\x1b[<;;M",
            b"\x1b[<0;99999;1M",
            b"\x1b[M !!",
            b"\x1b[MyDy",
        ] {
            assert_eq!(keys(bytes), [""; 0], "{bytes:?}");
        }
        let mut parser = Parser::default();
        for part in [&b"\x1b[<0"[..], b";1", b";"] {
            assert!(parser.feed(part).is_empty());
            assert!(parser.expire().is_empty());
        }
        assert_eq!(names(parser.feed(b"y")), [""; 0], "the rest came late");
    }

    #[test]
    fn a_paste_is_text_and_never_keys() {
        let bytes = b"\x1b[200~D\ny\x1b[A\x1b[201~q";
        assert_eq!(keys(bytes), ["paste D\ny\u{1b}[A", "q"]);
        let mut parser = Parser::default();
        let mut events = Vec::new();
        for byte in bytes {
            events.extend(parser.feed(&[*byte]));
        }
        assert_eq!(names(events), ["paste D\ny\u{1b}[A", "q"]);
    }

    proptest! {
        #![proptest_config(ProptestConfig {
            failure_persistence: None,
            ..ProptestConfig::default()
        })]

        #[test]
        fn any_bytes_in_any_packets_are_read_to_their_end(
            packets in proptest::collection::vec(proptest::collection::vec(any::<u8>(), 0..12), 0..20)
        ) {
            let mut parser = Parser::default();
            for packet in packets {
                parser.feed(&packet);
            }
            parser.feed(b"\x1b[201~\x1b\\\x07");
            parser.expire();
            prop_assert!(!parser.waits());
        }
    }
}
