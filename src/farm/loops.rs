//! The few tasks that live as long as the farm: one a tracker, one timer, one publisher.

use std::collections::BTreeMap;
use std::sync::Arc;
use std::time::{Duration, Instant};

use tokio::time::MissedTickBehavior;

use super::hub::{Hub, now};
use super::probe;
use super::registry::{Health, ProbeJob};
use super::settings::StartServer;
use crate::adb::{self, Limits, TrackPolicy, Tracking};
use crate::model::{DeviceState, Serial};
use crate::store::Seen;

/// Time between two states that watchers see, at the least.
const PUBLISH_PAUSE: Duration = Duration::from_millis(100);

/// A state is published this often even if nothing changed: a sign of life.
const HEARTBEAT: Duration = Duration::from_secs(2);

/// Between two questions where the phones of a server are plugged in.
const PLUGS_PAUSE: Duration = Duration::from_secs(1);

/// How often the operator's scripts and apps are read again.
const RELOAD_PAUSE: Duration = Duration::from_secs(2);

/// How long ending what an earlier attempt left on a phone may take.
const CLEAN_LIMIT: Duration = Duration::from_secs(15);

/// Follows one adb server until the farm ends.
pub(super) async fn track(hub: Arc<Hub>, index: usize) {
    let Some(server) = hub.servers.get(index) else {
        return;
    };
    let policy = TrackPolicy {
        start_server: hub.config.start_server == StartServer::Once,
        ..TrackPolicy::default()
    };
    let mut seen = adb::track(server.clone(), policy, hub.ending.clone());
    while let Some(tracking) = seen.recv().await {
        match tracking {
            Tracking::Up { epoch, version } => {
                tracing::info!(server = %server.addr(), epoch, version, "adb server answers");
                hub.server_up(index);
            }
            Tracking::Listed { phones, .. } => {
                let mut list = BTreeMap::new();
                for phone in phones {
                    match Serial::new(&phone.serial) {
                        Ok(serial) => {
                            list.insert(serial, state(phone.state));
                        }
                        Err(error) => tracing::warn!(%error, "an adb server lists an odd serial"),
                    }
                }
                hub.listed(index, &list);
            }
            Tracking::Down { message, .. } => hub.server_down(index, &message),
        }
    }
}

/// Learns where the phones of a server are plugged in, whenever its list has changed. The
/// server knows; no phone is asked.
pub(super) async fn plugs(hub: Arc<Hub>, index: usize) {
    let (Some(server), Some(relisted)) = (hub.servers.get(index), hub.relisted.get(index)) else {
        return;
    };
    loop {
        tokio::select! {
            () = hub.ending.cancelled() => return,
            () = relisted.notified() => {}
        }
        match server.describe_all().await {
            Ok(phones) => {
                let paths = phones.into_iter().filter_map(|(serial, details)| {
                    Some((Serial::new(&serial).ok()?, details.usb?))
                });
                hub.plugged(index, paths.collect());
            }
            // The tracker tells when the server is down; the next list asks again.
            Err(error) => {
                tracing::debug!(server = %server.addr(), %error, "no USB paths");
            }
        }
        tokio::select! {
            () = hub.ending.cancelled() => return,
            () = tokio::time::sleep(PLUGS_PAUSE) => {}
        }
    }
}

const fn state(state: adb::State) -> DeviceState {
    match state {
        adb::State::Online => DeviceState::Online,
        adb::State::Unauthorized | adb::State::Authorizing => DeviceState::Unauthorized,
        adb::State::Offline | adb::State::Connecting | adb::State::NoPermissions => {
            DeviceState::Offline
        }
        adb::State::Recovery
        | adb::State::Rescue
        | adb::State::Sideload
        | adb::State::Bootloader
        | adb::State::Host
        | adb::State::Unknown => DeviceState::OtherMode,
    }
}

/// Wakes when time alone brings something about, or something happened.
pub(super) async fn timer(hub: Arc<Hub>) {
    loop {
        for job in hub.tick() {
            hub.work.spawn(examine(Arc::clone(&hub), job));
        }
        let pause = hub.next_tick();
        tokio::select! {
            // Keeps what was notified since the last time.
            () = hub.timer.notified() => {}
            () = tokio::time::sleep(pause) => {}
            () = hub.ending.cancelled() => return,
        }
    }
}

/// A probe under way. Dropping it reports what is known by then, whatever ended it.
struct Probe {
    hub: Arc<Hub>,
    job: ProbeJob,
    answer: Result<(Health, Duration), String>,
}

