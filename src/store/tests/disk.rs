//! Full disks, failing syncs, power cuts.

use std::time::Duration;

use proptest::prelude::*;
use tokio::time::timeout;

use super::media::Fault;
use super::*;
use crate::model::Status;
use crate::store::{Filter, StoreError, View};

const DEADLINE: Duration = Duration::from_secs(30);

/// Creates until the store can write again.
async fn create_when_possible(store: &Store) -> TaskId {
    let attempt = async {
        loop {
            match store.create(vec![new_task("a")], vec![], None, at(9)).await {
                Ok(created) => return created.task_ids[0],
                Err(StoreError::CannotWrite(_)) => {}
                Err(other) => panic!("{other}"),
            }
        }
    };
    timeout(DEADLINE, attempt).await.unwrap()
}

fn assert_sound(view: &View) {
    let stats = view.stats();
    let parts = stats.pending + stats.running + stats.completed + stats.failed;
    assert_eq!(stats.total, parts);
    let rows = view.list(&Filter::default(), 1, usize::MAX).unwrap();
    assert_eq!(rows.tasks.len() as u64, stats.total);
}

#[tokio::test]
async fn a_full_disk_refuses_changes_until_there_is_space_again() {
    let media = Media::default();
    let told = Told::default();
    let store = open_media(&media, &told);
    let kept = create(&store, "a", 1).await;
    media.set_fault(Fault::Full);
    for _ in 0..3 {
        let refused = store.create(vec![new_task("b")], vec![], None, at(2)).await;
        assert!(matches!(refused, Err(StoreError::CannotWrite(_))));
    }
    assert_eq!(store.view().stats().total, 1);
    assert!(
        told.failures() > 0,
        "whoever shows trouble must learn of it"
    );
    media.set_fault(Fault::None);
    let next = create_when_possible(&store).await;
    assert_eq!((kept, next), (TaskId(1), TaskId(2)));
    assert_eq!(told.commits().len(), 2);
    assert_sound(&store.view());
    store.close().await;
}

#[tokio::test]
async fn closing_ends_also_while_the_disk_is_full() {
    let media = Media::default();
    let store = open_media(&media, &Told::default());
    media.set_fault(Fault::Full);
    let refused = store.create(vec![new_task("b")], vec![], None, at(2)).await;
    assert!(matches!(refused, Err(StoreError::CannotWrite(_))));
    timeout(DEADLINE, store.close()).await.unwrap();
}

/// A commit syncs twice: its data, then the flip to it. Fails one of them; says what the
/// store told of and what is there, both without the tasks before and after.
async fn fail_sync(good_syncs: u32) -> (usize, u64) {
    let media = Media::default();
    let told = Told::default();
    let store = open_media(&media, &told);
    create(&store, "a", 1).await;
    media.set_fault(Fault::Sync(good_syncs));
    let answer = store.create(vec![new_task("b")], vec![], None, at(2)).await;
    assert!(matches!(answer, Err(StoreError::CannotWrite(_))));
    create_when_possible(&store).await;
    assert_sound(&store.view());
    let told = told
        .commits()
        .iter()
        .map(|c| c.changed.len())
        .sum::<usize>();
    let there = store.view().stats().total;
    store.close().await;
    (told - 2, there - 2)
}

#[tokio::test]
async fn a_commit_whose_first_sync_fails_is_neither_there_nor_told() {
    assert_eq!(fail_sync(0).await, (0, 0));
}

#[tokio::test]
async fn a_commit_whose_last_sync_fails_is_unknown_to_its_caller_and_told_as_it_is_there() {
    assert_eq!(fail_sync(1).await, (1, 1));
}

#[tokio::test]
async fn what_was_acknowledged_is_there_after_a_drop_without_close() {
    let media = Media::default();
    let store = open_media(&media, &Told::default());
    let id = running(&store, "a", 1).await;
    let store = open_media(&media.after_power_cut(1), &Told::default());
    assert_eq!(task(&store, id).status, Status::Running);
}

/// Creates, starts and ends tasks until the power goes; returns each task with the status
/// that was acknowledged last, and the one whose change had no answer.
async fn work(store: &Store) -> (Vec<(TaskId, Status)>, Option<TaskId>) {
    let mut known = Vec::new();
    for n in 0..12 {
        let tasks = vec![new_task("a"), new_task("b")];
        let Ok(created) = store.create(tasks, vec![], None, at(n)).await else {
            return (known, None);
        };
        let (first, second) = (created.task_ids[0], created.task_ids[1]);
        known.push((second, Status::Pending));
        known.push((first, Status::Pending));
        if store.start(first, at(n)).await.is_err() {
            return (known, Some(first));
        }
        known.pop();
        known.push((first, Status::Running));
        if store.end(ended(first, 1, n)).await.is_err() {
            return (known, Some(first));
        }
        known.pop();
        known.push((first, Status::Completed));
    }
    (known, None)
}

proptest! {
    #![proptest_config(cases(64))]

    #[test]
    fn a_power_cut_takes_nothing_that_was_acknowledged(
        writes in 0u32..900,
        chance in 1u64..,
    ) {
        let runtime = tokio::runtime::Builder::new_current_thread()
            .enable_time()
            .build()
            .unwrap();
        runtime.block_on(async {
            let media = Media::default();
            let store = open_media(&media, &Told::default());
            media.set_fault(Fault::PowerCut(writes));
            let (known, unknown) = work(&store).await;
            timeout(DEADLINE, store.close()).await.unwrap();
            let store = open_media(&media.after_power_cut(chance), &Told::default());
            assert_sound(&store.view());
            for (id, status) in known {
                let found = task(&store, id).status;
                assert!(found == status || unknown == Some(id), "{id}: {found}, not {status}");
            }
            store.close().await;
        });
    }
}
