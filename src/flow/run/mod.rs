//! Runs one attempt of a task on one phone, from the first command to the evidence on disk.
//!
//! Whoever runs a job decides when it must end (its cancellation token carries the stop, the
//! deadline and the shutdown alike) and what that means. This module sees to it that nothing
//! of the attempt stays behind on the phone, or says that it cannot be sure.

mod app_check;
mod evidence;
mod flow;
mod log;
mod outcome;
mod package;
mod phone;
mod report;
mod shell;
mod steps;
mod transfer;
mod variables;

use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;

use serde_json::{Map, Value};
use tokio::time::Instant;
use tokio_util::sync::CancellationToken;

pub(super) use self::evidence::Evidence;
pub use self::evidence::{HIERARCHY, LOG, SCREEN};
use self::flow::Begun;
use self::outcome::{Failure, Left, Outcome};
use super::apps::App;
use super::driver::{self, UiLocks};
use super::script::{Runner, Script};
use super::steps::Waits;
use super::timeline::TimedStep;
use crate::adb::{Group, Note, Phone};
use crate::model::{Progress, Task, TaskError};

/// One attempt to be run.
pub struct Job {
    /// Where.
    pub phone: Phone,
    /// What; its config was checked when the task was created.
    pub task: Arc<Task>,
    /// The script that the task names.
    pub script: Arc<Script>,
    /// The attempt's folder on the farm's host; created if it is not there.
    pub folder: PathBuf,
    /// The attempt's note on the phone, one of its own.
    pub note: Note,
    /// Ends it, on the phone too.
    pub cancel: CancellationToken,
    /// Why it was cancelled; asked once it is, must be quick.
    pub why: Arc<dyn Fn() -> TaskError + Send + Sync>,
    /// Told how far it is; must be quick.
    pub progress: Arc<dyn Fn(Progress) + Send + Sync>,
    /// Folders whose files may be read and written, the media library among them.
    pub media_roots: Arc<[PathBuf]>,
    /// How long to wait for what.
    pub patience: Patience,
    /// The operator's scripts folder, where flows that a task names lie.
    pub flows: PathBuf,
    /// The app that the flow is about.
    pub app: Option<Arc<App>>,
    /// Whose turn it is on which screen; one for all jobs of the process.
    pub ui: UiLocks,
    /// How long the flow's steps wait for what.
    pub waits: Waits,
}

/// How long a job waits for its phone.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Patience {
    /// For the answer to a short command, and the start of a long one.
    pub answer: Duration,
    /// For the next byte of a file that is being copied.
    pub stall: Duration,
    /// For what it did on the phone to end, after a cancel too.
    pub end: Duration,
    /// Between a polite signal and the other.
    pub grace: Duration,
}

impl Default for Patience {
    fn default() -> Self {
        Self {
            answer: Duration::from_secs(15),
            stall: Duration::from_secs(30),
            end: Duration::from_secs(8),
            grace: Duration::from_secs(2),
        }
    }
}

impl Job {
    /// How long whoever drives the phone's screen waits.
    fn driver_patience(&self) -> driver::Patience {
        driver::Patience {
            turn: self.waits.turn,
            look: self.waits.look,
            answer: self.patience.answer,
            stall: self.patience.stall,
            end: self.patience.end,
            ..driver::Patience::default()
        }
    }
}

/// How an attempt ended.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Ended {
    /// Why it failed; none: it is completed. After a cancel it is what [`Job::why`] says.
    pub error: Option<TaskError>,
    /// Names of the files in the attempt's folder.
    pub evidence: Vec<String>,
    /// Whether it is certain that nothing of it runs on the phone.
    pub clean: bool,
    /// Why that is not certain.
    pub unconfirmed: Option<String>,
    /// A word on how it went.
    pub remark: Option<String>,
}

/// Runs a job to its end. Returns at the latest [`Patience::end`], and the time that the
/// evidence takes to be written, after the job's cancellation.
pub async fn run(job: Job) -> Ended {
    let mut run = Run {
        evidence: Evidence::open(&job.folder).await,
        config: job.task.config.to_object(),
        group: None,
        begun: None,
        stage: None,
        stages: 0,
        drives: false,
        job,
    };
    let cancel = run.job.cancel.clone();
    let result = tokio::select! {
        biased;
        result = run.script() => result,
        () = cancel.cancelled() => Err(Failure {
            error: (run.job.why)(),
            left: Left::Perhaps,
        }),
    };
    run.end(result).await
}

