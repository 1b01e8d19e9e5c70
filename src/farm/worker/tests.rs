use std::sync::Arc;

use super::{Place, watched};
use crate::farm::testing::{begun, farm};
use crate::model::{ErrorKind, Status};

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
