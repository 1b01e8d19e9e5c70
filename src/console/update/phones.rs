//! What is done to phones: for which, after which question.

use std::collections::BTreeSet;

use super::acts::{issue, unseen};
use super::keys::ask_for;
use super::needs::ask;
use super::{accounts, nothing_selected, outputs};
use crate::console::action::Action;
use crate::console::event::{Answer, Ask, Effect, RequestNo};
use crate::console::labels;
use crate::console::look::Role;
use crate::console::source::{
    Command, ListQuery, PageQuery, PhoneCommand, Place, SourceError, phones,
};
use crate::console::state::{Mode, PhoneAct, Purpose, Question, State, Subject, Typed};
use crate::farm::TaskPage;
use crate::model::{DevicePatch, DeviceState, Hold, Serial, Status, TaskId};
use crate::store::Filter;

/// The most phones that one shell command is for: their outputs are held side by side.
const SHELLS: usize = 1_000;
/// What is said of a change that changes nothing.
const UNCHANGED: &str = "nothing was changed";
/// How many phones a question names.
const NAMED: usize = 3;
/// Between two readings of a phone's tasks for its detail.
const DETAIL_MS: i64 = 1_000;
/// How many of a phone's last tasks its detail shows.
const HISTORY: usize = 20;
/// How many of a phone's tasks are read at once at most.
const TASKS_MAX: usize = 1_024;

/// A key for phones was pressed.
pub(super) fn begin(state: &mut State, action: Action, effects: &mut Vec<Effect>) {
    let serials = state.aimed_at();
    if serials.is_empty() {
        return nothing_selected(state);
    }
    match action {
        Action::StopOn => stop(state, &serials, effects),
        Action::Release => release(state, &serials, effects),
        Action::Hold => type_for(state, serials, Typed::Hold, String::new()),
        Action::Shell if serials.len() > SHELLS => {
            let text = format!("a shell command is for {SHELLS} phones at once at most");
            state.say(Role::Warn, text);
        }
        Action::Shell => type_for(state, serials, Typed::Shell, String::new()),
        _ => {
            let line = labels::line(state.aimed_devices().map(|device| &device.labels));
            type_for(state, serials, Typed::Labels, line);
        }
    }
}

/// Has a line typed about these phones.
pub(super) fn type_for(state: &mut State, serials: Vec<Serial>, typed: Typed, line: String) {
    state.aim.serials = serials;
    ask_for(state, Purpose::Typed(typed), line);
}

fn stop(state: &mut State, serials: &[Serial], effects: &mut Vec<Effect>) {
    let task = |serial: &Serial| Some((serial.clone(), state.device(serial)?.task?));
    let running: Vec<_> = serials.iter().filter_map(task).collect();
    if running.is_empty() {
        let text = format!("no task runs on {}", those(serials));
        return state.say(Role::Plain, text);
    }
    act(state, PhoneAct::Stop(running), effects);
}

fn release(state: &mut State, serials: &[Serial], effects: &mut Vec<Effect>) {
    let held = |serial: &&Serial| state.device(serial).is_some_and(|d| d.hold.is_some());
    let held: Vec<_> = serials.iter().filter(held).cloned().collect();
    if held.is_empty() {
        let text = format!(
            "{} not held back",
            match serials {
                [serial] => format!("{serial} is"),
                _ => format!("the {} are", phones(serials)),
            }
        );
        return state.say(Role::Plain, text);
    }
    act(
        state,
        PhoneAct::Command(PhoneCommand::Release(held)),
        effects,
    );
}

fn those(serials: &[Serial]) -> String {
    match serials {
        [serial] => serial.to_string(),
        _ => format!("these {}", phones(serials)),
    }
}

/// The line was typed. What is wrong with it is told, and it stays open.
///
/// # Errors
/// What is wrong with it, and what is accepted.
pub(super) fn typed(
    state: &mut State,
    typed: Typed,
    text: String,
    effects: &mut Vec<Effect>,
) -> Result<(), String> {
    let serials = state.aim.serials.clone();
    let asked = match typed {
        Typed::Hold => PhoneAct::Command(hold(serials, text)?),
        Typed::Shell if text.is_empty() => return Err("a command is expected".to_owned()),
        Typed::Shell => PhoneAct::Shell(outputs::order(state, serials, text)),
        Typed::Labels => match label(state, serials, &text)? {
            Some(command) => PhoneAct::Command(command),
            None => {
                state.mode = Mode::Normal;
                state.say(Role::Plain, UNCHANGED);
                return Ok(());
            }
        },
        Typed::NewAccount | Typed::Account => {
            return accounts::typed(state, typed, &text, effects);
        }
    };
    state.mode = Mode::Normal;
    act(state, asked, effects);
    Ok(())
}

