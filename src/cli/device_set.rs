//! `farmhand device set` and `farmhand device properties`.

use std::collections::BTreeMap;

use axum::http::Method;
use clap::{ArgGroup, Args};
use serde::Deserialize;
use serde_json::{Map, Value, json};

use super::backend::Backend;
use super::output::Output;
use super::table::printable;
use crate::api::client::segment;
use crate::farm::Storage;
use crate::model::{DeviceName, DeviceView, Label, Serial};

#[derive(Debug, Args)]
#[command(group(ArgGroup::new("change").required(true).multiple(true)))]
pub(super) struct DeviceSetArgs {
    /// Its serial
    pub serial: Serial,
    /// What to call it
    #[arg(long, group = "change", conflicts_with = "no_name")]
    pub name: Option<DeviceName>,
    /// It has no name
    #[arg(long, group = "change")]
    pub no_name: bool,
    /// The group it belongs to
    #[arg(long, group = "change", conflicts_with = "no_group")]
    pub group: Option<Label>,
    /// It belongs to no group
    #[arg(long, group = "change")]
    pub no_group: bool,
    /// A tag it gets (repeatable)
    #[arg(long, group = "change")]
    pub tag: Vec<Label>,
    /// A tag it loses (repeatable)
    #[arg(long, group = "change")]
    pub untag: Vec<Label>,
}

/// Changes what a phone is called.
pub(super) async fn set(
    backend: &Backend,
    args: DeviceSetArgs,
    output: Output,
) -> anyhow::Result<()> {
    let path = format!("/device/{}", segment(args.serial.as_str()));
    let body = changes(&args);
    let data = backend.call(Method::PATCH, &path, Some(&body)).await?;
    output.answer(data, |device: DeviceView| format!("{}\n", called(&device)))
}

fn changes(args: &DeviceSetArgs) -> Value {
    let mut body = Map::new();
    if args.no_name || args.name.is_some() {
        body.insert("name".into(), json!(args.name));
    }
    if args.no_group || args.group.is_some() {
        body.insert("group".into(), json!(args.group));
    }
    for (field, labels) in [("add_tags", &args.tag), ("remove_tags", &args.untag)] {
        if !labels.is_empty() {
            body.insert(field.into(), json!(labels));
        }
    }
    Value::Object(body)
}

/// `R58: name Rack 2 / 7, group rack2, tags a,b`.
fn called(device: &DeviceView) -> String {
    let labels = &device.labels;
    let name = labels.name.as_ref().map(|name| format!("name {name}"));
    let group = labels.group.as_ref().map(|group| format!("group {group}"));
    let tags = (!labels.tags.is_empty()).then(|| format!("tags {}", labels.tags_text()));
    let words: Vec<String> = [name, group, tags].into_iter().flatten().collect();
    let words = match words.is_empty() {
        true => "no name, no group, no tags".to_owned(),
        false => words.join(", "),
    };
    format!("{}: {}", device.serial, printable(&words))
}

#[derive(Deserialize)]
struct Properties {
    properties: BTreeMap<String, String>,
    battery: BTreeMap<String, String>,
    storage: Option<Storage>,
}

/// Shows what a phone tells of itself.
pub(super) async fn properties(
    backend: &Backend,
    serial: &Serial,
    output: Output,
) -> anyhow::Result<()> {
    let path = format!("/device/{}/properties", segment(serial.as_str()));
    let data = backend.get(&path).await?;
    output.answer(data, |told: Properties| {
        let mut text = String::new();
        for (name, value) in &told.properties {
            text += &format!("{}={}\n", printable(name), printable(value));
        }
        for (name, value) in &told.battery {
            text += &format!("battery {}: {}\n", printable(name), printable(value));
        }
        if let Some(Storage {
            total_mib,
            free_mib,
        }) = told.storage
        {
            text += &format!("storage: {free_mib} of {total_mib} MiB free\n");
        }
        text
    })
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::{DeviceSetArgs, changes};
    use crate::model::Serial;

    #[test]
    fn only_what_was_said_is_sent() {
        let args = DeviceSetArgs {
            serial: Serial::new("a").unwrap(),
            name: Some("Rack 2".parse().unwrap()),
            no_name: false,
            group: None,
            no_group: true,
            tag: vec!["new".parse().unwrap()],
            untag: Vec::new(),
        };
        let expected = json!({"name": "Rack 2", "group": null, "add_tags": ["new"]});
        assert_eq!(changes(&args), expected);
    }
}
