//! From text to accounts: everything that is wrong is found, line by line.

use std::collections::HashMap;

use super::quotes::torn;
use super::{BadLines, Column, ECHOED, Faults, Line, MAX_NOTES, WRONG_COLUMNS, exists};
use crate::model::{AccountEntry, AccountKey, AccountPatch, InvalidId, Serial};

const BOM: &[u8] = b"\xEF\xBB\xBF";

/// What may separate cells; the first that is in the header most often.
const SEPARATORS: [u8; 3] = [b',', b';', b'\t'];

/// A file that was read.
#[derive(Debug, Default)]
pub(in crate::farm) struct Sheet {
    /// Rows that can be taken.
    lines: Vec<Line>,
    bad: Faults,
    existing: u64,
}

impl Sheet {
    /// Counts rows as bad whose account exists already.
    pub fn refuse(&mut self, is_there: impl Fn(&AccountKey) -> bool) {
        let there = self.lines.iter().filter(|line| is_there(&line.entry.key));
        let before = self.bad.total;
        self.bad.extend(there.map(exists));
        self.existing += self.bad.total - before;
    }

    /// The rows, if all of them can be taken.
    ///
    /// # Errors
    /// [`BadLines`].
    pub fn sound(self) -> Result<Vec<Line>, BadLines> {
        if self.bad.total == 0 {
            return Ok(self.lines);
        }
        Err(self.bad.told(self.existing))
    }

    fn fault(&mut self, line: u64, reason: impl Into<String>) {
        self.bad.push(line, || reason.into());
    }
}

/// Reads a file; an account without an app belongs to `default_app`.
pub(in crate::farm) fn read(file: &[u8], default_app: &str) -> Sheet {
    let mut sheet = Sheet::default();
    let file = file.strip_prefix(BOM).unwrap_or(file);
    let text = match std::str::from_utf8(file) {
        Ok(text) => text,
        Err(error) => {
            let sound = file.get(..error.valid_up_to()).unwrap_or_default();
            let line = 1 + newlines(sound);
            sheet.fault(line, "is not UTF-8: the file must be saved as UTF-8");
            return sheet;
        }
    };
    let separator = separator(text);
    let torn = torn(text, separator);
    let sound = torn.as_ref().and_then(|torn| text.get(..torn.offset));
    rows(sound.unwrap_or(text), separator, default_app, &mut sheet);
    if let Some(torn) = torn {
        let reason = format!("{}; what follows was not read", torn.reason);
        sheet.fault(torn.line, reason);
    }
    sheet
}

fn newlines(bytes: &[u8]) -> u64 {
    bytes.iter().filter(|byte| **byte == b'\n').count() as u64
}

fn separator(text: &str) -> u8 {
    let header = text.trim_start().lines().next().unwrap_or_default();
    let often = |separator: &u8| header.bytes().filter(|byte| byte == separator).count();
    let mut best = b',';
    for separator in SEPARATORS {
        if often(&separator) > often(&best) {
            best = separator;
        }
    }
    best
}

fn rows(text: &str, separator: u8, default_app: &str, sheet: &mut Sheet) {
    let mut reader = csv::ReaderBuilder::new()
        .delimiter(separator)
        .has_headers(false)
        // A row with too few cells is told like any other fault.
        .flexible(true)
        .from_reader(text.as_bytes());
    let mut record = csv::StringRecord::new();
    let mut columns: Option<Vec<Column>> = None;
    let mut seen: HashMap<AccountKey, u64> = HashMap::new();
    loop {
        match reader.read_record(&mut record) {
            Ok(true) => {}
            Ok(false) => break,
            Err(error) => return sheet.fault(reader.position().line(), error.to_string()),
        }
        let number = line_of(text, &record);
        let Some(columns) = &columns else {
            match header(&record) {
                Ok(found) => columns = Some(found),
                Err(reason) => return sheet.fault(number, reason),
            }
            continue;
        };
        match entry(columns, &record, default_app) {
            Err(reason) => sheet.fault(number, reason),
            Ok(entry) => match seen.get(&entry.key) {
                Some(first) => {
                    let key = &entry.key;
                    sheet.fault(
                        number,
                        format!("the account {key} stands on line {first} too"),
                    );
                }
                None => {
                    seen.insert(entry.key.clone(), number);
                    sheet.lines.push(Line { number, entry });
                }
            },
        }
    }
    if columns.is_none() {
        let names = names();
        sheet.fault(
            1,
            format!("the header line with the columns' names is missing: {names}"),
        );
    } else if sheet.lines.is_empty() && sheet.bad.total == 0 {
        sheet.fault(2, "there is no account below the header line");
    }
}

