//! Paths, methods, names and origins.

use axum::http::Method;
use farmhand::api::HttpStatus;
use farmhand::farm::Plan;
use serde_json::{Value, json};

use super::common::{Site, shell};
use super::raw::exchange;

#[tokio::test]
async fn an_unknown_path_is_40401_in_the_envelope() {
    let site = Site::start().await;
    for path in [
        "",
        "/tasks",
        "/task/1/start",
        "/task/1/stop/now",
        "/license",
        "/account/a/b",
    ] {
        for method in [Method::GET, Method::POST, Method::DELETE, Method::PUT] {
            let answer = site.send(method, path, "", &[]).await;
            assert_eq!(
                (answer.code, answer.http_status.as_u16()),
                (40401, 404),
                "{path}"
            );
            assert_eq!(
                answer.headers["content-type"],
                "application/json; charset=utf-8"
            );
        }
    }
    for target in ["/", "/api", "/api/v2/task", "*", "/%00"] {
        let request = format!("GET {target} HTTP/1.1\r\nhost: localhost\r\n\r\n");
        assert_eq!(
            exchange(site.address, request).await.1["code"],
            40401,
            "{target}"
        );
    }
}

#[tokio::test]
async fn a_wrong_method_is_40501_with_what_is_allowed() {
    let site = Site::start().await;
    for (method, path, allowed) in [
        (Method::DELETE, "/task/", vec!["GET", "HEAD", "POST"]),
        (Method::PUT, "/task", vec!["GET", "HEAD", "POST"]),
        (Method::POST, "/task/7", vec!["DELETE", "GET", "HEAD"]),
        (Method::GET, "/task/batch", vec!["DELETE"]),
        (Method::GET, "/task/batch-delete", vec!["POST"]),
        (Method::GET, "/task/retry-all", vec!["POST"]),
        (Method::GET, "/task/7/stop", vec!["POST"]),
        (Method::PATCH, "/task/7/retry", vec!["POST"]),
        (Method::DELETE, "/task/stats", vec!["GET", "HEAD"]),
        (Method::POST, "/license/check", vec!["GET", "HEAD"]),
        (Method::DELETE, "/account", vec!["GET", "HEAD", "POST"]),
        (
            Method::POST,
            "/account/bob",
            vec!["DELETE", "GET", "HEAD", "PATCH"],
        ),
        (Method::POST, "/device", vec!["GET", "HEAD"]),
        (Method::OPTIONS, "/task", vec!["GET", "HEAD", "POST"]),
    ] {
        let answer = site.send(method.clone(), path, "", &[]).await;
        assert_eq!(
            (answer.code, answer.http_status.as_u16()),
            (40501, 405),
            "{method} {path}"
        );
        let mut allow: Vec<_> = answer.headers["allow"]
            .to_str()
            .unwrap()
            .split(',')
            .collect();
        allow.sort_unstable();
        assert_eq!(allow, allowed, "{method} {path}");
    }
}

#[tokio::test]
async fn repeated_and_trailing_slashes_are_ignored_and_never_redirected() {
    let site = Site::start().await;
    for path in ["//task", "/task/", "///task//"] {
        let answer = site.post(path, shell(&["a"])).await;
        assert_eq!(
            (answer.code, answer.http_status.as_u16()),
            (0, 200),
            "{path}"
        );
    }
    assert_eq!(site.get("//task//?status=0").await.data["total"], 3);
    assert_eq!(site.get("/task//stats/").await.data["total"], 3);
}

#[tokio::test]
async fn head_is_answered_as_get_without_a_body() {
    let site = Site::start().await;
    for (path, status) in [("task", 200), ("task/7", 404), ("nowhere", 404)] {
        let head =
            format!("HEAD /api/v1/{path} HTTP/1.1\r\nhost: localhost\r\nconnection: close\r\n\r\n");
        let mut raw = super::raw::Raw::connect(site.address).await;
        raw.send(head).await;
        let head = raw.rest().await;
        assert!(
            head.starts_with(&format!("HTTP/1.1 {status}")),
            "{path}: {head}"
        );
        assert!(head.ends_with("\r\n\r\n"), "no body: {head}");
        let get = site.get(&format!("/{path}")).await;
        let length = get.headers["content-length"].to_str().unwrap();
        assert!(
            head.contains(&format!("content-length: {length}\r\n")),
            "{path}: {head}"
        );
    }
}

