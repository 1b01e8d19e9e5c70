//! A task whole: what the store knows of it, and what its last attempt left on the disk.

use std::fs::File;
use std::io::{Read, Seek, SeekFrom};
use std::path::Path;

use serde_json::Value;

use crate::console::info::{Origin, Setting};
use crate::console::source::{LogTail, TaskInfo};
use crate::farm::{CommandError, LOG, Reader};
use crate::flow::{Came, Failure, REPORT, Runner, Script, TIMELINE, TimedStep, Timeline};
use crate::model::{Attempt, Task, TaskId};

/// Bytes of a log's end that are read.
const LOG_TAIL: u64 = 64 * 1024;
/// Bytes of a timeline or report that are read: both are bounded well below.
const LARGEST: u64 = 1 << 20;
/// Bytes of a log's first line that are read.
const FIRST_LINE: u64 = 4 * 1024;

pub(super) fn read(reader: &Reader, id: TaskId) -> Result<Option<TaskInfo>, CommandError> {
    let Some(detail) = reader.task(id)? else {
        return Ok(None);
    };
    let task = &detail.view.task;
    let script = reader.scripts().into_iter();
    let script = script
        .into_iter()
        .find(|script| *script.name == *task.script);
    let folder = reader.evidence(id, task.attempt);
    let bytes = |name: &str| start(&folder.join(name), LARGEST);
    let mut timeline = bytes(TIMELINE).map_or_else(Timeline::default, |file| Timeline::read(&file));
    let single = script.as_ref().is_none_or(|s| s.runner != Runner::Flow);
    if let (true, true, Some(attempt)) = (timeline.steps.is_empty(), single, detail.attempts.last())
    {
        let shell = script.as_ref().is_some_and(|s| s.runner == Runner::Shell);
        timeline.steps.extend(only_step(&folder, attempt, shell));
    }
    Ok(Some(TaskInfo {
        log: tail(&folder.join(LOG)),
        files: reader.evidence_files(id)?,
        settings: settings(task, script.as_deref()),
        timeline,
        failure: bytes(REPORT).and_then(|file| Failure::read(&file)),
        detail,
    }))
}

/// The one step of a script that does one thing: its log begins with it.
fn only_step(folder: &Path, attempt: &Attempt, shell: bool) -> Option<TimedStep> {
    let log = start(&folder.join(LOG), FIRST_LINE)?;
    let line = log.split(|byte| *byte == b'\n').next().unwrap_or_default();
    let command = String::from_utf8_lossy(line).into_owned();
    if command.is_empty() {
        return None;
    }
    let error = attempt.error.as_ref();
    let ended = attempt.finished_at;
    let took = ended.map(|at| at.ms_since(attempt.started_at));
    Some(TimedStep {
        no: 1,
        step: "1".to_owned(),
        depth: 0,
        place: String::new(),
        command,
        began_at: attempt.started_at,
        took_ms: took.and_then(|ms| u64::try_from(ms).ok()),
        result: ended.map(|_| error.map_or(Came::Done, |_| Came::Failed)),
        rounds: None,
        retried: None,
        exit_code: match error {
            Some(error) => error.exit_code,
            None => (shell && ended.is_some()).then_some(0),
        },
        why: None,
    })
}

/// The parameters of a task, in the order of its script.
fn settings(task: &Task, script: Option<&Script>) -> Vec<Setting> {
    let mut config = task.config.to_object();
    let parameters = script.map_or(&[][..], |script| &script.parameters);
    let mut settings = Vec::new();
    for parameter in parameters {
        let value = config.remove(&parameter.name);
        if parameter.secret {
            settings.push(Setting {
                name: parameter.name.clone(),
                value: String::new(),
                origin: Origin::Secret,
            });
        } else if let Some(value) = value {
            let origin = match parameter.default.as_ref() == Some(&value) {
                true => Origin::Default,
                false => Origin::Given,
            };
            settings.push(Setting {
                name: parameter.name.clone(),
                value: shown(&value),
                origin,
            });
        }
    }
    settings.extend(config.into_iter().map(|(name, value)| Setting {
        name,
        value: shown(&value),
        origin: Origin::Unknown,
    }));
    settings
}

fn shown(value: &Value) -> String {
    match value {
        Value::String(text) => text.clone(),
        other => other.to_string(),
    }
}

/// The first bytes of a file; none if there is none, or it cannot be read.
fn start(path: &Path, most: u64) -> Option<Vec<u8>> {
    let file = File::open(path).ok()?;
    let mut bytes = Vec::new();
    file.take(most).read_to_end(&mut bytes).ok()?;
    Some(bytes)
}

/// The end of a log; none if there is none, or it cannot be read.
fn tail(path: &Path) -> Option<LogTail> {
    let mut file = File::open(path).ok()?;
    let length = file.metadata().ok()?.len();
    let from = length.saturating_sub(LOG_TAIL);
    file.seek(SeekFrom::Start(from)).ok()?;
    let mut bytes = Vec::new();
    file.take(LOG_TAIL).read_to_end(&mut bytes).ok()?;
    Some(LogTail {
        text: String::from_utf8_lossy(&bytes).into_owned(),
        cut: from > 0,
    })
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::settings;
    use crate::console::info::Origin;
    use crate::console::testing::task;
    use crate::flow::Scripts;
    use crate::model::ScriptConfig;

    #[test]
    fn parameters_come_in_the_order_of_the_script_with_defaults_told() {
        let script = Scripts::load(None).unwrap().get("shell").unwrap();
        let mut task = task(1);
        let config = json!({"timeout": 60, "old": [1], "command": "id"});
        task.config = ScriptConfig::new(config.as_object().unwrap());
        let settings = settings(&task, Some(&script));
        let told: Vec<_> = settings
            .iter()
            .map(|s| (s.name.as_str(), s.value.as_str(), s.origin))
            .collect();
        assert_eq!(
            told,
            [
                ("command", "id", Origin::Given),
                ("timeout", "60", Origin::Default),
                ("old", "[1]", Origin::Unknown),
            ]
        );
    }

    #[test]
    fn a_secret_is_never_told() {
        let script = Scripts::load(None).unwrap().get("shell").unwrap();
        let mut script = (*script).clone();
        script.parameters[0].secret = true;
        let settings = settings(&task(1), Some(&script));
        assert_eq!(
            (settings[0].value.as_str(), settings[0].origin),
            ("", Origin::Secret)
        );
        assert!(!format!("{settings:?}").contains("false"));
    }
}
