//! Seats for connections: at most so many, and nobody who keeps us waiting keeps others out.
//!
//! A connection either waits for us (a request is being worked on) or we wait for its client
//! (for a head, for a body, for the answer to be read). When all seats are taken, the one
//! whose client keeps us waiting longest gives way, those that never completed a request
//! first. So one client with 5,000 idle connections only closes its own.

use std::collections::BTreeMap;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use tokio::sync::Notify;
use tokio::time::Instant;
use tokio_util::sync::CancellationToken;

/// All seats.
#[derive(Debug)]
pub struct Slots {
    cap: usize,
    clock: Instant,
    open: Mutex<Open>,
    /// Told when a seat may have become free.
    changed: Arc<Notify>,
    kill: CancellationToken,
}

#[derive(Debug, Default)]
struct Open {
    next: u64,
    slots: BTreeMap<u64, Arc<Slot>>,
}

impl Slots {
    /// `cap` seats (at least one). Cancelling `kill` ends every connection at once.
    #[must_use]
    pub fn new(cap: usize, kill: CancellationToken) -> Arc<Self> {
        Arc::new(Self {
            cap: cap.max(1),
            clock: Instant::now(),
            open: Mutex::default(),
            changed: Arc::new(Notify::new()),
            kill,
        })
    }

    /// Takes a seat, making one of the waiting give way if all are taken. Waits only while
    /// every connection has a request that is being worked on.
    pub async fn take(self: &Arc<Self>) -> Seat {
        loop {
            let changed = self.changed.notified();
            tokio::pin!(changed);
            // Registered before looking, so that a change in between is not missed.
            changed.as_mut().enable();
            if let Some(seat) = self.try_take() {
                return seat;
            }
            changed.await;
        }
    }

    fn try_take(self: &Arc<Self>) -> Option<Seat> {
        let mut open = self.lock();
        if open.slots.len() >= self.cap && !Self::evict(&mut open) {
            return None;
        }
        let number = open.next;
        open.next += 1;
        let slot = Arc::new(Slot {
            clock: self.clock,
            waits_since: AtomicU64::new(0),
            served: AtomicBool::new(false),
            unread: AtomicBool::new(false),
            closed: self.kill.child_token(),
            changed: Arc::clone(&self.changed),
        });
        slot.clients_turn();
        open.slots.insert(number, Arc::clone(&slot));
        Some(Seat {
            number,
            slot,
            slots: Arc::clone(self),
        })
    }

    /// Makes one connection give way, if any of them waits for its client.
    pub fn make_room(&self) -> bool {
        Self::evict(&mut self.lock())
    }

    fn evict(open: &mut Open) -> bool {
        let waiting = open.slots.iter().filter_map(|(number, slot)| {
            let since = slot.waits_since.load(Ordering::Acquire);
            let served = slot.served.load(Ordering::Relaxed);
            (since != WORKING).then_some((served, since, *number))
        });
        let Some((_, _, number)) = waiting.min() else {
            return false;
        };
        if let Some(slot) = open.slots.remove(&number) {
            slot.closed.cancel();
        }
        true
    }

    fn lock(&self) -> MutexGuard<'_, Open> {
        // A panic cannot leave the map half changed.
        self.open.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// The value of `waits_since` while a request is being worked on.
const WORKING: u64 = 0;

/// What one connection is doing.
#[derive(Debug)]
pub struct Slot {
    clock: Instant,
    /// Milliseconds on `clock`, plus one, since when we wait for the client.
    waits_since: AtomicU64,
    served: AtomicBool,
    unread: AtomicBool,
    closed: CancellationToken,
    changed: Arc<Notify>,
}

impl Slot {
    /// From now on the client keeps us waiting.
    pub fn clients_turn(&self) {
        let ms = u64::try_from(self.clock.elapsed().as_millis()).unwrap_or(u64::MAX - 1);
        self.waits_since.store(ms + 1, Ordering::Release);
        self.changed.notify_waiters();
    }

    /// From now on the client waits for us.
    pub fn our_turn(&self) {
        self.waits_since.store(WORKING, Ordering::Release);
    }

