//! `shell:` and `exec:`: a shell of its own session, its output on the stream.
//!
//! Packets of `shell,v2` are an id byte, a length (u32, little endian) and data, see AOSP
//! `shell_protocol.h`. There is no terminal: what adbd runs on a PTY runs on pipes here.

use std::sync::Arc;

use bytes::{BufMut, Bytes, BytesMut};
use tokio::io::{AsyncRead, AsyncReadExt, AsyncWrite, AsyncWriteExt, DuplexStream};
use tokio::sync::mpsc;

use super::super::Phone;
use super::super::journal::JournalEntry;
use super::super::process::{ADBD, Group, Target};
use super::super::programs::{self, Context};
use super::super::shell::{Io, PIPE_CHUNKS, Sink, Source, Stream};
use super::super::signal::Signal;

/// Packet ids of `shell,v2`.
const STDIN: u8 = 0;
const STDOUT: u8 = 1;
const STDERR: u8 = 2;
const EXIT: u8 = 3;
const CLOSE_STDIN: u8 = 4;

/// The longest packet that is accepted; hosts send up to their maximum payload of 1 MiB.
const LONGEST_PACKET: usize = 1024 * 1024;

/// How a stream carries a shell.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Protocol {
    /// Packets: outputs apart, an exit code, an end of input.
    V2,
    /// Bytes: both outputs merged, no exit code.
    Raw,
}

/// What a shell service was asked for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Request {
    protocol: Protocol,
    /// Empty for a shell that reads commands from its input.
    command: String,
}

impl Request {
    pub fn new(protocol: Protocol, command: &str) -> Self {
        Self {
            protocol,
            command: command.to_owned(),
        }
    }
}

/// Runs a shell until it has ended and closed its outputs, or the host closes the stream.
pub async fn serve(phone: &Arc<Phone>, stream: DuplexStream, request: Request) {
    let (outputs, written) = mpsc::channel(PIPE_CHUNKS);
    let (to_stdin, stdin) = mpsc::channel(PIPE_CHUNKS);
    let stderr = match request.protocol {
        Protocol::V2 => Stream::Err,
        Protocol::Raw => Stream::Out,
    };
    let io = Io {
        stdin: Source::pipe(stdin),
        stdout: Sink::Host(outputs.clone(), Stream::Out),
        stderr: Sink::Host(outputs, stderr),
    };
    let mut argv = vec!["/system/bin/sh".to_owned()];
    if request.command.is_empty() {
        argv.push("-".to_owned());
    } else {
        argv.extend(["-c".to_owned(), request.command.clone()]);
    }
    let mut ctx = Context::new(Arc::clone(phone), io);
    let shell = {
        let (argv, phone, command) = (argv.clone(), Arc::clone(phone), request.command);
        phone
            .clone()
            .start_shell(argv.clone(), command, move |pid| {
                ctx.pid = pid;
                programs::run(ctx, argv)
            })
    };
    let pid = shell.pid;
    let (mut from_host, mut to_host) = tokio::io::split(stream);
    tokio::select! {
        biased;
        () = pass_input(phone, &mut from_host, to_stdin, request.protocol) => {
            // The host closed the stream: adbd hangs up on the shell, and on it alone.
            let _ = phone.processes.kill(Target::Process(pid), Some(Signal::HUP));
        }
        sent = pass_output(phone, &mut to_host, written, request.protocol) => {
            if sent.is_ok() && request.protocol == Protocol::V2 {
                let code = shell.wait().await;
                phone.answering().await;
                // Nobody is left to be told that the host is gone.
                let _ = to_host.write_all(&packet(EXIT, &[code])).await;
            }
        }
    }
}

/// Feeds the shell's input until the host closes the stream.
async fn pass_input(
    phone: &Phone,
    stream: &mut (impl AsyncRead + Unpin),
    to_stdin: mpsc::Sender<Bytes>,
    protocol: Protocol,
) {
    let mut stdin = Some(to_stdin);
    loop {
        let Ok(Some((id, data))) = read_input(stream, protocol).await else {
            return;
        };
        phone.answering().await;
        match id {
            STDIN => {
                if let Some(pipe) = &stdin
                    && pipe.send(data).await.is_err()
                {
                    // Nobody reads it any more; the rest is read away.
                    stdin = None;
                }
            }
            CLOSE_STDIN => stdin = None,
            // Window sizes and what later versions may bring.
            _ => {}
        }
    }
}

/// The next input of the host; `None` at the end of the stream.
async fn read_input(
    stream: &mut (impl AsyncRead + Unpin),
    protocol: Protocol,
) -> std::io::Result<Option<(u8, Bytes)>> {
    if protocol == Protocol::Raw {
        let mut data = BytesMut::with_capacity(8 * 1024);
        let read = stream.read_buf(&mut data).await?;
        return Ok((read > 0).then(|| (STDIN, data.freeze())));
    }
    let id = stream.read_u8().await?;
    let length = stream.read_u32_le().await? as usize;
    if length > LONGEST_PACKET {
        return Ok(None);
    }
    let mut data = vec![0; length];
    stream.read_exact(&mut data).await?;
    Ok(Some((id, data.into())))
}

/// Sends what is written until the last process that holds an output has closed it.
async fn pass_output(
    phone: &Phone,
    stream: &mut (impl AsyncWrite + Unpin),
    mut written: mpsc::Receiver<(Stream, Bytes)>,
    protocol: Protocol,
) -> std::io::Result<()> {
    while let Some((output, data)) = written.recv().await {
        phone.answering().await;
        match (protocol, output) {
            (Protocol::Raw, _) => stream.write_all(&data).await?,
            (Protocol::V2, Stream::Out) => stream.write_all(&packet(STDOUT, &data)).await?,
            (Protocol::V2, Stream::Err) => stream.write_all(&packet(STDERR, &data)).await?,
        }
    }
    phone.answering().await;
    Ok(())
}

fn packet(id: u8, data: &[u8]) -> Bytes {
    let mut packet = BytesMut::with_capacity(5 + data.len());
    packet.put_u8(id);
    // Chunks of an output are 32 KiB at most.
    packet.put_u32_le(data.len() as u32);
    packet.put_slice(data);
    packet.freeze()
}

impl Phone {
    /// Starts a service's shell, in a session and so a group of its own, and notes its end in
    /// the journal, however it comes.
    fn start_shell<F>(
        self: Arc<Self>,
        argv: Vec<String>,
        command: String,
        body: impl FnOnce(u32) -> F,
    ) -> super::super::task::Child
    where
        F: Future<Output = u8> + Send + 'static,
    {
        let noted = Arc::clone(&self);
        self.start_noted(ADBD, Group::Own, argv, body, move |exit| {
            noted
                .state()
                .journal
                .record(JournalEntry::Ran { command, exit });
        })
    }
}
