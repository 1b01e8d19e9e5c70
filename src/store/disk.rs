//! Opening the file, at the start and again after a failed write.
//!
//! A failed write or sync spoils redb's handle for good, also once there is space again, so
//! the way to a new handle is kept beside it.

use std::fs::{self, File};
use std::io::{self, Read};
use std::path::{Path, PathBuf};

use redb::{Builder, Database, DatabaseError};

use super::schema::{STEPS, SchemaError, migrate};
use super::snapshot::Snapshot;
use super::types::OpenError;

/// Makes a database from a builder: from the file, or, in tests, from a failing backend.
pub(super) type Opener = Box<dyn Fn(&Builder) -> Result<Database, DatabaseError> + Send>;

/// Where the database is and how it is opened.
pub(super) struct Disk {
    path: PathBuf,
    cache_bytes: usize,
    opener: Opener,
}

impl Disk {
    /// The database in a file.
    pub(super) fn file(path: &Path, cache_bytes: usize) -> Self {
        let file = path.to_owned();
        Self::with_opener(
            path,
            cache_bytes,
            Box::new(move |builder| open_file(builder, &file)),
        )
    }

    /// The database that `opener` gives; `path` is for messages.
    pub(super) fn with_opener(path: &Path, cache_bytes: usize, opener: Opener) -> Self {
        Self {
            path: path.to_owned(),
            cache_bytes,
            opener,
        }
    }

    /// Where it is, for messages.
    pub(super) fn path(&self) -> &Path {
        &self.path
    }

    /// Opens the database at the current schema and reads what belongs into memory.
    ///
    /// No compaction here: redb reuses freed pages and trims the file when it is closed, and
    /// retention keeps the history near one size, so it would stall the start for little.
    pub(super) fn open(&self) -> Result<(Database, Snapshot), OpenError> {
        let mut builder = Database::builder();
        builder.set_cache_size(self.cache_bytes);
        let db = (self.opener)(&builder).map_err(|error| match error {
            DatabaseError::DatabaseAlreadyOpen | DatabaseError::LockProtocolMismatch => {
                OpenError::InUse {
                    path: self.path.clone(),
                }
            }
            error => self.failed(error),
        })?;
        migrate(&db, STEPS).map_err(|error| match error {
            SchemaError::Newer { found } => OpenError::Newer {
                path: self.path.clone(),
                found,
                known: STEPS.len() as u32,
            },
            SchemaError::Foreign => self.failed("it is a redb database, but not farmhand's"),
            SchemaError::Redb(error) => self.failed(error),
        })?;
        let snapshot = Snapshot::load(&db).map_err(|error| self.failed(error))?;
        Ok((db, snapshot))
    }

    fn failed(&self, message: impl ToString) -> OpenError {
        OpenError::Failed {
            path: self.path.clone(),
            message: message.to_string(),
        }
    }
}

fn open_file(builder: &Builder, path: &Path) -> Result<Database, DatabaseError> {
    let existed = path.try_exists()?;
    let db = match builder.create(path) {
        // redb held the file's lock when it said so: nobody is making the file right now.
        Err(error) if is_half_made(path) => {
            let aside = path.with_extension("half-made");
            fs::rename(path, &aside)?;
            tracing::warn!(%error, ?aside, "moved aside a store that a crash left half made");
            builder.create(path)
        }
        other => other,
    }?;
    if !existed {
        // The file's name must survive a power cut too.
        sync_folder(path)?;
    }
    Ok(db)
}

/// Whether a crash interrupted the making of this file: redb writes its magic number last,
/// after space and header, so a file that begins with zeros instead was never used.
fn is_half_made(path: &Path) -> bool {
    let mut magic = [0xff; 9];
    File::open(path)
        .and_then(|mut file| file.read_exact(&mut magic))
        .is_ok_and(|()| magic == [0; 9])
}

#[cfg(unix)]
fn sync_folder(path: &Path) -> io::Result<()> {
    let folder = path.parent().filter(|p| !p.as_os_str().is_empty());
    File::open(folder.unwrap_or(Path::new(".")))?.sync_all()
}

#[cfg(not(unix))]
fn sync_folder(_: &Path) -> io::Result<()> {
    Ok(())
}
