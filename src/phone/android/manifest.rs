//! What packages declare: activities with the intents that they take, permissions that they
//! ask for, input methods.

use super::Phone;
use super::intent::{Component, Intent, LAUNCHER_CATEGORY, MAIN, SEND, SEND_MULTIPLE, VIEW};
use super::media;
use super::packages::{ADB_KEYBOARD, LATIN_KEYBOARD, LAUNCHER, SAMPLE_APP};

/// What a package declares.
pub struct Manifest {
    activities: &'static [Activity],
    /// The permissions that it asks for.
    pub permissions: &'static [&'static str],
    /// The class of its input method.
    pub input_method: Option<&'static str>,
}

struct Activity {
    /// `.Class`, or a class with its whole name.
    class: &'static str,
    filters: &'static [Filter],
}

/// Intents that an activity takes; see "Intent resolution" in Android's documentation.
struct Filter {
    actions: &'static [&'static str],
    categories: &'static [&'static str],
    schemes: &'static [&'static str],
    /// Of schemes; any if there is none.
    hosts: &'static [&'static str],
    /// Types such as `image/`, by their start.
    types: &'static [&'static str],
}

/// What `startActivity` asks of any filter that is not named by component.
const DEFAULT: &str = "android.intent.category.DEFAULT";
const BROWSABLE: &str = "android.intent.category.BROWSABLE";

const ICON: Filter = Filter {
    actions: &[MAIN],
    categories: &[LAUNCHER_CATEGORY],
    schemes: &[],
    hosts: &[],
    types: &[],
};

const SHARE: Filter = Filter {
    actions: &[SEND, SEND_MULTIPLE],
    categories: &[DEFAULT],
    schemes: &[],
    hosts: &[],
    types: &["image/", "video/"],
};

const fn links(schemes: &'static [&'static str], hosts: &'static [&'static str]) -> Filter {
    Filter {
        actions: &[VIEW],
        categories: &[DEFAULT, BROWSABLE],
        schemes,
        hosts,
        types: &[],
    }
}

const APP_PERMISSIONS: &[&str] = &[
    "android.permission.INTERNET",
    "android.permission.ACCESS_NETWORK_STATE",
    "android.permission.ACCESS_COARSE_LOCATION",
    "android.permission.ACCESS_FINE_LOCATION",
    "android.permission.CAMERA",
    "android.permission.POST_NOTIFICATIONS",
    "android.permission.READ_CONTACTS",
    "android.permission.READ_EXTERNAL_STORAGE",
    "android.permission.READ_MEDIA_IMAGES",
    "android.permission.READ_MEDIA_VIDEO",
    "android.permission.RECORD_AUDIO",
];

const SAMPLE: Manifest = Manifest {
    activities: &[Activity {
        class: ".MainActivity",
        filters: &[
            ICON,
            links(&["sample"], &[]),
            links(&["http", "https"], &["sample.test"]),
            SHARE,
        ],
    }],
    permissions: APP_PERMISSIONS,
    input_method: None,
};

/// Any package that somebody installs.
const ANY: Manifest = Manifest {
    activities: &[Activity {
        class: ".MainActivity",
        filters: &[ICON, SHARE],
    }],
    permissions: APP_PERMISSIONS,
    input_method: None,
};

const HOME: Manifest = Manifest {
    activities: &[Activity {
        class: ".Launcher",
        filters: &[Filter {
            actions: &[MAIN],
            categories: &["android.intent.category.HOME", DEFAULT],
            schemes: &[],
            hosts: &[],
            types: &[],
        }],
    }],
    permissions: &[],
    input_method: None,
};

const SETTINGS: Manifest = Manifest {
    activities: &[Activity {
        class: ".Settings",
        filters: &[
            ICON,
            Filter {
                actions: &["android.settings.SETTINGS"],
                categories: &[DEFAULT],
                schemes: &[],
                hosts: &[],
                types: &[],
            },
        ],
    }],
    permissions: &[],
    input_method: None,
};

const BROWSER: Manifest = Manifest {
    activities: &[Activity {
        class: "com.google.android.apps.chrome.Main",
        filters: &[ICON, links(&["http", "https"], &[])],
    }],
    permissions: APP_PERMISSIONS,
    input_method: None,
};

/// A package of the system without anything to start.
const PLAIN: Manifest = Manifest {
    activities: &[],
    permissions: &[],
    input_method: None,
};

const fn keyboard(class: &'static str) -> Manifest {
    Manifest {
        activities: &[],
        permissions: &[],
        input_method: Some(class),
    }
}

/// What a package declares, if it is installed.
pub fn of(package: &str) -> &'static Manifest {
    const LATIN: Manifest = keyboard(".LatinIME");
    const ADB: Manifest = keyboard(".AdbIME");
    match package {
        SAMPLE_APP => &SAMPLE,
        LAUNCHER => &HOME,
        LATIN_KEYBOARD => &LATIN,
        ADB_KEYBOARD => &ADB,
        "com.android.settings" => &SETTINGS,
        "com.android.chrome" => &BROWSER,
        "android" | "com.android.shell" | "com.android.systemui" => &PLAIN,
        _ => &ANY,
    }
}

/// How a filter must take an intent.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Asked {
    /// To start it: the filter must be in the default category.
    ToStart,
    /// To look who would.
    ToLook,
}

