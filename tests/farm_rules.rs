//! What the farm promises besides stopping and sick phones: turns, limits, times, retries,
//! accounts, and what a restart keeps.

#![expect(
    clippy::unwrap_used,
    clippy::panic,
    reason = "a test fails by panicking, its helpers too"
)]

mod farmkit;

use std::collections::HashSet;
use std::time::Duration;

use farmhand::farm::{CommandError, IdempotencyKey, Request, Targets};
use farmhand::model::{
    AccountKey, ErrorKind, Event, IncidentKind, NewAccount, Serial, Status, TaskId, Timestamp,
    WaitReason,
};
use farmhand::phone::server::Server;
use farmkit::Kit;
use serde_json::{Value, json};
use tokio_util::sync::CancellationToken;

fn now() -> jiff::Zoned {
    jiff::Zoned::now().with_time_zone(jiff::tz::TimeZone::UTC)
}

fn request(targets: Targets, command: &str) -> Request {
    let Value::Object(config) = json!({ "command": command, "timeout": 900 }) else {
        unreachable!()
    };
    Request {
        targets,
        ..farmkit::request(Vec::new(), "shell", config)
    }
}

fn serials(serials: Vec<Serial>) -> Targets {
    Targets::Serials {
        serials,
        each_account: false,
    }
}

async fn running(kit: &Kit, id: TaskId) {
    kit.until(id, |v| v.task.status == Status::Running).await;
}

/// Leaves a script of the operator's own.
fn write_script(kit: &Kit, name: &str, more: &str) {
    let folder = kit.folder.path().join("scripts").join(name);
    std::fs::create_dir_all(&folder).unwrap();
    let text = format!(
        r#"
name = "{name}"
title = "A script of our own"
help = "Runs a command."
runner = "shell"
duration = {{ parameter = "timeout" }}
{more}

[[parameter]]
name = "command"
type = "string"
required = true
help = "the command"

[[parameter]]
name = "timeout"
type = "number"
default = 60
help = "seconds"
"#
    );
    std::fs::write(folder.join("script.toml"), text).unwrap();
}

/// Waits until a changed scripts folder is picked up.
async fn script_known(kit: &Kit, name: &str) {
    let known = async {
        let mut look = tokio::time::interval(Duration::from_millis(50));
        while !kit.farm.reader.scripts().iter().any(|s| s.name == name) {
            look.tick().await;
        }
    };
    tokio::time::timeout(farmkit::LONG, known).await.unwrap();
}

