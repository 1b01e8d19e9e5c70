//! Counts a minute, from what happened since farmhand started.

use std::collections::VecDeque;

use crate::model::{Rates, Timestamp};

const MINUTE_MS: i64 = 60_000;

/// Samples kept a minute for percentiles: enough for a steady 95th of a busy farm, bounded
/// for a mad one.
const SAMPLES: usize = 2_048;

/// The minute that runs.
#[derive(Debug, Default)]
struct Minute {
    finished: u64,
    failed: u64,
    durations_ms: Vec<u64>,
    adb_us: Vec<u64>,
}

/// What is shown of a minute. Of one that is over nothing else is kept.
#[derive(Debug, Clone, Default)]
struct Summary {
    finished: u64,
    failed: u64,
    p95_ms: u64,
    adb_us: u64,
}

impl Minute {
    fn summary(&self) -> Summary {
        Summary {
            finished: self.finished,
            failed: self.failed,
            p95_ms: quantile(&self.durations_ms, 95),
            adb_us: quantile(&self.adb_us, 50),
        }
    }
}

/// The last hour, minute by minute.
#[derive(Debug)]
pub(super) struct Recorder {
    /// Number of the minute that runs, since 1970.
    current: i64,
    running: Minute,
    /// Those before it, oldest first.
    over: VecDeque<Summary>,
}

impl Recorder {
    pub fn new(now: Timestamp) -> Self {
        Self {
            current: now.0.div_euclid(MINUTE_MS),
            running: Minute::default(),
            over: VecDeque::new(),
        }
    }

    /// An attempt ended.
    pub fn finished(&mut self, now: Timestamp, duration_ms: u64, failed: bool) {
        self.move_on(now);
        self.running.finished += 1;
        self.running.failed += u64::from(failed);
        if self.running.durations_ms.len() < SAMPLES {
            self.running.durations_ms.push(duration_ms);
        }
    }

    /// A phone answered a probe.
    pub fn answered(&mut self, now: Timestamp, micros: u64) {
        self.move_on(now);
        if self.running.adb_us.len() < SAMPLES {
            self.running.adb_us.push(micros);
        }
    }

    /// The last hour.
    pub fn rates(&mut self, now: Timestamp) -> Rates {
        self.move_on(now);
        let running = self.running.summary();
        let of = |value: fn(&Summary) -> u64| {
            let minutes = self.over.iter().chain([&running]);
            minutes.map(value).collect()
        };
        Rates {
            finished: of(|m| m.finished),
            failed: of(|m| m.failed),
            p95_ms: of(|m| m.p95_ms),
            adb_us: of(|m| m.adb_us),
        }
    }

    /// Closes the minutes that are over. A clock that went back counts into the newest one.
    fn move_on(&mut self, now: Timestamp) {
        let wanted = now.0.div_euclid(MINUTE_MS);
        if wanted <= self.current {
            return;
        }
        let idle = wanted.saturating_sub(self.current + 1);
        self.current = wanted;
        self.over.push_back(self.running.summary());
        self.running = Minute::default();
        for _ in 0..idle.min(Rates::MINUTES as i64) {
            self.over.push_back(Summary::default());
        }
        while self.over.len() >= Rates::MINUTES {
            self.over.pop_front();
        }
    }
}

/// The value below which `percent` of the samples lie; 0 without samples.
fn quantile(samples: &[u64], percent: usize) -> u64 {
    let mut sorted = samples.to_vec();
    sorted.sort_unstable();
    let index = (sorted.len() * percent / 100).min(sorted.len().saturating_sub(1));
    sorted.get(index).copied().unwrap_or(0)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn minutes_move_on_and_old_ones_go() {
        let mut recorder = Recorder::new(Timestamp(0));
        recorder.finished(Timestamp(10), 5, true);
        recorder.finished(Timestamp(MINUTE_MS), 7, false);
        let rates = recorder.rates(Timestamp(MINUTE_MS * 2));
        assert_eq!(rates.finished, [1, 1, 0]);
        assert_eq!(rates.failed, [1, 0, 0]);
        let later = recorder.rates(Timestamp(MINUTE_MS * 500));
        assert_eq!(later.finished, vec![0; Rates::MINUTES]);
    }

    #[test]
    fn a_minute_that_is_over_keeps_its_percentiles_but_not_its_samples() {
        let mut recorder = Recorder::new(Timestamp(0));
        recorder.finished(Timestamp(10), 5, false);
        recorder.answered(Timestamp(20), 300);
        let rates = recorder.rates(Timestamp(MINUTE_MS));
        assert_eq!((rates.p95_ms, rates.adb_us), (vec![5, 0], vec![300, 0]));
        assert!(recorder.running.durations_ms.is_empty() && recorder.running.adb_us.is_empty());
    }

    #[test]
    fn a_percentile_is_one_of_the_samples() {
        assert_eq!(quantile(&[], 95), 0);
        assert_eq!(quantile(&[9], 95), 9);
        let hundred: Vec<u64> = (1..=100).collect();
        assert_eq!(quantile(&hundred, 95), 96);
    }

    #[test]
    fn a_clock_that_went_back_does_no_harm() {
        let mut recorder = Recorder::new(Timestamp(MINUTE_MS * 10));
        recorder.finished(Timestamp(0), 1, false);
        assert_eq!(recorder.rates(Timestamp(0)).finished, [1]);
    }
}
