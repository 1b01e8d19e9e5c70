//! A text looked for in the logs of some tasks, a bounded part of each.

use std::io::{BufRead, BufReader, Read};

use super::Dropped;
use crate::console::info::{LogHit, LogHits, LogQuery};
use crate::farm::{CommandError, LOG, Reader};
use crate::model::TaskId;

/// Bytes read of a log: more than one has.
const LARGEST: u64 = 2 << 20;
/// Places told of one log.
const TOLD: usize = 20;
/// Characters told of a line.
const LONGEST: usize = 400;

pub(super) fn search(
    reader: &Reader,
    query: &LogQuery,
    dropped: &Dropped,
) -> Result<LogHits, CommandError> {
    let wanted = query.text.to_lowercase();
    let mut found = LogHits::default();
    for id in &query.tasks {
        if dropped.is_true() {
            break;
        }
        one(reader, *id, &wanted, &mut found)?;
    }
    Ok(found)
}

/// Looks through one log; a task that is gone or left none has no hits.
fn one(reader: &Reader, id: TaskId, wanted: &str, found: &mut LogHits) -> Result<(), CommandError> {
    let Some(detail) = reader.task(id)? else {
        return Ok(());
    };
    let file = match reader.open_evidence(id, None, LOG) {
        Ok(file) => file,
        Err(CommandError::NotFound(_)) => return Ok(()),
        Err(error) => return Err(error),
    };
    found.logs += 1;
    let attempt = file.file.attempt;
    let mut told = 0;
    let lines = BufReader::new(file.content.take(LARGEST)).split(b'\n');
    for (at, line) in lines.enumerate() {
        let line = line.map_err(|error| {
            CommandError::Internal(format!("cannot read the log of task {id}: {error}"))
        })?;
        let line = String::from_utf8_lossy(&line);
        if !line.to_lowercase().contains(wanted) {
            continue;
        }
        if told == TOLD {
            found.untold += 1;
            continue;
        }
        told += 1;
        found.hits.push(LogHit {
            task: id,
            attempt,
            serial: detail.view.task.serial.clone(),
            line: at + 1,
            text: line.chars().take(LONGEST).collect(),
        });
    }
    Ok(())
}
