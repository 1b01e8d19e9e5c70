//! Lists, windows and what one view holds together.

use super::*;
use crate::model::Status;
use crate::store::{Direction, Filter, Listing, Page, PendingTask, Place, Sort, SortBy};

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

fn all(sort: Sort) -> Listing<'static> {
    const ALL: &Filter = &Filter {
        status: None,
        serial: None,
        script: None,
        source: None,
        kind: None,
    };
    Listing {
        filter: ALL,
        among: None,
        sort,
    }
}

const fn around(id: u64) -> Place {
    Place::Around {
        id: TaskId(id),
        seen: 0,
    }
}

#[tokio::test]
async fn a_window_holds_the_task_it_is_asked_for() {
    let view = ten().await.view();
    let all = all(Sort::default());
    let window = |place, rows| ids(&view.window(&all, place, rows).unwrap());
    assert_eq!(window(around(10), 4), [10, 9, 8, 7]);
    assert_eq!(window(around(5), 4), [7, 6, 5, 4]);
    assert_eq!(window(around(1), 4), [4, 3, 2, 1]);
    assert_eq!(window(Place::First, 3), [10, 9, 8]);
    assert_eq!(window(Place::Last, 3), [3, 2, 1]);
}

#[tokio::test]
async fn a_window_stays_at_the_place_of_a_task_that_is_gone() {
    let store = ten().await;
    store.delete(vec![TaskId(5)], at(2)).await.unwrap();
    let view = store.view();
    let window = view.window(&all(Sort::default()), around(5), 4).unwrap();
    assert_eq!((ids(&window), window.offset), (vec![7, 6, 4, 3], 3));
    let by_phone = Sort {
        by: SortBy::Serial,
        direction: Direction::Ascending,
    };
    let place = Place::Around {
        id: TaskId(5),
        seen: 2,
    };
    let window = view.window(&all(by_phone), place, 4).unwrap();
    assert_eq!((ids(&window), window.offset), (vec![9, 7, 3, 1], 0));
}

#[tokio::test]
async fn what_lies_between_two_tasks_is_counted_whole_and_read_in_part() {
    let view = ten().await.view();
    let between = |from, to, rows| {
        let ends = [TaskId(from), TaskId(to)];
        let page = view.between(&all(Sort::default()), ends, rows).unwrap();
        page.map(|page| (ids(&page), page.total))
    };
    assert_eq!(between(8, 5, 9), Some((vec![8, 7, 6, 5], 4)));
    assert_eq!(between(5, 8, 9), Some((vec![8, 7, 6, 5], 4)));
    assert_eq!(between(8, 5, 2), Some((vec![8, 7], 4)));
    assert_eq!(between(5, 8, 2), Some((vec![6, 5], 4)));
    assert_eq!(between(5, 5, 2), Some((vec![5], 1)));
    assert_eq!(between(11, 5, 2), None);
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
