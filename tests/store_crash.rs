//! `kill -9` in the middle of writing: what was acknowledged is there, nothing twice, and
//! the store opens again.
//!
//! The process that is killed is this test program itself, started again for one test with
//! the store's path in an environment variable.

#![expect(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    reason = "a test may, also in its helpers"
)]

use std::collections::BTreeSet;
use std::io::{BufRead, BufReader};
use std::path::Path;
use std::process::{Command, Stdio};

use farmhand::model::{NewTask, ScriptConfig, Serial, Source, Status, TaskId, Timestamp};
use farmhand::store::{Filter, Options, Start, Store};

const PATH: &str = "FARMHAND_TEST_STORE";
const CLIENTS: usize = 16;

fn open(path: &Path) -> Store {
    let options = Options {
        cache_bytes: 4 << 20,
        on_commit: Box::new(|_| {}),
        on_failure: Box::new(|_| {}),
    };
    Store::open(path, options).unwrap()
}

fn new_task(client: usize) -> NewTask {
    NewTask {
        serial: Serial::new(&format!("phone-{client}")).unwrap(),
        account: None,
        script: "shell".into(),
        config: ScriptConfig::new(&serde_json::Map::new()),
        source: Source::Api,
        start_time: None,
        scheduled_at: None,
    }
}

/// One client: creates tasks and starts every other one, for ever; prints what was
/// acknowledged.
async fn client(store: Store, number: usize) {
    let now = Timestamp(1);
    loop {
        let tasks = vec![new_task(number), new_task(number)];
        let created = store.create(tasks, vec![], None, now).await.unwrap();
        let [first, second] = created.task_ids[..] else {
            panic!("two tasks were asked for");
        };
        println!("created {first}\ncreated {second}");
        let start = store.start(second, now).await.unwrap();
        assert!(matches!(start, Start::Started(_)));
        println!("started {second}");
    }
}

/// Not a test by itself: the process that gets killed.
#[tokio::test]
async fn child() {
    let Some(path) = std::env::var_os(PATH) else {
        return;
    };
    let store = open(Path::new(&path));
    let mut clients = tokio::task::JoinSet::new();
    for number in 0..CLIENTS {
        clients.spawn(client(store.clone(), number));
    }
    clients.join_all().await;
}

/// Runs the child until it has acknowledged `lines` things, kills it, and returns the ids
/// acknowledged as created and as started.
fn run_and_kill(path: &Path, lines: usize) -> (BTreeSet<TaskId>, BTreeSet<TaskId>) {
    let mut child = Command::new(std::env::current_exe().unwrap())
        .args(["--exact", "child", "--nocapture"])
        .env(PATH, path)
        .stdout(Stdio::piped())
        .spawn()
        .unwrap();
    let mut output = BufReader::new(child.stdout.take().unwrap()).lines();
    let (mut created, mut started) = (BTreeSet::new(), BTreeSet::new());
    let mut note = |line: String| {
        // The last line may be torn: then its newline is missing, and perhaps a digit.
        let mut words = line.split(' ');
        match (words.next(), words.next().and_then(|id| id.parse().ok())) {
            (Some("created"), Some(id)) => usize::from(created.insert(id)),
            (Some("started"), Some(id)) => usize::from(started.insert(id)),
            _ => 0,
        }
    };
    let mut seen = 0;
    while seen < lines {
        let line = output.next().expect("the child runs until it is killed");
        seen += note(line.unwrap());
    }
    child.kill().unwrap();
    child.wait().unwrap();
    // What it had printed before it died was acknowledged too; the last line may be torn.
    let rest: Vec<String> = output.map_while(Result::ok).collect();
    let whole = rest.len().saturating_sub(1);
    rest.into_iter().take(whole).for_each(|line| {
        note(line);
    });
    (created, started)
}

#[tokio::test]
async fn acknowledged_tasks_survive_kill_9() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("farm.redb");
    let (mut created, mut started) = (BTreeSet::new(), BTreeSet::new());
    for round in 1..=5 {
        let (new, begun) = run_and_kill(&path, 40 * round);
        assert!(new.is_disjoint(&created), "an id was given twice");
        created.extend(new);
        started.extend(begun);

        let store = open(&path);
        let view = store.view();
        for id in &created {
            assert!(view.task(*id).unwrap().is_some(), "task {id} is lost");
        }
        for id in &started {
            let task = view.task(*id).unwrap().unwrap();
            assert_eq!(task.status, Status::Running, "task {id}");
            assert_eq!(view.attempts(*id).unwrap().len(), 1, "task {id}");
        }
        let all = view.list(&Filter::default(), 1, usize::MAX).unwrap();
        let stats = view.stats();
        assert_eq!(all.tasks.len() as u64, stats.total);
        assert_eq!(stats.pending + stats.running, stats.total);
        store.close().await;
    }
}
