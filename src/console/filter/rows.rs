//! The columns of each list, and what of a filter for tasks the store's indexes can answer.

use std::borrow::Cow;

use super::{Field, FilterError, Kind, Query, Row};
use crate::console::look::{DEVICE_WORDS, device_word, incident_word};
use crate::model::{
    Account, DeviceView, ErrorKind, Incident, Serial, Source, Status, TaskView, Timestamp,
};
use crate::store::Filter;

/// A task as filters see it.
pub struct TaskRow<'a>(pub &'a TaskView);

impl TaskRow<'_> {
    /// Its columns.
    pub const FIELDS: &'static [Field] = &[
        Field::new("id", Kind::Number),
        Field::new("state", Kind::OneOf(&TASK_WORDS)),
        Field::new("serial", Kind::Text).or("device"),
        Field::new("script", Kind::Text),
        Field::new("account", Kind::Text).or("username"),
        Field::new("source", Kind::OneOf(&["ui", "api"])),
        Field::new("kind", Kind::OneOf(&KIND_WORDS)),
        Field::new("error", Kind::Text),
        Field::new("waiting", Kind::Text),
        Field::new("remark", Kind::Text),
        Field::new("attempt", Kind::Number),
    ];
}

/// The states of tasks as they are shown.
pub const TASK_WORDS: [&str; 5] = ["pending", "running", "stopping", "completed", "failed"];

const KIND_WORDS: [&str; ErrorKind::ALL.len()] = {
    let mut words = [""; ErrorKind::ALL.len()];
    let mut i = 0;
    while i < words.len() {
        words[i] = ErrorKind::ALL[i].text();
        i += 1;
    }
    words
};

impl Row for TaskRow<'_> {
    fn text(&self, field: &'static str) -> Cow<'_, str> {
        let task = &self.0.task;
        let error = task.error.as_ref();
        match field {
            "id" => task.id.to_string().into(),
            "state" if task.status == Status::Running && task.stop.is_some() => "stopping".into(),
            "state" => task.status.text().into(),
            "serial" => task.serial.as_str().into(),
            "script" => (&*task.script).into(),
            "account" => task
                .account
                .as_ref()
                .map_or(Cow::Borrowed(""), |key| key.username.as_str().into()),
            "source" => task.source.text().into(),
            "kind" => error.map_or("", |e| e.kind.text()).into(),
            "error" => error.map_or("", |e| e.message.as_str()).into(),
            "waiting" => self.0.waiting_for.map_or("", |reason| reason.text()).into(),
            "remark" => task.remark.as_deref().unwrap_or_default().into(),
            "attempt" => task.attempt.to_string().into(),
            _ => "".into(),
        }
    }
}

impl Query {
    /// Reads a filter for tasks.
    ///
    /// # Errors
    /// [`FilterError`] with the first thing that cannot be read.
    pub fn for_tasks(text: &str) -> Result<Self, FilterError> {
        Self::parse(text, TaskRow::FIELDS)
    }
}

/// Splits a filter for tasks into what the store's indexes answer and the rest.
#[must_use]
pub fn task_filter(mut query: Query) -> (Filter, Query) {
    let ended = query.take("state", |word| {
        [Status::Pending, Status::Completed, Status::Failed]
            .into_iter()
            .find(|status| status.text() == word)
    });
    // On the screen a task that is being stopped is another state than one that runs; in the
    // store both are running. So the index helps, and the term stays to tell them apart.
    let running = query.is("state", "running") || query.is("state", "stopping");
    let status = ended.or(running.then_some(Status::Running));
    let filter = Filter {
        status,
        serial: query.take("serial", |word| Serial::new(word).ok()),
        script: query.take("script", |word| Some(word.to_owned())),
        source: query.take("source", |word| {
            [Source::Ui, Source::Api]
                .into_iter()
                .find(|source| source.text() == word)
        }),
        kind: query.take("kind", |word| {
            ErrorKind::ALL.into_iter().find(|kind| kind.text() == word)
        }),
    };
    (filter, query)
}

/// A phone as filters see it.
pub struct DeviceRow<'a>(pub &'a DeviceView);

impl DeviceRow<'_> {
    /// Its columns.
    pub const FIELDS: &'static [Field] = &[
        Field::new("serial", Kind::Text).or("device"),
        Field::new("model", Kind::Text),
        Field::new("android", Kind::Text),
        Field::new("state", Kind::OneOf(&DEVICE_WORDS)),
        Field::new("batt", Kind::Number),
        Field::new("temp", Kind::Number),
        Field::new("task", Kind::Number),
        Field::new("step", Kind::Text),
        Field::new("queue", Kind::Number),
        Field::new("server", Kind::Text),
        Field::new("reason", Kind::Text),
        Field::new("free", Kind::Number),
    ];
}

