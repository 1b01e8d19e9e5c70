//! From nodes to the tree: every rule that can be checked without a phone.

mod commands;
mod fields;
mod header;
mod selector;
mod steps;
mod values;

use std::sync::Arc;

use super::command::Flow;
use super::fault::Place;
use super::load::Loader;
use super::template::Template;
use super::yaml::{Mark, Node, Value};

pub(super) use selector::of_value;

/// Decodes one file. Whatever is wrong goes to the loader's faults; what comes back has
/// defaults in its place and is good for nothing once there is one.
pub(super) struct Decoder<'l, 'a> {
    loader: &'l mut Loader<'a>,
    file: Arc<str>,
    /// `appId` of the flow.
    app: Option<Template>,
}

impl<'l, 'a> Decoder<'l, 'a> {
    pub fn new(loader: &'l mut Loader<'a>, file: Arc<str>) -> Self {
        Self {
            loader,
            file,
            app: None,
        }
    }

    /// The flow that a file's documents make.
    pub fn flow(mut self, documents: &[Node]) -> Option<Flow> {
        let (head, body) = match documents {
            [head, body] => (head, body),
            [one] => {
                let message = "a flow has a head and, below a line '---', its commands; \
                               only one of the two is here";
                self.fault(one.mark, message);
                return None;
            }
            [_, _, third, ..] => {
                self.fault(
                    third.mark,
                    "a flow has a head and commands, and nothing after them",
                );
                return None;
            }
            [] => {
                self.fault(Mark::START, "the file is empty");
                return None;
            }
        };
        let head = self.header(head);
        let steps = self.steps(body, "the commands of a flow");
        if matches!(&body.value, Value::List(entries) if entries.is_empty()) {
            self.fault(body.mark, "a flow needs at least one command");
        }
        Some(Flow { steps, ..head })
    }

    pub fn fault(&mut self, mark: Mark, message: impl Into<String>) {
        let at = self.place(mark);
        self.loader.fault(at, message.into());
    }

    fn place(&self, mark: Mark) -> Place {
        Place {
            file: Arc::clone(&self.file),
            line: mark.line,
            column: mark.column,
        }
    }

    /// Says that a value is not what it must be.
    fn mismatch(&mut self, name: &str, wanted: &str, node: &Node) {
        self.fault(
            node.mark,
            format!("'{name}' must be {wanted}, not {}", node.what()),
        );
    }
}
