//! Pictures and videos on the phone: put there, made known to its media store, shared to apps.
//!
//! What worked where: `content call ... scan_file` from Android 11 on; the broadcast
//! `MEDIA_SCANNER_SCAN_FILE` up to 10. Both are sent, and then the media store is asked until
//! it knows the files. A file that is removed is told the same way.
//!
//! `am start` carries one URI (`--eu`). It has no list of URIs up to Android 16, only lists of
//! strings (`--esal`), which an app gets where it asks for a list of URIs, as Java does not
//! check what a list holds. Apps that copy the list into text take them; others crash. So
//! several files are sent so, and if the app crashes over it, that is told.

use std::collections::BTreeSet;
use std::path::PathBuf;
use std::time::Duration;

use tokio::time::Instant;

use crate::adb::{AdbError, Limits, quote};
use crate::flow::media::MediaKind;

use super::apps::check_package;
use super::error::DriverError;
use super::media::{Item, STORAGE, common_type, id, items};
use super::open::Driver;
use super::shell::one_line;

/// The folder in the gallery's folders for what stays.
const FOLDER: &str = "Farmhand";

/// Permissions of a file on the phone, as `adb push` gives them on shared storage.
const MODE: u32 = 0o644;

/// Between two questions to the media store.
const LOOK: Duration = Duration::from_millis(300);

/// How long an app has to crash over what it was given.
const DIGEST: Duration = Duration::from_millis(1500);

impl Driver {
    /// Copies files into the phone's gallery, where they stay, and waits until its media store
    /// knows them. One of the same name that was put there before is replaced.
    ///
    /// # Errors
    /// [`DriverError::Invalid`] for a file that is no picture or video,
    /// [`DriverError::TimedOut`] if the media store does not take it; every other
    /// [`DriverError`].
    pub async fn add_media(&mut self, files: &[PathBuf]) -> Result<(), DriverError> {
        let items = items(files, FOLDER)?;
        self.push_all(&items).await?;
        self.known(&items).await?;
        Ok(())
    }

    /// Copies files to the phone until the driver ends, and shares them to an app, in order.
    ///
    /// # Errors
    /// As [`Driver::add_media`]; [`DriverError::Refused`] if the app takes no such files,
    /// [`DriverError::Unsupported`] if it crashes over several of them.
    pub async fn share_media(
        &mut self,
        files: &[PathBuf],
        package: &str,
    ) -> Result<(), DriverError> {
        check_package(package)?;
        let folder = format!("{FOLDER}-{}", self.note);
        let items = items(files, &folder)?;
        let folders: BTreeSet<_> = items
            .iter()
            .filter_map(|i| i.place.rsplit_once('/'))
            .collect();
        let folders: Vec<_> = folders
            .into_iter()
            .map(|(folder, _)| format!("{STORAGE}/{folder}"))
            .collect();
        // Last first: the files go before the media store looks for them.
        let undo: Vec<_> = items
            .iter()
            .map(|item| scan(&item.remote()))
            .chain(folders.iter().map(|folder| format!("rm -rf {folder}")))
            .collect();
        // In few round trips, though each line is short.
        for undo in undo.chunks(20) {
            let undo: Vec<&str> = undo.iter().map(String::as_str).collect();
            self.change("copying files to the phone", &undo, "true")
                .await?;
        }
        self.push_all(&items).await?;
        let ids = self.known(&items).await?;
        let uris: Vec<_> = items
            .iter()
            .zip(ids)
            .map(|(item, id)| match item.kind {
                MediaKind::Image => format!("content://media/external/images/media/{id}"),
                MediaKind::Video => format!("content://media/external/video/media/{id}"),
            })
            .collect();
        self.share(&items, &uris, package).await
    }

