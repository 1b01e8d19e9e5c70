//! New tasks from their form on: the farm is asked what they would be, the operator agrees,
//! and they are created. Never twice: what may have been sent keeps its key.

use super::form::{close, named};
use crate::console::event::{Ask, Effect, RequestNo};
use crate::console::look::Role;
use crate::console::new_tasks::{Created, NewTasks, Outlook, Submission, SubmitError};
use crate::console::source::SourceError;
use crate::console::state::{Making, Mode, Question, State};
use crate::console::text::{clock, count};

/// Has the farm check what the form says.
pub(super) fn check(state: &mut State, effects: &mut Vec<Effect>) {
    if state.making.is_some() {
        return state.say(Role::Warn, "tasks are being created: one form at a time");
    }
    let farm = state.newest().cloned();
    let no = state.number();
    let Some(form) = &mut state.form else { return };
    if form.asked.is_some() {
        return;
    }
    form.forgive();
    let known = farm.as_deref().map_or(&[][..], |farm| &farm.devices);
    let like = |pattern: &str| {
        let found = known.iter().map(|device| &device.serial);
        let found = found.filter(|serial| crate::console::glob::means(pattern, serial.as_str()));
        found.cloned().collect()
    };
    match form.request(like) {
        Err(pattern) => form.refuse("serials", format!("no phone is like '{pattern}'")),
        Ok(tasks) => {
            form.asked = Some(no);
            form.checked = Some(tasks.clone());
            effects.push(Effect::Ask {
                no,
                ask: Ask::Foresee(tasks),
            });
        }
    }
}

/// What the tasks would be. One task is created at once if something was filled in; several, or
/// those of a form that a held Enter has walked through, only after a question.
pub(super) fn foreseen(
    state: &mut State,
    no: RequestNo,
    result: Result<Outlook, SubmitError>,
    effects: &mut Vec<Effect>,
) {
    let Some(form) = state.form.as_mut().filter(|form| form.asked == Some(no)) else {
        return;
    };
    form.asked = None;
    match result {
        Err(SubmitError::Field { field, message }) => form.refuse(&field, message),
        Err(SubmitError::Source(error)) => form.error = Some(error.to_string()),
        Ok(outlook) if outlook.tasks > 1 || form.unknown.is_some() || !form.touched() => {
            state.mode = Mode::Confirm(Question::Create(Box::new(outlook)));
        }
        Ok(outlook) => create(state, &outlook, effects),
    }
}

/// The operator agreed to these tasks.
pub(super) fn create(state: &mut State, outlook: &Outlook, effects: &mut Vec<Effect>) {
    let no = state.number();
    let (now, boot) = (state.now, state.newest().map_or(0, |farm| farm.boot));
    let Some(form) = &mut state.form else { return };
    state.mode = Mode::Form;
    let Some(tasks) = form.checked.take() else {
        return;
    };
    let key = match &form.unknown {
        Some(sent) if sent.tasks == tasks => sent.key.clone(),
        // A start of the farm, a moment and a number: no other request has the same.
        _ => format!("console-{boot:x}-{}-{}", now.0, no.0),
    };
    let submission = Submission {
        tasks,
        agreed: outlook.tasks,
        key,
    };
    form.asked = Some(no);
    let making = Making {
        no,
        from: form.originals.iter().map(|original| original.id).collect(),
        submission: submission.clone(),
        serials: outlook.serials.clone(),
    };
    let text = format!(
        "creating {} ...",
        tasks_of(outlook.tasks, &submission.tasks)
    );
    state.making = Some(making);
    state.say(Role::Busy, text);
    effects.push(Effect::Ask {
        no,
        ask: Ask::Submit(submission),
    });
}

/// `3 tasks of post`.
fn tasks_of(tasks: u64, new: &NewTasks) -> String {
    let tasks = usize::try_from(tasks).unwrap_or(usize::MAX);
    format!("{} of {}", count(tasks, "task"), new.script)
}

/// What came of it.
pub(super) fn created(state: &mut State, no: RequestNo, result: Result<Created, SubmitError>) {
    let Some(making) = state.making.take_if(|making| making.no == no) else {
        return;
    };
    // Whatever came of it, the list may be old.
    state.tasks.due = state.now;
    let ours = state.form.as_mut().filter(|form| form.asked == Some(no));
    let ours = ours.map(|form| form.asked = None).is_some();
    match result {
        Ok(created) => {
            if ours {
                close(state);
            }
            done(state, &making, &created);
        }
        Err(error) if ours => failed(state, making, error),
        Err(error) => {
            let what = tasks_of(making.submission.agreed, &making.submission.tasks);
            state.say(Role::Bad, format!("cannot create {what}: {error}"));
        }
    }
}

fn done(state: &mut State, making: &Making, created: &Created) {
    state
        .devices
        .keep_marks(|serial| !making.serials.contains(serial));
    state.tasks.table.keep_marks(|id| !making.from.contains(id));
    let what = tasks_of(created.ids.len() as u64, &making.submission.tasks);
    let mut text = format!("{what} created ({})", named(&created.ids));
    if !making.from.is_empty() {
        text += &format!(", from {}", named(&making.from));
    }
    if let Some(at) = created.scheduled_at {
        text += &format!(", to begin at {}", clock(at, &state.options.zone));
    }
    let mut role = Role::Good;
    if !created.unknown_serials.is_empty() {
        role = Role::Warn;
        let serials: Vec<_> = created.unknown_serials.iter().map(|s| s.as_str()).collect();
        text += &format!("; never seen, so they wait for: {}", serials.join(", "));
    }
    state.say_of(created.ids.iter().copied().collect(), role, text);
}

fn failed(state: &mut State, making: Making, error: SubmitError) {
    state.message = None;
    let Some(form) = &mut state.form else { return };
    match error {
        SubmitError::Field { field, message } => form.refuse(&field, message),
        SubmitError::Source(error @ SourceError::Unknown(_)) => {
            form.error = Some(format!(
                "{error}. Creating the same again makes no task twice."
            ));
            form.unknown = Some(making.submission);
        }
        SubmitError::Source(error) => form.error = Some(error.to_string()),
    }
}

/// The words of the question: how many tasks, on how many phones, and when.
pub(super) fn question(state: &State, outlook: &Outlook) -> String {
    let form = state.form.as_ref();
    let script = form.map_or("", |form| form.script.name.as_str());
    let tasks = usize::try_from(outlook.tasks).unwrap_or(usize::MAX);
    let phones = match outlook.serials.as_slice() {
        [serial] => serial.to_string(),
        several => count(several.len(), "phone"),
    };
    let mut text = format!("Create {} of {script} on {phones}", count(tasks, "task"));
    if let Some(at) = outlook.scheduled_at {
        text += &format!(", to begin at {}", clock(at, &state.options.zone));
    }
    match outlook.unknown_serials.as_slice() {
        [] => {}
        [serial] => text += &format!(" ({serial} was never seen: its tasks wait)"),
        several => text += &format!(" ({} were never seen: theirs wait)", several.len()),
    }
    text.push('?');
    if let Some(sent) = form.and_then(|form| form.unknown.as_ref()) {
        text += match form.and_then(|form| form.checked.as_ref()) {
            Some(tasks) if *tasks == sent.tasks => {
                " What was sent before may have made them: then no more are made."
            }
            _ => " What was sent before may have made tasks too: these are others.",
        };
    }
    text
}
