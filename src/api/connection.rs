//! One connection: hyper's HTTP/1 with a limit on every wait for the client.

use std::convert::Infallible;
use std::future::poll_fn;
use std::pin::Pin;
use std::sync::Arc;
use std::time::Duration;

use axum::response::Response;
use hyper::body::Incoming;
use hyper::server::conn::http1;
use hyper::service::Service;
use hyper_util::rt::{TokioIo, TokioTimer};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;
use tokio_util::sync::CancellationToken;
use tracing::debug;

use super::gate::Gate;
use super::paced::paced;
use super::slots::{Seat, Slot};

/// The largest head accepted (hyper's own default is 400 KiB; there may be hundreds).
const HEAD_BYTES: usize = 64 * 1024;

/// How long the rest of a refused body is read and thrown away: a client that is still
/// sending would otherwise see a reset connection instead of the answer.
const LINGER: Duration = Duration::from_secs(5);

/// Limits on the client, from the settings.
#[derive(Debug, Clone, Copy)]
pub struct Patience {
    /// For a head, and between two requests.
    pub header: Duration,
    /// For anything else: a body, an answer that is not read.
    pub stall: Duration,
}

/// Serves a connection until either side ends it, `closing` lets it end in order, or its
/// seat is taken away.
pub async fn serve(
    stream: TcpStream,
    seat: Seat,
    gate: Arc<Gate>,
    patience: Patience,
    closing: CancellationToken,
) {
    // Answers are small and written at once: waiting to fill a segment only delays them.
    if let Err(error) = stream.set_nodelay(true) {
        debug!(%error, "cannot set TCP_NODELAY");
    }
    let slot = Arc::clone(&seat.slot);
    let handler = Handler {
        gate,
        slot: Arc::clone(&slot),
    };
    let mut connection = http1::Builder::new()
        .timer(TokioTimer::new())
        .header_read_timeout(patience.header)
        .max_buf_size(HEAD_BYTES)
        .serve_connection(TokioIo::new(stream), handler);
    let served = async {
        let mut told = false;
        loop {
            tokio::select! {
                biased;
                () = closing.cancelled(), if !told => {
                    told = true;
                    Pin::new(&mut connection).graceful_shutdown();
                }
                ended = poll_fn(|cx| connection.poll_without_shutdown(cx)) => break ended,
            }
        }
    };
    tokio::select! {
        biased;
        () = slot.closed() => return,
        () = slot.stalled(patience.stall) => return,
        ended = served => {
            if let Err(error) = ended {
                debug!(%error, "connection ended");
            }
        }
    }
    if !slot.is_unread() {
        return;
    }
    slot.clients_turn();
    let stream = connection.into_parts().io.into_inner();
    tokio::select! {
        () = slot.closed() => {}
        _ = tokio::time::timeout(LINGER, linger(stream)) => {}
    }
}

/// Says that nothing more comes, then reads until the client says so too.
async fn linger(mut stream: TcpStream) {
    if stream.shutdown().await.is_err() {
        return;
    }
    let mut scrap = [0; 8192];
    while let Ok(1..) = stream.read(&mut scrap).await {}
}

/// Hands hyper's requests to the gate.
struct Handler {
    gate: Arc<Gate>,
    slot: Arc<Slot>,
}

impl Service<hyper::Request<Incoming>> for Handler {
    type Response = Response;
    type Error = Infallible;
    type Future = Pin<Box<dyn Future<Output = Result<Response, Infallible>> + Send>>;

    fn call(&self, request: hyper::Request<Incoming>) -> Self::Future {
        let gate = Arc::clone(&self.gate);
        let slot = Arc::clone(&self.slot);
        Box::pin(async move {
            slot.our_turn();
            let response = gate.answer(request, &slot).await;
            slot.answered();
            Ok(paced(response, &slot))
        })
    }
}
