//! Virtual phones: simulated Android phones to rehearse a farm on, thousands in one process.
//!
//! [`android`] is the phone itself: processes, files, packages, a screen, and the services of
//! its adbd. The doors in front of it carry those services over a wire. The room is the other
//! side of that wire: it knows nothing of the rest of farmhand, nor shares code with its adb
//! client, so that a mistake in one is not hidden by the same mistake in the other.

pub mod adbd;
pub mod android;
mod chunks;
pub mod control;
mod error;
pub mod farm;
mod faults;
mod link;
pub mod server;

pub use android::{
    Battery, Component, Details, Extra, Intent, JournalEntry, Package, Phone, PhoneSpec, Pid,
    Place, Presence, ProcessInfo, Refused, SampleAccount, SampleComment, SampleFile, SamplePost,
    SampleState, SampleView,
};
pub use error::PhoneError;
pub use faults::{BatteryFault, Faults};
