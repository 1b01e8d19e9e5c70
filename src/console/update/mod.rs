//! The one place where the console changes: an event in, effects out. No clock, no I/O.

mod accounts;
mod acts;
mod answers;
mod detail;
mod edit;
mod files;
mod form;
mod hits;
mod keys;
mod line;
mod mouse;
mod needs;
mod orders;
mod outputs;
mod pages;
mod phones;
mod picture;
mod ranges;
mod save;
mod sorting;
mod submit;
#[cfg(test)]
mod tests;
mod transfer;
mod viewer;

use std::sync::Arc;

pub(super) use acts::question;
pub(super) use line::most;
pub(super) use picture::{LINK_BYTES, LINK_SHARE};
pub(super) use sorting::letters;

use super::action::Action;
use super::event::{Effect, Event, ExitReason, RecordingNews};
use super::look::Role;
use super::state::{Drawn, Mode, Panel, State};
use super::text;
use crate::farm::FarmState;
use crate::model::Timestamp;

/// How long a message stays: good news and bad news.
const GOOD_NEWS_MS: i64 = 6_000;
const BAD_NEWS_MS: i64 = 20_000;

/// Takes an event into the state, and says what is to be done outside of it.
pub fn update(state: &mut State, event: Event) -> Vec<Effect> {
    let mut effects = Vec::new();
    match event {
        Event::Tick(now) => tick(state, now),
        Event::Resize { columns, rows } => (state.columns, state.rows) = (columns, rows),
        Event::Key(key) => keys::press(state, key, &mut effects),
        Event::Mouse(did) => mouse::gesture(state, did, &mut effects),
        Event::Drawn => state.drawn = Drawn::of(state),
        Event::Paste(text) => keys::paste(state, &text),
        Event::Farm(farm) => heard(state, farm),
        Event::FarmGone => state.say(
            Role::Bad,
            "the farm has ended: what is shown is its last state",
        ),
        Event::Answer { no, answer } => answers::take(state, no, answer, &mut effects),
        Event::Keymap(file) => files::keymap(state, file.as_ref()),
        Event::Theme(file) if !state.theme_chosen => files::theme(state, &file),
        Event::Theme(_) => {}
        Event::Terminal(report) => state.terminal.hear(report),
        Event::Painted { bytes, ms } => picture::painted(state, bytes, ms),
        Event::Recording(news) => recording(state, news),
        Event::Hangup => effects.push(Effect::Exit(ExitReason::Hangup)),
        Event::Stop => effects.push(Effect::Exit(ExitReason::Stopped)),
    }
    needs::settle(state, &mut effects);
    effects
}

fn recording(state: &mut State, news: RecordingNews) {
    state.recording = matches!(news, RecordingNews::Began(_));
    match news {
        RecordingNews::Began(file) => {
            let text = format!("everything shown and typed is recorded in {file}");
            state.say(Role::Warn, text);
        }
        RecordingNews::Ended(why) => {
            state.say(Role::Bad, format!("the recording ended: {why}"));
        }
    }
}

fn tick(state: &mut State, now: Timestamp) {
    state.now = now;
    state.terminal.tick(now);
    let over = state.message.as_ref().is_some_and(|message| {
        let limit = match message.role {
            Role::Bad | Role::Warn => BAD_NEWS_MS,
            _ => GOOD_NEWS_MS,
        };
        // A message of before the first tick has no moment; it gets this one.
        message.at != Timestamp::default() && now.ms_since(message.at) >= limit
    });
    if over {
        state.message = None;
    } else if let Some(message) = &mut state.message
        && message.at == Timestamp::default()
    {
        message.at = now;
    }
}

fn heard(state: &mut State, farm: Arc<FarmState>) {
    state.heard = Some(state.now);
    if state.frozen {
        state.newer = Some(farm);
        return;
    }
    show(state, farm);
}

/// Shows this state of the farm.
fn show(state: &mut State, farm: Arc<FarmState>) {
    state.newer = None;
    state.farm = Some(farm);
    let lost = [
        (Panel::Devices, state.refresh_devices()),
        (Panel::Incidents, state.refresh_incidents()),
    ];
    for (panel, row) in lost {
        report_lost(state, panel, row);
    }
}

/// Says that the selected row went, if it is in the list that has the keys.
fn report_lost(state: &mut State, panel: Panel, lost: Option<String>) {
    let Some(lost) = lost.filter(|_| state.panel == panel) else {
        return;
    };
    let now = match panel {
        Panel::Devices => state.devices.selected().map(ToString::to_string),
        Panel::Tasks => state.tasks.table.selected().map(ToString::to_string),
        Panel::Accounts => state.accounts.selected().map(ToString::to_string),
        Panel::Incidents => state.incidents.selected().map(|id| id.1.clone()),
    };
    let text = match now {
        Some(now) => format!("{lost} left the list; {now} is selected now"),
        None => format!("{lost} left the list, which is empty now"),
    };
    state.say(Role::Warn, text);
}

/// Says why a key for the selected row did nothing.
fn nothing_selected(state: &mut State) {
    let empty = match (&state.page, state.panel) {
        (Some(page), _) => page.is_empty(),
        (None, Panel::Devices) => state.devices.order().is_empty(),
        (None, Panel::Tasks) => state.tasks.rows.is_empty(),
        (None, Panel::Accounts) => state.accounts.order().is_empty(),
        (None, Panel::Incidents) => state.incidents.order().is_empty(),
    };
    let text = match state.keymap.keys(Action::Down).first() {
        _ if empty => "nothing is selected: the list is empty".to_owned(),
        Some(key) => format!("nothing is selected: {key} selects the first row"),
        None => "nothing is selected".to_owned(),
    };
    state.say(Role::Plain, text);
}

/// Gives the keys to a list.
fn focus(state: &mut State, panel: Panel) {
    state.page = None;
    if state.panel != panel {
        ranges::end(state);
    }
    state.detail = None;
    state.viewer = None;
    state.outputs = None;
    state.picture = None;
    state.hits = None;
    state.log_wanted = None;
    state.mode = Mode::Normal;
    state.panel = panel;
    if panel != Panel::Devices {
        state.lower = panel;
    }
}

/// Freezes the picture, or goes on with the newest state.
fn freeze(state: &mut State) {
    state.frozen = !state.frozen;
    if !state.frozen
        && let Some(farm) = state.newer.take()
    {
        show(state, farm);
    }
}

/// Takes a filter that was read, for the list of this panel.
fn apply_filter(state: &mut State, panel: Panel) {
    match panel {
        Panel::Devices => _ = state.refresh_devices(),
        Panel::Accounts => _ = state.refresh_accounts(),
        Panel::Incidents => _ = state.refresh_incidents(),
        Panel::Tasks => {
            state.tasks.refiltered = true;
            state.tasks.marking = None;
            state.tasks.range.reread();
            state.tasks.wanted = Some(super::state::Jump::Stay);
        }
    }
}

/// `12 marked`.
fn say_marks(state: &mut State, marked: usize) {
    state.say(
        Role::Plain,
        format!("{} marked", text::count(marked, "row")),
    );
}
