//! Who may call: without tokens, only clients on this machine that name it by its own name.
//!
//! A web page can make a browser send requests to localhost. If it does so by a DNS name of
//! its own that it points here (DNS rebinding), `Host` gives it away; if it names localhost,
//! `Origin` does.

use std::net::SocketAddr;

use axum::http::header::{
    ACCESS_CONTROL_ALLOW_HEADERS, ACCESS_CONTROL_ALLOW_METHODS, ACCESS_CONTROL_ALLOW_ORIGIN,
    ACCESS_CONTROL_EXPOSE_HEADERS, ACCESS_CONTROL_MAX_AGE, ACCESS_CONTROL_REQUEST_METHOD, HOST,
    ORIGIN, VARY,
};
use axum::http::{HeaderMap, HeaderValue, Method, Uri};

use super::error::ApiError;

/// Names of this farm and origins that may call, lower case.
#[derive(Debug)]
pub struct Guard {
    names: Vec<String>,
    origins: Vec<String>,
}

impl Guard {
    /// Knows the addresses bound, `localhost`, and what the settings add.
    #[must_use]
    pub fn new(bound: &[SocketAddr], hosts: &[String], origins: &[String]) -> Self {
        let mut names: Vec<String> = ["localhost", "127.0.0.1", "[::1]"].map(String::from).into();
        for address in bound {
            // Without its port: an IPv6 address keeps its brackets.
            names.push(without_port(&address.to_string()).to_owned());
        }
        names.sort_unstable();
        names.dedup();
        let own = bound.iter().flat_map(|address| {
            let of = |name: &String| format!("http://{name}:{}", address.port());
            names.iter().map(of).collect::<Vec<_>>()
        });
        let given = origins
            .iter()
            .map(|o| o.trim_end_matches('/').to_lowercase());
        let origins = own.chain(given).collect();
        names.extend(hosts.iter().map(|host| host.to_lowercase()));
        Self { names, origins }
    }

    /// Lets a request pass whose `Host` (or absolute address) names this farm and whose
    /// `Origin`, if any, is its own or allowed. Returns that origin.
    ///
    /// # Errors
    /// [`ApiError::Foreign`].
    pub fn check<'a>(
        &self,
        uri: &Uri,
        headers: &'a HeaderMap,
    ) -> Result<Option<&'a HeaderValue>, ApiError> {
        if let Some(authority) = uri.authority() {
            self.check_host(authority.as_str())?;
        }
        let mut hosts = headers.get_all(HOST).iter();
        match (hosts.next(), hosts.next()) {
            (Some(host), None) => self.check_host(host.to_str().unwrap_or_default())?,
            (None, _) => return Err(ApiError::Foreign("the header Host is missing".into())),
            (Some(_), Some(_)) => {
                return Err(ApiError::Foreign("the header Host stands twice".into()));
            }
        }
        let mut origins = headers.get_all(ORIGIN).iter();
        let Some(origin) = origins.next() else {
            return Ok(None);
        };
        let name = String::from_utf8_lossy(origin.as_bytes()).to_lowercase();
        if origins.next().is_some() || !self.origins.contains(&name) {
            return Err(ApiError::Foreign(format!(
                "the origin {name:?} may not call: only this address itself and the origins in \
                 [api] origins may"
            )));
        }
        Ok(Some(origin))
    }

    /// The port is not looked at: it is another one behind `ssh -L`, and a page that points
    /// its own name here cannot choose the name `localhost`.
    fn check_host(&self, host: &str) -> Result<(), ApiError> {
        let bare = without_port(host);
        let known =
            |name: &String| name.eq_ignore_ascii_case(bare) || name.eq_ignore_ascii_case(host);
        if self.names.iter().any(known) {
            return Ok(());
        }
        Err(ApiError::Foreign(format!(
            "{host:?} is not a name of this farm: use localhost, or add it to [api] hosts"
        )))
    }
}

/// `localhost:50809` to `localhost`, `[::1]:50809` to `[::1]`.
fn without_port(host: &str) -> &str {
    match host.rsplit_once(':') {
        Some((name, port)) if !port.is_empty() && port.bytes().all(|b| b.is_ascii_digit()) => name,
        _ => host,
    }
}

