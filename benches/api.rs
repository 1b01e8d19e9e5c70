//! Reads over HTTP beside a bare axum handler that decodes and serialises the same rows.
//!
//! Both servers run in this process on the same runtime and answer the same clients in
//! turn. `cargo bench --bench api`.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    reason = "a benchmark that cannot go on has nothing to tell"
)]

mod common;

use std::collections::BTreeMap;
use std::net::SocketAddr;
use std::sync::Arc;
use std::time::{Duration, Instant};

use axum::Router;
use axum::extract::{Path, State};
use axum::response::IntoResponse;
use axum::routing::get;
use common::{Side, compare, head, rounds};
use farmhand::api;
use farmhand::farm::{
    self, DeviceRules, FarmConfig, License, Plan, Request, StartServer, Targets, TaskRules,
};
use farmhand::model::{Serial, Source, Task, TaskView};
use redb::{Database, ReadOnlyTable, ReadableDatabase, TableDefinition};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;
use tokio_util::sync::CancellationToken;

const ROWS: TableDefinition<u64, &[u8]> = TableDefinition::new("rows");
const TASKS: usize = 10_000;
const CLIENTS: usize = 16;

#[derive(serde::Serialize)]
struct Envelope<T> {
    code: u32,
    message: &'static str,
    data: T,
}

#[derive(serde::Serialize)]
struct List {
    tasks: Vec<TaskView>,
    total: u64,
    page: u64,
    page_size: u64,
}

fn json<T: serde::Serialize>(data: T) -> impl IntoResponse {
    let envelope = Envelope {
        code: 0,
        message: "success",
        data,
    };
    (
        [("content-type", "application/json; charset=utf-8")],
        serde_json::to_vec(&envelope).unwrap(),
    )
}

/// The table is readable only while its database is open.
struct Bare {
    rows: ReadOnlyTable<u64, &'static [u8]>,
    _database: Database,
}

type Rows = Arc<Bare>;

fn read(rows: &Rows, id: u64) -> TaskView {
    let row = rows.rows.get(id).unwrap().unwrap();
    let task: Task = postcard::from_bytes(row.value()).unwrap();
    TaskView::bare(Arc::new(task))
}

async fn bare_task(State(rows): State<Rows>, Path(id): Path<u64>) -> impl IntoResponse {
    json(read(&rows, id))
}

async fn bare_list(State(rows): State<Rows>) -> impl IntoResponse {
    let newest = TASKS as u64;
    json(List {
        tasks: (0..20).map(|n| read(&rows, newest - n)).collect(),
        total: newest,
        page: 1,
        page_size: 20,
    })
}

/// The same rows behind axum and nothing else.
async fn bare(folder: &std::path::Path, rows: &[Arc<Task>]) -> SocketAddr {
    let database = Database::create(folder.join("bare.redb")).unwrap();
    let txn = database.begin_write().unwrap();
    {
        let mut table = txn.open_table(ROWS).unwrap();
        for task in rows {
            let bytes = postcard::to_stdvec(&**task).unwrap();
            table.insert(task.id.0, bytes.as_slice()).unwrap();
        }
    }
    txn.commit().unwrap();
    let table = database.begin_read().unwrap().open_table(ROWS).unwrap();
    let router = Router::new()
        .route("/api/v1/task/{id}", get(bare_task))
        .route("/api/v1/task", get(bare_list))
        .with_state(Arc::new(Bare {
            rows: table,
            _database: database,
        }));
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    tokio::spawn(async move {
        // A hand-written accept loop is not needed to answer well-behaved clients.
        loop {
            let (stream, _) = listener.accept().await.unwrap();
            stream.set_nodelay(true).unwrap();
            let service = hyper_util_service(router.clone());
            tokio::spawn(
                hyper::server::conn::http1::Builder::new()
                    .serve_connection(hyper_util::rt::TokioIo::new(stream), service),
            );
        }
    });
    address
}

fn hyper_util_service(
    router: Router,
) -> impl hyper::service::Service<
    hyper::Request<hyper::body::Incoming>,
    Response = axum::response::Response,
    Error = std::convert::Infallible,
    Future: Send,
> {
    hyper::service::service_fn(move |request: hyper::Request<hyper::body::Incoming>| {
        use tower::ServiceExt;
        router.clone().oneshot(request)
    })
}

