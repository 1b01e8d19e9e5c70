//! Which farmhand holds a data folder: a lock, and a note beside it that says who holds it.
//!
//! The lock (`farmhand.lock`, flock) is held as long as the process lives and vanishes with it,
//! however it ends. So a note (`farmhand.run`) that a dead process left behind is recognised
//! by the lock being free, never by guessing whether a process id is still the same program.

use std::fs::{DirBuilder, File, OpenOptions, TryLockError};
use std::io::{self, ErrorKind};
use std::net::SocketAddr;
use std::os::unix::fs::{DirBuilderExt as _, OpenOptionsExt as _};
use std::path::{Path, PathBuf};
use std::time::Duration;

use serde::{Deserialize, Serialize};

use crate::model::Timestamp;

/// What a running farmhand says of itself.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct RunFile {
    /// Its process.
    pub pid: u32,
    /// Where its API listens.
    pub addresses: Vec<SocketAddr>,
    /// Since when.
    pub started_at: Timestamp,
    /// Its version.
    pub version: String,
}

/// Why a data folder cannot be used.
#[derive(Debug, thiserror::Error)]
pub enum InstanceError {
    /// A running farmhand holds it.
    #[error(
        "{data} is in use by a running farmhand: process {pid} at {addresses} \
         (`farmhand stop` ends it; `--data DIR` uses another folder)",
        pid = .run.pid,
        addresses = show(&.run.addresses)
    )]
    Running {
        /// The folder.
        data: PathBuf,
        /// Who holds it.
        run: Box<RunFile>,
    },
    /// Somebody holds it who has not said who: a command at work, or a farmhand that starts.
    #[error("{data} is in use by another farmhand command; try again once it has ended")]
    Busy {
        /// The folder.
        data: PathBuf,
    },
    /// The system refused.
    #[error("cannot {action} {path}: {source}")]
    Io {
        /// What was tried.
        action: &'static str,
        /// On what.
        path: PathBuf,
        /// What the system said.
        source: io::Error,
    },
}

/// A held data folder. Dropping it lets go.
#[derive(Debug)]
pub struct Instance {
    data: PathBuf,
    published: bool,
    _lock: File,
}

/// How long to wait for a command that holds the folder, or for a farmhand that starts.
const PATIENCE: Duration = Duration::from_secs(5);

/// There is no event for a lock that becomes free, so it is tried again after this time.
const PAUSE: Duration = Duration::from_millis(25);

/// What a look at a folder found.
#[derive(Debug)]
pub enum Occupancy {
    /// Nobody held it: now the caller does.
    Ours(Instance),
    /// A farmhand runs on it.
    Theirs(RunFile),
}

/// Takes the folder, or tells which farmhand runs on it. The folder is made if need be.
///
/// # Errors
/// [`InstanceError::Busy`] if it stays held without a name, [`InstanceError::Io`].
pub async fn occupy(data: &Path) -> Result<Occupancy, InstanceError> {
    occupy_within(data, PATIENCE).await
}

async fn occupy_within(data: &Path, patience: Duration) -> Result<Occupancy, InstanceError> {
    make_folder(data)?;
    let until = tokio::time::Instant::now() + patience;
    loop {
        if let Some(instance) = try_take(data)? {
            return Ok(Occupancy::Ours(instance));
        }
        if let Some(run) = read(data)? {
            return Ok(Occupancy::Theirs(run));
        }
        if tokio::time::Instant::now() >= until {
            return Err(InstanceError::Busy { data: data.into() });
        }
        tokio::time::sleep(PAUSE).await;
    }
}

/// The farmhand that runs on this folder, if one does. Makes nothing.
///
/// # Errors
/// As [`occupy`].
pub async fn find(data: &Path) -> Result<Option<RunFile>, InstanceError> {
    let until = tokio::time::Instant::now() + PATIENCE;
    while !is_free(data)? {
        if let Some(run) = read(data)? {
            return Ok(Some(run));
        }
        if tokio::time::Instant::now() >= until {
            return Err(InstanceError::Busy { data: data.into() });
        }
        tokio::time::sleep(PAUSE).await;
    }
    Ok(None)
}

/// Waits until nobody holds the folder; false if somebody still does after `patience`.
///
/// # Errors
/// [`InstanceError::Io`].
pub async fn until_free(data: &Path, patience: Duration) -> Result<bool, InstanceError> {
    let until = tokio::time::Instant::now() + patience;
    while !is_free(data)? {
        if tokio::time::Instant::now() >= until {
            return Ok(false);
        }
        tokio::time::sleep(PAUSE).await;
    }
    Ok(true)
}

impl Instance {
    /// Takes the folder for a farmhand that is to run on it.
    ///
    /// # Errors
    /// [`InstanceError::Running`] or [`InstanceError::Busy`] if somebody else has it.
    pub async fn acquire(data: &Path) -> Result<Self, InstanceError> {
        match occupy(data).await? {
            Occupancy::Ours(instance) => Ok(instance),
            Occupancy::Theirs(run) => Err(InstanceError::Running {
                data: data.into(),
                run: Box::new(run),
            }),
        }
    }

    /// Says who holds the folder, once others can be answered.
    ///
    /// # Errors
    /// [`InstanceError::Io`].
    pub fn publish(&mut self, run: &RunFile) -> Result<(), InstanceError> {
        let (path, draft) = (self.data.join(RUN), self.data.join("farmhand.run.new"));
        // Plain numbers and strings: serialising cannot fail.
        let text = serde_json::to_vec(run).unwrap_or_default();
        std::fs::write(&draft, text).map_err(failed("write", &draft))?;
        // Renamed, so that nobody reads half of it.
        std::fs::rename(&draft, &path).map_err(failed("write", &path))?;
        self.published = true;
        Ok(())
    }
}

