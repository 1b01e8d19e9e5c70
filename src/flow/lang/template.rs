//! Texts with `${...}` in them.

/// A text in which `${...}` stands for the value of a JavaScript expression, as in Maestro;
/// `\${` stands for itself.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Template {
    parts: Vec<Part>,
}

/// A piece of a [`Template`].
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Part {
    /// Stands as it is.
    Text(String),
    /// A JavaScript expression, without its `${` and `}`.
    Script(String),
}

impl Template {
    /// Cuts a text into its parts. Every text is a template: a `${` without its end stands for
    /// itself.
    #[must_use]
    pub fn new(text: &str) -> Self {
        let _ = text;
        Self { parts: Vec::new() }
    }

    /// Its parts in order; no two texts beside each other.
    #[must_use]
    pub fn parts(&self) -> &[Part] {
        &self.parts
    }

    /// The text, if no part of it is a script.
    #[must_use]
    pub fn as_text(&self) -> Option<&str> {
        match self.parts.as_slice() {
            [] => Some(""),
            [Part::Text(text)] => Some(text),
            _ => None,
        }
    }
}
