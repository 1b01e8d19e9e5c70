//! Accounts.

use axum::http::Method;
use farmhand::api::client::Envelope;
use serde_json::{Value, json};

use super::common::Site;

async fn patch(site: &Site, path: &str, body: Value) -> Envelope {
    site.client
        .call(Method::PATCH, path, Some(&body), &[])
        .await
        .unwrap()
}

#[tokio::test]
async fn an_account_is_added_with_defaults_and_found_whatever_its_case() {
    let site = Site::start().await;
    let answer = site.post("/account", json!({"username": "@Bob"})).await;
    assert_eq!((answer.code, &answer.data["created_count"]), (0, &json!(1)));
    for path in [
        "/account/bob",
        "/account/BOB",
        "/account/@bob",
        "/account/%40Bob?app=sample",
    ] {
        let account = site.get(path).await.data;
        assert_eq!(
            (&account["username"], &account["app"], &account["serial"]),
            (&json!("bob"), &json!("sample"), &Value::Null),
            "{path}"
        );
        assert_eq!(
            (&account["enabled"], &account["notes"]),
            (&json!(true), &json!(""))
        );
    }
    assert_eq!(site.get("/account").await.data["total"], 1);
}

#[tokio::test]
async fn a_list_of_accounts_is_added_whole_or_not_at_all() {
    let site = Site::start().await;
    site.post("/account", json!({"username": "eve"})).await;
    for (body, code) in [
        (json!([{"username": "bob"}, {"username": "a b"}]), 40001),
        (
            json!([{"username": "bob"}, {"username": "ann", "phone": "x"}]),
            40001,
        ),
        (json!([{"username": "bob"}, {}]), 40001),
        (json!([]), 40001),
        (Value::Null, 40001),
        (json!([{"username": "bob"}, {"username": "eve"}]), 40901),
    ] {
        let answer = site.post("/account", body.clone()).await;
        assert_eq!(answer.code, code, "{body}: {answer:?}");
    }
    assert_eq!(site.get("/account").await.data["total"], 1);
    let twice = site
        .post(
            "/account",
            json!([{"username": "bob"}, {"username": "@BOB"}]),
        )
        .await;
    assert!(twice.code == 40001 || twice.code == 40901, "{twice:?}");
    assert_eq!(site.get("/account").await.data["total"], 1);
}

#[tokio::test]
async fn a_name_of_several_apps_needs_the_app() {
    let site = Site::start().await;
    let twins = json!([{"username": "twin", "app": "one"}, {"username": "twin", "app": "two"}]);
    assert_eq!(site.post("/account", twins).await.code, 0);
    let answer = site.get("/account/twin").await;
    assert_eq!((answer.code, &answer.data["field"]), (40001, &json!("app")));
    assert_eq!(site.get("/account/twin?app=two").await.data["app"], "two");
    assert_eq!(site.get("/account/twin?app=three").await.code, 40401);
    assert_eq!(site.delete("/account/twin").await.code, 40001);
    assert_eq!(site.delete("/account/twin?app=one").await.code, 0);
    assert_eq!(site.get("/account/twin").await.data["app"], "two");
}

#[tokio::test]
async fn a_patch_changes_what_it_names_and_nothing_else() {
    let site = Site::start().await;
    site.post(
        "/account",
        json!({"username": "bob", "serial": "p1", "notes": "n"}),
    )
    .await;
    let answer = patch(&site, "/account/bob", json!({"enabled": false})).await;
    assert_eq!(
        (&answer.data["enabled"], &answer.data["serial"]),
        (&json!(false), &json!("p1"))
    );
    let answer = patch(
        &site,
        "/account/bob",
        json!({"serial": null, "notes": null}),
    )
    .await;
    assert_eq!(
        (&answer.data["serial"], &answer.data["notes"]),
        (&Value::Null, &json!("n"))
    );
    for wrong in [
        json!({}),
        json!({"username": "eve"}),
        json!({"enabled": 1}),
        json!([]),
    ] {
        assert_eq!(
            patch(&site, "/account/bob", wrong.clone()).await.code,
            40001,
            "{wrong}"
        );
    }
    assert_eq!(
        patch(&site, "/account/eve", json!({"enabled": true}))
            .await
            .code,
        40401
    );
}

#[tokio::test]
async fn a_removed_account_is_gone() {
    let site = Site::start().await;
    site.post("/account", json!({"username": "bob"})).await;
    let answer = site.delete("/account/bob").await;
    assert_eq!(
        answer.data,
        json!({"deleted_count": 1, "username": "bob", "app": "sample"})
    );
    assert_eq!(site.get("/account/bob").await.code, 40401);
    assert_eq!(site.delete("/account/bob").await.code, 40401);
}
