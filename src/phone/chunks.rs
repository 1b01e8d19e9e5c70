//! Reading a stream in pieces whose size follows the traffic.
//!
//! Thousands of streams wait for output that seldom comes, and a few pour out a file: a stream
//! at rest holds a little memory, one that fills its piece gets a larger one.

use bytes::{BufMut, BytesMut};
use tokio::io::{AsyncRead, AsyncReadExt};

/// What a stream at rest holds ready, in bytes.
const SMALL: usize = 4 * 1024;
/// The largest piece, in bytes; larger ones would not be faster.
const LARGE: usize = 64 * 1024;

/// The pieces of a stream, in order.
pub(super) struct Chunks<R> {
    io: R,
    largest: usize,
    next: usize,
}

impl<R: AsyncRead + Unpin> Chunks<R> {
    /// Pieces of at most `largest` bytes.
    pub(super) fn new(io: R, largest: usize) -> Self {
        let largest = largest.min(LARGE);
        Self {
            io,
            largest,
            next: SMALL.min(largest),
        }
    }

    /// The next piece, never empty; `None` once the stream has ended or failed.
    pub(super) async fn next(&mut self) -> Option<BytesMut> {
        let mut piece = BytesMut::with_capacity(self.next);
        let mut room = (&mut piece).limit(self.next);
        let length = self.io.read_buf(&mut room).await.ok()?;
        let filled = length == self.next;
        self.next = if filled { LARGE } else { SMALL }.min(self.largest);
        (length > 0).then_some(piece)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    async fn sizes(stream: &[u8], largest: usize) -> Vec<usize> {
        let mut chunks = Chunks::new(stream, largest);
        let mut sizes = Vec::new();
        while let Some(chunk) = chunks.next().await {
            sizes.push(chunk.len());
        }
        sizes
    }

    #[tokio::test]
    async fn pieces_grow_with_the_traffic_and_shrink_after_it() {
        let stream = vec![7; SMALL + LARGE + 1];
        assert_eq!(sizes(&stream, usize::MAX).await, [SMALL, LARGE, 1]);
    }

    #[tokio::test]
    async fn no_piece_is_larger_than_allowed() {
        assert_eq!(sizes(&[7; 25], 10).await, [10, 10, 5]);
    }
}
