//! Phones and accounts, as [`super::Local`] reads and changes them.

use std::io::{self, Read, Seek, SeekFrom};

use serde_json::{Map, Value};

use super::new_tasks::fingerprint;
use super::{Dropped, each, refused};
use crate::console::source::{
    AccountCommand, Done, OutputPart, OutputQuery, PhoneCommand, ShellOrder, SourceError,
};
use crate::farm::{
    CommandError, Commands, Farm, IdempotencyKey, LOG, OpenEvidence, Reader, Request, Targets,
};
use crate::model::{AccountKey, NewAccount, Source, TaskId};

/// Bytes of an output that are sent at once: its end, if there is more.
const OUTPUT: u64 = 8 << 10;

/// Changes phones, side by side.
pub(super) async fn perform(farm: &Farm, command: PhoneCommand) -> Result<Done, SourceError> {
    match command {
        PhoneCommand::Hold { serials, reason } => {
            each("phone", "held", serials, |serial| {
                let (commands, reason) = (farm.commands.clone(), reason.clone());
                async move { commands.hold_device(serial, reason).await }
            })
            .await
        }
        PhoneCommand::Release(serials) => {
            each("phone", "released", serials, |serial| {
                let commands = farm.commands.clone();
                async move { commands.release_device(serial).await }
            })
            .await
        }
        PhoneCommand::Edit { serials, patch } => {
            each("phone", "labelled", serials, |serial| {
                let (commands, patch) = (farm.commands.clone(), patch.clone());
                async move { commands.edit_device(serial, patch).await.map(drop) }
            })
            .await
        }
    }
}

/// Adds or changes an account.
pub(super) async fn account(farm: &Farm, command: AccountCommand) -> Result<Done, SourceError> {
    let (key, participle) = match command {
        AccountCommand::Add(draft) => {
            let app = draft.app.as_deref();
            let app = app.unwrap_or_else(|| farm.reader.default_app());
            let key = AccountKey::new(app, &draft.username)
                .map_err(|error| SourceError::Refused(error.to_string()))?;
            let new = NewAccount {
                key: key.clone(),
                serial: draft.serial,
                enabled: true,
                notes: draft.notes,
            };
            let added = farm.commands.add_accounts(vec![new]).await;
            added.map_err(refused)?;
            (key, "added")
        }
        AccountCommand::Change { key, patch } => {
            let changed = farm.commands.patch_account(key.clone(), patch).await;
            changed.map_err(refused)?;
            (key, "changed")
        }
    };
    Ok(Done {
        changed: 1,
        skipped: 0,
        sentence: format!("account {key} {participle}"),
    })
}

/// Makes the tasks of a shell command.
pub(super) async fn shell(
    commands: &Commands,
    order: ShellOrder,
) -> Result<Vec<TaskId>, SourceError> {
    let fingerprint = fingerprint(&order);
    let mut config = Map::new();
    config.insert("command".to_owned(), Value::String(order.command));
    let request = Request {
        targets: Targets::Serials {
            serials: order.serials,
            each_account: false,
        },
        script: "shell".to_owned(),
        config,
        start_time: None,
        source: Source::Ui,
        idempotency: Some(IdempotencyKey {
            key: order.key,
            fingerprint,
        }),
    };
    let accepted = commands.submit(request).await.map_err(refused)?;
    Ok(accepted.task_ids)
}

/// How far tasks are and what they wrote.
pub(super) fn outputs(
    reader: &Reader,
    queries: &[OutputQuery],
    dropped: &Dropped,
) -> Result<Vec<OutputPart>, CommandError> {
    let mut parts = Vec::with_capacity(queries.len());
    for query in queries {
        if dropped.is_true() {
            break;
        }
        parts.push(output(reader, query)?);
    }
    Ok(parts)
}

fn output(reader: &Reader, query: &OutputQuery) -> Result<OutputPart, CommandError> {
    let view = reader.task(query.task)?.map(|detail| detail.view);
    let attempt = view.as_ref().map_or(0, |view| view.task.attempt);
    let ended = view.as_ref().is_none_or(|view| view.task.status.is_final());
    let known = if query.attempt == attempt {
        query.from
    } else {
        0
    };
    // One that never ran, or lost its evidence since, has no log.
    let log = reader.open_evidence(query.task, Some(attempt), LOG).ok();
    let (from, bytes, last) = match log {
        None => (known, Vec::new(), ended),
        Some(log) => tail(log, known).map_err(|error| {
            CommandError::Internal(format!("cannot read the log of {}: {error}", query.task))
        })?,
    };
    Ok(OutputPart {
        task: query.task,
        view,
        attempt,
        from,
        bytes,
        last,
    })
}

/// What follows `known` in a log, or its end, if that is much: where it begins, and whether
/// all of it is there.
fn tail(mut log: OpenEvidence, known: u64) -> io::Result<(u64, Vec<u8>, bool)> {
    let length = log.file.bytes;
    let from = known.max(length.saturating_sub(OUTPUT));
    log.content.seek(SeekFrom::Start(from))?;
    let mut bytes = Vec::new();
    log.content.take(OUTPUT).read_to_end(&mut bytes)?;
    let last = log.ended && from + bytes.len() as u64 >= length;
    Ok((from, bytes, last))
}
