//! Whether searches answer as Maestro's rules say, on many random screens.

#![expect(
    clippy::unwrap_used,
    reason = "patterns and numbers of random selectors are right"
)]

mod naive;
mod naming;
mod random;

use farmhand::flow::screen::{Hierarchy, NodeId, Query};
use proptest::prelude::*;

proptest! {
    #![proptest_config(ProptestConfig { cases: 500, ..ProptestConfig::default() })]

    #[test]
    fn a_search_answers_as_the_rules_do(
        windows in prop::collection::vec(random::element(), 1..4),
        selector in random::selector(),
    ) {
        let xml = format!("<hierarchy rotation=\"0\">{}</hierarchy>", windows.concat());
        let screen = Hierarchy::parse(&xml).unwrap().on_screen(8, 8);
        let query = Query::new(&selector).unwrap();
        let found = query.find(&screen).unwrap();
        let expected = naive::find(&screen, &selector);
        prop_assert_eq!(looks(&screen, &found), expected);
        // Whatever is asked, what nearly matched can be told.
        for miss in query.near_misses(&screen, 3) {
            prop_assert!(!miss.differences.is_empty());
            prop_assert!(!found.contains(&miss.node));
        }
    }
}

/// What was found, as the rules see it: elements of equal looks are one.
fn looks(screen: &Hierarchy, found: &[NodeId]) -> Vec<naive::Looks> {
    found.iter().map(|id| naive::looks(screen, *id)).collect()
}
