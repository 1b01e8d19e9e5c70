//! Files on the farm's host that a request names: only what lies under a media root, after
//! resolving links, may be read or written.

use std::fs::{self, File};
use std::io;
use std::path::{Path, PathBuf};

/// The folders that requests may name files in. Every refusal names the path and the roots.
#[derive(Debug, Clone)]
pub(super) struct Roots {
    /// As set, for messages and for telling whether a missing file would have been allowed.
    named: Vec<PathBuf>,
    /// Resolved; a root that does not exist is left out.
    resolved: Vec<PathBuf>,
}

impl Roots {
    /// Resolves the roots. Reads the file system.
    pub(super) fn new<'a>(roots: impl IntoIterator<Item = &'a Path>) -> Self {
        let named: Vec<PathBuf> = roots.into_iter().map(Path::to_path_buf).collect();
        let resolved = named.iter().filter_map(|r| r.canonicalize().ok()).collect();
        Self { named, resolved }
    }

    /// A readable regular file, resolved.
    pub(super) fn readable(&self, text: &str) -> Result<PathBuf, String> {
        let path = self.resolve(text)?;
        // Looked at first, because opening a pipe would wait for its writer.
        let found = fs::metadata(&path).map_err(|e| self.unusable(text, &e))?;
        if !found.is_file() {
            return Err(self.refuse(text, "is not a regular file"));
        }
        File::open(&path).map_err(|e| self.unusable(text, &e))?;
        Ok(path)
    }

    /// A readable folder, resolved.
    pub(super) fn folder(&self, text: &str) -> Result<PathBuf, String> {
        let path = self.resolve(text)?;
        if !path.is_dir() {
            return Err(self.refuse(text, "is not a folder"));
        }
        fs::read_dir(&path).map_err(|e| self.unusable(text, &e))?;
        Ok(path)
    }

    /// A file that may be written, resolved: its folder is there, and it is either new or a
    /// regular file.
    pub(super) fn writable(&self, text: &str) -> Result<PathBuf, String> {
        let path = self.absolute(text)?;
        // `file_name` takes `a/b/` for `a/b`: a client that writes the slash means a folder.
        let name = path.file_name().filter(|_| !text.ends_with('/'));
        let (Some(folder), Some(name)) = (path.parent(), name) else {
            return Err(self.refuse(text, "does not name a file"));
        };
        let folder = folder
            .canonicalize()
            .map_err(|e| self.missing(text, folder, &e, "its folder"))?;
        let target = folder.join(name);
        if !self.holds(&target) {
            return Err(self.outside(text));
        }
        if !folder.is_dir() {
            return Err(self.refuse(text, "lies in something that is no folder"));
        }
        match fs::symlink_metadata(&target) {
            Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(target),
            Err(error) => Err(self.unusable(text, &error)),
            Ok(found) if found.is_symlink() => self.readable(text),
            Ok(found) if found.is_dir() => {
                Err(self.refuse(text, "is a folder: name the file to write"))
            }
            Ok(found) if !found.is_file() => Err(self.refuse(text, "is not a regular file")),
            Ok(_) => Ok(target),
        }
    }

    /// Whether this resolved path lies under a root.
    pub(super) fn holds(&self, path: &Path) -> bool {
        self.resolved.iter().any(|root| path.starts_with(root))
    }

    fn resolve(&self, text: &str) -> Result<PathBuf, String> {
        let path = self.absolute(text)?;
        let resolved = path
            .canonicalize()
            .map_err(|e| self.missing(text, &path, &e, "it"))?;
        if self.holds(&resolved) {
            Ok(resolved)
        } else {
            Err(self.outside(text))
        }
    }

    fn absolute(&self, text: &str) -> Result<PathBuf, String> {
        let path = PathBuf::from(text);
        if path.is_absolute() {
            Ok(path)
        } else {
            Err(self.refuse(text, "is not an absolute path on the farm's host"))
        }
    }

    /// Tells that a path is missing, unless it is none of the client's business.
    fn missing(&self, text: &str, path: &Path, error: &io::Error, what: &str) -> String {
        let mut allowed = self.named.iter().chain(&self.resolved);
        if !allowed.any(|root| path.starts_with(root)) {
            return self.outside(text);
        }
        if error.kind() == io::ErrorKind::NotFound {
            self.refuse(text, &format!("cannot be used: {what} does not exist"))
        } else {
            self.unusable(text, error)
        }
    }

    fn outside(&self, text: &str) -> String {
        self.refuse(text, "does not lie under a media root")
    }

    fn unusable(&self, text: &str, error: &io::Error) -> String {
        self.refuse(text, &format!("cannot be read: {error}"))
    }

    fn refuse(&self, text: &str, why: &str) -> String {
        let roots: Vec<String> = self.named.iter().map(|r| r.display().to_string()).collect();
        if roots.is_empty() {
            format!("'{text}' {why} (no media root is set)")
        } else {
            format!("'{text}' {why} (media roots: {})", roots.join(", "))
        }
    }
}
