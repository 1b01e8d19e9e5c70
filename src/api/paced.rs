//! A body that comes bit by bit, and who keeps whom waiting meanwhile: while it has nothing to
//! give we do, once it gave something its client does. So a log that rests is not cut off, and
//! a client that reads nothing is, like any other.

use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll, ready};

use axum::body::Body;
use axum::response::Response;
use bytes::Bytes;
use hyper::body::{Body as _, Frame, SizeHint};

use super::slots::Slot;

/// Tells `slot` whose turn it is while the answer is being sent. Answers that are there whole
/// stay as they are.
pub fn paced(response: Response, slot: &Arc<Slot>) -> Response {
    if response.body().size_hint().exact().is_some() {
        return response;
    }
    response.map(|body| {
        Body::new(Paced {
            body,
            slot: Arc::clone(slot),
        })
    })
}

struct Paced {
    body: Body,
    slot: Arc<Slot>,
}

impl hyper::body::Body for Paced {
    type Data = Bytes;
    type Error = axum::Error;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, axum::Error>>> {
        self.slot.our_turn();
        let frame = ready!(Pin::new(&mut self.body).poll_frame(cx));
        self.slot.clients_turn();
        Poll::Ready(frame)
    }

    fn is_end_stream(&self) -> bool {
        self.body.is_end_stream()
    }

    fn size_hint(&self) -> SizeHint {
        self.body.size_hint()
    }
}

impl Drop for Paced {
    fn drop(&mut self) {
        self.slot.clients_turn();
    }
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use axum::body::Body;
    use axum::response::Response;
    use bytes::Bytes;
    use http_body_util::BodyExt as _;
    use hyper::body::Frame;
    use tokio::sync::mpsc;
    use tokio::time::timeout;
    use tokio_util::sync::CancellationToken;

    use super::{Context, Pin, Poll, paced};
    use crate::api::slots::{Seat, Slots};

    /// A body that gives what it is told to.
    struct Told(mpsc::Receiver<Bytes>);

    impl hyper::body::Body for Told {
        type Data = Bytes;
        type Error = std::convert::Infallible;

        fn poll_frame(
            mut self: Pin<&mut Self>,
            cx: &mut Context<'_>,
        ) -> Poll<Option<Result<Frame<Bytes>, Self::Error>>> {
            let next = self.0.poll_recv(cx);
            next.map(|bytes| bytes.map(|bytes| Ok(Frame::data(bytes))))
        }
    }

    async fn seat() -> Seat {
        Slots::new(1, CancellationToken::new()).take().await
    }

    /// Whether the client keeps us waiting, by a patience of nothing.
    async fn is_stalled(seat: &Seat) -> bool {
        let now = Duration::ZERO;
        let stalled = seat.slot.stalled(Duration::from_millis(1));
        tokio::time::sleep(Duration::from_millis(5)).await;
        timeout(now, stalled).await.is_ok()
    }

    #[tokio::test(start_paused = true)]
    async fn a_body_that_rests_keeps_its_client_waiting_and_a_part_unread_the_reverse() {
        let seat = seat().await;
        let (sender, told) = mpsc::channel(1);
        let mut body = paced(Response::new(Body::new(Told(told))), &seat.slot).into_body();
        assert!(timeout(Duration::from_secs(1), body.frame()).await.is_err());
        assert!(!is_stalled(&seat).await, "it rests");
        sender.send("more".into()).await.unwrap();
        assert!(body.frame().await.is_some());
        assert!(is_stalled(&seat).await, "nobody reads on");
        assert!(timeout(Duration::from_secs(1), body.frame()).await.is_err());
        assert!(!is_stalled(&seat).await, "it was read");
        drop(body);
        assert!(is_stalled(&seat).await, "it is over");
    }

    #[tokio::test]
    async fn an_answer_that_is_there_whole_stays_as_it_is() {
        let seat = seat().await;
        seat.slot.our_turn();
        let mut body = paced(Response::new(Body::from("whole")), &seat.slot).into_body();
        assert!(body.frame().await.is_some());
        assert!(
            !is_stalled(&seat).await,
            "the handler says whose turn it is"
        );
    }
}
