//! Durations and sizes as people write them: the one parser of each.

use std::time::Duration;

use jiff::SignedDuration;

/// What [`duration`] accepts.
pub(super) const DURATION: &str =
    "a duration such as \"45 s\", \"30 min\" or \"24 h\", or seconds as a whole number";

/// What [`size`] accepts.
pub(super) const SIZE: &str =
    "a size such as \"512 KiB\", \"1 MiB\" or \"5 GiB\", or bytes as a whole number";

/// Reads `45 s`, `30 min`, `1 h 30 min` (jiff's friendly format), or seconds as digits.
pub(super) fn duration(text: &str) -> Option<Duration> {
    let text = text.trim();
    if let Some(seconds) = digits(text) {
        return Some(Duration::from_secs(seconds));
    }
    let signed: SignedDuration = text.parse().ok()?;
    Duration::try_from(signed).ok()
}

/// Writes a duration so that [`duration`] reads it again.
pub(super) fn show_duration(duration: Duration) -> String {
    SignedDuration::try_from(duration).map_or_else(
        |_| format!("{} s", duration.as_secs()),
        |d| format!("{d:#}"),
    )
}

const UNITS: &[(&str, u64)] = &[
    ("B", 1),
    ("KiB", 1 << 10),
    ("MiB", 1 << 20),
    ("GiB", 1 << 30),
    ("TiB", 1 << 40),
    ("kB", 1_000),
    ("MB", 1_000_000),
    ("GB", 1_000_000_000),
    ("TB", 1_000_000_000_000),
];

/// Reads `5 GiB` (powers of 1024), `5 GB` (powers of 1000), or bytes as digits.
pub(super) fn size(text: &str) -> Option<u64> {
    let text = text.trim();
    if let Some(bytes) = digits(text) {
        return Some(bytes);
    }
    let unit_at = text.find(|c: char| !c.is_ascii_digit())?;
    let (number, unit) = text.split_at(unit_at);
    let (_, factor) = UNITS.iter().find(|(name, _)| *name == unit.trim())?;
    digits(number)?.checked_mul(*factor)
}

/// Writes a size in the largest unit that keeps it whole.
pub(super) fn show_size(bytes: u64) -> String {
    let best = UNITS
        .iter()
        .filter(|(name, factor)| name.ends_with("iB") && bytes > 0 && bytes.is_multiple_of(*factor))
        .max_by_key(|(_, factor)| *factor);
    match best {
        Some((name, factor)) => format!("{} {name}", bytes / factor),
        None => format!("{bytes} B"),
    }
}

fn digits(text: &str) -> Option<u64> {
    let all = !text.is_empty() && text.bytes().all(|b| b.is_ascii_digit());
    all.then(|| text.parse().ok()).flatten()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn durations_are_read_as_people_write_them() {
        for (text, seconds) in [
            ("45 s", 45),
            ("30 min", 1_800),
            ("24 h", 86_400),
            ("1 h 30 min", 5_400),
            ("90", 90),
        ] {
            assert_eq!(duration(text), Some(Duration::from_secs(seconds)), "{text}");
        }
        assert_eq!(duration("250 ms"), Some(Duration::from_millis(250)));
    }

    #[test]
    fn what_is_no_duration_is_refused() {
        for text in ["", "-5 s", "5 s ago", "ten minutes", "5 parsecs", "1e3"] {
            assert_eq!(duration(text), None, "{text}");
        }
    }

    #[test]
    fn a_duration_shown_is_read_again() {
        for seconds in [1, 59, 1_800, 86_400, 90_061] {
            let duration_ = Duration::from_secs(seconds);
            assert_eq!(duration(&show_duration(duration_)), Some(duration_));
        }
    }

    #[test]
    fn sizes_are_read_as_people_write_them() {
        for (text, bytes) in [
            ("1 MiB", 1_048_576),
            ("5GiB", 5_368_709_120),
            ("2 MB", 2_000_000),
            ("17", 17),
            ("17 B", 17),
        ] {
            assert_eq!(size(text), Some(bytes), "{text}");
        }
    }

    #[test]
    fn what_is_no_size_is_refused() {
        for text in [
            "",
            "1.5 MiB",
            "-1",
            "MiB",
            "1 mib",
            "99999999 TiB",
            "1 MiB x",
        ] {
            assert_eq!(size(text), None, "{text}");
        }
    }

    #[test]
    fn a_size_shown_is_read_again() {
        for bytes in [0, 1, 1_023, 1_024, 5 << 30, 5_000] {
            assert_eq!(size(&show_size(bytes)), Some(bytes));
        }
    }
}
