//! What every search of a hierarchy needs to know of it: which elements are there at all, what
//! lies in what, and which elements are the same to Maestro.

use std::collections::HashMap;
use std::ops::Range;
use std::sync::Arc;

use super::hierarchy::{Bounds, Node, NodeId};

/// The class of messages that are on the screen wherever they say they are.
const TOAST: &str = "android.widget.Toast";

/// How much of an element must be on the screen (Maestro's `filterOutOfBounds`).
const ENOUGH: f64 = 0.1;

#[derive(Debug, Clone)]
pub(super) struct Layout {
    kept: Vec<bool>,
    /// The end of each element's subtree.
    ends: Vec<usize>,
    /// Equal numbers for equal elements.
    alike: Vec<u32>,
}

impl Layout {
    pub(super) fn new(nodes: &[Node], size: (i32, i32)) -> Self {
        let ends = ends(nodes);
        let kept = kept(nodes, &ends, size);
        let alike = alike(nodes, &kept);
        Self { kept, ends, alike }
    }

    /// Whether Maestro keeps the element: it, or one in it, is on the screen.
    pub(super) fn is_kept(&self, id: NodeId) -> bool {
        self.kept.get(id.index()).copied().unwrap_or(false)
    }

    /// The element and all that lies in it.
    pub(super) fn subtree(&self, id: NodeId) -> Range<usize> {
        let start = id.index();
        start..self.ends.get(start).copied().unwrap_or(start)
    }

    /// A number that this element shares with those equal to it: Maestro compares elements by
    /// what they and their children are, not by where in the tree they stand.
    #[expect(
        clippy::indexing_slicing,
        reason = "ids are made with the nodes they name"
    )]
    pub(super) fn alike(&self, id: NodeId) -> usize {
        self.alike[id.index()] as usize
    }
}

fn ends(nodes: &[Node]) -> Vec<usize> {
    let mut ends: Vec<usize> = (1..=nodes.len()).collect();
    for (index, node) in nodes.iter().enumerate().rev() {
        let last = node.children.last().and_then(|id| ends.get(id.index()));
        if let Some(end) = last.copied()
            && let Some(own) = ends.get_mut(index)
        {
            *own = end;
        }
    }
    ends
}

fn kept(nodes: &[Node], ends: &[usize], size: (i32, i32)) -> Vec<bool> {
    let mut kept = vec![false; nodes.len()];
    for (index, node) in nodes.iter().enumerate().rev() {
        let part = node.bounds.map_or(0.0, |bounds| bounds.visible_part(size));
        // A part that is no number is kept, as in Maestro.
        let hidden = part < ENOUGH;
        let inner = node
            .children
            .iter()
            .any(|id| kept.get(id.index()) == Some(&true));
        if let Some(own) = kept.get_mut(index) {
            *own = !hidden || inner;
        }
        if *node.class == *TOAST {
            let end = ends.get(index).copied().unwrap_or(index);
            if let Some(toast) = kept.get_mut(index..end) {
                toast.fill(true);
            }
        }
    }
    // With nothing on the screen Maestro takes everything as it is.
    if kept.first() == Some(&false) {
        kept.fill(true);
    }
    kept
}

/// What Maestro's `TreeNode` is compared by.
#[derive(PartialEq, Eq, Hash)]
struct Looks<'n> {
    texts: [&'n Option<Box<str>>; 4],
    class: &'n Arc<str>,
    bounds: Option<Bounds>,
    flags: [bool; 6],
    children: Vec<u32>,
}

fn alike(nodes: &[Node], kept: &[bool]) -> Vec<u32> {
    let mut alike = vec![0; nodes.len()];
    let mut numbers = HashMap::with_capacity(nodes.len());
    for (index, node) in nodes.iter().enumerate().rev() {
        let children = node
            .children
            .iter()
            .map(|id| id.index())
            .filter(|child| kept.get(*child) == Some(&true))
            .filter_map(|child| alike.get(child).copied())
            .collect();
        let looks = Looks {
            texts: [&node.text, &node.hint, &node.description, &node.id],
            class: &node.class,
            bounds: node.bounds,
            flags: [
                node.enabled,
                node.checked,
                node.focused,
                node.selected,
                node.clickable,
                node.scrollable,
            ],
            children,
        };
        let next = u32::try_from(numbers.len()).unwrap_or(u32::MAX);
        let number = *numbers.entry(looks).or_insert(next);
        if let Some(own) = alike.get_mut(index) {
            *own = number;
        }
    }
    alike
}
