//! The table of all settings: where each stands, what it accepts, how it is set.

use std::time::Duration;

use jiff::tz::TimeZone;

use super::settings::{DeviceLimit, HttpStatus, LogFormat, LogLevel, Picture, Settings};
use super::units::{DURATION, SIZE};
use super::value::{Base, Rejected, Value};
use crate::farm::Plan;
use crate::model::Serial;

/// One setting.
pub(super) struct Key {
    /// Its section in the file.
    pub section: &'static str,
    /// Its name there.
    pub name: &'static str,
    /// What it accepts, for people.
    pub accepts: &'static str,
    /// Checks a value and puts it in its place.
    pub set: fn(&mut Settings, &Value, Base<'_>) -> Result<(), Rejected>,
}

impl Key {
    /// Its environment variable: `FARMHAND_SECTION_NAME`.
    pub fn variable(&self) -> String {
        format!("FARMHAND_{}_{}", self.section, self.name).to_uppercase()
    }
}

/// The sections, in the order of the table.
pub(super) fn sections() -> impl Iterator<Item = &'static str> + Clone {
    let mut last = "";
    KEYS.iter()
        .map(|key| key.section)
        .filter(move |section| std::mem::replace(&mut last, section) != *section)
}

/// The names in a section.
pub(super) fn names(section: &str) -> impl Iterator<Item = &'static str> + Clone {
    KEYS.iter()
        .filter(move |key| key.section == section)
        .map(|key| key.name)
}

const SECOND: Duration = Duration::from_secs(1);
const HOUR: Duration = Duration::from_hours(1);
const MONTH: Duration = Duration::from_hours(30 * 24);

const LISTEN: &str = "one or more of \"ADDR:PORT\", such as \"127.0.0.1:50809\" or \"[::1]:0\"";
const PATH: &str = "a path; \"~\" is the home folder, a relative one starts from the file's folder";
const SWITCH: &str = "true or false";
const COUNT: &str = "a whole number";

