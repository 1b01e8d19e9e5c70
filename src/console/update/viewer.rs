//! A text on the whole screen: opened, scrolled, searched, and read as it grows.

use super::nothing_selected;
use crate::console::action::Action;
use crate::console::event::RequestNo;
use crate::console::info::LogHit;
use crate::console::look::Role;
use crate::console::source::{SourceError, TextPart};
use crate::console::state::{State, Subject, Towards, Viewer};
use crate::console::view::{Layout, first_line, last_top, page};
use crate::farm::{FileType, HIERARCHY, LOG};
use crate::model::{Task, TaskId};

/// Columns of one step along a line.
const SIDEWAYS: usize = 20;

/// Between two readings of a text that grows.
const LOOK_MS: i64 = 500;

/// After a failure nothing is asked again for this long.
const PAUSE_MS: i64 = 2_000;

/// Texts that an attempt may have left, when nothing more is known of it.
const USUAL: [&str; 3] = [LOG, "report.json", HIERARCHY];

/// Opens the log of the task that has the keys, or the first of its other texts.
pub(super) fn open(state: &mut State, action: Action) {
    let id = match &state.detail {
        None => state.tasks.table.selected().copied(),
        Some(detail) => match detail.subject {
            Subject::Task(id) => Some(id),
            Subject::Device(_) | Subject::Account(_) | Subject::Incident(_) => None,
        },
    };
    let Some(id) = id else {
        return nothing_selected(state);
    };
    let attempt = task(state, id).map_or(0, |task| task.attempt);
    if attempt == 0 {
        return state.say(
            Role::Plain,
            format!("task {id} has not begun: it left nothing yet"),
        );
    }
    let names = names(state, id, attempt);
    let wanted = match action {
        Action::Log => Some(LOG.to_owned()),
        _ => names.iter().find(|name| *name != LOG).cloned(),
    };
    match wanted {
        Some(name) => state.viewer = Some(Viewer::file(id, attempt, name, names)),
        None => state.say(
            Role::Plain,
            format!("attempt {attempt} of task {id} left no text but its log"),
        ),
    }
}

/// Opens the log in which a text was found, at that line.
pub(super) fn open_at(state: &mut State, hit: &LogHit, text: String) {
    let names = names(state, hit.task, hit.attempt);
    let mut viewer = Viewer::file(hit.task, hit.attempt, LOG.to_owned(), names);
    viewer.search = text;
    viewer.seek(hit.line);
    state.viewer = Some(viewer);
}

/// The task as it is known.
fn task(state: &State, id: TaskId) -> Option<&Task> {
    let info = state
        .detail
        .as_ref()
        .and_then(|detail| detail.info.as_deref());
    let read = info
        .map(|info| &info.detail.view)
        .filter(|view| view.task.id == id);
    let view = read.or_else(|| state.tasks.view(id));
    view.map(|view| &*view.task)
}

/// The texts of an attempt, its log first.
fn names(state: &State, id: TaskId, attempt: u32) -> Vec<String> {
    let info = state
        .detail
        .as_ref()
        .and_then(|detail| detail.info.as_deref());
    let info = info.filter(|info| info.detail.view.task.id == id);
    let files = info.map_or(&[][..], |info| &info.files);
    let texts = files
        .iter()
        .filter(|file| file.attempt == attempt && FileType::of(&file.name).is_text())
        .map(|file| file.name.clone());
    let mut names: Vec<String> = texts.collect();
    if names.is_empty() && info.is_none() {
        names.extend(USUAL.map(str::to_owned));
    }
    names.retain(|name| name != LOG);
    names.insert(0, LOG.to_owned());
    names
}

