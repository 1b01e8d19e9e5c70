//! Phones: what they are called, and what they tell of themselves.

use axum::http::Method;
use farmhand::api::client::Envelope;
use farmhand::phone::farm::PhoneFarm;
use serde_json::{Value, json};
use tokio::time::timeout;

use super::common::{SOON, Site};

/// The one virtual phone of these tests.
const PHONE: &str = "/device/virtual-0001";

/// A farm with one virtual phone, which is online.
async fn with_phone() -> (Site, PhoneFarm) {
    let phones = PhoneFarm::new(1);
    let adb = phones.open_server("127.0.0.1:0".parse().unwrap()).unwrap();
    let site = Site::with(|settings| settings.farm.adb_servers = vec![adb]).await;
    let online = async { while site.get(PHONE).await.data["state"] != "online" {} };
    timeout(SOON, online).await.expect("the phone is online");
    (site, phones)
}

async fn patch(site: &Site, path: &str, body: Value) -> Envelope {
    site.send(Method::PATCH, path, body.to_string(), &[]).await
}

/// Name, group and tags.
fn labels(device: &Value) -> [&Value; 3] {
    [&device["name"], &device["group"], &device["tags"]]
}

#[tokio::test]
async fn a_phone_is_given_a_name_a_group_and_tags_and_loses_them() {
    let (site, phones) = with_phone().await;
    let body = json!({"name": " Rack 2 / 7 ", "group": "rack2", "tags": ["spare", "new"]});
    let answer = patch(&site, PHONE, body).await;
    assert_eq!(answer.code, 0, "{answer:?}");
    let expected = [
        &json!("Rack 2 / 7"),
        &json!("rack2"),
        &json!(["new", "spare"]),
    ];
    assert_eq!(labels(&answer.data), expected);
    assert_eq!(labels(&site.get(PHONE).await.data), expected);

    let body = json!({"name": null, "add_tags": ["hot"], "remove_tags": ["new"]});
    let answer = patch(&site, PHONE, body).await;
    let expected = [&Value::Null, &json!("rack2"), &json!(["hot", "spare"])];
    assert_eq!(labels(&answer.data), expected);

    let answer = patch(&site, PHONE, json!({"group": null, "tags": []})).await;
    assert_eq!(
        labels(&answer.data),
        [&Value::Null, &Value::Null, &json!([])]
    );
    phones.shutdown().await;
}

#[tokio::test]
async fn a_label_that_cannot_be_one_is_refused_and_nothing_changes() {
    let (site, phones) = with_phone().await;
    assert_eq!(patch(&site, PHONE, json!({"group": "rack2"})).await.code, 0);
    for (body, part) in [
        (json!({"name": "  "}), "name"),
        (json!({"name": "x".repeat(1_000)}), "name"),
        (json!({"name": 7}), "name must be a string, or null"),
        (json!({"group": "rack 2"}), "group"),
        (json!({"tags": ["good", "a,b"]}), "tags[1]"),
        (json!({"add_tags": "spare"}), "add_tags"),
        (
            json!({"group": "rack3", "remove_tags": [""]}),
            "remove_tags[0]",
        ),
    ] {
        let answer = patch(&site, PHONE, body.clone()).await;
        assert_eq!(answer.code, 40001, "{body}: {answer:?}");
        assert!(answer.message.contains(part), "{body}: {answer:?}");
    }
    let device = site.get(PHONE).await.data;
    assert_eq!(labels(&device), [&Value::Null, &json!("rack2"), &json!([])]);
    phones.shutdown().await;
}

#[tokio::test]
async fn a_change_of_nothing_or_of_an_unknown_field_names_what_is_accepted() {
    let (site, phones) = with_phone().await;
    for body in [
        json!({}),
        json!({"groups": "rack2"}),
        json!({"group": "a", "x": 1}),
    ] {
        let answer = patch(&site, PHONE, body.clone()).await;
        assert_eq!(answer.code, 40001, "{body}: {answer:?}");
        assert!(answer.message.contains("remove_tags"), "{body}: {answer:?}");
    }
    assert_eq!(site.get(PHONE).await.data["group"], Value::Null);
    phones.shutdown().await;
}

#[tokio::test]
async fn a_phone_that_nobody_has_seen_has_neither_labels_nor_properties() {
    let site = Site::start().await;
    let answer = patch(&site, "/device/nobody", json!({"group": "rack2"})).await;
    assert_eq!((answer.code, answer.http_status.as_u16()), (40401, 404));
    assert!(answer.message.contains("nobody"), "{answer:?}");
    let answer = site.get("/device/nobody/properties").await;
    assert_eq!((answer.code, answer.http_status.as_u16()), (40401, 404));
    assert!(answer.message.contains("nobody"), "{answer:?}");
}

#[tokio::test]
async fn what_a_phone_is_called_survives_a_restart() {
    let (site, phones) = with_phone().await;
    assert_eq!(patch(&site, PHONE, json!({"name": "Rack 2"})).await.code, 0);
    phones.shutdown().await;
    let site = Site::open(site.end().await, |_| {}).await;
    let device = site.get(PHONE).await.data;
    assert_eq!(
        (&device["name"], &device["state"]),
        (&json!("Rack 2"), &json!("gone"))
    );
    let answer = site.get(&format!("{PHONE}/properties")).await;
    assert_eq!((answer.code, answer.http_status.as_u16()), (40901, 409));
}

#[tokio::test]
async fn a_phone_tells_its_properties_battery_and_storage() {
    let (site, phones) = with_phone().await;
    let answer = site.get(&format!("{PHONE}/properties")).await;
    assert_eq!(
        (answer.code, &answer.data["serial"]),
        (0, &json!("virtual-0001"))
    );
    assert_eq!(answer.data["properties"]["ro.product.model"], "Pixel 6");
    let level = answer.data["battery"]["level"].as_str().unwrap();
    assert!(level.parse::<u8>().is_ok(), "{answer:?}");
    assert!(
        answer.data["storage"]["total_mib"].as_u64() > Some(0),
        "{answer:?}"
    );
    phones.shutdown().await;
}