/// Keeps phones from work.
fn hold(serials: Vec<Serial>, reason: String) -> Result<PhoneCommand, String> {
    let limit = Hold::MAX_REASON;
    if reason.is_empty() || reason.chars().count() > limit {
        return Err(format!("a reason is expected, in 1 to {limit} characters"));
    }
    Ok(PhoneCommand::Hold { serials, reason })
}

/// Calls phones so; none if they are called so.
fn label(state: &State, serials: Vec<Serial>, text: &str) -> Result<Option<PhoneCommand>, String> {
    let patch = labels::read(text)?;
    if patch.name.as_ref().is_some_and(Option::is_some) && serials.len() > 1 {
        return Err("a name is for one phone: group= and tags= are for several".to_owned());
    }
    let patch = match serials.as_slice() {
        [serial] => labels::changes(state.device(serial).map(|d| &d.labels), patch),
        _ => patch,
    };
    let changes = patch != DevicePatch::default();
    Ok(changes.then_some(PhoneCommand::Edit { serials, patch }))
}

/// Holds a phone that was named: what is named needs no question.
///
/// # Errors
/// What is wrong with the reason.
pub(super) fn hold_named(
    state: &mut State,
    serial: Serial,
    reason: String,
    effects: &mut Vec<Effect>,
) -> Result<(), String> {
    let command = hold(vec![serial], reason)?;
    state.mode = Mode::Normal;
    issue(state, Command::Phones(command), effects);
    Ok(())
}

/// Changes what a phone that was named is called.
///
/// # Errors
/// What cannot be read, and what is accepted.
pub(super) fn label_named(
    state: &mut State,
    serial: Serial,
    text: &str,
    effects: &mut Vec<Effect>,
) -> Result<(), String> {
    let command = label(state, vec![serial], text)?;
    state.mode = Mode::Normal;
    match command {
        Some(command) => issue(state, Command::Phones(command), effects),
        None => state.say(Role::Plain, UNCHANGED),
    }
    Ok(())
}

/// Does it; asks before if it is for other phones than the one under the cursor, or for one
/// that nobody chose.
fn act(state: &mut State, asked: PhoneAct, effects: &mut Vec<Effect>) {
    let chosen = state.subject_device().cloned();
    let moved = state.aim.moved.filter(|_| state.detail.is_none());
    let serials = serials(&asked);
    let again = matches!(asked, PhoneAct::Shell(_)) && state.outputs.is_some();
    let one = serials.as_slice() == chosen.as_slice() && (again || !unseen(state, moved));
    if one {
        perform(state, asked, effects);
    } else {
        state.mode = Mode::Confirm(Question::Phones(asked));
    }
}

fn serials(asked: &PhoneAct) -> Vec<Serial> {
    match asked {
        PhoneAct::Command(command) => command.serials().to_vec(),
        PhoneAct::Stop(tasks) => tasks.iter().map(|(serial, _)| serial.clone()).collect(),
        PhoneAct::Shell(order) => order.serials.clone(),
    }
}

/// It was confirmed, or needs no question.
pub(super) fn perform(state: &mut State, asked: PhoneAct, effects: &mut Vec<Effect>) {
    match asked {
        PhoneAct::Command(command) => issue(state, Command::Phones(command), effects),
        PhoneAct::Stop(tasks) => {
            let ids = tasks.into_iter().map(|(_, id)| id).collect();
            issue(state, Command::Stop(ids), effects);
        }
        PhoneAct::Shell(order) => outputs::start(state, order, effects),
    }
}

/// The words of a question: its true scope, as far as is known now.
pub(super) fn question(state: &State, asked: &PhoneAct) -> String {
    let serials = serials(asked);
    let what = phones(&serials);
    let mut notes = Vec::new();
    let shown: BTreeSet<&Serial> = state.devices.order().iter().collect();
    let hidden = serials.iter().filter(|serial| !shown.contains(serial));
    match hidden.count() {
        0 => {}
        n if state.detail.is_none() && state.outputs.is_none() => {
            notes.push(format!("{n} hidden by the filter"));
        }
        _ => {}
    }
    if let PhoneAct::Shell(_) = asked {
        notes.extend(waits(state, &serials));
    }
    let notes = match notes.is_empty() {
        true => String::new(),
        false => format!(" ({})", notes.join(", ")),
    };
    match asked {
        PhoneAct::Command(PhoneCommand::Hold { reason, .. }) => {
            format!("Hold {what}{notes}: '{reason}'? What runs there goes on.")
        }
        PhoneAct::Command(PhoneCommand::Release(_)) => {
            format!("Release {what}{notes}? They may have work again.")
        }
        PhoneAct::Command(PhoneCommand::Edit { patch, .. }) => {
            format!("Label {what}{notes}: {}?", labels::words(patch))
        }
        PhoneAct::Stop(tasks) => {
            format!("Stop what runs on {what}{notes}: {}?", named(tasks))
        }
        PhoneAct::Shell(order) => format!("Run '{}' on {what}{notes}?", order.command),
    }
}

