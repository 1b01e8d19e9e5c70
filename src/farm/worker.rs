//! What the hub sets going: one attempt of a task on one phone, and the small commits
//! beside it. A worker lives as long as its attempt; a phone at rest has none.

use std::sync::Arc;
use std::time::Duration;

use tokio::time::Instant;
use tokio_util::sync::CancellationToken;

use super::evidence;
use super::hub::{Hub, now};
use super::live::Cause;
use super::retry;
use crate::adb::Note;
use crate::flow::{self, Ended, Patience, Script};
use crate::model::{ErrorKind, Serial, Status, Task, TaskError, TaskId};
use crate::store::{End, PendingTask, Seen, Start, StoreError};

/// How long the end of a cancelled attempt on its phone may take before it counts as not
/// confirmed. A stop answers within 10 s (contract), so this leaves a second to store it.
const END_LIMIT: Duration = Duration::from_secs(9);

/// Added to a script's own declared duration for its deadline (contract: 5 minutes).
const DEADLINE_MARGIN: Duration = Duration::from_secs(5 * 60);

/// Pause before another try when the store cannot write.
const STORE_PAUSE: Duration = Duration::from_secs(2);

/// Runs one attempt from its start to its stored end, then frees the phone.
pub(super) async fn attempt(hub: Arc<Hub>, serial: Serial, id: TaskId, cancel: CancellationToken) {
    let Some(store) = hub.store().cloned() else {
        return;
    };
    let mut trusted = true;
    match store.start(id, now()).await {
        Ok(Start::Started(task)) => {
            trusted = run(&hub, &task, &cancel).await;
        }
        Ok(Start::Refused) => {
            // Stopped or deleted in between; or an earlier start of ours whose answer was
            // lost with a failing disk had landed after all: then it is ours to run.
            if let Ok(Some(task)) = store.view().task(id)
                && task.status == Status::Running
            {
                trusted = run(&hub, &task, &cancel).await;
            }
        }
        Err(error) => {
            tracing::warn!(task = %id, %serial, %error, "could not start the task");
            wait_or_end(&hub, STORE_PAUSE).await;
            if let Ok(Some(task)) = store.view().task(id)
                && !task.status.is_final()
            {
                hub.put_back(&PendingTask {
                    id,
                    serial: serial.clone(),
                    due_at: task.due_at,
                });
            }
        }
    }
    hub.leave(&serial, id, trusted);
}

/// Runs the script and stores how it ended. Returns whether the phone's connection is still
/// to be trusted.
async fn run(hub: &Arc<Hub>, task: &Arc<Task>, cancel: &CancellationToken) -> bool {
    tracing::info!(task = %task.id, serial = %task.serial, script = %task.script, attempt = task.attempt, "attempt begins");
    let script = hub.scripts.get(&task.script);
    let ended = match job(hub, task, script.as_ref(), cancel) {
        Ok(job) => {
            let deadline = deadline(hub, &job.script, task);
            bounded(hub, task.id, flow::run(job), cancel, deadline).await
        }
        Err(ended) => ended,
    };
    let clean = ended.clean;
    let end = conclude(hub, task, script.as_deref(), ended);
    let doubtful = end.error.as_ref().is_some_and(|e| {
        matches!(
            e.kind,
            ErrorKind::Lost | ErrorKind::TimedOut | ErrorKind::Device
        )
    });
    record(hub, end).await;
    clean && !doubtful
}

/// All that the script needs, or why it cannot begin.
fn job(
    hub: &Arc<Hub>,
    task: &Arc<Task>,
    script: Option<&Arc<Script>>,
    cancel: &CancellationToken,
) -> Result<flow::Job, Ended> {
    let script = script.ok_or_else(|| {
        failed(
            ErrorKind::Config,
            format!("the script {} is not there any more", task.script),
        )
    })?;
    let phone = hub
        .phone(&task.serial)
        .ok_or_else(|| failed(ErrorKind::Lost, "the phone went away before the task began"))?;
    let note = Note::new(&format!("{}.{}", task.id, task.attempt))
        .map_err(|error| failed(ErrorKind::Config, error.to_string()))?;
    let (progress_hub, id) = (Arc::clone(hub), task.id);
    Ok(flow::Job {
        phone,
        task: Arc::clone(task),
        script: Arc::clone(script),
        folder: evidence::folder(&hub.config.data, task.id, task.attempt),
        note,
        cancel: cancel.clone(),
        progress: Arc::new(move |progress| progress_hub.progressed(id, progress)),
        media_roots: hub.config.media_roots.clone().into(),
        patience: Patience::default(),
    })
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
            ..failed(
                ErrorKind::Lost,
                "the phone did not confirm that the task has ended there",
            )
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
        let (kind, message) = match cause {
            Cause::Stopped => (ErrorKind::Stopped, "stopped".to_owned()),
            Cause::TimedOut => (
                ErrorKind::TimedOut,
                "ran longer than its deadline and was ended".to_owned(),
            ),
            Cause::Closing => (
                ErrorKind::Interrupted,
                "farmhand ended while it ran".to_owned(),
            ),
        };
        let step = error.and_then(|e| e.step);
        error = Some(TaskError {
            step,
            ..TaskError::new(kind, message)
        });
    }
    let mut remark = ended.remark;
    if !ended.clean {
        remark = Some(ended.unconfirmed.unwrap_or_else(|| {
            "it could not be confirmed that it has ended on the phone, which gets no work until it is cleaned".to_owned()
        }));
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

/// Stores an end, however long the disk is full; gives up when farmhand ends (the start
/// then finds the task running, which is the truth it has).
async fn record(hub: &Hub, end: End) {
    let Some(store) = hub.store() else {
        return;
    };
    let kind = end.error.as_ref().map(|e| e.kind);
    loop {
        match store.end(end.clone()).await {
            Ok(_) => {
                tracing::info!(task = %end.id, attempt = end.attempt, error = ?kind, clean = end.clean, "attempt ended");
                return;
            }
            Err(error) => {
                tracing::error!(task = %end.id, %error, "could not store the end of the attempt");
                if matches!(error, StoreError::Closing) || hub.ending.is_cancelled() {
                    return;
                }
            }
        }
        wait_or_end(hub, STORE_PAUSE).await;
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

fn failed(kind: ErrorKind, message: impl Into<String>) -> Ended {
    Ended {
        error: Some(TaskError::new(kind, message)),
        evidence: Vec::new(),
        remark: None,
        clean: true,
        unconfirmed: None,
    }
}

async fn wait_or_end(hub: &Hub, pause: Duration) {
    tokio::select! {
        () = tokio::time::sleep(pause) => {}
        () = hub.ending.cancelled() => {}
    }
}
