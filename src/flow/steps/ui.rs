//! What steps need of a phone.
//!
//! [`Driver`] is the phone that farms use. It stands behind a trait so that what waits for what,
//! and for how long, can be tested on a clock that the test holds.

use std::path::PathBuf;
use std::time::Duration;

use tokio::time::Instant;

use super::point::Place;
use crate::flow::driver::{Crash, Driver, DriverError, LaunchOptions, Looked};
use crate::flow::lang::{Airplane, Key, Orientation, Permission};

/// Something that is done on a phone.
#[derive(Debug, Clone, Copy)]
pub(in crate::flow) enum Act<'a> {
    Tap(Place),
    DoubleTap(Place),
    LongPress(Place, Duration),
    Swipe(Place, Place, Duration),
    Press(Key),
    Type(&'a str),
    Erase(u32),
    HideKeyboard,
    Launch(&'a str, &'a LaunchOptions),
    Stop(&'a str),
    Kill(&'a str),
    Clear(&'a str),
    Permit(&'a str, &'a [(String, Permission)]),
    /// A link, and the package that is to open it.
    Open(&'a str, Option<&'a str>),
    AddMedia(&'a [PathBuf]),
    /// Files, and the package that gets them.
    ShareMedia(&'a [PathBuf], &'a str),
    Turn(Orientation),
    Fly(Airplane),
    /// Degrees north and east.
    Locate(f64, f64),
}

/// A phone whose screen is looked at and touched.
pub(in crate::flow) trait Ui: Send {
    /// The screen as it is now.
    fn look(&mut self) -> impl Future<Output = Result<Looked, DriverError>> + Send;

    /// A picture of the screen: a PNG.
    fn screenshot(&mut self) -> impl Future<Output = Result<Vec<u8>, DriverError>> + Send;

    /// Whether airplane mode is on.
    fn airplane_mode(&mut self) -> impl Future<Output = Result<Airplane, DriverError>> + Send;

    /// Whether an app crashed since then.
    fn crashed(
        &mut self,
        package: &str,
        since: Instant,
    ) -> impl Future<Output = Result<Option<Crash>, DriverError>> + Send;

    /// Does something.
    fn act(&mut self, act: Act<'_>) -> impl Future<Output = Result<(), DriverError>> + Send;
}

impl Ui for Driver {
    async fn look(&mut self) -> Result<Looked, DriverError> {
        Self::look(self).await
    }

    async fn screenshot(&mut self) -> Result<Vec<u8>, DriverError> {
        Self::screenshot(self).await
    }

    async fn airplane_mode(&mut self) -> Result<Airplane, DriverError> {
        Self::airplane_mode(self).await
    }

    async fn crashed(
        &mut self,
        package: &str,
        since: Instant,
    ) -> Result<Option<Crash>, DriverError> {
        let _ = since;
        Self::crashed(self, package).await
    }

    async fn act(&mut self, act: Act<'_>) -> Result<(), DriverError> {
        match act {
            Act::Tap(at) => self.tap(at).await,
            Act::DoubleTap(at) => self.double_tap(at).await,
            Act::LongPress(at, hold) => self.long_press(at, hold).await,
            Act::Swipe(from, to, duration) => self.swipe(from, to, duration).await,
            Act::Press(key) => self.key(key).await,
            Act::Type(text) => self.type_text(text).await,
            Act::Erase(characters) => self.erase(characters).await,
            // Whether it was shown makes no difference to a flow.
            Act::HideKeyboard => self.hide_keyboard().await.map(drop),
            Act::Launch(package, options) => self.launch(package, options).await,
            Act::Stop(package) => self.stop(package).await,
            Act::Kill(package) => self.kill(package).await,
            Act::Clear(package) => self.clear(package).await,
            Act::Permit(package, permissions) => self.permissions(package, permissions).await,
            Act::Open(link, package) => self.open_link(link, package).await,
            Act::AddMedia(files) => self.add_media(files).await,
            Act::ShareMedia(files, package) => self.share_media(files, package).await,
            Act::Turn(orientation) => self.orientation(orientation).await,
            Act::Fly(mode) => self.airplane(mode).await,
            Act::Locate(latitude, longitude) => self.location(latitude, longitude).await,
        }
    }
}
