//! Carrying a service between a client's socket and the phone, and ending sockets in order.

use std::future::pending;
use std::time::Duration;

use tokio::io::{AsyncRead, AsyncWrite, AsyncWriteExt, DuplexStream};
use tokio::net::TcpStream;
use tokio::time::timeout;
use tracing::debug;

use crate::phone::chunks::Chunks;
use crate::phone::link::Link;

/// How long a client that is answered may take to leave.
const FAREWELL: Duration = Duration::from_secs(2);

/// Carries a service until the phone ends it or the client leaves. A client that shuts down
/// its sending half has left: the adb protocol has no half-closed streams.
pub(super) async fn service(socket: &mut TcpStream, stream: DuplexStream, link: Link) {
    let (from_client, to_client) = socket.split();
    let (from_phone, to_phone) = tokio::io::split(stream);
    tokio::select! {
        () = to_the_phone(from_client, to_phone) => {}
        () = to_the_client(from_phone, to_client, link) => {}
    }
}

async fn to_the_phone(client: impl AsyncRead + Unpin, mut phone: impl AsyncWrite + Unpin) {
    let mut input = Chunks::new(client, usize::MAX);
    let mut reads_on = true;
    while let Some(piece) = input.next().await {
        // Once the service reads no more, the rest is thrown away until its own end is sent:
        // it may have said why.
        if reads_on {
            reads_on = phone.write_all(&piece).await.is_ok();
        }
    }
}

async fn to_the_client(
    phone: impl AsyncRead + Unpin,
    mut client: impl AsyncWrite + Unpin,
    mut link: Link,
) {
    let mut output = Chunks::new(phone, usize::MAX);
    while let Some(mut piece) = output.next().await {
        link.thawed().await;
        link.garble(&mut piece);
        if client.write_all(&piece).await.is_err() {
            return;
        }
    }
}

/// Waits until the client has left. One that talks out of turn counts as there.
pub(super) async fn left(socket: &TcpStream) {
    if let Ok(1..) = socket.peek(&mut [0]).await {
        pending().await
    }
}

/// Ends a socket so that the client gets all that was sent: closing it while something of the
/// client is unread would reset the connection and lose the rest.
pub(super) async fn close(mut socket: TcpStream) {
    let farewell = async {
        socket.shutdown().await?;
        tokio::io::copy(&mut socket, &mut tokio::io::sink()).await
    };
    match timeout(FAREWELL, farewell).await {
        Ok(Ok(_)) => {}
        Ok(Err(error)) => debug!(%error, "a client was gone already"),
        Err(_) => debug!("a client stayed after it was answered"),
    }
}
