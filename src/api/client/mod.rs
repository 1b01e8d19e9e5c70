//! The other end: a small client for the command line and the tests. Keeps connections and
//! uses them again; every call has a deadline.

mod fetch;

use std::net::SocketAddr;
use std::sync::{Mutex, PoisonError};
use std::time::Duration;

use axum::body::Body;
use axum::http::header::{CONTENT_TYPE, HOST, HeaderMap, HeaderName, HeaderValue};
use axum::http::response::Parts;
use axum::http::{Method, Request, StatusCode};
use bytes::Bytes;
use http_body_util::{BodyExt, Full};
use hyper::client::conn::http1::{self, SendRequest};
use hyper_util::rt::TokioIo;
use serde::Deserialize;
use serde_json::Value;
use tokio::net::TcpStream;
use tokio::time::timeout;

pub use fetch::{Fetched, File, FileError};

/// Longer than the server's own time limit, so that its answer is seen.
const DEADLINE: Duration = Duration::from_secs(35);

/// Connections kept for later calls.
const KEPT: usize = 64;

/// Where the API begins.
pub(super) const BASE: &str = "/api/v1";

/// Marks a request as a person's (`source` is `ui` then): the command line sends it.
pub const FROM_A_PERSON: (&str, &str) = ("x-farmhand-source", "ui");

/// An answer.
#[derive(Debug, Clone)]
pub struct Envelope {
    /// 0, or the contract's code.
    pub code: u32,
    /// `success`, or what was wrong.
    pub message: String,
    /// What was asked for, or details; null if none.
    pub data: Value,
    /// The HTTP status it came with.
    pub http_status: StatusCode,
    /// The headers it came with.
    pub headers: HeaderMap,
}

impl Envelope {
    /// Takes an answer apart.
    pub(super) fn read(head: Parts, body: &[u8]) -> Result<Self, serde_json::Error> {
        #[derive(Deserialize)]
        struct Body {
            code: u32,
            message: String,
            data: Value,
        }
        let body: Body = serde_json::from_slice(body)?;
        Ok(Self {
            code: body.code,
            message: body.message,
            data: body.data,
            http_status: head.status,
            headers: head.headers,
        })
    }
}

