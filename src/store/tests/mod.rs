//! The store's promises, each as a test. `media` is a disk that fails on demand; `model` is
//! the naive store that the real one is compared with.

mod accounts;
mod devices;
mod disk;
mod life;
mod media;
mod model;
mod property;
mod queries;
mod writing;

use std::path::Path;
use std::sync::{Arc, Mutex};

use super::disk::Disk;
use super::{Commit, End, Options, Store};
use crate::model::{
    ErrorKind, NewTask, ScriptConfig, Serial, Source, Task, TaskError, TaskId, Timestamp,
};
use media::Media;

const CACHE: usize = 4 << 20;

fn at(ms: i64) -> Timestamp {
    Timestamp(ms)
}

fn serial(name: &str) -> Serial {
    Serial::new(name).unwrap()
}

fn new_task(serial_name: &str) -> NewTask {
    NewTask {
        serial: serial(serial_name),
        account: None,
        script: "shell".into(),
        config: ScriptConfig::new(&serde_json::Map::new()),
        source: Source::Api,
        start_time: None,
        scheduled_at: None,
    }
}

fn ended(id: TaskId, attempt: u32, ms: i64) -> End {
    End {
        id,
        attempt,
        at: at(ms),
        error: None,
        evidence: Vec::new(),
        remark: None,
        clean: true,
        retry_at: None,
    }
}

fn failed(id: TaskId, attempt: u32, ms: i64) -> End {
    End {
        error: Some(TaskError::new(ErrorKind::Script, "exit code 1")),
        ..ended(id, attempt, ms)
    }
}

/// A failing case is printed; none is left behind as a file.
fn cases(cases: u32) -> proptest::test_runner::Config {
    proptest::test_runner::Config {
        failure_persistence: None,
        ..proptest::test_runner::Config::with_cases(cases)
    }
}

/// What the store told of each commit.
#[derive(Clone, Default)]
struct Told {
    commits: Arc<Mutex<Vec<Commit>>>,
    failures: Arc<Mutex<Vec<String>>>,
}

impl Told {
    fn options(&self) -> Options {
        let (commits, failures) = (Arc::clone(&self.commits), Arc::clone(&self.failures));
        Options {
            cache_bytes: CACHE,
            on_commit: Box::new(move |commit| commits.lock().unwrap().push(commit.clone())),
            on_failure: Box::new(move |error| failures.lock().unwrap().push(error.to_string())),
        }
    }

    fn commits(&self) -> Vec<Commit> {
        self.commits.lock().unwrap().clone()
    }

    fn failures(&self) -> usize {
        self.failures.lock().unwrap().len()
    }
}

fn open_file(path: &Path) -> Store {
    Store::open(path, Told::default().options()).unwrap()
}

fn open_media(media: &Media, told: &Told) -> Store {
    let backend = media.clone();
    let opener =
        Box::new(move |builder: &redb::Builder| builder.create_with_backend(backend.clone()));
    let disk = Disk::with_opener(Path::new("media"), CACHE, opener);
    Store::open_disk(disk, told.options()).unwrap()
}

/// A store in memory.
fn store() -> Store {
    open_media(&Media::default(), &Told::default())
}

async fn create(store: &Store, serial_name: &str, ms: i64) -> TaskId {
    let tasks = vec![new_task(serial_name)];
    let created = store.create(tasks, Vec::new(), None, at(ms)).await.unwrap();
    created.task_ids[0]
}

/// A task that runs its first attempt.
async fn running(store: &Store, serial_name: &str, ms: i64) -> TaskId {
    let id = create(store, serial_name, ms).await;
    store.start(id, at(ms)).await.unwrap();
    id
}

fn task(store: &Store, id: TaskId) -> Arc<Task> {
    store.view().task(id).unwrap().unwrap()
}
