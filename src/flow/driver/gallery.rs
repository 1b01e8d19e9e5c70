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
use std::path::{Path, PathBuf};
use std::time::Duration;

use tokio::time::Instant;

use crate::adb::{AdbError, Limits, quote};

use super::apps::check_package;
use super::error::DriverError;
use super::open::Driver;
use super::shell::one_line;

/// Where shared storage is for programs of the shell.
const STORAGE: &str = "/sdcard";

/// The folder in the gallery's folders for what stays.
const FOLDER: &str = "Farmhand";

/// Permissions of a file on the phone, as `adb push` gives them on shared storage.
const MODE: u32 = 0o644;

/// Most files at once: apps take ten or twenty.
const MOST: usize = 50;

/// Most characters of a name on the phone.
const LONGEST_NAME: usize = 100;

/// Between two questions to the media store.
const LOOK: Duration = Duration::from_millis(300);

/// How long an app has to crash over what it was given.
const DIGEST: Duration = Duration::from_millis(1500);

/// What the media store keeps apart.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Kind {
    Image,
    Video,
}

/// A kind of file by its extension: name, kind, type.
const TYPES: [(&str, Kind, &str); 10] = [
    ("jpg", Kind::Image, "image/jpeg"),
    ("jpeg", Kind::Image, "image/jpeg"),
    ("png", Kind::Image, "image/png"),
    ("gif", Kind::Image, "image/gif"),
    ("webp", Kind::Image, "image/webp"),
    ("heic", Kind::Image, "image/heic"),
    ("mp4", Kind::Video, "video/mp4"),
    ("m4v", Kind::Video, "video/mp4"),
    ("mov", Kind::Video, "video/quicktime"),
    ("webm", Kind::Video, "video/webm"),
];

/// A file on its way to the phone.
#[derive(Debug, Clone, PartialEq, Eq)]
struct Item {
    local: PathBuf,
    /// Its path on the phone below the shared storage.
    place: String,
    kind: Kind,
    mime: &'static str,
}

impl Item {
    fn remote(&self) -> String {
        format!("{STORAGE}/{}", self.place)
    }
}

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
                Kind::Image => format!("content://media/external/images/media/{id}"),
                Kind::Video => format!("content://media/external/video/media/{id}"),
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
        match self.crashed(package).await? {
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

/// The id of a file in the answer to a query: `Row: 0 _id=12, _data=/storage/...`.
fn id(said: &str, item: &Item) -> Option<u64> {
    let end = format!("/{}", item.place);
    said.lines().find_map(|line| {
        let (_, columns) = line.trim().split_once("_id=")?;
        let (id, data) = columns.split_once(", _data=")?;
        data.ends_with(&end).then(|| id.parse().ok())?
    })
}

/// What a set of files is called in an intent.
fn common_type(items: &[Item]) -> &'static str {
    let is = |kind| items.iter().all(|item| item.kind == kind);
    match items {
        [first, rest @ ..] if rest.iter().all(|item| item.mime == first.mime) => first.mime,
        _ if is(Kind::Image) => "image/*",
        _ if is(Kind::Video) => "video/*",
        _ => "*/*",
    }
}

/// Where files go on the phone. Their order is that of their names.
fn items(files: &[PathBuf], folder: &str) -> Result<Vec<Item>, DriverError> {
    if files.is_empty() || files.len() > MOST {
        return Err(DriverError::Invalid(format!(
            "1 to {MOST} files are put on a phone at once, not {}",
            files.len()
        )));
    }
    let mut taken = BTreeSet::new();
    let item = |local: &PathBuf| {
        let extension = local.extension().unwrap_or_default().to_string_lossy();
        let extension = extension.to_lowercase();
        let Some((_, kind, mime)) = TYPES.iter().find(|(known, ..)| *known == extension) else {
            let known: Vec<_> = TYPES.iter().map(|(known, ..)| *known).collect();
            return Err(DriverError::Invalid(format!(
                "{} is no picture or video; its name is to end with {}",
                local.display(),
                known.join(", ")
            )));
        };
        let within = match kind {
            Kind::Image => "Pictures",
            Kind::Video => "Movies",
        };
        let stem = plain(local);
        let mut place = format!("{within}/{folder}/{stem}.{extension}");
        let mut number = 1;
        while !taken.insert(place.clone()) {
            number += 1;
            place = format!("{within}/{folder}/{stem}-{number}.{extension}");
        }
        Ok(Item {
            local: local.clone(),
            place,
            kind: *kind,
            mime,
        })
    };
    files.iter().map(item).collect()
}

/// A file's name without its extension, of letters, digits, `_` and `-` alone: it goes through
/// shells, patterns and databases.
fn plain(path: &Path) -> String {
    let stem = path.file_stem().unwrap_or_default().to_string_lossy();
    let good = |c: char| c.is_ascii_alphanumeric() || matches!(c, '_' | '-');
    let plain: String = stem
        .chars()
        .map(|c| if good(c) { c } else { '_' })
        .take(LONGEST_NAME)
        .collect();
    let plain = plain.trim_start_matches('-');
    if plain.is_empty() {
        "file".to_owned()
    } else {
        plain.to_owned()
    }
}

#[cfg(test)]
mod tests {
    use std::path::PathBuf;

    use super::{common_type, id, items};

    fn of(names: &[&str]) -> Vec<super::Item> {
        let files: Vec<_> = names.iter().map(PathBuf::from).collect();
        items(&files, "F").unwrap()
    }

    #[test]
    fn names_on_the_phone_are_plain_and_differ() {
        let items = of(&[
            "/a/it's $(id).JPG",
            "/b/x.mp4",
            "/c/x.mp4",
            "/-rf.png",
            "/é.png",
        ]);
        let places: Vec<_> = items.iter().map(|item| item.place.as_str()).collect();
        assert_eq!(
            places,
            [
                "Pictures/F/it_s___id_.jpg",
                "Movies/F/x.mp4",
                "Movies/F/x-2.mp4",
                "Pictures/F/rf.png",
                "Pictures/F/_.png"
            ]
        );
    }

    #[test]
    fn only_pictures_and_videos_are_taken() {
        let error = items(&["/a/b.txt".into()], "F").unwrap_err();
        assert!(error.to_string().contains("/a/b.txt"), "{error}");
        assert!(error.to_string().contains("jpg"), "{error}");
        assert!(items(&[], "F").is_err());
    }

    #[test]
    fn a_set_is_called_by_what_its_files_have_in_common() {
        assert_eq!(common_type(&of(&["a.png", "b.png"])), "image/png");
        assert_eq!(common_type(&of(&["a.png", "b.jpg"])), "image/*");
        assert_eq!(common_type(&of(&["a.mp4", "b.mov"])), "video/*");
        assert_eq!(common_type(&of(&["a.png", "b.mov"])), "*/*");
    }

    #[test]
    fn ids_are_those_of_the_files() {
        let [item] = &of(&["x.png"])[..] else {
            panic!()
        };
        let said = "Row: 0 _id=7, _data=/storage/emulated/0/Pictures/F/xx.png\n\
                    Row: 1 _id=12, _data=/storage/emulated/0/Pictures/F/x.png\n";
        assert_eq!(id(said, item), Some(12));
        assert_eq!(id("No result found.\n", item), None);
    }
}
