//! Files to and from a phone: the sync service (AOSP `SYNC.TXT`, `file_sync_protocol.h`). Little
//! endian; a request is four letters, a length, and a path of at most 1,024 bytes; content goes
//! in `DATA` pieces of at most 64 KiB.

use std::path::{Path, PathBuf};
use std::time::UNIX_EPOCH;

use tokio::fs::File;
use tokio::io::{AsyncReadExt, AsyncWriteExt};

use super::error::AdbError;
use super::limits::Limits;
use super::phone::Phone;
use super::random::nonce;
use super::wire::Wire;

/// The largest piece of content.
const PIECE: usize = 64 * 1024;

/// The longest path on a phone, in bytes.
const LONGEST_PATH: usize = 1024;

/// Bits of a mode that tell the kind of a file, and its values.
const KIND: u32 = 0o170_000;
const FILE: u32 = 0o100_000;
const FOLDER: u32 = 0o040_000;

/// What a phone says of a file.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct RemoteFile {
    /// Kind and permissions, as `st_mode` of Linux.
    pub mode: u32,
    /// Bytes; modulo 4 GiB where the phone lacks `stat_v2`.
    pub size: u64,
    /// Last change, seconds since 1970.
    pub mtime: i64,
}

impl Phone {
    /// What is at a path of the phone, links followed where it has `stat_v2`; `None` if nothing
    /// is.
    ///
    /// # Errors
    /// [`AdbError::Sync`] if the phone may not look there; any other [`AdbError`].
    pub async fn stat(
        &self,
        remote: &str,
        limits: &Limits,
    ) -> Result<Option<RemoteFile>, AdbError> {
        let mut sync = self.sync("stat", remote, limits).await?;
        let file = sync.stat().await?;
        sync.quit().await;
        Ok(file)
    }

    /// Sends a file to the phone, with permissions `mode` (`0o644`) and the time of its last
    /// change. `progress` is called with the bytes sent and those of the whole file. A phone that
    /// refuses is heard at once, not after the last byte.
    ///
    /// When it fails or is dropped, a part of the file may be on the phone.
    ///
    /// # Errors
    /// [`AdbError::Local`] for the file here, [`AdbError::Sync`] with the phone's words,
    /// [`AdbError::Silent`] when nothing moved for [`Limits::silence`]; any other [`AdbError`].
    pub async fn push(
        &self,
        local: &Path,
        remote: &str,
        mode: u32,
        limits: &Limits,
        mut progress: impl FnMut(u64, u64),
    ) -> Result<(), AdbError> {
        let here = |source| AdbError::Local {
            attempt: self.attempt("push"),
            path: local.to_owned(),
            source,
        };
        let mut file = File::open(local).await.map_err(here)?;
        let about = file.metadata().await.map_err(here)?;
        if !about.is_file() {
            return Err(here(std::io::ErrorKind::IsADirectory.into()));
        }
        let changed = about.modified().ok();
        let changed = changed.and_then(|t| t.duration_since(UNIX_EPOCH).ok());
        let mtime = changed.map_or(0, |t| u32::try_from(t.as_secs()).unwrap_or(u32::MAX));

        let mut sync = self.sync("push", remote, limits).await?;
        let target = format!("{remote},{}", FILE | (mode & 0o7777));
        sync.wire.send(&header(b"SEND", target.len())).await?;
        sync.wire.send(target.as_bytes()).await?;
        let mut sent = 0;
        let mut frame = vec![0; 8 + PIECE];
        progress(0, about.len());
        loop {
            let (head, content) = frame.split_at_mut(8);
            let read = file.read(content).await.map_err(here)?;
            if read == 0 {
                break;
            }
            head.copy_from_slice(&header(b"DATA", read));
            sync.send_or_refused(frame.get(..8 + read).unwrap_or_default())
                .await?;
            sent += read as u64;
            progress(sent, about.len());
        }
        sync.wire.send(&header(b"DONE", mtime as usize)).await?;
        sync.okay().await?;
        sync.quit().await;
        Ok(())
    }

