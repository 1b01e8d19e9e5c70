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
