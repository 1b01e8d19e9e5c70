//! How bodies may be written, and how not.

use axum::http::Method;
use serde_json::json;

use super::common::{Site, shell};
use super::raw::Raw;

#[tokio::test]
async fn a_body_is_json_whatever_its_content_type_says() {
    let site = Site::start().await;
    for media_type in [
        "application/x-www-form-urlencoded",
        "text/plain",
        "x",
        "text/xml",
    ] {
        let body = shell(&["a"]).to_string();
        let headers = [("content-type", media_type)];
        let answer = site.send(Method::POST, "/task", body, &headers).await;
        assert_eq!(answer.code, 0, "{media_type}: {answer:?}");
    }
}

#[tokio::test]
async fn a_byte_order_mark_is_allowed() {
    let site = Site::start().await;
    let body = format!("\u{FEFF}{}", shell(&["a"]));
    assert_eq!(site.send(Method::POST, "/task", body, &[]).await.code, 0);
}

#[tokio::test]
async fn a_body_that_is_not_utf8_is_refused_with_the_offset() {
    let site = Site::start().await;
    let answer = site
        .send(Method::POST, "/task", &b"{\"a\":\"\xE9\"}"[..], &[])
        .await;
    assert_eq!(answer.code, 40001);
    assert!(answer.message.contains("offset 6"), "{}", answer.message);
}

#[tokio::test]
async fn what_is_not_a_json_object_is_refused_in_the_envelope() {
    let site = Site::start().await;
    for body in [
        "",
        "null",
        "[]",
        "7",
        "\"x\"",
        "{",
        "{'a':1}",
        "{\"a\":1}}",
        "serials=a",
    ] {
        let answer = site.send(Method::POST, "/task", body, &[]).await;
        assert_eq!(
            (answer.code, answer.http_status.as_u16()),
            (40001, 400),
            "{body:?}"
        );
    }
}

#[tokio::test]
async fn a_field_that_stands_twice_is_refused() {
    let site = Site::start().await;
    let body = r#"{"serials":["a"],"serials":["b"],"script_name":"shell","script_config":{}}"#;
    let answer = site.send(Method::POST, "/task", body, &[]).await;
    assert_eq!(answer.code, 40001);
    assert!(
        answer.message.contains("\"serials\" stands twice"),
        "{}",
        answer.message
    );
}

#[tokio::test]
async fn numbers_may_be_written_with_a_zero_fraction_but_not_as_text() {
    let site = Site::start().await;
    let mut body = shell(&["a"]);
    body["script_config"] = json!({"command": "x", "timeout": 60.0});
    assert_eq!(site.post("/task", body.clone()).await.code, 0);
    body["script_config"]["timeout"] = json!("60");
    let answer = site.post("/task", body).await;
    assert_eq!(
        (answer.code, &answer.data["field"]),
        (40001, &json!("script_config.timeout"))
    );
    let id = site.create(&["a"]).await[0];
    let body = format!("{{\"task_ids\":[{id}.0]}}");
    let answer = site
        .send(Method::POST, "/task/batch-delete", body, &[])
        .await;
    assert_eq!(answer.code, 0, "{answer:?}");
}

#[tokio::test]
async fn null_counts_as_absent_for_optional_fields() {
    let site = Site::start().await;
    let mut body = shell(&["a"]);
    for field in ["usernames", "start_time", "enable_multi_account"] {
        body[field] = json!(null);
    }
    assert_eq!(site.post("/task", body).await.code, 0);
}

#[tokio::test]
async fn two_mebibytes_are_41301_however_they_are_sent() {
    let site = Site::start().await;
    let body = vec![b' '; 2 << 20];
    for (method, path) in [
        (Method::POST, "/task"),
        (Method::POST, "/task/retry-all"),
        (Method::DELETE, "/task/batch"),
        (Method::POST, "/nowhere"),
        (Method::PUT, "/task"),
    ] {
        let answer = site.send(method, path, body.clone(), &[]).await;
        assert_eq!(
            (answer.code, answer.http_status.as_u16()),
            (41301, 413),
            "{path}"
        );
    }
}

#[tokio::test]
async fn a_client_that_sends_all_of_a_refused_body_still_sees_the_answer() {
    let site = Site::start().await;
    let mut raw = Raw::connect(site.address).await;
    // More than the buffers of both ends hold.
    let size = 32 << 20;
    raw.send(format!(
        "POST /api/v1/task HTTP/1.1\r\nhost: localhost\r\ncontent-length: {size}\r\n\r\n"
    ))
    .await;
    raw.send(vec![b' '; size]).await;
    assert_eq!(raw.answer().await.1["code"], 41301);
}

#[tokio::test]
async fn a_chunked_body_over_the_limit_is_41301() {
    let site = Site::start().await;
    let mut raw = Raw::connect(site.address).await;
    raw.send("POST /api/v1/task HTTP/1.1\r\nhost: localhost\r\ntransfer-encoding: chunked\r\n\r\n")
        .await;
    let chunk = format!("10000\r\n{}\r\n", " ".repeat(0x10000));
    for _ in 0..32 {
        raw.send(&chunk).await;
    }
    assert_eq!(raw.answer().await.1["code"], 41301);
}

#[tokio::test]
async fn a_body_at_the_limit_is_taken() {
    let site = Site::with(|s| s.api.body_limit = 1000).await;
    let mut body = shell(&["a"]).to_string();
    body.push_str(&" ".repeat(1000 - body.len()));
    assert_eq!(
        site.send(Method::POST, "/task", body.clone(), &[])
            .await
            .code,
        0
    );
    body.push(' ');
    assert_eq!(
        site.send(Method::POST, "/task", body, &[]).await.code,
        41301
    );
}
