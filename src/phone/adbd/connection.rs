//! One connection of a host: greets, then hands messages to the streams they belong to.
//!
//! The reader never waits for a stream, only for the wire: so a stream that nobody reads
//! delays no other. All messages leave through one bounded queue, whose writer is the only
//! one to touch the wire, so that a stream may be ended at any moment.

use std::collections::HashMap;
use std::pin::pin;
use std::sync::Arc;
use std::time::Duration;

use bytes::Bytes;
use tokio::io::{AsyncRead, AsyncWrite, AsyncWriteExt};
use tokio::sync::{Semaphore, mpsc, watch};
use tokio::task::{AbortHandle, JoinSet};
use tokio::time::timeout;
use tracing::debug;

use super::Auth;
use super::handshake::{self, Terms, send};
use super::packet::{Checks, Command, Packet, PacketReader, WireError};
use super::stream::{Ids, Stream};
use crate::phone::link::{Condition, Link};

/// Messages that may wait for the wire.
const QUEUE: usize = 8;
/// How long a host that is cut off may take for what was said before.
const LAST_WORDS: Duration = Duration::from_millis(200);
/// Streams that a host may have open at once; more are refused.
const MAX_STREAMS: usize = 256;

/// Serves a host until it leaves or the phone is cut off from it.
///
/// # Errors
/// [`WireError`] when the host breaks the protocol or the wire fails.
pub(super) async fn serve<R, W>(
    read: R,
    write: W,
    mut link: Link,
    auth: Auth,
) -> Result<(), WireError>
where
    R: AsyncRead + Unpin,
    W: AsyncWrite + Unpin,
{
    let began_as = link.condition();
    let mut reader = PacketReader::new(read);
    let (out, queue) = mpsc::channel(QUEUE);
    let (checks, agreed) = watch::channel(Checks::On);
    let mut cut = link.clone();
    let mut writer = pin!(write_all(write, queue, agreed, link.clone()));
    tokio::select! {
        result = converse(&mut reader, &mut link, auth, out, checks) => return result,
        result = &mut writer => return result,
        () = cut_off(&mut cut, began_as) => {}
    }
    // The conversation is over, and with it come no more messages: the writer ends by itself
    // once what was said before the cut is out.
    timeout(LAST_WORDS, writer).await.unwrap_or(Ok(()))
}

/// Waits for the phone to lose this host. A key that is allowed at last ends nothing: it is
/// what the greeting waits for.
async fn cut_off(link: &mut Link, began_as: Condition) {
    let now = link.left(began_as).await;
    if (began_as, now) == (Condition::Unauthorized, Condition::Up) {
        link.left(now).await;
    }
}

/// The only writer of the wire.
async fn write_all<W: AsyncWrite + Unpin>(
    mut wire: W,
    mut queue: mpsc::Receiver<Packet>,
    checks: watch::Receiver<Checks>,
    mut link: Link,
) -> Result<(), WireError> {
    while let Some(packet) = queue.recv().await {
        link.thawed().await;
        let checks = *checks.borrow();
        let mut bytes = packet.encode(checks);
        link.garble(&mut bytes);
        wire.write_all(&bytes).await?;
    }
    Ok(())
}

async fn converse<R: AsyncRead + Unpin>(
    reader: &mut PacketReader<R>,
    link: &mut Link,
    auth: Auth,
    out: mpsc::Sender<Packet>,
    checks: watch::Sender<Checks>,
) -> Result<(), WireError> {
    if link.condition() == Condition::Offline {
        // Takes what comes and answers nothing, until the condition changes and cuts it off.
        while reader.next().await?.is_some() {}
        return Ok(());
    }
    link.thawed().await;
    let mut greeting = handshake::greeting(reader).await?;
    while let Some(hello) = greeting {
        link.thawed().await;
        let Some(terms) = handshake::answer(&hello, auth, link, reader, &out).await? else {
            return Ok(());
        };
        checks.send_replace(terms.checks);
        let session = Session::new(link.clone(), terms, out.clone());
        greeting = session.run(reader).await?;
    }
    Ok(())
}

/// What the connection keeps of an open stream.
struct Open {
    hosts: u32,
    input: mpsc::Sender<Bytes>,
    credit: Arc<Semaphore>,
    task: AbortHandle,
}

/// A connection between one greeting and the next, or the end. Dropping it ends its streams.
struct Session {
    link: Link,
    terms: Terms,
    out: mpsc::Sender<Packet>,
    streams: HashMap<u32, Open>,
    tasks: JoinSet<()>,
    last_id: u32,
}

