//! What the mouse does: a click selects the row that was seen there, or opens it if it is
//! selected already; the wheel scrolls what is under it. It answers no question and never acts
//! on the farm.

use super::{focus, keys};
use crate::console::action::Action;
use crate::console::event::Effect;
use crate::console::key::Code;
use crate::console::mouse::{Gesture, Mouse, MouseUse};
use crate::console::state::{Mode, Page, Panel, Row, Spot, State};

/// Rows that a step of the wheel scrolls by.
const STEP: isize = 3;

/// The mouse did something.
pub(super) fn gesture(state: &mut State, mouse: Mouse, effects: &mut Vec<Effect>) {
    if state.options.mouse == MouseUse::Off {
        return;
    }
    state.begun = None;
    let towards = match mouse.gesture {
        Gesture::Click => 0,
        Gesture::WheelUp => -STEP,
        Gesture::WheelDown => STEP,
    };
    let whole_screen = match &state.mode {
        Mode::Help(_) => Some((Action::HelpUp, Action::HelpDown)),
        Mode::Normal if state.viewer.is_some() => Some((Action::ViewUp, Action::ViewDown)),
        Mode::Normal
            if state.picture.is_some() || state.hits.is_some() || state.outputs.is_some() =>
        {
            return;
        }
        Mode::Normal => None,
        // Prompts, forms and questions are for the keys.
        _ => return,
    };
    if let Some((up, down)) = whole_screen {
        return repeat(state, towards, up, down, effects);
    }
    let Some(spot) = state
        .drawn
        .as_ref()
        .map(|drawn| drawn.spot(mouse.column, mouse.row))
    else {
        return;
    };
    match (mouse.gesture, spot) {
        (_, Spot::Nothing) | (Gesture::Click, Spot::Page | Spot::Detail | Spot::Below(_)) => {}
        (Gesture::Click, Spot::Title(panel)) => focus(state, panel),
        (Gesture::Click, Spot::Row(row)) => click(state, &row, effects),
        (_, Spot::Detail) => repeat(
            state,
            towards,
            Action::DetailUp,
            Action::DetailDown,
            effects,
        ),
        (_, spot) => scroll(state, &spot, towards),
    }
}

/// Does what a key for it would do. None of these looks at the key itself.
fn press(state: &mut State, action: Action, effects: &mut Vec<Effect>) {
    keys::act(state, action, Code::Enter.into(), effects);
}

fn repeat(state: &mut State, towards: isize, up: Action, down: Action, effects: &mut Vec<Effect>) {
    let action = if towards < 0 { up } else { down };
    for _ in 0..towards.unsigned_abs() {
        press(state, action, effects);
    }
}

fn click(state: &mut State, row: &Row, effects: &mut Vec<Effect>) {
    let before = (state.detail.is_none(), state.panel);
    // What is gone since it was drawn is not selected, and nothing in its place.
    let again = match row {
        Row::Device(id) => (Panel::Devices, state.devices.selected() == Some(id)),
        Row::Task(id) => (Panel::Tasks, state.tasks.table.selected() == Some(id)),
        Row::Account(id) => (Panel::Accounts, state.accounts.selected() == Some(id)),
        Row::Incident(id) => (Panel::Incidents, state.incidents.selected() == Some(id)),
        Row::DeviceTally(_) | Row::ScriptTally(_) | Row::Reason(_) => {
            return click_on_page(state, row, effects);
        }
    };
    let (panel, selected) = again;
    if selected && before == (true, panel) {
        return press(state, Action::Open, effects);
    }
    focus(state, panel);
    match row {
        Row::Device(id) => state.devices.select(id),
        Row::Task(id) => state.tasks.table.select(id),
        Row::Account(id) => state.accounts.select(id),
        Row::Incident(id) => state.incidents.select(id),
        Row::DeviceTally(_) | Row::ScriptTally(_) | Row::Reason(_) => {}
    }
}

fn click_on_page(state: &mut State, row: &Row, effects: &mut Vec<Effect>) {
    let again = match (&mut state.page, row) {
        (Some(Page::Statistics(page)), Row::DeviceTally(id)) => select(&mut page.devices, id),
        (Some(Page::Statistics(page)), Row::ScriptTally(id)) => select(&mut page.scripts, id),
        (Some(Page::Reasons(page)), Row::Reason(id)) => select(&mut page.table, id),
        _ => false,
    };
    if again {
        press(state, Action::Open, effects);
    }
}

/// Selects a row; says whether it was selected before.
fn select<Id: Clone + Ord>(table: &mut crate::console::table::Table<Id>, id: &Id) -> bool {
    let again = table.selected() == Some(id);
    table.select(id);
    again
}

/// Scrolls the list that is under the mouse, whichever has the keys.
fn scroll(state: &mut State, spot: &Spot, by: isize) {
    let Some(drawn) = &state.drawn else { return };
    let (lower, layout) = (drawn.lower, drawn.layout);
    let panel = match spot {
        Spot::Title(panel) | Spot::Below(panel) => Some(*panel),
        Spot::Row(Row::Device(_)) => Some(Panel::Devices),
        Spot::Row(Row::Task(_) | Row::Account(_) | Row::Incident(_)) => Some(lower),
        Spot::Row(_) | Spot::Page | Spot::Detail | Spot::Nothing => None,
    };
    let height = panel.map_or(layout.page_rows(), |panel| layout.list_rows(panel));
    match (panel, &mut state.page) {
        (Some(Panel::Devices), _) => state.devices.scroll(by, height),
        (Some(Panel::Tasks), _) => state.tasks.table.scroll(by, height),
        (Some(Panel::Accounts), _) => state.accounts.scroll(by, height),
        (Some(Panel::Incidents), _) => state.incidents.scroll(by, height),
        (None, Some(Page::Reasons(page))) => page.table.scroll(by, height),
        (None, Some(Page::Statistics(page))) => {
            // Only one of the two is seen; the other has its own place.
            match page.by {
                crate::console::state::By::Device => page.devices.scroll(by, height),
                crate::console::state::By::Script => page.scripts.scroll(by, height),
            }
        }
        (None, None) => {}
    }
}
