//! How driving a phone fails.

use std::time::Duration;

use crate::adb::AdbError;

/// Why something could not be done on a phone.
#[derive(Debug, thiserror::Error)]
pub enum DriverError {
    /// The phone cannot be reached, or did not answer in time, or answered nonsense:
    /// [`AdbError::kind`] tells which.
    #[error(transparent)]
    Adb(#[from] AdbError),
    /// The phone said no.
    #[error("{what}: {said}")]
    Refused {
        /// What was attempted.
        what: String,
        /// The phone's words.
        said: String,
    },
    /// It did not come about in time, though the phone answers.
    #[error("{what}: not done after {after:?}; the phone said last: {said}")]
    TimedOut {
        /// What was attempted.
        what: String,
        /// The limit.
        after: Duration,
        /// The phone's last words.
        said: String,
    },
    /// Someone else uses the phone's screen.
    #[error("the screen of {serial} is in use by someone else; not free after {after:?}")]
    InUse {
        /// Which phone.
        serial: String,
        /// How long it was waited for.
        after: Duration,
    },
    /// This phone, or its Android, cannot do it.
    #[error("{what} is not possible on this phone: {why}")]
    Unsupported {
        /// What was attempted.
        what: String,
        /// Why, and what can be done about it.
        why: String,
    },
    /// What was asked for makes no sense to any phone.
    #[error("{0}")]
    Invalid(String),
}

impl DriverError {
    /// Whether the phone or its server is not there (any more).
    #[must_use]
    pub const fn is_lost(&self) -> bool {
        matches!(self, Self::Adb(error) if error.is_lost())
    }

    /// Whether a deadline passed.
    #[must_use]
    pub const fn is_timeout(&self) -> bool {
        match self {
            Self::Adb(error) => error.is_timeout(),
            Self::TimedOut { .. } | Self::InUse { .. } => true,
            Self::Refused { .. } | Self::Unsupported { .. } | Self::Invalid(_) => false,
        }
    }
}