    /// Fetches a file from the phone. It is written beside `local` under a temporary name,
    /// synced, and renamed when it is whole; after a failure or a drop nothing is left.
    /// `progress` is called with the bytes received and those of the whole file.
    ///
    /// # Errors
    /// [`AdbError::Local`] for the file here; [`AdbError::Sync`] if the file is not on the phone,
    /// is a folder, or cannot be read; [`AdbError::Silent`] when nothing moved for
    /// [`Limits::silence`]; any other [`AdbError`].
    pub async fn pull(
        &self,
        remote: &str,
        local: &Path,
        limits: &Limits,
        mut progress: impl FnMut(u64, u64),
    ) -> Result<(), AdbError> {
        let mut sync = self.sync("pull", remote, limits).await?;
        let total = match sync.stat().await? {
            None => return Err(sync.failed("No such file or directory")),
            Some(found) if found.mode & KIND == FOLDER => {
                return Err(sync.failed("is a folder; one file is expected"));
            }
            Some(found) => found.size,
        };
        let here = |source| AdbError::Local {
            attempt: self.attempt("pull"),
            path: local.to_owned(),
            source,
        };
        let part = Part::beside(local);
        let mut file = File::create_new(&part.0).await.map_err(here)?;
        sync.ask(b"RECV").await?;
        let mut got = 0;
        progress(0, total);
        while let Some(mut left) = sync.piece().await? {
            while left > 0 {
                sync.wire.fill_to(1).await?;
                let take = left.min(sync.wire.buf.len());
                let content = sync.wire.buf.split_to(take);
                file.write_all(&content).await.map_err(here)?;
                left -= take;
                got += take as u64;
            }
            progress(got, total);
        }
        file.sync_all().await.map_err(here)?;
        drop(file);
        tokio::fs::rename(&part.0, local).await.map_err(here)?;
        part.keep();
        sync.quit().await;
        Ok(())
    }

    async fn sync<'a>(
        &self,
        what: &'static str,
        remote: &'a str,
        limits: &Limits,
    ) -> Result<Sync<'a>, AdbError> {
        if remote.is_empty() || remote.len() > LONGEST_PATH || remote.contains('\0') {
            return Err(AdbError::Invalid(format!(
                "{what}: a path on a phone has 1 to {LONGEST_PATH} bytes without NUL, this one \
                 has {}",
                remote.len()
            )));
        }
        Ok(Sync {
            stat_v2: self.features().await?.stat_v2,
            wire: self.open(what, &["sync:"], limits).await?,
            path: remote,
        })
    }
}

/// A sync session about one path.
struct Sync<'a> {
    wire: Wire,
    path: &'a str,
    stat_v2: bool,
}

fn header(id: &[u8; 4], length: usize) -> [u8; 8] {
    let mut out = [0; 8];
    let (left, right) = out.split_at_mut(4);
    left.copy_from_slice(id);
    right.copy_from_slice(&(length as u32).to_le_bytes());
    out
}

