//! Selectors, in flows and in the files of apps.

use serde::Serialize;
use serde_json::Value as Json;

use super::Decoder;
use super::fields::Fields;
use crate::flow::lang::command::Condition;
use crate::flow::lang::library::NoFiles;
use crate::flow::lang::load::Loader;
use crate::flow::lang::selector::{Element, Selector, SelectorFault, Size, Trait};
use crate::flow::lang::table::{APP, CONDITION, FieldRow, SELECTOR, refused};
use crate::flow::lang::template::Template;
use crate::flow::lang::yaml::{Mark, Node, Scalar, ScalarKind, Value};
use crate::flow::screen::pattern;

/// Fields that belong to a command and are often put into a selector within it.
const MISPLACED: &[FieldRow] = &[
    refused(
        "optional",
        "it belongs to the command, not into the selector",
    ),
    refused("label", "it belongs to the command, not into the selector"),
];

impl Fields<'_> {
    /// The element that a field names.
    pub fn element(&self, d: &mut Decoder<'_, '_>, name: &str) -> Option<Element> {
        let (row, node) = self.get(name)?;
        if let Value::Map(entries) = &node.value {
            let groups: &[&'static [FieldRow]] = &[SELECTOR, APP, MISPLACED];
            let fields = Fields::of_map(d, row.name, self.mark_of(name), groups, entries);
            return fields.own_element(d);
        }
        d.selector(row.name, node).map(Element::Matching)
    }

    /// The element that these fields name together.
    pub fn own_element(&self, d: &mut Decoder<'_, '_>) -> Option<Element> {
        if !self.has("app") {
            return self.own_selector(d).map(Element::Matching);
        }
        if self.has_any(SELECTOR, &[]) {
            let message = "'app' names the whole element: no other field of a selector beside it";
            d.fault(self.mark_of("app"), message);
            return None;
        }
        self.name(d, "app").map(Element::OfApp)
    }

    /// The selector that these fields make together.
    pub fn own_selector(&self, d: &mut Decoder<'_, '_>) -> Option<Selector> {
        let size = self.size(d);
        if !self.has_any(SELECTOR, &["tolerance"]) {
            if self.meant_any(SELECTOR) {
                return None;
            }
            let message = format!(
                "{} names no element: by text, id, below or the like",
                self.owner
            );
            d.fault(self.mark, message);
            return None;
        }
        d.nested(self.mark, |d| Selector {
            text: self.pattern(d, "text"),
            id: self.pattern(d, "id"),
            index: self.number(d, "index"),
            enabled: self.flag(d, "enabled"),
            checked: self.flag(d, "checked"),
            focused: self.flag(d, "focused"),
            selected: self.flag(d, "selected"),
            below: self.selector(d, "below"),
            above: self.selector(d, "above"),
            left_of: self.selector(d, "leftOf"),
            right_of: self.selector(d, "rightOf"),
            child_of: self.selector(d, "childOf"),
            contains_child: self.selector(d, "containsChild"),
            contains_descendants: self.selectors(d, "containsDescendants"),
            size,
            traits: self.traits(d),
        })
    }

    fn selector(&self, d: &mut Decoder<'_, '_>, name: &str) -> Option<Box<Selector>> {
        let (row, node) = self.get(name)?;
        d.selector(row.name, node).map(Box::new)
    }

    fn selectors(&self, d: &mut Decoder<'_, '_>, name: &str) -> Vec<Selector> {
        let Some((row, node)) = self.get(name) else {
            return Vec::new();
        };
        match &node.value {
            Value::List(entries) if !entries.is_empty() => {
                let entries = entries.iter();
                entries
                    .filter_map(|entry| d.selector(row.name, entry))
                    .collect()
            }
            _ => {
                d.mismatch(name, "a list of one selector or more", node);
                Vec::new()
            }
        }
    }

    /// A regular expression; one without expressions is checked here.
    fn pattern(&self, d: &mut Decoder<'_, '_>, name: &str) -> Option<Template> {
        let (_, node) = self.get(name)?;
        let text = d.template(name, node)?;
        if let Some(Err(error)) = text.as_text().map(pattern::check) {
            d.fault(node.mark, format!("'{name}': {error}"));
        }
        Some(text)
    }

    fn size(&self, d: &mut Decoder<'_, '_>) -> Option<Size> {
        let width = self.whole(d, "width");
        let height = self.whole(d, "height");
        let tolerance = self.whole(d, "tolerance");
        if width.is_none() && height.is_none() {
            if tolerance.is_some() {
                let message = "'tolerance' is that of 'width' and 'height', and neither is here";
                d.fault(self.mark_of("tolerance"), message);
            }
            return None;
        }
        Some(Size {
            width,
            height,
            tolerance: tolerance.unwrap_or(0),
        })
    }

    fn traits(&self, d: &mut Decoder<'_, '_>) -> Vec<Trait> {
        let Some(names) = self.name(d, "traits") else {
            return Vec::new();
        };
        let mut traits = Vec::new();
        for name in names.split_whitespace() {
            match name.replace('_', "-").to_lowercase().as_str() {
                "text" => traits.push(Trait::Text),
                "long-text" => traits.push(Trait::LongText),
                "square" => traits.push(Trait::Square),
                _ => {
                    let mark = self.get("traits").map_or(self.mark, |(_, node)| node.mark);
                    d.fault(
                        mark,
                        format!("'{name}' is no trait: text, long-text or square"),
                    );
                }
            }
        }
        traits
    }

    /// The conditions that a field holds.
    pub fn condition(&self, d: &mut Decoder<'_, '_>, name: &str) -> Option<Condition> {
        let (row, node) = self.get(name)?;
        let Value::Map(entries) = &node.value else {
            d.mismatch(
                name,
                "a map (visible, notVisible, true, platform, timeout)",
                node,
            );
            return None;
        };
        let fields = Fields::of_map(d, row.name, self.mark_of(name), &[CONDITION], entries);
        if !fields.has_any(CONDITION, &["timeout"]) && !fields.meant_any(CONDITION) {
            d.fault(node.mark, format!("'{name}' holds no condition"));
        }
        Some(Condition {
            visible: fields.element(d, "visible"),
            not_visible: fields.element(d, "notVisible"),
            truth: fields.filled(d, "true"),
            android: fields.choice(d, "platform").map(|name| name == "Android"),
            timeout: fields.number(d, "timeout"),
        })
    }
}

