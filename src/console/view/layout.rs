//! Where everything lies on the screen. `update` uses it too: how far a page goes and which
//! rows are wanted depends on it.

use ratatui::layout::Rect;

use crate::console::state::{Panel, State};

/// The smallest screen that shows anything but its own size.
pub(in crate::console) const MIN_COLUMNS: u16 = 60;
/// The smallest screen that shows anything but its own size.
pub(in crate::console) const MIN_ROWS: u16 = 12;

/// From this width on a detail stands beside the lists.
const WIDE: u16 = 140;
/// Rows of the statistics.
const STATS_ROWS: u16 = 4;
/// The statistics need a screen this high.
const STATS_FROM: u16 = 20;
/// Both lists need this many rows together.
const BOTH_FROM: u16 = 12;
/// Title and heads of columns above the rows of a list.
const ABOVE_ROWS: u16 = 2;

/// Title, a line of facts and heads of columns above the rows of a page.
const ABOVE_PAGE_ROWS: u16 = 3;

/// The parts of the screen.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(in crate::console) struct Layout {
    /// The first line.
    pub header: Rect,
    /// Statistics.
    pub stats: Option<Rect>,
    /// The phones.
    pub upper: Option<Rect>,
    /// Tasks, accounts or incidents.
    pub lower: Option<Rect>,
    /// A page in the place of the lists.
    pub page: Option<Rect>,
    /// A detail.
    pub detail: Option<Rect>,
    /// The last line.
    pub last: Rect,
}

impl Layout {
    /// The parts for this state; `None` if the screen is too small.
    pub fn of(state: &State) -> Option<Self> {
        let (columns, rows) = (state.columns, state.rows);
        if columns < MIN_COLUMNS || rows < MIN_ROWS {
            return None;
        }
        let line = |y| Rect::new(0, y, columns, 1);
        let stats = (state.stats && rows >= STATS_FROM && state.page.is_none())
            .then_some(Rect::new(0, 1, columns, STATS_ROWS));
        let top = 1 + stats.map_or(0, |area| area.height);
        let body = Rect::new(0, top, columns, rows - top - 1);
        let (lists, detail) = match &state.detail {
            None => (Some(body), None),
            Some(_) if columns < WIDE => (None, Some(body)),
            Some(_) => {
                let width = columns / 5 * 3 + columns % 5 * 3 / 5;
                let left = Rect { width, ..body };
                let right = Rect {
                    x: width + 1,
                    width: columns - width - 1,
                    ..body
                };
                (Some(left), Some(right))
            }
        };
        let (lists, page) = match &state.page {
            None => (lists, None),
            Some(_) => (None, lists),
        };
        let (upper, lower) = match lists {
            None => (None, None),
            Some(area) if area.height >= BOTH_FROM => {
                let phones = u16::try_from(state.devices.order().len()).unwrap_or(u16::MAX);
                let wanted = phones.saturating_add(ABOVE_ROWS);
                let height = wanted.clamp(BOTH_FROM / 3, area.height / 2);
                let upper = Rect { height, ..area };
                let lower = Rect {
                    y: area.y + height,
                    height: area.height - height,
                    ..area
                };
                (Some(upper), Some(lower))
            }
            Some(area) if state.panel == Panel::Devices => (Some(area), None),
            Some(area) => (None, Some(area)),
        };
        Some(Self {
            header: line(0),
            stats,
            upper,
            lower,
            page,
            detail,
            last: line(rows - 1),
        })
    }

    /// Everything between the first line and the last.
    pub fn body(&self) -> Rect {
        Rect {
            y: self.header.bottom(),
            height: self.last.y - self.header.bottom(),
            ..self.header
        }
    }

    /// How many rows of a list the screen shows.
    pub fn list_rows(&self, panel: Panel) -> usize {
        let area = match panel {
            Panel::Devices => self.upper,
            Panel::Tasks | Panel::Accounts | Panel::Incidents => self.lower,
        };
        area.map_or(0, |area| {
            usize::from(area.height.saturating_sub(ABOVE_ROWS))
        })
    }

    /// How many rows of the page the screen shows.
    pub fn page_rows(&self) -> usize {
        self.page.map_or(0, |area| {
            usize::from(area.height.saturating_sub(ABOVE_PAGE_ROWS))
        })
    }
}

#[cfg(test)]
mod tests {
    use super::{Layout, MIN_COLUMNS, MIN_ROWS};
    use crate::console::state::{Detail, Options, Page, State, Subject};
    use crate::model::TaskId;

    fn state(columns: u16, rows: u16) -> State {
        let mut state = State::new(Options::default());
        (state.columns, state.rows) = (columns, rows);
        state
    }

    #[test]
    fn every_size_is_filled_without_overlap() {
        for (columns, rows) in [
            (60, 12),
            (80, 24),
            (120, 40),
            (200, 60),
            (139, 19),
            (500, 200),
            (u16::MAX, 12),
        ] {
            let mut state = state(columns, rows);
            for (detail, page) in [(false, false), (true, false), (false, true), (true, true)] {
                state.detail = detail.then(|| Detail::of(Subject::Task(TaskId(1))));
                state.page = page.then(|| Page::Reasons(Default::default()));
                let layout = Layout::of(&state).unwrap();
                let parts = [
                    Some(layout.header),
                    layout.stats,
                    layout.upper,
                    layout.lower,
                    layout.page,
                    layout.detail,
                    Some(layout.last),
                ];
                let parts: Vec<_> = parts.into_iter().flatten().collect();
                for (i, a) in parts.iter().enumerate() {
                    assert!(a.right() <= columns && a.bottom() <= rows, "{a:?}");
                    assert!(
                        !parts.iter().skip(i + 1).any(|b| a.intersects(*b)),
                        "{parts:?}"
                    );
                }
            }
        }
    }

    #[test]
    fn a_screen_too_small_has_no_parts() {
        assert!(Layout::of(&state(MIN_COLUMNS, MIN_ROWS)).is_some());
        assert!(Layout::of(&state(MIN_COLUMNS - 1, MIN_ROWS)).is_none());
        assert!(Layout::of(&state(MIN_COLUMNS, MIN_ROWS - 1)).is_none());
    }
}
