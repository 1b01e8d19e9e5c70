//! `farmhand task ...`

use std::io::Read as _;
use std::time::Duration;

use anyhow::{Context as _, bail};
use serde::Deserialize;
use serde_json::{Map, Value, json};

use super::args::{TaskCommand, TaskCreateArgs, TaskListArgs};
use super::backend::Backend;
use super::output::{Output, ago, complain, count, ids, reason};
use super::table::{Align, Table, printable};
use super::{Usage, evidence};
use crate::api::client::segment;
use crate::model::{Progress, Source, Stats, Status, TaskError, TaskId, Timestamp};

/// Between two looks at a task that is waited for. The API tells no events yet.
const LOOK_AGAIN: Duration = Duration::from_millis(500);

/// Does it; false if it was done but a task it waited for failed, or not all could be done.
pub(super) async fn run(
    backend: &Backend,
    command: TaskCommand,
    output: Output,
) -> anyhow::Result<bool> {
    match command {
        TaskCommand::List(args) => {
            let data = backend.get(&list_path(&args)).await?;
            output.answer(data, |page| list(&page))?;
        }
        TaskCommand::Show { id } => {
            let data = backend.get(&format!("/task/{id}")).await?;
            output.answer(data, |task| detail(&task))?;
        }
        TaskCommand::Create(args) => return create(backend, args, output).await,
        TaskCommand::Stop(args) => return each(backend, &args.ids, "stop", output).await,
        TaskCommand::Retry(args) => return each(backend, &args.ids, "retry", output).await,
        TaskCommand::RetryAll => {
            let data = backend.post("/task/retry-all", None).await?;
            output.answer(data, |all: RetriedAll| {
                format!("retried {}\n", count(all.retried_count, "task"))
            })?;
        }
        TaskCommand::Delete(args) => {
            let body = json!({ "task_ids": args.ids });
            let data = backend.post("/task/batch-delete", Some(&body)).await?;
            let missing = data["not_found"]
                .as_array()
                .is_some_and(|ids| !ids.is_empty());
            output.answer(data, |deleted: Deleted| {
                let mut text = format!("deleted {}\n", count(deleted.deleted_count, "task"));
                if !deleted.not_found.is_empty() {
                    text += &format!("not there: {}\n", ids(&deleted.not_found));
                }
                text
            })?;
            return Ok(!missing);
        }
        TaskCommand::Stats => {
            let data = backend.get("/task/stats").await?;
            output.answer(data, |stats| self::stats(&stats))?;
        }
        TaskCommand::Log(args) => evidence::log(backend, args).await?,
        TaskCommand::Evidence(args) => evidence::evidence(backend, args, output).await?,
    }
    Ok(true)
}

fn list_path(args: &TaskListArgs) -> String {
    let mut path = format!("/task?page={}&page_size={}", args.page, args.page_size);
    if let Some(status) = args.status {
        path += &format!("&status={}", Status::from(status).code());
    }
    if let Some(serial) = &args.serial {
        path += &format!("&serial={}", segment(serial.as_str()));
    }
    if let Some(script) = &args.script {
        path += &format!("&script_name={}", segment(script));
    }
    if let Some(source) = args.source {
        path += &format!("&source={}", Source::from(source).text());
    }
    path
}

/// Stops or retries task by task: what fails for one must not keep the others.
async fn each(
    backend: &Backend,
    ids: &[TaskId],
    verb: &str,
    output: Output,
) -> anyhow::Result<bool> {
    let mut all_done = true;
    for id in ids {
        match backend.post(&format!("/task/{id}/{verb}"), None).await {
            Ok(data) => output.answer(data, |task: Row| {
                let remark = task.remark.map(|r| format!(": {r}")).unwrap_or_default();
                format!("task {} is {}{remark}\n", task.id, task.status_text)
            })?,
            Err(error) => {
                complain(&reason(&error));
                all_done = false;
            }
        }
    }
    Ok(all_done)
}

