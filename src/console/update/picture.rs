//! A phone's screen: opened, looked at again, and walked through.

use std::sync::Arc;

use super::{needs, nothing_selected};
use crate::console::action::Action;
use crate::console::event::{Ask, Effect, RequestNo};
use crate::console::look::Role;
use crate::console::pixels::Shot;
use crate::console::source::{Sight, SourceError};
use crate::console::state::{By, Picture, Side, State, Subject};
use crate::console::view::{picture_fit, picture_rows, shows_both};
use crate::farm::{HIERARCHY, SCREEN, ScreenTree, Step};
use crate::model::{Task, TaskId, Timestamp};

/// Between two pictures that are taken by themselves.
const AUTO_MS: i64 = 3_000;
/// Pictures may take one part of so many of the link's time.
pub(in crate::console) const LINK_SHARE: i64 = 4;
/// Bytes of pictures that are sent in a second at most, however fast the link is.
pub(in crate::console) const LINK_BYTES: u64 = 256 * 1024;
/// After a failure nothing is asked again for this long.
const PAUSE_MS: i64 = 5_000;

/// Opens the screen of the phone that has the keys.
pub(super) fn open_device(state: &mut State) {
    match state.subject_device().cloned() {
        Some(serial) => open(state, Sight::Live(serial)),
        None => nothing_selected(state),
    }
}

/// Opens the screen of the phone that is selected among the statistics.
pub(super) fn open_statistics(state: &mut State) {
    let page = state.statistics().filter(|page| page.by == By::Device);
    match page.and_then(|page| page.devices.selected().cloned()) {
        Some(serial) => open(state, Sight::Live(serial)),
        None => state.say(Role::Plain, "no phone is selected"),
    }
}

/// Opens what the task that has the keys left of the screen; if it left nothing, the screen of
/// its phone.
pub(super) fn open_task(state: &mut State) {
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
    match sight(state, id) {
        Some(sight) => open(state, sight),
        None => state.say(Role::Plain, format!("task {id} is not read yet")),
    }
}

/// What there is to see of a task.
fn sight(state: &State, id: TaskId) -> Option<Sight> {
    let info = state
        .detail
        .as_ref()
        .and_then(|detail| detail.info.as_deref());
    let info = info.filter(|info| info.detail.view.task.id == id);
    let view = info.map(|info| &info.detail.view);
    let task: &Task = &view.or_else(|| state.tasks.view(id))?.task;
    let is_seen = |name: &str| name == SCREEN || name == HIERARCHY;
    let error = task.error.as_ref().map(|error| &error.evidence);
    let told = error.is_some_and(|names| names.iter().any(|name| is_seen(name)));
    let there = info.is_some_and(|info| {
        let mut files = info.files.iter();
        files.any(|file| file.attempt == task.attempt && is_seen(&file.name))
    });
    Some(if task.status.is_final() && (told || there) {
        Sight::Left {
            task: id,
            attempt: task.attempt,
        }
    } else {
        Sight::Live(task.serial.clone())
    })
}

/// Opens a screen.
pub(super) fn open(state: &mut State, of: Sight) {
    state.message = None;
    state.picture = Some(Picture::of(of));
}

/// A key for the screen that is shown.
pub(super) fn act(state: &mut State, action: Action) {
    let rows = isize::try_from(picture_rows(state).max(1)).unwrap_or(isize::MAX);
    let frozen = state.frozen;
    let Some(picture) = &mut state.picture else {
        return;
    };
    match action {
        Action::NodeDown => picture.step(1),
        Action::NodeUp => picture.step(-1),
        Action::NodePageDown => picture.step(rows),
        Action::NodePageUp => picture.step(-rows),
        Action::NodeFirst => picture.cursor = 0,
        Action::NodeLast => picture.step(isize::MAX),
        Action::LookAgain => {
            picture.shot.wanted = true;
            picture.tree.wanted = true;
            picture.shot.not_before = Timestamp(0);
            picture.tree.not_before = Timestamp(0);
        }
        Action::LookOn if matches!(picture.of, Sight::Left { .. }) => {
            let text = "this is the screen of a task that has ended: it does not change";
            state.say(Role::Plain, text);
        }
        Action::LookOn => {
            picture.auto = !picture.auto;
            picture.due = Timestamp(0);
            if picture.auto && frozen {
                state.say(Role::Plain, "the console is frozen: it goes on after that");
            }
        }
        Action::Pictures => {
            state.pictures = !state.pictures;
            if state.pictures {
                picture.shot.wanted = true;
            }
        }
        _ => {}
    }
}

