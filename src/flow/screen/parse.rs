//! Reads a dump's XML.

#[cfg(test)]
mod tests;

use std::borrow::Cow;
use std::collections::HashSet;
use std::sync::Arc;

use roxmltree::{Document, ParsingOptions};

use super::hierarchy::{Bounds, Hierarchy, Node, NodeId};

/// The longest dump in bytes: a crowded screen has a few hundred thousand.
const LONGEST: usize = 16 << 20;
/// The most XML nodes: a crowded screen has two thousand.
const MOST: u32 = 200_000;
/// How deep elements may nest: web pages in apps reach a hundred.
const DEEPEST: usize = 1_000;

/// A dump that is no hierarchy.
#[derive(Debug, thiserror::Error)]
pub enum ParseError {
    /// It is not well-formed XML.
    #[error("the dump of the screen is not XML: {0}")]
    Xml(#[from] roxmltree::Error),
    /// It is XML, but not of a screen.
    #[error("the dump of the screen begins with <{0}> instead of <hierarchy>")]
    Root(String),
    /// It is longer than any screen's.
    #[error("the dump of the screen has {bytes} bytes, the limit is {limit}")]
    Size {
        /// How long it is.
        bytes: usize,
        /// How long it may be.
        limit: usize,
    },
    /// It nests deeper than any screen's.
    #[error("the dump of the screen nests more than {limit} elements deep")]
    Depth {
        /// How deep it may be.
        limit: usize,
    },
}

/// Reads a dump.
pub(super) fn read(xml: &str) -> Result<Hierarchy, ParseError> {
    if xml.len() > LONGEST {
        return Err(ParseError::Size {
            bytes: xml.len(),
            limit: LONGEST,
        });
    }
    let xml = xml.trim_start_matches('\u{feff}').trim();
    match document(xml) {
        Ok(document) => build(&document),
        Err(error) => match cleaned(xml) {
            Cow::Owned(xml) => build(&document(&xml)?),
            Cow::Borrowed(_) => Err(error.into()),
        },
    }
}

fn document(xml: &str) -> Result<Document<'_>, roxmltree::Error> {
    let options = ParsingOptions {
        allow_dtd: false,
        nodes_limit: MOST,
        ..ParsingOptions::default()
    };
    Document::parse_with_options(xml, options)
}

fn build(document: &Document<'_>) -> Result<Hierarchy, ParseError> {
    let root = document.root_element();
    if root.tag_name().name() != "hierarchy" {
        return Err(ParseError::Root(root.tag_name().name().to_owned()));
    }
    let rotation = root
        .attribute("rotation")
        .and_then(|turns| turns.parse().ok())
        .filter(|turns| *turns < 4)
        .unwrap_or(0);
    let mut builder = Builder::default();
    for element in root.descendants().filter(roxmltree::Node::is_element) {
        builder.add(element)?;
    }
    Ok(Hierarchy::new(rotation, builder.nodes))
}

#[derive(Default)]
struct Builder {
    nodes: Vec<Node>,
    /// The elements that the next one may lie in, outermost first: XML's id and ours.
    open: Vec<(roxmltree::NodeId, NodeId)>,
    /// Few classes and packages, each of them many times.
    names: HashSet<Arc<str>>,
}

impl Builder {
    /// Adds the next element of the document.
    fn add(&mut self, element: roxmltree::Node<'_, '_>) -> Result<(), ParseError> {
        let outer = element.parent_element().map(|outer| outer.id());
        while let Some((open, _)) = self.open.last()
            && Some(*open) != outer
        {
            self.open.pop();
        }
        if self.open.len() >= DEEPEST {
            return Err(ParseError::Depth { limit: DEEPEST });
        }
        let parent = self.open.last().map(|(_, parent)| *parent);
        let id = NodeId(u32::try_from(self.nodes.len()).unwrap_or(MOST));
        if let Some(parent) = parent
            && let Some(parent) = self.nodes.get_mut(parent.index())
        {
            parent.children.push(id);
        }
        let node = self.node(element, parent);
        self.nodes.push(node);
        self.open.push((element.id(), id));
        Ok(())
    }

