//! Where a text was found in logs: a line each, with its task, phone and number.

use ratatui::buffer::Buffer;
use ratatui::layout::Rect;
use ratatui::text::Line;
use unicode_width::UnicodeWidthStr;

use super::viewer::found;
use super::{put, span};
use crate::console::info::LogHit;
use crate::console::look::Role;
use crate::console::state::{Hits, State};
use crate::console::text;

/// Columns of a serial.
const SERIAL: usize = 16;

/// How many lines found an area has room for, below its title.
pub(in crate::console) fn rows(area: Rect) -> usize {
    usize::from(area.height.saturating_sub(1)).max(1)
}

pub(super) fn draw(state: &State, hits: &Hits, area: Rect, buffer: &mut Buffer) {
    let look = state.options.look;
    put(buffer, area, area.y, &title(state, hits, area.width));
    let shown = hits.found.iter().enumerate().skip(hits.top);
    for (y, (at, hit)) in (area.y + 1..area.bottom()).zip(shown) {
        put(buffer, area, y, &row(state, hit, &hits.text, area.width));
        if at == hits.at {
            let row = Rect {
                y,
                height: 1,
                ..area
            };
            buffer.set_style(row, look.selected(true));
        }
    }
    if hits.found.is_empty() {
        let text = match hits.is_over() {
            true => "nothing was found",
            false => "searching ...",
        };
        put(
            buffer,
            area,
            area.y + 1,
            &Line::from(span(look, Role::Dim, text)),
        );
    }
}

fn row(state: &State, hit: &LogHit, search: &str, width: u16) -> Line<'static> {
    let look = state.options.look;
    let more = look.glyphs().more;
    let serial = text::fit(hit.serial.as_str(), SERIAL, more);
    let head = format!("{:<8} {serial:<SERIAL$} {:>6}  ", hit.task, hit.line);
    let room = usize::from(width).saturating_sub(head.width());
    let line = text::clean(&hit.text);
    // The place itself is worth more than the line's beginning.
    let at = line
        .to_lowercase()
        .find(&search.to_lowercase())
        .unwrap_or(0);
    let before = line.get(..at).map_or(0, UnicodeWidthStr::width);
    let line = match before + search.width() > room {
        true => text::skip(&line, before.saturating_sub(room / 2)),
        false => &line,
    };
    let line = text::fit(line, room, more);
    let mut spans = vec![span(look, Role::Dim, &head)];
    spans.extend(found(look, &line, search));
    Line::from(spans)
}

fn title(state: &State, hits: &Hits, width: u16) -> Line<'static> {
    let look = state.options.look;
    let glyphs = look.glyphs();
    let lines = text::count(hits.found.len() + hits.untold, "line");
    let logs = text::count(hits.logs, "log");
    let mut title = format!("'{}' {} {lines} in {logs}", hits.text, glyphs.dot);
    let mut note = |said: &str| title.push_str(&format!(" {} {said}", glyphs.dot));
    if hits.untold > 0 {
        note(&format!("{} not shown", hits.untold));
    }
    if hits.beyond > 0 {
        note(&format!(
            "the newest of {} tasks",
            hits.tasks.len() as u64 + hits.beyond
        ));
    }
    if let Some(error) = &hits.error {
        note(error);
    } else if !hits.is_over() {
        note(&format!("searching {}/{}", hits.done, hits.tasks.len()));
    }
    let width = usize::from(width);
    let title = format!(
        " {} ",
        text::fit(&title, width.saturating_sub(4), glyphs.more)
    );
    let rest = width.saturating_sub(title.width() + 1);
    Line::from(vec![
        span(look, Role::Dim, glyphs.line),
        span(look, Role::Focus, &title),
        span(look, Role::Dim, &glyphs.line.repeat(rest)),
    ])
}

#[cfg(test)]
mod tests {
    use crate::console::testing::{Screen, lines};

    #[test]
    fn what_was_found_is_listed_with_task_phone_and_line() {
        let mut screen = Screen::new(80, 24);
        screen.keys("2zLEXIT\n");
        let text = screen.text();
        assert!(
            text.contains("'EXIT' \u{b7} 3 lines in 3 logs \u{2500}"),
            "{text}"
        );
        assert_eq!(
            lines(&text, 2, 3),
            [
                "10       emu-1                 2  false: exit 3",
                "9        emu-3                 2  false: exit 3",
                "8        emu-3                 2  false: exit 3",
            ]
        );
    }

    #[test]
    fn a_place_far_to_the_right_is_in_sight() {
        let mut screen = Screen::new(80, 24);
        let log = format!("{}needle\n", "hay ".repeat(50));
        screen.model.files.insert("log.txt".into(), log);
        screen.keys("2zLneedle\n");
        assert!(lines(&screen.text(), 2, 1)[0].ends_with("needle"));
    }
}
