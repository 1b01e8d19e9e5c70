//! Phones: list, one, properties, names and tags, hold, release.

use std::collections::{BTreeMap, BTreeSet};
use std::str::FromStr;
use std::sync::Arc;

use axum::extract::State;
use serde::Serialize;
use serde_json::Value;

use super::Api;
use super::extract::{Bare, JsonBody, Name};
use crate::api::envelope::Success;
use crate::api::error::ApiError;
use crate::api::fields::Fields;
use crate::farm::{PhoneFacts, Storage};
use crate::model::{DevicePatch, DeviceView, Hold, InvalidId, Label, Serial};

type Answer = Result<Success, ApiError>;

#[derive(Serialize)]
struct Devices<'a> {
    devices: &'a [DeviceView],
    total: usize,
}

/// `GET /device`
pub async fn list(State(api): State<Arc<Api>>, _: Bare) -> Answer {
    let devices = api.farm.reader.devices();
    Success::of(Devices {
        devices: &devices,
        total: devices.len(),
    })
}

/// `GET /device/{serial}`
pub async fn show(State(api): State<Arc<Api>>, Name(serial): Name, _: Bare) -> Answer {
    seen(&api, &parse(&serial)?)
}

#[derive(Serialize)]
struct Properties<'a> {
    serial: &'a Serial,
    properties: &'a BTreeMap<String, String>,
    battery: &'a BTreeMap<String, String>,
    storage: Option<Storage>,
}

/// `GET /device/{serial}/properties`: asked of the phone now.
pub async fn properties(State(api): State<Arc<Api>>, Name(serial): Name, _: Bare) -> Answer {
    let serial = parse(&serial)?;
    let PhoneFacts {
        properties,
        battery,
        storage,
    } = api.farm.reader.facts(&serial).await?;
    Success::of(Properties {
        serial: &serial,
        properties: &properties,
        battery: &battery,
        storage,
    })
}

/// `PATCH /device/{serial}`: `name`, `group`, `tags`, `add_tags`, `remove_tags`; absent ones
/// stay, and a null `name` or `group` takes it away.
pub async fn patch(
    State(api): State<Arc<Api>>,
    Name(serial): Name,
    JsonBody(body): JsonBody,
) -> Answer {
    let serial = parse(&serial)?;
    let patch = device_patch(Fields::of_body(body)?)?;
    let commands = api.farm.commands.clone();
    let device = api.change(async move { commands.edit_device(serial, patch).await });
    Success::of(device.await?)
}

fn device_patch(mut fields: Fields) -> Result<DevicePatch, ApiError> {
    let patch = DevicePatch {
        name: word(&mut fields, "name")?,
        group: word(&mut fields, "group")?,
        tags: labels(&mut fields, "tags")?,
        add_tags: labels(&mut fields, "add_tags")?.unwrap_or_default(),
        remove_tags: labels(&mut fields, "remove_tags")?.unwrap_or_default(),
    };
    fields.finish()?;
    if patch == DevicePatch::default() {
        return Err(ApiError::request(
            "nothing to change: name, group, tags, add_tags and remove_tags are accepted",
        ));
    }
    Ok(patch)
}

/// A field whose null means that the phone is to have none.
fn word<T: FromStr<Err = InvalidId>>(
    fields: &mut Fields,
    field: &'static str,
) -> Result<Option<Option<T>>, ApiError> {
    match fields.nullable(field) {
        None => Ok(None),
        Some(Value::Null) => Ok(Some(None)),
        Some(Value::String(text)) => {
            let wrong = |e: InvalidId| ApiError::field(field, format!("{field}: {e}"));
            Ok(Some(Some(text.parse().map_err(wrong)?)))
        }
        Some(_) => {
            let message = format!("{field} must be a string, or null to take it away");
            Err(ApiError::field(field, message))
        }
    }
}

/// A list of labels; unlike an absent one, an empty one says something.
fn labels(fields: &mut Fields, field: &'static str) -> Result<Option<BTreeSet<Label>>, ApiError> {
    let given = fields.has(field);
    let labels = fields
        .texts(field)?
        .into_iter()
        .enumerate()
        .map(|(i, text)| {
            let place = format!("{field}[{i}]");
            text.parse()
                .map_err(|e: InvalidId| ApiError::field(&*place, format!("{place}: {e}")))
        });
    let labels = labels.collect::<Result<_, _>>()?;
    Ok(given.then_some(labels))
}

/// `POST /device/{serial}/hold` with `{"reason": "..."}`: no work until it is released.
pub async fn hold(
    State(api): State<Arc<Api>>,
    Name(serial): Name,
    JsonBody(body): JsonBody,
) -> Answer {
    let serial = parse(&serial)?;
    let mut fields = Fields::of_body(body)?;
    let reason = fields.text("reason")?.unwrap_or_default();
    fields.finish()?;
    if reason.trim().is_empty() || reason.chars().count() > Hold::MAX_REASON {
        return Err(ApiError::field(
            "reason",
            format!(
                "reason must say why, in 1 to {} characters",
                Hold::MAX_REASON
            ),
        ));
    }
    let (commands, phone) = (api.farm.commands.clone(), serial.clone());
    api.change(async move { commands.hold_device(phone, reason).await })
        .await?;
    seen(&api, &serial)
}

/// `POST /device/{serial}/release`
pub async fn release(State(api): State<Arc<Api>>, Name(serial): Name, _: Bare) -> Answer {
    let serial = parse(&serial)?;
    let (commands, phone) = (api.farm.commands.clone(), serial.clone());
    api.change(async move { commands.release_device(phone).await })
        .await?;
    seen(&api, &serial)
}

pub(super) fn parse(serial: &str) -> Result<Serial, ApiError> {
    Serial::new(serial).map_err(|e: InvalidId| ApiError::field("serial", e.to_string()))
}

fn seen(api: &Api, serial: &Serial) -> Answer {
    match api.farm.reader.device(serial) {
        Some(device) => Success::of(device),
        None => Err(ApiError::not_found(format!("there is no device {serial}"))),
    }
}

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};

    use super::device_patch;
    use crate::api::fields::Fields;
    use crate::model::DevicePatch;

    fn patch(value: Value) -> Result<DevicePatch, String> {
        device_patch(Fields::of_body(Some(value)).unwrap()).map_err(|e| e.to_string())
    }

    #[test]
    fn absent_stays_null_takes_away_and_an_empty_list_takes_all() {
        let patch = patch(json!({"name": null, "tags": []})).unwrap();
        assert_eq!(patch.name, Some(None));
        assert_eq!(patch.group, None);
        assert_eq!(patch.tags, Some([].into()));
    }

    #[test]
    fn what_is_wrong_is_named_with_what_is_accepted() {
        for (wrong, part) in [
            (json!({}), "nothing to change"),
            (json!({"name": 7}), "name must be a string, or null"),
            (
                json!({"group": "rack 2"}),
                "group: \"rack 2\" is no group or tag",
            ),
            (json!({"tags": "a"}), "tags must be a list of strings"),
            (json!({"tags": null}), "nothing to change"),
            (
                json!({"add_tags": ["a", "b c"]}),
                "add_tags[1]: \"b c\" is no",
            ),
            (
                json!({"tag": ["a"]}),
                "unknown field \"tag\"; accepted: name, group, tags",
            ),
        ] {
            let error = patch(wrong).unwrap_err();
            assert!(error.contains(part), "{error}");
        }
    }
}
