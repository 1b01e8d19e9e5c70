//! The server: accepts connections until it is told to end, then lets them end in order.

use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;

use tokio::net::TcpListener;
use tokio::time::{Instant, sleep, timeout_at};
use tokio_util::sync::CancellationToken;
use tokio_util::task::TaskTracker;
use tracing::{info, warn};

use super::config::ApiConfig;
use super::connection::{self, Patience};
use super::gate::{Gate, RequestIds};
use super::guard::Guard;
use super::listen::{self, BindError};
use super::routes::{self, Api};
use super::slots::Slots;
use crate::farm::Farm;

/// How long requests that are being worked on may take once the server ends: a stop, the
/// slowest of them, has 10 s.
const GRACE: Duration = Duration::from_secs(12);

/// How long a client may leave an answer unread, unless `time_limit` is longer.
const UNREAD: Duration = Duration::from_secs(60);

/// How long accepting rests after an error such as "too many open files".
const ACCEPT_PAUSE: Duration = Duration::from_millis(50);

/// A server that is bound but does not accept yet.
pub struct Server {
    listeners: Vec<TcpListener>,
    addresses: Vec<SocketAddr>,
    gate: Arc<Gate>,
    max_connections: usize,
    patience: Patience,
    /// Tells requests and connections to end in order.
    closing: CancellationToken,
    /// Changes begun by requests.
    changes: TaskTracker,
}

impl Server {
    /// Binds the addresses. Must be called within a tokio runtime.
    ///
    /// # Errors
    /// [`BindError`], which says what to do about it.
    pub fn bind(config: ApiConfig, farm: Farm) -> Result<Self, BindError> {
        let listeners = listen::bind(&config.listen)?;
        let addresses: Vec<SocketAddr> = listeners
            .iter()
            .filter_map(|listener| listener.local_addr().ok())
            .collect();
        let closing = CancellationToken::new();
        let changes = TaskTracker::new();
        let reader = farm.reader.clone();
        let gate = Gate {
            guard: Guard::new(&addresses, &config.hosts, &config.origins),
            api_enabled: Box::new(move || reader.license().plan.api_enabled()),
            body_limit: config.body_limit,
            time_limit: config.time_limit,
            http_status: config.http_status,
            closing: closing.clone(),
            ids: RequestIds::new(),
            router: routes::router(Api::new(farm, changes.clone(), closing.clone())),
        };
        Ok(Self {
            listeners,
            addresses,
            gate: Arc::new(gate),
            max_connections: config.max_connections,
            patience: Patience {
                header: config.header_timeout,
                stall: config.time_limit.max(UNREAD),
            },
            closing,
            changes,
        })
    }

    /// The addresses bound, with the port picked if it was 0.
    #[must_use]
    pub fn addresses(&self) -> &[SocketAddr] {
        &self.addresses
    }

    /// Serves until `shutdown` is cancelled. Then no connection is accepted any more, idle
    /// ones close, requests that are being worked on get [`GRACE`], and what is left then is
    /// cut off. Changes that were begun are waited for within the same time.
    pub async fn run(self, shutdown: CancellationToken) {
        let kill = CancellationToken::new();
        let slots = Slots::new(self.max_connections, kill.clone());
        let connections = TaskTracker::new();
        let acceptors = TaskTracker::new();
        for (listener, address) in self.listeners.into_iter().zip(&self.addresses) {
            info!(%address, "the API listens");
            acceptors.spawn(accept(Acceptor {
                listener,
                slots: Arc::clone(&slots),
                connections: connections.clone(),
                gate: Arc::clone(&self.gate),
                patience: self.patience,
                closing: self.closing.clone(),
            }));
        }
        // Also when this future is dropped instead: nothing must outlive it.
        let ended = kill.clone().drop_guard();
        let closed = self.closing.clone().drop_guard();
        shutdown.cancelled().await;
        let deadline = Instant::now() + GRACE;
        drop(closed);
        acceptors.close();
        acceptors.wait().await;
        connections.close();
        if timeout_at(deadline, connections.wait()).await.is_err() {
            warn!(left = connections.len(), "connections cut off");
        }
        drop(ended);
        connections.wait().await;
        self.changes.close();
        if timeout_at(deadline, self.changes.wait()).await.is_err() {
            warn!(left = self.changes.len(), "changes are still going on");
        }
    }
}

struct Acceptor {
    listener: TcpListener,
    slots: Arc<Slots>,
    connections: TaskTracker,
    gate: Arc<Gate>,
    patience: Patience,
    closing: CancellationToken,
}

async fn accept(acceptor: Acceptor) {
    let closing = acceptor.closing.clone();
    tokio::select! {
        () = closing.cancelled() => {}
        () = accept_forever(acceptor) => {}
    }
}

async fn accept_forever(acceptor: Acceptor) {
    loop {
        match acceptor.listener.accept().await {
            Ok((stream, _)) => {
                let seat = acceptor.slots.take().await;
                acceptor.connections.spawn(connection::serve(
                    stream,
                    seat,
                    Arc::clone(&acceptor.gate),
                    acceptor.patience,
                    acceptor.closing.clone(),
                ));
            }
            // The client gave up before we came to it.
            Err(error) if error.kind() == std::io::ErrorKind::ConnectionAborted => {}
            Err(error) => {
                warn!(%error, "cannot accept a connection; closing one that waits");
                acceptor.slots.make_room();
                sleep(ACCEPT_PAUSE).await;
            }
        }
    }
}
