//! Counts of values by their size: percentiles of any number of samples in a few bytes.
//!
//! Values below 16 are counted exactly; above, each doubling is cut into eight equal parts, so
//! that what is told lies within a sixteenth of a value that was seen (6.25 %). Only parts that
//! hold something take memory, and there are 256 of them at the most.

/// Values that have a bucket of their own.
const EXACT: u64 = 16;
/// Parts of a doubling, as a power of two.
const PARTS_LOG: u32 = 3;

/// Counts by size.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(super) struct Histogram {
    /// Bucket and count, by bucket.
    counts: Vec<(u8, u32)>,
}

impl Histogram {
    /// Counts a value.
    pub fn add(&mut self, value: u64) {
        self.put(bucket(value), 1);
    }

    /// Counts what another one has counted.
    pub fn merge(&mut self, other: &Self) {
        for (bucket, count) in &other.counts {
            self.put(*bucket, *count);
        }
    }

    fn put(&mut self, bucket: u8, count: u32) {
        match self.counts.binary_search_by_key(&bucket, |(b, _)| *b) {
            Ok(at) => {
                if let Some((_, known)) = self.counts.get_mut(at) {
                    *known = known.saturating_add(count);
                }
            }
            Err(at) => self.counts.insert(at, (bucket, count)),
        }
    }

    /// The smallest value that at least `percent` of the samples do not exceed, within a
    /// sixteenth; `None` without samples.
    pub fn quantile(&self, percent: u64) -> Option<u64> {
        let total: u64 = self.counts.iter().map(|(_, n)| u64::from(*n)).sum();
        let rank = (total * percent).div_ceil(100).max(1);
        let mut seen = 0;
        self.counts.iter().find_map(|(bucket, count)| {
            seen += u64::from(*count);
            (seen >= rank).then(|| middle(*bucket))
        })
    }
}

/// The bucket of a value; the last one takes all that is larger (2^34 and more).
fn bucket(value: u64) -> u8 {
    if value < EXACT {
        return value as u8;
    }
    let doubling = value.ilog2();
    let part = (value >> (doubling - PARTS_LOG)) & ((1 << PARTS_LOG) - 1);
    let index = EXACT + (u64::from(doubling - EXACT.ilog2()) << PARTS_LOG) + part;
    u8::try_from(index).unwrap_or(u8::MAX)
}

/// What is told of a bucket: the middle of its values.
fn middle(bucket: u8) -> u64 {
    let Some(above) = u64::from(bucket).checked_sub(EXACT) else {
        return bucket.into();
    };
    let scale = EXACT.ilog2() - PARTS_LOG + (above >> PARTS_LOG) as u32;
    let part = (1 << PARTS_LOG) + (above & ((1 << PARTS_LOG) - 1));
    (part << scale) + (1 << scale) / 2
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::{Histogram, bucket, middle};

    fn of(values: &[u64]) -> Histogram {
        let mut histogram = Histogram::default();
        values.iter().for_each(|value| histogram.add(*value));
        histogram
    }

    #[test]
    fn without_samples_there_is_no_percentile() {
        assert_eq!(Histogram::default().quantile(95), None);
    }

    #[test]
    fn small_values_are_exact() {
        let hundred: Vec<u64> = (0..100).map(|n| n % 10).collect();
        assert_eq!(of(&hundred).quantile(50), Some(4));
        assert_eq!(of(&hundred).quantile(95), Some(9));
        assert_eq!(of(&[9]).quantile(1), Some(9));
    }

    #[test]
    fn buckets_follow_each_other_without_a_gap() {
        for value in 0..100_000_u64 {
            let (this, next) = (bucket(value), bucket(value + 1));
            assert!(next == this || next == this + 1, "{value}: {this} {next}");
        }
        assert_eq!(bucket(u64::MAX), u8::MAX);
        assert_eq!(bucket(middle(u8::MAX)), u8::MAX);
    }

    proptest! {
        #[test]
        fn a_percentile_is_within_a_sixteenth_of_the_exact_one(
            mut values in proptest::collection::vec(
                prop_oneof![0_u64..100, 0_u64..1_000_000, 0_u64..(1 << 33)],
                1..200,
            ),
            percent in 1_u64..=100,
        ) {
            let told = of(&values).quantile(percent).unwrap();
            values.sort_unstable();
            let rank = (values.len() as u64 * percent).div_ceil(100).max(1);
            let exact = values[usize::try_from(rank).unwrap() - 1];
            prop_assert!(told.abs_diff(exact) <= exact / 16, "{told} for {exact}");
        }

        #[test]
        fn two_merged_are_one_of_both(
            a in proptest::collection::vec(0_u64..1_000_000, 0..50),
            b in proptest::collection::vec(0_u64..1_000_000, 0..50),
        ) {
            let mut merged = of(&a);
            merged.merge(&of(&b));
            prop_assert_eq!(merged, of(&[a, b].concat()));
        }
    }
}
