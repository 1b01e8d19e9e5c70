//! What the farm answered. An answer whose number is not the one waited for is too old and
//! changes nothing.

use std::collections::BTreeSet;

use super::keys::MARKS_MAX;
use super::{
    detail, form, hits, line, needs, orders, pages, picture, ranges, report_lost, save, say_marks,
    submit, transfer, viewer,
};
use crate::console::event::{Answer, Ask, Effect, RequestNo};
use crate::console::look::Role;
use crate::console::source::{Command, Done, Search, SourceError, TaskInfo, TaskRows};
use crate::console::state::{Jump, Message, Mode, Panel, State, Subject, TaskList};
use crate::model::{Account, AccountKey, TaskId, TaskView};

/// After a failure nothing is asked again for this long.
const PAUSE_MS: i64 = 2_000;

pub(super) fn take(state: &mut State, no: RequestNo, answer: Answer, effects: &mut Vec<Effect>) {
    match answer {
        Answer::Page(result) => page(state, no, result),
        Answer::Known(result) => known(state, no, result),
        Answer::Everything(result) => everything(state, no, result, effects),
        Answer::Between(result) => ranges::read(state, no, result),
        Answer::Task(result) => task(state, no, result),
        Answer::Accounts(result) => accounts(state, no, result),
        Answer::History(result) => detail::history(state, no, result),
        Answer::Hits(result) => hits::take(state, no, result),
        Answer::Part(result) => viewer::part(state, no, result),
        Answer::Imported(result) => transfer::imported(state, no, result),
        Answer::Exported(result) => transfer::exported(state, no, result),
        Answer::Scripts(result) => form::scripts(state, no, result),
        Answer::Foreseen(result) => submit::foreseen(state, no, result, effects),
        Answer::Created(result) => submit::created(state, no, result),
        Answer::Theme(result) => orders::theme(state, no, result),
        Answer::Remembered(result) => line::remembered(state, no, result),
        Answer::Saved(result) => save::saved(state, no, result),
        Answer::Picture(result) => picture::shot(state, no, result),
        Answer::Tree(result) => picture::tree(state, no, result),
        Answer::Statistics(result) => pages::statistics(state, no, result),
        Answer::Failures(result) => pages::failures(state, no, result),
        Answer::Done(result) => done(state, no, result),
    }
}

fn page(state: &mut State, no: RequestNo, result: Result<TaskRows, SourceError>) {
    let Some(loading) = state.tasks.loading.take_if(|loading| loading.no == no) else {
        return;
    };
    let rows = match result {
        Ok(rows) => rows,
        Err(error) => {
            state.tasks.not_before = state.now.plus_ms(PAUSE_MS);
            // The rows stay; the next question asks for what this one wanted.
            state.tasks.shown = None;
            state.tasks.refiltered |= loading.refiltered;
            state.say(Role::Bad, format!("cannot read the list of tasks: {error}"));
            return;
        }
    };
    let tasks = &mut state.tasks;
    if let (Jump::Stay, Some(selected)) = (loading.jump, tasks.table.selected())
        && !TaskList::tells_of(&rows, loading.query.place, *selected)
    {
        // The selection moved on while the answer was under way: ask around where it is.
        tasks.wanted = Some(Jump::Stay);
        tasks.refiltered |= loading.refiltered;
        return;
    }
    let refiltered = loading.refiltered;
    let lost = tasks.take(rows, loading.jump);
    tasks.shown = Some(loading);
    if let Some(id) = lost {
        tasks.moved = Some(state.now);
        if !refiltered {
            report_lost_task(state, id);
        }
    }
}

/// Says that the selected task went, behind what is told of the command that made it go.
fn report_lost_task(state: &mut State, id: TaskId) {
    let before = state.message.take();
    report_lost(state, Panel::Tasks, Some(format!("task {id}")));
    state.message = match (before, state.message.take()) {
        (before, None) => before,
        (Some(done), Some(lost)) if done.about.contains(&id) => Some(Message {
            text: format!("{}; {}", done.text, lost.text),
            ..done
        }),
        (_, Some(lost)) => Some(Message {
            about: [id].into(),
            ..lost
        }),
    };
}

fn known(state: &mut State, no: RequestNo, result: Result<Vec<TaskView>, SourceError>) {
    let of_running = state.running.asked.take_if(|asked| *asked == no);
    if of_running.is_some() {
        // After a failure the list of phones says a little less, which needs no message.
        let found = result.unwrap_or_default();
        state.running.learn(found.iter());
        return;
    }
    if state
        .tasks
        .looking
        .take_if(|looking| *looking == no)
        .is_none()
    {
        return;
    }
    let Ok(found) = result else {
        // What is shown stays what it was; the pause between look-ups is pause enough.
        state.tasks.looked = None;
        return;
    };
    // Marks made while the look-up was under way are not among those asked about: they stay.
    let asked = std::mem::take(&mut state.tasks.asked);
    state.tasks.learn(&asked, found);
    narrow(state, &asked);
}

/// Takes deleted tasks out of an open question. `asked` is sorted.
fn narrow(state: &mut State, asked: &[TaskId]) {
    let Mode::Confirm(question) = &mut state.mode else {
        return;
    };
    let Some(ids) = question.tasks_mut() else {
        return;
    };
    let known = &state.tasks.known;
    ids.retain(|id| known.contains_key(id) || asked.binary_search(id).is_err());
    if ids.is_empty() {
        state.mode = Mode::Normal;
        state.say(Role::Warn, "nothing left to do: these tasks are deleted");
    }
}

