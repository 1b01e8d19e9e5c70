//! Tells everybody who listens what happened, without waiting for anybody.

use std::sync::{Arc, Mutex, PoisonError};

use tokio::sync::broadcast;

use crate::model::{Event, Numbered};

/// Events a slow subscriber may lag behind before it is told that it missed some.
const BACKLOG: usize = 4_096;

/// The farm's events. Cheap to clone.
#[derive(Debug, Clone)]
pub struct Feed {
    boot: u64,
    sender: broadcast::Sender<Arc<Numbered>>,
    /// Held while numbering and sending, so that numbers arrive in order.
    next: Arc<Mutex<u64>>,
}

/// One listener's place in the feed.
#[derive(Debug)]
pub struct Subscription(broadcast::Receiver<Arc<Numbered>>);

/// What a subscriber gets instead of an event.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum FeedError {
    /// It was too slow: this many events are lost to it. Read the state anew, then go on.
    #[error("{0} events were missed")]
    Missed(u64),
    /// The farm has ended.
    #[error("the feed has ended")]
    Ended,
}

impl Feed {
    /// A feed whose events carry this boot number.
    pub(super) fn new(boot: u64) -> Self {
        Self {
            boot,
            sender: broadcast::Sender::new(BACKLOG),
            next: Arc::new(Mutex::new(1)),
        }
    }

    /// Identifies this start of farmhand.
    #[must_use]
    pub const fn boot(&self) -> u64 {
        self.boot
    }

    /// Numbers an event and sends it to all who listen; never waits.
    pub(super) fn send(&self, event: Event) {
        let mut next = self.next.lock().unwrap_or_else(PoisonError::into_inner);
        let numbered = Numbered {
            boot: self.boot,
            seq: *next,
            event,
        };
        *next += 1;
        // An error only says that nobody listens.
        let _ = self.sender.send(Arc::new(numbered));
    }

    /// Listens from now on.
    #[must_use]
    pub fn subscribe(&self) -> Subscription {
        Subscription(self.sender.subscribe())
    }
}

impl Subscription {
    /// The next event.
    ///
    /// # Errors
    /// [`FeedError::Missed`] once after falling behind, [`FeedError::Ended`] at the end.
    pub async fn next(&mut self) -> Result<Arc<Numbered>, FeedError> {
        self.0.recv().await.map_err(|error| match error {
            broadcast::error::RecvError::Lagged(n) => FeedError::Missed(n),
            broadcast::error::RecvError::Closed => FeedError::Ended,
        })
    }

    /// The next event, if there is one already.
    ///
    /// # Errors
    /// As [`Subscription::next`].
    pub fn try_next(&mut self) -> Result<Option<Arc<Numbered>>, FeedError> {
        use broadcast::error::TryRecvError;
        match self.0.try_recv() {
            Ok(event) => Ok(Some(event)),
            Err(TryRecvError::Empty) => Ok(None),
            Err(TryRecvError::Lagged(n)) => Err(FeedError::Missed(n)),
            Err(TryRecvError::Closed) => Err(FeedError::Ended),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn events_are_numbered_without_gaps() {
        let feed = Feed::new(7);
        let mut listener = feed.subscribe();
        feed.send(Event::Accounts);
        feed.send(Event::Incidents);
        assert_eq!(listener.next().await.unwrap().id(), "7.1");
        assert_eq!(listener.next().await.unwrap().id(), "7.2");
    }

    #[tokio::test]
    async fn a_slow_subscriber_is_told_how_many_it_missed_and_goes_on() {
        let feed = Feed::new(1);
        let mut slow = feed.subscribe();
        for _ in 0..BACKLOG + 3 {
            feed.send(Event::Accounts);
        }
        assert_eq!(slow.next().await.unwrap_err(), FeedError::Missed(3));
        assert_eq!(slow.next().await.unwrap().seq, 4);
    }

    #[tokio::test]
    async fn the_end_of_the_farm_ends_the_feed() {
        let feed = Feed::new(1);
        let mut listener = feed.subscribe();
        drop(feed);
        assert_eq!(listener.next().await.unwrap_err(), FeedError::Ended);
    }
}
