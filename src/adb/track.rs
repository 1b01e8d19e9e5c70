//! Following a server's list of phones, through the server's death and return.
//!
//! Two sources are merged. `host:track-devices` sends the whole list on each change, but adb 29
//! does not announce a network phone that went offline (nothing for 10 to 61 s, measured). So
//! `host:devices` is asked every few seconds too; that also finds a server which accepts but
//! no longer answers. Both are whole lists, so the newer one holds; an answer that was still
//! under way when the other source spoke is thrown away, as it may be older.

use std::time::Duration;

use tokio::sync::mpsc;
use tokio::time::{Instant, sleep_until};
use tokio_util::sync::CancellationToken;

use super::devices::{Listed, parse_list};
use super::error::AdbError;
use super::limits::after;
use super::random::jitter;
use super::server::Server;
use super::start::{Started, Starter};
use super::wire::Wire;

/// What waits for a slow reader: lists are whole, so more would only be older news.
const WAITING: usize = 16;

/// How a server is followed.
#[derive(Debug, Clone, Copy)]
pub struct TrackPolicy {
    /// How often `host:devices` is asked.
    pub poll: Duration,
    /// The first pause before a server that went away is tried again; it doubles.
    pub backoff_min: Duration,
    /// The longest pause. Each pause is shortened by up to a half at random.
    pub backoff_max: Duration,
    /// Start a server on this computer if none answers, by [`Starter`]'s rule.
    pub start_server: bool,
}

impl Default for TrackPolicy {
    fn default() -> Self {
        Self {
            poll: Duration::from_secs(3),
            backoff_min: Duration::from_millis(100),
            backoff_max: Duration::from_secs(5),
            start_server: true,
        }
    }
}

/// News of a server.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Tracking {
    /// It answers. What was learnt of its phones in an earlier epoch holds no more.
    Up {
        /// From 1, one more each time it comes back.
        epoch: u64,
        /// Its internal version.
        version: u32,
    },
    /// All its phones, sorted by serial: sent once after `Up`, then when something changed.
    Listed {
        /// The epoch.
        epoch: u64,
        /// The whole list.
        phones: Vec<Listed>,
    },
    /// It does not answer, and is tried again. Once per outage, and again when the reason
    /// changes.
    Down {
        /// The epoch that ended; 0 if it never answered.
        epoch: u64,
        /// One sentence.
        message: String,
    },
}

/// Follows `server` in a task of its own until `stop`, or until the receiver is dropped.
/// Must be called within a tokio runtime.
#[must_use]
pub fn track(
    server: Server,
    policy: TrackPolicy,
    stop: CancellationToken,
) -> mpsc::Receiver<Tracking> {
    let (news, reader) = mpsc::channel(WAITING);
    let tracker = Tracker {
        starter: Starter::new(server.clone()),
        server,
        policy,
        news: news.clone(),
        epoch: 0,
        told: None,
        not_started: None,
    };
    tokio::spawn(async move {
        tokio::select! {
            () = stop.cancelled() => {}
            () = news.closed() => {}
            () = tracker.run() => {}
        }
    });
    reader
}

struct Tracker {
    server: Server,
    policy: TrackPolicy,
    starter: Starter,
    news: mpsc::Sender<Tracking>,
    epoch: u64,
    /// The reason of this outage that was told last.
    told: Option<String>,
    /// Why no server could be started in this outage.
    not_started: Option<String>,
}

/// The receiver is gone: nobody is left to follow for.
struct Unheard;

impl Tracker {
    /// Epoch after epoch, until nobody listens.
    async fn run(mut self) {
        let mut pause = self.policy.backoff_min;
        loop {
            let began = Instant::now();
            let Ok(error) = self.follow().await else {
                return;
            };
            // Only an epoch that lasted earns a quick reconnect: one that fails at once, again
            // and again, is as good as none.
            if began.elapsed() > self.policy.backoff_max {
                pause = self.policy.backoff_min;
            }
            if self.policy.start_server && matches!(error, AdbError::Connect { .. }) {
                match self.starter.outage().await {
                    Started::Yes => continue,
                    Started::NotNow => {}
                    Started::Failed(e) => self.not_started = Some(e.to_string()),
                }
            }
            let message = self.not_started.clone();
            let message = message.unwrap_or_else(|| error.to_string());
            if self.tell_down(message).await.is_err() {
                return;
            }
            tokio::time::sleep(jitter(pause)).await;
            pause = (pause * 2).min(self.policy.backoff_max);
        }
    }

    /// One epoch, from the first answer to the error that ends it.
    async fn follow(&mut self) -> Result<AdbError, Unheard> {
        let attempt = self.server.attempt("track-devices");
        let opened = async {
            let version = self.server.version().await?;
            let mut wire = self.server.open(attempt).await?;
            wire.request(&["host:track-devices"]).await?;
            let first = list(&mut wire).await?;
            Ok((version, wire, first))
        };
        let (version, mut wire, mut announced) = match opened.await {
            Ok(opened) => opened,
            Err(error) => return Ok(error),
        };
        self.starter.answered();
        self.told = None;
        self.not_started = None;
        self.epoch += 1;
        let epoch = self.epoch;
        self.tell(Tracking::Up { epoch, version }).await?;
        // From here the server speaks when something changes: the polls watch that it lives.
        wire.watch.no_limit();

        let mut known = None;
        loop {
            self.tell_list(&mut known, announced).await?;
            // Polls until the server announces something, which makes a poll under way stale.
            announced = loop {
                let next = after(self.policy.poll);
                let polled = tokio::select! {
                    biased;
                    announced = list(&mut wire) => match announced {
                        Ok(phones) => break phones,
                        Err(error) => return Ok(error),
                    },
                    polled = poll(&self.server, next) => polled,
                };
                match polled {
                    Ok(phones) => self.tell_list(&mut known, phones).await?,
                    Err(error) => return Ok(error),
                }
            };
        }
    }

    async fn tell_list(
        &self,
        known: &mut Option<Vec<Listed>>,
        phones: Vec<Listed>,
    ) -> Result<(), Unheard> {
        if known.as_ref() == Some(&phones) {
            return Ok(());
        }
        *known = Some(phones.clone());
        let epoch = self.epoch;
        self.tell(Tracking::Listed { epoch, phones }).await
    }

    async fn tell_down(&mut self, message: String) -> Result<(), Unheard> {
        if self.told.as_ref() == Some(&message) {
            return Ok(());
        }
        tracing::warn!(server = %self.server.addr(), epoch = self.epoch, %message, "adb server is down");
        self.told = Some(message.clone());
        let epoch = self.epoch;
        self.tell(Tracking::Down { epoch, message }).await
    }

    async fn tell(&self, news: Tracking) -> Result<(), Unheard> {
        self.news.send(news).await.map_err(|_| Unheard)
    }
}

/// The next announced list. Loses nothing when it is dropped.
async fn list(wire: &mut Wire) -> Result<Vec<Listed>, AdbError> {
    let text = wire.text().await?;
    parse_list(&text).map_err(|detail| wire.protocol(detail))
}

async fn poll(server: &Server, at: Instant) -> Result<Vec<Listed>, AdbError> {
    sleep_until(at).await;
    server.devices().await
}

#[cfg(test)]
#[path = "track_tests.rs"]
mod tests;
