//! Screens for tests, in few words.

use super::Hierarchy;

/// An element with what is in it: `text=Hi; id=x; at=0 0 100 50; clickable; disabled`.
pub(super) fn el(words: &str, inner: &[String]) -> String {
    let mut attributes = String::new();
    let mut flags = String::new();
    let mut enabled = true;
    for word in words.split("; ") {
        match word.split_once('=') {
            Some(("at", edges)) => {
                let [left, top, right, bottom] = edges.split(' ').collect::<Vec<_>>()[..] else {
                    panic!("four edges, not {edges}");
                };
                attributes += &format!(" bounds=\"[{left},{top}][{right},{bottom}]\"");
            }
            Some(("id", id)) => attributes += &format!(" resource-id=\"app:id/{id}\""),
            Some(("desc", text)) => attributes += &format!(" content-desc=\"{text}\""),
            Some((name, value)) => attributes += &format!(" {name}=\"{value}\""),
            None if word == "disabled" => enabled = false,
            None => flags += &format!(" {word}=\"true\""),
        }
    }
    let inner = inner.concat();
    format!("<node{attributes}{flags} enabled=\"{enabled}\">{inner}</node>")
}

/// A screen of 1000 x 2000 with these windows.
pub(super) fn screen(windows: &[String]) -> Hierarchy {
    let xml = format!("<hierarchy rotation=\"0\">{}</hierarchy>", windows.concat());
    Hierarchy::parse(&xml).unwrap().on_screen(1000, 2000)
}
