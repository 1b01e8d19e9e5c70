//! Changes on a phone that are put back, whatever becomes of who made them.

use std::time::Duration;

use super::error::AdbError;
use super::job::Note;
use super::phone::Phone;

/// What [`Phone::undo`] did.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Undone {
    /// Changes that were put back.
    pub done: usize,
    /// What the phone said where it could not.
    pub failed: Vec<String>,
}

impl Phone {
    /// Puts back what was changed under a note, the last change first, and forgets it. What must
    /// not go on changing things has ended before.
    ///
    /// # Errors
    /// [`AdbError::Refused`] if Android has not come up yet; any other [`AdbError`]. The notes of
    /// the changes stay then.
    pub async fn undo(&self, note: &Note, total: Duration) -> Result<Undone, AdbError> {
        let _ = (note, total);
        todo!()
    }

    /// Ends whatever runs under a note, puts back what was changed under it, and removes the
    /// note: as [`Phone::clean`] does, for one note. For whoever lost hold of a command half way.
    ///
    /// # Errors
    /// As [`Phone::end`] and [`Phone::undo`].
    pub async fn release(
        &self,
        note: &Note,
        grace: Duration,
        total: Duration,
    ) -> Result<Undone, AdbError> {
        let _ = (note, grace, total);
        todo!()
    }
}
