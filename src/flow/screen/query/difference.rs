//! How an element differs from what is looked for, in values and in words.

use std::fmt;

use super::Relation;
use super::similar::quoted;
use crate::flow::screen::hierarchy::{Hierarchy, Node, NodeId};

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
    /// Not a field: where the element is, on the screen or among the matches.
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

impl From<Relation> for Attribute {
    fn from(relation: Relation) -> Self {
        match relation {
            Relation::Below => Self::Below,
            Relation::Above => Self::Above,
            Relation::LeftOf => Self::LeftOf,
            Relation::RightOf => Self::RightOf,
        }
    }
}

impl fmt::Display for Difference {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { wanted, found, .. } = self;
        let attribute = self.attribute.as_str();
        write!(f, "{attribute} differs: {wanted} wanted, {found} found")
    }
}

impl NearMiss {
    /// The element and what differed: `'Following' (text differs: 'Follow' wanted, ...)`.
    #[must_use]
    pub fn describe(&self, screen: &Hierarchy) -> String {
        let differences: Vec<String> = self.differences.iter().map(ToString::to_string).collect();
        let name = name(screen.node(self.node));
        format!("{name} ({})", differences.join("; "))
    }
}

/// What an element is called in a message: what it says, its id, or its class.
fn name(node: &Node) -> String {
    let says = node.says().filter(|text| !text.is_empty());
    let id = node.id.as_deref().filter(|id| !id.is_empty());
    match (says, id) {
        (Some(says), _) => quoted(says),
        (None, Some(id)) => format!("id {}", quoted(short(id))),
        (None, None) => node.class.to_string(),
    }
}

/// A resource id without its package.
pub(super) fn short(id: &str) -> &str {
    id.rsplit_once('/').map_or(id, |(_, short)| short)
}
