//! What attempts leave: lists, files, and logs that are followed while they grow.

use std::sync::Arc;

use axum::body::Body;
use axum::extract::State;
use axum::response::Response;
use serde::Serialize;
use tokio::io::AsyncReadExt as _;
use tokio_util::io::ReaderStream;

use super::Api;
use super::extract::{Bare, BareQuery, Id, IdAndName};
use crate::api::envelope::Success;
use crate::api::error::ApiError;
use crate::api::file;
use crate::api::follow::FollowBody;
use crate::api::query::Query;
use crate::farm::{CommandError, EvidenceFile, FileType, LOG, Reader};
use crate::model::TaskId;

#[derive(Serialize)]
struct Evidence {
    task_id: TaskId,
    evidence: Vec<FileJson>,
    total: usize,
}

#[derive(Serialize)]
struct FileJson {
    #[serde(flatten)]
    file: EvidenceFile,
    #[serde(rename = "type")]
    media_type: &'static str,
}

/// `GET /task/{id}/evidence`
pub async fn list(State(api): State<Arc<Api>>, Id(id): Id, _: Bare) -> Result<Success, ApiError> {
    let files = on_disk(&api, move |reader| reader.evidence_files(id)).await?;
    let evidence: Vec<FileJson> = files
        .into_iter()
        .map(|file| FileJson {
            media_type: FileType::of(&file.name).media_type(),
            file,
        })
        .collect();
    Success::of(Evidence {
        task_id: id,
        total: evidence.len(),
        evidence,
    })
}

/// `GET /task/{id}/evidence/{name}`: of the latest attempt, or of `?attempt=`.
pub async fn show(
    State(api): State<Arc<Api>>,
    IdAndName(id, name): IdAndName,
    BareQuery(query): BareQuery,
) -> Result<Response, ApiError> {
    let wanted = Wanted::read(query)?;
    if wanted.follow && name != LOG {
        let message = format!("only {LOG} can be followed");
        return Err(ApiError::field("follow", message));
    }
    answer(&api, id, name, wanted).await
}

/// `GET /task/{id}/log`: `log.txt` of the latest attempt, or of `?attempt=`. With
/// `?follow=true` until the attempt has ended.
pub async fn log(
    State(api): State<Arc<Api>>,
    Id(id): Id,
    BareQuery(query): BareQuery,
) -> Result<Response, ApiError> {
    answer(&api, id, LOG.to_owned(), Wanted::read(query)?).await
}

struct Wanted {
    attempt: Option<u32>,
    follow: bool,
}

impl Wanted {
    fn read(mut query: Query) -> Result<Self, ApiError> {
        let attempt = query.whole("attempt", 1..=u64::from(u32::MAX))?;
        let wanted = Self {
            attempt: attempt.and_then(|number| u32::try_from(number).ok()),
            follow: query.flag("follow")?.unwrap_or(false),
        };
        query.finish()?;
        Ok(wanted)
    }
}

async fn answer(api: &Api, id: TaskId, name: String, wanted: Wanted) -> Result<Response, ApiError> {
    if wanted.follow {
        return follow(api, id, wanted.attempt);
    }
    let opened = on_disk(api, move |reader| {
        reader.open_evidence(id, wanted.attempt, &name)
    });
    let opened = opened.await?;
    let file = opened.file;
    // Not more than was announced, though it may have grown since.
    let content = tokio::fs::File::from_std(opened.content).take(file.bytes);
    let head = file::Head {
        name: &file.name,
        media_type: FileType::of(&file.name).media_type(),
        bytes: Some(file.bytes),
    };
    let content = Body::from_stream(ReaderStream::with_capacity(content, 64 * 1024));
    Ok(file::answer(&head, content))
}

fn follow(api: &Api, id: TaskId, attempt: Option<u32>) -> Result<Response, ApiError> {
    let log = api.farm.reader.follow_log(id, attempt)?;
    let Ok(place) = Arc::clone(&api.followers).try_acquire_owned() else {
        return Err(ApiError::TooMany(
            "too many logs are being followed at once: leave one, or read without follow".into(),
        ));
    };
    let head = file::Head {
        name: LOG,
        media_type: FileType::Text.media_type(),
        bytes: None,
    };
    let body = FollowBody::new(log, api.closing.clone(), place);
    Ok(file::answer(&head, Body::new(body)))
}

/// Asks for what lies on the disk, off the workers.
async fn on_disk<T: Send + 'static>(
    api: &Api,
    read: impl FnOnce(&Reader) -> Result<T, CommandError> + Send + 'static,
) -> Result<T, ApiError> {
    let reader = api.farm.reader.clone();
    match tokio::task::spawn_blocking(move || read(&reader)).await {
        Ok(found) => Ok(found?),
        Err(error) => Err(ApiError::Internal(format!("reading evidence: {error}"))),
    }
}
