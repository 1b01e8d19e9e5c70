//! The flow language: from the text of a flow to a checked tree of steps.
//!
//! A flow is a Maestro flow, the format that mobile testers already write. Everything that can
//! be known without a phone is checked here, with file, line and column: unknown commands and
//! fields, wrong types, files that are not there. This module must not know phones, tasks or
//! JavaScript engines: a `${...}` is cut out of its text here and evaluated by whoever runs
//! the flow.

mod command;
mod cut;
mod decode;
mod fault;
mod keys;
mod library;
mod load;
mod point;
mod selector;
pub mod table;
mod template;
mod write;
mod yaml;

pub use command::*;
pub use fault::{Fault, Place};
pub(in crate::flow) use library::join;
pub use library::{Library, MAX_FILE};
pub use load::load;
pub use point::{Point, PointError};
pub use selector::{Element, Selector, SelectorFault, Size, Trait};
pub use template::{Part, Template};
pub use write::tap_on;

#[cfg(test)]
mod tests;
