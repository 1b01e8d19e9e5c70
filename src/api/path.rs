//! Addresses: repeated and trailing slashes are ignored, never redirected (a redirect turns
//! POST into GET).

use axum::http::Uri;
use axum::http::uri::PathAndQuery;

/// The address without repeated and trailing slashes.
#[must_use]
pub fn normalised(uri: Uri) -> Uri {
    let path = uri.path();
    let trailing = path.len() > 1 && path.ends_with('/');
    if !trailing && !path.contains("//") {
        return uri;
    }
    let mut clean = String::with_capacity(path.len());
    for segment in path.split('/').filter(|segment| !segment.is_empty()) {
        clean.push('/');
        clean.push_str(segment);
    }
    if clean.is_empty() {
        clean.push('/');
    }
    if let Some(query) = uri.query() {
        clean.push('?');
        clean.push_str(query);
    }
    // Parts of a valid address stay valid; were they not, the address stays as it came.
    let Ok(clean) = PathAndQuery::try_from(clean) else {
        return uri;
    };
    let mut parts = uri.clone().into_parts();
    parts.path_and_query = Some(clean);
    Uri::from_parts(parts).unwrap_or(uri)
}

#[cfg(test)]
mod tests {
    use axum::http::Uri;

    use super::normalised;

    #[test]
    fn repeated_and_trailing_slashes_go_and_the_query_stays() {
        for (given, expected) in [
            ("/api/v1/task", "/api/v1/task"),
            ("/api/v1//task", "/api/v1/task"),
            ("//api///v1/task//?a=//b/", "/api/v1/task?a=//b/"),
            ("/api/v1/task/?status=0", "/api/v1/task?status=0"),
            ("/", "/"),
            ("//", "/"),
            ("*", "*"),
            ("/api/v1/account/a%2Fb/", "/api/v1/account/a%2Fb"),
            ("http://localhost:1//x/", "http://localhost:1/x"),
        ] {
            let uri = normalised(Uri::from_static(given));
            assert_eq!(uri, Uri::from_static(expected), "{given}");
        }
    }
}
