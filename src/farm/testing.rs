//! A farm for unit tests of what callers cannot reach.

use std::collections::BTreeMap;
use std::sync::Arc;

use serde_json::json;
use tempfile::TempDir;

use super::hub::now;
use super::start::open_offline;
use super::{
    DeviceRules, FarmConfig, License, Plan, Request, Running, StartServer, Targets, TaskRules,
};
use crate::model::{Serial, Source, Task, TaskId};
use crate::store::Start;

/// A farm that starts nothing by itself, in a folder of its own.
pub(super) async fn farm() -> (Running, TempDir) {
    let folder = tempfile::tempdir().unwrap();
    let root = folder.path().canonicalize().unwrap();
    let config = FarmConfig {
        data: root.clone(),
        adb_servers: Vec::new(),
        start_server: StartServer::Never,
        license: License {
            plan: Plan::Business,
            device_limit: None,
        },
        tasks: TaskRules::default(),
        devices: DeviceRules::default(),
        media_roots: vec![root.clone()],
        media_library: root.join("media"),
        scripts_folder: root.join("scripts"),
        apps_folder: root.join("apps"),
        default_app: "sample".into(),
        device_apps: BTreeMap::new(),
    };
    (open_offline(config).await.unwrap(), folder)
}

/// A pending task for the phone `a`.
pub(super) async fn pending(farm: &Running) -> TaskId {
    let request = Request {
        targets: Targets::Serials {
            serials: vec![Serial::new("a").unwrap()],
            each_account: false,
        },
        script: "shell".into(),
        config: json!({ "command": "true" }).as_object().unwrap().clone(),
        start_time: None,
        source: Source::Api,
        idempotency: None,
    };
    farm.farm.commands.submit(request).await.unwrap().task_ids[0]
}

/// A task that has begun on the phone `a`, without a worker.
pub(super) async fn begun(farm: &Running) -> Arc<Task> {
    let id = pending(farm).await;
    match farm.store.start(id, now()).await.unwrap() {
        Start::Started(task) => task,
        Start::Refused => panic!("it is pending"),
    }
}
