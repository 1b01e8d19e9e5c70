//! New tasks up to their form: a script is chosen, or tasks are to be tried again with
//! changes, and the form is filled in.

use std::collections::BTreeSet;

use super::{edit, nothing_selected, submit};
use crate::console::action::Action;
use crate::console::event::{Effect, RequestNo};
use crate::console::key::Key;
use crate::console::look::Role;
use crate::console::new_tasks::ScriptInfo;
use crate::console::source::SourceError;
use crate::console::state::{
    By, Entry, Field, Form, Mode, Opening, Original, Page, Panel, Picker, Question, State, Subject,
    Turn,
};
use crate::model::{Serial, Task, TaskId};
use crate::nearest::advice;

/// The most tasks that one form tries again.
const TOGETHER: usize = 500;

/// A key for new tasks was pressed.
pub(super) fn begin(state: &mut State, action: Action) {
    match action {
        Action::New => {
            state.scripts.wanted = true;
            state.mode = Mode::Scripts(Picker::default());
        }
        _ => again(state),
    }
}

/// Tasks are to be tried again with changes.
fn again(state: &mut State) {
    let ids: Vec<TaskId> = match &state.detail {
        Some(detail) => match detail.subject {
            Subject::Task(id) => vec![id],
            Subject::Device(_) | Subject::Account(_) | Subject::Incident(_) => Vec::new(),
        },
        None => state.tasks.table.targets(),
    };
    let read = state.detail.as_ref().and_then(|d| d.info.as_deref());
    let read = read.map(|info| &info.detail.view);
    let tasks: Vec<&Task> = ids
        .iter()
        .filter_map(|id| {
            let read = read.filter(|view| view.task.id == *id);
            read.or_else(|| state.tasks.view(*id))
        })
        .map(|view| &*view.task)
        .collect();
    let scripts: BTreeSet<&str> = tasks.iter().map(|task| &*task.script).collect();
    let refused = if ids.is_empty() {
        return nothing_selected(state);
    } else if tasks.len() < ids.len() {
        "not all of these tasks are read yet: once more, please".to_owned()
    } else if let Some(task) = tasks.iter().find(|task| !task.status.is_final()) {
        let (id, status) = (task.id, task.status);
        format!("task {id} is {status}: only tasks that have ended are tried again")
    } else if scripts.len() > 1 {
        let scripts: Vec<_> = scripts.into_iter().collect();
        let scripts = scripts.join(", ");
        format!("the marked tasks are of several scripts ({scripts}): mark those of one")
    } else if tasks.len() > TOGETHER {
        let tasks = tasks.len();
        format!("{tasks} tasks are marked: at most {TOGETHER} fit into one form")
    } else {
        let opening = Opening {
            script: scripts.into_iter().collect(),
            originals: tasks.into_iter().map(Original::from).collect(),
        };
        return open(state, opening);
    };
    state.say(Role::Warn, refused);
}

/// Opens a form, as soon as the scripts are known.
pub(super) fn open(state: &mut State, opening: Opening) {
    state.scripts.wanted = true;
    let Some(script) = state.scripts.get(&opening.script).cloned() else {
        if state.scripts.list.is_empty() {
            state.scripts.then = Some(opening);
            state.say(Role::Busy, "reading the scripts ...");
        } else {
            let advice = advice(&opening.script, state.scripts.names());
            let text = format!("there is no script '{}': {advice}", opening.script);
            state.say(Role::Bad, text);
        }
        return;
    };
    let mut form = match opening.originals {
        originals if originals.is_empty() => {
            let accounts = match state.panel {
                Panel::Accounts if state.detail.is_none() && state.page.is_none() => {
                    state.accounts.targets()
                }
                _ => Vec::new(),
            };
            Form::new(script, &phones(state), &accounts)
        }
        originals => Form::again(script, originals),
    };
    let dropped: Vec<&str> = form.dropped().into_iter().collect();
    if !dropped.is_empty() {
        form.error = Some(format!(
            "the script has no parameter {} any more: left out",
            dropped.join(", ")
        ));
    }
    form.rewind();
    state.form = Some(form);
    state.mode = Mode::Form;
}

/// The phones that new tasks are most likely for: that of an open detail or of the page's row;
/// in the lists the marked ones, else that of the row.
fn phones(state: &State) -> Vec<Serial> {
    let of_task = |id: TaskId| state.tasks.view(id).map(|view| view.task.serial.clone());
    let marks = state.devices.marks();
    let one = match (&state.detail, &state.page, state.panel) {
        (Some(detail), ..) => match &detail.subject {
            Subject::Device(serial) => Some(serial.clone()),
            Subject::Task(id) => of_task(*id),
            Subject::Account(_) | Subject::Incident(_) => None,
        },
        (None, Some(Page::Statistics(page)), _) if page.by == By::Device => {
            page.devices.selected().cloned()
        }
        (None, Some(_), _) => None,
        _ if !marks.is_empty() => return marks.iter().cloned().collect(),
        (None, None, Panel::Devices) => state.devices.selected().cloned(),
        (None, None, Panel::Tasks) => state.tasks.table.selected().copied().and_then(of_task),
        (None, None, Panel::Accounts | Panel::Incidents) => None,
    };
    one.into_iter().collect()
}

