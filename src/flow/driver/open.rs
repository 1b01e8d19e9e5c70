//! A driver's beginning and end, and how it reaches its phone.

use crate::adb::{Group, Note, Phone};

use super::Patience;
use super::error::DriverError;
use super::locks::{Held, UiLocks};

/// The user interface of one phone, in one task's hands. When it is dropped without
/// [`Driver::close`], the phone's lock is free again, but what it started may still run there
/// and nothing has been put back: [`Phone::release`] sees to both.
#[derive(Debug)]
pub struct Driver {
    phone: Phone,
    note: Note,
    patience: Patience,
    _held: Held,
}

impl Driver {
    /// Waits for the phone's turn and opens a shell under `note`.
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
        Ok(Self {
            phone,
            note: note.clone(),
            patience,
            _held: held,
        })
    }

    /// The phone.
    #[must_use]
    pub const fn phone(&self) -> &Phone {
        &self.phone
    }

    /// The process group of its shell, now; another after a command that timed out. `None` on a
    /// phone without `shell_v2`, and between two shells: [`Phone::release`] needs only the note.
    #[must_use]
    pub fn group(&self) -> Option<&Group> {
        todo!()
    }

    /// How many times it has asked the phone and waited for the answer.
    #[must_use]
    pub fn round_trips(&self) -> u64 {
        todo!()
    }

    /// Ends its shell and puts back what was changed. After this nothing of it is on the phone.
    ///
    /// # Errors
    /// [`DriverError::Adb`] if that is not certain.
    pub async fn close(self) -> Result<(), DriverError> {
        let _ = (&self.note, &self.patience);
        todo!()
    }
}
