//! What the hub sets going: one attempt of a task on one phone, and the small commits
//! beside it. A worker lives as long as its attempt; a phone at rest has none.

use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;

use tokio::time::Instant;
use tokio_util::sync::CancellationToken;

use super::apps::{self, Asked};
use super::evidence;
use super::hub::{Hub, now};
use super::live::Cause;
use super::retry;
use crate::adb::{self, Note};
use crate::flow::apps::App;
use crate::flow::{self, Ended, Patience, Script};
use crate::model::{ErrorKind, Serial, Status, Task, TaskError, TaskId};
use crate::store::{End, Seen, Start, StoreError};

/// How long the end of a cancelled attempt on its phone may take before it counts as not
/// confirmed. A stop answers within 10 s (contract), so this leaves a second to store it.
const END_LIMIT: Duration = Duration::from_secs(9);

/// Added to a script's own declared duration for its deadline (contract: 5 minutes).
const DEADLINE_MARGIN: Duration = Duration::from_secs(5 * 60);

/// Pause before another try when the store cannot write.
const STORE_PAUSE: Duration = Duration::from_secs(2);

/// Tries after which a row that cannot be read is given up.
const READ_TRIES: u32 = 5;

/// A phone that works on a task. Dropping it frees the phone, whatever ended the worker.
struct Place {
    hub: Arc<Hub>,
    serial: Serial,
    id: TaskId,
    /// Whether the phone's connection is still to be trusted.
    trusted: bool,
}

impl Drop for Place {
    fn drop(&mut self) {
        self.hub.leave(&self.serial, self.id, self.trusted);
    }
}

/// Runs one attempt from its start to its stored end, then frees the phone.
pub(super) async fn attempt(hub: Arc<Hub>, serial: Serial, id: TaskId, cancel: CancellationToken) {
    let mut place = Place {
        hub: Arc::clone(&hub),
        serial,
        id,
        trusted: false,
    };
    if !is_there(&hub, &place.serial).await {
        // Nothing has begun, so nothing failed: the task waits for its phone.
        hub.put_back(id);
        return;
    }
    place.trusted = match begin(&hub, id).await {
        Some(task) => {
            let work = run(Arc::clone(&hub), Arc::clone(&task), cancel);
            watched(&hub, &task, work).await
        }
        None => true,
    };
}

/// Whether the phone's adb server has it now. Lists come late (adb 29 says nothing of a
/// network phone that went offline), and a task that begins on a phone that has just left is
/// lost for nothing.
async fn is_there(hub: &Hub, serial: &Serial) -> bool {
    let Some(phone) = hub.phone(serial) else {
        return false;
    };
    match phone.server().phone_state(serial.as_str()).await {
        Ok(state) => state == adb::State::Online,
        Err(error) => {
            tracing::info!(%serial, %error, "no task begins on this phone");
            false
        }
    }
}

/// Stores that an attempt begins, however long the disk is full. `None`: it does not.
async fn begin(hub: &Hub, id: TaskId) -> Option<Arc<Task>> {
    let store = hub.store()?;
    let mut tries = 0;
    while !hub.closing.is_cancelled() {
        match store.start(id, now()).await {
            Ok(Start::Started(task)) => return Some(task),
            Ok(Start::Refused) => {
                // Stopped or deleted in between; or an earlier start of ours whose answer was
                // lost with a failing disk had landed after all: then it is ours to run.
                let task = store.view().task(id).ok().flatten();
                return task.filter(|task| task.status == Status::Running);
            }
            Err(error) => {
                again(hub, id, "could not start the task", &error, &mut tries).await?;
            }
        }
    }
    None
}

/// Waits for an attempt, and stores an end in its place should it panic.
async fn watched(
    hub: &Hub,
    task: &Task,
    attempt: impl Future<Output = bool> + Send + 'static,
) -> bool {
    let error = match tokio::spawn(attempt).await {
        Ok(trusted) => return trusted,
        Err(error) => error,
    };
    tracing::error!(task = %task.id, %error, "a defect ended the attempt");
    let end = End {
        id: task.id,
        attempt: task.attempt,
        at: now(),
        error: Some(TaskError::new(
            ErrorKind::Interrupted,
            "a defect of farmhand ended it; how far it came is unknown, the log tells more",
        )),
        evidence: Vec::new(),
        remark: None,
        clean: false,
        retry_at: None,
    };
    record(hub, end).await;
    false
}

