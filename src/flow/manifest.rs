//! Reads `script.toml`: strict, and whatever is wrong is told with its line and key.

use std::collections::HashSet;

use serde::Deserialize;
use toml::Spanned;

use super::check;
use super::script::{Expected, FanOut, Kind, Materials, Parameter, Pick, Runner, Script};

/// What is wrong in a `script.toml`.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("line {line}: {key}: {message}")]
pub struct ManifestError {
    /// Line, from 1.
    pub line: usize,
    /// The key as it stands there, or the table.
    pub key: String,
    /// What was wrong and what is accepted.
    pub message: String,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Manifest {
    name: String,
    title: String,
    help: String,
    runner: Runner,
    #[serde(default)]
    repeatable: bool,
    duration: Expected,
    fan_out: Option<FanOut>,
    materials: Option<Materials>,
    #[serde(default)]
    parameter: Vec<Spanned<Parameter>>,
}

/// Parses the text of the `script.toml` that lies in the folder called `folder`.
pub(super) fn parse(folder: &str, text: &str) -> Result<Script, ManifestError> {
    let manifest: Manifest = toml::from_str(text).map_err(|error| {
        let line = error.span().map_or(1, |span| line_at(text, span.start));
        ManifestError {
            line,
            key: key_on(text, line),
            message: error.message().to_owned(),
        }
    })?;
    let starts: Vec<usize> = manifest
        .parameter
        .iter()
        .map(|p| line_at(text, p.span().start))
        .collect();
    let script = Script {
        name: manifest.name,
        title: manifest.title,
        help: manifest.help,
        parameters: manifest
            .parameter
            .into_iter()
            .map(Spanned::into_inner)
            .collect(),
        fan_out: manifest.fan_out,
        materials: manifest.materials,
        repeatable: manifest.repeatable,
        expected: manifest.duration,
        runner: manifest.runner,
        flow: None,
    };
    verify(folder, &script).map_err(|fault| fault.placed(text, &starts))?;
    Ok(script)
}

/// Something inconsistent: where it is, as far as the parsed script can tell.
struct Fault {
    /// Position of the parameter among the parameters; none: the top of the file or a table.
    parameter: Option<usize>,
    key: String,
    message: String,
}

impl Fault {
    fn top(key: &str, message: String) -> Self {
        Self {
            parameter: None,
            key: key.to_owned(),
            message,
        }
    }

