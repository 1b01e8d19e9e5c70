//! The adb client against virtual phones, behind the embedded adb server and behind a real one.
//!
//! Without `adb` the real one is left out, and said so, except where `CI=true`.

#![expect(
    clippy::unwrap_used,
    clippy::panic,
    reason = "helpers of tests fail as tests do"
)]

#[path = "adb_client/files.rs"]
mod files;
#[path = "adb_client/jobs.rs"]
mod jobs;
#[path = "adb_client/session.rs"]
mod session;
#[path = "adb_client/shell.rs"]
mod shell;
#[path = "adb_client/stage.rs"]
mod stage;
#[path = "adb_client/tracking.rs"]
mod tracking;
