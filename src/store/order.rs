//! Ids by a moment, for lists sorted by time: a set that a snapshot can keep while the writer
//! changes its own copy, as [`super::idset`] is for ids.
//!
//! Pairs of moment and id lie in sorted chunks of at most [`CHUNK`], each behind an `Arc`:
//! copying costs nothing, changing a copy clones the chunks it touches (at most 16 KiB each)
//! and the list of chunks, and a place is found by counting chunks, not rows. 16 bytes a task
//! and moment: all three moments of a million tasks take 48 MB. It knows only numbers.

use std::collections::BTreeMap;
use std::sync::Arc;

use crate::model::{TaskId, Timestamp};

/// A moment of a task.
pub(super) type Entry = (Timestamp, TaskId);

/// The most pairs in a chunk.
const CHUNK: usize = 1_024;

/// Ids by a moment, earliest first; ids of one moment by number.
#[derive(Debug, Clone, Default)]
pub(super) struct Order {
    /// Each chunk lies under a pair that is not above its first one, and above all before it.
    chunks: Arc<BTreeMap<Entry, Arc<Vec<Entry>>>>,
    len: u64,
}

impl Order {
    /// The order of these pairs.
    pub(super) fn new(mut entries: Vec<Entry>) -> Self {
        entries.sort_unstable();
        let chunks = entries.chunks(CHUNK).filter_map(|chunk| {
            let first = chunk.first()?;
            Some((*first, Arc::new(chunk.to_vec())))
        });
        Self {
            chunks: Arc::new(chunks.collect()),
            len: entries.len() as u64,
        }
    }

    pub(super) const fn len(&self) -> u64 {
        self.len
    }

    /// Under what the chunk lies to which a pair belongs; `None`: there is none yet.
    fn key_of(&self, entry: Entry) -> Option<Entry> {
        let before = self.chunks.range(..=entry).next_back();
        before
            .or_else(|| self.chunks.iter().next())
            .map(|(key, _)| *key)
    }

    pub(super) fn insert(&mut self, entry: Entry) {
        let key = self.key_of(entry);
        let chunks = Arc::make_mut(&mut self.chunks);
        let found = key.and_then(|key| chunks.remove(&key).map(|chunk| (key, chunk)));
        let Some((key, mut chunk)) = found else {
            chunks.insert(entry, Arc::new(vec![entry]));
            self.len += 1;
            return;
        };
        if let Err(at) = chunk.binary_search(&entry) {
            self.len += 1;
            if chunk.len() < CHUNK {
                Arc::make_mut(&mut chunk).insert(at, entry);
            } else if at == CHUNK {
                // Moments mostly grow: the chunk stays full, and the next one begins.
                chunks.insert(entry, Arc::new(vec![entry]));
            } else {
                let all = Arc::make_mut(&mut chunk);
                all.insert(at, entry);
                let upper = all.split_off(CHUNK / 2);
                chunks.extend(upper.first().copied().map(|first| (first, Arc::new(upper))));
            }
        }
        chunks.insert(key.min(entry), chunk);
    }

    pub(super) fn remove(&mut self, entry: Entry) {
        let Some(key) = self.key_of(entry) else {
            return;
        };
        let place = |chunk: &Arc<Vec<Entry>>| chunk.binary_search(&entry).ok();
        let Some(at) = self.chunks.get(&key).and_then(place) else {
            return;
        };
        let chunks = Arc::make_mut(&mut self.chunks);
        if let Some(chunk) = chunks.get_mut(&key) {
            let entries = Arc::make_mut(chunk);
            entries.remove(at);
            self.len -= 1;
            if entries.is_empty() {
                chunks.remove(&key);
            }
        }
    }

    /// All pairs, earliest first.
    pub(super) fn iter(&self) -> impl DoubleEndedIterator<Item = Entry> + '_ {
        self.chunks.values().flat_map(|chunk| chunk.iter().copied())
    }

    /// All pairs from the position `from` on, earliest first.
    pub(super) fn iter_from(&self, from: u64) -> impl Iterator<Item = Entry> + '_ {
        let mut skip = from;
        let first = self.chunks.iter().find(|(_, chunk)| {
            let len = chunk.len() as u64;
            let inside = skip < len;
            skip -= if inside { 0 } else { len };
            inside
        });
        let rest = first.map(|(key, _)| self.chunks.range(key..));
        let entries = rest.into_iter().flatten();
        // Inside of one chunk, so it fits.
        entries
            .flat_map(|(_, chunk)| chunk.iter().copied())
            .skip(skip as usize)
    }

    /// How many pairs are earlier than this one: its position, if it is there.
    pub(super) fn before(&self, entry: Entry) -> u64 {
        let earlier = self.chunks.range(..=entry);
        let counts = earlier.map(|(_, chunk)| {
            let all_before = chunk.last().is_some_and(|last| *last < entry);
            if all_before {
                chunk.len()
            } else {
                chunk.partition_point(|other| *other < entry)
            }
        });
        counts.map(|count| count as u64).sum()
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use proptest::prelude::*;

    use super::*;

    fn entry(at: i64, id: u64) -> Entry {
        (Timestamp(at), TaskId(id))
    }

    /// Enough of them that chunks are split.
    fn changes() -> impl Strategy<Value = Vec<(bool, i64, u64)>> {
        proptest::collection::vec((any::<bool>(), 0..40i64, 0..200u64), 0..4_000)
    }

    proptest! {
        #![proptest_config(ProptestConfig {
            cases: 32,
            failure_persistence: None,
            ..ProptestConfig::default()
        })]

        #[test]
        fn it_holds_what_a_plain_sorted_set_holds(
            first in proptest::collection::vec((0..40i64, 0..200u64), 0..3_000),
            changes in changes(),
            places in proptest::collection::vec((0..41i64, 0..201u64), 20),
        ) {
            let mut plain: BTreeSet<Entry> = first.iter().map(|(at, id)| entry(*at, *id)).collect();
            let mut order = Order::new(plain.iter().copied().collect());
            let kept = (order.clone(), plain.clone());
            for (insert, at, id) in changes {
                let entry = entry(at, id);
                if insert {
                    plain.insert(entry);
                    order.insert(entry);
                } else {
                    plain.remove(&entry);
                    order.remove(entry);
                }
            }
            prop_assert_eq!(order.len(), plain.len() as u64);
            prop_assert!(order.iter().eq(plain.iter().copied()));
            prop_assert!(order.iter().rev().eq(plain.iter().rev().copied()));
            for (at, id) in places {
                let entry = entry(at, id);
                let before = plain.range(..entry).count();
                prop_assert_eq!(order.before(entry), before as u64);
                let rest = plain.iter().skip(before).copied();
                prop_assert!(order.iter_from(before as u64).eq(rest));
            }
            prop_assert!(kept.0.iter().eq(kept.1.into_iter()), "a copy changed with it");
        }
    }

    #[test]
    fn moments_that_grow_leave_full_chunks() {
        let mut order = Order::default();
        for n in 0..10 * CHUNK as u64 {
            order.insert(entry(n as i64, n));
        }
        assert_eq!(order.chunks.len(), 10);
    }
}
