//! The settings and their defaults.

use std::collections::BTreeMap;
use std::net::{Ipv4Addr, Ipv6Addr, SocketAddr};
use std::path::PathBuf;
use std::time::Duration;

use jiff::tz::TimeZone;

use crate::model::Serial;
use crate::{console, farm};

/// Folders that the defaults start from.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Folders {
    /// Store, evidence, logs.
    pub data: PathBuf,
    /// `farmhand.toml`, the operator's scripts, apps and keymap.
    pub config: PathBuf,
    /// The user's home, if there is one.
    pub home: Option<PathBuf>,
}

/// All that an operator can choose.
#[derive(Debug, Clone, PartialEq)]
pub struct Settings {
    /// Where everything lies.
    pub folders: Folders,
    /// `[api]`
    pub api: Api,
    /// `[adb]`
    pub adb: Adb,
    /// `[license]`
    pub license: License,
    /// `[tasks]`
    pub tasks: Tasks,
    /// `[devices]`
    pub devices: Devices,
    /// `[media]`
    pub media: Media,
    /// `[scripts]`
    pub scripts: Scripts,
    /// `[apps]`
    pub apps: Apps,
    /// `[console]`
    pub console: Console,
    /// `[log]`
    pub log: Log,
}

/// `[api]`: where it listens and what it lets in.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Api {
    /// Addresses; port 0 picks one, the same for all.
    pub listen: Vec<SocketAddr>,
    /// Largest request body, in bytes.
    pub body_limit: usize,
    /// Longest time for one request.
    pub time_limit: Duration,
    /// Names in `Host` that are this farm's, besides its addresses and localhost.
    pub hosts: Vec<String>,
    /// Origins that may call from a web page.
    pub origins: Vec<String>,
    /// Which HTTP status an error is answered with.
    pub http_status: HttpStatus,
}

/// `[api] http_status`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum HttpStatus {
    /// As the contract's table has it for each code.
    Code,
    /// 200 whatever the code, for clients that raise on anything else.
    Always200,
}

/// `[adb]`: the servers that list the phones.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Adb {
    /// Addresses of adb servers.
    pub servers: Vec<SocketAddr>,
    /// Whether a missing server on this machine is started.
    pub start_server: bool,
}

/// `[license]`: the plan.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct License {
    /// The plan.
    pub plan: farm::Plan,
    /// How many phones may work at once.
    pub device_limit: DeviceLimit,
}

/// `[license] device_limit`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum DeviceLimit {
    /// The plan's own.
    Plan,
    /// The operator's own.
    Number(u32),
    /// None.
    Unlimited,
}

impl License {
    /// Plan and limit in force.
    #[must_use]
    pub const fn in_force(self) -> farm::License {
        farm::License {
            plan: self.plan,
            device_limit: match self.device_limit {
                DeviceLimit::Plan => Some(self.plan.device_limit()),
                DeviceLimit::Number(limit) => Some(limit),
                DeviceLimit::Unlimited => None,
            },
        }
    }
}

/// `[tasks]`: how long tasks may run and wait, and how long they are kept.
#[derive(Debug, Clone, PartialEq)]
pub struct Tasks {
    /// Longest run, unless a script declares a longer one.
    pub timeout: Duration,
    /// How long a due task may wait before it expires.
    pub wait_limit: Duration,
    /// Whether repeatable scripts are retried by themselves.
    pub auto_retry: bool,
    /// How often at most.
    pub max_retries: u32,
    /// Finished tasks are kept for this many days.
    pub keep_days: u32,
    /// At most this many tasks are kept.
    pub keep_tasks: u64,
    /// At most this many bytes of evidence are kept.
    pub keep_bytes: u64,
    /// The zone of `start_time`.
    pub time_zone: TimeZone,
}

/// `[devices]`: what a phone must offer to get work.
#[derive(Debug, Clone, PartialEq)]
pub struct Devices {
    /// Degrees Celsius.
    pub max_temperature: f32,
    /// Percent.
    pub min_battery: u8,
    /// MiB on the data partition.
    pub min_free_mib: u64,
    /// How long a probe may take.
    pub probe_timeout: Duration,
}