fn everything(
    state: &mut State,
    no: RequestNo,
    result: Result<TaskRows, SourceError>,
    effects: &mut Vec<Effect>,
) {
    if hits::listed(state, no, &result, effects) {
        return;
    }
    let marking = state.tasks.marking.take_if(|marking| *marking == no);
    if marking.is_none() {
        return;
    }
    match result {
        Err(error) => state.say(Role::Bad, format!("cannot mark all: {error}")),
        Ok(TaskRows {
            search: Some(Search { looked, of }),
            ..
        }) => {
            let text = format!("marking all that the filter shows: {looked} of {of} looked at");
            state.say(Role::Busy, text);
            mark_everything(state, effects);
        }
        Ok(TaskRows { page, search: None }) => {
            let tasks = &mut state.tasks;
            let (taken, total) = (page.tasks.len() as u64, page.total);
            tasks
                .table
                .mark_all(page.tasks.iter().map(|view| view.task.id));
            tasks
                .known
                .extend(page.tasks.into_iter().map(|view| (view.task.id, view)));
            // Some may have been deleted while this was under way.
            tasks.looked = None;
            let marked = tasks.table.marks().len();
            if taken < total {
                let text = format!("{marked} of {total} tasks marked: no more at once");
                state.say(Role::Warn, text);
            } else {
                say_marks(state, marked);
            }
        }
    }
}

/// Asks for all that the filter shows, to mark it.
pub(super) fn mark_everything(state: &mut State, effects: &mut Vec<Effect>) {
    let query = state.tasks.everything(MARKS_MAX);
    let no = needs::ask(state, Ask::Everything(query), effects);
    state.tasks.marking = Some(no);
}

fn task(state: &mut State, no: RequestNo, result: Result<Option<Box<TaskInfo>>, SourceError>) {
    let Some(detail) = state.detail.as_mut().filter(|d| d.asked == Some(no)) else {
        return;
    };
    detail.asked = None;
    match result {
        Ok(Some(info)) => {
            let id = info.detail.view.task.id;
            detail.info = Some(info);
            detail.error = None;
            orders::read(state, id);
        }
        // It was asked for by its id.
        Ok(None) if detail.info.is_none() && detail.by_id => {
            let subject = detail.subject.clone();
            state.detail = None;
            state.log_wanted = None;
            if let Subject::Task(id) = subject {
                state.say(Role::Bad, format!("there is no task {id}"));
            }
        }
        Ok(None) => {
            detail.gone = true;
            if let Subject::Task(id) = detail.subject {
                state.say(Role::Warn, format!("task {id} was deleted"));
            }
        }
        Err(error) => {
            detail.error = Some(error.to_string());
            detail.version = None;
            detail.not_before = state.now.plus_ms(PAUSE_MS);
        }
    }
}

fn accounts(state: &mut State, no: RequestNo, result: Result<Vec<Account>, SourceError>) {
    if state.accounts_asked.take_if(|asked| *asked == no).is_none() {
        return;
    }
    match result {
        Ok(accounts) => {
            state.account_rows = accounts;
            let lost = state.refresh_accounts();
            report_lost(state, Panel::Accounts, lost);
        }
        Err(error) => state.say(Role::Bad, format!("cannot read the accounts: {error}")),
    }
}

fn done(state: &mut State, no: RequestNo, result: Result<Done, SourceError>) {
    let Some(command) = state.doing.remove(&no) else {
        return;
    };
    // Whatever came of it, what is known of these tasks is old.
    state.tasks.looked = None;
    state.tasks.due = state.now;
    state.accounts_due = state.now;
    pages::done(state, command.ids());
    let about: BTreeSet<_> = command.ids().iter().copied().collect();
    let (role, mut text) = match result {
        Ok(done) => {
            state.tasks.table.keep_marks(|id| !about.contains(id));
            let accounts = command.accounts();
            state.accounts.keep_marks(|key| !accounts.contains(key));
            let role = match (done.changed, done.skipped) {
                (_, 0) => Role::Good,
                _ => Role::Warn,
            };
            let text = match (done.sentence.is_empty(), &command) {
                (false, _) => done.sentence,
                (true, Command::Release(serial)) => format!("{serial} may have work again"),
                (true, _) => format!("done: {command}"),
            };
            (role, text)
        }
        Err(error) => (Role::Bad, format!("cannot {command}: {error}")),
    };
    if role != Role::Bad
        && let Command::Remove(keys) = &command
        && let Some(now) = forget(state, keys)
    {
        text = format!("{text}; {now} is selected now");
    }
    // The row of one of them may have left the list before this answer came.
    let told = state.message.take();
    if let Some(lost) = told.filter(|message| !message.about.is_disjoint(&about)) {
        text = format!("{text}; {}", lost.text);
    }
    state.say_of(about, role, text);
}

/// Takes deleted accounts out of their list before it is read anew, so that what is told of the
/// deletion also tells what is selected instead.
fn forget(state: &mut State, gone: &[AccountKey]) -> Option<String> {
    state
        .account_rows
        .retain(|account| !gone.contains(&account.key));
    state.refresh_accounts()?;
    state.accounts.selected().map(ToString::to_string)
}
