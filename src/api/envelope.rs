//! The envelope around every answer: `{"code": 0, "message": "success", "data": {...}}`.

use axum::body::Body;
use axum::http::StatusCode;
use axum::http::header::{CONTENT_LENGTH, CONTENT_TYPE, HeaderValue};
use axum::response::{IntoResponse, Response};
use bytes::Bytes;
use serde::Serialize;

use super::config::HttpStatus;
use super::error::ApiError;

/// The media type of every answer.
const JSON: HeaderValue = HeaderValue::from_static("application/json; charset=utf-8");

/// Enough for a task, so that most answers are written without growing.
const USUAL_BYTES: usize = 1024;

/// What a task in a list takes, or a little more.
const ROW_BYTES: usize = 640;

#[derive(Serialize)]
struct Envelope<'a, T> {
    code: u32,
    message: &'a str,
    data: T,
}

/// A success, written as it will be sent.
#[derive(Debug)]
pub struct Success(Bytes);

impl Success {
    /// Writes `data` straight into the answer's buffer.
    ///
    /// # Errors
    /// [`ApiError::Internal`] if it does not serialise: a stored config that is damaged.
    pub fn of(data: impl Serialize) -> Result<Self, ApiError> {
        Self::write(data, USUAL_BYTES)
    }

    /// The same for a list of so many rows: its buffer need not grow.
    ///
    /// # Errors
    /// As [`Success::of`].
    pub fn of_rows(data: impl Serialize, rows: usize) -> Result<Self, ApiError> {
        Self::write(data, USUAL_BYTES + rows * ROW_BYTES)
    }

    fn write(data: impl Serialize, bytes: usize) -> Result<Self, ApiError> {
        let mut buffer = Vec::with_capacity(bytes);
        let envelope = Envelope {
            code: 0,
            message: "success",
            data,
        };
        serde_json::to_writer(&mut buffer, &envelope)
            .map_err(|e| ApiError::Internal(format!("the answer does not serialise: {e}")))?;
        Ok(Self(buffer.into()))
    }
}

impl IntoResponse for Success {
    fn into_response(self) -> Response {
        let mut response = Response::new(Body::from(self.0));
        response.headers_mut().insert(CONTENT_TYPE, JSON);
        response
    }
}

/// Writes an error over `response`, whose other headers (`Allow`) stay.
pub fn write_error(
    response: &mut Response,
    error: &ApiError,
    request_id: &str,
    http_status: HttpStatus,
) {
    let message = match error {
        ApiError::Internal(_) => {
            "internal error: the log has the details under this request id".to_owned()
        }
        other => other.to_string(),
    };
    let envelope = Envelope {
        code: error.code(),
        message: &message,
        data: error.data(request_id),
    };
    // Strings, numbers and JSON values only: this cannot fail; were it to, the code remains.
    let body = serde_json::to_vec(&envelope).unwrap_or_default();
    *response.status_mut() = match http_status {
        HttpStatus::Code => error.status(),
        HttpStatus::Always200 => StatusCode::OK,
    };
    let headers = response.headers_mut();
    headers.insert(CONTENT_TYPE, JSON);
    // The router wrote the length of the empty body that it saw. On HEAD this one is the
    // length that GET would have; hyper itself sends no body then.
    headers.insert(CONTENT_LENGTH, HeaderValue::from(body.len()));
    *response.body_mut() = Body::from(body);
}
