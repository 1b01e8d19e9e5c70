//! What a key does.

use tui_input::{Input, InputRequest};

use super::answers::mark_everything;
use super::{
    accounts, acts, apply_filter, detail, edit, focus, form, freeze, hits, line, nothing_selected,
    outputs, pages, phones, picture, ranges, save, say_marks, sorting, transfer, viewer,
};
use crate::console::action::{Action, Danger};
use crate::console::chord::names;
use crate::console::event::Effect;
use crate::console::filter::{Completion, Field, candidates};
use crate::console::key::{Code, Key};
use crate::console::keymap::Meaning;
use crate::console::look::Role;
use crate::console::state::{
    Access, Begun, Jump, ListFilter, Mode, Page, Panel, Prompt, Purpose, Question, State, Subject,
    TaskRange, Verb, fields, parse,
};
use crate::console::view::{Layout, help_last_top, help_room};
use crate::model::Existing;

/// The most tasks that can be marked at once.
pub(super) const MARKS_MAX: usize = 10_000;

/// After this long a message has been read: the next key takes it away, and the hints that lie
/// under it are seen again.
const READ_MS: i64 = 2_000;

/// A key was pressed.
pub(super) fn press(state: &mut State, key: Key, effects: &mut Vec<Effect>) {
    let now = state.now;
    state
        .message
        .take_if(|message| now.ms_since(message.at) >= READ_MS);
    let Some(action) = meaning(state, key) else {
        return;
    };
    let info = action.info();
    if info.danger > Danger::Looks && state.options.access == Access::ReadOnly {
        let text = format!("read-only: {} is not available here", info.name);
        return state.say(Role::Warn, text);
    }
    if info.danger > Danger::Looks && state.page.is_none() && !ranges::close(state) {
        return;
    }
    act(state, action, key, effects);
}

/// What a key does now, together with those of a sequence before it.
fn meaning(state: &mut State, key: Key) -> Option<Action> {
    let contexts = state.contexts();
    let begun = state.begun.take();
    let begun = begun.filter(|begun| begun.contexts == contexts);
    let mut keys = begun.map_or_else(Vec::new, |begun| begun.keys);
    let continues = !keys.is_empty();
    if continues && key == Code::Esc.into() {
        return None;
    }
    keys.push(key);
    match state.keymap.lookup(contexts, &keys) {
        Meaning::Does(action) => return Some(action),
        Meaning::Begins => state.begun = Some(Begun { keys, contexts }),
        Meaning::Nothing if continues => {
            let text = format!("'{}' does nothing here", names(&keys));
            state.say(Role::Warn, text);
        }
        Meaning::Nothing => match state.mode {
            Mode::Prompt(_) => type_key(state, key),
            Mode::Scripts(_) | Mode::Form => form::type_key(state, key),
            Mode::Line(_) => line::type_key(state, key),
            Mode::Sort => sorting::pick(state, key),
            Mode::Normal | Mode::Confirm(_) | Mode::Help(_) => {}
        },
    }
    None
}

/// Text was pasted: it goes where text goes, and nowhere else.
pub(super) fn paste(state: &mut State, text: &str) {
    state.begun = None;
    match &mut state.mode {
        Mode::Form => form::paste(state, text),
        Mode::Line(line) => line::paste(line, text),
        Mode::Scripts(picker) => {
            for c in text.chars().filter(|c| !c.is_control()) {
                picker.input.handle(InputRequest::InsertChar(c));
            }
        }
        Mode::Prompt(prompt) => type_text(prompt, text),
        Mode::Normal | Mode::Sort | Mode::Confirm(_) | Mode::Help(_) => {}
    }
}

fn type_text(prompt: &mut Prompt, text: &str) {
    for c in text.chars().filter(|c| !c.is_control()) {
        prompt.input.handle(InputRequest::InsertChar(c));
    }
    prompt.completion = None;
    check(prompt);
}

