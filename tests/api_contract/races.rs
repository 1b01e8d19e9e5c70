//! Many clients at the same tasks at the same time.

use std::collections::HashMap;
use std::sync::Arc;

use axum::http::Method;
use farmhand::api::client::Client;
use serde_json::{Value, json};
use tokio::sync::Barrier;
use tokio::task::JoinSet;

use super::common::{Site, ids, shell};
use super::raw::Raw;

const CLIENTS: usize = 32;

/// Every client makes every call once, all beginning together; counts the codes of each.
async fn all_at_once(site: &Site, calls: Vec<(Method, String)>) -> Vec<HashMap<u32, usize>> {
    let barrier = Arc::new(Barrier::new(CLIENTS));
    let calls = Arc::new(calls);
    let mut clients = JoinSet::new();
    for _ in 0..CLIENTS {
        let (barrier, calls, address) = (Arc::clone(&barrier), Arc::clone(&calls), site.address);
        clients.spawn(async move {
            let client = Client::new(address);
            let mut codes = Vec::new();
            barrier.wait().await;
            for (method, path) in calls.iter() {
                let answer = client.call(method.clone(), path, None, &[]).await.unwrap();
                codes.push(answer.code);
            }
            codes
        });
    }
    let mut counts = vec![HashMap::new(); calls.len()];
    while let Some(codes) = clients.join_next().await {
        for (count, code) in counts.iter_mut().zip(codes.unwrap()) {
            *count.entry(code).or_insert(0) += 1;
        }
    }
    counts
}

fn calls(method: &Method, ids: &[u64], action: &str) -> Vec<(Method, String)> {
    let path = |id| (method.clone(), format!("/task/{id}{action}"));
    ids.iter().map(path).collect()
}

/// Exactly one success each, and the others told `refusal`.
fn assert_one_winner(counts: &[HashMap<u32, usize>], refusal: u32) {
    for count in counts {
        assert_eq!(*count, HashMap::from([(0, 1), (refusal, CLIENTS - 1)]));
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn of_many_that_stop_a_task_exactly_one_wins() {
    let site = Site::start().await;
    let ids = site.create(&["a", "b", "c", "d", "e"]).await;
    let counts = all_at_once(&site, calls(&Method::POST, &ids, "/stop")).await;
    assert_one_winner(&counts, 40901);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn of_many_that_retry_a_task_exactly_one_wins() {
    let site = Site::start().await;
    let ids = site.create_failed(&["a", "b", "c", "d", "e"]).await;
    let counts = all_at_once(&site, calls(&Method::POST, &ids, "/retry")).await;
    assert_one_winner(&counts, 40901);
    for id in ids {
        assert_eq!(
            site.get(&format!("/task/{id}")).await.data["retry_count"],
            1
        );
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn of_many_that_delete_a_task_exactly_one_wins() {
    let site = Site::start().await;
    let ids = site.create(&["a", "b", "c", "d", "e"]).await;
    let counts = all_at_once(&site, calls(&Method::DELETE, &ids, "")).await;
    assert_one_winner(&counts, 40401);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn batches_that_overlap_delete_each_task_once() {
    let site = Site::start().await;
    let serials: Vec<String> = (0..64).map(|n| format!("s{n}")).collect();
    let serials: Vec<&str> = serials.iter().map(String::as_str).collect();
    let created = site.create(&serials).await;
    let mut clients = JoinSet::new();
    for _ in 0..CLIENTS {
        let (address, body) = (site.address, json!({"task_ids": created}));
        clients.spawn(async move {
            let client = Client::new(address);
            let path = "/task/batch-delete";
            let answer = client
                .call(Method::POST, path, Some(&body), &[])
                .await
                .unwrap();
            match answer.code {
                0 => ids(&answer.data["task_ids"]),
                40401 => Vec::new(),
                _ => panic!("{answer:?}"),
            }
        });
    }
    let mut deleted = clients.join_all().await.concat();
    deleted.sort_unstable();
    assert_eq!(deleted, created);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn many_with_one_key_create_once() {
    let site = Site::start().await;
    let mut clients = JoinSet::new();
    for _ in 0..CLIENTS {
        let address = site.address;
        clients.spawn(async move {
            let headers = [("idempotency-key", "same")];
            let client = Client::new(address);
            let body = shell(&["a", "b"]);
            client
                .call(Method::POST, "/task", Some(&body), &headers)
                .await
                .unwrap()
                .data
        });
    }
    let answers = clients.join_all().await;
    assert!(
        answers.iter().all(|answer| *answer == answers[0]),
        "{answers:?}"
    );
    assert_eq!(site.get("/task").await.data["total"], 2);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn stats_add_up_under_load() {
    let site = Site::start().await;
    let mut clients = JoinSet::new();
    for n in 0..8 {
        let address = site.address;
        clients.spawn(async move {
            let client = Client::new(address);
            let name = format!("s{n}");
            for _ in 0..10 {
                let body = shell(&[&name, "shared"]);
                let made = client
                    .call(Method::POST, "/task", Some(&body), &[])
                    .await
                    .unwrap();
                let made = ids(&made.data["task_ids"]);
                for (method, path) in [
                    (Method::POST, format!("/task/{}/stop", made[0])),
                    (Method::POST, format!("/task/{}/stop", made[1])),
                    (Method::POST, format!("/task/{}/retry", made[0])),
                    (Method::DELETE, format!("/task/{}", made[1])),
                ] {
                    let answer = client.call(method, &path, None, &[]).await.unwrap();
                    assert_eq!(answer.code, 0, "{path}: {answer:?}");
                }
            }
        });
    }
    let mut reads = 0;
    while !clients.is_empty() {
        let data = site.get("/task/stats").await.data;
        let count = |name: &str| data[name].as_u64().unwrap();
        let sum = count("pending") + count("running") + count("completed") + count("failed");
        assert_eq!(count("total"), sum, "{data}");
        reads += 1;
        while let Some(ended) = clients.try_join_next() {
            ended.unwrap();
        }
    }
    assert!(reads > 0);
    let expected = json!({"total": 80, "pending": 80, "running": 0, "completed": 0, "failed": 0});
    assert_eq!(site.get("/task/stats").await.data, expected);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_client_that_leaves_at_once_gets_all_of_its_request_or_nothing() {
    let site = Site::start().await;
    let body = shell(&["a", "b", "c", "d", "e"]).to_string();
    for _ in 0..40 {
        let mut raw = Raw::connect(site.address).await;
        let head = "POST /api/v1/task HTTP/1.1\r\nhost: localhost\r\ncontent-length:";
        raw.send(format!("{head} {}\r\n\r\n{body}", body.len()))
            .await;
    }
    let answer = site.post("/task/retry-all", Value::Null).await;
    assert_eq!(answer.code, 0, "the farm still answers: {answer:?}");
    let total = site.get("/task/stats").await.data["total"]
        .as_u64()
        .unwrap();
    assert_eq!(total % 5, 0, "{total}");
}
