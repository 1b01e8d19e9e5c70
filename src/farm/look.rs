//! Looking at a phone without a task: its screen as a tree of elements, or as a picture.

mod tree;

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

pub use tree::{ScreenBounds, ScreenFlag, ScreenNode, ScreenTree, Step};

use super::hub::Hub;
use super::{CommandError, PhoneFacts, facts};
use crate::adb::{self, Limits, Note};
use crate::flow::driver::{Driver, DriverError, Looked, Patience, UiLocks};
use crate::flow::screen::Hierarchy;
use crate::model::{DeviceState, Serial};

/// How long a look may wait for what. All of it together stays below the API's usual time
/// limit (30 s), and a task that begins meanwhile waits no longer than that.
const PATIENCE: Patience = Patience {
    turn: Duration::from_secs(3),
    answer: Duration::from_secs(5),
    look: Duration::from_secs(15),
    stall: Duration::from_secs(5),
    media: Duration::ZERO,
    end: Duration::from_secs(5),
};

/// For a picture.
const PICTURE: Limits = Limits {
    silence: Duration::from_secs(10),
    total: Duration::from_secs(20),
    // Four times a 4K screen's raw pixels would be a defect.
    max_bytes: 64 << 20,
};

/// Reads the elements of a phone's screen, once no task uses it.
pub(super) async fn hierarchy(hub: &Arc<Hub>, serial: &Serial) -> Result<Looked, CommandError> {
    let phone = online(hub, serial)?;
    let note = note().map_err(|e| CommandError::Internal(e.to_string()))?;
    let locks = hub.ui.clone();
    // Goes on when the client leaves: what it began on the phone must be ended there.
    let looking = hub
        .work
        .spawn(async move { looked(phone, &note, &locks, PATIENCE).await });
    looking
        .await
        .map_err(|e| CommandError::Internal(format!("a look ended badly: {e}")))?
        .map_err(|error| refused(hub, serial, &error))
}

/// Looks at a phone and leaves nothing there, as far as it answers.
async fn looked(
    phone: adb::Phone,
    note: &Note,
    locks: &UiLocks,
    patience: Patience,
) -> Result<Looked, DriverError> {
    let mut driver = match Driver::open(phone.clone(), note, locks, patience).await {
        Ok(driver) => driver,
        // Nothing was begun.
        Err(error @ DriverError::InUse { .. }) => return Err(error),
        Err(error) => {
            release(&phone, note, patience, &error).await;
            return Err(error);
        }
    };
    let looked = driver.look().await;
    if let Err(error) = driver.close().await {
        release(&phone, note, patience, &error).await;
    }
    looked
}

/// Ends what a look may have left, when that could not be done in order because of `error`.
async fn release(phone: &adb::Phone, note: &Note, patience: Patience, error: &DriverError) {
    let serial = phone.serial();
    tracing::warn!(serial, %note, %error, "a look at a phone could not be ended in order");
    if let Err(error) = phone.release(note, patience.end).await {
        // The next cleaning of the phone finds its note.
        tracing::warn!(serial, %note, %error, "a look may have left something on a phone");
    }
}

/// Reads the elements of a phone's screen as plain data, as [`hierarchy`] does.
pub(super) async fn tree(hub: &Arc<Hub>, serial: &Serial) -> Result<ScreenTree, CommandError> {
    let looked = hierarchy(hub, serial).await?;
    told(looked.hierarchy).await
}

/// Tells what a hierarchy that was read once has in it. `size`: that of its screen in pixels,
/// if it is known.
pub(super) fn read(xml: &str, size: Option<(i32, i32)>) -> Result<ScreenTree, CommandError> {
    let hierarchy = Hierarchy::parse(xml).map_err(|error| {
        CommandError::Internal(format!(
            "the hierarchy of this attempt cannot be read: {error}"
        ))
    })?;
    Ok(ScreenTree::of(&match size {
        Some((width, height)) => hierarchy.on_screen(width, height),
        None => hierarchy,
    }))
}

async fn told(hierarchy: Hierarchy) -> Result<ScreenTree, CommandError> {
    tokio::task::spawn_blocking(move || ScreenTree::of(&hierarchy))
        .await
        .map_err(|e| CommandError::Internal(format!("a look ended badly: {e}")))
}

/// Takes a picture of a phone's screen, a PNG. It disturbs no task: `screencap` does not use
/// UiAutomation.
pub(super) async fn picture(hub: &Arc<Hub>, serial: &Serial) -> Result<Vec<u8>, CommandError> {
    let phone = online(hub, serial)?;
    let taken = phone.screenshot(&PICTURE).await;
    taken.map_err(|error| unreadable(serial, &error))
}

/// Asks a phone at length how it is. As a probe, it disturbs no task and leaves nothing
/// behind: what it runs ends by itself.
pub(super) async fn facts(hub: &Arc<Hub>, serial: &Serial) -> Result<PhoneFacts, CommandError> {
    let phone = online(hub, serial)?;
    let limit = hub.config.devices.probe_timeout;
    let limits = Limits {
        silence: limit,
        total: limit,
        // A thousand properties of their longest (92 bytes) with their names.
        max_bytes: 512 << 10,
    };
    let told = phone.shell(facts::COMMAND, &limits).await;
    let told = told.map_err(|error| {
        CommandError::Unavailable(format!("{serial} does not tell how it is: {error}"))
    })?;
    Ok(facts::parse(&String::from_utf8_lossy(&told.stdout)))
}

/// A handle on the phone.
fn online(hub: &Hub, serial: &Serial) -> Result<adb::Phone, CommandError> {
    if let Some(phone) = hub.phone(serial) {
        return Ok(phone);
    }
    match hub.device(serial) {
        None => Err(CommandError::NotFound(format!(
            "there is no device {serial}"
        ))),
        Some(view) if view.state == DeviceState::Online => Err(CommandError::Conflict(format!(
            "device {serial} cannot be looked at: several adb servers show it"
        ))),
        Some(view) => Err(CommandError::Conflict(format!(
            "device {serial} cannot be looked at: it is {}",
            view.state.text()
        ))),
    }
}

/// A name that no other look and no attempt has on the phone.
fn note() -> Result<Note, adb::AdbError> {
    static COUNT: AtomicU64 = AtomicU64::new(0);
    let count = COUNT.fetch_add(1, Ordering::Relaxed);
    Note::new(&format!("look.{}.{count}", std::process::id()))
}

fn refused(hub: &Hub, serial: &Serial, error: &DriverError) -> CommandError {
    match error {
        DriverError::InUse { .. } => {
            let task = hub.device(serial).and_then(|view| view.task);
            let by = task.map_or_else(|| "someone else".into(), |id| format!("task {id}"));
            CommandError::Conflict(format!(
                "the screen of {serial} is in use by {by}: try again when that has ended"
            ))
        }
        _ => unreadable(serial, error),
    }
}

fn unreadable(serial: &Serial, error: &dyn std::error::Error) -> CommandError {
    CommandError::Unavailable(format!(
        "the screen of {serial} cannot be read now: {error}"
    ))
}

#[cfg(test)]
mod tests;
