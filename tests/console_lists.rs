//! Lists of tasks as the console asks a farm in its own process for them: any order, and
//! filters that no index knows.

#![expect(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    reason = "a test fails by panicking, its helpers too"
)]

mod farmkit;

use std::time::Duration;

use farmhand::console::{ListQuery, Local, PageQuery, Place, Query, RangeQuery, Source, TaskRows};
use farmhand::model::TaskId;
use farmhand::store::{Direction, Sort, SortBy};
use farmkit::Kit;
use tokio::time::timeout;

const DEADLINE: Duration = Duration::from_secs(30);

fn list(filter: &str, by: SortBy, direction: Direction) -> ListQuery {
    ListQuery {
        rest: Query::for_tasks(filter).unwrap(),
        sort: Sort { by, direction },
        ..ListQuery::default()
    }
}

async fn page(source: &Local, list: &ListQuery, place: Place) -> TaskRows {
    let query = PageQuery {
        list: list.clone(),
        place,
        rows: 50,
    };
    source.page(query).await.unwrap()
}

/// Asks until all rows were looked at.
async fn found(source: &Local, list: &ListQuery) -> Vec<TaskId> {
    let asked = async {
        loop {
            let rows = page(source, list, Place::First).await;
            if rows.search.is_none() {
                let ids: Vec<TaskId> = rows.page.tasks.iter().map(|row| row.task.id).collect();
                assert_eq!(rows.page.total, ids.len() as u64);
                return ids;
            }
        }
    };
    timeout(DEADLINE, asked).await.expect("the search ends")
}

#[tokio::test(flavor = "multi_thread")]
async fn what_a_search_found_follows_the_tasks_and_comes_in_any_order() {
    let kit = Kit::new(2).await;
    let mut ids = Vec::new();
    for (n, command) in [(1, "exit 3"), (2, "exit 4"), (1, "true"), (2, "exit 3")] {
        let id = kit.shell(n, command).await;
        kit.ended(id).await;
        ids.push(id);
    }
    let source = Local::new(kit.farm.clone());
    let exit_3 = list("error~3", SortBy::Id, Direction::Descending);
    assert_eq!(found(&source, &exit_3).await, [ids[3], ids[0]]);

    // Another order of the same rows.
    let by_start = list("error~3", SortBy::Started, Direction::Ascending);
    assert_eq!(found(&source, &by_start).await, [ids[0], ids[3]]);
    let range = RangeQuery {
        list: by_start,
        ends: [ids[3], ids[0]],
        rows: 9,
    };
    let between = source.between(range).await.unwrap().unwrap();
    assert_eq!(between.total, 2);

    // What comes and goes afterwards is known without a new search.
    let more = kit.shell(1, "exit 3").await;
    kit.ended(more).await;
    assert_eq!(found(&source, &exit_3).await, [more, ids[3], ids[0]]);
    kit.farm.commands.delete(vec![ids[3]]).await.unwrap();
    assert_eq!(found(&source, &exit_3).await, [more, ids[0]]);

    let none = list("error~nothing", SortBy::Id, Direction::Descending);
    assert_eq!(found(&source, &none).await, []);
    drop(source);
    kit.end().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_page_around_a_task_is_where_the_order_puts_it() {
    let kit = Kit::new(2).await;
    let mut ids = Vec::new();
    for n in [2, 1, 2, 1] {
        let id = kit.shell(n, "true").await;
        kit.ended(id).await;
        ids.push(id);
    }
    let source = Local::new(kit.farm.clone());
    let by_phone = list("", SortBy::Serial, Direction::Ascending);
    let around = Place::Around {
        id: ids[2],
        seen: 0,
    };
    let rows = page(&source, &by_phone, around).await;
    let shown: Vec<TaskId> = rows.page.tasks.iter().map(|row| row.task.id).collect();
    assert_eq!(shown, [ids[3], ids[1], ids[2], ids[0]]);
    drop(source);
    kit.end().await;
}
