//! `report.json` of a failed flow: all that is known of the failure, for programs.

use serde::Serialize;
use serde_json::{Map, Value, json};

use super::Job;
use crate::flow::driver::Looked;
use crate::flow::screen::Bounds;
use crate::flow::steps::{Crumb, Near, Record, StepError};
use crate::flow::timeline::{Came, TimedStep};
use crate::model::{TaskError, Timestamp};

/// What the phone says of itself after a failure, as far as it answers.
#[derive(Debug, Default)]
pub(super) struct Facts {
    /// Charge in percent.
    pub(super) battery: Option<u8>,
    /// Package and activity in front.
    pub(super) foreground: Option<String>,
}

/// What is reported.
pub(super) struct Report<'a> {
    pub(super) job: &'a Job,
    /// The flow's file.
    pub(super) flow: &'a str,
    /// Names of the flow's variables; values may be nobody's business.
    pub(super) variables: &'a [String],
    pub(super) error: &'a TaskError,
    /// The step's own error, if it is one.
    pub(super) cause: Option<&'a StepError>,
    /// The steps that lead to it.
    pub(super) trail: &'a [Crumb],
    pub(super) record: &'a Record,
    pub(super) screen: Option<&'a Looked>,
    pub(super) facts: &'a Facts,
}

impl Report<'_> {
    /// The report as indented JSON.
    pub(super) fn to_bytes(&self) -> Vec<u8> {
        let (rows, cut) = self.record.rows();
        let began = self.record.began_at();
        let report = Json {
            kind: self.error.kind.text(),
            message: &self.error.message,
            step: self.trail.iter().map(place).collect(),
            selector: self.cause.and_then(StepError::selector),
            near_misses: self.near(),
            script: &self.job.script.name,
            flow: self.flow,
            task: self.job.task.id.to_string(),
            attempt: self.job.task.attempt,
            serial: self.job.phone.serial(),
            app: self
                .job
                .app
                .as_ref()
                .map(|app| json!({"name": app.name, "package": app.package})),
            account: self.account(),
            variables: self.variables,
            screen: self.screen.map(screen),
            foreground: self.facts.foreground.as_deref(),
            battery: self.facts.battery,
            took_ms: millis(self.record.elapsed()),
            warnings: self.record.warnings(),
            steps: rows.iter().map(|row| timing(row, began)).collect(),
            steps_left_out: cut,
        };
        // A struct of plain values can always be written.
        serde_json::to_vec_pretty(&report).unwrap_or_default()
    }

    fn account(&self) -> Option<String> {
        let account = self.job.task.account.as_ref()?;
        Some(account.username.to_string())
    }

    fn near(&self) -> Vec<Value> {
        let near = self.cause.map(StepError::near).unwrap_or_default();
        near.iter().map(near_miss).collect()
    }
}

#[derive(Serialize)]
struct Json<'a> {
    kind: &'a str,
    message: &'a str,
    step: Vec<Value>,
    selector: Option<&'a Value>,
    near_misses: Vec<Value>,
    script: &'a str,
    flow: &'a str,
    task: String,
    attempt: u32,
    serial: &'a str,
    app: Option<Value>,
    account: Option<String>,
    variables: &'a [String],
    screen: Option<Value>,
    foreground: Option<&'a str>,
    battery: Option<u8>,
    took_ms: u64,
    warnings: u64,
    steps: Vec<Value>,
    steps_left_out: u64,
}

fn place(crumb: &Crumb) -> Value {
    json!({
        "file": &*crumb.at.file,
        "line": crumb.at.line,
        "column": crumb.at.column,
        "command": crumb.what,
    })
}

fn near_miss(near: &Near) -> Value {
    let differences = near.differences.iter().map(|difference| {
        json!({
            "attribute": difference.attribute.as_str(),
            "wanted": difference.wanted,
            "found": difference.found,
        })
    });
    json!({
        "element": near.what,
        "bounds": near.bounds.map(corners),
        "differences": differences.collect::<Vec<_>>(),
    })
}

fn corners(bounds: Bounds) -> Value {
    json!([bounds.left, bounds.top, bounds.right, bounds.bottom])
}

fn screen(screen: &Looked) -> Value {
    let (width, height) = screen.hierarchy.size();
    json!({
        "width": width,
        "height": height,
        "rotation": screen.hierarchy.rotation(),
    })
}

fn timing(row: &TimedStep, began: Timestamp) -> Value {
    let mut fields = Map::new();
    fields.insert("step".into(), json!(row.step));
    fields.insert("place".into(), json!(row.place));
    fields.insert("command".into(), json!(row.command));
    fields.insert("depth".into(), json!(row.depth));
    fields.insert("began_ms".into(), json!(row.began_at.ms_since(began)));
    fields.insert("took_ms".into(), json!(row.took_ms));
    fields.insert("result".into(), json!(row.result.map(Came::text)));
    for (name, times) in [("rounds", row.rounds), ("retried", row.retried)] {
        if let Some(times) = times {
            fields.insert(name.into(), json!(times));
        }
    }
    Value::Object(fields)
}

fn millis(time: std::time::Duration) -> u64 {
    u64::try_from(time.as_millis()).unwrap_or(u64::MAX)
}
