//! Accounts as CSV: whole files in and out.

use axum::http::Method;
use farmhand::api::client::Envelope;
use serde_json::{Value, json};

use super::common::Site;
use super::raw::exchange;

const CSV: &[(&str, &str)] = &[("content-type", "text/csv")];

async fn import(site: &Site, query: &str, file: impl Into<bytes::Bytes>) -> Envelope {
    let path = format!("/account/import{query}");
    site.send(Method::POST, &path, file, CSV).await
}

/// The file that an export answers.
async fn export(site: &Site) -> String {
    let answer = site.client.fetch("/account/export", &[]).await.unwrap();
    let file = answer.file().expect("a file");
    String::from_utf8(file.bytes().await.unwrap().to_vec()).unwrap()
}

#[tokio::test]
async fn a_file_of_accounts_is_imported() {
    let site = Site::start().await;
    let file = "username;serial;enabled;notes\n@Ann;p1;;\"a;b\"\nbob;;no;\n";
    let answer = import(&site, "", file).await;
    assert_eq!(
        (answer.code, answer.data),
        (0, json!({"created": 2, "updated": 0, "unchanged": 0}))
    );
    let ann = site.get("/account/ann").await.data;
    assert_eq!(
        [&ann["app"], &ann["serial"], &ann["enabled"], &ann["notes"]],
        [&json!("sample"), &json!("p1"), &json!(true), &json!("a;b")]
    );
    assert_eq!(site.get("/account/bob").await.data["enabled"], false);
}

#[tokio::test]
async fn one_bad_line_keeps_all_out_and_every_one_is_named() {
    let site = Site::start().await;
    site.post("/account", json!({"username": "eve"})).await;
    let file = "username,serial\nann,p1\na b,p1\neve,\nbob,x y\nann,\n";
    let answer = import(&site, "", file).await;
    assert_eq!(answer.code, 40001, "{answer:?}");
    let lines = answer.data["bad_lines"].as_array().unwrap();
    let numbers: Vec<&Value> = lines.iter().map(|bad| &bad["line"]).collect();
    assert_eq!(numbers, [3, 4, 5, 6]);
    assert_eq!(
        (&answer.data["bad_count"], &answer.data["existing_count"]),
        (&json!(4), &json!(1))
    );
    assert!(answer.message.contains("line 3: username \"a b\""));
    assert_eq!(site.get("/account").await.data["total"], 1);
}

#[tokio::test]
async fn accounts_that_exist_are_changed_only_when_asked_to() {
    let site = Site::start().await;
    site.post(
        "/account",
        json!([{"username": "ann", "serial": "p1", "notes": "old"}, {"username": "bob"}]),
    )
    .await;
    // No column for the phone: it stays.
    let file = "username,notes\nann,new\nbob,\neve,\n";
    let refused = import(&site, "", file).await;
    assert_eq!(refused.data["existing_count"], 2, "{refused:?}");
    let answer = import(&site, "?update=true", file).await;
    assert_eq!(
        answer.data,
        json!({"created": 1, "updated": 1, "unchanged": 1})
    );
    let ann = site.get("/account/ann").await.data;
    assert_eq!([&ann["serial"], &ann["notes"]], ["p1", "new"]);
}

#[tokio::test]
async fn what_was_exported_imports_as_the_same_accounts() {
    let site = Site::start().await;
    let accounts = json!([
        {"username": "ann", "notes": "=1+1, \"quoted\"\r\nand a second line"},
        {"username": "@@odd", "app": "Video", "serial": "p1", "enabled": false},
    ]);
    assert_eq!(site.post("/account", accounts).await.code, 0);
    let file = export(&site).await;
    assert!(file.starts_with("username,app,serial,enabled,notes\r\nann,sample,,true,\"=1+1"));
    let again = import(&site, "?update=true", file.clone()).await;
    assert_eq!(again.data["unchanged"], 2, "{again:?}");
    let other = Site::start().await;
    assert_eq!(import(&other, "", file.clone()).await.data["created"], 2);
    assert_eq!(export(&other).await, file);
}

#[tokio::test]
async fn an_export_says_what_it_is() {
    let site = Site::start().await;
    let answer = site.client.fetch("/account/export", &[]).await.unwrap();
    let file = answer.file().expect("a file");
    let headers = file.headers.clone();
    assert_eq!(
        headers["content-type"],
        "text/csv; charset=utf-8; header=present"
    );
    assert_eq!(headers["x-content-type-options"], "nosniff");
    let length: usize = headers["content-length"].to_str().unwrap().parse().unwrap();
    assert_eq!(file.bytes().await.unwrap().len(), length);
}

#[tokio::test]
async fn a_file_that_is_too_large_or_wrongly_asked_for_is_refused() {
    let site = Site::with(|settings| settings.api.body_limit = 1024).await;
    let large = format!("username\n{}", "ann\n".repeat(1_000));
    assert_eq!(import(&site, "", large).await.code, 41301);
    for query in ["?update=1", "?updat=true", "?update="] {
        let answer = import(&site, query, "username\nann\n").await;
        assert_eq!(answer.code, 40001, "{query}");
    }
    assert_eq!(site.get("/account").await.data["total"], 0);
}

#[tokio::test]
async fn a_page_needs_the_content_type_of_every_body_here_too() {
    let site = Site::start().await;
    let request = |kind: &str| {
        let (address, body) = (site.address, "username\nann\n");
        format!(
            "POST /api/v1/account/import HTTP/1.1\r\nhost: localhost\r\n\
             origin: http://{address}\r\ncontent-type: {kind}\r\n\
             content-length: {}\r\n\r\n{body}",
            body.len()
        )
    };
    let (_, refused) = exchange(site.address, request("text/csv")).await;
    assert_eq!(refused["code"], 40001);
    let (_, taken) = exchange(site.address, request("application/json")).await;
    assert_eq!(taken["code"], 0);
}

#[tokio::test]
async fn accounts_may_be_called_like_these_endpoints() {
    let site = Site::start().await;
    let names = json!([{"username": "import"}, {"username": "export"}]);
    assert_eq!(site.post("/account", names).await.code, 0);
    for path in ["/account/import", "/account/@import", "/account/@export"] {
        assert_eq!(site.get(path).await.code, 0, "{path}");
    }
    let off = json!({"enabled": false});
    for name in ["import", "export"] {
        let path = format!("/account/{name}");
        let answer = site.client.call(Method::PATCH, &path, Some(&off), &[]);
        assert_eq!(answer.await.unwrap().data["enabled"], false);
        assert_eq!(site.delete(&path).await.code, 0);
    }
}
