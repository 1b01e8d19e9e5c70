//! What an attempt leaves in its folder. Evidence is worth having, never worth failing for:
//! what cannot be written is logged and told in the task's remark.

use std::io;
use std::path::{Path, PathBuf};

use tokio::fs;

use super::log::Log;
use super::steps::Steps;
use crate::flow::timeline::{Line, TIMELINE};

/// The log of every attempt.
pub const LOG: &str = "log.txt";

/// The picture of the screen when an attempt failed, or was to take one.
pub const SCREEN: &str = "screen.png";

/// What the screen was made of when an attempt failed.
pub const HIERARCHY: &str = "hierarchy.xml";

/// The folder of one attempt while it runs.
pub(in crate::flow) struct Evidence {
    folder: PathBuf,
    log: Log,
    steps: Steps,
    files: Vec<String>,
    trouble: Option<String>,
}

impl Evidence {
    /// Creates the folder and the log in it.
    pub(in crate::flow) async fn open(folder: &Path) -> Self {
        // If this fails, so does the creation of the log, which tells.
        let _ = fs::create_dir_all(folder).await;
        Self {
            log: Log::create(&folder.join(LOG)).await,
            steps: Steps::new(folder.join(TIMELINE)),
            folder: folder.to_path_buf(),
            files: Vec::new(),
            trouble: None,
        }
    }

    /// The attempt's log.
    pub(in crate::flow) const fn log(&mut self) -> &mut Log {
        &mut self.log
    }

    /// Adds to the attempt's timeline.
    pub(in crate::flow) async fn steps(&mut self, lines: &[Line]) {
        self.steps.write(lines).await;
    }

    /// Leaves a file of this name.
    pub(in crate::flow) async fn save(&mut self, name: &str, bytes: &[u8]) {
        let path = self.folder.join(name);
        let written = async {
            let mut file = fs::File::create(&path).await?;
            tokio::io::AsyncWriteExt::write_all(&mut file, bytes).await?;
            // The write goes on in the background: only a flush tells how it ended.
            tokio::io::AsyncWriteExt::flush(&mut file).await?;
            file.sync_all().await
        };
        let written = written.await;
        self.keep(name, written);
    }

    /// Brings everything to the disk. Answers the files left, and what went wrong.
    pub(in crate::flow) async fn close(mut self) -> (Vec<String>, Option<String>) {
        // In place of the log that is closed: nothing can be written to it.
        let log = std::mem::replace(&mut self.log, Log::closed());
        let closed = log.close().await;
        self.keep(LOG, closed);
        let steps = std::mem::replace(&mut self.steps, Steps::new(PathBuf::new()));
        if let Some(closed) = steps.close().await {
            self.keep(TIMELINE, closed);
        }
        let folder = self.folder.clone();
        let synced = tokio::task::spawn_blocking(move || sync_names(&folder)).await;
        let synced = synced.unwrap_or_else(|e| Err(io::Error::other(e)));
        if let Err(error) = synced {
            self.trouble("the folder", &error);
        }
        self.files.sort();
        (self.files, self.trouble)
    }

    fn keep(&mut self, name: &str, written: io::Result<()>) {
        match written {
            Ok(()) if self.files.iter().any(|file| file == name) => {}
            Ok(()) => self.files.push(name.to_owned()),
            Err(error) => self.trouble(name, &error),
        }
    }

    fn trouble(&mut self, what: &str, error: &io::Error) {
        tracing::warn!(folder = %self.folder.display(), %what, %error, "evidence not written");
        self.trouble
            .get_or_insert_with(|| format!("evidence not written: {what}: {error}"));
    }
}

/// Makes the names in the attempt's folder survive a power cut, and its own and its task's
/// above it.
fn sync_names(folder: &Path) -> io::Result<()> {
    for folder in folder.ancestors().take(3) {
        std::fs::File::open(folder)?.sync_all()?;
    }
    Ok(())
}
