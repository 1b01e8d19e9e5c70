//! A selector as it is written in a flow.

use std::borrow::Cow;

use super::selector::{Selector, Size};

/// Words that YAML 1.1 or 1.2 takes for something else than a text.
const TAKEN: [&str; 12] = [
    "true", "false", "yes", "no", "on", "off", "y", "n", "null", "nan", "inf", "app",
];

/// A step that taps on what the selector finds, ready to be put into the list of a flow's
/// steps. Its patterns must not be meant as templates: `${` would begin an expression.
#[must_use]
pub fn tap_on(selector: &Selector<String>) -> String {
    if let Some(text) = &selector.text
        && *selector == text_alone(text)
    {
        return format!("- tapOn: {}", scalar(text));
    }
    let mut lines = vec!["- tapOn:".to_owned()];
    fields(selector, 4, &mut lines);
    lines.join("\n")
}

fn text_alone(text: &str) -> Selector<String> {
    Selector {
        text: Some(text.to_owned()),
        ..Selector::default()
    }
}

fn fields(selector: &Selector<String>, indent: usize, lines: &mut Vec<String>) {
    let space = " ".repeat(indent);
    for (name, value) in [("id", &selector.id), ("text", &selector.text)] {
        let line = value
            .as_ref()
            .map(|value| format!("{name}: {}", scalar(value)));
        lines.extend(line.map(|line| space.clone() + &line));
    }
    if let Some(index) = &selector.index {
        lines.push(format!("{space}index: {index}"));
    }
    for (name, flag) in [
        ("enabled", selector.enabled),
        ("checked", selector.checked),
        ("focused", selector.focused),
        ("selected", selector.selected),
    ] {
        lines.extend(flag.map(|flag| format!("{space}{name}: {flag}")));
    }
    if let Some(size) = selector.size {
        lines.extend(sides(size).map(|(name, value)| format!("{space}{name}: {value}")));
    }
    if !selector.traits.is_empty() {
        let traits: Vec<_> = selector.traits.iter().map(|kind| kind.as_str()).collect();
        lines.push(format!("{space}traits: {}", traits.join(" ")));
    }
    for (name, other) in [
        ("below", &selector.below),
        ("above", &selector.above),
        ("leftOf", &selector.left_of),
        ("rightOf", &selector.right_of),
        ("childOf", &selector.child_of),
        ("containsChild", &selector.contains_child),
    ] {
        if let Some(other) = other {
            lines.push(format!("{space}{name}:"));
            fields(other, indent + 2, lines);
        }
    }
    if !selector.contains_descendants.is_empty() {
        lines.push(format!("{space}containsDescendants:"));
        for inner in &selector.contains_descendants {
            let first = lines.len();
            fields(inner, indent + 4, lines);
            if let Some(line) = lines.get_mut(first) {
                *line = format!("{space}  - {}", line.trim_start());
            }
        }
    }
}

fn sides(size: Size) -> impl Iterator<Item = (&'static str, u32)> {
    let tolerance = Some(size.tolerance).filter(|tolerance| *tolerance > 0);
    [
        ("width", size.width),
        ("height", size.height),
        ("tolerance", tolerance),
    ]
    .into_iter()
    .filter_map(|(name, value)| Some((name, value?)))
}

/// A text so that YAML reads back the same text: plain where nothing can go wrong, else in the
/// quotes that need the fewest escapes.
fn scalar(text: &str) -> Cow<'_, str> {
    if is_plain(text) {
        return text.into();
    }
    if !text.chars().any(needs_escape) {
        return format!("'{}'", text.replace('\'', "''")).into();
    }
    let mut quoted = String::from("\"");
    for c in text.chars() {
        match c {
            '"' | '\\' => quoted.extend(['\\', c]),
            '\n' => quoted.push_str("\\n"),
            '\r' => quoted.push_str("\\r"),
            '\t' => quoted.push_str("\\t"),
            c if needs_escape(c) => quoted.push_str(&format!("\\U{:08X}", u32::from(c))),
            c => quoted.push(c),
        }
    }
    quoted.push('"');
    quoted.into()
}

fn is_plain(text: &str) -> bool {
    let word = |c: char| c.is_ascii_alphanumeric() || matches!(c, '_' | ' ' | '-' | '.' | '/');
    text.starts_with(|c: char| c.is_ascii_alphabetic())
        && !text.ends_with(' ')
        && text.chars().all(word)
        && !TAKEN.iter().any(|taken| text.eq_ignore_ascii_case(taken))
}

/// Whether a character is none that YAML takes as it is, or one that nobody would see.
fn needs_escape(c: char) -> bool {
    c.is_control()
        || matches!(c, '\u{a0}' | '\u{ad}' | '\u{200b}'..='\u{200f}' | '\u{2028}'..='\u{202e}'
            | '\u{2060}'..='\u{2069}' | '\u{feff}' | '\u{fffe}' | '\u{ffff}')
}

#[cfg(test)]
mod tests {
    use super::{scalar, tap_on};
    use crate::flow::lang::{Selector, Size, Trait};

    #[test]
    fn a_text_alone_is_a_step_in_one_line() {
        let selector = Selector {
            text: Some("Follow".to_owned()),
            ..Selector::default()
        };
        assert_eq!(tap_on(&selector), "- tapOn: Follow");
    }

    #[test]
    fn every_condition_is_written() {
        let named = |id: &str| Selector {
            id: Some(id.to_owned()),
            ..Selector::default()
        };
        let selector = Selector {
            text: Some("It's".to_owned()),
            index: Some("2".to_owned()),
            enabled: Some(true),
            size: Some(Size {
                width: Some(10),
                height: None,
                tolerance: 1,
            }),
            traits: vec![Trait::Text, Trait::Square],
            child_of: Some(Box::new(Selector {
                below: Some(Box::new(named("head"))),
                ..named("list")
            })),
            contains_descendants: vec![named("a"), named("b")],
            ..Selector::default()
        };
        let expected = "\
- tapOn:
    text: 'It''s'
    index: 2
    enabled: true
    width: 10
    tolerance: 1
    traits: text square
    childOf:
      id: list
      below:
        id: head
    containsDescendants:
      - id: a
      - id: b";
        assert_eq!(tap_on(&selector), expected);
    }

    #[test]
    fn what_yaml_would_take_for_something_else_is_quoted() {
        for (text, written) in [
            ("Follow me", "Follow me"),
            ("yes", "'yes'"),
            ("12", "'12'"),
            ("a: b", "'a: b'"),
            ("- a", "'- a'"),
            ("#1", "'#1'"),
            (" a ", "' a '"),
            ("", "''"),
            (r"1\.5", r"'1\.5'"),
            ("a\nb\\", r#""a\nb\\""#),
            ("\u{202e}\"", r#""\U0000202E\"""#),
            ("\u{6f22}", "'\u{6f22}'"),
        ] {
            assert_eq!(scalar(text), written);
        }
    }
}
