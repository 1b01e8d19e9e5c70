//! A shell command on several phones, and what they write, side by side.

use super::acts::issue;
use super::phones;
use crate::console::action::Action;
use crate::console::event::{Ask, Effect, RequestNo};
use crate::console::look::Role;
use crate::console::source::{Command, OutputPart, ShellOrder, SourceError};
use crate::console::state::{Folding, Mode, Outputs, Question, State, Typed, Verb, Viewer};
use crate::console::text::count;
use crate::console::view::{Layout, output_grid};
use crate::farm::LOG;
use crate::model::{Serial, TaskId};

/// Between two questions for what is new.
const NEWS_MS: i64 = 500;
/// After a failure nothing is asked again for this long.
const PAUSE_MS: i64 = 2_000;
/// How many outputs one question is for.
const AT_ONCE: usize = 64;

/// An order for these phones: the one of which it is not known whether it arrived, if it is the
/// same, so that nothing runs twice.
pub(super) fn order(state: &mut State, serials: Vec<Serial>, command: String) -> ShellOrder {
    let unsure = state.aim.unsure.as_ref();
    let same = unsure.filter(|sent| sent.serials == serials && sent.command == command);
    if let Some(sent) = same {
        return sent.clone();
    }
    let (no, now) = (state.number(), state.now);
    let boot = state.newest().map_or(0, |farm| farm.boot);
    ShellOrder {
        serials,
        command,
        // A start of the farm, a moment and a number: no other order has the same.
        key: format!("console-{boot:x}-{}-{}", now.0, no.0),
    }
}

/// Gives the order, and shows where its outputs will be.
pub(super) fn start(state: &mut State, order: ShellOrder, effects: &mut Vec<Effect>) {
    let no = state.number();
    let on = crate::console::source::phones(&order.serials);
    state.say(
        Role::Busy,
        format!("starting '{}' on {on} ...", order.command),
    );
    state.outputs = Some(Outputs::starting(order.clone(), no));
    state.aim.sent.push((no, order.clone()));
    effects.push(Effect::Ask {
        no,
        ask: Ask::Shell(order),
    });
}

/// What came of the order.
pub(super) fn started(state: &mut State, no: RequestNo, result: Result<Vec<TaskId>, SourceError>) {
    let shown = state
        .outputs
        .as_ref()
        .is_some_and(|o| o.starting == Some(no));
    let aim = &mut state.aim;
    let sent = aim.sent.iter().position(|(sent, _)| *sent == no);
    let sent = sent.map(|at| aim.sent.swap_remove(at).1);
    if shown && result.is_err() {
        state.outputs = None;
    }
    match result {
        Err(error @ SourceError::Unknown(_)) => {
            aim.unsure = sent.or_else(|| aim.unsure.take());
            let text = format!("{error}. Ordering the same again makes no task twice.");
            state.say(Role::Bad, text);
        }
        Err(error) => state.say(Role::Bad, format!("cannot run it: {error}")),
        Ok(tasks) => {
            aim.unsure
                .take_if(|unsure| sent.is_some_and(|sent| sent.key == unsure.key));
            state.say(Role::Good, format!("{} made", count(tasks.len(), "task")));
            if let Some(outputs) = state.outputs.as_mut().filter(|_| shown) {
                outputs.started(tasks);
            }
        }
    }
}

/// What is new.
pub(super) fn news(state: &mut State, no: RequestNo, result: Result<Vec<OutputPart>, SourceError>) {
    let now = state.now;
    let Some(outputs) = state.outputs.as_mut().filter(|o| o.asked == Some(no)) else {
        return;
    };
    outputs.asked = None;
    match result {
        Ok(parts) => {
            outputs.take(parts);
            outputs.error = None;
            outputs.not_before = now.plus_ms(NEWS_MS);
        }
        Err(error) => {
            outputs.error = Some(error.to_string());
            outputs.not_before = now.plus_ms(PAUSE_MS);
        }
    }
}

/// Asks for what is new.
pub(super) fn need(state: &mut State, effects: &mut Vec<Effect>) {
    let (now, frozen) = (state.now, state.frozen);
    let wanted = state.outputs.as_mut();
    let wanted = wanted.filter(|o| o.asked.is_none() && now >= o.not_before && !frozen);
    let queries = wanted.map(|outputs| outputs.queries(AT_ONCE));
    let Some(queries) = queries.filter(|queries| !queries.is_empty()) else {
        return;
    };
    let no = state.number();
    if let Some(outputs) = &mut state.outputs {
        outputs.asked = Some(no);
    }
    effects.push(Effect::Ask {
        no,
        ask: Ask::Outputs(queries),
    });
}

