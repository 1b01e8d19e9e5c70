//! Saves rows and texts in new files of the operator's. Rows of tasks are read and written in
//! parts: a list may be longer than what should be held at once.

use std::collections::BTreeSet;

use super::files::NewFile;
use crate::console::saved::{Content, Format, ROWS_MAX, Saved, TaskWriter, Tasks};
use crate::console::source::{PageQuery, Place, Source, SourceError, TaskRows};
use crate::model::{TaskId, TaskView};

/// Rows asked for at once. Half of them lie before the one around which they are asked for.
const WINDOW: usize = 10_000;

/// Saves it; a file that is there is left alone, and one that could not be finished is removed.
pub(super) async fn save(
    source: &dyn Source,
    path: &str,
    what: Content,
) -> Result<Saved, SourceError> {
    let mut file = NewFile::create(path).await?;
    let saved = match what {
        Content::Text(text) => {
            file.write(text.as_bytes()).await?;
            Saved::default()
        }
        Content::Tasks(Tasks::Marked(ids), format) => {
            let tasks = source.tasks(ids.clone()).await?;
            let mut writer = TaskWriter::new(format);
            put(&mut file, &mut writer, &tasks).await?;
            file.write(writer.end().as_bytes()).await?;
            Saved {
                rows: tasks.len() as u64,
                total: ids.len() as u64,
            }
        }
        Content::Tasks(Tasks::Shown(query), format) => {
            list(source, *query, format, &mut file).await?
        }
    };
    file.finish().await?;
    Ok(saved)
}

async fn list(
    source: &dyn Source,
    mut query: PageQuery,
    format: Format,
    file: &mut NewFile,
) -> Result<Saved, SourceError> {
    let mut writer = TaskWriter::new(format);
    // The list goes on changing: a row is told from those already written by its id.
    let mut written: BTreeSet<TaskId> = BTreeSet::new();
    query.place = Place::First;
    query.rows = 1;
    loop {
        let TaskRows { mut page, search } = source.page(query.clone()).await?;
        if search.is_some() {
            // The same question goes on with a search that is not over; its rows are of no use.
            query.rows = 1;
            continue;
        }
        if query.rows < WINDOW {
            query.rows = WINDOW;
            continue;
        }
        let end = page.offset + page.tasks.len() as u64;
        page.tasks.retain(|view| !written.contains(&view.task.id));
        let room = ROWS_MAX.saturating_sub(written.len() as u64);
        page.tasks
            .truncate(usize::try_from(room).unwrap_or(usize::MAX));
        put(file, &mut writer, &page.tasks).await?;
        written.extend(page.tasks.iter().map(|view| view.task.id));
        let rows = written.len() as u64;
        match page.tasks.last() {
            Some(last) if end < page.total && rows < ROWS_MAX => {
                query.place = Place::Around {
                    id: last.task.id,
                    seen: end.saturating_sub(1),
                };
            }
            _ => {
                file.write(writer.end().as_bytes()).await?;
                let total = page.total.max(rows);
                return Ok(Saved { rows, total });
            }
        }
    }
}

async fn put(
    file: &mut NewFile,
    writer: &mut TaskWriter,
    tasks: &[TaskView],
) -> Result<(), SourceError> {
    let text = writer.part(tasks.iter()).map_err(SourceError::Failed)?;
    file.write(text.as_bytes()).await
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use super::{WINDOW, save};
    use crate::console::filter::Query;
    use crate::console::saved::{Content, Format, Saved, Tasks};
    use crate::console::source::{ListQuery, PageQuery, Place, SourceError};
    use crate::console::testing::{Fake, Model, Mood, task};
    use crate::model::TaskId;

    fn all(format: Format) -> Content {
        let query = PageQuery {
            list: ListQuery::default(),
            place: Place::First,
            rows: 64,
        };
        Content::Tasks(Tasks::Shown(Box::new(query)), format)
    }

    #[tokio::test]
    async fn a_list_longer_than_a_window_is_saved_whole_and_each_row_once() {
        let count = WINDOW as u64 * 2 + 7;
        let tasks = (1..=count).map(|id| (TaskId(id), Arc::new(task(id))));
        let model = Model {
            tasks: tasks.collect(),
            ..Model::default()
        };
        let fake = Fake::new(model);
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("tasks.csv");
        let saved = save(&fake, path.to_str().unwrap(), all(Format::Csv)).await;
        let whole = Saved {
            rows: count,
            total: count,
        };
        assert_eq!(saved.unwrap(), whole);
        let mut rows = csv::Reader::from_path(path).unwrap();
        let ids = rows
            .records()
            .map(|row| row.unwrap()[0].parse::<u64>().unwrap());
        assert!(ids.eq((1..=count).rev()));
    }

    #[tokio::test]
    async fn a_list_that_is_still_searched_is_saved_whole() {
        let tasks = (1..=9).map(|id| (TaskId(id), Arc::new(task(id))));
        let fake = Fake::new(Model {
            tasks: tasks.collect(),
            unfinished: 5,
            ..Model::default()
        });
        let list = ListQuery {
            rest: Query::for_tasks("!error~nothing").unwrap(),
            ..ListQuery::default()
        };
        assert!(!list.indexed());
        let query = PageQuery {
            list,
            place: Place::First,
            rows: 64,
        };
        let what = Content::Tasks(Tasks::Shown(Box::new(query)), Format::Csv);
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("tasks.csv");
        let saved = save(&fake, path.to_str().unwrap(), what).await;
        assert_eq!(saved.unwrap(), Saved { rows: 9, total: 9 });
        assert_eq!(fake.model().unfinished, 0);
    }

    #[tokio::test]
    async fn what_could_not_be_saved_whole_leaves_no_file() {
        let fake = Fake::new(Model::default());
        fake.mood(Mood {
            failure: Some(SourceError::Failed("down".into())),
            ..Mood::default()
        });
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("tasks.json");
        let saved = save(&fake, path.to_str().unwrap(), all(Format::Json)).await;
        assert_eq!(saved.unwrap_err().to_string(), "down");
        assert!(!path.exists());
    }

    #[tokio::test]
    async fn a_file_that_is_there_is_left_alone() {
        let fake = Fake::new(Model::default());
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("screen.txt");
        std::fs::write(&path, "mine").unwrap();
        let content = Content::Text("theirs".into());
        let error = save(&fake, path.to_str().unwrap(), content)
            .await
            .unwrap_err();
        assert!(error.to_string().contains("exists already"), "{error}");
        assert_eq!(std::fs::read_to_string(path).unwrap(), "mine");
    }
}
