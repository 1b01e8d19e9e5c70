//! The schema's number and the steps that lead to it.
//!
//! Step n turns schema n into n + 1, all missing steps in one transaction at open, so a file
//! is never half migrated. A step works on tables as they were at its time: it brings its own
//! definitions and types, and once released it changes no more.

use redb::{Database, Durability, ReadableDatabase, TableHandle, WriteTransaction};

use super::steps::moments_in_heads;
use super::tables::{ACCOUNTS, ATTEMPTS, DEVICES, HEADS, KEY_AGES, KEYS, META, META_SCHEMA, TASKS};

/// One step of the schema.
pub(super) type Step = fn(&WriteTransaction) -> Result<(), redb::Error>;

/// All steps, the first one from an empty file.
pub(super) const STEPS: &[Step] = &[create_tables, moments_in_heads];

/// Why a file's schema was refused.
#[derive(Debug)]
pub(super) enum SchemaError {
    /// It has more steps than this program knows.
    Newer {
        /// The file's schema.
        found: u32,
    },
    /// It has tables, but not ours.
    Foreign,
    Redb(redb::Error),
}

impl<E: Into<redb::Error>> From<E> for SchemaError {
    fn from(error: E) -> Self {
        Self::Redb(error.into())
    }
}

/// Brings a file to the schema after the last of `steps`.
pub(super) fn migrate(db: &Database, steps: &[Step]) -> Result<(), SchemaError> {
    let found = schema_of(db)?;
    let Some(missing) = steps.get(found as usize..) else {
        return Err(SchemaError::Newer { found });
    };
    if missing.is_empty() {
        return Ok(());
    }
    let mut write = db.begin_write()?;
    write.set_durability(Durability::Immediate)?;
    write.set_quick_repair(true);
    for step in missing {
        step(&write)?;
    }
    write
        .open_table(META)?
        .insert(META_SCHEMA, steps.len() as u64)?;
    write.commit()?;
    Ok(())
}

/// The schema of a file; 0 if it is empty.
fn schema_of(db: &Database) -> Result<u32, SchemaError> {
    let read = db.begin_read()?;
    let mut tables = read.list_tables()?.peekable();
    if tables.peek().is_none() {
        return Ok(0);
    }
    if !tables.any(|table| table.name() == META.name()) {
        return Err(SchemaError::Foreign);
    }
    let found = read.open_table(META)?.get(META_SCHEMA)?;
    let found = found.ok_or(SchemaError::Foreign)?.value();
    Ok(u32::try_from(found).unwrap_or(u32::MAX))
}

fn create_tables(write: &WriteTransaction) -> Result<(), redb::Error> {
    write.open_table(TASKS)?;
    write.open_table(HEADS)?;
    write.open_table(ATTEMPTS)?;
    write.open_table(ACCOUNTS)?;
    write.open_table(DEVICES)?;
    write.open_table(KEYS)?;
    write.open_table(KEY_AGES)?;
    write.open_table(META)?;
    Ok(())
}

#[cfg(test)]
mod tests {
    use redb::ReadableTable;
    use redb::backends::InMemoryBackend;

    use super::*;

    fn memory() -> Database {
        Database::builder()
            .create_with_backend(InMemoryBackend::new())
            .unwrap()
    }

    fn mark(write: &WriteTransaction) -> Result<(), redb::Error> {
        let mut meta = write.open_table(META)?;
        let marks = meta.get("marks")?.map_or(0, |n| n.value());
        meta.insert("marks", marks + 1)?;
        Ok(())
    }

    fn fail(_: &WriteTransaction) -> Result<(), redb::Error> {
        Err(redb::Error::Corrupted("on purpose".into()))
    }

    fn marks(db: &Database) -> u64 {
        let meta = db.begin_read().unwrap().open_table(META).unwrap();
        meta.get("marks").unwrap().map_or(0, |n| n.value())
    }

    #[test]
    fn only_the_missing_steps_run() {
        let db = memory();
        migrate(&db, &[create_tables, mark]).unwrap();
        migrate(&db, &[create_tables, mark]).unwrap();
        assert_eq!(marks(&db), 1);
        migrate(&db, &[create_tables, mark, mark, mark]).unwrap();
        assert_eq!(marks(&db), 3);
    }

    #[test]
    fn a_step_that_fails_leaves_the_file_as_it_was() {
        let db = memory();
        migrate(&db, &[create_tables]).unwrap();
        migrate(&db, &[create_tables, mark, fail]).unwrap_err();
        assert_eq!(marks(&db), 0);
        assert_eq!(schema_of(&db).unwrap(), 1);
    }

    #[test]
    fn a_newer_file_is_refused_with_its_number() {
        let db = memory();
        migrate(&db, &[create_tables, mark, mark]).unwrap();
        let error = migrate(&db, &[create_tables]).unwrap_err();
        assert!(matches!(error, SchemaError::Newer { found: 3 }));
    }

    #[test]
    fn somebody_elses_database_is_refused() {
        let db = memory();
        let write = db.begin_write().unwrap();
        let theirs: redb::TableDefinition<u64, u64> = redb::TableDefinition::new("theirs");
        write.open_table(theirs).unwrap();
        write.commit().unwrap();
        let error = migrate(&db, STEPS).unwrap_err();
        assert!(matches!(error, SchemaError::Foreign));
    }
}
