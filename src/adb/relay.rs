//! A door of our own in front of an adb server, for a client that blocks and has no deadline
//! (`adb_client`). The client connects here; when this is dropped, its sockets close, and the
//! blocked client comes back with an error. One relay serves one connection.

use std::net::{Ipv4Addr, SocketAddr, SocketAddrV4};

use tokio::io::{AsyncReadExt, AsyncWriteExt, copy, sink};
use tokio::net::tcp::{ReadHalf, WriteHalf};
use tokio::net::{TcpListener, TcpStream};

/// An answer is one line; more than this is passed on without waiting for its end.
const ANSWER: u64 = 64 * 1024;

/// A relay that waits for its client.
pub(super) struct Relay {
    listener: TcpListener,
    port: u16,
}

impl Relay {
    /// Opens a door on this computer only.
    pub async fn open() -> std::io::Result<Self> {
        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).await?;
        let port = listener.local_addr()?.port();
        Ok(Self { listener, port })
    }

    /// Where the client has to connect.
    pub const fn addr(&self) -> SocketAddrV4 {
        SocketAddrV4::new(Ipv4Addr::LOCALHOST, self.port)
    }

    /// Serves one client until both sides have ended.
    pub async fn serve(self, server: SocketAddr) -> std::io::Result<()> {
        let (mut client, _) = self.listener.accept().await?;
        drop(self.listener);
        let mut server = TcpStream::connect(server).await?;
        client.set_nodelay(true)?;
        server.set_nodelay(true)?;
        let (mut from_client, mut to_client) = client.split();
        let (mut from_server, mut to_server) = server.split();
        let ask = async {
            if copy(&mut from_client, &mut to_server).await.is_err() {
                // A phone that refuses stops reading. The rest is swallowed, so that the client
                // comes to read why: a reset would take the answer from it.
                let _ = copy(&mut from_client, &mut sink()).await;
            }
        };
        let answer = async {
            let _ = pass_answers(&mut from_server, &mut to_client).await;
            let _ = to_client.shutdown().await;
        };
        tokio::join!(ask, answer);
        Ok(())
    }
}

/// Passes on the two status words (of the transport and of the service), then the answer in
/// one piece: `adb_client` reads it only once and takes what has come for the whole.
async fn pass_answers(from: &mut ReadHalf<'_>, to: &mut WriteHalf<'_>) -> std::io::Result<()> {
    for _ in 0..2 {
        let mut status = [0; 4];
        from.read_exact(&mut status).await?;
        to.write_all(&status).await?;
    }
    let mut answer = Vec::new();
    // A reset may follow the answer; what came before it is told all the same.
    let ended = from.take(ANSWER).read_to_end(&mut answer).await;
    to.write_all(&answer).await?;
    ended?;
    copy(from, to).await?;
    Ok(())
}
