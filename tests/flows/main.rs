//! The five scripts as a client of the API has them: the program, Debian's `adb` server and
//! virtual phones, whose sample app afterwards has exactly what was asked for, no more.
//!
//! Without the real `adb` these tests pass and say that they were skipped, except where
//! `CI=true`.

#![expect(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    reason = "a test fails by panicking, its helpers too"
)]

#[path = "../virtual_phones/adb.rs"]
mod adb;
#[path = "../program/harness.rs"]
#[allow(dead_code, reason = "each test program uses its own part")]
mod harness;
#[path = "../cli_program/place.rs"]
#[allow(dead_code, reason = "each test program uses its own part")]
mod place;

mod accounts;
mod browsing;
mod comments;
mod follows;
mod modes;
mod posts;
mod stage;
