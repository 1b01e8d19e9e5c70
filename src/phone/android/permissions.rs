//! Permissions: which there are, which apps ask for, which were granted.

use std::collections::BTreeSet;

use super::manifest;

/// How an app comes to a permission.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Protection {
    /// By asking for it.
    Normal,
    /// The person in front of the phone, or `pm grant`, says so.
    Runtime,
    /// For those who build apps, by `pm grant`.
    Development,
    /// For the system alone.
    Signature,
}

/// A permission, and the API level that brought it.
struct Permission(&'static str, Protection, u32);

use Protection::{Development, Normal, Runtime, Signature};

/// Names without `android.permission.`.
const PERMISSIONS: [Permission; 49] = [
    Permission("ACCESS_BACKGROUND_LOCATION", Runtime, 29),
    Permission("ACCESS_COARSE_LOCATION", Runtime, 1),
    Permission("ACCESS_FINE_LOCATION", Runtime, 1),
    Permission("ACCESS_MEDIA_LOCATION", Runtime, 29),
    Permission("ACCESS_NETWORK_STATE", Normal, 1),
    Permission("ACCESS_WIFI_STATE", Normal, 1),
    Permission("ACTIVITY_RECOGNITION", Runtime, 29),
    Permission("ANSWER_PHONE_CALLS", Runtime, 26),
    Permission("BLUETOOTH", Normal, 1),
    Permission("BLUETOOTH_ADVERTISE", Runtime, 31),
    Permission("BLUETOOTH_CONNECT", Runtime, 31),
    Permission("BLUETOOTH_SCAN", Runtime, 31),
    Permission("BODY_SENSORS", Runtime, 20),
    Permission("CALL_PHONE", Runtime, 1),
    Permission("CAMERA", Runtime, 1),
    Permission("CHANGE_CONFIGURATION", Development, 1),
    Permission("DUMP", Development, 1),
    Permission("FOREGROUND_SERVICE", Normal, 28),
    Permission("GET_ACCOUNTS", Runtime, 1),
    Permission("INSTALL_PACKAGES", Signature, 1),
    Permission("INTERNET", Normal, 1),
    Permission("NEARBY_WIFI_DEVICES", Runtime, 33),
    Permission("POST_NOTIFICATIONS", Runtime, 33),
    Permission("PROCESS_OUTGOING_CALLS", Runtime, 1),
    Permission("READ_CALENDAR", Runtime, 1),
    Permission("READ_CALL_LOG", Runtime, 16),
    Permission("READ_CONTACTS", Runtime, 1),
    Permission("READ_EXTERNAL_STORAGE", Runtime, 16),
    Permission("READ_LOGS", Development, 1),
    Permission("READ_MEDIA_AUDIO", Runtime, 33),
    Permission("READ_MEDIA_IMAGES", Runtime, 33),
    Permission("READ_MEDIA_VIDEO", Runtime, 33),
    Permission("READ_MEDIA_VISUAL_USER_SELECTED", Runtime, 34),
    Permission("READ_PHONE_NUMBERS", Runtime, 26),
    Permission("READ_PHONE_STATE", Runtime, 1),
    Permission("READ_SMS", Runtime, 1),
    Permission("REBOOT", Signature, 1),
    Permission("RECEIVE_BOOT_COMPLETED", Normal, 1),
    Permission("RECEIVE_SMS", Runtime, 1),
    Permission("RECORD_AUDIO", Runtime, 1),
    Permission("SEND_SMS", Runtime, 1),
    Permission("VIBRATE", Normal, 1),
    Permission("WAKE_LOCK", Normal, 1),
    Permission("WRITE_CALENDAR", Runtime, 1),
    Permission("WRITE_CALL_LOG", Runtime, 16),
    Permission("WRITE_CONTACTS", Runtime, 1),
    Permission("WRITE_EXTERNAL_STORAGE", Runtime, 4),
    Permission("WRITE_SECURE_SETTINGS", Development, 3),
    Permission("WRITE_SETTINGS", Signature, 1),
];

/// Why a permission stays as it is.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum Unchanged {
    #[error("Unknown permission: {0}")]
    Unknown(String),
    #[error("Package {package} has not requested permission {permission}")]
    NotRequested { package: String, permission: String },
    #[error("Permission {permission} requested by {package} is not a changeable permission type")]
    NotChangeable { package: String, permission: String },
}

