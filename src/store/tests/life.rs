//! What a task goes through.

use super::*;
use crate::model::{Leftover, Status, StopMark};
use crate::store::{Deleted, IdempotencyKey, RetriedAll, Retry, Start, Stop, StoreError};

fn key(fingerprint: u8) -> IdempotencyKey {
    IdempotencyKey {
        key: "order-1".into(),
        fingerprint: [fingerprint; 32],
    }
}

const HOUR: i64 = 60 * 60 * 1000;

#[tokio::test]
async fn ids_begin_at_one_and_are_never_given_twice() {
    let store = store();
    let first = create(&store, "a", 1).await;
    let second = create(&store, "a", 1).await;
    store.delete(vec![first, second], at(2)).await.unwrap();
    assert_eq!((first, second), (TaskId(1), TaskId(2)));
    assert_eq!(create(&store, "a", 3).await, TaskId(3));
}

#[tokio::test]
async fn a_new_task_is_pending_and_due_at_its_scheduled_moment() {
    let store = store();
    let later = NewTask {
        scheduled_at: Some(at(500)),
        ..new_task("a")
    };
    let created = store
        .create(vec![later], vec![serial("a")], None, at(100))
        .await
        .unwrap();
    assert_eq!(created.scheduled_at, Some(at(500)));
    assert_eq!(created.unknown_serials, [serial("a")]);
    let task = task(&store, TaskId(1));
    assert_eq!(task.status, Status::Pending);
    assert_eq!((task.due_at, task.created_at), (at(500), at(100)));
}

#[tokio::test]
async fn a_key_used_again_answers_the_same_and_creates_nothing() {
    let store = store();
    let tasks = || vec![new_task("a"), new_task("b")];
    let first = store.create(tasks(), vec![], Some(key(1)), at(0)).await;
    let again = store
        .create(tasks(), vec![], Some(key(1)), at(24 * HOUR - 1))
        .await;
    assert_eq!(first.unwrap(), again.unwrap());
    assert_eq!(store.view().stats().total, 2);
}

#[tokio::test]
async fn a_key_used_with_another_request_is_refused() {
    let store = store();
    let tasks = || vec![new_task("a")];
    store
        .create(tasks(), vec![], Some(key(1)), at(0))
        .await
        .unwrap();
    let other = store.create(tasks(), vec![], Some(key(2)), at(1)).await;
    assert!(matches!(other, Err(StoreError::KeyReused)), "{other:?}");
}

#[tokio::test]
async fn a_key_is_free_again_after_a_day() {
    let store = store();
    let tasks = || vec![new_task("a")];
    let make = async |key, ms| store.create(tasks(), vec![], Some(key), at(ms)).await;
    make(key(1), 0).await.unwrap();
    let later = make(key(2), 24 * HOUR).await.unwrap();
    assert_eq!(later.task_ids, [TaskId(2)]);
    let found = store.view().idempotent("order-1", at(25 * HOUR)).unwrap();
    assert_eq!(found, Some(([2; 32], later)));
    let expired = store.view().idempotent("order-1", at(48 * HOUR)).unwrap();
    assert_eq!(expired, None);
}

#[tokio::test]
async fn a_start_opens_an_attempt_and_leaves_something_on_the_phone() {
    let store = store();
    let id = create(&store, "a", 1).await;
    let Start::Started(started) = store.start(id, at(5)).await.unwrap() else {
        panic!("refused");
    };
    assert_eq!((started.status, started.attempt), (Status::Running, 1));
    let view = store.view();
    let attempts = view.attempts(id).unwrap();
    assert_eq!(attempts.len(), 1);
    assert_eq!((attempts[0].number, attempts[0].started_at), (1, at(5)));
    let leftover = view.device(&serial("a")).and_then(|d| d.leftover);
    let expected = Leftover {
        task: id,
        attempt: 1,
    };
    assert_eq!(leftover, Some(expected));
}

#[tokio::test]
async fn a_task_that_is_not_pending_does_not_start() {
    let store = store();
    let id = running(&store, "a", 1).await;
    let again = store.start(id, at(2)).await.unwrap();
    let unknown = store.start(TaskId(9), at(2)).await.unwrap();
    assert!(matches!(again, Start::Refused));
    assert!(matches!(unknown, Start::Refused));
}

