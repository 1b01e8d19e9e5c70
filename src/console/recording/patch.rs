//! How one value of JSON follows from another: what makes the recording of a busy farm small,
//! whose states and pages differ from those before in a few places. It knows nothing of events.

use std::collections::{BTreeMap, HashMap};

use serde::{Deserialize, Serialize};
use serde_json::Value;

/// A patch that is not made for the value it is laid on.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("a change does not fit what it changes")]
pub(super) struct Misfit;

/// Items that a list may have. A list can be made of its old self many times over, so a few
/// lines of a damaged recording would otherwise fill the memory.
const ITEMS_MAX: usize = 1_000_000;

/// A change of a value.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub(super) enum Patch {
    /// Another value altogether.
    #[serde(rename = "=")]
    Set(Value),
    /// An object with the same fields, of which these change.
    #[serde(rename = "o")]
    Fields(BTreeMap<String, Patch>),
    /// A list made of old and new parts.
    #[serde(rename = "a")]
    Items(Vec<Item>),
}

/// A part of a list.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub(super) enum Item {
    /// From this index of the old list on, so many.
    #[serde(rename = "k")]
    Keep(usize, usize),
    /// The old one of this index, changed.
    #[serde(rename = "c")]
    Change(usize, Patch),
    /// One that was not there.
    #[serde(rename = "n")]
    New(Value),
}

/// What makes `new` of `old`.
pub(super) fn diff(old: &Value, new: &Value) -> Patch {
    match (old, new) {
        (Value::Object(old), Value::Object(new))
            if old.len() == new.len() && new.keys().all(|key| old.contains_key(key)) =>
        {
            let changed = new.iter().filter_map(|(key, new)| {
                let old = old.get(key).filter(|old| *old != new)?;
                Some((key.clone(), diff(old, new)))
            });
            Patch::Fields(changed.collect())
        }
        (Value::Array(old), Value::Array(new)) => Patch::Items(items(old, new)),
        _ => Patch::Set(new.clone()),
    }
}

fn items(old: &[Value], new: &[Value]) -> Vec<Item> {
    // Needed only for rows that moved, which most lists have none of.
    let mut places: Option<HashMap<String, usize>> = None;
    let mut items: Vec<Item> = Vec::new();
    for (i, value) in new.iter().enumerate() {
        let here = old.get(i);
        let kept = if here == Some(value) {
            Some(i)
        } else {
            let places = places.get_or_insert_with(|| {
                let texts = old.iter().map(Value::to_string);
                texts.zip(0..).collect()
            });
            places.get(&value.to_string()).copied()
        };
        match (kept, items.last_mut()) {
            (Some(at), Some(Item::Keep(from, n))) if *from + *n == at => *n += 1,
            (Some(at), _) => items.push(Item::Keep(at, 1)),
            (None, _) => items.push(other(i, here, value)),
        }
    }
    items
}

/// A value that the old list does not have: whole, or by what changed in the one at its place.
fn other(i: usize, here: Option<&Value>, value: &Value) -> Item {
    let changed = here.map(|here| diff(here, value));
    match changed {
        Some(patch) if size(&patch) < size(value) => Item::Change(i, patch),
        _ => Item::New(value.clone()),
    }
}

/// Bytes of it as text. Values of JSON can always be written.
fn size(value: &impl Serialize) -> usize {
    serde_json::to_string(value).map_or(usize::MAX, |text| text.len())
}

