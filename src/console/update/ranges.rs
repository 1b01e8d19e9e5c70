//! Ranges of marks: from the row where they were begun to the selected one, also while rows
//! come, go and change their places.

use super::keys::MARKS_MAX;
use super::{needs, nothing_selected, say_marks};
use crate::console::action::Action;
use crate::console::event::{Ask, Effect, RequestNo};
use crate::console::look::Role;
use crate::console::source::{RangeQuery, SourceError};
use crate::console::state::{Panel, SpanAsked, State, TaskRange};
use crate::console::table::Table;
use crate::farm::TaskPage;
use crate::model::{TaskId, TaskView};

/// Begins a range at the selected row, or ends the one that was begun.
pub(super) fn toggle(state: &mut State) {
    if end(state) {
        return;
    }
    let begun = match state.panel {
        Panel::Devices => state.devices.begin_range(),
        Panel::Accounts => state.accounts.begin_range(),
        Panel::Incidents => state.incidents.begin_range(),
        Panel::Tasks => state.tasks.table.begin_range(),
    };
    if !begun {
        return nothing_selected(state);
    }
    state.tasks.range = TaskRange::default();
    let text = match state.keymap.keys(Action::Range).first() {
        Some(key) => format!("a range begins here: it grows as you move, {key} ends it"),
        None => "a range begins here: it grows as you move".to_owned(),
    };
    state.say(Role::Plain, text);
}

/// Ends the range of the list that has the keys, if there is one: what it marked stays marked.
/// Where its rows are still being read, it ends as soon as they are known.
pub(super) fn end(state: &mut State) -> bool {
    let ended = match state.panel {
        Panel::Devices => state.devices.end_range(),
        Panel::Accounts => state.accounts.end_range(),
        Panel::Incidents => state.incidents.end_range(),
        Panel::Tasks if is_known(state) => state.tasks.table.end_range(),
        Panel::Tasks => {
            let range = state.tasks.table.anchor().is_some();
            state.tasks.range.ending = range;
            range
        }
    };
    if ended && !state.tasks.range.ending {
        say_marks(state, state.marked());
    }
    ended
}

/// Ends the range before something is done to what it marked. False: its rows are not known
/// yet, so nothing may be done to them.
pub(super) fn close(state: &mut State) -> bool {
    if state.panel == Panel::Tasks && !is_known(state) {
        let text = "the rows of the range are still being read: nothing was done";
        state.say(Role::Warn, text);
        return false;
    }
    match state.panel {
        Panel::Devices => state.devices.end_range(),
        Panel::Accounts => state.accounts.end_range(),
        Panel::Incidents => state.incidents.end_range(),
        Panel::Tasks => state.tasks.table.end_range(),
    };
    true
}

/// Gives up the range of the list that has the keys: what it marked is not marked any more.
pub(super) fn give_up(state: &mut State) -> bool {
    match state.panel {
        Panel::Devices => state.devices.drop_range(),
        Panel::Accounts => state.accounts.drop_range(),
        Panel::Incidents => state.incidents.drop_range(),
        Panel::Tasks => state.tasks.table.drop_range(),
    }
}

/// Whether all rows of the tasks' range are known and marked; also if there is none.
fn is_known(state: &State) -> bool {
    let table = &state.tasks.table;
    let Some(anchor) = table.anchor() else {
        return true;
    };
    let read = state.tasks.range.read.map(|(ends, _)| ends);
    table.range().is_some()
        || read.is_some_and(|ends| Some(&ends[1]) == table.selected() && ends[0] == *anchor)
}

/// Brings the marks of ranges to where the selected rows are now.
pub(super) fn settle(state: &mut State, effects: &mut Vec<Effect>) {
    let lost = [
        follow(&mut state.devices).map(|serial| serial.to_string()),
        follow(&mut state.accounts).map(|key| key.to_string()),
        follow(&mut state.incidents).map(|(_, subject)| subject),
    ];
    for row in lost.into_iter().flatten() {
        say_lost(state, &row);
    }
    tasks(state, effects);
}

