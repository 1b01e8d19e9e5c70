//! The user's files changed while the console runs. What is wrong in one is told, and what was
//! in force before stays so: a console must not lose its keys to a typing error.

use crate::console::keymap::Keymap;
use crate::console::look::Role;
use crate::console::state::{KeymapFile, State};
use crate::console::theme::{Theme, ThemeFile};

/// Takes the keys of a file; without one, the standard ones.
pub(super) fn keymap(state: &mut State, file: Option<&KeymapFile>) {
    let (keymap, text) = match file {
        None => (
            Ok(Keymap::standard()),
            "the keymap file is gone: the default keys are in force".to_owned(),
        ),
        Some(file) => (
            Keymap::parse(&file.name, &file.text),
            format!("the keys of {} are in force", file.name),
        ),
    };
    match keymap {
        Ok(keymap) if keymap == state.keymap => {}
        Ok(keymap) => {
            state.keymap = keymap;
            state.say(Role::Good, text);
        }
        Err(error) => state.say(Role::Bad, format!("{error} (the keys stay as they are)")),
    }
}

/// Takes the look of a file.
pub(super) fn theme(state: &mut State, file: &ThemeFile) {
    match Theme::parse(file) {
        Ok(theme) => {
            state.options.look.dress(theme);
            state.say(Role::Good, format!("{} is in force", file.name));
        }
        Err(error) => state.say(Role::Bad, format!("{error} (the look stays as it is)")),
    }
}
