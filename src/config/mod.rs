//! Settings: what an operator can choose, read from four layers and checked.
//!
//! The first layer that has a setting wins: flags, then `FARMHAND_*` variables, then
//! `farmhand.toml`, then the defaults. Every setting is one line of the table in `keys`, which
//! serves the file, the variables and the messages, so that they cannot disagree.
//!
//! This room must not start anything nor know what a setting does. It reads one file, and asks
//! the resolver for the adb servers that are given by name.

mod error;
mod file;
mod keys;
mod layers;
mod settings;
mod units;
mod value;

pub use error::{ConfigError, Place, Problem};
pub use layers::{Flags, Loaded, Variables, load};
pub use settings::{
    Adb, Api, Apps, Console, DeviceLimit, Devices, Folders, HttpStatus, License, Log, LogFormat,
    LogLevel, Media, Picture, Scripts, Settings, Tasks,
};

/// Reads `HOST:PORT` of an adb server, as `--adb` has it.
///
/// # Errors
/// One sentence: it is not of that form, or the host does not resolve.
pub fn adb_server(text: &str) -> Result<std::net::SocketAddr, String> {
    value::resolve(text)
}

#[cfg(test)]
mod tests;
