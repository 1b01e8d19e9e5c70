//! A selector made ready to be asked of hierarchies.
//!
//! The answers are those of Maestro 1.39 (`Orchestra.buildFilter`, `findElement`, `Filters`),
//! its surprises included, as flows depend on them: a text or id stands for the deepest element
//! of a chain of parents and children that all match it; what a relation names is looked for on
//! the whole screen; elements of equal looks in the same place are one; the dump's own root takes
//! part, so a selector of flags alone may mean no element at all.

mod difference;
mod find;
mod nearby;
mod similar;
mod table;

#[cfg(test)]
mod tests;

pub use self::difference::{Attribute, Difference, NearMiss};

use super::pattern::{Pattern, PatternError};
use crate::flow::lang::{Selector, Size, Trait};

/// A selector, its patterns compiled.
#[derive(Debug, Clone)]
pub struct Query {
    /// What the element itself must be like.
    wanted: Wanted,
    /// What it must lie in, innermost first.
    within: Vec<Wanted>,
}

/// What one element must be like, `childOf` aside.
#[derive(Debug, Clone)]
struct Wanted {
    /// What it was made from.
    selector: Selector<String>,
    text: Option<Pattern>,
    id: Option<Pattern>,
    relations: Vec<(Relation, Wanted)>,
    child: Option<Box<Query>>,
    descendants: Vec<Wanted>,
    index: Option<usize>,
}

/// How an element lies to another.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Relation {
    Below,
    Above,
    LeftOf,
    RightOf,
}

/// A selector that cannot be asked.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum QueryError {
    /// One of its patterns is not taken.
    #[error(transparent)]
    Pattern(#[from] PatternError),
    /// Its index is no number from 0.
    #[error("index {0:?} is not a number from 0")]
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
        let mut within = Vec::new();
        let mut outer = &selector.child_of;
        while let Some(selector) = outer {
            within.push(Wanted::new(selector)?);
            outer = &selector.child_of;
        }
        Ok(Self {
            wanted: Wanted::new(selector)?,
            within,
        })
    }
}

impl Wanted {
    fn new(selector: &Selector<String>) -> Result<Self, QueryError> {
        let pattern = |pattern: &Option<String>| pattern.as_deref().map(Pattern::new).transpose();
        let mut relations = Vec::new();
        for (relation, other) in [
            (Relation::Below, &selector.below),
            (Relation::Above, &selector.above),
            (Relation::LeftOf, &selector.left_of),
            (Relation::RightOf, &selector.right_of),
        ] {
            if let Some(other) = other {
                relations.push((relation, Self::inside(other, relation.as_str())?));
            }
        }
        Ok(Self {
            text: pattern(&selector.text)?,
            id: pattern(&selector.id)?,
            relations,
            child: match &selector.contains_child {
                Some(child) => Some(Box::new(Query::new(child)?)),
                None => None,
            },
            descendants: selector
                .contains_descendants
                .iter()
                .map(|inner| Self::inside(inner, "containsDescendants"))
                .collect::<Result<_, _>>()?,
            index: selector.index.as_deref().map(index).transpose()?,
            selector: selector.clone(),
        })
    }

    /// One that another is described by: Maestro does not look at its `childOf`.
    fn inside(selector: &Selector<String>, place: &'static str) -> Result<Self, QueryError> {
        if selector.child_of.is_some() {
            return Err(QueryError::ChildOf(place));
        }
        Self::new(selector)
    }

    fn size(&self) -> Option<Size> {
        self.selector.size
    }

    fn traits(&self) -> &[Trait] {
        &self.selector.traits
    }
}

impl Relation {
    fn as_str(self) -> &'static str {
        match self {
            Self::Below => "below",
            Self::Above => "above",
            Self::LeftOf => "leftOf",
            Self::RightOf => "rightOf",
        }
    }
}

/// Maestro reads a number and drops its fraction.
fn index(text: &str) -> Result<usize, QueryError> {
    let wrong = || QueryError::Index(text.to_owned());
    let number: f64 = text.trim().parse().map_err(|_| wrong())?;
    if number > -1.0 && number < f64::from(i32::MAX) {
        #[expect(
            clippy::cast_possible_truncation,
            clippy::cast_sign_loss,
            reason = "checked to lie between, and the fraction is to go"
        )]
        Ok(number as usize)
    } else {
        Err(wrong())
    }
}
