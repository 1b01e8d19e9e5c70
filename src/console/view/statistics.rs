//! The page of statistics: phones or scripts, those with the most failures first.

use ratatui::buffer::Buffer;
use ratatui::layout::Rect;

use super::list::{self, Cell, Column};
use super::{devices, page};
use crate::console::look::Role;
use crate::console::state::{By, State, StatisticsPage};
use crate::console::text;
use crate::farm::{LastFailure, Tally};

/// The farm forgets by whole hours: from so long ago on it is a day.
const DAY_MS: i64 = 23 * 3_600_000;

const DEVICES: [Column; 11] = [
    Column::new("phone", 14, 0).growing(1),
    Column::new("done", 6, 0),
    Column::new("failed", 6, 0),
    Column::new("fail%", 5, 1),
    Column::new("p50", 6, 4),
    Column::new("p95", 6, 3),
    Column::new("wait50", 6, 6),
    Column::new("wait95", 6, 5),
    Column::new("runs now", 18, 1).growing(2),
    Column::new("last", 4, 2),
    Column::new("last failure", 18, 2).growing(4),
];

const SCRIPTS: [Column; 10] = [
    Column::new("script", 14, 0).growing(1),
    Column::new("done", 6, 0),
    Column::new("failed", 6, 0),
    Column::new("fail%", 5, 1),
    Column::new("p50", 6, 4),
    Column::new("p95", 6, 3),
    Column::new("wait50", 6, 6),
    Column::new("wait95", 6, 5),
    Column::new("last", 4, 2),
    Column::new("last failure", 18, 2).growing(4),
];

pub(super) fn draw(state: &State, page: &StatisticsPage, area: Rect, buffer: &mut Buffer) {
    let (by, rows, at) = match page.by {
        By::Device => ("phone", page.devices.order().len(), page.devices.index()),
        By::Script => ("script", page.scripts.order().len(), page.scripts.index()),
    };
    let mut notes = vec![
        format!("statistics by {by} {rows}"),
        since(state, page),
        "stopped tasks do not count".to_owned(),
    ];
    notes.extend(page::place(at, rows, area.height));
    let facts = adb(page);
    let body = page::frame(state, &page.reading, &notes, &facts, area, buffer);
    let focused = state.detail.is_none();
    match page.by {
        By::Device => list::rows(
            state,
            &DEVICES,
            &page.devices,
            focused,
            body,
            buffer,
            |serial| {
                let mut cells = tally(state, serial.as_str(), page.device(serial));
                let device = state.device(serial);
                let runs = device.and_then(|device| devices::runs(state, device));
                cells.insert(8, Cell::of(Role::Busy, runs.unwrap_or_default()));
                Some(cells)
            },
        ),
        By::Script => list::rows(
            state,
            &SCRIPTS,
            &page.scripts,
            focused,
            body,
            buffer,
            |name| Some(tally(state, name, page.script(name))),
        ),
    }
}

/// Over which time things are counted.
fn since(state: &State, page: &StatisticsPage) -> String {
    let (at, since) = (page.told.at, page.told.since);
    if at.ms_since(since) >= DAY_MS {
        return "last 24 h".to_owned();
    }
    let clock = text::clock(since, &state.options.zone);
    format!("since {}", clock.get(..5).unwrap_or(&clock))
}

/// `adb 127.0.0.1:5037 p50 4.2ms p95 8.0ms`, for each server.
fn adb(page: &StatisticsPage) -> String {
    let servers = page.told.adb.iter().map(|answer| {
        let told = |us: Option<u64>| us.map_or_else(|| "-".to_owned(), text::micros);
        let (p50, p95) = (told(answer.p50_us), told(answer.p95_us));
        format!("adb {} answers in {p50}, p95 {p95}", answer.server)
    });
    servers.collect::<Vec<_>>().join("; ")
}

/// The cells of a phone or script, but for what runs.
fn tally(state: &State, name: &str, tally: Option<&Tally>) -> Vec<Cell> {
    let nothing = Tally::default();
    let tally = tally.unwrap_or(&nothing);
    let all = tally.done + tally.failed;
    let percent = (tally.failed * 100).checked_div(all);
    let bad = if tally.failed > 0 {
        Role::Bad
    } else {
        Role::Dim
    };
    let failure = tally.last_failure.as_ref();
    let age = |failure: &LastFailure| text::age(state.now.ms_since(failure.at));
    vec![
        Cell::new(name),
        Cell::new(format!("{:>6}", tally.done)),
        Cell::of(bad, format!("{:>6}", tally.failed)),
        Cell::of(bad, percent.map_or(String::new(), |p| format!("{p:>4}%"))),
        time(tally.p50_ms),
        time(tally.p95_ms),
        time(tally.wait_p50_ms),
        time(tally.wait_p95_ms),
        Cell::of(Role::Dim, failure.map_or_else(String::new, age)),
        Cell::new(failure.map_or("", |failure| failure.message.as_str())),
    ]
}

fn time(ms: Option<u64>) -> Cell {
    let ms = ms.map(|ms| i64::try_from(ms).unwrap_or(i64::MAX));
    Cell::new(ms.map_or_else(String::new, |ms| format!("{:>6}", text::duration(ms))))
}

#[cfg(test)]
mod tests {
    use crate::console::testing::{Screen, lines};

    #[test]
    fn the_phone_that_failed_most_is_the_first_and_selected() {
        let mut screen = Screen::new(120, 24);
        screen.keys("X");
        assert_eq!(
            lines(&screen.text(), 1, 8),
            [
                "─ statistics by phone 5 · since 12:03 · stopped tasks do not count ─────────────────────────────────────────────────────",
                "",
                "  phone           done   failed fail% p50    p95    wait50 wait95 runs now              last last failure",
                "  emu-3                0      2  100%  12.0s  31.0s   40ms   1.0s                       9m   the phone went away",
                "  emu-1                5      1   16%  12.0s  31.0s   40ms   1.0s 11 install 2/5 insta… 9m   exit code 3",
                "  emu-2                0      0                                   12 shell",
                "  emu-4                0      0",
                "  emu-5                0      0",
            ]
        );
    }

    #[test]
    fn tab_shows_the_scripts() {
        let mut screen = Screen::new(120, 24);
        screen.keys("X\t");
        let shown = lines(&screen.text(), 1, 5);
        assert!(shown[0].contains("statistics by script 2"), "{shown:?}");
        assert!(shown[3].starts_with("  shell "), "{shown:?}");
    }
}
