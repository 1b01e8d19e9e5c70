//! The program as people and supervisors meet it: its command line, its exit codes, its
//! processes.
//!
//! One test program instead of one a file: each would link the whole crate again.

#![expect(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    reason = "clippy.toml allows them in tests, which does not reach helpers of a test program"
)]

mod apps;
mod commands;
mod console;
mod demo;
mod files;
mod flow;
mod flow_run;
mod look;
mod place;
mod serve;
mod usage;
