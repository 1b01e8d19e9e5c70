//! The phone itself: awake, turned, in the air, somewhere.

use crate::flow::lang::{Airplane, Orientation};

use super::error::DriverError;
use super::open::Driver;

impl Driver {
    /// Wakes and unlocks the phone and keeps it awake until the driver ends.
    ///
    /// # Errors
    /// [`DriverError::Refused`] if its lock screen asks for a secret.
    pub async fn prepare(&mut self) -> Result<(), DriverError> {
        todo!()
    }

    /// Turns the screen until the driver ends.
    ///
    /// # Errors
    /// [`DriverError`].
    pub async fn orientation(&mut self, orientation: Orientation) -> Result<(), DriverError> {
        let _ = orientation;
        todo!()
    }

    /// Sets airplane mode until the driver ends.
    ///
    /// # Errors
    /// [`DriverError`].
    pub async fn airplane(&mut self, mode: Airplane) -> Result<(), DriverError> {
        let _ = mode;
        todo!()
    }

    /// Whether airplane mode is on.
    ///
    /// # Errors
    /// [`DriverError`].
    pub async fn airplane_mode(&mut self) -> Result<Airplane, DriverError> {
        todo!()
    }

    /// Makes the phone believe that it is there, until the driver ends.
    ///
    /// # Errors
    /// [`DriverError::Unsupported`] where Android has no command for it.
    pub async fn location(&mut self, latitude: f64, longitude: f64) -> Result<(), DriverError> {
        let _ = (latitude, longitude);
        todo!()
    }
}
