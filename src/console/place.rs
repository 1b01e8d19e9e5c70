//! The places where keys are heard, each with the contexts that are heard there together.
//!
//! What an innermost context says of a key goes before what an outer one says. `State` tells
//! which place is on the screen; a keymap must not give one key two meanings in any place.

use super::action::Context::{
    self, Account, Command, Confirm, Detail, Device, Form, Global, Help, Hits, List, Main, Picker,
    Picture, Prompt, Reasons, Sort, Statistics, Task, Viewer,
};

/// Contexts that are heard together, the innermost first.
pub(super) type Place = &'static [Context];

pub(super) const DEVICES: Place = &[Device, Main, List, Global];
pub(super) const TASKS: Place = &[Task, Main, List, Global];
pub(super) const ACCOUNTS: Place = &[Account, Main, List, Global];
pub(super) const INCIDENTS: Place = &[Main, List, Global];
pub(super) const STATISTICS: Place = &[Statistics, Main, List, Global];
pub(super) const REASONS: Place = &[Reasons, Main, List, Global];
pub(super) const OF_DEVICE: Place = &[Device, Main, Detail, Global];
pub(super) const OF_TASK: Place = &[Task, Main, Detail, Global];
pub(super) const OF_ACCOUNT: Place = &[Account, Main, Detail, Global];
pub(super) const OF_INCIDENT: Place = &[Main, Detail, Global];
pub(super) const VIEWER: Place = &[Viewer, Global];
pub(super) const PICTURE: Place = &[Picture, Global];
pub(super) const HITS: Place = &[Hits, Global];
pub(super) const HELP: Place = &[Help];
pub(super) const PROMPT: Place = &[Prompt];
pub(super) const SCRIPTS: Place = &[Picker, Prompt];
pub(super) const COMMAND: Place = &[Command, Prompt];
pub(super) const FORM: Place = &[Form];
pub(super) const CONFIRM: Place = &[Confirm];
pub(super) const SORT: Place = &[Sort];

/// All of them.
pub(super) const ALL: &[Place] = &[
    DEVICES,
    TASKS,
    ACCOUNTS,
    INCIDENTS,
    STATISTICS,
    REASONS,
    OF_DEVICE,
    OF_TASK,
    OF_ACCOUNT,
    OF_INCIDENT,
    VIEWER,
    PICTURE,
    HITS,
    HELP,
    PROMPT,
    SCRIPTS,
    COMMAND,
    FORM,
    CONFIRM,
    SORT,
];

#[cfg(test)]
mod tests {
    use super::ALL;
    use crate::console::action::Context;

    #[test]
    fn every_context_is_heard_somewhere() {
        for context in Context::ALL {
            let heard = ALL.iter().any(|place| place.contains(context));
            assert!(heard, "{context:?}");
        }
    }
}
