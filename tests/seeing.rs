//! What the farm tells of itself: counts, reasons of failures, lost hubs.

#![expect(
    clippy::unwrap_used,
    clippy::panic,
    reason = "a test fails by panicking, its helpers too"
)]

mod farmkit;

use farmhand::farm::FarmState;
use farmhand::model::{IncidentKind, Status};
use farmkit::Kit;

/// Phones on a virtual USB hub.
const HUB: usize = 7;

fn incidents(state: &FarmState) -> Vec<(IncidentKind, &str)> {
    let all = state.incidents.iter();
    all.map(|i| (i.kind, i.message.as_str())).collect()
}

async fn with_cables(kit: &Kit) {
    kit.state_until(|state| {
        let plugged = state.devices.iter().filter(|d| d.usb.is_some());
        plugged.count() == 2 * HUB
    })
    .await;
}

fn unplug(kit: &Kit, phones: impl Iterator<Item = usize>, away: bool) {
    for n in phones {
        kit.faults(n, |faults| faults.drop = away);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_hub_that_is_unplugged_is_one_incident_until_its_phones_are_back() {
    let kit = Kit::new(2 * HUB as u32).await;
    with_cables(&kit).await;
    let usb = kit.farm.reader.device(&kit.serial(HUB + 1)).unwrap().usb;
    assert_eq!(usb.as_deref(), Some("1-2.1"));

    unplug(&kit, HUB + 1..=2 * HUB, true);
    let lost = [(IncidentKind::Hub, "hub 1-2: 7 phones lost")];
    kit.state_until(|state| incidents(state) == lost).await;

    unplug(&kit, HUB + 1..=HUB + 4, false);
    let rest = [(IncidentKind::Hub, "hub 1-2: 3 of 7 phones still lost")];
    kit.state_until(|state| incidents(state) == rest).await;

    unplug(&kit, HUB + 5..=2 * HUB, false);
    kit.state_until(|state| state.incidents.is_empty()).await;
    kit.end().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn phones_that_go_here_and_there_are_no_incident() {
    let kit = Kit::new(2 * HUB as u32).await;
    with_cables(&kit).await;
    unplug(&kit, [1, 4, 9, 12].into_iter(), true);
    kit.state_until(|state| {
        let gone = state.devices.iter().filter(|d| d.server.is_none());
        gone.count() == 4
    })
    .await;
    let state = kit.farm.reader.watch().borrow().clone();
    assert!(state.incidents.is_empty(), "{:?}", state.incidents);
    kit.end().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn failures_of_one_reason_are_one_group_and_are_retried_together() {
    let kit = Kit::new(2).await;
    let mut alike = Vec::new();
    for n in [1, 2, 1] {
        alike.push(kit.shell(n, "echo gone >&2; exit 3").await);
    }
    let other = kit.shell(2, "exit 4").await;
    for id in alike.iter().chain([&other]) {
        assert_eq!(kit.ended(*id).await.status, Status::Failed);
    }
    let failures = kit.farm.reader.failures(1_000).unwrap();
    assert_eq!((failures.grouped, failures.total), (4, 4));
    let [first, second] = &failures.groups[..] else {
        panic!("{failures:?}");
    };
    alike.reverse();
    assert_eq!((&*first.tasks, first.phones), (&*alike, 2));
    assert_eq!(first.reason.exit_code, Some(3));
    assert_eq!(&*second.tasks, [other]);

    let newest = kit.farm.reader.failures(1).unwrap();
    assert_eq!(
        (newest.grouped, newest.total, newest.groups.len()),
        (1, 4, 1)
    );

    let mut asked = first.tasks.to_vec();
    kit.farm.commands.delete(vec![asked[2]]).await.unwrap();
    let retried = kit.farm.commands.retry_many(asked.clone()).await.unwrap();
    asked.truncate(2);
    assert_eq!(retried, asked, "what was deleted meanwhile is not retried");
    kit.end().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn what_a_phone_did_is_counted_and_still_known_after_a_restart() {
    let kit = Kit::new(2).await;
    let failed = kit.shell(1, "exit 3").await;
    let done = kit.shell(1, "true").await;
    let stopped = kit.shell(2, "sleep 7776").await;
    for id in [failed, done] {
        kit.ended(id).await;
    }
    kit.until(stopped, |v| v.task.status == Status::Running)
        .await;
    kit.farm.commands.stop(stopped).await.unwrap();

    let counted = kit.farm.reader.statistics();
    let (serial, tally) = &counted.devices[0];
    assert_eq!((serial, tally.done, tally.failed), (&kit.serial(1), 1, 1));
    assert!(tally.p95_ms.is_some() && tally.wait_p95_ms.is_some());
    assert_eq!(tally.last_failure.as_ref().unwrap().task, failed);
    assert!(counted.adb[0].p50_us.is_some(), "probes were answered");

    let (phones, adb, folder) = kit.end_farm().await;
    let kit = Kit::again(phones, adb, folder).await;
    let recalled = kit.farm.reader.statistics();
    let now = kit.farm.reader.watch().borrow().at;
    let hours = now.ms_since(recalled.since) / 3_600_000;
    assert!((23..=24).contains(&hours), "a whole day, not {hours} hours");
    let (serial, again) = &recalled.devices[0];
    assert_eq!((serial, again.done, again.failed), (&kit.serial(1), 1, 1));
    assert_eq!(again.last_failure, tally.last_failure);
    let state = kit.farm.reader.watch();
    let minutes = state.borrow().rates.failed.clone();
    assert_eq!(minutes.iter().sum::<u64>(), 1);
    kit.end().await;
}
