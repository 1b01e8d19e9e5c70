//! Curves of the last hour, and the five counts.

use ratatui::buffer::Buffer;
use ratatui::layout::Rect;
use ratatui::text::Line;

use super::{put, span};
use crate::console::look::{Look, Role};
use crate::console::state::State;
use crate::console::text;
use crate::model::Rates;

/// Columns of a curve's name.
const NAME: usize = 11;
/// Columns of a curve's last value.
const VALUE: usize = 9;
/// Columns of the counts, and the spaces between all these.
const COUNTS: usize = 38;

/// A row: a curve, and one of the counts.
struct Curve<'a> {
    name: &'static str,
    values: &'a [u64],
    show: fn(&[u64]) -> String,
    role: Role,
    count: (&'static str, u64, Role),
}

pub(super) fn draw(state: &State, area: Rect, buffer: &mut Buffer) {
    let look = state.options.look;
    let Some(farm) = &state.farm else {
        return;
    };
    let rates: &Rates = &farm.rates;
    let stats = farm.stats;
    let bad = |n| if n > 0 { Role::Bad } else { Role::Plain };
    let rows = [
        Curve {
            name: "done/min",
            values: &rates.finished,
            show: this_minute,
            role: Role::Curve,
            count: ("pending", stats.pending, Role::Plain),
        },
        Curve {
            name: "failed/min",
            values: &rates.failed,
            show: this_minute,
            role: Role::Bad,
            count: ("running", stats.running, Role::Plain),
        },
        Curve {
            name: "task p95",
            values: &rates.p95_ms,
            show: last_ms,
            role: Role::Curve,
            count: ("completed", stats.completed, Role::Plain),
        },
        Curve {
            name: "adb answer",
            values: &rates.adb_us,
            show: last_us,
            role: Role::Curve,
            count: ("failed", stats.failed, bad(stats.failed)),
        },
    ];
    let width = usize::from(area.width);
    let room = width
        .saturating_sub(NAME + VALUE + COUNTS)
        .min(Rates::MINUTES);
    for (y, row) in (area.y..).zip(rows) {
        let last = (row.show)(row.values);
        let (count, n, role) = row.count;
        let mut spans = vec![
            span(look, Role::Dim, &format!("{:<NAME$}", row.name)),
            span(look, row.role, &curve(look, row.values, room)),
            span(look, Role::Plain, &format!(" {last:>VALUE$}   ")),
            span(look, Role::Dim, &format!("{count:<9} ")),
            span(look, role, &format!("{n:>7}")),
        ];
        // The last of the four counts is said to be one of all.
        if y + 1 == area.bottom() {
            spans.push(span(look, Role::Dim, " of "));
            spans.push(span(look, Role::Plain, &stats.total.to_string()));
        }
        put(buffer, area, y, &Line::from(spans));
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
    newest(values).map_or("-".to_owned(), |n| {
        format!("{}.{}ms", n / 1000, n % 1000 / 100)
    })
}

/// The last `width` values as bars, from zero to the highest of them.
fn curve(look: Look, values: &[u64], width: usize) -> String {
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
    use super::{curve, last_ms, last_us};
    use crate::console::look::Look;
    use crate::console::testing::Screen;

    #[test]
    fn a_curve_goes_from_nothing_to_its_highest_value() {
        let look = Look::default();
        assert_eq!(curve(look, &[0, 1, 4, 8], 6), "   ▁▄█");
        assert_eq!(curve(look, &[9, 9, 0, 1000], 2), " █");
        assert_eq!(curve(look, &[], 3), "   ");
    }

    #[test]
    fn a_minute_without_a_sample_does_not_hide_the_last_one() {
        assert_eq!(last_us(&[4200, 0]), "4.2ms");
        assert_eq!(last_ms(&[9000, 12_000, 0, 0]), "12.0s");
        assert_eq!((last_ms(&[0]), last_us(&[])), ("-".into(), "-".into()));
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
