//! What an operator calls phones: a name for each, a group, tags.

use std::collections::BTreeSet;
use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Serialize};

use super::InvalidId;

/// The name of a phone (`Rack 2 / 7`): 1 to 64 characters, none of them a control character,
/// without white space at its ends. Several phones may have the same.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct DeviceName(String);

impl DeviceName {
    /// The longest name accepted, in characters.
    pub const MAX_CHARS: usize = 64;

    /// Trims and checks a name.
    ///
    /// # Errors
    /// [`InvalidId`] if it is blank, too long, or has control characters.
    pub fn new(text: &str) -> Result<Self, InvalidId> {
        let name = text.trim();
        let chars = name.chars().count();
        if name.is_empty() {
            return Err(InvalidId("a phone's name must not be blank".into()));
        }
        if chars > Self::MAX_CHARS {
            return Err(InvalidId(format!(
                "a phone's name has at most {} characters, this one {chars}",
                Self::MAX_CHARS
            )));
        }
        if name.chars().any(char::is_control) {
            return Err(InvalidId(format!(
                "the phone's name {text:?} has control characters"
            )));
        }
        Ok(Self(name.to_owned()))
    }

    /// The name as text.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

/// A word that sorts phones: a group, or a tag. 1 to 32 letters, digits, `-`, `_` and `.`;
/// case makes no difference, so it is stored in lower case.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct Label(String);

impl Label {
    /// The longest label accepted, in characters.
    pub const MAX_CHARS: usize = 32;

    /// Folds and checks a label.
    ///
    /// # Errors
    /// [`InvalidId`] if it is blank, too long, or holds anything else than a label may.
    pub fn new(text: &str) -> Result<Self, InvalidId> {
        let label = text.trim().to_lowercase();
        let chars = label.chars().count();
        if label.is_empty() {
            return Err(InvalidId("a group or tag must not be blank".into()));
        }
        if chars > Self::MAX_CHARS {
            return Err(InvalidId(format!(
                "a group or tag has at most {} characters, this one {chars}",
                Self::MAX_CHARS
            )));
        }
        let fits = |c: char| c.is_alphanumeric() || matches!(c, '-' | '_' | '.');
        if !label.chars().all(fits) {
            return Err(InvalidId(format!(
                "{text:?} is no group or tag: letters, digits, '-', '_' and '.' are accepted"
            )));
        }
        Ok(Self(label))
    }

    /// The label as text.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

macro_rules! text {
    ($($name:ident)*) => {$(
        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.pad(&self.0)
            }
        }

        impl FromStr for $name {
            type Err = InvalidId;

            fn from_str(text: &str) -> Result<Self, Self::Err> {
                Self::new(text)
            }
        }

        impl TryFrom<String> for $name {
            type Error = InvalidId;

            fn try_from(text: String) -> Result<Self, Self::Error> {
                Self::new(&text)
            }
        }

        impl From<$name> for String {
            fn from(text: $name) -> Self {
                text.0
            }
        }
    )*};
}

text! { DeviceName Label }

/// What an operator calls one phone.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Labels {
    /// Its name.
    pub name: Option<DeviceName>,
    /// The group it belongs to.
    pub group: Option<Label>,
    /// Its tags, at most [`Labels::MAX_TAGS`].
    pub tags: BTreeSet<Label>,
}

impl Labels {
    /// The most tags of one phone.
    pub const MAX_TAGS: usize = 16;

    /// Its tags with commas between them.
    #[must_use]
    pub fn tags_text(&self) -> String {
        let tags: Vec<&str> = self.tags.iter().map(Label::as_str).collect();
        tags.join(",")
    }

