//! The files of attempts. A name is only ever looked up among those that an attempt has, never
//! taken as a path: it may come from anywhere.

use std::fs::File;
use std::io::{self, Read as _};
use std::path::{Component, Path};

use serde::{Deserialize, Serialize};

use super::{HIERARCHY, LOG, SCREEN, folder};
use crate::farm::{CommandError, TaskDetail};
use crate::flow::{REPORT, TIMELINE};
use crate::model::Attempt;

/// What an attempt leaves: looked for while it runs, and when farmhand died before it could
/// write down what there is.
const USUAL: [&str; 5] = [LOG, TIMELINE, REPORT, SCREEN, HIERARCHY];

/// The most bytes of a file that is read whole: more than any screen has.
const WHOLE: u64 = 32 << 20;

/// What is in a file, by its name.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum FileType {
    /// A picture.
    Png,
    /// A UI hierarchy.
    Xml,
    /// A report.
    Json,
    /// A timeline.
    JsonLines,
    /// A log.
    Text,
    /// Something else.
    Other,
}

impl FileType {
    /// The type of a file of this name.
    #[must_use]
    pub fn of(name: &str) -> Self {
        match Path::new(name).extension().and_then(|e| e.to_str()) {
            Some("png") => Self::Png,
            Some("xml") => Self::Xml,
            Some("json") => Self::Json,
            Some("jsonl") => Self::JsonLines,
            Some("txt" | "log") => Self::Text,
            _ => Self::Other,
        }
    }

    /// Its media type.
    #[must_use]
    pub const fn media_type(self) -> &'static str {
        match self {
            Self::Png => "image/png",
            Self::Xml => "application/xml",
            Self::Json => "application/json",
            Self::JsonLines => "application/jsonl",
            Self::Text => "text/plain; charset=utf-8",
            Self::Other => "application/octet-stream",
        }
    }

    /// Whether people can read it.
    #[must_use]
    pub const fn is_text(self) -> bool {
        matches!(self, Self::Xml | Self::Json | Self::JsonLines | Self::Text)
    }
}

/// A file that an attempt left, or is leaving.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct EvidenceFile {
    /// The attempt, from 1.
    pub attempt: u32,
    /// Its name.
    pub name: String,
    /// Its size now, in bytes.
    pub bytes: u64,
}

/// A file of evidence, opened.
#[derive(Debug)]
pub struct OpenEvidence {
    /// What it is, with its size when it was opened; it may grow while its attempt runs.
    pub file: EvidenceFile,
    /// To be read from its beginning.
    pub content: File,
    /// Whether its attempt has ended, so that it grows no more.
    pub ended: bool,
}

/// All that is in a file that was opened.
pub(in crate::farm) fn whole(file: OpenEvidence) -> io::Result<Vec<u8>> {
    let mut bytes = Vec::new();
    file.content.take(WHOLE + 1).read_to_end(&mut bytes)?;
    if bytes.len() as u64 > WHOLE {
        let limit = format!("it has more than {} MiB", WHOLE >> 20);
        return Err(io::Error::new(io::ErrorKind::FileTooLarge, limit));
    }
    Ok(bytes)
}

/// Width and height of a picture.
pub(in crate::farm) fn png_size(png: &[u8]) -> Option<(i32, i32)> {
    let reader = png::Decoder::new(io::Cursor::new(png)).read_info().ok()?;
    let (width, height) = reader.info().size();
    Some((width.try_into().ok()?, height.try_into().ok()?))
}

/// The files that are there, by attempt.
pub(in crate::farm) fn list(data: &Path, task: &TaskDetail) -> Vec<EvidenceFile> {
    let id = task.view.task.id;
    let of = |attempt: &Attempt| {
        let folder = folder(data, id, attempt.number);
        let found = names(attempt).into_iter().filter_map(|name| {
            let found = folder.join(name).metadata().ok();
            let found = found.filter(std::fs::Metadata::is_file)?;
            Some(EvidenceFile {
                attempt: attempt.number,
                name: name.to_owned(),
                bytes: found.len(),
            })
        });
        found.collect::<Vec<_>>()
    };
    task.attempts.iter().flat_map(of).collect()
}

/// Opens a file of an attempt, the latest if none is named.
pub(in crate::farm) fn open(
    data: &Path,
    task: &TaskDetail,
    attempt: Option<u32>,
    name: &str,
) -> Result<OpenEvidence, CommandError> {
    let id = task.view.task.id;
    let found = match attempt {
        None => task.attempts.last(),
        Some(number) => task.attempts.iter().find(|a| a.number == number),
    };
    let Some(attempt) = found else {
        return Err(CommandError::NotFound(match attempt {
            None => format!("task {id} has not begun yet: there is no evidence"),
            Some(number) => format!("task {id} has no attempt {number}"),
        }));
    };
    let missing = || {
        let there = list(data, task).into_iter();
        let there = there.filter(|file| file.attempt == attempt.number);
        let there: Vec<String> = there.map(|file| file.name).collect();
        let there = match there.is_empty() {
            true => "nothing".to_owned(),
            false => there.join(", "),
        };
        let number = attempt.number;
        let message = format!("attempt {number} of task {id} left no {name:?}; it left {there}");
        CommandError::NotFound(message)
    };
    let known = names(attempt).into_iter().find(|known| *known == name);
    let path = known.ok_or_else(missing)?;
    let path = folder(data, id, attempt.number).join(path);
    let failed = |error: &io::Error| {
        CommandError::Internal(format!("cannot read {}: {error}", path.display()))
    };
    let content = match File::open(&path) {
        Ok(content) => content,
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Err(missing()),
        Err(error) => return Err(failed(&error)),
    };
    let found = content.metadata().map_err(|error| failed(&error))?;
    if !found.is_file() {
        return Err(missing());
    }
    Ok(OpenEvidence {
        file: EvidenceFile {
            attempt: attempt.number,
            name: name.to_owned(),
            bytes: found.len(),
        },
        content,
        ended: attempt.finished_at.is_some(),
    })
}

/// The names that an attempt's files can have.
fn names(attempt: &Attempt) -> Vec<&str> {
    if attempt.evidence.is_empty() {
        return USUAL.to_vec();
    }
    let names = attempt.evidence.iter().map(String::as_str);
    names.filter(|name| stays_inside(name)).collect()
}

/// Whether a name leads nowhere but into its attempt's folder. Names are farmhand's own, and a
/// store may have been written by somebody else.
fn stays_inside(name: &str) -> bool {
    let mut parts = Path::new(name).components();
    let inside = parts.all(|part| matches!(part, Component::Normal(_)));
    inside && !name.is_empty()
}

#[cfg(test)]
mod tests {
    use super::{FileType, stays_inside};

    #[test]
    fn a_name_that_leads_out_of_the_folder_is_none() {
        for name in ["../2/log.txt", "/etc/passwd", "", "a/../../b", ".."] {
            assert!(!stays_inside(name), "{name}");
        }
        for name in ["log.txt", "shots/after login.png"] {
            assert!(stays_inside(name), "{name}");
        }
    }

    #[test]
    fn the_type_follows_the_name() {
        assert_eq!(FileType::of("screen.png"), FileType::Png);
        assert_eq!(
            FileType::of("log.txt").media_type(),
            "text/plain; charset=utf-8"
        );
        assert_eq!(FileType::of("page.html"), FileType::Other);
        assert_eq!(FileType::of("png"), FileType::Other);
    }
}
