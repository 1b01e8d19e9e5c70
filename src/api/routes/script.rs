//! Scripts that tasks can run, and their parameters.

use std::sync::Arc;

use axum::extract::State;
use serde::Serialize;
use serde_json::Value;

use super::Api;
use super::extract::{Bare, Name};
use crate::api::envelope::Success;
use crate::api::error::ApiError;
use crate::flow::{Parameter, Script};

type Answer = Result<Success, ApiError>;

#[derive(Serialize)]
struct ScriptJson<'a> {
    name: &'a str,
    title: &'a str,
    help: &'a str,
    repeatable: bool,
    parameters: Vec<ParameterJson<'a>>,
}

#[derive(Serialize)]
struct ParameterJson<'a> {
    name: &'a str,
    #[serde(rename = "type")]
    kind: &'static str,
    required: bool,
    default: Option<&'a Value>,
    min: Option<f64>,
    max: Option<f64>,
    choices: &'a [Value],
    help: &'a str,
}

impl<'a> From<&'a Script> for ScriptJson<'a> {
    fn from(script: &'a Script) -> Self {
        Self {
            name: &script.name,
            title: &script.title,
            help: &script.help,
            repeatable: script.repeatable,
            parameters: script.parameters.iter().map(ParameterJson::from).collect(),
        }
    }
}

impl<'a> From<&'a Parameter> for ParameterJson<'a> {
    fn from(parameter: &'a Parameter) -> Self {
        Self {
            name: &parameter.name,
            kind: parameter.kind.text(),
            required: parameter.required,
            default: parameter.default.as_ref(),
            min: parameter.min,
            max: parameter.max,
            choices: &parameter.choices,
            help: &parameter.help,
        }
    }
}

#[derive(Serialize)]
struct Scripts<'a> {
    scripts: Vec<ScriptJson<'a>>,
    total: usize,
}

/// `GET /script`
pub async fn list(State(api): State<Arc<Api>>, _: Bare) -> Answer {
    let scripts = api.farm.reader.scripts();
    Success::of(Scripts {
        scripts: scripts.iter().map(|script| (&**script).into()).collect(),
        total: scripts.len(),
    })
}

/// `GET /script/{name}`
pub async fn show(State(api): State<Arc<Api>>, Name(name): Name, _: Bare) -> Answer {
    let scripts = api.farm.reader.scripts();
    match scripts.iter().find(|script| script.name == name) {
        Some(script) => Success::of(ScriptJson::from(&**script)),
        None => Err(ApiError::not_found(format!("there is no script {name:?}"))),
    }
}
