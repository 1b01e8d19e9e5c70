//! Installed packages, and how a virtual APK tells its name.

use std::collections::BTreeMap;
use std::hash::{DefaultHasher, Hash, Hasher};

use super::files::Content;

/// The app that every virtual phone comes with.
pub const SAMPLE_APP: &str = "org.farmhand.sample";
/// The home screen.
pub const LAUNCHER: &str = "com.android.launcher3";

/// Packages of the system image.
pub const SYSTEM: [&str; 6] = [
    "android",
    "com.android.chrome",
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
    pub fn new() -> Self {
        let sample = Package {
            name: SAMPLE_APP.to_owned(),
            size: 48_213,
            installed: 0,
        };
        Self(BTreeMap::from([(sample.name.clone(), sample)]))
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

/// The name of the package in a virtual APK: what a line `package: NAME` near its start says,
/// else one made from its bytes. A binary manifest is not read: any file can be installed.
pub fn package_name(apk: &Content) -> String {
    let start = apk.chunk(0).unwrap_or_default();
    let head = String::from_utf8_lossy(start.get(..HEADER).unwrap_or(&start)).into_owned();
    let named = head
        .lines()
        .filter_map(|line| line.strip_prefix("package:"))
        .map(str::trim);
    let valid = |name: &&str| {
        name.contains('.')
            && name
                .chars()
                .all(|c| c.is_ascii_alphanumeric() || c == '.' || c == '_')
    };
    if let Some(name) = named.into_iter().find(valid) {
        return name.to_owned();
    }
    let mut hasher = DefaultHasher::new();
    apk.chunks().for_each(|chunk| hasher.write(chunk));
    apk.len().hash(&mut hasher);
    format!("virtual.app.x{:016x}", hasher.finish())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_virtual_apk_is_named_by_a_line_in_it() {
        let apk = Content::from("PK\npackage: org.example.notes\n".to_owned());
        assert_eq!(package_name(&apk), "org.example.notes");
    }

    #[test]
    fn any_other_file_gets_a_name_of_its_own() {
        let (one, other) = (
            Content::from("one".to_owned()),
            Content::from("two".to_owned()),
        );
        assert_eq!(package_name(&one), package_name(&one));
        assert_ne!(package_name(&one), package_name(&other));
    }
}
