//! Which files a post takes: those named, or the next ones of a folder.

use std::collections::{BTreeSet, HashSet};
use std::fs;
use std::path::{Path, PathBuf};

use serde_json::Value;

use super::files::Roots;
use super::media::{MediaKind, extensions, type_of};

/// The value of the source parameter that means a folder of the request's own.
pub(super) const LOCAL_FOLDER: &str = "localFolder";

/// What a post is made of (contract: `content_type`).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Content {
    Video,
    Images,
}

impl Content {
    /// 0 is a video, 1 images.
    pub(super) fn from_value(value: Option<&Value>) -> Self {
        if value.and_then(Value::as_i64) == Some(1) {
            Self::Images
        } else {
            Self::Video
        }
    }

    const fn kind(self) -> MediaKind {
        match self {
            Self::Video => MediaKind::Video,
            Self::Images => MediaKind::Image,
        }
    }

    const fn other(self) -> Self {
        match self {
            Self::Video => Self::Images,
            Self::Images => Self::Video,
        }
    }

    const fn noun(self) -> &'static str {
        match self {
            Self::Video => "video",
            Self::Images => "image",
        }
    }

    fn fits(self, path: &Path) -> bool {
        type_of(path).is_some_and(|one| one.kind == self.kind())
    }

    /// Refuses a file of the other sort, or of none: phones know them by their names.
    pub(super) fn accept(self, file: &str) -> Result<(), String> {
        let other = self.other();
        if other.fits(Path::new(file)) {
            return Err(format!(
                "'{file}' is no {}: for {}s content_type is {}",
                self.noun(),
                other.noun(),
                other as u8
            ));
        }
        if !self.fits(Path::new(file)) {
            return Err(format!(
                "'{file}' is no {}: its name is to end with {}",
                self.noun(),
                extensions(Some(self.kind())).join(", ")
            ));
        }
        Ok(())
    }
}

/// A folder's files, dealt out to one task after the other.
pub(super) struct Deck {
    /// Ordered by how often they have been dealt, then by name.
    cards: BTreeSet<(u32, PathBuf)>,
    count: usize,
}

impl Deck {
    /// Takes the files of a folder that fit; those in `used` come last. Files that are links
    /// to somewhere outside the roots are passed over, as are hidden ones.
    pub(super) fn new(
        folder: &Path,
        content: Content,
        count: usize,
        roots: &Roots,
        used: impl FnOnce() -> HashSet<PathBuf>,
    ) -> Result<Self, String> {
        let count = match content {
            Content::Video => 1,
            Content::Images => count,
        };
        let entries = fs::read_dir(folder)
            .map_err(|e| format!("the folder {} cannot be read ({e})", folder.display()))?;
        let files: BTreeSet<PathBuf> = entries
            .flatten()
            .filter(|e| !e.file_name().as_encoded_bytes().starts_with(b"."))
            .filter(|e| content.fits(Path::new(&e.file_name())))
            .filter_map(|e| e.path().canonicalize().ok())
            .filter(|path| path.to_str().is_some() && path.is_file() && roots.holds(path))
            .collect();
        if files.len() < count {
            return Err(format!(
                "the folder {} holds {} {}s ({}), but {count} {} needed",
                folder.display(),
                files.len(),
                content.noun(),
                extensions(Some(content.kind())).join(", "),
                if count == 1 { "is" } else { "are" },
            ));
        }
        let used = used();
        let cards = files
            .into_iter()
            .map(|file| (u32::from(used.contains(&file)), file))
            .collect();
        Ok(Self { cards, count })
    }

    /// The files of the next task.
    pub(super) fn deal(&mut self) -> Value {
        let hand: Vec<(u32, PathBuf)> = (0..self.count)
            .filter_map(|_| self.cards.pop_first())
            .collect();
        let names = hand.iter().filter_map(|(_, file)| file.to_str());
        let names = Value::from_iter(names.map(str::to_owned));
        let dealt = hand.into_iter().map(|(times, file)| (times + 1, file));
        self.cards.extend(dealt);
        names
    }
}
