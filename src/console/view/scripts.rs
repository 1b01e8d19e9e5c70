//! The choice of a script.

use ratatui::buffer::Buffer;
use ratatui::layout::Rect;
use ratatui::text::Line;
use unicode_width::UnicodeWidthStr;

use super::typed::{self, Cursor, Seen};
use super::{put, span};
use crate::console::look::Role;
use crate::console::state::{Picker, State};
use crate::console::text;

/// Before what is typed.
const LABEL: &str = "script: ";

pub(super) fn draw(state: &State, picker: &Picker, area: Rect, buffer: &mut Buffer) {
    let look = state.options.look;
    let left = picker.left(&state.scripts);
    let title = match (state.scripts.list.len(), left.len()) {
        (0, _) => "New tasks: reading the scripts ...".to_owned(),
        (all, n) if n < all => format!("New tasks: which script?  {n}/{all}"),
        (all, _) => format!("New tasks: which script?  {all}"),
    };
    put(
        buffer,
        area,
        area.y,
        &Line::from(span(look, Role::Focus, &title)),
    );
    let rows = Rect {
        y: area.y + 2,
        height: area.height.saturating_sub(3),
        ..area
    };
    let at = picker.at(&left);
    let height = usize::from(rows.height).max(1);
    let top = (at + 1).saturating_sub(height);
    let names = left.iter().map(|s| s.name.width()).max().unwrap_or(0);
    for ((y, n), script) in (rows.y..rows.bottom())
        .zip(top..)
        .zip(left.iter().skip(top))
    {
        let glyph = if n == at { "> " } else { "  " };
        let line = Line::from(vec![
            span(look, Role::Focus, glyph),
            span(look, Role::Plain, &format!("{:<names$}  ", script.name)),
            span(look, Role::Dim, &script.title),
        ]);
        put(buffer, rows, y, &line);
        if n == at {
            let row = Rect {
                y,
                height: 1,
                ..rows
            };
            buffer.set_style(row, look.selected(true));
        }
    }
    if left.is_empty() && !state.scripts.list.is_empty() {
        let typed = picker.input.value().trim();
        let none = text::clean(typed);
        let none = format!("no script has '{none}' in its name or title");
        put(
            buffer,
            rows,
            rows.y,
            &Line::from(span(look, Role::Warn, &none)),
        );
    }
}

/// Draws what is typed, in the last line.
pub(super) fn draw_typed(state: &State, picker: &Picker, area: Rect, buffer: &mut Buffer) {
    let look = state.options.look;
    put(
        buffer,
        area,
        area.y,
        &Line::from(span(look, Role::Key, LABEL)),
    );
    let label = u16::try_from(LABEL.width()).unwrap_or(0);
    let right = Rect {
        x: area.x + label,
        width: area.width.saturating_sub(label),
        ..area
    };
    typed::draw(
        look,
        &picker.input,
        Seen::Plain,
        Cursor::Here,
        right,
        buffer,
    );
}
