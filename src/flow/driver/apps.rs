//! Apps: started, stopped, cleared, allowed.

use crate::flow::lang::Permission;

use super::error::DriverError;
use super::open::Driver;
use super::options::LaunchOptions;

/// What is in front.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Foreground {
    /// Its package.
    pub package: String,
    /// Its activity, with its whole name.
    pub activity: String,
}

/// How an app came to an end.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Crash {
    /// What the phone tells, on one line.
    pub what: String,
}

impl Driver {
    /// Starts an app at its launcher activity.
    ///
    /// # Errors
    /// [`DriverError`].
    pub async fn launch(
        &mut self,
        package: &str,
        options: &LaunchOptions,
    ) -> Result<(), DriverError> {
        let _ = (package, options);
        todo!()
    }

    /// Stops an app and all it runs.
    ///
    /// # Errors
    /// [`DriverError`].
    pub async fn stop(&mut self, package: &str) -> Result<(), DriverError> {
        let _ = package;
        todo!()
    }

    /// Goes home and ends the app's process as the system does when memory is short.
    ///
    /// # Errors
    /// [`DriverError`].
    pub async fn kill(&mut self, package: &str) -> Result<(), DriverError> {
        let _ = package;
        todo!()
    }

    /// Deletes an app's data.
    ///
    /// # Errors
    /// [`DriverError`].
    pub async fn clear(&mut self, package: &str) -> Result<(), DriverError> {
        let _ = package;
        todo!()
    }

    /// Grants and revokes permissions, by `all`, Maestro's names or Android's, in order.
    ///
    /// # Errors
    /// [`DriverError`].
    pub async fn permissions(
        &mut self,
        package: &str,
        permissions: &[(String, Permission)],
    ) -> Result<(), DriverError> {
        let _ = (package, permissions);
        todo!()
    }

    /// What is in front; `None` if nothing is, for example behind the lock screen.
    ///
    /// # Errors
    /// [`DriverError`].
    pub async fn foreground(&mut self) -> Result<Option<Foreground>, DriverError> {
        todo!()
    }

    /// Whether an app crashed or hangs, since the driver was opened or since this was last asked.
    ///
    /// # Errors
    /// [`DriverError`].
    pub async fn crashed(&mut self, package: &str) -> Result<Option<Crash>, DriverError> {
        let _ = package;
        todo!()
    }

    /// Opens a link, in an app of this package if one is given.
    ///
    /// # Errors
    /// [`DriverError::Refused`] if nothing takes it.
    pub async fn open_link(
        &mut self,
        link: &str,
        package: Option<&str>,
    ) -> Result<(), DriverError> {
        let _ = (link, package);
        todo!()
    }
}
