//! What changes the farm: for which rows, after which question.

use std::collections::BTreeSet;

use super::{form, nothing_selected, phones, submit, transfer};
use crate::console::action::Action;
use crate::console::event::{Ask, Effect, ExitReason};
use crate::console::look::Role;
use crate::console::source::Command;
use crate::console::state::{AccountVerb, Mode, OnQuit, Question, Scope, State, Subject, Verb};
use crate::console::text::count;
use crate::model::{AccountKey, Existing, Status, TaskId, TaskView, Timestamp};

/// How many running tasks a question names.
const NAMED: usize = 3;

/// A key for a change was pressed.
pub(super) fn begin(state: &mut State, action: Action, effects: &mut Vec<Effect>) {
    match action {
        Action::Stop => tasks(state, Verb::Stop, effects),
        Action::Retry => tasks(state, Verb::Retry, effects),
        Action::Delete => tasks(state, Verb::Delete, effects),
        Action::RetryAll => match state.newest().map(|farm| farm.stats.failed) {
            None | Some(0) => state.say(Role::Plain, "no task is failed"),
            Some(_) => state.mode = Mode::Confirm(Question::RetryAll),
        },
        _ => {}
    }
}

/// For so long after the selected row went, the operator may not have seen that another one
/// took its place.
const UNSEEN_MS: i64 = 1_500;

pub(super) fn unseen(state: &State, moved: Option<Timestamp>) -> bool {
    moved.is_some_and(|at| state.now.ms_since(at) < UNSEEN_MS)
}

/// For the task of the detail, for the marked ones, or for the selected one. What goes for
/// good is always asked, and so is whatever goes for other rows than the selected one, or for
/// one that nobody chose.
fn tasks(state: &mut State, verb: Verb, effects: &mut Vec<Effect>) {
    let selected: Vec<TaskId> = match &state.detail {
        Some(detail) => match detail.subject {
            Subject::Task(id) => vec![id],
            Subject::Device(_) | Subject::Account(_) | Subject::Incident(_) => Vec::new(),
        },
        None => state.tasks.table.selected().copied().into_iter().collect(),
    };
    let ids = match &state.detail {
        Some(_) => selected.clone(),
        None => state.tasks.table.targets(),
    };
    if ids.is_empty() {
        return nothing_selected(state);
    }
    let moved = state.tasks.moved.filter(|_| state.detail.is_none());
    if verb == Verb::Delete || ids != selected || unseen(state, moved) {
        let info = state.detail.as_ref().and_then(|d| d.info.as_deref());
        let read = info.map(|info| info.detail.view.clone());
        for id in &ids {
            let view = state.tasks.view(*id).or(read.as_ref()).cloned();
            if let Some(view) = view {
                state.tasks.known.insert(*id, view);
            }
        }
        // The question counts by what the tasks are now, not by what they were when marked.
        state.tasks.looked = None;
        state.tasks.look_after = state.now;
        state.mode = Mode::Confirm(Question::Tasks(verb, ids));
    } else {
        issue(state, verb.of(ids), effects);
    }
}

/// A key for the marked accounts, or the selected one; asked about as for tasks.
pub(super) fn accounts(state: &mut State, action: Action, effects: &mut Vec<Effect>) {
    let verb = match action {
        Action::Enable => AccountVerb::Enable,
        Action::Disable => AccountVerb::Disable,
        _ => AccountVerb::Delete,
    };
    let open = state.detail.as_ref().map(|detail| &detail.subject);
    let open = match open {
        Some(Subject::Account(key)) => Some(key.clone()),
        _ => None,
    };
    // Whoever looks at one account means that one, whatever is marked.
    let keys = match &open {
        Some(key) => vec![key.clone()],
        None => state.accounts.targets(),
    };
    let moved = state.accounts_moved.filter(|_| open.is_none());
    let chosen = open.or_else(|| state.accounts.selected().cloned());
    if keys.is_empty() {
        nothing_selected(state);
    } else if verb == AccountVerb::Delete
        || keys.as_slice() != chosen.as_slice()
        || unseen(state, moved)
    {
        state.mode = Mode::Confirm(Question::Accounts(verb, keys));
    } else {
        issue(state, verb.of(keys), effects);
    }
}

/// The question was answered with yes.
pub(super) fn confirmed(state: &mut State, effects: &mut Vec<Effect>) {
    let Mode::Confirm(question) = std::mem::replace(&mut state.mode, Mode::Normal) else {
        return;
    };
    match question {
        Question::Tasks(verb, ids) => issue(state, verb.of(ids), effects),
        Question::Reasons(verb, mut scope) => {
            // What was retried or done meanwhile is no failure to be deleted.
            let known = &state.tasks.known;
            let unread = scope.ids.iter().any(|id| !known.contains_key(id));
            if verb == Verb::Delete && unread && state.tasks.looking.is_some() {
                state.mode = Mode::Confirm(Question::Reasons(verb, scope));
                return state.say(Role::Plain, "these tasks are being read: in a moment again");
            }
            scope.ids.retain(|id| known.get(id).is_none_or(is_failed));
            if scope.ids.is_empty() {
                return state.say(
                    Role::Warn,
                    "nothing left to do: none of them is failed any more",
                );
            }
            issue(state, verb.of(scope.ids), effects);
        }
        Question::RetryAll => issue(state, Command::RetryAll, effects),
        Question::Accounts(verb, keys) => issue(state, verb.of(keys), effects),
        Question::Overwrite(path, _) => {
            transfer::import(state, path, Existing::Overwrite, effects);
        }
        Question::Phones(asked) => phones::perform(state, asked, effects),
        Question::Create(outlook) => submit::create(state, &outlook, effects),
        Question::Leave => {
            form::close(state);
            state.say(Role::Plain, "nothing was created");
        }
        Question::Quit => effects.push(Effect::Exit(ExitReason::Quit)),
    }
}

