//! The command line while it is typed: editing, history, completion. What a command does is
//! told in [`super::orders`].

use tui_input::Input;

use super::{edit, letters, orders};
use crate::console::action::{Action, Danger};
use crate::console::commands::{Argument, available, named, parse};
use crate::console::event::{Effect, RequestNo};
use crate::console::filter::{self, Field};
use crate::console::key::Key;
use crate::console::look::Role;
use crate::console::source::SourceError;
use crate::console::state::{Access, CommandLine, Completion, Mode, State, fields};
use crate::console::theme::Theme;

/// What the commands of this session may do at most.
pub(in crate::console) const fn most(state: &State) -> Danger {
    match state.options.access {
        Access::Full => Danger::Destroys,
        Access::ReadOnly => Danger::Looks,
    }
}

/// A command is to be typed.
pub(super) fn begin(state: &mut State) {
    // For the completion of their names.
    state.scripts.wanted = true;
    state.mode = Mode::Line(CommandLine::default());
}

/// A key is typed.
pub(super) fn type_key(state: &mut State, key: Key) {
    let Mode::Line(line) = &mut state.mode else {
        return;
    };
    if let Some(request) = edit::request(key) {
        line.input.handle(request);
        line.settle();
    }
}

/// Text is pasted.
pub(super) fn paste(line: &mut CommandLine, text: &str) {
    for c in text.chars().filter(|c| !c.is_control()) {
        line.input.handle(tui_input::InputRequest::InsertChar(c));
    }
    line.settle();
}

/// A key of the command line.
pub(super) fn act(state: &mut State, action: Action) {
    match action {
        Action::Older => recall(state, 1),
        Action::Newer => recall(state, -1),
        Action::CompleteBack => complete(state, -1),
        _ => complete(state, 1),
    }
}

/// Goes through the lines of the history that begin as the typed one does.
fn recall(state: &mut State, by: isize) {
    let Mode::Line(line) = &mut state.mode else {
        return;
    };
    let (prefix, back) = match &line.recalled {
        Some((prefix, back)) => (prefix.clone(), *back),
        None => (line.input.value().to_owned(), 0),
    };
    let to = back.saturating_add_signed(by);
    let text = match to {
        0 => Some(prefix.as_str()),
        n => state.history.with_prefix(&prefix).nth(n - 1),
    };
    let Some(text) = text else { return };
    line.input = Input::new(text.to_owned());
    line.settle();
    line.recalled = (to > 0).then_some((prefix, to));
}

/// Completes the word at the end, or puts the next one in its place.
fn complete(state: &mut State, by: isize) {
    let Mode::Line(line) = &state.mode else {
        return;
    };
    let next = match &line.completion {
        Some(completion) => turn(completion, by),
        None => match candidates(state, line.input.value()) {
            Some(found) => found,
            None => return,
        },
    };
    let Mode::Line(line) = &mut state.mode else {
        return;
    };
    line.error = None;
    line.recalled = None;
    line.input = Input::new(next.text());
    // One that is complete is not gone through.
    line.completion = Some(next).filter(|completion| completion.words.len() > 1);
}

fn turn(completion: &Completion, by: isize) -> Completion {
    let n = completion.words.len().max(1);
    let at = match completion.at {
        Some(at) => at.saturating_add_signed(by.rem_euclid(n.cast_signed())) % n,
        None if by < 0 => n - 1,
        // What they have in common may be one of them, and stands there already.
        None => {
            let other = |word: &String| *word != completion.common;
            completion.words.iter().position(other).unwrap_or(0)
        }
    };
    Completion {
        at: Some(at),
        ..completion.clone()
    }
}

/// The words that could stand at the end of a line; none: there are none.
fn candidates(state: &State, text: &str) -> Option<Completion> {
    let text = text.trim_start();
    let at = text.rfind(char::is_whitespace).map_or(0, |at| at + 1);
    let (before, typed) = text.split_at_checked(at)?;
    let Some((name, _)) = before.split_once(char::is_whitespace) else {
        let names = available(most(state)).map(|info| info.name().to_owned());
        return completion(before, typed, names.collect());
    };
    let first = before.trim_end() == name;
    let info = named(name).filter(|info| info.danger <= most(state))?;
    let words = match info.argument {
        Argument::Filter => return filter(state, text, name),
        Argument::Column => return column(state, text, name),
        Argument::Labels if !first => ["name=", "group=", "tags="].map(str::to_owned).into(),
        Argument::Reason if !first => Vec::new(),
        argument => arguments(state, argument),
    };
    completion(before, typed, words)
}

