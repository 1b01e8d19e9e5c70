//! The help: every key that does something, from the same keymap that makes it do so.

use ratatui::buffer::Buffer;
use ratatui::layout::Rect;
use ratatui::text::Line;

use super::{Layout, line, put, span};
use crate::console::action::{Action, Context, Danger};
use crate::console::chord::Chord;
use crate::console::commands::available;
use crate::console::look::Role;
use crate::console::state::{Access, Panel, State, fields};
use crate::console::text;
use crate::console::update::most;

/// Columns of the keys.
const KEYS: usize = 20;
/// Columns of the screen for one column of help.
const COLUMN: u16 = 60;

/// How a filter is written; the fields follow.
const FILTERS: [(&str, &str); 7] = [
    ("word", "in any column; all words must match"),
    ("state=failed", "the whole value; != for any other"),
    ("model~pixel", "somewhere in the value"),
    ("batt<20 queue>0", "numbers"),
    ("group=rack2 tag=new", "phones by what you call them"),
    ("!offline", "rows that do not match"),
    ("\"not found\"", "with spaces"),
];

/// All lines of the help.
fn lines(state: &State) -> Vec<Line<'static>> {
    let look = state.options.look;
    let row = |left: &str, right: &str| {
        Line::from(vec![
            span(look, Role::Key, &format!("  {left:<KEYS$} ")),
            span(look, Role::Plain, right),
        ])
    };
    let title = format!("{} - the keys", state.options.title);
    let mut lines = vec![Line::from(span(look, Role::Focus, &title))];
    for context in Context::ALL {
        let rows: Vec<_> = actions(state)
            .filter(|action| action.info().context == *context)
            .map(|action| {
                let keys: Vec<_> = state
                    .keymap
                    .keys(action)
                    .iter()
                    .map(ToString::to_string)
                    .collect();
                // A space also lies between the keys of a sequence.
                let sequences = state.keymap.keys(action).iter().any(Chord::is_sequence);
                let between = if sequences { ", " } else { " " };
                row(&keys.join(between), action.info().description)
            })
            .collect();
        if rows.is_empty() {
            continue;
        }
        lines.push(Line::default());
        lines.push(Line::from(span(look, Role::Head, context.title())));
        lines.extend(rows);
    }
    let key = super::key_of(state, Action::Line);
    if !key.is_empty() {
        let title = format!("Commands, behind {key}");
        lines.push(Line::default());
        lines.push(Line::from(span(look, Role::Head, &title)));
        lines.extend(available(most(state)).map(|info| line::usage(look, info)));
    }
    lines.push(Line::default());
    lines.push(Line::from(span(look, Role::Head, "Filters")));
    lines.extend(FILTERS.map(|(filter, meaning)| row(filter, meaning)));
    for panel in Panel::ALL {
        let names: Vec<_> = fields(panel).iter().map(|field| field.name).collect();
        let room = usize::from(COLUMN) - KEYS - 4;
        for (i, part) in text::wrap(&names.join(" "), room).iter().enumerate() {
            let title = if i == 0 { panel.title() } else { "" };
            lines.push(row(title, part));
        }
    }
    lines
}

/// The actions that have a key and may be used in this session.
pub(super) fn actions(state: &State) -> impl Iterator<Item = Action> + '_ {
    Action::ALL
        .iter()
        .copied()
        .filter(|action| allowed(state, *action) && !state.keymap.keys(*action).is_empty())
}

/// Whether it may be done in this session.
pub(super) fn allowed(state: &State, action: Action) -> bool {
    state.options.access == Access::Full || action.info().danger == Danger::Looks
}

/// How many columns of help stand side by side, and how many lines each of them has.
fn grid(area: Rect) -> (u16, usize) {
    let columns = (area.width / COLUMN).max(1);
    (columns, usize::from(area.height).max(1))
}

/// How many lines of the help there is room for at once.
pub(in crate::console) fn room(state: &State) -> usize {
    let (columns, height) = grid(Layout::of(state).map_or(Rect::ZERO, |layout| layout.body()));
    height * usize::from(columns)
}

/// The first line that is shown where the help is scrolled to its end.
pub(in crate::console) fn last_top(state: &State) -> usize {
    lines(state).len().saturating_sub(room(state))
}

pub(super) fn draw(state: &State, top: usize, area: Rect, buffer: &mut Buffer) {
    let lines = lines(state);
    let (columns, height) = grid(area);
    let top = top.min(lines.len().saturating_sub(height * usize::from(columns)));
    for (column, rows) in (0..columns).zip(lines.get(top..).unwrap_or_default().chunks(height)) {
        let x = area.x + column * COLUMN;
        let width = if columns == 1 { area.width } else { COLUMN };
        let part = Rect { x, width, ..area };
        for (y, line) in (area.y..).zip(rows) {
            put(buffer, part, y, line);
        }
    }
}

#[cfg(test)]
mod tests {
    use crate::console::state::{Access, KeymapFile, Options};
    use crate::console::testing::{Screen, lines};

    #[test]
    fn help_shows_the_keys_with_what_they_do() {
        let mut screen = Screen::new(80, 24);
        screen.keys("?");
        assert_eq!(
            lines(&screen.text(), 1, 6),
            [
                "farmhand - the keys",
                "",
                "In a list",
                "  enter                show everything of the selected row",
                "  /                    filter the list",
                "  z                    failures only, on and off",
            ]
        );
    }

    #[test]
    fn the_help_is_scrolled_by_lines_and_pages_and_no_key_is_dead_at_its_end() {
        let mut screen = Screen::new(80, 24);
        screen.keys("?");
        let start = screen.text();
        screen.keys("Gj");
        let end = screen.text();
        assert!(end.contains("  accounts             username app"), "{end}");
        screen.keys("k");
        assert_ne!(screen.text(), end);
        screen.keys("j");
        assert_eq!(screen.text(), end);
        screen.keys("g ");
        let page = lines(&screen.text(), 1, 1);
        assert!(!start.contains(&page[0]), "{page:?}");
        screen.keys("g");
        assert_eq!(screen.text(), start);
    }

    #[test]
    fn a_rebound_key_changes_the_help_and_the_hints() {
        let options = Options {
            keymap: Some(KeymapFile {
                name: "my.toml".into(),
                text: "[task]\nstop = [\"Q\"]\n".into(),
            }),
            ..Options::default()
        };
        let mut screen = Screen::of(120, 60, options);
        screen.keys("2j");
        assert!(screen.text().contains("Q stop"));
        screen.keys("?");
        assert!(
            screen
                .text()
                .contains("  Q                    stop the marked tasks")
        );
    }

    #[test]
    fn the_help_tells_how_filters_are_written_and_cuts_nothing_at_80_columns() {
        let mut screen = Screen::new(80, 400);
        screen.keys("?");
        let text = screen.text();
        assert!(
            text.contains("  model~pixel          somewhere in"),
            "{text}"
        );
        assert!(
            text.contains("  accounts             username app"),
            "{text}"
        );
        for line in text.lines().skip(1) {
            assert!(line.chars().count() <= 60, "{line}");
        }
    }

    #[test]
    fn a_session_that_may_only_look_is_shown_no_acting_key() {
        let options = Options {
            access: Access::ReadOnly,
            ..Options::default()
        };
        let mut screen = Screen::of(200, 60, options);
        screen.keys("2");
        assert!(!screen.text().contains("s stop"));
        screen.keys("?");
        let text = screen.text();
        for word in ["stop the marked", "retry", "delete", "held phone"] {
            assert!(!text.contains(word), "{word}: {text}");
        }
    }
}