pub(super) fn act(state: &mut State, action: Action, key: Key, effects: &mut Vec<Effect>) {
    if pages::takes(state, action) {
        return pages::act(state, action);
    }
    match action {
        Action::Stop | Action::Retry | Action::RetryAll | Action::Delete => {
            acts::begin(state, action, effects);
        }
        Action::Shell | Action::StopOn | Action::Hold | Action::Release | Action::Label => {
            phones::begin(state, action, effects);
        }
        Action::AddAccount | Action::ChangeAccount => accounts::begin(state, action),
        Action::OutputNext
        | Action::OutputPrevious
        | Action::OutputDown
        | Action::OutputUp
        | Action::OutputPageDown
        | Action::OutputPageUp
        | Action::OutputFirst
        | Action::OutputLast
        | Action::OutputOpen
        | Action::OutputFold
        | Action::OutputAgain
        | Action::OutputStop
        | Action::OutputRetry => outputs::act(state, action, effects),
        Action::Enable | Action::Disable | Action::Remove => {
            acts::accounts(state, action, effects);
        }
        Action::Statistics | Action::Reasons => pages::open(state, action),
        Action::StopOnPhone => pages::stop(state, effects),
        Action::RetryReason => pages::reasons(state, Verb::Retry),
        Action::DeleteReason => pages::reasons(state, Verb::Delete),
        Action::Import | Action::Export => transfer::begin(state, action),
        Action::New | Action::RetryChanged => form::begin(state, action),
        Action::PickDown | Action::PickUp => form::travel(state, action),
        Action::FormCreate
        | Action::FieldNext
        | Action::FieldPrevious
        | Action::FieldDown
        | Action::FieldUp
        | Action::FieldAccept
        | Action::FieldChoose
        | Action::FieldChooseBack
        | Action::FieldLine
        | Action::FormLeave => form::act(state, action, key, effects),
        Action::Line => line::begin(state),
        Action::Complete if matches!(state.mode, Mode::Prompt(_)) => complete(state),
        Action::Complete | Action::CompleteBack | Action::Older | Action::Newer => {
            line::act(state, action);
        }
        Action::DeviceScreen => picture::open_device(state),
        Action::StatScreen => picture::open_statistics(state),
        Action::TaskScreen => picture::open_task(state),
        Action::NodeDown
        | Action::NodeUp
        | Action::NodePageDown
        | Action::NodePageUp
        | Action::NodeFirst
        | Action::NodeLast
        | Action::LookAgain
        | Action::LookOn
        | Action::Pictures => picture::act(state, action),
        Action::Next | Action::Previous if state.picture.is_some() => picture::turn(state),
        Action::Log | Action::Evidence => viewer::open(state, action),
        Action::LogSearch => hits::begin(state),
        Action::HitsOpen
        | Action::HitsDown
        | Action::HitsUp
        | Action::HitsPageDown
        | Action::HitsPageUp
        | Action::HitsFirst
        | Action::HitsLast
        | Action::HitsSearch => hits::act(state, action),
        Action::ViewDown
        | Action::ViewUp
        | Action::ViewPageDown
        | Action::ViewPageUp
        | Action::ViewFirst
        | Action::ViewLast
        | Action::ViewLeft
        | Action::ViewRight
        | Action::Follow
        | Action::FindNext
        | Action::FindPrevious
        | Action::Wrap
        | Action::NextFile
        | Action::PreviousFile => viewer::act(state, action),
        Action::Search => ask_for(state, Purpose::Search, String::new()),
        Action::Yes => acts::confirmed(state, effects),
        Action::No if state.form.is_some() => state.mode = Mode::Form,
        Action::No => {
            state.mode = Mode::Normal;
            state.say(Role::Plain, "nothing was changed");
        }
        Action::Open => detail::open(state),
        Action::DeviceTasks => device_tasks(state),
        Action::AccountTasks => account_tasks(state),
        Action::Filter => {
            let panel = state.panel;
            let text = state.filter(panel).text.clone();
            ask_for(state, Purpose::Filter(panel), text);
        }
        Action::Accept => accept(state, effects),
        Action::Cancel | Action::HelpClose | Action::SortCancel => state.mode = Mode::Normal,
        Action::Sort => state.mode = Mode::Sort,
        Action::Reverse => sorting::reverse(state),
        Action::Range => ranges::toggle(state),
        Action::Failures => {
            let panel = state.panel;
            let filter = state.filter_mut(panel);
            filter.failures = !filter.failures;
            apply_filter(state, panel);
        }
        Action::Down
        | Action::Up
        | Action::PageDown
        | Action::PageUp
        | Action::First
        | Action::Last => travel(state, action),
        Action::Mark | Action::MarkAll | Action::Unmark => mark(state, action, effects),
        Action::DetailDown
        | Action::DetailUp
        | Action::DetailPageDown
        | Action::DetailPageUp
        | Action::DetailFirst
        | Action::DetailLast
        | Action::DetailNext
        | Action::DetailPrevious
        | Action::DetailWhole
        | Action::DetailGo => detail::act(state, action),
        Action::HelpDown
        | Action::HelpUp
        | Action::HelpPageDown
        | Action::HelpPageUp
        | Action::HelpFirst
        | Action::HelpLast => scroll_help(state, action),
        Action::Save => save::begin(state),
        Action::Copy => copy(state, effects),
        Action::Next => neighbour(state, 1),
        Action::Previous => neighbour(state, Panel::ALL.len() - 1),
        Action::Devices => focus(state, Panel::Devices),
        Action::Tasks => focus(state, Panel::Tasks),
        Action::Accounts => focus(state, Panel::Accounts),
        Action::Incidents => focus(state, Panel::Incidents),
        Action::Freeze => freeze(state),
        Action::Stats => state.stats = !state.stats,
        Action::Repaint => effects.push(Effect::Repaint),
        Action::Help => state.mode = Mode::Help(0),
        Action::Back => back(state),
        Action::Quit if leave(state) => {}
        Action::Quit if state.page.is_some() => state.page = None,
        Action::Quit => state.mode = Mode::Confirm(Question::Quit),
    }
}