/// Every setting, grouped by section.
pub(super) const KEYS: &[Key] = &[
    Key {
        section: "api",
        name: "listen",
        accepts: LISTEN,
        set: |s, v, _| put(&mut s.api.listen, v.some(Value::address)),
    },
    Key {
        section: "api",
        name: "body_limit",
        accepts: SIZE,
        set: |s, v, _| {
            let bytes = v.size(1 << 10..=64 << 20)?;
            // At most 64 MiB: fits every usize.
            s.api.body_limit = usize::try_from(bytes).unwrap_or(usize::MAX);
            Ok(())
        },
    },
    Key {
        section: "api",
        name: "time_limit",
        accepts: DURATION,
        set: |s, v, _| put(&mut s.api.time_limit, v.duration(SECOND..=HOUR)),
    },
    Key {
        section: "api",
        name: "hosts",
        accepts: "names, with a port or without, such as [\"farm.example.net\"]",
        set: |s, v, _| put(&mut s.api.hosts, v.list(host)),
    },
    Key {
        section: "api",
        name: "origins",
        accepts: "origins without path, such as [\"https://panel.example.net\"]",
        set: |s, v, _| put(&mut s.api.origins, v.list(origin)),
    },
    Key {
        section: "api",
        name: "http_status",
        accepts: "\"code\" or \"always_200\"",
        set: |s, v, _| {
            let words = [
                ("code", HttpStatus::Code),
                ("always_200", HttpStatus::Always200),
            ];
            put(&mut s.api.http_status, v.one_of(&words))
        },
    },
    Key {
        section: "adb",
        name: "servers",
        accepts: "one or more of \"HOST:PORT\", such as [\"127.0.0.1:5037\"]",
        set: |s, v, _| put(&mut s.adb.servers, v.some(Value::peer)),
    },
    Key {
        section: "adb",
        name: "start_server",
        accepts: SWITCH,
        set: |s, v, _| put(&mut s.adb.start_server, v.switch()),
    },
    Key {
        section: "license",
        name: "plan",
        accepts: "\"starter\", \"pro\", \"team\" or \"business\"",
        set: |s, v, _| {
            let words = [
                ("starter", Plan::Starter),
                ("pro", Plan::Pro),
                ("team", Plan::Team),
                ("business", Plan::Business),
            ];
            put(&mut s.license.plan, v.one_of(&words))
        },
    },
    Key {
        section: "license",
        name: "device_limit",
        accepts: "a whole number from 1, \"plan\" or \"none\"",
        set: |s, v, _| put(&mut s.license.device_limit, device_limit(v)),
    },
    Key {
        section: "tasks",
        name: "timeout",
        accepts: DURATION,
        set: |s, v, _| put(&mut s.tasks.timeout, v.duration(SECOND..=MONTH)),
    },
    Key {
        section: "tasks",
        name: "wait_limit",
        accepts: DURATION,
        set: |s, v, _| put(&mut s.tasks.wait_limit, v.duration(SECOND..=12 * MONTH)),
    },
    Key {
        section: "tasks",
        name: "auto_retry",
        accepts: SWITCH,
        set: |s, v, _| put(&mut s.tasks.auto_retry, v.switch()),
    },
    Key {
        section: "tasks",
        name: "max_retries",
        accepts: COUNT,
        set: |s, v, _| put(&mut s.tasks.max_retries, v.whole(0..=100)),
    },
    Key {
        section: "tasks",
        name: "keep_days",
        accepts: COUNT,
        set: |s, v, _| put(&mut s.tasks.keep_days, v.whole(1..=36_500)),
    },
    Key {
        section: "tasks",
        name: "keep_tasks",
        accepts: COUNT,
        set: |s, v, _| put(&mut s.tasks.keep_tasks, v.whole(1..=100_000_000)),
    },
    Key {
        section: "tasks",
        name: "keep_bytes",
        accepts: SIZE,
        set: |s, v, _| put(&mut s.tasks.keep_bytes, v.size(1 << 20..=1 << 50)),
    },
    Key {
        section: "tasks",
        name: "time_zone",
        accepts: "a zone of the tz database, such as \"Europe/Berlin\" or \"UTC\"",
        set: |s, v, _| put(&mut s.tasks.time_zone, time_zone(v)),
    },
    Key {
        section: "devices",
        name: "max_temperature",
        accepts: "degrees Celsius",
        set: |s, v, _| put(&mut s.devices.max_temperature, v.number(0.0..=100.0)),
    },
    Key {
        section: "devices",
        name: "min_battery",
        accepts: "a whole number of percent",
        set: |s, v, _| put(&mut s.devices.min_battery, v.whole(0..=100)),
    },
    Key {
        section: "devices",
        name: "min_free_mib",
        accepts: "a whole number of MiB",
        set: |s, v, _| put(&mut s.devices.min_free_mib, v.whole(0..=1_000_000)),
    },
    Key {
        section: "devices",
        name: "probe_timeout",
        accepts: DURATION,
        set: |s, v, _| put(&mut s.devices.probe_timeout, v.duration(SECOND..=HOUR)),
    },
    Key {
        section: "media",
        name: "roots",
        accepts: PATH,
        set: |s, v, base| put(&mut s.media.roots, v.list(|path| path.path(base))),
    },
    Key {
        section: "media",
        name: "library",
        accepts: PATH,
        set: |s, v, base| put(&mut s.media.library, v.path(base)),
    },
    Key {
        section: "scripts",
        name: "folder",
        accepts: PATH,
        set: |s, v, base| put(&mut s.scripts.folder, v.path(base)),
    },
    Key {
        section: "apps",
        name: "folder",
        accepts: PATH,
        set: |s, v, base| put(&mut s.apps.folder, v.path(base)),
    },
    Key {
        section: "apps",
        name: "default_app",
        accepts: "the name of an app",
        set: |s, v, _| put(&mut s.apps.default_app, app(v)),
    },
    Key {
        section: "apps",
        name: "devices",
        accepts: "apps by serial, such as { \"R58M1\" = \"sample\" }",
        set: |s, v, _| {
            let serial = |text: &str| Serial::new(text).map_err(|e| e.to_string());
            put(&mut s.apps.devices, v.table(serial, app))
        },
    },
    Key {
        section: "console",
        name: "theme",
        accepts: "the name of a theme: \"dark\", \"light\", \"contrast\", \"mono\" or a file's",
        set: |s, v, _| put(&mut s.console.theme, v.file_stem()),
    },
    Key {
        section: "console",
        name: "readonly",
        accepts: SWITCH,
        set: |s, v, _| put(&mut s.console.readonly, v.switch()),
    },
    Key {
        section: "console",
        name: "mouse",
        accepts: SWITCH,
        set: |s, v, _| put(&mut s.console.mouse, v.switch()),
    },
    Key {
        section: "console",
        name: "picture",
        accepts: "\"auto\", \"kitty\", \"sixel\", \"iterm2\", \"blocks\" or \"off\"",
        set: |s, v, _| {
            let words = [
                ("auto", Picture::Auto),
                ("kitty", Picture::Kitty),
                ("sixel", Picture::Sixel),
                ("iterm2", Picture::Iterm2),
                ("blocks", Picture::Blocks),
                // Its old name.
                ("halfblocks", Picture::Blocks),
                ("off", Picture::Off),
            ];
            put(&mut s.console.picture, v.one_of(&words))
        },
    },
    Key {
        section: "log",
        name: "level",
        accepts: "\"error\", \"warn\", \"info\", \"debug\" or \"trace\"",
        set: |s, v, _| {
            let words = [
                ("error", LogLevel::Error),
                ("warn", LogLevel::Warn),
                ("info", LogLevel::Info),
                ("debug", LogLevel::Debug),
                ("trace", LogLevel::Trace),
            ];
            put(&mut s.log.level, v.one_of(&words))
        },
    },
    Key {
        section: "log",
        name: "format",
        accepts: "\"text\" or \"json\"",
        set: |s, v, _| {
            let words = [("text", LogFormat::Text), ("json", LogFormat::Json)];
            put(&mut s.log.format, v.one_of(&words))
        },
    },
    Key {
        section: "log",
        name: "keep",
        accepts: "a whole number of daily files",
        set: |s, v, _| put(&mut s.log.keep, v.whole(1..=3_650_u16).map(usize::from)),
    },
];

