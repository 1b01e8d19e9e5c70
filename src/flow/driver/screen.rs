//! What is on the screen.

use super::error::DriverError;
use super::open::Driver;

/// The screen at one moment.
#[derive(Debug, Clone)]
pub struct Looked {
    /// The hierarchy as the phone wrote it.
    pub xml: String,
}

/// Where the hierarchy of the screen comes from.
pub trait Source {}

impl Driver {
    /// Looks at the screen: its elements now.
    ///
    /// # Errors
    /// [`DriverError::TimedOut`] with the phone's words if it could not be read, for example
    /// because a video plays; [`DriverError::Adb`].
    pub async fn look(&mut self) -> Result<Looked, DriverError> {
        todo!()
    }

    /// A picture of the screen: a PNG file.
    ///
    /// # Errors
    /// [`DriverError::Adb`].
    pub async fn screenshot(&mut self) -> Result<Vec<u8>, DriverError> {
        todo!()
    }
}
