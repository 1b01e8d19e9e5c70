//! A line that is being typed, with its cursor.

use ratatui::buffer::Buffer;
use ratatui::layout::Rect;
use ratatui::style::{Modifier, Style};
use ratatui::text::Line;
use tui_input::Input;
use unicode_width::UnicodeWidthChar;

use super::{put, span};
use crate::console::look::{Look, Role};
use crate::console::text;

/// What is to be seen of a line.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Seen {
    /// Its characters.
    Plain,
    /// Only how many there are.
    Hidden,
}

/// Whether a line has the cursor.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Cursor {
    /// It does; the part around it is shown.
    Here,
    /// It does not; its start is shown.
    Elsewhere,
}

/// Draws a line into the first row of an area.
pub(super) fn draw(
    look: Look,
    input: &Input,
    seen: Seen,
    cursor: Cursor,
    area: Rect,
    buffer: &mut Buffer,
) {
    let hidden;
    let input = match seen {
        Seen::Plain => input,
        Seen::Hidden => {
            let stars = "*".repeat(input.value().chars().count());
            hidden = Input::new(stars).with_cursor(input.cursor());
            &hidden
        }
    };
    let room = usize::from(area.width).saturating_sub(1).max(1);
    let skip = match cursor {
        Cursor::Here => input.visual_scroll(room),
        Cursor::Elsewhere => 0,
    };
    let value = text::clean(input.value());
    let mut column = 0;
    let shown: String = value
        .chars()
        .skip_while(|c| {
            let out = column < skip;
            column += c.width().unwrap_or(0);
            out
        })
        .collect();
    let shown = match cursor {
        Cursor::Here => shown.into(),
        Cursor::Elsewhere => text::fit(&shown, area.width.into(), look.glyphs().more),
    };
    put(
        buffer,
        area,
        area.y,
        &Line::from(span(look, Role::Plain, &shown)),
    );
    if cursor == Cursor::Elsewhere {
        return;
    }
    let x = input.visual_cursor().saturating_sub(skip);
    let x = area.x.saturating_add(u16::try_from(x).unwrap_or(u16::MAX));
    // Drawn, not the terminal's own: that one would have to be shown and hidden each time.
    if x < area.right() && area.y < area.bottom() {
        let cell = Rect {
            x,
            width: 1,
            height: 1,
            ..area
        };
        buffer.set_style(cell, Style::new().add_modifier(Modifier::REVERSED));
    }
}
