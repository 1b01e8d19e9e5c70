//! What must be asked of the farm now, so that the screen shows the truth. Run after every
//! event; asks nothing that is already under way.

use std::collections::BTreeSet;

use super::{hits, pages, ranges};
use crate::console::event::{Ask, Effect, RequestNo};
use crate::console::source::Place;
use crate::console::state::{Jump, Loading, Mode, Panel, State, Subject};
use crate::console::view::Layout;
use crate::model::{Status, TaskId};

/// Between two look-ups of marked tasks.
const LOOK_UP_MS: i64 = 500;
/// Between two readings of the list of tasks for no other reason than that some changed: on
/// a busy farm something changes all the time, and a list whose rows move faster than this is
/// not read but only paid for.
const PAGE_MS: i64 = 1_000;
/// Between two look-ups of running tasks.
const RUNNING_MS: i64 = 500;
/// Between two readings of a detail.
const DETAIL_MS: i64 = 1_000;
/// Between two readings of the accounts, while they are on the screen.
const ACCOUNTS_MS: i64 = 5_000;

/// Scrolls the lists and asks for what is missing.
pub(super) fn settle(state: &mut State, effects: &mut Vec<Effect>) {
    let layout = Layout::of(state);
    let height = |panel| layout.map_or(0, |layout| layout.list_rows(panel));
    state.devices.settle(height(Panel::Devices));
    state.tasks.table.settle(height(Panel::Tasks));
    state.accounts.settle(height(Panel::Accounts));
    state.incidents.settle(height(Panel::Incidents));
    if let Some(page) = &mut state.page {
        page.settle(layout.map_or(0, |layout| layout.page_rows()));
    }
    if state.farm.is_none() {
        return;
    }
    // A detail may hide the list, and still go through it row by row.
    page(state, height(Panel::Tasks).max(1), effects);
    ranges::settle(state, effects);
    running(state, effects);
    known(state, effects);
    detail(state, effects);
    if let Some(wanted) = pages::need(state) {
        let no = ask(state, wanted, effects);
        if let Some(page) = &mut state.page {
            page.reading_mut().asked = Some(no);
        }
    }
    accounts(state, effects);
    text(state, effects);
    super::phones::need(state, effects);
    super::outputs::need(state, effects);
    scripts(state, effects);
    history(state, effects);
    super::picture::needs(state, effects);
    hits::settle(state, effects);
}

pub(super) fn ask(state: &mut State, ask: Ask, effects: &mut Vec<Effect>) -> RequestNo {
    let no = state.number();
    effects.push(Effect::Ask { no, ask });
    no
}

fn page(state: &mut State, height: usize, effects: &mut Vec<Effect>) {
    let Some(version) = state.farm.as_ref().map(|farm| farm.tasks_version) else {
        return;
    };
    let wanted = state.tasks.wanted.take();
    let tasks = &state.tasks;
    let jump = wanted.unwrap_or(Jump::Stay);
    let place = match (jump, tasks.table.selected()) {
        (Jump::First, _) | (Jump::Stay, None) => Place::First,
        (Jump::Last, _) => Place::Last,
        (Jump::Stay, Some(id)) => tasks.around(*id),
    };
    let query = tasks.query(place, height);
    let stale = match &tasks.shown {
        None => true,
        Some(shown) => {
            // The farm still looks for rows: asked again, it goes on.
            tasks.search.is_some()
                || (shown.version != version && !state.frozen && state.now >= tasks.due)
                // Asking twice for the same would bring the same.
                || (tasks.near_edge(height) && shown.query != query)
        }
    };
    // A page that is wanted overtakes one under way: its answer will be too old.
    let free = tasks.loading.is_none() && state.now >= tasks.not_before;
    if wanted.is_none() && !(stale && free) {
        return;
    }
    let refiltered = std::mem::take(&mut state.tasks.refiltered);
    state.tasks.due = state.now.plus_ms(PAGE_MS);
    let no = ask(state, Ask::Page(query.clone()), effects);
    state.tasks.loading = Some(Loading {
        no,
        query,
        version,
        jump,
        refiltered,
    });
}

/// Learns the scripts of the tasks that run, for the list of phones.
fn running(state: &mut State, effects: &mut Vec<Effect>) {
    let Some(farm) = &state.farm else { return };
    let missing = state.running.update(farm, &state.tasks.rows);
    let busy = state.running.asked.is_some() || state.now < state.running.not_before;
    if missing.is_empty() || busy {
        return;
    }
    let no = ask(state, Ask::Known(missing), effects);
    state.running.asked = Some(no);
    state.running.not_before = state.now.plus_ms(RUNNING_MS);
}

