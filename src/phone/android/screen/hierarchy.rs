//! The screen as `uiautomator dump` writes it.

use super::{Element, Picture, SIZE};

/// The XML of a picture.
pub fn hierarchy(picture: &Picture) -> String {
    let (width, height) = SIZE;
    let package = if picture.awake {
        picture.package.as_str()
    } else {
        "com.android.systemui"
    };
    let nodes: String = picture
        .elements
        .iter()
        .enumerate()
        .map(|(index, element)| node(index, element, package) + " />")
        .collect();
    format!(
        "<?xml version='1.0' encoding='UTF-8' standalone='yes' ?>\
         <hierarchy rotation=\"{}\">\
         <node index=\"0\" text=\"\" resource-id=\"\" class=\"android.widget.FrameLayout\" \
         package=\"{package}\" content-desc=\"\" clickable=\"false\" enabled=\"true\" \
         bounds=\"[0,0][{width},{height}]\">{nodes}</node></hierarchy>",
        picture.rotation,
    )
}

fn node(index: usize, element: &Element, package: &str) -> String {
    let Element {
        class,
        id,
        text,
        bounds: [left, top, right, bottom],
        ..
    } = element;
    format!(
        "<node index=\"{index}\" text=\"{}\" resource-id=\"{package}:id/{id}\" class=\"{class}\" \
         package=\"{package}\" content-desc=\"\" clickable=\"{}\" enabled=\"true\" \
         bounds=\"[{left},{top}][{right},{bottom}]\"",
        escape(text),
        element.is_clickable(),
    )
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
            // XML 1.0 has no other control characters, not even escaped.
            c if c.is_control() => escaped.push(' '),
            c => escaped.push(c),
        }
    }
    escaped
}