pub(super) fn issue(state: &mut State, command: Command, effects: &mut Vec<Effect>) {
    let no = state.number();
    state.say(Role::Busy, format!("{} ...", command.under_way()));
    state.doing.insert(no, command.clone());
    effects.push(Effect::Ask {
        no,
        ask: Ask::Command(command),
    });
}

/// The words of a question: its true scope, as far as is known now.
#[must_use]
pub(in crate::console) fn question(state: &State, question: &Question) -> String {
    match question {
        Question::Tasks(verb, ids) => about_tasks(state, *verb, ids),
        Question::Reasons(verb, scope) => about_reasons(state, *verb, scope),
        Question::RetryAll => {
            let failed = state.newest().map_or(0, |farm| farm.stats.failed);
            let failed = usize::try_from(failed).unwrap_or(usize::MAX);
            format!("Retry all {}?", count(failed, "failed task"))
        }
        Question::Accounts(verb, keys) => about_accounts(state, *verb, keys),
        Question::Overwrite(path, accounts) => {
            let accounts = count(usize::try_from(*accounts).unwrap_or(usize::MAX), "account");
            format!("{accounts} of {path} exist already. Import it and change them?")
        }
        Question::Phones(asked) => phones::question(state, asked),
        Question::Create(outlook) => submit::question(state, outlook),
        Question::Leave => "Leave the form, and what was typed into it?".to_owned(),
        Question::Quit => about_quitting(state),
    }
}

fn about_accounts(state: &State, verb: AccountVerb, keys: &[AccountKey]) -> String {
    let what = match keys {
        [key] => format!("account {key}"),
        _ => count(keys.len(), "account"),
    };
    let shown: BTreeSet<&AccountKey> = state.accounts.order().iter().collect();
    let hidden = keys.iter().filter(|key| !shown.contains(key)).count();
    let mut question = format!("{} {what}", verb.word());
    if hidden > 0 {
        question += &format!(" ({hidden} hidden by the filter)");
    }
    question.push('?');
    if verb == AccountVerb::Delete {
        question += " Their tasks stay.";
    }
    question
}

fn about_tasks(state: &State, verb: Verb, ids: &[TaskId]) -> String {
    let tasks = &state.tasks;
    let views: Vec<_> = ids.iter().filter_map(|id| tasks.view(*id)).collect();
    let many = |status| views.iter().filter(|v| v.task.status == status).count();
    let ended = many(Status::Completed) + many(Status::Failed);
    let hidden = match state.detail {
        Some(_) => 0,
        None if state.outputs.is_some() => 0,
        None => views.iter().filter(|v| !tasks.passes(v)).count(),
    };
    let mut notes = Vec::new();
    if hidden > 0 {
        notes.push(format!("{hidden} hidden by the filter"));
    }
    match verb {
        Verb::Delete => match many(Status::Running) {
            0 => {}
            1 => notes.push("1 running: it is stopped first".to_owned()),
            n => notes.push(format!("{n} running: they are stopped first")),
        },
        Verb::Stop => {
            let (pending, running) = (many(Status::Pending), many(Status::Running));
            notes.push(format!("{running} running, {pending} pending"));
            if ended > 0 {
                notes.push(format!("{ended} ended already"));
            }
        }
        Verb::Retry if views.len() > many(Status::Failed) => {
            let others = views.len() - many(Status::Failed);
            notes.push(format!("{others} not failed: left as they are"));
        }
        Verb::Retry => {}
    }
    let what = match ids {
        [id] => format!("task {id}"),
        _ => count(ids.len(), "task"),
    };
    if notes.is_empty() {
        return format!("{} {what}?", verb.word());
    }
    format!("{} {what} ({})?", verb.word(), notes.join(", "))
}

/// `Retry 36 tasks failed of post: not found (2 deleted meanwhile)?`
fn about_reasons(state: &State, verb: Verb, scope: &Scope) -> String {
    let known = scope.ids.iter().filter_map(|id| state.tasks.known.get(id));
    let others = known.filter(|view| !is_failed(view)).count();
    let mut notes = Vec::new();
    if scope.asked > scope.ids.len() {
        notes.push(format!(
            "{} deleted meanwhile",
            scope.asked - scope.ids.len()
        ));
    }
    if others > 0 {
        notes.push(format!("{others} not failed any more: left as they are"));
    }
    let notes = match notes.is_empty() {
        true => String::new(),
        false => format!(" ({})", notes.join(", ")),
    };
    let tasks = count(scope.ids.len(), "task");
    format!("{} {tasks} {}{notes}?", verb.word(), scope.what)
}

fn is_failed(view: &TaskView) -> bool {
    view.task.status == Status::Failed
}

fn about_quitting(state: &State) -> String {
    if state.options.on_quit == OnQuit::LeavesFarm {
        return "Leave the console? The farm goes on.".to_owned();
    }
    let farm = state.newest();
    let devices = farm.map_or(&[][..], |farm| &farm.devices);
    let running: Vec<_> = devices
        .iter()
        .filter_map(|d| d.task.map(|id| format!("{id} on {}", d.serial)))
        .collect();
    if running.is_empty() {
        return "Quit, and end the farm? No task is running.".to_owned();
    }
    let mut names = running.iter().take(NAMED).cloned().collect::<Vec<_>>();
    if running.len() > NAMED {
        names.push(format!("{} more", running.len() - NAMED));
    }
    let (tasks, names) = (count(running.len(), "running task"), names.join(", "));
    format!("Quit, and end the farm? It stops {tasks}: {names}.")
}
