//! The detail of one task or phone.

use super::PhoneDetail;
use crate::console::event::RequestNo;
use crate::console::source::TaskInfo;
use crate::model::{Serial, TaskId, Timestamp};

/// What a detail is of.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(in crate::console) enum Subject {
    /// A task.
    Task(TaskId),
    /// A phone.
    Device(Serial),
}

/// An open detail.
#[derive(Debug)]
pub(in crate::console) struct Detail {
    /// What it is of.
    pub subject: Subject,
    /// The first line shown.
    pub scroll: usize,
    /// What is known of the task.
    pub info: Option<Box<TaskInfo>>,
    /// What is known of the phone.
    pub phone: PhoneDetail,
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
    pub fn of(subject: Subject) -> Self {
        Self {
            subject,
            scroll: 0,
            info: None,
            phone: PhoneDetail::default(),
            gone: false,
            error: None,
            asked: None,
            version: None,
            not_before: Timestamp(0),
        }
    }
}
