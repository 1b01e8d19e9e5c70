//! Phones: list, one, hold, release.

use std::sync::Arc;

use axum::extract::State;
use serde::Serialize;

use super::Api;
use super::extract::{Bare, JsonBody, Name};
use crate::api::envelope::Success;
use crate::api::error::ApiError;
use crate::api::fields::Fields;
use crate::model::{DeviceView, InvalidId, Serial};

/// The longest reason accepted, in characters.
const MAX_REASON: usize = 200;

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
    if reason.trim().is_empty() || reason.chars().count() > MAX_REASON {
        return Err(ApiError::field(
            "reason",
            format!("reason must say why, in 1 to {MAX_REASON} characters"),
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
