//! What a screen is made of: its elements, the one under the cursor, and the step of a flow
//! that finds it.

use ratatui::buffer::Buffer;
use ratatui::layout::Rect;
use ratatui::text::{Line, Span};

use super::picture::note;
use super::{put, span};
use crate::console::look::{Look, Role};
use crate::console::state::{Picture, State};
use crate::console::text;
use crate::farm::{ScreenNode, ScreenTree, Step};

/// Lines for the element under the cursor.
const KNOWN: u16 = 11;

/// Deeper elements are not indented further: their texts must be seen.
const DEEPEST: usize = 20;

/// Where the elements are listed.
pub(super) fn list(area: Rect) -> Rect {
    let below = area.height.saturating_sub(1);
    Rect {
        y: area.y + 1,
        height: below - known_rows(below),
        ..area
    }
}

/// How many lines the element under the cursor gets of so many.
fn known_rows(rows: u16) -> u16 {
    KNOWN.min(rows / 2)
}

pub(super) fn draw(state: &State, picture: &Picture, area: Rect, buffer: &mut Buffer) {
    let look = state.options.look;
    let (role, mut said) = note(state, &picture.tree, "reading what the screen is made of");
    let Some(tree) = picture.tree.get() else {
        let lines = text::wrap(&said, area.width.into());
        for (y, line) in (area.y..area.bottom()).zip(lines) {
            put(buffer, area, y, &Line::from(span(look, role, &line)));
        }
        return;
    };
    if picture.tree.error.is_none() {
        said = format!("{said} {} {}", look.glyphs().dot, counted(picture, tree));
    }
    let said = text::fit(&said, area.width.into(), look.glyphs().more);
    put(buffer, area, area.y, &Line::from(span(look, role, &said)));
    let list = list(area);
    let nodes = tree.nodes.iter().enumerate().skip(picture.top);
    for (y, (number, node)) in (list.y..list.bottom()).zip(nodes) {
        put(buffer, list, y, &row(look, node));
        if number == picture.cursor {
            let row = Rect {
                y,
                height: 1,
                ..list
            };
            buffer.set_style(row, look.selected(true));
        }
    }
    let known = Rect {
        y: list.bottom(),
        height: area.bottom().saturating_sub(list.bottom()),
        ..area
    };
    if let Some(node) = picture.node() {
        draw_known(state, node, known, buffer);
    }
}

/// `element 3 of 120`.
fn counted(picture: &Picture, tree: &ScreenTree) -> String {
    let shown = tree.nodes.len();
    if shown == 0 {
        return "no elements".to_owned();
    }
    let at = picture.cursor + 1;
    match tree.total - shown.min(tree.total) {
        0 => format!("element {at} of {shown}"),
        more => format!("element {at} of {shown}, {more} more are not shown"),
    }
}

/// The last part of a class or an id.
fn last(name: &str, at: char) -> &str {
    name.rsplit(at).next().unwrap_or(name)
}

fn row(look: Look, node: &ScreenNode) -> Line<'static> {
    let class = match last(&node.class, '.') {
        "" => "element",
        class => class,
    };
    let indent = "  ".repeat(node.depth.min(DEEPEST));
    let gone = node.step == Step::NotOnScreen;
    let plain = if gone { Role::Dim } else { Role::Plain };
    let mut spans: Vec<Span<'static>> = vec![span(look, Role::Dim, &format!("{indent}{class}"))];
    let said = node.text.as_deref().or(node.hint.as_deref());
    if let Some(said) = said.or(node.description.as_deref()) {
        spans.push(span(look, plain, &format!(" \"{said}\"")));
    }
    if let Some(id) = &node.id {
        let id = format!(" #{}", last(id, '/'));
        spans.push(span(look, if gone { Role::Dim } else { Role::Head }, &id));
    }
    for flag in &node.flags {
        spans.push(span(look, Role::Dim, &format!(" {}", flag.word())));
    }
    Line::from(spans)
}

/// What is known of an element.
fn draw_known(state: &State, node: &ScreenNode, area: Rect, buffer: &mut Buffer) {
    let look = state.options.look;
    let line = look.glyphs().line.repeat(area.width.into());
    let mut lines = vec![Line::from(span(look, Role::Dim, &line))];
    match &node.step {
        Step::TapOn(step) => {
            let step = step
                .lines()
                .map(|line| Line::from(span(look, Role::Good, line)));
            lines.extend(step);
        }
        Step::NotOnScreen => lines.push(Line::from(span(
            look,
            Role::Warn,
            "no selector finds it: less than a tenth of it is on the screen",
        ))),
        Step::NotTried => lines.push(Line::from(span(
            look,
            Role::Warn,
            "too many elements: no selector was looked for",
        ))),
    }
    let bounds = node.bounds.map(|bounds| {
        let (left, top) = (bounds.left, bounds.top);
        let (right, bottom) = (bounds.right, bounds.bottom);
        format!("[{left},{top}][{right},{bottom}]")
    });
    for (name, value) in [
        ("text", &node.text),
        ("hint", &node.hint),
        ("said", &node.description),
        ("id", &node.id),
        ("bounds", &bounds),
        ("class", &Some(node.class.clone())),
        ("package", &Some(node.package.clone())),
    ] {
        let Some(value) = value.as_ref().filter(|value| !value.is_empty()) else {
            continue;
        };
        lines.push(Line::from(vec![
            span(look, Role::Head, &format!("{name:<8}")),
            span(look, Role::Plain, value),
        ]));
    }
    for (y, line) in (area.y..area.bottom()).zip(&lines) {
        put(buffer, area, y, line);
    }
}
