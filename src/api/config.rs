//! Settings of the server (`[api]` in `farmhand.toml`).

use std::net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr};
use std::time::Duration;

use serde::Deserialize;

/// The port of the contract.
pub const DEFAULT_PORT: u16 = 50809;

/// Which HTTP status goes with an error.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum HttpStatus {
    /// The one of the contract's table (400 for 40001, ...).
    #[default]
    Code,
    /// Always 200, for clients that raise on anything else; the envelope tells.
    Always200,
}

/// How to listen and what to accept.
#[derive(Debug, Clone)]
pub struct ApiConfig {
    /// Addresses, loopback only. Port 0 picks a free port, the same one for all of them.
    pub listen: Vec<SocketAddr>,
    /// Largest body accepted, in bytes.
    pub body_limit: usize,
    /// How long one request may take, its body included.
    pub time_limit: Duration,
    /// Names of this farm besides `localhost` and the loopback addresses (`name`, or
    /// `name:port` to accept it with that port only).
    pub hosts: Vec<String>,
    /// Origins of web pages that may call (`https://panel.example:8443`).
    pub origins: Vec<String>,
    /// Which HTTP status goes with an error.
    pub http_status: HttpStatus,
    /// How long a client may take to send a request's head, and stay idle between requests.
    pub header_timeout: Duration,
    /// Connections open at once; one more closes the one that waits longest for its client.
    pub max_connections: usize,
}

impl Default for ApiConfig {
    fn default() -> Self {
        Self {
            listen: vec![
                SocketAddr::new(IpAddr::V4(Ipv4Addr::LOCALHOST), DEFAULT_PORT),
                SocketAddr::new(IpAddr::V6(Ipv6Addr::LOCALHOST), DEFAULT_PORT),
            ],
            body_limit: 1024 * 1024,
            time_limit: Duration::from_secs(30),
            hosts: Vec::new(),
            origins: Vec::new(),
            http_status: HttpStatus::default(),
            header_timeout: Duration::from_secs(10),
            max_connections: default_max_connections(),
        }
    }
}

/// 512, or a quarter of the file descriptors that this process may open if that is less:
/// phones, adb and the store need the others.
fn default_max_connections() -> usize {
    let limit = rustix::process::getrlimit(rustix::process::Resource::Nofile).current;
    let quarter = limit.map_or(usize::MAX, |n| usize::try_from(n / 4).unwrap_or(usize::MAX));
    quarter.clamp(16, 512)
}
