//! The media store: what is known of the files of the shared storage. A file that comes in is
//! not known before it is scanned, and a row stays until the place of its file is scanned again.

use std::collections::BTreeMap;

use super::Phone;
use super::clock::unix_now;
use super::files::{Stat, path};

/// Where the shared storage lies.
const SHARED: &str = "/storage/emulated/0";

/// The kind of a file, `media_type` of `MediaStore.Files.FileColumns`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    /// Anything else, or hidden by a `.nomedia` file or a dot.
    None,
    Image,
    Audio,
    Video,
}

impl Kind {
    pub fn number(self) -> u8 {
        match self {
            Self::None => 0,
            Self::Image => 1,
            Self::Audio => 2,
            Self::Video => 3,
        }
    }

    /// The collection that it is in, as a part of URIs.
    fn collection(self) -> &'static str {
        match self {
            Self::None => "file",
            Self::Image => "images/media",
            Self::Audio => "audio/media",
            Self::Video => "video/media",
        }
    }
}

/// A file that is known.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Row {
    pub id: u64,
    pub path: String,
    pub kind: Kind,
    pub mime: &'static str,
    /// Bytes.
    pub size: u64,
    /// When it became known, seconds since 1970.
    pub added: u32,
    /// When the file changed, seconds since 1970.
    pub modified: u32,
}

impl Row {
    /// Its URI, as the scanner tells it.
    pub fn uri(&self) -> String {
        let collection = self.kind.collection();
        format!("content://media/external_primary/{collection}/{}", self.id)
    }
}

/// What a URI of the media store means.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct MediaUri {
    /// The files of a kind; of any if absent.
    pub kind: Option<Kind>,
    /// One of them.
    pub id: Option<u64>,
}

impl MediaUri {
    /// Reads `content://media/external/images/media/12` and the like.
    pub fn parse(uri: &str) -> Option<Self> {
        let rest = uri.strip_prefix("content://media/")?;
        let mut parts = rest.trim_end_matches('/').split('/');
        if !matches!(parts.next()?, "external" | "external_primary") {
            return None;
        }
        let kind = match parts.next()? {
            "file" => None,
            "images" => Some(Kind::Image),
            "audio" => Some(Kind::Audio),
            "video" => Some(Kind::Video),
            _ => return None,
        };
        if kind.is_some() && parts.next()? != "media" {
            return None;
        }
        let id = parts.next().map(str::parse).transpose().ok()?;
        parts.next().is_none().then_some(Self { kind, id })
    }

    pub fn holds(self, row: &Row) -> bool {
        self.kind.is_none_or(|kind| kind == row.kind) && self.id.is_none_or(|id| id == row.id)
    }
}

/// The rows by path. A row keeps its id as long as it lives, and no id is given twice.
#[derive(Default)]
pub struct MediaStore {
    rows: BTreeMap<String, Row>,
    last_id: u64,
}

impl MediaStore {
    /// The rows by id.
    pub fn rows(&self) -> Vec<&Row> {
        let mut rows: Vec<&Row> = self.rows.values().collect();
        rows.sort_by_key(|row| row.id);
        rows
    }

    pub fn remove(&mut self, path: &str) {
        self.rows.remove(path);
    }

    fn keep(&mut self, path: &str, stat: Stat, kind: Kind, mime: &'static str) {
        let last_id = &mut self.last_id;
        let row = self.rows.entry(path.to_owned()).or_insert_with(|| {
            *last_id += 1;
            Row {
                id: *last_id,
                path: path.to_owned(),
                kind,
                mime,
                size: 0,
                added: unix_now(),
                modified: 0,
            }
        });
        (row.size, row.modified, row.kind) = (stat.size, stat.mtime, kind);
    }
}

impl Phone {
    /// What the media store knows of a file of the shared storage: its `content://` URI.
    #[must_use]
    pub fn media_uri(&self, file: &str) -> Option<String> {
        let file = path::normal(file, "/");
        self.state().media.rows.get(&file).map(Row::uri)
    }

