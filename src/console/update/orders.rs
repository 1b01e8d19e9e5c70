//! What the commands of the command line do: the same as keys do, for what is named.

use super::{acts, apply_filter, focus, form, hits, phones, sorting, viewer};
use crate::console::commands::Order;
use crate::console::event::{Ask, Effect, RequestNo};
use crate::console::glob;
use crate::console::look::Role;
use crate::console::source::{Command, PhoneCommand, SourceError};
use crate::console::state::{
    Detail, ListFilter, Mode, Opening, Panel, Question, State, Subject, parse,
};
use crate::console::theme::ThemeFile;
use crate::model::{Serial, TaskId};
use crate::nearest::advice;

/// Carries out a command.
///
/// # Errors
/// Why it cannot be: then nothing has changed.
pub(super) fn carry_out(
    state: &mut State,
    order: Order,
    effects: &mut Vec<Effect>,
) -> Result<(), String> {
    match order {
        Order::Task(id) => task(state, id),
        Order::Log(id) => {
            task(state, id);
            state.log_wanted = Some(id);
        }
        Order::Logs(text) => {
            state.mode = Mode::Normal;
            state.viewer = None;
            state.picture = None;
            hits::search(state, text, effects);
        }
        Order::Device(pattern) => return device(state, &pattern),
        Order::Panel(panel) => focus(state, panel),
        Order::Script(name) => {
            let known = !state.scripts.list.is_empty();
            if known && state.scripts.get(&name).is_none() {
                let advice = advice(&name, state.scripts.names());
                return Err(format!("there is no script '{name}': {advice}"));
            }
            state.mode = Mode::Normal;
            let opening = Opening {
                script: name,
                originals: Vec::new(),
            };
            form::open(state, opening);
        }
        Order::Filter(text) => {
            let panel = state.panel;
            filter(state, panel, text)?;
        }
        Order::Tasks(verb, ids) => {
            // Asked about by what they are now.
            state.tasks.looked = None;
            state.tasks.look_after = state.now;
            state.mode = Mode::Confirm(Question::Tasks(verb, ids));
        }
        Order::Sort(title) => sorting::by_title(state, &title)?,
        Order::Hold(serial, reason) => {
            return phones::hold_named(state, serial, reason, effects);
        }
        Order::Label(serial, text) => {
            return phones::label_named(state, serial, &text, effects);
        }
        Order::Release(serial) => {
            state.mode = Mode::Normal;
            acts::issue(
                state,
                Command::Phones(PhoneCommand::Release(vec![serial])),
                effects,
            );
        }
        Order::Theme(name) => {
            let no = state.number();
            state.mode = Mode::Normal;
            state.theme_asked = Some(no);
            effects.push(Effect::Ask {
                no,
                ask: Ask::Theme(name),
            });
        }
        Order::Help => state.mode = Mode::Help(0),
        Order::Quit => state.mode = Mode::Confirm(Question::Quit),
    }
    Ok(())
}

/// Shows a task, also one that no list holds.
fn task(state: &mut State, id: TaskId) {
    state.mode = Mode::Normal;
    state.viewer = None;
    state.picture = None;
    state.hits = None;
    state.outputs = None;
    state.log_wanted = None;
    state.detail = Some(Detail {
        by_id: true,
        ..Detail::of(Subject::Task(id))
    });
}

/// To the one phone that is meant, or to those of them.
fn device(state: &mut State, pattern: &str) -> Result<(), String> {
    // Of the state that is shown: one that is not cannot be selected.
    let devices = state.farm.as_ref().map_or(&[][..], |farm| &farm.devices);
    let like = |serial: &&Serial| glob::means(pattern, serial.as_str());
    let found: Vec<Serial> = devices
        .iter()
        .map(|device| &device.serial)
        .filter(like)
        .cloned()
        .collect();
    match found.as_slice() {
        [] => Err(format!("no phone is like '{pattern}'")),
        [serial] => {
            if !state.devices.order().contains(serial) {
                state.device_filter = ListFilter::default();
                apply_filter(state, Panel::Devices);
            }
            focus(state, Panel::Devices);
            let order = state.devices.order();
            if let Some(at) = order.iter().position(|other| other == serial) {
                state.devices.select_at(at);
            }
            Ok(())
        }
        several => {
            let text = format!("{} phones are like '{pattern}'", several.len());
            state.device_filter.failures = false;
            filter(state, Panel::Devices, format!("serial={pattern}"))?;
            state.say(Role::Plain, text);
            Ok(())
        }
    }
}

/// Filters a list and goes there.
fn filter(state: &mut State, panel: Panel, text: String) -> Result<(), String> {
    let query = parse(panel, &text).map_err(|error| error.to_string())?;
    let filter = state.filter_mut(panel);
    filter.text = text;
    filter.query = query;
    focus(state, panel);
    apply_filter(state, panel);
    Ok(())
}

/// A theme was read.
pub(super) fn theme(state: &mut State, no: RequestNo, result: Result<ThemeFile, SourceError>) {
    if state.theme_asked.take_if(|asked| *asked == no).is_none() {
        return;
    }
    match result {
        Ok(file) => {
            state.theme_chosen = true;
            super::files::theme(state, &file);
        }
        Err(error) => state.say(Role::Bad, error.to_string()),
    }
}

/// The task of the detail was read: its log may be wanted.
pub(super) fn read(state: &mut State, id: TaskId) {
    if state.log_wanted.take_if(|wanted| *wanted == id).is_some() {
        viewer::open(state, crate::console::action::Action::Log);
    }
}