    /// These labels with the changes of a patch.
    ///
    /// # Errors
    /// [`InvalidId`] if that makes too many tags.
    pub fn patched(self, patch: DevicePatch) -> Result<Self, InvalidId> {
        let mut tags = patch.tags.unwrap_or(self.tags);
        tags.extend(patch.add_tags);
        tags.retain(|tag| !patch.remove_tags.contains(tag));
        if tags.len() > Self::MAX_TAGS {
            return Err(InvalidId(format!(
                "a phone has at most {} tags, this makes {}",
                Self::MAX_TAGS,
                tags.len()
            )));
        }
        Ok(Self {
            name: patch.name.unwrap_or(self.name),
            group: patch.group.unwrap_or(self.group),
            tags,
        })
    }
}

/// A change to what a phone is called: what it does not name stays.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct DevicePatch {
    /// The name: `Some(None)` takes it away.
    #[serde(
        default,
        skip_serializing_if = "Option::is_none",
        with = "super::taken"
    )]
    pub name: Option<Option<DeviceName>>,
    /// The group: `Some(None)` takes it out of its group.
    #[serde(
        default,
        skip_serializing_if = "Option::is_none",
        with = "super::taken"
    )]
    pub group: Option<Option<Label>>,
    /// All its tags, in place of those it has.
    pub tags: Option<BTreeSet<Label>>,
    /// Tags it gets besides.
    pub add_tags: BTreeSet<Label>,
    /// Tags it loses; wins over the other two.
    pub remove_tags: BTreeSet<Label>,
}

#[cfg(test)]
mod tests {
    use super::{DeviceName, DevicePatch, Label, Labels};

    fn label(text: &str) -> Label {
        Label::new(text).unwrap()
    }

    #[test]
    fn a_name_is_trimmed_and_may_have_spaces_and_signs() {
        let name = DeviceName::new("  Rack 2 / 7 ").unwrap();
        assert_eq!(name.as_str(), "Rack 2 / 7");
    }

    #[test]
    fn a_wrong_name_says_what_is_wrong() {
        for (text, part) in [
            ("  ", "must not be blank"),
            ("a\u{1b}b", "control characters"),
            (&"x".repeat(65), "at most 64 characters, this one 65"),
        ] {
            let error = DeviceName::new(text).unwrap_err().to_string();
            assert!(error.contains(part), "{error}");
        }
    }

    #[test]
    fn case_makes_no_difference_to_labels() {
        assert_eq!(label("Rack2"), label(" rack2"));
    }

    #[test]
    fn a_wrong_label_says_what_is_accepted() {
        for (text, part) in [
            ("", "must not be blank"),
            ("rack 2", "letters, digits, '-', '_' and '.' are accepted"),
            ("a,b", "letters, digits"),
            (&"x".repeat(33), "at most 32 characters, this one 33"),
        ] {
            let error = Label::new(text).unwrap_err().to_string();
            assert!(error.contains(part), "{error}");
        }
    }

    #[test]
    fn a_patch_changes_what_it_names() {
        let before = Labels {
            name: Some(DeviceName::new("seven").unwrap()),
            group: Some(label("rack2")),
            tags: ["a", "b"].map(label).into(),
        };
        let patch = DevicePatch {
            group: Some(None),
            add_tags: ["c"].map(label).into(),
            remove_tags: ["a"].map(label).into(),
            ..DevicePatch::default()
        };
        let after = before.clone().patched(patch).unwrap();
        assert_eq!(after.name, before.name);
        assert_eq!((after.group.as_ref(), &*after.tags_text()), (None, "b,c"));
    }

    #[test]
    fn too_many_tags_are_refused() {
        let tags = (0..=Labels::MAX_TAGS).map(|n| label(&format!("t{n}")));
        let patch = DevicePatch {
            tags: Some(tags.collect()),
            ..DevicePatch::default()
        };
        let error = Labels::default().patched(patch).unwrap_err().to_string();
        assert_eq!(error, "a phone has at most 16 tags, this makes 17");
    }

    #[test]
    fn labels_are_checked_when_they_are_read() {
        assert!(serde_json::from_str::<Label>("\"two words\"").is_err());
        assert!(serde_json::from_str::<DeviceName>("\" \"").is_err());
    }
}
