//! The search itself: which elements, in which order.

use std::ops::Range;

use super::table::{Hits, Search, Table};
use super::{Query, QueryError, Relation, Wanted};
use crate::flow::screen::hierarchy::{Bounds, Hierarchy, NodeId};

/// A set of elements, where equal ones are one.
struct Seen(Vec<bool>);

impl Query {
    /// The elements that match, in Maestro's order: what Maestro would tap is the first.
    ///
    /// # Errors
    /// [`QueryError::TooCostly`], no other.
    pub fn find(&self, screen: &Hierarchy) -> Result<Vec<NodeId>, QueryError> {
        Search::new(screen).found(self)
    }
}

impl Search<'_> {
    pub(super) fn found(&self, query: &Query) -> Result<Vec<NodeId>, QueryError> {
        match self.scope(query)? {
            Some(scope) => self.matching(&query.wanted, scope),
            None => Ok(Vec::new()),
        }
    }

    /// Where `childOf` says to look: in the first that matches it, and it itself; none if none
    /// does.
    pub(super) fn scope(&self, query: &Query) -> Result<Option<Range<usize>>, QueryError> {
        let mut scope = 0..self.screen.len();
        for outer in query.within.iter().rev() {
            let Some(outer) = self.matching(outer, scope)?.first().copied() else {
                return Ok(None);
            };
            scope = self.screen.layout().subtree(outer);
        }
        Ok(Some(scope))
    }

    /// The matches among a subtree's elements. Where the first has no place on the screen, which
    /// only the dump's root has not, Maestro finds none.
    fn matching(&self, wanted: &Wanted, scope: Range<usize>) -> Result<Vec<NodeId>, QueryError> {
        let table = self.table(wanted)?;
        if table.is_missing {
            // Maestro gives up the whole search.
            return Ok(Vec::new());
        }
        let mut found = self.all(&table, &scope);
        let is_placed = |id: &NodeId| self.bounds(*id).is_some();
        if found.first().is_some_and(is_placed) {
            found.retain(is_placed);
        } else {
            found.clear();
        }
        Ok(found)
    }

    /// Every match, the dump's root too: in the order of the first condition, those that take
    /// taps first.
    pub(super) fn all(&self, table: &Table<'_>, scope: &Range<usize>) -> Vec<NodeId> {
        let mut found: Option<Vec<NodeId>> = None;
        let mut keep = |these: Vec<NodeId>| match &mut found {
            None => found = Some(these),
            Some(found) => {
                let mut seen = Seen::new(self);
                for id in these {
                    seen.insert(self, id);
                }
                found.retain(|id| seen.contains(self, *id));
            }
        };
        for hits in [&table.text, &table.id].into_iter().flatten() {
            keep(self.hit(hits, scope));
        }
        // Size comes before the relations in Maestro, and so decides the order.
        if table.wanted.size().is_some() {
            keep(self.holding(table, scope));
        }
        for (relation, other) in &table.relations {
            keep(self.related(*relation, other, scope));
        }
        let mut found = match found {
            Some(mut found) => {
                found.retain(|id| table.holds(self, *id));
                found
            }
            None if table.has_own_conditions() => self.holding(table, scope),
            None => self.kept_in(scope.clone()).collect(),
        };
        match table.wanted.index {
            Some(index) => {
                found.sort_by_key(|id| match self.bounds(*id) {
                    Some(bounds) => (bounds.top, bounds.left),
                    None => (i32::MAX, i32::MAX),
                });
                found.get(index).copied().into_iter().collect()
            }
            None => {
                found.sort_by_key(|id| !self.screen.node(*id).clickable);
                found
            }
        }
    }

    /// Those that a pattern matches: by text first, then by hint, then by description.
    fn hit(&self, hits: &Hits, scope: &Range<usize>) -> Vec<NodeId> {
        let mut matching: Vec<NodeId> = self
            .kept_in(scope.clone())
            .filter(|id| hits.rank(*id) > 0)
            .collect();
        matching.sort_by_key(|id| hits.rank(*id));
        let deepest = matching.into_iter().filter_map(|id| hits.stands_for(id));
        self.distinct(deepest)
    }

    fn holding(&self, table: &Table<'_>, scope: &Range<usize>) -> Vec<NodeId> {
        let holding = self.kept_in(scope.clone());
        self.distinct(holding.filter(|id| table.holds(self, *id)))
    }

    /// Those that lie so to any of the others, the nearest first.
    fn related(&self, relation: Relation, other: &Table<'_>, scope: &Range<usize>) -> Vec<NodeId> {
        let others = self.all(other, scope);
        let others = Others::new(others.into_iter().filter_map(|id| self.bounds(id)));
        let mut related: Vec<(f32, NodeId)> = self
            .kept_in(scope.clone())
            .filter_map(|id| Some((others.nearest(relation, self.bounds(id)?)?, id)))
            .collect();
        related.sort_by(|(one, _), (other, _)| one.total_cmp(other));
        self.distinct(related.into_iter().map(|(_, id)| id))
    }

    /// The first of each that are equal.
    fn distinct(&self, ids: impl Iterator<Item = NodeId>) -> Vec<NodeId> {
        let mut seen = Seen::new(self);
        ids.filter(|id| seen.insert(self, *id)).collect()
    }
}

impl Seen {
    fn new(search: &Search<'_>) -> Self {
        Self(vec![false; search.screen.len()])
    }

    /// Whether it was not in it.
    fn insert(&mut self, search: &Search<'_>, id: NodeId) -> bool {
        match self.0.get_mut(search.alike(id)) {
            Some(seen) => !std::mem::replace(seen, true),
            None => false,
        }
    }

    fn contains(&self, search: &Search<'_>, id: NodeId) -> bool {
        self.0.get(search.alike(id)) == Some(&true)
    }
}

/// Where the others are that something lies below, above or beside, from top to bottom.
struct Others(Vec<Bounds>);

impl Others {
    fn new(bounds: impl Iterator<Item = Bounds>) -> Self {
        let mut bounds: Vec<Bounds> = bounds.collect();
        bounds.sort_by_key(|bounds| bounds.center().1);
        Self(bounds)
    }

    /// How far the nearest of those is, from middle to middle, to which an element lies so.
    /// It looks up and down from the element and stops where all that is left is farther away.
    fn nearest(&self, relation: Relation, one: Bounds) -> Option<f32> {
        let (x, y) = one.center();
        let middle = self.0.partition_point(|other| other.center().1 < y);
        let (above, below) = self.0.split_at_checked(middle)?;
        let mut nearest: Option<u64> = None;
        for side in [
            &mut above.iter().rev() as &mut dyn Iterator<Item = &Bounds>,
            &mut below.iter(),
        ] {
            for other in side {
                let (other_x, other_y) = other.center();
                let square = |a: i32, b: i32| u64::from(a.abs_diff(b)).pow(2);
                let down = square(y, other_y);
                if nearest.is_some_and(|nearest| down >= nearest) {
                    break;
                }
                if relation.holds(one, *other) {
                    let far = down.saturating_add(square(x, other_x));
                    nearest = Some(nearest.map_or(far, |nearest| nearest.min(far)));
                }
            }
        }
        #[expect(
            clippy::cast_precision_loss,
            clippy::cast_possible_truncation,
            reason = "Maestro compares distances as Float, and what is equal there is equal here"
        )]
        nearest.map(|square| (square as f64).sqrt() as f32)
    }
}
