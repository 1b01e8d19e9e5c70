//! `farmhand script ...`

use serde::Deserialize;
use serde_json::Value;

use super::args::ScriptCommand;
use super::backend::Backend;
use super::output::{Output, count};
use super::table::{Align, Table};
use super::task::facts_text;
use crate::api::client::segment;

/// Does it.
pub(super) async fn run(
    backend: &Backend,
    command: ScriptCommand,
    output: Output,
) -> anyhow::Result<()> {
    match command {
        ScriptCommand::List => {
            let data = backend.get("/script").await?;
            output.answer(data, |list: Scripts| table(&list.scripts))
        }
        ScriptCommand::Show { name } => {
            let data = backend.get(&format!("/script/{}", segment(&name))).await?;
            output.answer(data, |script| detail(&script))
        }
    }
}

#[derive(Deserialize)]
struct Scripts {
    scripts: Vec<Script>,
}

#[derive(Deserialize)]
struct Script {
    name: String,
    title: String,
    help: String,
    repeatable: bool,
    parameters: Vec<Parameter>,
}

#[derive(Deserialize)]
struct Parameter {
    name: String,
    #[serde(rename = "type")]
    kind: String,
    required: bool,
    default: Option<Value>,
    help: String,
}

impl Parameter {
    /// `*` marks what a task cannot do without, as in the documentation.
    fn marked(&self) -> String {
        format!("{}{}", self.name, if self.required { "*" } else { "" })
    }
}

fn table(scripts: &[Script]) -> String {
    let mut table = Table::new([
        ("SCRIPT", Align::Left),
        ("TITLE", Align::Left),
        ("PARAMETERS", Align::Left),
    ]);
    for script in scripts {
        let names = script.parameters.iter().map(Parameter::marked);
        table.row([
            script.name.clone(),
            script.title.clone(),
            names.collect::<Vec<_>>().join(" "),
        ]);
    }
    format!("{table}{}\n", count(scripts.len() as u64, "script"))
}

fn detail(script: &Script) -> String {
    let mut text = facts_text(&[
        ("script", script.name.clone()),
        ("title", script.title.clone()),
        ("does", script.help.clone()),
        (
            "repeatable",
            if script.repeatable { "yes" } else { "no" }.into(),
        ),
    ]);
    if !script.parameters.is_empty() {
        let mut table = Table::new([
            ("PARAMETER", Align::Left),
            ("TYPE", Align::Left),
            ("DEFAULT", Align::Left),
            ("HELP", Align::Left),
        ]);
        for parameter in &script.parameters {
            let default = parameter.default.as_ref().map(Value::to_string);
            table.row([
                parameter.marked(),
                parameter.kind.clone(),
                default.unwrap_or_default(),
                parameter.help.clone(),
            ]);
        }
        text += &format!("\n{table}");
    }
    text
}
