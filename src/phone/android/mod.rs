//! The simulated Android behind the doors: one [`Phone`] is one device.
//!
//! It offers the services of adbd as byte streams ([`Phone::open`]) and knows nothing of how
//! the doors carry them. A phone at rest has no task and no timer, only memory.

mod spec;

use std::sync::Arc;

use tokio::io::DuplexStream;
use tokio::sync::watch;

use super::faults::Faults;
pub use spec::{Details, PhoneSpec};

/// Whether a phone can be reached.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Presence {
    /// It is there.
    Present,
    /// It reboots and comes back by itself.
    Away,
}

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

/// One simulated phone.
pub struct Phone {
    spec: PhoneSpec,
    faults: watch::Sender<Faults>,
    presence: watch::Sender<Presence>,
}

impl Phone {
    /// A booted phone.
    #[must_use]
    pub fn new(spec: PhoneSpec) -> Arc<Self> {
        Arc::new(Self {
            spec,
            faults: watch::Sender::new(Faults::default()),
            presence: watch::Sender::new(Presence::Present),
        })
    }

    /// The serial, as an adb server lists it.
    #[must_use]
    pub fn serial(&self) -> &str {
        &self.spec.serial
    }

    /// What `devices -l` shows.
    #[must_use]
    pub fn details(&self) -> Details {
        self.spec.details()
    }

    /// What this adbd can do, as its banner and `host:features` list it.
    #[must_use]
    pub fn features(&self) -> Vec<&'static str> {
        vec![
            "shell_v2",
            "cmd",
            "stat_v2",
            "ls_v2",
            "fixed_push_mkdir",
            "fixed_push_symlink_timestamp",
        ]
    }

    /// The banner of the CNXN message.
    #[must_use]
    pub fn banner(&self) -> String {
        let Details {
            product,
            model,
            device,
        } = self.details();
        format!(
            "device::ro.product.name={product};ro.product.model={model};ro.product.device={device};features={}",
            self.features().join(",")
        )
    }

    /// Opens a service, such as `shell,v2,raw:ls`, `exec:screencap -p` or `sync:`.
    ///
    /// The stream speaks the service's own protocol and ends when the service does. Dropping
    /// it is the host closing it: the shell gets SIGHUP, its children live on. A hanging
    /// phone ([`Faults::hang`]) still opens services, which then stall. Needs a tokio runtime.
    ///
    /// # Errors
    /// [`Refused`] when there is no such service or the phone is away.
    pub fn open(self: &Arc<Self>, service: &[u8]) -> Result<DuplexStream, Refused> {
        let name = String::from_utf8_lossy(service).into_owned();
        if *self.presence.borrow() == Presence::Away {
            return Err(Refused::Away(name));
        }
        if !(name.starts_with("shell") || name.starts_with("exec:") || name.starts_with("sync:")) {
            return Err(Refused::NoSuchService(name));
        }
        let (host, _phone) = tokio::io::duplex(STREAM_BUFFER);
        Ok(host)
    }

    /// What is wrong with the phone now.
    #[must_use]
    pub fn faults(&self) -> Faults {
        self.faults.borrow().clone()
    }

    /// Replaces the phone's faults; open services and the doors notice at once.
    pub fn set_faults(&self, faults: Faults) {
        self.faults.send_replace(faults);
    }

    /// Follows the faults.
    #[must_use]
    pub fn watch_faults(&self) -> watch::Receiver<Faults> {
        self.faults.subscribe()
    }

    /// Follows whether the phone can be reached.
    #[must_use]
    pub fn presence(&self) -> watch::Receiver<Presence> {
        self.presence.subscribe()
    }
}
