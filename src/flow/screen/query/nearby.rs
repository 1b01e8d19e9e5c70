//! What nearly matched: for the error that says what was there instead.

use std::ops::Range;

use super::difference::{Attribute, Difference, NearMiss, short};
use super::similar::{Likeness, quoted};
use super::table::{Search, Table, id_rank, text_rank};
use super::{Query, QueryError};
use crate::flow::screen::hierarchy::{Bounds, Hierarchy, Node, NodeId};

impl Query {
    /// The elements nearest to what is looked for, the nearest first: `limit` of them at most.
    /// Meant for when [`Query::find`] found nothing.
    #[must_use]
    pub fn near_misses(&self, screen: &Hierarchy, limit: usize) -> Vec<NearMiss> {
        // A pattern too costly to search with finds nothing nearby either; `find` has told.
        Comparison::new(screen, self)
            .map(|comparison| comparison.nearest(limit))
            .unwrap_or_default()
    }
}

/// A query held against each element.
struct Comparison<'a> {
    search: Search<'a>,
    table: Table<'a>,
    query: &'a Query,
    /// Where `childOf` says to look, if what it names is there.
    scope: Option<Range<usize>>,
    /// What the relations name.
    others: Vec<Vec<Bounds>>,
    found: Vec<NodeId>,
    text: Option<Likeness>,
    id: Option<Likeness>,
}

/// An element's differences and how far they take it from what is looked for.
struct Distance {
    differences: Vec<Difference>,
    cost: f64,
    /// Whether anything that tells elements apart is alike.
    is_related: bool,
}

impl<'a> Comparison<'a> {
    fn new(screen: &'a Hierarchy, query: &'a Query) -> Result<Self, QueryError> {
        let search = Search::new(screen);
        let table = search.table(&query.wanted)?;
        let scope = search.scope(query)?;
        let all = 0..screen.len();
        let others = table.relations.iter().map(|(_, other)| {
            let others = search.all(other, scope.as_ref().unwrap_or(&all));
            others
                .into_iter()
                .filter_map(|id| search.bounds(id))
                .collect()
        });
        let likeness = |pattern: &Option<String>| pattern.as_deref().map(Likeness::new);
        Ok(Self {
            others: others.collect(),
            found: search.found(query)?,
            text: likeness(&query.wanted.selector.text),
            id: likeness(&query.wanted.selector.id),
            search,
            table,
            query,
            scope,
        })
    }

    fn nearest(&self, limit: usize) -> Vec<NearMiss> {
        let screen = self.search.screen;
        let mut near: Vec<(f64, NearMiss)> = screen
            .iter()
            .filter(|(id, node)| node.bounds.is_some() && !self.found.contains(id))
            .filter_map(|(id, node)| {
                let distance = self.distance(id, node)?;
                let differences = distance.differences;
                Some((
                    distance.cost,
                    NearMiss {
                        node: id,
                        differences,
                    },
                ))
            })
            .collect();
        near.sort_by(|(one, _), (other, _)| one.total_cmp(other));
        near.into_iter().take(limit).map(|(_, miss)| miss).collect()
    }

    /// How far an element is from what is looked for; none if it has nothing to do with it.
    fn distance(&self, id: NodeId, node: &Node) -> Option<Distance> {
        let mut distance = Distance {
            differences: Vec::new(),
            cost: 0.0,
            is_related: self.text.is_none() && self.id.is_none(),
        };
        self.compare_texts(id, node, &mut distance)?;
        self.compare_flags(node, &mut distance);
        self.compare_place(id, node, &mut distance);
        if !distance.is_related {
            return None;
        }
        if distance.differences.is_empty() {
            self.explain_rank(&mut distance);
        }
        Some(distance)
    }

    /// None if a child stands for the element.
    fn compare_texts(&self, id: NodeId, node: &Node, distance: &mut Distance) -> Option<()> {
        let is_kept = self.search.screen.is_on_screen(id);
        let wanted = &self.query.wanted;
        if let (Some(likeness), Some(hits), Some(pattern)) =
            (&self.text, &self.table.text, &wanted.text)
        {
            if is_kept && hits.stands_for(id).is_some_and(|other| other != id) {
                return None;
            }
            let rank = match is_kept {
                true => hits.rank(id),
                false => text_rank(pattern, node).unwrap_or(0),
            };
            let texts = [&node.text, &node.hint, &node.description];
            let texts = texts.into_iter().flatten().filter(|text| !text.is_empty());
            distance.compare(Attribute::Text, rank > 0, pattern.source(), likeness, texts);
        }
        if let (Some(likeness), Some(hits), Some(pattern)) = (&self.id, &self.table.id, &wanted.id)
        {
            if is_kept && hits.stands_for(id).is_some_and(|other| other != id) {
                return None;
            }
            let rank = match is_kept {
                true => hits.rank(id),
                false => id_rank(pattern, node).unwrap_or(0),
            };
            let ids = node.id.iter().filter(|id| !id.is_empty());
            distance.compare(Attribute::Id, rank > 0, pattern.source(), likeness, ids);
        }
        Some(())
    }

