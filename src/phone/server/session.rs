//! One client of the server: its requests, one after the other, until one takes the socket
//! over.
//!
//! A real server stalls when a client sends the request for a phone and the one for a service
//! in one write: it throws away what came with the first. This one is tolerant and takes both,
//! so it does not show that mistake of a client; a test with a real server does.

use std::io;
use std::sync::Arc;
use std::time::Duration;

use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;
use tokio::time::timeout;
use tracing::debug;

use super::carry::{self, left};
use super::request::{Awaited, Form, Question, Receipt, Request, Which, parse};
use super::roster::{Chosen, Connected, Roster, State};
use crate::phone::link::Link;

/// `ADB_SERVER_VERSION` of adb 29 to 36. A client of another one would replace this server.
const VERSION: u32 = 41;
/// What the server itself can do. The client uses of a phone's features those that the
/// server has too.
const FEATURES: &str = "shell_v2,cmd,stat_v2,ls_v2,libusb,push_sync,apex,\
    fixed_push_mkdir,fixed_push_symlink_timestamp";
/// How long a client may take to say what it wants.
const PATIENCE: Duration = Duration::from_secs(60);

/// What a request leaves of the connection.
enum Next {
    /// Another request may follow.
    Continue,
    /// It is answered; the server closes.
    Close,
}

/// Serves a client until it is answered or leaves.
pub(super) async fn serve(mut socket: TcpStream, roster: Arc<Roster>) {
    match converse(&mut socket, &roster).await {
        Ok(()) => carry::close(socket).await,
        Err(error) => debug!(%error, "a client left"),
    }
}

async fn converse(socket: &mut TcpStream, roster: &Roster) -> io::Result<()> {
    socket.set_nodelay(true)?;
    let mut chosen = None;
    while let Some(request) = read_request(socket).await? {
        if let Next::Close = answer(socket, roster, &mut chosen, parse(&request)).await? {
            break;
        }
    }
    Ok(())
}

/// The next request; `None` if there is none, or none with a proper length. A real server
/// closes then without a word.
async fn read_request(socket: &mut TcpStream) -> io::Result<Option<Vec<u8>>> {
    let read = async {
        let mut length = [0; 4];
        socket.read_exact(&mut length).await?;
        let hex = length.iter().all(u8::is_ascii_hexdigit);
        let length = str::from_utf8(&length).ok().filter(|_| hex);
        let Some(length) = length.and_then(|text| usize::from_str_radix(text, 16).ok()) else {
            return Ok(None);
        };
        let mut request = vec![0; length];
        socket.read_exact(&mut request).await?;
        Ok(Some(request).filter(|request| !request.is_empty()))
    };
    timeout(PATIENCE, read).await?
}

async fn answer(
    socket: &mut TcpStream,
    roster: &Roster,
    chosen: &mut Option<Chosen>,
    request: Request,
) -> io::Result<Next> {
    match request {
        Request::Version => okay(socket, &format!("{VERSION:04x}")).await?,
        Request::HostFeatures => okay(socket, FEATURES).await?,
        Request::Kill => {
            fail(
                socket,
                "this adb server is part of farmhand and ends with it",
            )
            .await?;
        }
        Request::Devices(form) => okay(socket, &roster.list(form)).await?,
        Request::Track(form) => track(socket, roster, form).await?,
        Request::Connect(address) => okay(socket, &connect(roster, &address)).await?,
        Request::Disconnect(None) => {
            roster.disconnect_all();
            okay(socket, "disconnected everything").await?;
        }
        Request::Disconnect(Some(address)) => {
            if roster.disconnect(&address) {
                okay(socket, &format!("disconnected {address}")).await?;
            } else {
                fail(socket, &format!("no such device '{address}'")).await?;
            }
        }
        Request::ReconnectOffline => okay(socket, &reconnect_offline(roster)).await?,
        Request::Transport(which, receipt) => match roster.choose_online(&which) {
            Ok(found) => {
                socket.write_all(b"OKAY").await?;
                if receipt == Receipt::TransportId {
                    socket.write_all(&found.id.to_le_bytes()).await?;
                }
                *chosen = Some(found);
                return Ok(Next::Continue);
            }
            Err(reason) => fail(socket, &reason).await?,
        },
        Request::Ask(which, question) => {
            let answer = match chosen.take() {
                Some(chosen) => Ok(reply(roster, &chosen, question)),
                None => ask(roster, &which, question),
            };
            match answer {
                Ok(text) => okay(socket, &text).await?,
                Err(reason) => fail(socket, &reason).await?,
            }
        }
        Request::WaitFor(which, awaited) => wait_for(socket, roster, &which, awaited).await?,
        Request::Service(service) => match chosen.take() {
            Some(chosen) => open(socket, &chosen, &service).await?,
            None => fail(socket, "device offline (no transport)").await?,
        },
        Request::InvalidTransportId => fail(socket, "invalid transport id").await?,
        Request::UnknownHostService => fail(socket, "unknown host service").await?,
    }
    Ok(Next::Close)
}

