//! Small randomness: nonces that a command's own output cannot contain by chance, and jitter
//! for back-off. Not for secrets.

use std::hash::{BuildHasher, Hasher, RandomState};
use std::time::Duration;

/// 64 bits from the standard library's randomly keyed hasher: enough here, and no dependency.
fn bits() -> u64 {
    RandomState::new().build_hasher().finish()
}

/// A word that marks our own lines in a phone's output: letters and digits only.
pub(super) fn nonce() -> String {
    format!("fh{:016x}", bits())
}

/// A time between half of `pause` and `pause`, so that many trackers do not knock together.
pub(super) fn jitter(pause: Duration) -> Duration {
    let share = f64::from((bits() % 1024) as u16) / 1024.0;
    pause.mul_f64(0.5 + share / 2.0)
}
