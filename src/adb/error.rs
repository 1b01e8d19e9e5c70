//! How talking to an adb server or a phone fails.

use std::fmt;
use std::net::SocketAddr;
use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;

/// What was attempted, and on what: the beginning of every message.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Attempt {
    /// The operation ("shell", "push", "track-devices").
    pub what: &'static str,
    /// The phone's serial, or the server's address where no phone is meant.
    pub on: Arc<str>,
}

impl fmt::Display for Attempt {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} on {}", self.what, self.on)
    }
}

/// Why an operation failed.
#[derive(Debug, thiserror::Error)]
pub enum AdbError {
    /// Nobody answers at the server's address.
    #[error("no adb server answers at {server}: {reason}")]
    Connect {
        /// The address.
        server: SocketAddr,
        /// The system's words.
        reason: String,
    },
    /// A server could not be started.
    #[error("cannot start an adb server at {server}: {reason}")]
    Start {
        /// The address.
        server: SocketAddr,
        /// What happened.
        reason: String,
    },
    /// The server closed the connection before a phone was reached.
    #[error("{attempt}: the adb server closed the connection")]
    ServerGone {
        /// What was attempted.
        attempt: Attempt,
    },
    /// The phone is listed, but offline or still connecting.
    #[error("{attempt}: the phone is offline")]
    DeviceOffline {
        /// What was attempted.
        attempt: Attempt,
    },
    /// The phone does not accept this host's key.
    #[error("{attempt}: the phone has not authorized this computer")]
    Unauthorized {
        /// What was attempted.
        attempt: Attempt,
    },
    /// The phone is still asking its user about this host's key.
    #[error("{attempt}: the phone is still authorizing this computer")]
    Authorizing {
        /// What was attempted.
        attempt: Attempt,
    },
    /// The server does not list the phone.
    #[error("{attempt}: the adb server does not list this phone")]
    NotFound {
        /// What was attempted.
        attempt: Attempt,
    },
    /// The stream ended before the answer was whole: the phone, or its server, went away.
    /// Whether a command had its effect is unknown.
    #[error("{attempt}: the connection to the phone was lost")]
    Closed {
        /// What was attempted.
        attempt: Attempt,
    },
    /// The whole took longer than allowed.
    #[error("{attempt}: not done after {after:?}")]
    TimedOut {
        /// What was attempted.
        attempt: Attempt,
        /// The limit.
        after: Duration,
    },
    /// Nothing was heard, or nothing could be sent, for longer than allowed.
    #[error("{attempt}: silent for {after:?}")]
    Silent {
        /// What was attempted.
        attempt: Attempt,
        /// The limit.
        after: Duration,
    },
    /// The answer does not follow the protocol.
    #[error("{attempt}: {detail}")]
    Protocol {
        /// What was attempted.
        attempt: Attempt,
        /// What was wrong.
        detail: String,
    },
    /// The server or the phone said no.
    #[error("{attempt}: {reason}")]
    Refused {
        /// What was attempted.
        attempt: Attempt,
        /// Its words.
        reason: String,
    },
    /// A file transfer failed on the phone's side.
    #[error("{attempt}: {path}: {reason}")]
    Sync {
        /// What was attempted.
        attempt: Attempt,
        /// The file on the phone.
        path: String,
        /// The phone's words.
        reason: String,
    },
    /// The answer is larger than the caller allows.
    #[error("{attempt}: the answer exceeds {limit} bytes")]
    TooMuch {
        /// What was attempted.
        attempt: Attempt,
        /// The limit in bytes.
        limit: usize,
    },
    /// It is not certain that everything of a command has ended on the phone.
    #[error("{attempt}: cannot confirm that it ended: {left}")]
    StillRuns {
        /// What was attempted.
        attempt: Attempt,
        /// Which groups are left, and what the phone says.
        left: String,
    },
    /// A kept shell is out of step with its client.
    #[error("{attempt}: an earlier command of this shell was cut short; open it again")]
    CutShort {
        /// What was attempted.
        attempt: Attempt,
    },
    /// A file on this computer could not be read or written.
    #[error("{attempt}: {}: {source}", path.display())]
    Local {
        /// What was attempted.
        attempt: Attempt,
        /// The file on this computer.
        path: PathBuf,
        /// The system's words.
        source: std::io::Error,
    },
    /// The caller asked for something that cannot be sent.
    #[error("{0}")]
    Invalid(String),
}

