//! `farmhand flow run`: a flow as a task, followed to its end.

use std::path::{Path, PathBuf};
use std::pin::pin;
use std::time::Duration;

use anyhow::{Context as _, bail};
use clap::Args;
use serde::Deserialize;
use serde_json::{Map, Value, json};
use tokio::signal::unix::{Signal, SignalKind, signal};
use tokio::time::{MissedTickBehavior, interval, sleep};

use super::Usage;
use super::backend::{Backend, Refused};
use super::output::{Output, complain, print};
use super::raw::{Reader, Sink};
use super::table::printable;
use crate::api::client::File;
use crate::config::Settings;
use crate::farm::evidence_folder;
use crate::flow::{OnDisk, lang};
use crate::model::{Serial, Status, TaskError, TaskId, Timestamp};

/// Between two looks at a task that has not begun. The API tells no events.
const LOOK_AGAIN: Duration = Duration::from_millis(500);

/// The contract's code for more logs followed at a time than the API allows.
const TOO_MANY: u32 = 42901;

#[derive(Debug, Args)]
pub(super) struct FlowRunArgs {
    /// The flow
    pub file: PathBuf,
    /// The phone it runs on
    #[arg(long)]
    pub serial: Serial,
    /// A variable of the flow; repeatable
    #[arg(short, long, value_name = "KEY=VALUE")]
    pub env: Vec<String>,
}

/// What there is to know of the task.
#[derive(Debug, Deserialize)]
struct Task {
    id: TaskId,
    status: u8,
    status_text: String,
    attempt: u32,
    waiting_for: Option<String>,
    remark: Option<String>,
    error: Option<TaskError>,
    started_at: Option<Timestamp>,
    finished_at: Option<Timestamp>,
}

impl Task {
    fn status(&self) -> Option<Status> {
        Status::from_code(self.status)
    }

    fn has_ended(&self) -> bool {
        self.status().is_some_and(Status::is_final)
    }
}

/// How following it ended.
enum Followed {
    ToItsEnd,
    /// Ctrl-C.
    Interrupted,
}

/// Runs it; false if it is wrong, failed or was stopped, which has been told.
pub(super) async fn run(
    backend: &Backend,
    settings: &Settings,
    args: &FlowRunArgs,
    output: Output,
) -> anyhow::Result<bool> {
    let library = OnDisk {
        scripts: &settings.scripts.folder,
    };
    if let Err(faults) = lang::load(&args.file.to_string_lossy(), &library) {
        faults.iter().for_each(|fault| complain(&fault.to_string()));
        return Ok(false);
    }
    if !backend.works() {
        bail!(
            "no farmhand runs, so this flow would only wait: start `farmhand` or `farmhand \
             serve` first (`farmhand task create flow` has it wait for one)"
        );
    }
    let body = request(args)?;
    // From here on Ctrl-C is for the task: it must not be left alone.
    let mut interrupt = signal(SignalKind::interrupt()).context("cannot listen for Ctrl-C")?;
    let created = backend.post("/task", Some(&body)).await?;
    let id = created["task_ids"][0].as_u64().map(TaskId);
    let id = id.context("the answer is not understood")?;
    tell(output, &format!("task {id} on {}", args.serial))?;
    let followed = {
        let follow = pin!(follow(backend, id, output));
        tokio::select! {
            followed = follow => followed.map(|()| Followed::ToItsEnd),
            _ = interrupt.recv() => Ok(Followed::Interrupted),
        }
    };
    let followed = followed.with_context(|| format!("task {id} is out of sight"))?;
    if matches!(followed, Followed::Interrupted) {
        stop(backend, id, &mut interrupt).await?;
    }
    let answer = backend.get(&path(id)).await?;
    let task: Task = serde_json::from_value(answer.clone())?;
    if output == Output::Programs {
        print(&format!("{answer}\n"))?;
    } else {
        print(&outcome(&settings.folders.data, &task))?;
    }
    Ok(task.status() == Some(Status::Completed))
}

fn path(id: TaskId) -> String {
    format!("/task/{id}")
}

fn request(args: &FlowRunArgs) -> anyhow::Result<Value> {
    let file = args.file.display();
    let flow = args.file.canonicalize();
    let flow = flow.with_context(|| format!("cannot read {file}"))?;
    let flow = flow
        .to_str()
        .with_context(|| format!("{file} is not UTF-8"))?;
    let mut env = Map::new();
    for pair in &args.env {
        let (key, value) = pair
            .split_once('=')
            .ok_or_else(|| Usage(format!("-e {pair}: KEY=VALUE is accepted")))?;
        env.insert(key.into(), value.into());
    }
    Ok(json!({
        "script_name": "flow",
        "script_config": { "flow": flow, "env": env },
        "serials": [&args.serial],
    }))
}

/// Programs are told the end alone.
fn tell(output: Output, text: &str) -> anyhow::Result<()> {
    match output {
        Output::Programs => Ok(()),
        Output::People => print(&format!("{}\n", printable(text))),
    }
}

/// Prints the steps as they end, from one attempt to the next, until the task has ended.
async fn follow(backend: &Backend, id: TaskId, output: Output) -> anyhow::Result<()> {
    let mut attempt = 1;
    loop {
        let log = format!("/task/{id}/log?follow=true&attempt={attempt}");
        let mut log = match backend.fetch(&log).await {
            Err(error) if code(&error) == Some(TOO_MANY) => {
                return look_on(backend, id, attempt, output).await;
            }
            log => log?,
        };
        let begins = attempt_begins(backend, id, attempt, &mut log, output).await?;
        let began = matches!(begins, Begins::With(_));
        if let Begins::With(first) = begins {
            steps(log, &first, output).await?;
        }
        let task = look(backend, id).await?;
        if task.has_ended() {
            return Ok(());
        }
        // The attempt failed, and the settings have it tried again.
        let next = task.attempt + u32::from(task.status() == Some(Status::Pending));
        if began || next != attempt {
            attempt = next;
            tell(output, &format!("attempt {attempt}"))?;
        } else {
            // The log ended without a byte, but not the task: not asked again at once.
            sleep(LOOK_AGAIN).await;
        }
    }
}

