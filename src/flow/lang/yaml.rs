//! YAML to nodes that know where they stand.
//!
//! Built on the parser's events rather than on a loader: a loader stops at the first repeated
//! key, and recurses as deep as a text asks it to. Whoever writes a flow may be a stranger, so
//! depth, count and size are bounded here, what aliases stand for included.

use std::collections::HashMap;

use saphyr_parser::{Event, Parser, ScalarStyle, ScanError, Tag};

/// How deep lists and maps may lie in each other.
const DEEPEST: usize = 64;

/// A place in a text.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Mark {
    /// From 1.
    pub line: u32,
    /// In characters, from 1.
    pub column: u32,
}

impl Mark {
    pub const START: Self = Self { line: 1, column: 1 };

    fn new(marker: saphyr_parser::Marker) -> Self {
        let number = |n: usize| u32::try_from(n).unwrap_or(u32::MAX);
        Self {
            line: number(marker.line()),
            column: number(marker.col()).saturating_add(1),
        }
    }
}

/// A value and where it begins.
#[derive(Debug, Clone)]
pub(super) struct Node {
    pub mark: Mark,
    pub value: Value,
}

#[derive(Debug, Clone)]
pub(super) enum Value {
    Scalar(Scalar),
    List(Vec<Node>),
    /// In the order of the text; a key may be there twice.
    Map(Vec<(Node, Node)>),
}

/// A single value as it is written.
#[derive(Debug, Clone)]
pub(super) struct Scalar {
    pub text: String,
    pub kind: ScalarKind,
}

/// What a single value is by itself; where text is wanted, its text counts.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) enum ScalarKind {
    Null,
    Bool(bool),
    Int(i64),
    Float(f64),
    Text,
}

impl Node {
    /// What it is, for messages.
    pub fn what(&self) -> String {
        match &self.value {
            Value::List(_) => "a list".to_owned(),
            Value::Map(_) => "a map".to_owned(),
            Value::Scalar(scalar) => match scalar.kind {
                ScalarKind::Null => "nothing".to_owned(),
                ScalarKind::Text => format!("the text \"{}\"", shortened(&scalar.text)),
                _ => scalar.text.clone(),
            },
        }
    }

    pub fn is_null(&self) -> bool {
        matches!(&self.value, Value::Scalar(scalar) if scalar.kind == ScalarKind::Null)
    }

    pub fn null(mark: Mark) -> Self {
        let kind = ScalarKind::Null;
        let text = String::new();
        let value = Value::Scalar(Scalar { text, kind });
        Self { mark, value }
    }
}

/// A text as a message repeats it: its beginning, on one line.
pub(super) fn shortened(text: &str) -> String {
    const SHOWN: usize = 60;
    let mut shown: String = text.escape_debug().take(SHOWN).collect();
    if text.escape_debug().nth(SHOWN).is_some() {
        shown.push_str("...");
    }
    shown
}

/// How much may still be read; shared by all files of a flow.
#[derive(Debug)]
pub(super) struct Budget {
    /// Nodes.
    pub nodes: usize,
    /// Bytes of text in them.
    pub bytes: usize,
}

impl Default for Budget {
    fn default() -> Self {
        Self {
            nodes: 50_000,
            bytes: 8 << 20,
        }
    }
}

impl Budget {
    fn spend(&mut self, cost: Cost) -> Result<(), &'static str> {
        let left = self.nodes.checked_sub(cost.nodes);
        let bytes = self.bytes.checked_sub(cost.bytes);
        let (Some(nodes), Some(bytes)) = (left, bytes) else {
            return Err("the flow is too large, with all that it runs and what aliases stand for");
        };
        *self = Self { nodes, bytes };
        Ok(())
    }
}

#[derive(Debug, Clone, Copy, Default)]
struct Cost {
    nodes: usize,
    bytes: usize,
}

impl Cost {
    fn of(node: &Node) -> Self {
        let (own, parts) = match &node.value {
            Value::Scalar(scalar) => (scalar.text.len(), Self::default()),
            Value::List(entries) => (0, Self::sum(entries.iter())),
            Value::Map(entries) => (0, Self::sum(entries.iter().flat_map(|(k, v)| [k, v]))),
        };
        Self {
            nodes: parts.nodes + 1,
            bytes: parts.bytes + own,
        }
    }

    fn sum<'a>(nodes: impl Iterator<Item = &'a Node>) -> Self {
        nodes.map(Self::of).fold(Self::default(), |a, b| Self {
            nodes: a.nodes + b.nodes,
            bytes: a.bytes + b.bytes,
        })
    }
}

/// Why a text is no YAML that is read here.
pub(super) type Unreadable = (Mark, String);

/// The documents of a text; one without content is null.
pub(super) fn documents(text: &str, budget: &mut Budget) -> Result<Vec<Node>, Unreadable> {
    // Some editors begin a file with a byte order mark.
    let text = text.strip_prefix('\u{feff}').unwrap_or(text);
    let mut builder = Builder {
        budget,
        open: Vec::new(),
        anchors: HashMap::new(),
        documents: Vec::new(),
    };
    let mut parser = Parser::new_from_str(text);
    while let Some(event) = parser.next_event() {
        let (event, span) = event.map_err(|error| scan_error(&error))?;
        let mark = Mark::new(span.start);
        builder
            .take(event, mark)
            .map_err(|message| (mark, message))?;
    }
    Ok(builder.documents)
}