    /// Reads the attributes: those of `uiautomator dump`, and the newer ones under both names
    /// that are in use. An unknown one is of a newer Android, and none of a selector's business.
    fn node(&mut self, element: roxmltree::Node<'_, '_>, parent: Option<NodeId>) -> Node {
        let mut node = Node {
            text: None,
            hint: None,
            description: None,
            id: None,
            class: self.name(""),
            package: self.name(""),
            bounds: None,
            enabled: false,
            checked: false,
            focused: false,
            selected: false,
            clickable: false,
            checkable: false,
            scrollable: false,
            focusable: false,
            long_clickable: false,
            password: false,
            parent,
            children: Vec::new(),
        };
        for attribute in element.attributes() {
            let value = attribute.value();
            let yes = value == "true";
            match attribute.name() {
                "text" => node.text = Some(value.into()),
                "hint" | "hintText" => node.hint = Some(value.into()),
                "content-desc" => node.description = Some(value.into()),
                "resource-id" => node.id = Some(value.into()),
                "class" => node.class = self.name(value),
                "package" => node.package = self.name(value),
                "bounds" => node.bounds = bounds(value),
                "enabled" => node.enabled = yes,
                "checked" => node.checked = yes,
                "focused" => node.focused = yes,
                "selected" => node.selected = yes,
                "clickable" => node.clickable = yes,
                "checkable" => node.checkable = yes,
                "scrollable" => node.scrollable = yes,
                "focusable" => node.focusable = yes,
                "long-clickable" => node.long_clickable = yes,
                "password" => node.password = yes,
                _ => {}
            }
        }
        node
    }

    fn name(&mut self, name: &str) -> Arc<str> {
        if let Some(known) = self.names.get(name) {
            return Arc::clone(known);
        }
        let new: Arc<str> = name.into();
        self.names.insert(Arc::clone(&new));
        new
    }
}

/// `[left,top][right,bottom]`.
fn bounds(text: &str) -> Option<Bounds> {
    let inner = text.strip_prefix('[')?.strip_suffix(']')?;
    let (start, end) = inner.split_once("][")?;
    let pair = |text: &str| {
        let (x, y) = text.split_once(',')?;
        Some((x.parse().ok()?, y.parse().ok()?))
    };
    let ((left, top), (right, bottom)) = (pair(start)?, pair(end)?);
    Some(Bounds {
        left,
        top,
        right,
        bottom,
    })
}

/// The dump without characters that XML does not allow: some phones write control characters,
/// and characters beyond U+FFFF as two references (`&#55357;&#56832;`). Borrowed if there are
/// none, and the dump is broken in another way.
fn cleaned(xml: &str) -> Cow<'_, str> {
    let mut clean = String::new();
    let mut copied = 0;
    let mut high = None;
    let mut at = 0;
    while let Some(c) = xml.get(at..).and_then(|rest| rest.chars().next()) {
        let (length, code) = match reference(xml, at) {
            Some((length, code)) => (length, Some(code)),
            None => (c.len_utf8(), (!is_allowed(c)).then(|| u32::from(c))),
        };
        if let Some(code) = code
            && !char::from_u32(code).is_some_and(is_allowed)
        {
            clean.push_str(xml.get(copied..at).unwrap_or_default());
            copied = at + length;
            match (code, high.take()) {
                (0xd800..0xdc00, _) => high = Some((code, copied)),
                (0xdc00..0xe000, Some((first, end))) if end == at => {
                    let whole = 0x10000 + ((first - 0xd800) << 10) + (code - 0xdc00);
                    clean.extend(char::from_u32(whole));
                }
                _ => clean.push('.'),
            }
        }
        at += length;
    }
    if copied == 0 {
        return Cow::Borrowed(xml);
    }
    clean.push_str(xml.get(copied..).unwrap_or_default());
    Cow::Owned(clean)
}

/// `&#65;` or `&#x41;` at this place: its length and what it stands for.
fn reference(xml: &str, at: usize) -> Option<(usize, u32)> {
    let rest = xml.get(at..)?.strip_prefix("&#")?;
    let (digits, _) = rest
        .get(..rest.len().min(10))
        .unwrap_or(rest)
        .split_once(';')?;
    let code = match digits.strip_prefix('x') {
        Some(digits) => u32::from_str_radix(digits, 16),
        None => digits.parse(),
    };
    Some((digits.len() + 3, code.ok()?))
}

/// Whether XML 1.0 allows a character.
fn is_allowed(c: char) -> bool {
    !matches!(c, '\0'..='\u{8}' | '\u{b}' | '\u{c}' | '\u{e}'..='\u{1f}' | '\u{fffe}' | '\u{ffff}')
}
