//! Whether the step that is given for an element finds it and no other, on many random screens,
//! after it has gone through YAML and the language of flows.

use farmhand::flow::lang::{Command, Element, Library, Selector, Template, load, tap_on};
use farmhand::flow::screen::{Hierarchy, Namer, Query};
use proptest::prelude::*;

use crate::random;

/// A flow of one step.
struct OneStep(String);

impl Library for OneStep {
    fn read(&self, _: &str) -> Result<String, String> {
        Ok(format!("appId: org.farmhand.sample\n---\n{}\n", self.0))
    }
}

/// The selector that a step is read back as.
fn read(step: &str) -> Selector<String> {
    let flow = load("flow.yaml", &OneStep(step.to_owned())).unwrap();
    match &flow.steps.first().unwrap().command {
        Command::Tap(tap) => match tap.element.as_ref().unwrap() {
            Element::Matching(selector) => evaluated(selector),
            Element::OfApp(_) => unreachable!("{step}"),
        },
        _ => unreachable!("{step}"),
    }
}

/// With no expression in it, a template is its text.
fn evaluated(selector: &Selector<Template>) -> Selector<String> {
    let text = |text: &Option<Template>| text.as_ref().map(|text| text.as_text().unwrap().into());
    let inner = |inner: &Option<Box<Selector<Template>>>| {
        inner.as_ref().map(|inner| Box::new(evaluated(inner)))
    };
    Selector {
        text: text(&selector.text),
        id: text(&selector.id),
        index: text(&selector.index),
        child_of: inner(&selector.child_of),
        contains_child: inner(&selector.contains_child),
        ..Selector::default()
    }
}

/// Every element has a step that finds it and no other, or is not on the screen.
fn every_element_is_found(screen: &Hierarchy) -> Result<(), TestCaseError> {
    let mut namer = Namer::new(screen);
    for (id, node) in screen.iter() {
        let Some(selector) = namer.selector(id) else {
            prop_assert!(!screen.is_on_screen(id) || node.bounds.is_none());
            continue;
        };
        let step = tap_on(&selector);
        let read = read(&step);
        prop_assert_eq!(&read, &selector, "{}", step);
        let found = Query::new(&read).unwrap().find(screen).unwrap();
        prop_assert_eq!(found, [id], "{}", step);
    }
    Ok(())
}

/// A text as an attribute of XML.
fn escaped(text: &str) -> String {
    let mut escaped = String::new();
    for c in text.chars() {
        match c {
            '&' | '<' | '>' | '"' | '\n' | '\t' => escaped += &format!("&#{};", u32::from(c)),
            c => escaped.push(c),
        }
    }
    escaped
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 200, ..ProptestConfig::default() })]

    #[test]
    fn the_step_for_an_element_finds_it_and_no_other(
        windows in prop::collection::vec(random::element(), 1..4),
    ) {
        let xml = format!("<hierarchy rotation=\"0\">{}</hierarchy>", windows.concat());
        let screen = Hierarchy::parse(&xml).unwrap().on_screen(8, 8);
        every_element_is_found(&screen)?;
    }

    #[test]
    fn whatever_an_element_says_is_matched_as_it_stands(
        texts in prop::collection::vec(
            prop_oneof![
                3 => "[ -~]{1,10}",
                2 => "[\\\\.$^{}()|*+?'\"#:&!%@`\n\t -]{1,6}",
                1 => "[a-cA-C\u{e9}\u{df}\u{6f22}\u{130}\u{1f600}\u{a0}\u{202e}\u{2028}]{1,4}",
                1 => Just("${1 + 1}".to_owned()),
                1 => proptest::sample::select(vec!["yes", "12", "null", "~", "- a", "a: b", "1.0"])
                    .prop_map(str::to_owned),
            ],
            1..5,
        ),
    ) {
        let nodes: String = texts.iter().zip((0..).step_by(10)).map(|(text, y)| {
            let (text, end) = (escaped(text), y + 10);
            format!("<node text=\"{text}\" resource-id=\"{text}\" bounds=\"[0,{y}][10,{end}]\"/>")
        }).collect();
        let xml = format!("<hierarchy rotation=\"0\">{nodes}</hierarchy>");
        let screen = Hierarchy::parse(&xml).unwrap().on_screen(100, 100);
        every_element_is_found(&screen)?;
    }
}
