//! All accounts at once, as CSV.

use std::sync::Arc;

use axum::extract::State;
use axum::response::Response;

use super::Api;
use super::extract::{Bare, QueryAndBytes};
use crate::api::envelope::Success;
use crate::api::error::ApiError;
use crate::api::file;
use crate::model::Existing;

/// `POST /account/import` with a CSV file as body: all of it or nothing. `?update=true`
/// changes accounts that are there already; else they are faults of the file.
pub async fn import(
    State(api): State<Arc<Api>>,
    QueryAndBytes(mut query, body): QueryAndBytes,
) -> Result<Success, ApiError> {
    let existing = match query.flag("update")? {
        Some(true) => Existing::Overwrite,
        Some(false) | None => Existing::Refuse,
    };
    query.finish()?;
    let commands = api.farm.commands.clone();
    let imported = api.change(async move { commands.import_accounts(body, existing).await });
    Success::of(imported.await?)
}

/// `GET /account/export`
pub async fn export(State(api): State<Arc<Api>>, _: Bare) -> Result<Response, ApiError> {
    let csv = api.farm.reader.accounts_csv()?;
    let head = file::Head {
        name: "accounts.csv",
        media_type: "text/csv; charset=utf-8; header=present",
        bytes: Some(csv.len() as u64),
    };
    Ok(file::answer(&head, csv.into()))
}