    fn compare_flags(&self, node: &Node, distance: &mut Distance) {
        let selector = &self.query.wanted.selector;
        for (attribute, wanted, found) in [
            (Attribute::Enabled, selector.enabled, node.enabled),
            (Attribute::Selected, selector.selected, node.selected),
            (Attribute::Checked, selector.checked, node.checked),
            (Attribute::Focused, selector.focused, node.focused),
        ] {
            if let Some(wanted) = wanted
                && wanted != found
            {
                distance.add(0.25, attribute, wanted.to_string(), found.to_string());
            }
        }
        if let Some(size) = selector.size
            && !size.fits(node)
            && let Some(bounds) = node.bounds
        {
            let found = format!("{}x{}", bounds.width(), bounds.height());
            distance.add(0.3, Attribute::Size, size.to_string(), found);
        }
        for kind in selector.traits.iter().filter(|kind| !kind.fits(node)) {
            let wanted = kind.as_str().to_owned();
            distance.add(0.3, Attribute::Traits, wanted, "no such trait".to_owned());
        }
    }

    fn compare_place(&self, id: NodeId, node: &Node, distance: &mut Distance) {
        let Some(own) = node.bounds else { return };
        if !self.search.screen.is_on_screen(id) {
            let found = format!("one outside of it, at {own}");
            distance.add(
                0.3,
                Attribute::Position,
                "one on the screen".to_owned(),
                found,
            );
        }
        for ((relation, other), others) in self.table.relations.iter().zip(&self.others) {
            if others.iter().any(|other| relation.holds(own, *other)) {
                continue;
            }
            let wanted = format!("({})", other.wanted.selector);
            let found = match others.first() {
                Some(other) => format!("one at {own}, and that at {other}"),
                None => "no such element".to_owned(),
            };
            distance.add(0.35, (*relation).into(), wanted, found);
        }
        if let Some(outer) = self.query.within.first() {
            let found = match &self.scope {
                Some(scope) if scope.contains(&id.index()) => None,
                Some(_) => Some("one elsewhere"),
                None => Some("no such element"),
            };
            if let Some(found) = found {
                let wanted = format!("({})", outer.selector);
                distance.add(0.35, Attribute::ChildOf, wanted, found.to_owned());
            }
        }
        self.compare_children(id, node, distance);
    }

    fn compare_children(&self, id: NodeId, node: &Node, distance: &mut Distance) {
        let selector = &self.query.wanted.selector;
        if let Some(child) = &selector.contains_child
            && !self.table.holds_child(&self.search, node)
        {
            let found = match self.table.child {
                Some(None) => "no such element",
                _ => "no such child",
            };
            let wanted = format!("({child})");
            distance.add(0.35, Attribute::ContainsChild, wanted, found.to_owned());
        }
        if !self.table.holds_descendants(id) {
            let inner = selector.contains_descendants.iter();
            let wanted: Vec<String> = inner.map(|inner| format!("({inner})")).collect();
            let found = "not all of them in it".to_owned();
            distance.add(
                0.35,
                Attribute::ContainsDescendants,
                wanted.join(" and "),
                found,
            );
        }
    }

    /// Why an element that matches is not found.
    fn explain_rank(&self, distance: &mut Distance) {
        match &self.query.wanted.selector.index {
            Some(index) => {
                let found = "fewer matches, or this at another place".to_owned();
                distance.add(0.1, Attribute::Index, index.clone(), found);
            }
            None => {
                let wanted = "the first match".to_owned();
                let found = "one behind the whole screen, which matches too".to_owned();
                distance.add(0.1, Attribute::Position, wanted, found);
            }
        }
    }
}

impl Distance {
    fn add(&mut self, cost: f64, attribute: Attribute, wanted: String, found: String) {
        self.cost += cost;
        self.differences.push(Difference {
            attribute,
            wanted,
            found,
        });
    }

    /// Compares what is looked for with the likest of an element's texts.
    fn compare<'t>(
        &mut self,
        attribute: Attribute,
        is_match: bool,
        wanted: &str,
        likeness: &Likeness,
        texts: impl Iterator<Item = &'t Box<str>>,
    ) {
        if is_match {
            self.is_related = true;
            return;
        }
        let likest = texts
            .map(|text| match attribute {
                Attribute::Id => short(text),
                _ => &**text,
            })
            .map(|text| (likeness.to(text), text))
            .max_by(|(one, _), (other, _)| one.total_cmp(other));
        let (alike, found) = match likest {
            Some((alike, text)) => (alike, quoted(text)),
            None => (0.0, "none".to_owned()),
        };
        self.is_related |= alike > 0.0;
        self.add(1.0 - alike, attribute, quoted(wanted), found);
    }
}
