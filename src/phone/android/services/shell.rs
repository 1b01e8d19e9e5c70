//! `shell:` and `exec:`: a shell of its own session, its output on the stream.
//!
//! Packets of `shell,v2` are an id byte, a length (u32, little endian) and data, see AOSP
//! `shell_protocol.h`.

use std::sync::Arc;

use bytes::{BufMut, Bytes, BytesMut};
use tokio::io::{AsyncRead, AsyncReadExt, AsyncWrite, AsyncWriteExt, DuplexStream};
use tokio::sync::mpsc;

use super::super::Phone;
use super::super::journal::JournalEntry;
use super::super::process::{ADBD, Group, Pid, Target};
use super::super::programs::{self, Context};
use super::super::shell::{Io, PIPE_CHUNKS, Sink, Source, Stream};
use super::super::signal::Signal;
use super::super::task::Child;
use super::terminal::{Terminal, Typed, on_screen};

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

/// What the shell's files are.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Files {
    /// Pipes, for programs.
    Pipes,
    /// A terminal, for people: one output, echo and a prompt.
    Terminal,
}

/// What a shell service was asked for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Request {
    pub protocol: Protocol,
    pub files: Files,
    /// Empty for a shell that reads commands from its input.
    pub command: String,
}

/// One service with what both of its directions need.
struct Session<'a> {
    phone: &'a Arc<Phone>,
    protocol: Protocol,
    files: Files,
    shell: Pid,
}

/// Runs a shell until it has ended and closed its outputs, or the host closes the stream.
pub async fn serve(phone: &Arc<Phone>, stream: DuplexStream, request: Request) {
    let (outputs, written) = mpsc::channel(PIPE_CHUNKS);
    let (to_stdin, stdin) = mpsc::channel(PIPE_CHUNKS);
    // Weak: the echo must not be a holder of the output that the exit packet waits for.
    let echo = outputs.downgrade();
    let Request {
        protocol,
        files,
        command,
    } = request;
    let shell = start_shell(
        phone,
        command,
        files,
        stderr_stream(protocol, files),
        outputs,
        stdin,
    );
    let session = Session {
        phone,
        protocol,
        files,
        shell: shell.pid,
    };
    let (mut from_host, mut to_host) = tokio::io::split(stream);
    tokio::select! {
        biased;
        () = session.pass_input(&mut from_host, to_stdin, echo) => {
            // The host closed the stream: adbd hangs up on the shell, and on it alone.
            let _ = phone.processes.kill(Target::Process(session.shell), Some(Signal::HUP));
        }
        sent = session.pass_output(&mut to_host, written) => {
            if sent.is_ok() && protocol == Protocol::V2 {
                let code = shell.wait().await;
                phone.answering().await;
                // Nobody is left to be told that the host is gone.
                let _ = to_host.write_all(&packet(EXIT, &[code])).await;
            }
        }
    }
}

fn stderr_stream(protocol: Protocol, files: Files) -> Stream {
    match (protocol, files) {
        (Protocol::V2, Files::Pipes) => Stream::Err,
        (Protocol::Raw, _) | (_, Files::Terminal) => Stream::Out,
    }
}

/// Starts a service's shell, in a session and so a group of its own. Its end goes into the
/// journal, however it comes.
fn start_shell(
    phone: &Arc<Phone>,
    command: String,
    files: Files,
    stderr: Stream,
    outputs: mpsc::Sender<(Stream, Bytes)>,
    stdin: mpsc::Receiver<Bytes>,
) -> Child {
    let io = Io {
        stdin: Source::pipe(stdin),
        stdout: Sink::Host(outputs.clone(), Stream::Out),
        stderr: Sink::Host(outputs, stderr),
    };
    let mut ctx = Context::new(Arc::clone(phone), io);
    if files == Files::Terminal {
        let prompt = format!("{}:/ $ ", phone.details().device);
        ctx.environment.insert("PS1".to_owned(), prompt);
    }
    let mut argv = vec!["/system/bin/sh".to_owned()];
    match command.as_str() {
        "" => argv.push("-".to_owned()),
        command => argv.extend(["-c".to_owned(), command.to_owned()]),
    }
    let journal = Arc::clone(phone);
    let note = move |exit| {
        journal
            .state()
            .journal
            .record(JournalEntry::Ran { command, exit })
    };
    let args = argv.clone();
    let body = move |pid| {
        ctx.pid = pid;
        programs::run(ctx, argv)
    };
    phone.start_noted(ADBD, Group::Own, args, body, note)
}

