//! How every list is drawn: a title, heads of columns, rows. Columns give way to a narrow
//! screen by their rank. It knows nothing of what the rows are.

use ratatui::buffer::Buffer;
use ratatui::layout::Rect;
use ratatui::text::{Line, Span};
use unicode_width::UnicodeWidthStr;

use super::{key_of, put, span};
use crate::console::action::Action;
use crate::console::look::{Look, Role};
use crate::console::sorting::{Key, Sorting};
use crate::console::source::Search;
use crate::console::state::{Panel, State};
use crate::console::table::Table;
use crate::console::text;
use crate::store::Direction;

/// A column.
#[derive(Debug)]
pub(in crate::console) struct Column {
    /// Its head.
    pub title: &'static str,
    /// Columns of the screen that it needs.
    pub width: u16,
    /// Its share of what is left over.
    pub grow: u16,
    /// The highest ranks give way first.
    pub rank: u8,
    /// It is only shown on areas as wide as this.
    pub from: u16,
    /// It is only shown while this holds.
    pub when: Option<fn(&State) -> bool>,
    /// What the list is sorted by when this column is chosen.
    pub key: Option<Key>,
}

impl Column {
    pub(super) const fn new(title: &'static str, width: u16, rank: u8) -> Self {
        Self {
            title,
            width,
            grow: 0,
            rank,
            from: 0,
            when: None,
            key: None,
        }
    }

    /// Only on areas as wide as this: on others the rest is worth more.
    pub(super) const fn from(self, from: u16) -> Self {
        Self { from, ..self }
    }

    /// Only while this holds: an empty column is worth no room on any screen.
    pub(super) const fn when(self, holds: fn(&State) -> bool) -> Self {
        Self {
            when: Some(holds),
            ..self
        }
    }

    /// The list can be sorted by it.
    pub(super) const fn by(self, key: Key) -> Self {
        Self {
            key: Some(key),
            ..self
        }
    }

    pub(super) const fn growing(self, grow: u16) -> Self {
        Self { grow, ..self }
    }
}

/// A cell: its text, and its colour.
pub(super) struct Cell {
    pub text: String,
    pub role: Role,
}

impl Cell {
    pub(super) fn new(text: impl Into<String>) -> Self {
        Self::of(Role::Plain, text)
    }

    pub(super) fn of(role: Role, text: impl Into<String>) -> Self {
        Self {
            text: text.into(),
            role,
        }
    }
}

/// What the title says besides the panel's name.
pub(super) struct Counts {
    /// Rows that pass the filter.
    pub shown: u64,
    /// Rows in all.
    pub total: u64,
    /// Marked ones.
    pub marked: usize,
    /// Place of the selected row among those that pass, from 0.
    pub place: Option<u64>,
    /// How far the looking for rows that pass is, if it is not over.
    pub search: Option<Search>,
}

/// A list to be drawn.
pub(super) struct List<'a, Id> {
    /// Its panel.
    pub panel: Panel,
    /// Its columns.
    pub columns: &'a [Column],
    /// Order, selection and marks.
    pub table: &'a Table<Id>,
    /// For the title.
    pub counts: Counts,
}

/// Draws a list. `cells` makes the cells of a row, in the order of `columns`.
pub(super) fn draw<Id: Clone + Ord>(
    state: &State,
    list: &List<'_, Id>,
    area: Rect,
    buffer: &mut Buffer,
    cells: impl Fn(&Id) -> Option<Vec<Cell>>,
) {
    let List {
        panel,
        columns,
        table,
        counts,
    } = list;
    let panel = *panel;
    let look = state.options.look;
    let focused = state.panel == panel && state.detail.is_none();
    put(
        buffer,
        area,
        area.y,
        &title(state, panel, columns, counts, area),
    );
    let body = Rect {
        y: area.y + 1,
        height: area.height.saturating_sub(1),
        ..area
    };
    rows(state, columns, table, focused, body, buffer, cells);
    if table.order().is_empty() {
        let why = match (state.farm.is_some(), state.filter(panel).is_off()) {
            (false, _) => "  waiting for the farm",
            (true, true) => "  none",
            (true, false) => "  none that the filter shows",
        };
        let line = Line::from(span(look, Role::Dim, why));
        put(buffer, area, area.y + 2, &line);
    }
}

