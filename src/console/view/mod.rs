//! What is shown: one pure function of the state. It changes nothing, reads no clock and asks
//! nobody; every text that comes from outside passes [`text::clean`] on its way.
//!
//! One file for each part of the screen, its snapshot test beside it.

mod accounts;
mod detail;
mod devices;
mod footer;
mod header;
mod help;
mod incidents;
mod layout;
mod list;
mod outputs;
mod phone;
mod stats;
mod tasks;
mod viewer;

use ratatui::Frame;
use ratatui::buffer::Buffer;
use ratatui::layout::Rect;
use ratatui::text::{Line, Span};

pub(super) use detail::lines as detail_lines;
pub(super) use help::lines as help_lines;
pub(super) use layout::Layout;
pub(super) use outputs::output_grid;
pub(super) use viewer::{first_line, last_top, page};

use super::look::{Charset, Look, Role};
use super::state::{Mode, Panel, State};
use super::text;

/// Draws the state.
pub fn view(state: &State, frame: &mut Frame<'_>) {
    let area = frame.area();
    let buffer = frame.buffer_mut();
    match Layout::of(state) {
        Some(layout) if area == Rect::new(0, 0, state.columns, state.rows) => {
            draw(state, layout, buffer);
        }
        _ => too_small(state, area, buffer),
    }
    if state.options.look.charset == Charset::Ascii {
        only_ascii(buffer);
    }
}

fn draw(state: &State, layout: Layout, buffer: &mut Buffer) {
    header::draw(state, layout.header, buffer);
    if let Mode::Help(top) = state.mode {
        help::draw(state, top, layout.body(), buffer);
        return footer::draw(state, layout.last, buffer);
    }
    if let Some(viewer) = &state.viewer {
        viewer::draw(state, viewer, layout.body(), buffer);
        return footer::draw(state, layout.last, buffer);
    }
    if let Some(outputs) = &state.outputs {
        outputs::draw(state, outputs, layout.body(), buffer);
        return footer::draw(state, layout.last, buffer);
    }
    if let Some(area) = layout.stats {
        stats::draw(state, area, buffer);
    }
    if let Some(area) = layout.upper {
        devices::draw(state, area, buffer);
    }
    if let Some(area) = layout.lower {
        match state.lower {
            Panel::Accounts => accounts::draw(state, area, buffer),
            Panel::Incidents => incidents::draw(state, area, buffer),
            Panel::Devices | Panel::Tasks => tasks::draw(state, area, buffer),
        }
    }
    if let Some(area) = layout.detail {
        detail::draw(state, area, buffer);
    }
    footer::draw(state, layout.last, buffer);
}

fn too_small(state: &State, area: Rect, buffer: &mut Buffer) {
    let (columns, rows) = (layout::MIN_COLUMNS, layout::MIN_ROWS);
    let (w, h) = (state.columns, state.rows);
    let line = Line::from(format!("{w}x{h}: needs {columns}x{rows}"));
    put(buffer, area, area.y, &line);
}

/// Shows whatever is not ASCII as `?`: also names and messages that come from outside.
fn only_ascii(buffer: &mut Buffer) {
    for cell in &mut buffer.content {
        if !cell.symbol().is_ascii() {
            cell.set_symbol("?");
        }
    }
}

/// A piece of text in the style of its role, cleaned.
fn span(look: Look, role: Role, text: &str) -> Span<'static> {
    Span::styled(text::clean(text).into_owned(), look.style(role))
}

/// Puts a line on the screen, cut to the width of the area.
fn put(buffer: &mut Buffer, area: Rect, y: u16, line: &Line<'_>) {
    if y < area.bottom() {
        buffer.set_line(area.x, y, line, area.width);
    }
}

/// The first key of an action, to be shown; empty if it has none.
fn key_of(state: &State, action: super::action::Action) -> String {
    state
        .keymap
        .keys(action)
        .first()
        .map_or_else(String::new, ToString::to_string)
}
