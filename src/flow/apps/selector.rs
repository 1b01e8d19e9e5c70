//! Selectors in TOML: the fields that they have in a flow, read by the flow language itself.

use serde_json::Value;

use super::entry::{Entry, Read, Wrong};
use crate::flow::lang::{Selector, SelectorFault};

/// Reads a selector: a table of its fields, or the text's pattern alone. Answers it as it was
/// written too.
pub(super) fn decode(entry: &Entry<'_>) -> Read<(Selector, Value)> {
    let written = entry.to_json();
    match Selector::decode(&written) {
        Ok(selector) => Ok((selector, written)),
        Err(faults) => {
            // The deepest says most: a selector whose only field is mistyped also names nothing.
            let deepest = faults.into_iter().max_by_key(|fault| fault.path.len());
            Err(deepest.map_or_else(|| entry.wrong("is no selector"), |f| place(entry, f)))
        }
    }
}

/// Finds the line of a fault: that of the deepest entry on its path (`below.text`,
/// `containsDescendants[1].id`).
fn place(entry: &Entry<'_>, fault: SelectorFault) -> Wrong {
    let mut at = entry.clone();
    for segment in fault.path.split(['.', '[', ']']).filter(|s| !s.is_empty()) {
        let next = match segment.parse::<usize>() {
            Ok(index) => at.list().into_iter().nth(index),
            Err(_) => {
                let fields = at.as_table().unwrap_or_default();
                fields.into_iter().find(|field| field.name == segment)
            }
        };
        match next {
            Some(next) => at = next,
            None => break,
        }
    }
    at.wrong(fault.message)
}
