//! The screen as `uiautomator dump` writes it: the tree of the window that is active.

use std::fmt::Write;

use super::{Element, Picture};

/// The XML of a picture.
pub fn hierarchy(picture: &Picture) -> String {
    let mut xml = format!(
        "<?xml version='1.0' encoding='UTF-8' standalone='yes' ?><hierarchy rotation=\"{}\">",
        picture.rotation
    );
    node(&mut xml, 0, &picture.active, &picture.package);
    xml.push_str("</hierarchy>");
    xml
}

fn node(xml: &mut String, index: usize, element: &Element, package: &str) {
    let Element {
        class,
        id,
        hint,
        area,
        ..
    } = element;
    let id = match id.is_empty() {
        true => String::new(),
        false => format!("{package}:id/{id}"),
    };
    // An empty field tells its hint as its text, as Android's do.
    let text = match element.text.is_empty() {
        true => (*hint).to_owned(),
        false => escape(&element.text),
    };
    // Writing to a string cannot fail.
    let _ = write!(
        xml,
        "<node index=\"{index}\" text=\"{text}\" resource-id=\"{id}\" class=\"{class}\" \
         package=\"{package}\" content-desc=\"{}\" checkable=\"{}\" checked=\"{}\" \
         clickable=\"{}\" enabled=\"{}\" focusable=\"{}\" focused=\"{}\" scrollable=\"{}\" \
         long-clickable=\"{}\" password=\"false\" selected=\"{}\" \
         bounds=\"[{},{}][{},{}]\" hint=\"{hint}\"",
        escape(&element.description),
        element.checked.is_some(),
        element.checked == Some(true),
        element.tap.is_some(),
        element.enabled,
        element.tap.is_some(),
        element.focused,
        element.scroll.is_some(),
        element.is_field(),
        element.selected,
        area.left,
        area.top,
        area.right,
        area.bottom,
    );
    if element.children.is_empty() {
        xml.push_str(" />");
        return;
    }
    xml.push('>');
    for (index, child) in element.children.iter().enumerate() {
        node(xml, index, child, package);
    }
    xml.push_str("</node>");
}

fn escape(text: &str) -> String {
    let mut escaped = String::with_capacity(text.len());
    for c in text.chars() {
        match c {
            '&' => escaped.push_str("&amp;"),
            '<' => escaped.push_str("&lt;"),
            '>' => escaped.push_str("&gt;"),
            '"' => escaped.push_str("&quot;"),
            '\n' => escaped.push_str("&#10;"),
            // XML 1.0 has neither other control characters nor these two, not even escaped.
            c if c.is_control() || c == '\u{fffe}' || c == '\u{ffff}' => escaped.push(' '),
            c => escaped.push(c),
        }
    }
    escaped
}
