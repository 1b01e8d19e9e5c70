//! From accounts to text.

use std::borrow::Cow;

use super::Column;
use crate::model::{Account, Serial};

/// All of these accounts with a header line, lines ended as RFC 4180 has it.
pub(in crate::farm) fn write(accounts: &[Account]) -> Result<Vec<u8>, csv::Error> {
    let mut writer = csv::WriterBuilder::new()
        .terminator(csv::Terminator::CRLF)
        .from_writer(Vec::new());
    writer.write_record(Column::ALL.map(Column::name))?;
    for account in accounts {
        let row = Column::ALL.map(|column| match column {
            Column::Username => name(&account.key.username),
            Column::App => name(&account.key.app),
            Column::Serial => account.serial.as_ref().map_or("", Serial::as_str).into(),
            Column::Enabled if account.enabled => "true".into(),
            Column::Enabled => "false".into(),
            Column::Notes => account.notes.as_str().into(),
        });
        writer.write_record(row.iter().map(|cell| cell.as_bytes()))?;
    }
    writer.into_inner().map_err(|e| e.into_error().into())
}

/// Reading drops one leading `@`, so a name that has one of its own gets another.
fn name(name: &str) -> Cow<'_, str> {
    if name.starts_with('@') {
        return format!("@{name}").into();
    }
    name.into()
}
