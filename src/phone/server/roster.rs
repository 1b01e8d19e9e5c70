//! The list of phones that the server knows, and under which transport each can be reached.
//!
//! A phone that is plugged in has a seat: a transport id, a state, and a lifeline that ends
//! with it. The id changes whenever a phone comes back after it was gone or offline, as on a
//! real server, and whatever runs through the old one ends then.

use std::collections::HashMap;
use std::fmt::Write as _;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use tokio::sync::watch;
use tokio_util::sync::CancellationToken;

use super::HUB;
use super::request::{Form, Which};
use crate::phone::link::{Condition, Link};
use crate::phone::{Details, Phone};

/// Longest list that its length prefix of four hex digits can tell, in bytes.
const MAX_LIST: usize = 0xffff;
/// What the list says of a phone.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum State {
    Device,
    Offline,
    Unauthorized,
}

impl State {
    pub(super) fn name(self) -> &'static str {
        match self {
            Self::Device => "device",
            Self::Offline => "offline",
            Self::Unauthorized => "unauthorized",
        }
    }

    fn of(condition: Condition) -> Option<Self> {
        match condition {
            Condition::Up => Some(Self::Device),
            Condition::Offline => Some(Self::Offline),
            Condition::Unauthorized => Some(Self::Unauthorized),
            Condition::Gone => None,
        }
    }
}

struct Seat {
    id: u64,
    state: State,
    /// Cancelled when nothing can go through this transport any more.
    lifeline: CancellationToken,
}

impl Drop for Seat {
    fn drop(&mut self) {
        self.lifeline.cancel();
    }
}

struct Entry {
    phone: Arc<Phone>,
    condition: Condition,
    /// By `host:disconnect`, until `host:connect`.
    unplugged: bool,
    seat: Option<Seat>,
}

struct Entries {
    all: Vec<Entry>,
    last_id: u64,
}

/// A phone that was chosen, as it is now.
#[derive(Clone)]
pub(super) struct Chosen {
    position: usize,
    pub(super) id: u64,
    pub(super) state: State,
    pub(super) phone: Arc<Phone>,
    pub(super) lifeline: CancellationToken,
}

impl Chosen {
    /// Where the phone would be plugged in: hubs of seven, as many farms use them.
    pub(super) fn path(&self) -> String {
        path(self.position)
    }
}

fn path(position: usize) -> String {
    let position = position as u32;
    format!("usb:1-{}.{}", position / HUB + 1, position % HUB + 1)
}

/// What came of `host:connect`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Connected {
    Now,
    Already,
    No,
}

/// All phones of the server.
pub(super) struct Roster {
    entries: Mutex<Entries>,
    by_serial: HashMap<String, usize>,
    changes: watch::Sender<()>,
}

impl Roster {
    pub(super) fn new(phones: &[Arc<Phone>]) -> Self {
        let mut entries = Entries {
            all: Vec::with_capacity(phones.len()),
            last_id: 0,
        };
        for phone in phones {
            let mut entry = Entry {
                phone: Arc::clone(phone),
                condition: Link::new(phone).condition(),
                unplugged: false,
                seat: None,
            };
            settle(&mut entry, &mut entries.last_id);
            entries.all.push(entry);
        }
        Self {
            entries: Mutex::new(entries),
            by_serial: phones
                .iter()
                .enumerate()
                .map(|(position, phone)| (phone.serial().to_owned(), position))
                .collect(),
            changes: watch::Sender::new(()),
        }
    }

    /// Follows that the list has changed.
    pub(super) fn changes(&self) -> watch::Receiver<()> {
        self.changes.subscribe()
    }

    /// Keeps one phone's place in the list up to date, for ever.
    pub(super) async fn follow(self: Arc<Self>, position: usize, mut link: Link) {
        loop {
            let condition = link.condition();
            self.change(position, |entry, last_id| {
                entry.condition = condition;
                settle(entry, last_id);
            });
            link.left(condition).await;
        }
    }

    /// Plugs a phone in again. An address may carry the port that clients add to names.
    pub(super) fn connect(&self, address: &str) -> Connected {
        let Some(position) = self.position(address) else {
            return Connected::No;
        };
        self.change(position, |entry, last_id| {
            let was_there = entry.seat.is_some();
            entry.unplugged = false;
            settle(entry, last_id);
            match entry.seat {
                None => Connected::No,
                Some(_) if was_there => Connected::Already,
                Some(_) => Connected::Now,
            }
        })
        .unwrap_or(Connected::No)
    }

    /// Takes a phone off the list; false if there is none of that name.
    pub(super) fn disconnect(&self, address: &str) -> bool {
        let unplug = |entry: &mut Entry, _: &mut u64| {
            entry.unplugged = true;
            entry.seat.take().is_some()
        };
        self.position(address)
            .and_then(|position| self.change(position, unplug))
            .unwrap_or(false)
    }

    /// Takes all phones off the list.
    pub(super) fn disconnect_all(&self) {
        for entry in &mut self.lock().all {
            entry.unplugged = true;
            entry.seat = None;
        }
        self.changes.send_replace(());
    }

    /// Gives a phone a new transport, as if its plug was pulled and put back.
    pub(super) fn reconnect(&self, chosen: &Chosen) {
        self.change(chosen.position, |entry, last_id| {
            entry.seat = None;
            settle(entry, last_id);
        });
    }