async fn okay(socket: &mut TcpStream, text: &str) -> io::Result<()> {
    socket.write_all(with_length("OKAY", text).as_bytes()).await
}

async fn fail(socket: &mut TcpStream, reason: &str) -> io::Result<()> {
    let answer = with_length("FAIL", reason);
    socket.write_all(answer.as_bytes()).await
}

fn with_length(status: &str, text: &str) -> String {
    format!("{status}{:04x}{text}", text.len())
}

/// Sends the whole list now and whenever it has changed, until the client leaves.
async fn track(socket: &mut TcpStream, roster: &Roster, form: Form) -> io::Result<()> {
    let mut changes = roster.changes();
    let mut sent = roster.list(form);
    okay(socket, &sent).await?;
    loop {
        tokio::select! {
            () = left(socket) => return Ok(()),
            changed = changes.changed() => if changed.is_err() { return Ok(()) },
        }
        let list = roster.list(form);
        if list != sent {
            socket.write_all(with_length("", &list).as_bytes()).await?;
            sent = list;
        }
    }
}

fn connect(roster: &Roster, address: &str) -> String {
    match roster.connect(address) {
        Connected::Now => format!("connected to {address}"),
        Connected::Already => format!("already connected to {address}"),
        Connected::No => format!("failed to connect to '{address}': Connection refused"),
    }
}

fn reconnect_offline(roster: &Roster) -> String {
    let mut lines = Vec::new();
    for chosen in roster.listed() {
        if chosen.state != State::Device {
            lines.push(format!("reconnecting {}", chosen.phone.serial()));
            roster.reconnect(&chosen);
        }
    }
    lines.join("\n")
}

fn ask(roster: &Roster, which: &Which, question: Question) -> Result<String, String> {
    let chosen = match question {
        // Otherwise a phone that is offline could not be helped.
        Question::Reconnect => roster.choose(which)?,
        _ => roster.choose_online(which)?,
    };
    Ok(reply(roster, &chosen, question))
}

fn reply(roster: &Roster, chosen: &Chosen, question: Question) -> String {
    match question {
        Question::Features => chosen.phone.features().join(","),
        Question::State => chosen.state.name().to_owned(),
        Question::Serial => chosen.phone.serial().to_owned(),
        Question::Path => chosen.path(),
        Question::Reconnect => {
            roster.reconnect(chosen);
            let (serial, state) = (chosen.phone.serial(), chosen.state.name());
            format!("reconnecting {serial} [{state}]\n")
        }
    }
}

/// Answers once that the wait begins and once that it is over.
async fn wait_for(
    socket: &mut TcpStream,
    roster: &Roster,
    which: &Which,
    awaited: Awaited,
) -> io::Result<()> {
    let mut changes = roster.changes();
    socket.write_all(b"OKAY").await?;
    let over = || match roster.choose(which) {
        Ok(chosen) => match awaited {
            Awaited::Any => true,
            Awaited::Device => chosen.state == State::Device,
            Awaited::Disconnect | Awaited::Never => false,
        },
        Err(_) => awaited == Awaited::Disconnect,
    };
    while !over() {
        tokio::select! {
            () = left(socket) => return Ok(()),
            changed = changes.changed() => if changed.is_err() { return Ok(()) },
        }
    }
    socket.write_all(b"OKAY").await
}

/// Opens a service of the phone and carries it, until one side ends it or the transport does.
async fn open(socket: &mut TcpStream, chosen: &Chosen, service: &[u8]) -> io::Result<()> {
    let mut link = Link::new(&chosen.phone);
    tokio::select! {
        // A transport that has ended opens nothing, however well the phone is now.
        biased;
        () = chosen.lifeline.cancelled() => {
            return fail(socket, "device offline (transport offline)").await;
        }
        () = link.thawed() => {}
        () = left(socket) => return Ok(()),
    }
    let stream = match chosen.phone.open(service) {
        Ok(stream) => stream,
        Err(reason) => {
            debug!(serial = chosen.phone.serial(), %reason, "a service was refused");
            return fail(socket, "closed").await;
        }
    };
    socket.write_all(b"OKAY").await?;
    tokio::select! {
        () = carry::service(socket, stream, link) => {}
        () = chosen.lifeline.cancelled() => {}
    }
    Ok(())
}
