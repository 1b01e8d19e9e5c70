//! The phone itself: awake, turned, in the air, somewhere.

use std::time::Duration;

use tokio::time::Instant;

use crate::flow::lang::{Airplane, Orientation};

use super::crash::{CLOCK, seconds};
use super::error::DriverError;
use super::open::{Driver, Setting};

/// How long a lock screen without a secret may take to go.
const UNLOCK: Duration = Duration::from_secs(4);

/// How long airplane mode may take to be set.
const SWITCH: Duration = Duration::from_secs(5);

/// Between two looks.
const LOOK: Duration = Duration::from_millis(200);

/// Lines that tell whether the lock screen is there: the first from Android 9 on.
const LOCKED: &str = "dumpsys window policy | grep -E '^ *(showing|secure)=|mShowingLockscreen=|mDreamingLockscreen='";

/// `BatteryManager.BATTERY_PLUGGED_AC | _USB | _WIRELESS`: stays on with any of them.
const STAY_ON: u8 = 7;

const AIRPLANE: &str = "settings get global airplane_mode_on";

/// Where mock locations are given: Android's own, which others are made of.
const PROVIDERS: [&str; 2] = ["gps", "network"];

impl Driver {
    /// Wakes and unlocks the phone and keeps it awake while it is plugged in, until the driver
    /// ends.
    ///
    /// # Errors
    /// [`DriverError::Refused`] if its lock screen asks for a secret.
    pub async fn prepare(&mut self) -> Result<(), DriverError> {
        const WAKE: &str = "input keyevent 224 && wm dismiss-keyguard";
        const STAYS: &str = "settings get global stay_on_while_plugged_in";
        let [_, locked, stays, clock] = self.shell.ask([WAKE, LOCKED, STAYS, CLOCK]).await?;
        self.seen_until = self.seen_until.or(seconds(&clock));
        let stays: u8 = stays.trim().parse().unwrap_or(0);
        if stays & STAY_ON != STAY_ON {
            let value = (stays | STAY_ON).to_string();
            let setting = Setting {
                namespace: "global",
                key: "stay_on_while_plugged_in",
                value: &value,
            };
            self.set("keeping the phone awake", &[setting]).await?;
        }
        let ends = Instant::now() + UNLOCK;
        let mut locked = is_locked(&locked);
        while locked {
            if Instant::now() >= ends {
                return Err(DriverError::refused(
                    "unlocking the phone",
                    "its lock screen stays; take away its PIN, pattern or password, or unlock \
                     it by hand",
                ));
            }
            tokio::time::sleep(LOOK).await;
            let [_, said] = self.shell.ask([WAKE, LOCKED]).await?;
            locked = is_locked(&said);
        }
        Ok(())
    }

    /// Turns the screen until the driver ends.
    ///
    /// # Errors
    /// [`DriverError`].
    pub async fn orientation(&mut self, orientation: Orientation) -> Result<(), DriverError> {
        // `Surface.ROTATION_90` is the device turned to its left.
        let turns = match orientation {
            Orientation::Portrait => "0",
            Orientation::LandscapeLeft => "1",
            Orientation::UpsideDown => "2",
            Orientation::LandscapeRight => "3",
        };
        let setting = |key, value| Setting {
            namespace: "system",
            key,
            value,
        };
        self.set(
            "turning the screen",
            &[
                setting("accelerometer_rotation", "0"),
                setting("user_rotation", turns),
            ],
        )
        .await
    }

    /// Sets airplane mode until the driver ends.
    ///
    /// # Errors
    /// [`DriverError::Unsupported`] for a phone on the network, which could not be reached any
    /// more, and before Android 9.
    pub async fn airplane(&mut self, mode: Airplane) -> Result<(), DriverError> {
        let what = "setting airplane mode";
        let former = self.airplane_mode().await?;
        if former == mode {
            return Ok(());
        }
        if mode == Airplane::On && is_remote(self.phone.serial()) {
            return Err(DriverError::Unsupported {
                what: what.into(),
                why: "it is connected over the network and would be lost; connect it by USB".into(),
            });
        }
        let switch = |mode| match mode {
            Airplane::On => "cmd connectivity airplane-mode enable",
            Airplane::Off => "cmd connectivity airplane-mode disable",
        };
        let said = self.change(what, &[switch(former)], switch(mode)).await?;
        let ends = Instant::now() + SWITCH;
        while self.airplane_mode().await? != mode {
            if Instant::now() >= ends {
                return Err(DriverError::Unsupported {
                    what: what.into(),
                    why: format!("Android 9 is needed; it says: {}", said.trim()),
                });
            }
            tokio::time::sleep(LOOK).await;
        }
        Ok(())
    }

