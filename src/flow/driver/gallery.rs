//! Pictures and videos on the phone.

use std::path::PathBuf;

use super::error::DriverError;
use super::open::Driver;

impl Driver {
    /// Copies files into the phone's gallery, where they stay.
    ///
    /// # Errors
    /// [`DriverError`].
    pub async fn add_media(&mut self, files: &[PathBuf]) -> Result<(), DriverError> {
        let _ = files;
        todo!()
    }

    /// Copies files to the phone until the driver ends, and shares them to an app.
    ///
    /// # Errors
    /// [`DriverError::Unsupported`] if this Android cannot share so many at once.
    pub async fn share_media(
        &mut self,
        files: &[PathBuf],
        package: &str,
    ) -> Result<(), DriverError> {
        let _ = (files, package);
        todo!()
    }
}
