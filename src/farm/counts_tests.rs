use std::sync::Arc;

use serde_json::json;

use super::Counts;
use crate::farm::tally::Statistics;
use crate::model::{
    ErrorKind, ScriptConfig, Serial, Source, Status, Task, TaskError, TaskId, Timestamp,
};

const MINUTE: i64 = 60_000;
const HOUR: i64 = 60 * MINUTE;
const NOW: Timestamp = Timestamp(1_000 * HOUR);

/// A task that was due a second before it began, ran for five, and ended at this moment.
fn ended(id: u64, serial: &str, at: Timestamp, error: Option<ErrorKind>) -> Task {
    let began = at.plus_ms(-5_000);
    Task {
        id: TaskId(id),
        status: error.map_or(Status::Completed, |_| Status::Failed),
        source: Source::Api,
        serial: Serial::new(serial).unwrap(),
        account: None,
        script: "shell".into(),
        config: ScriptConfig::new(json!({}).as_object().unwrap()),
        start_time: None,
        scheduled_at: None,
        due_at: began.plus_ms(-1_000),
        created_at: began.plus_ms(-1_000),
        updated_at: at,
        started_at: Some(began),
        finished_at: Some(at),
        attempt: 1,
        retry_count: 0,
        auto_retries: 0,
        stop: None,
        remark: None,
        error: error.map(|kind| TaskError::new(kind, format!("task {id}"))),
    }
}

fn counts() -> Counts {
    Counts::new(NOW, vec!["127.0.0.1:5037".into()])
}

fn statistics(counts: &mut Counts, now: Timestamp) -> Statistics {
    counts.tallies(now).statistics(now)
}

fn near(told: Option<u64>, exact: u64) {
    let told = told.unwrap();
    assert!(told.abs_diff(exact) <= exact / 16, "{told} for {exact}");
}

#[test]
fn a_phone_and_a_script_count_what_ended_and_how_long_it_took() {
    let mut counts = counts();
    for task in [
        ended(1, "a", NOW, None),
        ended(2, "a", NOW, Some(ErrorKind::Assertion)),
        ended(3, "b", NOW, None),
    ] {
        counts.began(&task);
        counts.ended(&task, Some(5_000));
    }
    let statistics = statistics(&mut counts, NOW);
    let [(a, of_a), (_, of_b)] = &statistics.devices[..] else {
        panic!("{statistics:?}");
    };
    assert_eq!((a.as_str(), of_a.done, of_a.failed), ("a", 1, 1));
    near(of_a.p95_ms, 5_000);
    near(of_a.wait_p50_ms, 1_000);
    let failure = of_a.last_failure.as_ref().unwrap();
    assert_eq!((failure.task, &*failure.message), (TaskId(2), "task 2"));
    assert_eq!((of_b.done, of_b.failed), (1, 0));
    assert_eq!(statistics.scripts[0].1.done, 2);
    assert_eq!(counts.rates(NOW).finished, [3]);
}

#[test]
fn what_somebody_stopped_is_neither_done_nor_failed_for_its_phone() {
    let mut counts = counts();
    let stopped = ended(1, "a", NOW, Some(ErrorKind::Stopped));
    counts.ended(&stopped, Some(5_000));
    counts.ended(&stopped, None);
    assert_eq!(counts.rates(NOW).finished, [1], "the attempt that ran");
    assert!(statistics(&mut counts, NOW).devices.is_empty());
}

#[test]
fn a_task_that_never_ran_fails_without_a_duration() {
    let mut counts = counts();
    counts.ended(&ended(1, "a", NOW, Some(ErrorKind::Expired)), None);
    let (_, tally) = statistics(&mut counts, NOW).devices.remove(0);
    assert_eq!((tally.failed, tally.p95_ms), (1, None));
}

