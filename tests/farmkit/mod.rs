//! A whole farm inside a test: virtual phones, an adb server (embedded or real), the farm,
//! in a folder of its own. Waits are for events, each with a deadline.

#![allow(dead_code, reason = "each test uses its own part")]

use std::collections::BTreeMap;
use std::net::SocketAddr;
use std::path::Path;
use std::sync::Arc;
use std::time::Duration;

use farmhand::farm::{
    self, DeviceRules, Farm, FarmConfig, FarmState, FeedError, License, Plan, Request, Running,
    StartServer, Targets, TaskRules,
};
use farmhand::model::{Event, Serial, Source, Task, TaskId, TaskView};
use farmhand::phone::farm::PhoneFarm;
use farmhand::phone::{Faults, Phone};
use serde_json::{Map, Value, json};
use tempfile::TempDir;

/// Longer than anything in these tests takes; a machine may be slow, not endless.
pub const LONG: Duration = Duration::from_secs(60);

/// Phones, a farm on top of them, and their folder.
pub struct Kit {
    pub phones: PhoneFarm,
    pub farm: Farm,
    running: Running,
    pub adb: SocketAddr,
    pub folder: TempDir,
}

/// A config that keeps everything in this folder.
pub fn config(folder: &Path, adb: Vec<SocketAddr>) -> FarmConfig {
    let root = folder.canonicalize().unwrap();
    FarmConfig {
        data: root.clone(),
        adb_servers: adb,
        start_server: StartServer::Never,
        license: License {
            plan: Plan::Business,
            device_limit: None,
        },
        tasks: TaskRules::default(),
        devices: DeviceRules {
            probe_timeout: Duration::from_secs(2),
            ..DeviceRules::default()
        },
        media_roots: vec![root.clone()],
        media_library: root.join("media"),
        scripts_folder: root.join("scripts"),
        apps_folder: root.join("apps"),
        default_app: "sample".into(),
        device_apps: BTreeMap::new(),
    }
}

impl Kit {
    /// As many virtual phones behind an embedded adb server, and a farm that works.
    pub async fn new(count: u32) -> Self {
        Self::with(count, |config| config).await
    }