    /// Whether airplane mode is on.
    ///
    /// # Errors
    /// [`DriverError`].
    pub async fn airplane_mode(&mut self) -> Result<Airplane, DriverError> {
        let said = self.shell.act("reading airplane mode", AIRPLANE).await?;
        Ok(match said.trim() {
            "1" => Airplane::On,
            _ => Airplane::Off,
        })
    }

    /// Makes the phone believe that it is there, in degrees north and east, until the driver
    /// ends. Apps can tell that it is a mock location.
    ///
    /// # Errors
    /// [`DriverError::Unsupported`] before Android 12, [`DriverError::Invalid`] for what is no
    /// place on earth.
    pub async fn location(&mut self, latitude: f64, longitude: f64) -> Result<(), DriverError> {
        let what = format!("setting the location to {latitude},{longitude}");
        if !(latitude.abs() <= 90.0 && longitude.abs() <= 180.0) {
            return Err(DriverError::Invalid(format!(
                "{what}: degrees north are -90 to 90, degrees east -180 to 180"
            )));
        }
        let allow = "appops set com.android.shell android:mock_location";
        let mut undo = vec![format!("{allow} default")];
        let mut cmds = vec![format!("{allow} allow")];
        for provider in PROVIDERS {
            let cmd = |verb: &str| format!("cmd location providers {verb} {provider}");
            undo.push(cmd("remove-test-provider"));
            cmds.push(cmd("add-test-provider"));
            cmds.push(format!("{} true", cmd("set-test-provider-enabled")));
            cmds.push(format!(
                "{} --location {latitude},{longitude}",
                cmd("set-test-provider-location")
            ));
        }
        let undo: Vec<&str> = undo.iter().map(String::as_str).collect();
        match self.change(&what, &undo, &cmds.join(" && ")).await {
            Ok(_) => Ok(()),
            Err(DriverError::Refused { what, said }) if is_unknown(&said) => {
                Err(DriverError::Unsupported {
                    what,
                    why: format!("Android 12 is needed; it says: {said}"),
                })
            }
            Err(error) => Err(error),
        }
    }
}

/// Whether `LOCKED`'s lines tell of a lock screen.
fn is_locked(said: &str) -> bool {
    said.split_whitespace()
        .any(|word| matches!(word, "showing=true" | "mShowingLockscreen=true"))
}

/// Whether a serial is the address of another computer: that of a phone on the network, unlike
/// one behind a tunnel or in an emulator.
fn is_remote(serial: &str) -> bool {
    if serial.contains("._adb") {
        return true;
    }
    let Some((host, _)) = serial.rsplit_once(':') else {
        return false;
    };
    let host = host.trim_matches(['[', ']']);
    let local = host
        .parse::<std::net::IpAddr>()
        .is_ok_and(|ip| ip.is_loopback());
    !local && host != "localhost"
}

/// Whether an Android says that it does not know a command.
fn is_unknown(said: &str) -> bool {
    [
        "Unknown command",
        "Can't find service",
        "No shell command implementation",
        "not found",
    ]
    .iter()
    .any(|word| said.contains(word))
}

#[cfg(test)]
mod tests {
    use super::{is_locked, is_remote};

    #[test]
    fn a_lock_screen_is_seen_on_old_and_new_androids() {
        assert!(is_locked("    showing=true\n    secure=false\n"));
        assert!(is_locked(
            "  mDreamingLockscreen=false mShowingLockscreen=true\n"
        ));
        assert!(!is_locked("    showing=false\n    secure=true\n"));
        assert!(!is_locked(""));
    }

    #[test]
    fn a_phone_on_the_network_is_known_by_its_serial() {
        for remote in [
            "10.0.0.7:5555",
            "phone.lan:5555",
            "adb-X-y._adb-tls-connect._tcp",
        ] {
            assert!(is_remote(remote), "{remote}");
        }
        for near in [
            "R58M123",
            "127.0.0.1:5555",
            "[::1]:5555",
            "localhost:5555",
            "emulator-5554",
        ] {
            assert!(!is_remote(near), "{near}");
        }
    }
}
