//! Apps that tasks can work with.

use std::collections::BTreeMap;
use std::sync::Arc;

use axum::extract::State;
use serde::Serialize;
use serde_json::Value;

use super::Api;
use super::extract::{Bare, Name};
use crate::api::envelope::Success;
use crate::api::error::ApiError;
use crate::flow::apps::{App, Origin};

type Answer = Result<Success, ApiError>;

#[derive(Serialize)]
struct AppJson<'a> {
    name: &'a str,
    title: &'a str,
    package: &'a str,
    /// As written: `${...}` is filled in by a task.
    links: BTreeMap<&'a str, String>,
    /// The fields that each has in a flow, as written.
    selectors: &'a BTreeMap<String, Value>,
    texts: &'a BTreeMap<String, String>,
    source: &'static str,
    file: Option<String>,
}

impl<'a> From<&'a App> for AppJson<'a> {
    fn from(app: &'a App) -> Self {
        let (source, file) = match &app.origin {
            Origin::BuiltIn => ("built_in", None),
            Origin::Operator(file) => ("operator", Some(file.display().to_string())),
        };
        Self {
            name: &app.name,
            title: &app.title,
            package: &app.package,
            links: app.written_links(),
            selectors: app.written_selectors(),
            texts: &app.texts,
            source,
            file,
        }
    }
}

#[derive(Serialize)]
struct Apps<'a> {
    apps: Vec<AppJson<'a>>,
    total: usize,
}

/// `GET /app`
pub async fn list(State(api): State<Arc<Api>>, _: Bare) -> Answer {
    let apps = api.farm.reader.apps();
    Success::of(Apps {
        apps: apps.iter().map(|app| (&**app).into()).collect(),
        total: apps.len(),
    })
}

/// `GET /app/{name}`
pub async fn show(State(api): State<Arc<Api>>, Name(name): Name, _: Bare) -> Answer {
    let apps = api.farm.reader.apps();
    match apps.iter().find(|app| app.name == name) {
        Some(app) => Success::of(AppJson::from(&**app)),
        None => Err(ApiError::not_found(format!("there is no app {name:?}"))),
    }
}
