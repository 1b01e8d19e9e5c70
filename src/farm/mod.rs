//! The one way in: console, API and command line change and read tasks only through the
//! three small types here.
//!
//! [`Commands`] changes, [`Reader`] reads (each answer from one snapshot), [`Feed`] tells
//! what happens. Behind them are the scheduler, a worker per busy phone, the registry of
//! devices and recovery. It knows nothing of HTTP, keys or screens.

mod types;

pub use types::{
    Accepted, CommandError, DeleteOutcome, FarmState, License, Plan, Request, Targets, TaskDetail,
    TaskPage,
};
