//! The services of adbd: which there are, and how their streams begin and end.

mod shell;
mod sync;
mod terminal;

#[cfg(test)]
mod sync_tests;
#[cfg(test)]
mod tests;

use std::sync::Arc;

use tokio::io::DuplexStream;

use super::{Phone, Presence};
use shell::{Files, Protocol, Request};

/// Why a service was not opened; adbd closes the stream and says nothing.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum Refused {
    /// The phone offers no such service.
    #[error("the phone has no service '{0}'")]
    NoSuchService(String),
    /// The phone is away.
    #[error("the phone reboots, '{0}' cannot be opened")]
    Away(String),
}

/// Bytes that a service's stream buffers in each direction.
const STREAM_BUFFER: usize = 64 * 1024;

enum Service {
    Shell(Request),
    Sync,
    Reboot(String),
}

/// Opens a service and runs it as a task of its own.
pub fn open(phone: &Arc<Phone>, service: &[u8]) -> Result<DuplexStream, Refused> {
    let name = String::from_utf8_lossy(service);
    // A destination on the wire ends in a zero byte, which some doors may leave on.
    let name = name.trim_end_matches('\0');
    let Some(service) = parse(name) else {
        return Err(Refused::NoSuchService(name.to_owned()));
    };
    if *phone.presence.borrow() == Presence::Away {
        return Err(Refused::Away(name.to_owned()));
    }
    let (host, stream) = tokio::io::duplex(STREAM_BUFFER);
    let phone = Arc::clone(phone);
    let over = phone.boot_over();
    let serve = async move {
        phone.answering_late().await;
        match service {
            Service::Shell(request) => shell::serve(&phone, stream, request).await,
            Service::Sync => sync::serve(&phone, stream).await,
            // adbd answers nothing, the stream ends as the phone goes down.
            Service::Reboot(target) => phone.reboot(&target),
        }
    };
    // When the phone goes down, streams end in the middle of whatever they carry.
    tokio::spawn(async move { over.run_until_cancelled(serve).await });
    Ok(host)
}

fn parse(name: &str) -> Option<Service> {
    if let Some(target) = name.strip_prefix("reboot:") {
        return Some(Service::Reboot(target.to_owned()));
    }
    if let Some(command) = name.strip_prefix("exec:") {
        let command = command.to_owned();
        return Some(Service::Shell(Request {
            protocol: Protocol::Raw,
            files: Files::Pipes,
            command,
        }));
    }
    if name == "sync:" {
        return Some(Service::Sync);
    }
    // `shell:COMMAND` or `shell,ARG,ARG:COMMAND`, arguments being `v2`, `raw`, `pty`, `TERM=...`.
    let (arguments, command) = name.strip_prefix("shell")?.split_once(':')?;
    if !(arguments.is_empty() || arguments.starts_with(',')) {
        return None;
    }
    let given = |wanted: &str| arguments.split(',').any(|argument| argument == wanted);
    let protocol = if given("v2") {
        Protocol::V2
    } else {
        Protocol::Raw
    };
    // As adbd has it: a terminal for an interactive shell, pipes for a command.
    let files = match (given("pty"), given("raw"), command.is_empty()) {
        (true, _, _) | (false, false, true) => Files::Terminal,
        (false, true, _) | (false, false, false) => Files::Pipes,
    };
    Some(Service::Shell(Request {
        protocol,
        files,
        command: command.to_owned(),
    }))
}
