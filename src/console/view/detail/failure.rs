//! Why a task failed: the step, what was looked for, and what came near, with the attributes
//! that differ said by name.

use ratatui::text::Line;
use serde_json::Value;
use unicode_width::UnicodeWidthStr;

use super::Page;
use crate::console::look::Role;
use crate::console::text;
use crate::console::view::span;
use crate::flow::{Failure, NearMiss};
use crate::model::TaskError;

/// Near misses shown unless all are asked for.
const SHOWN: usize = 3;
/// Columns between two columns of the table.
const GAP: usize = 2;
/// What the columns of the table of near misses are.
const HEADS: [&str; 3] = ["differs in", "wanted", "found"];

impl Page<'_> {
    pub(super) fn error(&mut self, error: &TaskError, failure: Option<&Failure>, whole: bool) {
        self.fact("kind", Role::Bad, error.kind.text());
        let near = failure.map_or(&[][..], |failure| &failure.near_misses);
        for (i, part) in error.parts().into_iter().enumerate() {
            match i {
                0 => self.fact("message", Role::Plain, part),
                _ if !near.is_empty() => {}
                1 => self.fact("nearest", Role::Plain, part),
                _ => self.fact("", Role::Plain, part),
            }
        }
        let trail = failure.map_or(&[][..], |failure| &failure.step);
        match &error.step {
            Some(step) if trail.is_empty() => self.fact("step", Role::Plain, step),
            _ => {}
        }
        for (depth, place) in trail.iter().enumerate() {
            let name = if depth == 0 { "step" } else { "" };
            let indent = "  ".repeat(depth);
            let told = format!("{indent}{}:{} {}", place.file, place.line, place.command);
            self.fact(name, Role::Plain, &told);
        }
        if let Some(code) = error.exit_code {
            self.fact("exit code", Role::Plain, &code.to_string());
        }
        let Some(failure) = failure else { return };
        if let Some(selector) = &failure.selector {
            self.fact("looked for", Role::Plain, &selector_text(selector));
        }
        if let Some(front) = &failure.foreground {
            self.fact("in front", Role::Plain, front);
        }
        self.near(near, whole);
    }

    /// A table of what came near: an element a block, a line for each attribute that differs.
    fn near(&mut self, near: &[NearMiss], whole: bool) {
        if near.is_empty() {
            return;
        }
        self.head("near misses, the nearest first");
        let shown = if whole { near.len() } else { SHOWN };
        let rows: Vec<[&str; 3]> = near
            .iter()
            .take(shown)
            .flat_map(|near| &near.differences)
            .map(|d| [&*d.attribute, &*d.wanted, &*d.found])
            .collect();
        let widths = self.columns(&rows);
        let mut heads = Vec::new();
        for (head, width) in HEADS.iter().zip(widths) {
            heads.push(span(self.look, Role::Dim, &padded(head, width)));
        }
        heads.insert(0, span(self.look, Role::Dim, "   "));
        self.lines.push(Line::from(heads));
        for (i, near) in near.iter().take(shown).enumerate() {
            let element = format!("{} {}", i + 1, near.element);
            let more = self.look.glyphs().more;
            let element = text::fit(&element, self.width, more).into_owned();
            self.lines
                .push(Line::from(span(self.look, Role::Head, &element)));
            for d in &near.differences {
                self.difference([&d.attribute, &d.wanted, &d.found], widths);
            }
        }
        if near.len() > shown {
            let rest = text::count(near.len() - shown, "element");
            self.text(Role::Dim, &format!("and {rest} more"));
        }
    }

    fn difference(&mut self, cells: [&str; 3], widths: [usize; 3]) {
        let more = self.look.glyphs().more;
        let mut spans = vec![span(self.look, Role::Warn, "   ")];
        let roles = [Role::Warn, Role::Plain, Role::Bad];
        for ((cell, width), role) in cells.iter().zip(widths).zip(roles) {
            let cell = text::fit(cell, width.saturating_sub(GAP), more);
            spans.push(span(self.look, role, &padded(&cell, width)));
        }
        self.lines.push(Line::from(spans));
    }

    /// Widths of the table's columns: as the cells are, and what is too much taken from the
    /// two wide ones alike.
    fn columns(&self, rows: &[[&str; 3]]) -> [usize; 3] {
        let mut widths = HEADS.map(|head| head.width() + GAP);
        for row in rows {
            for (width, cell) in widths.iter_mut().zip(row) {
                *width = (*width).max(text::clean(cell).width() + GAP);
            }
        }
        let [attribute, wanted, found] = widths;
        let room = self.width.saturating_sub(3 + attribute);
        if wanted + found <= room {
            return widths;
        }
        let half = room / 2;
        let wanted = wanted.min(half.max(room.saturating_sub(found)));
        [attribute, wanted, room - wanted]
    }
}

