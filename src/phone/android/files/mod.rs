//! The files of a phone: a small tree in memory, with Linux's errors.

mod content;
mod errno;
pub mod path;
mod procfs;
mod tree;

#[cfg(test)]
mod tests;

pub use content::Content;
pub use errno::Errno;
pub use tree::{S_IFMT, S_IFREG, Stat, Tree};

use super::Phone;
use super::clock::unix_now;

/// Reading, over the tree and `/proc`; every path must be normal.
impl Phone {
    /// What `stat` tells.
    pub(super) fn stat_path(&self, path: &str) -> Result<Stat, Errno> {
        match procfs::read(self, path) {
            Some(_) => Ok(procfs::file_stat()),
            None if procfs::is_folder(self, path) => Ok(procfs::folder_stat()),
            None => self.tree().stat(path),
        }
    }

    /// What a file holds.
    pub(super) fn read_path(&self, path: &str) -> Result<Content, Errno> {
        match procfs::read(self, path) {
            Some(file) => Ok(Content::from(file)),
            None if procfs::is_folder(self, path) => Err(Errno::IsDirectory),
            None => self.tree().read(path),
        }
    }

    /// What a folder holds.
    pub(super) fn list_path(&self, path: &str) -> Result<Vec<(String, Stat)>, Errno> {
        match procfs::list(self, path) {
            Some(names) => Ok(names
                .into_iter()
                .map(|n| (n, procfs::folder_stat()))
                .collect()),
            None => self.tree().list(path),
        }
    }

    /// Opens a file for writing from its start, or from its end.
    pub(super) fn open_for_writing(&self, path: &str, start: Start) -> Result<(), Errno> {
        let mut tree = self.tree();
        let old = match tree.stat(path) {
            Ok(stat) if stat.is_dir() => return Err(Errno::IsDirectory),
            Ok(stat) => Some(stat),
            Err(_) => None,
        };
        match (old, start) {
            (Some(_), Start::End) => path::check_writable(path),
            (Some(stat), Start::Empty) => {
                tree.write(path, Content::default(), stat.mode, unix_now())
            }
            (None, _) => tree.write(path, Content::default(), 0o660, unix_now()),
        }
    }
}

/// Where writing starts.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Start {
    /// The file is emptied, as by `>`.
    Empty,
    /// What it holds stays, as by `>>`.
    End,
}