/// Those of the words that begin as the typed one does.
fn completion(before: &str, typed: &str, mut words: Vec<String>) -> Option<Completion> {
    words.retain(|word| word.starts_with(typed));
    let common = common_start(&words)?.to_owned();
    // First what all of them have in common, if that is more than is typed.
    let at = (words.len() == 1 || common.len() == typed.len()).then_some(0);
    Some(Completion {
        before: before.to_owned(),
        words,
        common,
        at,
    })
}

/// The words of a filter, as where it is typed alone.
fn filter(state: &State, text: &str, name: &str) -> Option<Completion> {
    let panel = state.panel;
    let typed = text.strip_prefix(name)?.trim_start();
    let cursor = typed.chars().count();
    let values = |field: &Field| state.values(panel, field);
    let found = filter::candidates(typed, cursor, fields(panel), values);
    let head: String = typed.chars().take(found.from).collect();
    let word = typed.strip_prefix(&head)?;
    let words: Vec<String> = found.list.into_iter().map(|found| found.text).collect();
    let before = text.strip_suffix(word)?.to_owned();
    let common = common_start(&words)?.to_owned();
    // Values are found whatever their case, so what they share need not begin as the word does.
    let more = common.len() > word.len() && common.starts_with(word);
    let at = (words.len() == 1 || !more).then_some(0);
    Some(Completion {
        before,
        words,
        common,
        at,
    })
}

/// The columns of the list, whose titles may have spaces.
fn column(state: &State, text: &str, name: &str) -> Option<Completion> {
    let typed = text.strip_prefix(name)?.trim_start();
    let titles = letters(state).into_iter();
    let titles = titles.map(|(_, column)| column.title.to_owned());
    completion(text.strip_suffix(typed)?, typed, titles.collect())
}

/// What can stand behind a command.
fn arguments(state: &State, argument: Argument) -> Vec<String> {
    match argument {
        Argument::Nothing | Argument::Words | Argument::Filter | Argument::Column => Vec::new(),
        Argument::Task | Argument::Tasks => {
            let rows = state.tasks.rows.iter();
            rows.map(|row| row.task.id.to_string()).collect()
        }
        Argument::Pattern | Argument::Serial | Argument::Reason | Argument::Labels => {
            let devices = state.newest().map_or(&[][..], |farm| &farm.devices);
            devices.iter().map(|d| d.serial.to_string()).collect()
        }
        Argument::Script => state.scripts.names().map(str::to_owned).collect(),
        Argument::Theme => Theme::names().into_iter().map(str::to_owned).collect(),
    }
}

/// What all words begin with; none: there is no word.
fn common_start(words: &[String]) -> Option<&str> {
    let (first, rest) = words.split_first()?;
    let common = first.char_indices().map(|(at, c)| at + c.len_utf8());
    let common = common.take_while(|end| {
        let start = first.get(..*end);
        rest.iter().all(|word| word.get(..*end) == start)
    });
    first.get(..common.last().unwrap_or(0))
}

/// The line is to be carried out. One that cannot be stays open.
pub(super) fn accept(state: &mut State, effects: &mut Vec<Effect>) {
    let Mode::Line(line) = &state.mode else {
        return;
    };
    let text = line.input.value().to_owned();
    if text.trim().is_empty() {
        state.mode = Mode::Normal;
        return;
    }
    let done = parse(&text, most(state))
        .map_err(|error| error.to_string())
        .and_then(|order| orders::carry_out(state, order, effects));
    match done {
        Ok(()) => state.history.add(&text),
        Err(error) => {
            if let Mode::Line(line) = &mut state.mode {
                line.error = Some(error);
            }
        }
    }
}

/// The history was kept, or not.
pub(super) fn remembered(state: &mut State, no: RequestNo, result: Result<(), SourceError>) {
    if state.history.asked.take_if(|asked| *asked == no).is_none() {
        return;
    }
    if let Err(error) = result {
        state.say(Role::Warn, format!("the history is not kept: {error}"));
    }
}

impl Completion {
    /// The whole line with the word in its place.
    fn text(&self) -> String {
        let word = self.at.and_then(|at| self.words.get(at));
        let word = word.unwrap_or(&self.common);
        // Behind `group=` goes its value.
        let whole = self.words.len() == 1 && !word.ends_with(['=', '~', '<', '>']);
        let space = if whole { " " } else { "" };
        format!("{}{word}{space}", self.before)
    }
}

impl CommandLine {
    /// Forgets what was true of the line before it changed.
    fn settle(&mut self) {
        self.error = None;
        self.completion = None;
        self.recalled = None;
    }
}
