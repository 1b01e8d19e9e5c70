//! Selectors as errors and screens name them.

use std::fmt;

use crate::flow::lang::Selector;

impl fmt::Display for Selector<String> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let named = [("id", &self.id), ("text", &self.text)];
        let mut first = true;
        for (name, value) in named {
            let Some(value) = value else { continue };
            let comma = if first { "" } else { ", " };
            write!(f, "{comma}{name} '{value}'")?;
            first = false;
        }
        Ok(())
    }
}