fn put<T>(place: &mut T, value: Result<T, Rejected>) -> Result<(), Rejected> {
    *place = value?;
    Ok(())
}

/// The name of an app; they are in lower case, as in accounts.
fn app(value: &Value) -> Result<String, Rejected> {
    value.text().map(str::to_lowercase)
}

fn device_limit(value: &Value) -> Result<DeviceLimit, Rejected> {
    let words = [
        ("plan", DeviceLimit::Plan),
        ("none", DeviceLimit::Unlimited),
    ];
    // The contract answers 2147483647 for "no limit", so that is where numbers end.
    value.one_of(&words).or_else(|_| {
        value
            .whole(1..=i32::MAX.cast_unsigned())
            .map(DeviceLimit::Number)
    })
}

fn time_zone(value: &Value) -> Result<TimeZone, Rejected> {
    TimeZone::get(value.text()?).map_err(|error| Rejected {
        line: value.line,
        why: error.to_string(),
    })
}

/// A name, or `name:port` to be accepted with that port only.
fn host(value: &Value) -> Result<String, Rejected> {
    let text = value.text()?;
    let name = match text.rsplit_once(':') {
        Some((name, port)) if port.parse::<u16>().is_ok() => name,
        _ => text,
    };
    if name.is_empty() || name.contains(['/', ' ', ':', '@']) {
        return Err(Rejected {
            line: value.line,
            why: format!("'{text}' is not a name"),
        });
    }
    Ok(text.to_lowercase())
}

/// `scheme://host[:port]`, as browsers send it in `Origin` (RFC 6454, section 6.2).
fn origin(value: &Value) -> Result<String, Rejected> {
    let text = value.text()?;
    let rest = text
        .strip_prefix("http://")
        .or_else(|| text.strip_prefix("https://"));
    if rest.is_none_or(|rest| rest.is_empty() || rest.contains(['/', ' ', '?', '#'])) {
        return Err(Rejected {
            line: value.line,
            why: format!("'{text}' is not an origin"),
        });
    }
    Ok(text.to_lowercase())
}
