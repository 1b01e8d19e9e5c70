//! The scripts there are, and the choice of one of them.

use std::sync::Arc;

use tui_input::Input;

use super::form::Original;
use crate::console::event::RequestNo;
use crate::console::new_tasks::ScriptInfo;

/// What is known of the scripts.
#[derive(Debug, Default)]
pub(in crate::console) struct Scripts {
    /// All of them, by name; empty: they were never read.
    pub list: Vec<Arc<ScriptInfo>>,
    /// The question under way.
    pub asked: Option<RequestNo>,
    /// Whether they are to be read anew.
    pub wanted: bool,
    /// Opened once they are read.
    pub then: Option<Opening>,
}

/// A form that is to be opened.
#[derive(Debug, Clone)]
pub(in crate::console) struct Opening {
    /// Of which script.
    pub script: String,
    /// For tasks that are tried again; none: for new ones.
    pub originals: Vec<Original>,
}

impl Scripts {
    /// The script of this name.
    pub fn get(&self, name: &str) -> Option<&Arc<ScriptInfo>> {
        self.list.iter().find(|script| script.name == name)
    }

    /// Their names.
    pub fn names(&self) -> impl Iterator<Item = &str> + Clone {
        self.list.iter().map(|script| script.name.as_str())
    }
}

/// The choice of a script.
#[derive(Debug, Clone, Default)]
pub(in crate::console) struct Picker {
    /// What its name or title has inside.
    pub input: Input,
    /// The one that is selected; none: the first that is left.
    pub chosen: Option<String>,
    /// Whether it was accepted before the scripts were read.
    pub accepted: bool,
}

impl Picker {
    /// The scripts that are left, those first whose name begins with what is typed.
    pub fn left<'a>(&self, scripts: &'a Scripts) -> Vec<&'a Arc<ScriptInfo>> {
        let typed = self.input.value().trim().to_lowercase();
        let mut left: Vec<_> = scripts
            .list
            .iter()
            .filter(|script| {
                script.name.contains(&typed) || script.title.to_lowercase().contains(&typed)
            })
            .collect();
        left.sort_by_key(|script| (script.name != typed, !script.name.starts_with(&typed)));
        left
    }

    /// Where the selected one lies among those.
    pub fn at(&self, left: &[&Arc<ScriptInfo>]) -> usize {
        let chosen = |script: &&Arc<ScriptInfo>| Some(&script.name) == self.chosen.as_ref();
        left.iter().position(chosen).unwrap_or(0)
    }
}
