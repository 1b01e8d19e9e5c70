//! Where elements are: to each other, in each other, on the screen.

use super::*;

fn grid() -> Hierarchy {
    screen(&[
        el("id=nw; at=0 0 100 100", &[]),
        el("id=ne; at=200 0 300 100", &[]),
        el("id=mid; text=Mid; at=100 100 200 200", &[]),
        el("id=sw; at=0 200 100 300", &[]),
        el("id=se; at=200 200 300 300", &[]),
    ])
}

#[test]
fn relations_compare_top_and_left_edges_alone() {
    let screen = grid();
    let mut below = found(&screen, &selector(|s| s.below = boxed(text("Mid"))));
    below.sort();
    assert_eq!(below, ["se", "sw"]);
    let mut above = found(&screen, &selector(|s| s.above = boxed(text("Mid"))));
    above.sort();
    assert_eq!(above, ["ne", "nw"]);
    let mut left = found(&screen, &selector(|s| s.left_of = boxed(text("Mid"))));
    left.sort();
    assert_eq!(left, ["nw", "sw"]);
    let mut right = found(&screen, &selector(|s| s.right_of = boxed(text("Mid"))));
    right.sort();
    assert_eq!(right, ["ne", "se"]);
}

#[test]
fn what_overlaps_is_below_if_its_top_is() {
    let screen = screen(&[
        el("text=Card; at=0 0 500 500", &[]),
        el("id=over; at=0 10 500 400", &[]),
        el("id=level; at=0 0 500 900", &[]),
    ]);
    assert_eq!(
        found(&screen, &selector(|s| s.below = boxed(text("Card")))),
        ["over"]
    );
}

#[test]
fn several_relations_must_all_hold() {
    let both = selector(|s| {
        s.below = boxed(text("Mid"));
        s.left_of = boxed(text("Mid"));
    });
    assert_eq!(found(&grid(), &both), ["sw"]);
}

#[test]
fn what_a_relation_names_may_itself_have_one() {
    let chained = selector(|s| {
        s.above = boxed(selector(|s| {
            s.text = Some("Mid".to_owned());
            s.above = boxed(id("se"));
        }));
        s.left_of = boxed(id("ne"));
    });
    assert_eq!(found(&grid(), &chained), ["nw"]);
}

fn cards() -> Hierarchy {
    let card = |name: &str, top: i32, button: &str| {
        el(
            &format!("id=card; text=; at=0 {top} 900 {}", top + 90),
            &[
                el(&format!("text={name}; at=0 {top} 90 {}", top + 20), &[]),
                el(
                    &format!("id=row; at=0 {} 900 {}", top + 30, top + 60),
                    &[el(
                        &format!("text={button}; at=5 {} 90 {}", top + 31, top + 50),
                        &[],
                    )],
                ),
            ],
        )
    };
    screen(&[
        card("Ann", 0, "Follow"),
        card("Bob", 100, "Follow"),
        card("Cid", 200, "Blocked"),
    ])
}

fn tops(screen: &Hierarchy, selector: &Selector<String>) -> Vec<i32> {
    let ids = Query::new(selector).unwrap().find(screen).unwrap();
    ids.into_iter()
        .map(|id| screen.node(id).bounds.unwrap().top)
        .collect()
}

#[test]
fn a_child_of_lies_in_it_at_any_depth() {
    let follow = |name: &str| {
        selector(|s| {
            s.text = Some("Follow".to_owned());
            s.child_of = boxed(selector(|s| {
                s.id = Some("card".to_owned());
                s.contains_child = boxed(text(name));
            }));
        })
    };
    assert_eq!(tops(&cards(), &follow("Ann")), [31]);
    assert_eq!(tops(&cards(), &follow("Bob")), [131]);
    assert!(tops(&cards(), &follow("Cid")).is_empty());
    assert!(tops(&cards(), &follow("Dan")).is_empty());
}

#[test]
fn a_child_of_is_looked_for_in_the_first_that_matches_alone() {
    let blocked = selector(|s| {
        s.text = Some("Blocked".to_owned());
        s.child_of = boxed(id("card"));
    });
    assert!(tops(&cards(), &blocked).is_empty());
}

#[test]
fn a_child_of_may_be_the_outer_one_itself() {
    let card = selector(|s| {
        s.id = Some("card".to_owned());
        s.child_of = boxed(id("card"));
    });
    assert_eq!(tops(&cards(), &card), [0]);
}

#[test]
fn child_of_nests() {
    let nested = selector(|s| {
        s.text = Some("Follow".to_owned());
        s.child_of = boxed(selector(|s| {
            s.id = Some("row".to_owned());
            s.child_of = boxed(selector(|s| {
                s.id = Some("card".to_owned());
                s.index = Some("1".to_owned());
            }));
        }));
    });
    assert_eq!(tops(&cards(), &nested), [131]);
}

