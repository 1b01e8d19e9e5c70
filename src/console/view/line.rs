//! The command line, and above it what can stand there.

use ratatui::buffer::Buffer;
use ratatui::layout::Rect;
use ratatui::style::Style;
use ratatui::text::Line;

use super::typed::{self, Cursor, Seen};
use super::{put, span};
use crate::console::commands::{CommandInfo, available, named, split};
use crate::console::look::{Look, Role};
use crate::console::state::{CommandLine, Completion, State};
use crate::console::text;
use crate::console::update::most;

/// Lines above the command line, at most.
const ABOVE: usize = 8;
/// Columns of a command with its argument.
const USAGE: usize = 18;

pub(super) fn draw(state: &State, line: &CommandLine, area: Rect, buffer: &mut Buffer) {
    let look = state.options.look;
    put(
        buffer,
        area,
        area.y,
        &Line::from(span(look, Role::Key, ":")),
    );
    let right = Rect {
        x: area.x + 1,
        width: area.width.saturating_sub(1),
        ..area
    };
    typed::draw(look, &line.input, Seen::Plain, Cursor::Here, right, buffer);
    let mut lines = above(state, line, area.width.into());
    lines.truncate(ABOVE);
    let blank = " ".repeat(area.width.into());
    let height = u16::try_from(lines.len()).unwrap_or(0).min(area.y);
    for (y, line) in (area.y - height..area.y).zip(&lines) {
        buffer.set_string(area.x, y, &blank, Style::reset());
        put(buffer, Rect { y, ..area }, y, line);
    }
}

/// What is wrong, what the line could be completed to, or what the command takes.
fn above(state: &State, line: &CommandLine, width: usize) -> Vec<Line<'static>> {
    let look = state.options.look;
    if let Some(error) = &line.error {
        let rows = text::wrap(error, width);
        return rows
            .iter()
            .map(|row| Line::from(span(look, Role::Bad, row)))
            .collect();
    }
    if let Some(completion) = &line.completion {
        return vec![words(look, completion, width)];
    }
    let typed = line.input.value();
    let (name, rest) = split(typed);
    let naming = rest.is_empty() && !typed.ends_with(char::is_whitespace);
    if !naming || name.is_empty() && !typed.is_empty() {
        return named(name)
            .filter(|info| info.danger <= most(state))
            .map(|info| usage(look, info))
            .into_iter()
            .collect();
    }
    available(most(state))
        .filter(|info| info.names.iter().any(|other| other.starts_with(name)))
        .map(|info| usage(look, info))
        .collect()
}

/// The words, the one that stands in the line marked, as many as there is room for.
fn words(look: Look, completion: &Completion, width: usize) -> Line<'static> {
    let at = completion.at.unwrap_or(0);
    let mut spans = Vec::new();
    let mut used = 0;
    // Those behind it are what the next Tab brings.
    for (n, word) in completion.words.iter().enumerate().skip(at) {
        used += word.chars().count() + 4;
        if used > width && n > at {
            let more = completion.words.len() - n;
            spans.push(span(look, Role::Dim, &format!("+{more}")));
            break;
        }
        match completion.at {
            Some(chosen) if chosen == n => {
                spans.push(span(look, Role::Focus, &format!("[{word}] ")));
            }
            _ => spans.push(span(look, Role::Plain, &format!(" {word}  "))),
        }
    }
    Line::from(spans)
}

/// A command with what it takes and does.
pub(super) fn usage(look: Look, info: &CommandInfo) -> Line<'static> {
    let usage = format!("{} {}", info.name(), info.argument.shown());
    Line::from(vec![
        span(look, Role::Key, &format!("  {usage:<USAGE$} ")),
        span(look, Role::Plain, info.help),
    ])
}
