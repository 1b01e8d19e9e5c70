//! Answers that may be files.

use std::time::Duration;

use axum::body::Body;
use axum::http::HeaderMap;
use axum::http::header::CONTENT_DISPOSITION;
use axum::http::response::Parts;
use bytes::{Bytes, BytesMut};
use http_body_util::BodyExt as _;
use tokio::time::timeout;

use super::Envelope;

/// What an address that has a file answered.
#[derive(Debug)]
pub enum Fetched {
    /// The file.
    File(File),
    /// Something else: most often why there is no file.
    Envelope(Envelope),
}

impl Fetched {
    /// The file, if it is one.
    #[must_use]
    pub fn file(self) -> Option<File> {
        match self {
            Self::File(file) => Some(file),
            Self::Envelope(_) => None,
        }
    }

    /// The envelope, if it is one.
    #[must_use]
    pub fn envelope(self) -> Option<Envelope> {
        match self {
            Self::Envelope(envelope) => Some(envelope),
            Self::File(_) => None,
        }
    }
}

/// A file that is being received.
#[derive(Debug)]
pub struct File {
    /// The headers it came with.
    pub headers: HeaderMap,
    body: Body,
}

/// Why the rest of a file did not come.
#[derive(Debug, thiserror::Error)]
pub enum FileError {
    /// The connection broke, or farmhand could not read on.
    #[error("the file broke off: {0}")]
    Broken(#[from] axum::Error),
    /// Nothing came for too long.
    #[error("the file broke off: nothing came for {0:?}")]
    Stalled(Duration),
}

impl Fetched {
    /// Whether an answer with this head is a file.
    pub(in crate::api) fn is_file(head: &Parts) -> bool {
        head.headers.contains_key(CONTENT_DISPOSITION)
    }
}

impl File {
    /// The file that an answer is.
    pub(in crate::api) fn of(head: Parts, body: Body) -> Self {
        Self {
            headers: head.headers,
            body,
        }
    }

    /// The next part, however long it takes: a log that is followed may rest. `None` at the
    /// end.
    ///
    /// # Errors
    /// [`FileError::Broken`].
    pub async fn next(&mut self) -> Result<Option<Bytes>, FileError> {
        loop {
            let Some(frame) = self.body.frame().await else {
                return Ok(None);
            };
            // Trailers are none of a file's content.
            if let Ok(part) = frame?.into_data() {
                return Ok(Some(part));
            }
        }
    }

    /// The next part, which is there already and must come within `limit`.
    ///
    /// # Errors
    /// [`FileError`].
    pub async fn next_within(&mut self, limit: Duration) -> Result<Option<Bytes>, FileError> {
        let next = timeout(limit, self.next()).await;
        next.unwrap_or(Err(FileError::Stalled(limit)))
    }

    /// All of it.
    ///
    /// # Errors
    /// [`FileError`].
    pub async fn bytes(mut self) -> Result<Bytes, FileError> {
        let mut bytes = BytesMut::new();
        while let Some(part) = self.next_within(super::DEADLINE).await? {
            bytes.extend_from_slice(&part);
        }
        Ok(bytes.freeze())
    }
}
