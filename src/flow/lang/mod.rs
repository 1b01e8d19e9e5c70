//! The flow language: from the text of a flow to a checked tree of steps.
//!
//! A flow is a Maestro flow, the format that mobile testers already write. Everything that can
//! be known without a phone is checked here, with file, line and column: unknown commands and
//! fields, wrong types, files that are not there. This module must not know phones, tasks or
//! JavaScript engines: a `${...}` is cut out of its text here and evaluated by whoever runs
//! the flow.

mod command;
mod cut;
mod fault;
mod library;
mod load;
mod selector;
mod template;

pub use command::*;
pub use fault::{Fault, Place};
pub use library::Library;
pub use load::load;
pub use selector::{Element, Selector, Size, Trait};
pub use template::{Part, Template};
