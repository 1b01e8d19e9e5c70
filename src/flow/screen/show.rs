//! Selectors as errors and screens name them: `id 'x', text 'y', below text 'z'`.

use std::fmt;

use crate::flow::lang::{Selector, Size, Trait};

impl fmt::Display for Selector<String> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut words = Vec::new();
        for (name, value) in [("id", &self.id), ("text", &self.text)] {
            words.extend(value.as_ref().map(|value| format!("{name} '{value}'")));
        }
        words.extend(self.size.map(|size| size.to_string()));
        words.extend(self.traits.iter().map(|kind| kind.as_str().to_owned()));
        for (flag, yes, no) in [
            (self.enabled, "enabled", "disabled"),
            (self.checked, "checked", "not checked"),
            (self.focused, "focused", "not focused"),
            (self.selected, "selected", "not selected"),
        ] {
            words.extend(flag.map(|flag| if flag { yes } else { no }.to_owned()));
        }
        for (name, other) in [
            ("below", &self.below),
            ("above", &self.above),
            ("left of", &self.left_of),
            ("right of", &self.right_of),
            ("child of", &self.child_of),
            ("with the child", &self.contains_child),
        ] {
            words.extend(other.as_ref().map(|other| format!("{name} ({other})")));
        }
        let inner = self.contains_descendants.iter();
        words.extend(inner.map(|inner| format!("with ({inner}) in it")));
        words.extend(self.index.as_ref().map(|index| format!("index {index}")));
        if words.is_empty() {
            return f.write_str("any element");
        }
        f.write_str(&words.join(", "))
    }
}

impl fmt::Display for Size {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let side = |side: Option<u32>| side.map_or("any".to_owned(), |side| side.to_string());
        write!(f, "size {}x{}", side(self.width), side(self.height))?;
        match self.tolerance {
            0 => Ok(()),
            tolerance => write!(f, "\u{b1}{tolerance}"),
        }
    }
}

impl Trait {
    /// Its name in a flow.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Text => "text",
            Self::LongText => "long-text",
            Self::Square => "square",
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_selector_names_all_that_it_asks_for() {
        let selector = Selector {
            id: Some("follow".to_owned()),
            text: Some("Follow".to_owned()),
            enabled: Some(true),
            size: Some(Size {
                width: Some(10),
                height: None,
                tolerance: 2,
            }),
            below: Some(Box::new(Selector {
                text: Some("Ann".to_owned()),
                ..Selector::default()
            })),
            index: Some("1".to_owned()),
            ..Selector::default()
        };
        assert_eq!(
            selector.to_string(),
            "id 'follow', text 'Follow', size 10xany\u{b1}2, enabled, below (text 'Ann'), index 1"
        );
        assert_eq!(Selector::<String>::default().to_string(), "any element");
    }
}
