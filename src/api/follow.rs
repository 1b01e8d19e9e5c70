//! The body of an answer that goes on while a log grows. Nothing of it runs by itself: the
//! connection asks for the next part once it has room, and dropping it ends everything.

use std::io;
use std::pin::Pin;
use std::task::{Context, Poll, ready};

use bytes::Bytes;
use hyper::body::{Body, Frame};
use tokio::sync::OwnedSemaphorePermit;
use tokio_util::sync::CancellationToken;

use crate::farm::LogFollower;

/// Answers of this kind at once. Each holds a connection that gives way to nobody.
pub const FOLLOWERS: usize = 32;

type Step = Pin<Box<dyn Future<Output = Option<(io::Result<Bytes>, LogFollower)>> + Send>>;

/// A log as a body.
pub struct FollowBody {
    /// Reads the next part; `None` once the end was told.
    step: Option<Step>,
    closing: CancellationToken,
    _place: OwnedSemaphorePermit,
}

impl FollowBody {
    /// Ends with the log, or in order when `closing` is cancelled.
    pub fn new(log: LogFollower, closing: CancellationToken, place: OwnedSemaphorePermit) -> Self {
        Self {
            step: Some(Box::pin(step(log, closing.clone()))),
            closing,
            _place: place,
        }
    }
}

async fn step(
    mut log: LogFollower,
    closing: CancellationToken,
) -> Option<(io::Result<Bytes>, LogFollower)> {
    let part = tokio::select! {
        biased;
        () = closing.cancelled() => None,
        part = log.next() => part.transpose(),
    };
    part.map(|part| (part, log))
}

impl Body for FollowBody {
    type Data = Bytes;
    type Error = io::Error;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
    ) -> Poll<Option<io::Result<Frame<Bytes>>>> {
        let Some(current) = &mut self.step else {
            return Poll::Ready(None);
        };
        let done = ready!(current.as_mut().poll(cx));
        self.step = None;
        Poll::Ready(done.map(|(part, log)| {
            if part.is_ok() {
                self.step = Some(Box::pin(step(log, self.closing.clone())));
            }
            part.map(Frame::data)
        }))
    }
}
