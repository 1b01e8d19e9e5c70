//! Text made fit for a terminal: harmless, short enough, and times as people read them.

use std::borrow::Cow;

use jiff::tz::TimeZone;
use unicode_width::{UnicodeWidthChar, UnicodeWidthStr};

use crate::model::Timestamp;

/// Stands for a character that a terminal must not get.
const HARMLESS: char = '\u{fffd}';

/// Whether a terminal could take the character for an order, or show it out of its place:
/// controls, and the marks that turn the direction of text or have no width.
fn is_harmful(c: char) -> bool {
    c.is_control()
        || matches!(c, '\u{200b}'..='\u{200f}' | '\u{2028}'..='\u{202e}' | '\u{2060}'..='\u{2069}' | '\u{feff}')
}

/// The text in one line, without anything that a terminal could take for an order. Phones,
/// scripts and API clients choose serials, messages and logs; none of them owns the screen.
#[must_use]
pub fn clean(text: &str) -> Cow<'_, str> {
    if !text.contains(is_harmful) {
        return Cow::Borrowed(text);
    }
    let one = |c| match c {
        '\n' | '\t' => ' ',
        c if is_harmful(c) => HARMLESS,
        c => c,
    };
    Cow::Owned(text.chars().map(one).collect())
}

/// The text cleaned and cut to `width` columns, with `more` at the end if it was longer.
#[must_use]
pub fn fit<'a>(text: &'a str, width: usize, more: &str) -> Cow<'a, str> {
    let text = clean(text);
    if text.width() <= width {
        return text;
    }
    let room = width.saturating_sub(more.width());
    let mut used = 0;
    let mut short: String = text
        .chars()
        .take_while(|c| {
            used += c.width().unwrap_or(0);
            used <= room
        })
        .collect();
    if more.width() <= width {
        short.push_str(more);
    }
    Cow::Owned(short)
}

/// What is left of a text behind its first columns. A character that would be cut in two goes.
#[must_use]
pub fn skip(text: &str, columns: usize) -> &str {
    let mut passed = 0;
    let hidden = text.char_indices().find(|(_, c)| {
        let shown = passed >= columns;
        passed += c.width().unwrap_or(0);
        shown
    });
    match hidden {
        Some((at, _)) => text.get(at..).unwrap_or_default(),
        None => "",
    }
}

/// The text in lines of at most `width` columns, broken at spaces where that is possible.
#[must_use]
pub fn wrap(text: &str, width: usize) -> Vec<String> {
    let width = width.max(1);
    let mut lines = Vec::new();
    for raw in text.lines() {
        let raw = clean(raw);
        let mut line = String::new();
        let mut used = 0;
        for word in raw.split_inclusive(' ') {
            if used > 0 && used + word.trim_end().width() > width {
                lines.push(std::mem::take(&mut line));
                used = 0;
            }
            for c in word.chars() {
                let columns = c.width().unwrap_or(0);
                if used + columns > width {
                    if c == ' ' {
                        continue;
                    }
                    lines.push(std::mem::take(&mut line));
                    used = 0;
                }
                line.push(c);
                used += columns;
            }
        }
        lines.push(line);
    }
    lines
}

/// How long ago, in one unit. Steps of ten seconds below a minute: a column of ages that
/// changed each second would cost an SSH link more than all the rest of the screen.
#[must_use]
pub fn age(ms: i64) -> String {
    let seconds = ms.max(0) / 1000;
    match seconds {
        0..60 => format!("{}s", seconds / 10 * 10),
        60..3_600 => format!("{}m", seconds / 60),
        3_600..172_800 => format!("{}h", seconds / 3_600),
        _ => format!("{}d", seconds / 86_400),
    }
}

/// A moment beside others, in at most eleven columns: the time of one of today, and the day
/// and the minute of others.
#[must_use]
pub fn moment(at: Timestamp, now: Timestamp, zone: &TimeZone) -> String {
    let day = |at| in_zone(at, zone, "%Y-%m-%d");
    let format = if day(at) == day(now) {
        "%H:%M:%S"
    } else {
        "%m-%d %H:%M"
    };
    in_zone(at, zone, format)
}

/// How long something took, in two units at most.
#[must_use]
pub fn duration(ms: i64) -> String {
    let ms = ms.max(0);
    let seconds = ms / 1000;
    match ms {
        0..1_000 => format!("{ms}ms"),
        1_000..60_000 => format!("{seconds}.{}s", ms % 1000 / 100),
        60_000..3_600_000 => format!("{}m{:02}s", seconds / 60, seconds % 60),
        _ => format!("{}h{:02}m", seconds / 3600, seconds / 60 % 60),
    }
}

