//! What all pages have in common: a title, a line of facts, and how old what they show is.

use ratatui::buffer::Buffer;
use ratatui::layout::Rect;
use ratatui::text::Line;
use unicode_width::UnicodeWidthStr;

use super::{put, span};
use crate::console::look::Role;
use crate::console::state::{Reading, State};
use crate::console::text;

/// A page that was read longer ago than this says when.
const OLD_MS: i64 = 15_000;

/// Draws title and facts; returns what is left for heads and rows.
pub(super) fn frame(
    state: &State,
    reading: &Reading,
    notes: &[String],
    facts: &str,
    area: Rect,
    buffer: &mut Buffer,
) -> Rect {
    let look = state.options.look;
    let glyphs = look.glyphs();
    let mut text = notes.join(&format!(" {} ", glyphs.dot));
    let age = reading.told_at.map_or(0, |at| state.now.ms_since(at));
    if let Some(at) = reading.told_at
        && (age > OLD_MS || state.frozen)
    {
        let at = text::clock(at, &state.options.zone);
        text.push_str(&format!(" {} as of {at}", glyphs.dot));
    }
    let role = match state.detail {
        None => Role::Focus,
        Some(_) => Role::Title,
    };
    let rest = usize::from(area.width).saturating_sub(text.width() + 3);
    let title = Line::from(vec![
        span(look, Role::Dim, glyphs.line),
        span(look, role, &format!(" {text} ")),
        span(look, Role::Dim, &glyphs.line.repeat(rest)),
    ]);
    put(buffer, area, area.y, &title);
    let (role, line) = match (&reading.error, reading.told_at) {
        (Some(error), _) => (Role::Bad, format!("  nothing newer is known: {error}")),
        (None, None) => (Role::Dim, "  reading ...".to_owned()),
        (None, Some(_)) => (Role::Dim, format!("  {facts}")),
    };
    let line = text::fit(&line, area.width.into(), glyphs.more);
    put(
        buffer,
        area,
        area.y + 1,
        &Line::from(span(look, role, &line)),
    );
    Rect {
        y: area.y + 2,
        height: area.height.saturating_sub(2),
        ..area
    }
}

/// `row 7`, where the list is longer than the screen.
pub(super) fn place(at: Option<usize>, rows: usize, height: u16) -> Option<String> {
    let hidden = rows > usize::from(height.saturating_sub(3));
    at.filter(|_| hidden).map(|at| format!("row {}", at + 1))
}
