//! Stopped means stopped on the phone too, whatever happens to phone or farmhand.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    reason = "clippy.toml allows them in tests, which does not reach helpers of a test program"
)]

mod farmkit;

use std::time::{Duration, Instant};

use farmhand::model::{ErrorKind, Status};
use farmkit::Kit;

/// A command with a child, and an argument that finds both in a process table.
const LONG_COMMAND: &str = "sleep 7777 & sleep 7777";

async fn running(kit: &Kit, n: usize) -> farmhand::model::TaskId {
    let id = kit.shell(n, LONG_COMMAND).await;
    kit.until(id, |v| v.task.status == Status::Running).await;
    let mut log = kit.phone(n).presence();
    // The commands are there as soon as the phone has read them: look until they are.
    let deadline = Instant::now() + farmkit::LONG;
    while kit.processes(n, "7777") < 2 {
        assert!(Instant::now() < deadline, "the command never ran");
        let _ = tokio::time::timeout(Duration::from_millis(20), log.changed()).await;
    }
    id
}

#[tokio::test(flavor = "multi_thread")]
async fn a_stop_ends_the_command_and_its_children_on_the_phone() {
    let kit = Kit::new(1).await;
    let id = running(&kit, 1).await;
    let view = kit.farm.commands.stop(id).await.unwrap();
    assert_eq!(view.task.status, Status::Failed);
    assert_eq!(view.task.error.as_ref().unwrap().kind, ErrorKind::Stopped);
    assert_eq!(kit.processes(1, "7777"), 0, "nothing of it may run");
    let next = kit.shell(1, "echo next").await;
    assert_eq!(kit.ended(next).await.status, Status::Completed);
    kit.end().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_deletion_stops_first_and_leaves_no_row_and_no_evidence() {
    let kit = Kit::new(1).await;
    let id = running(&kit, 1).await;
    let folder = kit.farm.reader.evidence(id, 1);
    let outcome = kit.farm.commands.delete(vec![id]).await.unwrap();
    assert_eq!(outcome.deleted, [id]);
    assert!(kit.farm.reader.task(id).unwrap().is_none());
    assert_eq!(kit.processes(1, "7777"), 0);
    kit.end().await;
    assert!(!folder.exists());
}

#[tokio::test(flavor = "multi_thread")]
async fn a_stop_of_a_hung_phone_says_what_is_not_known_and_the_phone_is_cleaned_before_more() {
    let kit = Kit::new(2).await;
    let id = running(&kit, 1).await;
    kit.faults(1, |f| f.hang = true);
    let began = Instant::now();
    let view = kit.farm.commands.stop(id).await.unwrap();
    assert!(
        began.elapsed() < Duration::from_secs(12),
        "{:?}",
        began.elapsed()
    );
    assert_eq!(view.task.status, Status::Failed);
    assert_eq!(view.task.error.as_ref().unwrap().kind, ErrorKind::Stopped);
    let remark = view.task.remark.as_deref().unwrap_or_default();
    assert!(remark.contains("could not be confirmed"), "{remark}");
    let next = kit.shell(1, "echo next").await;
    let waiting = kit.until(next, |v| v.waiting_for.is_some()).await;
    assert_eq!(waiting.waiting_for.unwrap().text(), "cleaning up");
    let other = kit.shell(2, "echo other").await;
    assert_eq!(kit.ended(other).await.status, Status::Completed);
    assert_eq!(
        kit.processes(1, "7777"),
        2,
        "the phone hangs: they still run"
    );
    kit.faults(1, |f| f.hang = false);
    assert_eq!(kit.ended(next).await.status, Status::Completed);
    assert_eq!(
        kit.processes(1, "7777"),
        0,
        "cleaned before the next task began"
    );
    kit.end().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn the_end_of_farmhand_interrupts_and_ends_what_runs() {
    let kit = Kit::new(1).await;
    let id = running(&kit, 1).await;
    let (phones, adb, folder) = kit.end_farm().await;
    assert!(
        !phones.phones()[0]
            .processes()
            .iter()
            .any(|p| p.args.iter().any(|a| a == "7777"))
    );
    let kit = Kit::again(phones, adb, folder).await;
    let task = kit.ended(id).await;
    assert_eq!(task.error.as_ref().unwrap().kind, ErrorKind::Interrupted);
    kit.end().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn the_deadline_of_a_script_ends_it_as_timed_out() {
    let kit = Kit::new(1).await;
    let config = serde_json::json!({ "command": LONG_COMMAND, "timeout": 1 });
    let id = kit.submit(vec![kit.serial(1)], "shell", config).await[0];
    let task = kit.ended(id).await;
    assert_eq!(task.error.as_ref().unwrap().kind, ErrorKind::TimedOut);
    assert_eq!(kit.processes(1, "7777"), 0);
    kit.end().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn of_many_who_stop_the_same_tasks_exactly_one_wins_each() {
    let kit = Kit::new(4).await;
    let mut ids = Vec::new();
    for n in 1..=4 {
        ids.push(running(&kit, n).await);
        ids.push(kit.shell(n, "echo waits").await);
    }
    let mut clients = tokio::task::JoinSet::new();
    for client in 0..32 {
        let (farm, ids) = (kit.farm.clone(), ids.clone());
        clients.spawn(async move {
            let mut won = Vec::new();
            for k in 0..ids.len() {
                let id = ids[(k + client) % ids.len()];
                if farm.commands.stop(id).await.is_ok() {
                    won.push(id);
                }
            }
            won
        });
    }
    let mut winners: Vec<_> = clients.join_all().await.into_iter().flatten().collect();
    winners.sort_unstable();
    ids.sort_unstable();
    assert_eq!(winners, ids);
    kit.end().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_deletion_on_a_hung_phone_is_done_in_time_and_the_phone_is_cleaned_later() {
    let kit = Kit::new(1).await;
    let id = running(&kit, 1).await;
    kit.faults(1, |f| f.hang = true);
    let began = Instant::now();
    let outcome = kit.farm.commands.delete(vec![id]).await.unwrap();
    assert!(began.elapsed() < Duration::from_secs(12));
    assert_eq!(outcome.deleted, [id]);
    assert!(kit.farm.reader.task(id).unwrap().is_none());
    kit.faults(1, |f| f.hang = false);
    let next = kit.shell(1, "echo next").await;
    assert_eq!(kit.ended(next).await.status, Status::Completed);
    assert_eq!(kit.processes(1, "7777"), 0);
    kit.end().await;
}