/// What an error means to a caller that has to decide what to do next.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    /// The phone or its server is not there (any more): wait for it to come back.
    Lost,
    /// A deadline passed.
    TimedOut,
    /// The phone or the server refused, or answered nonsense.
    Device,
    /// The request itself, or a file on this computer, is at fault: trying again changes nothing.
    Local,
}

impl AdbError {
    /// What this error means to the caller.
    #[must_use]
    pub const fn kind(&self) -> Kind {
        match self {
            Self::Connect { .. }
            | Self::Start { .. }
            | Self::ServerGone { .. }
            | Self::DeviceOffline { .. }
            | Self::Unauthorized { .. }
            | Self::Authorizing { .. }
            | Self::NotFound { .. }
            | Self::Closed { .. } => Kind::Lost,
            Self::TimedOut { .. } | Self::Silent { .. } => Kind::TimedOut,
            Self::Protocol { .. }
            | Self::Refused { .. }
            | Self::Sync { .. }
            | Self::TooMuch { .. }
            | Self::StillRuns { .. }
            | Self::CutShort { .. } => Kind::Device,
            Self::Local { .. } | Self::Invalid(_) => Kind::Local,
        }
    }

    /// Whether the phone or its server is not there (any more).
    #[must_use]
    pub const fn is_lost(&self) -> bool {
        matches!(self.kind(), Kind::Lost)
    }

    /// Whether a deadline passed, of the whole or of a silence.
    #[must_use]
    pub const fn is_timeout(&self) -> bool {
        matches!(self.kind(), Kind::TimedOut)
    }

    /// The error that a server's `FAIL` means. The texts are those of `transport.cpp` and
    /// `sockets.cpp`, the same from adb 29 to 36.
    pub(super) fn from_fail(attempt: Attempt, reason: &str) -> Self {
        let text = reason.trim();
        if text == "closed" {
            Self::Closed { attempt }
        } else if text.starts_with("device unauthorized") {
            Self::Unauthorized { attempt }
        } else if text.starts_with("device still authorizing") {
            Self::Authorizing { attempt }
        } else if text.starts_with("device offline") || text.starts_with("device still connecting")
        {
            Self::DeviceOffline { attempt }
        } else if text.starts_with("device '") && text.ends_with("not found")
            || text == "device not found"
            || text.starts_with("no devices")
        {
            Self::NotFound { attempt }
        } else {
            Self::Refused {
                attempt,
                reason: text.to_owned(),
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::{AdbError, Attempt, Kind};

    fn fail(reason: &str) -> AdbError {
        let attempt = Attempt {
            what: "shell",
            on: "S1".into(),
        };
        AdbError::from_fail(attempt, reason)
    }

    #[test]
    fn the_servers_words_become_kinds_of_errors() {
        assert!(matches!(fail("closed"), AdbError::Closed { .. }));
        assert!(matches!(
            fail("device offline"),
            AdbError::DeviceOffline { .. }
        ));
        assert!(matches!(
            fail("device still connecting"),
            AdbError::DeviceOffline { .. }
        ));
        assert!(matches!(
            fail("device unauthorized.\nThis adb server's $ADB_VENDOR_KEYS is not set"),
            AdbError::Unauthorized { .. }
        ));
        assert!(matches!(
            fail("device still authorizing"),
            AdbError::Authorizing { .. }
        ));
        assert!(matches!(
            fail("device 'S1' not found"),
            AdbError::NotFound { .. }
        ));
        assert!(matches!(
            fail("unknown host service"),
            AdbError::Refused { .. }
        ));
    }

    #[test]
    fn a_message_says_what_was_attempted_on_what() {
        let error = fail("device offline");
        assert_eq!(error.to_string(), "shell on S1: the phone is offline");
        assert_eq!(error.kind(), Kind::Lost);
    }
}