impl Sync<'_> {
    /// Sends a request about the path.
    async fn ask(&mut self, id: &[u8; 4]) -> Result<(), AdbError> {
        let mut request = header(id, self.path.len()).to_vec();
        request.extend_from_slice(self.path.as_bytes());
        self.wire.send(&request).await
    }

    async fn stat(&mut self) -> Result<Option<RemoteFile>, AdbError> {
        if self.stat_v2 {
            self.ask(b"STA2").await?;
            // id, error u32, dev u64, ino u64, mode u32, nlink u32, uid u32, gid u32, size u64,
            // atime i64, mtime i64, ctime i64
            let r = self.wire.array::<72>().await?;
            self.expect(&r, b"STA2")?;
            match u32_at(&r, 4) {
                0 => Ok(Some(RemoteFile {
                    mode: u32_at(&r, 24),
                    size: u64_at(&r, 40),
                    mtime: u64_at(&r, 56).cast_signed(),
                })),
                2 => Ok(None),
                errno => {
                    let error = std::io::Error::from_raw_os_error(errno.cast_signed());
                    Err(self.failed(&error.to_string()))
                }
            }
        } else {
            self.ask(b"STAT").await?;
            let r = self.wire.array::<16>().await?;
            self.expect(&r, b"STAT")?;
            let (mode, size, mtime) = (u32_at(&r, 4), u32_at(&r, 8), u32_at(&r, 12));
            // All zeros is the old form's only way to say that there is nothing.
            Ok((mode != 0).then(|| RemoteFile {
                mode,
                size: size.into(),
                mtime: mtime.into(),
            }))
        }
    }

    /// Sends content, unless the phone says no meanwhile.
    async fn send_or_refused(&mut self, mut bytes: &[u8]) -> Result<(), AdbError> {
        while !bytes.is_empty() {
            let written = self.wire.send_or_hear(bytes).await?;
            if !self.wire.buf.is_empty() {
                self.okay().await?;
                return Err(self.wire.protocol("the phone agreed too early".into()));
            }
            bytes = bytes.get(written..).unwrap_or_default();
        }
        Ok(())
    }

    /// Waits for the phone's verdict on a transfer.
    async fn okay(&mut self) -> Result<(), AdbError> {
        let (id, length) = self.reply().await?;
        match &id {
            b"OKAY" => Ok(()),
            _ => Err(self.fail(id, length).await),
        }
    }

    /// The length of the next piece of content; `None` behind the last one.
    async fn piece(&mut self) -> Result<Option<usize>, AdbError> {
        let (id, length) = self.reply().await?;
        match &id {
            b"DATA" if length <= PIECE => Ok(Some(length)),
            b"DONE" => Ok(None),
            _ => Err(self.fail(id, length).await),
        }
    }

    async fn reply(&mut self) -> Result<([u8; 4], usize), AdbError> {
        let r = self.wire.array::<8>().await?;
        let [a, b, c, d, ..] = r;
        Ok(([a, b, c, d], u32_at(&r, 4) as usize))
    }

    /// The error that a reply means which is not the one hoped for.
    async fn fail(&mut self, id: [u8; 4], length: usize) -> AdbError {
        if &id != b"FAIL" || length > PIECE {
            let id = id.escape_ascii();
            return self
                .wire
                .protocol(format!("unexpected sync reply '{id}' of {length} bytes"));
        }
        match self.wire.fill_to(length).await {
            Ok(()) => {
                let reason = self.wire.buf.split_to(length);
                self.failed(String::from_utf8_lossy(&reason).trim())
            }
            Err(e) => e,
        }
    }

    fn expect(&self, reply: &[u8], id: &[u8; 4]) -> Result<(), AdbError> {
        if reply.starts_with(id) {
            return Ok(());
        }
        let got = reply.get(..4).unwrap_or_default().escape_ascii();
        Err(self.wire.protocol(format!(
            "expected the sync reply '{}', got '{got}'",
            id.escape_ascii()
        )))
    }

    fn failed(&self, reason: &str) -> AdbError {
        AdbError::Sync {
            attempt: self.wire.watch.attempt().clone(),
            path: self.path.to_owned(),
            reason: reason.to_owned(),
        }
    }

    /// Ends the session. What was asked for is done: a failure to say goodbye changes nothing.
    async fn quit(mut self) {
        let _ = self.wire.send(&header(b"QUIT", 0)).await;
    }
}

/// The number at a place of a reply whose length was checked by its type.
fn u32_at(reply: &[u8], at: usize) -> u32 {
    let bytes = reply.get(at..at + 4).and_then(|b| b.try_into().ok());
    bytes.map_or(0, u32::from_le_bytes)
}

fn u64_at(reply: &[u8], at: usize) -> u64 {
    u64::from(u32_at(reply, at)) | u64::from(u32_at(reply, at + 4)) << 32
}

/// A file that is not whole yet: removed when dropped.
struct Part(PathBuf);

impl Part {
    fn beside(path: &Path) -> Self {
        let name = path.file_name().unwrap_or_default().to_string_lossy();
        Self(path.with_file_name(format!(".{name}.{}.part", nonce())))
    }

    fn keep(mut self) {
        self.0 = PathBuf::new();
    }
}

impl Drop for Part {
    fn drop(&mut self) {
        if self.0.as_os_str().is_empty() {
            return;
        }
        let path = std::mem::take(&mut self.0);
        // Removing may wait for the disk; the thread that drops may be a worker of the runtime.
        let remove = move || {
            let _ = std::fs::remove_file(path);
        };
        match tokio::runtime::Handle::try_current() {
            Ok(runtime) => drop(runtime.spawn_blocking(remove)),
            Err(_) => remove(),
        }
    }
}

#[cfg(test)]
#[path = "sync_tests.rs"]
mod tests;