#[test]
fn a_day_later_it_is_forgotten() {
    let mut counts = counts();
    counts.ended(&ended(1, "a", NOW, Some(ErrorKind::Lost)), None);
    let later = NOW.plus_ms(23 * HOUR);
    counts.ended(&ended(2, "a", later, None), Some(5_000));
    let (_, both) = statistics(&mut counts, later).devices.remove(0);
    assert_eq!((both.done, both.failed), (1, 1));
    let (_, one) = statistics(&mut counts, NOW.plus_ms(24 * HOUR))
        .devices
        .remove(0);
    assert_eq!((one.done, one.failed, one.last_failure), (1, 0, None));
    let statistics = statistics(&mut counts, NOW.plus_ms(50 * HOUR));
    assert!(statistics.devices.is_empty() && statistics.scripts.is_empty());
    assert_eq!(statistics.since, NOW.plus_ms(27 * HOUR));
}

#[test]
fn what_ended_before_a_start_is_counted_in_its_minute_and_hour() {
    let mut counts = counts();
    let tasks = [
        ended(3, "a", NOW.plus_ms(-MINUTE), Some(ErrorKind::Lost)),
        ended(2, "a", NOW.plus_ms(-3 * HOUR), None),
        ended(1, "a", NOW.plus_ms(-30 * HOUR), None),
        ended(4, "b", NOW.plus_ms(-MINUTE), Some(ErrorKind::Stopped)),
    ];
    let since = NOW.plus_ms(-24 * HOUR);
    counts.recall(since, &tasks.map(Arc::new));
    let statistics = statistics(&mut counts, NOW);
    let (_, tally) = &statistics.devices[0];
    assert_eq!(
        (statistics.devices.len(), tally.done, tally.failed),
        (1, 1, 1)
    );
    near(tally.wait_p95_ms, 1_000);
    let rates = counts.rates(NOW);
    assert_eq!(rates.failed.iter().sum::<u64>(), 1);
    assert_eq!(rates.failed.last(), Some(&0));
}

#[test]
fn an_end_that_the_start_itself_stored_is_counted_once() {
    let mut counts = counts();
    let task = ended(1, "a", NOW, Some(ErrorKind::Interrupted));
    counts.ended(&task, None);
    counts.recall(NOW.plus_ms(-24 * HOUR), &[Arc::new(task)]);
    let statistics = statistics(&mut counts, NOW);
    assert_eq!(statistics.devices[0].1.failed, 1);
    assert_eq!(statistics.scripts[0].1.failed, 1);
    assert_eq!(counts.rates(NOW).failed, [1]);
}

#[test]
fn what_a_clock_counted_that_was_put_back_is_forgotten() {
    let mut counts = counts();
    let ahead = NOW.plus_ms(30 * HOUR);
    counts.ended(&ended(1, "a", ahead, None), Some(5_000));
    counts.answered(ahead, 0, 4_000);
    counts.answered(NOW, 0, 4_000);
    counts.ended(&ended(2, "b", NOW, None), Some(5_000));
    let statistics = statistics(&mut counts, NOW);
    let devices: Vec<_> = statistics.devices.iter().map(|(s, _)| s.as_str()).collect();
    assert_eq!(devices, ["b"]);
    assert_eq!(statistics.scripts[0].1.done, 1);
}

#[test]
fn an_end_that_is_stored_late_forgets_nothing() {
    let mut counts = counts();
    counts.ended(&ended(1, "a", NOW, None), Some(5_000));
    let before = NOW.plus_ms(-3 * HOUR);
    counts.ended(&ended(2, "a", before, None), Some(5_000));
    assert_eq!(statistics(&mut counts, NOW).devices[0].1.done, 2);
}

#[test]
fn phones_of_yesterday_make_room_for_others() {
    let mut counts = counts();
    for phone in 0..10_001_u64 {
        counts.ended(&ended(phone, &format!("old-{phone}"), NOW, None), None);
    }
    let later = NOW.plus_ms(24 * HOUR);
    counts.ended(&ended(1, "new", later, None), None);
    let devices = statistics(&mut counts, later).devices;
    assert_eq!(devices.len(), 1);
    assert_eq!(devices[0].0.as_str(), "new");
}

#[test]
fn answers_count_for_the_server_of_the_phone() {
    let mut counts = counts();
    counts.answered(NOW, 0, 4_000);
    counts.answered(NOW, 7, 9_000);
    let adb = statistics(&mut counts, NOW).adb;
    assert_eq!(adb.len(), 1);
    near(adb[0].p95_us, 4_000);
}
