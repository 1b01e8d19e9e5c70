//! Lists, windows and what one view holds together.

use super::*;
use crate::model::Status;
use crate::store::{Filter, Page, PendingTask};

fn ids(page: &Page) -> Vec<u64> {
    page.tasks.iter().map(|task| task.id.0).collect()
}

/// Ten tasks, odd ones on `a`, even ones on `b`.
async fn ten() -> Store {
    let store = store();
    for n in 0..10 {
        create(&store, ["a", "b"][n % 2], 1).await;
    }
    store
}

fn on(name: &str) -> Filter {
    Filter {
        serial: Some(serial(name)),
        ..Filter::default()
    }
}

#[tokio::test]
async fn a_list_is_newest_first_with_the_exact_total() {
    let view = ten().await.view();
    let page = view.list(&on("a"), 2, 2).unwrap();
    assert_eq!(ids(&page), [5, 3]);
    assert_eq!((page.total, page.offset), (5, 2));
    let past = view.list(&on("a"), 4, 2).unwrap();
    assert_eq!((ids(&past), past.total), (vec![], 5));
    let nobody = view.list(&on("c"), 1, 2).unwrap();
    assert_eq!((ids(&nobody), nobody.total), (vec![], 0));
}

#[tokio::test]
async fn a_window_holds_the_task_it_is_asked_for() {
    let view = ten().await.view();
    let all = Filter::default();
    let around = |id| ids(&view.window(&all, Some(TaskId(id)), 4).unwrap());
    assert_eq!(around(10), [10, 9, 8, 7]);
    assert_eq!(around(5), [7, 6, 5, 4]);
    assert_eq!(around(1), [4, 3, 2, 1]);
    let newest = view.window(&all, None, 3).unwrap();
    assert_eq!(ids(&newest), [10, 9, 8]);
}

#[tokio::test]
async fn a_window_stays_at_the_place_of_a_task_that_is_gone() {
    let store = ten().await;
    store.delete(vec![TaskId(5)], at(2)).await.unwrap();
    let view = store.view();
    let window = view.window(&Filter::default(), Some(TaskId(5)), 4).unwrap();
    assert_eq!((ids(&window), window.offset), (vec![7, 6, 4, 3], 3));
}

#[tokio::test]
async fn a_view_does_not_move_when_the_store_does() {
    let store = ten().await;
    let before = store.view();
    store.delete(vec![TaskId(3)], at(2)).await.unwrap();
    store.start(TaskId(4), at(2)).await.unwrap();
    assert_eq!(before.stats().pending, 10);
    assert!(before.task(TaskId(3)).unwrap().is_some());
    assert_eq!(before.list(&on("a"), 1, 9).unwrap().tasks.len(), 5);
    let after = store.view();
    assert_eq!((after.stats().total, after.stats().running), (9, 1));
}

#[tokio::test]
async fn pending_tasks_come_by_phone_with_when_they_are_due() {
    let store = ten().await;
    store.start(TaskId(1), at(2)).await.unwrap();
    let view = store.view();
    assert_eq!((view.queue(&serial("a")), view.queue(&serial("c"))), (4, 0));
    assert_eq!(view.pending().unwrap().len(), 9);
    let first = view.pending_of(&serial("a")).unwrap().remove(0);
    let expected = PendingTask {
        id: TaskId(3),
        serial: serial("a"),
        due_at: at(1),
    };
    assert_eq!(first, expected);
    let running = view.running().unwrap();
    assert_eq!((running.len(), running[0].id), (1, TaskId(1)));
    assert_eq!(running[0].status, Status::Running);
}
