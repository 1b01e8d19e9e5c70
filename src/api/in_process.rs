//! The same API without a network, for commands while no farmhand runs: one way to ask, one
//! way to answer.

use std::time::Duration;

use axum::body::Body;
use axum::http::header::{CONTENT_TYPE, HOST};
use axum::http::response::Parts;
use axum::http::{Method, Request};
use axum::response::Response;
use bytes::Bytes;
use http_body_util::BodyExt as _;
use serde_json::Value;
use tokio_util::sync::CancellationToken;
use tokio_util::task::TaskTracker;

use super::client::{BASE, Envelope, FROM_A_PERSON, Fetched, File};
use super::config::{ApiConfig, HttpStatus};
use super::gate::{Gate, RequestIds};
use super::guard::Guard;
use super::routes::{self, Api};
use super::slots::Slots;
use crate::farm::Farm;

/// Longer than any command takes: a stop, the slowest of them, has 10 s.
const TIME_LIMIT: Duration = Duration::from_secs(30);

/// Why a call got no answer: a defect, or a path that is none.
#[derive(Debug, thiserror::Error)]
pub enum InProcessError {
    /// The request cannot be written as HTTP.
    #[error("not a valid request: {0}")]
    Request(#[from] axum::http::Error),
    /// The answer could not be read.
    #[error("the answer broke off: {0}")]
    Broken(#[from] axum::Error),
    /// The answer is no envelope.
    #[error("the answer is not understood: {0}")]
    NotEnvelope(#[from] serde_json::Error),
}

/// The API of a farm in this process. Whoever can open the store needs no plan to ask.
pub struct InProcess {
    gate: Gate,
}

impl InProcess {
    /// Puts the API before a farm.
    #[must_use]
    pub fn new(farm: Farm) -> Self {
        Self {
            gate: Gate {
                guard: Guard::new(&[], &[], &[]),
                api_enabled: Box::new(|| true),
                body_limit: ApiConfig::default().body_limit,
                time_limit: TIME_LIMIT,
                http_status: HttpStatus::Code,
                closing: CancellationToken::new(),
                ids: RequestIds::new(),
                router: routes::router(Api::new(
                    farm,
                    TaskTracker::new(),
                    CancellationToken::new(),
                )),
            },
        }
    }

    /// Calls `path` below `/api/v1` for a person. An answer that is an error is an
    /// [`Envelope`] like any other.
    ///
    /// # Errors
    /// [`InProcessError`] if there was no answer.
    pub async fn call(
        &self,
        method: Method,
        path: &str,
        body: Option<&Value>,
    ) -> Result<Envelope, InProcessError> {
        let body = body.map(|body| Bytes::from(body.to_string()));
        self.send(method, path, body.unwrap_or_default()).await
    }

    /// As [`InProcess::call`] with a body as it is.
    ///
    /// # Errors
    /// [`InProcessError`] if there was no answer.
    pub async fn send(
        &self,
        method: Method,
        path: &str,
        body: Bytes,
    ) -> Result<Envelope, InProcessError> {
        let (head, body) = self.answer(method, path, body).await?.into_parts();
        Self::read(head, body).await
    }

    /// Gets `path`, which may be a file.
    ///
    /// # Errors
    /// [`InProcessError`] if there was no answer.
    pub async fn fetch(&self, path: &str) -> Result<Fetched, InProcessError> {
        let answer = self.answer(Method::GET, path, Bytes::new()).await?;
        let (head, body) = answer.into_parts();
        if Fetched::is_file(&head) {
            return Ok(Fetched::File(File::of(head, body)));
        }
        Ok(Fetched::Envelope(Self::read(head, body).await?))
    }

    async fn answer(
        &self,
        method: Method,
        path: &str,
        body: Bytes,
    ) -> Result<Response, InProcessError> {
        let (name, value) = FROM_A_PERSON;
        let request = Request::builder()
            .method(method)
            .uri(format!("{BASE}{path}"))
            .header(HOST, "localhost")
            .header(CONTENT_TYPE, "application/json")
            .header(name, value)
            .body(Body::from(body))?;
        let seat = Slots::new(1, CancellationToken::new()).take().await;
        Ok(self.gate.answer(request, &seat.slot).await)
    }

    async fn read(head: Parts, body: Body) -> Result<Envelope, InProcessError> {
        let body = body.collect().await?.to_bytes();
        Ok(Envelope::read(head, &body)?)
    }
}
