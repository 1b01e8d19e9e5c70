//! What lies in a folder of the operator's.

use std::collections::BTreeMap;
use std::fs::DirEntry;
use std::io::ErrorKind;
use std::path::{Path, PathBuf};

/// The files that `pick` finds in the entries of a folder, by the names that it gives them.
/// What cannot be looked at is among them: whoever reads it finds out why. A folder that is
/// not there holds nothing.
///
/// # Errors
/// If the folder cannot be read: nothing is known of what it holds then.
pub(super) fn files(
    folder: Option<&Path>,
    pick: impl Fn(&DirEntry) -> Option<(String, PathBuf)>,
) -> std::io::Result<BTreeMap<String, PathBuf>> {
    let Some(folder) = folder else {
        return Ok(BTreeMap::new());
    };
    let entries = match std::fs::read_dir(folder) {
        Err(error) if error.kind() == ErrorKind::NotFound => return Ok(BTreeMap::new()),
        entries => entries?,
    };
    let mut found = BTreeMap::new();
    for entry in entries {
        found.extend(pick(&entry?).filter(|(_, file)| is_there(file)));
    }
    Ok(found)
}

fn is_there(file: &Path) -> bool {
    match std::fs::metadata(file) {
        Ok(metadata) => metadata.is_file(),
        // What should lie in a folder that is a file is not there either.
        Err(error) => !matches!(error.kind(), ErrorKind::NotFound | ErrorKind::NotADirectory),
    }
}
