//! What looking for an element costs on a screen of 2,000 elements, beside Maestro's rules
//! transcribed directly, and reading a dump beside parsing its XML alone.
//! `cargo bench --bench screen`.

#![allow(
    clippy::expect_used,
    clippy::unwrap_used,
    reason = "a benchmark that cannot go on has nothing to tell"
)]

use std::fmt::Write as _;
use std::hint::black_box;

use farmhand::flow::lang::Selector;
use farmhand::flow::screen::{Hierarchy, Query};

mod common;
#[path = "../tests/screen_rules/naive.rs"]
mod naive;

use common::{Side, compare, head, rate, rounds};

/// Rows of five elements each: a card with a row of a picture, a name and a button.
const CARDS: usize = 400;

fn main() {
    let xml = dump();
    let screen = Hierarchy::parse(&xml)
        .expect("a hierarchy")
        .on_screen(1080, 10 * CARDS as i32);
    println!(
        "{} elements, {} KiB\n",
        screen.iter().count(),
        xml.len() >> 10
    );
    head();
    for (what, selector) in selectors() {
        let query = Query::new(&selector).expect("a query");
        let (mut ours, mut theirs) = (Side::new("searches"), Side::new("the rules as they stand"));
        assert_eq!(
            query.find(&screen).expect("found").len(),
            naive::find(&screen, &selector).len(),
            "{what}"
        );
        for _ in 0..rounds() {
            ours.add(rate(1, || {
                black_box(query.find(&screen).expect("found"));
            }));
            theirs.add(rate(1, || {
                black_box(naive::find(&screen, &selector));
            }));
        }
        compare(what, &ours, &theirs);
    }
    let (mut ours, mut theirs) = (Side::new("dumps"), Side::new("roxmltree"));
    for _ in 0..rounds() {
        ours.add(rate(1, || {
            black_box(Hierarchy::parse(&xml).expect("a hierarchy"));
        }));
        theirs.add(rate(1, || {
            black_box(roxmltree::Document::parse(&xml).expect("XML"));
        }));
    }
    compare("read a dump", &ours, &theirs);
}

fn dump() -> String {
    let mut xml = String::from("<?xml version='1.0' encoding='UTF-8'?><hierarchy rotation=\"0\">");
    for card in 0..CARDS {
        let top = card * 10;
        let mut open = |text: &str, id: &str, [left, top, right, bottom]: [usize; 4], end: &str| {
            let _ = write!(
                xml,
                "<node index=\"0\" text=\"{text}\" resource-id=\"org.farmhand.sample:id/{id}\" \
                 class=\"android.widget.TextView\" package=\"org.farmhand.sample\" \
                 content-desc=\"\" checkable=\"false\" checked=\"false\" clickable=\"true\" \
                 enabled=\"true\" focusable=\"true\" focused=\"false\" scrollable=\"false\" \
                 long-clickable=\"false\" password=\"false\" selected=\"false\" \
                 bounds=\"[{left},{top}][{right},{bottom}]\"{end}>"
            );
        };
        open("", "post_card", [0, top, 1080, top + 10], "");
        open("", "post_row", [0, top, 1080, top + 9], "");
        open("", "post_picture", [0, top, 200, top + 9], "/");
        open(
            &format!("Author {card}"),
            "post_author",
            [200, top, 600, top + 5],
            "/",
        );
        open(
            "Follow",
            "follow_button",
            [600, top + 1, 1080, top + 9],
            "/",
        );
        xml.push_str("</node></node>");
    }
    xml.push_str("</hierarchy>");
    xml
}

fn selectors() -> Vec<(&'static str, Selector<String>)> {
    let text = |text: &str| Selector {
        text: Some(text.to_owned()),
        ..Selector::default()
    };
    let id = |id: &str| Selector {
        id: Some(id.to_owned()),
        ..Selector::default()
    };
    vec![
        ("text", text("Author 250")),
        ("pattern", text(".*thor 25\\d")),
        ("id", id("follow_button")),
        (
            "button of a card",
            Selector {
                child_of: Some(Box::new(Selector {
                    contains_descendants: vec![text("Author 250")],
                    ..id("post_card")
                })),
                ..text("Follow")
            },
        ),
        (
            "below a text",
            Selector {
                below: Some(Box::new(text("Author 250"))),
                ..text("Follow")
            },
        ),
        (
            "worst: all below all, right of all",
            Selector {
                below: Some(Box::new(text(".*"))),
                right_of: Some(Box::new(id(".*"))),
                ..Selector::default()
            },
        ),
    ]
}
