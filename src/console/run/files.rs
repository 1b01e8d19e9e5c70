//! The operator's own files: accounts that come and go, themes, the history of the command
//! line. The farm may be elsewhere; these lie where the console runs.

use std::io;
use std::path::{Path, PathBuf};

use tokio::fs::{File, OpenOptions};
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};

use crate::console::source::SourceError;
use crate::console::state::Options;
use crate::console::theme::{Theme, ThemeFile};

/// The largest file that is read, in bytes: tens of thousands of accounts.
const LARGEST: u64 = 8 << 20;

/// Where files lie that the operator does not name each time.
#[derive(Debug, Default)]
pub(super) struct Places {
    /// The folder of the operator's own themes.
    pub themes: Option<PathBuf>,
    /// The history of the command line.
    pub history: Option<PathBuf>,
}

impl Places {
    /// As a session was started.
    pub fn of(options: &Options) -> Self {
        let theme = options.follow.theme.as_deref();
        Self {
            themes: theme.and_then(Path::parent).map(Path::to_owned),
            history: options.history.as_ref().map(|file| file.path.clone()),
        }
    }
}

/// The theme of this name: the operator's own comes before a built-in one.
pub(super) async fn theme(folder: Option<&Path>, name: &str) -> Result<ThemeFile, SourceError> {
    let plain = !name.contains(['/', '\\']) && !name.starts_with('.');
    if let Some(folder) = folder.filter(|_| plain) {
        let path = folder.join(format!("{name}.toml"));
        match tokio::fs::read_to_string(&path).await {
            Ok(text) => {
                let name = path.display().to_string();
                return Ok(ThemeFile { name, text });
            }
            Err(error) if error.kind() == io::ErrorKind::NotFound => {}
            Err(error) => {
                let path = path.display();
                return Err(SourceError::Failed(format!("cannot read {path}: {error}")));
            }
        }
    }
    ThemeFile::built_in(name).ok_or_else(|| {
        let known = Theme::names();
        let advice = crate::nearest::advice(name, known);
        SourceError::Refused(format!("there is no theme '{name}': {advice}"))
    })
}

/// Keeps the history, whole at once, for the operator's eyes only. Without a place for it
/// nothing is kept.
pub(super) async fn remember(path: Option<&Path>, lines: &[String]) -> Result<(), SourceError> {
    let Some(path) = path else { return Ok(()) };
    let failed =
        |error: io::Error| SourceError::Failed(format!("cannot write {}: {error}", path.display()));
    let new = path.with_extension("new");
    let mut file = OpenOptions::new()
        .write(true)
        .create(true)
        .truncate(true)
        .mode(0o600)
        .open(&new)
        .await
        .map_err(failed)?;
    let mut text = lines.join("\n");
    text.push('\n');
    file.write_all(text.as_bytes()).await.map_err(failed)?;
    // The write goes on in the background: only a flush tells how it ended.
    file.flush().await.map_err(failed)?;
    tokio::fs::rename(&new, path).await.map_err(failed)
}

/// Reads a file.
pub(super) async fn read(path: &str) -> Result<Vec<u8>, SourceError> {
    let failed = |error: io::Error| SourceError::Failed(format!("cannot read {path}: {error}"));
    let mut file = OpenOptions::new()
        .read(true)
        // A pipe would be waited for.
        .custom_flags(rustix::fs::OFlags::NONBLOCK.bits().cast_signed())
        .open(place(path))
        .await
        .map_err(failed)?;
    if !file.metadata().await.map_err(failed)?.is_file() {
        return Err(SourceError::Failed(format!("{path} is not a regular file")));
    }
    let mut bytes = Vec::new();
    let read = (&mut file).take(LARGEST + 1).read_to_end(&mut bytes).await;
    read.map_err(failed)?;
    if bytes.len() as u64 > LARGEST {
        let text = format!("{path} is larger than {} MiB", LARGEST >> 20);
        return Err(SourceError::Failed(text));
    }
    Ok(bytes)
}

/// Writes a new file; one that is there is left alone.
pub(super) async fn write_new(path: &str, bytes: &[u8]) -> Result<(), SourceError> {
    let mut file = NewFile::create(path).await?;
    file.write(bytes).await?;
    file.finish().await
}

/// A file that was not there before. Unless it is finished it is removed again: half a file
/// would pass for a whole one, and be in the way of the next try.
pub(super) struct NewFile {
    /// As it was named.
    name: String,
    place: PathBuf,
    file: File,
    finished: bool,
}

impl NewFile {
    /// Makes it.
    pub async fn create(path: &str) -> Result<Self, SourceError> {
        let place = place(path);
        let made = OpenOptions::new()
            .write(true)
            .create_new(true)
            .open(&place)
            .await;
        let file = made.map_err(|error| match error.kind() {
            io::ErrorKind::AlreadyExists => SourceError::Failed(format!(
                "{path} exists already: nothing was written, name another file"
            )),
            _ => cannot_write(path, &error),
        })?;
        Ok(Self {
            name: path.to_owned(),
            place,
            file,
            finished: false,
        })
    }

    /// Adds to it.
    pub async fn write(&mut self, bytes: &[u8]) -> Result<(), SourceError> {
        let written = self.file.write_all(bytes).await;
        written.map_err(|error| cannot_write(&self.name, &error))
    }

    /// Makes certain that all of it is on the disk.
    pub async fn finish(mut self) -> Result<(), SourceError> {
        let written = async {
            // The write goes on in the background: only a flush tells how it ended.
            self.file.flush().await?;
            self.file.sync_all().await
        };
        let written = written.await;
        written.map_err(|error| cannot_write(&self.name, &error))?;
        self.finished = true;
        Ok(())
    }
}

impl Drop for NewFile {
    fn drop(&mut self) {
        if !self.finished {
            // Also when nobody waits for it any more, so it cannot be asynchronous; it is one
            // call. If it fails, nothing more can be done.
            let _ = std::fs::remove_file(&self.place);
        }
    }
}

fn cannot_write(path: &str, error: &io::Error) -> SourceError {
    SourceError::Failed(format!("cannot write {path}: {error}"))
}

/// `~/` is the home folder, as in a shell.
fn place(path: &str) -> PathBuf {
    let home = path
        .strip_prefix("~/")
        .zip(std::env::var_os("HOME").filter(|home| !home.is_empty()));
    match home {
        Some((rest, home)) => PathBuf::from(home).join(rest),
        None => PathBuf::from(path),
    }
}

#[cfg(test)]
mod tests {
    use super::{read, write_new};

    #[tokio::test]
    async fn a_file_is_written_once_and_read_back() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("accounts.csv");
        let path = path.to_str().unwrap();
        write_new(path, b"username\n").await.unwrap();
        let again = write_new(path, b"").await.unwrap_err();
        assert!(again.to_string().contains("exists already"), "{again}");
        assert_eq!(read(path).await.unwrap(), b"username\n");
    }

    #[tokio::test]
    async fn what_is_no_file_is_refused() {
        let folder = tempfile::tempdir().unwrap();
        let error = read(folder.path().to_str().unwrap()).await.unwrap_err();
        assert!(error.to_string().contains("not a regular file"), "{error}");
    }
}