impl Session<'_> {
    /// Feeds the shell's input until the host closes the stream.
    async fn pass_input(
        &self,
        stream: &mut (impl AsyncRead + Unpin),
        to_stdin: mpsc::Sender<Bytes>,
        echo: mpsc::WeakSender<(Stream, Bytes)>,
    ) {
        let mut stdin = Some(to_stdin);
        let mut terminal = Terminal::default();
        loop {
            let Ok(Some((id, data))) = self.read_input(stream).await else {
                return;
            };
            self.phone.answering().await;
            let events = match (id, self.files) {
                (STDIN, Files::Pipes) => vec![Typed::Line(data)],
                (STDIN, Files::Terminal) => {
                    let (shown, events) = terminal.take(&data);
                    if let Some(screen) = echo.upgrade().filter(|_| !shown.is_empty()) {
                        // Without a screen there is nothing to show it on.
                        let _ = screen.send((Stream::Out, shown.into())).await;
                    }
                    events
                }
                (CLOSE_STDIN, _) => vec![Typed::End],
                // Window sizes and what later versions may bring.
                _ => Vec::new(),
            };
            for event in events {
                match event {
                    Typed::Line(line) => {
                        if let Some(pipe) = &stdin
                            && pipe.send(line).await.is_err()
                        {
                            // Nobody reads it any more; the rest is read away.
                            stdin = None;
                        }
                    }
                    Typed::Interrupt => self.interrupt(),
                    Typed::End => stdin = None,
                }
            }
        }
    }

    /// Interrupts what the shell runs, which itself lives on.
    fn interrupt(&self) {
        let group = self
            .phone
            .processes
            .list()
            .into_iter()
            .filter(|p| p.pgid == self.shell);
        for process in group.filter(|process| process.pid != self.shell) {
            // It may just have ended.
            let _ = self
                .phone
                .processes
                .kill(Target::Process(process.pid), Some(Signal::INT));
        }
    }

    /// The next input of the host; `None` at the end of the stream.
    async fn read_input(
        &self,
        stream: &mut (impl AsyncRead + Unpin),
    ) -> std::io::Result<Option<(u8, Bytes)>> {
        if self.protocol == Protocol::Raw {
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
        &self,
        stream: &mut (impl AsyncWrite + Unpin),
        mut written: mpsc::Receiver<(Stream, Bytes)>,
    ) -> std::io::Result<()> {
        while let Some((output, data)) = written.recv().await {
            self.phone.answering().await;
            let data = match self.files {
                Files::Pipes => data,
                Files::Terminal => on_screen(&data),
            };
            match (self.protocol, output) {
                (Protocol::Raw, _) => stream.write_all(&data).await?,
                (Protocol::V2, Stream::Out) => stream.write_all(&packet(STDOUT, &data)).await?,
                (Protocol::V2, Stream::Err) => stream.write_all(&packet(STDERR, &data)).await?,
            }
        }
        self.phone.answering().await;
        Ok(())
    }
}

fn packet(id: u8, data: &[u8]) -> Bytes {
    let mut packet = BytesMut::with_capacity(5 + data.len());
    packet.put_u8(id);
    // Chunks of an output are 32 KiB, on a screen twice that at most.
    packet.put_u32_le(data.len() as u32);
    packet.put_slice(data);
    packet.freeze()
}