/// Shows the other of picture and elements, where both do not fit.
pub(super) fn turn(state: &mut State) {
    let both = shows_both(state);
    if let Some(picture) = state.picture.as_mut().filter(|_| !both) {
        picture.side = match picture.side {
            Side::Picture => Side::Tree,
            Side::Tree => Side::Picture,
        };
    }
}

/// The step that finds the element under the cursor.
pub(super) fn copied(state: &mut State) -> Option<String> {
    let node = state.picture.as_ref()?.node();
    let why = match node.map(|node| &node.step) {
        Some(Step::TapOn(step)) => return Some(step.clone()),
        Some(Step::NotOnScreen) => "no selector finds this element: it is not on the screen",
        Some(Step::NotTried) => "this screen has too many elements: no selector was looked for",
        None => "no element is under the cursor",
    };
    state.say(Role::Warn, why);
    None
}

/// What must be asked now, so that the screen that is shown is the phone's.
pub(super) fn needs(state: &mut State, effects: &mut Vec<Effect>) {
    let rows = picture_rows(state);
    let fit = picture_fit(state);
    let (now, frozen, busy) = (state.now, state.frozen, is_busy(state));
    let Some(picture) = &mut state.picture else {
        return;
    };
    picture.settle(rows);
    if picture.auto && !frozen && now >= picture.due && picture.shot.asked.is_none() {
        picture.shot.wanted = true;
        // Refused because of a task, they are read once it has ended.
        picture.tree.wanted |= picture.tree.error.is_some() && !busy;
    }
    let shot = &picture.shot;
    let other = shot.get().is_some_and(|shot| Some(shot.fit) != fit);
    let fit = fit.filter(|_| shot.wanted || other);
    let fit = fit.filter(|_| shot.asked.is_none() && now >= shot.not_before);
    let tree = &picture.tree;
    let tree = tree.wanted && tree.asked.is_none() && now >= tree.not_before;
    let of = picture.of.clone();
    if let Some(fit) = fit {
        let ask = Ask::Picture {
            of: of.clone(),
            fit,
        };
        let no = needs::ask(state, ask, effects);
        if let Some(picture) = &mut state.picture {
            picture.shot.asked = Some(no);
            picture.shot.wanted = false;
        }
    }
    if tree {
        let no = needs::ask(state, Ask::Tree(of), effects);
        if let Some(picture) = &mut state.picture {
            picture.tree.asked = Some(no);
            picture.tree.wanted = false;
        }
    }
}

/// Whether a task uses the phone.
fn is_busy(state: &State) -> bool {
    match state.picture.as_ref().map(|picture| &picture.of) {
        Some(Sight::Live(serial)) => state.device(serial).is_some_and(|d| d.task.is_some()),
        Some(Sight::Left { .. }) | None => false,
    }
}

/// A picture came, or did not.
pub(super) fn shot(state: &mut State, no: RequestNo, result: Result<Arc<Shot>, SourceError>) {
    let now = state.now;
    let Some(picture) = state.picture.as_mut().filter(|p| p.shot.asked == Some(no)) else {
        return;
    };
    let looked = &mut picture.shot;
    looked.asked = None;
    let mut pause = AUTO_MS.max(picture.sent_ms.saturating_mul(LINK_SHARE));
    match result {
        Ok(shot) => {
            looked.last = Some((shot, now));
            looked.error = None;
        }
        Err(error) => {
            looked.error = Some(error.to_string());
            looked.not_before = now.plus_ms(PAUSE_MS);
            pause = pause.max(PAUSE_MS);
        }
    }
    picture.due = now.plus_ms(pause);
}

/// What a screen is made of came, or did not.
pub(super) fn tree(state: &mut State, no: RequestNo, result: Result<Arc<ScreenTree>, SourceError>) {
    let now = state.now;
    let Some(picture) = state.picture.as_mut().filter(|p| p.tree.asked == Some(no)) else {
        return;
    };
    picture.tree.asked = None;
    match result {
        Ok(tree) => {
            picture.tree.error = None;
            picture.take_tree(tree, now);
        }
        Err(error) => picture.tree.error = Some(error.to_string()),
    }
}

/// The terminal took a picture: the next one waits the longer, the slower that was.
pub(super) fn painted(state: &mut State, bytes: u64, ms: u64) {
    if let Some(picture) = &mut state.picture {
        let took = i64::try_from(ms).unwrap_or(i64::MAX);
        let paced = bytes.saturating_mul(1_000) / LINK_BYTES;
        let paced = i64::try_from(paced).unwrap_or(i64::MAX) / LINK_SHARE;
        picture.sent_ms = took.max(paced);
    }
}