/// A key among the outputs.
pub(super) fn act(state: &mut State, action: Action, effects: &mut Vec<Effect>) {
    let Some(outputs) = &state.outputs else {
        return;
    };
    match action {
        Action::OutputOpen => open(state),
        Action::OutputFold => fold(state),
        Action::OutputAgain => {
            let serials = outputs.order.serials.clone();
            phones::type_for(state, serials, Typed::Shell, String::new());
        }
        Action::OutputStop => {
            let open = outputs.open();
            change(state, Verb::Stop, open, effects);
        }
        Action::OutputRetry => {
            let failed = outputs.failed();
            change(state, Verb::Retry, failed, effects);
        }
        _ => travel(state, action),
    }
}

fn travel(state: &mut State, action: Action) {
    let Some(layout) = Layout::of(state) else {
        return;
    };
    let Some(outputs) = &mut state.outputs else {
        return;
    };
    let grid = output_grid(layout.body(), outputs);
    let cells = outputs.cells(grid.room());
    let at = outputs.selected_cell(&cells);
    let place = match action {
        Action::OutputPrevious => at.saturating_sub(1),
        Action::OutputDown => at + grid.columns,
        Action::OutputUp => at.checked_sub(grid.columns).unwrap_or(at),
        Action::OutputPageDown => at + grid.room(),
        Action::OutputPageUp => at.saturating_sub(grid.room()),
        Action::OutputFirst => 0,
        Action::OutputLast => usize::MAX,
        _ => at + 1,
    };
    outputs.select(&cells, place);
}

fn fold(state: &mut State) {
    let Some(layout) = Layout::of(state) else {
        return;
    };
    let Some(outputs) = &mut state.outputs else {
        return;
    };
    let room = output_grid(layout.body(), outputs).room();
    let folded = match outputs.folding {
        Folding::Auto => outputs.all.len() > room,
        Folding::Folded => true,
        Folding::Unfolded => false,
    };
    outputs.folding = match folded {
        true => Folding::Unfolded,
        false => Folding::Folded,
    };
}

/// Opens the whole log of the selected one.
fn open(state: &mut State) {
    let outputs = state.outputs.as_ref();
    let selected = outputs.and_then(|outputs| {
        let of = |output: &&_| Some(task_of(output)) == outputs.selected;
        outputs.all.iter().find(of)
    });
    let known = selected.and_then(|output| output.known());
    match known.filter(|task| task.attempt > 0) {
        Some(task) => {
            let (id, attempt) = (task.id, task.attempt);
            let names = vec![LOG.to_owned()];
            state.viewer = Some(Viewer::file(id, attempt, LOG.to_owned(), names));
        }
        None => state.say(Role::Plain, "it has not begun: there is no log yet"),
    }
}

const fn task_of(output: &crate::console::state::Output) -> TaskId {
    output.task
}

/// Stops or retries some of the tasks; asks unless it is the selected one alone.
fn change(state: &mut State, verb: Verb, ids: Vec<TaskId>, effects: &mut Vec<Effect>) {
    let selected = state.outputs.as_ref().and_then(|outputs| outputs.selected);
    match (ids.as_slice(), verb) {
        ([], Verb::Stop) => state.say(Role::Plain, "all of them have ended"),
        ([], _) => state.say(Role::Plain, "none of them failed"),
        ([id], _) if selected == Some(*id) => issue(state, verb.of(ids), effects),
        _ => {
            let known = state.outputs.iter().flat_map(|outputs| &outputs.all);
            let views: Vec<_> = known.filter_map(|output| output.view.clone()).collect();
            for view in views.into_iter().filter(|view| ids.contains(&view.task.id)) {
                state.tasks.known.insert(view.task.id, view);
            }
            state.tasks.looked = None;
            state.tasks.look_after = state.now;
            state.mode = Mode::Confirm(Question::Tasks(verb, ids));
        }
    }
}

/// A command was done: what is known of its tasks is old.
pub(super) fn done(state: &mut State, command: &Command) {
    if let Some(outputs) = &mut state.outputs {
        outputs.reopen(command.ids());
    }
}
