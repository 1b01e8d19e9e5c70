//! A detail: opened, left, scrolled, and gone on from to the next row or to what it is about.

use super::nothing_selected;
use crate::console::action::Action;
use crate::console::event::RequestNo;
use crate::console::info::History;
use crate::console::look::Role;
use crate::console::source::SourceError;
use crate::console::state::{Detail, Panel, State, Subject};
use crate::console::table::Table;
use crate::console::view::{Layout, detail_lines, detail_rows};
use crate::model::Serial;

/// After a failure nothing is asked again for this long.
const PAUSE_MS: i64 = 2_000;

/// Opens the detail of the selected row.
pub(super) fn open(state: &mut State) {
    match selected(state, state.panel) {
        Some(subject) => state.detail = Some(Detail::of(subject)),
        None => nothing_selected(state),
    }
}

/// What a detail of the row that is selected in a list is of.
fn selected(state: &State, panel: Panel) -> Option<Subject> {
    match panel {
        Panel::Tasks => state.tasks.table.selected().copied().map(Subject::Task),
        Panel::Devices => state.devices.selected().cloned().map(Subject::Device),
        Panel::Accounts => state.accounts.selected().cloned().map(Subject::Account),
        Panel::Incidents => state.incidents.selected().cloned().map(Subject::Incident),
    }
}

/// Leaves the detail for the one from which it was opened, or for the lists. Says whether
/// there was one.
pub(super) fn leave(state: &mut State) -> bool {
    let Some(detail) = state.detail.take() else {
        return false;
    };
    state.detail = detail.from.map(|from| *from);
    state.log_wanted = None;
    true
}

/// A key for the detail.
pub(super) fn act(state: &mut State, action: Action) {
    match action {
        Action::DetailNext => neighbour(state, 1),
        Action::DetailPrevious => neighbour(state, -1),
        Action::DetailGo => go(state),
        Action::DetailWhole => {
            if let Some(detail) = &mut state.detail {
                detail.whole = !detail.whole;
            }
        }
        _ => scroll(state, action),
    }
}

/// Shows the next row of the list, which is selected there too: whoever leaves the detail finds
/// himself where he is.
fn neighbour(state: &mut State, by: isize) {
    let Some(detail) = &state.detail else { return };
    let (panel, found) = match &detail.subject {
        Subject::Task(id) => (Panel::Tasks, step(&mut state.tasks.table, id, by)),
        Subject::Device(serial) => (Panel::Devices, step(&mut state.devices, serial, by)),
        Subject::Account(key) => (Panel::Accounts, step(&mut state.accounts, key, by)),
        Subject::Incident(id) => (Panel::Incidents, step(&mut state.incidents, id, by)),
    };
    match found {
        Step::Done => {}
        Step::End if by > 0 => return state.say(Role::Plain, "this is the last row of the list"),
        Step::End => return state.say(Role::Plain, "this is the first row of the list"),
        Step::Elsewhere => {
            let text = format!("it is not in the list of {}: filtered out?", panel.title());
            return state.say(Role::Plain, text);
        }
    }
    let next = selected(state, panel);
    let Some((detail, subject)) = state.detail.take().zip(next) else {
        return;
    };
    state.detail = Some(Detail {
        whole: detail.whole,
        from: detail.from,
        ..Detail::of(subject)
    });
}

/// What came of a step to a neighbour.
enum Step {
    Done,
    /// There is no row on that side.
    End,
    /// The row is not in the list.
    Elsewhere,
}

fn step<Id: Clone + Ord>(table: &mut Table<Id>, id: &Id, by: isize) -> Step {
    let Some(at) = table.order().iter().position(|other| other == id) else {
        return Step::Elsewhere;
    };
    table.select_at(at);
    table.step(by);
    match table.selected() == Some(id) {
        true => Step::End,
        false => Step::Done,
    }
}

/// Goes on to what the subject is about: the phone of a task, an account or an incident, and the
/// task that runs on a phone.
fn go(state: &mut State) {
    let Some(detail) = &state.detail else { return };
    let next = match &detail.subject {
        Subject::Task(id) => {
            let info = detail.info.as_deref();
            let view = info.map(|info| &info.detail.view);
            let view = view.or_else(|| state.tasks.view(*id));
            view.map(|view| Subject::Device(view.task.serial.clone()))
        }
        Subject::Device(serial) => {
            let device = state.device(serial);
            device.and_then(|device| device.task).map(Subject::Task)
        }
        Subject::Account(key) => {
            let account = state.account_rows.iter().find(|a| a.key == *key);
            account
                .and_then(|account| account.serial.clone())
                .map(Subject::Device)
        }
        Subject::Incident((_, subject)) => Serial::new(subject)
            .ok()
            .filter(|serial| state.device(serial).is_some())
            .map(Subject::Device),
    };
    let why = match &detail.subject {
        Subject::Task(_) => "the task is not read yet",
        Subject::Device(_) => "no task runs on this phone",
        Subject::Account(_) => "this account has no phone",
        Subject::Incident(_) => "this incident is not about one phone",
    };
    match next.zip(state.detail.take()) {
        Some((subject, detail)) => state.detail = Some(detail.onward(subject)),
        None => state.say(Role::Plain, why),
    }
}

/// Scrolls the detail.
fn scroll(state: &mut State, action: Action) {
    let Some(area) = Layout::of(state).and_then(|layout| layout.detail) else {
        return;
    };
    let lines = detail_lines(state, area.width).len();
    let page = detail_rows(state, area, lines);
    let last = lines.saturating_sub(page);
    let Some(detail) = &mut state.detail else {
        return;
    };
    let at = detail.scroll.min(last);
    detail.scroll = match action {
        Action::DetailUp => at.saturating_sub(1),
        Action::DetailPageDown => (at + page).min(last),
        Action::DetailPageUp => at.saturating_sub(page),
        Action::DetailFirst => 0,
        Action::DetailLast => last,
        _ => (at + 1).min(last),
    };
}

/// The last tasks of an account came, or did not.
pub(super) fn history(state: &mut State, no: RequestNo, result: Result<Box<History>, SourceError>) {
    let now = state.now;
    let Some(detail) = state.detail.as_mut().filter(|d| d.asked == Some(no)) else {
        return;
    };
    detail.asked = None;
    match result {
        Ok(history) => {
            detail.history = Some(history);
            detail.error = None;
        }
        Err(error) => {
            detail.error = Some(error.to_string());
            detail.version = None;
            detail.not_before = now.plus_ms(PAUSE_MS);
        }
    }
}
