//! The other way round: from an element to the shortest selector that finds it and no other.
//!
//! Every answer has been asked of the screen before it is given, so it holds for whatever
//! surprises the search has. It holds for this screen: another one may have two of them.

use std::collections::HashMap;

use super::hierarchy::{Hierarchy, Node, NodeId};
use super::query::Query;
use crate::flow::lang::Selector;

/// How many places are tried for an element that shares its corner with others.
const CORNERS: usize = 16;

/// The longest text that a selector is made of, in characters: nobody would type more.
const LONGEST: usize = 200;

/// Finds selectors for the elements of one screen.
#[derive(Debug)]
pub struct Namer<'h> {
    screen: &'h Hierarchy,
    /// What an id and a text find: rows of a list ask the same again and again.
    found: HashMap<(Option<String>, Option<String>), Vec<NodeId>>,
}

impl<'h> Namer<'h> {
    /// For this screen.
    #[must_use]
    pub fn new(screen: &'h Hierarchy) -> Self {
        Self {
            screen,
            found: HashMap::new(),
        }
    }

    /// The shortest selector that finds this element and no other: its id, a text of it, both,
    /// one of these with an index, by what lies in it, by what it lies in, or by its place
    /// alone. `None`: no selector can, as it is not on the screen.
    ///
    /// # Panics
    /// If `id` is of another, larger hierarchy.
    pub fn selector(&mut self, id: NodeId) -> Option<Selector<String>> {
        if !self.screen.is_on_screen(id) || self.screen.node(id).bounds.is_none() {
            return None;
        }
        self.by_itself(id)
            .or_else(|| self.by_index(id))
            .or_else(|| self.by_child(id))
            .or_else(|| self.by_ancestor(id))
            .or_else(|| self.by_place(id, &Selector::default(), self.on_screen()))
    }

    /// By what it is called.
    fn by_itself(&mut self, id: NodeId) -> Option<Selector<String>> {
        let node = self.screen.node(id);
        let singles = singles(node);
        let both = singles
            .iter()
            .find(|single| single.id.is_some())
            .map(|named| {
                let texts = singles.iter().filter_map(|single| single.text.clone());
                texts.map(|text| Selector {
                    text: Some(text),
                    ..named.clone()
                })
            });
        let both: Vec<_> = both.into_iter().flatten().collect();
        singles
            .into_iter()
            .chain(both)
            .find(|selector| self.find(selector) == [id])
    }

    /// By what it is called, and which of those so called it is.
    fn by_index(&mut self, id: NodeId) -> Option<Selector<String>> {
        singles(self.screen.node(id))
            .into_iter()
            .find_map(|single| {
                let found = self.find(&single).to_vec();
                self.by_place(id, &single, found)
            })
    }

    /// By what lies in it.
    fn by_child(&mut self, id: NodeId) -> Option<Selector<String>> {
        let children = self.screen.node(id).children.clone();
        children.into_iter().take(CORNERS).find_map(|child| {
            let selector = Selector {
                contains_child: Some(Box::new(self.by_itself(child)?)),
                ..Selector::default()
            };
            self.finds(&selector, id).then_some(selector)
        })
    }

    /// By its place in the nearest that has a name of its own.
    fn by_ancestor(&mut self, id: NodeId) -> Option<Selector<String>> {
        let mut at = self.screen.node(id).parent;
        while let Some(ancestor) = at {
            if let Some(named) = self.by_itself(ancestor) {
                let within = self.screen.within(ancestor);
                let within = within.filter(|id| self.screen.is_on_screen(*id)).collect();
                let within_named = Selector {
                    child_of: Some(Box::new(named)),
                    ..Selector::default()
                };
                return self.by_place(id, &within_named, within);
            }
            at = self.screen.node(ancestor).parent;
        }
        None
    }

    /// Which of the found it is, from top to bottom, then left to right.
    fn by_place(
        &self,
        id: NodeId,
        selector: &Selector<String>,
        mut found: Vec<NodeId>,
    ) -> Option<Selector<String>> {
        if !found.contains(&id) {
            return None;
        }
        let corner = |id: &NodeId| match self.screen.node(*id).bounds {
            Some(bounds) => (bounds.top, bounds.left),
            None => (i32::MAX, i32::MAX),
        };
        found.sort_by_key(corner);
        let own = corner(&id);
        let first = found.partition_point(|other| corner(other) < own);
        let shared = found.iter().skip(first);
        let shared = shared.take_while(|other| corner(other) == own).count();
        (first..first + shared.min(CORNERS))
            .map(|index| Selector {
                index: Some(index.to_string()),
                ..selector.clone()
            })
            .find(|selector| self.finds(selector, id))
    }

