//! Counts and the plan.

use std::sync::Arc;

use axum::extract::State;
use serde::Serialize;

use super::Api;
use super::extract::Bare;
use crate::api::envelope::Success;
use crate::api::error::ApiError;

/// How the contract writes that there is no limit.
const NO_LIMIT: u32 = 2_147_483_647;

type Answer = Result<Success, ApiError>;

/// `GET /task/stats`
pub async fn stats(State(api): State<Arc<Api>>, _: Bare) -> Answer {
    Success::of(api.farm.reader.stats()?)
}

#[derive(Serialize)]
struct License {
    plan_name: &'static str,
    api_enabled: bool,
    device_limit: u32,
    message: &'static str,
}

/// `GET /license/check`. The gate has refused plans without API access before.
pub async fn license(State(api): State<Arc<Api>>, _: Bare) -> Answer {
    let license = api.farm.reader.license();
    Success::of(License {
        plan_name: license.plan.title(),
        api_enabled: license.plan.api_enabled(),
        device_limit: license.device_limit.unwrap_or(NO_LIMIT),
        message: "API access enabled",
    })
}
