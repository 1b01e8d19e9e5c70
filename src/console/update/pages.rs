//! The pages of statistics and failures: opened, moved on, read, and acted from.

use super::keys::tasks_that;
use super::{acts, nothing_selected};
use crate::console::action::Action;
use crate::console::event::{Ask, Effect, RequestNo};
use crate::console::look::Role;
use crate::console::source::{Command, SourceError};
use crate::console::state::{
    By, Detail, Mode, Page, Question, ReasonsPage, Scope, State, StatisticsPage, Subject, Verb,
};
use crate::console::table::Table;
use crate::console::text::{count, fit};
use crate::console::view::Layout;
use crate::farm::{Failures, Statistics, Tally};
use crate::model::TaskId;

/// Between two readings of a page, at the least.
const PAGE_MS: i64 = 1_000;
/// A page is not read for longer than a fifth of the time.
const REST: i64 = 5;
/// After so long statistics are read anew though no task changed: phones answered meanwhile.
const PROBES_MS: i64 = 10_000;
/// Columns of a message in a question.
const QUOTED: usize = 80;
/// After a failure nothing is asked again for this long.
const PAUSE_MS: i64 = 2_000;

/// Opens a page in the place of the lists.
pub(super) fn open(state: &mut State, action: Action) {
    let page = match action {
        Action::Statistics => Page::Statistics(StatisticsPage::default()),
        _ => Page::Reasons(ReasonsPage::default()),
    };
    state.detail = None;
    state.viewer = None;
    state.picture = None;
    state.page = Some(page);
}

/// What a key of a list does on the page that is open.
pub(super) fn act(state: &mut State, action: Action) {
    match action {
        Action::Open => look(state),
        Action::Mark | Action::MarkAll | Action::Unmark => mark(state, action),
        Action::Next | Action::Previous => turn(state),
        Action::Filter | Action::Failures => {
            let text = "there is no filter here: leave the page first";
            state.say(Role::Plain, text);
        }
        Action::Sort | Action::Reverse | Action::Range => {
            let text = "a page has its own order, and no ranges: leave the page first";
            state.say(Role::Plain, text);
        }
        _ => travel(state, action),
    }
}

/// Whether a key of a list is for the page that is open, with no detail over it.
pub(super) const fn takes(state: &State, action: Action) -> bool {
    let Some(page) = &state.page else {
        return false;
    };
    if state.detail.is_some()
        || state.viewer.is_some()
        || state.picture.is_some()
        || state.hits.is_some()
        || state.outputs.is_some()
    {
        return false;
    }
    match action {
        Action::Next | Action::Previous => matches!(page, Page::Statistics(_)),
        Action::Open
        | Action::Mark
        | Action::MarkAll
        | Action::Unmark
        | Action::Filter
        | Action::Failures
        | Action::Sort
        | Action::Reverse
        | Action::Range
        | Action::Down
        | Action::Up
        | Action::PageDown
        | Action::PageUp
        | Action::First
        | Action::Last => true,
        _ => false,
    }
}

/// From phones to scripts, and back.
const fn turn(state: &mut State) {
    if let Some(Page::Statistics(page)) = &mut state.page {
        page.by = match page.by {
            By::Device => By::Script,
            By::Script => By::Device,
        };
    }
}

fn travel(state: &mut State, action: Action) {
    let rows = Layout::of(state).map_or(1, |layout| layout.page_rows().max(1));
    let rows = isize::try_from(rows).unwrap_or(isize::MAX);
    let far = match action {
        Action::Up => -1,
        Action::PageDown => rows,
        Action::PageUp => -rows,
        Action::First => isize::MIN,
        Action::Last => isize::MAX,
        _ => 1,
    };
    if let Some(page) = &mut state.page {
        page.step(far);
    }
}

fn mark(state: &mut State, action: Action) {
    let Some(Page::Reasons(page)) = &mut state.page else {
        return state.say(Role::Plain, "nothing can be marked here");
    };
    match action {
        Action::Mark => page.table.mark(),
        Action::MarkAll => page.table.mark_all(page.table.order().to_vec()),
        _ => page.table.unmark(),
    }
}

/// Opens what the selected row is about.
fn look(state: &mut State) {
    let subject = match &state.page {
        Some(Page::Reasons(page)) => {
            let group = page.table.selected().and_then(|r| page.group(r));
            let newest = group.and_then(|group| group.tasks.first());
            newest.copied().map(Subject::Task)
        }
        Some(Page::Statistics(page)) if page.by == By::Device => {
            page.devices.selected().cloned().map(Subject::Device)
        }
        Some(Page::Statistics(page)) => {
            let Some(name) = page.scripts.selected().cloned() else {
                return nothing_selected(state);
            };
            return tasks_that(state, format!("script={name}"));
        }
        None => None,
    };
    match subject {
        None => nothing_selected(state),
        Some(Subject::Device(serial)) if state.device(&serial).is_none() => {
            state.say(Role::Plain, format!("{serial} was never seen"));
        }
        Some(subject) => state.detail = Some(Detail::of(subject)),
    }
}

/// Stops the task that the selected phone is shown to run. Should that have ended, the farm
/// refuses it: another one that began since is not touched.
pub(super) fn stop(state: &mut State, effects: &mut Vec<Effect>) {
    let Some(page) = state.statistics() else {
        return;
    };
    if page.by == By::Script {
        return state.say(Role::Plain, "a script is not stopped: choose a phone");
    }
    let Some(serial) = page.devices.selected().cloned() else {
        return nothing_selected(state);
    };
    match state.task_on_page() {
        None => state.say(Role::Plain, format!("{serial} runs no task")),
        Some(id) => acts::issue(state, Command::Stop(vec![id]), effects),
    }
}