    fn on_screen(&self) -> Vec<NodeId> {
        let ids = self.screen.iter().map(|(id, _)| id);
        ids.filter(|id| self.screen.is_on_screen(*id)).collect()
    }

    /// What an id and a text find.
    fn find(&mut self, selector: &Selector<String>) -> &[NodeId] {
        let screen = self.screen;
        self.found
            .entry((selector.id.clone(), selector.text.clone()))
            .or_insert_with(|| ask(screen, selector))
    }

    fn finds(&self, selector: &Selector<String>, id: NodeId) -> bool {
        ask(self.screen, selector) == [id]
    }
}

/// What a selector finds. One that cannot be asked finds nothing.
fn ask(screen: &Hierarchy, selector: &Selector<String>) -> Vec<NodeId> {
    let found = Query::new(selector).and_then(|query| query.find(screen));
    found.unwrap_or_default()
}

/// Selectors of one condition, the surest first: an id is the same in every language.
fn singles(node: &Node) -> Vec<Selector<String>> {
    let whole = node.id.as_deref();
    let short = whole.map(|id| id.rsplit_once('/').map_or(id, |(_, short)| short));
    let id = |id: &str| Selector {
        id: Some(literal(id)),
        ..Selector::default()
    };
    let text = |text: &str| Selector {
        text: Some(literal(text)),
        ..Selector::default()
    };
    let usable = |text: &&str| !text.is_empty() && text.chars().count() <= LONGEST;
    let texts = [&node.text, &node.hint, &node.description];
    let texts = texts.into_iter().filter_map(|text| text.as_deref());
    let mut singles: Vec<Selector<String>> = short.filter(usable).map(id).into_iter().collect();
    singles.extend(texts.filter(usable).map(text));
    singles.extend(whole.filter(usable).filter(|_| whole != short).map(id));
    singles
}

/// A pattern that matches this text and, but for the case of its letters, no other.
fn literal(text: &str) -> String {
    let mut pattern = String::with_capacity(text.len());
    for c in text.chars() {
        if r"\.[{()*+?^$|".contains(c) {
            pattern.push('\\');
        }
        pattern.push(c);
    }
    pattern
}

#[cfg(test)]
mod tests {
    use super::{Namer, literal};
    use crate::flow::screen::testing::{el, screen};

    /// The selector of each element, in the order of the dump.
    fn names(windows: &[String]) -> Vec<String> {
        let screen = screen(windows);
        let mut namer = Namer::new(&screen);
        let ids: Vec<_> = screen.iter().map(|(id, _)| id).collect();
        let mut name = |id| match namer.selector(id) {
            Some(selector) => selector.to_string(),
            None => "none".to_owned(),
        };
        ids.into_iter().map(&mut name).collect()
    }

    fn row(y: i32, name: &str) -> String {
        let at = |x: i32| format!("at={x} {y} {} {}", x + 100, y + 100);
        let texts = [
            el(&format!("text={name}; {}", at(0)), &[]),
            el(&format!("text=Follow; id=follow; {}", at(100)), &[]),
            el(&at(200), &[]),
        ];
        el(&format!("id=row; at=0 {y} 1000 {}", y + 100), &texts)
    }

    #[test]
    fn an_element_is_named_by_the_least_that_tells_it_from_all_others() {
        let list = el(
            "id=list; at=0 0 1000 900",
            &[row(0, "Ann"), row(100, "Bob")],
        );
        let away = el("text=Away; at=0 5000 10 5010", &[]);
        assert_eq!(
            names(&[list, away]),
            [
                "id 'list'",
                "id 'row', index 0",
                "text 'Ann'",
                "id 'follow', index 0",
                "child of (id 'list'), index 4",
                "id 'row', index 1",
                "text 'Bob'",
                "id 'follow', index 1",
                "child of (id 'list'), index 8",
                "none",
            ]
        );
    }

    #[test]
    fn what_has_no_name_is_named_by_what_lies_in_it_or_by_its_place() {
        let inner = el("text=Ok; at=0 0 10 10", &[]);
        let window = el("at=0 0 1000 900", &[inner, el("at=50 50 60 60", &[])]);
        assert_eq!(
            names(&[window]),
            ["with the child (text 'Ok')", "text 'Ok'", "index 2"]
        );
    }

    #[test]
    fn a_text_is_matched_as_it_stands() {
        let price = el("text=1.50 (a|b)*?; at=0 0 10 10", &[]);
        let trap = el("text=1x50 a; at=0 20 10 30", &[]);
        assert_eq!(
            names(&[price, trap]),
            [r"text '1\.50 \(a\|b\)\*\?'", "text '1x50 a'"]
        );
        assert_eq!(literal(r"a\d${x}"), r"a\\d\$\{x}");
    }
}
