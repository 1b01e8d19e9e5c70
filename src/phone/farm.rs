//! A set of virtual phones with their doors and faults, started and ended together.

use std::collections::BTreeMap;
use std::net::{IpAddr, SocketAddr};
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;

use rustix::process::{Resource, Rlimit, getrlimit, setrlimit};
use tokio_util::sync::{CancellationToken, DropGuard};
use tokio_util::task::TaskTracker;
use tracing::{info, warn};

use super::adbd::{AdbdDoor, Auth};
use super::control::{self, FaultFlag};
use super::server::{self, Server};
use super::{Faults, Phone, PhoneError, PhoneSpec};

/// How often the file of faults is read. One small file for all phones: cheaper than to
/// depend on a watcher that some file systems do not serve.
const FAULTS_PERIOD: Duration = Duration::from_secs(1);
/// Open files for what else the process does.
const SPARE_FILES: u64 = 256;
/// Open files that a process is given where the system allows it.
const ENOUGH_FILES: u64 = 65_536;
/// An adb server looks for emulators on these ports by itself, and would list such a phone
/// twice.
const SCANNED: std::ops::RangeInclusive<u16> = 5554..=5585;

/// Virtual phones, numbered from 1. Dropping it closes their doors.
///
/// ```
/// # tokio::runtime::Runtime::new().unwrap().block_on(async {
/// use farmhand::phone::farm::PhoneFarm;
///
/// let farm = PhoneFarm::new(12);
/// let server = farm.open_server("127.0.0.1:0".parse().unwrap()).unwrap();
/// println!("an adb server with {} phones listens on {server}", farm.phones().len());
/// farm.shutdown().await;
/// # });
/// ```
pub struct PhoneFarm {
    phones: Vec<Arc<Phone>>,
    flags: Vec<Faults>,
    tasks: TaskTracker,
    cancel: CancellationToken,
    _closes_when_dropped: DropGuard,
}

impl PhoneFarm {
    /// As many healthy phones, `virtual-0001` and on.
    #[must_use]
    pub fn new(count: u32) -> Self {
        Self::from_specs((1..=count).map(PhoneSpec::numbered))
    }

    /// Phones as described, all healthy.
    #[must_use]
    pub fn from_specs(specs: impl IntoIterator<Item = PhoneSpec>) -> Self {
        let phones: Vec<_> = specs.into_iter().map(Phone::new).collect();
        let cancel = CancellationToken::new();
        Self {
            flags: vec![Faults::default(); phones.len()],
            phones,
            tasks: TaskTracker::new(),
            _closes_when_dropped: cancel.clone().drop_guard(),
            cancel,
        }
    }

    /// The phones in order; the first is number 1.
    #[must_use]
    pub fn phones(&self) -> &[Arc<Phone>] {
        &self.phones
    }

    /// Gives phones the faults of flags, and makes the others healthy. Comes before
    /// [`PhoneFarm::follow_faults`], which starts from these.
    ///
    /// # Errors
    /// [`PhoneError::NoSuchPhone`] if a flag names a phone that is not there; then nothing
    /// has changed.
    pub fn set_flags(&mut self, flags: &[FaultFlag]) -> Result<(), PhoneError> {
        self.flags = control::by_flags(flags, &self.phones)?;
        for (phone, faults) in self.phones.iter().zip(&self.flags) {
            phone.set_faults(faults.clone());
        }
        Ok(())
    }

    /// Gives each phone a port of its own, for real adb servers: `first` and on, or free ones
    /// if `first` is 0. Answers the addresses in the order of the phones.
    ///
    /// Needs a tokio runtime.
    ///
    /// # Errors
    /// [`PhoneError`] if the ports, or so many open files, cannot be had; then no door is open.
    pub fn open_adbd(
        &self,
        ip: IpAddr,
        first: u16,
        auth: Auth,
    ) -> Result<Vec<SocketAddr>, PhoneError> {
        let count = self.phones.len();
        // A listener and a connection each.
        allow_open_files(count, 2 * count as u64)?;
        let doors = ports(first, count)?
            .into_iter()
            .zip(&self.phones)
            .map(|(port, phone)| AdbdDoor::bind(phone, SocketAddr::new(ip, port), auth))
            .collect::<Result<Vec<_>, _>>()?;
        let addresses = doors.iter().map(AdbdDoor::address).collect();
        for door in doors {
            self.tasks.spawn(door.run(self.cancel.clone()));
        }
        Ok(addresses)
    }

