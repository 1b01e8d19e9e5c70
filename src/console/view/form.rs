//! The form of new tasks: its fields, what is wrong with them, and the help of the one that
//! has the keys.

use ratatui::buffer::Buffer;
use ratatui::layout::Rect;
use ratatui::text::Line;
use unicode_width::UnicodeWidthStr;

use super::typed::{self, Cursor, Seen};
use super::{put, span};
use crate::console::look::{Look, Role};
use crate::console::state::{Entry, Field, Form, State, Topic};
use crate::console::text;
use crate::flow::{Kind, Parameter};

/// Columns of the names of fields, at most.
const NAMES: usize = 24;
/// Rows of a field that holds many lines, at most.
const ROWS: usize = 5;
/// Rows of the help below the fields.
const HELP: u16 = 3;

/// A row of the form.
enum Row<'a> {
    /// A field's line, the first of its lines or a later one.
    Field(&'a Field, usize, At),
    /// What is wrong with the field above.
    Error(String),
}

/// Whether a field has the keys.
#[derive(Clone, Copy, PartialEq, Eq)]
enum At {
    Here,
    Elsewhere,
}

pub(super) fn draw(state: &State, form: &Form, area: Rect, buffer: &mut Buffer) {
    let look = state.options.look;
    let mut above = head(look, form, area.width.into());
    let most = usize::from(area.height.saturating_sub(HELP + 3));
    above.truncate(most.max(1));
    let mut y = area.y;
    for line in &above {
        put(buffer, area, y, line);
        y += 1;
    }
    let below = Rect {
        y: area.bottom().saturating_sub(HELP),
        height: HELP.min(area.height),
        ..area
    };
    let fields = Rect {
        y,
        height: below.y.saturating_sub(y + 1),
        ..area
    };
    draw_fields(look, form, fields, buffer);
    let lines = help(form, area.width.into());
    for (y, line) in (below.y..below.bottom()).zip(lines) {
        put(buffer, area, y, &Line::from(span(look, Role::Dim, &line)));
    }
}

/// What the form is for, and what is wrong with all of it.
fn head(look: Look, form: &Form, width: usize) -> Vec<Line<'static>> {
    let script = &form.script;
    let title = match form.originals.as_slice() {
        [] => format!("New tasks of {}: {}", script.name, script.title),
        [one] => format!("Task {} again: {}, {}", one.id, script.name, script.title),
        several => format!(
            "{} tasks again: {}, {}",
            several.len(),
            script.name,
            script.title
        ),
    };
    let mut lines = vec![Line::from(span(look, Role::Focus, &title))];
    let mut tell = |role, text: &str| {
        let rows = text::wrap(text, width);
        lines.extend(rows.iter().map(|row| Line::from(span(look, role, row))));
    };
    tell(Role::Dim, &script.help);
    if form.originals.len() > 1 {
        let phones: Vec<_> = form.own_phones().iter().map(|s| s.as_str()).collect();
        let phones = text::fit(&phones.join(", "), width / 2, look.glyphs().more).into_owned();
        tell(
            Role::Plain,
            &format!("each for its own phone or account: {phones}"),
        );
    }
    if let Some(error) = &form.error {
        tell(Role::Bad, error);
    }
    lines.push(Line::default());
    lines
}

fn draw_fields(look: Look, form: &Form, area: Rect, buffer: &mut Buffer) {
    let (rows, focus) = rows(form, area.width.into());
    let height = usize::from(area.height).max(1);
    // The whole of the field that has the keys is in sight, with its error.
    let top = (focus.end).saturating_sub(height).min(focus.start);
    let names = form
        .fields
        .iter()
        .filter(|field| form.shows(field))
        .map(|field| field.topic.label().width() + 1)
        .max()
        .unwrap_or(0)
        .min(NAMES);
    let indent = u16::try_from(names + 4).unwrap_or(u16::MAX);
    for (y, row) in (area.y..area.bottom()).zip(rows.iter().skip(top)) {
        let right = Rect {
            x: area.x.saturating_add(indent),
            y,
            width: area.width.saturating_sub(indent),
            height: 1,
        };
        match row {
            Row::Error(text) => {
                let line = Line::from(span(look, Role::Bad, text));
                put(buffer, right, y, &line);
            }
            Row::Field(field, line, at) => {
                if *line == 0 || (first_line(field) == *line) {
                    let name = label(look, field, *at, names);
                    put(buffer, Rect { y, ..area }, y, &name);
                }
                draw_entry(look, field, *line, *at, right, buffer);
            }
        }
    }
}

/// The name of a field, with a star where something must be given.
fn label(look: Look, field: &Field, at: At, names: usize) -> Line<'static> {
    let required = matches!(&field.topic, Topic::Parameter(p) if p.required);
    let star = if required { "*" } else { "" };
    let name = format!("{}{star}", field.topic.label());
    let name = text::fit(&name, names, look.glyphs().more).into_owned();
    let (glyph, role) = match at {
        At::Here => ("> ", Role::Focus),
        At::Elsewhere => ("  ", Role::Plain),
    };
    Line::from(vec![
        span(look, Role::Focus, glyph),
        span(look, role, &format!("{name:<names$}  ")),
    ])
}

