//! A text on the whole screen.

use ratatui::buffer::Buffer;
use ratatui::layout::Rect;
use ratatui::text::{Line, Span};
use unicode_width::UnicodeWidthStr;

use super::{put, span};
use crate::console::look::{Look, Role};
use crate::console::state::{State, Viewer};
use crate::console::text;

pub(super) fn draw(state: &State, viewer: &Viewer, area: Rect, buffer: &mut Buffer) {
    let look = state.options.look;
    let (width, height) = (area.width.into(), rows_of(area));
    let top = top(viewer, width, height);
    put(buffer, area, area.y, &title(state, viewer, top, width));
    let mut y = area.y + 1;
    for line in viewer.lines.iter().skip(top) {
        for row in rows(look, viewer, line, width) {
            if y >= area.bottom() {
                return;
            }
            put(buffer, area, y, &marked(look, &row, &viewer.search));
            y += 1;
        }
    }
    if viewer.lines.is_empty() {
        let empty = match &viewer.file {
            Some(file) if file.error.is_some() => "",
            Some(file) if !file.whole => "reading ...",
            _ => "empty",
        };
        put(buffer, area, y, &Line::from(span(look, Role::Dim, empty)));
    }
}

/// How many rows of text an area has room for, below its title.
fn rows_of(area: Rect) -> usize {
    usize::from(area.height.saturating_sub(1)).max(1)
}

/// The first line shown when the whole body of the screen is `area`.
pub(in crate::console) fn first_line(viewer: &Viewer, area: Rect) -> usize {
    top(viewer, area.width.into(), rows_of(area))
}

/// The last line that can be the first one shown.
pub(in crate::console) fn last_top(viewer: &Viewer, area: Rect) -> usize {
    end(viewer, area.width.into(), rows_of(area))
}

/// How many lines a page has.
pub(in crate::console) fn page(area: Rect) -> usize {
    rows_of(area)
}

fn top(viewer: &Viewer, width: usize, height: usize) -> usize {
    let end = end(viewer, width, height);
    if viewer.follow {
        end
    } else {
        viewer.top.min(end)
    }
}

/// From which line on the rest fills the screen and no more.
fn end(viewer: &Viewer, width: usize, height: usize) -> usize {
    let mut used = 0;
    for (at, line) in viewer.lines.iter().enumerate().rev() {
        used += match viewer.cut {
            true => 1,
            false => text::wrap(line, width).len().max(1),
        };
        if used > height {
            return (at + 1).min(viewer.lines.len() - 1);
        }
    }
    0
}

fn rows(look: Look, viewer: &Viewer, line: &str, width: usize) -> Vec<String> {
    if viewer.cut {
        let line = text::clean(line);
        let line = text::skip(&line, viewer.left);
        return vec![text::fit(line, width, look.glyphs().more).into_owned()];
    }
    let rows = text::wrap(line, width);
    if rows.is_empty() {
        vec![String::new()]
    } else {
        rows
    }
}

/// A row with what is searched in it shown.
fn marked(look: Look, row: &str, search: &str) -> Line<'static> {
    Line::from(found(look, row, search))
}

/// The pieces of a row, those that are searched shown.
pub(super) fn found(look: Look, row: &str, search: &str) -> Vec<Span<'static>> {
    let mut spans = Vec::new();
    let mut rest = row;
    // Characters whose case has another length would shift what is marked: not marked then.
    let folds = |text: &str| text.to_lowercase().len() == text.len();
    let wanted = search.to_lowercase();
    while !wanted.is_empty() && folds(rest) {
        let Some(at) = rest.to_lowercase().find(&wanted) else {
            break;
        };
        let (Some(before), Some(found), Some(after)) = (
            rest.get(..at),
            rest.get(at..at + wanted.len()),
            rest.get(at + wanted.len()..),
        ) else {
            break;
        };
        spans.push(span(look, Role::Plain, before));
        spans.push(span(look, Role::Key, found));
        rest = after;
    }
    spans.push(span(look, Role::Plain, rest));
    spans
}

fn title(state: &State, viewer: &Viewer, top: usize, width: usize) -> Line<'static> {
    let look = state.options.look;
    let glyphs = look.glyphs();
    let mut title = match &viewer.file {
        None => viewer.title.clone(),
        Some(file) => format!("task {} {} attempt {}", file.task, glyphs.dot, file.attempt),
    };
    let mut note = |said: &str| title.push_str(&format!(" {} {said}", glyphs.dot));
    if let Some(file) = &viewer.file {
        note(&file.name);
    }
    if !viewer.lines.is_empty() {
        note(&format!("line {}/{}", top + 1, viewer.lines.len()));
    }
    if viewer.left > 0 {
        note(&format!("column {}", viewer.left + 1));
    }
    if let Some(file) = &viewer.file {
        if let Some(error) = &file.error {
            note(error);
        } else if !file.whole {
            note(match (state.frozen, viewer.follow) {
                (true, _) => "frozen",
                (false, true) => "live",
                (false, false) => "paused",
            });
        }
    }
    if !viewer.search.is_empty() {
        note(&format!("/{}", viewer.search));
    }
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

    /// The log of the failed task 10.
    fn on_log() -> Screen {
        let mut screen = Screen::new(80, 12);
        let log: String = (1..=30).map(|n| format!("{n} line\n")).collect();
        screen.model.files.insert("log.txt".into(), log);
        screen.keys("2jjjjjl");
        screen
    }

    #[test]
    fn a_log_shows_its_end_and_follows_it() {
        let screen = on_log();
        assert_eq!(
            lines(&screen.text(), 1, 3),
            [
                "\u{2500} task 10 \u{b7} attempt 2 \u{b7} log.txt \u{b7} line 22/30 \u{2500}\u{2500}\u{2500}\u{2500}\u{2500}\u{2500}\u{2500}\u{2500}\u{2500}\u{2500}\u{2500}\u{2500}\u{2500}\u{2500}\u{2500}\u{2500}\u{2500}\u{2500}\u{2500}\u{2500}\u{2500}\u{2500}\u{2500}\u{2500}\u{2500}\u{2500}\u{2500}\u{2500}\u{2500}\u{2500}\u{2500}\u{2500}\u{2500}\u{2500}\u{2500}",
                "22 line",
                "23 line",
            ]
        );
        assert_eq!(lines(&screen.text(), 10, 1), ["30 line"]);
    }

    #[test]
    fn long_lines_are_wrapped_or_cut() {
        let mut screen = on_log();
        screen.keys("q");
        let log = format!("{} end\nlast\n", "word ".repeat(30));
        screen.model.files.insert("log.txt".into(), log);
        screen.keys("l");
        assert!(screen.text().contains("end\nlast"), "{}", screen.text());
        screen.keys("w");
        let text = screen.text();
        assert!(
            !text.contains("end\n") && text.contains("\u{2026}\nlast"),
            "{text}"
        );
    }
}
