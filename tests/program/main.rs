//! The whole program as its users have it: the binary, its API, its data folder, and virtual
//! phones that tests can look into.
//!
//! Tests that need the real `adb` pass without it and say that they were skipped, except
//! where `CI=true`.

#![expect(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    reason = "a test fails by panicking, its helpers too"
)]

#[path = "../virtual_phones/adb.rs"]
mod adb;
#[path = "../farmkit/mod.rs"]
mod farmkit;
#[path = "../cli_program/place.rs"]
#[allow(dead_code, reason = "each test program uses its own part")]
mod place;

mod commands;
mod crash;
mod ending;
mod harness;
mod leftovers;
mod load;
mod outage;
mod real_adb;
