//! Selectors in TOML: the fields that they have in a flow.

use super::entry::{Entry, Read};
use crate::flow::lang::{Selector, Size, Template, Trait};
use crate::nearest::advice;

/// Every field of a selector, as in a flow.
const FIELDS: [&str; 18] = [
    "text",
    "id",
    "index",
    "enabled",
    "checked",
    "focused",
    "selected",
    "below",
    "above",
    "leftOf",
    "rightOf",
    "childOf",
    "containsChild",
    "containsDescendants",
    "width",
    "height",
    "tolerance",
    "traits",
];

/// Reads a selector: a table of its fields, or the text's pattern alone.
pub(super) fn decode(entry: &Entry<'_>) -> Read<Selector> {
    let mut selector = Selector::default();
    let Some(fields) = entry.as_table() else {
        selector.text = Some(template(entry)?);
        return Ok(selector);
    };
    if fields.is_empty() {
        return Err(entry.wrong("says nothing of the element; id or text is usual"));
    }
    let mut size = Size {
        width: None,
        height: None,
        tolerance: 0,
    };
    for field in &fields {
        let boxed = || decode(field).map(Box::new).map(Some);
        match field.name {
            "text" => selector.text = Some(template(field)?),
            "id" => selector.id = Some(template(field)?),
            "index" => selector.index = Some(Template::new(&field.text_or_number()?)),
            "enabled" => selector.enabled = Some(field.switch()?),
            "checked" => selector.checked = Some(field.switch()?),
            "focused" => selector.focused = Some(field.switch()?),
            "selected" => selector.selected = Some(field.switch()?),
            "below" => selector.below = boxed()?,
            "above" => selector.above = boxed()?,
            "leftOf" => selector.left_of = boxed()?,
            "rightOf" => selector.right_of = boxed()?,
            "childOf" => selector.child_of = boxed()?,
            "containsChild" => selector.contains_child = boxed()?,
            "containsDescendants" => {
                let all = field.list();
                selector.contains_descendants = all.iter().map(decode).collect::<Read<_>>()?;
            }
            "width" => size.width = Some(field.count()?),
            "height" => size.height = Some(field.count()?),
            "tolerance" => size.tolerance = field.count()?,
            "traits" => selector.traits = traits(field)?,
            unknown => {
                let advice = advice(unknown, FIELDS);
                return Err(field.wrong(format!("unknown field; {advice}")));
            }
        }
    }
    if size.width.is_some() || size.height.is_some() {
        selector.size = Some(size);
    }
    Ok(selector)
}

fn template(entry: &Entry<'_>) -> Read<Template> {
    entry.text().map(Template::new)
}

fn traits(entry: &Entry<'_>) -> Read<Vec<Trait>> {
    let words = entry.text()?.split_whitespace();
    words
        .map(|word| match word {
            "text" => Ok(Trait::Text),
            "long-text" => Ok(Trait::LongText),
            "square" => Ok(Trait::Square),
            other => {
                let advice = advice(other, ["text", "long-text", "square"]);
                Err(entry.wrong(format!("unknown trait '{other}'; {advice}")))
            }
        })
        .collect()
}
