//! The list of incidents: trouble that is going on, one line each.

use ratatui::buffer::Buffer;
use ratatui::layout::Rect;

use super::list::{self, Cell, Column, Counts, List};
use crate::console::look::Role;
use crate::console::sorting::Key;
use crate::console::state::{Panel, State, incident_id};
use crate::console::text;

/// The columns, in the order of the cells below.
pub(in crate::console) const COLUMNS: [Column; 4] = [
    Column::new("incident", 17, 0).by(Key::Text("kind")),
    Column::new("about", 16, 0)
        .growing(1)
        .by(Key::Text("subject")),
    Column::new("for", 4, 1).by(Key::Time("since")),
    Column::new("what happened", 20, 0)
        .growing(4)
        .by(Key::Text("message")),
];

pub(super) fn draw(state: &State, area: Rect, buffer: &mut Buffer) {
    let table = &state.incidents;
    let incidents = state.farm.as_ref().map_or(&[][..], |farm| &farm.incidents);
    let counts = Counts {
        shown: table.order().len() as u64,
        total: incidents.len() as u64,
        marked: table.marks().len(),
        place: table.index().map(|at| at as u64),
        search: None,
    };
    let cells = |id: &_| {
        let incident = incidents.iter().find(|i| incident_id(i) == *id)?;
        let (kind, subject) = incident_id(incident);
        Some(vec![
            Cell::of(Role::Bad, kind),
            Cell::new(subject),
            Cell::of(Role::Dim, text::age(state.now.ms_since(incident.since))),
            Cell::new(incident.message.as_str()),
        ])
    };
    let list = List {
        panel: Panel::Incidents,
        columns: &COLUMNS,
        table,
        counts,
    };
    list::draw(state, &list, area, buffer, cells);
}

#[cfg(test)]
mod tests {
    use crate::console::testing::{Screen, incident, lines};

    #[test]
    fn each_incident_is_one_line() {
        let mut screen = Screen::with(80, 24, |farm| {
            farm.incidents = [incident("10.0.0.9:5037")].into();
        });
        screen.keys("4");
        assert_eq!(
            lines(&screen.text(), 12, 3),
            [
                "─ 4 incidents 1 ────────────────────────────────────────────────────────────────",
                "  incident          about               for  what happened",
                "  adb server        10.0.0.9:5037       2m   10.0.0.9:5037 does not answer",
            ]
        );
    }
}
