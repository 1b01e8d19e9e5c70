//! What `S` writes to a file: the rows of a list as CSV or JSON, or a text. Pure: it makes texts
//! and knows nothing of files. CSV has the columns that filters name.

use serde::{Deserialize, Serialize};

use super::filter::{Field, Row, TaskRow};
use super::source::PageQuery;
use crate::model::{TaskId, TaskView};

/// Rows of the list of tasks that are saved at most.
pub(super) const ROWS_MAX: u64 = 100_000;

/// How it is written.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub enum Format {
    /// As it is shown.
    Text,
    /// A table.
    Csv,
    /// Everything that is known.
    Json,
}

impl Format {
    /// The format that a file's name asks for.
    ///
    /// # Errors
    /// What is accepted.
    pub fn of(path: &str) -> Result<Self, String> {
        let name = path.rsplit('/').next().unwrap_or(path).to_lowercase();
        match name.rsplit_once('.') {
            Some((stem, "txt")) if !stem.is_empty() => Ok(Self::Text),
            Some((stem, "csv")) if !stem.is_empty() => Ok(Self::Csv),
            Some((stem, "json")) if !stem.is_empty() => Ok(Self::Json),
            _ => Err(
                "the name's end says how it is saved: .txt (as it is shown), .csv or .json is \
                 accepted"
                    .to_owned(),
            ),
        }
    }
}

/// What is to be saved.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub enum Content {
    /// This text.
    Text(String),
    /// Tasks, which the farm is asked for.
    Tasks(Tasks, Format),
}

/// Which tasks.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub enum Tasks {
    /// All that a filter shows, from the list's head on.
    Shown(Box<PageQuery>),
    /// These, as far as they exist.
    Marked(Vec<TaskId>),
}

/// What came of it.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Saved {
    /// Rows of tasks in the file; 0 for a text.
    pub rows: u64,
    /// Rows there would have been.
    pub total: u64,
}

/// Rows as CSV, with a line of heads before them.
pub(super) fn csv<'a, R: Row + 'a>(
    fields: &[Field],
    rows: impl Iterator<Item = R>,
) -> Result<String, String> {
    let mut text = csv_lines([fields.iter().map(|field| field.name.to_owned()).collect()])?;
    let cells = |row: R| {
        fields
            .iter()
            .map(|f| row.text(f.name).into_owned())
            .collect()
    };
    text += &csv_lines(rows.map(cells))?;
    Ok(text)
}

fn csv_lines(rows: impl IntoIterator<Item = Vec<String>>) -> Result<String, String> {
    let mut writer = csv::WriterBuilder::new()
        .terminator(csv::Terminator::CRLF)
        .from_writer(Vec::new());
    for row in rows {
        writer.write_record(&row).map_err(|e| e.to_string())?;
    }
    let bytes = writer.into_inner().map_err(|e| e.to_string())?;
    String::from_utf8(bytes).map_err(|e| e.to_string())
}

/// Values as a list in JSON, one a line.
pub(super) fn json<T: Serialize>(rows: impl Iterator<Item = T>) -> Result<String, String> {
    let mut part = JsonList::default();
    let mut text = String::new();
    for row in rows {
        text += &part.row(&row)?;
    }
    Ok(text + part.end())
}

/// A list in JSON, made row by row.
#[derive(Debug, Default)]
struct JsonList {
    begun: bool,
}

impl JsonList {
    fn row<T: Serialize>(&mut self, row: &T) -> Result<String, String> {
        let before = if self.begun { ",\n" } else { "[\n" };
        self.begun = true;
        let row = serde_json::to_string(row).map_err(|e| e.to_string())?;
        Ok(format!("{before}{row}"))
    }

    const fn end(&self) -> &'static str {
        if self.begun { "\n]\n" } else { "[]\n" }
    }
}

/// Makes the text of many tasks, part by part.
#[derive(Debug)]
pub(super) struct TaskWriter {
    format: Format,
    list: JsonList,
    begun: bool,
}

impl TaskWriter {
    /// Nothing is made yet.
    pub fn new(format: Format) -> Self {
        Self {
            format,
            list: JsonList::default(),
            begun: false,
        }
    }

    /// The text of these, to be put behind what was made before.
    ///
    /// # Errors
    /// Why they cannot be written.
    pub fn part<'a>(
        &mut self,
        tasks: impl Iterator<Item = &'a TaskView>,
    ) -> Result<String, String> {
        if self.format == Format::Json {
            return tasks.map(|task| self.list.row(task)).collect();
        }
        let fields = TaskRow::FIELDS;
        let text = csv(fields, tasks.map(TaskRow))?;
        let heads = std::mem::replace(&mut self.begun, true);
        match text.split_once("\r\n") {
            Some((_, rows)) if heads => Ok(rows.to_owned()),
            _ => Ok(text),
        }
    }

    /// What stands at the end.
    pub const fn end(&self) -> &'static str {
        match self.format {
            Format::Json => self.list.end(),
            Format::Csv | Format::Text => "",
        }
    }
}

#[cfg(test)]
mod tests {
    use super::{Format, TaskWriter};
    use crate::console::testing::Model;
    use crate::model::TaskView;

    #[test]
    fn the_end_of_the_name_is_the_format() {
        assert_eq!(Format::of("tasks.csv"), Ok(Format::Csv));
        assert_eq!(Format::of("~/a.b/Screen.TXT"), Ok(Format::Text));
        assert_eq!(Format::of("x.json"), Ok(Format::Json));
        for name in ["tasks", "tasks.xls", ".csv", "a.csv/b", ""] {
            let error = Format::of(name).unwrap_err();
            assert!(error.contains(".txt") && error.contains(".json"), "{error}");
        }
    }

    fn tasks() -> Vec<TaskView> {
        let model = Model::default();
        let tasks = model.tasks.values().take(3);
        tasks.cloned().map(TaskView::bare).collect()
    }

    #[test]
    fn tasks_in_parts_are_one_table() {
        let tasks = tasks();
        let mut writer = TaskWriter::new(Format::Csv);
        let mut text = writer.part(tasks[..2].iter()).unwrap();
        text += &writer.part(tasks[2..].iter()).unwrap();
        text += writer.end();
        let mut rows = csv::Reader::from_reader(text.as_bytes());
        assert_eq!(rows.headers().unwrap().get(0), Some("id"));
        let ids: Vec<_> = rows
            .records()
            .map(|row| row.unwrap()[0].to_owned())
            .collect();
        let expected: Vec<_> = tasks.iter().map(|view| view.task.id.to_string()).collect();
        assert_eq!(ids, expected);
    }

    #[test]
    fn tasks_in_parts_are_one_document() {
        let tasks = tasks();
        let mut writer = TaskWriter::new(Format::Json);
        let mut text = writer.part(tasks[..2].iter()).unwrap();
        text += &writer.part(tasks[2..].iter()).unwrap();
        text += writer.end();
        let list: Vec<serde_json::Value> = serde_json::from_str(&text).unwrap();
        assert_eq!(list.len(), 3);
        assert_eq!(list[0]["script_name"], tasks[0].task.script.as_ref());
        assert_eq!(TaskWriter::new(Format::Json).end(), "[]\n");
    }
}
