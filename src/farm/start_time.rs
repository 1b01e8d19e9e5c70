//! `start_time`: what a wall-clock time of day means, in the farm's time zone.

use jiff::civil;
use jiff::tz::{AmbiguousOffset, TimeZone};

use crate::model::Timestamp;

/// Reads `HH:MM`, 24 hours, exactly five characters.
///
/// # Errors
/// What is wrong with the text and what is accepted.
pub(super) fn parse(text: &str) -> Result<civil::Time, String> {
    let wrong = || {
        format!(
            "start_time {text:?} is not a time of day: \"HH:MM\" from 00:00 to 23:59 is expected"
        )
    };
    let &[h1, h2, b':', m1, m2] = text.as_bytes() else {
        return Err(wrong());
    };
    let two = |a: u8, b: u8| -> Option<i8> {
        (a.is_ascii_digit() && b.is_ascii_digit())
            .then(|| i8::try_from((a - b'0') * 10 + (b - b'0')).ok())
            .flatten()
    };
    let (Some(hour), Some(minute)) = (two(h1, h2), two(m1, m2)) else {
        return Err(wrong());
    };
    civil::Time::new(hour, minute, 0, 0).map_err(|_| wrong())
}

/// The next moment at which clocks show `time`: `now` itself within that minute. A time
/// that a change of clocks skips means the moment of the change, a doubled one its first.
pub(super) fn next_occurrence(time: civil::Time, now: Timestamp, zone: &TimeZone) -> Timestamp {
    let Ok(instant) = jiff::Timestamp::from_millisecond(now.0) else {
        return now;
    };
    let local = instant.to_zoned(zone.clone());
    if local.hour() == time.hour() && local.minute() == time.minute() {
        return now;
    }
    let mut day = local.date();
    // Two days suffice; a zone that skips a whole day (Samoa, 2011) needs a third.
    for _ in 0..3 {
        if let Some(at) = moment(day.to_datetime(time), zone)
            && at > instant
        {
            return Timestamp(at.as_millisecond());
        }
        let Ok(tomorrow) = day.tomorrow() else {
            return now;
        };
        day = tomorrow;
    }
    now
}

/// The moment of a civil time in a zone.
fn moment(datetime: civil::DateTime, zone: &TimeZone) -> Option<jiff::Timestamp> {
    let ambiguous = zone.to_ambiguous_timestamp(datetime);
    match ambiguous.offset() {
        AmbiguousOffset::Gap { .. } => {
            // Read with the offset after the gap, the skipped time lies before the change.
            let before = ambiguous.earlier().ok()?;
            zone.following(before)
                .next()
                .map(|change| change.timestamp())
        }
        AmbiguousOffset::Unambiguous { .. } | AmbiguousOffset::Fold { .. } => {
            ambiguous.earlier().ok()
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn next(time: &str, now: &str) -> String {
        let zone = TimeZone::get("Europe/Paris").unwrap();
        let now: jiff::Zoned = now.parse().unwrap();
        let now = Timestamp(now.timestamp().as_millisecond());
        let at = next_occurrence(parse(time).unwrap(), now, &zone);
        jiff::Timestamp::from_millisecond(at.0)
            .unwrap()
            .to_zoned(zone)
            .to_string()
    }

    #[test]
    fn later_today_or_else_tomorrow() {
        let now = "2026-06-10T10:30:20+02:00[Europe/Paris]";
        assert_eq!(
            next("10:31", now),
            "2026-06-10T10:31:00+02:00[Europe/Paris]"
        );
        assert_eq!(
            next("10:29", now),
            "2026-06-11T10:29:00+02:00[Europe/Paris]"
        );
    }

    #[test]
    fn the_current_minute_means_now() {
        let now = "2026-06-10T10:30:20+02:00[Europe/Paris]";
        assert_eq!(next("10:30", now), now);
    }

    #[test]
    fn a_skipped_time_is_the_moment_of_the_change() {
        let now = "2026-03-29T01:00:00+01:00[Europe/Paris]";
        assert_eq!(
            next("02:30", now),
            "2026-03-29T03:00:00+02:00[Europe/Paris]"
        );
        assert_eq!(
            next("02:00", now),
            "2026-03-29T03:00:00+02:00[Europe/Paris]"
        );
    }

    #[test]
    fn a_doubled_time_is_its_first() {
        let now = "2026-10-25T01:00:00+02:00[Europe/Paris]";
        assert_eq!(
            next("02:30", now),
            "2026-10-25T02:30:00+02:00[Europe/Paris]"
        );
        let between = "2026-10-25T02:45:00+02:00[Europe/Paris]";
        assert_eq!(
            next("02:30", between),
            "2026-10-26T02:30:00+01:00[Europe/Paris]"
        );
    }

    #[test]
    fn only_five_characters_are_a_time() {
        for wrong in [
            "",
            "9:30",
            "24:00",
            "12:60",
            "12:30:00",
            "1230",
            " 9:30",
            "ab:cd",
            "１２:30",
        ] {
            let message = parse(wrong).unwrap_err();
            assert!(message.contains("HH:MM"), "{message}");
        }
        assert!(parse("00:00").is_ok() && parse("23:59").is_ok());
    }
}