fn scroll_help(state: &mut State, action: Action) {
    let (room, last) = (help_room(state), help_last_top(state));
    let Mode::Help(top) = &mut state.mode else {
        return;
    };
    // The screen may have grown since.
    let from = (*top).min(last);
    let to = match action {
        Action::HelpUp => from.saturating_sub(1),
        Action::HelpPageUp => from.saturating_sub(room),
        Action::HelpPageDown => from + room,
        Action::HelpFirst => 0,
        Action::HelpLast => last,
        _ => from + 1,
    };
    *top = to.min(last);
}

/// Leaves what lies over the lists, the innermost first. Says whether there was something.
fn leave(state: &mut State) -> bool {
    state.viewer.take().is_some()
        || state.picture.take().is_some()
        || state.hits.take().is_some()
        || state.outputs.take().is_some()
        || detail::leave(state)
}

/// Leaves the innermost thing there is to leave.
fn back(state: &mut State) {
    let panel = state.panel;
    state.message = None;
    if leave(state) {
        return;
    }
    if let Some(page) = &mut state.page {
        match page {
            Page::Reasons(page) if !page.table.marks().is_empty() => page.table.unmark(),
            _ => state.page = None,
        }
        return;
    }
    if ranges::give_up(state) {
        return;
    }
    if !state.filter(panel).is_off() {
        *state.filter_mut(panel) = ListFilter::default();
        return apply_filter(state, panel);
    }
    if state.marked() > 0 || state.tasks.marking.is_some() {
        return unmark(state);
    }
    if panel == Panel::Tasks && state.tasks.table.release() {
        // Also overtakes a page under way that would select a row.
        state.tasks.wanted = Some(Jump::Stay);
    }
}

fn neighbour(state: &mut State, by: usize) {
    let at = Panel::ALL.iter().position(|panel| *panel == state.panel);
    let next = (at.unwrap_or(0) + by) % Panel::ALL.len();
    if let Some(panel) = Panel::ALL.get(next) {
        focus(state, *panel);
    }
}

/// Goes to the tasks of a phone.
fn device_tasks(state: &mut State) {
    let Some(serial) = state.subject_device().cloned() else {
        return nothing_selected(state);
    };
    // Serials have no white space, so this is one word.
    tasks_that(state, format!("serial={serial}"));
}

/// Goes to the tasks of an account.
fn account_tasks(state: &mut State) {
    let key = match &state.detail {
        None => state.accounts.selected().cloned(),
        Some(detail) => match &detail.subject {
            Subject::Account(key) => Some(key.clone()),
            Subject::Task(_) | Subject::Device(_) | Subject::Incident(_) => None,
        },
    };
    match key {
        // Nor have names of accounts.
        Some(key) => tasks_that(state, format!("account={}", key.username)),
        None => nothing_selected(state),
    }
}

/// Goes to the tasks that a filter lets through: one like one that was typed, so that it is seen
/// and left like one.
pub(super) fn tasks_that(state: &mut State, text: String) {
    match parse(Panel::Tasks, &text) {
        Err(error) => state.say(Role::Bad, error.to_string()),
        Ok(query) => {
            state.tasks.filter = ListFilter {
                text,
                query,
                failures: false,
            };
            focus(state, Panel::Tasks);
            state.tasks.table.release();
            apply_filter(state, Panel::Tasks);
        }
    }
}