    /// Finds the line: the first one in its block that begins with the key.
    fn placed(self, text: &str, starts: &[usize]) -> ManifestError {
        let start = self
            .parameter
            .and_then(|at| starts.get(at))
            .copied()
            .unwrap_or(1);
        let found = text
            .lines()
            .enumerate()
            .skip(start - 1)
            .take_while(|(at, line)| {
                self.parameter.is_none() || *at < start || !line.trim_start().starts_with('[')
            })
            .find(|(_, line)| key_of(line) == self.key);
        ManifestError {
            line: found.map_or(start, |(at, _)| at + 1),
            key: self.key,
            message: self.message,
        }
    }
}

fn verify(folder: &str, script: &Script) -> Result<(), Fault> {
    if !is_name(&script.name) {
        return Err(Fault::top(
            "name",
            format!(
                "'{}' is no script name: lower case letters, digits and '_', a letter first",
                script.name
            ),
        ));
    }
    if script.name != folder {
        return Err(Fault::top(
            "name",
            format!("'{}' lies in a folder called '{folder}'", script.name),
        ));
    }
    let mut seen = HashSet::new();
    for (at, parameter) in script.parameters.iter().enumerate() {
        let verified = if seen.insert(&parameter.name) {
            verify_parameter(script, parameter)
        } else {
            Err(("name", "is declared twice".into()))
        };
        verified.map_err(|(key, message)| Fault {
            parameter: Some(at),
            key: key.to_owned(),
            message: format!("parameter '{}': {message}", parameter.name),
        })?;
    }
    for (name, kind) in script.runner.needs() {
        expect_kind(script, name, &[*kind]).map_err(|m| Fault::top("runner", m))?;
    }
    if let Expected::Parameter(name) = &script.expected {
        expect_kind(script, name, &[Kind::Integer, Kind::Number])
            .map_err(|m| Fault::top("duration", m))?;
    }
    if let Some(fan_out) = &script.fan_out {
        expect_kind(script, &fan_out.list, &[Kind::Strings]).map_err(|m| Fault::top("list", m))?;
        for name in &fan_out.texts {
            expect_kind(script, name, &[Kind::String]).map_err(|m| Fault::top("texts", m))?;
        }
    }
    if let Some(materials) = &script.materials {
        for (key, name, kind) in [
            ("list", &materials.list, Kind::Files),
            ("source", &materials.source, Kind::String),
            ("folder", &materials.folder, Kind::Folder),
            ("content", &materials.content, Kind::Integer),
            ("count", &materials.count, Kind::Integer),
        ] {
            expect_kind(script, name, &[kind]).map_err(|m| Fault::top(key, m))?;
        }
    }
    Ok(())
}

/// Checks one parameter; the error is the key at fault and the message.
fn verify_parameter(script: &Script, parameter: &Parameter) -> Result<(), (&'static str, String)> {
    if !is_name(&parameter.name) {
        return Err((
            "name",
            "is no name: lower case letters, digits and '_', a letter first".into(),
        ));
    }
    if let Some(default) = &parameter.default {
        if parameter.required {
            return Err(("default", "a required parameter has none".into()));
        }
        if parameter.kind.is_on_disk() {
            return Err((
                "default",
                format!("type '{}' takes none", parameter.kind.text()),
            ));
        }
        check::plain(parameter, default).map_err(|message| ("default", message))?;
    }
    if !parameter.neutral.is_empty() && parameter.reason.is_none() {
        return Err((
            "neutral",
            "needs a 'reason' why no other value is accepted".into(),
        ));
    }
    if let Some(other) = &parameter.at_most {
        let numbers = [Kind::Integer, Kind::Number];
        expect_kind(script, other, &numbers).map_err(|m| ("at_most", m))?;
        if !numbers.contains(&parameter.kind) {
            return Err(("at_most", "is for numbers".into()));
        }
    }
    match &parameter.pick {
        Some(_) if parameter.kind != Kind::String => Err(("pick", "is for type 'string'".into())),
        Some(Pick::Parameter(order)) => {
            expect_kind(script, order, &[Kind::String]).map_err(|m| ("pick", m))
        }
        _ => Ok(()),
    }
}

fn expect_kind(script: &Script, name: &str, kinds: &[Kind]) -> Result<(), String> {
    let wanted = || {
        kinds
            .iter()
            .map(|k| format!("'{}'", k.text()))
            .collect::<Vec<_>>()
            .join(" or ")
    };
    match script.parameter(name) {
        Some(parameter) if kinds.contains(&parameter.kind) => Ok(()),
        Some(parameter) => Err(format!(
            "parameter '{name}' is of type '{}', but {} is needed",
            parameter.kind.text(),
            wanted()
        )),
        None => Err(format!(
            "needs a parameter '{name}' of type {}, which is not declared",
            wanted()
        )),
    }
}

/// Names of scripts and parameters: what every shell, URL and table can carry.
pub(super) fn is_name(text: &str) -> bool {
    text.starts_with(|c: char| c.is_ascii_lowercase())
        && text
            .chars()
            .all(|c| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '_')
}

fn line_at(text: &str, offset: usize) -> usize {
    1 + text.bytes().take(offset).filter(|b| *b == b'\n').count()
}

fn key_on(text: &str, line: usize) -> String {
    key_of(text.lines().nth(line - 1).unwrap_or_default()).to_owned()
}

/// What stands before `=`, or the whole line (a table's head).
fn key_of(line: &str) -> &str {
    line.split_once('=').map_or(line, |(key, _)| key).trim()
}
