//! What each condition says of each element of one hierarchy, worked out once a search.

use std::time::{Duration, Instant};

use super::{Query, QueryError, Relation, Wanted};
use crate::flow::lang::{Size, Trait};
use crate::flow::screen::hierarchy::{Bounds, Hierarchy, Node, NodeId};
use crate::flow::screen::pattern::{Pattern, TooCostly};

/// How long a search may take: a usual one takes less than a millisecond, so this ends only what
/// an evil pattern begins.
const LONGEST: Duration = Duration::from_secs(1);

/// One search.
pub(super) struct Search<'h> {
    pub(super) screen: &'h Hierarchy,
    began: Instant,
}

/// Which elements a pattern matches.
pub(super) struct Hits {
    /// 0: not at all; else which of its texts it does, the most telling first.
    ranks: Vec<u8>,
    /// The element that each that matches stands for.
    deepest: Vec<NodeId>,
}

/// The conditions of a [`Wanted`] on one hierarchy.
pub(super) struct Table<'w> {
    pub(super) wanted: &'w Wanted,
    pub(super) text: Option<Hits>,
    pub(super) id: Option<Hits>,
    pub(super) relations: Vec<(Relation, Table<'w>)>,
    /// What the one that `containsChild` means is alike; none if it is not there.
    pub(super) child: Option<Option<usize>>,
    /// Whether an element that a `containsChild` in here means is not there.
    pub(super) is_missing: bool,
    /// For each element, whether it holds all of `containsDescendants`.
    holds_descendants: Option<Vec<bool>>,
}

impl<'h> Search<'h> {
    pub(super) fn new(screen: &'h Hierarchy) -> Self {
        Self {
            screen,
            began: Instant::now(),
        }
    }

    pub(super) fn alike(&self, id: NodeId) -> usize {
        self.screen.layout().alike(id)
    }

    /// The elements that take part, in the order of the dump.
    pub(super) fn kept(&self) -> impl Iterator<Item = NodeId> {
        self.kept_in(0..self.screen.len())
    }

    pub(super) fn kept_in(&self, range: std::ops::Range<usize>) -> impl Iterator<Item = NodeId> {
        let layout = self.screen.layout();
        self.screen.ids(range).filter(|id| layout.is_kept(*id))
    }

