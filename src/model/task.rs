//! A task: a script, its config, a phone, and what became of it.

use std::borrow::Cow;
use std::fmt;
use std::sync::Arc;

use serde::ser::SerializeStruct;
use serde::{Deserialize, Deserializer, Serialize, Serializer};
use serde_json::value::RawValue;

use super::{AccountKey, Serial, TaskId, Timestamp};

/// Where a task stands. The four are all there are (contract: 0 to 3).
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub enum Status {
    /// 0: waits for its time, its phone or its turn.
    Pending,
    /// 1: an attempt runs, or is being stopped.
    Running,
    /// 2: ended well.
    Completed,
    /// 3: ended badly; `error` says how.
    Failed,
}

impl Status {
    /// All four, in the order of their codes.
    pub const ALL: [Self; 4] = [Self::Pending, Self::Running, Self::Completed, Self::Failed];

    /// The contract's number, 0 to 3.
    #[must_use]
    pub const fn code(self) -> u8 {
        self as u8
    }

    /// The status with this number.
    #[must_use]
    pub const fn from_code(code: u8) -> Option<Self> {
        match code {
            0 => Some(Self::Pending),
            1 => Some(Self::Running),
            2 => Some(Self::Completed),
            3 => Some(Self::Failed),
            _ => None,
        }
    }

    /// The contract's word.
    #[must_use]
    pub const fn text(self) -> &'static str {
        match self {
            Self::Pending => "pending",
            Self::Running => "running",
            Self::Completed => "completed",
            Self::Failed => "failed",
        }
    }

    /// Whether the task will change no more unless somebody retries it.
    #[must_use]
    pub const fn is_final(self) -> bool {
        matches!(self, Self::Completed | Self::Failed)
    }
}

impl fmt::Display for Status {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.text())
    }
}

/// Who asked for a task: a person (console, command line) or a program.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Source {
    /// The console or the command line.
    Ui,
    /// The REST API.
    Api,
}

impl Source {
    /// The contract's word.
    #[must_use]
    pub const fn text(self) -> &'static str {
        match self {
            Self::Ui => "ui",
            Self::Api => "api",
        }
    }
}

/// How a task failed (contract: `error.kind`).
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ErrorKind {
    /// Somebody stopped it.
    Stopped,
    /// It ran longer than its deadline.
    TimedOut,
    /// It was due for longer than `[tasks] wait_limit` without starting.
    Expired,
    /// The phone or its adb server went away under it.
    Lost,
    /// farmhand ended or died while it ran.
    Interrupted,
    /// A flow's assertion did not hold.
    Assertion,
    /// A command of the script failed; `exit_code` tells.
    Script,
    /// The phone refused or could not do it.
    Device,
    /// The config no longer fits (a file vanished since creation, say).
    Config,
}

impl ErrorKind {
    /// Every kind.
    pub const ALL: [Self; 9] = [
        Self::Stopped,
        Self::TimedOut,
        Self::Expired,
        Self::Lost,
        Self::Interrupted,
        Self::Assertion,
        Self::Script,
        Self::Device,
        Self::Config,
    ];

    /// The contract's word.
    #[must_use]
    pub const fn text(self) -> &'static str {
        match self {
            Self::Stopped => "stopped",
            Self::TimedOut => "timed_out",
            Self::Expired => "expired",
            Self::Lost => "lost",
            Self::Interrupted => "interrupted",
            Self::Assertion => "assertion",
            Self::Script => "script",
            Self::Device => "device",
            Self::Config => "config",
        }
    }
}

impl fmt::Display for ErrorKind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.text())
    }
}

/// Why a task failed.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct TaskError {
    /// The kind, for programs.
    pub kind: ErrorKind,
    /// One or two sentences, for people.
    pub message: String,
    /// The step it happened in, if the script has steps.
    pub step: Option<String>,
    /// Exit code of the command that failed.
    pub exit_code: Option<i32>,
    /// Names of the files the attempt left (`log.txt`, `screen.png`), relative to its folder.
    pub evidence: Vec<String>,
}

impl TaskError {
    /// An error without step, exit code and evidence.
    #[must_use]
    pub fn new(kind: ErrorKind, message: impl Into<String>) -> Self {
        Self {
            kind,
            message: message.into(),
            step: None,
            exit_code: None,
            evidence: Vec::new(),
        }
    }

