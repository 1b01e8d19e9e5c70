//! What every request passes on its way in and out: request id, who may call, the plan, the
//! body and time limits, the router, panics, the envelope around errors, the log line.
//!
//! One hand-written function around axum's router instead of a stack of layers: reads spend
//! most of their time in it.

use std::any::Any;
use std::future::poll_fn;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::pin::pin;
use std::sync::atomic::{AtomicU64, Ordering};
use std::task::Poll;
use std::time::Duration;

use axum::Router;
use axum::body::Body;
use axum::http::header::{CONTENT_LENGTH, CONTENT_TYPE, HeaderName, HeaderValue};
use axum::http::{HeaderMap, Method, Request};
use axum::response::{IntoResponse, Response};
use bytes::Bytes;
use http_body_util::{BodyExt, LengthLimitError, Limited};
use tokio::time::{Instant, timeout_at};
use tokio_util::sync::CancellationToken;
use tower::Service;
use tracing::{Instrument, Span, debug, debug_span, error, info, info_span};

use super::config::HttpStatus;
use super::envelope::{Success, write_error};
use super::error::ApiError;
use super::guard::{Guard, allow_origin, is_preflight};
use super::path::normalised;
use super::slots::Slot;

const X_REQUEST_ID: HeaderName = HeaderName::from_static("x-request-id");

type BoxError = Box<dyn std::error::Error + Send + Sync>;

/// See the module.
pub struct Gate {
    /// Answers requests that pass.
    pub router: Router,
    /// Who may call.
    pub guard: Guard,
    /// Whether the plan has API access; asked at every request, for it may change.
    pub api_enabled: Box<dyn Fn() -> bool + Send + Sync>,
    /// In bytes.
    pub body_limit: usize,
    /// For one request, its body included.
    pub time_limit: Duration,
    /// Which HTTP status goes with an error.
    pub http_status: HttpStatus,
    /// Once cancelled, requests are refused.
    pub closing: CancellationToken,
    /// Names the requests.
    pub ids: RequestIds,
}

impl Gate {
    /// Answers one request; never fails, never panics.
    pub async fn answer<B>(&self, request: Request<B>, slot: &Slot) -> Response
    where
        B: hyper::body::Body<Data = Bytes> + Send,
        B::Error: Into<BoxError>,
    {
        let started = Instant::now();
        slot.set_unread(!request.body().is_end_stream());
        let id = self.ids.next();
        let (method, uri) = (request.method().clone(), request.uri().clone());
        let origin = self.guard.check(&uri, request.headers());
        let origin = origin.map(|origin| origin.cloned());
        let span = span(&method, uri.path(), &id);
        let passed = self.pass(request, origin.clone(), started, slot);
        let mut response = match caught(passed.instrument(span.clone())).await {
            Ok(Ok(response)) => response,
            Ok(Err(error)) => error.into_response(),
            Err(panic) => ApiError::Internal(format!("panic: {panic}")).into_response(),
        };
        let error = response.extensions_mut().remove::<ApiError>();
        if let Some(error) = &error {
            write_error(&mut response, error, &id, self.http_status);
        }
        if method == Method::HEAD {
            *response.body_mut() = Body::empty();
        }
        let headers = response.headers_mut();
        if let Ok(value) = HeaderValue::from_str(&id) {
            headers.insert(X_REQUEST_ID, value);
        }
        if let Ok(Some(origin)) = origin {
            allow_origin(headers, origin);
        }
        log(&span, &method, &response, error.as_ref(), started);
        response
    }

    async fn pass<B>(
        &self,
        request: Request<B>,
        origin: Result<Option<HeaderValue>, ApiError>,
        started: Instant,
        slot: &Slot,
    ) -> Result<Response, ApiError>
    where
        B: hyper::body::Body<Data = Bytes> + Send,
        B::Error: Into<BoxError>,
    {
        let origin = origin?;
        if self.closing.is_cancelled() {
            return Err(ApiError::Unavailable("farmhand is shutting down".into()));
        }
        if origin.is_some() && is_preflight(request.method(), request.headers()) {
            return Ok(Success::of(())?.into_response());
        }
        if !(self.api_enabled)() {
            return Err(ApiError::Plan);
        }
        let (mut head, body) = request.into_parts();
        let deadline = started + self.time_limit;
        let body = if body.is_end_stream() {
            Bytes::new()
        } else {
            slot.clients_turn();
            let body = self.read(body, deadline).await;
            slot.our_turn();
            slot.set_unread(body.is_err());
            body?
        };
        if origin.is_some() && !body.is_empty() && !says_json(&head.headers) {
            return Err(ApiError::request(
                "with an Origin header a body needs the Content-Type application/json",
            ));
        }
        head.uri = normalised(head.uri);
        if !head.uri.path().starts_with('/') {
            return Err(ApiError::not_found("there is nothing at this address"));
        }
        // The length belonged to the body as it was sent; extractors go by the bytes.
        head.headers.remove(CONTENT_LENGTH);
        let mut router = self.router.clone();
        let routed = router.call(Request::from_parts(head, Body::from(body)));
        match timeout_at(deadline, routed).await {
            Ok(Ok(response)) => Ok(response),
            Ok(Err(never)) => match never {},
            Err(_) => Err(ApiError::TimedOut(format!(
                "not done within {:?} ([api] time_limit): what was begun goes on, so the \
                 outcome is unknown until you ask",
                self.time_limit
            ))),
        }
    }

