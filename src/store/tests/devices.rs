//! What is remembered of phones.

use super::*;
use crate::model::{DeviceRecord, Hold};
use crate::store::Seen;

#[tokio::test]
async fn seeing_a_phone_keeps_what_was_known_of_it() {
    let store = store();
    let seen = |model: Option<&str>| {
        vec![Seen {
            serial: serial("a"),
            model: model.map(str::to_owned),
            android: None,
        }]
    };
    store.see_devices(seen(Some("Pixel")), at(1)).await.unwrap();
    store.see_devices(seen(None), at(2)).await.unwrap();
    let expected = DeviceRecord {
        serial: serial("a"),
        model: "Pixel".into(),
        android: String::new(),
        first_seen: at(1),
        last_seen: at(2),
        hold: None,
        leftover: None,
    };
    assert_eq!(store.view().devices(), [expected]);
}

#[tokio::test]
async fn a_hold_makes_the_record_of_a_phone_never_seen_and_lasts_until_lifted() {
    let store = store();
    let hold = Hold {
        reason: "cracked screen".into(),
        since: at(1),
    };
    let held = || store.view().device(&serial("a")).unwrap().hold;
    store
        .hold_device(serial("a"), Some(hold.clone()), at(1))
        .await
        .unwrap();
    assert_eq!(held(), Some(hold));
    store.hold_device(serial("a"), None, at(2)).await.unwrap();
    assert_eq!(held(), None);
}

#[tokio::test]
async fn cleaning_a_phone_without_leftover_is_no_commit() {
    let told = Told::default();
    let store = open_media(&Media::default(), &told);
    store.cleaned(serial("a"), at(1)).await.unwrap();
    assert!(told.commits().is_empty());
    assert!(store.view().devices().is_empty());
}
