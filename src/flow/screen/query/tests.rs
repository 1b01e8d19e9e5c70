use super::*;
use crate::flow::screen::Hierarchy;
use crate::flow::screen::testing::{el, screen};

mod nearby;
mod order;
mod place;
mod rules;

/// A selector by its fields.
fn selector(change: impl FnOnce(&mut Selector<String>)) -> Selector<String> {
    let mut selector = Selector::default();
    change(&mut selector);
    selector
}

fn text(text: &str) -> Selector<String> {
    selector(|s| s.text = Some(text.to_owned()))
}

fn id(id: &str) -> Selector<String> {
    selector(|s| s.id = Some(id.to_owned()))
}

fn boxed(selector: Selector<String>) -> Option<Box<Selector<String>>> {
    Some(Box::new(selector))
}

/// The names (short id, else text) of what a selector finds.
fn found(screen: &Hierarchy, selector: &Selector<String>) -> Vec<String> {
    let ids = Query::new(selector).unwrap().find(screen).unwrap();
    let name = |id| {
        let node = screen.node(id);
        let id = node.id.as_deref().and_then(|id| id.rsplit('/').next());
        let text = node.text.as_deref();
        id.or(text).unwrap_or_default().to_owned()
    };
    ids.into_iter().map(name).collect()
}