/// The line on which a row begins. The reader counts empty lines before it to the row.
fn line_of(text: &str, record: &csv::StringRecord) -> u64 {
    let Some(position) = record.position() else {
        return 1;
    };
    let offset = usize::try_from(position.byte()).unwrap_or(usize::MAX);
    let rest = text.as_bytes().get(offset..).unwrap_or_default();
    let content = rest.iter().position(|byte| !matches!(byte, b'\r' | b'\n'));
    let empty = rest.get(..content.unwrap_or(0)).unwrap_or_default();
    position.line() + newlines(empty)
}

fn names() -> String {
    Column::ALL.map(Column::name).join(", ")
}

/// The columns that the first row names.
fn header(record: &csv::StringRecord) -> Result<Vec<Column>, String> {
    let mut columns = Vec::new();
    let mut wrong = Vec::new();
    for cell in record {
        if wrong.len() == WRONG_COLUMNS {
            wrong.push("and so on".into());
            break;
        }
        let name = cell.trim().to_lowercase();
        match Column::ALL.into_iter().find(|column| column.name() == name) {
            None => wrong.push(format!("there is no column {}", echo(cell))),
            Some(column) if columns.contains(&column) => {
                wrong.push(format!("the column {name} stands twice"));
            }
            Some(column) => columns.push(column),
        }
    }
    if wrong.is_empty() && !columns.contains(&Column::Username) {
        wrong.push("the column username is missing".into());
    }
    if wrong.is_empty() {
        return Ok(columns);
    }
    Err(format!("{}; the columns are {}", wrong.join("; "), names()))
}

/// A cell as a fault repeats it: a cell can be as large as the file.
fn echo(cell: &str) -> String {
    let cell = cell.trim();
    match cell.char_indices().nth(ECHOED) {
        Some((end, _)) => format!("{:?}...", cell.get(..end).unwrap_or_default()),
        None => format!("{cell:?}"),
    }
}

/// One account, or everything that is wrong with its row.
fn entry(
    columns: &[Column],
    record: &csv::StringRecord,
    default_app: &str,
) -> Result<AccountEntry, String> {
    if record.len() != columns.len() {
        let (found, wanted) = (record.len(), columns.len());
        return Err(format!("has {found} cells where the header has {wanted}"));
    }
    let cell = |wanted| {
        let mut cells = columns.iter().zip(record);
        cells
            .find(|(column, _)| **column == wanted)
            .map(|(_, cell)| cell)
    };
    let mut wrong = Vec::new();
    let mut judged = |judged: Result<_, InvalidId>| judged.map_err(|e| wrong.push(e.to_string()));
    let app = cell(Column::App).filter(|app| !app.trim().is_empty());
    let app = judged(AccountKey::fold("app", app.unwrap_or(default_app).trim()));
    let username = cell(Column::Username).unwrap_or_default();
    let username = judged(AccountKey::fold("username", username.trim()));
    // An empty cell of a column that is there unbinds the account.
    let serial = cell(Column::Serial).map(|cell| match cell.trim() {
        "" => Ok(None),
        serial => Serial::new(serial).map(Some),
    });
    let serial = serial.transpose().map_err(|e| wrong.push(e.to_string()));
    let enabled = cell(Column::Enabled).map_or(Ok(None), enabled);
    let enabled = enabled.map_err(|reason| wrong.push(reason));
    let notes = cell(Column::Notes);
    if notes.is_some_and(|notes| notes.chars().count() > MAX_NOTES) {
        wrong.push(format!("notes have at most {MAX_NOTES} characters"));
    }
    match (app, username, serial, enabled) {
        (Ok(app), Ok(username), Ok(serial), Ok(enabled)) if wrong.is_empty() => Ok(AccountEntry {
            key: AccountKey { app, username },
            said: AccountPatch {
                serial,
                enabled,
                notes: notes.map(str::to_owned),
            },
        }),
        _ => Err(wrong.join("; ")),
    }
}

/// An empty cell says nothing. Spreadsheets write `TRUE` and `1`.
fn enabled(cell: &str) -> Result<Option<bool>, String> {
    match cell.trim().to_lowercase().as_str() {
        "" => Ok(None),
        "true" | "yes" | "1" => Ok(Some(true)),
        "false" | "no" | "0" => Ok(Some(false)),
        _ => Err(format!(
            "enabled {} must be true or false (yes, no, 1 and 0 are accepted)",
            echo(cell)
        )),
    }
}
