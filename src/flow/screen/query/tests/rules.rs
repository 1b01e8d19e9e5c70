//! Which elements match.

use super::*;
use crate::flow::lang::{Size, Trait};

#[test]
fn a_text_is_looked_for_in_text_hint_and_description() {
    let screen = screen(&[
        el("id=a; text=Hello; at=0 0 9 9", &[]),
        el("id=b; hint=Hello; at=0 10 9 19", &[]),
        el("id=c; hintText=Hello; at=0 20 9 29", &[]),
        el("id=d; desc=Hello; at=0 30 9 39", &[]),
        el("id=e; text=Hello you; at=0 40 9 49", &[]),
    ]);
    assert_eq!(found(&screen, &text("hello")), ["a", "b", "c", "d"]);
}

#[test]
fn an_id_matches_whole_or_short_and_whole_ones_come_first() {
    let screen = screen(&[
        el("id=send; at=0 0 9 9", &[]),
        el("resource-id=send; at=0 10 9 19", &[]),
        el("id=resend; at=0 20 9 29", &[]),
    ]);
    let query = Query::new(&id("send")).unwrap();
    let ids: Vec<_> = query
        .find(&screen)
        .unwrap()
        .into_iter()
        .map(|id| screen.node(id).id.as_deref().unwrap().to_owned())
        .collect();
    assert_eq!(ids, ["send", "app:id/send"]);
    assert_eq!(found(&screen, &id("app:id/send")), ["send"]);
}

#[test]
fn an_empty_text_is_there_and_an_absent_one_is_not() {
    let screen = screen(&[
        el("id=a; text=; at=0 0 9 9", &[]),
        el("id=b; at=0 10 9 19", &[]),
    ]);
    assert_eq!(found(&screen, &text(".*")), ["a"]);
}

#[test]
fn the_deepest_of_a_chain_of_matches_is_meant() {
    let inner = el("id=inner; text=Buy; at=10 10 20 20", &[]);
    let middle = el("id=middle; text=Buy; at=0 0 30 30", &[inner]);
    let screen = screen(&[el("id=outer; text=Buy; at=0 0 90 90", &[middle])]);
    assert_eq!(found(&screen, &text("Buy")), ["inner"]);
}

#[test]
fn a_chain_of_matches_ends_where_one_between_does_not_match() {
    let inner = el("id=inner; text=Buy; at=10 10 20 20", &[]);
    let middle = el("id=middle; text=Other; at=0 0 30 30", &[inner]);
    let screen = screen(&[el("id=outer; text=Buy; at=0 0 90 90", &[middle])]);
    assert_eq!(found(&screen, &text("Buy")), ["outer", "inner"]);
}

#[test]
fn of_several_children_that_match_the_last_is_meant() {
    let outer = el(
        "id=outer; text=Row; at=0 0 90 90",
        &[
            el("id=first; text=Row; at=0 0 9 9", &[]),
            el("id=second; text=Row; at=0 10 9 19", &[]),
        ],
    );
    // The first is found as itself, behind the one that the outer stands for.
    assert_eq!(found(&screen(&[outer]), &text("Row")), ["second", "first"]);
}

#[test]
fn of_children_that_match_the_one_by_description_counts_as_last() {
    let outer = el(
        "id=outer; text=Row; at=0 0 90 90",
        &[
            el("id=described; desc=Row; at=0 0 9 9", &[]),
            el("id=texted; text=Row; at=0 10 9 19", &[]),
        ],
    );
    assert_eq!(
        found(&screen(&[outer]), &text("Row")),
        ["described", "texted"]
    );
}

#[test]
fn elements_of_equal_looks_in_the_same_place_are_one() {
    let twin = || el("text=Twin; at=0 0 9 9", &[]);
    let screen = screen(&[twin(), twin(), el("text=Twin; at=0 1 9 9", &[])]);
    assert_eq!(found(&screen, &text("Twin")).len(), 2);
    let second = selector(|s| {
        s.text = Some("Twin".to_owned());
        s.index = Some("1".to_owned());
    });
    let query = Query::new(&second).unwrap();
    let top = screen
        .node(query.find(&screen).unwrap()[0])
        .bounds
        .unwrap()
        .top;
    assert_eq!(top, 1);
}