fn padded(text: &str, width: usize) -> String {
    let blank = width.saturating_sub(text.width());
    format!("{text}{}", " ".repeat(blank))
}

/// A selector as a flow has it: `text 'Follow', id 'follow_button'`.
fn selector_text(selector: &Value) -> String {
    let shown = |value: &Value| match value {
        Value::String(text) => format!("'{text}'"),
        Value::Object(_) => format!("({})", selector_text(value)),
        other => other.to_string(),
    };
    match selector {
        Value::Object(fields) => {
            let fields = fields.iter();
            let fields: Vec<_> = fields
                .map(|(name, value)| format!("{name} {}", shown(value)))
                .collect();
            fields.join(", ")
        }
        other => shown(other),
    }
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use serde_json::json;

    use super::selector_text;
    use crate::console::testing::{Screen, lines};
    use crate::flow::Failure;
    use crate::model::{ErrorKind, TaskError, TaskId};

    fn failed(screen: &mut Screen) {
        screen.model.change(|tasks| {
            let task = Arc::make_mut(tasks.get_mut(&TaskId(10)).unwrap());
            let message = "follow.yaml:9: tapOn: not found within 17 s; nearest: 'Following' \
                           (text differs: 'Follow' wanted, 'Following' found)";
            let mut error = TaskError::new(ErrorKind::Assertion, message);
            error.step = Some("follow.yaml:4 > follow.yaml:9".into());
            task.error = Some(error);
        });
    }

    fn report() -> Failure {
        let report = json!({
            "step": [
                {"file": "follow.yaml", "line": 4, "column": 3, "command": "runFlow"},
                {"file": "follow.yaml", "line": 9, "column": 3, "command": "tapOn 'Follow'"},
            ],
            "selector": {"id": "button", "below": {"text": "mia"}},
            "near_misses": [
                {"element": "'Following' id 'button'", "differences": [
                    {"attribute": "text", "wanted": "'Follow'", "found": "'Following'"},
                    {"attribute": "enabled", "wanted": "true", "found": "false"},
                ]},
                {"element": "'Follow all'", "differences": [
                    {"attribute": "id", "wanted": "'button'", "found": "'all'"},
                ]},
            ],
            "foreground": "org.example/.Profile",
        });
        Failure::read(report.to_string().as_bytes()).unwrap()
    }

    #[test]
    fn a_failed_flow_tells_step_selector_and_near_misses_as_a_table() {
        let mut screen = Screen::new(80, 60);
        failed(&mut screen);
        screen.model.failure = Some(report());
        screen.keys("2jjjjj\n");
        let text = screen.text();
        let at = text.lines().position(|line| line == "error").unwrap();
        assert_eq!(
            lines(&text, at + 1, 14),
            [
                "kind       assertion",
                "message    follow.yaml:9: tapOn: not found within 17 s",
                "step       follow.yaml:4 runFlow",
                "             follow.yaml:9 tapOn 'Follow'",
                "looked for id 'button', below (text 'mia')",
                "in front   org.example/.Profile",
                "",
                "near misses, the nearest first",
                "   differs in  wanted    found",
                "1 'Following' id 'button'",
                "   text        'Follow'  'Following'",
                "   enabled     true      false",
                "2 'Follow all'",
                "   id          'button'  'all'",
            ]
        );
    }

    #[test]
    fn without_a_report_what_came_near_has_a_line_of_its_own() {
        let mut screen = Screen::new(80, 60);
        failed(&mut screen);
        screen.keys("2jjjjj\n");
        let text = screen.text();
        let at = text.lines().position(|line| line == "error").unwrap();
        assert_eq!(
            lines(&text, at + 1, 5),
            [
                "kind       assertion",
                "message    follow.yaml:9: tapOn: not found within 17 s",
                "nearest    'Following' (text differs: 'Follow' wanted, 'Following' found)",
                "step       follow.yaml:4 > follow.yaml:9",
                "",
            ]
        );
    }

    #[test]
    fn long_values_share_the_room_there_is() {
        let mut screen = Screen::new(60, 60);
        failed(&mut screen);
        let mut report = report();
        report.near_misses[0].differences[0].found = "x".repeat(100);
        report.near_misses[0].differences[0].wanted = "y".repeat(100);
        screen.model.failure = Some(report);
        screen.keys("2jjjjj\n");
        let text = screen.text();
        let row = text.lines().find(|line| line.contains("yyy")).unwrap();
        assert!(row.contains("yy\u{2026}  xx"), "{row}");
        assert!(row.contains("xx\u{2026}"), "{row}");
    }

    #[test]
    fn a_selector_reads_as_in_a_flow() {
        assert_eq!(selector_text(&json!("Follow")), "'Follow'");
        assert_eq!(
            selector_text(&json!({"index": 2, "text": "a"})),
            "index 2, text 'a'"
        );
    }
}