#[tokio::test]
async fn a_good_end_completes_and_clears_the_leftover() {
    let store = store();
    let id = running(&store, "a", 1).await;
    let end = End {
        evidence: vec!["log.txt".into()],
        ..ended(id, 1, 9)
    };
    let task = store.end(end).await.unwrap().unwrap();
    assert_eq!(task.status, Status::Completed);
    assert_eq!(task.finished_at, Some(at(9)));
    let view = store.view();
    let attempt = view.attempts(id).unwrap().remove(0);
    assert_eq!(attempt.finished_at, Some(at(9)));
    assert_eq!(attempt.evidence, ["log.txt"]);
    assert_eq!(view.device(&serial("a")).unwrap().leftover, None);
}

#[tokio::test]
async fn an_unclean_end_keeps_the_leftover_until_the_phone_is_cleaned() {
    let store = store();
    let id = running(&store, "a", 1).await;
    let end = End {
        clean: false,
        ..failed(id, 1, 9)
    };
    store.end(end).await.unwrap().unwrap();
    let leftover = || store.view().device(&serial("a")).unwrap().leftover;
    assert!(leftover().is_some());
    store.cleaned(serial("a"), at(10)).await.unwrap();
    assert_eq!(leftover(), None);
}

#[tokio::test]
async fn the_end_of_another_attempt_changes_nothing() {
    let store = store();
    let id = running(&store, "a", 1).await;
    store.end(failed(id, 1, 2)).await.unwrap();
    store.retry(id, at(3)).await.unwrap();
    store.start(id, at(4)).await.unwrap();
    let before = task(&store, id);
    assert!(store.end(ended(id, 1, 5)).await.unwrap().is_none());
    assert_eq!(task(&store, id), before);
}

#[tokio::test]
async fn an_automatic_retry_is_pending_again_with_the_error_in_its_history() {
    let store = store();
    let id = running(&store, "a", 1).await;
    let end = End {
        retry_at: Some(at(700)),
        remark: Some("retry 1 of 3".into()),
        ..failed(id, 1, 9)
    };
    let task = store.end(end).await.unwrap().unwrap();
    assert_eq!((task.status, task.due_at), (Status::Pending, at(700)));
    assert_eq!((task.retry_count, task.auto_retries), (1, 1));
    assert_eq!((&task.error, task.finished_at), (&None, None));
    assert_eq!(task.remark.as_deref(), Some("retry 1 of 3"));
    let attempt = store.view().attempts(id).unwrap().remove(0);
    assert_eq!(attempt.error.unwrap().kind, ErrorKind::Script);
}

#[tokio::test]
async fn a_stopped_pending_task_fails_at_once() {
    let store = store();
    let id = create(&store, "a", 1).await;
    let Stop::Ended(task) = store.stop(id, at(2)).await.unwrap() else {
        panic!("not ended");
    };
    assert_eq!(task.status, Status::Failed);
    assert_eq!(task.error.as_ref().unwrap().kind, ErrorKind::Stopped);
    assert_eq!(task.finished_at, Some(at(2)));
}

#[tokio::test]
async fn a_running_task_is_marked_once_and_fails_as_stopped_whatever_its_end_says() {
    let store = store();
    let id = running(&store, "a", 1).await;
    let Stop::Marked(marked) = store.stop(id, at(2)).await.unwrap() else {
        panic!("not marked");
    };
    assert_eq!(marked.status, Status::Running);
    assert_eq!(marked.remark.as_deref(), Some("stopping"));
    let again = store.stop(id, at(3)).await.unwrap();
    assert!(matches!(again, Stop::AlreadyMarked(_)));
    let end = End {
        retry_at: Some(at(99)),
        ..ended(id, 1, 4)
    };
    let task = store.end(end).await.unwrap().unwrap();
    assert_eq!(task.status, Status::Failed);
    assert_eq!(task.error.as_ref().unwrap().kind, ErrorKind::Stopped);
    assert_eq!((task.stop, &task.remark), (None, &None));
    let late = store.stop(id, at(5)).await.unwrap();
    assert!(matches!(late, Stop::Final(_)));
}

