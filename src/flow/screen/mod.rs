//! What a phone shows: its UI hierarchy, and which element of it a selector means.
//!
//! A [`Hierarchy`] is read from a dump; a [`Query`] is a selector made ready to be asked of many
//! hierarchies, and answers as Maestro would. This module must not know phones, flows or time:
//! whoever waits for an element asks again with a newer hierarchy.

mod hierarchy;
mod layout;
mod naming;
mod parse;
pub mod pattern;
mod query;
mod show;
#[cfg(test)]
mod testing;

pub use hierarchy::{Bounds, Hierarchy, Node, NodeId};
pub use naming::Namer;
pub use parse::ParseError;
pub use query::{Attribute, Difference, NearMiss, Query, QueryError};
