//! `sync:`: files to and from the phone, as AOSP `SYNC.TXT` and `file_sync_protocol.h` have it.
//!
//! Requests are an id of four letters, a length (u32, little endian) and a path. After a
//! failure adbd sends FAIL, reads away what still comes, and ends the session.

use std::sync::Arc;

use bytes::{BufMut, BytesMut};
use tokio::io::{AsyncReadExt, AsyncWriteExt, DuplexStream};

use super::super::Phone;
use super::super::clock::unix_now;
use super::super::files::{Content, Errno, S_IFMT, S_IFREG, Stat, path};
use super::super::journal::JournalEntry;

/// The longest path, in bytes.
const LONGEST_PATH: usize = 1_024;
/// The largest DATA chunk, in bytes.
const LARGEST_CHUNK: usize = 64 * 1024;

/// Why a session ends.
#[derive(Debug, thiserror::Error)]
enum SessionError {
    /// The host is gone.
    #[error("the stream broke: {0}")]
    Stream(#[from] std::io::Error),
    /// A request failed; the host is yet to be told.
    #[error("{0}")]
    Failed(String),
    /// A push failed, the host was told and has sent the rest.
    #[error("the push failed, the host knows")]
    Refused,
}

/// Which of the two forms of an answer was asked for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Version {
    One,
    Two,
}

struct Session<'a> {
    phone: &'a Arc<Phone>,
    stream: DuplexStream,
}

/// Serves requests until QUIT, a failure, or the end of the stream.
pub async fn serve(phone: &Arc<Phone>, stream: DuplexStream) {
    let mut session = Session { phone, stream };
    if let Err(SessionError::Failed(reason)) = session.run().await {
        // The session ends in any case.
        let _ = session.send(b"FAIL", reason.as_bytes()).await;
    }
}