    async fn read<B>(&self, body: B, deadline: Instant) -> Result<Bytes, ApiError>
    where
        B: hyper::body::Body<Data = Bytes> + Send,
        B::Error: Into<BoxError>,
    {
        let limit = self.body_limit;
        let too_large = ApiError::TooLarge { limit };
        if body.size_hint().lower() > limit as u64 {
            return Err(too_large);
        }
        match timeout_at(deadline, Limited::new(body, limit).collect()).await {
            Ok(Ok(collected)) => Ok(collected.to_bytes()),
            Ok(Err(error)) if error.is::<LengthLimitError>() => Err(too_large),
            Ok(Err(error)) => Err(ApiError::request(format!("the body broke off: {error}"))),
            Err(_) => Err(ApiError::TimedOut(format!(
                "the body did not arrive within {:?} ([api] time_limit): nothing was done",
                self.time_limit
            ))),
        }
    }
}

fn says_json(headers: &HeaderMap) -> bool {
    let value = headers.get(CONTENT_TYPE).and_then(|v| v.to_str().ok());
    let media_type = value.and_then(|v| v.split(';').next());
    media_type.is_some_and(|t| t.trim().eq_ignore_ascii_case("application/json"))
}

/// Reads are many and change nothing: their spans and lines are for debugging.
fn span(method: &Method, path: &str, id: &str) -> Span {
    match *method {
        Method::GET | Method::HEAD => debug_span!("request", id, %method, path),
        _ => info_span!("request", id, %method, path),
    }
}

fn log(
    span: &Span,
    method: &Method,
    response: &Response,
    failed: Option<&ApiError>,
    started: Instant,
) {
    let status = response.status().as_u16();
    let code = failed.map_or(0, ApiError::code);
    let ms = started.elapsed().as_secs_f64() * 1e3;
    let _entered = span.enter();
    match failed {
        Some(reason) if reason.status().is_server_error() => {
            error!(status, code, ms, %reason, "request failed");
        }
        Some(reason) => info!(status, code, ms, %reason, "request refused"),
        None if matches!(*method, Method::GET | Method::HEAD) => {
            debug!(status, code, ms, "request answered");
        }
        None => info!(status, code, ms, "request answered"),
    }
}

/// Runs a future to its end; a panic in it becomes its text.
async fn caught<F: Future>(future: F) -> Result<F::Output, String> {
    let mut future = pin!(future);
    poll_fn(|cx| {
        // Whatever the future had borrowed mutably is dropped with it: it is not polled again.
        match catch_unwind(AssertUnwindSafe(|| future.as_mut().poll(cx))) {
            Ok(Poll::Pending) => Poll::Pending,
            Ok(Poll::Ready(output)) => Poll::Ready(Ok(output)),
            Err(panic) => Poll::Ready(Err(panic_text(&*panic))),
        }
    })
    .await
}

/// What a panic said.
#[must_use]
pub fn panic_text(panic: &(dyn Any + Send)) -> String {
    match (panic.downcast_ref::<&str>(), panic.downcast_ref::<String>()) {
        (Some(text), _) => (*text).to_owned(),
        (_, Some(text)) => text.clone(),
        _ => "no text".to_owned(),
    }
}

/// Names requests: unlike those of any other start, then counted.
#[derive(Debug)]
pub struct RequestIds {
    boot: u32,
    count: AtomicU64,
}

impl RequestIds {
    /// Starts counting.
    #[must_use]
    pub fn new() -> Self {
        use std::hash::{BuildHasher, RandomState};
        // The keys of a new `RandomState` come from the system's random numbers.
        let random = RandomState::new().hash_one(std::process::id());
        #[expect(
            clippy::cast_possible_truncation,
            reason = "half of the bits are plenty"
        )]
        let boot = random as u32;
        Self {
            boot,
            count: AtomicU64::new(0),
        }
    }

    fn next(&self) -> String {
        let count = self.count.fetch_add(1, Ordering::Relaxed) + 1;
        format!("{:08x}-{count}", self.boot)
    }
}

impl Default for RequestIds {
    fn default() -> Self {
        Self::new()
    }
}

#[cfg(test)]
#[path = "gate_tests.rs"]
mod tests;
