//! Where a process reads from and writes to: pipes, files, the host's stream.

use std::sync::Arc;

use bytes::{Bytes, BytesMut};
use tokio::sync::{Mutex, mpsc};

use super::super::Phone;
use super::super::clock::unix_now;
use super::super::files::{Content, Errno};

/// Chunks that a pipe holds before its writer waits.
pub const PIPE_CHUNKS: usize = 16;
/// Bytes of a chunk at most, so that a pipe stays below 512 KiB and packets stay small.
const CHUNK: usize = 32 * 1024;

/// Bytes of a line after which it is cut, so that input without newlines costs no memory.
const LONGEST_LINE: usize = 1024 * 1024;

/// Which of its two outputs a process wrote to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Stream {
    Out,
    Err,
}

/// Why a write failed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum WriteError {
    /// Nobody reads any more: the process gets SIGPIPE.
    #[error("Broken pipe")]
    BrokenPipe,
    /// The file cannot be written.
    #[error("{0}")]
    File(#[from] Errno),
}

/// An open output. The reader sees the end when the last clone is dropped.
#[derive(Clone)]
pub enum Sink {
    Null,
    Pipe(mpsc::Sender<Bytes>),
    Host(mpsc::Sender<(Stream, Bytes)>, Stream),
    File(Arc<Phone>, String),
}

impl Sink {
    /// Writes everything, waiting for the reader where it is slow.
    ///
    /// # Errors
    /// [`WriteError`] when the reader is gone or the phone is full.
    pub async fn write(&self, bytes: impl Into<Bytes>) -> Result<(), WriteError> {
        let mut rest: Bytes = bytes.into();
        while !rest.is_empty() {
            let chunk = rest.split_to(rest.len().min(CHUNK));
            match self {
                Self::Null => {}
                Self::Pipe(pipe) => {
                    pipe.send(chunk).await.map_err(|_| WriteError::BrokenPipe)?;
                }
                Self::Host(host, stream) => {
                    host.send((*stream, chunk))
                        .await
                        .map_err(|_| WriteError::BrokenPipe)?;
                }
                Self::File(phone, path) => phone.tree().append(path, chunk, unix_now())?,
            }
        }
        Ok(())
    }
}

/// An open input; clones share the position.
#[derive(Clone)]
pub struct Source(Arc<Mutex<Reader>>);

struct Reader {
    /// Read, but not yet taken.
    rest: Bytes,
    from: Origin,
}

enum Origin {
    Nothing,
    Zeros,
    Pipe(mpsc::Receiver<Bytes>),
    File(Content, usize),
}

impl Source {
    fn new(from: Origin) -> Self {
        Self(Arc::new(Mutex::new(Reader {
            rest: Bytes::new(),
            from,
        })))
    }

    /// At its end from the start, as `/dev/null`.
    pub fn nothing() -> Self {
        Self::new(Origin::Nothing)
    }

    /// Without end, as `/dev/zero`.
    pub fn zeros() -> Self {
        Self::new(Origin::Zeros)
    }

    pub fn pipe(pipe: mpsc::Receiver<Bytes>) -> Self {
        Self::new(Origin::Pipe(pipe))
    }

    pub fn file(content: Content) -> Self {
        Self::new(Origin::File(content, 0))
    }

    /// The next bytes; `None` at the end.
    pub async fn chunk(&self) -> Option<Bytes> {
        self.0.lock().await.chunk().await
    }

    /// The next line with its newline, if it has one; `None` at the end. A line that is too
    /// long comes in parts.
    pub async fn line(&self) -> Option<Bytes> {
        let mut reader = self.0.lock().await;
        let mut line = BytesMut::new();
        while line.len() < LONGEST_LINE
            && let Some(mut chunk) = reader.chunk().await
        {
            let Some(end) = chunk.iter().position(|b| *b == b'\n') else {
                line.extend_from_slice(&chunk);
                continue;
            };
            line.extend_from_slice(&chunk.split_to(end + 1));
            reader.rest = chunk;
            return Some(line.freeze());
        }
        (!line.is_empty()).then(|| line.freeze())
    }

    /// At most `most` of the next bytes; `None` at the end.
    pub async fn take(&self, most: usize) -> Option<Bytes> {
        let mut reader = self.0.lock().await;
        let mut chunk = reader.chunk().await?;
        let taken = chunk.split_to(most.min(chunk.len()));
        reader.rest = chunk;
        Some(taken)
    }
}

impl Reader {
    async fn chunk(&mut self) -> Option<Bytes> {
        if !self.rest.is_empty() {
            return Some(std::mem::take(&mut self.rest));
        }
        match &mut self.from {
            Origin::Nothing => None,
            Origin::Zeros => {
                // Never at its end and never waiting: others on this thread want their turn.
                tokio::task::yield_now().await;
                Some(Bytes::from_static(&[0; 4_096]))
            }
            Origin::Pipe(pipe) => pipe.recv().await,
            Origin::File(content, next) => {
                *next += 1;
                content.chunk(*next - 1)
            }
        }
    }
}

/// The three open files of a process.
#[derive(Clone)]
pub struct Io {
    pub stdin: Source,
    pub stdout: Sink,
    pub stderr: Sink,
}

impl Io {
    /// Nothing to read and nobody to read what is written.
    pub fn closed() -> Self {
        Self {
            stdin: Source::nothing(),
            stdout: Sink::Null,
            stderr: Sink::Null,
        }
    }
}
