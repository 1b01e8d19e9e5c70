//! Time on the phone: the wall clock, and one boot's identity and uptime.

use std::hash::{BuildHasher, Hasher, RandomState};
use std::time::{Duration, Instant, SystemTime, UNIX_EPOCH};

use tokio_util::sync::CancellationToken;

/// Seconds since 1970.
pub fn unix_now() -> u32 {
    let since = SystemTime::now()
        .duration_since(UNIX_EPOCH)
        .unwrap_or_default();
    u32::try_from(since.as_secs()).unwrap_or(u32::MAX)
}

/// One boot, from power-on to the next.
pub struct Boot {
    /// As `/proc/sys/kernel/random/boot_id` tells it.
    pub id: String,
    /// Cancelled when the phone goes down: every open service ends.
    pub over: CancellationToken,
    started: Instant,
    /// Uptime when the boot was simulated, so that phones look used.
    head_start: Duration,
}

impl Boot {
    /// A boot that has already lasted for `head_start`.
    pub fn new(head_start: Duration) -> Self {
        Self {
            id: random_uuid(),
            over: CancellationToken::new(),
            started: Instant::now(),
            head_start,
        }
    }

    /// How long it has lasted.
    pub fn uptime(&self) -> Duration {
        self.head_start + self.started.elapsed()
    }
}

/// A UUID of version 4 from the standard library's random hasher seeds.
fn random_uuid() -> String {
    let random = || RandomState::new().build_hasher().finish();
    let (high, low) = (random(), random());
    format!(
        "{:08x}-{:04x}-4{:03x}-{:04x}-{:012x}",
        high >> 32,
        high >> 16 & 0xffff,
        high & 0xfff,
        low >> 48 & 0x3fff | 0x8000,
        low & 0xffff_ffff_ffff,
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_two_boots_share_an_id() {
        let (one, other) = (Boot::new(Duration::ZERO), Boot::new(Duration::ZERO));
        assert_eq!(one.id.len(), 36);
        assert_ne!(one.id, other.id);
    }
}
