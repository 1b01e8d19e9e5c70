//! Which phone has which faults: flags at the start, and a file that is followed while the
//! phones run.
//!
//! ```toml
//! [phone.3]                # by number, from 1
//! hang = true
//! [phone."10-16"]          # a range
//! slow_shell_ms = 200
//! [phone.hub-3]            # the phones of a USB hub: the hub is unplugged
//! drop = true
//! [phone.virtual-0020]     # by serial
//! battery = { percent = 3, celsius = 48.5 }
//! ```
//!
//! A flag says the same in short: `3:hang`, `10-16:drop`, `virtual-0020:battery.percent=3`.
//! The names are those of [`Faults`]. What the file says of a phone stands in place of its
//! flags; once it says nothing more of that phone, the flags hold again.

use std::collections::BTreeMap;
use std::fmt;
use std::path::Path;
use std::str::FromStr;
use std::sync::Arc;

use serde::Deserialize;
use toml::Spanned;

use super::server::HUB;
use super::{Faults, Phone, PhoneError};

/// Names one phone or several, by number or by serial.
#[derive(Debug, Clone, PartialEq, Eq)]
enum Which {
    /// Numbers from 1, both ends included.
    Numbers(u32, u32),
    /// All on one virtual USB hub, numbered from 1.
    Hub(u32),
    Serial(String),
}

impl Which {
    fn new(text: &str) -> Self {
        let number = |text: &str| text.parse::<u32>().ok();
        if let Some(only) = number(text) {
            return Self::Numbers(only, only);
        }
        if let Some(hub) = text.strip_prefix("hub-").and_then(number) {
            return Self::Hub(hub);
        }
        text.split_once('-')
            .and_then(|(first, last)| Some(Self::Numbers(number(first)?, number(last)?)))
            .unwrap_or_else(|| Self::Serial(text.to_owned()))
    }

    /// Positions, from 0, of the phones that are meant.
    fn positions(&self, phones: &[Arc<Phone>]) -> Result<Vec<usize>, PhoneError> {
        let found = match self {
            Self::Numbers(first, last) => {
                let (first, last) = (*first as usize, *last as usize);
                (1 <= first && first <= last && last <= phones.len())
                    .then(|| (first - 1..last).collect())
            }
            Self::Hub(hub) => {
                let first = (*hub as usize)
                    .checked_sub(1)
                    .map(|before| before * HUB as usize);
                let all = first.map_or(0..0, |first| first..phones.len().min(first + HUB as usize));
                (!all.is_empty()).then(|| all.collect())
            }
            Self::Serial(serial) => phones
                .iter()
                .position(|phone| phone.serial() == serial)
                .map(|position| vec![position]),
        };
        found.ok_or_else(|| PhoneError::NoSuchPhone {
            phone: self.to_string(),
            count: phones.len(),
        })
    }
}

impl fmt::Display for Which {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Numbers(only, same) if only == same => only.fmt(f),
            Self::Numbers(first, last) => write!(f, "{first}-{last}"),
            Self::Hub(hub) => write!(f, "hub-{hub}"),
            Self::Serial(serial) => serial.fmt(f),
        }
    }
}

/// A fault from the command line: `PHONE:FAULT[=VALUE][,FAULT...]`.
///
/// ```
/// use farmhand::phone::control::FaultFlag;
/// assert!("3:hang,latency_ms=200".parse::<FaultFlag>().is_ok());
/// assert!("3:hangs".parse::<FaultFlag>().is_err());
/// ```
#[derive(Debug, Clone, PartialEq)]
pub struct FaultFlag {
    which: Which,
    set: toml::Table,
}

impl FromStr for FaultFlag {
    type Err = PhoneError;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let wrong = |reason: String| PhoneError::FaultFlag {
            text: text.to_owned(),
            reason,
        };
        let (which, faults) = text
            .split_once(':')
            .filter(|(which, faults)| !which.is_empty() && !faults.is_empty())
            .ok_or_else(|| {
                wrong("PHONE:FAULT is expected, such as 3:hang or 1-7:latency_ms=200".to_owned())
            })?;
        let mut set = toml::Table::new();
        for fault in faults.split(',') {
            merge(&mut set, setting(fault).map_err(wrong)?);
        }
        faults_of(&set).map_err(wrong)?;
        Ok(Self {
            which: Which::new(which),
            set,
        })
    }
}