    /// The file that a `content://media/...` URI is of.
    pub(super) fn media_path(&self, uri: &str) -> Option<String> {
        let wanted = MediaUri::parse(uri).filter(|wanted| wanted.id.is_some())?;
        let state = self.state();
        let found = state.media.rows().into_iter().find(|row| wanted.holds(row));
        found.map(|row| row.path.clone())
    }

    /// Looks at a file, or at all below a folder, and learns what is there and what is gone.
    /// Answers the URI of the first file.
    pub(super) fn scan_media(&self, at: &str) -> Option<String> {
        let at = path::normal(at, "/");
        if at != SHARED && !at.starts_with(&format!("{SHARED}/")) {
            return None;
        }
        let mut found = Vec::new();
        self.find_files(&at, &mut found);
        let mut state = self.state();
        let below = format!("{at}/");
        state.media.rows.retain(|known, _| {
            let looked_at = *known == at || known.starts_with(&below);
            !looked_at || found.iter().any(|(path, _, _)| path == known)
        });
        for (path, stat, mark) in &found {
            let (kind, mime) = kind_of(path);
            let kind = match mark {
                Mark::Hidden => Kind::None,
                Mark::Seen => kind,
            };
            state.media.keep(path, *stat, kind, mime);
        }
        let (first, _, _) = found.first()?;
        state.media.rows.get(first).map(Row::uri)
    }

    /// The whole shared storage.
    pub(super) fn scan_all_media(&self) {
        self.scan_media(SHARED);
    }

    fn find_files(&self, at: &str, found: &mut Vec<(String, Stat, Mark)>) {
        let Ok(stat) = self.stat_path(at) else {
            return;
        };
        if !stat.is_dir() {
            let mark = self.mark(at);
            found.push((at.to_owned(), stat, mark));
            return;
        }
        for (name, _) in self.list_path(at).unwrap_or_default() {
            self.find_files(&format!("{at}/{name}"), found);
        }
    }

    /// Whether a file, or a folder above it, is hidden from galleries.
    fn mark(&self, file: &str) -> Mark {
        let inside = file.strip_prefix(SHARED).unwrap_or_default();
        let dotted = inside.split('/').any(|part| part.starts_with('.'));
        let folders = path::ancestors(path::parent(file)).filter(|at| at.starts_with(SHARED));
        let mut marks = folders.map(|folder| format!("{folder}/.nomedia"));
        match dotted || marks.any(|mark| self.stat_path(&mark).is_ok()) {
            true => Mark::Hidden,
            false => Mark::Seen,
        }
    }
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Mark {
    Hidden,
    Seen,
}

/// Kind and type of a file by its name.
pub fn kind_of(file: &str) -> (Kind, &'static str) {
    let ending = file.rsplit_once('.').map(|(_, ending)| ending);
    match ending.unwrap_or_default().to_lowercase().as_str() {
        "jpg" | "jpeg" => (Kind::Image, "image/jpeg"),
        "png" => (Kind::Image, "image/png"),
        "webp" => (Kind::Image, "image/webp"),
        "gif" => (Kind::Image, "image/gif"),
        "heic" => (Kind::Image, "image/heic"),
        "mp4" => (Kind::Video, "video/mp4"),
        "mov" => (Kind::Video, "video/quicktime"),
        "webm" => (Kind::Video, "video/webm"),
        "3gp" => (Kind::Video, "video/3gpp"),
        "mp3" => (Kind::Audio, "audio/mpeg"),
        "txt" => (Kind::None, "text/plain"),
        _ => (Kind::None, "application/octet-stream"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn uris_name_a_collection_or_one_of_its_rows() {
        let one = MediaUri::parse("content://media/external_primary/images/media/12");
        let kind = Some(Kind::Image);
        assert_eq!(one, Some(MediaUri { kind, id: Some(12) }));
        let all = MediaUri::parse("content://media/external/file");
        assert_eq!(
            all,
            Some(MediaUri {
                kind: None,
                id: None
            })
        );
        for none in [
            "content://media/external/images/media/x",
            "content://media/internal/file",
            "content://settings/system",
            "file:///sdcard/a.png",
        ] {
            assert_eq!(MediaUri::parse(none), None, "{none}");
        }
    }
}
