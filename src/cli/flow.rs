//! `farmhand flow check` and `farmhand flow commands`: the language, without a phone.

use std::path::PathBuf;

use clap::Args;
use serde::Serialize;

use super::output::{Output, print};
use super::table::{Align, Table};
use crate::config::Settings;
use crate::flow::OnDisk;
use crate::flow::lang::table::{COMMANDS, COMMON, CommandRow, FieldRow, HEADER, Support};
use crate::flow::lang::{self, Fault};

#[derive(Debug, Args)]
pub(super) struct FlowCheckArgs {
    /// Their files
    #[arg(required = true, value_name = "FILE")]
    files: Vec<PathBuf>,
}

#[derive(Debug, Args)]
pub(super) struct FlowCommandsArgs {
    /// Only this one
    name: Option<String>,
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

/// Checks flows. True: all are right.
pub(super) fn check(
    args: &FlowCheckArgs,
    settings: &Settings,
    output: Output,
) -> anyhow::Result<bool> {
    let files = &args.files;
    let library = OnDisk {
        scripts: &settings.scripts.folder,
    };
    let mut faults: Vec<Fault> = Vec::new();
    for file in files {
        for fault in lang::load(&file.to_string_lossy(), &library)
            .err()
            .unwrap_or_default()
        {
            // A file that several flows run is told of once.
            if !faults.contains(&fault) {
                faults.push(fault);
            }
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

/// Tells which commands there are.
pub(super) fn commands(args: &FlowCommandsArgs, output: Output) -> anyhow::Result<bool> {
    let name = args.name.as_deref();
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
    std::ptr::eq(group, COMMON)
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
