//! What a request can be refused for: the contract's codes, their HTTP status, and what
//! goes into `data`.

use axum::http::StatusCode;
use axum::http::header::{HeaderValue, RETRY_AFTER};
use axum::response::{IntoResponse, Response};
use serde_json::{Value, json};

use crate::farm::{BadLines, CommandError};

/// When a client that is one too many may try again.
const RETRY_SECONDS: HeaderValue = HeaderValue::from_static("10");

/// Why a request was not answered with success. The text says what was wrong and what is
/// accepted; it goes to the client as `message`.
#[derive(Debug, Clone, PartialEq, thiserror::Error)]
pub enum ApiError {
    /// 40001: a parameter is wrong.
    #[error("{message}")]
    Invalid {
        /// The parameter, as the contract names it; `None` if it is the body as a whole.
        field: Option<String>,
        /// What was wrong and what is accepted.
        message: String,
    },
    /// 40001: lines of a file of accounts are wrong.
    #[error("{0}")]
    Lines(BadLines),
    /// 40002.
    #[error("{0}")]
    MissingScript(String),
    /// 40003.
    #[error("{message}")]
    Script {
        /// What was wrong.
        message: String,
        /// Scripts that the API accepts.
        available: Vec<String>,
    },
    /// 40301.
    #[error("the Starter plan has no API access: Pro, Team or Business is needed")]
    Plan,
    /// 40303.
    #[error("{0}")]
    Foreign(String),
    /// 40401.
    #[error("{message}")]
    NotFound {
        /// What there is not.
        message: String,
        /// Details, null if none.
        data: Value,
    },
    /// 40501; the `Allow` header lists what is accepted.
    #[error("{0}")]
    Method(String),
    /// 40901.
    #[error("{0}")]
    Conflict(String),
    /// 41301.
    #[error("the body is larger than the limit of {limit} bytes ([api] body_limit)")]
    TooLarge {
        /// In bytes.
        limit: usize,
    },
    /// 42901.
    #[error("{0}")]
    TooMany(String),
    /// 50001. The text goes to the log; clients get the request id to find it there.
    #[error("{0}")]
    Internal(String),
    /// 50301.
    #[error("{0}")]
    Unavailable(String),
    /// 50401.
    #[error("{0}")]
    TimedOut(String),
}

impl ApiError {
    /// 40001 about one parameter.
    pub fn field(field: impl Into<String>, message: impl Into<String>) -> Self {
        Self::Invalid {
            field: Some(field.into()),
            message: message.into(),
        }
    }

    /// 40001 about the request as a whole.
    pub fn request(message: impl Into<String>) -> Self {
        Self::Invalid {
            field: None,
            message: message.into(),
        }
    }

    /// 40401 without details.
    pub fn not_found(message: impl Into<String>) -> Self {
        Self::NotFound {
            message: message.into(),
            data: Value::Null,
        }
    }

    /// The contract's code.
    #[must_use]
    pub const fn code(&self) -> u32 {
        match self {
            Self::Invalid { .. } | Self::Lines(_) => 40001,
            Self::MissingScript(_) => 40002,
            Self::Script { .. } => 40003,
            Self::Plan => 40301,
            Self::Foreign(_) => 40303,
            Self::NotFound { .. } => 40401,
            Self::Method(_) => 40501,
            Self::Conflict(_) => 40901,
            Self::TooLarge { .. } => 41301,
            Self::TooMany(_) => 42901,
            Self::Internal(_) => 50001,
            Self::Unavailable(_) => 50301,
            Self::TimedOut(_) => 50401,
        }
    }

    /// The HTTP status that the contract pairs with the code.
    #[must_use]
    pub const fn status(&self) -> StatusCode {
        match self {
            Self::Invalid { .. }
            | Self::Lines(_)
            | Self::MissingScript(_)
            | Self::Script { .. } => StatusCode::BAD_REQUEST,
            Self::Plan | Self::Foreign(_) => StatusCode::FORBIDDEN,
            Self::NotFound { .. } => StatusCode::NOT_FOUND,
            Self::Method(_) => StatusCode::METHOD_NOT_ALLOWED,
            Self::Conflict(_) => StatusCode::CONFLICT,
            Self::TooLarge { .. } => StatusCode::PAYLOAD_TOO_LARGE,
            Self::TooMany(_) => StatusCode::TOO_MANY_REQUESTS,
            Self::Internal(_) => StatusCode::INTERNAL_SERVER_ERROR,
            Self::Unavailable(_) => StatusCode::SERVICE_UNAVAILABLE,
            Self::TimedOut(_) => StatusCode::GATEWAY_TIMEOUT,
        }
    }

    /// The details for `data`, null if there are none.
    #[must_use]
    pub fn data(&self, request_id: &str) -> Value {
        match self {
            Self::Invalid {
                field: Some(field), ..
            } => json!({ "field": field }),
            Self::Lines(bad) => json!({
                "bad_lines": bad.lines,
                "bad_count": bad.total,
                "existing_count": bad.existing,
            }),
            Self::MissingScript(_) => json!({ "field": "script_name" }),
            Self::Script { available, .. } => {
                json!({ "field": "script_name", "available": available })
            }
            Self::NotFound { data, .. } => data.clone(),
            Self::Internal(_) => json!({ "request_id": request_id }),
            _ => Value::Null,
        }
    }
}

impl From<CommandError> for ApiError {
    fn from(error: CommandError) -> Self {
        match error {
            CommandError::Invalid { field, message } => Self::field(field, message),
            CommandError::Lines(bad) => Self::Lines(bad),
            CommandError::Script { message, available } => Self::Script { message, available },
            CommandError::NotFound(message) => Self::not_found(message),
            CommandError::Conflict(message) => Self::Conflict(message),
            CommandError::Unavailable(message) => Self::Unavailable(message),
            CommandError::Internal(message) => Self::Internal(message),
        }
    }
}

/// Only carries the error to [`super::gate`], which knows the request id and the settings
/// and writes the envelope.
impl IntoResponse for ApiError {
    fn into_response(self) -> Response {
        let mut response = Response::default();
        *response.status_mut() = self.status();
        if matches!(self, Self::TooMany(_)) {
            response.headers_mut().insert(RETRY_AFTER, RETRY_SECONDS);
        }
        response.extensions_mut().insert(self);
        response
    }
}
