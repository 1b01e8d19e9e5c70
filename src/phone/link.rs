//! What a door sees of its phone: whether it can be reached, and how it misbehaves now.
//!
//! Both doors act on the same [`Link`], so that a fault means the same behind each. It knows
//! no protocol. Latency is not here: the phone itself is slow, whichever way it is asked.

use std::future::pending;
use std::sync::Arc;

use tokio::sync::watch;

use super::{Faults, Phone, Presence};

/// How a phone stands to whoever wants to reach it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Condition {
    /// It can be worked with, though it may hang.
    Up,
    /// It is there and does not greet.
    Offline,
    /// It wants a key that it will not accept.
    Unauthorized,
    /// Unplugged, or away for a reboot.
    Gone,
}

/// Follows one phone. Costs nothing while nothing changes.
#[derive(Clone)]
pub(super) struct Link {
    phone: Arc<Phone>,
    faults: watch::Receiver<Faults>,
    presence: watch::Receiver<Presence>,
}

impl Link {
    pub(super) fn new(phone: &Arc<Phone>) -> Self {
        Self {
            phone: Arc::clone(phone),
            faults: phone.watch_faults(),
            presence: phone.presence(),
        }
    }

    pub(super) fn phone(&self) -> &Arc<Phone> {
        &self.phone
    }

    pub(super) fn condition(&self) -> Condition {
        let faults = self.faults.borrow();
        if faults.drop || *self.presence.borrow() == Presence::Away {
            Condition::Gone
        } else if faults.offline {
            Condition::Offline
        } else if faults.unauthorized {
            Condition::Unauthorized
        } else {
            Condition::Up
        }
    }

    /// Waits until the condition is no longer `from`, and returns what it is then.
    pub(super) async fn left(&mut self, from: Condition) -> Condition {
        loop {
            let now = self.condition();
            if now != from {
                return now;
            }
            self.changed().await;
        }
    }

    /// Waits while the phone hangs.
    pub(super) async fn thawed(&mut self) {
        if self.faults.wait_for(|faults| !faults.hang).await.is_err() {
            // Cannot happen: the sender lives in the phone, which this link holds.
            pending::<()>().await;
        }
    }

    /// Overwrites what is about to be sent if the phone sends garbage.
    pub(super) fn garble(&self, bytes: &mut [u8]) {
        if self.faults.borrow().garbage {
            overwrite(bytes);
        }
    }

    async fn changed(&mut self) {
        tokio::select! {
            Ok(()) = self.faults.changed() => {}
            Ok(()) = self.presence.changed() => {}
            else => pending().await,
        }
    }
}

/// Noise that no protocol takes for its own, the same each time so that a run can be repeated.
fn overwrite(bytes: &mut [u8]) {
    let mut noise: u32 = 0x9e37_79b9;
    for byte in bytes {
        noise = noise.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
        *byte = (noise >> 24) as u8;
    }
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use tokio::time::timeout;

    use super::*;
    use crate::phone::PhoneSpec;

    fn phone_with(faults: Faults) -> Arc<Phone> {
        let phone = Phone::new(PhoneSpec::numbered(1));
        phone.set_faults(faults);
        phone
    }

    #[tokio::test]
    async fn a_dropped_phone_is_gone_whatever_else_is_wrong() {
        let phone = phone_with(Faults {
            drop: true,
            offline: true,
            unauthorized: true,
            ..Faults::default()
        });
        assert_eq!(Link::new(&phone).condition(), Condition::Gone);
    }

    #[tokio::test]
    async fn a_change_of_condition_is_noticed() {
        let phone = phone_with(Faults::default());
        let mut link = Link::new(&phone);
        let waiting = tokio::spawn(async move { link.left(Condition::Up).await });
        phone.set_faults(Faults {
            latency_ms: 5,
            ..Faults::default()
        });
        phone.set_faults(Faults {
            offline: true,
            ..Faults::default()
        });
        let seen = timeout(Duration::from_secs(5), waiting).await.unwrap();
        assert_eq!(seen.unwrap(), Condition::Offline);
    }

    #[test]
    fn garbage_is_no_packet_header() {
        let mut header = [0; 24];
        overwrite(&mut header);
        let word = |at: usize| u32::from_le_bytes(header[at..at + 4].try_into().unwrap());
        assert_ne!(word(0), word(20) ^ u32::MAX);
    }
}
