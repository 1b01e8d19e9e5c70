//! Which files go into a phone's gallery, where, and what they are called there.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

use super::error::DriverError;
use crate::flow::media::{MOST_FILES, MediaKind, MediaType, extensions, type_of};

/// Where shared storage is for programs of the shell.
pub(super) const STORAGE: &str = "/sdcard";

/// Most characters of a name on the phone.
const LONGEST_NAME: usize = 100;

/// A file on its way to the phone.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Item {
    pub local: PathBuf,
    /// Its path on the phone below the shared storage.
    pub place: String,
    pub kind: MediaKind,
    pub mime: &'static str,
}

impl Item {
    pub fn remote(&self) -> String {
        format!("{STORAGE}/{}", self.place)
    }
}

/// The id of a file in the answer to a query: `Row: 0 _id=12, _data=/storage/...`.
pub(super) fn id(said: &str, item: &Item) -> Option<u64> {
    let end = format!("/{}", item.place);
    said.lines().find_map(|line| {
        let (_, columns) = line.trim().split_once("_id=")?;
        let (id, data) = columns.split_once(", _data=")?;
        data.ends_with(&end).then(|| id.parse().ok())?
    })
}

/// What a set of files is called in an intent.
pub(super) fn common_type(items: &[Item]) -> &'static str {
    let is = |kind| items.iter().all(|item| item.kind == kind);
    match items {
        [first, rest @ ..] if rest.iter().all(|item| item.mime == first.mime) => first.mime,
        _ if is(MediaKind::Image) => "image/*",
        _ if is(MediaKind::Video) => "video/*",
        _ => "*/*",
    }
}

/// Where files go on the phone. Their order is that of their names.
pub(super) fn items(files: &[PathBuf], folder: &str) -> Result<Vec<Item>, DriverError> {
    if files.is_empty() || files.len() > MOST_FILES {
        return Err(DriverError::Invalid(format!(
            "1 to {MOST_FILES} files are put on a phone at once, not {}",
            files.len()
        )));
    }
    let mut taken = BTreeSet::new();
    let item = |local: &PathBuf| {
        let extension = local.extension().unwrap_or_default().to_string_lossy();
        let extension = extension.to_lowercase();
        let Some(MediaType { kind, mime, .. }) = type_of(local) else {
            let known = extensions(None);
            return Err(DriverError::Invalid(format!(
                "{} is no picture or video; its name is to end with {}",
                local.display(),
                known.join(", ")
            )));
        };
        let within = match kind {
            MediaKind::Image => "Pictures",
            MediaKind::Video => "Movies",
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
            kind,
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