/// Why a call got no answer.
#[derive(Debug, thiserror::Error)]
pub enum ClientError {
    /// Nobody listens there.
    #[error("cannot reach farmhand at {address}: {source}")]
    Connect {
        /// The address.
        address: SocketAddr,
        /// Why.
        source: std::io::Error,
    },
    /// The request cannot be written as HTTP.
    #[error("not a valid request: {0}")]
    Request(#[from] axum::http::Error),
    /// The connection broke.
    #[error("the connection to farmhand broke: {0}")]
    Broken(#[from] hyper::Error),
    /// The answer broke off.
    #[error("the answer of farmhand broke off: {0}")]
    BrokenOff(#[from] axum::Error),
    /// Too slow.
    #[error("farmhand at {address} did not answer within {deadline:?}: the outcome is unknown")]
    TimedOut {
        /// The address.
        address: SocketAddr,
        /// What was given.
        deadline: Duration,
    },
    /// Somebody else listens there.
    #[error("{address} did not answer as farmhand does (HTTP {status}): {source}")]
    NotFarmhand {
        /// The address.
        address: SocketAddr,
        /// What came.
        status: StatusCode,
        /// Why it is no envelope.
        source: serde_json::Error,
    },
}

/// A client of one farmhand.
#[derive(Debug)]
pub struct Client {
    address: SocketAddr,
    deadline: Duration,
    idle: Mutex<Vec<SendRequest<Full<Bytes>>>>,
}

impl Client {
    /// A client of the farmhand at `address`; connects at the first call.
    #[must_use]
    pub const fn new(address: SocketAddr) -> Self {
        Self::with_deadline(address, DEADLINE)
    }

    /// As [`Client::new`] with a deadline of one's own for each call.
    #[must_use]
    pub const fn with_deadline(address: SocketAddr, deadline: Duration) -> Self {
        Self {
            address,
            deadline,
            idle: Mutex::new(Vec::new()),
        }
    }

    /// Calls `path` below `/api/v1` (`/task?status=0`). An answer that is an error is an
    /// [`Envelope`] like any other.
    ///
    /// # Errors
    /// [`ClientError`] if there was no answer.
    pub async fn call(
        &self,
        method: Method,
        path: &str,
        body: Option<&Value>,
        headers: &[(&str, &str)],
    ) -> Result<Envelope, ClientError> {
        let body = body.map(|body| Bytes::from(body.to_string()));
        self.send(method, path, body.unwrap_or_default(), headers)
            .await
    }

    /// As [`Client::call`] with a body as it is, whatever it is.
    ///
    /// # Errors
    /// [`ClientError`] if there was no answer.
    pub async fn send(
        &self,
        method: Method,
        path: &str,
        body: Bytes,
        headers: &[(&str, &str)],
    ) -> Result<Envelope, ClientError> {
        match timeout(self.deadline, self.exchange(method, path, body, headers)).await {
            Ok(result) => result,
            Err(_) => Err(self.too_late()),
        }
    }

    /// Gets `path`, which may be a file; on a connection of its own, which ends with it.
    ///
    /// # Errors
    /// [`ClientError`] if there was no answer.
    pub async fn fetch(
        &self,
        path: &str,
        headers: &[(&str, &str)],
    ) -> Result<Fetched, ClientError> {
        let fetched = timeout(self.deadline, self.open(path, headers)).await;
        fetched.unwrap_or(Err(self.too_late()))
    }

    async fn open(&self, path: &str, headers: &[(&str, &str)]) -> Result<Fetched, ClientError> {
        let request = self.request(Method::GET, path, Bytes::new(), headers)?;
        let response = self.connect().await?.send_request(request).await?;
        let (head, body) = response.into_parts();
        let body = Body::new(body);
        if Fetched::is_file(&head) {
            return Ok(Fetched::File(File::of(head, body)));
        }
        Ok(Fetched::Envelope(self.read(head, body).await?))
    }

    const fn too_late(&self) -> ClientError {
        ClientError::TimedOut {
            address: self.address,
            deadline: self.deadline,
        }
    }

    async fn exchange(
        &self,
        method: Method,
        path: &str,
        body: Bytes,
        headers: &[(&str, &str)],
    ) -> Result<Envelope, ClientError> {
        let mut request = self.request(method, path, body, headers)?;
        loop {
            let kept = self.kept();
            let is_kept = kept.is_some();
            let mut sender = match kept {
                Some(sender) => sender,
                None => self.connect().await?,
            };
            match sender.try_send_request(request).await {
                Ok(response) => {
                    let (head, body) = response.into_parts();
                    let envelope = self.read(head, Body::new(body)).await;
                    self.keep(sender).await;
                    return envelope;
                }
                // It was closed while it lay idle and nothing was sent: another one.
                Err(mut failed) if is_kept => match failed.take_message() {
                    Some(unsent) => request = unsent,
                    None => return Err(failed.into_error().into()),
                },
                Err(failed) => return Err(failed.into_error().into()),
            }
        }
    }

    fn request(
        &self,
        method: Method,
        path: &str,
        body: Bytes,
        headers: &[(&str, &str)],
    ) -> Result<Request<Full<Bytes>>, ClientError> {
        let mut request = Request::builder()
            .method(method)
            .uri(format!("{BASE}{path}"))
            .header(HOST, self.address.to_string())
            .header(CONTENT_TYPE, "application/json")
            .body(Full::new(body))?;
        for (name, value) in headers {
            let name = HeaderName::try_from(*name).map_err(axum::http::Error::from)?;
            let value = HeaderValue::from_str(value).map_err(axum::http::Error::from)?;
            request.headers_mut().insert(name, value);
        }
        Ok(request)
    }

    async fn connect(&self) -> Result<SendRequest<Full<Bytes>>, ClientError> {
        let stream = TcpStream::connect(self.address).await;
        let unreachable = |source| ClientError::Connect {
            address: self.address,
            source,
        };
        let stream = stream.map_err(unreachable)?;
        stream.set_nodelay(true).map_err(unreachable)?;
        let (sender, connection) = http1::handshake(TokioIo::new(stream)).await?;
        // Ends when the sender is dropped or the server closes; an error shows at the sender.
        tokio::spawn(connection);
        Ok(sender)
    }

    async fn read(&self, head: Parts, body: Body) -> Result<Envelope, ClientError> {
        let body = body.collect().await?.to_bytes();
        let status = head.status;
        Envelope::read(head, &body).map_err(|source| ClientError::NotFarmhand {
            address: self.address,
            status,
            source,
        })
    }

    fn kept(&self) -> Option<SendRequest<Full<Bytes>>> {
        let mut idle = self.idle.lock().unwrap_or_else(PoisonError::into_inner);
        idle.retain(|sender| !sender.is_closed());
        idle.pop()
    }

    async fn keep(&self, mut sender: SendRequest<Full<Bytes>>) {
        if sender.ready().await.is_err() {
            return;
        }
        let mut idle = self.idle.lock().unwrap_or_else(PoisonError::into_inner);
        if idle.len() < KEPT {
            idle.push(sender);
        }
    }
}

/// A name as one segment of a path.
#[must_use]
pub fn segment(name: &str) -> String {
    percent_encoding::utf8_percent_encode(name, percent_encoding::NON_ALPHANUMERIC).to_string()
}
