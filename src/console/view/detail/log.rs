//! The end of a task's log, under its detail: it follows by itself, as many lines as there is
//! room for.

use ratatui::buffer::Buffer;
use ratatui::layout::Rect;
use ratatui::text::Line;

use super::ruled;
use crate::console::action::Action;
use crate::console::look::Role;
use crate::console::source::LogTail;
use crate::console::state::{Detail, State, Subject};
use crate::console::text;
use crate::console::view::{key_of, put, span};
use crate::model::Status;

/// In a lower area there is no room for a log.
const LOWEST: usize = 12;
/// Of an area that the rest would fill, the log takes one part in so many.
const PARTS: usize = 4;

/// How many rows of an area are left to a detail of `lines` lines, between its title and the log.
pub(in crate::console) fn rows(state: &State, area: Rect, lines: usize) -> usize {
    let height = usize::from(area.height.saturating_sub(1));
    let Some(log) = state.detail.as_ref().and_then(tail) else {
        return height;
    };
    if height < LOWEST {
        return height;
    }
    let wanted = log.text.lines().count() + 1;
    let free = height.saturating_sub(lines);
    height - wanted.min(free.max(height / PARTS))
}

/// The log that is shown under a detail.
fn tail(detail: &Detail) -> Option<&LogTail> {
    let log = detail.info.as_deref()?.log.as_ref()?;
    (matches!(detail.subject, Subject::Task(_)) && !log.text.is_empty()).then_some(log)
}

pub(super) fn draw(state: &State, detail: &Detail, area: Rect, buffer: &mut Buffer) {
    let Some(log) = tail(detail) else { return };
    let look = state.options.look;
    let glyphs = look.glyphs();
    let info = detail.info.as_deref();
    let runs = info.is_some_and(|info| info.detail.view.task.status == Status::Running);
    let live = match (runs, state.frozen) {
        (true, false) => "live",
        (true, true) => "frozen",
        (false, _) => "its end",
    };
    let mut title = format!(" log {} {live}", glyphs.dot);
    let key = key_of(state, Action::Log);
    if !key.is_empty() {
        title.push_str(&format!(" {} {key}: all of it", glyphs.dot));
    }
    title.push(' ');
    let width = usize::from(area.width);
    put(
        buffer,
        area,
        area.y,
        &ruled(look, Role::Head, &title, area.width),
    );
    let room = usize::from(area.height.saturating_sub(1));
    let lines: Vec<&str> = log.text.lines().collect();
    let shown = lines.iter().skip(lines.len().saturating_sub(room));
    for (y, line) in (area.y + 1..area.bottom()).zip(shown) {
        let line = text::fit(line, width, glyphs.more);
        put(buffer, area, y, &Line::from(span(look, Role::Plain, &line)));
    }
}

#[cfg(test)]
mod tests {
    use crate::console::source::LogTail;
    use crate::console::testing::{Screen, lines};

    fn on_task(rows: u16, log: &str) -> Screen {
        let mut screen = Screen::new(80, rows);
        screen.model.log = Some(LogTail {
            text: log.to_owned(),
            cut: false,
        });
        screen.keys("2jjjjj\n");
        screen
    }

    #[test]
    fn the_end_of_the_log_stays_in_sight() {
        let log: String = (1..=90).map(|n| format!("{n} line\n")).collect();
        let screen = on_task(24, &log);
        let text = screen.text();
        let shown = lines(&text, 19, 4);
        assert!(
            shown[0].starts_with("\u{2500} log \u{b7} its end \u{b7} l: all of it \u{2500}"),
            "{text}"
        );
        assert_eq!(shown[1..], ["88 line", "89 line", "90 line"]);
    }

    #[test]
    fn a_detail_that_leaves_room_gives_it_to_the_log() {
        let log: String = (1..=90).map(|n| format!("{n} line\n")).collect();
        let text = on_task(60, &log).text();
        assert!(text.contains("\n75 line\n"), "{text}");
    }

    #[test]
    fn a_low_screen_has_no_room_for_it() {
        let text = on_task(14, "one\n").text();
        assert!(!text.contains("log \u{b7} its end"), "{text}");
    }
}