#[test]
fn every_condition_must_hold() {
    let screen = screen(&[
        el("id=a; text=Ok; at=0 0 9 9; disabled", &[]),
        el("id=b; text=Ok; at=0 10 9 19; checked", &[]),
        el("id=c; text=No; at=0 20 9 29; checked", &[]),
    ]);
    let both = selector(|s| {
        s.text = Some("Ok".to_owned());
        s.enabled = Some(true);
    });
    assert_eq!(found(&screen, &both), ["b"]);
    let id_too = selector(|s| {
        s.text = Some("Ok".to_owned());
        s.id = Some("a".to_owned());
    });
    assert_eq!(found(&screen, &id_too), ["a"]);
}

#[test]
fn flags_are_as_the_dump_says() {
    let screen = screen(&[
        el("id=a; text=x; at=0 0 9 9; checked; focused; selected", &[]),
        el("id=b; text=x; at=0 10 9 19", &[]),
    ]);
    type Set = fn(&mut Selector<String>, bool);
    let flags: [Set; 3] = [
        |s, flag| s.checked = Some(flag),
        |s, flag| s.focused = Some(flag),
        |s, flag| s.selected = Some(flag),
    ];
    for set in flags {
        let with = |flag| {
            selector(|s| {
                s.text = Some("x".to_owned());
                set(s, flag);
            })
        };
        assert_eq!(found(&screen, &with(true)), ["a"]);
        assert_eq!(found(&screen, &with(false)), ["b"]);
    }
}

#[test]
fn a_size_may_be_off_by_its_tolerance() {
    let screen = screen(&[
        el("id=a; at=0 0 100 50", &[]),
        el("id=b; at=0 100 104 150", &[]),
        el("id=c; at=0 200 106 250", &[]),
    ]);
    let size = |width, height, tolerance| {
        selector(|s| {
            s.size = Some(Size {
                width,
                height,
                tolerance,
            });
        })
    };
    assert_eq!(found(&screen, &size(Some(100), Some(50), 0)), ["a"]);
    assert_eq!(found(&screen, &size(Some(100), None, 4)), ["a", "b"]);
    assert_eq!(found(&screen, &size(None, Some(50), 0)), ["a", "b", "c"]);
}

#[test]
fn traits_tell_texts_long_texts_and_squares() {
    let long = format!("id=b; text={}; at=0 100 300 200", "x".repeat(201));
    let screen = screen(&[
        el("id=a; text=short; at=0 0 300 90", &[]),
        el(&long, &[]),
        el("id=c; at=0 300 102 400", &[]),
        el("id=d; at=0 500 104 600", &[]),
    ]);
    let kind = |kind| selector(|s| s.traits = vec![kind]);
    assert_eq!(found(&screen, &kind(Trait::Text)), ["a", "b"]);
    assert_eq!(found(&screen, &kind(Trait::LongText)), ["b"]);
    assert_eq!(found(&screen, &kind(Trait::Square)), ["c"]);
}

#[test]
fn flags_alone_mean_the_dump_s_root_first_and_so_nothing() {
    // The root has no flags and no place: Maestro finds it, cannot tap it, and gives up.
    let screen = screen(&[el("id=a; at=0 0 9 9; disabled", &[])]);
    let disabled = selector(|s| s.enabled = Some(false));
    assert!(found(&screen, &disabled).is_empty());
    // Unless an element that takes taps comes before the root.
    let clickable = el("id=b; at=0 0 9 9; disabled; clickable", &[]);
    let screen = super::screen(&[clickable]);
    assert_eq!(found(&screen, &disabled), ["b"]);
}

#[test]
fn a_pattern_that_cannot_be_taken_is_told() {
    let error = Query::new(&text(r"(a)\1")).unwrap_err();
    assert!(matches!(error, QueryError::Pattern(_)), "{error}");
}

#[test]
fn a_pattern_that_takes_too_long_is_told_when_searching() {
    let screen = screen(&[el(&format!("text={}; at=0 0 9 9", "a".repeat(60)), &[])]);
    let query = Query::new(&text("(?:(?=a)a|a)*b")).unwrap();
    let error = query.find(&screen).unwrap_err();
    assert!(matches!(error, QueryError::TooCostly { .. }), "{error}");
}
