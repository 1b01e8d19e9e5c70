//! Phones: what is remembered of each, and what is seen now.

use serde::{Deserialize, Serialize};

use super::{Labels, Progress, Serial, TaskId, Timestamp};

/// What an adb server says of a phone, or that none lists it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum DeviceState {
    /// Listed as `device`: ready for commands.
    Online,
    /// Listed, but not reachable (`offline`, `connecting`, `no permissions`, ...).
    Offline,
    /// Listed as `unauthorized` or `authorizing`.
    Unauthorized,
    /// Listed in another mode (`recovery`, `sideload`, `bootloader`, `host`).
    OtherMode,
    /// Not listed now, but it was once.
    Gone,
}

impl DeviceState {
    /// One word for the screen.
    #[must_use]
    pub const fn text(self) -> &'static str {
        match self {
            Self::Online => "online",
            Self::Offline => "offline",
            Self::Unauthorized => "unauthorized",
            Self::OtherMode => "other_mode",
            Self::Gone => "gone",
        }
    }
}

/// Battery facts of a phone.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub struct Battery {
    /// Charge, 0 to 100 percent.
    pub percent: u8,
    /// Degrees Celsius.
    pub celsius: f32,
}

/// Why a phone gets no work until somebody, or a success, lifts it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Hold {
    /// One sentence.
    pub reason: String,
    /// Since when.
    pub since: Timestamp,
}

impl Hold {
    /// The longest reason accepted from outside, in characters.
    pub const MAX_REASON: usize = 200;
}

/// Something of an attempt that may still run on a phone.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Leftover {
    /// The task.
    pub task: TaskId,
    /// Its attempt.
    pub attempt: u32,
}

/// What the store keeps of a phone.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct DeviceRecord {
    /// Its serial.
    pub serial: Serial,
    /// Model, as the phone names itself.
    pub model: String,
    /// Android release ("14").
    pub android: String,
    /// First listing by an adb server.
    pub first_seen: Timestamp,
    /// Latest change of its connection that was stored.
    pub last_seen: Timestamp,
    /// Kept from work by an operator or after repeated failures.
    pub hold: Option<Hold>,
    /// Set in the transaction that starts an attempt, cleared when its end on the phone is
    /// confirmed: while it is there, the phone is cleaned before it gets work.
    pub leftover: Option<Leftover>,
    /// What its operator calls it.
    pub labels: Labels,
}

/// A phone as readers see it: the record and what is true now.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct DeviceView {
    /// Its serial.
    pub serial: Serial,
    /// Model, empty if never learnt.
    pub model: String,
    /// Android release, empty if never learnt.
    pub android: String,
    /// What its adb server says.
    pub state: DeviceState,
    /// Address of the adb server that lists it.
    pub server: Option<String>,
    /// Where it is plugged in, or was last (`1-4.2`: bus, then the ports of hubs); none over
    /// the network.
    pub usb: Option<String>,
    /// Why it gets no work now although it is online (`cleaning up`, `device held`, ...).
    pub blocked: Option<String>,
    /// Battery and temperature, once read.
    pub battery: Option<Battery>,
    /// Free space on the data partition in MiB, once read.
    pub free_mib: Option<u64>,
    /// The task that runs there.
    pub task: Option<TaskId>,
    /// How far that task is.
    pub progress: Option<Progress>,
    /// Pending tasks for it.
    pub queue: u64,
    /// Last answer or listing.
    pub last_seen: Option<Timestamp>,
    /// Kept from work by an operator or after repeated failures.
    pub hold: Option<Hold>,
    /// What its operator calls it: `name`, `group` and `tags` beside the other fields.
    #[serde(flatten)]
    pub labels: Labels,
}

/// What kind of trouble an incident is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum IncidentKind {
    /// An adb server does not answer.
    AdbServer,
    /// Several phones of one USB hub went at nearly the same time.
    Hub,
    /// Two adb servers show the same serial.
    DuplicateSerial,
    /// A phone was quarantined.
    Quarantine,
    /// The store cannot write.
    Store,
}

/// Trouble that is going on: one line, however many phones it touches.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Incident {
    /// The kind.
    pub kind: IncidentKind,
    /// What it is about: an address, a serial.
    pub subject: String,
    /// One sentence.
    pub message: String,
    /// Since when.
    pub since: Timestamp,
}
