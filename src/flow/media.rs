//! The kinds of files that posts are made of, in one table: what is chosen on the host is what
//! the phone's gallery takes.

use std::path::Path;

/// What the media store of a phone keeps apart.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum MediaKind {
    /// A picture.
    Image,
    /// A film.
    Video,
}

/// A kind of file, by its extension.
#[derive(Debug, Clone, Copy)]
pub(super) struct MediaType {
    /// In lower case, without the dot.
    pub extension: &'static str,
    /// Picture or film.
    pub kind: MediaKind,
    /// As intents name it.
    pub mime: &'static str,
}

/// Most files of one post: apps take ten or twenty.
pub(super) const MOST_FILES: usize = 50;

/// All kinds.
pub(super) const TYPES: [MediaType; 15] = [
    image("jpg", "image/jpeg"),
    image("jpeg", "image/jpeg"),
    image("png", "image/png"),
    image("gif", "image/gif"),
    image("webp", "image/webp"),
    image("heic", "image/heic"),
    image("bmp", "image/bmp"),
    video("mp4", "video/mp4"),
    video("m4v", "video/mp4"),
    video("mov", "video/quicktime"),
    video("webm", "video/webm"),
    video("mkv", "video/x-matroska"),
    video("avi", "video/x-msvideo"),
    video("3gp", "video/3gpp"),
    video("mpeg", "video/mpeg"),
];

const fn image(extension: &'static str, mime: &'static str) -> MediaType {
    MediaType {
        extension,
        kind: MediaKind::Image,
        mime,
    }
}

const fn video(extension: &'static str, mime: &'static str) -> MediaType {
    MediaType {
        extension,
        kind: MediaKind::Video,
        mime,
    }
}

/// The kind of a file, by its name.
pub(super) fn type_of(file: &Path) -> Option<MediaType> {
    let extension = file.extension()?.to_str()?.to_ascii_lowercase();
    TYPES.into_iter().find(|one| one.extension == extension)
}

/// The extensions of a kind, or of all.
pub(super) fn extensions(kind: Option<MediaKind>) -> Vec<&'static str> {
    let fits = |one: &MediaType| kind.is_none_or(|kind| one.kind == kind);
    TYPES
        .iter()
        .filter(|one| fits(one))
        .map(|one| one.extension)
        .collect()
}
