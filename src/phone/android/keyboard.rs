//! Input methods: which are installed, enabled and chosen. The settings hold it, as on a phone:
//! secure `enabled_input_methods` and `default_input_method`.

use super::intent::Component;
use super::manifest;
use super::packages::{LATIN_KEYBOARD, Packages};
use super::settings::Settings;

const ENABLED: &str = "enabled_input_methods";
const CHOSEN: &str = "default_input_method";

/// What `enable` and `disable` found.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Change {
    Done,
    Already,
    /// No such input method is installed.
    Unknown,
}

/// The ids of all input methods, such as `com.android.inputmethod.latin/.LatinIME`.
pub fn installed(packages: &Packages) -> Vec<String> {
    let ids = packages.names().filter_map(|package| {
        let class = manifest::of(package).input_method?;
        Some(Component::parse(&format!("{package}/{class}"))?.short())
    });
    ids.collect()
}

/// Those that can be chosen.
pub fn enabled(packages: &Packages, settings: &Settings) -> Vec<String> {
    let set = settings.get("secure", ENABLED).unwrap_or_default();
    // An id may be followed by its subtypes: `a/.B;123`.
    let named: Vec<&str> = set
        .split(':')
        .filter_map(|id| id.split(';').next())
        .collect();
    let mut installed = installed(packages);
    installed.retain(|id| named.contains(&id.as_str()));
    installed
}

/// The one that types, if there is one.
pub fn chosen(packages: &Packages, settings: &Settings) -> Option<String> {
    let id = settings.get("secure", CHOSEN)?;
    enabled(packages, settings)
        .into_iter()
        .find(|known| *known == id)
}

pub fn enable(id: &str, packages: &Packages, settings: &mut Settings) -> Change {
    if !installed(packages).iter().any(|known| known == id) {
        return Change::Unknown;
    }
    let mut ids = enabled(packages, settings);
    if ids.iter().any(|known| known == id) {
        return Change::Already;
    }
    ids.push(id.to_owned());
    settings.put("secure", ENABLED, &ids.join(":"));
    Change::Done
}

pub fn disable(id: &str, packages: &Packages, settings: &mut Settings) -> Change {
    if !installed(packages).iter().any(|known| known == id) {
        return Change::Unknown;
    }
    let mut ids = enabled(packages, settings);
    let before = ids.len();
    ids.retain(|known| known != id);
    if ids.len() == before {
        return Change::Already;
    }
    settings.put("secure", ENABLED, &ids.join(":"));
    if settings.get("secure", CHOSEN).as_deref() == Some(id) {
        settings.put("secure", CHOSEN, &ids.first().cloned().unwrap_or_default());
    }
    Change::Done
}

/// Chooses an enabled one.
pub fn choose(id: &str, packages: &Packages, settings: &mut Settings) -> Change {
    match enabled(packages, settings).iter().any(|known| known == id) {
        true => {
            settings.put("secure", CHOSEN, id);
            Change::Done
        }
        false => Change::Unknown,
    }
}

/// Back to what a fresh phone has; answers it.
pub fn reset(settings: &mut Settings) -> String {
    let id = format!("{LATIN_KEYBOARD}/.LatinIME");
    settings.put("secure", ENABLED, &id);
    settings.put("secure", CHOSEN, &id);
    id
}

/// A package has gone, and its input method with it.
pub fn settle(packages: &Packages, settings: &mut Settings) {
    let ids = enabled(packages, settings);
    settings.put("secure", ENABLED, &ids.join(":"));
    if chosen(packages, settings).is_none() {
        settings.put("secure", CHOSEN, &ids.first().cloned().unwrap_or_default());
    }
}