impl Phone {
    /// The activities of installed packages that take an intent.
    pub(super) fn takers(&self, intent: &Intent, asked: Asked) -> Vec<Component> {
        let mime = self.type_of(intent);
        let state = self.state();
        let installed = |package: &&str| intent.target().is_none_or(|target| target == *package);
        let packages = state.packages.names().filter(installed);
        if let Some(component) = &intent.component {
            let declared = |package| of(package).has_activity(component);
            return packages
                .filter(|p| declared(p))
                .map(|_| component.clone())
                .collect();
        }
        let takers = packages.map(|package| of(package).takers(package, intent, mime, asked));
        takers.flatten().collect()
    }

    /// The type of what an intent is about: as it says, or as the media store knows.
    fn type_of<'a>(&self, intent: &'a Intent) -> Option<&'a str> {
        intent.mime.as_deref().or_else(|| {
            let path = self.media_path(intent.data.as_deref()?)?;
            Some(media::kind_of(&path).1)
        })
    }
}

impl Manifest {
    /// Whether it declares an activity.
    pub fn has_activity(&self, component: &Component) -> bool {
        self.components(&component.package)
            .any(|(declared, _)| declared == *component)
    }

    /// Its activities that take an intent. `mime` is the type of what the intent is about.
    pub fn takers(
        &self,
        package: &str,
        intent: &Intent,
        mime: Option<&str>,
        asked: Asked,
    ) -> Vec<Component> {
        self.components(package)
            .filter(|(_, filters)| {
                let takes = |filter: &Filter| filter.takes(intent, mime, asked);
                filters.iter().any(takes)
            })
            .map(|(component, _)| component)
            .collect()
    }

    fn components(&self, package: &str) -> impl Iterator<Item = (Component, &'static [Filter])> {
        let activities = self.activities.iter();
        activities.filter_map(move |activity| {
            let component = Component::parse(&format!("{package}/{}", activity.class))?;
            Some((component, activity.filters))
        })
    }
}

impl Filter {
    fn takes(&self, intent: &Intent, mime: Option<&str>, asked: Asked) -> bool {
        let action = intent.action.as_deref();
        let mut wanted: Vec<&str> = intent.categories.iter().map(String::as_str).collect();
        if asked == Asked::ToStart {
            wanted.push(DEFAULT);
        }
        action.is_none_or(|action| self.actions.contains(&action))
            && wanted.iter().all(|name| self.categories.contains(name))
            && self.takes_data(intent, mime)
    }

    fn takes_data(&self, intent: &Intent, mime: Option<&str>) -> bool {
        let scheme = intent.scheme();
        let type_fits = match mime {
            Some("*/*") => !self.types.is_empty(),
            Some(mime) => self.types.iter().any(|start| mime.starts_with(start)),
            None => self.types.is_empty(),
        };
        let scheme_fits = match scheme {
            Some(scheme) if !self.schemes.is_empty() => {
                self.schemes.contains(&scheme) && self.takes_host(intent)
            }
            // A filter with types alone is for what content providers have.
            Some(scheme) => !self.types.is_empty() && matches!(scheme, "content" | "file"),
            None => self.schemes.is_empty(),
        };
        type_fits && scheme_fits
    }

    fn takes_host(&self, intent: &Intent) -> bool {
        let data = intent.data.as_deref().unwrap_or_default();
        let authority = data.split_once("://").map_or("", |(_, rest)| rest);
        let host = authority.split(['/', '?', '#', ':']).next();
        self.hosts.is_empty() || host.is_some_and(|host| self.hosts.contains(&host))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn view(link: &str) -> Intent {
        Intent {
            action: Some(VIEW.to_owned()),
            data: Some(link.to_owned()),
            ..Intent::default()
        }
    }

    fn takes(package: &str, intent: &Intent, asked: Asked) -> bool {
        !of(package)
            .takers(package, intent, intent.mime.as_deref(), asked)
            .is_empty()
    }

    #[test]
    fn links_go_by_scheme_and_host() {
        assert!(takes(
            SAMPLE_APP,
            &view("sample://user/ann"),
            Asked::ToStart
        ));
        assert!(takes(
            SAMPLE_APP,
            &view("https://sample.test/p/1"),
            Asked::ToStart
        ));
        assert!(!takes(
            SAMPLE_APP,
            &view("https://example.com/"),
            Asked::ToStart
        ));
        assert!(takes(
            "com.android.chrome",
            &view("https://example.com/"),
            Asked::ToStart
        ));
        assert!(!takes(
            "com.android.chrome",
            &view("sample://feed"),
            Asked::ToStart
        ));
    }

    #[test]
    fn shares_go_by_type() {
        let mut share = Intent {
            action: Some(SEND.to_owned()),
            mime: Some("image/png".to_owned()),
            ..Intent::default()
        };
        assert!(takes(SAMPLE_APP, &share, Asked::ToStart));
        share.mime = Some("text/plain".to_owned());
        assert!(!takes(SAMPLE_APP, &share, Asked::ToStart));
        share.mime = None;
        assert!(!takes(SAMPLE_APP, &share, Asked::ToStart));
    }

    #[test]
    fn an_icon_is_found_but_starts_only_by_its_name() {
        let launch = Intent::main(SAMPLE_APP);
        assert!(takes(SAMPLE_APP, &launch, Asked::ToLook));
        assert!(!takes(SAMPLE_APP, &launch, Asked::ToStart));
    }
}