/// Makes the new value of the old one.
///
/// # Errors
/// [`Misfit`] if the patch was made for another value.
pub(super) fn apply(old: &mut Value, patch: Patch) -> Result<(), Misfit> {
    match patch {
        Patch::Set(value) => *old = value,
        Patch::Fields(fields) => {
            let old = old.as_object_mut().ok_or(Misfit)?;
            for (key, patch) in fields {
                apply(old.get_mut(&key).ok_or(Misfit)?, patch)?;
            }
        }
        Patch::Items(items) => {
            let old = old.as_array_mut().ok_or(Misfit)?;
            let mut new = Vec::with_capacity(old.len());
            for item in items {
                match item {
                    Item::Keep(from, n) => {
                        let end = from.checked_add(n).ok_or(Misfit)?;
                        let kept = old.get(from..end).ok_or(Misfit)?;
                        if kept.len() > ITEMS_MAX.saturating_sub(new.len()) {
                            return Err(Misfit);
                        }
                        new.extend_from_slice(kept);
                    }
                    Item::Change(at, patch) => {
                        let mut value = old.get(at).ok_or(Misfit)?.clone();
                        apply(&mut value, patch)?;
                        new.push(value);
                    }
                    Item::New(value) => new.push(value),
                }
            }
            *old = new;
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use serde_json::{Value, json};

    use super::{ITEMS_MAX, Misfit, Patch, apply, diff};

    fn text(old: &Value, new: &Value) -> String {
        serde_json::to_string(&diff(old, new)).unwrap()
    }

    #[test]
    fn a_change_deep_inside_is_told_by_its_place_alone() {
        let old = json!({"at": 1, "phones": [{"s": "a", "n": 0}, {"s": "b", "model": "a long name", "n": 0}]});
        let new = json!({"at": 2, "phones": [{"s": "a", "n": 0}, {"s": "b", "model": "a long name", "n": 7}]});
        let told =
            r#"{"o":{"at":{"=":2},"phones":{"a":[{"k":[0,1]},{"c":[1,{"o":{"n":{"=":7}}}]}]}}}"#;
        assert_eq!(text(&old, &new), told);
    }

    #[test]
    fn a_row_before_the_others_costs_that_row() {
        let row = |id: u32| json!({"id": id, "script": format!("a long name of script {id}")});
        let old = json!([row(3), row(2), row(1)]);
        let new = json!([row(4), row(3), row(2)]);
        let told = text(&old, &new);
        assert!(told.ends_with(r#"{"k":[0,2]}]}"#), "{told}");
    }

    #[test]
    fn a_list_made_of_itself_over_and_over_is_refused() {
        let mut old = json!([0, 0, 0, 0, 0, 0, 0, 0, 0, 0]);
        let patch = json!({"a": vec![json!({"k": [0, 10]}); 10]});
        let patch: Patch = serde_json::from_value(patch).unwrap();
        assert_eq!(apply(&mut old, patch), Ok(()));
        assert_eq!(old.as_array().unwrap().len(), 100);
        let patch = json!({"a": vec![json!({"k": [0, 100]}); ITEMS_MAX / 100 + 1]});
        let patch: Patch = serde_json::from_value(patch).unwrap();
        assert_eq!(apply(&mut old, patch), Err(Misfit));
        assert_eq!(old.as_array().unwrap().len(), 100);
    }

    #[test]
    fn a_patch_for_another_value_is_refused() {
        for (old, patch) in [
            (json!(1), r#"{"o":{}}"#),
            (json!({}), r#"{"o":{"x":{"=":1}}}"#),
            (json!([1]), r#"{"a":[{"k":[0,2]}]}"#),
            (json!([1]), r#"{"a":[{"k":[18446744073709551615,2]}]}"#),
            (json!([1]), r#"{"a":[{"c":[1,{"=":1}]}]}"#),
        ] {
            let patch: Patch = serde_json::from_str(patch).unwrap();
            assert_eq!(apply(&mut old.clone(), patch), Err(Misfit), "{old}");
        }
    }

    fn value() -> impl Strategy<Value = Value> {
        let leaf = prop_oneof![
            Just(Value::Null),
            (0..3u32).prop_map(Value::from),
            "[ab]{0,2}".prop_map(Value::from),
        ];
        leaf.prop_recursive(4, 24, 4, |inner| {
            prop_oneof![
                proptest::collection::vec(inner.clone(), 0..5).prop_map(Value::from),
                proptest::collection::btree_map("[ab]", inner, 0..3)
                    .prop_map(|map| Value::Object(map.into_iter().collect())),
            ]
        })
    }

    proptest! {
        #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::default() })]

        #[test]
        fn any_value_follows_from_any_other(old in value(), new in value()) {
            let text = text(&old, &new);
            let mut made = old;
            apply(&mut made, serde_json::from_str(&text).unwrap()).unwrap();
            prop_assert_eq!(made, new);
        }
    }
}
