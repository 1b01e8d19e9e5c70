//! What a shell command writes on several phones, side by side.

use ratatui::buffer::Buffer;
use ratatui::layout::Rect;
use ratatui::text::Line;
use unicode_width::UnicodeWidthStr;

use super::{put, span};
use crate::console::look::Role;
use crate::console::state::{Output, Outputs, State};
use crate::console::text;
use crate::model::Status;

/// An output is at least this wide, if the screen is.
const WIDTH: usize = 38;
/// An output is at least this high, with its head, if the screen is.
const HEIGHT: usize = 7;

/// How many outputs stand side by side, and how many below each other.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(in crate::console) struct Grid {
    /// Side by side, at least one.
    pub columns: usize,
    /// Below each other, at least one.
    pub rows: usize,
}

impl Grid {
    fn of(area: Rect, outputs: usize) -> Self {
        let (width, height) = (usize::from(area.width), usize::from(area.height));
        let outputs = outputs.max(1);
        let columns = (width / WIDTH).clamp(1, outputs);
        let rows = (height.saturating_sub(1) / HEIGHT).clamp(1, outputs.div_ceil(columns));
        Self { columns, rows }
    }

    /// How many outputs a page has.
    pub const fn room(self) -> usize {
        self.columns * self.rows
    }
}

/// The grid when the whole body of the screen is `area`.
pub(in crate::console) fn output_grid(area: Rect, outputs: &Outputs) -> Grid {
    let all = Grid::of(area, outputs.all.len());
    // Fewer of them, because some are the same, get more of the screen.
    Grid::of(area, outputs.cells(all.room()).len())
}

pub(super) fn draw(state: &State, outputs: &Outputs, area: Rect, buffer: &mut Buffer) {
    let look = state.options.look;
    let grid = output_grid(area, outputs);
    let cells = outputs.cells(grid.room());
    let at = outputs.selected_cell(&cells);
    let page = at / grid.room();
    let pages = cells.len().div_ceil(grid.room());
    put(
        buffer,
        area,
        area.y,
        &title(state, outputs, page, pages, area),
    );
    let body = Rect {
        y: area.y + 1,
        height: area.height.saturating_sub(1),
        ..area
    };
    if outputs.starting.is_some() {
        let line = Line::from(span(look, Role::Dim, "starting ..."));
        return put(buffer, body, body.y, &line);
    }
    let first = page * grid.room();
    for (place, cell) in cells.iter().skip(first).take(grid.room()).enumerate() {
        let place_at = part(body, grid, place);
        draw_cell(state, outputs, cell, first + place == at, place_at, buffer);
    }
}

/// The part of the body that belongs to this place of a page.
fn part(body: Rect, grid: Grid, place: usize) -> Rect {
    let share = |length: u16, parts: usize, at: usize| -> (u16, u16) {
        let edge = |at: usize| usize::from(length) * at / parts;
        let small = |n: usize| u16::try_from(n).unwrap_or(u16::MAX);
        (small(edge(at)), small(edge(at + 1) - edge(at)))
    };
    let (column, row) = (place % grid.columns, place / grid.columns);
    let (x, width) = share(body.width, grid.columns, column);
    let (y, height) = share(body.height, grid.rows, row);
    // A column between two of them stays free.
    let gap = u16::from(column + 1 < grid.columns);
    Rect {
        x: body.x + x,
        y: body.y + y,
        width: width.saturating_sub(gap),
        height,
    }
}

fn draw_cell(
    state: &State,
    outputs: &Outputs,
    cell: &[usize],
    selected: bool,
    area: Rect,
    buffer: &mut Buffer,
) {
    let look = state.options.look;
    let Some(output) = cell.first().and_then(|at| outputs.all.get(*at)) else {
        return;
    };
    let (glyph, word, role) = state_of(state, output);
    let who = match cell.len() {
        1 => name(state, output),
        n => format!("{n} phones: same output"),
    };
    let words = format!("{glyph} {word}");
    let room = usize::from(area.width).saturating_sub(words.width() + 1);
    let who = text::fit(&who, room, look.glyphs().more).into_owned();
    let head = if selected { Role::Focus } else { Role::Head };
    let line = Line::from(vec![
        span(look, head, &who),
        span(look, role, &format!(" {words}")),
    ]);
    put(buffer, area, area.y, &line);
    if selected {
        buffer.set_style(Rect { height: 1, ..area }, look.selected(true));
    }
    let rows = body(state, outputs, cell, output, area.width.into());
    let height = usize::from(area.height.saturating_sub(1));
    let skip = rows.len().saturating_sub(height);
    let shown = rows.iter().skip(skip);
    for (i, (y, (role, row))) in (area.y + 1..area.bottom()).zip(shown).enumerate() {
        let line = if i == 0 && skip > 0 {
            let more = format!("({} before)", text::count(skip + 1, "line"));
            Line::from(span(look, Role::Dim, &more))
        } else {
            Line::from(span(look, *role, row))
        };
        put(buffer, area, y, &line);
    }
}

/// `R58`, with the name that its operator gave it.
fn name(state: &State, output: &Output) -> String {
    let device = state.device(&output.serial);
    match device.and_then(|device| device.labels.name.as_ref()) {
        Some(name) => format!("{} {name}", output.serial),
        None => output.serial.to_string(),
    }
}

