//! Where the files of flows lie: in the binary, in the operator's folder over it, and under
//! the media roots.

use std::fs::File;
use std::io::Read as _;
use std::path::Path;

use include_dir::{Dir, include_dir};

use super::super::files::Roots;
use crate::flow::lang::{Library, MAX_FILE, join};

/// The folders of the built-in scripts.
pub(super) static BUILT_IN: Dir<'static> = include_dir!("$CARGO_MANIFEST_DIR/assets/scripts");

/// The text of a built-in file.
pub(super) fn built_in(file: &str) -> Option<&'static str> {
    BUILT_IN.get_file(file)?.contents_utf8()
}

/// The operator's folder laid over the built-in one.
pub(super) struct Layered<'a> {
    /// The operator's.
    pub folder: Option<&'a Path>,
    /// A file that is the built-in one, whatever lies in the operator's folder.
    pub pinned: Option<&'a str>,
}

impl Library for Layered<'_> {
    fn read(&self, file: &str) -> Result<String, String> {
        if file.starts_with(['/', '.']) {
            return Err("lies outside the scripts folder".to_owned());
        }
        if self.pinned != Some(file)
            && let Some(folder) = self.folder
            && let Some(text) = read(&folder.join(file))?
        {
            return Ok(text);
        }
        built_in(file)
            .map(str::to_owned)
            .ok_or_else(|| "is not there".to_owned())
    }
}

/// Files under the media roots, by absolute paths.
pub(super) struct UnderRoots<'a>(pub &'a Roots);

impl Library for UnderRoots<'_> {
    fn read(&self, file: &str) -> Result<String, String> {
        let path = self
            .0
            .readable(file)
            .map_err(|why| format!("cannot be read: {why}"))?;
        read(&path)?.ok_or_else(|| "is not there".to_owned())
    }
}

/// Files anywhere on this host, as a command line names them; beside those in the operator's
/// folder the built-in ones.
#[derive(Debug)]
pub struct OnDisk<'a> {
    /// The operator's folder.
    pub scripts: &'a Path,
}

impl Library for OnDisk<'_> {
    fn read(&self, file: &str) -> Result<String, String> {
        if let Some(text) = read(Path::new(file))? {
            return Ok(text);
        }
        // Without `..`, which this path may still have in the middle.
        let absolute = std::path::absolute(file)
            .ok()
            .and_then(|path| path.to_str().map(|path| join("", path)));
        absolute
            .as_deref()
            .and_then(|path| Path::new(path).strip_prefix(self.scripts).ok())
            .and_then(Path::to_str)
            .and_then(built_in)
            .map(str::to_owned)
            .ok_or_else(|| "is not there".to_owned())
    }
}

/// The text of a file; none if there is no such file.
fn read(path: &Path) -> Result<Option<String>, String> {
    let unreadable = |error: std::io::Error| format!("cannot be read: {error}");
    match std::fs::metadata(path) {
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => return Ok(None),
        Err(error) => return Err(unreadable(error)),
        // Opening a pipe would wait for its writer.
        Ok(found) if !found.is_file() => return Err("is not a regular file".to_owned()),
        Ok(_) => {}
    }
    let mut bytes = Vec::new();
    let file = File::open(path).map_err(unreadable)?;
    let mut bounded = file.take(MAX_FILE + 1);
    bounded.read_to_end(&mut bytes).map_err(unreadable)?;
    if bytes.len() as u64 > MAX_FILE {
        return Err(format!("has more than {} KiB", MAX_FILE >> 10));
    }
    let text = String::from_utf8(bytes).map_err(|error| {
        let valid = error.utf8_error().valid_up_to();
        format!("is not UTF-8 from byte {valid} on")
    })?;
    Ok(Some(text))
}
