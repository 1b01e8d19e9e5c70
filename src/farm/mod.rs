//! The one way in: console, API and command line change and read tasks only through the
//! three small types here.
//!
//! [`Commands`] changes, [`Reader`] reads (each answer from one snapshot), [`Feed`] tells
//! what happens. Behind them are the scheduler, a worker per busy phone, the registry of
//! devices and recovery. It knows nothing of HTTP, keys or screens.

mod apps;
mod commands;
mod counts;
mod csv;
mod evidence;
mod failures;
mod feed;
mod histogram;
mod hub;
mod live;
mod look;
mod loops;
mod probe;
mod rates;
mod reader;
mod registry;
mod retention;
mod retry;
mod scheduler;
mod settings;
mod start;
mod start_time;
mod submit;
mod tally;
#[cfg(test)]
mod testing;
mod types;
mod worker;

pub use commands::Commands;
pub use csv::{BadLine, BadLines, MAX_NOTES};
pub use evidence::{
    EvidenceFile, FileType, HIERARCHY, LOG, LogFollower, OpenEvidence, SCREEN,
    folder as evidence_folder,
};
pub use failures::{FailureGroup, Failures, Reason};
pub use feed::{Feed, FeedError, Subscription};
pub use look::{ScreenBounds, ScreenFlag, ScreenNode, ScreenTree, Step};
pub use reader::Reader;
pub use settings::{DeviceRules, FarmConfig, StartServer, TaskRules};
pub use start::{Farm, Running, StartError, open_offline, start};
pub use tally::{AdbAnswer, LastFailure, Statistics, Tally};
pub use types::{
    Accepted, CommandError, DeleteOutcome, FarmState, Foreseen, IdempotencyKey, Imported, License,
    Plan, Request, Targets, TaskDetail, TaskPage,
};