/// Glyph, words and role of how far it is.
fn state_of(state: &State, output: &Output) -> (&'static str, String, Role) {
    let look = state.options.look;
    let Some(view) = &output.view else {
        return match output.gone() {
            true => (look.glyphs().away, "deleted".to_owned(), Role::Warn),
            false => (look.glyphs().pending, "pending".to_owned(), Role::Plain),
        };
    };
    let task = &view.task;
    let (glyph, word, role) = look.task_state(task);
    let exit = task.error.as_ref().and_then(|error| error.exit_code);
    let words = match (task.status, &task.error, view.waiting_for) {
        (Status::Completed, ..) => "exit 0".to_owned(),
        (Status::Failed, Some(error), _) => match exit {
            Some(code) => format!("exit {code}"),
            None => format!("{word}: {}", error.kind),
        },
        (Status::Pending, _, Some(reason)) => format!("{word}: {}", reason.text()),
        _ => word.to_owned(),
    };
    (glyph, words, role)
}

/// The lines below the head.
fn body(
    state: &State,
    outputs: &Outputs,
    cell: &[usize],
    output: &Output,
    width: usize,
) -> Vec<(Role, String)> {
    let mut rows = Vec::new();
    if cell.len() > 1 {
        let more = state.options.look.glyphs().more;
        let names = cell.iter().filter_map(|at| outputs.all.get(*at));
        let names: Vec<&str> = names.map(|output| output.serial.as_str()).collect();
        let names = names.join(" ");
        rows.push((Role::Dim, text::fit(&names, width, more).into_owned()));
    }
    let written = output.text();
    let lines = text::wrap(&written, width.max(1));
    rows.extend(lines.into_iter().map(|line| (Role::Plain, line)));
    let error = output.known().and_then(|task| task.error.as_ref());
    // A command's own failure is in what it wrote, and its code in the head.
    if let Some(error) = error.filter(|e| e.exit_code.is_none() || written.is_empty()) {
        let lines = text::wrap(&error.message, width.max(1));
        rows.extend(lines.into_iter().map(|line| (Role::Bad, line)));
    } else if written.is_empty() && output.over {
        rows.push((Role::Dim, "(no output)".to_owned()));
    }
    rows
}

/// `- shell 'ls' | 40 phones | 3 failed | 2 open | page 1/4 ---`
fn title(state: &State, outputs: &Outputs, page: usize, pages: usize, area: Rect) -> Line<'static> {
    let look = state.options.look;
    let glyphs = look.glyphs();
    let width = usize::from(area.width);
    let (failed, open, good) = outputs.counts();
    let mut notes = vec![text::count(outputs.order.serials.len(), "phone")];
    for (n, word) in [(failed, "failed"), (open, "not ended"), (good, "exit 0")] {
        if n > 0 {
            notes.push(format!("{n} {word}"));
        }
    }
    if pages > 1 {
        notes.push(format!("page {}/{pages}", page + 1));
    }
    if let Some(error) = &outputs.error {
        notes.push(format!("no news: {error}"));
    }
    if state.frozen {
        notes.push("frozen".to_owned());
    }
    let notes = notes.join(&format!(" {} ", glyphs.dot));
    let room = width.saturating_sub(notes.width() + 9);
    let command = text::clean(&outputs.order.command).into_owned();
    let command = text::fit(&command, room, glyphs.more);
    let title = format!(" $ {command} {} {notes} ", glyphs.dot);
    let rest = width.saturating_sub(title.width() + 1);
    let role = match failed {
        0 => Role::Focus,
        _ => Role::Bad,
    };
    Line::from(vec![
        span(look, Role::Dim, glyphs.line),
        span(look, role, &title),
        span(look, Role::Dim, &glyphs.line.repeat(rest)),
    ])
}

#[cfg(test)]
mod tests {
    use ratatui::layout::Rect;

    use super::{Grid, part};

    #[test]
    fn few_outputs_share_the_whole_screen() {
        let area = Rect::new(0, 1, 120, 38);
        assert_eq!(
            Grid::of(area, 3),
            Grid {
                columns: 3,
                rows: 1
            }
        );
        assert_eq!(
            Grid::of(area, 4),
            Grid {
                columns: 3,
                rows: 2
            }
        );
        assert_eq!(
            Grid::of(area, 100),
            Grid {
                columns: 3,
                rows: 5
            }
        );
    }

    #[test]
    fn the_smallest_screen_shows_one() {
        let grid = Grid::of(Rect::new(0, 1, 60, 10), 100);
        assert_eq!(
            grid,
            Grid {
                columns: 1,
                rows: 1
            }
        );
    }

    #[test]
    fn places_fill_the_body_without_overlap() {
        let body = Rect::new(0, 2, 121, 37);
        let grid = Grid {
            columns: 3,
            rows: 5,
        };
        let parts: Vec<_> = (0..grid.room()).map(|at| part(body, grid, at)).collect();
        for (i, a) in parts.iter().enumerate() {
            assert!(a.right() <= body.right() && a.bottom() <= body.bottom());
            assert!(!parts.iter().skip(i + 1).any(|b| a.intersects(*b)));
        }
        assert_eq!(parts[14].right(), body.right());
        assert_eq!(parts[14].bottom(), body.bottom());
    }
}