/// Runs the script and stores how it ended. Returns whether the phone's connection is still
/// to be trusted.
async fn run(hub: Arc<Hub>, task: Arc<Task>, cancel: CancellationToken) -> bool {
    tracing::info!(task = %task.id, serial = %task.serial, script = %task.script, attempt = task.attempt, "attempt begins");
    let script = hub.scripts.get(&task.script);
    let ended = match job(&hub, &task, script.as_ref(), &cancel) {
        Ok(job) => {
            let deadline = deadline(&hub, &job.script, &task);
            bounded(&hub, task.id, flow::run(job), &cancel, deadline).await
        }
        Err(error) => failed(error),
    };
    let clean = ended.clean;
    let end = conclude(&hub, &task, script.as_deref(), ended);
    let doubtful = end.error.as_ref().is_some_and(|e| {
        matches!(
            e.kind,
            ErrorKind::Lost | ErrorKind::TimedOut | ErrorKind::Device
        )
    });
    record(&hub, end).await;
    clean && !doubtful
}

/// All that the script needs, or why it cannot begin.
fn job(
    hub: &Arc<Hub>,
    task: &Arc<Task>,
    script: Option<&Arc<Script>>,
    cancel: &CancellationToken,
) -> Result<flow::Job, TaskError> {
    let script = script.ok_or_else(|| {
        TaskError::new(
            ErrorKind::Config,
            format!("the script {} is not there any more", task.script),
        )
    })?;
    let phone = hub.phone(&task.serial).ok_or_else(|| {
        TaskError::new(ErrorKind::Lost, "the phone went away before the task began")
    })?;
    let note = Note::new(&format!("{}.{}", task.id, task.attempt))
        .map_err(|error| TaskError::new(ErrorKind::Config, error.to_string()))?;
    let (progress_hub, why_hub, id) = (Arc::clone(hub), Arc::clone(hub), task.id);
    Ok(flow::Job {
        phone,
        task: Arc::clone(task),
        script: Arc::clone(script),
        folder: evidence::folder(&hub.config.data, task.id, task.attempt),
        note,
        cancel: cancel.clone(),
        // The hub notes the cause before it cancels.
        why: Arc::new(move || cancelled(why_hub.cause(id).unwrap_or(Cause::Stopped))),
        progress: Arc::new(move |progress| progress_hub.progressed(id, progress)),
        media_roots: media_roots(hub),
        patience: Patience::default(),
        flows: hub
            .scripts
            .folder()
            .map(Path::to_path_buf)
            .unwrap_or_default(),
        app: app(hub, task, script)?,
        ui: hub.ui.clone(),
        waits: flow::steps::Waits::default(),
    })
}

/// The app that the task works with, if its script does with any. It was there when the task
/// was created.
fn app(hub: &Hub, task: &Task, script: &Script) -> Result<Option<Arc<App>>, TaskError> {
    let asked = Asked::of_task(task);
    let app = apps::of_task(hub, script, &asked);
    app.map_err(|message| TaskError::new(ErrorKind::Config, message))
}

/// What tasks may touch on this host; the library is a root by itself, as in planning.
fn media_roots(hub: &Hub) -> Arc<[PathBuf]> {
    let roots = hub.config.media_roots.iter();
    roots.chain([&hub.config.media_library]).cloned().collect()
}

/// Waits for the attempt, cancels it at its deadline, and once it is cancelled gives it
/// [`END_LIMIT`] to end in order.
async fn bounded(
    hub: &Hub,
    id: TaskId,
    attempt: impl Future<Output = Ended>,
    cancel: &CancellationToken,
    deadline: Duration,
) -> Ended {
    tokio::pin!(attempt);
    let until = Instant::now() + deadline;
    tokio::select! {
        ended = &mut attempt => return ended,
        () = cancel.cancelled() => {}
        () = tokio::time::sleep_until(until) => {
            hub.cancel(id, Cause::TimedOut);
        }
    }
    match tokio::time::timeout(END_LIMIT, attempt).await {
        Ok(ended) => ended,
        Err(_) => Ended {
            clean: false,
            ..failed(TaskError::new(
                ErrorKind::Lost,
                "the phone did not confirm that the task has ended there",
            ))
        },
    }
}

/// The larger of `[tasks] timeout` and the script's own duration with a margin.
fn deadline(hub: &Hub, script: &Script, task: &Task) -> Duration {
    let declared = script.duration(&task.config);
    hub.config
        .tasks
        .timeout
        .max(declared.saturating_add(DEADLINE_MARGIN))
}