    fn kept_children<'n>(&self, node: &'n Node) -> impl Iterator<Item = NodeId> + use<'n, 'h> {
        let layout = self.screen.layout();
        let children = node.children.iter().copied();
        children.filter(|id| layout.is_kept(*id))
    }

    /// The conditions on this hierarchy.
    pub(super) fn table<'w>(&self, wanted: &'w Wanted) -> Result<Table<'w>, QueryError> {
        let mut is_missing = false;
        let mut relations = Vec::with_capacity(wanted.relations.len());
        for (relation, other) in &wanted.relations {
            let other = self.table(other)?;
            is_missing |= other.is_missing;
            relations.push((*relation, other));
        }
        let child = match &wanted.child {
            Some(child) => Some(self.first(child)?.map(|first| self.alike(first))),
            None => None,
        };
        is_missing |= child == Some(None);
        let mut holds_descendants = None;
        for inner in &wanted.descendants {
            let inner = self.table(inner)?;
            is_missing |= inner.is_missing;
            let these = self.holders(&inner);
            holds_descendants = Some(match holds_descendants {
                Some(those) => both(those, &these),
                None => these,
            });
        }
        let text = match &wanted.text {
            Some(pattern) => Some(self.hits(pattern, text_rank)?),
            None => None,
        };
        let id = match &wanted.id {
            Some(pattern) => Some(self.hits(pattern, id_rank)?),
            None => None,
        };
        Ok(Table {
            wanted,
            text,
            id,
            relations,
            child,
            is_missing,
            holds_descendants,
        })
    }

    fn first(&self, query: &Query) -> Result<Option<NodeId>, QueryError> {
        Ok(self.found(query)?.first().copied())
    }

    /// Matches a pattern against every element.
    fn hits(
        &self,
        pattern: &Pattern,
        rank: fn(&Pattern, &Node) -> Result<u8, TooCostly>,
    ) -> Result<Hits, QueryError> {
        let too_costly = || QueryError::TooCostly {
            pattern: pattern.source().to_owned(),
        };
        let mut ranks = vec![0; self.screen.len()];
        for id in self.kept() {
            if id.index() % 64 == 0 && self.began.elapsed() > LONGEST {
                return Err(too_costly());
            }
            let found = rank(pattern, self.screen.node(id)).map_err(|TooCostly| too_costly())?;
            if let Some(own) = ranks.get_mut(id.index()) {
                *own = found;
            }
        }
        let deepest = self.deepest(&ranks);
        Ok(Hits { ranks, deepest })
    }

    /// Maestro's `deepestMatchingElement`: one that matches and has children that match stands
    /// for what the last of these stands for. Last: of those that match by the least telling of
    /// their texts, in the order of the dump, where equal ones count as the first of them.
    fn deepest(&self, ranks: &[u8]) -> Vec<NodeId> {
        let mut deepest: Vec<NodeId> = self.screen.ids(0..ranks.len()).collect();
        let rank = |id: NodeId| ranks.get(id.index()).copied().unwrap_or(0);
        let mut matching: Vec<NodeId> = Vec::new();
        for index in (0..ranks.len()).rev() {
            let Some(node) = self.screen.nodes().get(index) else {
                continue;
            };
            if ranks.get(index) == Some(&0) {
                continue;
            }
            matching.clear();
            matching.extend(self.kept_children(node).filter(|id| rank(*id) > 0));
            // The last of several may be the equal of an earlier one.
            while let Some(last) = matching.iter().copied().max_by_key(|id| rank(*id)) {
                let equal = self.alike(last);
                let first = matching.iter().position(|id| self.alike(*id) == equal);
                if first.and_then(|first| matching.get(first)) != Some(&last) {
                    matching.retain(|id| *id != last);
                    continue;
                }
                let stands_for = deepest.get(last.index()).copied().unwrap_or(last);
                if let Some(own) = deepest.get_mut(index) {
                    *own = stands_for;
                }
                break;
            }
        }
        deepest
    }

    /// For each element, whether one in it answers to a description by itself.
    fn holders(&self, inner: &Table<'_>) -> Vec<bool> {
        let mut before = Vec::with_capacity(self.screen.len() + 1);
        let mut count = 0u32;
        before.push(count);
        let layout = self.screen.layout();
        for id in self.screen.ids(0..self.screen.len()) {
            count += u32::from(layout.is_kept(id) && self.alone(inner, id).is_some());
            before.push(count);
        }
        let within = |id: NodeId| {
            let subtree = layout.subtree(id);
            before.get(subtree.end) > before.get(subtree.start + 1)
        };
        self.screen.ids(0..self.screen.len()).map(within).collect()
    }

    /// What a description finds if it is asked of one element alone, as `containsDescendants`
    /// asks: that element or, by text or id, the one it stands for.
    fn alone(&self, table: &Table<'_>, id: NodeId) -> Option<NodeId> {
        let mut found = None;
        let mut agree = |next: NodeId| match found {
            None => {
                found = Some(next);
                true
            }
            Some(other) => self.alike(other) == self.alike(next),
        };
        for hits in [&table.text, &table.id].into_iter().flatten() {
            if !agree(hits.stands_for(id)?) {
                return None;
            }
        }
        for (relation, other) in &table.relations {
            let other = self.bounds(self.alone(other, id)?)?;
            if !relation.holds(self.bounds(id)?, other) || !agree(id) {
                return None;
            }
        }
        if table.has_own_conditions() && !(table.holds(self, id) && agree(id)) {
            return None;
        }
        let found = found.unwrap_or(id);
        match table.wanted.index {
            None | Some(0) => Some(found),
            Some(_) => None,
        }
    }

    pub(super) fn bounds(&self, id: NodeId) -> Option<Bounds> {
        self.screen.node(id).bounds
    }
}

impl Hits {
    /// The element that this one stands for, if it matches.
    pub(super) fn stands_for(&self, id: NodeId) -> Option<NodeId> {
        if self.rank(id) == 0 {
            return None;
        }
        self.deepest.get(id.index()).copied()
    }

