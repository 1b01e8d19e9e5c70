//! The contract, endpoint by endpoint and rule by rule, over HTTP against a real farm.
//!
//! One test program instead of one a file: each would link the whole crate again.

#![expect(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    reason = "clippy.toml allows them in tests, which does not reach helpers of a test program"
)]

mod account_csv;
mod accounts;
mod apps;
mod bodies;
#[path = "../common/mod.rs"]
mod common;
mod connections;
mod creation;
mod evidence;
mod farm;
mod listing;
mod phones;
mod races;
mod raw;
mod requests;
mod state;
