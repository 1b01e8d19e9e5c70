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

/// Adds to a visit an element that is there.
pub(super) fn note(visit: &mut Visit, name: &str, all: &[Sought], screen: &Hierarchy) {
    let Some(wanted) = all.iter().find(|wanted| wanted.name == name) else {
        return;
    };
    let found = wanted.find(screen);
    let Some(first) = found.first() else {
        return;
    };
    // Of a dialog that came twice, for example.
    visit.found.retain(|earlier| earlier.selector != name);
    visit.found.push(Sighting {
        selector: name.to_owned(),
        matches: found.len(),
        element: placed(screen.node(*first)),
    });
}

/// Adds to a visit what is there, and what should be.
pub(super) fn tell(visit: &mut Visit, at: Screen, all: &[Sought], screen: &Hierarchy) {
    for wanted in all {
        note(visit, &wanted.name, all, screen);
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

#[cfg(test)]
mod tests {
    use super::*;

    /// A screen with a follow button of this text.
    fn screen(text: &str) -> Hierarchy {
        let xml = format!(
            "<hierarchy rotation=\"0\"><node class=\"android.widget.FrameLayout\" \
             bounds=\"[0,0][540,960]\"><node class=\"android.widget.Button\" text=\"{text}\" \
             resource-id=\"a:id/follow_button\" bounds=\"[100,100][300,200]\" /></node></hierarchy>"
        );
        Hierarchy::parse(&xml).unwrap()
    }

    fn sought(name: &str, id: &str, text: Option<&str>) -> Sought {
        let selector = Selector {
            id: Some(id.to_owned()),
            text: text.map(str::to_owned),
            ..Selector::default()
        };
        let query = Query::new(&selector).unwrap();
        Sought {
            name: name.to_owned(),
            query: Ok((selector, query)),
        }
    }

    fn all() -> [Sought; 3] {
        [
            sought("follow", "follow_button", Some("Follow")),
            sought("following", "follow_button", Some("Following")),
            sought("unfollow_confirm", "dialog_ok", None),
        ]
    }

    fn told(text: &str) -> Visit {
        let mut visit = Visit::default();
        tell(&mut visit, Screen::User, &all(), &screen(text));
        visit
    }

    #[test]
    fn a_screen_is_complete_with_one_of_two_that_stand_for_each_other() {
        assert!(is_complete(Screen::User, &all(), &screen("Following")));
        assert!(!is_complete(Screen::User, &all(), &screen("Subscribe")));
    }

    #[test]
    fn what_is_there_is_told_with_where_a_tap_would_touch_it() {
        let visit = told("Following");
        let found: Vec<&str> = visit.found.iter().map(|f| f.element.as_str()).collect();
        assert_eq!(found, ["'Following' id 'follow_button' at 200,150"]);
        assert_eq!(visit.missing, []);
    }

    #[test]
    fn what_is_missing_is_told_with_what_comes_near() {
        let missing = told("Subscribe").missing;
        let names: Vec<&str> = missing.iter().map(|m| m.selector.as_str()).collect();
        assert_eq!(names, ["follow", "following"]);
        let first = &missing[0];
        assert!(first.required);
        let wanted = Wanted::Element("id 'follow_button', text 'Follow'".into());
        assert_eq!(first.wanted, wanted);
        assert!(
            first.hints[0].contains("'Subscribe' id 'follow_button'"),
            "{first:?}"
        );
    }

    #[test]
    fn a_selector_that_cannot_be_asked_is_told_with_the_reason() {
        let mut visit = Visit::default();
        let all = [Sought {
            name: "follow".into(),
            query: Err("nobody knows TARGT".into()),
        }];
        tell(&mut visit, Screen::User, &all, &screen("Follow"));
        let why = Wanted::Nothing("nobody knows TARGT".into());
        assert_eq!(visit.missing[0].wanted, why);
    }

    #[test]
    fn an_element_of_another_screen_is_found_but_not_missed() {
        let mut visit = Visit::default();
        tell(&mut visit, Screen::Post, &all(), &screen("Follow"));
        assert_eq!((visit.found.len(), visit.missing.len()), (1, 0));
    }
}