/// Requests a second that keep-alive clients get answered, each asking when it was answered.
async fn load(address: SocketAddr, path: impl Fn(usize) -> String) -> f64 {
    let began = Instant::now();
    let mut clients = tokio::task::JoinSet::new();
    for client in 0..CLIENTS {
        let requests: Vec<String> = (0..64)
            .map(|n| {
                format!(
                    "GET {} HTTP/1.1\r\nhost: localhost:{}\r\n\r\n",
                    path(client * 64 + n),
                    address.port()
                )
            })
            .collect();
        clients.spawn(async move {
            let mut stream = TcpStream::connect(address).await.unwrap();
            stream.set_nodelay(true).unwrap();
            let mut buffer = vec![0; 64 * 1024];
            let mut count = 0_usize;
            while began.elapsed() < common::ROUND {
                let request = &requests[count % requests.len()];
                stream.write_all(request.as_bytes()).await.unwrap();
                read_answer(&mut stream, &mut buffer).await;
                count += 1;
            }
            count
        });
    }
    let counts = clients.join_all().await;
    counts.iter().sum::<usize>() as f64 / began.elapsed().as_secs_f64()
}

async fn read_answer(stream: &mut TcpStream, buffer: &mut [u8]) {
    let mut have = 0;
    loop {
        let n = stream.read(&mut buffer[have..]).await.unwrap();
        assert!(n > 0, "closed early");
        have += n;
        let Some(end) = buffer[..have].windows(4).position(|w| w == b"\r\n\r\n") else {
            continue;
        };
        let head = std::str::from_utf8(&buffer[..end]).unwrap();
        assert!(head.starts_with("HTTP/1.1 200"), "{head}");
        let length: usize = head
            .lines()
            .find_map(|l| l.strip_prefix("content-length: "))
            .unwrap()
            .parse()
            .unwrap();
        if have >= end + 4 + length {
            return;
        }
    }
}

async fn run() {
    let folder = tempfile::tempdir().unwrap();
    let running = farm::start(FarmConfig {
        data: folder.path().to_owned(),
        adb_servers: Vec::new(),
        start_server: StartServer::Never,
        license: License {
            plan: Plan::Business,
            device_limit: None,
        },
        tasks: TaskRules::default(),
        devices: DeviceRules::default(),
        media_roots: Vec::new(),
        media_library: folder.path().join("media"),
        scripts_folder: folder.path().join("scripts"),
        apps_folder: folder.path().join("apps"),
        default_app: "sample".into(),
        device_apps: BTreeMap::new(),
    })
    .await
    .unwrap();
    let farm = running.farm.clone();
    let serials = (0..TASKS)
        .map(|n| Serial::new(&format!("virtual-{n:05}")).unwrap())
        .collect();
    let mut config = serde_json::Map::new();
    config.insert("command".into(), "echo hello".into());
    farm.commands
        .submit(Request {
            targets: Targets::Serials {
                serials,
                each_account: false,
            },
            script: "shell".into(),
            config,
            start_time: None,
            source: Source::Api,
            idempotency: None,
        })
        .await
        .unwrap();
    let rows: Vec<Arc<Task>> = (1..=TASKS as u64)
        .map(|id| {
            let detail = farm.reader.task(farmhand::model::TaskId(id)).unwrap();
            detail.unwrap().view.task
        })
        .collect();
    let server = api::Server::bind(
        api::ApiConfig {
            listen: vec!["127.0.0.1:0".parse().unwrap()],
            ..api::ApiConfig::default()
        },
        farm.clone(),
    )
    .unwrap();
    let ours_at = server.addresses()[0];
    let stop = CancellationToken::new();
    let serving = tokio::spawn(server.run(stop.clone()));
    let bare_at = bare(folder.path(), &rows).await;

    head();
    let one = |n: usize| format!("/api/v1/task/{}", n % TASKS + 1);
    let list = |_: usize| "/api/v1/task".to_owned();
    let cases: [(&str, &dyn Fn(usize) -> String); 2] =
        [("GET /task/{id}", &one), ("GET /task (20 rows)", &list)];
    for (name, path) in cases {
        let (mut ours, mut other) = (Side::new("farmhand"), Side::new("bare axum"));
        for _ in 0..rounds() {
            ours.add(load(ours_at, path).await);
            other.add(load(bare_at, path).await);
        }
        compare(&format!("{name}, {CLIENTS} clients"), &ours, &other);
    }
    stop.cancel();
    let _ = tokio::time::timeout(Duration::from_secs(10), serving).await;
    running.shutdown().await;
}

fn main() {
    tokio::runtime::Builder::new_multi_thread()
        .worker_threads(2)
        .enable_all()
        .build()
        .unwrap()
        .block_on(run());
}
