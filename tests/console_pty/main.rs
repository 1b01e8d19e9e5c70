//! The whole program on a real pseudo-terminal, with virtual phones behind it and its API
//! beside it: what the console shows and does is what the API then reports.

#![expect(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    reason = "a test fails by panicking, its helpers too"
)]

mod acts;
mod endings;
mod farm;
mod files;
mod looks;
mod numbers;
mod program;
mod reasons;
mod screen;
mod stall;
mod storm;
mod terminal;
mod texts;
