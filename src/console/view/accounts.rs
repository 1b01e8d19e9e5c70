//! The list of accounts.

use ratatui::buffer::Buffer;
use ratatui::layout::Rect;

use super::list::{self, Cell, Column, Counts, List};
use crate::console::look::Role;
use crate::console::state::{Panel, State};
use crate::model::Account;

const COLUMNS: [Column; 5] = [
    Column::new("username", 16, 0).growing(1),
    Column::new("app", 10, 1).growing(1),
    Column::new("device", 14, 0).growing(1),
    Column::new("state", 10, 0),
    Column::new("notes", 10, 2).growing(3),
];

pub(super) fn draw(state: &State, area: Rect, buffer: &mut Buffer) {
    let table = &state.accounts;
    let counts = Counts {
        shown: table.order().len() as u64,
        total: state.account_rows.len() as u64,
        marked: table.marks().len(),
        place: table.index().map(|at| at as u64),
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
