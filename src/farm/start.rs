//! How a farm begins and ends.

use std::sync::{Arc, Weak};
use std::time::Duration;

use tokio::task::JoinSet;
use tokio::time::Instant;

use super::hub::{FlowData, Hub, now};
use super::live::Cause;
use super::settings::FarmConfig;
use super::{Commands, Feed, Reader, loops, retention, retry};
use crate::adb;
use crate::flow::apps::Apps;
use crate::flow::{BuiltInError, ManifestError, Scripts};
use crate::model::{ErrorKind, Task, TaskError};
use crate::store::{
    Direction, End, Filter, Listing, OpenError, Options, Place, Sort, SortBy, Store, StoreError,
};

/// Name of the store's file in the data folder.
const STORE_FILE: &str = "tasks.redb";

/// Bytes of redb's cache.
const CACHE_BYTES: usize = 64 << 20;

/// So many of the tasks that ended last are counted anew at a start, and of these those of the
/// last day: some tens of milliseconds at the most.
const RECALLED: usize = 5_000;
const RECALLED_MS: i64 = 24 * 60 * 60 * 1000;

/// How long running tasks may go on once the farm is to end.
const GRACE: Duration = Duration::from_secs(3);

/// How long cancelled ones may take after that: a little over what a worker gives its phone.
const END_LIMIT: Duration = Duration::from_secs(12);

/// The three ways in, together. Cheap to clone.
#[derive(Clone)]
pub struct Farm {
    /// Changes.
    pub commands: Commands,
    /// Reads.
    pub reader: Reader,
    /// Tells.
    pub feed: Feed,
}

/// A farm that has begun; whoever holds it ends it.
pub struct Running {
    /// The way in.
    pub farm: Farm,
    pub(super) hub: Arc<Hub>,
    pub(super) store: Store,
}

