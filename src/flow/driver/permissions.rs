//! Permissions of apps, under Maestro's names or Android's.

use crate::adb::Output;
use crate::flow::lang::Permission;

use super::apps::check_package;
use super::error::DriverError;
use super::open::Driver;
use super::shell::text;

/// Permissions that one command sets: an answer takes each up to a second on slow phones.
const AT_ONCE: usize = 15;

impl Driver {
    /// Grants and revokes permissions: `all` first, then the others in order, by Maestro's names
    /// or Android's. What the app does not request, or cannot be set, is passed over, as by
    /// Maestro.
    ///
    /// # Errors
    /// [`DriverError::Refused`] if there is no such app; [`DriverError::Invalid`] for what is
    /// no permission's name.
    pub async fn permissions(
        &mut self,
        package: &str,
        permissions: &[(String, Permission)],
    ) -> Result<(), DriverError> {
        check_package(package)?;
        let mut lines = Vec::new();
        if let Some((_, change)) = permissions.iter().find(|(name, _)| name == "all") {
            let cmd = format!("dumpsys package {package}");
            let out = self.shell.run(&cmd, self.patience.answer).await?;
            let requested = requested(package, &out)?;
            let open = requested
                .iter()
                .filter(|(_, state)| state.is_open_to(*change));
            lines.extend(open.map(|(name, _)| line(package, name, *change)));
        }
        for (name, change) in permissions.iter().filter(|(name, _)| name != "all") {
            for name in names(name)? {
                lines.push(line(package, name, *change));
            }
        }
        for lines in lines.chunks(AT_ONCE) {
            let lines: Vec<&str> = lines.iter().map(String::as_str).collect();
            let total = self.patience_for(lines.len());
            for (line, out) in lines.iter().zip(self.shell.run_all(&lines, total).await?) {
                if out.exit != 0 {
                    let said = super::shell::one_line(&out.complaint());
                    tracing::debug!(line, said, "a permission was passed over");
                }
            }
        }
        Ok(())
    }
}

fn line(package: &str, permission: &str, change: Permission) -> String {
    let verb = match change {
        Permission::Allow => "grant",
        Permission::Deny | Permission::Unset => "revoke",
    };
    format!("pm {verb} {package} {permission}")
}

/// How a permission of an app stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Standing {
    /// It comes with the installation and cannot be set.
    Fixed,
    /// It is granted now.
    Granted,
    /// It is not, or the phone does not tell.
    Open,
}

impl Standing {
    /// Whether there is anything to change.
    const fn is_open_to(self, change: Permission) -> bool {
        match (self, change) {
            (Self::Fixed, _) | (Self::Granted, Permission::Allow) => false,
            (Self::Granted, _) | (Self::Open, _) => true,
        }
    }
}

/// The permissions that an app requests, as `dumpsys package` lists them.
fn requested(package: &str, out: &Output) -> Result<Vec<(String, Standing)>, DriverError> {
    let said = text(out);
    if !said.contains(&format!("Package [{package}]")) {
        return Err(DriverError::refused(
            &format!("reading the permissions of {package}"),
            "this app is not installed",
        ));
    }
    let mut section = "";
    let mut all: Vec<(String, Standing)> = Vec::new();
    for line in said.lines().map(str::trim) {
        if let Some(name) = line.strip_suffix("permissions:") {
            section = name.trim();
            continue;
        }
        let (name, rest) = line.split_once(':').unwrap_or((line, ""));
        if !is_permission(name) || !name.contains('.') {
            // Whatever else stands between the sections.
            section = "";
            continue;
        }
        let standing = match section {
            "requested" => {
                all.push((name.to_owned(), Standing::Open));
                continue;
            }
            "install" => Standing::Fixed,
            "runtime" if rest.contains("granted=true") => Standing::Granted,
            _ => continue,
        };
        if let Some((_, known)) = all.iter_mut().find(|(known, _)| known == name) {
            *known = standing;
        }
    }
    Ok(all)
}

fn is_permission(name: &str) -> bool {
    let good = |c: char| c.is_ascii_alphanumeric() || matches!(c, '.' | '_');
    !name.is_empty() && name.chars().all(good)
}