/// Draws heads of columns, and the rows below them.
pub(super) fn rows<Id: Clone + Ord>(
    state: &State,
    columns: &[Column],
    table: &Table<Id>,
    focused: bool,
    area: Rect,
    buffer: &mut Buffer,
    cells: impl Fn(&Id) -> Option<Vec<Cell>>,
) {
    let look = state.options.look;
    let plan = plan(state, columns, area.width);
    let heads = row(look, &plan, |i| {
        let title = columns.get(i).map_or("", |column| column.title);
        (title.to_owned(), Role::Head)
    });
    put(buffer, area, area.y, &Line::from(heads));
    let height = usize::from(area.height.saturating_sub(1));
    let shown = table.order().iter().skip(table.top()).take(height);
    for (y, id) in (area.y + 1..).zip(shown) {
        let Some(cells) = cells(id) else { continue };
        let mut spans = row(look, &plan, |i| {
            let cell = cells.get(i);
            cell.map_or_else(Default::default, |cell| (cell.text.clone(), cell.role))
        });
        if table.marks().contains(id)
            && let Some(first) = spans.first_mut()
        {
            *first = span(look, Role::Key, look.glyphs().mark);
        }
        put(buffer, area, y, &Line::from(spans));
        if table.selected() == Some(id) {
            buffer.set_style(
                Rect {
                    y,
                    height: 1,
                    ..area
                },
                look.selected(focused),
            );
        }
    }
}

/// `- 2 tasks 4/120 | failures | state=failed | 3 marked ------`
fn title(
    state: &State,
    panel: Panel,
    columns: &[Column],
    counts: &Counts,
    area: Rect,
) -> Line<'static> {
    let focused = state.panel == panel && state.detail.is_none();
    let look = state.options.look;
    let glyphs = look.glyphs();
    let key = match panel {
        Panel::Devices => Action::Devices,
        Panel::Tasks => Action::Tasks,
        Panel::Accounts => Action::Accounts,
        Panel::Incidents => Action::Incidents,
    };
    let filter = state.filter(panel);
    let count = match (filter.is_off(), counts.search) {
        (true, _) => counts.total.to_string(),
        (false, Some(search)) => format!("{}/>={}", counts.shown, search.looked),
        (false, None) => format!("{}/{}", counts.shown, counts.total),
    };
    let role = if focused { Role::Focus } else { Role::Title };
    let mut text = format!("{} {} {count}", key_of(state, key), panel.title());
    let mut note = |said: &str| text.push_str(&format!(" {} {said}", glyphs.dot));
    let rows = u64::from(area.height.saturating_sub(2));
    match counts.place {
        // Said where it is not seen: the list is longer than the screen.
        Some(place) if counts.shown > rows => note(&format!("row {}", place + 1)),
        None if panel == Panel::Tasks && !state.frozen && counts.shown > 0 => note("live"),
        _ => {}
    }
    if let Some(Sorting { key, direction }) = state.sorting(panel) {
        let arrow = match direction {
            Direction::Ascending => glyphs.up,
            Direction::Descending => glyphs.down,
        };
        let column = columns.iter().find(|column| column.key == Some(key));
        let title = column.map_or("", |column| column.title);
        note(&format!("{arrow} by {title}, {}", key.first(direction)));
    }
    if state.stale_ms().is_some() {
        note("stale");
    } else if state.frozen {
        note("frozen");
    }
    if filter.failures {
        note("failures only");
    }
    if !filter.text.is_empty() {
        note(&text::clean(&filter.text));
    }
    if counts.marked > 0 {
        note(&format!("{} marked", counts.marked));
    }
    let used = text.width() + 4;
    let rest = usize::from(area.width).saturating_sub(used);
    Line::from(vec![
        span(look, Role::Dim, glyphs.line),
        span(look, role, &format!(" {text} ")),
        span(look, Role::Dim, &glyphs.line.repeat(rest + 1)),
    ])
}

