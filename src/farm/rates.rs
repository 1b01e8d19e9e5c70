//! Counts a minute over the last hour.

use std::collections::VecDeque;
use std::sync::Arc;

use super::histogram::Histogram;
use crate::model::{Rates, Timestamp};

const MINUTE_MS: i64 = 60_000;

/// What watchers see is counted up at most so often.
const FRESH_MS: i64 = 1_000;

/// The minute that runs.
#[derive(Debug, Default)]
struct Minute {
    finished: u64,
    failed: u64,
    durations_ms: Histogram,
    waits_ms: Histogram,
    adb_us: Histogram,
}

/// What is shown of a minute. Of one that is over nothing else is kept.
#[derive(Debug, Clone, Default)]
struct Summary {
    finished: u64,
    failed: u64,
    p50_ms: u64,
    p95_ms: u64,
    wait_p50_ms: u64,
    wait_p95_ms: u64,
    adb_us: u64,
    adb_p95_us: u64,
}

impl Minute {
    fn summary(&self) -> Summary {
        let of = |histogram: &Histogram, percent| histogram.quantile(percent).unwrap_or(0);
        Summary {
            finished: self.finished,
            failed: self.failed,
            p50_ms: of(&self.durations_ms, 50),
            p95_ms: of(&self.durations_ms, 95),
            wait_p50_ms: of(&self.waits_ms, 50),
            wait_p95_ms: of(&self.waits_ms, 95),
            adb_us: of(&self.adb_us, 50),
            adb_p95_us: of(&self.adb_us, 95),
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
    /// What was counted up last, and when.
    told: Option<(Timestamp, Arc<Rates>)>,
}

impl Recorder {
    pub fn new(now: Timestamp) -> Self {
        Self {
            current: now.0.div_euclid(MINUTE_MS),
            running: Minute::default(),
            over: VecDeque::new(),
            told: None,
        }
    }

    /// An attempt began, so long after it was due.
    pub fn began(&mut self, now: Timestamp, wait_ms: u64) {
        self.move_on(now);
        self.running.waits_ms.add(wait_ms);
    }

    /// A task ended; one that never ran took no time.
    pub fn finished(&mut self, now: Timestamp, took_ms: Option<u64>, failed: bool) {
        self.move_on(now);
        self.running.finished += 1;
        self.running.failed += u64::from(failed);
        if let Some(ms) = took_ms {
            self.running.durations_ms.add(ms);
        }
    }

    /// A phone answered a probe.
    pub fn answered(&mut self, now: Timestamp, micros: u64) {
        self.move_on(now);
        self.running.adb_us.add(micros);
    }

    /// The last hour, as it was at most a second ago.
    pub fn rates(&mut self, now: Timestamp) -> Arc<Rates> {
        if let Some((at, rates)) = &self.told
            && (0..FRESH_MS).contains(&now.ms_since(*at))
        {
            return Arc::clone(rates);
        }
        let rates = Arc::new(self.count_up(now));
        self.told = Some((now, Arc::clone(&rates)));
        rates
    }

    fn count_up(&mut self, now: Timestamp) -> Rates {
        self.move_on(now);
        let running = self.running.summary();
        let of = |value: fn(&Summary) -> u64| {
            let minutes = self.over.iter().chain([&running]);
            minutes.map(value).collect()
        };
        Rates {
            finished: of(|m| m.finished),
            failed: of(|m| m.failed),
            p50_ms: of(|m| m.p50_ms),
            p95_ms: of(|m| m.p95_ms),
            wait_p50_ms: of(|m| m.wait_p50_ms),
            wait_p95_ms: of(|m| m.wait_p95_ms),
            adb_us: of(|m| m.adb_us),
            adb_p95_us: of(|m| m.adb_p95_us),
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn minutes_move_on_and_old_ones_go() {
        let mut recorder = Recorder::new(Timestamp(0));
        recorder.finished(Timestamp(10), Some(5), true);
        recorder.finished(Timestamp(MINUTE_MS), None, false);
        let rates = recorder.rates(Timestamp(MINUTE_MS * 2));
        assert_eq!(rates.finished, [1, 1, 0]);
        assert_eq!(rates.failed, [1, 0, 0]);
        let later = recorder.rates(Timestamp(MINUTE_MS * 500));
        assert_eq!(later.finished, vec![0; Rates::MINUTES]);
    }

    #[test]
    fn a_minute_that_is_over_keeps_its_percentiles_but_not_its_samples() {
        let mut recorder = Recorder::new(Timestamp(0));
        recorder.began(Timestamp(5), 9);
        recorder.finished(Timestamp(10), Some(5), false);
        recorder.answered(Timestamp(20), 3);
        let rates = recorder.rates(Timestamp(MINUTE_MS));
        assert_eq!((&*rates.p50_ms, &*rates.p95_ms), (&[5, 0][..], &[5, 0][..]));
        assert_eq!(
            (&*rates.adb_us, &*rates.wait_p95_ms),
            (&[3, 0][..], &[9, 0][..])
        );
        assert_eq!(recorder.running.durations_ms, Histogram::default());
    }

    #[test]
    fn what_watchers_see_is_counted_up_once_a_second() {
        let mut recorder = Recorder::new(Timestamp(0));
        let first = recorder.rates(Timestamp(0));
        recorder.finished(Timestamp(10), None, false);
        assert!(Arc::ptr_eq(&first, &recorder.rates(Timestamp(999))));
        assert_eq!(recorder.rates(Timestamp(1_000)).finished, [1]);
    }

    #[test]
    fn a_clock_that_went_back_does_no_harm() {
        let mut recorder = Recorder::new(Timestamp(MINUTE_MS * 10));
        recorder.finished(Timestamp(0), Some(1), false);
        assert_eq!(recorder.rates(Timestamp(0)).finished, [1]);
    }
}