impl Drop for Probe {
    fn drop(&mut self) {
        let answer = std::mem::replace(&mut self.answer, Err(String::new()));
        self.hub.probed(&self.job, answer);
    }
}

/// Makes one probe.
async fn examine(hub: Arc<Hub>, job: ProbeJob) {
    let mut probe = Probe {
        hub: Arc::clone(&hub),
        job: job.clone(),
        answer: Err("the probe was broken off".to_owned()),
    };
    tokio::select! {
        answer = ask(&hub, &job) => probe.answer = answer,
        () = hub.ending.cancelled() => {}
    }
}

/// Ends what an earlier attempt left on the phone, if it may have, and asks how it is.
///
/// # Errors
/// Why there is no answer, for people.
async fn ask(hub: &Hub, job: &ProbeJob) -> Result<(Health, Duration), String> {
    let (Some(phone), Some(store)) = (hub.phone(&job.serial), hub.store()) else {
        return Err("it went away".to_owned());
    };
    if job.clean {
        let cleaned = phone.clean(CLEAN_LIMIT).await.map_err(|error| {
            tracing::warn!(serial = %job.serial, %error, "phone could not be cleaned");
            format!("it could not be cleaned ({error})")
        })?;
        tracing::info!(serial = %job.serial, ended = ?cleaned.ended, "phone cleaned");
        // The phone is not to blame if this fails; it stays blocked and is cleaned again.
        if let Err(error) = store.cleaned(job.serial.clone(), now()).await {
            tracing::warn!(serial = %job.serial, %error, "could not store that the phone is clean");
        }
    }
    let limit = hub.config.devices.probe_timeout;
    let limits = Limits {
        silence: limit,
        total: limit,
        max_bytes: 64 * 1024,
    };
    let began = Instant::now();
    let output = phone
        .shell(probe::COMMAND, &limits)
        .await
        .map_err(|error| format!("it does not answer ({error})"))?;
    let took = began.elapsed();
    let health = probe::parse(&String::from_utf8_lossy(&output.stdout));
    let known = hub.device(&job.serial);
    let differs = known.is_none_or(|view| {
        health.model.as_deref().is_some_and(|m| m != view.model)
            || health.android.as_deref().is_some_and(|a| a != view.android)
    });
    if differs {
        let seen = Seen {
            serial: job.serial.clone(),
            model: health.model.clone(),
            android: health.android.clone(),
        };
        // Only a record for later: the phone works without it.
        if let Err(error) = store.see_devices(vec![seen], now()).await {
            tracing::warn!(serial = %job.serial, %error, "could not store what the phone is");
        }
    }
    Ok((health, took))
}

/// Reads the operator's scripts and apps again and again, so that a change is picked up live.
/// A few small files: cheaper than to depend on a watcher that some file systems do not serve.
pub(super) async fn reload(hub: Arc<Hub>) {
    let mut told = (hub.scripts.problems(), hub.apps.problems());
    loop {
        tokio::select! {
            () = hub.ending.cancelled() => return,
            () = tokio::time::sleep(RELOAD_PAUSE) => {}
        }
        let (scripts, apps) = (Arc::clone(&hub.scripts), Arc::clone(&hub.apps));
        let read = tokio::task::spawn_blocking(move || (scripts.reload(), apps.reload()));
        let Ok(problems) = read.await else {
            continue;
        };
        for problem in problems.0.iter().filter(|new| !told.0.contains(new)) {
            tracing::warn!(%problem, "a script cannot be used");
        }
        for problem in problems.1.iter().filter(|new| !told.1.contains(new)) {
            tracing::warn!(%problem, "an app cannot be used");
        }
        told = problems;
    }
}

/// Publishes the state when something changed, not more often than it can be seen.
pub(super) async fn publish(hub: Arc<Hub>) {
    let mut heartbeat = tokio::time::interval(HEARTBEAT);
    heartbeat.set_missed_tick_behavior(MissedTickBehavior::Delay);
    loop {
        if let Some(store) = hub.store() {
            hub.publish(store.view().stats());
        }
        tokio::select! {
            () = hub.ending.cancelled() => return,
            () = tokio::time::sleep(PUBLISH_PAUSE) => {}
        }
        tokio::select! {
            () = hub.ending.cancelled() => return,
            () = hub.dirty.notified() => {}
            _ = heartbeat.tick() => {}
        }
    }
}