/// Whether a browser asks beforehand what an allowed page may send.
#[must_use]
pub fn is_preflight(method: &Method, headers: &HeaderMap) -> bool {
    method == Method::OPTIONS && headers.contains_key(ACCESS_CONTROL_REQUEST_METHOD)
}

/// Tells the browser that the page at `origin`, which passed the check, may read the answer
/// and send what the contract has. `[api] origins` would be of no use to a page otherwise.
pub fn allow_origin(answer: &mut HeaderMap, origin: HeaderValue) {
    answer.insert(ACCESS_CONTROL_ALLOW_ORIGIN, origin);
    for (name, value) in [
        (ACCESS_CONTROL_ALLOW_METHODS, "GET, POST, PATCH, DELETE"),
        (
            ACCESS_CONTROL_ALLOW_HEADERS,
            "content-type, idempotency-key",
        ),
        (ACCESS_CONTROL_EXPOSE_HEADERS, "x-request-id"),
        (ACCESS_CONTROL_MAX_AGE, "600"),
        (VARY, "origin"),
    ] {
        answer.insert(name, HeaderValue::from_static(value));
    }
}

#[cfg(test)]
mod tests {
    use axum::http::{HeaderMap, HeaderName, HeaderValue, Uri};

    use super::Guard;

    fn passes(headers: &[(&str, &str)]) -> bool {
        passes_at("/api/v1/task", headers)
    }

    fn passes_at(uri: &'static str, headers: &[(&str, &str)]) -> bool {
        let bound = [
            "127.0.0.1:50809".parse().unwrap(),
            "[::1]:50809".parse().unwrap(),
        ];
        let hosts = ["Farm.lan".to_owned(), "proxy:8443".to_owned()];
        let guard = Guard::new(&bound, &hosts, &["https://Panel.example/".to_owned()]);
        let mut map = HeaderMap::new();
        for (name, value) in headers {
            let name: HeaderName = name.parse().unwrap();
            map.append(name, HeaderValue::from_str(value).unwrap());
        }
        guard.check(&Uri::from_static(uri), &map).is_ok()
    }

    #[test]
    fn names_of_this_farm_pass_with_any_port() {
        for host in [
            "localhost",
            "LOCALHOST:50809",
            "localhost:8080",
            "127.0.0.1:50809",
            "127.0.0.1",
            "[::1]:50809",
            "[::1]",
            "farm.lan",
            "farm.lan:50809",
            "proxy:8443",
        ] {
            assert!(passes(&[("host", host)]), "{host}");
        }
    }

    #[test]
    fn other_names_do_not_pass() {
        for host in [
            "evil.example",
            "localhost.evil.example",
            "127.0.0.1.nip.io:50809",
            "evil.example:50809",
            "localhost:50809@evil.example",
            "proxy",
            "proxy:1",
            "0.0.0.0:50809",
            "::1",
            "",
        ] {
            assert!(!passes(&[("host", host)]), "{host}");
        }
        assert!(!passes(&[]), "no Host");
        assert!(!passes(&[("host", "localhost"), ("host", "localhost")]));
        assert!(!passes_at(
            "http://evil.example/x",
            &[("host", "localhost")]
        ));
    }

    #[test]
    fn this_address_itself_and_allowed_origins_pass() {
        for origin in [
            "http://localhost:50809",
            "http://127.0.0.1:50809",
            "http://[::1]:50809",
            "https://panel.example",
        ] {
            assert!(
                passes(&[("host", "localhost"), ("origin", origin)]),
                "{origin}"
            );
        }
    }

    #[test]
    fn foreign_origins_do_not_pass() {
        for origin in [
            "null",
            "http://localhost",
            "http://localhost:3000",
            "https://localhost:50809",
            "http://evil.example:50809",
            "http://panel.example",
            "",
        ] {
            assert!(
                !passes(&[("host", "localhost"), ("origin", origin)]),
                "{origin}"
            );
        }
    }
}
