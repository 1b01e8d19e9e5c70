//! What is rare and intricate: install, uninstall and reboot, through the crate `adb_client`.
//!
//! Read in its version 3.2.3, and dealt with here:
//! - `ADBServer` runs `adb start-server`, without the port, whenever it connects to a loopback
//!   address. `ADBServerDevice::new(serial, Some(address))` only connects: that is what is used.
//! - It blocks without a deadline. So each call connects to a [`Relay`] that belongs to the
//!   future: a deadline or a drop closes it, and the blocked thread comes back. A slot is held
//!   by the thread, not the future, so that there are never more threads than slots.
//! - It takes IPv4 addresses only; the relay reaches any server.
//! - `install` and `uninstall` read their answer once and take what has come for all of it;
//!   the relay hands it over in one piece. They compare it with `Success\n`, everything else is
//!   an error with the phone's words (`Failure [INSTALL_FAILED_...]`): here an answer whose last
//!   line is `Success` counts.
//! - A phone that refuses in the middle of an APK resets the connection, and its reason is lost
//!   with it; the relay swallows the rest of the APK and saves the reason.
//! - The package name goes unquoted into the phone's shell: it is checked before.
//! - `install` is `cmd package install -S SIZE`: it needs Android 7 or newer, and `cmd` replaces
//!   an installed app of the same signature only since Android 9; an older one answers
//!   `INSTALL_FAILED_ALREADY_EXISTS`.

use std::path::Path;
use std::pin::pin;
use std::time::Duration;

use adb_client::server_device::ADBServerDevice;
use adb_client::{RebootType, RustADBError};

use super::error::{AdbError, Attempt};
use super::limits::after;
use super::phone::Phone;
use super::relay::Relay;

/// How long a stream may stay open after `adb_client` is done with it: a rebooting phone closes
/// its stream when it goes.
const LINGER: Duration = Duration::from_secs(1);

impl Phone {
    /// Installs an APK, replacing the app. `total` counts from when one of four slots of the
    /// server is free. Whether an app was installed is unknown when it fails other than by
    /// [`AdbError::Refused`], or is dropped.
    ///
    /// # Errors
    /// [`AdbError::Refused`] with the phone's words (`Failure [INSTALL_FAILED_...]`),
    /// [`AdbError::Local`] if the file cannot be read, [`AdbError::Invalid`] unless its name ends
    /// with `.apk`; any other [`AdbError`].
    pub async fn install(&self, apk: &Path, total: Duration) -> Result<(), AdbError> {
        const WHAT: &str = "install";
        let here = |source| AdbError::Local {
            attempt: self.attempt(WHAT),
            path: apk.to_owned(),
            source,
        };
        if apk.extension().is_none_or(|e| e != "apk") {
            return Err(AdbError::Invalid(format!(
                "{}: the name of an app file must end with .apk",
                apk.display()
            )));
        }
        // Opened here once, because an error from inside does not say which side it is about.
        let file = tokio::fs::File::open(apk).await.map_err(here)?;
        if !file.metadata().await.map_err(here)?.is_file() {
            return Err(here(std::io::ErrorKind::IsADirectory.into()));
        }
        let path = apk.to_owned();
        self.rare(WHAT, total, move |device| device.install(path, None))
            .await
    }

    /// Removes an app. `total` as for [`Phone::install`].
    ///
    /// # Errors
    /// [`AdbError::Refused`] with the phone's words (`Failure [DELETE_FAILED_...]`),
    /// [`AdbError::Invalid`] for what cannot be a package's name; any other [`AdbError`].
    pub async fn uninstall(&self, package: &str, total: Duration) -> Result<(), AdbError> {
        let allowed = |b: u8| b.is_ascii_alphanumeric() || matches!(b, b'.' | b'_');
        if !package.starts_with(|c: char| c.is_ascii_alphabetic())
            || package.len() > 255
            || !package.bytes().all(allowed)
        {
            return Err(AdbError::Invalid(format!(
                "{package:?} is no package name: letters, digits, '.' and '_' are expected, \
                 the first a letter"
            )));
        }
        let package = package.to_owned();
        self.rare("uninstall", total, move |device| {
            device.uninstall(&package, None)
        })
        .await
    }

    /// Has the phone restart: returns when it agreed, or closed the connection on being asked, as
    /// a phone does that goes down faster than its answer. Either is long before it is back, and
    /// only another [`Phone::boot_id`] shows that it did restart. `total` as for
    /// [`Phone::install`].
    ///
    /// # Errors
    /// [`AdbError`].
    pub async fn reboot(&self, total: Duration) -> Result<(), AdbError> {
        let asked = self
            .rare("reboot", total, |device| device.reboot(RebootType::System))
            .await;
        match asked {
            Err(AdbError::Closed { .. }) => Ok(()),
            other => other,
        }
    }

    /// Runs one blocking call behind a relay.
    async fn rare(
        &self,
        what: &'static str,
        total: Duration,
        call: impl FnOnce(&mut ADBServerDevice) -> Result<(), RustADBError> + Send + 'static,
    ) -> Result<(), AdbError> {
        let attempt = self.attempt(what);
        let server = self.server().addr();
        let cannot = |e: std::io::Error| AdbError::Refused {
            attempt: attempt.clone(),
            reason: format!("cannot open a port on this computer: {e}"),
        };
        // The slots are never closed.
        let slot = self.server().rare().clone().acquire_owned().await.ok();
        let ends = after(total);
        let relay = Relay::open().await.map_err(cannot)?;
        let (door, serial) = (relay.addr(), self.serial().to_owned());
        let mut work = tokio::task::spawn_blocking(move || {
            let _slot = slot;
            call(&mut ADBServerDevice::new(serial, Some(door)))
        });
        let run = async {
            let mut relayed = pin!(relay.serve(server));
            tokio::select! {
                done = &mut work => {
                    let _ = tokio::time::timeout(LINGER, relayed).await;
                    (done, None)
                }
                ended = &mut relayed => {
                    // Both sides are closed, so the call comes to its end.
                    ((&mut work).await, ended.err())
                }
            }
        };
        let (done, unreachable) =
            tokio::time::timeout_at(ends, run)
                .await
                .map_err(|_| AdbError::TimedOut {
                    attempt: attempt.clone(),
                    after: total,
                })?;
        if let Some(e) = unreachable {
            return Err(AdbError::Connect {
                server,
                reason: e.to_string(),
            });
        }
        match done {
            Ok(Ok(())) => Ok(()),
            Ok(Err(e)) => verdict(attempt, e),
            Err(_) => Err(AdbError::Protocol {
                attempt,
                detail: "adb_client gave up on the answer".into(),
            }),
        }
    }
}

/// What an error of `adb_client` means.
fn verdict(attempt: Attempt, error: RustADBError) -> Result<(), AdbError> {
    match error {
        RustADBError::ADBRequestFailed(words) => {
            let last = words.trim().lines().next_back().unwrap_or_default();
            match last.trim() {
                "Success" => Ok(()),
                "" => Err(AdbError::Closed { attempt }),
                _ => Err(AdbError::from_fail(attempt, &words)),
            }
        }
        RustADBError::IOError(_) => Err(AdbError::Closed { attempt }),
        other => Err(AdbError::Protocol {
            attempt,
            detail: other.to_string(),
        }),
    }
}

#[cfg(test)]
#[path = "rare_tests.rs"]
mod tests;
