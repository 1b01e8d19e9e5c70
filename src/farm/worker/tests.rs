use std::sync::Arc;

use serde_json::json;
use tempfile::TempDir;

use super::{Place, watched};
use crate::farm::start::open_offline;
use crate::farm::{
    DeviceRules, FarmConfig, License, Plan, Request, Running, StartServer, Targets, TaskRules,
};
use crate::model::{ErrorKind, Serial, Source, Status, Task};
use crate::store::Start;

/// A farm that starts nothing by itself, in a folder of its own.
async fn farm() -> (Running, TempDir) {
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
        default_app: "sample".into(),
    };
    (open_offline(config).await.unwrap(), folder)
}

/// A task that has begun on the phone `a`.
async fn begun(farm: &Running) -> Arc<Task> {
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
    let id = farm.farm.commands.submit(request).await.unwrap().task_ids[0];
    match farm.store.start(id, super::now()).await.unwrap() {
        Start::Started(task) => task,
        Start::Refused => panic!("it is pending"),
    }
}

#[tokio::test]
async fn an_attempt_that_panics_is_ended_and_its_phone_is_to_be_cleaned() {
    let (farm, _folder) = farm().await;
    let task = begun(&farm).await;
    let trusted = watched(&farm.hub, &task, async { panic!("a defect") }).await;
    assert!(!trusted);
    let after = farm.store.view().task(task.id).unwrap().unwrap();
    assert_eq!(after.status, Status::Failed);
    assert_eq!(after.error.as_ref().unwrap().kind, ErrorKind::Interrupted);
    let device = farm.store.view().device(&task.serial).unwrap();
    assert!(device.leftover.is_some(), "nobody knows what it left there");
    farm.shutdown().await;
}

#[tokio::test]
async fn a_worker_that_is_gone_for_whatever_reason_keeps_no_phone() {
    let (farm, _folder) = farm().await;
    let task = begun(&farm).await;
    farm.hub.pretend_running(&task);
    let place = Place {
        hub: Arc::clone(&farm.hub),
        serial: task.serial.clone(),
        id: task.id,
        trusted: false,
    };
    assert_eq!(farm.hub.running(), [task.id]);
    let gone = tokio::spawn(async move {
        let _place = place;
        panic!("a defect");
    });
    assert!(gone.await.unwrap_err().is_panic());
    assert!(farm.hub.running().is_empty());
    farm.shutdown().await;
}
