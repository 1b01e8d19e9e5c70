//! Checks one value against one parameter and brings it into the form that is stored.

use std::collections::HashSet;
use std::path::Path;

use serde_json::{Map, Number, Value};

use super::files::Roots;
use super::registry;
use super::script::{Kind, Parameter};

/// Most characters of a text whose parameter sets no limit of its own.
const MAX_LENGTH: usize = 10_000;
/// Most characters of a value repeated in a message.
const SHOWN: usize = 60;

/// Where values that name things on the host are looked up.
pub(super) struct Host<'a> {
    pub(super) roots: &'a Roots,
    pub(super) flows: &'a Path,
}

/// Checks a value, on disk too where its parameter asks for that.
pub(super) fn value(
    parameter: &Parameter,
    value: &Value,
    host: &Host<'_>,
) -> Result<Value, String> {
    if !parameter.kind.is_on_disk() {
        return plain(parameter, value);
    }
    match parameter.kind {
        Kind::Files => {
            let named = list(parameter, value)?;
            let files: Result<Vec<Value>, String> = named
                .iter()
                .map(|name| stored_path(host.roots.readable(name)?))
                .collect();
            let files = files?;
            let mut seen = HashSet::new();
            if let Some(twice) = files.iter().find(|file| !seen.insert(*file)) {
                return Err(format!("{twice} appears twice"));
            }
            Ok(Value::Array(files))
        }
        kind => {
            let name = text(parameter, value)?;
            if name.is_empty() && !parameter.required {
                return Ok(Value::from(""));
            }
            let found = match kind {
                Kind::NewFile => host.roots.writable(&name)?,
                Kind::Folder => host.roots.folder(&name)?,
                Kind::Flow => return flow(&name, host),
                _ => host.roots.readable(&name)?,
            };
            let found = stored_path(found)?;
            if let (Some(format), Some(path)) = (parameter.format, found.as_str()) {
                format.check(path)?;
            }
            Ok(found)
        }
    }
}

/// Checks a value that can be judged by itself.
pub(super) fn plain(parameter: &Parameter, value: &Value) -> Result<Value, String> {
    if !parameter.neutral.is_empty() {
        return neutral(parameter, value);
    }
    let checked = match parameter.kind {
        Kind::Bool => match value {
            Value::Bool(_) => value.clone(),
            other => return Err(mismatch("true or false", other)),
        },
        Kind::Integer => integer(value)?,
        Kind::Number => number(value)?,
        Kind::Object => object(value)?,
        Kind::Strings => {
            let entries = list(parameter, value)?;
            no_duplicates(parameter, &entries)?;
            entries.into()
        }
        _ => {
            let text = text(parameter, value)?;
            if let (Some(format), false) = (parameter.format, text.is_empty()) {
                format.check(&text)?;
            }
            text.into()
        }
    };
    in_range(parameter, &checked)?;
    if parameter.choices.is_empty() || parameter.choices.iter().any(|c| same(c, &checked)) {
        Ok(checked)
    } else {
        Err(format!(
            "must be {}, not {}",
            one_of(&parameter.choices),
            shown(value)
        ))
    }
}

/// A parameter without effect on this farm: the neutral values pass, and nothing else.
fn neutral(parameter: &Parameter, value: &Value) -> Result<Value, String> {
    if let Some(known) = parameter.neutral.iter().find(|n| same(n, value)) {
        return Ok(known.clone());
    }
    let reason = parameter.reason.as_deref().unwrap_or_default();
    let accepted = one_of(&parameter.neutral);
    if parameter.secret {
        return Err(format!("only {accepted} is accepted: {reason}"));
    }
    Err(format!(
        "only {accepted} is accepted, not {}: {reason}",
        shown(value)
    ))
}

/// A list of texts, none of them blank. Entries are trimmed.
fn list(parameter: &Parameter, value: &Value) -> Result<Vec<String>, String> {
    let Value::Array(entries) = value else {
        return Err(mismatch("a list of texts", value));
    };
    if parameter.required && entries.is_empty() {
        return Err("must not be empty".into());
    }
    entries
        .iter()
        .enumerate()
        .map(|(at, entry)| {
            let entry = text(parameter, entry).map_err(|m| format!("entry {} {m}", at + 1))?;
            let entry = entry.trim();
            if entry.is_empty() {
                return Err(format!("entry {} is blank", at + 1));
            }
            Ok(entry.to_owned())
        })
        .collect()
}

/// Refuses an entry that means the same as an earlier one, or is not of the right form.
pub(super) fn no_duplicates(parameter: &Parameter, entries: &[String]) -> Result<(), String> {
    let mut seen = HashSet::new();
    for entry in entries {
        let meant = match parameter.format {
            Some(format) => {
                format.check(entry)?;
                format.meaning(entry)
            }
            None => entry.clone(),
        };
        if !seen.insert(meant) {
            return Err(format!("'{entry}' appears twice"));
        }
    }
    Ok(())
}

