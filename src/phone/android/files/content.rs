//! What a file holds: chunks as they came, shared by everybody who holds the same file.

use std::collections::HashMap;
use std::hash::{DefaultHasher, Hasher};
use std::sync::{Arc, LazyLock, Mutex, PoisonError, Weak};

use bytes::{Bytes, BytesMut};

/// The bytes of a file. Cloning shares them.
#[derive(Debug, Clone, Default)]
pub struct Content {
    chunks: Arc<Vec<Bytes>>,
    len: u64,
}

/// Files of at least so many bytes are shared by all phones of the process.
const SHARE_FROM: u64 = 64 * 1024;

/// The files that phones share, by a hash of their bytes.
static SHARED: LazyLock<Mutex<HashMap<u64, Weak<Vec<Bytes>>>>> = LazyLock::new(Mutex::default);

/// Appended chunks smaller than this are joined, so that a log written line by line does not
/// cost an allocation a line.
const JOIN_BELOW: usize = 4_096;

impl Content {
    /// Bytes in the file.
    pub fn len(&self) -> u64 {
        self.len
    }

    /// Adds at the end.
    pub fn append(&mut self, bytes: Bytes) {
        if bytes.is_empty() {
            return;
        }
        self.len += bytes.len() as u64;
        let chunks = Arc::make_mut(&mut self.chunks);
        match chunks.last_mut() {
            Some(last) if last.len() + bytes.len() <= JOIN_BELOW => {
                let mut joined = BytesMut::with_capacity(last.len() + bytes.len());
                joined.extend_from_slice(last);
                joined.extend_from_slice(&bytes);
                *last = joined.freeze();
            }
            _ => chunks.push(bytes),
        }
    }

    /// The chunks in order.
    pub fn chunks(&self) -> impl Iterator<Item = &Bytes> {
        self.chunks.iter()
    }

    /// The chunk number `index`, if there are so many.
    pub fn chunk(&self, index: usize) -> Option<Bytes> {
        self.chunks.get(index).cloned()
    }

    /// The same content in the memory of another phone that has it already, if there is one: a
    /// farm is often given one file, phone by phone.
    pub fn shared(self) -> Self {
        if self.len < SHARE_FROM {
            return self;
        }
        let mut hasher = DefaultHasher::new();
        self.chunks.iter().for_each(|chunk| hasher.write(chunk));
        let mut shared = SHARED.lock().unwrap_or_else(PoisonError::into_inner);
        shared.retain(|_, held| held.strong_count() > 0);
        let slot = shared.entry(hasher.finish()).or_default();
        match slot.upgrade().filter(|held| *held == self.chunks) {
            Some(chunks) => Self {
                chunks,
                len: self.len,
            },
            None => {
                *slot = Arc::downgrade(&self.chunks);
                self
            }
        }
    }

    /// All bytes in one piece.
    pub fn to_bytes(&self) -> Bytes {
        match self.chunks.as_slice() {
            [] => Bytes::new(),
            [one] => one.clone(),
            many => {
                let mut all = BytesMut::new();
                many.iter().for_each(|chunk| all.extend_from_slice(chunk));
                all.freeze()
            }
        }
    }
}

impl From<Bytes> for Content {
    fn from(bytes: Bytes) -> Self {
        let mut content = Self::default();
        content.append(bytes);
        content
    }
}

impl From<String> for Content {
    fn from(text: String) -> Self {
        Bytes::from(text).into()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn two_phones_with_the_same_large_file_hold_it_once() {
        let large = || Content::from(Bytes::from(vec![42; 100_000])).shared();
        let (one, other) = (large(), large());
        assert!(Arc::ptr_eq(&one.chunks, &other.chunks));
        let different = Content::from(Bytes::from(vec![43; 100_000])).shared();
        assert!(!Arc::ptr_eq(&one.chunks, &different.chunks));
    }

    #[test]
    fn appending_to_one_of_two_that_share_bytes_leaves_the_other() {
        let mut written = Content::from("one\n".to_owned());
        let kept = written.clone();
        written.append(Bytes::from_static(b"two\n"));
        assert_eq!(&written.to_bytes()[..], b"one\ntwo\n");
        assert_eq!((&kept.to_bytes()[..], kept.len()), (&b"one\n"[..], 4));
    }
}