/// Which columns are shown, and how wide.
fn plan(state: &State, columns: &[Column], area: u16) -> Vec<(usize, u16)> {
    let all = columns.iter().enumerate();
    let candidates: Vec<_> = all
        .filter(|(_, column)| column.from <= area && column.when.is_none_or(|holds| holds(state)))
        .collect();
    // Two columns at the left for the mark, and a space behind each.
    let width = area.saturating_sub(2);
    let kept = |limit: u8| {
        let all = candidates.iter();
        all.filter(move |(_, column)| column.rank <= limit)
    };
    let needs = |limit: u8| -> u16 { kept(limit).map(|(_, c)| c.width + 1).sum() };
    let top = columns.iter().map(|c| c.rank).max().unwrap_or(0);
    let limit = (0..=top)
        .rev()
        .find(|limit| needs(*limit) <= width)
        .unwrap_or(0);
    let spare = u32::from(width.saturating_sub(needs(limit)));
    let shares: u32 = kept(limit).map(|(_, c)| u32::from(c.grow)).sum();
    kept(limit)
        .map(|(i, c)| {
            // A part of the spare width: it fits again.
            let more = (spare * u32::from(c.grow)).checked_div(shares).unwrap_or(0);
            let more = u16::try_from(more).unwrap_or(u16::MAX);
            (*i, c.width.saturating_add(more))
        })
        .collect()
}

/// The spans of a row: one for the mark, then each cell and the space behind it.
fn row(
    look: Look,
    plan: &[(usize, u16)],
    cell: impl Fn(usize) -> (String, Role),
) -> Vec<Span<'static>> {
    let mut spans = vec![Span::raw(" "), Span::raw(" ")];
    for (i, width) in plan {
        let width = usize::from(*width);
        let (text, role) = cell(*i);
        let short = text::fit(&text, width, look.glyphs().more);
        let pad = width.saturating_sub(short.width()) + 1;
        spans.push(Span::styled(short.into_owned(), look.style(role)));
        spans.push(Span::raw(" ".repeat(pad)));
    }
    spans
}

#[cfg(test)]
mod tests {
    use super::Column;
    use crate::console::state::{Options, State};

    fn plan(columns: &[Column], area: u16) -> Vec<(usize, u16)> {
        super::plan(&State::new(Options::default()), columns, area)
    }

    #[test]
    fn the_highest_ranks_give_way_and_the_rest_is_shared() {
        let columns = [
            Column::new("id", 5, 0),
            Column::new("note", 5, 1).growing(1),
            Column::new("age", 4, 2),
        ];
        assert_eq!(plan(&columns, 29), [(0, 5), (1, 15), (2, 4)]);
        assert_eq!(plan(&columns, 18), [(0, 5), (1, 9)]);
        assert_eq!(plan(&columns, 10), [(0, 5)]);
        assert_eq!(plan(&columns, 3), [(0, 5)]);
    }

    #[test]
    fn a_column_for_wide_screens_takes_no_room_on_others() {
        let columns = [
            Column::new("id", 5, 0).growing(1),
            Column::new("created", 5, 1).from(30),
        ];
        assert_eq!(plan(&columns, 29), [(0, 26)]);
        assert_eq!(plan(&columns, 30), [(0, 21), (1, 5)]);
    }

    #[test]
    fn a_column_that_nothing_is_in_takes_no_room() {
        let columns = [
            Column::new("id", 5, 0).growing(1),
            Column::new("name", 5, 1).when(|state| state.farm.is_some()),
        ];
        assert_eq!(plan(&columns, 30), [(0, 27)]);
    }
}
