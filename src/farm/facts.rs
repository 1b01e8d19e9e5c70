//! What a phone tells of itself when it is asked at length: properties, battery, storage.
//! One round trip, and the reading of its answer.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

/// What the phone is asked. The parts are told apart by lines that no program writes, so that
/// a phone without one of the programs still answers the rest.
pub(super) const COMMAND: &str = "getprop; echo; echo farmhand:battery; dumpsys battery; \
     echo; echo farmhand:storage; df -k /data";

/// What a phone tells of itself at one moment. Parts it does not tell are empty.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct PhoneFacts {
    /// Its properties (`getprop`), by name.
    pub properties: BTreeMap<String, String>,
    /// Its battery (`dumpsys battery`), in the words of the phone.
    pub battery: BTreeMap<String, String>,
    /// The partition that holds apps and their data.
    pub storage: Option<Storage>,
}

/// A partition of a phone.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Storage {
    /// Its size in MiB.
    pub total_mib: u64,
    /// What is free of it, in MiB.
    pub free_mib: u64,
}

/// Where in the answer a line lies.
enum Part {
    Properties,
    Battery,
    Storage,
}

/// Reads the answer. Parts that are missing or unreadable stay empty.
pub(super) fn parse(text: &str) -> PhoneFacts {
    let mut facts = PhoneFacts::default();
    let mut part = Part::Properties;
    for line in text.lines().map(str::trim) {
        match (line, &part) {
            ("farmhand:battery", _) => part = Part::Battery,
            ("farmhand:storage", _) => part = Part::Storage,
            (_, Part::Properties) => facts.properties.extend(property(line)),
            (_, Part::Battery) => facts.battery.extend(named(line)),
            (_, Part::Storage) => facts.storage = facts.storage.or_else(|| storage(line)),
        }
    }
    facts
}

/// `[name]: [value]`, as `getprop` writes it.
fn property(line: &str) -> Option<(String, String)> {
    let (name, value) = line.strip_prefix('[')?.split_once("]: [")?;
    // The rest of a value of several lines has neither bracket, and is left out.
    Some((name.to_owned(), value.trim_end_matches(']').to_owned()))
}

/// `name: value`.
fn named(line: &str) -> Option<(String, String)> {
    let (name, value) = line.split_once(':')?;
    let value = value.trim();
    (!value.is_empty()).then(|| (name.to_owned(), value.to_owned()))
}

/// A line of toybox's `df -k`: name, size, used, free, ...
fn storage(line: &str) -> Option<Storage> {
    let mut columns = line.split_whitespace().skip(1);
    let total: u64 = columns.next()?.parse().ok()?;
    let free: u64 = columns.nth(1)?.parse().ok()?;
    Some(Storage {
        total_mib: total / 1024,
        free_mib: free / 1024,
    })
}

#[cfg(test)]
mod tests {
    use super::{PhoneFacts, Storage, parse};

    #[test]
    fn reads_what_a_phone_tells() {
        let text = "[ro.product.model]: [Pixel 7]\r\n[debug.empty]: []\r\n\nfarmhand:battery\n\
                    Current Battery Service state:\n  AC powered: false\n  level: 81\n\n\
                    farmhand:storage\nFilesystem 1K-blocks Used Available Use% Mounted on\n\
                    /dev/block/dm-5 115249236 1000 20480 31% /data\n";
        let facts = parse(text);
        assert_eq!(facts.properties["ro.product.model"], "Pixel 7");
        assert_eq!(facts.properties["debug.empty"], "");
        assert_eq!(facts.battery["level"], "81");
        assert_eq!(facts.battery["AC powered"], "false");
        assert_eq!(facts.battery.len(), 2, "the heading is no fact");
        let storage = Storage {
            total_mib: 112_548,
            free_mib: 20,
        };
        assert_eq!(facts.storage, Some(storage));
    }

    #[test]
    fn what_is_missing_or_odd_stays_empty() {
        assert_eq!(parse(""), PhoneFacts::default());
        let odd = "sh: getprop: not found\nfarmhand:battery\nCan't find service\n\
                   farmhand:storage\ndf: /data: full\n";
        assert_eq!(parse(odd), PhoneFacts::default());
    }
}