    /// Every phone that is listed.
    pub(super) fn listed(&self) -> Vec<Chosen> {
        let entries = self.lock();
        let all = entries.all.iter().enumerate();
        all.filter_map(|(position, entry)| choose(position, entry))
            .collect()
    }

    /// The list as `host:devices` has it. One that is longer than its length prefix can tell
    /// is cut after a whole line.
    pub(super) fn list(&self, form: Form) -> String {
        let entries = self.lock();
        let mut list = String::new();
        for (position, entry) in entries.all.iter().enumerate() {
            let Some(seat) = &entry.seat else { continue };
            let before = list.len();
            line(&mut list, form, position, &entry.phone, seat);
            if list.len() > MAX_LIST {
                list.truncate(before);
                break;
            }
        }
        list
    }

    /// The one phone that is meant, in whatever state.
    ///
    /// # Errors
    /// The reason in the words of a real server.
    pub(super) fn choose(&self, which: &Which) -> Result<Chosen, String> {
        let (none, several) = match which {
            Which::Serial(serial) => {
                let position = self.by_serial.get(serial).copied();
                return position
                    .and_then(|position| choose(position, self.lock().all.get(position)?))
                    .ok_or_else(|| format!("device '{serial}' not found"));
            }
            Which::Id(id) => {
                let listed = self.lock();
                let mut all = listed.all.iter().enumerate();
                return all
                    .find(|(_, entry)| entry.seat.as_ref().is_some_and(|seat| seat.id == *id))
                    .and_then(|(position, entry)| choose(position, entry))
                    .ok_or_else(|| format!("no device with transport id '{id}'"));
            }
            // All virtual phones hang on virtual cables.
            Which::Local => return Err("no emulators found".to_owned()),
            Which::Usb => ("no devices found", "more than one device"),
            Which::Any => (
                "no devices/emulators found",
                "more than one device/emulator",
            ),
        };
        match <[Chosen; 1]>::try_from(self.listed()) {
            Ok([only]) => Ok(only),
            Err(listed) if listed.is_empty() => Err(none.to_owned()),
            Err(_) => Err(several.to_owned()),
        }
    }

    /// The one phone that is meant, if services can be asked of it.
    ///
    /// # Errors
    /// The reason in the words of a real server.
    pub(super) fn choose_online(&self, which: &Which) -> Result<Chosen, String> {
        let chosen = self.choose(which)?;
        match chosen.state {
            State::Device => Ok(chosen),
            State::Offline => Err("device offline".to_owned()),
            State::Unauthorized => Err(UNAUTHORIZED.to_owned()),
        }
    }

    fn position(&self, address: &str) -> Option<usize> {
        let bare = address.strip_suffix(":5555").unwrap_or(address);
        let position = self.by_serial.get(address);
        position.or_else(|| self.by_serial.get(bare)).copied()
    }

    fn change<T>(
        &self,
        position: usize,
        change: impl FnOnce(&mut Entry, &mut u64) -> T,
    ) -> Option<T> {
        let changed = {
            let entries = &mut *self.lock();
            let entry = entries.all.get_mut(position)?;
            change(entry, &mut entries.last_id)
        };
        self.changes.send_replace(());
        Some(changed)
    }

    fn lock(&self) -> MutexGuard<'_, Entries> {
        // No change leaves an entry half done, so one that panicked did no harm.
        self.entries.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// The words of adb 29, with line breaks.
const UNAUTHORIZED: &str = "device unauthorized.\n\
    This adb server's $ADB_VENDOR_KEYS is not set\n\
    Try 'adb kill-server' if that seems wrong.\n\
    Otherwise check for a confirmation dialog on your device.";

fn choose(position: usize, entry: &Entry) -> Option<Chosen> {
    let seat = entry.seat.as_ref()?;
    Some(Chosen {
        position,
        id: seat.id,
        state: seat.state,
        phone: Arc::clone(&entry.phone),
        lifeline: seat.lifeline.clone(),
    })
}

/// Brings an entry's seat in line with the phone's condition.
fn settle(entry: &mut Entry, last_id: &mut u64) {
    let wanted = State::of(entry.condition).filter(|_| !entry.unplugged);
    match (&mut entry.seat, wanted) {
        (seat, None) => *seat = None,
        (Some(seat), Some(state)) if seat.state == state => {}
        // The transport stays while a phone goes offline or gets its key allowed.
        (Some(seat), Some(State::Offline)) => {
            seat.state = State::Offline;
            seat.lifeline.cancel();
        }
        (Some(seat), Some(State::Device)) if seat.state == State::Unauthorized => {
            seat.state = State::Device;
        }
        (seat, Some(state)) => {
            *last_id += 1;
            *seat = Some(Seat {
                id: *last_id,
                state,
                lifeline: CancellationToken::new(),
            });
        }
    }
}

fn line(list: &mut String, form: Form, position: usize, phone: &Phone, seat: &Seat) {
    let (serial, state, id) = (phone.serial(), seat.state.name(), seat.id);
    // Writing to a String does not fail.
    let _ = match form {
        Form::Short => writeln!(list, "{serial}\t{state}"),
        Form::Long => {
            let path = path(position);
            let known = if seat.state == State::Device {
                let Details {
                    product,
                    model,
                    device,
                } = phone.details();
                format!(" product:{product} model:{model} device:{device}")
            } else {
                String::new()
            };
            writeln!(list, "{serial:<22} {state} {path}{known} transport_id:{id}")
        }
    };
}

#[cfg(test)]
mod tests;
