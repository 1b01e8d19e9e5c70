//! One stream of a connection: carries a service of the phone in `WRTE`s.
//!
//! Each side may have one `WRTE` under way until the other says `OKAY`. So a stream buffers
//! one payload each way and no more, and one that is not read holds up nobody but itself.

use std::sync::Arc;

use bytes::Bytes;
use tokio::io::{AsyncWriteExt, DuplexStream, ReadHalf, WriteHalf};
use tokio::sync::{Semaphore, mpsc};

use super::handshake::send;
use super::packet::{Command, Packet};
use crate::phone::chunks::Chunks;
use crate::phone::link::Link;

/// The names that both sides gave to a stream.
#[derive(Debug, Clone, Copy)]
pub(super) struct Ids {
    pub(super) ours: u32,
    pub(super) hosts: u32,
}

impl Ids {
    pub(super) fn packet(self, command: Command, payload: impl Into<Bytes>) -> Packet {
        Packet::new(command, self.ours, self.hosts, payload)
    }
}

/// A stream at work; the connection holds the other ends of its channels.
pub(super) struct Stream {
    pub(super) ids: Ids,
    pub(super) link: Link,
    pub(super) max_data: u32,
    pub(super) input: mpsc::Receiver<Bytes>,
    pub(super) credit: Arc<Semaphore>,
    pub(super) out: mpsc::Sender<Packet>,
}

impl Stream {
    /// Carries the service until the phone ends it, and says so.
    pub(super) async fn run(self, service: DuplexStream) {
        let (output, input) = tokio::io::split(service);
        let Self {
            ids,
            link,
            max_data,
            input: from_host,
            credit,
            out,
        } = self;
        let chunk = max_data as usize;
        tokio::select! {
            () = deliver(ids, from_host, input, &out) => {}
            () = forward(ids, link, output, &credit, chunk, &out) => {}
        }
        send(&out, ids.packet(Command::Close, Bytes::new())).await;
    }
}

/// Host to service. Goes on after the service has stopped reading, so that the host stays able
/// to take what the service said last, such as why it refused a push.
async fn deliver(
    ids: Ids,
    mut from_host: mpsc::Receiver<Bytes>,
    mut service: WriteHalf<DuplexStream>,
    out: &mpsc::Sender<Packet>,
) {
    let mut reads_on = true;
    while let Some(data) = from_host.recv().await {
        if reads_on {
            reads_on = service.write_all(&data).await.is_ok();
        }
        send(out, ids.packet(Command::Okay, Bytes::new())).await;
    }
}

/// Service to host, until the service ends and the host has taken the last of it.
async fn forward(
    ids: Ids,
    mut link: Link,
    service: ReadHalf<DuplexStream>,
    credit: &Semaphore,
    chunk: usize,
    out: &mpsc::Sender<Packet>,
) {
    let mut output = Chunks::new(service, chunk);
    loop {
        let data = output.next().await;
        let Ok(permit) = credit.acquire().await else {
            return;
        };
        permit.forget();
        let Some(data) = data else {
            return;
        };
        link.thawed().await;
        send(out, ids.packet(Command::Write, data)).await;
    }
}
