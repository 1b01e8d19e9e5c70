//! Signals: what ends farmhand, and what does not.

use std::io;

use tokio::signal::unix::{Signal, SignalKind, signal};

/// The signals that would end the process if nobody listened.
pub(super) struct Signals {
    interrupt: Signal,
    terminate: Signal,
    hangup: Signal,
}

impl Signals {
    /// Begins to listen; from now on no signal ends the process by itself.
    pub fn listen() -> io::Result<Self> {
        Ok(Self {
            interrupt: signal(SignalKind::interrupt())?,
            terminate: signal(SignalKind::terminate())?,
            hangup: signal(SignalKind::hangup())?,
        })
    }

    /// Waits until somebody asks for the end. A terminal that goes away (SIGHUP) does not: the
    /// console notices by itself, and the farm goes on.
    pub async fn end(&mut self) -> &'static str {
        let name = loop {
            tokio::select! {
                _ = self.interrupt.recv() => break "SIGINT",
                _ = self.terminate.recv() => break "SIGTERM",
                _ = self.hangup.recv() => tracing::info!("SIGHUP: the farm goes on"),
            }
        };
        tracing::info!(name, "asked to end");
        name
    }
}
