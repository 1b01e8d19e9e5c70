//! Apps: started, stopped, cleared; links opened.

use crate::adb::quote;

use super::error::DriverError;
use super::open::Driver;
use super::options::{Extra, LaunchOptions};

/// The intent that the home screen sends when an icon is touched.
const ICON: &str = "-a android.intent.action.MAIN -c android.intent.category.LAUNCHER";

/// `FLAG_ACTIVITY_NEW_TASK | FLAG_ACTIVITY_RESET_TASK_IF_NEEDED`, as the home screen sets them.
const FLAGS: &str = "0x10200000";

impl Driver {
    /// Starts an app at its launcher activity.
    ///
    /// # Errors
    /// [`DriverError::Refused`] if there is no such app, or it has no launcher activity; every
    /// other [`DriverError`].
    pub async fn launch(
        &mut self,
        package: &str,
        options: &LaunchOptions,
    ) -> Result<(), DriverError> {
        check_package(package)?;
        if options.clear_state {
            self.clear(package).await?;
        }
        self.permissions(package, &options.permissions).await?;
        if options.stop_app {
            self.stop(package).await?;
        }
        let what = format!("launching {package}");
        let extras = options
            .arguments
            .iter()
            .map(|(key, value)| extra(key, value));
        let extras: Vec<_> = extras.collect();
        let Some(activity) = self.launcher(package).await? else {
            return self.launch_by_monkey(&what, package, options).await;
        };
        let cmd = format!(
            "am start {ICON} -f {FLAGS} -n {} {}",
            quote(&activity),
            extras.join(" ")
        );
        self.start(&what, &cmd, Some(package)).await
    }

    /// The launcher activity of an app, as `package/.Name`. `None` on a phone whose Android
    /// (before 7) cannot be asked.
    async fn launcher(&mut self, package: &str) -> Result<Option<String>, DriverError> {
        let resolve = format!("cmd package resolve-activity --brief {ICON} {package}");
        // With several of them, Android answers with its own chooser.
        let query = format!("cmd package query-activities --brief {ICON} {package}");
        let path = format!("pm path {package}");
        let [resolved, path] = self.shell.ask([&resolve, &path]).await?;
        if !path.contains("package:") {
            let said = "this app is not installed";
            return Err(DriverError::refused(&format!("launching {package}"), said));
        }
        let ours = |said: &str| {
            let lines = said.lines().map(str::trim);
            let mut ours = lines.filter(|line| {
                line.strip_prefix(package)
                    .is_some_and(|rest| rest.starts_with('/'))
            });
            ours.next().map(str::to_owned)
        };
        if let Some(activity) = ours(&resolved) {
            return Ok(Some(activity));
        }
        let out = self.shell.run(&query, self.patience.answer).await?;
        let said = super::shell::text(&out);
        match ours(&said) {
            Some(activity) => Ok(Some(activity)),
            None if resolved.contains("No activity") || said.contains("No activit") => {
                let said = "it has no activity that the home screen could start";
                Err(DriverError::refused(&format!("launching {package}"), said))
            }
            None => Ok(None),
        }
    }

    async fn launch_by_monkey(
        &mut self,
        what: &str,
        package: &str,
        options: &LaunchOptions,
    ) -> Result<(), DriverError> {
        if !options.arguments.is_empty() {
            return Err(DriverError::Unsupported {
                what: format!("{what} with arguments"),
                why: "its launcher activity cannot be asked for; Android 7 is needed".into(),
            });
        }
        let cmd = format!("monkey -p {package} -c android.intent.category.LAUNCHER 1");
        let said = self.shell.act(what, &cmd).await?;
        if !said.contains("Events injected: 1") {
            return Err(DriverError::refused(what, &said));
        }
        self.started = Some(package.to_owned());
        Ok(())
    }

    /// Runs `am start`.
    pub(super) async fn start(
        &mut self,
        what: &str,
        cmd: &str,
        package: Option<&str>,
    ) -> Result<(), DriverError> {
        match self.shell.act(what, cmd).await {
            Ok(_) => {
                self.started = package.map(str::to_owned);
                Ok(())
            }
            Err(DriverError::Refused { what, said }) if said.contains("Unknown option") => {
                Err(DriverError::Unsupported {
                    what,
                    why: format!("its Android is too old for this: {said}"),
                })
            }
            Err(error) => Err(error),
        }
    }

