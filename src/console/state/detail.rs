//! The detail of one task, phone, account or incident.

use super::IncidentId;
use crate::console::event::RequestNo;
use crate::console::info::History;
use crate::console::source::TaskInfo;
use crate::model::{AccountKey, Serial, TaskId, Timestamp};

/// What a detail is of.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(in crate::console) enum Subject {
    /// A task.
    Task(TaskId),
    /// A phone.
    Device(Serial),
    /// An account.
    Account(AccountKey),
    /// An incident.
    Incident(IncidentId),
}

/// An open detail.
#[derive(Debug)]
pub(in crate::console) struct Detail {
    /// What it is of.
    pub subject: Subject,
    /// Whether it was asked for by its id, which may be none.
    pub by_id: bool,
    /// The first line shown.
    pub scroll: usize,
    /// What is known of the task.
    pub info: Option<Box<TaskInfo>>,
    /// What is known of the account's past.
    pub history: Option<Box<History>>,
    /// Whether long values are shown whole.
    pub whole: bool,
    /// The detail from which this one was opened.
    pub from: Option<Box<Detail>>,
    /// The task was deleted; what is shown is what it last was.
    pub gone: bool,
    /// Why nothing newer is known.
    pub error: Option<String>,
    /// The question under way.
    pub asked: Option<RequestNo>,
    /// The farm's version of all tasks when it was last asked; `None`: ask now.
    pub version: Option<u64>,
    /// Not asked again before this moment.
    pub not_before: Timestamp,
}

impl Detail {
    /// A detail of which nothing is known yet.
    pub const fn of(subject: Subject) -> Self {
        Self {
            subject,
            by_id: false,
            scroll: 0,
            info: None,
            history: None,
            whole: false,
            from: None,
            gone: false,
            error: None,
            asked: None,
            version: None,
            not_before: Timestamp(0),
        }
    }

    /// A detail opened from this one, which is shown again after it.
    pub fn onward(mut self, subject: Subject) -> Self {
        // Nobody takes the answer now, so it is asked anew.
        self.asked = None;
        self.version = None;
        Self {
            from: Some(Box::new(self)),
            ..Self::of(subject)
        }
    }
}