fn say_lost(state: &mut State, row: &str) {
    let text = format!("the range ended: {row}, where it began, left the list");
    state.say(Role::Warn, text);
}

/// Marks the range of a list whose rows are all here. Returns its anchor if that went.
fn follow<Id: Clone + Ord>(table: &mut Table<Id>) -> Option<Id> {
    let anchor = table.anchor()?.clone();
    match table.range().map(<[Id]>::to_vec) {
        Some(ids) => table.mark_range(ids),
        None => {
            table.end_range();
            return Some(anchor);
        }
    }
    None
}

fn tasks(state: &mut State, effects: &mut Vec<Effect>) {
    let tasks = &mut state.tasks;
    let (Some(anchor), Some(selected)) = (tasks.table.anchor(), tasks.table.selected()) else {
        tasks.table.end_range();
        tasks.range = TaskRange::default();
        return;
    };
    let ends = [*anchor, *selected];
    if let Some(ids) = tasks.table.range().map(<[TaskId]>::to_vec) {
        // An answer under way tells of another span.
        tasks.range.reading = None;
        tasks.range.read = None;
        let rows = tasks.rows.iter().filter(|row| ids.contains(&row.task.id));
        let rows: Vec<TaskView> = rows.cloned().collect();
        let total = rows.len() as u64;
        mark(state, rows, total);
        if state.tasks.range.ending {
            finish(state);
        }
        return;
    }
    let version = tasks.shown.as_ref().map_or(0, |shown| shown.version);
    let span = (ends, version);
    if tasks.range.reading.is_some() || tasks.range.read == Some(span) {
        return;
    }
    let query = RangeQuery {
        list: tasks.list(),
        ends,
        rows: MARKS_MAX,
    };
    let no = needs::ask(state, Ask::Between(query), effects);
    state.tasks.range.reading = Some(SpanAsked { no, span });
}

/// The rows of a range were read.
pub(super) fn read(
    state: &mut State,
    no: RequestNo,
    result: Result<Option<TaskPage>, SourceError>,
) {
    let range = &mut state.tasks.range;
    let Some(SpanAsked { span, .. }) = range.reading.take_if(|reading| reading.no == no) else {
        return;
    };
    match result {
        Err(error) => {
            finish(state);
            let text = format!("the range ended, its rows cannot be read: {error}");
            state.say(Role::Bad, text);
        }
        Ok(None) => {
            // The selected row may be what went: then the next one is asked for.
            let still = state.tasks.table.selected() == Some(&span.0[1]);
            if still && !state.tasks.table.order().contains(&span.0[0]) {
                let anchor = span.0[0].to_string();
                finish(state);
                say_lost(state, &anchor);
            }
        }
        Ok(Some(page)) => {
            state.tasks.range.read = Some(span);
            mark(state, page.tasks, page.total);
            let [_, end] = span.0;
            if state.tasks.range.ending && state.tasks.table.selected() == Some(&end) {
                finish(state);
            }
        }
    }
}

/// Marks these tasks as the range; `total` is how many it has.
fn mark(state: &mut State, rows: Vec<TaskView>, total: u64) {
    let tasks = &mut state.tasks;
    let room = MARKS_MAX.saturating_sub(tasks.table.marked_before());
    let ids: Vec<TaskId> = rows.iter().take(room).map(|row| row.task.id).collect();
    tasks.table.mark_range(ids);
    let known = rows.into_iter().take(room);
    tasks.known.extend(known.map(|row| (row.task.id, row)));
    if total > room as u64 {
        finish(state);
        let text = format!("the range ended: no more than {MARKS_MAX} tasks can be marked at once");
        state.say(Role::Warn, text);
    }
}

/// Ends the range of tasks as it is marked now.
fn finish(state: &mut State) {
    let asked = state.tasks.range.ending;
    state.tasks.table.end_range();
    state.tasks.range = TaskRange::default();
    if asked {
        say_marks(state, state.tasks.table.marks().len());
    }
}