#[test]
fn a_relation_in_a_child_of_is_looked_for_in_there() {
    let row = |name: &str| {
        selector(|s| {
            s.id = Some("row".to_owned());
            s.below = boxed(text(name));
            s.child_of = boxed(selector(|s| {
                s.id = Some("card".to_owned());
                s.index = Some("1".to_owned());
            }));
        })
    };
    assert_eq!(tops(&cards(), &row("Bob")), [130]);
    assert!(tops(&cards(), &row("Ann")).is_empty());
}

#[test]
fn child_of_where_maestro_looks_past_it_is_refused() {
    let inside = || boxed(selector(|s| s.child_of = boxed(text("x"))));
    let error = Query::new(&selector(|s| s.below = inside())).unwrap_err();
    assert_eq!(error, QueryError::ChildOf("below"));
    let inside = selector(|s| s.child_of = boxed(text("x")));
    let error = Query::new(&selector(|s| s.contains_descendants = vec![inside])).unwrap_err();
    assert_eq!(error, QueryError::ChildOf("containsDescendants"));
}

#[test]
fn a_contained_child_must_be_a_direct_one() {
    let holder = |name: &str, text_in_it: &str| {
        selector(|s| {
            s.id = Some(name.to_owned());
            s.contains_child = boxed(text(text_in_it));
        })
    };
    assert_eq!(found(&cards(), &holder("card", "Bob")), ["card"]);
    assert_eq!(found(&cards(), &holder("row", "Blocked")), ["row"]);
    assert!(found(&cards(), &holder("card", "Blocked")).is_empty());
}

#[test]
fn a_contained_child_is_the_first_that_matches_on_the_whole_screen() {
    let row = selector(|s| {
        s.id = Some("row".to_owned());
        s.contains_child = boxed(text("Follow"));
    });
    assert_eq!(tops(&cards(), &row), [30]);
}

#[test]
fn contained_descendants_may_lie_at_any_depth_and_must_all_be_there() {
    let card = |texts: &[&str]| {
        selector(|s| {
            s.id = Some("card".to_owned());
            s.contains_descendants = texts.iter().copied().map(text).collect();
        })
    };
    assert_eq!(tops(&cards(), &card(&["Follow"])), [0, 100]);
    assert_eq!(tops(&cards(), &card(&["Bob", "Follow"])), [100]);
    assert!(tops(&cards(), &card(&["Cid", "Follow"])).is_empty());
}

#[test]
fn contained_descendants_alone_mean_the_dump_s_root_and_so_nothing() {
    let any = selector(|s| s.contains_descendants = vec![text("Follow")]);
    assert!(found(&cards(), &any).is_empty());
}

#[test]
fn an_index_in_a_contained_descendant_can_only_be_the_first() {
    let with = |index: &str| {
        selector(|s| {
            s.id = Some("card".to_owned());
            s.contains_descendants = vec![selector(|s| {
                s.text = Some("Follow".to_owned());
                s.index = Some(index.to_owned());
            })];
        })
    };
    assert_eq!(tops(&cards(), &with("0")), [0, 100]);
    assert!(tops(&cards(), &with("1")).is_empty());
}

#[test]
fn what_is_off_the_screen_is_not_there() {
    let screen = screen(&[
        el("id=under; text=x; at=0 2000 100 2100", &[]),
        el("id=left; text=x; at=-95 0 5 100", &[]),
        el("id=edge; text=x; at=-90 0 10 100", &[]),
        el("id=flat; text=x; at=0 0 0 0", &[]),
        el("id=on; text=x; at=0 0 10 10", &[]),
    ]);
    assert_eq!(found(&screen, &text("x")), ["edge", "on"]);
}

#[test]
fn what_holds_something_on_the_screen_is_there_itself() {
    let inner = el("id=inner; at=0 0 100 100", &[]);
    let screen = screen(&[el("id=outer; text=x; at=0 -900 100 -800", &[inner])]);
    assert_eq!(found(&screen, &text("x")), ["outer"]);
}

#[test]
fn a_toast_is_there_wherever_it_says_it_is() {
    let toast = "class=android.widget.Toast; text=Saved; at=0 9000 10 9010";
    let screen = screen(&[el("at=0 0 9 9", &[]), el(toast, &[])]);
    assert_eq!(found(&screen, &text("Saved")), ["Saved"]);
}

#[test]
fn with_nothing_on_the_screen_everything_counts() {
    let screen = screen(&[el("id=a; text=x; at=0 9000 10 9010", &[])]);
    assert_eq!(found(&screen, &text("x")), ["a"]);
}
