//! Where the texts of flows and of the files that they run come from.

/// The most bytes that a file of a flow may have.
pub const MAX_FILE: u64 = 1 << 20;

/// Files by name. A name is a path with `/` in which `.` and `..` are worked out as far as can
/// be without a disk: what a flow says is joined to the folder of the file that says it before
/// the library is asked. Only a relative name may begin with `..`.
pub trait Library {
    /// The text of a file of at most [`MAX_FILE`] bytes.
    ///
    /// # Errors
    /// Why it cannot be had, to be read on from the file's name ("is not there").
    fn read(&self, file: &str) -> Result<String, String>;
}

/// For what has no files.
pub(super) struct NoFiles;

impl Library for NoFiles {
    fn read(&self, _: &str) -> Result<String, String> {
        Err("cannot be read from here".to_owned())
    }
}

/// The name of a file that another one speaks of.
pub(in crate::flow) fn join(base: &str, file: &str) -> String {
    let folder = base.rsplit_once('/').map_or("", |(folder, _)| folder);
    let absolute = file.starts_with('/') || (base.starts_with('/') && !file.is_empty());
    let before = if file.starts_with('/') { "" } else { folder };
    let mut parts: Vec<&str> = Vec::new();
    for part in before.split('/').chain(file.split('/')) {
        match part {
            "" | "." => {}
            ".." if parts.last().is_some_and(|last| *last != "..") => drop(parts.pop()),
            ".." if absolute => {}
            _ => parts.push(part),
        }
    }
    let root = if absolute { "/" } else { "" };
    format!("{root}{}", parts.join("/"))
}
