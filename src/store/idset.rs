//! A set of task ids that a snapshot can keep while the writer changes its own copy.
//!
//! Ids lie in chunks of 65,536, each one roaring container behind an `Arc`: copying a set
//! costs nothing, changing a copy clones the chunks it touches (at most 8 KiB each), and
//! counting or paging an intersection looks at one number a chunk until it comes to the
//! rows that are wanted. It knows only numbers.

use std::borrow::Cow;
use std::collections::BTreeMap;
use std::sync::Arc;

use roaring::RoaringBitmap;

use crate::model::TaskId;

/// Ids of tasks, an eighth of a byte to two bytes each.
#[derive(Debug, Clone, Default)]
pub struct IdSet {
    chunks: Arc<BTreeMap<u64, Arc<RoaringBitmap>>>,
    len: u64,
}

/// The chunk of an id, and its place there (below 65,536).
const fn split(id: TaskId) -> (u64, u32) {
    (id.0 >> 16, (id.0 & 0xffff) as u32)
}

const fn join(chunk: u64, low: u32) -> TaskId {
    TaskId(chunk << 16 | low as u64)
}

impl IdSet {
    /// How many there are.
    #[must_use]
    pub const fn len(&self) -> u64 {
        self.len
    }

    /// Whether there is none.
    #[must_use]
    pub const fn is_empty(&self) -> bool {
        self.len == 0
    }

    /// Whether this one is among them.
    #[must_use]
    pub fn contains(&self, id: TaskId) -> bool {
        let (chunk, low) = split(id);
        self.chunks.get(&chunk).is_some_and(|c| c.contains(low))
    }

    /// Adds one.
    pub fn insert(&mut self, id: TaskId) {
        let (chunk, low) = split(id);
        let chunk = Arc::make_mut(&mut self.chunks).entry(chunk).or_default();
        self.len += u64::from(Arc::make_mut(chunk).insert(low));
    }

    /// Takes one out.
    pub fn remove(&mut self, id: TaskId) {
        if !self.contains(id) {
            return;
        }
        let (key, low) = split(id);
        let chunks = Arc::make_mut(&mut self.chunks);
        if let Some(chunk) = chunks.get_mut(&key) {
            let ids = Arc::make_mut(chunk);
            ids.remove(low);
            self.len -= 1;
            if ids.is_empty() {
                chunks.remove(&key);
            }
        }
    }

    /// All ids, oldest first.
    pub fn iter(&self) -> impl DoubleEndedIterator<Item = TaskId> + '_ {
        self.chunks
            .iter()
            .flat_map(|(&chunk, ids)| ids.iter().map(move |low| join(chunk, low)))
    }
}

/// The ids that several sets have in common.
pub(super) struct Matching<'a> {
    /// The set with the fewest ids, whose chunks are walked.
    first: &'a IdSet,
    others: Vec<&'a IdSet>,
}

impl<'a> Matching<'a> {
    /// `all` narrowed by each of `filters`.
    pub(super) fn new(all: &'a IdSet, filters: impl IntoIterator<Item = &'a IdSet>) -> Self {
        let mut others: Vec<&IdSet> = filters.into_iter().collect();
        others.sort_by_key(|set| set.len);
        if others.is_empty() {
            others.push(all);
        }
        let first = others.remove(0);
        Self { first, others }
    }

    /// The ids of a chunk of `first` that are in the other sets too.
    fn chunk<'b>(&'b self, key: u64, first: &'b RoaringBitmap) -> Option<Cow<'b, RoaringBitmap>> {
        let mut common = Cow::Borrowed(first);
        for set in &self.others {
            let chunk: &RoaringBitmap = set.chunks.get(&key)?;
            common = Cow::Owned(common.as_ref() & chunk);
        }
        Some(common)
    }

    fn chunk_len(&self, key: u64, first: &RoaringBitmap) -> u64 {
        match self.others.as_slice() {
            [] => first.len(),
            [other] => other
                .chunks
                .get(&key)
                .map_or(0, |chunk| first.intersection_len(chunk)),
            _ => self.chunk(key, first).map_or(0, |ids| ids.len()),
        }
    }

    /// How many there are.
    pub(super) fn len(&self) -> u64 {
        if self.others.is_empty() {
            return self.first.len;
        }
        let chunks = self.first.chunks.iter();
        chunks.map(|(&key, ids)| self.chunk_len(key, ids)).sum()
    }

