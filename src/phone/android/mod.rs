//! The simulated Android behind the doors: one [`Phone`] is one device.
//!
//! It offers the services of adbd as byte streams ([`Phone::open`]) and knows nothing of how
//! the doors carry them. A phone at rest has no task and no timer, only memory; processes
//! started by services are tasks.

mod apps;
mod battery;
mod clock;
mod files;
mod intent;
mod journal;
mod keyboard;
mod location;
mod logbuf;
mod manifest;
mod media;
mod packages;
mod permissions;
mod process;
mod programs;
mod screen;
mod services;
mod settings;
mod shell;
mod signal;
mod spec;
mod task;
#[cfg(test)]
mod testing;

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use bytes::Bytes;
use tokio::io::DuplexStream;
use tokio::sync::watch;
use tokio_util::sync::CancellationToken;

use super::faults::Faults;
use apps::{App, Apps};
use clock::Boot;
use files::Tree;
use journal::Journal;
use location::Providers;
use logbuf::{Buffer, LogBuffer};
use media::MediaStore;
use packages::Packages;
use permissions::Permissions;
use process::ProcessTable;
use screen::Ui;
use settings::{Properties, Settings};

pub use apps::sample::{
    SampleAccount, SampleComment, SampleFile, SamplePost, SampleState, SampleView,
};
pub use battery::Battery;
pub use intent::{Component, Extra, Intent};
pub use journal::JournalEntry;
pub use location::Place;
pub use packages::Package;
pub use process::{Pid, ProcessInfo};
pub use services::Refused;
pub use spec::{Details, PhoneSpec};

/// Whether a phone can be reached.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Presence {
    /// It is there.
    Present,
    /// It reboots and comes back by itself.
    Away,
}

/// Uptime of a phone that has just come back.
const BOOT_TIME: Duration = Duration::from_secs(17);

/// One simulated phone.
pub struct Phone {
    spec: PhoneSpec,
    faults: watch::Sender<Faults>,
    presence: watch::Sender<Presence>,
    processes: ProcessTable,
    tree: Mutex<Tree>,
    state: Mutex<State>,
    /// Counts log lines, for those who follow the log.
    log_lines: watch::Sender<u64>,
}

/// What changes on a phone, but for files and processes.
struct State {
    boot: Boot,
    properties: Properties,
    settings: Settings,
    packages: Packages,
    permissions: Permissions,
    media: MediaStore,
    providers: Providers,
    /// Whether the shell may tell where the phone is (`appops`).
    mocks_locations: bool,
    /// Where a finger is down and since which uptime (`input motionevent`).
    finger: Option<(screen::Point, Duration)>,
    ui: Ui,
    apps: Apps,
    log: LogBuffer,
    journal: Journal,
}

