//! Virtual phones as the real `adb` sees them: its server through the adbd transport, its
//! client through the embedded server.
//!
//! Without `adb` the tests pass and say that they were skipped, except where `CI=true`.

#[path = "virtual_phones/adb.rs"]
mod adb;
#[path = "virtual_phones/adbd.rs"]
mod adbd;
#[path = "virtual_phones/faults.rs"]
mod faults;
#[path = "virtual_phones/server.rs"]
mod server;