/// A key for the text.
pub(super) fn act(state: &mut State, action: Action) {
    let Some(layout) = Layout::of(state) else {
        return;
    };
    let Some(viewer) = &mut state.viewer else {
        return;
    };
    let area = layout.body();
    let (at, last, page) = (first_line(viewer, area), last_top(viewer, area), page(area));
    let to = match action {
        Action::ViewUp => at.saturating_sub(1),
        Action::ViewPageUp => at.saturating_sub(page),
        Action::ViewFirst => 0,
        Action::ViewPageDown => (at + page).min(last),
        Action::ViewDown => (at + 1).min(last),
        Action::ViewLast => {
            viewer.follow = true;
            return;
        }
        Action::Follow => {
            viewer.top = at;
            viewer.follow = !viewer.follow;
            return;
        }
        Action::Wrap => {
            viewer.cut = !viewer.cut;
            viewer.left = 0;
            return;
        }
        Action::ViewLeft | Action::ViewRight => return sideways(state, action),
        Action::NextFile => return neighbour(viewer, 1),
        Action::PreviousFile => return neighbour(viewer, -1),
        Action::FindNext | Action::FindPrevious => return find(state, action),
        _ => return,
    };
    // Whoever looks back is not carried off by new lines; at the end nothing changes.
    viewer.follow &= to >= at;
    viewer.top = to;
}

/// Moves along lines that are cut.
fn sideways(state: &mut State, action: Action) {
    let Some(viewer) = &mut state.viewer else {
        return;
    };
    if !viewer.cut {
        let text = match state.keymap.keys(Action::Wrap).first() {
            Some(key) => format!("long lines are wrapped: {key} cuts them"),
            None => "long lines are wrapped".to_owned(),
        };
        return state.say(Role::Plain, text);
    }
    viewer.left = match action {
        Action::ViewLeft => viewer.left.saturating_sub(SIDEWAYS),
        _ => (viewer.left + SIDEWAYS).min(viewer.longest().saturating_sub(1)),
    };
}

fn neighbour(viewer: &mut Viewer, by: isize) {
    let Some(file) = &viewer.file else { return };
    let count = isize::try_from(file.names.len()).unwrap_or(1).max(1);
    let at = file.names.iter().position(|name| *name == file.name);
    let at = isize::try_from(at.unwrap_or(0)).unwrap_or(0);
    let next = usize::try_from((at + by).rem_euclid(count)).unwrap_or(0);
    if let Some(name) = file.names.get(next)
        && *name != file.name
    {
        let (cut, names) = (viewer.cut, file.names.clone());
        *viewer = Viewer::file(file.task, file.attempt, name.clone(), names);
        viewer.cut = cut;
    }
}

/// Looks for what was typed, from the first line shown on.
pub(super) fn search(state: &mut State, text: String) {
    let area = Layout::of(state).map(|layout| layout.body());
    if let (Some(viewer), Some(area)) = (&mut state.viewer, area) {
        viewer.top = first_line(viewer, area);
        viewer.search = text;
        viewer.found = None;
    }
    find(state, Action::Search);
}

fn find(state: &mut State, action: Action) {
    let Some(viewer) = &mut state.viewer else {
        return;
    };
    if viewer.search.is_empty() {
        return;
    }
    let found = match (action, viewer.found) {
        (Action::FindPrevious, at) => viewer.find(at.unwrap_or(viewer.top), Towards::Start),
        (Action::FindNext, Some(at)) => viewer.find(at + 1, Towards::End),
        _ => viewer.find(viewer.top, Towards::End),
    };
    match found {
        Some(line) => {
            viewer.found = found;
            viewer.top = line;
            viewer.follow = false;
        }
        None => {
            let text = format!("not found: {}", viewer.search);
            state.say(Role::Warn, text);
        }
    }
}

/// The next part of the file came, or did not.
pub(super) fn part(state: &mut State, no: RequestNo, result: Result<TextPart, SourceError>) {
    let now = state.now;
    let Some(viewer) = &mut state.viewer else {
        return;
    };
    let Some(file) = viewer.file.as_mut().filter(|file| file.asked == Some(no)) else {
        return;
    };
    file.asked = None;
    match result {
        Ok(part) => {
            // Where something came there may be more already.
            let pause = if part.bytes.is_empty() { LOOK_MS } else { 0 };
            file.not_before = now.plus_ms(pause);
            viewer.take(&part);
        }
        Err(error) => {
            file.error = Some(error.to_string());
            file.not_before = now.plus_ms(PAUSE_MS);
        }
    }
}
