//! What the gate does around a router, without a network.

use std::time::Duration;

use axum::Router;
use axum::body::{Body, to_bytes};
use axum::http::{Request, Response, StatusCode};
use axum::routing::{get, post};
use bytes::Bytes;
use serde_json::Value;
use tokio_util::sync::CancellationToken;

use super::{Gate, RequestIds};
use crate::api::config::HttpStatus;
use crate::api::envelope::Success;
use crate::api::error::ApiError;
use crate::api::guard::Guard;
use crate::api::slots::Slots;

fn gate() -> Gate {
    let router = Router::new()
        .route("/ok", get(|| async { Success::of(7) }))
        .route("/panic", get(panics))
        .route("/pending", get(std::future::pending::<()>))
        .route(
            "/length",
            post(|body: Bytes| async move { Success::of(body.len()) }),
        );
    Gate {
        router,
        guard: Guard::new(
            &["127.0.0.1:50809".parse().unwrap()],
            &[],
            &["http://panel".into()],
        ),
        api_enabled: Box::new(|| true),
        body_limit: 10,
        time_limit: Duration::from_secs(10),
        http_status: HttpStatus::Code,
        closing: CancellationToken::new(),
        ids: RequestIds::new(),
    }
}

async fn panics() -> Result<Success, ApiError> {
    panic!("a secret of the inside")
}

fn request(method: &str, path: &str) -> axum::http::request::Builder {
    Request::builder()
        .method(method)
        .uri(path)
        .header("host", "localhost")
}

async fn answer(gate: &Gate, request: Request<Body>) -> Response<Body> {
    let seat = Slots::new(1, CancellationToken::new()).take().await;
    gate.answer(request, &seat.slot).await
}

async fn parts(response: Response<Body>) -> (StatusCode, u64, Value) {
    let status = response.status();
    let bytes = to_bytes(response.into_body(), usize::MAX).await.unwrap();
    let body: Value = serde_json::from_slice(&bytes).unwrap();
    (status, body["code"].as_u64().unwrap(), body)
}

async fn get_parts(gate: &Gate, path: &str) -> (StatusCode, u64, Value) {
    parts(answer(gate, request("GET", path).body(Body::empty()).unwrap()).await).await
}

#[tokio::test]
async fn a_success_is_wrapped_and_named() {
    let response = answer(&gate(), request("GET", "/ok").body(Body::empty()).unwrap()).await;
    assert_eq!(
        response.headers()["content-type"],
        "application/json; charset=utf-8"
    );
    assert!(response.headers().contains_key("x-request-id"));
    let (status, _, body) = parts(response).await;
    assert_eq!(status, 200);
    assert_eq!(
        body.to_string(),
        r#"{"code":0,"message":"success","data":7}"#
    );
}

#[tokio::test]
async fn a_panic_is_50001_with_the_request_id_and_without_its_text() {
    let response = answer(
        &gate(),
        request("GET", "/panic").body(Body::empty()).unwrap(),
    )
    .await;
    let id = response.headers()["x-request-id"]
        .to_str()
        .unwrap()
        .to_owned();
    let (status, code, body) = parts(response).await;
    assert_eq!((status, code), (StatusCode::INTERNAL_SERVER_ERROR, 50001));
    assert_eq!(body["data"]["request_id"], id.as_str());
    assert!(!body.to_string().contains("secret"), "{body}");
}

#[tokio::test]
async fn what_takes_too_long_is_50401() {
    let gate = Gate {
        time_limit: Duration::from_millis(5),
        ..gate()
    };
    let (status, code, _) = get_parts(&gate, "/pending").await;
    assert_eq!((status, code), (StatusCode::GATEWAY_TIMEOUT, 50401));
}

#[tokio::test]
async fn a_body_that_never_ends_is_50401() {
    let gate = Gate {
        time_limit: Duration::from_millis(5),
        ..gate()
    };
    let body = Body::new(Endless);
    let response = answer(&gate, request("POST", "/length").body(body).unwrap()).await;
    let (_, code, body) = parts(response).await;
    assert_eq!(code, 50401);
    assert!(
        body["message"]
            .as_str()
            .unwrap()
            .contains("nothing was done"),
        "{body}"
    );
}