/// The first line of a field that is shown, if it has too many.
fn first_line(field: &Field) -> usize {
    match &field.entry {
        Entry::Lines(lines) => (lines.at() + 1).saturating_sub(ROWS),
        Entry::Choice { .. } => 0,
    }
}

/// The rows of all fields that count, and which of them are those of the one with the keys.
fn rows(form: &Form, width: usize) -> (Vec<Row<'_>>, std::ops::Range<usize>) {
    let mut rows = Vec::new();
    let mut focus = 0..0;
    for (n, field) in form.fields.iter().enumerate() {
        if !form.shows(field) {
            continue;
        }
        let start = rows.len();
        let at = if n == form.at {
            At::Here
        } else {
            At::Elsewhere
        };
        let lines = match &field.entry {
            Entry::Lines(lines) => lines.rows().len(),
            Entry::Choice { .. } => 1,
        };
        let first = first_line(field);
        rows.extend((first..lines.min(first + ROWS)).map(|line| Row::Field(field, line, at)));
        if let Some(error) = &field.error {
            let room = width.saturating_sub(NAMES + 4).max(20);
            rows.extend(text::wrap(error, room).into_iter().map(Row::Error));
        }
        if at == At::Here {
            focus = start..rows.len();
        }
    }
    (rows, focus)
}

fn draw_entry(look: Look, field: &Field, line: usize, at: At, area: Rect, buffer: &mut Buffer) {
    match &field.entry {
        Entry::Choice {
            options,
            at: chosen,
        } => {
            let chosen = chosen.and_then(|chosen| options.get(chosen));
            let text = match chosen {
                Some(choice) => choice.label.clone(),
                None if field.differs => DIFFERS.to_owned(),
                None => "(choose)".to_owned(),
            };
            let text = match at {
                At::Here => format!("< {text} >"),
                At::Elsewhere => text,
            };
            put(
                buffer,
                area,
                area.y,
                &Line::from(span(look, Role::Plain, &text)),
            );
        }
        Entry::Lines(lines) => {
            let Some(input) = lines.rows().get(line) else {
                return;
            };
            let seen = match field.topic.is_secret() {
                true => Seen::Hidden,
                false => Seen::Plain,
            };
            let cursor = match at {
                At::Here if line == lines.at() => Cursor::Here,
                _ => Cursor::Elsewhere,
            };
            typed::draw(look, input, seen, cursor, area, buffer);
            if lines.is_empty() && line == 0 {
                let after = Rect {
                    x: area.x.saturating_add(u16::from(at == At::Here)),
                    width: area.width.saturating_sub(u16::from(at == At::Here)),
                    ..area
                };
                put(
                    buffer,
                    after,
                    area.y,
                    &Line::from(span(look, Role::Dim, nothing(field))),
                );
            }
        }
    }
}

/// In a field where the tasks that are tried again differ.
const DIFFERS: &str = "(differs)";

/// In a text field in which nothing is typed.
fn nothing(field: &Field) -> &'static str {
    match &field.topic {
        _ if field.differs => DIFFERS,
        Topic::Start => "(now)",
        Topic::Parameter(_) | Topic::Recipients | Topic::Phones | Topic::Accounts => "",
    }
}

/// What the field that has the keys is for.
fn help(form: &Form, width: usize) -> Vec<String> {
    let Some(field) = form.fields.get(form.at) else {
        return Vec::new();
    };
    let text = match &field.topic {
        Topic::Parameter(parameter) => {
            let mut text = format!("{}: {}", parameter.name, parameter.help);
            let limits = limits(parameter);
            if !limits.is_empty() {
                text += &format!(" ({limits})");
            }
            text
        }
        Topic::Recipients => "for: what the tasks are for".to_owned(),
        Topic::Phones => {
            "phones: serials, with spaces between them; R58* is every phone like that".to_owned()
        }
        Topic::Accounts => {
            "accounts: name or app/name, with spaces between them; each on its own phone".to_owned()
        }
        Topic::Start => "start at: HH:MM on the farm's clock; empty is now".to_owned(),
    };
    let mut lines = text::wrap(&text, width);
    if field.differs {
        lines.push("the tasks differ here and stay as they are, unless you change it".to_owned());
    }
    lines
}

/// Kind, limits and default of a parameter.
fn limits(parameter: &Parameter) -> String {
    let mut parts = Vec::new();
    match parameter.kind {
        Kind::Strings => parts.push("a list, one entry a line".to_owned()),
        Kind::Files => parts.push("files on the farm's host, one a line".to_owned()),
        Kind::File | Kind::NewFile => parts.push("a file on the farm's host".to_owned()),
        Kind::Folder => parts.push("a folder on the farm's host".to_owned()),
        Kind::Object => parts.push("a JSON object".to_owned()),
        Kind::Bool => {}
        kind => parts.push(kind.text().to_owned()),
    }
    match (parameter.min, parameter.max) {
        (Some(min), Some(max)) => parts.push(format!("{min} to {max}")),
        (Some(min), None) => parts.push(format!("{min} or more")),
        (None, Some(max)) => parts.push(format!("{max} or less")),
        (None, None) => {}
    }
    match &parameter.default {
        _ if parameter.required => parts.push("must be given".to_owned()),
        Some(default) if default != "" => parts.push(format!("default {default}")),
        _ => {}
    }
    parts.join(", ")
}