impl Session<'_> {
    async fn run(&mut self) -> Result<(), SessionError> {
        loop {
            let (id, length) = self.header().await?;
            if &id == b"QUIT" {
                return Ok(());
            }
            if length > LONGEST_PATH {
                return Err(SessionError::Failed("path too long".to_owned()));
            }
            let name = self.bytes(length).await?;
            self.phone.answering_late().await;
            let Ok(name) = String::from_utf8(name) else {
                return Err(SessionError::Failed("path is not UTF-8".to_owned()));
            };
            match &id {
                b"STAT" => self.stat(&name, &id, Version::One).await?,
                b"STA2" | b"LST2" => self.stat(&name, &id, Version::Two).await?,
                b"LIST" => self.list(&name, Version::One).await?,
                b"LIS2" => self.list(&name, Version::Two).await?,
                b"SEND" => self.receive(&name).await?,
                b"RECV" => self.transmit(&name).await?,
                other => {
                    let id = String::from_utf8_lossy(other);
                    return Err(SessionError::Failed(format!("unknown command {id}")));
                }
            }
        }
    }

    async fn header(&mut self) -> Result<([u8; 4], usize), SessionError> {
        self.phone.answering().await;
        let mut id = [0; 4];
        self.stream.read_exact(&mut id).await?;
        Ok((id, self.stream.read_u32_le().await? as usize))
    }

    async fn bytes(&mut self, length: usize) -> Result<Vec<u8>, SessionError> {
        let mut bytes = vec![0; length];
        self.stream.read_exact(&mut bytes).await?;
        Ok(bytes)
    }

    async fn send(&mut self, id: &[u8; 4], data: &[u8]) -> Result<(), SessionError> {
        let mut message = BytesMut::with_capacity(8 + data.len());
        message.put_slice(id);
        // Chunks and texts are far below 4 GiB.
        message.put_u32_le(data.len() as u32);
        message.put_slice(data);
        self.write(&message).await
    }

    async fn write(&mut self, message: &[u8]) -> Result<(), SessionError> {
        self.phone.answering().await;
        Ok(self.stream.write_all(message).await?)
    }

    /// STAT answers zeros for a missing file, STA2 and LST2 say why.
    async fn stat(
        &mut self,
        name: &str,
        id: &[u8; 4],
        version: Version,
    ) -> Result<(), SessionError> {
        let found = self.phone.stat_path(&path::normal(name, "/"));
        let mut answer = BytesMut::new();
        answer.put_slice(id);
        match version {
            Version::One => put_stat_v1(&mut answer, found.ok()),
            Version::Two => put_stat_v2(&mut answer, found, name),
        }
        self.write(&answer).await
    }

    async fn list(&mut self, name: &str, version: Version) -> Result<(), SessionError> {
        let folder = path::normal(name, "/");
        // A folder that cannot be read has no entries, as adbd has it.
        let entries = self.phone.list_path(&folder).unwrap_or_default();
        let own = self
            .phone
            .stat_path(&folder)
            .ok()
            .filter(|_| !entries.is_empty());
        let dots = own
            .into_iter()
            .flat_map(|s| [(".".to_owned(), s), ("..".to_owned(), s)]);
        let mut answer = BytesMut::new();
        for (entry, stat) in dots.chain(entries) {
            match version {
                Version::One => {
                    answer.put_slice(b"DENT");
                    put_stat_v1(&mut answer, Some(stat));
                }
                Version::Two => {
                    answer.put_slice(b"DNT2");
                    put_stat_v2(&mut answer, Ok(stat), &entry);
                }
            }
            answer.put_u32_le(entry.len() as u32);
            answer.put_slice(entry.as_bytes());
        }
        // DONE comes in the form of an entry: 16 or 72 more bytes, and the length of no name.
        answer.put_slice(b"DONE");
        answer.put_bytes(0, if version == Version::One { 16 } else { 72 });
        self.write(&answer).await
    }

    /// SEND: the host sends a file, `PATH,MODE` with the mode in decimal.
    async fn receive(&mut self, request: &str) -> Result<(), SessionError> {
        let (name, mode) = match request.rsplit_once(',') {
            Some((name, mode)) => (name, mode.parse::<u32>().unwrap_or(0o644)),
            None => (request, 0o644),
        };
        let target = path::normal(name, "/");
        if let Err(reason) = self.prepare(&target, mode) {
            return self.refuse(&reason).await;
        }
        let mut received = Content::default();
        loop {
            let (id, length) = self.header().await?;
            if &id == b"DONE" {
                return self.keep(&target, received, mode, length).await;
            }
            if &id != b"DATA" || length > LARGEST_CHUNK {
                let id = String::from_utf8_lossy(&id);
                return Err(SessionError::Failed(format!(
                    "invalid data message {id} of {length} bytes"
                )));
            }
            let chunk = self.bytes(length).await?;
            let space = self
                .phone
                .tree()
                .check_space(received.len() + length as u64);
            if let Err(error) = space {
                return self.refuse(&format!("write failed: {error}")).await;
            }
            received.append(chunk.into());
        }
    }

    /// Says at once that a push failed, then reads away what the host still sends of it: hosts
    /// that write without reading would else never see why the stream broke.
    async fn refuse(&mut self, reason: &str) -> Result<(), SessionError> {
        self.send(b"FAIL", reason.as_bytes()).await?;
        loop {
            let (id, length) = self.header().await?;
            if &id != b"DATA" || length > LARGEST_CHUNK {
                return Err(SessionError::Refused);
            }
            self.bytes(length).await?;
        }
    }

    /// Makes the folders and checks that the file can be there.
    fn prepare(&self, target: &str, mode: u32) -> Result<(), String> {
        if !matches!(mode & S_IFMT, 0 | S_IFREG) {
            return Err("couldn't create symlink: Operation not permitted".to_owned());
        }
        let mut tree = self.phone.tree();
        tree.create_dirs(path::parent(target), unix_now())
            .map_err(|error| format!("secure_mkdirs failed: {error}"))?;
        let creatable = match tree.stat(target) {
            Ok(stat) if stat.is_dir() => Err(Errno::IsDirectory),
            _ => path::check_writable(target),
        };
        creatable.map_err(|error| format!("couldn't create file: {error}"))
    }

    async fn keep(
        &mut self,
        target: &str,
        content: Content,
        mode: u32,
        mtime: usize,
    ) -> Result<(), SessionError> {
        let content = content.shared();
        let size = content.len();
        let mtime = u32::try_from(mtime).unwrap_or(u32::MAX);
        let kept = self.phone.tree().write(target, content, mode, mtime);
        kept.map_err(|error| SessionError::Failed(format!("write failed: {error}")))?;
        let entry = JournalEntry::Pushed {
            path: target.to_owned(),
            size,
        };
        self.phone.state().journal.record(entry);
        self.phone.answering_late().await;
        self.send(b"OKAY", &[]).await
    }

    /// RECV: the phone sends a file.
    async fn transmit(&mut self, name: &str) -> Result<(), SessionError> {
        let source = path::normal(name, "/");
        let content = self.phone.read_path(&source);
        let content =
            content.map_err(|error| SessionError::Failed(format!("open failed: {error}")))?;
        for whole in content.chunks() {
            for chunk in whole.chunks(LARGEST_CHUNK) {
                self.send(b"DATA", chunk).await?;
            }
        }
        let entry = JournalEntry::Pulled {
            path: source,
            size: content.len(),
        };
        self.phone.state().journal.record(entry);
        self.send(b"DONE", &[]).await
    }
}

/// Mode, size, time; zeros for a missing file.
fn put_stat_v1(answer: &mut BytesMut, stat: Option<Stat>) {
    let stat = stat.unwrap_or(Stat {
        mode: 0,
        size: 0,
        mtime: 0,
    });
    answer.put_u32_le(stat.mode);
    answer.put_u32_le(u32::try_from(stat.size).unwrap_or(u32::MAX));
    answer.put_u32_le(stat.mtime);
}

/// Error, device, inode, mode, links, user, group, size and three times.
fn put_stat_v2(answer: &mut BytesMut, stat: Result<Stat, Errno>, name: &str) {
    answer.put_u32_le(stat.err().map_or(0, Errno::number));
    let Ok(stat) = stat else {
        return answer.put_bytes(0, 64);
    };
    // A file's identity only has to differ from its neighbours'.
    let inode = name
        .bytes()
        .fold(7_u64, |sum, b| sum.wrapping_mul(31).wrapping_add(b.into()));
    answer.put_u64_le(0xfd05);
    answer.put_u64_le(inode);
    answer.put_u32_le(stat.mode);
    answer.put_u32_le(1);
    // The user and group `shell`.
    answer.put_u32_le(2_000);
    answer.put_u32_le(2_000);
    answer.put_u64_le(stat.size);
    for _ in 0..3 {
        answer.put_i64_le(stat.mtime.into());
    }
}
