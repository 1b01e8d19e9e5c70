//! Which element of the screen is meant.

use std::fmt;

use serde::Serialize;

use super::decode;
use super::template::Template;

/// How a command names an element of the screen.
#[derive(Debug, Clone, PartialEq)]
pub enum Element {
    /// By what it looks like.
    Matching(Selector),
    /// By its name in the task's app (`app: NAME`): farmhand's own addition to the language, so
    /// that one script serves any app.
    OfApp(String),
}

/// What an element must be like; every field that is there must hold. `T` is [`Template`] as
/// written and `String` once its expressions are evaluated.
#[derive(Debug, Clone, PartialEq)]
pub struct Selector<T = Template> {
    /// Regular expression that must match all of the text, the hint or the accessibility text.
    pub text: Option<T>,
    /// The same over the resource id, with or without what stands before its last `/`.
    pub id: Option<T>,
    /// Which of those that match, from 0, ordered from top to bottom, then left to right.
    pub index: Option<T>,
    /// Whether it takes input.
    pub enabled: Option<bool>,
    /// Whether it is ticked.
    pub checked: Option<bool>,
    /// Whether it has the input focus.
    pub focused: Option<bool>,
    /// Whether it is selected.
    pub selected: Option<bool>,
    /// Its top edge lies below that of this one.
    pub below: Option<Box<Selector<T>>>,
    /// Its top edge lies above that of this one.
    pub above: Option<Box<Selector<T>>>,
    /// Its left edge lies left of that of this one.
    pub left_of: Option<Box<Selector<T>>>,
    /// Its left edge lies right of that of this one.
    pub right_of: Option<Box<Selector<T>>>,
    /// It lies in this one, at any depth.
    pub child_of: Option<Box<Selector<T>>>,
    /// It holds this one directly.
    pub contains_child: Option<Box<Selector<T>>>,
    /// It holds all of these, at any depth.
    pub contains_descendants: Vec<Selector<T>>,
    /// Its size.
    pub size: Option<Size>,
    /// What kind of thing it is.
    pub traits: Vec<Trait>,
}

// Not derived: `T` needs no default.
impl<T> Default for Selector<T> {
    fn default() -> Self {
        Self {
            text: None,
            id: None,
            index: None,
            enabled: None,
            checked: None,
            focused: None,
            selected: None,
            below: None,
            above: None,
            left_of: None,
            right_of: None,
            child_of: None,
            contains_child: None,
            contains_descendants: Vec::new(),
            size: None,
            traits: Vec::new(),
        }
    }
}

impl Selector {
    /// Decodes a selector that is no part of a flow: a table with the same fields (TOML, JSON),
    /// or a text, which is its `text`.
    ///
    /// # Errors
    /// Everything that is wrong in it.
    pub fn decode(value: &impl Serialize) -> Result<Self, Vec<SelectorFault>> {
        decode::of_value(value)
    }
}

/// One thing that is wrong in a selector that is no part of a flow.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SelectorFault {
    /// Which of its fields (`below.text`); empty: all of it.
    pub path: String,
    /// What was wrong and what is accepted.
    pub message: String,
}

impl fmt::Display for SelectorFault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.path.is_empty() {
            f.write_str(&self.message)
        } else {
            write!(f, "{}: {}", self.path, self.message)
        }
    }
}

/// A size in pixels; at least one of the two is there.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Size {
    /// Width.
    pub width: Option<u32>,
    /// Height.
    pub height: Option<u32>,
    /// How far either may be off; 0 if not given.
    pub tolerance: u32,
}

/// What kind of thing an element is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Trait {
    /// `text`: it has a text.
    Text,
    /// `long-text`: one of over 200 characters.
    LongText,
    /// `square`: width and height differ by less than 3 %.
    Square,
}
