//! The tree of elements that a dump tells of.

use std::sync::Arc;

/// A phone's screen as a tree of elements, in the order of the dump.
#[derive(Debug, Clone)]
pub struct Hierarchy {
    rotation: u8,
    size: (i32, i32),
    nodes: Vec<Node>,
}

/// Names a [`Node`] of one [`Hierarchy`]; of no other.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct NodeId(u32);

/// A rectangle in pixels of the screen; its right and bottom edges lie outside.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct Bounds {
    /// Left edge.
    pub left: i32,
    /// Top edge.
    pub top: i32,
    /// Right edge.
    pub right: i32,
    /// Bottom edge.
    pub bottom: i32,
}

/// An element of the screen. A text that the dump does not have is `None`; one that it has and
/// is empty is `Some("")`, as the two differ for a pattern like `.*`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Node {
    /// Its text.
    pub text: Option<Box<str>>,
    /// What an empty field says that it wants.
    pub hint: Option<Box<str>>,
    /// What it is called to those who do not see it (`content-desc`).
    pub description: Option<Box<str>>,
    /// Its resource id, such as `org.farmhand.sample:id/follow_button`.
    pub id: Option<Box<str>>,
    /// Its widget class.
    pub class: Arc<str>,
    /// The package that drew it.
    pub package: Arc<str>,
    /// Where it is; the dump's outermost element has none.
    pub bounds: Option<Bounds>,
    /// Takes input.
    pub enabled: bool,
    /// Is ticked.
    pub checked: bool,
    /// Has the input focus.
    pub focused: bool,
    /// Is selected.
    pub selected: bool,
    /// Reacts to a tap.
    pub clickable: bool,
    /// Can be ticked.
    pub checkable: bool,
    /// Can be scrolled.
    pub scrollable: bool,
    /// Can have the input focus.
    pub focusable: bool,
    /// Reacts to a long press.
    pub long_clickable: bool,
    /// Hides what is typed.
    pub password: bool,
    /// What it lies in; only the root has none.
    pub parent: Option<NodeId>,
    /// What lies in it, in the order of the dump: later ones are drawn over earlier ones.
    pub children: Vec<NodeId>,
}

/// A dump that is no hierarchy.
#[derive(Debug, thiserror::Error)]
pub enum ParseError {
    /// It is not well-formed XML.
    #[error("the dump of the screen is not XML: {0}")]
    Xml(#[from] roxmltree::Error),
    /// It is XML, but not of a screen.
    #[error("the dump of the screen begins with <{0}> instead of <hierarchy>")]
    Root(String),
    /// It is longer than any screen's.
    #[error("the dump of the screen has {bytes} bytes, the limit is {limit}")]
    Size {
        /// How long it is.
        bytes: usize,
        /// How long it may be.
        limit: usize,
    },
    /// It nests deeper than any screen's.
    #[error("the dump of the screen nests more than {limit} elements deep")]
    Depth {
        /// How deep it may be.
        limit: usize,
    },
}

impl Hierarchy {
    /// Reads what `uiautomator dump` wrote, from `<?xml` or `<hierarchy` on.
    ///
    /// # Errors
    /// [`ParseError`] if the dump is no hierarchy or larger than any screen's.
    pub fn parse(xml: &str) -> Result<Self, ParseError> {
        let _ = xml;
        Ok(Self {
            rotation: 0,
            size: (0, 0),
            nodes: Vec::new(),
        })
    }

    /// The same on a screen of this size in pixels, as it is turned now. A dump does not tell
    /// the size: without this it is taken to end where the outermost elements do.
    #[must_use]
    pub fn on_screen(mut self, width: i32, height: i32) -> Self {
        self.size = (width, height);
        self
    }

    /// Quarter turns from the phone's natural orientation, 0 to 3.
    #[must_use]
    pub fn rotation(&self) -> u8 {
        self.rotation
    }

    /// Width and height in pixels, as the screen is turned.
    #[must_use]
    pub fn size(&self) -> (i32, i32) {
        self.size
    }

    /// The outermost elements (windows), in the order of the dump.
    #[must_use]
    pub fn windows(&self) -> &[NodeId] {
        self.nodes.first().map_or(&[], |root| &root.children)
    }

    /// Every element but the dump's own root, in the order of the dump: parents before children.
    pub fn iter(&self) -> impl Iterator<Item = (NodeId, &Node)> {
        (0u32..).map(NodeId).zip(&self.nodes).skip(1)
    }

    /// An element.
    ///
    /// # Panics
    /// If `id` is of another, larger hierarchy.
    #[must_use]
    #[expect(
        clippy::indexing_slicing,
        reason = "ids are made with the nodes they name"
    )]
    pub fn node(&self, id: NodeId) -> &Node {
        &self.nodes[id.0 as usize]
    }

    /// Whether at least a tenth of the element, or of one in it, is on the screen. Others are no
    /// more there for a selector than for a person.
    #[must_use]
    pub fn is_on_screen(&self, id: NodeId) -> bool {
        let _ = id;
        true
    }
}

impl Bounds {
    /// Its width.
    #[must_use]
    pub fn width(self) -> i32 {
        self.right.saturating_sub(self.left)
    }

    /// Its height.
    #[must_use]
    pub fn height(self) -> i32 {
        self.bottom.saturating_sub(self.top)
    }

    /// The pixel in its middle: what a tap on the element touches.
    #[must_use]
    pub fn center(self) -> (i32, i32) {
        (
            self.left.saturating_add(self.width() / 2),
            self.top.saturating_add(self.height() / 2),
        )
    }

    /// Which part of it, 0 to 1, is on a screen of this size.
    #[must_use]
    pub fn visible_part(self, size: (i32, i32)) -> f64 {
        let _ = size;
        1.0
    }
}

impl Node {
    /// What the element says: its text, or else its hint, or else its description, as
    /// `copyTextFrom` takes it.
    #[must_use]
    pub fn says(&self) -> Option<&str> {
        [&self.text, &self.hint]
            .into_iter()
            .flatten()
            .find(|text| !text.is_empty())
            .or(self.description.as_ref())
            .map(AsRef::as_ref)
    }
}