/// Reads `NAME` as true, and `NAME=VALUE` with a value that TOML knows or else as text.
fn setting(text: &str) -> Result<toml::Table, String> {
    let (name, value) = text.split_once('=').unwrap_or((text, "true"));
    // Otherwise a value could bring further lines along.
    if text.contains(char::is_control) {
        return Err("it has control characters".to_owned());
    }
    format!("{name} = {value}")
        .parse()
        .or_else(|_| format!("{name} = {value:?}").parse())
        .map_err(|error: toml::de::Error| error.message().to_owned())
}

fn merge(into: &mut toml::Table, from: toml::Table) {
    for (key, value) in from {
        match (into.get_mut(&key), value) {
            (Some(toml::Value::Table(inner)), toml::Value::Table(more)) => merge(inner, more),
            (_, value) => {
                into.insert(key, value);
            }
        }
    }
}

fn faults_of(set: &toml::Table) -> Result<Faults, String> {
    Faults::deserialize(set.clone()).map_err(|error| error.message().to_owned())
}

/// The faults of each phone by flags, in the order of the phones.
pub(super) fn by_flags(
    flags: &[FaultFlag],
    phones: &[Arc<Phone>],
) -> Result<Vec<Faults>, PhoneError> {
    let mut sets = vec![toml::Table::new(); phones.len()];
    for flag in flags {
        for position in flag.which.positions(phones)? {
            if let Some(set) = sets.get_mut(position) {
                merge(set, flag.set.clone());
            }
        }
    }
    sets.iter()
        .map(|set| {
            // Each flag was right by itself, so all of them together are.
            faults_of(set).map_err(|reason| PhoneError::FaultFlag {
                text: set.to_string(),
                reason,
            })
        })
        .collect()
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct File {
    #[serde(default)]
    phone: BTreeMap<Spanned<String>, Faults>,
}

/// The faults that a file gives to phones, by their position.
pub(super) fn by_file(
    path: &Path,
    text: &str,
    phones: &[Arc<Phone>],
) -> Result<BTreeMap<usize, Faults>, PhoneError> {
    let wrong = |at: Option<usize>, reason: String| {
        let before = at.and_then(|at| text.get(..at));
        let line = before.map(|before| before.matches('\n').count());
        let shown = line.and_then(|line| text.lines().nth(line)).map(str::trim);
        PhoneError::FaultsWrong {
            path: path.to_owned(),
            line: line.map(|line| line + 1),
            reason: match shown {
                Some(shown) => format!("`{shown}`: {reason}"),
                None => reason,
            },
        }
    };
    let file: File = toml::from_str(text).map_err(|error| {
        let at = error.span().map(|span| span.start);
        wrong(at, error.message().to_owned())
    })?;
    let mut found = BTreeMap::new();
    for (name, faults) in file.phone {
        let at = Some(name.span().start);
        let positions = Which::new(name.as_ref())
            .positions(phones)
            .map_err(|error| wrong(at, error.to_string()))?;
        for position in positions {
            if found.insert(position, faults.clone()).is_some() {
                let number = position + 1;
                return Err(wrong(at, format!("phone {number} is named twice")));
            }
        }
    }
    Ok(found)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::phone::{BatteryFault, PhoneSpec};

    fn phones() -> Vec<Arc<Phone>> {
        (1..=4)
            .map(|index| Phone::new(PhoneSpec::numbered(index)))
            .collect()
    }

    fn flags(texts: &[&str]) -> Result<Vec<Faults>, PhoneError> {
        let flags: Result<Vec<FaultFlag>, _> = texts.iter().map(|text| text.parse()).collect();
        by_flags(&flags?, &phones())
    }

    fn flags_refused(text: &str) -> String {
        flags(&[text]).unwrap_err().to_string()
    }

    fn file(text: &str) -> Result<BTreeMap<usize, Faults>, PhoneError> {
        by_file(Path::new("faults.toml"), text, &phones())
    }

    fn file_refused(text: &str) -> String {
        file(text).unwrap_err().to_string()
    }

    #[test]
    fn flags_for_one_phone_add_up() {
        let faults = flags(&[
            "2-3:hang",
            "3:latency_ms=200",
            "virtual-0003:battery.percent=3",
        ]);
        assert_eq!(
            faults.unwrap()[2],
            Faults {
                hang: true,
                latency_ms: 200,
                battery: BatteryFault {
                    percent: Some(3),
                    celsius: None
                },
                ..Faults::default()
            }
        );
    }

    #[test]
    fn a_flag_leaves_other_phones_healthy() {
        assert_eq!(flags(&["2:hang"]).unwrap()[0], Faults::default());
    }

    #[test]
    fn text_in_a_flag_needs_no_quotes() {
        let faults = flags(&["1:fail_install=INSTALL_FAILED_X"]).unwrap();
        assert_eq!(faults[0].fail_install.as_deref(), Some("INSTALL_FAILED_X"));
    }

    #[test]
    fn a_flag_with_an_unknown_fault_names_those_there_are() {
        let error = flags_refused("1:hangs");
        assert!(error.contains("'1:hangs'"), "{error}");
        assert!(error.contains("`latency_ms`"), "{error}");
    }

    #[test]
    fn a_flag_with_a_wrong_value_is_refused() {
        let error = flags_refused("1:latency_ms=soon");
        assert!(error.contains("expected u64"), "{error}");
    }

    #[test]
    fn a_flag_without_a_phone_is_refused() {
        assert!(flags_refused("hang").contains("PHONE:FAULT is expected"));
    }

    #[test]
    fn a_flag_for_a_phone_that_is_not_there_is_refused() {
        assert_eq!(
            flags_refused("3-5:hang"),
            "there is no virtual phone '3-5': there are 1 to 4"
        );
    }

    #[test]
    fn a_file_names_phones_by_number_range_and_serial() {
        let found = file(
            "[phone.1]\nhang = true\n[phone.\"2-3\"]\ndrop = true\n[phone.virtual-0004]\noffline = true\n",
        );
        let found = found.unwrap();
        assert!(found[&0].hang && found[&1].drop && found[&2].drop && found[&3].offline);
    }

    #[test]
    fn the_phones_of_a_hub_are_named_by_its_number() {
        let phones: Vec<_> = (1..=9)
            .map(|index| Phone::new(PhoneSpec::numbered(index)))
            .collect();
        let named = |text| Which::new(text).positions(&phones);
        assert_eq!(named("hub-1").unwrap(), [0, 1, 2, 3, 4, 5, 6]);
        assert_eq!(named("hub-2").unwrap(), [7, 8]);
        for none in ["hub-0", "hub-3"] {
            let error = named(none).unwrap_err().to_string();
            assert!(error.contains(&format!("'{none}'")), "{error}");
        }
    }

    #[test]
    fn a_wrong_value_in_a_file_is_named_with_line_and_key() {
        let error = file_refused("[phone.1]\nlatency_ms = 5\nhang = \"yes\"\n");
        assert!(
            error
                .starts_with("the faults file faults.toml, line 3: `hang = \"yes\"`: invalid type"),
            "{error}"
        );
    }

    #[test]
    fn an_unknown_key_in_a_file_is_named_with_what_is_accepted() {
        let error = file_refused("[phone.1]\nhangs = true\n");
        assert!(error.contains("line 2: `hangs = true`"), "{error}");
        assert!(error.contains("`hang`"), "{error}");
    }

    #[test]
    fn a_phone_that_is_not_there_is_named_with_its_line() {
        let error = file_refused("\n[phone.9]\nhang = true\n");
        assert!(
            error.contains("line 2: `[phone.9]`: there is no virtual phone '9'"),
            "{error}"
        );
    }

    #[test]
    fn a_phone_that_is_named_twice_is_refused() {
        let error = file_refused("[phone.2]\nhang = true\n[phone.virtual-0002]\ndrop = true\n");
        assert!(error.contains("phone 2 is named twice"), "{error}");
    }
}