fn named(tasks: &[(Serial, TaskId)]) -> String {
    let names = tasks.iter().take(NAMED);
    let mut names: Vec<String> = names.map(|(on, id)| format!("{id} on {on}")).collect();
    if tasks.len() > NAMED {
        names.push(format!("{} more", tasks.len() - NAMED));
    }
    names.join(", ")
}

/// Which of the phones would not begin at once.
fn waits(state: &State, serials: &[Serial]) -> Vec<String> {
    let devices: Vec<_> = serials.iter().filter_map(|s| state.device(s)).collect();
    let away = devices.iter().filter(|d| d.state != DeviceState::Online);
    let held = devices.iter().filter(|d| d.hold.is_some());
    let busy = devices.iter().filter(|d| d.task.is_some());
    [
        (away.count(), "not online"),
        (held.count(), "held"),
        (busy.count(), "busy"),
    ]
    .into_iter()
    .filter(|(n, _)| *n > 0)
    .map(|(n, word)| format!("{n} {word}: it waits there"))
    .collect()
}

/// Asks for what the detail of a phone shows besides the farm's state.
pub(super) fn need(state: &mut State, effects: &mut Vec<Effect>) {
    let Some(Subject::Device(serial)) = state.detail.as_ref().map(|detail| &detail.subject) else {
        return;
    };
    let serial = serial.clone();
    let Some(device) = state.device(&serial) else {
        return;
    };
    let (online, queue) = (device.state == DeviceState::Online, device.queue);
    let version = state.newest().map(|farm| farm.tasks_version);
    let (now, frozen) = (state.now, state.frozen);
    let Some(phone) = state.detail.as_ref().map(|detail| &detail.phone) else {
        return;
    };
    let wants_facts =
        online && phone.facts.is_none() && phone.refused.is_none() && phone.asked.is_none();
    let first = phone.version.is_none();
    let stale = first || (!frozen && phone.version != version && now >= phone.not_before);
    let wants_tasks = stale && phone.reading == [None, None];
    let no = wants_facts.then(|| ask(state, Ask::Facts(serial.clone()), effects));
    let reading = wants_tasks.then(|| {
        let rows = usize::try_from(queue).unwrap_or(TASKS_MAX);
        let next = tasks(&serial, Some(Status::Pending), Place::Last, rows.max(1));
        let last = tasks(&serial, None, Place::First, HISTORY + 1 + rows);
        [next, last].map(|query| Some(ask(state, Ask::TasksOf(query), effects)))
    });
    let Some(phone) = state.detail.as_mut().map(|detail| &mut detail.phone) else {
        return;
    };
    phone.asked = no.or(phone.asked);
    if let Some(reading) = reading {
        phone.reading = reading;
        phone.version = version;
        phone.not_before = now.plus_ms(DETAIL_MS);
    }
}

fn tasks(serial: &Serial, status: Option<Status>, place: Place, rows: usize) -> PageQuery {
    PageQuery {
        list: ListQuery {
            filter: Filter {
                serial: Some(serial.clone()),
                status,
                ..Filter::default()
            },
            ..ListQuery::default()
        },
        place,
        rows: rows.min(TASKS_MAX),
    }
}

/// What was learnt of the phone of the detail.
pub(super) fn learn(state: &mut State, no: RequestNo, answer: Answer) {
    let Some(phone) = state.detail.as_mut().map(|detail| &mut detail.phone) else {
        return;
    };
    match answer {
        Answer::Facts(result) if phone.asked == Some(no) => {
            phone.asked = None;
            match result {
                Ok(facts) => phone.facts = Some(facts),
                Err(error) => phone.refused = Some(error.to_string()),
            }
        }
        Answer::TasksOf(result) => {
            let [next, last] = phone.reading;
            if next == Some(no) {
                phone.reading = [None, last];
                take(&mut phone.queue, result);
            } else if last == Some(no) {
                phone.reading = [next, None];
                take(&mut phone.history, result);
            }
        }
        _ => {}
    }
}

/// After a failure what is shown stays; the next change brings the next question.
fn take(shown: &mut Option<TaskPage>, result: Result<TaskPage, SourceError>) {
    if let Ok(page) = result {
        *shown = Some(page);
    }
}