/// How long something took that takes milliseconds: `4.2ms`.
#[must_use]
pub fn micros(micros: u64) -> String {
    format!("{}.{}ms", micros / 1000, micros % 1000 / 100)
}

/// `14:03:07` on the wall of `zone`.
#[must_use]
pub fn clock(at: Timestamp, zone: &TimeZone) -> String {
    in_zone(at, zone, "%H:%M:%S")
}

/// `2026-11-22 14:03:07` in `zone`.
#[must_use]
pub fn date_time(at: Timestamp, zone: &TimeZone) -> String {
    in_zone(at, zone, "%Y-%m-%d %H:%M:%S")
}

/// `20261122-140307` in `zone`, for names of files.
#[must_use]
pub fn stamp(at: Timestamp, zone: &TimeZone) -> String {
    in_zone(at, zone, "%Y%m%d-%H%M%S")
}

fn in_zone(at: Timestamp, zone: &TimeZone, format: &str) -> String {
    match jiff::Timestamp::from_millisecond(at.0) {
        Ok(t) => t.to_zoned(zone.clone()).strftime(format).to_string(),
        Err(_) => at.to_string(),
    }
}

/// `22 B`, `1.2 KiB`, `3.4 MiB`.
#[must_use]
pub fn size(bytes: u64) -> String {
    let tenths = |unit: u64| {
        let tenths = bytes.saturating_mul(10) / unit;
        format!("{}.{}", tenths / 10, tenths % 10)
    };
    match bytes {
        0..1_024 => format!("{bytes} B"),
        1_024..1_048_576 => format!("{} KiB", tenths(1_024)),
        _ => format!("{} MiB", tenths(1_048_576)),
    }
}

/// `1 task`, `3 tasks`.
#[must_use]
pub fn count(n: usize, thing: &str) -> String {
    let s = if n == 1 { "" } else { "s" };
    format!("{n} {thing}{s}")
}

#[cfg(test)]
mod tests {
    use super::{age, clean, clock, duration, fit, size, skip, wrap};
    use crate::model::Timestamp;
    use jiff::tz::TimeZone;

    #[test]
    fn no_order_to_the_terminal_survives() {
        assert_eq!(
            clean("a\x1b[2Jb\r\u{202e}c\nd"),
            "a\u{fffd}[2Jb\u{fffd}\u{fffd}c d"
        );
        assert_eq!(clean("plain \u{e9}"), "plain \u{e9}");
    }

    #[test]
    fn a_text_is_cut_by_columns_not_by_characters() {
        assert_eq!(fit("abcdef", 4, "~"), "abc~");
        assert_eq!(fit("abcd", 4, "~"), "abcd");
        assert_eq!(fit("\u{6f22}\u{5b57}\u{6f22}", 4, "~"), "\u{6f22}~");
        assert_eq!(fit("abc", 0, "~"), "");
    }

    #[test]
    fn a_line_is_looked_at_from_a_column_on() {
        assert_eq!(skip("abcdef", 4), "ef");
        assert_eq!(skip("abc", 3), "");
        assert_eq!(skip("\u{6f22}b", 1), "b");
    }

    #[test]
    fn lines_break_at_spaces_and_inside_words_too_long() {
        assert_eq!(wrap("one two three", 8), ["one two ", "three"]);
        assert_eq!(wrap("abcdefghij", 4), ["abcd", "efgh", "ij"]);
        assert_eq!(wrap("a\n\nb", 4), ["a", "", "b"]);
    }

    #[test]
    fn times_read_as_people_say_them() {
        assert_eq!(age(-5), "0s");
        assert_eq!(age(19_999), "10s");
        assert_eq!(age(3_599_000), "59m");
        assert_eq!(age(172_800_000), "2d");
        assert_eq!(duration(950), "950ms");
        assert_eq!(duration(12_340), "12.3s");
        assert_eq!(duration(3_723_000), "1h02m");
        assert_eq!([size(22), size(1_300)], ["22 B", "1.2 KiB"]);
        assert_eq!(size(u64::MAX / 16), "1099511627775.9 MiB");
        assert_eq!(clock(Timestamp(50_587_000), &TimeZone::UTC), "14:03:07");
    }
}
