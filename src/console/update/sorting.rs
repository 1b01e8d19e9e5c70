//! How a list is sorted: by which column, in which direction.

use super::apply_filter;
use crate::console::action::Action;
use crate::console::key::{Code, Key as Pressed};
use crate::console::look::Role;
use crate::console::sorting::{Key, Sorting};
use crate::console::state::{Jump, Mode, Panel, State};
use crate::console::view::{Column, columns};
use crate::nearest::advice;

/// The columns that the list with the keys can be sorted by, each with the letter that chooses
/// it: one of its name where that is free. Keys that leave the choice are no letters. A column
/// that is not shown keeps its letter, so that the others have theirs on every farm.
#[must_use]
pub(in crate::console) fn letters(state: &State) -> Vec<(char, &'static Column)> {
    let leave = state.keymap.keys(Action::SortCancel);
    let mut taken = Vec::new();
    let mut letters = Vec::new();
    for column in columns(state.panel) {
        if column.key.is_none() {
            continue;
        }
        let own = column.title.chars().filter(char::is_ascii_alphabetic);
        let free = own
            .chain('a'..='z')
            .find(|c| !taken.contains(c) && !leave.contains(&(*c).into()));
        if let Some(letter) = free {
            taken.push(letter);
            if column.when.is_none_or(|holds| holds(state)) {
                letters.push((letter, column));
            }
        }
    }
    letters
}

/// A key was pressed while a column is to be chosen.
pub(super) fn pick(state: &mut State, pressed: Pressed) {
    let Code::Char(letter) = pressed.code else {
        return;
    };
    let found = letters(state).into_iter().find(|(own, _)| *own == letter);
    let Some(key) = found.and_then(|(_, column)| column.key) else {
        return;
    };
    by(state, key);
}

/// Sorts the list with the keys by the column that is called so.
///
/// # Errors
/// There is none; names those that there are.
pub(super) fn by_title(state: &mut State, title: &str) -> Result<(), String> {
    let columns = || letters(state).into_iter().map(|(_, column)| column);
    let found = columns().find(|column| column.title.eq_ignore_ascii_case(title));
    match found.and_then(|column| column.key) {
        Some(key) => {
            by(state, key);
            Ok(())
        }
        None => {
            let titles: Vec<&str> = columns().map(|column| column.title).collect();
            let list = state.panel.title();
            let advice = advice(title, titles);
            Err(format!("{list} cannot be sorted by '{title}': {advice}"))
        }
    }
}

/// Sorts by a column, or turns the order round if it is by this one.
fn by(state: &mut State, key: Key) {
    state.mode = Mode::Normal;
    let direction = match current(state) {
        Some(now) if now.key == key => now.direction.reversed(),
        _ => key.direction(),
    };
    set(state, Sorting { key, direction });
}

/// Turns the order round.
pub(super) fn reverse(state: &mut State) {
    match current(state) {
        Some(Sorting { key, direction }) => {
            let direction = direction.reversed();
            set(state, Sorting { key, direction });
        }
        None => state.say(Role::Plain, "this list has one order only"),
    }
}

/// How the list with the keys is sorted: as it comes, that is by its first column.
fn current(state: &State) -> Option<Sorting> {
    let first = || {
        let key = columns(state.panel).iter().find_map(|column| column.key)?;
        Some(Sorting {
            key,
            direction: key.direction(),
        })
    };
    state.sorting(state.panel).or_else(first)
}

fn set(state: &mut State, sorting: Sorting) {
    match state.panel {
        Panel::Devices => state.device_sort = Some(sorting),
        Panel::Accounts => state.account_sort = Some(sorting),
        Panel::Incidents => state.incident_sort = Some(sorting),
        Panel::Tasks => {
            state.tasks.sort = sorting.of_tasks().unwrap_or_default();
            state.tasks.wanted = Some(Jump::Stay);
            state.tasks.range.reread();
            return;
        }
    }
    apply_filter(state, state.panel);
}
