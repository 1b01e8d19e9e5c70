//! The head of a flow.

use std::sync::Arc;

use super::Decoder;
use super::fields::Fields;
use crate::flow::lang::command::Flow;
use crate::flow::lang::table::HEADER;
use crate::flow::lang::yaml::{Node, Value};

impl Decoder<'_, '_> {
    /// A flow without steps. Its `appId` holds for everything that is decoded after it.
    pub(super) fn header(&mut self, node: &Node) -> Flow {
        let mut flow = Flow {
            file: Arc::clone(&self.file),
            name: None,
            app: None,
            env: Vec::new(),
            on_start: Vec::new(),
            steps: Vec::new(),
            on_complete: Vec::new(),
        };
        let entries = match &node.value {
            Value::Map(entries) => entries.as_slice(),
            _ if node.is_null() => &[],
            _ => {
                let what = node.what();
                self.fault(
                    node.mark,
                    format!("the head of a flow must be a map (appId: ...), not {what}"),
                );
                return flow;
            }
        };
        let fields = Fields::of_map(self, "a flow's head", node.mark, &[HEADER], entries);
        self.app = fields.text(self, "appId");
        flow.app.clone_from(&self.app);
        flow.name = fields.name(self, "name");
        fields.names(self, "tags");
        flow.env = fields.variables(self, "env");
        flow.on_start = fields.steps(self, "onFlowStart");
        flow.on_complete = fields.steps(self, "onFlowComplete");
        flow
    }
}
