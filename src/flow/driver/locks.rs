//! One user of a phone's screen at a time.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError, Weak};
use std::time::Duration;

use tokio::sync::{Mutex as Turn, OwnedMutexGuard};

use super::error::DriverError;

/// A lock for each phone's screen, by serial; clones share them. Android allows one user of
/// UiAutomation at a time: a second one makes both fail.
#[derive(Debug, Clone, Default)]
pub struct UiLocks(Arc<Mutex<HashMap<String, Weak<Turn<()>>>>>);

/// The right to use one phone's screen, until dropped.
#[derive(Debug)]
pub(super) struct Held {
    _guard: OwnedMutexGuard<()>,
}

impl UiLocks {
    /// Waits for the phone's turn, first come, first served. Dropping the future gives up the
    /// place in the queue.
    ///
    /// # Errors
    /// [`DriverError::InUse`] if it is not free within `patience`.
    pub(super) async fn take(&self, serial: &str, patience: Duration) -> Result<Held, DriverError> {
        let turn = self.turn(serial);
        match tokio::time::timeout(patience, turn.lock_owned()).await {
            Ok(guard) => Ok(Held { _guard: guard }),
            Err(_) => Err(DriverError::InUse {
                serial: serial.to_owned(),
                after: patience,
            }),
        }
    }

    fn turn(&self, serial: &str) -> Arc<Turn<()>> {
        // A panic while it is held leaves nothing half-done.
        let mut turns = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(turn) = turns.get(serial).and_then(Weak::upgrade) {
            return turn;
        }
        // Nobody holds or awaits those any more: the table is as large as the number in use.
        turns.retain(|_, turn| turn.strong_count() > 0);
        let turn = Arc::new(Turn::new(()));
        turns.insert(serial.to_owned(), Arc::downgrade(&turn));
        turn
    }
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::UiLocks;
    use crate::flow::driver::DriverError;

    const LONG: Duration = Duration::from_secs(20);
    const SHORT: Duration = Duration::from_millis(20);

    #[tokio::test]
    async fn a_screen_has_one_user_at_a_time() {
        let locks = UiLocks::default();
        let held = locks.take("a", LONG).await.unwrap();
        let error = locks.clone().take("a", SHORT).await.unwrap_err();
        assert!(matches!(error, DriverError::InUse { .. }), "{error}");
        assert!(error.to_string().contains("screen of a"), "{error}");
        drop(held);
        locks.take("a", LONG).await.unwrap();
    }

    #[tokio::test]
    async fn phones_do_not_wait_for_each_other() {
        let locks = UiLocks::default();
        let _a = locks.take("a", LONG).await.unwrap();
        locks.take("b", SHORT).await.unwrap();
    }

    #[tokio::test]
    async fn who_gives_up_waiting_is_not_waited_for() {
        let locks = UiLocks::default();
        let held = locks.take("a", LONG).await.unwrap();
        let waiting = tokio::spawn({
            let locks = locks.clone();
            async move { locks.take("a", LONG).await.map(drop) }
        });
        tokio::task::yield_now().await;
        waiting.abort();
        drop(held);
        locks.take("a", LONG).await.unwrap();
    }

    #[tokio::test]
    async fn phones_that_are_not_in_use_are_forgotten() {
        let locks = UiLocks::default();
        for n in 0..100 {
            locks.take(&n.to_string(), LONG).await.unwrap();
        }
        assert_eq!(locks.0.lock().unwrap().len(), 1);
    }
}
