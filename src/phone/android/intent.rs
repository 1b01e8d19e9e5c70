//! An intent: what one app asks of another, as `am` reads it and as an app gets it.
//!
//! Which app answers it is not its affair.

use std::collections::BTreeSet;

/// Starts an app as its icon on the home screen does.
pub const MAIN: &str = "android.intent.action.MAIN";
/// Shows something.
pub const VIEW: &str = "android.intent.action.VIEW";
/// Shares a file.
pub const SEND: &str = "android.intent.action.SEND";
/// Shares several files.
pub const SEND_MULTIPLE: &str = "android.intent.action.SEND_MULTIPLE";
/// The category of what the home screen lists.
pub const LAUNCHER_CATEGORY: &str = "android.intent.category.LAUNCHER";
/// The extra that holds a text to be shared along.
pub const EXTRA_TEXT: &str = "android.intent.extra.TEXT";
/// The extra that holds what is shared.
pub const EXTRA_STREAM: &str = "android.intent.extra.STREAM";

/// What is asked for.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Intent {
    /// What to do, such as `android.intent.action.VIEW`.
    pub action: Option<String>,
    /// The URI that it is about.
    pub data: Option<String>,
    /// The only package that may answer.
    pub package: Option<String>,
    /// The only activity or receiver that may answer.
    pub component: Option<Component>,
    /// The type of the data, such as `image/png`.
    pub mime: Option<String>,
    /// Further conditions, such as `android.intent.category.LAUNCHER`.
    pub categories: BTreeSet<String>,
    /// `FLAG_...` of `android.content.Intent`.
    pub flags: u32,
    /// Named values in the order given; no name is there twice.
    pub extras: Vec<(String, Extra)>,
    /// The URIs of the extra [`EXTRA_STREAM`]: one, or a list.
    ///
    /// Up to Android 16, `am` has no list of URIs. It has lists of strings, which an app gets
    /// where it asks for a list of parcelables, as Java does not check what a list holds; the
    /// apps of a virtual phone take these for URIs.
    pub streams: Vec<String>,
}

/// The value of an extra.
#[derive(Debug, Clone, PartialEq)]
pub enum Extra {
    /// A string.
    Text(String),
    /// A null string.
    Null,
    /// A boolean.
    Boolean(bool),
    /// An int.
    Integer(i32),
    /// A long.
    Long(i64),
    /// A float.
    Float(f32),
    /// A double.
    Double(f64),
    /// A URI.
    Uri(String),
    /// The name of a component.
    Component(Component),
    /// An array.
    Array(Vec<Extra>),
    /// A list.
    List(Vec<Extra>),
}

/// An activity, receiver or input method: its package and its class.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Component {
    /// The package.
    pub package: String,
    /// The class with its whole name.
    pub class: String,
}

impl Extra {
    fn uri(&self) -> Option<String> {
        match self {
            Self::Text(text) | Self::Uri(text) => Some(text.clone()),
            _ => None,
        }
    }
}

impl Component {
    /// A class in its package's own name space.
    #[must_use]
    pub fn of(package: &str, class: &str) -> Self {
        Self {
            package: package.to_owned(),
            class: format!("{package}.{class}"),
        }
    }

    /// Reads `package/.Class` or `package/whole.name.of.Class`; `None` for anything else.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        let (package, class) = text.split_once('/')?;
        let package = package.to_owned();
        let class = match class {
            "" => return None,
            class if class.starts_with('.') => format!("{package}{class}"),
            class => class.to_owned(),
        };
        Some(Self { package, class })
    }

    /// `package/.Class` where the class is in the package, as Android shortens it.
    #[must_use]
    pub fn short(&self) -> String {
        let inside = self.class.strip_prefix(self.package.as_str());
        let class = inside.filter(|rest| rest.starts_with('.'));
        format!("{}/{}", self.package, class.unwrap_or(&self.class))
    }

    /// `package/whole.name.of.Class`.
    #[must_use]
    pub fn full(&self) -> String {
        format!("{}/{}", self.package, self.class)
    }
}

impl Intent {
    /// Starts a package's main activity.
    #[must_use]
    pub fn main(package: &str) -> Self {
        Self {
            action: Some(MAIN.to_owned()),
            categories: BTreeSet::from([LAUNCHER_CATEGORY.to_owned()]),
            package: Some(package.to_owned()),
            ..Self::default()
        }
    }

    /// The package that it names, in a component or alone.
    #[must_use]
    pub fn target(&self) -> Option<&str> {
        let component = self.component.as_ref();
        component
            .map(|name| name.package.as_str())
            .or(self.package.as_deref())
    }

    /// Whether it shares files.
    #[must_use]
    pub fn is_share(&self) -> bool {
        matches!(self.action.as_deref(), Some(SEND | SEND_MULTIPLE))
    }

    /// The extra of a name.
    #[must_use]
    pub fn extra(&self, name: &str) -> Option<&Extra> {
        self.extras
            .iter()
            .find(|(known, _)| known == name)
            .map(|(_, value)| value)
    }

    /// The extra of a name, if it is a string.
    #[must_use]
    pub fn text(&self, name: &str) -> Option<&str> {
        match self.extra(name) {
            Some(Extra::Text(text)) => Some(text),
            _ => None,
        }
    }

    /// Adds an extra, or replaces the one of its name.
    pub fn put(&mut self, name: &str, value: Extra) {
        if name == EXTRA_STREAM {
            self.streams = match &value {
                Extra::Uri(uri) => vec![uri.clone()],
                Extra::List(items) => items.iter().filter_map(Extra::uri).collect(),
                // An app asks for a parcelable or a list of them: anything else is none.
                _ => Vec::new(),
            };
        }
        match self.extras.iter_mut().find(|(known, _)| known == name) {
            Some((_, old)) => *old = value,
            None => self.extras.push((name.to_owned(), value)),
        }
    }

    /// The scheme of the data, such as `https`.
    #[must_use]
    pub fn scheme(&self) -> Option<&str> {
        self.data
            .as_deref()?
            .split_once(':')
            .map(|(scheme, _)| scheme)
    }
}
