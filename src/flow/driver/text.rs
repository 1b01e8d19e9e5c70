//! Typing.

use super::error::DriverError;
use super::open::Driver;

impl Driver {
    /// Types a text into the element that has the focus.
    ///
    /// # Errors
    /// [`DriverError::Unsupported`] if it has characters that need another keyboard than this
    /// phone has; every other [`DriverError`].
    pub async fn type_text(&mut self, text: &str) -> Result<(), DriverError> {
        let _ = text;
        todo!()
    }

    /// Deletes so many characters before the cursor.
    ///
    /// # Errors
    /// [`DriverError`].
    pub async fn erase(&mut self, characters: u32) -> Result<(), DriverError> {
        let _ = characters;
        todo!()
    }
}
