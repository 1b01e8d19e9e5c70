//! Properties (`getprop`) and settings (`settings get`): what a fresh phone has, and what was
//! changed since.

use std::collections::BTreeMap;

use super::spec::PhoneSpec;

/// The properties of one phone.
#[derive(Default)]
pub struct Properties(BTreeMap<String, String>);

impl Properties {
    /// The value of a property; empty if there is none, as Android has it.
    pub fn get(&self, spec: &PhoneSpec, name: &str) -> String {
        if let Some(value) = self.0.get(name) {
            return value.clone();
        }
        let fresh = fresh_properties(spec)
            .into_iter()
            .find(|(known, _)| *known == name);
        fresh.map(|(_, value)| value).unwrap_or_default()
    }

    /// Sets a property; `false` for a read-only one.
    pub fn set(&mut self, name: &str, value: &str) -> bool {
        let writable = !name.is_empty() && !name.starts_with("ro.");
        if writable {
            self.0.insert(name.to_owned(), value.to_owned());
        }
        writable
    }

    /// All properties, by name.
    pub fn all(&self, spec: &PhoneSpec) -> BTreeMap<String, String> {
        let fresh = fresh_properties(spec).into_iter();
        let mut all: BTreeMap<String, String> = fresh
            .map(|(name, value)| (name.to_owned(), value))
            .collect();
        all.extend(self.0.clone());
        all
    }

    /// Only `persist.` properties survive a reboot.
    pub fn reboot(&mut self) {
        self.0.retain(|name, _| name.starts_with("persist."));
    }
}

fn fresh_properties(spec: &PhoneSpec) -> Vec<(&'static str, String)> {
    let kind = spec.kind();
    let details = kind.details;
    let fingerprint = format!(
        "{}/{}/{}:{}/VIRT.240805.001/{}:user/release-keys",
        kind.maker, details.product, details.device, kind.release, spec.index
    );
    vec![
        ("dev.bootcomplete", "1".to_owned()),
        ("persist.sys.locale", "en-US".to_owned()),
        ("persist.sys.timezone", "UTC".to_owned()),
        ("ro.boot.serialno", spec.serial.clone()),
        ("ro.build.fingerprint", fingerprint),
        ("ro.build.type", "user".to_owned()),
        ("ro.build.version.release", kind.release.to_owned()),
        ("ro.build.version.sdk", kind.sdk.to_string()),
        ("ro.kernel.qemu", "0".to_owned()),
        ("ro.product.brand", kind.maker.to_lowercase()),
        ("ro.product.cpu.abi", "arm64-v8a".to_owned()),
        ("ro.product.device", details.device.to_owned()),
        ("ro.product.manufacturer", kind.maker.to_owned()),
        ("ro.product.model", details.model.replace('_', " ")),
        ("ro.product.name", details.product.to_owned()),
        ("ro.serialno", spec.serial.clone()),
        ("sys.boot_completed", "1".to_owned()),
    ]
}

/// The settings that a fresh phone has: namespace, key, value.
const FRESH_SETTINGS: [(&str, &str, &str); 10] = [
    ("global", "airplane_mode_on", "0"),
    ("global", "animator_duration_scale", "1.0"),
    ("global", "stay_on_while_plugged_in", "0"),
    (
        "secure",
        "default_input_method",
        "com.android.inputmethod.latin/.LatinIME",
    ),
    (
        "secure",
        "enabled_input_methods",
        "com.android.inputmethod.latin/.LatinIME",
    ),
    ("secure", "location_mode", "3"),
    ("system", "accelerometer_rotation", "0"),
    ("system", "screen_brightness", "102"),
    ("system", "screen_off_timeout", "60000"),
    ("system", "user_rotation", "0"),
];

/// The namespaces of settings.
pub const NAMESPACES: [&str; 3] = ["global", "secure", "system"];

/// The changed settings of one phone; a deleted one is there without a value.
#[derive(Default)]
pub struct Settings(BTreeMap<(String, String), Option<String>>);

impl Settings {
    pub fn get(&self, namespace: &str, key: &str) -> Option<String> {
        if let Some(changed) = self.0.get(&(namespace.to_owned(), key.to_owned())) {
            return changed.clone();
        }
        let fresh = FRESH_SETTINGS
            .iter()
            .find(|(n, k, _)| *n == namespace && *k == key);
        fresh.map(|(_, _, value)| (*value).to_owned())
    }

    pub fn put(&mut self, namespace: &str, key: &str, value: &str) {
        self.0.insert(
            (namespace.to_owned(), key.to_owned()),
            Some(value.to_owned()),
        );
    }

    /// Deletes a setting; `false` if there was none.
    pub fn delete(&mut self, namespace: &str, key: &str) -> bool {
        let had = self.get(namespace, key).is_some();
        self.0.insert((namespace.to_owned(), key.to_owned()), None);
        had
    }

    /// All settings of a namespace, by key.
    pub fn all(&self, namespace: &str) -> BTreeMap<String, String> {
        let fresh = FRESH_SETTINGS.iter().map(|(n, k, _)| (*n, *k));
        let changed = self.0.keys().map(|(n, k)| (n.as_str(), k.as_str()));
        let keys = fresh
            .chain(changed)
            .filter(|(n, _)| *n == namespace)
            .map(|(_, key)| key);
        keys.filter_map(|key| Some((key.to_owned(), self.get(namespace, key)?)))
            .collect()
    }
}