/// Turns what the flow says and why it was cancelled into what is stored.
fn conclude(hub: &Hub, task: &Task, script: Option<&Script>, ended: Ended) -> End {
    let at = now();
    let mut error = ended.error;
    if let Some(cause) = hub.cause(task.id)
        && (error.is_some() || cause == Cause::Stopped)
    {
        let step = error.and_then(|e| e.step);
        error = Some(TaskError {
            step,
            ..cancelled(cause)
        });
    }
    let mut remark = ended.remark;
    if !ended.clean {
        let why = ended.unconfirmed.map(|why| format!(" ({why})"));
        remark = Some(format!(
            "it could not be confirmed that it has ended on the phone{}, which gets no work \
             until it is cleaned",
            why.unwrap_or_default()
        ));
    }
    if let Some(error) = &mut error {
        error.evidence.clone_from(&ended.evidence);
    }
    let retry_at = error
        .as_ref()
        .zip(script)
        .and_then(|(error, script)| retry::at(&hub.config.tasks, script, task, error.kind, at));
    End {
        id: task.id,
        attempt: task.attempt,
        at,
        error,
        evidence: ended.evidence,
        remark,
        clean: ended.clean,
        retry_at,
    }
}

/// What a cancelled attempt failed by: in the stored task and in its evidence alike.
fn cancelled(cause: Cause) -> TaskError {
    let (kind, message) = match cause {
        Cause::Stopped => (ErrorKind::Stopped, "stopped"),
        Cause::TimedOut => (
            ErrorKind::TimedOut,
            "ran longer than its deadline and was ended",
        ),
        Cause::Closing => (ErrorKind::Interrupted, "farmhand ended while it ran"),
    };
    TaskError::new(kind, message)
}

/// Stores an end, however long the disk is full; gives up when farmhand ends (the start
/// then finds the task running, which is the truth it has).
async fn record(hub: &Hub, end: End) {
    let Some(store) = hub.store() else {
        return;
    };
    let kind = end.error.as_ref().map(|e| e.kind);
    let mut tries = 0;
    loop {
        let Err(error) = store.end(end.clone()).await else {
            tracing::info!(task = %end.id, attempt = end.attempt, error = ?kind, clean = end.clean, "attempt ended");
            return;
        };
        let what = "could not store the end of the attempt";
        if again(hub, end.id, what, &error, &mut tries).await.is_none() {
            return;
        }
    }
}

/// Waits before another try to store something. `None`: there is to be none.
async fn again(
    hub: &Hub,
    id: TaskId,
    what: &'static str,
    error: &StoreError,
    tries: &mut u32,
) -> Option<()> {
    *tries += 1;
    // A full disk lasts: it is told once a task, not every two seconds.
    if *tries == 1 {
        tracing::error!(task = %id, %error, "{what}");
    }
    let last = match error {
        StoreError::CannotWrite(_) => false,
        // A damaged row stays damaged, and its phone has others to work for.
        StoreError::CannotRead(_) => *tries >= READ_TRIES,
        StoreError::Closing
        | StoreError::KeyReused
        | StoreError::AccountExists(_)
        | StoreError::NoAccount(_)
        | StoreError::Labels { .. } => true,
    };
    if last || hub.ending.is_cancelled() {
        return None;
    }
    tokio::select! {
        () = tokio::time::sleep(STORE_PAUSE) => Some(()),
        () = hub.ending.cancelled() => None,
    }
}

/// Fails those that waited too long.
pub(super) async fn expire(hub: Arc<Hub>, ids: Vec<TaskId>) {
    let Some(store) = hub.store() else {
        return;
    };
    let hours = hub.config.tasks.wait_limit.as_secs_f64() / 3600.0;
    let message = format!("was due for {hours:.1} h without its phone taking it");
    if let Err(error) = store.expire(ids, now(), message).await {
        tracing::warn!(%error, "could not expire tasks");
    }
}

/// Keeps a record of phones seen for the first time.
pub(super) fn remember_devices(hub: &Arc<Hub>, serials: Vec<Serial>) {
    let hub = Arc::clone(hub);
    hub.work.clone().spawn(async move {
        let Some(store) = hub.store() else {
            return;
        };
        let seen = serials
            .into_iter()
            .map(|serial| Seen {
                serial,
                model: None,
                android: None,
            })
            .collect();
        if let Err(error) = store.see_devices(seen, now()).await {
            tracing::warn!(%error, "could not store new phones");
        }
    });
}

/// An attempt that failed and left nothing on its phone.
const fn failed(error: TaskError) -> Ended {
    Ended {
        error: Some(error),
        evidence: Vec::new(),
        remark: None,
        clean: true,
        unconfirmed: None,
    }
}

#[cfg(test)]
mod tests;
