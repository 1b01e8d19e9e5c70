//! New tasks by the farm's own check and commit: the same that a request to the API takes.

use serde::Serialize;
use sha2::{Digest as _, Sha256};

use super::refused;
use crate::console::new_tasks::{
    Batch, Created, NewTasks, Outlook, Recipients, Submission, SubmitError,
};
use crate::console::source::SourceError;
use crate::farm::{CommandError, Commands, IdempotencyKey, Request, Targets};
use crate::model::{Serial, Source};

/// What these tasks would be.
pub(super) async fn foresee(commands: &Commands, tasks: NewTasks) -> Result<Outlook, SubmitError> {
    let foreseen = commands.foresee(requests(tasks)?).await.map_err(why)?;
    Ok(Outlook {
        tasks: foreseen.tasks as u64,
        serials: foreseen.serials,
        scheduled_at: foreseen.scheduled_at,
        unknown_serials: foreseen.unknown_serials,
    })
}

/// Creates them.
pub(super) async fn submit(
    commands: &Commands,
    submission: Submission,
) -> Result<Created, SubmitError> {
    let Submission { tasks, agreed, key } = submission;
    let key = IdempotencyKey {
        fingerprint: fingerprint(&tasks),
        key,
    };
    let agreed = usize::try_from(agreed).unwrap_or(usize::MAX);
    let created = commands
        .submit_agreed(requests(tasks)?, agreed, Some(key))
        .await
        .map_err(why)?;
    Ok(Created {
        ids: created.task_ids,
        scheduled_at: created.scheduled_at,
        unknown_serials: created.unknown_serials,
    })
}

fn requests(tasks: NewTasks) -> Result<Vec<Request>, SubmitError> {
    let NewTasks {
        script,
        batches,
        start_time,
    } = tasks;
    let request = |batch: Batch| {
        Ok(Request {
            targets: targets(batch.recipients)?,
            script: script.clone(),
            config: batch.config,
            start_time: start_time.clone(),
            source: Source::Ui,
            idempotency: None,
        })
    };
    batches.into_iter().map(request).collect()
}

fn targets(recipients: Recipients) -> Result<Targets, SubmitError> {
    let (serials, each_account) = match recipients {
        Recipients::Accounts(names) => return Ok(Targets::Usernames(names)),
        Recipients::Phones(serials) => (serials, false),
        Recipients::EachAccount(serials) => (serials, true),
    };
    let serial = |text: &String| {
        Serial::new(text).map_err(|error| SubmitError::Field {
            field: "serials".to_owned(),
            message: error.to_string(),
        })
    };
    Ok(Targets::Serials {
        serials: serials.iter().map(serial).collect::<Result<_, _>>()?,
        each_account,
    })
}

/// Tells an order from another one that came with its key.
pub(super) fn fingerprint<T: Serialize>(order: &T) -> [u8; 32] {
    // Strings, lists and objects with text for keys: nothing that JSON could refuse.
    let bytes = serde_json::to_vec(order).unwrap_or_default();
    Sha256::digest(bytes).into()
}

fn why(error: CommandError) -> SubmitError {
    match error {
        CommandError::Invalid { field, message } => SubmitError::Field { field, message },
        error => SubmitError::Source(refused(error)),
    }
}

/// What a task of the runtime that ended badly leaves behind.
pub(super) fn ended_badly(error: tokio::task::JoinError) -> SubmitError {
    SourceError::Unknown(format!("the creation ended badly: {error}")).into()
}
