//! Touches and keys.

use std::time::Duration;

use crate::flow::lang::Key;

use super::error::DriverError;
use super::open::Driver;
use super::options::Keyboard;

impl Driver {
    /// Touches the screen once, at a point in pixels from the top left.
    ///
    /// # Errors
    /// [`DriverError`].
    pub async fn tap(&mut self, at: (i32, i32)) -> Result<(), DriverError> {
        let _ = at;
        todo!()
    }

    /// Touches the screen twice, fast.
    ///
    /// # Errors
    /// [`DriverError`].
    pub async fn double_tap(&mut self, at: (i32, i32)) -> Result<(), DriverError> {
        let _ = at;
        todo!()
    }

    /// Touches the screen and holds on.
    ///
    /// # Errors
    /// [`DriverError`].
    pub async fn long_press(&mut self, at: (i32, i32), hold: Duration) -> Result<(), DriverError> {
        let _ = (at, hold);
        todo!()
    }

    /// Moves a finger over the screen.
    ///
    /// # Errors
    /// [`DriverError`].
    pub async fn swipe(
        &mut self,
        from: (i32, i32),
        to: (i32, i32),
        duration: Duration,
    ) -> Result<(), DriverError> {
        let _ = (from, to, duration);
        todo!()
    }

    /// Presses a key.
    ///
    /// # Errors
    /// [`DriverError`].
    pub async fn key(&mut self, key: Key) -> Result<(), DriverError> {
        let _ = key;
        todo!()
    }

    /// Hides the keyboard if it is shown.
    ///
    /// # Errors
    /// [`DriverError`].
    pub async fn hide_keyboard(&mut self) -> Result<Keyboard, DriverError> {
        todo!()
    }
}
