//! What a farm is told when it starts.

use std::collections::BTreeMap;
use std::net::SocketAddr;
use std::path::PathBuf;
use std::time::Duration;

use super::License;
use crate::model::Serial;

/// Everything a farm needs to know of its surroundings.
#[derive(Debug, Clone)]
pub struct FarmConfig {
    /// The data folder: holds the store and `runs/`. It must exist.
    pub data: PathBuf,
    /// The adb servers. A serial that two of them show gets no work.
    pub adb_servers: Vec<SocketAddr>,
    /// Whether a missing local adb server is started.
    pub start_server: StartServer,
    /// Plan and limit.
    pub license: License,
    /// Rules for tasks.
    pub tasks: TaskRules,
    /// Limits for phones.
    pub devices: DeviceRules,
    /// Folders that requests may have farmhand read from and write to, links resolved.
    pub media_roots: Vec<PathBuf>,
    /// Folder that `post` takes its material from when a request names none.
    pub media_library: PathBuf,
    /// The operator's own scripts.
    pub scripts_folder: PathBuf,
    /// The operator's own apps.
    pub apps_folder: PathBuf,
    /// The app that accounts belong to when none is named, and that tasks without an account
    /// use.
    pub default_app: String,
    /// The app that tasks without an account use on these phones.
    pub device_apps: BTreeMap<Serial, String>,
}

/// What to do when no local adb server answers.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum StartServer {
    /// Start it, at most once an outage.
    Once,
    /// Wait for it.
    Never,
}

/// Rules for tasks (`[tasks]`).
#[derive(Debug, Clone)]
pub struct TaskRules {
    /// How long an attempt may run at least.
    pub timeout: Duration,
    /// How long a due task may wait for its phone.
    pub wait_limit: Duration,
    /// Most automatic retries of a repeatable script's task; 0: none.
    pub auto_retries: u32,
    /// How long ended tasks are kept.
    pub keep: Duration,
    /// How many tasks are kept.
    pub keep_tasks: u64,
    /// How many bytes of evidence are kept.
    pub keep_bytes: u64,
    /// The zone in which `start_time` is meant.
    pub time_zone: jiff::tz::TimeZone,
}

/// Limits past which a phone's queue is held (`[devices]`).
#[derive(Debug, Clone, Copy)]
pub struct DeviceRules {
    /// Degrees Celsius.
    pub max_temperature: f32,
    /// Percent.
    pub min_battery: u8,
    /// MiB on the data partition.
    pub min_free_mib: u64,
    /// How long a phone has to answer a probe.
    pub probe_timeout: Duration,
}

impl Default for TaskRules {
    fn default() -> Self {
        const DAY: Duration = Duration::from_secs(24 * 60 * 60);
        Self {
            timeout: Duration::from_secs(30 * 60),
            wait_limit: DAY,
            auto_retries: 0,
            keep: 30 * DAY,
            keep_tasks: 200_000,
            keep_bytes: 5 << 30,
            time_zone: jiff::tz::TimeZone::system(),
        }
    }
}

impl Default for DeviceRules {
    fn default() -> Self {
        Self {
            max_temperature: 45.0,
            min_battery: 10,
            min_free_mib: 200,
            probe_timeout: Duration::from_secs(5),
        }
    }
}
