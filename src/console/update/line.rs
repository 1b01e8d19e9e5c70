//! The command line: what is typed there, and what it does.

use crate::console::action::Action;
use crate::console::look::Role;
use crate::console::state::State;

/// A command is to be typed.
pub(super) fn begin(state: &mut State) {
    state.say(Role::Plain, Action::Line.info().description);
}