/// Keeps what is known of marked and asked-for tasks true: a question tells its scope by it.
fn known(state: &mut State, effects: &mut Vec<Effect>) {
    let asked_for: &[TaskId] = match &state.mode {
        Mode::Confirm(question) => question.tasks(),
        _ => &[],
    };
    let marks = state.tasks.table.marks();
    if marks.is_empty() && asked_for.is_empty() {
        state.tasks.known.clear();
        return;
    }
    let version = state
        .newer
        .as_ref()
        .or(state.farm.as_ref())
        .map(|f| f.tasks_version);
    let current = state.tasks.looked.is_some() && state.tasks.looked == version;
    let busy = state.tasks.looking.is_some() || state.now < state.tasks.look_after;
    if current || busy {
        return;
    }
    // Only now: ten thousand rows may be marked, and this runs after every event.
    let wanted: BTreeSet<TaskId> = marks.iter().chain(asked_for).copied().collect();
    state.tasks.known.retain(|id, _| wanted.contains(id));
    let ids: Vec<TaskId> = wanted.into_iter().collect();
    state.tasks.asked.clone_from(&ids);
    let no = ask(state, Ask::Known(ids), effects);
    state.tasks.looking = Some(no);
    state.tasks.looked = version;
    state.tasks.look_after = state.now.plus_ms(LOOK_UP_MS);
}

fn detail(state: &mut State, effects: &mut Vec<Effect>) {
    let version = state.newest().map(|farm| farm.tasks_version);
    let (frozen, now) = (state.frozen, state.now);
    let Some(detail) = &state.detail else { return };
    let question = match &detail.subject {
        Subject::Task(id) => Ask::Task(*id),
        Subject::Account(key) => Ask::History(key.clone()),
        Subject::Device(_) | Subject::Incident(_) => return,
    };
    let running =
        |info: &crate::console::source::TaskInfo| info.detail.view.task.status == Status::Running;
    let first = detail.version.is_none();
    let live = detail.info.as_deref().is_some_and(running);
    let stale = first || (!frozen && (live || detail.version != version));
    if !stale || detail.gone || detail.asked.is_some() || now < detail.not_before {
        return;
    }
    let pause = match &question {
        Ask::History(_) => ACCOUNTS_MS,
        _ => DETAIL_MS,
    };
    let no = ask(state, question, effects);
    if let Some(detail) = &mut state.detail {
        detail.asked = Some(no);
        detail.version = version;
        detail.not_before = now.plus_ms(pause);
    }
}

/// Reads on in the text that is shown. While the picture is frozen, only as far as the text
/// reached when it was opened: there is nothing older to show in its place.
fn text(state: &mut State, effects: &mut Vec<Effect>) {
    let (now, frozen) = (state.now, state.frozen);
    let file = state
        .viewer
        .as_ref()
        .and_then(|viewer| viewer.file.as_ref());
    let wanted = file
        .filter(|file| !(file.whole || frozen && file.caught_up))
        .filter(|file| file.asked.is_none() && now >= file.not_before);
    let Some(query) = wanted.map(|file| file.next()) else {
        return;
    };
    let no = ask(state, Ask::Part(query), effects);
    if let Some(file) = state
        .viewer
        .as_mut()
        .and_then(|viewer| viewer.file.as_mut())
    {
        file.asked = Some(no);
    }
}

fn accounts(state: &mut State, effects: &mut Vec<Effect>) {
    let wide =
        matches!(&state.detail, Some(detail) if matches!(detail.subject, Subject::Account(_)));
    let shown = (state.lower == Panel::Accounts || wide) && !state.frozen;
    if !shown || state.accounts_asked.is_some() || state.now < state.accounts_due {
        return;
    }
    let no = ask(state, Ask::Accounts, effects);
    state.accounts_asked = Some(no);
    state.accounts_due = state.now.plus_ms(ACCOUNTS_MS);
}

/// Reads the scripts, for the choice of one and their forms.
fn scripts(state: &mut State, effects: &mut Vec<Effect>) {
    if state.scripts.wanted && state.scripts.asked.is_none() {
        let no = ask(state, Ask::Scripts, effects);
        state.scripts.asked = Some(no);
        state.scripts.wanted = false;
    }
}

/// Has the command line's history kept. One writing at a time: a later one holds more.
fn history(state: &mut State, effects: &mut Vec<Effect>) {
    if state.options.history.is_none() || state.history.asked.is_some() {
        return;
    }
    if std::mem::take(&mut state.history.changed) {
        let lines = state.history.lines();
        let no = ask(state, Ask::Remember(lines), effects);
        state.history.asked = Some(no);
    }
}