/// Has a line typed, with this text to begin with.
pub(super) fn ask_for(state: &mut State, purpose: Purpose, text: String) {
    state.mode = Mode::Prompt(Prompt::of(purpose, text));
}

/// Completes the word of a filter at the cursor.
fn complete(state: &mut State) {
    let Mode::Prompt(prompt) = &state.mode else {
        return;
    };
    let Purpose::Filter(panel) = prompt.purpose else {
        return;
    };
    let before = prompt.completion.clone();
    let completion = before.unwrap_or_else(|| {
        let (text, cursor) = (prompt.input.value(), prompt.input.cursor());
        let values = |field: &Field| state.values(panel, field);
        Completion::new(candidates(text, cursor, fields(panel), values))
    });
    if let Mode::Prompt(prompt) = &mut state.mode {
        let mut completion = completion;
        let (text, cursor) = completion.next(prompt.input.value(), prompt.input.cursor());
        prompt.input = Input::new(text).with_cursor(cursor);
        check(prompt);
        prompt.completion = (!completion.is_over()).then_some(completion);
    }
}

fn accept(state: &mut State, effects: &mut Vec<Effect>) {
    let prompt = match &mut state.mode {
        Mode::Prompt(prompt) => prompt,
        Mode::Scripts(_) => return form::pick(state),
        Mode::Line(_) => return line::accept(state, effects),
        Mode::Normal | Mode::Form | Mode::Sort | Mode::Confirm(_) | Mode::Help(_) => return,
    };
    let text = prompt.input.value().trim().to_owned();
    let purpose = prompt.purpose;
    if let Purpose::Filter(panel) = purpose {
        return accept_filter(state, panel, text);
    }
    if let Purpose::Typed(typed) = purpose {
        let done = phones::typed(state, typed, text, effects);
        // What is wrong is told above the line, which stays as it is.
        if let (Err(error), Mode::Prompt(prompt)) = (done, &mut state.mode) {
            prompt.error = Some(error);
        }
        return;
    }
    if purpose == Purpose::Save && !text.is_empty() {
        return save::accept(state, text, effects);
    }
    state.mode = Mode::Normal;
    match purpose {
        Purpose::Search => viewer::search(state, text),
        Purpose::Logs | Purpose::LogsAgain if text.is_empty() => {
            state.say(Role::Plain, "no text was typed: nothing is searched");
        }
        Purpose::Logs => hits::search(state, text, effects),
        Purpose::LogsAgain => hits::again(state, text),
        _ if text.is_empty() => state.say(Role::Plain, "no file was named: nothing was done"),
        Purpose::Export => transfer::export(state, text, effects),
        _ => transfer::import(state, text, Existing::Refuse, effects),
    }
}

fn accept_filter(state: &mut State, panel: Panel, text: String) {
    match parse(panel, &text) {
        // The prompt stays open, and the rows stay what they are.
        Err(error) => {
            if let Mode::Prompt(prompt) = &mut state.mode {
                prompt.error = Some(error.to_string());
            }
        }
        Ok(query) => {
            let filter = state.filter_mut(panel);
            filter.text = text;
            filter.query = query;
            state.mode = Mode::Normal;
            apply_filter(state, panel);
        }
    }
}

fn type_key(state: &mut State, key: Key) {
    let Mode::Prompt(prompt) = &mut state.mode else {
        return;
    };
    let Some(request) = edit::request(key) else {
        return;
    };
    prompt.input.handle(request);
    prompt.completion = None;
    check(prompt);
}

/// Tells what is wrong with a filter while it is typed; of other lines, what was wrong is told
/// until something is typed.
fn check(prompt: &mut Prompt) {
    prompt.error = match prompt.purpose {
        Purpose::Filter(panel) => parse(panel, prompt.input.value())
            .err()
            .map(|error| error.to_string()),
        _ => None,
    };
}

/// Moves the selection.
fn travel(state: &mut State, action: Action) {
    let panel = state.panel;
    let rows = Layout::of(state).map_or(1, |layout| layout.list_rows(panel).max(1));
    let page = isize::try_from(rows).unwrap_or(isize::MAX);
    let far = match action {
        Action::Up => -1,
        Action::PageDown => page,
        Action::PageUp => -page,
        Action::First => isize::MIN,
        Action::Last => isize::MAX,
        _ => 1,
    };
    match panel {
        Panel::Devices => state.devices.step(far),
        Panel::Accounts => state.accounts.step(far),
        Panel::Incidents => state.incidents.step(far),
        Panel::Tasks => {
            let tasks = &mut state.tasks;
            let more_below = tasks.offset + (tasks.rows.len() as u64) < tasks.total;
            match action {
                Action::First if tasks.offset > 0 => tasks.wanted = Some(Jump::First),
                Action::Last if more_below => tasks.wanted = Some(Jump::Last),
                _ => tasks.table.step(far),
            }
        }
    }
}

