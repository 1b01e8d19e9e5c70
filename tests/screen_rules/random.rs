//! Random screens, small and full of coincidences, and selectors that may mean something there.

use farmhand::flow::lang::{Selector, Size, Trait};
use proptest::prelude::*;
use proptest::sample::select;

fn attribute(name: &'static str, values: &'static [&'static str]) -> BoxedStrategy<String> {
    prop_oneof![
        2 => Just(String::new()),
        3 => select(values).prop_map(move |value| format!(" {name}=\"{value}\"")),
    ]
    .boxed()
}

/// An element as XML, with what is in it.
pub fn element() -> impl Strategy<Value = String> {
    let edges = (-2..9i32, -2..9i32, 0..6i32, 0..6i32);
    let bounds =
        edges.prop_map(|(x, y, w, h)| format!(" bounds=\"[{x},{y}][{},{}]\"", x + w, y + h));
    let own = (
        attribute("text", &["", "a", "b", "A"]),
        attribute("hint", &["a", "b"]),
        attribute("content-desc", &["a", "b"]),
        attribute("resource-id", &["a", "p/a", "p/b"]),
        prop_oneof![9 => bounds, 1 => Just(String::new())],
        attribute("class", &["C", "C", "C", "android.widget.Toast"]),
        attribute("clickable", &["true", "false"]),
        (
            attribute("enabled", &["true", "false"]),
            attribute("checked", &["true", "false"]),
        ),
    )
        .prop_map(
            |(text, hint, desc, id, bounds, class, clickable, (enabled, checked))| {
                [
                    text, hint, desc, id, bounds, class, clickable, enabled, checked,
                ]
                .concat()
            },
        );
    let leaf = own.clone().prop_map(|own| format!("<node{own}/>"));
    leaf.prop_recursive(5, 40, 4, move |inner| {
        let children = prop::collection::vec((inner, 1..3usize), 1..4);
        (own.clone(), children).prop_map(|(own, children)| {
            // Some of them twice: equal elements are one to Maestro.
            let children: String = children.iter().map(|(child, n)| child.repeat(*n)).collect();
            format!("<node{own}>{children}</node>")
        })
    })
}

fn sometimes<T: Clone + std::fmt::Debug + 'static>(
    one_in: u32,
    value: impl Strategy<Value = T> + 'static,
) -> BoxedStrategy<Option<T>> {
    prop_oneof![one_in - 1 => Just(None), 1 => value.prop_map(Some)].boxed()
}

/// A selector; `childOf` only where Maestro looks at it.
pub fn selector() -> impl Strategy<Value = Selector<String>> {
    let plain = plain().boxed();
    let nested = plain
        .clone()
        .prop_recursive(2, 6, 3, |inner| with_relations(inner).boxed());
    let outer = prop_oneof![
        3 => Just(None),
        1 => nested.clone().prop_map(Some),
    ];
    (nested, outer.clone(), outer).prop_map(|(mut selector, outer, outermost)| {
        selector.child_of = outer.map(|mut outer| {
            outer.child_of = outermost.map(Box::new);
            Box::new(outer)
        });
        selector
    })
}

fn plain() -> impl Strategy<Value = Selector<String>> {
    let text = select(&["a", "b", "a|b", ".*", ".+"][..]).prop_map(str::to_owned);
    let id = select(&["a", "b", "p/a", "p/.*", ".*"][..]).prop_map(str::to_owned);
    let index = (0..4u8).prop_map(|index| index.to_string());
    let size = (0..5u32, 0..5u32, 0..2u32).prop_map(|(width, height, tolerance)| Size {
        width: Some(width),
        height: (height > 0).then_some(height),
        tolerance,
    });
    let kind = select(&[Trait::Text, Trait::Square, Trait::LongText][..]);
    (
        sometimes(2, text),
        sometimes(4, id),
        sometimes(6, index),
        sometimes(6, any::<bool>()),
        sometimes(6, any::<bool>()),
        sometimes(8, size),
        sometimes(8, kind),
    )
        .prop_map(|(text, id, index, enabled, checked, size, kind)| Selector {
            text,
            id,
            index,
            enabled,
            checked,
            size,
            traits: kind.into_iter().collect(),
            ..Selector::default()
        })
}

fn with_relations(
    inner: impl Strategy<Value = Selector<String>> + Clone + 'static,
) -> impl Strategy<Value = Selector<String>> {
    let other = || sometimes(4, inner.clone().prop_map(Box::new));
    let descendants = prop_oneof![
        3 => Just(Vec::new()),
        1 => prop::collection::vec(inner.clone(), 1..3),
    ];
    (
        plain(),
        other(),
        other(),
        other(),
        other(),
        other(),
        descendants,
    )
        .prop_map(
            |(selector, below, above, left_of, right_of, contains_child, contains_descendants)| {
                Selector {
                    below,
                    above,
                    left_of,
                    right_of,
                    contains_child,
                    contains_descendants,
                    ..selector
                }
            },
        )
}