    /// The message in the parts that people read one by one: what failed, then each element
    /// that came near what was looked for (the message has them behind `nearest:`).
    #[must_use]
    pub fn parts(&self) -> Vec<&str> {
        match self.message.split_once("; nearest: ") {
            None => vec![&self.message],
            Some((failed, near)) => std::iter::once(failed).chain(near.split("; ")).collect(),
        }
    }
}

/// How far a running attempt is; live only, never stored.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Progress {
    /// The step that runs, from 1.
    pub step: u32,
    /// Steps in all, 0 if unknown.
    pub steps: u32,
    /// What it does, in a few words.
    pub label: String,
}

/// Why a pending task does not run yet (contract: `waiting_for`).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub enum WaitReason {
    /// Its time has not come.
    #[serde(rename = "start_time")]
    StartTime,
    /// It is to be retried after a pause.
    #[serde(rename = "retry pause")]
    RetryPause,
    /// No adb server has ever shown this serial.
    #[serde(rename = "device never seen")]
    NeverSeen,
    /// The phone is away.
    #[serde(rename = "device offline")]
    Offline,
    /// The phone has not accepted this host's key.
    #[serde(rename = "device unauthorized")]
    Unauthorized,
    /// Another task runs on the phone, or stands before this one.
    #[serde(rename = "device busy")]
    Busy,
    /// As many phones are busy as the plan allows.
    #[serde(rename = "device limit")]
    Limit,
    /// An operator, or repeated failures, hold the phone back.
    #[serde(rename = "device held")]
    Held,
    /// Something of an earlier task may still run there.
    #[serde(rename = "cleaning up")]
    Cleaning,
    /// The phone does not answer a probe, or has not yet.
    #[serde(rename = "device not answering")]
    Probing,
    /// Above `[devices] max_temperature`.
    #[serde(rename = "device too hot")]
    TooHot,
    /// Below `[devices] min_battery`.
    #[serde(rename = "battery low")]
    BatteryLow,
    /// Below `[devices] min_free_mib`.
    #[serde(rename = "storage full")]
    StorageFull,
    /// Two adb servers show the same serial.
    #[serde(rename = "duplicate serial")]
    Duplicate,
    /// farmhand is ending.
    #[serde(rename = "shutting down")]
    ShuttingDown,
}

impl WaitReason {
    /// The contract's words.
    #[must_use]
    pub const fn text(self) -> &'static str {
        match self {
            Self::StartTime => "start_time",
            Self::RetryPause => "retry pause",
            Self::NeverSeen => "device never seen",
            Self::Offline => "device offline",
            Self::Unauthorized => "device unauthorized",
            Self::Busy => "device busy",
            Self::Limit => "device limit",
            Self::Held => "device held",
            Self::Cleaning => "cleaning up",
            Self::Probing => "device not answering",
            Self::TooHot => "device too hot",
            Self::BatteryLow => "battery low",
            Self::StorageFull => "storage full",
            Self::Duplicate => "duplicate serial",
            Self::ShuttingDown => "shutting down",
        }
    }
}

/// A script's config: one JSON object, checked when its task was created, kept as text so
/// that reading a list of tasks never parses it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ScriptConfig(Arc<str>);

impl ScriptConfig {
    /// Takes an object.
    #[must_use]
    pub fn new(object: &serde_json::Map<String, serde_json::Value>) -> Self {
        // `Value`'s Display writes compact JSON and cannot fail on a String.
        Self(serde_json::Value::Object(object.clone()).to_string().into())
    }

    /// The object as compact JSON text.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// The object parsed again; empty if the text was damaged.
    #[must_use]
    pub fn to_object(&self) -> serde_json::Map<String, serde_json::Value> {
        serde_json::from_str(&self.0).unwrap_or_default()
    }
}

impl Serialize for ScriptConfig {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        if serializer.is_human_readable() {
            let raw: &RawValue =
                serde_json::from_str(&self.0).map_err(serde::ser::Error::custom)?;
            raw.serialize(serializer)
        } else {
            serializer.serialize_str(&self.0)
        }
    }
}

impl<'de> Deserialize<'de> for ScriptConfig {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        if deserializer.is_human_readable() {
            let raw = Box::<RawValue>::deserialize(deserializer)?;
            Ok(Self(raw.get().into()))
        } else {
            let text = Cow::<'de, str>::deserialize(deserializer)?;
            Ok(Self(text.as_ref().into()))
        }
    }
}