    /// At most `rows` ids from the position `offset` on (from 0), newest first.
    pub(super) fn page(&self, offset: u64, rows: usize) -> Vec<TaskId> {
        let mut page = Vec::new();
        let mut skip = offset;
        for (&key, first) in self.first.chunks.iter().rev() {
            if page.len() >= rows {
                break;
            }
            let len = self.chunk_len(key, first);
            if skip >= len {
                skip -= len;
                continue;
            }
            let Some(ids) = self.chunk(key, first) else {
                continue;
            };
            // A chunk has at most 65,536 ids, so the position fits.
            let Some(newest) = ids.select((len - 1 - skip) as u32) else {
                continue;
            };
            skip = 0;
            let older = ids.range(..=newest).rev().take(rows - page.len());
            page.extend(older.map(|low| join(key, low)));
        }
        page
    }

    /// How many are newer than `id`: its position, newest first, if it is one of them.
    pub(super) fn newer_than(&self, id: TaskId) -> u64 {
        let (key, low) = split(id);
        self.first
            .chunks
            .range(key..)
            .map(|(&at, first)| {
                if at > key {
                    return self.chunk_len(at, first);
                }
                self.chunk(at, first)
                    .map_or(0, |ids| ids.len() - ids.rank(low))
            })
            .sum()
    }

    /// Whether this one is among them.
    pub(super) fn contains(&self, id: TaskId) -> bool {
        self.first.contains(id) && self.others.iter().all(|set| set.contains(id))
    }

    /// At most `rows` ids from the position `offset` on (from 0), oldest first.
    pub(super) fn page_of_oldest(&self, offset: u64, rows: usize) -> Vec<TaskId> {
        let behind = self.len().saturating_sub(offset);
        let rows = usize::try_from(behind).map_or(rows, |behind| rows.min(behind));
        let mut page = self.page(behind - rows as u64, rows);
        page.reverse();
        page
    }

    /// A set of its own of them.
    pub(super) fn to_set(&self) -> IdSet {
        let chunks: BTreeMap<_, _> = self
            .first
            .chunks
            .iter()
            .filter_map(|(&key, first)| {
                let ids = match self.chunk(key, first)? {
                    Cow::Borrowed(_) => Arc::clone(first),
                    Cow::Owned(common) => Arc::new(common),
                };
                (!ids.is_empty()).then_some((key, ids))
            })
            .collect();
        IdSet {
            len: chunks.values().map(|ids| ids.len()).sum(),
            chunks: Arc::new(chunks),
        }
    }

    /// All of them, oldest first.
    pub(super) fn iter(&self) -> impl Iterator<Item = TaskId> + '_ {
        self.first
            .iter()
            .filter(|&id| self.others.iter().all(|set| set.contains(id)))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn set(ids: impl IntoIterator<Item = u64>) -> IdSet {
        let mut set = IdSet::default();
        ids.into_iter().for_each(|id| set.insert(TaskId(id)));
        set
    }

    fn numbers(ids: &[TaskId]) -> Vec<u64> {
        ids.iter().map(|id| id.0).collect()
    }

    #[test]
    fn a_page_of_an_intersection_counts_from_the_newest_across_chunks() {
        let all = set(0..200_000);
        let even = set((0..200_000).step_by(2));
        let thirds = set((0..200_000).step_by(3));
        let matching = Matching::new(&all, [&even, &thirds]);
        assert_eq!(matching.len(), 33_334);
        let expected: Vec<u64> = (0..5).map(|n| 6 * (13_333 - n)).collect();
        assert_eq!(numbers(&matching.page(20_000, 5)), expected);
        assert_eq!(numbers(&matching.page(33_333, 5)), [0]);
        assert!(matching.page(33_334, 5).is_empty());
    }

    #[test]
    fn the_position_of_an_id_finds_it_on_its_page() {
        let all = set((0..200_000).step_by(7));
        let matching = Matching::new(&all, []);
        for id in [0, 7, 70_000, 131_075, 199_997] {
            let position = matching.newer_than(TaskId(id));
            assert_eq!(numbers(&matching.page(position, 1)), [id]);
        }
    }

    #[test]
    fn changing_a_copy_leaves_the_original() {
        let original = set([1, 2, 70_000]);
        let mut copy = original.clone();
        copy.remove(TaskId(70_000));
        copy.remove(TaskId(5));
        copy.insert(TaskId(3));
        copy.insert(TaskId(3));
        assert_eq!(
            numbers(&original.iter().collect::<Vec<_>>()),
            [1, 2, 70_000]
        );
        assert_eq!(numbers(&copy.iter().collect::<Vec<_>>()), [1, 2, 3]);
        assert_eq!((original.len(), copy.len()), (3, 3));
    }
}