    async fn share(
        &mut self,
        items: &[Item],
        uris: &[String],
        package: &str,
    ) -> Result<(), DriverError> {
        let what = format!("sharing {} files to {package}", items.len());
        let began = Instant::now();
        let mime = common_type(items);
        let (action, stream) = match uris {
            [uri] => ("SEND", format!("--eu android.intent.extra.STREAM {uri}")),
            uris => (
                "SEND_MULTIPLE",
                format!("--esal android.intent.extra.STREAM {}", uris.join(",")),
            ),
        };
        let cmd = format!(
            "am start -a android.intent.action.{action} -t {mime} {stream} \
             --grant-read-uri-permission -p {package}"
        );
        self.start(&what, &cmd, Some(package)).await?;
        if uris.len() == 1 {
            return Ok(());
        }
        tokio::time::sleep(DIGEST).await;
        match self.crashed(package, began).await? {
            None => Ok(()),
            Some(crash) => Err(DriverError::Unsupported {
                what,
                why: format!(
                    "Android's am program sends several files as a list of texts, which this \
                     app does not take ({}); share one file, or add them to the gallery and \
                     pick them in the app",
                    crash.what
                ),
            }),
        }
    }

    async fn push_all(&mut self, items: &[Item]) -> Result<(), DriverError> {
        let folders: BTreeSet<_> = items
            .iter()
            .filter_map(|i| i.place.rsplit_once('/'))
            .collect();
        let folders: Vec<_> = folders
            .into_iter()
            .map(|(folder, _)| quote(&format!("{STORAGE}/{folder}")))
            .collect();
        let cmd = format!("mkdir -p {}", folders.join(" "));
        self.shell.act("making a folder for files", &cmd).await?;
        let limits = Limits {
            silence: self.patience.stall,
            total: Duration::MAX,
            max_bytes: 0,
        };
        for item in items {
            let remote = item.remote();
            let pushed = self
                .phone
                .push(&item.local, &remote, MODE, &limits, |_, _| {})
                .await;
            self.copies += 1;
            pushed.map_err(missing)?;
        }
        Ok(())
    }

    /// Makes files known to the media store, and waits for it. Their ids, in order.
    async fn known(&mut self, items: &[Item]) -> Result<Vec<u64>, DriverError> {
        for items in items.chunks(10) {
            let scans: Vec<_> = items.iter().map(|item| scan(&item.remote())).collect();
            let scans: Vec<&str> = scans.iter().map(String::as_str).collect();
            let total = self.patience_for(2 * scans.len());
            // Some Androids know only one way; the store is asked below.
            self.shell.run_all(&scans, total).await?;
        }
        let places = items
            .iter()
            .map(|item| format!("_data LIKE '%/{}'", item.place));
        let filter = places.collect::<Vec<_>>().join(" OR ");
        let query = format!(
            "content query --uri content://media/external/file --projection _id:_data --where {}",
            quote(&filter)
        );
        let ends = Instant::now() + self.patience.media;
        loop {
            let [said] = self.shell.ask([&query]).await?;
            let ids: Vec<_> = items.iter().filter_map(|item| id(&said, item)).collect();
            if ids.len() == items.len() {
                return Ok(ids);
            }
            if Instant::now() + LOOK >= ends {
                return Err(DriverError::TimedOut {
                    what: format!("waiting for the media store to know {} files", items.len()),
                    after: self.patience.media,
                    said: one_line(&said),
                });
            }
            tokio::time::sleep(LOOK).await;
        }
    }
}

/// A file that is not there, or cannot be read, is the caller's fault and named so.
fn missing(error: AdbError) -> DriverError {
    match error {
        AdbError::Local { path, source, .. } => {
            DriverError::Invalid(format!("{}: {source}", path.display()))
        }
        error => error.into(),
    }
}

/// Tells the media store of a file, or of its absence. The path holds letters, digits and
/// `. _ - /` only.
fn scan(path: &str) -> String {
    format!(
        "content call --uri content://media/external/file --method scan_file --arg {path} \
         >/dev/null 2>&1; am broadcast -a android.intent.action.MEDIA_SCANNER_SCAN_FILE -d \
         file://{path} >/dev/null 2>&1; true"
    )
}
