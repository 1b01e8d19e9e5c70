//! Answers that are files: the only ones without an envelope. `Content-Disposition` marks
//! them, for clients that take either.

use axum::body::Body;
use axum::http::HeaderName;
use axum::http::header::{
    CACHE_CONTROL, CONTENT_DISPOSITION, CONTENT_LENGTH, CONTENT_SECURITY_POLICY, CONTENT_TYPE,
    HeaderValue, X_CONTENT_TYPE_OPTIONS,
};
use axum::response::Response;
use percent_encoding::{NON_ALPHANUMERIC, utf8_percent_encode};

/// What is said of a file before it comes.
pub struct Head<'a> {
    /// How a browser names it when it is saved.
    pub name: &'a str,
    /// Its media type.
    pub media_type: &'static str,
    /// How long it is; `None` if that is not known yet.
    pub bytes: Option<u64>,
}

/// The answer. What a phone showed must not act in a browser that shows it: neither be taken
/// for another type nor run as a page.
pub fn answer(head: &Head<'_>, content: Body) -> Response {
    let mut response = Response::new(content);
    let headers = response.headers_mut();
    let constant = [
        (CONTENT_TYPE, head.media_type),
        (X_CONTENT_TYPE_OPTIONS, "nosniff"),
        (CONTENT_SECURITY_POLICY, "default-src 'none'; sandbox"),
        // A log grows, and a retry leaves other files under the same name.
        (CACHE_CONTROL, "no-store"),
    ];
    headers.extend(
        constant.map(|(name, value): (HeaderName, _)| (name, HeaderValue::from_static(value))),
    );
    let name = utf8_percent_encode(head.name, NON_ALPHANUMERIC);
    if let Ok(value) = HeaderValue::try_from(format!("inline; filename*=UTF-8''{name}")) {
        headers.insert(CONTENT_DISPOSITION, value);
    }
    if let Some(bytes) = head.bytes {
        headers.insert(CONTENT_LENGTH, bytes.into());
    }
    response
}
