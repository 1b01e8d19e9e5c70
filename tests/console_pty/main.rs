//! The whole program on a real pseudo-terminal, with virtual phones behind it and its API
//! beside it: what the console shows and does is what the API then reports.
//!
//! The files `c01` to `c10` are the ten checks that the console is measured by; each opens with
//! its sentence.

#![expect(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    reason = "a test fails by panicking, its helpers too"
)]

mod accounts;
mod acts;
mod c01_first_screen;
mod c02_selection;
mod c03_marks;
mod c04_filter;
mod c05_keymap;
mod c06_readonly;
mod c07_log;
mod c08_sizes;
mod c09_plain;
mod c10_bytes;
mod c10_endings;
mod c10_stalled;
mod details;
mod doing;
mod farm;
mod keystrokes;
mod picture;
mod program;
mod reasons;
mod screen;
mod storm;
mod terminal;