/// The scripts were read.
pub(super) fn scripts(
    state: &mut State,
    no: RequestNo,
    result: Result<Vec<ScriptInfo>, SourceError>,
) {
    if state.scripts.asked.take_if(|asked| *asked == no).is_none() {
        return;
    }
    match result {
        Ok(list) => {
            state.scripts.list = list.into_iter().map(Into::into).collect();
            if let Some(opening) = state.scripts.then.take()
                && matches!(state.mode, Mode::Normal)
            {
                state.message = None;
                open(state, opening);
            }
            if matches!(&state.mode, Mode::Scripts(picker) if picker.accepted) {
                pick(state);
            }
        }
        Err(error) => {
            let waits = state.scripts.then.take().is_some();
            let picks = state.scripts.list.is_empty() && matches!(state.mode, Mode::Scripts(_));
            if picks {
                state.mode = Mode::Normal;
            }
            if waits || picks {
                state.say(Role::Bad, format!("cannot read the scripts: {error}"));
            }
        }
    }
}

/// A key moves in the list of scripts.
pub(super) fn travel(state: &mut State, action: Action) {
    let Mode::Scripts(picker) = &mut state.mode else {
        return;
    };
    let left = picker.left(&state.scripts);
    let at = picker.at(&left);
    let to = match action {
        Action::PickUp => at.saturating_sub(1),
        _ => (at + 1).min(left.len().saturating_sub(1)),
    };
    picker.chosen = left.get(to).map(|script| script.name.clone());
}

/// A script was chosen: its form is opened.
pub(super) fn pick(state: &mut State) {
    let Mode::Scripts(picker) = &mut state.mode else {
        return;
    };
    let left = picker.left(&state.scripts);
    let chosen = left.get(picker.at(&left)).map(|script| script.name.clone());
    match chosen {
        Some(script) => {
            state.mode = Mode::Normal;
            let originals = Vec::new();
            open(state, Opening { script, originals });
        }
        // Typed ahead of the answer: the form is opened when that is there.
        None => picker.accepted = state.scripts.list.is_empty(),
    }
}

/// A key is typed into the form or the list of scripts.
pub(super) fn type_key(state: &mut State, key: Key) {
    let Some(request) = edit::request(key) else {
        return;
    };
    match &mut state.mode {
        Mode::Scripts(picker) => {
            picker.input.handle(request);
            picker.chosen = None;
        }
        Mode::Form => {
            let Some(field) = editable(state) else { return };
            if let Entry::Lines(lines) = &mut field.entry
                && lines.edit(request)
            {
                field.touch();
            }
        }
        _ => {}
    }
}

/// Text is pasted into the form.
pub(super) fn paste(state: &mut State, text: &str) {
    let Some(field) = editable(state) else { return };
    if let Entry::Lines(lines) = &mut field.entry {
        lines.paste(text);
        field.touch();
    }
}

/// The field that has the keys, unless the farm is being asked about what is in it.
fn editable(state: &mut State) -> Option<&mut Field> {
    let form = state.form.as_mut()?;
    if form.asked.is_some() {
        return None;
    }
    form.field()
}

/// A key of the form.
pub(super) fn act(state: &mut State, action: Action, key: Key, effects: &mut Vec<Effect>) {
    match action {
        Action::FormCreate => submit::check(state, effects),
        Action::FormLeave => leave(state),
        Action::FieldChoose | Action::FieldChooseBack => {
            let turn = match action {
                Action::FieldChoose => Turn::Next,
                _ => Turn::Back,
            };
            let field = editable(state);
            let turned = field.is_some_and(|field| {
                let turned = field.entry.turn(turn);
                if turned {
                    field.touch();
                }
                turned
            });
            if !turned {
                // The same keys edit where there is text.
                type_key(state, key);
            }
        }
        Action::FieldLine => end_line(state),
        Action::FieldAccept => {
            let entry = editable(state).map(|field| &field.entry);
            let listed = match entry {
                Some(Entry::Lines(lines)) => lines.lists() && !lines.row_is_empty(),
                _ => false,
            };
            if listed {
                end_line(state);
            } else if let Some(form) = &mut state.form
                && !form.next()
            {
                submit::check(state, effects);
            }
        }
        _ => walk(state, action),
    }
}

fn end_line(state: &mut State) {
    let Some(field) = editable(state) else { return };
    if let Entry::Lines(lines) = &mut field.entry
        && lines.end_line()
    {
        field.touch();
    }
}

/// Goes to another line of the field, or to another field.
fn walk(state: &mut State, action: Action) {
    let Some(form) = &mut state.form else { return };
    let moved = match form.field().map(|field| &mut field.entry) {
        Some(Entry::Lines(lines)) => match action {
            Action::FieldDown => lines.down(),
            Action::FieldUp => lines.up(),
            _ => false,
        },
        _ => false,
    };
    match action {
        _ if moved => {}
        Action::FieldDown | Action::FieldNext => _ = form.next(),
        _ => form.previous(),
    }
}

/// Leaves the form. What was typed into it is gone then, so that is asked first.
fn leave(state: &mut State) {
    let Some(form) = &state.form else { return };
    if form.touched() && form.asked.is_none() {
        state.mode = Mode::Confirm(Question::Leave);
        return;
    }
    let creating = form.asked.is_some() && state.making.is_some();
    close(state);
    if creating {
        state.say(Role::Busy, "the tasks are being created all the same ...");
    }
}

/// Closes the form.
pub(super) fn close(state: &mut State) {
    state.form = None;
    state.mode = Mode::Normal;
}

/// `7, 8, 9 and 3 more`.
pub(super) fn named(ids: &[TaskId]) -> String {
    /// So many are named.
    const NAMED: usize = 6;
    let shown: Vec<String> = ids.iter().take(NAMED).map(ToString::to_string).collect();
    match ids.len().saturating_sub(NAMED) {
        0 => shown.join(", "),
        more => format!("{} and {more} more", shown.join(", ")),
    }
}
