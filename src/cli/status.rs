//! `farmhand status` and `farmhand stop`: the farmhand that holds the data folder.

use std::path::Path;
use std::time::Duration;

use anyhow::{Context as _, anyhow, bail};
use rustix::process::{Pid, Signal, kill_process};
use serde_json::{Value, json};

use super::backend::{client_of, data};
use super::instance::{self, RunFile};
use super::output::{Output, ago, complain, print, reason};
use super::task::facts_text;
use crate::api::client::Client;
use crate::config::Settings;

/// Longer than an orderly end takes: requests, tasks and work have about 12 s each.
const END_LIMIT: Duration = Duration::from_secs(60);

/// Tells who runs; false if nobody does.
pub(super) async fn status(settings: &Settings, output: Output) -> anyhow::Result<bool> {
    let folder = &settings.folders.data;
    let Some(run) = instance::find(folder).await? else {
        nobody(folder);
        return Ok(false);
    };
    let answers = asked(&client_of(&run)?).await;
    match output {
        Output::Programs => {
            let (devices, stats) = answers.ok().unzip();
            let status = json!({
                "pid": run.pid,
                "addresses": run.addresses,
                "started_at": run.started_at,
                "version": run.version,
                "devices": devices.as_ref().map(counted),
                "tasks": stats,
            });
            print(&format!("{status}\n"))?;
        }
        Output::People => print(&people(folder, &run, answers))?,
    }
    Ok(true)
}

async fn asked(client: &Client) -> anyhow::Result<(Value, Value)> {
    let get = async |path| {
        let answer = client
            .call(axum::http::Method::GET, path, None, &[])
            .await?;
        data(answer)
    };
    Ok((get("/device").await?, get("/task/stats").await?))
}

fn counted(devices: &Value) -> Value {
    let all = devices["devices"].as_array().map_or(&[][..], Vec::as_slice);
    let count = |wanted: &dyn Fn(&Value) -> bool| all.iter().filter(|d| wanted(d)).count();
    json!({
        "total": all.len(),
        "online": count(&|device| device["state"] == "online"),
        "busy": count(&|device| !device["task"].is_null()),
    })
}

fn people(folder: &Path, run: &RunFile, answers: anyhow::Result<(Value, Value)>) -> String {
    let addresses = run.addresses.iter().map(|a| format!("http://{a}/api/v1/"));
    let mut facts = vec![
        ("farmhand", format!("{}, process {}", run.version, run.pid)),
        ("running", ago(run.started_at)),
        ("data", folder.display().to_string()),
        ("api", addresses.collect::<Vec<_>>().join(" ")),
    ];
    match answers {
        Ok((devices, tasks)) => {
            let phones = counted(&devices);
            facts.push((
                "phones",
                format!(
                    "{} online of {}, {} busy",
                    phones["online"], phones["total"], phones["busy"]
                ),
            ));
            facts.push((
                "tasks",
                format!(
                    "{} pending, {} running, {} completed, {} failed",
                    tasks["pending"], tasks["running"], tasks["completed"], tasks["failed"]
                ),
            ));
        }
        Err(error) => facts.push(("no answer", reason(&error))),
    }
    facts_text(&facts)
}

/// Ends who runs; false if nobody does.
pub(super) async fn stop(settings: &Settings, output: Output) -> anyhow::Result<bool> {
    let folder = &settings.folders.data;
    let Some(run) = instance::find(folder).await? else {
        nobody(folder);
        return Ok(false);
    };
    let pid = i32::try_from(run.pid)
        .ok()
        .and_then(Pid::from_raw)
        .ok_or_else(|| anyhow!("{} is no process id", run.pid))?;
    // The lock was held a moment ago by whoever wrote this pid, so the pid is theirs.
    kill_process(pid, Signal::TERM)
        .with_context(|| format!("cannot send SIGTERM to process {}", run.pid))?;
    if !instance::until_free(folder, END_LIMIT).await? {
        bail!(
            "process {} has not ended within {} s; its log is in {}",
            run.pid,
            END_LIMIT.as_secs(),
            folder.join("logs").display()
        );
    }
    match output {
        Output::Programs => print(&format!("{}\n", json!({ "stopped_pid": run.pid })))?,
        Output::People => print(&format!("farmhand (process {}) has ended\n", run.pid))?,
    }
    Ok(true)
}

fn nobody(folder: &Path) {
    complain(&format!("none runs on {}", folder.display()));
}