impl Decoder<'_, '_> {
    /// A selector, or a text that is its `text`; `owner` is what names it, for messages.
    fn selector(&mut self, owner: &'static str, node: &Node) -> Option<Selector> {
        match &node.value {
            Value::Map(entries) => {
                let groups: &[&'static [FieldRow]] = &[SELECTOR, MISPLACED];
                Fields::of_map(self, owner, node.mark, groups, entries).own_selector(self)
            }
            Value::Scalar(_) if !node.is_null() => Fields::of_text(node, owner).own_selector(self),
            _ => {
                self.mismatch(owner, "a selector, or a text", node);
                None
            }
        }
    }
}

/// Decodes a selector that is no part of a flow: a table of TOML or JSON, or a text. See
/// [`Selector::decode`].
pub(in crate::flow::lang) fn of_value(
    value: &impl Serialize,
) -> Result<Selector, Vec<SelectorFault>> {
    let fault = |path: &str, message: String| {
        let path = path.to_owned();
        vec![SelectorFault { path, message }]
    };
    let json = serde_json::to_value(value).map_err(|error| fault("", error.to_string()))?;
    let mut paths = Paths::default();
    let node = paths.node(&json, String::new());
    let mut loader = Loader::new(&NoFiles);
    let selector = Decoder::new(&mut loader, "".into()).selector("a selector", &node);
    let faults = loader.into_faults();
    match selector {
        Some(selector) if faults.is_empty() => Ok(selector),
        _ => Err(faults
            .into_iter()
            .map(|fault| SelectorFault {
                path: paths.of(fault.at.line),
                message: fault.message,
            })
            .collect()),
    }
}

/// Nodes made from values have no place in a text: their line is their number, by which their
/// path is found again.
#[derive(Default)]
struct Paths {
    paths: Vec<String>,
}

impl Paths {
    fn of(&self, line: u32) -> String {
        let at = usize::try_from(line).ok();
        let path = at.and_then(|at| self.paths.get(at));
        path.cloned().unwrap_or_default()
    }

    fn node(&mut self, json: &Json, path: String) -> Node {
        let mark = self.mark(&path);
        let value = match json {
            Json::Null => return Node::null(mark),
            Json::Bool(flag) => scalar(flag.to_string(), ScalarKind::Bool(*flag)),
            Json::Number(number) => {
                let whole = number.as_i64().map(ScalarKind::Int);
                let kind = whole.or_else(|| number.as_f64().map(ScalarKind::Float));
                scalar(number.to_string(), kind.unwrap_or(ScalarKind::Text))
            }
            Json::String(text) => scalar(text.clone(), ScalarKind::Text),
            Json::Array(entries) => {
                let entries = entries.iter().enumerate();
                let nodes = entries.map(|(at, entry)| self.node(entry, format!("{path}[{at}]")));
                Value::List(nodes.collect())
            }
            Json::Object(entries) => {
                let entries = entries.iter().map(|(name, value)| {
                    let path = if path.is_empty() {
                        name.clone()
                    } else {
                        format!("{path}.{name}")
                    };
                    let key = Node {
                        mark: self.mark(&path),
                        value: scalar(name.clone(), ScalarKind::Text),
                    };
                    (key, self.node(value, path))
                });
                Value::Map(entries.collect())
            }
        };
        Node { mark, value }
    }

    fn mark(&mut self, path: &str) -> Mark {
        let line = u32::try_from(self.paths.len()).unwrap_or(u32::MAX);
        self.paths.push(path.to_owned());
        Mark { line, column: 1 }
    }
}

fn scalar(text: String, kind: ScalarKind) -> Value {
    Value::Scalar(Scalar { text, kind })
}
