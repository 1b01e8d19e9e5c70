//! Installed packages, and how a virtual APK tells its name.

use std::collections::BTreeMap;
use std::hash::{DefaultHasher, Hasher};

use super::spec::PhoneSpec;

/// The app that every virtual phone comes with.
pub const SAMPLE_APP: &str = "org.farmhand.sample";
/// The home screen.
pub const LAUNCHER: &str = "com.android.launcher3";

/// The keyboard of the system image.
pub const LATIN_KEYBOARD: &str = "com.android.inputmethod.latin";
/// A keyboard that types what broadcasts tell it, `https://github.com/senzhk/ADBKeyBoard`. Not on
/// a phone unless it was installed.
pub const ADB_KEYBOARD: &str = "com.android.adbkeyboard";

/// Packages of the system image.
pub const SYSTEM: [&str; 7] = [
    "android",
    "com.android.chrome",
    LATIN_KEYBOARD,
    LAUNCHER,
    "com.android.settings",
    "com.android.shell",
    "com.android.systemui",
];

/// How much of a file is searched for its package name.
const HEADER: usize = 4_096;

/// An installed package that is not of the system image.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Package {
    /// Its name, such as `org.farmhand.sample`.
    pub name: String,
    /// Bytes of its APK.
    pub size: u64,
    /// When it was installed, seconds since 1970.
    pub installed: u32,
}

/// The packages a user installed.
pub struct Packages(BTreeMap<String, Package>);

impl Packages {
    /// Those of a fresh phone.
    pub fn new(spec: &PhoneSpec) -> Self {
        let keyboard = spec.adb_keyboard.then_some((ADB_KEYBOARD, 19_774));
        let fresh = [(SAMPLE_APP, 48_213)].into_iter().chain(keyboard);
        let package = |(name, size): (&str, u64)| {
            let name = name.to_owned();
            let package = Package {
                name: name.clone(),
                size,
                installed: 0,
            };
            (name, package)
        };
        Self(fresh.map(package).collect())
    }

    /// The names of all packages, those of the system image first.
    pub fn names(&self) -> impl Iterator<Item = &str> {
        let user = self.0.keys().map(String::as_str);
        SYSTEM.iter().copied().chain(user)
    }

    pub fn insert(&mut self, package: Package) {
        self.0.insert(package.name.clone(), package);
    }

    /// Removes a package; `false` if there was none.
    pub fn remove(&mut self, name: &str) -> bool {
        self.0.remove(name).is_some()
    }

    pub fn user(&self) -> impl Iterator<Item = &Package> {
        self.0.values()
    }

    pub fn contains(&self, name: &str) -> bool {
        self.0.contains_key(name) || SYSTEM.contains(&name)
    }

    /// Where a package's APK lies.
    pub fn path(&self, name: &str) -> Option<String> {
        if let Some(package) = self.0.get(name) {
            return Some(format!(
                "/data/app/~~{:x}==/{name}-1/base.apk",
                package.size
            ));
        }
        SYSTEM
            .contains(&name)
            .then(|| format!("/system/app/{name}/{name}.apk"))
    }
}

/// What is remembered of an APK while it is read: not its bytes.
#[derive(Default)]
pub struct Apk {
    head: Vec<u8>,
    hasher: DefaultHasher,
    size: u64,
}

impl Apk {
    /// Reads on.
    pub fn add(&mut self, bytes: &[u8]) {
        let room = HEADER.saturating_sub(self.head.len()).min(bytes.len());
        self.head.extend(bytes.iter().take(room));
        self.hasher.write(bytes);
        self.size += bytes.len() as u64;
    }

    /// Bytes read.
    pub fn size(&self) -> u64 {
        self.size
    }

    /// The name of its package: what a line `package: NAME` near its start says, else one made
    /// from its bytes. A binary manifest is not read, so that any file can be installed.
    pub fn package_name(&self) -> String {
        let head = String::from_utf8_lossy(&self.head);
        let named = head
            .lines()
            .filter_map(|line| line.strip_prefix("package:"));
        let valid = |name: &&str| {
            let part = |c: char| c.is_ascii_alphanumeric() || c == '.' || c == '_';
            name.contains('.') && name.chars().all(part)
        };
        match named.map(str::trim).find(valid) {
            Some(name) => name.to_owned(),
            None => format!("virtual.app.x{:016x}", self.hasher.finish()),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn name(parts: &[&str]) -> String {
        let mut apk = Apk::default();
        parts.iter().for_each(|part| apk.add(part.as_bytes()));
        apk.package_name()
    }

    #[test]
    fn a_virtual_apk_is_named_by_a_line_in_it() {
        assert_eq!(
            name(&["PK\npack", "age: org.example.notes\n"]),
            "org.example.notes"
        );
    }

    #[test]
    fn any_other_file_gets_a_name_of_its_own() {
        assert_eq!(name(&["one"]), name(&["one"]));
        assert_ne!(name(&["one"]), name(&["two"]));
    }
}
