//! Texts with `${...}` in them.
//!
//! Maestro cuts them with the regular expression `(?<!\\)\$\{([^\$]*)}`: from `${` to the last
//! `}` before the next `$`. What that cuts to valid JavaScript is cut the same here, because
//! braces of valid JavaScript are balanced. Where it cuts wrongly (`${a} and {b}`, a template
//! literal within) the balanced end is taken.

use super::cut::Cutter;

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

impl std::fmt::Display for Template {
    /// As it is written.
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        for part in &self.parts {
            match part {
                Part::Text(text) => f.write_str(&text.replace("${", "\\${"))?,
                Part::Script(script) => write!(f, "${{{script}}}")?,
            }
        }
        Ok(())
    }
}

impl Template {
    /// Cuts a text into its parts. Every text is a template: a `${` without its end stands for
    /// itself.
    #[must_use]
    pub fn new(text: &str) -> Self {
        Self::cut(text).0
    }

    /// Whether a text has a `${` without its end.
    pub(super) fn is_unclosed(text: &str) -> bool {
        Self::cut(text).1
    }

    fn cut(text: &str) -> (Self, bool) {
        let mut unclosed = false;
        let mut cutter = Cutter::default();
        let mut parts = Vec::new();
        let mut plain = String::new();
        let mut rest = text;
        while let Some((before, after)) = rest.split_once("${") {
            if let Some(before) = before.strip_suffix('\\') {
                plain.push_str(before);
                plain.push_str("${");
                rest = after;
                continue;
            }
            plain.push_str(before);
            let Some((script, after)) = cutter.script_in(after) else {
                unclosed = true;
                plain.push_str("${");
                rest = after;
                continue;
            };
            // Maestro takes a blank one for nothing.
            if !script.trim().is_empty() {
                if !plain.is_empty() {
                    parts.push(Part::Text(std::mem::take(&mut plain)));
                }
                parts.push(Part::Script(script.to_owned()));
            }
            rest = after;
        }
        plain.push_str(rest);
        if !plain.is_empty() {
            parts.push(Part::Text(plain));
        }
        (Self { parts }, unclosed)
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
