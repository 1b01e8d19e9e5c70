//! What of an app's file is on a screen that was looked at.

use super::report::{Missing, Sighting, Visit, Wanted};
use crate::flow::apps::{Known, Need, SELECTORS, Screen};
use crate::flow::lang::Selector;
use crate::flow::screen::{Bounds, Hierarchy, Node, NodeId, Query};
use crate::flow::steps::describe;

/// Elements told of that are almost as wanted.
const NEAREST: usize = 2;

/// A selector of the app's file, made ready for the screen that is looked at.
pub(super) struct Sought {
    /// Its name in the app's file.
    pub name: String,
    /// What is looked for, or why it cannot be looked for here.
    pub query: Result<(Selector<String>, Query), String>,
}

impl Sought {
    fn known(&self) -> Option<&'static Known> {
        SELECTORS.iter().find(|known| known.name == self.name)
    }

    fn find(&self, screen: &Hierarchy) -> Vec<NodeId> {
        let query = self.query.as_ref().ok();
        let found = query.and_then(|(_, query)| query.find(screen).ok());
        found.unwrap_or_default()
    }
}

/// Where to tap for a name, if its element is there.
pub(super) fn place_of(name: &str, all: &[Sought], screen: &Hierarchy) -> Option<Bounds> {
    let wanted = all.iter().find(|wanted| wanted.name == name)?;
    let first = *wanted.find(screen).first()?;
    screen.node(first).bounds
}

/// Whether everything is there that is always on this screen.
pub(super) fn is_complete(at: Screen, all: &[Sought], screen: &Hierarchy) -> bool {
    let there = |name: &str| {
        let wanted = all.iter().find(|wanted| wanted.name == name);
        wanted.is_some_and(|wanted| !wanted.find(screen).is_empty())
    };
    all.iter()
        .filter_map(Sought::known)
        .filter(|known| known.screen == at)
        .all(|known| match known.need {
            Need::Always => there(known.name),
            Need::Or(other) => there(known.name) || there(other),
            Need::Sometimes | Need::AfterChange => true,
        })
}

/// Adds to a visit what is there, and what should be.
pub(super) fn tell(visit: &mut Visit, at: Screen, all: &[Sought], screen: &Hierarchy) {
    for wanted in all {
        let found = wanted.find(screen);
        if let Some(first) = found.first() {
            // Seen before a dialog was closed, for example.
            visit
                .found
                .retain(|earlier| earlier.selector != wanted.name);
            visit.found.push(Sighting {
                selector: wanted.name.clone(),
                matches: found.len(),
                element: placed(screen.node(*first)),
            });
        }
    }
    let seen: Vec<String> = visit.found.iter().map(|s| s.selector.clone()).collect();
    let is_there = |name: &str| seen.iter().any(|seen| seen == name);
    for wanted in all.iter().filter(|wanted| !is_there(&wanted.name)) {
        let Some(known) = wanted.known().filter(|known| known.screen == at) else {
            continue;
        };
        let required = match known.need {
            Need::Always => true,
            Need::Or(other) if is_there(other) => continue,
            Need::Or(_) => true,
            Need::Sometimes => false,
            Need::AfterChange => continue,
        };
        visit.missing.push(missing(wanted, required, screen));
    }
}

fn missing(wanted: &Sought, required: bool, screen: &Hierarchy) -> Missing {
    let (shown, hints) = match &wanted.query {
        Ok((selector, query)) => {
            let near = query.near_misses(screen, NEAREST);
            let hints = near.iter().map(|near| {
                let differences: Vec<String> =
                    near.differences.iter().map(ToString::to_string).collect();
                format!(
                    "{}: {}",
                    placed(screen.node(near.node)),
                    differences.join(", ")
                )
            });
            (Wanted::Element(selector.to_string()), hints.collect())
        }
        Err(why) => (Wanted::Nothing(why.clone()), Vec::new()),
    };
    Missing {
        selector: wanted.name.clone(),
        required,
        wanted: shown,
        hints,
    }
}

/// An element in a few words, and where a tap on it touches.
fn placed(node: &Node) -> String {
    match node.bounds.map(Bounds::center) {
        Some((x, y)) => format!("{} at {x},{y}", describe(node)),
        None => describe(node),
    }
}