fn code(error: &anyhow::Error) -> Option<u32> {
    error.downcast_ref::<Refused>().map(|refused| refused.code)
}

async fn look(backend: &Backend, id: TaskId) -> anyhow::Result<Task> {
    Ok(serde_json::from_value(backend.get(&path(id)).await?)?)
}

/// As [`follow`], from an attempt on, when no more logs can be followed: waits for the end of
/// the task, then prints the logs.
async fn look_on(backend: &Backend, id: TaskId, from: u32, output: Output) -> anyhow::Result<()> {
    tell(
        output,
        "too many logs are followed already: the steps are shown when the task has ended",
    )?;
    let mut told = None;
    let last = loop {
        let task = look(backend, id).await?;
        if task.has_ended() {
            break task.attempt;
        }
        tell_waiting(&task, &mut told, output)?;
        sleep(LOOK_AGAIN).await;
    };
    if output == Output::Programs {
        return Ok(());
    }
    for attempt in from..=last {
        if attempt > 1 {
            tell(output, &format!("attempt {attempt}"))?;
        }
        let mut log = match backend
            .fetch(&format!("/task/{id}/log?attempt={attempt}"))
            .await
        {
            // An attempt may leave no log; how the task ended is told all the same.
            Err(error) if error.is::<Refused>() => continue,
            log => log?,
        };
        if let Some(first) = log.next().await? {
            steps(log, &first, output).await?;
        }
    }
    Ok(())
}

/// Tells what a task waits for, when that is something else than what was told.
fn tell_waiting(task: &Task, told: &mut Option<String>, output: Output) -> anyhow::Result<()> {
    if task.waiting_for != *told {
        if let Some(reason) = &task.waiting_for {
            tell(output, &format!("waits: {reason}"))?;
        }
        told.clone_from(&task.waiting_for);
    }
    Ok(())
}

enum Begins {
    /// With this much of its log.
    With(bytes::Bytes),
    Never,
}

/// Waits for the first line of an attempt, and tells meanwhile what the task waits for.
async fn attempt_begins(
    backend: &Backend,
    id: TaskId,
    attempt: u32,
    log: &mut File,
    output: Output,
) -> anyhow::Result<Begins> {
    let mut looks = interval(LOOK_AGAIN);
    looks.set_missed_tick_behavior(MissedTickBehavior::Delay);
    // A task that can begin at once does, before anybody would read why it does not.
    looks.reset();
    let mut told = None;
    loop {
        tokio::select! {
            first = log.next() => return Ok(match first? {
                Some(first) => Begins::With(first),
                None => Begins::Never,
            }),
            _ = looks.tick() => {}
        }
        let task = look(backend, id).await?;
        if task.attempt < attempt {
            tell_waiting(&task, &mut told, output)?;
        }
    }
}

async fn steps(mut log: File, first: &[u8], output: Output) -> anyhow::Result<()> {
    if output == Output::Programs {
        while log.next().await?.is_some() {}
        return Ok(());
    }
    let mut sink = Sink::open(None)?;
    let mut reader = sink.write(first)?;
    while let Some(part) = log.next().await? {
        if reader == Reader::Stays {
            reader = sink.write(&part)?;
        }
    }
    Ok(())
}

async fn stop(backend: &Backend, id: TaskId, interrupt: &mut Signal) -> anyhow::Result<()> {
    complain(&format!("interrupted: stopping task {id}"));
    let path = format!("/task/{id}/stop");
    tokio::select! {
        stopped = backend.post(&path, None) => match stopped {
            // It ended by itself meanwhile: its end is told as ever.
            Err(error) if error.is::<Refused>() => Ok(()),
            stopped => stopped.map(drop),
        },
        _ = interrupt.recv() => {
            bail!("interrupted again: task {id} may still be running; `farmhand task show {id}` tells")
        }
    }
}

/// The last words: how it ended, and where more is found.
fn outcome(data: &Path, task: &Task) -> String {
    let took = task.started_at.zip(task.finished_at);
    let took = took.map_or(String::new(), |(start, end)| {
        let ms = end.ms_since(start).max(0);
        format!(" after {}.{} s", ms / 1000, ms % 1000 / 100)
    });
    let mut text = format!("\ntask {} {}{took}\n", task.id, task.status_text);
    let mut line = |name: &str, value: &str| {
        text += &format!("{name:<10}{}\n", printable(value));
    };
    if let Some(error) = &task.error {
        let parts = error.parts();
        for (i, part) in parts.into_iter().enumerate() {
            match i {
                0 => line("error", &format!("{}: {part}", error.kind)),
                1 => line("nearest", part),
                _ => line("", part),
            }
        }
        if let Some(step) = &error.step {
            line("step", step);
        }
        if !error.evidence.is_empty() {
            line("evidence", &error.evidence.join(", "));
            let folder = evidence_folder(data, task.id, task.attempt);
            line("in", &folder.display().to_string());
        }
    }
    if let Some(remark) = &task.remark {
        line("remark", remark);
    }
    text
}