/// Android's names of what Maestro calls so, or the name itself.
fn names(name: &str) -> Result<Vec<&str>, DriverError> {
    Ok(match name {
        "location" => vec![
            "android.permission.ACCESS_FINE_LOCATION",
            "android.permission.ACCESS_COARSE_LOCATION",
        ],
        "camera" => vec!["android.permission.CAMERA"],
        "contacts" => vec![
            "android.permission.READ_CONTACTS",
            "android.permission.WRITE_CONTACTS",
        ],
        "phone" => vec![
            "android.permission.CALL_PHONE",
            "android.permission.ANSWER_PHONE_CALLS",
        ],
        "microphone" => vec!["android.permission.RECORD_AUDIO"],
        "bluetooth" => vec![
            "android.permission.BLUETOOTH_CONNECT",
            "android.permission.BLUETOOTH_SCAN",
        ],
        "storage" => vec![
            "android.permission.WRITE_EXTERNAL_STORAGE",
            "android.permission.READ_EXTERNAL_STORAGE",
        ],
        "notifications" => vec!["android.permission.POST_NOTIFICATIONS"],
        "medialibrary" => vec![
            "android.permission.WRITE_EXTERNAL_STORAGE",
            "android.permission.READ_EXTERNAL_STORAGE",
            "android.permission.READ_MEDIA_AUDIO",
            "android.permission.READ_MEDIA_IMAGES",
            "android.permission.READ_MEDIA_VIDEO",
        ],
        "calendar" => vec![
            "android.permission.WRITE_CALENDAR",
            "android.permission.READ_CALENDAR",
        ],
        "sms" => vec![
            "android.permission.READ_SMS",
            "android.permission.RECEIVE_SMS",
            "android.permission.SEND_SMS",
        ],
        name if is_permission(name) && name.contains('.') => vec![name],
        name => {
            return Err(DriverError::Invalid(format!(
                "{name:?} is no permission; all, location, camera, contacts, phone, microphone, \
                 bluetooth, storage, notifications, medialibrary, calendar, sms, or a whole name \
                 such as android.permission.CAMERA is expected"
            )));
        }
    })
}

#[cfg(test)]
mod tests {
    use super::{Standing, names, requested};
    use crate::adb::Output;
    use crate::flow::lang::Permission;

    const DUMP: &str = "Activity Resolver Table:\n  Non-Data Actions:\n\nPackages:\n  Package \
        [org.example] (b2f1c7a):\n    userId=10123\n    requested permissions:\n      \
        android.permission.INTERNET\n      android.permission.CAMERA\n      \
        android.permission.READ_EXTERNAL_STORAGE: restricted=true\n    install permissions:\n      \
        android.permission.INTERNET: granted=true\n    User 0: ceDataInode=1 installed=true\n      \
        gids=[3003]\n      runtime permissions:\n        android.permission.CAMERA: \
        granted=true, flags=[ USER_SET ]\n";

    fn of(dump: &str) -> Result<Vec<(String, Standing)>, super::DriverError> {
        let out = Output {
            stdout: dump.into(),
            ..Output::default()
        };
        requested("org.example", &out)
    }

    #[test]
    fn what_an_app_requests_is_read_with_how_it_stands() {
        let all = of(DUMP).unwrap();
        let short: Vec<_> = all
            .iter()
            .map(|(name, standing)| (name.rsplit('.').next().unwrap(), *standing))
            .collect();
        assert_eq!(
            short,
            [
                ("INTERNET", Standing::Fixed),
                ("CAMERA", Standing::Granted),
                ("READ_EXTERNAL_STORAGE", Standing::Open)
            ]
        );
    }

    #[test]
    fn only_what_would_change_is_set() {
        assert!(!Standing::Fixed.is_open_to(Permission::Deny));
        assert!(!Standing::Granted.is_open_to(Permission::Allow));
        assert!(Standing::Granted.is_open_to(Permission::Unset));
        assert!(Standing::Open.is_open_to(Permission::Allow));
    }

    #[test]
    fn an_app_that_is_not_there_is_named() {
        let error = of("Unable to find package: org.example\n").unwrap_err();
        assert!(error.to_string().contains("org.example"), "{error}");
    }

    #[test]
    fn names_are_maestros_or_androids() {
        assert_eq!(names("location").unwrap().len(), 2);
        assert_eq!(names("com.x.permission.Y").unwrap(), ["com.x.permission.Y"]);
        for bad in ["", "kamera", "a.b; reboot", "all"] {
            assert!(names(bad).is_err(), "{bad}");
        }
    }
}