#[tokio::test]
async fn a_retry_by_hand_starts_over_and_keeps_the_attempts() {
    let store = store();
    let id = running(&store, "a", 1).await;
    let early = store.retry(id, at(2)).await.unwrap();
    assert!(matches!(early, Retry::NotFailed(_)));
    store.end(failed(id, 1, 3)).await.unwrap();
    let Retry::Retried(task) = store.retry(id, at(4)).await.unwrap() else {
        panic!("not retried");
    };
    assert_eq!((task.status, task.due_at), (Status::Pending, at(4)));
    assert_eq!((task.retry_count, task.auto_retries), (1, 0));
    assert_eq!((&task.error, task.finished_at), (&None, None));
    assert_eq!(store.view().attempts(id).unwrap().len(), 1);
    let unknown = store.retry(TaskId(9), at(4)).await.unwrap();
    assert!(matches!(unknown, Retry::NotFound));
}

#[tokio::test]
async fn retry_all_takes_the_failed_ones_only() {
    let store = store();
    for name in ["a", "b", "c"] {
        running(&store, name, 1).await;
    }
    store.end(failed(TaskId(1), 1, 2)).await.unwrap();
    store.end(ended(TaskId(2), 1, 2)).await.unwrap();
    let retried = store.retry_all(at(3)).await.unwrap();
    let expected = RetriedAll {
        count: 1,
        ids: vec![TaskId(1)],
    };
    assert_eq!(retried, expected);
    let none = store.retry_all(at(4)).await.unwrap();
    assert_eq!((none.count, none.ids.len()), (0, 0));
}

#[tokio::test]
async fn a_deleted_task_takes_its_attempts_along() {
    let store = store();
    let id = running(&store, "a", 1).await;
    store.end(ended(id, 1, 2)).await.unwrap();
    let deleted = store.delete(vec![id, id, TaskId(9)], at(3)).await.unwrap();
    let expected = Deleted {
        deleted: vec![id],
        not_found: vec![TaskId(9)],
        ..Deleted::default()
    };
    assert_eq!(deleted, expected);
    let view = store.view();
    assert_eq!(view.task(id).unwrap(), None);
    assert!(view.attempts(id).unwrap().is_empty());
}

#[tokio::test]
async fn a_running_task_is_deleted_at_its_end_by_the_first_who_asked() {
    let store = store();
    let id = running(&store, "a", 1).await;
    store.stop(id, at(2)).await.unwrap();
    let first = store.delete(vec![id], at(3)).await.unwrap();
    let second = store.delete(vec![id], at(4)).await.unwrap();
    assert_eq!((first.stopping, second.already), (vec![id], vec![id]));
    let mark = task(&store, id).stop;
    let expected = StopMark {
        at: at(2),
        delete: true,
    };
    assert_eq!(mark, Some(expected));
    assert!(store.end(ended(id, 1, 5)).await.unwrap().is_none());
    assert_eq!(store.view().task(id).unwrap(), None);
    assert_eq!(store.view().device(&serial("a")).unwrap().leftover, None);
}

#[tokio::test]
async fn only_tasks_that_still_wait_expire() {
    let store = store();
    let waiting = create(&store, "a", 1).await;
    let runs = running(&store, "b", 1).await;
    let ids = vec![waiting, runs, TaskId(9)];
    let expired = store.expire(ids, at(5), "too late".into()).await.unwrap();
    assert_eq!(expired.len(), 1);
    let error = expired[0].error.as_ref().unwrap();
    assert_eq!((expired[0].id, error.kind), (waiting, ErrorKind::Expired));
    assert_eq!(error.message, "too late");
}

#[tokio::test]
async fn retention_takes_the_oldest_ends_first_and_never_an_open_task() {
    let store = store();
    for (name, end) in [("a", 40), ("b", 20), ("c", 30), ("d", 10)] {
        let id = running(&store, name, 1).await;
        store.end(ended(id, 1, end)).await.unwrap();
    }
    create(&store, "e", 1).await;
    let old = store.prune(at(25), 100, 10).await.unwrap();
    assert_eq!(old, [TaskId(4), TaskId(2)]);
    let surplus = store.prune(at(0), 0, 1).await.unwrap();
    assert_eq!(surplus, [TaskId(3)]);
    assert_eq!(store.prune(at(0), 1, 10).await.unwrap(), []);
    let stats = store.view().stats();
    assert_eq!((stats.total, stats.pending, stats.completed), (2, 1, 1));
}
