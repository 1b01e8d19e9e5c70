//! Plain data that every room shares: tasks, attempts, devices, accounts, events.
//!
//! Nothing here does I/O, reads a clock or knows another room. A value made here is
//! valid by construction: a [`Serial`] is never blank, a [`TaskId`] fits the contract.

mod account;
mod device;
mod event;
mod ids;
mod labels;
mod stats;
mod taken;
mod task;
mod time;
mod whole;

pub use account::{Account, AccountEntry, AccountPatch, Existing, NewAccount};
pub use device::{
    Battery, DeviceRecord, DeviceState, DeviceView, Hold, Incident, IncidentKind, Leftover,
};
pub use event::{Event, Numbered};
pub use ids::{AccountKey, InvalidId, Serial, TaskId};
pub use labels::{DeviceName, DevicePatch, Label, Labels};
pub use stats::{Rates, Stats};
pub use task::{
    Attempt, ErrorKind, NewTask, Progress, ScriptConfig, Source, Status, StopMark, Task, TaskError,
    TaskView, WaitReason,
};
pub use time::Timestamp;
pub use whole::{
    found as whole_found, known as whole_known, view as whole_view, views as whole_views,
};
