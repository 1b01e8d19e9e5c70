//! Which app a task uses: the one that its config names, if its script takes one there; else
//! its account's; without an account, that of its phone's setting; else the default one.

use std::fmt;
use std::sync::Arc;

use super::hub::Hub;
use crate::flow::apps::App;
use crate::flow::{Runner, Script};
use crate::model::{AccountKey, ScriptConfig, Serial, Task};

/// What of a task decides on its app.
#[derive(Debug, Clone, Copy)]
pub(super) struct Asked<'a> {
    pub serial: &'a Serial,
    pub account: Option<&'a AccountKey>,
    pub config: &'a ScriptConfig,
}

impl<'a> Asked<'a> {
    /// Of a stored task.
    pub fn of_task(task: &'a Task) -> Self {
        Self {
            serial: &task.serial,
            account: task.account.as_ref(),
            config: &task.config,
        }
    }
}

/// Why a task uses the app that it does.
#[derive(Debug, Clone, Copy)]
enum Because<'a> {
    Config,
    Account(&'a AccountKey),
    Device(&'a Serial),
    Default,
}

impl fmt::Display for Because<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Config => f.write_str("script_config.app"),
            Self::Account(account) => write!(f, "the app of account {account}"),
            Self::Device(serial) => write!(f, "the app of device {serial} ([apps] devices)"),
            Self::Default => {
                f.write_str("the app of tasks without an account ([apps] default_app)")
            }
        }
    }
}

/// The app of a task; `None` if its script works with none.
///
/// # Errors
/// The app is not known: why it was to be that one, and which there are.
pub(super) fn of_task(
    hub: &Hub,
    script: &Script,
    asked: &Asked<'_>,
) -> Result<Option<Arc<App>>, String> {
    let named = match script.runner {
        Runner::Flow => None,
        Runner::AppCheck => in_config(asked.config),
        _ => return Ok(None),
    };
    let (name, because) = match (named, asked.account) {
        (Some(name), _) => (name, Because::Config),
        (None, Some(account)) => (account.app.clone(), Because::Account(account)),
        (None, None) => match hub.config.device_apps.get(asked.serial) {
            Some(app) => (app.clone(), Because::Device(asked.serial)),
            None => (hub.config.default_app.clone(), Because::Default),
        },
    };
    match hub.apps.get(&name) {
        Some(app) => Ok(Some(app)),
        None => Err(format!("{because}: {}", hub.apps.why_not(&name))),
    }
}

fn in_config(config: &ScriptConfig) -> Option<String> {
    let config = config.to_object();
    let name = config.get("app").and_then(|app| app.as_str())?.trim();
    (!name.is_empty()).then(|| name.to_lowercase())
}