/// The permissions that were granted, as package and name.
#[derive(Default)]
pub struct Permissions(BTreeSet<(String, String)>);

impl Permissions {
    /// Grants a permission to an installed package.
    ///
    /// # Errors
    /// [`Unchanged`] if it cannot be granted.
    pub fn grant(&mut self, package: &str, name: &str, sdk: u32) -> Result<(), Unchanged> {
        check(package, name, sdk)?;
        self.0.insert((package.to_owned(), name.to_owned()));
        Ok(())
    }

    /// Revokes a permission; the answer is whether it was granted.
    ///
    /// # Errors
    /// [`Unchanged`] if it cannot be revoked.
    pub fn revoke(&mut self, package: &str, name: &str, sdk: u32) -> Result<bool, Unchanged> {
        check(package, name, sdk)?;
        Ok(self.0.remove(&(package.to_owned(), name.to_owned())))
    }

    pub fn has(&self, package: &str, name: &str) -> bool {
        self.0.contains(&(package.to_owned(), name.to_owned()))
    }

    /// Forgets all that a package was granted.
    pub fn forget(&mut self, package: &str) {
        self.0.retain(|(known, _)| known != package);
    }
}

/// How a permission is come by; `None` if this Android has none of that name.
pub fn protection(name: &str, sdk: u32) -> Option<Protection> {
    let short = name.strip_prefix("android.permission.")?;
    let known = PERMISSIONS.iter().find(|known| known.0 == short)?;
    (known.2 <= sdk).then_some(known.1)
}

fn check(package: &str, name: &str, sdk: u32) -> Result<(), Unchanged> {
    let (package, permission) = (package.to_owned(), name.to_owned());
    let Some(protection) = protection(name, sdk) else {
        return Err(Unchanged::Unknown(permission));
    };
    if !manifest::of(&package).permissions.contains(&name) {
        return Err(Unchanged::NotRequested {
            package,
            permission,
        });
    }
    match protection {
        Runtime | Development => Ok(()),
        Normal | Signature => Err(Unchanged::NotChangeable {
            package,
            permission,
        }),
    }
}

#[cfg(test)]
mod tests {
    use super::super::packages::SAMPLE_APP;
    use super::*;

    fn refusal(name: &str, sdk: u32) -> String {
        let mut permissions = Permissions::default();
        let error = permissions.grant(SAMPLE_APP, name, sdk).unwrap_err();
        error.to_string()
    }

    #[test]
    fn what_was_granted_holds_until_it_is_revoked() {
        let mut permissions = Permissions::default();
        let camera = "android.permission.CAMERA";
        assert_eq!(permissions.grant(SAMPLE_APP, camera, 34), Ok(()));
        assert!(permissions.has(SAMPLE_APP, camera));
        assert_eq!(permissions.revoke(SAMPLE_APP, camera, 34), Ok(true));
        assert_eq!(permissions.revoke(SAMPLE_APP, camera, 34), Ok(false));
    }

    #[test]
    fn what_cannot_be_granted_says_why() {
        assert_eq!(refusal("CAMERA", 34), "Unknown permission: CAMERA");
        assert_eq!(
            refusal("android.permission.SEND_SMS", 34),
            "Package org.farmhand.sample has not requested permission android.permission.SEND_SMS"
        );
        assert_eq!(
            refusal("android.permission.INTERNET", 34),
            "Permission android.permission.INTERNET requested by org.farmhand.sample is not a \
             changeable permission type"
        );
        assert_eq!(
            refusal("android.permission.POST_NOTIFICATIONS", 30),
            "Unknown permission: android.permission.POST_NOTIFICATIONS"
        );
    }
}
