//! Patterns as Maestro's: Java's regular expressions.

/// A pattern that farmhand does not take.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("pattern {pattern:?} is not supported: {reason}")]
pub struct PatternError {
    /// The pattern.
    pub pattern: String,
    /// Why.
    pub reason: String,
}

/// Whether a pattern is taken: the language's check of a pattern without expressions.
///
/// # Errors
/// [`PatternError`] if it would mean something else here than in Java, or is too large.
pub fn check(pattern: &str) -> Result<(), PatternError> {
    let _ = pattern;
    Ok(())
}
