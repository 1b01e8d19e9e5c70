//! Which app a task uses: its account's; without an account, that of its phone's setting;
//! else the default one.

use std::fmt;
use std::sync::Arc;

use super::hub::Hub;
use crate::flow::apps::App;
use crate::flow::{Runner, Script};
use crate::model::{AccountKey, Serial};

/// Why a task uses the app that it does.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Because<'a> {
    /// It is for this account.
    Account(&'a AccountKey),
    /// `[apps] devices` names it for this phone.
    Device(&'a Serial),
    /// `[apps] default_app`.
    Default,
}

impl fmt::Display for Because<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Account(account) => write!(f, "the app of account {account}"),
            Self::Device(serial) => write!(f, "the app of device {serial} ([apps] devices)"),
            Self::Default => {
                f.write_str("the app of tasks without an account ([apps] default_app)")
            }
        }
    }
}

/// Whether a script works with an app at all.
pub(super) const fn needed(script: &Script) -> bool {
    matches!(script.runner, Runner::Flow)
}

/// The app of a task on this phone.
///
/// # Errors
/// The app is not known: why it was to be that one, and which there are.
pub(super) fn of_task(
    hub: &Hub,
    serial: &Serial,
    account: Option<&AccountKey>,
) -> Result<Arc<App>, String> {
    let (name, because) = choose(hub, serial, account);
    hub.apps
        .get(name)
        .ok_or_else(|| format!("{because}: {}", hub.apps.why_not(name)))
}

fn choose<'a>(
    hub: &'a Hub,
    serial: &'a Serial,
    account: Option<&'a AccountKey>,
) -> (&'a str, Because<'a>) {
    if let Some(account) = account {
        return (&account.app, Because::Account(account));
    }
    match hub.config.device_apps.get(serial) {
        Some(app) => (app, Because::Device(serial)),
        None => (&hub.config.default_app, Because::Default),
    }
}
