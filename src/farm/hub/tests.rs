use crate::farm::Running;
use crate::farm::testing::{farm, pending};
use crate::model::{Event, IncidentKind};
use crate::store::StoreError;

fn incidents(farm: &Running) -> Vec<IncidentKind> {
    farm.hub.publish(farm.store.view().stats());
    let state = farm.farm.reader.watch().borrow().clone();
    state.incidents.iter().map(|i| i.kind).collect()
}

#[tokio::test]
async fn a_store_that_cannot_write_is_one_incident_until_the_next_commit() {
    let (farm, _folder) = farm().await;
    let mut events = farm.farm.feed.subscribe();
    for _ in 0..3 {
        let error = StoreError::CannotWrite("no space left on device".into());
        farm.hub.store_failed(&error);
    }
    assert_eq!(incidents(&farm), [IncidentKind::Store]);
    pending(&farm).await;
    assert!(incidents(&farm).is_empty());
    let mut told = 0;
    while !matches!(events.next().await.unwrap().event, Event::Tasks { .. }) {
        told += 1;
    }
    assert_eq!(told, 2, "its beginning and its end");
    farm.shutdown().await;
}
