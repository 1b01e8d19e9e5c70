//! The search in the logs of many tasks: which ones, a few at a time, and what was found.

use super::{needs, nothing_selected, viewer};
use crate::console::action::Action;
use crate::console::event::{Ask, Effect, RequestNo};
use crate::console::info::LogHits;
use crate::console::look::Role;
use crate::console::source::{SourceError, TaskRows};
use crate::console::state::{Hits, LOGS, Mode, Prompt, Purpose, State};
use crate::console::view::{Layout, hits_rows};

/// The key for a search was pressed: in one log, if the operator is with one task, else in those
/// of all marked tasks, or of all that failed if those are what the list shows.
pub(super) fn begin(state: &mut State) {
    let tasks = &state.tasks;
    if state.detail.is_none() && (!tasks.table.marks().is_empty() || tasks.filter.failures) {
        return state.mode = Mode::Prompt(Prompt::of(Purpose::Logs, String::new()));
    }
    viewer::open(state, Action::Log);
    if state.viewer.is_some() {
        state.mode = Mode::Prompt(Prompt::of(Purpose::Search, String::new()));
    }
}

/// The text was typed.
pub(super) fn search(state: &mut State, text: String, effects: &mut Vec<Effect>) {
    let marks = state.tasks.table.marks();
    let mut hits = Hits::of(text, marks.iter().copied().collect(), state.now);
    if marks.is_empty() {
        let no = state.number();
        let ask = Ask::Everything(state.tasks.everything(LOGS));
        hits.listing = Some(no);
        effects.push(Effect::Ask { no, ask });
    }
    state.hits = Some(hits);
}

/// Another text was typed, for the same logs.
pub(super) fn again(state: &mut State, text: String) {
    if let Some(hits) = state.hits.take() {
        let mut again = Hits::of(text, hits.tasks, state.now);
        again.beyond = hits.beyond;
        state.hits = Some(again);
    }
}

/// The tasks of the list came, whose logs are meant. Says whether they were waited for.
pub(super) fn listed(
    state: &mut State,
    no: RequestNo,
    result: &Result<TaskRows, SourceError>,
    effects: &mut Vec<Effect>,
) -> bool {
    let now = state.now;
    let waited_for = |hits: &&mut Hits| hits.listing == Some(no);
    if state.hits.as_mut().filter(waited_for).is_none() {
        return false;
    }
    // The farm still looks for rows: asked again, it goes on.
    let again = matches!(result, Ok(rows) if rows.search.is_some()).then(|| {
        let ask = Ask::Everything(state.tasks.everything(LOGS));
        needs::ask(state, ask, effects)
    });
    let Some(hits) = state.hits.as_mut() else {
        return true;
    };
    match result {
        Ok(_) if again.is_some() => hits.listing = again,
        Ok(TaskRows { page, .. }) => {
            let ids: Vec<_> = page.tasks.iter().map(|view| view.task.id).collect();
            let beyond = page.total.saturating_sub(ids.len() as u64);
            *hits = Hits::of(std::mem::take(&mut hits.text), ids, now);
            hits.beyond = beyond;
        }
        Err(error) => {
            hits.listing = None;
            hits.error = Some(error.to_string());
        }
    }
    true
}

/// What was found in some logs.
pub(super) fn take(state: &mut State, no: RequestNo, result: Result<LogHits, SourceError>) {
    let Some(hits) = state.hits.as_mut().filter(|h| h.asked == Some(no)) else {
        return;
    };
    match result {
        Ok(found) => hits.take(found),
        Err(error) => {
            hits.asked = None;
            hits.error = Some(error.to_string());
        }
    }
}

/// Asks for the next logs, and keeps the selected line on the screen.
pub(super) fn settle(state: &mut State, effects: &mut Vec<Effect>) {
    let now = state.now;
    let height = Layout::of(state).map_or(0, |layout| hits_rows(layout.body()));
    let Some(hits) = &mut state.hits else { return };
    hits.settle(height);
    let Some(query) = hits.next(now) else { return };
    let no = state.number();
    if let Some(hits) = &mut state.hits {
        hits.asked = Some(no);
    }
    let ask = Ask::Search(query);
    effects.push(Effect::Ask { no, ask });
}

/// A key for what was found.
pub(super) fn act(state: &mut State, action: Action) {
    let page = Layout::of(state).map_or(1, |layout| hits_rows(layout.body()));
    let page = isize::try_from(page).unwrap_or(isize::MAX);
    let Some(hits) = &mut state.hits else { return };
    let by = match action {
        Action::HitsOpen => return open(state),
        Action::HitsSearch => {
            let prompt = Prompt::of(Purpose::LogsAgain, hits.text.clone());
            return state.mode = Mode::Prompt(prompt);
        }
        Action::HitsUp => -1,
        Action::HitsPageDown => page,
        Action::HitsPageUp => -page,
        Action::HitsFirst => isize::MIN,
        Action::HitsLast => isize::MAX,
        _ => 1,
    };
    hits.step(by);
}

/// Opens the log of the selected line, there.
fn open(state: &mut State) {
    let Some(hits) = &state.hits else { return };
    match hits.found.get(hits.at).cloned() {
        Some(hit) => {
            let text = hits.text.clone();
            viewer::open_at(state, &hit, text);
        }
        None if hits.is_over() => {
            state.say(Role::Plain, "nothing was found: there is no log to open")
        }
        None => nothing_selected(state),
    }
}
