//! Patterns as Maestro's: Java's regular expressions, which must match the whole of a value.
//!
//! Maestro compiles them with Kotlin's `IGNORE_CASE` (Unicode's letters too), `DOT_MATCHES_ALL`
//! and `MULTILINE`, and takes one that does not compile as the text it is. Here a pattern is
//! read as `java.util.regex.Pattern` of Java 17 reads it ([`java`]) and written anew for
//! `fancy-regex`. What cannot be written so that it means the same is refused with the reason:
//! never does a pattern silently mean something else. (Unicode's tables are newer than Java
//! 17's: letters it does not know yet are letters here.)

mod class;
mod fold;
mod java;

#[cfg(test)]
mod tests;

use std::borrow::Cow;

use fancy_regex::{Regex, RegexBuilder};

use self::java::Body;

/// The longest pattern, in characters: beyond any text on a screen.
const LONGEST: usize = 4_096;

/// How often a match may go back and try another way: `fancy-regex` looks back and ahead by
/// backtracking, whose cost can grow exponentially. Plain patterns never backtrack there.
const BACKTRACKS: usize = 20_000;

/// Bytes that a compiled pattern may take: `(.{1000}){1000}` would take gigabytes.
const COMPILED: usize = 1 << 20;

/// A pattern that farmhand does not take.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("pattern {pattern:?} is not supported: {reason}")]
pub struct PatternError {
    /// The pattern.
    pub pattern: String,
    /// Why.
    pub reason: String,
}

/// A match that was given up, because it took too many steps.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct TooCostly;

/// A pattern, compiled.
#[derive(Debug, Clone)]
pub(super) struct Pattern {
    source: Box<str>,
    matcher: Matcher,
}

#[derive(Debug, Clone)]
enum Matcher {
    /// A pattern without special characters, or one that Java does not take: its folded text.
    Text(Box<str>),
    Regex {
        regex: Box<Regex>,
        /// It began with `^`, which in Java does not match before the end of the input.
        never_empty: bool,
    },
}

/// Whether a pattern is taken: the language's check of a pattern without expressions.
///
/// # Errors
/// [`PatternError`] if it would mean something else here than in Java, or is too large.
pub fn check(pattern: &str) -> Result<(), PatternError> {
    Pattern::new(pattern).map(drop)
}

impl Pattern {
    /// Compiles a pattern.
    pub(super) fn new(source: &str) -> Result<Self, PatternError> {
        let refuse = |reason: String| PatternError {
            pattern: source.chars().take(200).collect(),
            reason,
        };
        if source.chars().count() > LONGEST {
            return Err(refuse(format!("it is longer than {LONGEST} characters")));
        }
        let matcher = match java::translate(source).map_err(refuse)? {
            Body::Text(text) => Matcher::Text(fold::folded(&text).into()),
            Body::Regex { regex, never_empty } => Matcher::Regex {
                regex: Box::new(compile(&regex).map_err(refuse)?),
                never_empty,
            },
        };
        Ok(Self {
            source: source.into(),
            matcher,
        })
    }

    /// The pattern as it was written.
    pub(super) fn source(&self) -> &str {
        &self.source
    }

    /// Whether it matches the whole of a value, as Kotlin's `Regex.matches`.
    pub(super) fn matches(&self, value: &str) -> Result<bool, TooCostly> {
        match &self.matcher {
            Matcher::Text(text) => Ok(fold::equal(text, value)),
            Matcher::Regex { never_empty, .. } if *never_empty && value.is_empty() => Ok(false),
            // The only error of a match is the limit: the pattern is compiled already.
            Matcher::Regex { regex, .. } => regex.is_match(value).map_err(|_| TooCostly),
        }
    }

    /// Whether it matches a text of the screen: all of it, or all of it with its lines joined by
    /// spaces, or is what the text is (Maestro's `Filters.textMatches`).
    pub(super) fn matches_text(&self, value: &str) -> Result<bool, TooCostly> {
        if self.matches(value)? || *self.source == *value {
            return Ok(true);
        }
        let Cow::Owned(joined) = joined(value) else {
            return Ok(false);
        };
        Ok(self.matches(&joined)? || *self.source == *joined)
    }

    /// Whether it matches a resource id, with or without what stands before its last `/`
    /// (Maestro's `Filters.idMatches`): whole, short.
    pub(super) fn matches_id(&self, value: &str) -> Result<(bool, bool), TooCostly> {
        let whole = self.matches(value)?;
        let short = match value.rsplit_once('/') {
            Some((_, short)) => self.matches(short)?,
            None => whole,
        };
        Ok((whole, short))
    }
}

/// A text with its lines joined by spaces.
fn joined(value: &str) -> Cow<'_, str> {
    if value.contains('\n') {
        value.replace('\n', " ").into()
    } else {
        value.into()
    }
}

fn compile(regex: &str) -> Result<Regex, String> {
    RegexBuilder::new(regex)
        .backtrack_limit(BACKTRACKS)
        .delegate_size_limit(COMPILED)
        .delegate_dfa_size_limit(COMPILED)
        .max_prog_size(COMPILED / 64)
        .build()
        .map_err(|error| match error {
            fancy_regex::Error::CompileError(_) => {
                "it is too large, or too intricate to mean the same as in Java".to_owned()
            }
            other => format!("it cannot be made to mean the same as in Java ({other})"),
        })
}
