//! Accounts that an operator adds and changes in a line.

use super::acts::issue;
use super::keys::ask_for;
use super::nothing_selected;
use crate::console::action::Action;
use crate::console::event::Effect;
use crate::console::look::Role;
use crate::console::source::{AccountCommand, AccountDraft, Command};
use crate::console::state::{Mode, Purpose, State, Subject, Typed};
use crate::console::words::{fields, quoted, split};
use crate::farm::MAX_NOTES;
use crate::model::{AccountKey, AccountPatch, InvalidId, Serial};

/// A key for a line about an account was pressed.
pub(super) fn begin(state: &mut State, action: Action) {
    if action == Action::AddAccount {
        return ask_for(state, Purpose::Typed(Typed::NewAccount), String::new());
    }
    let open = state.detail.as_ref().map(|detail| &detail.subject);
    let meant = match open {
        Some(Subject::Account(key)) => Some(key),
        Some(_) => None,
        None => state.accounts.selected(),
    };
    let account = meant.and_then(|key| state.account_rows.iter().find(|a| a.key == *key));
    let Some(account) = account else {
        return nothing_selected(state);
    };
    let serial = account.serial.as_ref().map_or("", Serial::as_str);
    let line = format!("serial={serial} notes={}", quoted(&account.notes));
    state.aim.account = Some(account.key.clone());
    ask_for(state, Purpose::Typed(Typed::Account), line);
}

/// The line was typed.
///
/// # Errors
/// What is wrong with it, and what is accepted.
pub(super) fn typed(
    state: &mut State,
    typed: Typed,
    text: &str,
    effects: &mut Vec<Effect>,
) -> Result<(), String> {
    let command = match (typed, state.aim.account.clone()) {
        (Typed::Account, Some(key)) => {
            let patch = changes(text)?;
            let same = state.account_rows.iter().any(|account| {
                account.key == key
                    && patch.serial.as_ref().is_none_or(|s| *s == account.serial)
                    && patch.notes.as_ref().is_none_or(|n| *n == account.notes)
            });
            if same {
                state.mode = Mode::Normal;
                state.say(Role::Plain, "nothing was changed");
                return Ok(());
            }
            AccountCommand::Change { key, patch }
        }
        _ => AccountCommand::Add(draft(text)?),
    };
    state.mode = Mode::Normal;
    issue(state, Command::Account(command), effects);
    Ok(())
}

/// Reads `[app/]username [serial] [notes="..."]`.
fn draft(text: &str) -> Result<AccountDraft, String> {
    const EXPECTED: &str = "[app/]username [serial] [notes=\"...\"] is expected";
    let mut words = split(text)?;
    let named = words.iter().position(|word| word.contains('='));
    let pairs = words.split_off(named.unwrap_or(words.len()));
    let [notes] = fields(&pairs, ["notes"])?;
    let (name, serial) = match words.as_slice() {
        [name] => (name, None),
        [name, serial] => (name, Some(Serial::new(serial).map_err(told)?)),
        _ => return Err(EXPECTED.to_owned()),
    };
    let (app, username) = match name.split_once('/') {
        Some((app, username)) => (Some(AccountKey::fold("app", app).map_err(told)?), username),
        None => (None, name.as_str()),
    };
    Ok(AccountDraft {
        app,
        username: AccountKey::fold("username", username).map_err(told)?,
        serial,
        notes: short(notes.unwrap_or_default())?,
    })
}

/// Reads `serial=... notes="..."`; an empty serial unbinds the account.
fn changes(text: &str) -> Result<AccountPatch, String> {
    let [serial, notes] = fields(&split(text)?, ["serial", "notes"])?;
    let serial = match serial.as_deref() {
        None => None,
        Some("") => Some(None),
        Some(serial) => Some(Some(Serial::new(serial).map_err(told)?)),
    };
    Ok(AccountPatch {
        serial,
        enabled: None,
        notes: notes.map(short).transpose()?,
    })
}

fn short(notes: String) -> Result<String, String> {
    match notes.chars().count() {
        n if n > MAX_NOTES => Err(format!(
            "notes have at most {MAX_NOTES} characters, not {n}"
        )),
        _ => Ok(notes),
    }
}

#[expect(clippy::needless_pass_by_value, reason = "for map_err")]
fn told(error: InvalidId) -> String {
    error.to_string()
}

#[cfg(test)]
mod tests {
    use super::{changes, draft};

    #[test]
    fn an_account_is_written_as_app_name_phone_and_notes() {
        let account = draft("Sample/@Ann emu-1 notes=\"two words\"").unwrap();
        assert_eq!(account.to_string(), "sample/ann");
        assert_eq!(account.serial.unwrap().as_str(), "emu-1");
        assert_eq!(account.notes, "two words");
        let short = draft("bob").unwrap();
        assert_eq!((short.app, short.serial), (None, None));
    }

    #[test]
    fn an_empty_serial_unbinds_and_an_absent_one_stays() {
        assert_eq!(changes("serial=").unwrap().serial, Some(None));
        assert_eq!(changes("notes=x").unwrap().serial, None);
    }

    #[test]
    fn what_is_wrong_is_told_with_what_is_accepted() {
        for (text, part) in [
            ("", "username [serial]"),
            ("ann emu-1 emu-2", "username [serial]"),
            ("a/b/c", "must not hold '/'"),
            ("ann note=x", "notes= are accepted"),
        ] {
            let error = draft(text).unwrap_err();
            assert!(error.contains(part), "{error}");
        }
    }
}
