//! A phone's screen on the whole of ours: its picture, and the elements it is made of.

use std::sync::Arc;

use crate::console::event::RequestNo;
use crate::console::pixels::{Outline, Shot};
use crate::console::source::Sight;
use crate::farm::{ScreenNode, ScreenTree};
use crate::model::Timestamp;

/// What is shown where both do not fit.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(in crate::console) enum Side {
    /// The picture.
    #[default]
    Picture,
    /// The elements.
    Tree,
}

/// An answer that comes anew from time to time.
#[derive(Debug)]
pub(in crate::console) struct Looked<T> {
    /// The latest, and when it came.
    pub last: Option<(Arc<T>, Timestamp)>,
    /// The question under way.
    pub asked: Option<RequestNo>,
    /// Whether a newer one is wanted.
    pub wanted: bool,
    /// Why there is no newer one.
    pub error: Option<String>,
    /// Not asked again before this moment.
    pub not_before: Timestamp,
}

impl<T> Default for Looked<T> {
    fn default() -> Self {
        Self {
            last: None,
            asked: None,
            wanted: true,
            error: None,
            not_before: Timestamp(0),
        }
    }
}

impl<T> Looked<T> {
    /// What was answered last.
    pub fn get(&self) -> Option<&Arc<T>> {
        self.last.as_ref().map(|(last, _)| last)
    }
}

/// An open screen.
#[derive(Debug)]
pub(in crate::console) struct Picture {
    /// Which one.
    pub of: Sight,
    /// Its picture.
    pub shot: Looked<Shot>,
    /// What it is made of.
    pub tree: Looked<ScreenTree>,
    /// The element under the cursor, by its number in the tree.
    pub cursor: usize,
    /// The first element shown.
    pub top: usize,
    /// What is shown where both do not fit.
    pub side: Side,
    /// Whether the picture is taken anew every few seconds.
    pub auto: bool,
    /// When that is due.
    pub due: Timestamp,
    /// How long the terminal took to take the last picture, in milliseconds.
    pub sent_ms: i64,
}

impl Picture {
    /// One of which nothing is known yet.
    pub fn of(of: Sight) -> Self {
        Self {
            of,
            shot: Looked::default(),
            tree: Looked::default(),
            cursor: 0,
            top: 0,
            side: Side::default(),
            auto: false,
            due: Timestamp(0),
            sent_ms: 0,
        }
    }

    /// The element under the cursor.
    pub fn node(&self) -> Option<&ScreenNode> {
        self.tree.get()?.nodes.get(self.cursor)
    }

    /// Where on the picture the element under the cursor is. The outermost needs no line.
    pub fn outline(&self) -> Option<Outline> {
        let (shot, node) = (self.shot.get()?, self.node()?);
        let bounds = node.bounds.filter(|_| node.depth > 0)?;
        Some(shot.outline(bounds.left, bounds.top, bounds.right, bounds.bottom))
    }

    /// Takes a newer tree. The cursor stays on its element, if that is still there.
    pub fn take_tree(&mut self, tree: Arc<ScreenTree>, now: Timestamp) {
        let before = self.node().cloned();
        let same = |node: &ScreenNode| {
            before.as_ref().is_some_and(|before| {
                (&node.class, &node.id, &node.text, node.depth)
                    == (&before.class, &before.id, &before.text, before.depth)
            })
        };
        let at = self.cursor;
        let nearest = tree.nodes.iter().enumerate().filter(|(_, node)| same(node));
        let nearest = nearest.map(|(n, _)| n).min_by_key(|n| n.abs_diff(at));
        let last = tree.nodes.len().saturating_sub(1);
        self.cursor = nearest.unwrap_or(at).min(last);
        self.tree.last = Some((tree, now));
    }

    /// Moves the cursor.
    pub fn step(&mut self, by: isize) {
        let last = self
            .tree
            .get()
            .map_or(0, |tree| tree.nodes.len().saturating_sub(1));
        self.cursor = self.cursor.saturating_add_signed(by).min(last);
    }

    /// Scrolls so that the cursor is among `rows` rows.
    pub fn settle(&mut self, rows: usize) {
        let rows = rows.max(1);
        let count = self.tree.get().map_or(0, |tree| tree.nodes.len());
        self.top = self
            .top
            .clamp((self.cursor + 1).saturating_sub(rows), self.cursor)
            .min(count.saturating_sub(rows));
    }
}
