//! What is remembered of phones.

use super::*;
use crate::model::{DeviceName, DevicePatch, DeviceRecord, Hold, Label, Labels};
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
        labels: Labels::default(),
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
async fn what_a_phone_is_called_stays_when_it_is_seen_and_held() {
    let store = store();
    let patch = DevicePatch {
        name: Some(Some(DeviceName::new("Rack 2 / 7").unwrap())),
        group: Some(Some(Label::new("rack2").unwrap())),
        ..DevicePatch::default()
    };
    store.edit_device(serial("a"), patch, at(1)).await.unwrap();
    let seen = Seen {
        serial: serial("a"),
        model: Some("Pixel".into()),
        android: None,
    };
    store.see_devices(vec![seen], at(2)).await.unwrap();
    store.hold_device(serial("a"), None, at(3)).await.unwrap();
    let labels = store.view().device(&serial("a")).unwrap().labels;
    assert_eq!(labels.name.unwrap().as_str(), "Rack 2 / 7");
    assert_eq!(labels.group.unwrap().as_str(), "rack2");
}

#[tokio::test]
async fn too_many_tags_are_refused_and_change_nothing() {
    let store = store();
    let tag = |n: usize| Label::new(&format!("t{n}")).unwrap();
    let add = |tags: std::ops::Range<usize>| DevicePatch {
        add_tags: tags.map(tag).collect(),
        ..DevicePatch::default()
    };
    store
        .edit_device(serial("a"), add(0..16), at(1))
        .await
        .unwrap();
    let refused = store.edit_device(serial("a"), add(16..17), at(2)).await;
    let message = refused.unwrap_err().to_string();
    assert_eq!(message, "a: a phone has at most 16 tags, this makes 17");
    assert_eq!(
        store.view().device(&serial("a")).unwrap().labels.tags.len(),
        16
    );
}

#[tokio::test]
async fn cleaning_a_phone_without_leftover_is_no_commit() {
    let told = Told::default();
    let store = open_media(&Media::default(), &told);
    store.cleaned(serial("a"), at(1)).await.unwrap();
    assert!(told.commits().is_empty());
    assert!(store.view().devices().is_empty());
}