    /// Starts an embedded adb server that all phones are plugged into, and answers its
    /// address; port 0 takes a free one. Needs a tokio runtime.
    ///
    /// # Errors
    /// [`PhoneError`] if the address, or so many open files, cannot be had.
    pub fn open_server(&self, address: SocketAddr) -> Result<SocketAddr, PhoneError> {
        let count = self.phones.len();
        allow_open_files(count, server::max_connections(count) as u64)?;
        let server = Server::bind(&self.phones, address)?;
        let address = server.address();
        self.tasks.spawn(server.run(self.cancel.clone()));
        Ok(address)
    }

    /// Takes the faults of a file, and again whenever it changes. A file that is wrong or
    /// missing later is logged, and the last good one stays.
    ///
    /// # Errors
    /// [`PhoneError`] if the file is wrong or missing now; then it is not followed.
    pub async fn follow_faults(&self, path: PathBuf) -> Result<(), PhoneError> {
        self.follow_faults_every(path, FAULTS_PERIOD).await
    }

    async fn follow_faults_every(&self, path: PathBuf, period: Duration) -> Result<(), PhoneError> {
        let mut file = FaultsFile {
            path,
            phones: self.phones.clone(),
            flags: self.flags.clone(),
            text: String::new(),
            applied: BTreeMap::new(),
        };
        let text = read(&file.path).await?;
        file.apply(text)?;
        let cancel = self.cancel.clone();
        self.tasks.spawn(async move {
            tokio::select! {
                () = cancel.cancelled() => {}
                () = file.follow(period) => {}
            }
        });
        Ok(())
    }

    /// Closes all doors, and waits until that is done.
    pub async fn shutdown(self) {
        self.cancel.cancel();
        self.tasks.close();
        self.tasks.wait().await;
    }
}

/// The file of faults and what was made of it.
struct FaultsFile {
    path: PathBuf,
    phones: Vec<Arc<Phone>>,
    flags: Vec<Faults>,
    text: String,
    applied: BTreeMap<usize, Faults>,
}

impl FaultsFile {
    async fn follow(mut self, period: Duration) {
        let mut ticks = tokio::time::interval(period);
        let mut last_error = None;
        loop {
            ticks.tick().await;
            let applied = match read(&self.path).await {
                Ok(text) if text == self.text => Ok(()),
                Ok(text) => self.apply(text),
                Err(error) => Err(error),
            };
            // The same trouble is told once, not every second.
            let error = applied.err().map(|error| error.to_string());
            if let Some(error) = error.as_ref().filter(|_| error != last_error) {
                warn!(error, "the last good faults stay");
            }
            last_error = error;
        }
    }

    /// Sets the phones whose faults the file changes, and leaves the others as they are.
    fn apply(&mut self, text: String) -> Result<(), PhoneError> {
        let found = control::by_file(&self.path, &text, &self.phones)?;
        let mut changed = 0;
        for (position, (phone, flags)) in self.phones.iter().zip(&self.flags).enumerate() {
            if found.get(&position) != self.applied.get(&position) {
                phone.set_faults(found.get(&position).unwrap_or(flags).clone());
                changed += 1;
            }
        }
        info!(path = %self.path.display(), phones = changed, "faults changed");
        self.text = text;
        self.applied = found;
        Ok(())
    }
}

async fn read(path: &Path) -> Result<String, PhoneError> {
    tokio::fs::read_to_string(path)
        .await
        .map_err(|source| PhoneError::FaultsUnread {
            path: path.to_owned(),
            source,
        })
}

/// A port for each phone; all 0 if `first` is.
fn ports(first: u16, count: usize) -> Result<Vec<u16>, PhoneError> {
    if first == 0 {
        return Ok(vec![0; count]);
    }
    let ports: Vec<u16> = (first..=u16::MAX).take(count).collect();
    if ports.len() < count {
        return Err(PhoneError::Ports { count, first });
    }
    if let Some(port) = ports.iter().find(|port| SCANNED.contains(port)) {
        return Err(PhoneError::ScannedPort { port: *port });
    }
    Ok(ports)
}

/// Raises this process's limit of open files where it is low. Limits are low for the sake of
/// programs that use select(2), which this one does not.
fn allow_open_files(count: usize, needed: u64) -> Result<(), PhoneError> {
    let needed = needed + SPARE_FILES;
    let limit = getrlimit(Resource::Nofile);
    let allowed = limit.maximum.unwrap_or(u64::MAX);
    let wanted = needed.max(ENOUGH_FILES).min(allowed);
    if limit.current.is_none_or(|current| current >= wanted) {
        return Ok(());
    }
    let raised = Rlimit {
        current: Some(wanted),
        maximum: limit.maximum,
    };
    if wanted < needed || setrlimit(Resource::Nofile, raised).is_err() {
        return Err(PhoneError::OpenFiles {
            count,
            needed,
            allowed,
        });
    }
    Ok(())
}

#[cfg(test)]
mod tests;