impl Row for DeviceRow<'_> {
    fn text(&self, field: &'static str) -> Cow<'_, str> {
        let device = self.0;
        let shown = |value: Option<String>| value.map_or(Cow::Borrowed(""), Cow::Owned);
        match field {
            "serial" => device.serial.as_str().into(),
            "model" => device.model.as_str().into(),
            "android" => device.android.as_str().into(),
            "state" => device_word(device).into(),
            "batt" => shown(device.battery.map(|b| b.percent.to_string())),
            "temp" => shown(device.battery.map(|b| format!("{:.0}", b.celsius))),
            "task" => shown(device.task.map(|id| id.to_string())),
            "step" => device.progress.as_ref().map_or("", |p| &p.label).into(),
            "queue" => device.queue.to_string().into(),
            "server" => device.server.as_deref().unwrap_or_default().into(),
            "reason" => device
                .hold
                .as_ref()
                .map(|hold| hold.reason.as_str())
                .or(device.blocked.as_deref())
                .unwrap_or_default()
                .into(),
            "free" => shown(device.free_mib.map(|mib| mib.to_string())),
            _ => "".into(),
        }
    }

    fn number(&self, field: &'static str) -> Option<f64> {
        match field {
            "seen" => self.0.last_seen.map(moment),
            _ => self.text(field).parse().ok(),
        }
    }
}

/// A moment to sort by. Milliseconds have a place in 53 bits for as long as there are phones.
const fn moment(at: Timestamp) -> f64 {
    at.0 as f64
}

/// The states of accounts.
pub const ACCOUNT_WORDS: [&str; 2] = ["enabled", "disabled"];

/// An account as filters see it.
pub struct AccountRow<'a>(pub &'a Account);

impl AccountRow<'_> {
    /// Its columns.
    pub const FIELDS: &'static [Field] = &[
        Field::new("username", Kind::Text).or("account"),
        Field::new("app", Kind::Text),
        Field::new("serial", Kind::Text).or("device"),
        Field::new("state", Kind::OneOf(&ACCOUNT_WORDS)),
        Field::new("notes", Kind::Text),
    ];
}

impl Row for AccountRow<'_> {
    fn text(&self, field: &'static str) -> Cow<'_, str> {
        let account = self.0;
        match field {
            "username" => account.key.username.as_str().into(),
            "app" => account.key.app.as_str().into(),
            "serial" => account.serial.as_ref().map_or("", Serial::as_str).into(),
            "state" if account.enabled => "enabled".into(),
            "state" => "disabled".into(),
            "notes" => account.notes.as_str().into(),
            _ => "".into(),
        }
    }

    fn number(&self, field: &'static str) -> Option<f64> {
        match field {
            "added" => Some(moment(self.0.created_at)),
            "changed" => Some(moment(self.0.updated_at)),
            _ => self.text(field).parse().ok(),
        }
    }
}

/// An incident as filters see it.
pub struct IncidentRow<'a>(pub &'a Incident);

impl IncidentRow<'_> {
    /// Its columns.
    pub const FIELDS: &'static [Field] = &[
        Field::new("subject", Kind::Text).or("device"),
        Field::new("message", Kind::Text),
        Field::new("kind", Kind::Text),
    ];
}

impl Row for IncidentRow<'_> {
    fn text(&self, field: &'static str) -> Cow<'_, str> {
        match field {
            "subject" => self.0.subject.as_str().into(),
            "message" => self.0.message.as_str().into(),
            "kind" => incident_word(self.0.kind).into(),
            _ => "".into(),
        }
    }

    fn number(&self, field: &'static str) -> Option<f64> {
        (field == "since").then(|| moment(self.0.since))
    }
}

#[cfg(test)]
mod tests {
    use super::{Query, TaskRow, task_filter};
    use crate::model::{ErrorKind, Source, Status};
    use crate::store::Filter;

    fn split(text: &str) -> (Filter, bool) {
        let query = Query::parse(text, TaskRow::FIELDS).unwrap();
        let (filter, rest) = task_filter(query);
        (filter, rest.is_empty())
    }

    #[test]
    fn what_the_indexes_know_goes_to_them() {
        let (filter, nothing_left) =
            split("state=failed device=R58 script=shell source=api kind=lost");
        assert!(nothing_left);
        assert_eq!(filter.status, Some(Status::Failed));
        assert_eq!(filter.serial.unwrap().as_str(), "R58");
        assert_eq!(filter.script.as_deref(), Some("shell"));
        assert_eq!(filter.source, Some(Source::Api));
        assert_eq!(filter.kind, Some(ErrorKind::Lost));
    }

    #[test]
    fn what_they_do_not_know_is_looked_for_row_by_row() {
        for text in ["foo", "!state=failed", "device~58", "attempt>1"] {
            let (filter, nothing_left) = split(text);
            assert!(!nothing_left, "{text}");
            assert_eq!(filter, Filter::default(), "{text}");
        }
    }

    #[test]
    fn the_index_of_running_tasks_serves_those_being_stopped_too() {
        for text in ["state=running", "state=stopping"] {
            let (filter, nothing_left) = split(text);
            assert_eq!(filter.status, Some(Status::Running), "{text}");
            assert!(!nothing_left, "{text}");
        }
    }

    #[test]
    fn a_second_value_for_one_index_is_looked_for_row_by_row() {
        let (filter, nothing_left) = split("state=failed state=pending");
        assert_eq!(filter.status, Some(Status::Failed));
        assert!(!nothing_left);
    }
}