    /// The same with another config.
    pub async fn with(count: u32, change: impl FnOnce(FarmConfig) -> FarmConfig) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let phones = PhoneFarm::new(count);
        let adb = phones.open_server("127.0.0.1:0".parse().unwrap()).unwrap();
        Self::again_with((phones, adb, folder), change).await
    }

    /// Ends the farm in order, keeping phones and folder.
    pub async fn end_farm(self) -> (PhoneFarm, SocketAddr, TempDir) {
        self.running.shutdown().await;
        (self.phones, self.adb, self.folder)
    }

    /// Ends all of it.
    pub async fn end(self) {
        let (phones, _, _folder) = self.end_farm().await;
        phones.shutdown().await;
    }

    /// A new farm on what [`Kit::end_farm`] left.
    pub async fn again(phones: PhoneFarm, adb: SocketAddr, folder: TempDir) -> Self {
        Self::again_with((phones, adb, folder), |config| config).await
    }

    /// The same with another config.
    pub async fn again_with(
        (phones, adb, folder): (PhoneFarm, SocketAddr, TempDir),
        change: impl FnOnce(FarmConfig) -> FarmConfig,
    ) -> Self {
        let running = farm::start(change(config(folder.path(), vec![adb])))
            .await
            .unwrap();
        Self {
            phones,
            farm: running.farm.clone(),
            running,
            adb,
            folder,
        }
    }

    /// Phone number `n`, from 1.
    pub fn phone(&self, n: usize) -> &Arc<Phone> {
        &self.phones.phones()[n - 1]
    }

    /// The serial of phone number `n`.
    pub fn serial(&self, n: usize) -> Serial {
        Serial::new(self.phone(n).serial()).unwrap()
    }

    pub async fn submit(&self, serials: Vec<Serial>, script: &str, config: Value) -> Vec<TaskId> {
        submit(&self.farm, serials, script, config).await
    }

    /// A shell task on phone `n`.
    pub async fn shell(&self, n: usize, command: &str) -> TaskId {
        let config = json!({ "command": command, "timeout": 900 });
        self.submit(vec![self.serial(n)], "shell", config).await[0]
    }

    /// Waits until a task fits, and returns it.
    pub async fn until(&self, id: TaskId, fits: impl Fn(&TaskView) -> bool) -> TaskView {
        until(&self.farm, id, fits).await
    }

    /// Waits until a task has ended.
    pub async fn ended(&self, id: TaskId) -> Arc<Task> {
        self.until(id, |view| view.task.status.is_final())
            .await
            .task
    }

    /// Names of the processes that a phone runs with this argument somewhere.
    pub fn processes(&self, n: usize, argument: &str) -> usize {
        let all = self.phone(n).processes();
        all.iter()
            .filter(|p| p.args.iter().any(|a| a == argument))
            .count()
    }

    /// Sets the faults of phone `n`.
    pub fn faults(&self, n: usize, change: impl FnOnce(&mut Faults)) {
        let mut faults = self.phone(n).faults();
        change(&mut faults);
        self.phone(n).set_faults(faults);
    }

    /// Waits until the farm's state fits.
    pub async fn state_until(&self, fits: impl FnMut(&Arc<FarmState>) -> bool) {
        let mut states = self.farm.reader.watch();
        let fitted = tokio::time::timeout(LONG, states.wait_for(fits)).await;
        fitted.unwrap().unwrap();
    }

    /// Waits until a phone's view fits.
    pub async fn device_until(
        &self,
        n: usize,
        fits: impl Fn(&farmhand::model::DeviceView) -> bool,
    ) {
        let serial = self.serial(n);
        let mut states = self.farm.reader.watch();
        let wait = async {
            loop {
                if self.farm.reader.device(&serial).is_some_and(|d| fits(&d)) {
                    return;
                }
                states.changed().await.unwrap();
            }
        };
        if tokio::time::timeout(LONG, wait).await.is_err() {
            panic!(
                "device never fitted: {:?}",
                self.farm.reader.device(&serial)
            );
        }
    }
}

pub async fn submit(farm: &Farm, serials: Vec<Serial>, script: &str, config: Value) -> Vec<TaskId> {
    let Value::Object(config) = config else {
        panic!("a config is an object")
    };
    farm.commands
        .submit(request(serials, script, config))
        .await
        .unwrap()
        .task_ids
}

pub fn request(serials: Vec<Serial>, script: &str, config: Map<String, Value>) -> Request {
    Request {
        targets: Targets::Serials {
            serials,
            each_account: false,
        },
        script: script.into(),
        config,
        start_time: None,
        source: Source::Api,
        idempotency: None,
    }
}

/// Waits until a task fits, and returns it.
pub async fn until(farm: &Farm, id: TaskId, fits: impl Fn(&TaskView) -> bool) -> TaskView {
    let mut events = farm.feed.subscribe();
    let wait = async {
        loop {
            let detail = farm.reader.task(id).unwrap();
            if let Some(detail) = detail
                && fits(&detail.view)
            {
                return detail.view;
            }
            loop {
                match events.next().await {
                    Ok(event) => match &event.event {
                        Event::Tasks { .. } | Event::Progress { .. } | Event::Device { .. } => {
                            break;
                        }
                        Event::Accounts | Event::Incidents => {}
                    },
                    Err(FeedError::Missed(_)) => break,
                    Err(FeedError::Ended) => panic!("the farm ended"),
                }
            }
        }
    };
    match tokio::time::timeout(LONG, wait).await {
        Ok(view) => view,
        Err(_) => panic!("task {id} never fitted: {:?}", farm.reader.task(id)),
    }
}