/// Why a farm could not begin.
#[derive(Debug, thiserror::Error)]
pub enum StartError {
    /// The store could not be opened.
    #[error(transparent)]
    Open(#[from] OpenError),
    /// The store was opened, but could not be read or written.
    #[error(transparent)]
    Store(#[from] StoreError),
    /// A built-in script is inconsistent: a defect of this build.
    #[error("this farmhand was built wrongly: {0}")]
    Script(#[from] BuiltInError),
    /// The same of a built-in app.
    #[error("this farmhand was built wrongly: {0}")]
    App(ManifestError),
    /// The runtime could not run the opening.
    #[error("opening the store ended badly: {0}")]
    Join(#[from] tokio::task::JoinError),
}

/// Opens the store, puts right what an earlier farmhand left unfinished, and begins to work.
///
/// # Errors
/// [`StartError`]: the store is in use, newer, damaged or not writable.
pub async fn start(config: FarmConfig) -> Result<Running, StartError> {
    let (hub, store) = open(config).await?;
    // Before anything can end here: what ends later is counted as it is stored.
    if let Err(error) = recall(&hub, &store).await {
        // Statistics only: a damaged row among them must not keep the farm from its work.
        tracing::warn!(%error, "what ended before this start is not counted");
    }
    let running = begin(hub, store)?;
    let hub = &running.hub;
    for index in 0..hub.servers.len() {
        hub.work.spawn(loops::track(Arc::clone(hub), index));
        hub.work.spawn(loops::plugs(Arc::clone(hub), index));
    }
    hub.work.spawn(loops::timer(Arc::clone(hub)));
    hub.work.spawn(loops::publish(Arc::clone(hub)));
    hub.work.spawn(loops::reload(Arc::clone(hub)));
    hub.work.spawn(retention::keep(Arc::clone(hub)));
    Ok(running)
}

/// Opens the store without working: for commands while no farmhand runs. Tasks are created,
/// stopped, retried and deleted as ever; none runs.
///
/// # Errors
/// As [`start`].
pub async fn open_offline(config: FarmConfig) -> Result<Running, StartError> {
    let (hub, store) = open(config).await?;
    Ok(begin(hub, store)?)
}

/// Opens the store and ends in it what an earlier farmhand left running.
async fn open(config: FarmConfig) -> Result<(Arc<Hub>, Store), StartError> {
    let servers = config
        .adb_servers
        .iter()
        .map(|address| adb::Server::new(*address, adb::Timeouts::default()))
        .collect();
    let data = flow_data(&config).await?;
    let path = config.data.join(STORE_FILE);
    let hub = Hub::new(config, data, servers);
    let listener: Weak<Hub> = Arc::downgrade(&hub);
    let sufferer = listener.clone();
    let options = Options {
        cache_bytes: CACHE_BYTES,
        on_failure: Box::new(move |error| {
            if let Some(hub) = sufferer.upgrade() {
                hub.store_failed(error);
            }
        }),
        on_commit: Box::new(move |commit| {
            if let Some(hub) = listener.upgrade() {
                hub.committed(commit);
            }
        }),
    };
    let store = tokio::task::spawn_blocking(move || Store::open(&path, options)).await??;
    hub.attach(store.clone());
    recover(&hub, &store).await?;
    Ok((hub, store))
}

/// Takes the backlog and hands out the ways in.
fn begin(hub: Arc<Hub>, store: Store) -> Result<Running, StoreError> {
    let view = store.view();
    hub.restore(view.devices(), &view.pending()?);
    hub.publish(view.stats());
    Ok(Running {
        farm: Farm {
            commands: Commands::new(Arc::clone(&hub)),
            reader: Reader::new(Arc::clone(&hub)),
            feed: hub.feed.clone(),
        },
        hub,
        store,
    })
}

/// Reads the scripts and apps, and tells what is wrong with the operator's.
async fn flow_data(config: &FarmConfig) -> Result<FlowData, StartError> {
    let (scripts, apps) = (config.scripts_folder.clone(), config.apps_folder.clone());
    let loaded = tokio::task::spawn_blocking(move || {
        let scripts = Scripts::load(Some(scripts))?;
        let apps = Apps::load(Some(apps)).map_err(StartError::App)?;
        Ok::<_, StartError>((scripts, apps))
    });
    let (scripts, apps) = loaded.await??;
    for problem in scripts.problems().iter() {
        tracing::warn!(%problem, "a script cannot be used");
    }
    for problem in apps.problems().iter() {
        tracing::warn!(%problem, "an app cannot be used");
    }
    Ok(FlowData {
        scripts: Arc::new(scripts),
        apps: Arc::new(apps),
    })
}

/// Counts the tasks that ended before this start, as far as that costs no time to speak of.
async fn recall(hub: &Arc<Hub>, store: &Store) -> Result<(), StartError> {
    let (hub, view) = (Arc::clone(hub), store.view());
    let recalled = tokio::task::spawn_blocking(move || {
        let day = now().plus_ms(-RECALLED_MS);
        // By their ends: one that ended today may have been created long ago.
        let listing = Listing {
            filter: &Filter::default(),
            among: None,
            sort: Sort {
                by: SortBy::Finished,
                direction: Direction::Descending,
            },
        };
        let mut ended = view.window(&listing, Place::First, RECALLED)?.tasks;
        ended.retain(|task| task.status.is_final());
        let is_cut = ended.len() == RECALLED;
        let oldest = ended.last().and_then(|task| task.finished_at);
        let since = oldest.filter(|_| is_cut).map_or(day, |at| at.max(day));
        hub.counts().recall(since, &ended);
        Ok::<_, StoreError>(())
    });
    Ok(recalled.await??)
}

/// Ends in the store what was running when an earlier farmhand died: at most once means
/// that it is `interrupted`, not begun anew, unless its script is repeatable.
async fn recover(hub: &Arc<Hub>, store: &Store) -> Result<(), StoreError> {
    let mut ends = JoinSet::new();
    for task in store.view().running()? {
        let end = interrupted(hub, &task);
        let store = store.clone();
        ends.spawn(async move { store.end(end).await });
    }
    let mut count = 0_u32;
    while let Some(joined) = ends.join_next().await {
        // A panic in a commit would be a defect of the store; it is an unread row here.
        joined.map_err(|e| StoreError::CannotRead(e.to_string()))??;
        count += 1;
    }
    if count > 0 {
        tracing::warn!(count, "tasks were running when farmhand ended: interrupted");
    }
    Ok(())
}

fn interrupted(hub: &Hub, task: &Task) -> End {
    let at = now();
    let retry_at = hub
        .scripts
        .get(&task.script)
        .and_then(|s| retry::at(&hub.config.tasks, &s, task, ErrorKind::Interrupted, at));
    End {
        id: task.id,
        attempt: task.attempt,
        at,
        error: Some(TaskError::new(
            ErrorKind::Interrupted,
            "farmhand ended while it ran; how far it came is unknown",
        )),
        evidence: Vec::new(),
        remark: None,
        clean: false,
        retry_at,
    }
}

impl Running {
    /// Ends in order: no new attempts; those that run get a moment, then are ended on their
    /// phones and stored as `interrupted`; then the store closes. Takes 40 s at the most, when
    /// phones and disk hang.
    pub async fn shutdown(self) {
        let hub = &self.hub;
        hub.close();
        let running = hub.running();
        if !running.is_empty() {
            tracing::info!(count = running.len(), "waiting for running tasks");
        }
        hub.idle_by(Instant::now() + GRACE).await;
        for id in hub.running() {
            if hub.cancel(id, Cause::Closing).is_some() {
                tracing::info!(task = %id, "ended because farmhand ends");
            }
        }
        hub.idle_by(Instant::now() + END_LIMIT).await;
        hub.ending.cancel();
        hub.work.close();
        if tokio::time::timeout(END_LIMIT, hub.work.wait())
            .await
            .is_err()
        {
            tracing::warn!("some work did not end in time");
        }
        if tokio::time::timeout(END_LIMIT, self.store.close())
            .await
            .is_err()
        {
            tracing::warn!("the store did not close in time; it will be repaired");
        }
    }
}
