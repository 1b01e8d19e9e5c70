//! New tasks: the script is chosen, its form is filled in, and the farm checks it.

use crate::console::action::Action;
use crate::console::look::Role;
use crate::console::state::State;

/// A key for new tasks was pressed.
pub(super) fn begin(state: &mut State, action: Action) {
    state.say(Role::Plain, action.info().description);
}