#[tokio::test(flavor = "multi_thread")]
async fn a_repeatable_script_is_retried_by_itself_and_another_is_not() {
    let kit = Kit::with(1, |mut config| {
        config.tasks.auto_retries = 1;
        config
    })
    .await;
    write_script(&kit, "flaky", "repeatable = true");
    script_known(&kit, "flaky").await;
    let config = json!({ "command": "exit 3" });
    let id = kit.submit(vec![kit.serial(1)], "flaky", config).await[0];
    let once = kit.shell(1, "exit 3").await;
    let view = kit
        .until(id, |v| v.waiting_for == Some(WaitReason::RetryPause))
        .await;
    assert_eq!(
        (
            view.task.attempt,
            view.task.retry_count,
            view.task.auto_retries
        ),
        (1, 1, 1)
    );
    assert!(view.task.due_at > view.task.updated_at);
    assert_eq!(kit.ended(once).await.status, Status::Failed);
    let attempts = kit.farm.reader.task(id).unwrap().unwrap().attempts;
    assert_eq!(attempts[0].error.as_ref().unwrap().exit_code, Some(3));
    kit.farm.commands.stop(id).await.unwrap();
    let task = kit.ended(id).await;
    assert_eq!(task.error.as_ref().unwrap().kind, ErrorKind::Stopped);
    kit.end().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_task_whose_phone_does_not_come_expires_and_may_be_retried() {
    let kit = Kit::with(1, |mut config| {
        config.tasks.wait_limit = Duration::from_millis(300);
        config
    })
    .await;
    let away = Serial::new("away").unwrap();
    let created = kit
        .farm
        .commands
        .submit(request(serials(vec![away.clone()]), "true"))
        .await
        .unwrap();
    assert_eq!(created.unknown_serials, [away]);
    for retries in 0..2 {
        let id = created.task_ids[0];
        let task = kit.ended(id).await;
        assert_eq!(task.error.as_ref().unwrap().kind, ErrorKind::Expired);
        assert_eq!((task.attempt, task.retry_count), (0, retries));
        kit.farm.commands.retry(id).await.unwrap();
    }
    kit.end().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn no_more_phones_work_at_once_than_the_plan_allows() {
    let kit = Kit::with(4, |mut config| {
        config.license.device_limit = Some(2);
        config
    })
    .await;
    let mut events = kit.farm.feed.subscribe();
    let mut ids = Vec::new();
    for _ in 0..3 {
        for n in 1..=4 {
            ids.push(kit.shell(n, "sleep 0.05").await);
        }
    }
    let (mut running, mut ended, mut most) = (HashSet::new(), HashSet::new(), 0);
    while ended.len() < ids.len() {
        let next = tokio::time::timeout(farmkit::LONG, events.next()).await;
        let numbered = next.unwrap().unwrap();
        let Event::Tasks { changed, .. } = &numbered.event else {
            continue;
        };
        for task in changed.iter() {
            match task.status {
                Status::Pending => {}
                Status::Running => {
                    running.insert(task.id);
                }
                Status::Completed | Status::Failed => {
                    running.remove(&task.id);
                    ended.insert(task.id);
                }
            }
        }
        most = most.max(running.len());
    }
    assert_eq!(most, 2);
    kit.end().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_task_for_later_waits_for_its_time() {
    let kit = Kit::with(1, |mut config| {
        config.tasks.time_zone = jiff::tz::TimeZone::UTC;
        config
    })
    .await;
    let at = now() + jiff::Span::new().hours(2);
    let mut later = request(serials(vec![kit.serial(1)]), "true");
    later.start_time = Some(at.strftime("%H:%M").to_string());
    let created = kit.farm.commands.submit(later).await.unwrap();
    let scheduled = created.scheduled_at.unwrap();
    let expected = at.timestamp().as_millisecond();
    assert!(
        (expected - 60_000..=expected).contains(&scheduled.0),
        "{scheduled}"
    );
    let due_now = kit.shell(1, "true").await;
    assert_eq!(kit.ended(due_now).await.status, Status::Completed);
    let view = kit.until(created.task_ids[0], |_| true).await;
    assert_eq!(view.waiting_for, Some(WaitReason::StartTime));
    let stopped = kit.farm.commands.stop(created.task_ids[0]).await.unwrap();
    assert_eq!(stopped.task.status, Status::Failed);
    kit.end().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn accounts_get_their_tasks_on_their_phones_in_both_modes() {
    let kit = Kit::new(2).await;
    let account = |name: &str, n: usize, enabled| NewAccount {
        key: AccountKey::new("sample", name).unwrap(),
        serial: Some(kit.serial(n)),
        enabled,
        notes: String::new(),
    };
    let accounts = vec![
        account("ann", 1, true),
        account("bob", 1, true),
        account("off", 1, false),
        account("cid", 2, true),
    ];
    kit.farm.commands.add_accounts(accounts).await.unwrap();
    let each = Targets::Serials {
        serials: vec![kit.serial(1)],
        each_account: true,
    };
    let named = Targets::Usernames(vec!["@CID".into(), "sample/ann".into()]);
    for (targets, expected) in [
        (each, [("ann", 1), ("bob", 1)]),
        (named, [("cid", 2), ("ann", 1)]),
    ] {
        let created = kit
            .farm
            .commands
            .submit(request(targets, "true"))
            .await
            .unwrap();
        assert_eq!(created.task_ids.len(), expected.len());
        for (id, (name, n)) in created.task_ids.into_iter().zip(expected) {
            let task = kit.ended(id).await;
            assert_eq!(task.status, Status::Completed);
            assert_eq!(task.account.as_ref().unwrap().username.as_str(), name);
            assert_eq!(task.serial, kit.serial(n));
        }
    }
    kit.end().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_repeated_request_creates_nothing_also_after_a_restart() {
    let kit = Kit::new(1).await;
    let keyed = |serial, fingerprint| Request {
        idempotency: Some(IdempotencyKey {
            key: "order-7".into(),
            fingerprint: [fingerprint; 32],
        }),
        ..request(serials(vec![serial]), "true")
    };
    let mut clients = tokio::task::JoinSet::new();
    for _ in 0..8 {
        let (farm, request) = (kit.farm.clone(), keyed(kit.serial(1), 1));
        clients.spawn(async move { farm.commands.submit(request).await.unwrap() });
    }
    let answers = clients.join_all().await;
    assert!(answers.iter().all(|answer| *answer == answers[0]));
    let (phones, adb, folder) = kit.end_farm().await;
    let kit = Kit::again(phones, adb, folder).await;
    let again = kit
        .farm
        .commands
        .submit(keyed(kit.serial(1), 1))
        .await
        .unwrap();
    assert_eq!(again, answers[0]);
    assert_eq!(kit.farm.reader.stats().unwrap().total, 1);
    let other = kit.farm.commands.submit(keyed(kit.serial(1), 2)).await;
    assert!(matches!(other, Err(CommandError::Conflict(_))));
    kit.end().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn what_requests_would_make_is_told_and_nothing_is_stored() {
    let kit = Kit::new(2).await;
    kit.state_until(|state| state.devices.len() == 2).await;
    let both = serials(vec![kit.serial(1), kit.serial(2)]);
    let unknown = Serial::new("never-seen").unwrap();
    let requests = vec![
        request(both, "true"),
        request(serials(vec![unknown.clone(), kit.serial(1)]), "false"),
    ];
    let foreseen = kit.farm.commands.foresee(requests).await.unwrap();
    assert_eq!(foreseen.tasks, 4);
    assert_eq!(foreseen.serials.len(), 3);
    assert_eq!(foreseen.unknown_serials, [unknown]);
    assert_eq!(kit.farm.reader.stats().unwrap().total, 0);
    let refused = kit
        .farm
        .commands
        .foresee(vec![request(serials(Vec::new()), "true")]);
    let error = refused.await.unwrap_err();
    assert!(
        matches!(&error, CommandError::Invalid { field, .. } if field == "serials"),
        "{error}"
    );
    kit.end().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn several_requests_are_stored_together_once_and_only_in_the_agreed_number() {
    let kit = Kit::new(2).await;
    let requests = || {
        vec![
            request(serials(vec![kit.serial(1)]), "true"),
            request(serials(vec![kit.serial(1)]), "exit 0"),
            request(serials(vec![kit.serial(2)]), "true"),
        ]
    };
    let key = |key: &str| {
        Some(IdempotencyKey {
            key: key.into(),
            fingerprint: [7; 32],
        })
    };
    let commands = &kit.farm.commands;
    let error = commands.submit_agreed(requests(), 2, key("a")).await;
    assert!(matches!(error, Err(CommandError::Conflict(_))), "{error:?}");
    assert_eq!(kit.farm.reader.stats().unwrap().total, 0);
    let created = commands
        .submit_agreed(requests(), 3, key("a"))
        .await
        .unwrap();
    assert_eq!(created.task_ids.len(), 3);
    let again = commands
        .submit_agreed(requests(), 3, key("a"))
        .await
        .unwrap();
    assert_eq!(again, created);
    assert_eq!(kit.farm.reader.stats().unwrap().total, 3);
    kit.end().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn old_history_goes_with_its_evidence_and_what_waits_stays() {
    let kit = Kit::new(1).await;
    let mut ids = Vec::new();
    for _ in 0..5 {
        ids.push(kit.shell(1, "true").await);
    }
    for id in &ids {
        kit.ended(*id).await;
    }
    let away = Serial::new("away").unwrap();
    let waits = kit
        .submit(vec![away], "shell", json!({ "command": "true" }))
        .await[0];
    let folders: Vec<_> = ids
        .iter()
        .map(|id| kit.farm.reader.evidence(*id, 1))
        .collect();
    assert!(folders.iter().all(|folder| folder.exists()));
    let kit = Kit::again_with(kit.end_farm().await, |mut config| {
        config.tasks.keep_tasks = 2;
        config
    })
    .await;
    kit.state_until(|state| state.stats.total == 3).await;
    assert!(kit.farm.reader.task(waits).unwrap().is_some());
    let left: Vec<bool> = ids
        .iter()
        .map(|id| kit.farm.reader.task(*id).unwrap().is_some())
        .collect();
    assert_eq!(left, [false, false, false, true, true]);
    kit.end().await;
    let kept: Vec<bool> = folders.iter().map(|folder| folder.exists()).collect();
    assert!(!kept[0] && !kept[1] && !kept[2], "{kept:?}");
}

#[tokio::test(flavor = "multi_thread")]
async fn an_orderly_end_interrupts_what_runs_and_keeps_what_waits_in_order() {
    let kit = Kit::new(1).await;
    let first = kit.shell(1, "sleep 7777").await;
    running(&kit, first).await;
    let mut waiting = Vec::new();
    for _ in 0..5 {
        waiting.push(kit.shell(1, "true").await);
    }
    let farm = kit.farm.clone();
    let (phones, adb, folder) = kit.end_farm().await;
    let refused = farm.commands.stop(waiting[0]).await;
    assert!(matches!(refused, Err(CommandError::Unavailable(_))));
    let kit = Kit::again(phones, adb, folder).await;
    let task = kit.ended(first).await;
    assert_eq!(task.error.as_ref().unwrap().kind, ErrorKind::Interrupted);
    let mut began = Timestamp(0);
    for id in waiting {
        let task = kit.ended(id).await;
        assert_eq!(task.status, Status::Completed);
        assert!(task.started_at.unwrap() >= began, "in order");
        began = task.started_at.unwrap();
    }
    kit.end().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn only_failed_tasks_are_retried_and_the_same_task_runs_again() {
    let kit = Kit::new(1).await;
    let id = kit.shell(1, "sleep 7777").await;
    running(&kit, id).await;
    let refused = kit.farm.commands.retry(id).await;
    assert!(matches!(refused, Err(CommandError::Conflict(_))));
    kit.farm.commands.stop(id).await.unwrap();
    let view = kit.farm.commands.retry(id).await.unwrap();
    assert_eq!((view.task.id, view.task.retry_count), (id, 1));
    running(&kit, id).await;
    kit.farm.commands.stop(id).await.unwrap();
    let detail = kit.farm.reader.task(id).unwrap().unwrap();
    assert_eq!(detail.attempts.len(), 2);
    let all = kit.farm.commands.retry_all().await.unwrap();
    assert_eq!((all.count, all.ids.as_slice()), (1, &[id][..]));
    kit.farm.commands.delete(vec![id]).await.unwrap();
    assert!(matches!(
        kit.farm.commands.retry(id).await,
        Err(CommandError::NotFound(_))
    ));
    kit.end().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_stop_that_a_deletion_overtakes_says_so() {
    let kit = Kit::new(1).await;
    let id = kit.shell(1, "trap '' TERM; sleep 7777").await;
    running(&kit, id).await;
    let (stop, delete) = tokio::join!(
        kit.farm.commands.stop(id),
        kit.farm.commands.delete(vec![id]),
    );
    assert_eq!(delete.unwrap().deleted, [id]);
    match stop {
        // The stop was over before the deletion came.
        Ok(view) => assert_eq!(view.task.status, Status::Failed),
        Err(error) => assert!(
            matches!(error, CommandError::NotFound(_) | CommandError::Conflict(_)),
            "{error}"
        ),
    }
    assert!(kit.farm.reader.task(id).unwrap().is_none());
    kit.end().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn the_death_of_the_adb_server_loses_what_ran_and_is_one_incident() {
    const PHONES: usize = 10;
    let phones = farmhand::phone::farm::PhoneFarm::new(PHONES as u32);
    let server = Server::bind(phones.phones(), "127.0.0.1:0".parse().unwrap()).unwrap();
    let adb = server.address();
    let alive = CancellationToken::new();
    let serving = tokio::spawn(server.run(alive.clone()));
    let folder = tempfile::tempdir().unwrap();
    let kit = Kit::again(phones, adb, folder).await;
    let (mut lost, mut later) = (Vec::new(), Vec::new());
    for n in 1..=PHONES {
        lost.push(kit.shell(n, "sleep 7777").await);
        later.push(kit.shell(n, "true").await);
    }
    for id in &lost {
        running(&kit, *id).await;
    }
    alive.cancel();
    serving.await.unwrap();
    for id in lost {
        let task = kit.ended(id).await;
        assert_eq!(task.error.as_ref().unwrap().kind, ErrorKind::Lost);
    }
    kit.state_until(|state| !state.incidents.is_empty()).await;
    for id in &later {
        kit.until(*id, |v| v.waiting_for == Some(WaitReason::Offline))
            .await;
    }
    let state = kit.farm.reader.watch().borrow().clone();
    let kinds: Vec<_> = state.incidents.iter().map(|i| i.kind).collect();
    assert_eq!(kinds, [IncidentKind::AdbServer]);
    let server = Server::bind(kit.phones.phones(), adb).unwrap();
    let alive = CancellationToken::new();
    let serving = tokio::spawn(server.run(alive.clone()));
    for id in later {
        assert_eq!(kit.ended(id).await.status, Status::Completed);
    }
    for n in 1..=PHONES {
        assert_eq!(kit.processes(n, "7777"), 0, "cleaned before the next began");
    }
    kit.state_until(|state| state.incidents.is_empty()).await;
    kit.end().await;
    alive.cancel();
    serving.await.unwrap();
}