impl Phone {
    /// A booted phone.
    #[must_use]
    pub fn new(spec: PhoneSpec) -> Arc<Self> {
        // No two phones of a farm have been up for the same time.
        let head_start = Duration::from_secs(300 + u64::from(spec.index) * 977 % 86_400);
        Arc::new(Self {
            faults: watch::Sender::new(Faults::default()),
            presence: watch::Sender::new(Presence::Present),
            processes: ProcessTable::new(spec.index.wrapping_mul(131)),
            tree: Mutex::new(Tree::new(spec.storage)),
            state: Mutex::new(State {
                boot: Boot::new(head_start),
                properties: Properties::default(),
                settings: Settings::default(),
                packages: Packages::new(&spec),
                permissions: Permissions::default(),
                media: MediaStore::default(),
                providers: Providers::default(),
                mocks_locations: false,
                finger: None,
                ui: Ui::new(spec.pin.as_deref()),
                apps: Apps::new(&spec.accounts),
                log: LogBuffer::default(),
                journal: Journal::default(),
            }),
            log_lines: watch::Sender::new(0),
            spec,
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
        vec!["shell_v2", "cmd", "stat_v2", "ls_v2", "fixed_push_mkdir"]
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
            "device::ro.product.name={product};ro.product.model={};ro.product.device={device};features={}",
            model.replace('_', " "),
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
        services::open(self, service)
    }

    /// What is wrong with the phone now.
    #[must_use]
    pub fn faults(&self) -> Faults {
        self.faults.borrow().clone()
    }

    /// Replaces the phone's faults; open services and the doors notice at once.
    pub fn set_faults(&self, faults: Faults) {
        self.tree().set_full(faults.storage_full);
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

    /// Goes down and comes back after [`PhoneSpec::reboot_time`] with a new boot id and
    /// without the processes; files, packages and settings stay. Needs a tokio runtime.
    pub fn reboot(self: &Arc<Self>, target: &str) {
        let went_down = self.presence.send_if_modified(|presence| {
            let was_there = *presence == Presence::Present;
            *presence = Presence::Away;
            was_there
        });
        if !went_down {
            return;
        }
        {
            let mut state = self.state();
            state.journal.record(JournalEntry::Rebooted {
                target: target.to_owned(),
            });
            state.boot.over.cancel();
        }
        self.processes.halt();
        let phone = Arc::clone(self);
        tokio::spawn(async move {
            tokio::time::sleep(phone.spec.reboot_time).await;
            {
                let mut state = phone.state();
                state.boot = Boot::new(BOOT_TIME);
                state.properties.reboot();
                state.providers = Providers::default();
                state.ui = Ui::new(phone.spec.pin.as_deref());
                state.apps.stop();
                state.log = LogBuffer::default();
            }
            phone.processes.boot();
            phone.presence.send_replace(Presence::Present);
        });
    }
}

/// What tests read.
impl Phone {
    /// The last things that the phone was asked to do, oldest first, at most 256.
    #[must_use]
    pub fn journal(&self) -> Vec<JournalEntry> {
        self.state().journal.entries()
    }

    /// The process table, by pid.
    #[must_use]
    pub fn processes(&self) -> Vec<ProcessInfo> {
        self.processes.list()
    }

    /// The bytes of a file; `None` if there is none.
    #[must_use]
    pub fn file(&self, path: &str) -> Option<Bytes> {
        let content = self.read_path(&files::path::normal(path, "/")).ok()?;
        Some(content.to_bytes())
    }

    /// Paths of all files below a folder, sorted.
    #[must_use]
    pub fn files_below(&self, folder: &str) -> Vec<String> {
        let mut folders = vec![files::path::normal(folder, "/")];
        let mut found = Vec::new();
        while let Some(folder) = folders.pop() {
            for (name, stat) in self.tree().list(&folder).unwrap_or_default() {
                let path = format!("{folder}/{name}");
                if stat.is_dir() {
                    folders.push(path);
                } else {
                    found.push(path);
                }
            }
        }
        found.sort_unstable();
        found
    }

    /// The packages that are not of the system image, by name.
    #[must_use]
    pub fn packages(&self) -> Vec<Package> {
        self.state().packages.user().cloned().collect()
    }

    /// The battery, with its faults.
    #[must_use]
    pub fn battery(&self) -> Battery {
        Battery::of(&self.spec, self.faults.borrow().battery)
    }

    /// A setting, such as `global`, `stay_on_while_plugged_in`.
    #[must_use]
    pub fn setting(&self, namespace: &str, key: &str) -> Option<String> {
        self.state().settings.get(namespace, key)
    }

    /// What the sample app has saved: who follows whom, what was posted, said and seen.
    #[must_use]
    pub fn sample(&self) -> SampleState {
        let mut state = self.state();
        let scene = self.scene(&state);
        state.apps.sample.advance(&scene);
        state.apps.sample.state(scene.now)
    }

    /// The id of this boot.
    #[must_use]
    pub fn boot_id(&self) -> String {
        self.state().boot.id.clone()
    }
}

impl Phone {
    // Neither lock is ever held over an await or while the other is taken, and a panic while
    // one is held leaves nothing half-done that later readers could not live with.
    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn tree(&self) -> MutexGuard<'_, Tree> {
        self.tree.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn uptime(&self) -> Duration {
        self.state().boot.uptime()
    }

    /// Uptime in ticks of 10 ms, the kernel's unit.
    fn uptime_ticks(&self) -> u64 {
        u64::try_from(self.uptime().as_millis() / 10).unwrap_or(u64::MAX)
    }

    /// Cancelled when the phone goes down.
    fn boot_over(&self) -> CancellationToken {
        self.state().boot.over.clone()
    }

    /// Adds a line to the log as a program of this name.
    fn log(&self, tag: &str, message: &str) {
        self.log_to(Buffer::Main, process::ADBD, tag, message);
    }

    /// Adds to the log as a process.
    fn log_to(&self, buffer: Buffer, pid: Pid, tag: &str, message: &str) {
        self.state().log.add(buffer, pid, tag, message);
        self.log_lines.send_modify(|lines| *lines += 1);
    }

    /// Waits until the phone answers ([`Faults::hang`]).
    async fn answering(&self) {
        if self.faults.borrow().hang {
            // The sender lives in `self`: waiting cannot fail.
            let _ = self
                .faults
                .subscribe()
                .wait_for(|faults| !faults.hang)
                .await;
        }
    }

    /// Waits until the phone answers, and as long as its latency.
    async fn answering_late(&self) {
        self.answering().await;
        let latency = self.faults.borrow().latency_ms;
        if latency > 0 {
            tokio::time::sleep(Duration::from_millis(latency)).await;
        }
    }
}
