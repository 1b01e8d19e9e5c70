use std::collections::BTreeMap;

use proptest::prelude::*;
use serde_json::json;

use super::{Grouping, normalised};
use crate::model::{
    AccountKey, ErrorKind, ScriptConfig, Serial, Source, Status, Task, TaskError, TaskId, Timestamp,
};

fn failed(id: u64, serial: &str, message: &str) -> Task {
    let at = Timestamp(i64::try_from(id).unwrap());
    Task {
        id: TaskId(id),
        status: Status::Failed,
        source: Source::Api,
        serial: Serial::new(serial).unwrap(),
        account: None,
        script: "follow".into(),
        config: ScriptConfig::new(json!({}).as_object().unwrap()),
        start_time: None,
        scheduled_at: None,
        due_at: at,
        created_at: at,
        updated_at: at,
        started_at: Some(at),
        finished_at: Some(at),
        attempt: 1,
        retry_count: 0,
        auto_retries: 0,
        stop: None,
        remark: None,
        error: Some(TaskError::new(ErrorKind::Assertion, message)),
    }
}

#[test]
fn what_differs_from_task_to_task_is_taken_out_of_messages() {
    for (message, told) in [
        ("the phone went away", "the phone went away"),
        ("R58M40 is not there", "PHONE is not there"),
        ("@mia_b is logged out", "@ACCOUNT is logged out"),
        ("not found within 17 s", "not found within # s"),
        ("no answer after 250ms", "no answer after #ms"),
        ("cannot connect to 127.0.0.1:5037", "cannot connect to #"),
        (
            "task 12.3 at 10:30:05 left pid 4711",
            "task # at # left pid #",
        ),
        ("transport 0a1b2c3d is closed", "transport # is closed"),
        ("'button2' not found", "'button2' not found"),
        ("crashed at 0x7f3a99", "crashed at #"),
        (
            "virtual-0042 and org.farmhand.sample",
            "virtual-# and org.farmhand.sample",
        ),
        ("déjà vu 7 fois", "déjà vu # fois"),
    ] {
        assert_eq!(normalised(message, "R58M40", Some("mia_b")), told);
    }
}

#[test]
fn tasks_of_one_reason_are_one_group_and_the_largest_comes_first() {
    let mut grouping = Grouping::default();
    grouping.add(&failed(9, "a", "exit 1"));
    grouping.add(&failed(
        8,
        "a",
        "a: not found within 17 s; nearest: 'Following'",
    ));
    grouping.add(&failed(7, "b", "b: not found within 9 s"));
    grouping.add(&failed(6, "b", "b: not found within 9 s"));
    let failures = grouping.finish(20);
    assert_eq!((failures.grouped, failures.total), (4, 20));
    let [first, second] = &failures.groups[..] else {
        panic!("{failures:?}");
    };
    assert_eq!(&*first.tasks, [8, 7, 6].map(TaskId));
    assert_eq!((first.phones, first.last), (2, Timestamp(8)));
    assert_eq!(first.message, "PHONE: not found within # s");
    // What all say alike is told in their own words.
    assert_eq!(second.message, "exit 1");
}

#[test]
fn another_step_script_kind_or_exit_code_is_another_reason() {
    let one = failed(1, "a", "f.yaml:4: tapOn 'Follow': not found");
    let change = |change: fn(&mut Task)| {
        let mut task = one.clone();
        change(&mut task);
        task
    };
    let error = |task: &mut Task, change: fn(&mut TaskError)| change(task.error.as_mut().unwrap());
    let mut at_step = one.clone();
    error(&mut at_step, |e| e.step = Some("f.yaml:4".into()));
    let mut other_exit = one.clone();
    error(&mut other_exit, |e| e.exit_code = Some(3));
    let mut other_kind = one.clone();
    error(&mut other_kind, |e| e.kind = ErrorKind::Script);
    let tasks = [
        change(|t| t.script = "post".into()),
        change(|t| t.error = None),
        at_step,
        other_exit,
        other_kind,
        one.clone(),
    ];
    let mut grouping = Grouping::default();
    tasks.iter().for_each(|task| grouping.add(task));
    let failures = grouping.finish(6);
    assert_eq!(failures.groups.len(), 6);
    let of_step = failures.groups.iter().find(|g| g.reason.step.is_some());
    assert_eq!(of_step.unwrap().message, "tapOn 'Follow': not found");
}

#[test]
fn the_account_of_a_task_does_not_split_a_group() {
    let mut grouping = Grouping::default();
    for (id, name) in [(2, "ada"), (1, "grace")] {
        grouping.add(&Task {
            account: Some(AccountKey::new("sample", name).unwrap()),
            ..failed(id, "a", &format!("{name} is not logged in"))
        });
    }
    assert_eq!(grouping.finish(2).groups.len(), 1);
}

proptest! {
    #[test]
    fn every_task_is_in_exactly_one_group(
        rows in proptest::collection::vec(("[ab]", "[a-c]( [0-9]{1,3})?"), 0..60)
    ) {
        let mut grouping = Grouping::default();
        let mut naive: BTreeMap<String, Vec<TaskId>> = BTreeMap::new();
        for (n, (serial, message)) in rows.iter().enumerate().rev() {
            let task = failed(n as u64, serial, &format!("because {message}"));
            grouping.add(&task);
            let key = normalised(&format!("because {message}"), serial, None);
            naive.entry(key).or_default().push(task.id);
        }
        let failures = grouping.finish(rows.len() as u64);
        let found: BTreeMap<_, _> = failures
            .groups
            .iter()
            .map(|group| (group.reason.message.clone(), group.tasks.to_vec()))
            .collect();
        prop_assert_eq!(failures.groups.len(), found.len());
        prop_assert_eq!(found, naive);
        prop_assert!(failures.groups.is_sorted_by(|a, b| a.tasks.len() >= b.tasks.len()));
    }
}
