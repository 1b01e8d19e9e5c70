//! The file tree of one phone, in memory.
//!
//! Paths are absolute and normal (see [`normal`](super::path::normal)). Every phone starts
//! with the same tree and shares it until it writes, so a thousand idle phones hold one.

use std::collections::BTreeMap;
use std::sync::{Arc, LazyLock};

use bytes::Bytes;

use super::content::Content;
use super::errno::Errno;
use super::path;

/// Type bits of `st_mode`.
pub const S_IFDIR: u32 = 0o040_000;
/// Type bits of a regular file.
pub const S_IFREG: u32 = 0o100_000;
/// All type bits.
pub const S_IFMT: u32 = 0o170_000;

/// What `stat` tells of a file.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Stat {
    /// Type and permission bits, as in `st_mode`.
    pub mode: u32,
    /// Size in bytes.
    pub size: u64,
    /// Last change, seconds since 1970.
    pub mtime: u32,
}

impl Stat {
    /// Whether it is a folder.
    #[must_use]
    pub fn is_dir(&self) -> bool {
        self.mode & S_IFMT == S_IFDIR
    }
}

#[derive(Clone)]
struct Node {
    mode: u32,
    mtime: u32,
    content: Content,
}

impl Node {
    fn stat(&self) -> Stat {
        let size = if self.mode & S_IFMT == S_IFDIR {
            4_096
        } else {
            self.content.len()
        };
        Stat {
            mode: self.mode,
            size,
            mtime: self.mtime,
        }
    }
}

/// The folders of a fresh phone.
const FOLDERS: [&str; 14] = [
    "/",
    "/data",
    "/data/app",
    "/data/local",
    "/data/local/tmp",
    "/proc",
    "/storage",
    "/storage/emulated",
    "/storage/emulated/0",
    "/storage/emulated/0/DCIM",
    "/storage/emulated/0/Download",
    "/storage/emulated/0/Pictures",
    "/system",
    "/system/bin",
];

/// When the system image was built: 2024-08-05.
const BUILT: u32 = 1_722_816_000;

static FRESH: LazyLock<Arc<BTreeMap<String, Node>>> = LazyLock::new(|| {
    let folder = |path: &&str| {
        let node = Node {
            mode: S_IFDIR | 0o771,
            mtime: BUILT,
            content: Content::default(),
        };
        ((*path).to_owned(), node)
    };
    let mut nodes: BTreeMap<String, Node> = FOLDERS.iter().map(folder).collect();
    let shell = Content::from("virtual\n".to_owned());
    nodes.insert(
        "/system/bin/sh".to_owned(),
        Node {
            mode: S_IFREG | 0o755,
            mtime: BUILT,
            content: shell,
        },
    );
    Arc::new(nodes)
});

/// The files of one phone.
pub struct Tree {
    nodes: Arc<BTreeMap<String, Node>>,
    used: u64,
    capacity: u64,
    full: bool,
}

impl Tree {
    /// A fresh tree that takes `capacity` bytes of files.
    pub fn new(capacity: u64) -> Self {
        Self {
            nodes: Arc::clone(&FRESH),
            used: 0,
            capacity,
            full: false,
        }
    }

    /// Has every write fail as on a full phone, or no longer.
    pub fn set_full(&mut self, full: bool) {
        self.full = full;
    }

    /// Bytes of files written to the phone.
    pub fn used(&self) -> u64 {
        self.used
    }

    /// Whether `more` bytes can be written.
    pub fn check_space(&self, more: u64) -> Result<(), Errno> {
        if self.full || self.used.saturating_add(more) > self.capacity {
            return Err(Errno::NoSpace);
        }
        Ok(())
    }

    pub fn stat(&self, at: &str) -> Result<Stat, Errno> {
        self.node(at).map(Node::stat)
    }

    /// What a file holds.
    pub fn read(&self, at: &str) -> Result<Content, Errno> {
        let node = self.node(at)?;
        if node.stat().is_dir() {
            return Err(Errno::IsDirectory);
        }
        Ok(node.content.clone())
    }

    /// Names and facts of a folder's entries, by name.
    pub fn list(&self, at: &str) -> Result<Vec<(String, Stat)>, Errno> {
        if !self.stat(at)?.is_dir() {
            return Err(Errno::NotDirectory);
        }
        let prefix = if at == "/" {
            "/".to_owned()
        } else {
            format!("{at}/")
        };
        let entries = self.below(&prefix).filter_map(|(path, node)| {
            let name = path
                .strip_prefix(&prefix)
                .filter(|n| !n.is_empty() && !n.contains('/'))?;
            Some((name.to_owned(), node.stat()))
        });
        Ok(entries.collect())
    }

    /// Makes a folder in one that exists.
    pub fn create_dir(&mut self, at: &str, now: u32) -> Result<(), Errno> {
        if self.nodes.contains_key(at) {
            return Err(Errno::Exists);
        }
        self.check_parent(at)?;
        path::check_writable(at)?;
        self.check_space(0)?;
        let node = Node {
            mode: S_IFDIR | 0o771,
            mtime: now,
            content: Content::default(),
        };
        Arc::make_mut(&mut self.nodes).insert(at.to_owned(), node);
        Ok(())
    }

