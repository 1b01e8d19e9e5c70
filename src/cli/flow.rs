//! `farmhand flow ...`

use std::path::{Path, PathBuf};

use serde::Serialize;

use super::args::FlowCommand;
use super::output::{Output, print};
use super::table::{Align, Table};
use crate::config::Settings;
use crate::flow::OnDisk;
use crate::flow::lang::table::{COMMANDS, CommandRow, FieldRow, HEADER, Support};
use crate::flow::lang::{self, Fault};

/// Does it. True: all files are right.
pub(super) fn run(
    command: FlowCommand,
    settings: &Settings,
    output: Output,
) -> anyhow::Result<bool> {
    match command {
        FlowCommand::Check { files } => check(&files, &settings.scripts.folder, output),
        FlowCommand::Commands { name } => commands(name.as_deref(), output),
    }
}

/// What is wrong, for programs.
#[derive(Serialize)]
struct Line<'a> {
    file: &'a str,
    line: u32,
    column: u32,
    message: &'a str,
}

impl<'a> From<&'a Fault> for Line<'a> {
    fn from(fault: &'a Fault) -> Self {
        Self {
            file: &fault.at.file,
            line: fault.at.line,
            column: fault.at.column,
            message: &fault.message,
        }
    }
}

fn check(files: &[PathBuf], scripts: &Path, output: Output) -> anyhow::Result<bool> {
    let library = OnDisk { scripts };
    let mut faults: Vec<Fault> = Vec::new();
    for file in files {
        if let Err(found) = lang::load(&file.to_string_lossy(), &library) {
            // A file that several flows run is told of once.
            faults.extend(
                found
                    .into_iter()
                    .filter(|fault| !faults.contains(fault))
                    .collect::<Vec<_>>(),
            );
        }
    }
    let text = match output {
        Output::Programs => {
            let lines: Vec<Line<'_>> = faults.iter().map(Line::from).collect();
            let report = serde_json::json!({ "files": files.len(), "faults": lines });
            format!("{report}\n")
        }
        Output::People => faults.iter().map(|fault| format!("{fault}\n")).collect(),
    };
    print(&text)?;
    Ok(faults.is_empty())
}

fn commands(name: Option<&str>, output: Output) -> anyhow::Result<bool> {
    let rows: Vec<&CommandRow> = COMMANDS
        .iter()
        .filter(|row| name.is_none_or(|name| row.name == name))
        .collect();
    if rows.is_empty() {
        anyhow::bail!(
            "there is no command '{}'; 'farmhand flow commands' lists all",
            name.unwrap_or_default()
        );
    }
    let text = match (output, name) {
        (Output::Programs, None) => {
            let table = serde_json::json!({ "header": HEADER, "commands": rows });
            format!("{table}\n")
        }
        (Output::Programs, Some(_)) => format!("{}\n", serde_json::json!({ "commands": rows })),
        (Output::People, None) => overview(&rows),
        (Output::People, Some(_)) => rows.iter().map(|row| detail(row)).collect(),
    };
    print(&text)?;
    Ok(true)
}

/// Every command with its fields; `*` marks those that it cannot do without.
fn overview(rows: &[&CommandRow]) -> String {
    let mut table = Table::new([
        ("COMMAND", Align::Left),
        ("SUPPORT", Align::Left),
        ("DOES", Align::Left),
        ("FIELDS", Align::Left),
    ]);
    for row in rows {
        let refused = matches!(row.support, Support::Refused(_));
        let does = match row.support {
            Support::Refused(why) => why,
            _ => row.help,
        };
        // Those of all commands are told once, below.
        let fields = row.fields.iter().filter(|group| !is_common(group));
        let names: Vec<String> = fields
            .copied()
            .flatten()
            .filter(usable)
            .map(marked)
            .collect();
        table.row([
            row.name.to_owned(),
            word(row.support).to_owned(),
            does.to_owned(),
            if refused {
                String::new()
            } else {
                names.join(" ")
            },
        ]);
    }
    format!(
        "{table}\nEvery command takes label and optional. 'farmhand flow commands NAME' tells more.\n"
    )
}

fn detail(row: &CommandRow) -> String {
    let mut text = format!("{}: {}\n", row.name, row.help);
    if let Support::Refused(why) | Support::Differs(why) = row.support {
        text += &format!("{}: {why}\n", word(row.support));
    }
    if row.alone {
        text += &format!("short: - {}\n", row.name);
    }
    if let Some(short) = row.short {
        text += &format!("short: - {}: {}\n", row.name, short.to_uppercase());
    }
    let mut table = Table::new([
        ("FIELD", Align::Left),
        ("SUPPORT", Align::Left),
        ("TAKES", Align::Left),
        ("DEFAULT", Align::Left),
    ]);
    for field in row.fields.iter().copied().flatten() {
        let takes = match field.support {
            Support::Refused(why) => why.to_owned(),
            _ => field.kind.accepts(),
        };
        table.row([
            marked(field),
            word(field.support).to_owned(),
            takes,
            field.default.unwrap_or_default().to_owned(),
        ]);
    }
    format!("{text}\n{table}")
}

fn is_common(group: &[FieldRow]) -> bool {
    std::ptr::eq(group, lang::table::COMMON)
}

fn usable(field: &&FieldRow) -> bool {
    !matches!(field.support, Support::Refused(_))
}

fn marked(field: &FieldRow) -> String {
    format!("{}{}", field.name, if field.required { "*" } else { "" })
}

fn word(support: Support) -> &'static str {
    match support {
        Support::Yes => "yes",
        Support::Differs(_) => "differs",
        Support::Own => "own",
        Support::Refused(_) => "refused",
    }
}
