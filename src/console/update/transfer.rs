//! Files of accounts: in, out, and what came of it.

use crate::console::action::Action;
use crate::console::event::{Ask, Effect, RequestNo};
use crate::console::look::Role;
use crate::console::place;
use crate::console::source::{Import, SourceError};
use crate::console::state::{Mode, Panel, Prompt, Purpose, Question, State, Transfer, Viewer};
use crate::console::text::count;
use crate::farm::{BadLines, Imported};
use crate::model::Existing;

/// What an export is called unless the operator says otherwise.
const EXPORTED: &str = "accounts.csv";

/// Asks for the file.
pub(super) fn begin(state: &mut State, action: Action) {
    if let Some(transfer) = &state.transfer {
        let text = format!("{} is under way: one file at a time", transfer.path);
        return state.say(Role::Warn, text);
    }
    let (purpose, path) = match action {
        Action::Export => (Purpose::Export, EXPORTED),
        _ => (Purpose::Import, ""),
    };
    state.mode = Mode::Prompt(Prompt::of(purpose, path));
}

/// The file was named.
pub(super) fn import(
    state: &mut State,
    path: String,
    existing: Existing,
    effects: &mut Vec<Effect>,
) {
    state.say(Role::Busy, format!("importing {path} ..."));
    let ask = Ask::Import {
        path: path.clone(),
        existing,
    };
    start(state, path, Some(existing), ask, effects);
}

/// The file was named.
pub(super) fn export(state: &mut State, path: String, effects: &mut Vec<Effect>) {
    state.say(Role::Busy, format!("exporting to {path} ..."));
    let ask = Ask::Export { path: path.clone() };
    start(state, path, None, ask, effects);
}

fn start(
    state: &mut State,
    path: String,
    import: Option<Existing>,
    ask: Ask,
    effects: &mut Vec<Effect>,
) {
    let no = state.number();
    state.transfer = Some(Transfer { no, path, import });
    effects.push(Effect::Ask { no, ask });
}

/// What came of an import.
pub(super) fn imported(state: &mut State, no: RequestNo, result: Result<Import, SourceError>) {
    let Some(transfer) = state.transfer.take_if(|transfer| transfer.no == no) else {
        return;
    };
    // Also when the outcome is unknown.
    state.accounts_due = state.now;
    let path = transfer.path;
    match result {
        Err(error) => state.say(Role::Bad, format!("cannot import {path}: {error}")),
        Ok(Import::Done(done)) => {
            let Imported {
                created,
                updated,
                unchanged,
            } = done;
            let added = count(usize::try_from(created).unwrap_or(usize::MAX), "account");
            let text = format!("{added} added, {updated} changed, {unchanged} unchanged");
            state.say(Role::Good, text);
        }
        Ok(Import::Refused(bad)) => refused(state, path, transfer.import, &bad),
    }
}

/// Shows every bad line; asks whether to overwrite where nothing else is wrong.
fn refused(state: &mut State, path: String, existing: Option<Existing>, bad: &BadLines) {
    let wrong = usize::try_from(bad.total).unwrap_or(usize::MAX);
    state.say(
        Role::Bad,
        format!(
            "nothing was imported from {path}: {}",
            count(wrong, "bad line")
        ),
    );
    // A question or a text that came up meanwhile is not taken away, and a key that was meant
    // for something else answers no question.
    let elsewhere = state.panel != Panel::Accounts || state.contexts() != place::ACCOUNTS;
    if !matches!(state.mode, Mode::Normal) || elsewhere {
        return;
    }
    if existing == Some(Existing::Refuse) && bad.existing == bad.total {
        state.mode = Mode::Confirm(Question::Overwrite(path, bad.total));
        return;
    }
    let listed = bad.lines.len() as u64;
    let mut lines: Vec<String> = bad
        .lines
        .iter()
        .map(|bad| format!("line {}: {}", bad.line, bad.reason))
        .collect();
    if bad.total > listed {
        lines.push(format!("... and {} more", bad.total - listed));
    }
    state.viewer = Some(Viewer::report(format!("bad lines of {path}"), lines));
}

/// What came of an export.
pub(super) fn exported(state: &mut State, no: RequestNo, result: Result<(), SourceError>) {
    let Some(transfer) = state.transfer.take_if(|transfer| transfer.no == no) else {
        return;
    };
    match result {
        Ok(()) => state.say(
            Role::Good,
            format!("accounts exported to {}", transfer.path),
        ),
        Err(error) => state.say(Role::Bad, format!("cannot export the accounts: {error}")),
    }
}