impl Drop for Instance {
    fn drop(&mut self) {
        if self.published {
            // Were it to stay: the free lock says that it means nothing.
            std::fs::remove_file(self.data.join(RUN)).ok();
        }
    }
}

const LOCK: &str = "farmhand.lock";
const RUN: &str = "farmhand.run";

fn make_folder(data: &Path) -> Result<(), InstanceError> {
    // For its owner only: accounts, evidence and logs are nobody else's business.
    DirBuilder::new()
        .recursive(true)
        .mode(0o700)
        .create(data)
        .map_err(failed("make the data folder", data))
}

/// Looks without making the file: whoever let go may be removing the folder.
fn is_free(data: &Path) -> Result<bool, InstanceError> {
    let path = data.join(LOCK);
    match File::open(&path) {
        Ok(file) => Ok(locked(&file, &path)?),
        Err(error) if error.kind() == ErrorKind::NotFound => Ok(true),
        Err(error) => Err(failed("open", &path)(error)),
    }
}

/// Tries to lock; false if somebody else has it.
fn locked(file: &File, path: &Path) -> Result<bool, InstanceError> {
    match file.try_lock() {
        Ok(()) => Ok(true),
        Err(TryLockError::WouldBlock) => Ok(false),
        Err(TryLockError::Error(source)) => Err(failed("lock", path)(source)),
    }
}

fn try_take(data: &Path) -> Result<Option<Instance>, InstanceError> {
    let path = data.join(LOCK);
    let file = OpenOptions::new()
        .create(true)
        .write(true)
        .truncate(false)
        .mode(0o600)
        .open(&path)
        .map_err(failed("open", &path))?;
    if !locked(&file, &path)? {
        return Ok(None);
    }
    let run = data.join(RUN);
    match std::fs::remove_file(&run) {
        Err(error) if error.kind() != ErrorKind::NotFound => Err(failed("remove", &run)(error)),
        _ => Ok(Some(Instance {
            data: data.into(),
            published: false,
            _lock: file,
        })),
    }
}

fn read(data: &Path) -> Result<Option<RunFile>, InstanceError> {
    let path = data.join(RUN);
    match std::fs::read(&path) {
        // A note of another version that cannot be read is as good as none.
        Ok(text) => Ok(serde_json::from_slice(&text).ok()),
        Err(error) if error.kind() == ErrorKind::NotFound => Ok(None),
        Err(error) => Err(failed("read", &path)(error)),
    }
}

fn failed(action: &'static str, path: &Path) -> impl FnOnce(io::Error) -> InstanceError {
    let path = path.to_owned();
    move |source| InstanceError::Io {
        action,
        path,
        source,
    }
}

fn show(addresses: &[SocketAddr]) -> String {
    let texts: Vec<String> = addresses.iter().map(ToString::to_string).collect();
    texts.join(", ")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn note() -> RunFile {
        RunFile {
            pid: 4_711,
            addresses: vec!["127.0.0.1:50809".parse().unwrap()],
            started_at: Timestamp(1_700_000_000_000),
            version: "0.1.0".into(),
        }
    }

    #[tokio::test]
    async fn a_held_folder_names_who_holds_it() {
        let folder = tempfile::tempdir().unwrap();
        let mut held = Instance::acquire(folder.path()).await.unwrap();
        held.publish(&note()).unwrap();
        assert_eq!(find(folder.path()).await.unwrap(), Some(note()));
        let error = Instance::acquire(folder.path()).await.unwrap_err();
        assert!(
            error
                .to_string()
                .contains("process 4711 at 127.0.0.1:50809"),
            "{error}"
        );
    }

    #[tokio::test]
    async fn a_folder_let_go_is_free_and_has_no_note() {
        let folder = tempfile::tempdir().unwrap();
        let mut held = Instance::acquire(folder.path()).await.unwrap();
        held.publish(&note()).unwrap();
        drop(held);
        assert!(!folder.path().join(RUN).exists());
        assert!(until_free(folder.path(), Duration::ZERO).await.unwrap());
    }

    #[tokio::test]
    async fn a_note_without_a_lock_means_nothing() {
        let folder = tempfile::tempdir().unwrap();
        std::fs::write(folder.path().join(LOCK), "").unwrap();
        std::fs::write(
            folder.path().join(RUN),
            serde_json::to_vec(&note()).unwrap(),
        )
        .unwrap();
        assert_eq!(find(folder.path()).await.unwrap(), None);
    }

    #[tokio::test]
    async fn a_folder_held_without_a_note_is_busy_after_a_while() {
        let folder = tempfile::tempdir().unwrap();
        let _held = Instance::acquire(folder.path()).await.unwrap();
        let error = occupy_within(folder.path(), Duration::ZERO)
            .await
            .unwrap_err();
        assert!(matches!(error, InstanceError::Busy { .. }), "{error}");
    }

    #[tokio::test]
    async fn a_look_at_a_folder_that_is_not_there_makes_nothing() {
        let folder = tempfile::tempdir().unwrap();
        let data = folder.path().join("none");
        assert_eq!(find(&data).await.unwrap(), None);
        assert!(!data.exists());
    }
}
