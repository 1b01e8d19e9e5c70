//! What is said of elements that nearly match.

use super::*;
use crate::flow::lang::Trait;

fn told(screen: &Hierarchy, selector: &Selector<String>) -> Vec<String> {
    let misses = Query::new(selector).unwrap().near_misses(screen, 3);
    misses.iter().map(|miss| miss.describe(screen)).collect()
}

#[test]
fn the_likest_texts_come_first_and_no_more_than_asked() {
    let screen = screen(&[
        el("text=Home; at=0 0 9 9", &[]),
        el("text=Followers; at=0 10 9 19", &[]),
        el("text=Following; at=0 20 9 29", &[]),
        el("text=Folow; at=0 30 9 39", &[]),
        el("text=Unfollow; at=0 40 9 49", &[]),
    ]);
    assert_eq!(
        told(&screen, &text("Follow")),
        [
            "'Unfollow' (text differs: 'Follow' wanted, 'Unfollow' found)",
            "'Followers' (text differs: 'Follow' wanted, 'Followers' found)",
            "'Following' (text differs: 'Follow' wanted, 'Following' found)",
        ]
    );
}

#[test]
fn an_id_is_compared_without_its_package() {
    let screen = screen(&[el("id=follow_button; text=Follow; at=0 0 9 9", &[])]);
    assert_eq!(
        told(&screen, &id("follow_buton")),
        ["'Follow' (id differs: 'follow_buton' wanted, 'follow_button' found)"]
    );
}

#[test]
fn blanks_that_cannot_be_seen_are_spelled_out() {
    let screen = screen(&[el("text=Log\u{a0}in&#10;; at=0 0 9 9", &[])]);
    assert_eq!(
        told(&screen, &text("Log in")),
        [r"'Log\u{a0}in\n' (text differs: 'Log in' wanted, 'Log\u{a0}in\n' found)"]
    );
}

#[test]
fn flags_size_and_traits_are_told() {
    let screen = screen(&[el("text=Send; at=0 0 90 30; disabled", &[])]);
    let wanted = selector(|s| {
        s.text = Some("Send".to_owned());
        s.enabled = Some(true);
        s.checked = Some(true);
        s.traits = vec![Trait::Square];
    });
    assert_eq!(
        told(&screen, &wanted),
        ["'Send' (enabled differs: true wanted, false found; \
          checked differs: true wanted, false found; \
          traits differs: square wanted, no such trait found)"]
    );
}

#[test]
fn an_element_off_the_screen_is_told() {
    let screen = screen(&[
        el("at=0 0 9 9", &[]),
        el("text=Send; at=0 3000 90 3030", &[]),
    ]);
    assert_eq!(
        told(&screen, &text("Send")),
        ["'Send' (position differs: one on the screen wanted, \
          one outside of it, at [0,3000][90,3030] found)"]
    );
}

#[test]
fn a_wrong_relation_is_told_and_one_to_nothing() {
    let screen = screen(&[
        el("text=Send; at=0 0 90 30", &[]),
        el("text=Title; at=0 100 90 130", &[]),
    ]);
    let below = |other: &str| {
        selector(|s| {
            s.text = Some("Send".to_owned());
            s.below = boxed(text(other));
        })
    };
    assert_eq!(
        told(&screen, &below("Title")),
        ["'Send' (below differs: (text 'Title') wanted, \
          one at [0,0][90,30], and that at [0,100][90,130] found)"]
    );
    assert_eq!(
        told(&screen, &below("Nothing")),
        ["'Send' (below differs: (text 'Nothing') wanted, no such element found)"]
    );
}

#[test]
fn an_element_elsewhere_than_in_its_outer_one_is_told() {
    let screen = screen(&[
        el("id=card; at=0 0 90 90", &[]),
        el("text=Send; at=0 100 90 130", &[]),
    ]);
    let inside = |outer: &str| {
        selector(|s| {
            s.text = Some("Send".to_owned());
            s.child_of = boxed(id(outer));
        })
    };
    let expected = "'Send' (childOf differs: (id 'card') wanted, one elsewhere found)";
    assert_eq!(told(&screen, &inside("card")), [expected]);
    let expected = "'Send' (childOf differs: (id 'sheet') wanted, no such element found)";
    assert_eq!(told(&screen, &inside("sheet")), [expected]);
}

#[test]
fn missing_children_and_descendants_are_told() {
    let screen = screen(&[el("id=card; at=0 0 90 90", &[])]);
    let holder = selector(|s| {
        s.id = Some("card".to_owned());
        s.contains_child = boxed(text("A"));
        s.contains_descendants = vec![text("B"), text("C")];
    });
    assert_eq!(
        told(&screen, &holder),
        [
            "id 'card' (containsChild differs: (text 'A') wanted, no such element found; \
          containsDescendants differs: (text 'B') and (text 'C') wanted, \
          not all of them in it found)"
        ]
    );
}

#[test]
fn an_index_beyond_the_matches_is_told() {
    let screen = screen(&[el("text=Row; at=0 0 90 30", &[])]);
    let third = selector(|s| {
        s.text = Some("Row".to_owned());
        s.index = Some("2".to_owned());
    });
    let told = told(&screen, &third);
    assert!(
        told[0].starts_with("'Row' (index differs: 2 wanted"),
        "{told:?}"
    );
}

#[test]
fn what_has_nothing_in_common_is_not_told() {
    let screen = screen(&[el("text=Xyz; at=0 0 9 9", &[]), el("at=0 10 9 19", &[])]);
    assert!(told(&screen, &text("Follow")).is_empty());
}
