//! A driver's beginning and end, and how it makes changes that are put back.

use std::collections::BTreeSet;
use std::time::Duration;

use tokio::time::Instant;

use crate::adb::{Group, Note, Phone, Undone};

use super::Patience;
use super::error::DriverError;
use super::locks::{Held, UiLocks};
use super::screen::{Source, UiAutomator};
use super::shell::Shell;

/// The user interface of one phone, in one task's hands. When it is dropped without
/// [`Driver::close`], the phone's lock is free again, but what it started may still run there
/// and nothing has been put back: [`Phone::release`] sees to both, given the note.
#[derive(Debug)]
pub struct Driver {
    pub(super) phone: Phone,
    pub(super) note: Note,
    pub(super) patience: Patience,
    pub(super) shell: Shell,
    pub(super) source: Box<dyn Source>,
    /// The phone's clock, seconds since 1970, at a moment of ours; asked when it is prepared.
    pub(super) clock: Option<(f64, Instant)>,
    /// The app that was brought to the front last: it should be running.
    pub(super) started: Option<String>,
    /// Whether anything may have to be put back.
    changed: bool,
    /// What the phone has noted how to undo: settings by their names, other changes by their
    /// lines.
    noted: BTreeSet<String>,
    /// Files copied, each a round trip outside the shell.
    pub(super) copies: u64,
    _held: Held,
}

impl Driver {
    /// Waits for the phone's turn and opens a shell under `note`, one of its own.
    ///
    /// # Errors
    /// [`DriverError::InUse`] if another uses the screen, [`DriverError::Adb`].
    pub async fn open(
        phone: Phone,
        note: &Note,
        locks: &UiLocks,
        patience: Patience,
    ) -> Result<Self, DriverError> {
        let held = locks.take(phone.serial(), patience.turn).await?;
        let shell = Shell::open(&phone, note, patience.answer).await?;
        Ok(Self {
            source: Box::new(UiAutomator::new(note.clone())),
            phone,
            note: note.clone(),
            patience,
            shell,
            clock: None,
            started: None,
            changed: false,
            noted: BTreeSet::new(),
            copies: 0,
            _held: held,
        })
    }

    /// Takes the hierarchy of the screen from elsewhere.
    #[must_use]
    pub fn with_source(mut self, source: Box<dyn Source>) -> Self {
        self.source = source;
        self
    }

    /// The phone.
    #[must_use]
    pub const fn phone(&self) -> &Phone {
        &self.phone
    }

    /// The process group of its shell, now; another after a command that timed out. `None`
    /// where there is none of which this is certain: [`Phone::release`] needs only the note.
    #[must_use]
    pub const fn group(&self) -> Option<&Group> {
        self.shell.session().group()
    }

    /// How many times it has asked the phone and waited for the answer.
    #[must_use]
    pub const fn round_trips(&self) -> u64 {
        self.shell.session().round_trips() + self.copies
    }

    /// Ends its shell and puts back what was changed. After this nothing of it is on the phone.
    ///
    /// # Errors
    /// [`DriverError::Adb`] if that is not certain: [`Phone::release`] or [`Phone::clean`] is
    /// to be tried later.
    pub async fn close(self) -> Result<Undone, DriverError> {
        let Self {
            phone,
            note,
            patience,
            shell,
            changed,
            ..
        } = self;
        shell.close(patience.end).await?;
        if !changed {
            return Ok(Undone::default());
        }
        Ok(phone.undo(&note, patience.end).await?)
    }

    /// Makes a change whose undoing the phone notes first, unless it has done so for the same
    /// change: what was there before the first one counts, and the notes do not grow with each.
    pub(super) async fn change(
        &mut self,
        what: &str,
        undo: &[&str],
        cmd: &str,
    ) -> Result<String, DriverError> {
        let lines = undo.join("\n");
        if undo.is_empty() || self.noted.contains(&lines) {
            return self.shell.act(what, cmd).await;
        }
        let cmd = self.note.change(undo, cmd)?;
        self.changed = true;
        let said = self.shell.act(what, &cmd).await?;
        self.noted.insert(lines);
        Ok(said)
    }

    /// Sets settings until the driver ends, those that are not so already.
    pub(super) async fn set(
        &mut self,
        what: &str,
        settings: &[Setting<'_>],
    ) -> Result<(), DriverError> {
        let gets: Vec<_> = settings.iter().map(Setting::get).collect();
        let gets: Vec<&str> = gets.iter().map(String::as_str).collect();
        let former = self.shell.run_all(&gets, self.patience.answer).await?;
        let mut undo = Vec::new();
        let mut puts = Vec::new();
        let mut names = Vec::new();
        for (setting, out) in settings.iter().zip(&former) {
            if let Some(said) = super::shell::complaint(out) {
                return Err(DriverError::refused(what, &said));
            }
            let former = super::shell::text(out);
            let former = former.trim_end_matches(['\r', '\n']);
            if former != setting.value {
                puts.push(setting.put(setting.value));
                if !self.noted.contains(&setting.name()) {
                    undo.push(setting.put(former));
                    names.push(setting.name());
                }
            }
        }
        if puts.is_empty() {
            return Ok(());
        }
        let undo: Vec<&str> = undo.iter().map(String::as_str).collect();
        self.change(what, &undo, &puts.join(" && ")).await?;
        self.noted.extend(names);
        Ok(())
    }

    /// For a command that does `steps` things, some of them slow.
    pub(super) fn patience_for(&self, steps: usize) -> Duration {
        let steps = u32::try_from(steps).unwrap_or(u32::MAX);
        self.patience.answer + Duration::from_secs(2).saturating_mul(steps)
    }
}

/// One of Android's settings and the value that it is to have.
pub(super) struct Setting<'a> {
    pub namespace: &'static str,
    pub key: &'static str,
    pub value: &'a str,
}

impl Setting<'_> {
    fn name(&self) -> String {
        format!("{} {}", self.namespace, self.key)
    }

    fn get(&self) -> String {
        format!("settings get {}", self.name())
    }

    /// The command that gives it a value; `null` is what Android prints where there is none.
    fn put(&self, value: &str) -> String {
        let Self { namespace, key, .. } = self;
        match value {
            "null" | "" => format!("settings delete {namespace} {key}"),
            value => format!(
                "settings put {namespace} {key} {}",
                crate::adb::quote(value)
            ),
        }
    }
}
