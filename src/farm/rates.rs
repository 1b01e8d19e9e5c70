//! Counts a minute, from what happened since farmhand started.

use std::collections::VecDeque;

use crate::model::{Rates, Timestamp};

const MINUTE_MS: i64 = 60_000;

/// Samples kept a minute for percentiles: enough for a steady 95th of a busy farm, bounded
/// for a mad one.
const SAMPLES: usize = 2_048;

#[derive(Debug, Default)]
struct Minute {
    finished: u64,
    failed: u64,
    durations_ms: Vec<u64>,
    adb_us: Vec<u64>,
}

/// A ring of minutes.
#[derive(Debug)]
pub(super) struct Recorder {
    /// Number of the minute that runs, since 1970.
    current: i64,
    /// Oldest first; the last is `current`.
    minutes: VecDeque<Minute>,
}

impl Recorder {
    pub fn new(now: Timestamp) -> Self {
        Self {
            current: now.0.div_euclid(MINUTE_MS),
            minutes: VecDeque::from([Minute::default()]),
        }
    }

    /// An attempt ended.
    pub fn finished(&mut self, now: Timestamp, duration_ms: u64, failed: bool) {
        let minute = self.minute(now);
        minute.finished += 1;
        minute.failed += u64::from(failed);
        if minute.durations_ms.len() < SAMPLES {
            minute.durations_ms.push(duration_ms);
        }
    }

    /// A phone answered a probe.
    pub fn answered(&mut self, now: Timestamp, micros: u64) {
        let minute = self.minute(now);
        if minute.adb_us.len() < SAMPLES {
            minute.adb_us.push(micros);
        }
    }

    /// The last hour.
    pub fn rates(&mut self, now: Timestamp) -> Rates {
        self.minute(now);
        let of = |value: fn(&Minute) -> u64| self.minutes.iter().map(value).collect();
        Rates {
            finished: of(|m| m.finished),
            failed: of(|m| m.failed),
            p95_ms: of(|m| quantile(&m.durations_ms, 95)),
            adb_us: of(|m| quantile(&m.adb_us, 50)),
        }
    }

    /// The minute of `now`, after dropping those that are too old. A clock that went back
    /// counts into the newest minute.
    fn minute(&mut self, now: Timestamp) -> &mut Minute {
        let wanted = now.0.div_euclid(MINUTE_MS);
        let missing = wanted
            .saturating_sub(self.current)
            .clamp(0, Rates::MINUTES as i64);
        for _ in 0..missing {
            self.minutes.push_back(Minute::default());
        }
        self.current = self.current.max(wanted);
        while self.minutes.len() > Rates::MINUTES {
            self.minutes.pop_front();
        }
        let last = self.minutes.len() - 1;
        // There is always at least one: `new` puts it there and the loop above stops at 60.
        &mut self.minutes[last]
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
