//! One writer, group commit, what listeners are told, closing.

use std::time::Duration;

use tokio::task::JoinSet;
use tokio::time::timeout;

use super::*;
use crate::store::tables::{META, META_SCHEMA};
use crate::store::{OpenError, StoreError};

const DEADLINE: Duration = Duration::from_secs(30);

#[tokio::test]
async fn many_creations_at_once_share_commits() {
    let folder = tempfile::tempdir().unwrap();
    let told = Told::default();
    let store = Store::open(&folder.path().join("farm.redb"), told.options()).unwrap();
    let mut callers = JoinSet::new();
    for n in 0..500 {
        let store = store.clone();
        callers.spawn(async move { create(&store, "a", n).await });
    }
    let mut ids: Vec<u64> = callers.join_all().await.iter().map(|id| id.0).collect();
    ids.sort_unstable();
    assert!(ids.into_iter().eq(1..=500));
    let commits = told.commits();
    assert!(commits.len() <= 100, "{} commits", commits.len());
    let changed: usize = commits.iter().map(|commit| commit.changed.len()).sum();
    assert_eq!(changed, 500);
    store.close().await;
}

#[tokio::test]
async fn a_commit_tells_each_task_once_as_it_is_now() {
    let told = Told::default();
    let store = open_media(&Media::default(), &told);
    let id = running(&store, "a", 1).await;
    store.end(ended(id, 1, 2)).await.unwrap();
    store.delete(vec![id], at(3)).await.unwrap();
    let commits = told.commits();
    assert_eq!(commits.len(), 4);
    assert_eq!(commits[1].changed[0].attempt, 1);
    assert_eq!(commits[1].devices[0].serial, serial("a"));
    assert_eq!(commits[2].changed[0].finished_at, Some(at(2)));
    assert_eq!(
        (commits[3].changed.len(), &commits[3].deleted),
        (0, &vec![id])
    );
}

#[tokio::test]
async fn an_answer_comes_after_the_listeners_were_told() {
    let told = Told::default();
    let store = open_media(&Media::default(), &told);
    for n in 1..=20 {
        create(&store, "a", 1).await;
        assert_eq!(told.commits().len(), n);
    }
}

#[tokio::test]
async fn closing_does_what_waits_and_refuses_what_comes_later() {
    let media = Media::default();
    let store = open_media(&media, &Told::default());
    let mut callers = JoinSet::new();
    for _ in 0..100 {
        let store = store.clone();
        callers.spawn(async move { store.create(vec![new_task("a")], vec![], None, at(1)).await });
    }
    tokio::task::yield_now().await;
    timeout(DEADLINE, store.close()).await.unwrap();
    let answers = callers.join_all().await;
    let done = answers.iter().filter(|answer| answer.is_ok()).count() as u64;
    let late = store.stop(TaskId(1), at(2)).await;
    assert!(matches!(late, Err(StoreError::Closing)));
    timeout(DEADLINE, store.close()).await.unwrap();
    let again = open_media(&media, &Told::default());
    assert_eq!(again.view().stats().total, done);
}

#[tokio::test]
async fn a_file_in_use_is_refused() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("farm.redb");
    let store = open_file(&path);
    let second = Store::open(&path, Told::default().options());
    assert!(matches!(second, Err(OpenError::InUse { .. })));
    store.close().await;
    open_file(&path).close().await;
}

#[test]
fn a_file_of_another_kind_is_refused_and_left_as_it_is() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("farm.redb");
    std::fs::write(&path, "a letter to grandmother").unwrap();
    let refused = Store::open(&path, Told::default().options()).err().unwrap();
    let message = refused.to_string();
    assert!(message.contains("farm.redb"), "{message}");
    assert!(message.contains("Not a redb database"), "{message}");
    let content = std::fs::read_to_string(&path).unwrap();
    assert_eq!(content, "a letter to grandmother");
}

#[tokio::test]
async fn a_file_of_a_newer_farmhand_is_refused_with_both_schemas() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("farm.redb");
    open_file(&path).close().await;
    let db = redb::Database::open(&path).unwrap();
    let write = db.begin_write().unwrap();
    let mut meta = write.open_table(META).unwrap();
    meta.insert(META_SCHEMA, 99).unwrap();
    drop(meta);
    write.commit().unwrap();
    drop(db);
    let refused = Store::open(&path, Told::default().options()).err().unwrap();
    assert!(
        matches!(
            refused,
            OpenError::Newer {
                found: 99,
                known: 3,
                ..
            }
        ),
        "{refused}"
    );
}

#[tokio::test]
async fn a_file_that_a_crash_left_half_made_is_moved_aside() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("farm.redb");
    std::fs::write(&path, [0; 8192]).unwrap();
    let store = open_file(&path);
    assert_eq!(create(&store, "a", 1).await, TaskId(1));
    assert!(folder.path().join("farm.half-made").exists());
    store.close().await;
}