/// The durable wish to end a running task. The first one wins.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct StopMark {
    /// When it was asked for.
    pub at: Timestamp,
    /// Whether the task is to be deleted once it has ended.
    pub delete: bool,
}

/// A task not yet stored: all that is fixed at its creation.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NewTask {
    /// The phone it runs on.
    pub serial: Serial,
    /// The account it runs for.
    pub account: Option<AccountKey>,
    /// The script's name.
    pub script: Arc<str>,
    /// The checked config of this one task (after fan-out).
    pub config: ScriptConfig,
    /// Who asked.
    pub source: Source,
    /// `HH:MM` as it was asked for.
    pub start_time: Option<String>,
    /// The moment that `start_time` meant.
    pub scheduled_at: Option<Timestamp>,
}

/// A task as stored.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Task {
    /// Its number.
    pub id: TaskId,
    /// Where it stands.
    pub status: Status,
    /// Who asked.
    pub source: Source,
    /// The phone it runs on.
    pub serial: Serial,
    /// The account it runs for.
    pub account: Option<AccountKey>,
    /// The script's name (contract: `script_name`).
    pub script: Arc<str>,
    /// The checked config (contract: `script_config`).
    pub config: ScriptConfig,
    /// `HH:MM` as it was asked for.
    pub start_time: Option<String>,
    /// The moment that `start_time` meant.
    pub scheduled_at: Option<Timestamp>,
    /// When it may start: its creation, its scheduled moment, or that of a retry.
    pub due_at: Timestamp,
    /// When it was created.
    pub created_at: Timestamp,
    /// When it last changed.
    pub updated_at: Timestamp,
    /// When its last attempt began.
    pub started_at: Option<Timestamp>,
    /// When its last attempt ended.
    pub finished_at: Option<Timestamp>,
    /// Attempts begun, 0 before the first.
    pub attempt: u32,
    /// Retries asked for, by hand or automatic.
    pub retry_count: u32,
    /// Automatic retries since the last one by hand.
    pub auto_retries: u32,
    /// Set while it is being stopped.
    pub stop: Option<StopMark>,
    /// A word to the reader: `stopping`, or what could not be confirmed.
    pub remark: Option<String>,
    /// Why it failed.
    pub error: Option<TaskError>,
}

/// One try of a task.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Attempt {
    /// From 1.
    pub number: u32,
    /// When it began.
    pub started_at: Timestamp,
    /// When it ended; none while it runs.
    pub finished_at: Option<Timestamp>,
    /// Why it failed; none if it runs or ended well.
    pub error: Option<TaskError>,
    /// Files it left in `runs/TASK/ATTEMPT/`.
    pub evidence: Vec<String>,
}

/// A task as readers see it: the stored facts and what is true only now. Serialises to the
/// contract's task object, every field always there.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TaskView {
    /// The stored task.
    pub task: Arc<Task>,
    /// How far its running attempt is.
    pub progress: Option<Progress>,
    /// Why it does not run yet.
    pub waiting_for: Option<WaitReason>,
}

impl TaskView {
    /// A view without live facts.
    #[must_use]
    pub fn bare(task: Arc<Task>) -> Self {
        Self {
            task,
            progress: None,
            waiting_for: None,
        }
    }
}

impl Serialize for TaskView {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let t = &*self.task;
        let mut s = serializer.serialize_struct("Task", 20)?;
        s.serialize_field("id", &t.id)?;
        s.serialize_field("serial", &t.serial)?;
        s.serialize_field("username", &t.account.as_ref().map(|a| &a.username))?;
        s.serialize_field("script_name", &t.script)?;
        s.serialize_field("script_config", &t.config)?;
        s.serialize_field("status", &t.status.code())?;
        s.serialize_field("status_text", t.status.text())?;
        s.serialize_field("source", &t.source)?;
        s.serialize_field("start_time", &t.start_time)?;
        s.serialize_field("scheduled_at", &t.scheduled_at)?;
        s.serialize_field("created_at", &t.created_at)?;
        s.serialize_field("updated_at", &t.updated_at)?;
        s.serialize_field("started_at", &t.started_at)?;
        s.serialize_field("finished_at", &t.finished_at)?;
        s.serialize_field("attempt", &t.attempt)?;
        s.serialize_field("retry_count", &t.retry_count)?;
        s.serialize_field("progress", &self.progress)?;
        s.serialize_field("waiting_for", &self.waiting_for)?;
        s.serialize_field("remark", &t.remark)?;
        s.serialize_field("error", &t.error)?;
        s.end()
    }
}
