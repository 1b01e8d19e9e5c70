//! The user interface of one phone, by ADB alone: nothing is installed on it.
//!
//! A [`Driver`] looks at the screen, touches, types, starts apps and changes settings, each as
//! one call that says clearly how it failed. It holds the phone's lock ([`UiLocks`]), as Android
//! serves one user of UiAutomation at a time, and one shell that is kept open, so that a touch
//! costs one round trip. Whatever it changes on the phone it first notes there
//! ([`crate::adb::Phone::undo`]), so that the phone gets back what it had after a stop, a failure
//! or the death of farmhand alike.
//!
//! This module knows Android's programs and what they print. It must not know flows, selectors,
//! tasks or waiting for elements: whoever runs the steps decides what to touch and how long to
//! wait for it.

mod apps;
mod crash;
mod device;
mod error;
mod gallery;
mod locks;
mod open;
mod options;
mod permissions;
mod screen;
mod shell;
mod text;
mod touch;

use std::time::Duration;

pub use crash::{Crash, Foreground};
pub use error::DriverError;
pub use locks::UiLocks;
pub use open::Driver;
pub use options::{Extra, Keyboard, LaunchOptions};
pub use screen::{Dump, DumpError, Dumping, Looked, Source};
pub use shell::Shell;

/// How long a driver waits for its phone.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Patience {
    /// For the phone's lock, while another task or a person looks at its screen.
    pub turn: Duration,
    /// For the answer to a short command.
    pub answer: Duration,
    /// For one look at the screen, all its tries together.
    pub look: Duration,
    /// For the next byte of a file that is being copied.
    pub stall: Duration,
    /// For the media store to know a file that was copied.
    pub media: Duration,
    /// For what it did on the phone to end and to be undone.
    pub end: Duration,
}

impl Default for Patience {
    fn default() -> Self {
        Self {
            turn: Duration::from_secs(30),
            answer: Duration::from_secs(15),
            look: Duration::from_secs(40),
            stall: Duration::from_secs(30),
            media: Duration::from_secs(30),
            end: Duration::from_secs(15),
        }
    }
}

#[cfg(test)]
mod tests;
