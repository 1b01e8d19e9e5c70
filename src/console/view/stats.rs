//! Curves of the last hour, and the five counts.

use ratatui::buffer::Buffer;
use ratatui::layout::Rect;
use ratatui::text::Line;

use super::{put, span};
use crate::console::look::{Look, Role};
use crate::console::state::State;
use crate::console::text;
use crate::model::{Rates, Stats};

/// Columns of a curve's name.
const NAME: usize = 11;
/// Columns of a curve's last value.
const VALUE: usize = 9;
/// Columns of the counts, and the spaces between all these.
const COUNTS: usize = 38;

/// Between two curves side by side.
const GAP: usize = 3;
/// Two curves stand side by side where each has so many minutes.
const SIDE_BY_SIDE: usize = 30;

/// A curve.
struct Curve<'a> {
    name: &'static str,
    values: &'a [u64],
    show: fn(&[u64]) -> String,
    role: Role,
}

/// One of the counts.
type Count = (&'static str, u64, Role);

/// A row: a curve, one more where there is room, and one of the counts.
struct Row<'a>(Curve<'a>, Curve<'a>, Count);

pub(super) fn draw(state: &State, area: Rect, buffer: &mut Buffer) {
    let look = state.options.look;
    let Some(farm) = &state.farm else {
        return;
    };
    let rates: &Rates = &farm.rates;
    let width = usize::from(area.width);
    let room = width.saturating_sub(COUNTS);
    let half = (room / 2).saturating_sub(NAME + VALUE + GAP);
    let (shown, minutes) = if half >= SIDE_BY_SIDE {
        (2, half)
    } else {
        (1, room.saturating_sub(NAME + VALUE))
    };
    let minutes = minutes.min(Rates::MINUTES);
    for (y, Row(first, second, count)) in (area.y..).zip(rows(rates, &farm.stats)) {
        let mut spans = Vec::new();
        for curve in [first, second].iter().take(shown) {
            let last = (curve.show)(curve.values);
            spans.extend([
                span(look, Role::Dim, &format!("{:<NAME$}", curve.name)),
                span(look, curve.role, &bars(look, curve.values, minutes)),
                span(look, Role::Plain, &format!(" {last:>VALUE$}")),
                span(look, Role::Plain, &" ".repeat(GAP)),
            ]);
        }
        let (name, n, role) = count;
        spans.push(span(look, Role::Dim, &format!("{name:<9} ")));
        spans.push(span(look, role, &format!("{n:>7}")));
        // The last of the four counts is said to be one of all.
        if y + 1 == area.bottom() {
            spans.push(span(look, Role::Dim, " of "));
            spans.push(span(look, Role::Plain, &farm.stats.total.to_string()));
        }
        put(buffer, area, y, &Line::from(spans));
    }
}

fn rows<'a>(rates: &'a Rates, stats: &Stats) -> [Row<'a>; 4] {
    let count = |name, values| curve(name, values, this_minute);
    let time = |name, values| curve(name, values, last_ms);
    let answer = |name, values| curve(name, values, last_us);
    let failed = Curve {
        role: Role::Bad,
        ..count("failed/min", &rates.failed)
    };
    let bad = if stats.failed > 0 {
        Role::Bad
    } else {
        Role::Plain
    };
    [
        Row(
            count("done/min", &rates.finished),
            time("wait p50", &rates.wait_p50_ms),
            ("pending", stats.pending, Role::Plain),
        ),
        Row(
            failed,
            time("wait p95", &rates.wait_p95_ms),
            ("running", stats.running, Role::Plain),
        ),
        Row(
            time("task p95", &rates.p95_ms),
            time("task p50", &rates.p50_ms),
            ("completed", stats.completed, Role::Plain),
        ),
        Row(
            answer("adb answer", &rates.adb_us),
            answer("adb p95", &rates.adb_p95_us),
            ("failed", stats.failed, bad),
        ),
    ]
}

const fn curve<'a>(name: &'static str, values: &'a [u64], show: fn(&[u64]) -> String) -> Curve<'a> {
    Curve {
        name,
        values,
        show,
        role: Role::Curve,
    }
}

/// The count of the minute that runs.
fn this_minute(values: &[u64]) -> String {
    values.last().copied().unwrap_or(0).to_string()
}

/// The newest value there is: a minute without a sample is 0, and says nothing.
fn newest(values: &[u64]) -> Option<u64> {
    values.iter().rev().copied().find(|value| *value > 0)
}

fn last_ms(values: &[u64]) -> String {
    newest(values).map_or("-".to_owned(), |n| {
        text::duration(i64::try_from(n).unwrap_or(i64::MAX))
    })
}

fn last_us(values: &[u64]) -> String {
    newest(values).map_or("-".to_owned(), text::micros)
}

/// The last `width` values as bars, from zero to the highest of them.
fn bars(look: Look, values: &[u64], width: usize) -> String {
    let bars = &look.glyphs().bars;
    let shown = values
        .get(values.len().saturating_sub(width)..)
        .unwrap_or_default();
    let highest = shown.iter().copied().max().unwrap_or(0).max(1);
    let steps = bars.len() as u64 - 1;
    let mut text = " ".repeat(width - shown.len());
    for value in shown {
        // Anything above nothing is seen.
        let bar = value.saturating_mul(steps).div_ceil(highest);
        text.push_str(bars.get(usize::try_from(bar).unwrap_or(0)).unwrap_or(&" "));
    }
    text
}

#[cfg(test)]
mod tests {
    use super::{bars, last_ms, last_us};
    use crate::console::look::Look;
    use crate::console::testing::Screen;

    #[test]
    fn a_curve_goes_from_nothing_to_its_highest_value() {
        let look = Look::default();
        assert_eq!(bars(look, &[0, 1, 4, 8], 6), "   ▁▄█");
        assert_eq!(bars(look, &[9, 9, 0, 1000], 2), " █");
        assert_eq!(bars(look, &[], 3), "   ");
    }

    #[test]
    fn a_minute_without_a_sample_does_not_hide_the_last_one() {
        assert_eq!(last_us(&[4200, 0]), "4.2ms");
        assert_eq!(last_ms(&[9000, 12_000, 0, 0]), "12.0s");
        assert_eq!((last_ms(&[0]), last_us(&[])), ("-".into(), "-".into()));
    }

    #[test]
    fn a_wide_screen_shows_two_curves_a_row() {
        let screen = Screen::new(160, 40);
        let row = screen.text().lines().nth(2).unwrap().to_owned();
        assert!(row.starts_with("failed/min "), "{row}");
        assert!(
            row.contains("   wait p95 ") && row.contains(" 3.0s   running "),
            "{row}"
        );
    }

    #[test]
    fn four_rows_show_the_last_hour_and_the_counts() {
        let screen = Screen::new(80, 24);
        let rows: Vec<_> = screen
            .text()
            .lines()
            .skip(1)
            .take(4)
            .map(str::to_owned)
            .collect();
        assert_eq!(
            rows,
            [
                "done/min                     ▂▃▅█         8   pending         2",
                "failed/min                   ▄ █          0   running         2",
                "task p95                     ▂▄▆█     12.0s   completed       5",
                "adb answer                   ████     4.2ms   failed          3 of 12",
            ]
        );
    }
}
