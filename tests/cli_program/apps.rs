//! Apps, and looking at phones to write their files.

use farmhand::phone::farm::PhoneFarm;
use serde_json::Value;

use crate::place::Place;

#[tokio::test]
async fn an_apps_file_is_checked_on_a_phone_and_nothing_is_changed() {
    let place = Place::new();
    let phones = PhoneFarm::new(1);
    let mut farm = place.serve(Some(&phones)).await;
    let serial = phones.phones()[0].serial().to_owned();
    let ended = place
        .run(&["app", "check", "sample", "--serial", &serial])
        .await;
    assert_eq!(ended.code, Some(0), "{ended:#?}");
    println!("{}", ended.out);
    let _ = Value::Null;
    farm.signal(rustix::process::Signal::TERM);
    farm.ended().await;
}
