//! An intent: what one app asks of another, as `am` reads it and as an app gets it.
//!
//! Which app answers it is not its affair.

use std::collections::BTreeSet;

/// The extra that names what is shared.
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
    /// The URIs of the extra [`EXTRA_STREAM`], one or a list.
    pub streams: Vec<String>,
}

/// The value of an extra.
#[derive(Debug, Clone, PartialEq)]
pub enum Extra {
    /// A string, or a null string.
    Text(Option<String>),
    /// A boolean.
    Boolean(bool),
    /// An int.
    Integer(i32),
    /// A long.
    Long(i64),
    /// A float.
    Float(f32),
    /// A URI.
    Uri(String),
    /// The name of a component.
    Component(Component),
    /// Strings, as an array or a list.
    Texts(Vec<String>),
    /// Ints, as an array or a list.
    Integers(Vec<i32>),
    /// Longs, as an array or a list.
    Longs(Vec<i64>),
    /// Floats, as an array or a list.
    Floats(Vec<f32>),
    /// URIs as a list.
    Uris(Vec<String>),
}

/// An activity, receiver or input method: its package and its class.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Component {
    /// The package.
    pub package: String,
    /// The class with its whole name.
    pub class: String,
}

impl Component {
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
            Some(Extra::Text(text)) => text.as_deref(),
            _ => None,
        }
    }

    /// Adds an extra, or replaces the one of its name.
    pub fn put(&mut self, name: &str, value: Extra) {
        if name == EXTRA_STREAM {
            self.streams = match &value {
                Extra::Uri(uri) => vec![uri.clone()],
                Extra::Uris(uris) => uris.clone(),
                // An app asks for a parcelable: a string is none.
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
