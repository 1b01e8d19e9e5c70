//! Apps as data: how an app is called, which links open its places, and which elements of its
//! screens the scripts mean.
//!
//! A script says `app: follow_button`; what that is in the app of its task stands in
//! `NAME.toml`, so that one script serves any app. This module reads and keeps those files. It
//! must not know phones, tasks or accounts: who uses which app is decided by the farm.

mod entry;
mod names;
mod parse;
mod registry;
mod selector;

use std::collections::BTreeMap;
use std::path::PathBuf;

use serde_json::{Value, json};

use super::lang::{Selector, Template};

pub use names::{Known, LINKS, Need, SELECTORS, Screen};
pub use registry::Apps;

/// An app whose file has been read and found right.
#[derive(Debug, Clone, PartialEq)]
pub struct App {
    /// What settings and accounts call it: the name of its file, without `.toml`.
    pub name: String,
    /// A few words for people.
    pub title: String,
    /// Its package on the phone.
    pub package: String,
    /// What opens a place of it: [`LINKS`], and those of the operator's own flows.
    pub links: BTreeMap<String, Template>,
    /// Elements of its screens: of [`SELECTORS`] those that it has, and those of the
    /// operator's own flows.
    pub selectors: BTreeMap<String, Selector>,
    /// The selectors as they were written.
    written: BTreeMap<String, Value>,
    /// Words of the app that flows may need, in the language it is set to.
    pub texts: BTreeMap<String, String>,
    /// What a check of the app opens.
    pub examples: Examples,
    /// Where its file lies.
    pub origin: Origin,
}

/// Places of an app that are there for every account (`[check]`).
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Examples {
    /// A user, as `TARGET` of the link `user`.
    pub user: Option<String>,
    /// A post, as `TARGET` of the link `post`.
    pub post: Option<String>,
    /// Words that find users and posts, as `QUERY` of the link `search`.
    pub query: Option<String>,
}

/// Where an app's file lies.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Origin {
    /// In this program.
    BuiltIn,
    /// In the operator's folder.
    Operator(PathBuf),
}

impl App {
    /// Its links as they were written.
    #[must_use]
    pub fn written_links(&self) -> BTreeMap<&str, String> {
        let links = self.links.iter();
        links
            .map(|(name, link)| (name.as_str(), link.to_string()))
            .collect()
    }

    /// Its selectors as they were written: a table of fields, or a text.
    #[must_use]
    pub const fn written_selectors(&self) -> &BTreeMap<String, Value> {
        &self.written
    }

    /// What flows see of it as the global `app`: `name`, `package`, `links` (as written),
    /// `texts`, and which `selectors` it has (each `true`: a flow may ask whether one is there).
    #[must_use]
    pub fn as_js(&self) -> Value {
        let selectors: BTreeMap<&str, bool> = self
            .selectors
            .keys()
            .map(|name| (name.as_str(), true))
            .collect();
        json!({
            "name": self.name,
            "package": self.package,
            "links": self.written_links(),
            "texts": self.texts,
            "selectors": selectors,
        })
    }
}

#[cfg(test)]
pub(in crate::flow) mod testing;
#[cfg(test)]
mod tests;
