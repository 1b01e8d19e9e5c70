//! The store beside bare redb: durable creation by 1, 8 and 64 clients against redb's own
//! commits of the same rows with quick repair, and lists and counts at two sizes.
//!
//! `cargo bench --bench store`; `FARMHAND_BENCH_TASKS` sets the larger size (1,000,000).

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    reason = "a benchmark that cannot go on has nothing to tell"
)]

mod common;

use std::path::Path;
use std::sync::Arc;

use common::{Side, compare, head, rate, rounds};
use farmhand::model::{NewTask, ScriptConfig, Serial, Source, Status, Task, TaskId, Timestamp};
use farmhand::store::{Filter, Options, Store};
use redb::{Database, Durability, TableDefinition};

/// What the store writes for a new task: its row, the head that its indexes are built from,
/// and once a commit the next id and the number of commits.
const ROWS: TableDefinition<u64, &[u8]> = TableDefinition::new("rows");
const HEADS: TableDefinition<u64, &[u8]> = TableDefinition::new("heads");
const META: TableDefinition<&str, u64> = TableDefinition::new("meta");
/// About the size of a head: status, source, kind, serial, script and two moments.
const HEAD: [u8; 30] = [7; 30];

fn new_task(n: usize) -> NewTask {
    let mut config = serde_json::Map::new();
    config.insert("command".into(), format!("echo {n}").into());
    config.insert("timeout".into(), 60.into());
    NewTask {
        serial: Serial::new(&format!("virtual-{:04}", n % 10)).unwrap(),
        account: None,
        script: ["shell", "push", "screenshot"][n % 3].into(),
        config: ScriptConfig::new(&config),
        source: Source::Api,
        start_time: None,
        scheduled_at: None,
    }
}

/// The row that the store writes for such a task.
fn row(n: usize) -> Vec<u8> {
    let new = new_task(n);
    let task = Task {
        id: TaskId(n as u64),
        status: Status::Pending,
        source: new.source,
        serial: new.serial,
        account: None,
        script: new.script,
        config: new.config,
        start_time: None,
        scheduled_at: None,
        due_at: Timestamp(1),
        created_at: Timestamp(1),
        updated_at: Timestamp(1),
        started_at: None,
        finished_at: None,
        attempt: 0,
        retry_count: 0,
        auto_retries: 0,
        stop: None,
        remark: None,
        error: None,
    };
    postcard::to_stdvec(&task).unwrap()
}

fn open(folder: &Path) -> Store {
    let options = Options {
        cache_bytes: 64 << 20,
        on_commit: Box::new(|_| {}),
        on_failure: Box::new(|_| {}),
    };
    Store::open(&folder.join("tasks.redb"), options).unwrap()
}

fn creation(runtime: &tokio::runtime::Runtime, clients: usize) {
    let folder = tempfile::tempdir().unwrap();
    let store = open(folder.path());
    let raw = Database::create(folder.path().join("raw.redb")).unwrap();
    let mut next = 0_u64;
    let (mut ours, mut bare) = (Side::new("farmhand"), Side::new("redb"));
    for _ in 0..rounds() {
        ours.add(rate_of_clients(runtime, &store, clients));
        bare.add(rate(clients, || {
            let mut txn = raw.begin_write().unwrap();
            txn.set_durability(Durability::Immediate).unwrap();
            txn.set_quick_repair(true);
            {
                let mut rows = txn.open_table(ROWS).unwrap();
                let mut heads = txn.open_table(HEADS).unwrap();
                for _ in 0..clients {
                    rows.insert(next, row(next as usize).as_slice()).unwrap();
                    heads.insert(next, HEAD.as_slice()).unwrap();
                    next += 1;
                }
                let mut meta = txn.open_table(META).unwrap();
                meta.insert("next_id", next).unwrap();
                meta.insert("commits", next).unwrap();
            }
            txn.commit().unwrap();
        }));
    }
    compare(
        &format!("durable creation, {clients} clients, one task a request"),
        &ours,
        &bare,
    );
    runtime.block_on(store.close());
}

/// Tasks a second that `clients` create side by side, each waiting for its answer.
fn rate_of_clients(runtime: &tokio::runtime::Runtime, store: &Store, clients: usize) -> f64 {
    runtime.block_on(async {
        let began = std::time::Instant::now();
        let mut all = tokio::task::JoinSet::new();
        for client in 0..clients {
            let store = store.clone();
            all.spawn(async move {
                let mut count = 0_usize;
                while began.elapsed() < common::ROUND {
                    let tasks = vec![new_task(client + count)];
                    store
                        .create(tasks, Vec::new(), None, Timestamp(1))
                        .await
                        .unwrap();
                    count += 1;
                }
                count
            });
        }
        let counts = all.join_all().await;
        counts.iter().sum::<usize>() as f64 / began.elapsed().as_secs_f64()
    })
}

fn fill(runtime: &tokio::runtime::Runtime, store: &Store, count: usize) {
    runtime.block_on(async {
        for from in (0..count).step_by(10_000) {
            let tasks = (from..count.min(from + 10_000)).map(new_task).collect();
            store
                .create(tasks, Vec::new(), None, Timestamp(1))
                .await
                .unwrap();
        }
    });
}

fn sizes(runtime: &tokio::runtime::Runtime) {
    let large: usize = std::env::var("FARMHAND_BENCH_TASKS")
        .ok()
        .and_then(|n| n.parse().ok())
        .unwrap_or(1_000_000);
    let folders = [tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap()];
    let small_store = open(folders[0].path());
    let large_store = open(folders[1].path());
    fill(runtime, &small_store, 1_000);
    fill(runtime, &large_store, large);
    let filters = [
        ("all", Filter::default()),
        (
            "status and script",
            Filter {
                status: Some(Status::Pending),
                script: Some("shell".into()),
                ..Filter::default()
            },
        ),
        (
            "status, serial, script and source",
            Filter {
                status: Some(Status::Pending),
                serial: Some(Serial::new("virtual-0003").unwrap()),
                script: Some("shell".into()),
                source: Some(Source::Api),
                ..Filter::default()
            },
        ),
    ];
    for (name, filter) in &filters {
        let (mut big, mut little) = (
            Side::new(&format!("{large} tasks")),
            Side::new("1000 tasks"),
        );
        for _ in 0..rounds() {
            let list = |store: &Store| {
                let page = store.view().list(filter, 1, 20).unwrap();
                assert!(page.total > 0);
            };
            big.add(rate(1, || list(&large_store)));
            little.add(rate(1, || list(&small_store)));
        }
        compare(&format!("list of 20, filter: {name}"), &big, &little);
    }
    let (mut big, mut little) = (
        Side::new(&format!("{large} tasks")),
        Side::new("1000 tasks"),
    );
    for _ in 0..rounds() {
        big.add(rate(1, || assert!(large_store.view().stats().total > 0)));
        little.add(rate(1, || assert!(small_store.view().stats().total > 0)));
    }
    compare("stats", &big, &little);
    runtime.block_on(async {
        small_store.close().await;
        large_store.close().await;
    });
    drop((small_store, large_store));
    let began = std::time::Instant::now();
    let again = open(folders[1].path());
    println!(
        "\nopening {large} tasks: {:.0} ms",
        began.elapsed().as_secs_f64() * 1e3
    );
    runtime.block_on(again.close());
}

fn main() {
    let runtime = Arc::new(
        tokio::runtime::Builder::new_multi_thread()
            .worker_threads(2)
            .enable_all()
            .build()
            .unwrap(),
    );
    head();
    for clients in [1, 8, 64] {
        creation(&runtime, clients);
    }
    sizes(&runtime);
}
