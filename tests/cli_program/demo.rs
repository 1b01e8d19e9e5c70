//! `farmhand demo` without a terminal and without adb.

use farmhand::api::client::Client;
use rustix::process::Signal;
use tokio::time::timeout;

use crate::place::{Place, Process, SOON};

/// More than this and a farm of thousands would not be one process any more (the issue's
/// bound).
const THREADS: usize = 20;

#[tokio::test]
async fn a_demo_works_through_tasks_and_leaves_nothing_behind() {
    let place = Place::new();
    let command = place.command(&["demo", "--phones", "3", "--listen", "127.0.0.1:0"]);
    let mut demo = Process::start(command);
    let line = demo.until("  api   http://").await;
    let address = line
        .trim()
        .trim_start_matches("api   http://")
        .trim_end_matches("/api/v1/");
    demo.until("no terminal, so no console").await;

    let client = Client::new(address.parse().unwrap());
    let working = async {
        while get(&client, "/task/stats").await["completed"] == 0 {
            // The API answers at once; asking again is all the waiting there is.
            tokio::task::yield_now().await;
        }
    };
    timeout(SOON, working).await.expect("a task completes");
    let threads = std::fs::read_dir(format!("/proc/{}/task", demo.pid()))
        .unwrap()
        .count();
    assert!(threads <= THREADS, "{threads} threads");

    demo.signal(Signal::TERM);
    assert_eq!(demo.ended().await, Some(0));
    let left: Vec<_> = std::fs::read_dir(place.folder.path()).unwrap().collect();
    assert!(left.is_empty(), "{left:?}");
}

async fn get(client: &Client, path: &str) -> serde_json::Value {
    let answer = client.call(axum::http::Method::GET, path, None, &[]).await;
    answer.unwrap().data
}