/// A job that runs.
struct Run {
    job: Job,
    config: Map<String, Value>,
    evidence: Evidence,
    /// The command on the phone; stays here when the script's future is dropped.
    group: Option<Group>,
    /// The flow that runs or ran; stays here likewise.
    begun: Option<Begun>,
    /// The step that runs of a script that has several but no flow; stays here likewise.
    stage: Option<TimedStep>,
    /// How many such steps have begun.
    stages: u64,
    /// It has begun to drive the phone's screen.
    drives: bool,
}

impl Run {
    async fn script(&mut self) -> Outcome {
        match self.job.script.runner {
            Runner::Shell => self.shell().await,
            Runner::Install => self.install().await,
            Runner::Uninstall => self.uninstall().await,
            Runner::Push => self.push().await,
            Runner::Pull => self.pull().await,
            Runner::Screenshot => self.screenshot().await,
            Runner::Reboot => self.reboot().await,
            Runner::Flow => self.flow().await,
            Runner::AppCheck => self.app_check().await,
        }
    }

    /// Makes sure of the phone, then writes down how it went.
    async fn end(mut self, result: Outcome) -> Ended {
        let (mut error, mut remark, left) = match result {
            Ok(remark) => (None, remark, Left::Perhaps),
            Err(Failure { error, left }) => (Some(error), None, left),
        };
        let ends = Instant::now() + self.job.patience.end;
        if let Some(error) = &mut error {
            self.flow_failed(error, &left).await;
        }
        let total = ends.saturating_duration_since(Instant::now());
        self.last_stage(error.as_ref()).await;
        let unconfirmed = self.confirm(error.is_none(), left, total).await;
        let log = self.evidence.log();
        match &error {
            None => log.line("[completed]").await,
            Some(error) => {
                log.line(&format!("[{}: {}]", error.kind, error.message))
                    .await
            }
        }
        if let Some(why) = &unconfirmed {
            log.line(&format!("[end on the phone not confirmed: {why}]"))
                .await;
        }
        let (evidence, trouble) = self.evidence.close().await;
        if let Some(trouble) = trouble {
            remark = Some(match remark {
                Some(remark) => format!("{remark}; {trouble}"),
                None => trouble,
            });
        }
        if let Some(error) = &mut error {
            error.evidence.clone_from(&evidence);
        }
        Ended {
            error,
            evidence,
            clean: unconfirmed.is_none(),
            unconfirmed,
            remark,
        }
    }

    /// Ends what may still run on the phone and puts back what a flow changed there, within
    /// `total`. Answers why that could not be confirmed.
    async fn confirm(&mut self, completed: bool, left: Left, total: Duration) -> Option<String> {
        let Job {
            phone, patience, ..
        } = &self.job;
        let ended = match (left, &self.group) {
            (Left::Nothing, _) => return None,
            (Left::OutOfReach(why), _) => return Some(why),
            _ if self.drives => {
                return match phone.release(&self.job.note, total).await {
                    Ok(undone) if undone.failed.is_empty() => None,
                    Ok(undone) => Some(format!("not put back: {}", undone.failed.join("; "))),
                    Err(error) => Some(error.to_string()),
                };
            }
            (Left::Perhaps, Some(group)) if completed => phone.finish(group, total).await,
            (Left::Perhaps, Some(group)) => phone.end(group, patience.grace, total).await,
            // Without a command of its own, a script that went well leaves nothing.
            (Left::Perhaps, None) if completed => return None,
            (Left::Perhaps, None) => phone.clean(total).await.map(|_| ()),
        };
        ended.err().map(|error| error.to_string())
    }

    /// A text of the config; empty if it is not there, which the creation's check rules out.
    fn text(&self, parameter: &str) -> String {
        self.config
            .get(parameter)
            .and_then(Value::as_str)
            .unwrap_or_default()
            .to_owned()
    }

    /// A number of seconds of the config.
    fn seconds(&self, parameter: &str) -> Duration {
        self.config
            .get(parameter)
            .and_then(Value::as_f64)
            .and_then(|seconds| Duration::try_from_secs_f64(seconds).ok())
            .unwrap_or_default()
    }

    /// How long the script is expected to take: what a single step of it may take too.
    fn expected(&self) -> Duration {
        self.job.script.duration(&self.job.task.config)
    }

    /// Tells a step of a script that has one.
    fn doing(&self, label: impl Into<String>) {
        (self.job.progress)(Progress {
            step: 1,
            steps: 1,
            label: label.into(),
        });
    }
}

#[cfg(test)]
mod tests;