    /// How telling the text that matches is; 0 if none does.
    pub(super) fn rank(&self, id: NodeId) -> u8 {
        self.ranks.get(id.index()).copied().unwrap_or(0)
    }
}

impl Table<'_> {
    /// Whether there are conditions that [`Table::holds`] answers.
    pub(super) fn has_own_conditions(&self) -> bool {
        let selector = &self.wanted.selector;
        let flags = [
            selector.enabled,
            selector.selected,
            selector.checked,
            selector.focused,
        ];
        self.child.is_some()
            || self.holds_descendants.is_some()
            || selector.size.is_some()
            || !selector.traits.is_empty()
            || flags.iter().any(Option::is_some)
    }

    /// Whether all conditions hold that an element answers by itself.
    pub(super) fn holds(&self, search: &Search<'_>, id: NodeId) -> bool {
        let node = search.screen.node(id);
        let is = |wanted: Option<bool>, found: bool| wanted.is_none_or(|wanted| wanted == found);
        let selector = &self.wanted.selector;
        is(selector.enabled, node.enabled)
            && is(selector.selected, node.selected)
            && is(selector.checked, node.checked)
            && is(selector.focused, node.focused)
            && self.wanted.size().is_none_or(|size| size.fits(node))
            && self.wanted.traits().iter().all(|kind| kind.fits(node))
            && self.holds_child(search, node)
            && self.holds_descendants(id)
    }

    pub(super) fn holds_child(&self, search: &Search<'_>, node: &Node) -> bool {
        self.child.is_none_or(|child| {
            let mut children = search.kept_children(node);
            children.any(|id| Some(search.alike(id)) == child)
        })
    }

    pub(super) fn holds_descendants(&self, id: NodeId) -> bool {
        self.holds_descendants
            .as_ref()
            .is_none_or(|holds| holds.get(id.index()) == Some(&true))
    }
}

impl Relation {
    /// Whether an element lies so to another: by their top or left edges alone.
    pub(super) fn holds(self, one: Bounds, other: Bounds) -> bool {
        match self {
            Self::Below => one.top > other.top,
            Self::Above => one.top < other.top,
            Self::LeftOf => one.left < other.left,
            Self::RightOf => one.left > other.left,
        }
    }
}

impl Size {
    /// Whether an element has this size.
    pub(in crate::flow::screen) fn fits(self, node: &Node) -> bool {
        let Some(bounds) = node.bounds else {
            return false;
        };
        let near = |wanted: Option<u32>, found: i32| {
            wanted.is_none_or(|wanted| {
                i64::from(found).abs_diff(i64::from(wanted)) <= u64::from(self.tolerance)
            })
        };
        near(self.width, bounds.width()) && near(self.height, bounds.height())
    }
}

impl Trait {
    /// Whether an element is of this kind. Every element that the dump gives a text, if an empty
    /// one, has a text to Maestro.
    pub(in crate::flow::screen) fn fits(self, node: &Node) -> bool {
        match self {
            Self::Text => node.text.is_some(),
            Self::LongText => {
                let text = node.text.as_deref().unwrap_or_default();
                text.encode_utf16().take(201).count() > 200
            }
            #[expect(
                clippy::cast_precision_loss,
                reason = "as Maestro does, and pixels are few"
            )]
            Self::Square => node.bounds.is_some_and(|bounds| {
                (1.0 - bounds.width() as f32 / bounds.height() as f32).abs() < 0.03
            }),
        }
    }
}

pub(super) fn text_rank(pattern: &Pattern, node: &Node) -> Result<u8, TooCostly> {
    for (rank, text) in (1..).zip([&node.text, &node.hint, &node.description]) {
        if let Some(text) = text
            && pattern.matches_text(text)?
        {
            return Ok(rank);
        }
    }
    Ok(0)
}

pub(super) fn id_rank(pattern: &Pattern, node: &Node) -> Result<u8, TooCostly> {
    let Some(id) = &node.id else { return Ok(0) };
    Ok(match pattern.matches_id(id)? {
        (true, _) => 1,
        (false, true) => 2,
        (false, false) => 0,
    })
}

fn both(mut those: Vec<bool>, these: &[bool]) -> Vec<bool> {
    for (one, other) in those.iter_mut().zip(these) {
        *one &= other;
    }
    those
}
