//! Virtual phones as the real `adb` sees them: its server through the adbd transport, its
//! client through the embedded server.
//!
//! Without `adb` the tests pass and say that they were skipped, except where `CI=true`.

#![expect(
    clippy::unwrap_used,
    clippy::panic,
    reason = "a test fails by panicking, its helpers too"
)]

mod adb;
mod adbd;
mod faults;
mod server;