impl Session {
    fn new(link: Link, terms: Terms, out: mpsc::Sender<Packet>) -> Self {
        Self {
            link,
            terms,
            out,
            streams: HashMap::new(),
            tasks: JoinSet::new(),
            last_id: 0,
        }
    }

    /// Runs until the host leaves (`None`) or greets again, which resets everything.
    async fn run<R: AsyncRead + Unpin>(
        mut self,
        reader: &mut PacketReader<R>,
    ) -> Result<Option<Packet>, WireError> {
        loop {
            tokio::select! {
                packet = reader.next() => {
                    let Some(packet) = packet? else { return Ok(None) };
                    self.link.thawed().await;
                    if packet.command == Command::Connect {
                        return Ok(Some(packet));
                    }
                    self.take(packet).await;
                }
                Some(_) = self.tasks.join_next() => {
                    self.streams.retain(|_, stream| !stream.task.is_finished());
                }
            }
        }
    }

    async fn take(&mut self, packet: Packet) {
        // The host's name for the stream comes first in what it sends, ours second.
        let (hosts, ours) = (packet.arg0, packet.arg1);
        match packet.command {
            Command::Open => self.open(hosts, &packet.payload).await,
            Command::Write => self.write(Ids { ours, hosts }, packet.payload).await,
            Command::Okay => self.okay(Ids { ours, hosts }).await,
            Command::Close => self.close(Ids { ours, hosts }),
            Command::Connect | Command::Auth | Command::Other(_) => {
                debug!(command = ?packet.command, "ignored a message");
            }
        }
    }

    async fn open(&mut self, hosts: u32, destination: &[u8]) {
        let refused = Ids { ours: 0, hosts };
        let Some(service) = destination.strip_suffix(b"\0").filter(|_| hosts != 0) else {
            debug!(hosts, "OPEN without a stream or without NUL");
            return self.refuse(refused).await;
        };
        if self.streams.len() >= MAX_STREAMS {
            debug!(limit = MAX_STREAMS, "too many streams");
            return self.refuse(refused).await;
        }
        let service = match self.link.phone().open(service) {
            Ok(service) => service,
            Err(reason) => {
                debug!(%reason, "OPEN refused");
                return self.refuse(refused).await;
            }
        };
        let ids = Ids {
            ours: self.free_id(),
            hosts,
        };
        // Here and not in the stream's task: a phone that reboots by this very service is gone
        // before that task runs, and the host still has to hear that it was asked.
        send(&self.out, ids.packet(Command::Okay, Bytes::new())).await;
        // One place: the host may send one WRTE before the OKAY that empties it.
        let (input, from_host) = mpsc::channel(1);
        let credit = Arc::new(Semaphore::new(1));
        let stream = Stream {
            ids,
            link: self.link.clone(),
            max_data: self.terms.max_data,
            input: from_host,
            credit: Arc::clone(&credit),
            out: self.out.clone(),
        };
        let task = self.tasks.spawn(stream.run(service));
        self.streams.insert(
            ids.ours,
            Open {
                hosts,
                input,
                credit,
                task,
            },
        );
    }

    /// A number of ours that no open stream has; 0 means "none".
    fn free_id(&mut self) -> u32 {
        loop {
            self.last_id = self.last_id.wrapping_add(1);
            if self.last_id != 0 && !self.streams.contains_key(&self.last_id) {
                return self.last_id;
            }
        }
    }

    async fn write(&mut self, ids: Ids, data: Bytes) {
        // For a stream that is closed already: the host learns it from the CLSE on its way.
        let Some(stream) = self.known(ids) else {
            return;
        };
        if let Err(mpsc::error::TrySendError::Full(_)) = stream.input.try_send(data) {
            debug!(?ids, "a second WRTE before the OKAY of the first");
            self.close(ids);
            self.refuse(ids).await;
        }
    }

    async fn okay(&mut self, ids: Ids) {
        match self.known(ids) {
            // An OKAY that answers no WRTE earns no second one under way.
            Some(stream) if stream.credit.available_permits() == 0 => stream.credit.add_permits(1),
            Some(_) => debug!(?ids, "an OKAY for nothing"),
            None => self.refuse(ids).await,
        }
    }

    /// Ends a stream at once. A CLSE is never answered with one.
    fn close(&mut self, ids: Ids) {
        if self.known(ids).is_some()
            && let Some(stream) = self.streams.remove(&ids.ours)
        {
            stream.task.abort();
        }
    }

    fn known(&self, ids: Ids) -> Option<&Open> {
        self.streams
            .get(&ids.ours)
            .filter(|stream| stream.hosts == ids.hosts)
    }

    async fn refuse(&self, ids: Ids) {
        send(&self.out, ids.packet(Command::Close, Bytes::new())).await;
    }
}