async fn create(backend: &Backend, args: TaskCreateArgs, output: Output) -> anyhow::Result<bool> {
    if args.wait && !backend.works() {
        bail!("--wait needs a farmhand that runs tasks: start `farmhand` or `farmhand serve`");
    }
    let body = request(&args)?;
    let data = backend.post("/task", Some(&body)).await?;
    let created: Created =
        serde_json::from_value(data.clone()).context("the answer is not understood")?;
    output.answer(data, |created: Created| {
        let number = created.task_ids.len() as u64;
        let mut text = format!(
            "created {}: {}\n",
            count(number, "task"),
            ids(&created.task_ids)
        );
        if let Some(at) = created.scheduled_at {
            text += &format!("to start at {at}\n");
        }
        if !created.unknown_serials.is_empty() {
            let serials = created.unknown_serials.join(", ");
            text += &format!(
                "never seen yet, their tasks wait: {}\n",
                printable(&serials)
            );
        }
        text
    })?;
    if !args.wait {
        return Ok(true);
    }
    let mut all_good = true;
    for id in created.task_ids {
        all_good &= wait(backend, id, output).await?;
    }
    Ok(all_good)
}

fn request(args: &TaskCreateArgs) -> anyhow::Result<Value> {
    let mut config = match &args.config_json {
        Some(text) => config_json(text)?,
        None => Map::new(),
    };
    for param in &args.params {
        let (key, value) = parameter(param)?;
        config.insert(key, value);
    }
    let mut body = json!({
        "script_name": args.script,
        "script_config": config,
        "enable_multi_account": args.multi_account,
    });
    if args.serial.is_empty() {
        body["usernames"] = json!(args.username);
    } else {
        body["serials"] = json!(args.serial);
    }
    if let Some(time) = &args.start_time {
        body["start_time"] = json!(time);
    }
    Ok(body)
}

/// `KEY=TEXT` or `KEY:=JSON`: text stays text, so that `command=true` is the command.
fn parameter(text: &str) -> anyhow::Result<(String, Value)> {
    let (key, value) = text
        .split_once('=')
        .ok_or_else(|| Usage(format!("-p {text}: KEY=TEXT or KEY:=JSON is accepted")))?;
    match key.strip_suffix(':') {
        Some(key) => {
            let value = serde_json::from_str(value)
                .map_err(|error| Usage(format!("-p {text}: no JSON follows := ({error})")))?;
            Ok((key.into(), value))
        }
        None => Ok((key.into(), value.into())),
    }
}

fn config_json(text: &str) -> anyhow::Result<Map<String, Value>> {
    let text = match text.strip_prefix('@') {
        None => text.to_owned(),
        Some("-") => {
            let mut text = String::new();
            let read = std::io::stdin().read_to_string(&mut text);
            read.context("--config-json @-: cannot read standard input")?;
            text
        }
        Some(path) => std::fs::read_to_string(path)
            .with_context(|| format!("--config-json: cannot read {path}"))?,
    };
    serde_json::from_str(&text).map_err(|error| {
        Usage(format!(
            "--config-json: a JSON object is accepted ({error})"
        ))
        .into()
    })
}

/// Waits for a task's end. The task has deadlines of its own (`[tasks]`), so this has none.
async fn wait(backend: &Backend, id: u64, output: Output) -> anyhow::Result<bool> {
    loop {
        let data = backend.get(&format!("/task/{id}")).await?;
        let task: Row = serde_json::from_value(data.clone())?;
        if task.finished() {
            let good = task.error.is_none();
            output.answer(data, |task: Row| {
                format!("task {} {}{}\n", task.id, task.status_text, task.why())
            })?;
            return Ok(good);
        }
        tokio::time::sleep(LOOK_AGAIN).await;
    }
}

#[derive(Deserialize)]
struct Created {
    task_ids: Vec<u64>,
    scheduled_at: Option<Timestamp>,
    unknown_serials: Vec<String>,
}

#[derive(Deserialize)]
struct RetriedAll {
    retried_count: u64,
}

#[derive(Deserialize)]
struct Deleted {
    deleted_count: u64,
    not_found: Vec<u64>,
}

#[derive(Deserialize)]
struct Page {
    tasks: Vec<Row>,
    total: u64,
    page: u64,
    page_size: u64,
}

/// What people are shown of the contract's task object.
#[derive(Deserialize)]
struct Row {
    id: u64,
    serial: String,
    username: Option<String>,
    script_name: String,
    script_config: Value,
    status: u8,
    status_text: String,
    source: Source,
    scheduled_at: Option<Timestamp>,
    created_at: Timestamp,
    started_at: Option<Timestamp>,
    finished_at: Option<Timestamp>,
    attempt: u32,
    retry_count: u32,
    progress: Option<Progress>,
    waiting_for: Option<String>,
    remark: Option<String>,
    error: Option<TaskError>,
}

impl Row {
    fn finished(&self) -> bool {
        Status::from_code(self.status).is_some_and(Status::is_final)
    }