    /// Stops an app and all it runs. One that is not installed is stopped already.
    ///
    /// # Errors
    /// [`DriverError`].
    pub async fn stop(&mut self, package: &str) -> Result<(), DriverError> {
        check_package(package)?;
        self.started = None;
        let what = format!("stopping {package}");
        self.shell
            .act(&what, &format!("am force-stop {package}"))
            .await?;
        Ok(())
    }

    /// Goes home and ends the app's process as the system does when memory is short: the app
    /// comes back with its saved state.
    ///
    /// # Errors
    /// [`DriverError::Refused`] if the process stays.
    pub async fn kill(&mut self, package: &str) -> Result<(), DriverError> {
        check_package(package)?;
        self.started = None;
        let what = format!("killing {package}");
        // The system ends no app in front, and going home takes a moment.
        let cmd = format!(
            "input keyevent 3; for try in 1 2 3 4 5 6 7 8; do am kill {package}; pidof {package} \
             >/dev/null || exit 0; sleep 0.3; done; echo 'its process stays' >&2; exit 1"
        );
        let total = self.patience_for(8);
        self.shell.act_within(&what, &cmd, total).await?;
        Ok(())
    }

    /// Deletes an app's data.
    ///
    /// # Errors
    /// [`DriverError::Refused`] if the phone does not, or there is no such app.
    pub async fn clear(&mut self, package: &str) -> Result<(), DriverError> {
        check_package(package)?;
        self.started = None;
        let what = format!("clearing the data of {package}");
        let total = self.patience_for(10);
        let said = self
            .shell
            .act_within(&what, &format!("pm clear {package}"), total)
            .await?;
        match said.trim() {
            "Success" => Ok(()),
            _ => Err(DriverError::refused(&what, &said)),
        }
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
        let mut cmd = format!("am start -a android.intent.action.VIEW -d {}", quote(link));
        let mut what = format!("opening {link}");
        if let Some(package) = package {
            check_package(package)?;
            cmd.push_str(&format!(" -p {package}"));
            what.push_str(&format!(" in {package}"));
        }
        self.start(&what, &cmd, package).await
    }
}

/// Refuses what is no package's name: it would be told in a worse way by every program.
pub(super) fn check_package(package: &str) -> Result<(), DriverError> {
    let good = |c: char| c.is_ascii_alphanumeric() || matches!(c, '.' | '_');
    if package.starts_with(|c: char| c.is_ascii_alphabetic()) && package.chars().all(good) {
        return Ok(());
    }
    Err(DriverError::Invalid(format!(
        "{package:?} is no package; letters, digits, . and _ are expected, such as \
         org.example.app"
    )))
}

/// An extra as `am` takes it.
fn extra(key: &str, value: &Extra) -> String {
    let (flag, value) = match value {
        Extra::Text(text) => ("--es", quote(text)),
        Extra::Bool(yes) => ("--ez", yes.to_string()),
        Extra::Int(number) => ("--ei", number.to_string()),
        Extra::Long(number) => ("--el", number.to_string()),
        Extra::Double(number) => ("--ed", format!("{number:?}")),
    };
    format!("{flag} {} {value}", quote(key))
}

#[cfg(test)]
mod tests {
    use super::{check_package, extra};
    use crate::flow::driver::Extra;

    #[test]
    fn extras_keep_their_types_and_are_quoted() {
        let shown = |value| extra("a key", &value);
        assert_eq!(
            shown(Extra::Text("it's $(id)".into())),
            "--es 'a key' 'it'\\''s $(id)'"
        );
        assert_eq!(shown(Extra::Bool(true)), "--ez 'a key' true");
        assert_eq!(shown(Extra::Int(-3)), "--ei 'a key' -3");
        assert_eq!(shown(Extra::Long(1 << 40)), "--el 'a key' 1099511627776");
        assert_eq!(shown(Extra::Double(2.0)), "--ed 'a key' 2.0");
    }

    #[test]
    fn a_package_is_no_sentence_of_shell() {
        check_package("org.farmhand.sample_2").unwrap();
        for bad in ["", "a b", "a;reboot", "-p", "$(id)", ".a", "é.a"] {
            assert!(check_package(bad).is_err(), "{bad}");
        }
    }
}
