//! Deadlines: every wait on a phone or a server has one for silence and one for the whole.

use std::future::Future;
use std::io;
use std::time::Duration;

use tokio::time::Instant;

use super::error::{AdbError, Attempt};

/// How long a server may take.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Timeouts {
    /// To accept a TCP connection.
    pub connect: Duration,
    /// To answer a request that does not reach a phone.
    pub reply: Duration,
    /// To bring a phone up, or take it down, after `connect` or `disconnect`.
    pub bring_up: Duration,
}

impl Default for Timeouts {
    fn default() -> Self {
        Self {
            connect: Duration::from_secs(2),
            reply: Duration::from_secs(5),
            bring_up: Duration::from_secs(15),
        }
    }
}

/// How long a phone may take, and how much it may say.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Limits {
    /// The longest time without a byte from (or, when sending, to) the phone.
    pub silence: Duration,
    /// The longest time for the whole.
    pub total: Duration,
    /// The most bytes of an answer that is collected in memory. What is streamed
    /// ([`super::Job`], push, pull) has no such limit.
    pub max_bytes: usize,
}

impl Limits {
    /// Limits for a short command: `total` for the whole, silence included, and 1 MiB.
    #[must_use]
    pub const fn within(total: Duration) -> Self {
        Self {
            silence: total,
            total,
            max_bytes: 1 << 20,
        }
    }
}

/// The moment `after` from now; a time too long to add is 30 years from now.
pub(super) fn after(after: Duration) -> Instant {
    const FAR: Duration = Duration::from_secs(30 * 365 * 86_400);
    let now = Instant::now();
    now.checked_add(after).unwrap_or_else(|| now + FAR)
}

/// One operation's clock: started once, touched whenever something moves.
#[derive(Debug)]
pub(super) struct Watch {
    attempt: Attempt,
    limits: (Duration, Duration),
    ends: Instant,
    silent: Instant,
}

impl Watch {
    /// Starts the clock.
    pub fn start(attempt: Attempt, silence: Duration, total: Duration) -> Self {
        Self {
            attempt,
            limits: (silence, total),
            ends: after(total),
            silent: after(silence),
        }
    }

    /// What is timed.
    pub const fn attempt(&self) -> &Attempt {
        &self.attempt
    }

    /// The same clock with another limit of silence, counted from now.
    pub fn silence(&mut self, silence: Duration) {
        self.limits.0 = silence;
        self.touch();
    }

    /// No limits from now on: for a stream whose end is watched by other means.
    pub fn no_limit(&mut self) {
        self.limits = (Duration::MAX, Duration::MAX);
        self.ends = after(Duration::MAX);
        self.touch();
    }

    /// Something moved: the silence starts anew.
    pub fn touch(&mut self) {
        self.silent = after(self.limits.0);
    }

    /// Waits for `io`, no longer than the limits allow. The silence is not touched: a caller
    /// that waits again for the same thing must not win time by that.
    pub async fn wait<T>(
        &self,
        io: impl Future<Output = io::Result<T>>,
    ) -> Result<io::Result<T>, AdbError> {
        tokio::time::timeout_at(self.ends.min(self.silent), io)
            .await
            .map_err(|_| self.expired())
    }

    fn expired(&self) -> AdbError {
        let attempt = self.attempt.clone();
        let (silence, total) = self.limits;
        if self.ends <= self.silent {
            AdbError::TimedOut {
                attempt,
                after: total,
            }
        } else {
            AdbError::Silent {
                attempt,
                after: silence,
            }
        }
    }
}
