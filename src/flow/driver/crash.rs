//! What is in front, and whether an app came down.

use super::apps::check_package;
use super::error::DriverError;
use super::open::Driver;
use super::shell::one_line;

/// What has the focus: one line for each display.
const FOCUS: &str = "dumpsys window | grep -E 'mCurrentFocus=|mFocusedApp='";

/// The phone's clock in seconds since 1970, with parts where it can.
pub(super) const CLOCK: &str = "date +%s.%N";

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
    /// What is in front; `None` if nothing is, for example behind the lock screen.
    ///
    /// # Errors
    /// [`DriverError`].
    pub async fn foreground(&mut self) -> Result<Option<Foreground>, DriverError> {
        let [focus] = self.shell.ask([FOCUS]).await?;
        Ok(in_front(&focus))
    }

    /// Whether an app crashed or stopped answering since this was last asked, or since
    /// [`Driver::prepare`]: by the phone's log of crashes, by the dialog that says so, or because
    /// its process is gone though it was started, and not stopped, by this driver.
    ///
    /// # Errors
    /// [`DriverError`].
    pub async fn crashed(&mut self, package: &str) -> Result<Option<Crash>, DriverError> {
        check_package(package)?;
        let since = self.seen_until;
        // Without a moment to begin at, the log would tell of crashes long ago.
        let log = since.map_or("true".to_owned(), |since| {
            format!("logcat -b crash -d -v epoch -T {since:.3}")
        });
        let pid = format!("pidof {package}");
        let [now, log, focus, pid] = self.shell.ask([CLOCK, &log, FOCUS, &pid]).await?;
        self.seen_until = seconds(&now).or(since);
        let gone = self.started.as_deref() == Some(package) && pid.trim().is_empty();
        let what = logged(&log, package, since.unwrap_or(0.0))
            .or_else(|| dialog(&focus, package))
            .or_else(|| gone.then(|| "its process is gone".to_owned()));
        Ok(what.map(|what| Crash {
            what: one_line(&what),
        }))
    }
}

/// The phone's clock as [`CLOCK`] tells it. A `date` that knows no parts of a second prints
/// something else behind the point.
pub(super) fn seconds(said: &str) -> Option<f64> {
    let said = said.trim();
    let whole = said.split('.').next().unwrap_or(said);
    said.parse().or_else(|_| whole.parse()).ok()
}

/// The activity that has the focus, in lines such as
/// `mCurrentFocus=Window{3e1c0d u0 org.example/org.example.Main}`.
fn in_front(focus: &str) -> Option<Foreground> {
    let windows = focus.lines().filter_map(|line| {
        let (_, window) = line.split_once("mCurrentFocus=Window{")?;
        let name = window.trim_end().strip_suffix('}')?;
        let name = name.split_whitespace().nth(2)?;
        let (package, activity) = name.split_once('/')?;
        let activity = match activity.strip_prefix('.') {
            Some(short) => format!("{package}.{short}"),
            None => activity.to_owned(),
        };
        Some(Foreground {
            package: package.to_owned(),
            activity,
        })
    });
    windows.take(1).next()
}

/// The system's dialog about an app, in the same lines.
fn dialog(focus: &str, package: &str) -> Option<String> {
    ["Application Error", "Application Not Responding"]
        .into_iter()
        .find(|title| {
            let title = format!("{title}: {package}}}");
            focus.lines().any(|line| line.contains(&title))
        })
        .map(|title| format!("the phone shows the dialog '{title}'"))
}

/// The first crash of an app in the log of crashes that is not older than `since`.
fn logged(log: &str, package: &str, since: f64) -> Option<String> {
    let fresh = |line: &&str| {
        let time = line.split_whitespace().next();
        // Another format than was asked for: the phone's own selection has to do.
        time.and_then(|time| time.parse::<f64>().ok())
            .is_none_or(|time| time >= since)
    };
    let mut lines = log.lines().filter(fresh);
    let java = format!("Process: {package},");
    let native = format!(">>> {package} <<<");
    lines.find(|line| line.contains(&java) || line.contains(&native))?;
    // Why is in the next line, behind the tag.
    let why = lines.next().map(|line| {
        let message = line.split_once("AndroidRuntime: ");
        let message = message.or_else(|| line.split_once("DEBUG   : "));
        message.map_or(line, |(_, message)| message)
    });
    Some(format!("it crashed: {}", why.unwrap_or("no reason told")))
}

#[cfg(test)]
mod tests {
    use super::{dialog, in_front, logged, seconds};

    #[test]
    fn the_activity_in_front_is_read_with_its_whole_name() {
        let focus = "  mCurrentFocus=null\n  mCurrentFocus=Window{3e1c0d u0 \
                     org.a/org.a.ui.Main}\n  mFocusedApp=ActivityRecord{7 u0 org.a/.ui.Main t12}\n";
        let front = in_front(focus).unwrap();
        assert_eq!(front.package, "org.a");
        assert_eq!(front.activity, "org.a.ui.Main");
        let short = in_front("mCurrentFocus=Window{3 u0 org.a/.Main}").unwrap();
        assert_eq!(short.activity, "org.a.Main");
        assert_eq!(
            in_front("mCurrentFocus=Window{3 u0 NotificationShade}"),
            None
        );
        assert_eq!(in_front("mCurrentFocus=null"), None);
    }

    #[test]
    fn a_crash_is_told_with_its_reason() {
        let log = "--------- beginning of crash\n\
            1700000000.100 2 3 E AndroidRuntime: FATAL EXCEPTION: main\n\
            1700000000.100 2 3 E AndroidRuntime: Process: org.a, PID: 2\n\
            1700000000.100 2 3 E AndroidRuntime: java.lang.IllegalStateException: no\n\
            1700000000.100 2 3 E AndroidRuntime: \tat org.a.Main(Main.java:1)\n";
        let told = logged(log, "org.a", 1_700_000_000.0).unwrap();
        assert_eq!(told, "it crashed: java.lang.IllegalStateException: no");
        assert_eq!(logged(log, "org.a", 1_700_000_100.0), None);
        assert_eq!(logged(log, "org", 1_700_000_000.0), None);
        let native = "1700000000.1 F DEBUG   : pid: 1, tid: 1, name: a  >>> org.a <<<\n\
            1700000000.1 F DEBUG   : signal 11 (SIGSEGV)\n";
        assert_eq!(
            logged(native, "org.a", 0.0).unwrap(),
            "it crashed: signal 11 (SIGSEGV)"
        );
    }

    #[test]
    fn a_clock_without_parts_of_a_second_does() {
        assert_eq!(seconds("1700000000.250000000\n"), Some(1_700_000_000.25));
        assert_eq!(seconds("1700000000.%N\n"), Some(1_700_000_000.0));
        assert_eq!(seconds("1700000000.N"), Some(1_700_000_000.0));
        assert_eq!(seconds("date: bad format"), None);
    }

    #[test]
    fn the_systems_dialog_tells_a_crash() {
        let focus = "mCurrentFocus=Window{3 u0 Application Error: org.a}";
        assert!(
            dialog(focus, "org.a")
                .unwrap()
                .contains("Application Error")
        );
        assert_eq!(dialog(focus, "org"), None);
    }
}
