//! From a request's config to the configs of its tasks: everything is checked here, when
//! tasks are created, and nothing is left for the phone to find out.

use std::collections::HashSet;
use std::path::{Path, PathBuf};

use serde_json::{Map, Value};

use super::check::{self, Host};
use super::choices::Choices;
use super::files::Roots;
use super::script::{FanOut, Script};
use crate::model::ScriptConfig;

/// Most tasks that one request may make.
pub const MAX_TASKS: usize = 10_000;
/// Most bytes that the configs of one request's tasks take together: a request of 1 MiB for
/// 10,000 phones would be 10 GiB in the store.
pub const MAX_BYTES: usize = 128 << 20;

/// What a plan depends on besides the request.
pub struct PlanContext<'a> {
    /// Folders whose files a request may name.
    pub media_roots: &'a [PathBuf],
    /// The folder of `materialLibrary`; a media root by itself.
    pub library: &'a Path,
    /// Files that posts already took; asked only if a folder is chosen from.
    pub used_materials: &'a mut dyn FnMut() -> HashSet<PathBuf>,
    /// Decides the random choices: the same seed, the same plan.
    pub seed: u64,
    /// The operator's scripts folder, where flows lie.
    pub flows: &'a Path,
}

/// One task to be: which of the targets it is for, and its complete config.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PlannedTask {
    /// Index of the target, from 0.
    pub target: usize,
    /// Checked, with defaults filled in and choices made.
    pub config: ScriptConfig,
}

/// What is wrong in a config.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{field} {message}")]
pub struct ConfigError {
    /// The field, as the contract names it (`script_config.apk`).
    pub field: String,
    /// What was wrong and what is accepted; reads on from the field's name.
    pub message: String,
}

impl ConfigError {
    pub(super) fn new(parameter: &str, message: impl Into<String>) -> Self {
        Self {
            field: format!("script_config.{parameter}"),
            message: message.into(),
        }
    }
}

/// Checks a config and makes the configs of its tasks: entry by entry of the fan-out, each
/// for every target in turn. Reads the file system where parameters name files: call it off
/// the async workers.
///
/// # Errors
/// [`ConfigError`] for the first thing that is wrong; then no task is to be created.
pub fn plan(
    script: &Script,
    config: &Map<String, Value>,
    targets: usize,
    context: &mut PlanContext<'_>,
) -> Result<Vec<PlannedTask>, ConfigError> {
    refuse_unknown(script, config)?;
    let roots = Roots::new(
        context
            .media_roots
            .iter()
            .map(PathBuf::as_path)
            .chain([context.library]),
    );
    let host = Host {
        roots: &roots,
        flows: context.flows,
    };
    let mut base = check_all(script, config, &host)?;
    check_pairs(script, &base)?;
    let entries = match &script.fan_out {
        Some(fan_out) => Some((fan_out, take_entries(script, fan_out, &mut base)?)),
        None => None,
    };
    let tasks = targets.saturating_mul(entries.as_ref().map_or(1, |(_, e)| e.len()));
    if tasks > MAX_TASKS {
        return Err(too_many(script, tasks, targets));
    }
    let choices = Choices::new(script, &base, &roots, context)?;
    choices.expand(base, entries, targets)
}

fn refuse_unknown(script: &Script, config: &Map<String, Value>) -> Result<(), ConfigError> {
    let unknown: Vec<&str> = config
        .keys()
        .map(String::as_str)
        .filter(|key| script.parameter(key).is_none())
        .collect();
    let Some(first) = unknown.first() else {
        return Ok(());
    };
    let known: Vec<&str> = script.parameters.iter().map(|p| p.name.as_str()).collect();
    let accepted = if known.is_empty() {
        "it takes none".to_owned()
    } else {
        format!("accepted: {}", known.join(", "))
    };
    Err(ConfigError::new(
        first,
        format!(
            "is unknown to script '{}' (unknown: {}); {accepted}",
            script.name,
            unknown.join(", ")
        ),
    ))
}

/// Every parameter checked, defaults filled in, secrets left out.
fn check_all(
    script: &Script,
    config: &Map<String, Value>,
    host: &Host<'_>,
) -> Result<Map<String, Value>, ConfigError> {
    let mut checked = Map::new();
    for parameter in &script.parameters {
        let given = config.get(&parameter.name).filter(|v| !v.is_null());
        let value = match given {
            Some(value) => check::value(parameter, value, host)
                .map(Some)
                .map_err(|message| ConfigError::new(&parameter.name, message))?,
            None if parameter.required => {
                return Err(ConfigError::new(
                    &parameter.name,
                    format!("is missing: {}", parameter.help),
                ));
            }
            None => parameter.default.clone(),
        };
        if let (Some(value), false) = (value, parameter.secret) {
            checked.insert(parameter.name.clone(), value);
        }
    }
    Ok(checked)
}

/// Parameters that must not exceed another one.
fn check_pairs(script: &Script, config: &Map<String, Value>) -> Result<(), ConfigError> {
    for parameter in &script.parameters {
        let Some(other) = &parameter.at_most else {
            continue;
        };
        let of = |name: &str| config.get(name).and_then(Value::as_f64);
        if let (Some(small), Some(large)) = (of(&parameter.name), of(other))
            && small > large
        {
            return Err(ConfigError::new(
                &parameter.name,
                format!("is {small}, but must be at most {other}, which is {large}"),
            ));
        }
    }
    Ok(())
}

/// The entries of the fan-out, which leave the config: each task gets its own back.
fn take_entries(
    script: &Script,
    fan_out: &FanOut,
    config: &mut Map<String, Value>,
) -> Result<Vec<String>, ConfigError> {
    let listed: Vec<String> = match config.remove(&fan_out.list) {
        Some(Value::Array(entries)) => entries
            .iter()
            .filter_map(|e| e.as_str().map(str::to_owned))
            .collect(),
        _ => Vec::new(),
    };
    let texts: Vec<(&String, Vec<String>)> = fan_out
        .texts
        .iter()
        .filter_map(|name| match config.remove(name) {
            Some(Value::String(text)) => Some((name, pieces(&text))),
            _ => None,
        })
        .filter(|(_, pieces)| !pieces.is_empty())
        .collect();
    if !listed.is_empty() {
        return Ok(listed);
    }
    let mut texts = texts.into_iter();
    let Some((name, entries)) = texts.next() else {
        return Err(ConfigError::new(
            &fan_out.list,
            format!(
                "is missing: a list of one or more, or the text {} with several separated by \
                 commas or newlines",
                fan_out.texts.join(" or ")
            ),
        ));
    };
    if let Some((other, _)) = texts.find(|(_, pieces)| *pieces != entries) {
        return Err(ConfigError::new(
            other,
            format!("says something else than {name}: send one of them"),
        ));
    }
    if let Some(list) = script.parameter(&fan_out.list) {
        check::no_duplicates(list, &entries).map_err(|m| ConfigError::new(name, m))?;
    }
    Ok(entries)
}

/// Pieces between commas and line ends; blank ones are dropped.
fn pieces(text: &str) -> Vec<String> {
    text.split([',', '\n', '\r'])
        .map(str::trim)
        .filter(|piece| !piece.is_empty())
        .map(str::to_owned)
        .collect()
}

fn too_many(script: &Script, tasks: usize, targets: usize) -> ConfigError {
    let message = format!("makes {tasks} tasks for {targets} targets, at most {MAX_TASKS} at once");
    match &script.fan_out {
        Some(fan_out) => ConfigError::new(&fan_out.list, message),
        None => ConfigError {
            field: "script_config".into(),
            message,
        },
    }
}

#[cfg(test)]
mod tests;
