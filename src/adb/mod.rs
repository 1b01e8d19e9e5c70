//! The client of adb servers: lists of phones, shells, files, and the end of what runs on a
//! phone. It knows nothing of tasks: no ids, no store, no scripts.
//!
//! Who does what, and why. Tracking, shell, exec and sync are our own client of the adb
//! server's smart socket ([`Server`], [`Phone`], [`track`]): asynchronous, cancelled by
//! dropping the future, with a deadline on every wait, because a hung phone never answers and
//! never closes. The crate `adb_client` blocks a thread without a deadline, loses exit codes,
//! and does not show which phones left a list, so it serves only what is rare and intricate
//! (install, uninstall, reboot), each call behind a relay whose end is its deadline: see
//! the module `rare`. The `adb` program is run for one thing only, to start a server where none answers
//! ([`Starter`]).
//!
//! Layers, from the wire up: `wire` frames requests and replies, `server` asks the server,
//! `phone` opens services of a phone, and `shell`, `job`, `clean`, `sync`, `rare` each speak
//! one of them. Sources: `SERVICES.TXT`, `SYNC.TXT` and `shell_protocol.h` of AOSP's adb.
//!
//! A phone's answer is never trusted: lengths are capped before anything is allocated, and
//! what does not follow the protocol is [`AdbError::Protocol`].

mod clean;
mod devices;
mod error;
mod job;
mod limits;
mod phone;
mod pty;
mod quote;
mod random;
mod rare;
mod relay;
mod server;
mod session;
mod shell;
mod start;
mod sync;
#[cfg(test)]
mod testing;
mod track;
mod undo;
mod wire;

pub use clean::Cleaned;
pub use devices::{Details, Listed, State};
pub use error::{AdbError, Attempt, Kind};
pub use job::{Chunk, Group, Job, Note};
pub use limits::{Limits, Timeouts};
pub use phone::{Features, Phone};
pub use quote::quote;
pub use server::Server;
pub use session::Session;
pub use shell::Output;
pub use start::{Started, Starter};
pub use sync::RemoteFile;
pub use track::{TrackPolicy, Tracking, track};
pub use undo::Undone;