    /// Makes a folder and those above it; fine if it is there.
    pub fn create_dirs(&mut self, at: &str, now: u32) -> Result<(), Errno> {
        for ancestor in path::ancestors(at) {
            match self.stat(ancestor) {
                Ok(stat) if stat.is_dir() => {}
                Ok(_) => return Err(Errno::NotDirectory),
                Err(_) => self.create_dir(ancestor, now)?,
            }
        }
        Ok(())
    }

    /// Creates or replaces a file.
    pub fn write(
        &mut self,
        at: &str,
        content: Content,
        perm: u32,
        mtime: u32,
    ) -> Result<(), Errno> {
        let replaced = match self.nodes.get(at) {
            Some(node) if node.stat().is_dir() => return Err(Errno::IsDirectory),
            Some(node) => node.content.len(),
            None => {
                self.check_parent(at)?;
                0
            }
        };
        path::check_writable(at)?;
        self.check_space(content.len().saturating_sub(replaced))?;
        self.used = self.used - replaced + content.len();
        let node = Node {
            mode: S_IFREG | perm & 0o7777,
            mtime,
            content,
        };
        Arc::make_mut(&mut self.nodes).insert(at.to_owned(), node);
        Ok(())
    }

    /// Adds to the end of a file; what is written to one deleted meanwhile is lost, as on Linux.
    pub fn append(&mut self, at: &str, bytes: Bytes, now: u32) -> Result<(), Errno> {
        self.check_space(bytes.len() as u64)?;
        let more = bytes.len() as u64;
        if let Some(node) = Arc::make_mut(&mut self.nodes).get_mut(at) {
            node.content.append(bytes);
            node.mtime = now;
            self.used += more;
        }
        Ok(())
    }

    /// Sets the time of the last change.
    pub fn touch(&mut self, at: &str, now: u32) -> Result<(), Errno> {
        path::check_writable(at)?;
        self.node(at)?;
        if let Some(node) = Arc::make_mut(&mut self.nodes).get_mut(at) {
            node.mtime = now;
        }
        Ok(())
    }

    /// Sets the permission bits.
    pub fn chmod(&mut self, at: &str, perm: u32) -> Result<(), Errno> {
        path::check_writable(at)?;
        self.node(at)?;
        if let Some(node) = Arc::make_mut(&mut self.nodes).get_mut(at) {
            node.mode = node.mode & S_IFMT | perm & 0o7777;
        }
        Ok(())
    }

    /// Deletes a file.
    pub fn remove_file(&mut self, at: &str) -> Result<(), Errno> {
        if self.stat(at)?.is_dir() {
            return Err(Errno::IsDirectory);
        }
        self.delete(at)
    }

    /// Deletes an empty folder.
    pub fn remove_dir(&mut self, at: &str) -> Result<(), Errno> {
        if !self.list(at)?.is_empty() {
            return Err(Errno::NotEmpty);
        }
        self.delete(at)
    }

    /// Deletes a file, or a folder with all in it.
    pub fn remove_all(&mut self, at: &str) -> Result<(), Errno> {
        self.stat(at)?;
        path::check_writable(at)?;
        let inside: Vec<String> = self
            .below(&format!("{at}/"))
            .map(|(p, _)| p.clone())
            .collect();
        for path in inside {
            self.delete(&path)?;
        }
        self.delete(at)
    }

    /// Moves a file or folder.
    pub fn rename(&mut self, from: &str, to: &str) -> Result<(), Errno> {
        self.stat(from)?;
        path::check_writable(from)?;
        path::check_writable(to)?;
        self.check_parent(to)?;
        if from == to {
            return Ok(());
        }
        if to.starts_with(&format!("{from}/")) {
            return Err(Errno::Invalid);
        }
        if self.nodes.contains_key(to) {
            self.remove_all(to)?;
        }
        let below = format!("{from}/");
        let inside = self.below(&below).map(|(path, _)| path.clone());
        let moved: Vec<String> = inside.chain([from.to_owned()]).collect();
        let nodes = Arc::make_mut(&mut self.nodes);
        for path in moved {
            if let (Some(node), Some(rest)) = (nodes.remove(&path), path.strip_prefix(from)) {
                nodes.insert(format!("{to}{rest}"), node);
            }
        }
        Ok(())
    }

    fn delete(&mut self, at: &str) -> Result<(), Errno> {
        path::check_writable(at)?;
        if let Some(node) = Arc::make_mut(&mut self.nodes).remove(at) {
            self.used -= node.content.len();
        }
        Ok(())
    }

    fn node(&self, at: &str) -> Result<&Node, Errno> {
        if let Some(node) = self.nodes.get(at) {
            return Ok(node);
        }
        self.check_parent(at)?;
        Err(Errno::NotFound)
    }

    fn check_parent(&self, at: &str) -> Result<(), Errno> {
        match self.nodes.get(path::parent(at)) {
            None => Err(Errno::NotFound),
            Some(node) if node.stat().is_dir() => Ok(()),
            Some(_) => Err(Errno::NotDirectory),
        }
    }

    fn below(&self, prefix: &str) -> impl Iterator<Item = (&String, &Node)> {
        let start = prefix.to_owned();
        let end = prefix.to_owned();
        self.nodes
            .range(start..)
            .take_while(move |(path, _)| path.starts_with(&end))
    }
}
