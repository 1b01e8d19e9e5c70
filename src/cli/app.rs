//! `farmhand app ...`

use std::collections::BTreeMap;
use std::time::Duration;

use anyhow::{Context as _, bail};
use clap::{Args, Subcommand};
use serde::Deserialize;
use serde_json::{Value, json};

use super::backend::Backend;
use super::output::{Output, count, print};
use super::table::{Align, Table, printable};
use super::task::facts_text;
use crate::api::client::segment;
use crate::flow::appcheck::{REPORT, Report};
use crate::model::{Serial, Status, TaskError};

/// Between two looks at a task that is waited for. The API tells no events.
const LOOK_AGAIN: Duration = Duration::from_millis(500);

#[derive(Debug, Subcommand)]
pub(super) enum AppCommand {
    /// List apps
    List,
    /// Show an app: its links, and the elements that its file names
    Show {
        /// Its name
        name: String,
    },
    /// Go through an app's screens on a phone and tell which of the elements that its file
    /// names are there; exit code 1 if one that must be there is not. Changes nothing in the app
    Check(AppCheckArgs),
}

#[derive(Debug, Args)]
pub(super) struct AppCheckArgs {
    /// Its name
    pub name: String,
    /// The phone
    #[arg(long)]
    pub serial: Serial,
}

/// Does it; false if a check found something missing.
pub(super) async fn run(
    backend: &Backend,
    command: AppCommand,
    output: Output,
) -> anyhow::Result<bool> {
    match command {
        AppCommand::List => {
            let data = backend.get("/app").await?;
            output.answer(data, |list: Apps| table(&list.apps))?;
        }
        AppCommand::Show { name } => {
            let data = backend.get(&format!("/app/{}", segment(&name))).await?;
            output.answer(data, |app| detail(&app))?;
        }
        AppCommand::Check(args) => return check(backend, &args, output).await,
    }
    Ok(true)
}

#[derive(Deserialize)]
struct Apps {
    apps: Vec<App>,
}

#[derive(Deserialize)]
struct App {
    name: String,
    title: String,
    package: String,
    links: BTreeMap<String, String>,
    selectors: BTreeMap<String, Value>,
    texts: BTreeMap<String, String>,
    source: String,
    file: Option<String>,
}

impl App {
    /// The file, or that it comes with this program.
    fn from(&self) -> String {
        self.file.clone().unwrap_or_else(|| self.source.clone())
    }
}

fn table(apps: &[App]) -> String {
    let mut table = Table::new([
        ("APP", Align::Left),
        ("TITLE", Align::Left),
        ("PACKAGE", Align::Left),
        ("FROM", Align::Left),
    ]);
    for app in apps {
        table.row([
            app.name.clone(),
            app.title.clone(),
            app.package.clone(),
            app.from(),
        ]);
    }
    format!("{table}{}\n", count(apps.len() as u64, "app"))
}

fn detail(app: &App) -> String {
    let mut text = facts_text(&[
        ("app", app.name.clone()),
        ("title", app.title.clone()),
        ("package", app.package.clone()),
        ("from", app.from()),
    ]);
    let selectors = app.selectors.iter();
    let selectors = selectors.map(|(name, selector)| (name.clone(), selector.to_string()));
    for (head, rows) in [
        ("LINK", app.links.clone()),
        ("SELECTOR", selectors.collect()),
        ("TEXT", app.texts.clone()),
    ] {
        if rows.is_empty() {
            continue;
        }
        let mut table = Table::new([(head, Align::Left), ("AS WRITTEN", Align::Left)]);
        for (name, written) in rows {
            table.row([name, written]);
        }
        text += &format!("\n{table}");
    }
    text
}

/// What there is to know of the task.
#[derive(Deserialize)]
struct Task {
    status: u8,
    attempt: u32,
    error: Option<TaskError>,
}

async fn check(backend: &Backend, args: &AppCheckArgs, output: Output) -> anyhow::Result<bool> {
    must_work(backend, "an app is checked on a phone")?;
    let body = json!({
        "script_name": "app_check",
        "script_config": { "app": args.name },
        "serials": [&args.serial],
    });
    let created = backend.post("/task", Some(&body)).await?;
    let id = created["task_ids"][0].as_u64();
    let id = id.context("the answer is not understood")?;
    if output == Output::People {
        let line = format!("task {id} on {}", args.serial);
        print(&format!("{}\n", printable(&line)))?;
    }
    let task = ended(backend, id).await?;
    let path = format!("/task/{id}/evidence/{REPORT}?attempt={}", task.attempt);
    let report = match (backend.fetch(&path).await, &task.error) {
        (Ok(file), _) => file.bytes().await?,
        // It ended before there was anything to report.
        (Err(_), Some(error)) => bail!("task {id}: {}: {}", error.kind, error.message),
        (Err(error), None) => return Err(error),
    };
    let report: Value = serde_json::from_slice(&report)
        .with_context(|| format!("{REPORT} of task {id} is damaged"))?;
    let good = report["ok"] == true;
    output.answer(report, |report: Report| {
        let lines = report.to_string();
        let lines = lines.lines().map(|line| format!("{}\n", printable(line)));
        lines.collect::<String>()
    })?;
    Ok(good)
}

/// Waits for a task's end. The task has deadlines of its own (`[tasks]`), so this has none.
async fn ended(backend: &Backend, id: u64) -> anyhow::Result<Task> {
    loop {
        let task: Task = serde_json::from_value(backend.get(&format!("/task/{id}")).await?)?;
        if Status::from_code(task.status).is_some_and(Status::is_final) {
            return Ok(task);
        }
        tokio::time::sleep(LOOK_AGAIN).await;
    }
}

/// Phones are reached by the farmhand that runs, and by no other.
pub(super) fn must_work(backend: &Backend, why: &str) -> anyhow::Result<()> {
    if backend.works() {
        return Ok(());
    }
    bail!("{why}, and no farmhand runs: start `farmhand` or `farmhand serve`");
}
