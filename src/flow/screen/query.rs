//! A selector made ready to be asked of hierarchies.

use super::hierarchy::{Hierarchy, NodeId};
use super::pattern::PatternError;
use crate::flow::lang::Selector;

/// A selector, its patterns compiled.
#[derive(Debug, Clone)]
pub struct Query {}

/// A selector that cannot be asked.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum QueryError {
    /// One of its patterns is not taken.
    #[error(transparent)]
    Pattern(#[from] PatternError),
    /// Its index is no number from 0.
    #[error("index {0:?} is not a whole number from 0")]
    Index(String),
    /// `childOf` where Maestro looks past it.
    #[error("childOf has no effect inside {0} in Maestro: take it out, or put it outside")]
    ChildOf(&'static str),
    /// A pattern needs more steps on this screen than are given to it.
    #[error("pattern {pattern:?} takes too long to match: make it simpler")]
    TooCostly {
        /// The pattern.
        pattern: String,
    },
}

impl Query {
    /// Makes a selector ready.
    ///
    /// # Errors
    /// [`QueryError`] if it cannot be asked as it stands.
    pub fn new(selector: &Selector<String>) -> Result<Self, QueryError> {
        let _ = selector;
        Ok(Self {})
    }

    /// The elements that match, in Maestro's order: what Maestro would tap is the first.
    ///
    /// # Errors
    /// [`QueryError::TooCostly`], no other.
    pub fn find(&self, screen: &Hierarchy) -> Result<Vec<NodeId>, QueryError> {
        let _ = screen;
        Ok(Vec::new())
    }
}