#[tokio::test]
async fn every_endpoint_refuses_parameters_and_bodies_it_does_not_know() {
    let site = Site::start().await;
    let id = site.create(&["a"]).await[0];
    for path in [
        "/task/stats",
        "/license/check",
        "/device",
        "/account",
        &format!("/task/{id}"),
    ] {
        let answer = site.get(&format!("{path}?x=1")).await;
        assert_eq!(
            (answer.code, &answer.data["field"]),
            (40001, &json!("x")),
            "{path}"
        );
        let answer = site.send(Method::GET, path, "{\"x\":1}", &[]).await;
        assert_eq!(answer.code, 40001, "{path}");
    }
    let answer = site.post("/task?dry_run=1", shell(&["a"])).await;
    assert_eq!(answer.data["field"], "dry_run");
    assert_eq!(site.get("/task/stats").await.data["total"], 1);
}

#[tokio::test]
async fn each_request_has_an_id_of_its_own() {
    let site = Site::start().await;
    let first = site.get("/task").await.headers["x-request-id"].clone();
    let second = site.get("/nowhere").await.headers["x-request-id"].clone();
    assert_ne!(first, second);
}

#[tokio::test]
async fn a_foreign_host_is_40303() {
    let site = Site::with(|s| s.api.hosts = vec!["farm.lan".into()]).await;
    for host in ["evil.example", "evil.example:50809", "192.0.2.1", ""] {
        let answer = site.send(Method::GET, "/task", "", &[("host", host)]).await;
        assert_eq!(
            (answer.code, answer.http_status.as_u16()),
            (40303, 403),
            "{host}"
        );
    }
    for host in [
        "localhost",
        "LOCALHOST:50809",
        "127.0.0.1",
        "[::1]:50809",
        "farm.lan",
    ] {
        let answer = site.send(Method::GET, "/task", "", &[("host", host)]).await;
        assert_eq!(answer.code, 0, "{host}");
    }
}

#[tokio::test]
async fn a_foreign_origin_is_40303_and_changes_nothing() {
    let site = Site::with(|s| s.api.origins = vec!["https://panel.example".into()]).await;
    let own = format!("http://localhost:{}", site.address.port());
    let body = shell(&["a"]);
    for (origin, expected) in [
        ("null", 40303),
        ("https://evil.example", 40303),
        ("http://localhost", 40303),
        ("http://localhost:1", 40303),
        ("https://panel.example", 0),
        (own.as_str(), 0),
    ] {
        let headers = [("origin", origin)];
        let answer = site
            .client
            .call(Method::POST, "/task", Some(&body), &headers)
            .await;
        assert_eq!(answer.unwrap().code, expected, "{origin}");
    }
    assert_eq!(site.get("/task/stats").await.data["total"], 2);
}

#[tokio::test]
async fn with_an_origin_a_body_must_be_declared_as_json() {
    let site = Site::with(|s| s.api.origins = vec!["https://panel.example".into()]).await;
    let headers = [
        ("origin", "https://panel.example"),
        ("content-type", "text/plain"),
    ];
    let answer = site
        .send(Method::POST, "/task", shell(&["a"]).to_string(), &headers)
        .await;
    assert_eq!(answer.code, 40001);
    let answer = site
        .send(Method::POST, "/task/retry-all", "", &headers)
        .await;
    assert_eq!(answer.code, 0, "without a body there is nothing to declare");
}

#[tokio::test]
async fn always_200_puts_every_code_under_status_200() {
    let site = Site::with(|s| s.api.http_status = HttpStatus::Always200).await;
    for (path, code) in [
        ("/task/7", 40401),
        ("/task?page=0", 40001),
        ("/task/batch", 40501),
    ] {
        let answer = site.get(path).await;
        assert_eq!(
            (answer.code, answer.http_status.as_u16()),
            (code, 200),
            "{path}"
        );
    }
}

#[tokio::test]
async fn on_starter_every_endpoint_is_40301() {
    let site = Site::with(|s| s.farm.license.plan = Plan::Starter).await;
    for path in [
        "/license/check",
        "/task",
        "/task/7",
        "/task/stats",
        "/account",
        "/device",
    ] {
        let answer = site.get(path).await;
        assert_eq!(
            (answer.code, answer.http_status.as_u16()),
            (40301, 403),
            "{path}"
        );
    }
    assert_eq!(site.post("/task", shell(&["a"])).await.code, 40301);
    assert_eq!(site.post("/task/retry-all", Value::Null).await.code, 40301);
}