fn text(parameter: &Parameter, value: &Value) -> Result<String, String> {
    let Value::String(text) = value else {
        return Err(mismatch("text", value));
    };
    if text.contains('\0') {
        return Err("must not hold a NUL character".into());
    }
    let most = parameter.max_length.unwrap_or(MAX_LENGTH);
    let length = text.chars().count();
    if length > most {
        return Err(format!(
            "has {length} characters, at most {most} are accepted"
        ));
    }
    if parameter.required && text.trim().is_empty() {
        return Err("must not be empty".into());
    }
    Ok(text.clone())
}

fn integer(value: &Value) -> Result<Value, String> {
    let Value::Number(number) = value else {
        return Err(mismatch("a whole number", value));
    };
    whole(number)
        .map(Value::from)
        .ok_or_else(|| format!("must be a whole number, not {number}"))
}

/// The whole number that this is, also when written as `60.0`.
fn whole(number: &Number) -> Option<i64> {
    /// Up to here every whole f64 is exact.
    const EXACT: f64 = 9_007_199_254_740_992.0;
    if let Some(whole) = number.as_i64() {
        return Some(whole);
    }
    let float = number.as_f64()?;
    let exact = float.fract() == 0.0 && float.abs() <= EXACT;
    #[expect(
        clippy::cast_possible_truncation,
        reason = "a whole number of at most 2^53 fits"
    )]
    exact.then_some(float as i64)
}

fn number(value: &Value) -> Result<Value, String> {
    let Value::Number(number) = value else {
        return Err(mismatch("a number", value));
    };
    Ok(whole(number).map_or_else(|| value.clone(), Value::from))
}

fn object(value: &Value) -> Result<Value, String> {
    let Value::Object(entries) = value else {
        return Err(mismatch("an object", value));
    };
    let nested = entries
        .iter()
        .find(|(_, v)| v.is_object() || v.is_array() || v.is_null());
    match nested {
        Some((key, _)) => Err(format!(
            "'{key}' must be text, a number, true or false, and nothing else"
        )),
        None => Ok(Value::Object(Map::clone(entries))),
    }
}

fn in_range(parameter: &Parameter, value: &Value) -> Result<(), String> {
    let Some(number) = value.as_f64() else {
        return Ok(());
    };
    let below = parameter.min.is_some_and(|min| number < min);
    let above = parameter.max.is_some_and(|max| number > max);
    if !below && !above {
        return Ok(());
    }
    let range = match (parameter.min, parameter.max) {
        (Some(min), Some(max)) => format!("from {min} to {max}"),
        (Some(min), None) => format!("{min} or more"),
        (None, Some(max)) => format!("{max} or less"),
        (None, None) => return Ok(()),
    };
    Err(format!("must be {range}, not {value}"))
}

/// The name of a flow that is there and can be run.
fn flow(name: &str, host: &Host<'_>) -> Result<Value, String> {
    let found = registry::named(name, host.flows, host.roots);
    found
        .map(|(name, _)| name.into())
        .map_err(|e| e.to_string())
}

fn stored_path(path: std::path::PathBuf) -> Result<Value, String> {
    path.into_os_string()
        .into_string()
        .map(Value::from)
        .map_err(|path| format!("{} is not UTF-8", path.display()))
}

/// Equal as JSON, where numbers count by their value (`0.0` is `0`).
fn same(a: &Value, b: &Value) -> bool {
    match (a, b) {
        (Value::Number(a), Value::Number(b)) => a.as_f64() == b.as_f64(),
        _ => a == b,
    }
}

fn mismatch(wanted: &str, value: &Value) -> String {
    match value {
        Value::String(text) if wanted.contains("number") && text.trim().parse::<f64>().is_ok() => {
            format!(
                "must be {wanted}, but {} is text: send it without quotes",
                shown(value)
            )
        }
        _ => format!("must be {wanted}, not {}", shown(value)),
    }
}

/// A value as a message repeats it: its JSON, cut if long.
fn shown(value: &Value) -> String {
    let json = value.to_string();
    let kind = match value {
        Value::String(_) => "the text ",
        Value::Array(_) => "the list ",
        Value::Object(_) => "the object ",
        _ => "",
    };
    if json.chars().count() <= SHOWN {
        return format!("{kind}{json}");
    }
    let cut: String = json.chars().take(SHOWN).collect();
    format!("{kind}{cut}...")
}

fn one_of(values: &[Value]) -> String {
    let values: Vec<String> = values.iter().map(Value::to_string).collect();
    match values.split_last() {
        Some((last, rest)) if !rest.is_empty() => format!("{} or {last}", rest.join(", ")),
        _ => values.concat(),
    }
}