/// A body of which nothing arrives.
struct Endless;

impl hyper::body::Body for Endless {
    type Data = Bytes;
    type Error = std::convert::Infallible;

    fn poll_frame(
        self: std::pin::Pin<&mut Self>,
        _: &mut std::task::Context<'_>,
    ) -> std::task::Poll<Option<Result<hyper::body::Frame<Bytes>, Self::Error>>> {
        std::task::Poll::Pending
    }
}

#[tokio::test]
async fn a_body_over_the_limit_is_41301_and_one_at_the_limit_passes() {
    for (length, expected) in [(10, 0), (11, 41301)] {
        let body = Body::from(vec![b' '; length]);
        let response = answer(&gate(), request("POST", "/length").body(body).unwrap()).await;
        assert_eq!(parts(response).await.1, expected, "{length}");
    }
}

#[tokio::test]
async fn a_plan_without_api_refuses_every_path() {
    let gate = Gate {
        api_enabled: Box::new(|| false),
        ..gate()
    };
    assert_eq!(get_parts(&gate, "/ok").await.1, 40301);
    assert_eq!(get_parts(&gate, "/nowhere").await.1, 40301);
}

#[tokio::test]
async fn once_closing_requests_are_50301() {
    let gate = gate();
    gate.closing.cancel();
    assert_eq!(get_parts(&gate, "/ok").await.1, 50301);
}

#[tokio::test]
async fn always_200_changes_the_status_and_nothing_else() {
    let gate = Gate {
        http_status: HttpStatus::Always200,
        ..gate()
    };
    let (status, code, _) = get_parts(&gate, "/panic").await;
    assert_eq!((status, code), (StatusCode::OK, 50001));
}

#[tokio::test]
async fn head_has_the_headers_of_get_and_no_body() {
    for path in ["/ok", "/panic"] {
        let head = answer(&gate(), request("HEAD", path).body(Body::empty()).unwrap()).await;
        let get = answer(&gate(), request("GET", path).body(Body::empty()).unwrap()).await;
        let length = get
            .headers()
            .get("content-length")
            .map(|v| v.to_str().unwrap().to_owned());
        let bytes = to_bytes(get.into_body(), usize::MAX).await.unwrap();
        assert_eq!(length.unwrap_or_default(), bytes.len().to_string());
        assert_eq!(
            head.headers()["content-length"],
            bytes.len().to_string().as_str()
        );
        assert!(to_bytes(head.into_body(), 1).await.unwrap().is_empty());
    }
}

#[tokio::test]
async fn a_page_that_may_call_is_told_so_and_may_ask_beforehand() {
    let preflight = request("OPTIONS", "/length")
        .header("origin", "http://panel")
        .header("access-control-request-method", "POST")
        .body(Body::empty())
        .unwrap();
    let response = answer(&gate(), preflight).await;
    assert_eq!(response.status(), 200);
    assert_eq!(
        response.headers()["access-control-allow-origin"],
        "http://panel"
    );
}

#[tokio::test]
async fn a_page_must_say_that_its_body_is_json() {
    for (media_type, expected) in [
        ("text/plain", 40001),
        ("application/jsonx", 40001),
        ("application/json", 0),
        ("Application/JSON; charset=utf-8", 0),
    ] {
        let request = request("POST", "/length")
            .header("origin", "http://panel")
            .header("content-type", media_type)
            .body(Body::from("{}"))
            .unwrap();
        assert_eq!(
            parts(answer(&gate(), request).await).await.1,
            expected,
            "{media_type}"
        );
    }
}

#[tokio::test]
async fn targets_that_are_no_path_are_answered_too() {
    for target in ["*", "localhost:1"] {
        let request = request("GET", target).body(Body::empty()).unwrap();
        assert_eq!(
            parts(answer(&gate(), request).await).await.1,
            40401,
            "{target}"
        );
    }
}
