//! Tasks: list, one, stop, retry, delete.

use std::sync::Arc;

use axum::extract::State;
use serde::Serialize;
use serde_json::json;

use super::Api;
use super::extract::{Bare, BareQuery, Id, JsonBody};
use crate::api::envelope::Success;
use crate::api::error::ApiError;
use crate::api::fields::Fields;
use crate::api::query::Query;
use crate::farm::DeleteOutcome;
use crate::model::{Attempt, Serial, Source, Status, TaskId, TaskView};
use crate::store::Filter;

/// Rows a page has unless asked otherwise, and at most (contract).
const PAGE_SIZE: u64 = 20;
const MAX_PAGE_SIZE: u64 = 100;

type Answer = Result<Success, ApiError>;

#[derive(Serialize)]
struct List<'a> {
    tasks: &'a [TaskView],
    total: u64,
    page: u64,
    page_size: u64,
}

/// `GET /task`
pub async fn list(State(api): State<Arc<Api>>, BareQuery(mut query): BareQuery) -> Answer {
    let filter = filter(&mut query)?;
    let page = query.whole("page", 1..=u64::MAX)?.unwrap_or(1);
    let page_size = query.whole("page_size", 1..=MAX_PAGE_SIZE)?;
    let page_size = page_size.unwrap_or(PAGE_SIZE);
    query.finish()?;
    // At most MAX_PAGE_SIZE: fits.
    let rows = usize::try_from(page_size).unwrap_or_default();
    let found = api.farm.reader.tasks(&filter, page, rows)?;
    let list = List {
        tasks: &found.tasks,
        total: found.total,
        page,
        page_size,
    };
    Success::of_rows(list, found.tasks.len())
}

fn filter(query: &mut Query) -> Result<Filter, ApiError> {
    let status = query.whole("status", 0..=3)?;
    let status = status.and_then(|code| u8::try_from(code).ok());
    let serial = query.text("serial").map(|text| Serial::new(&text));
    let serial = serial
        .transpose()
        .map_err(|e| ApiError::field("serial", format!("serial: {e}")))?;
    let script = query.text("script_name");
    let source = match query.text("source").as_deref() {
        None => None,
        Some("ui") => Some(Source::Ui),
        Some("api") => Some(Source::Api),
        Some(other) => {
            return Err(ApiError::field(
                "source",
                format!("source must be ui or api, this is {other:?}"),
            ));
        }
    };
    Ok(Filter {
        status: status.and_then(Status::from_code),
        serial,
        script,
        source,
        kind: None,
    })
}

#[derive(Serialize)]
struct Detail<'a> {
    #[serde(flatten)]
    task: &'a TaskView,
    attempts: &'a [Attempt],
}

/// `GET /task/{id}`
pub async fn show(State(api): State<Arc<Api>>, Id(id): Id, _: Bare) -> Answer {
    match api.farm.reader.task(id)? {
        Some(found) => Success::of(Detail {
            task: &found.view,
            attempts: &found.attempts,
        }),
        None => Err(no_task(id)),
    }
}

fn no_task(id: TaskId) -> ApiError {
    ApiError::not_found(format!("there is no task {id}"))
}

/// `POST /task/{id}/stop`
pub async fn stop(State(api): State<Arc<Api>>, Id(id): Id, _: Bare) -> Answer {
    let commands = api.farm.commands.clone();
    let task = api.change(async move { commands.stop(id).await }).await?;
    Success::of(task)
}

/// `POST /task/{id}/retry`
pub async fn retry(State(api): State<Arc<Api>>, Id(id): Id, _: Bare) -> Answer {
    let commands = api.farm.commands.clone();
    let task = api.change(async move { commands.retry(id).await }).await?;
    Success::of(task)
}

#[derive(Serialize)]
struct RetriedAll<'a> {
    retried_count: u64,
    task_ids: &'a [TaskId],
}

/// `POST /task/retry-all`
pub async fn retry_all(State(api): State<Arc<Api>>, _: Bare) -> Answer {
    let commands = api.farm.commands.clone();
    let retried = api.change(async move { commands.retry_all().await });
    let retried = retried.await?;
    Success::of(RetriedAll {
        retried_count: retried.count,
        task_ids: &retried.ids,
    })
}

#[derive(Serialize)]
struct Deleted<'a> {
    deleted_count: usize,
    task_ids: &'a [TaskId],
    /// Only where several were asked for.
    #[serde(skip_serializing_if = "Option::is_none")]
    not_found: Option<&'a [TaskId]>,
}

/// `DELETE /task/{id}`
pub async fn delete_one(State(api): State<Arc<Api>>, Id(id): Id, _: Bare) -> Answer {
    let outcome = delete(&api, vec![id]).await?;
    if outcome.deleted.is_empty() {
        return Err(no_task(id));
    }
    Success::of(Deleted {
        deleted_count: outcome.deleted.len(),
        task_ids: &outcome.deleted,
        not_found: None,
    })
}

/// `DELETE /task/batch` and `POST /task/batch-delete`
pub async fn delete_batch(State(api): State<Arc<Api>>, JsonBody(body): JsonBody) -> Answer {
    let ids = wanted_ids(body)?;
    let outcome = delete(&api, ids).await?;
    if outcome.deleted.is_empty() {
        return Err(ApiError::NotFound {
            message: "none of these tasks exists".into(),
            data: json!({ "not_found": outcome.not_found }),
        });
    }
    Success::of(Deleted {
        deleted_count: outcome.deleted.len(),
        task_ids: &outcome.deleted,
        not_found: Some(&outcome.not_found),
    })
}

fn wanted_ids(body: Option<serde_json::Value>) -> Result<Vec<TaskId>, ApiError> {
    let mut fields = Fields::of_body(body)?;
    let mut ids = fields.task_ids("task_ids")?;
    fields.finish()?;
    if ids.is_empty() {
        return Err(ApiError::field(
            "task_ids",
            "task_ids must be a list of at least one task id: an empty one never means all",
        ));
    }
    // A set: named twice is asked for once.
    ids.sort_unstable();
    ids.dedup();
    Ok(ids)
}

async fn delete(api: &Api, ids: Vec<TaskId>) -> Result<DeleteOutcome, ApiError> {
    let commands = api.farm.commands.clone();
    api.change(async move { commands.delete(ids).await }).await
}
