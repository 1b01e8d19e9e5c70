//! What can go wrong when virtual phones are set up. What goes wrong on their wires is theirs.

use std::io;
use std::net::SocketAddr;
use std::path::PathBuf;

/// Why virtual phones could not be set up as asked.
#[derive(Debug, thiserror::Error)]
pub enum PhoneError {
    /// An address to listen on cannot be had.
    #[error("{what} cannot listen on {address}: {source}")]
    Bind {
        /// Who wanted it.
        what: String,
        /// What was wanted.
        address: SocketAddr,
        /// Why not.
        source: io::Error,
    },
    /// There are not enough ports above the first one.
    #[error(
        "{count} virtual phones need as many ports from {first} on, but 65535 is the last: \
         choose a lower first port, or 0 for free ones"
    )]
    Ports {
        /// How many phones.
        count: usize,
        /// The first port asked for.
        first: u16,
    },
    /// A port is among those that adb servers scan.
    #[error(
        "port {port} is one that adb servers scan for emulators (5554 to 5585): choose another \
         first port"
    )]
    ScannedPort {
        /// The port.
        port: u16,
    },
    /// The system allows too few open files.
    #[error(
        "{count} virtual phones need {needed} open files, the system allows {allowed}: raise \
         the limit (`ulimit -Hn`) or start fewer phones"
    )]
    OpenFiles {
        /// How many phones.
        count: usize,
        /// Open files that they may need.
        needed: u64,
        /// Open files that a process may have here.
        allowed: u64,
    },
    /// A fault flag is wrong.
    #[error("the fault '{text}': {reason}")]
    FaultFlag {
        /// The flag.
        text: String,
        /// What is wrong, and what is accepted.
        reason: String,
    },
    /// The file of faults cannot be read.
    #[error("the faults file {} cannot be read: {source}", path.display())]
    FaultsUnread {
        /// The file.
        path: PathBuf,
        /// Why not.
        source: io::Error,
    },
    /// The file of faults is wrong.
    #[error("the faults file {}{}: {reason}", path.display(), line_suffix(*line))]
    FaultsWrong {
        /// The file.
        path: PathBuf,
        /// The line, from 1, where it is known.
        line: Option<usize>,
        /// What is wrong with which key, and what is accepted.
        reason: String,
    },
    /// A fault is meant for a phone that is not there.
    #[error("there is no virtual phone '{phone}': there are 1 to {count}")]
    NoSuchPhone {
        /// The phone as it was named.
        phone: String,
        /// How many there are.
        count: usize,
    },
}

fn line_suffix(line: Option<usize>) -> String {
    line.map_or_else(String::new, |line| format!(", line {line}"))
}
