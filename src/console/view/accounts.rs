//! The list of accounts.

use ratatui::buffer::Buffer;
use ratatui::layout::Rect;

use super::list::{self, Cell, Column, Counts, List};
use super::moment;
use crate::console::filter::ACCOUNT_WORDS;
use crate::console::look::Role;
use crate::console::sorting::Key;
use crate::console::state::{Panel, State};
use crate::model::Account;

/// The columns, in the order of [`cells`].
pub(in crate::console) const COLUMNS: [Column; 7] = [
    Column::new("username", 16, 0)
        .growing(1)
        .by(Key::Text("username")),
    Column::new("app", 10, 1).growing(1).by(Key::Text("app")),
    Column::new("device", 14, 0)
        .growing(1)
        .by(Key::Text("serial")),
    Column::new("state", 10, 0).by(Key::Words("state", &ACCOUNT_WORDS)),
    Column::new("notes", 10, 2)
        .growing(3)
        .by(Key::Text("notes")),
    Column::new("added", 11, 3).from(150).by(Key::Time("added")),
    Column::new("changed", 11, 4)
        .from(150)
        .by(Key::Time("changed")),
];

pub(super) fn draw(state: &State, area: Rect, buffer: &mut Buffer) {
    let table = &state.accounts;
    let counts = Counts {
        shown: table.order().len() as u64,
        total: state.account_rows.len() as u64,
        marked: table.marks().len(),
        place: table.index().map(|at| at as u64),
        search: None,
    };
    let rows = &state.account_rows;
    let cells = |key: &_| rows.iter().find(|a| a.key == *key).map(|a| cells(state, a));
    let list = List {
        panel: Panel::Accounts,
        columns: &COLUMNS,
        table,
        counts,
    };
    list::draw(state, &list, area, buffer, cells);
}

fn cells(state: &State, account: &Account) -> Vec<Cell> {
    let glyphs = state.options.look.glyphs();
    let (role, word) = match account.enabled {
        true => (Role::Good, format!("{} enabled", glyphs.good)),
        false => (Role::Dim, format!("{} disabled", glyphs.held)),
    };
    let device = match &account.serial {
        Some(serial) => Cell::new(serial.as_str()),
        None => Cell::of(Role::Warn, "no device"),
    };
    vec![
        Cell::new(account.key.username.as_str()),
        Cell::new(account.key.app.as_str()),
        device,
        Cell::of(role, word),
        Cell::new(account.notes.as_str()),
        Cell::of(Role::Dim, moment(state, account.created_at)),
        Cell::of(Role::Dim, moment(state, account.updated_at)),
    ]
}

#[cfg(test)]
mod tests {
    use crate::console::testing::{Screen, lines};

    #[test]
    fn each_account_shows_its_phone() {
        let mut screen = Screen::new(80, 24);
        screen.keys("3");
        assert_eq!(
            lines(&screen.text(), 12, 4),
            [
                "─ 3 accounts 2 ─────────────────────────────────────────────────────────────────",
                "  username           app          device           state      notes",
                "  ada                sample       emu-1            ✓ enabled  main",
                "  bob                sample       no device        ‖ disabled",
            ]
        );
    }
}