/// `[media]`: files that tasks may use on this machine.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Media {
    /// Files must lie under one of these.
    pub roots: Vec<PathBuf>,
    /// The folder `post` picks from.
    pub library: PathBuf,
}

/// `[scripts]`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Scripts {
    /// The operator's own scripts.
    pub folder: PathBuf,
}

/// `[apps]`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Apps {
    /// The operator's own apps.
    pub folder: PathBuf,
    /// The app of accounts that name none, and of tasks without an account.
    pub default_app: String,
    /// The app of tasks without an account on these phones.
    pub devices: BTreeMap<Serial, String>,
}

/// `[console]`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Console {
    /// Name of the theme: a file of the folder `themes` beside `farmhand.toml`, or a built-in
    /// one.
    pub theme: String,
    /// Whether the acting keys are taken away.
    pub readonly: bool,
    /// Whether the mouse is used (it takes the terminal's own selection away).
    pub mouse: bool,
    /// How a phone's screen is drawn.
    pub picture: Picture,
}

/// `[console] picture`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Picture {
    /// The best the terminal can.
    Auto,
    /// The kitty graphics protocol.
    Kitty,
    /// Sixel.
    Sixel,
    /// iTerm2's inline images.
    Iterm2,
    /// Half blocks: any terminal with colours.
    Blocks,
    /// No pictures.
    Off,
}

/// `[log]`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Log {
    /// The least important lines that are written.
    pub level: LogLevel,
    /// How lines are written.
    pub format: LogFormat,
    /// How many daily files are kept.
    pub keep: usize,
}

/// `[log] level`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum LogLevel {
    /// Defects and losses.
    Error,
    /// Trouble that passes.
    Warn,
    /// What the farm does.
    Info,
    /// How it does it.
    Debug,
    /// Every step.
    Trace,
}

/// `[log] format`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum LogFormat {
    /// Lines for people.
    Text,
    /// One JSON object a line.
    Json,
}

impl Settings {
    /// Port of the API unless set otherwise (contract).
    pub const API_PORT: u16 = 50_809;

    /// Port of an adb server unless set otherwise.
    pub const ADB_PORT: u16 = 5_037;

    /// The default of every setting.
    #[must_use]
    pub fn defaults(folders: Folders) -> Self {
        Self {
            api: Api {
                listen: vec![
                    (Ipv4Addr::LOCALHOST, Self::API_PORT).into(),
                    (Ipv6Addr::LOCALHOST, Self::API_PORT).into(),
                ],
                body_limit: 1 << 20,
                time_limit: Duration::from_secs(30),
                hosts: Vec::new(),
                origins: Vec::new(),
                http_status: HttpStatus::Code,
            },
            adb: Adb {
                servers: vec![(Ipv4Addr::LOCALHOST, Self::ADB_PORT).into()],
                start_server: true,
            },
            license: License {
                plan: farm::Plan::Business,
                device_limit: DeviceLimit::Plan,
            },
            tasks: Tasks {
                timeout: Duration::from_mins(30),
                wait_limit: Duration::from_hours(24),
                auto_retry: false,
                max_retries: 3,
                keep_days: 30,
                keep_tasks: 200_000,
                keep_bytes: 5 << 30,
                time_zone: TimeZone::system(),
            },
            devices: Devices {
                max_temperature: 45.0,
                min_battery: 10,
                min_free_mib: 200,
                probe_timeout: Duration::from_secs(5),
            },
            media: Media {
                roots: folders.home.iter().cloned().collect(),
                library: folders.data.join("media"),
            },
            scripts: Scripts {
                folder: folders.config.join("scripts"),
            },
            apps: Apps {
                folder: folders.config.join("apps"),
                default_app: "sample".into(),
                devices: BTreeMap::new(),
            },
            console: Console {
                theme: console::STANDARD_THEME.into(),
                readonly: false,
                mouse: false,
                picture: Picture::Auto,
            },
            log: Log {
                level: LogLevel::Info,
                format: LogFormat::Text,
                keep: 14,
            },
            folders,
        }
    }
}
