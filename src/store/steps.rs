//! Steps of the schema after the first. Each one brings the types of its time; what is
//! released here changes no more.

use redb::{ReadableTable, TableDefinition, WriteTransaction};
use serde::Deserialize;

/// Id to a task's row, as schema 1 had it.
const TASKS_1: TableDefinition<u64, &[u8]> = TableDefinition::new("tasks");
/// Id to a task's head, as schema 1 had it.
const HEADS_1: TableDefinition<u64, &[u8]> = TableDefinition::new("heads");

/// The beginning of a task's row in schema 1; the rest is not read.
#[derive(Deserialize)]
#[expect(dead_code, reason = "postcard finds a field by those before it")]
struct Task1<'a> {
    id: u64,
    status: u32,
    source: u32,
    serial: &'a str,
    account: Option<(&'a str, &'a str)>,
    script: &'a str,
    config: &'a str,
    start_time: Option<&'a str>,
    scheduled_at: Option<i64>,
    due_at: i64,
    created_at: i64,
    updated_at: i64,
    started_at: Option<i64>,
}

/// 1 to 2: heads tell when a task was created and started, so that lists can be sorted by it.
pub(super) fn moments_in_heads(write: &WriteTransaction) -> Result<(), redb::Error> {
    let tasks = write.open_table(TASKS_1)?;
    let mut heads = write.open_table(HEADS_1)?;
    for row in tasks.iter()? {
        let (id, row) = row?;
        let Some(mut head) = heads.get(id.value())?.map(|head| head.value().to_vec()) else {
            continue;
        };
        // Schema 1 opened files with damaged rows, which are told when they are read. This step
        // must open them too, and a list still needs a place for such a task: the last one.
        let moments = match postcard::take_from_bytes::<Task1<'_>>(row.value()) {
            Ok((task, _)) => (task.created_at, task.started_at),
            Err(error) => {
                tracing::warn!(task = id.value(), %error, "the row of a task is damaged");
                (0, None)
            }
        };
        let failed = |error| redb::Error::Corrupted(format!("task {}: {error}", id.value()));
        // Fields lie one behind the other, so new ones at the end are only appended.
        head.extend(postcard::to_stdvec(&moments).map_err(failed)?);
        heads.insert(id.value(), head.as_slice())?;
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use redb::backends::InMemoryBackend;
    use redb::{Database, ReadableDatabase};
    use serde::Serialize;

    use super::*;
    use crate::model::{ErrorKind, Source, Status, Timestamp};
    use crate::store::tables::{Head, decode};

    #[derive(Serialize)]
    struct Head1<'a> {
        status: Status,
        source: Source,
        kind: Option<ErrorKind>,
        serial: &'a str,
        script: &'a str,
        due_at: i64,
        finished_at: Option<i64>,
    }

    /// The row of a task as schema 1 wrote it, byte by byte the same as its fields in a row.
    fn row(started_at: Option<i64>) -> Vec<u8> {
        let beginning = (
            7_u64,
            Status::Failed,
            Source::Api,
            "R58",
            Some(("sample", "ada")),
        );
        let middle = (
            "post",
            "{\"a\":1}",
            Some("08:30"),
            Some(-5_i64),
            1_000_i64,
            900_i64,
        );
        let end = (
            950_i64,
            started_at,
            Some(990_i64),
            1_u32,
            0_u32,
            0_u32,
            0_u8,
            0_u8,
            0_u8,
        );
        postcard::to_stdvec(&(beginning, middle, end)).unwrap()
    }

    /// A head as schema 1 wrote it.
    const OLD: Head1<'_> = Head1 {
        status: Status::Failed,
        source: Source::Api,
        kind: Some(ErrorKind::Lost),
        serial: "R58",
        script: "post",
        due_at: 1_000,
        finished_at: Some(990),
    };

    #[test]
    fn a_damaged_row_does_not_keep_the_others_from_their_moments() {
        let db = Database::builder()
            .create_with_backend(InMemoryBackend::new())
            .unwrap();
        let write = db.begin_write().unwrap();
        {
            let mut tasks = write.open_table(TASKS_1).unwrap();
            let mut heads = write.open_table(HEADS_1).unwrap();
            tasks.insert(7, [7].as_slice()).unwrap();
            tasks.insert(8, row(Some(960)).as_slice()).unwrap();
            let head = postcard::to_stdvec(&OLD).unwrap();
            heads.insert(7, head.as_slice()).unwrap();
            heads.insert(8, head.as_slice()).unwrap();
        }
        moments_in_heads(&write).unwrap();
        let heads = write.open_table(HEADS_1).unwrap();
        for (id, moments) in [(7, (0, None)), (8, (900, Some(Timestamp(960))))] {
            let row = heads.get(id).unwrap().unwrap();
            let head: Head<'_> = decode(row.value(), || "head".to_owned()).unwrap();
            assert_eq!((head.created_at.0, head.started_at), moments);
        }
    }

    #[test]
    fn heads_of_schema_1_learn_their_moments() {
        let db = Database::builder()
            .create_with_backend(InMemoryBackend::new())
            .unwrap();
        let write = db.begin_write().unwrap();
        {
            let mut tasks = write.open_table(TASKS_1).unwrap();
            let mut heads = write.open_table(HEADS_1).unwrap();
            for (id, started) in [(7, Some(960)), (8, None)] {
                tasks.insert(id, row(started).as_slice()).unwrap();
                let head = postcard::to_stdvec(&OLD).unwrap();
                heads.insert(id, head.as_slice()).unwrap();
            }
        }
        moments_in_heads(&write).unwrap();
        write.commit().unwrap();
        let heads = db.begin_read().unwrap().open_table(HEADS_1).unwrap();
        for (id, started_at) in [(7, Some(Timestamp(960))), (8, None)] {
            let row = heads.get(id).unwrap().unwrap();
            let head: Head<'_> = decode(row.value(), || "head".to_owned()).unwrap();
            let expected = Head {
                status: Status::Failed,
                source: Source::Api,
                kind: Some(ErrorKind::Lost),
                serial: "R58",
                script: "post",
                due_at: Timestamp(1_000),
                finished_at: Some(Timestamp(990)),
                created_at: Timestamp(900),
                started_at,
            };
            assert_eq!(head, expected);
        }
    }
}