    /// A request was answered.
    pub fn answered(&self) {
        self.served.store(true, Ordering::Relaxed);
        self.clients_turn();
    }

    /// Notes whether the client sends a body that nobody has read to its end.
    pub fn set_unread(&self, unread: bool) {
        self.unread.store(unread, Ordering::Relaxed);
    }

    /// Whether the client may still be sending a body that nobody reads.
    pub fn is_unread(&self) -> bool {
        self.unread.load(Ordering::Relaxed)
    }

    /// Resolves when this connection must close at once.
    pub async fn closed(&self) {
        self.closed.cancelled().await;
    }

    /// Resolves when the client has kept us waiting for `limit`.
    pub async fn stalled(&self, limit: Duration) {
        loop {
            let since = match self.waits_since.load(Ordering::Acquire) {
                WORKING => Instant::now(),
                ms => self.clock + Duration::from_millis(ms - 1),
            };
            if since.elapsed() >= limit {
                return;
            }
            tokio::time::sleep_until(since + limit).await;
        }
    }
}

/// A seat taken; free again when dropped.
#[derive(Debug)]
pub struct Seat {
    number: u64,
    slots: Arc<Slots>,
    /// What the connection on it is doing.
    pub slot: Arc<Slot>,
}

impl Drop for Seat {
    fn drop(&mut self) {
        self.slots.lock().slots.remove(&self.number);
        self.slots.changed.notify_waiters();
    }
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;
    use std::time::Duration;

    use tokio::time::timeout;
    use tokio_util::sync::CancellationToken;

    use super::{Seat, Slots};

    const SOON: Duration = Duration::from_secs(10);

    fn slots(cap: usize) -> Arc<Slots> {
        Slots::new(cap, CancellationToken::new())
    }

    fn is_closed(seat: &Seat) -> bool {
        seat.slot.closed.is_cancelled()
    }

    #[tokio::test]
    async fn the_longest_waiting_gives_way() {
        let slots = slots(2);
        let (first, second) = (slots.take().await, slots.take().await);
        let third = slots.take().await;
        assert_eq!(
            [&first, &second, &third].map(is_closed),
            [true, false, false]
        );
    }

    #[tokio::test]
    async fn one_that_completed_a_request_outlives_one_that_never_did() {
        let slots = slots(2);
        let (first, second) = (slots.take().await, slots.take().await);
        first.slot.answered();
        let third = slots.take().await;
        assert_eq!(
            [&first, &second, &third].map(is_closed),
            [false, true, false]
        );
    }

    #[tokio::test]
    async fn one_that_is_worked_on_never_gives_way() {
        let slots = slots(1);
        let first = slots.take().await;
        first.slot.our_turn();
        assert!(!slots.make_room());
        let mut next = polled(slots.take());
        assert!(
            next.now().is_none(),
            "no seat while the only one is worked on"
        );
        first.slot.answered();
        timeout(SOON, next.rest()).await.expect("a seat");
        assert!(is_closed(&first));
    }

    #[tokio::test]
    async fn a_seat_left_is_free_again() {
        let slots = slots(1);
        let first = slots.take().await;
        first.slot.our_turn();
        drop(first);
        timeout(SOON, slots.take()).await.expect("a seat");
    }

    #[tokio::test]
    async fn a_client_that_keeps_us_waiting_is_noticed() {
        let seat = slots(1).take().await;
        timeout(SOON, seat.slot.stalled(Duration::from_millis(5)))
            .await
            .expect("stalled");
    }

    /// A future that can be polled once before it is awaited.
    fn polled<F: Future>(future: F) -> Polled<F> {
        Polled(Box::pin(future))
    }

    struct Polled<F>(std::pin::Pin<Box<F>>);

    impl<F: Future> Polled<F> {
        fn now(&mut self) -> Option<F::Output> {
            let mut context = std::task::Context::from_waker(std::task::Waker::noop());
            match self.0.as_mut().poll(&mut context) {
                std::task::Poll::Ready(output) => Some(output),
                std::task::Poll::Pending => None,
            }
        }

        async fn rest(self) -> F::Output {
            self.0.await
        }
    }
}
