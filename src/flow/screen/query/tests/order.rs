//! Which of the matches comes first.

use super::*;

#[test]
fn those_that_take_taps_come_first() {
    let screen = screen(&[
        el("id=a; text=Ok; at=0 0 9 9", &[]),
        el("id=b; text=Ok; at=0 10 9 19; clickable", &[]),
        el("id=c; text=Ok; at=0 20 9 29", &[]),
        el("id=d; text=Ok; at=0 30 9 39; clickable", &[]),
    ]);
    assert_eq!(found(&screen, &text("Ok")), ["b", "d", "a", "c"]);
}

#[test]
fn an_index_counts_from_top_to_bottom_then_left_to_right() {
    let screen = screen(&[
        el("id=low; text=Ok; at=0 100 9 109; clickable", &[]),
        el("id=right; text=Ok; at=50 0 59 9", &[]),
        el("id=left; text=Ok; at=0 0 9 9", &[]),
    ]);
    let at = |index: &str| {
        selector(|s| {
            s.text = Some("Ok".to_owned());
            s.index = Some(index.to_owned());
        })
    };
    assert_eq!(found(&screen, &at("0")), ["left"]);
    assert_eq!(found(&screen, &at("1")), ["right"]);
    assert_eq!(found(&screen, &at("2.9")), ["low"]);
    assert!(found(&screen, &at("3")).is_empty());
}

#[test]
fn an_index_alone_counts_every_element() {
    let screen = screen(&[el("id=b; at=0 10 9 19", &[]), el("id=a; at=0 0 9 9", &[])]);
    let second = selector(|s| s.index = Some("1".to_owned()));
    assert_eq!(found(&screen, &second), ["b"]);
}

#[test]
fn an_index_that_is_no_number_from_0_is_refused() {
    for index in ["", "x", "-1", "NaN", "inf", "1e300"] {
        let query = Query::new(&selector(|s| s.index = Some(index.to_owned())));
        assert_eq!(query.unwrap_err(), QueryError::Index(index.to_owned()));
    }
}

#[test]
fn matches_by_text_come_before_those_by_hint_and_by_description() {
    let screen = screen(&[
        el("id=c; desc=Ok; at=0 0 9 9", &[]),
        el("id=b; hint=Ok; at=0 10 9 19", &[]),
        el("id=a; text=Ok; at=0 20 9 29", &[]),
    ]);
    assert_eq!(found(&screen, &text("Ok")), ["a", "b", "c"]);
}

#[test]
fn relations_order_by_distance_where_no_text_or_id_does() {
    let screen = screen(&[
        el("id=anchor; text=Anchor; at=0 0 100 100", &[]),
        el("id=far; at=0 900 100 1000", &[]),
        el("id=near; at=0 200 100 300", &[]),
        el("id=nearer; at=0 150 100 170", &[]),
    ]);
    let below = selector(|s| s.below = boxed(text("Anchor")));
    assert_eq!(found(&screen, &below), ["nearer", "near", "far"]);
    let with_text = selector(|s| {
        s.id = Some("near|far".to_owned());
        s.below = boxed(text("Anchor"));
    });
    assert_eq!(found(&screen, &with_text), ["far", "near"]);
}

#[test]
fn a_distance_is_that_to_the_nearest_of_several() {
    let screen = screen(&[
        el("text=Anchor; at=0 0 100 100", &[]),
        el("id=by_first; at=0 140 100 240", &[]),
        el("text=Anchor; at=0 1000 100 1100", &[]),
        el("id=by_second; at=0 1110 100 1210", &[]),
    ]);
    let below = selector(|s| {
        s.size = None;
        s.below = boxed(text("Anchor"));
    });
    let found = found(&screen, &below);
    assert_eq!(found, ["by_second", "by_first", "Anchor"]);
}