/// Asks about the tasks of the marked groups, or of the selected one.
pub(super) fn reasons(state: &mut State, verb: Verb) {
    let Some(page) = state.reasons() else { return };
    let groups = page.targets();
    let ids = ReasonsPage::tasks(&groups);
    let what = match groups.as_slice() {
        [] => return nothing_selected(state),
        [group] => {
            let more = state.options.look.glyphs().more;
            let message = fit(&group.message, QUOTED, more);
            format!("of {}: {message}", group.reason.script)
        }
        _ => format!("of {}", count(groups.len(), "group")),
    };
    // The question counts by what the tasks are now, not by what they were when read.
    state.tasks.looked = None;
    state.tasks.look_after = state.now;
    state.mode = Mode::Confirm(Question::Reasons(
        verb,
        Scope {
            asked: ids.len(),
            ids,
            what,
        },
    ));
}

/// Something was changed: what the page shows is old, and its marks have been acted on.
pub(super) fn done(state: &mut State, about: &[TaskId]) {
    let now = state.now;
    let Some(page) = &mut state.page else { return };
    let reading = page.reading_mut();
    reading.version = None;
    reading.due = now;
    if let Page::Reasons(page) = page
        && !about.is_empty()
    {
        page.table.unmark();
    }
}

/// Asks for what the page shows, when it may have changed.
pub(super) fn need(state: &mut State) -> Option<Ask> {
    let version = state.newest().map(|farm| farm.tasks_version);
    let (now, frozen) = (state.now, state.frozen);
    let page = state.page.as_mut()?;
    let (ask, aged) = match page {
        Page::Statistics(_) => (Ask::Statistics, PROBES_MS),
        Page::Reasons(_) => (Ask::Failures, i64::MAX),
    };
    let reading = page.reading_mut();
    let first = reading.told_at.is_none();
    let old = reading.version != version || now.ms_since(reading.asked_at) >= aged;
    let wanted = first || (old && !frozen);
    if !wanted || reading.asked.is_some() || now < reading.due {
        return None;
    }
    reading.version = version;
    reading.asked_at = now;
    Some(ask)
}

/// Notes that an answer came. `None`: to a question that nobody asks any more.
fn answered<T>(state: &mut State, no: RequestNo, result: Result<T, SourceError>) -> Option<T> {
    let now = state.now;
    let reading = state.page.as_mut()?.reading_mut();
    reading.asked.take_if(|asked| *asked == no)?;
    match result {
        Ok(told) => {
            let took = now.ms_since(reading.asked_at).max(0);
            reading.due = now.plus_ms(PAGE_MS.max(took.saturating_mul(REST)));
            reading.told_at = Some(reading.asked_at);
            reading.error = None;
            Some(told)
        }
        Err(error) => {
            reading.due = now.plus_ms(PAUSE_MS);
            reading.version = None;
            reading.error = Some(error.to_string());
            None
        }
    }
}

/// Takes statistics into the page: phones with the most failures first.
pub(super) fn statistics(
    state: &mut State,
    no: RequestNo,
    result: Result<Statistics, SourceError>,
) {
    let Some(told) = answered(state, no, result) else {
        return;
    };
    let farm = state.farm.clone();
    let Some(Page::Statistics(page)) = &mut state.page else {
        return;
    };
    page.told = told;
    let failed = |tally: Option<&Tally>| u64::MAX - tally.map_or(0, |tally| tally.failed);
    let known = farm.iter().flat_map(|farm| farm.devices.iter());
    let counted = page.told.devices.iter().map(|row| &row.0);
    let mut serials: Vec<_> = known.map(|d| &d.serial).chain(counted).cloned().collect();
    serials.sort_unstable();
    serials.dedup();
    // A stable sort: those of as many failures stay in the order of their names.
    serials.sort_by_key(|serial| failed(page.device(serial)));
    page.devices.refresh(serials);
    let mut scripts: Vec<_> = page.told.scripts.iter().map(|row| row.0.clone()).collect();
    scripts.sort_by_key(|name| failed(page.script(name)));
    page.scripts.refresh(scripts);
}

/// Takes failures into the page.
pub(super) fn failures(state: &mut State, no: RequestNo, result: Result<Failures, SourceError>) {
    let Some(told) = answered(state, no, result) else {
        return;
    };
    let Some(Page::Reasons(page)) = &mut state.page else {
        return;
    };
    page.told = told;
    let order: Vec<_> = page.told.groups.iter().map(|g| g.reason.clone()).collect();
    let lost = page.table.refresh(order.clone());
    page.table.keep_marks(|reason| order.contains(reason));
    if let Some(lost) = lost
        && state.message.is_none()
    {
        let text = match state.reasons().and_then(|page| now_selected(&page.table)) {
            Some(now) => format!("\"{}\" is over; \"{now}\" is selected now", lost.message),
            None => format!("\"{}\" is over; nothing is failed now", lost.message),
        };
        state.say(Role::Warn, text);
    }
}

fn now_selected(table: &Table<crate::farm::Reason>) -> Option<String> {
    Some(table.selected()?.message.clone())
}
