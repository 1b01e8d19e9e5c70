//! What is shown: one pure function of the state. It changes nothing, reads no clock and asks
//! nobody; every text that comes from outside passes [`text::clean`] on its way.
//!
//! One file for each part of the screen, its snapshot test beside it.

mod accounts;
mod detail;
mod devices;
mod footer;
mod form;
mod header;
mod help;
mod hits;
mod incidents;
mod layout;
mod line;
mod list;
mod outputs;
mod page;
mod picture;
mod reasons;
mod scripts;
mod statistics;
mod stats;
mod tasks;
#[cfg(test)]
mod tests;
mod tree;
mod typed;
mod viewer;

use ratatui::Frame;
use ratatui::buffer::Buffer;
use ratatui::layout::Rect;
use ratatui::text::{Line, Span};
use unicode_width::UnicodeWidthStr as _;

pub(super) use detail::{lines as detail_lines, rows as detail_rows};
pub(super) use help::{last_top as help_last_top, room as help_room};
pub(super) use hits::rows as hits_rows;
pub(super) use layout::Layout;
pub(super) use list::Column;
pub(super) use outputs::output_grid;
pub(super) use picture::{Placed, fit as picture_fit, placed, rows as picture_rows, shows_both};
pub(super) use viewer::{first_line, last_top, page};

use super::look::{Charset, Look, Role};
use super::state::{Mode, Page, Panel, State};
use super::text;
use crate::model::Timestamp;

/// Draws the state.
pub fn view(state: &State, frame: &mut Frame<'_>) {
    let area = frame.area();
    paint(state, area, frame.buffer_mut());
}

/// What is on the screen, in cells.
pub(super) fn picture(state: &State) -> Buffer {
    let area = Rect::new(0, 0, state.columns, state.rows);
    let mut buffer = Buffer::empty(area);
    paint(state, area, &mut buffer);
    buffer
}

/// What is on the screen as text, a line each, without the spaces at the ends of lines.
pub(super) fn picture_text(state: &State) -> String {
    let buffer = picture(state);
    let mut text = String::new();
    for row in buffer.content.chunks(usize::from(state.columns).max(1)) {
        let start = text.len();
        // A wide character has its second column empty.
        let mut covered = 0;
        for cell in row {
            if covered == 0 {
                text.push_str(cell.symbol());
                covered = cell.symbol().width().max(1);
            }
            covered -= 1;
        }
        let trimmed = text.get(start..).map_or(0, |row| row.trim_end().len());
        text.truncate(start + trimmed);
        text.push('\n');
    }
    text
}

fn paint(state: &State, area: Rect, buffer: &mut Buffer) {
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
    if let Some(form) = &state.form {
        form::draw(state, form, layout.body(), buffer);
        return footer::draw(state, layout.last, buffer);
    }
    if let Mode::Scripts(picker) = &state.mode {
        scripts::draw(state, picker, layout.body(), buffer);
        return footer::draw(state, layout.last, buffer);
    }
    if let Some(viewer) = &state.viewer {
        viewer::draw(state, viewer, layout.body(), buffer);
        return footer::draw(state, layout.last, buffer);
    }
    if let Some(picture) = &state.picture {
        picture::draw(state, picture, layout.body(), buffer);
        return footer::draw(state, layout.last, buffer);
    }
    if let Some(hits) = &state.hits {
        hits::draw(state, hits, layout.body(), buffer);
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
    match (&state.page, layout.page) {
        (Some(Page::Statistics(page)), Some(area)) => statistics::draw(state, page, area, buffer),
        (Some(Page::Reasons(page)), Some(area)) => reasons::draw(state, page, area, buffer),
        _ => {}
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

/// A moment in eleven columns.
fn moment(state: &State, at: Timestamp) -> String {
    text::moment(at, state.now, &state.options.zone)
}

/// The columns of a list.
pub(super) const fn columns(panel: Panel) -> &'static [Column] {
    match panel {
        Panel::Devices => &devices::COLUMNS,
        Panel::Tasks => &tasks::COLUMNS,
        Panel::Accounts => &accounts::COLUMNS,
        Panel::Incidents => &incidents::COLUMNS,
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