fn scan_error(error: &ScanError) -> Unreadable {
    let mark = Mark::new(*error.marker());
    (mark, format!("is no YAML: {}", error.info()))
}

/// A list or map whose end has not come yet.
struct Open {
    node: Node,
    anchor: usize,
    /// The key whose value comes next.
    key: Option<Node>,
}

struct Builder<'a> {
    budget: &'a mut Budget,
    open: Vec<Open>,
    anchors: HashMap<usize, Node>,
    documents: Vec<Node>,
}

impl Builder<'_> {
    fn take(&mut self, event: Event<'_>, mark: Mark) -> Result<(), String> {
        match event {
            Event::Scalar(text, style, anchor, tag) => {
                let kind = kind(&text, style, tag.as_deref())?;
                let text = text.into_owned();
                let value = Value::Scalar(Scalar { text, kind });
                let node = Node { mark, value };
                self.budget.spend(Cost::of(&node))?;
                self.close(node, anchor)
            }
            Event::SequenceStart(anchor, tag) => {
                self.begin(mark, Value::List(Vec::new()), anchor, tag.as_deref())
            }
            Event::MappingStart(anchor, tag) => {
                self.begin(mark, Value::Map(Vec::new()), anchor, tag.as_deref())
            }
            Event::SequenceEnd | Event::MappingEnd => match self.open.pop() {
                Some(open) => self.close(open.node, open.anchor),
                None => Ok(()),
            },
            Event::Alias(anchor) => {
                let Some(node) = self.anchors.get(&anchor) else {
                    return Err("an alias within what it stands for".to_owned());
                };
                self.budget.spend(Cost::of(node))?;
                let node = node.clone();
                self.close(node, 0)
            }
            Event::DocumentStart(_) => {
                self.anchors.clear();
                self.documents.push(Node::null(mark));
                Ok(())
            }
            Event::DocumentEnd | Event::StreamStart | Event::StreamEnd | Event::Nothing => Ok(()),
        }
    }

    fn begin(
        &mut self,
        mark: Mark,
        value: Value,
        anchor: usize,
        tag: Option<&Tag>,
    ) -> Result<(), String> {
        if let Some(tag) = tag {
            return Err(format!("the tag {tag} means nothing in a flow"));
        }
        if self.open.len() >= DEEPEST {
            return Err(format!("is nested deeper than {DEEPEST} levels"));
        }
        self.budget.spend(Cost { nodes: 1, bytes: 0 })?;
        let node = Node { mark, value };
        let key = None;
        self.open.push(Open { node, anchor, key });
        Ok(())
    }

    /// Puts a node that is whole where it belongs.
    fn close(&mut self, node: Node, anchor: usize) -> Result<(), String> {
        if anchor > 0 {
            self.budget.spend(Cost::of(&node))?;
            self.anchors.insert(anchor, node.clone());
        }
        let Some(open) = self.open.last_mut() else {
            if let Some(document) = self.documents.last_mut() {
                *document = node;
            }
            return Ok(());
        };
        match &mut open.node.value {
            Value::List(entries) => entries.push(node),
            Value::Map(entries) => match open.key.take() {
                Some(key) => entries.push((key, node)),
                None if matches!(node.value, Value::Scalar(_)) => open.key = Some(node),
                None => return Err(format!("a key must be a word, not {}", node.what())),
            },
            Value::Scalar(_) => {}
        }
        Ok(())
    }
}

/// What a scalar is, by YAML's core schema.
fn kind(text: &str, style: ScalarStyle, tag: Option<&Tag>) -> Result<ScalarKind, String> {
    let number = |text: &str| {
        let whole = text.strip_prefix('+').unwrap_or(text).parse().ok();
        whole.map(ScalarKind::Int)
    };
    match tag {
        Some(tag) if tag.is_yaml_core_schema() && tag.suffix == "str" => {
            return Ok(ScalarKind::Text);
        }
        Some(tag) => return Err(format!("the tag {tag} means nothing in a flow")),
        None if style != ScalarStyle::Plain => return Ok(ScalarKind::Text),
        None => {}
    }
    Ok(match text {
        "" | "~" | "null" | "Null" | "NULL" => ScalarKind::Null,
        "true" | "True" | "TRUE" => ScalarKind::Bool(true),
        "false" | "False" | "FALSE" => ScalarKind::Bool(false),
        _ => number(text)
            .or_else(|| float(text).map(ScalarKind::Float))
            .unwrap_or(ScalarKind::Text),
    })
}

fn float(text: &str) -> Option<f64> {
    // Rust takes `inf` and `nan` too, which YAML spells `.inf` and which no flow needs.
    let digits = text.bytes().any(|b| b.is_ascii_digit());
    text.parse().ok().filter(|n: &f64| digits && n.is_finite())
}