fn mark(state: &mut State, action: Action, effects: &mut Vec<Effect>) {
    if ranges::end(state) && action == Action::Mark {
        return;
    }
    match (action, state.panel) {
        (Action::Unmark, _) => unmark(state),
        (Action::Mark, Panel::Devices) => state.devices.mark(),
        (Action::Mark, Panel::Accounts) => state.accounts.mark(),
        (Action::Mark, Panel::Incidents) => state.incidents.mark(),
        (Action::Mark, Panel::Tasks) => {
            let tasks = &mut state.tasks;
            let Some(id) = tasks.table.selected().copied() else {
                return tasks.table.mark();
            };
            if let Some(view) = tasks.view(id).cloned() {
                if tasks.table.marks().len() >= MARKS_MAX && !tasks.table.marks().contains(&id) {
                    let text = format!("no more than {MARKS_MAX} tasks can be marked at once");
                    return state.say(Role::Warn, text);
                }
                tasks.known.insert(id, view);
                tasks.table.mark();
            }
        }
        (_, Panel::Devices) => {
            state.devices.mark_all(state.devices.order().to_vec());
            say_marks(state, state.devices.marks().len());
        }
        (_, Panel::Accounts) => {
            state.accounts.mark_all(state.accounts.order().to_vec());
            say_marks(state, state.accounts.marks().len());
        }
        (_, Panel::Incidents) => {
            state.incidents.mark_all(state.incidents.order().to_vec());
            say_marks(state, state.incidents.marks().len());
        }
        (_, Panel::Tasks) => {
            state.say(Role::Plain, "marking all that the filter shows ...");
            mark_everything(state, effects);
        }
    }
}

/// Removes the marks of the list that has the keys.
fn unmark(state: &mut State) {
    match state.panel {
        Panel::Devices => state.devices.unmark(),
        Panel::Accounts => state.accounts.unmark(),
        Panel::Incidents => state.incidents.unmark(),
        Panel::Tasks => {
            state.tasks.marking = None;
            state.tasks.table.unmark();
            // Else the answer for the rows of a range would mark them again.
            state.tasks.range = TaskRange::default();
        }
    }
}

fn copy(state: &mut State, effects: &mut Vec<Effect>) {
    if state.picture.is_some() && state.viewer.is_none() {
        if let Some(step) = picture::copied(state) {
            let text = "the step was sent to the terminal's clipboard";
            state.say(Role::Plain, text);
            effects.push(Effect::Copy(step));
        }
        return;
    }
    let viewed = state
        .viewer
        .as_ref()
        .and_then(|viewer| viewer.file.as_ref());
    let hit = state.hits.as_ref().and_then(|hits| hits.found.get(hits.at));
    let text = match (&state.detail, state.panel) {
        _ if viewed.is_some() => viewed.map(|file| file.task.to_string()),
        _ if state.outputs.is_some() => {
            let outputs = state.outputs.as_ref();
            let selected = outputs.and_then(|outputs| outputs.selected);
            selected.map(|task| task.to_string())
        }
        _ if state.hits.is_some() => hit.map(|hit| hit.task.to_string()),
        (Some(detail), _) => Some(match &detail.subject {
            Subject::Task(id) => id.to_string(),
            Subject::Device(serial) => serial.to_string(),
            Subject::Account(key) => key.username.to_string(),
            Subject::Incident((_, subject)) => subject.clone(),
        }),
        (None, _) if state.page.is_some() => state.page.as_ref().and_then(Page::copied),
        (None, Panel::Devices) => state.devices.selected().map(ToString::to_string),
        (None, Panel::Tasks) => state.tasks.table.selected().map(ToString::to_string),
        (None, Panel::Accounts) => state.accounts.selected().map(ToString::to_string),
        (None, Panel::Incidents) => state.incidents.selected().map(|id| id.1.clone()),
    };
    match text {
        None => nothing_selected(state),
        Some(text) => {
            // A terminal does not answer, so nobody can know whether it took it.
            state.say(
                Role::Plain,
                format!("{text} sent to the terminal's clipboard"),
            );
            effects.push(Effect::Copy(text));
        }
    }
}
