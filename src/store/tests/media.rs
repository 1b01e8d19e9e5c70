//! A disk in memory that can be full, fail, and lose its power.

use std::io;
use std::sync::{Arc, Mutex};

use redb::StorageBackend;

/// When the next write or sync fails.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(super) enum Fault {
    #[default]
    None,
    /// Every write, until told otherwise.
    Full,
    /// The sync after this many that still work; the data before it has been written. Once.
    Sync(u32),
    /// All from this many writes and syncs on.
    PowerCut(u32),
}

#[derive(Debug, Clone)]
enum Unsynced {
    Write(usize, Vec<u8>),
    Len(usize),
}

#[derive(Debug, Default)]
struct Content {
    /// As the operating system shows it.
    shown: Vec<u8>,
    /// As it would be after a power cut, if none of `unsynced` had reached the disk.
    durable: Vec<u8>,
    unsynced: Vec<Unsynced>,
    fault: Fault,
}

/// The disk; clones are the same one.
#[derive(Debug, Clone, Default)]
pub(super) struct Media(Arc<Mutex<Content>>);

impl Media {
    pub(super) fn set_fault(&self, fault: Fault) {
        self.0.lock().unwrap().fault = fault;
    }

    /// A new disk with what is left after a power cut: of the writes since the last sync,
    /// `chance` decides one by one, by its bits, whether they arrived.
    pub(super) fn after_power_cut(&self, mut chance: u64) -> Self {
        let content = self.0.lock().unwrap();
        let mut left = content.durable.clone();
        for step in &content.unsynced {
            // xorshift64: every step its own coin.
            chance ^= chance << 13;
            chance ^= chance >> 7;
            chance ^= chance << 17;
            if chance & 1 == 1 {
                step.apply(&mut left);
            }
        }
        Self(Arc::new(Mutex::new(Content {
            shown: left.clone(),
            durable: left,
            ..Content::default()
        })))
    }
}

impl Unsynced {
    fn apply(&self, bytes: &mut Vec<u8>) {
        match self {
            Self::Len(len) => bytes.resize(*len, 0),
            Self::Write(offset, data) => {
                let end = offset + data.len();
                if bytes.len() < end {
                    bytes.resize(end, 0);
                }
                bytes[*offset..end].copy_from_slice(data);
            }
        }
    }
}

impl Content {
    fn change(&mut self, step: Unsynced) -> io::Result<()> {
        match &mut self.fault {
            Fault::Full => return Err(io::ErrorKind::StorageFull.into()),
            Fault::PowerCut(0) => return Err(io::Error::other("no power")),
            Fault::PowerCut(left) => *left -= 1,
            Fault::None | Fault::Sync(_) => {}
        }
        step.apply(&mut self.shown);
        self.unsynced.push(step);
        Ok(())
    }

    fn sync(&mut self) -> io::Result<()> {
        match &mut self.fault {
            Fault::Sync(0) => {
                self.fault = Fault::None;
                return Err(io::Error::other("lost in the cable"));
            }
            Fault::PowerCut(0) => return Err(io::Error::other("no power")),
            Fault::Sync(left) | Fault::PowerCut(left) => *left -= 1,
            Fault::None | Fault::Full => {}
        }
        for step in self.unsynced.drain(..) {
            step.apply(&mut self.durable);
        }
        Ok(())
    }
}

impl StorageBackend for Media {
    fn len(&self) -> io::Result<u64> {
        Ok(self.0.lock().unwrap().shown.len() as u64)
    }

    fn read(&self, offset: u64, out: &mut [u8]) -> io::Result<()> {
        let content = self.0.lock().unwrap();
        let start = offset as usize;
        let bytes = content.shown.get(start..start + out.len());
        out.copy_from_slice(bytes.ok_or(io::ErrorKind::UnexpectedEof)?);
        Ok(())
    }

    fn set_len(&self, len: u64) -> io::Result<()> {
        self.0.lock().unwrap().change(Unsynced::Len(len as usize))
    }

    fn sync_data(&self) -> io::Result<()> {
        self.0.lock().unwrap().sync()
    }

    fn write(&self, offset: u64, data: &[u8]) -> io::Result<()> {
        let step = Unsynced::Write(offset as usize, data.to_vec());
        self.0.lock().unwrap().change(step)
    }
}