    /// What is worth saying besides the status.
    fn note(&self) -> String {
        let parts = [
            self.waiting_for.clone(),
            self.progress.as_ref().map(progress),
            self.error.as_ref().map(error),
            self.remark.clone(),
        ];
        parts.into_iter().flatten().collect::<Vec<_>>().join("; ")
    }

    fn why(&self) -> String {
        let error = self.error.as_ref().map(|e| format!(": {}", error(e)));
        printable(&error.unwrap_or_else(|| " ".into()))
            .trim_end()
            .to_owned()
    }
}

fn progress(progress: &Progress) -> String {
    match progress.steps {
        0 => progress.label.clone(),
        steps => format!("{}/{steps} {}", progress.step, progress.label),
    }
}

fn error(error: &TaskError) -> String {
    format!("{}: {}", error.kind, error.message)
}

fn list(page: &Page) -> String {
    let mut table = Table::new([
        ("ID", Align::Right),
        ("STATUS", Align::Left),
        ("SCRIPT", Align::Left),
        ("DEVICE", Align::Left),
        ("ACCOUNT", Align::Left),
        ("AGE", Align::Right),
        ("TRIES", Align::Right),
        ("NOTE", Align::Left),
    ]);
    for task in &page.tasks {
        table.row([
            task.id.to_string(),
            task.status_text.clone(),
            task.script_name.clone(),
            task.serial.clone(),
            task.username.clone().unwrap_or_default(),
            ago(task.created_at),
            task.attempt.to_string(),
            task.note(),
        ]);
    }
    let pages = page.total.div_ceil(page.page_size.max(1)).max(1);
    format!(
        "{table}{}, page {} of {pages}\n",
        count(page.total, "task"),
        page.page
    )
}

#[derive(Deserialize)]
struct Detail {
    #[serde(flatten)]
    task: Row,
    attempts: Vec<AttemptRow>,
}

#[derive(Deserialize)]
struct AttemptRow {
    number: u32,
    started_at: Timestamp,
    finished_at: Option<Timestamp>,
    error: Option<TaskError>,
    evidence: Vec<String>,
}

fn detail(detail: &Detail) -> String {
    let task = &detail.task;
    let time = |at: Option<Timestamp>| at.map(|at| at.to_string()).unwrap_or_default();
    let facts = [
        ("task", task.id.to_string()),
        ("status", task.status_text.clone()),
        ("note", task.note()),
        ("script", task.script_name.clone()),
        ("config", task.script_config.to_string()),
        ("device", task.serial.clone()),
        ("account", task.username.clone().unwrap_or_default()),
        ("source", task.source.text().into()),
        ("scheduled", time(task.scheduled_at)),
        ("created", time(Some(task.created_at))),
        ("started", time(task.started_at)),
        ("finished", time(task.finished_at)),
        ("retries", task.retry_count.to_string()),
    ];
    let mut text = facts_text(&facts);
    if !detail.attempts.is_empty() {
        let mut table = Table::new([
            ("TRY", Align::Right),
            ("STARTED", Align::Left),
            ("FINISHED", Align::Left),
            ("EVIDENCE", Align::Left),
            ("ERROR", Align::Left),
        ]);
        for attempt in &detail.attempts {
            table.row([
                attempt.number.to_string(),
                attempt.started_at.to_string(),
                time(attempt.finished_at),
                attempt.evidence.join(" "),
                attempt.error.as_ref().map(error).unwrap_or_default(),
            ]);
        }
        text += &format!("\n{table}");
    }
    text
}

/// Names and values, one pair a line.
pub(super) fn facts_text(facts: &[(&str, String)]) -> String {
    let lines = facts
        .iter()
        .map(|(name, value)| format!("{name:<12}{}\n", printable(value)));
    lines.collect()
}

fn stats(stats: &Stats) -> String {
    let mut lines = format!("{:>10} total\n", stats.total);
    for status in Status::ALL {
        lines += &format!("{:>10} {status}\n", stats.of(status));
    }
    lines
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_parameter_is_text_unless_it_says_json() {
        let param = |text| parameter(text).unwrap();
        assert_eq!(param("command=true"), ("command".into(), json!("true")));
        assert_eq!(param("command=a=b"), ("command".into(), json!("a=b")));
        assert_eq!(param("timeout:=5"), ("timeout".into(), json!(5)));
        assert!(parameter("timeout").is_err());
        assert!(parameter("timeout:=five").is_err());
    }
}
