//! The tree of elements that a dump tells of.

use std::fmt;
use std::ops::Range;
use std::sync::{Arc, OnceLock};

use super::layout::Layout;
use super::parse::{self, ParseError};

/// A phone's screen as a tree of elements, in the order of the dump.
#[derive(Debug, Clone)]
pub struct Hierarchy {
    rotation: u8,
    size: (i32, i32),
    /// Parents before their children, a subtree without gaps; the first is the dump's root.
    nodes: Vec<Node>,
    /// Worked out when first asked for: not every dump is searched.
    layout: OnceLock<Layout>,
}

/// Names a [`Node`] of one [`Hierarchy`]; of no other.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct NodeId(pub(super) u32);

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

impl Hierarchy {
    /// Reads what `uiautomator dump` wrote, from `<?xml` or `<hierarchy` on.
    ///
    /// # Errors
    /// [`ParseError`] if the dump is no hierarchy or larger than any screen's.
    pub fn parse(xml: &str) -> Result<Self, ParseError> {
        parse::read(xml)
    }

    /// Puts one together. The nodes must be as [`Hierarchy`] holds them.
    pub(super) fn new(rotation: u8, nodes: Vec<Node>) -> Self {
        let size = nodes
            .first()
            .into_iter()
            .flat_map(|root| &root.children)
            .filter_map(|id| nodes.get(id.index())?.bounds)
            .fold((0, 0), |(width, height), bounds| {
                (width.max(bounds.right), height.max(bounds.bottom))
            });
        Self {
            rotation,
            size,
            nodes,
            layout: OnceLock::new(),
        }
    }

    /// The same on a screen of this size in pixels, as it is turned now. A dump does not tell
    /// the size: without this it is taken to end where the outermost elements do.
    #[must_use]
    pub fn on_screen(mut self, width: i32, height: i32) -> Self {
        self.size = (width, height);
        self.layout = OnceLock::new();
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
        self.ids(0..self.nodes.len()).zip(&self.nodes).skip(1)
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
        &self.nodes[id.index()]
    }

    /// Whether at least a tenth of the element, or of one in it, is on the screen. Others are no
    /// more there for a selector than for a person.
    #[must_use]
    pub fn is_on_screen(&self, id: NodeId) -> bool {
        self.layout().is_kept(id)
    }

    /// The element and all that lies in it, at any depth, in the order of the dump.
    pub fn within(&self, id: NodeId) -> impl Iterator<Item = NodeId> + use<> {
        self.ids(self.layout().subtree(id))
    }

    pub(super) fn len(&self) -> usize {
        self.nodes.len()
    }

    pub(super) fn nodes(&self) -> &[Node] {
        &self.nodes
    }

    pub(super) fn layout(&self) -> &Layout {
        self.layout
            .get_or_init(|| Layout::new(&self.nodes, self.size))
    }

    #[expect(
        clippy::cast_possible_truncation,
        reason = "a dump's nodes are counted in u32"
    )]
    pub(super) fn ids(&self, range: Range<usize>) -> impl Iterator<Item = NodeId> + use<> {
        range.map(|index| NodeId(index as u32))
    }
}

/// Equal if they show the same, whatever has been worked out of them.
impl PartialEq for Hierarchy {
    fn eq(&self, other: &Self) -> bool {
        self.rotation == other.rotation && self.size == other.size && self.nodes == other.nodes
    }
}

impl Eq for Hierarchy {}

impl NodeId {
    /// Where it stands among all.
    pub(super) fn index(self) -> usize {
        self.0 as usize
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

    /// Which part of it, 0 to 1, is on a screen of this size: as Maestro counts, so one that is
    /// a line has no part (`NaN`), and one that covers the screen is all there.
    #[must_use]
    pub fn visible_part(self, (width, height): (i32, i32)) -> f64 {
        if self.width() == 0 && self.height() == 0 {
            return 0.0;
        }
        let covers =
            self.left <= 0 && self.top <= 0 && self.right >= width && self.bottom >= height;
        if covers {
            return 1.0;
        }
        let shown = |low: i32, high: i32, end: i32| {
            f64::from(high.min(end).saturating_sub(low.max(0)).max(0))
        };
        let visible = shown(self.left, self.right, width) * shown(self.top, self.bottom, height);
        visible / (f64::from(self.width()) * f64::from(self.height()))
    }
}

impl fmt::Display for Bounds {
    /// As a dump writes it.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self {
            left,
            top,
            right,
            bottom,
        } = self;
        write!(f, "[{left},{top}][{right},{bottom}]")
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
