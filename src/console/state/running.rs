//! The scripts of the tasks that run, for the list of phones: the farm's state names a phone's
//! task by its id alone.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use crate::console::event::RequestNo;
use crate::farm::FarmState;
use crate::model::{Task, TaskId, TaskView, Timestamp};

/// What is known of the tasks that run.
#[derive(Debug, Default)]
pub(in crate::console) struct Running {
    tasks: BTreeMap<TaskId, Arc<Task>>,
    /// The look-up under way.
    pub asked: Option<RequestNo>,
    /// No look-up before this moment.
    pub not_before: Timestamp,
}

impl Running {
    /// The script of a running task, if it is known.
    pub fn script(&self, id: TaskId) -> Option<&str> {
        self.tasks.get(&id).map(|task| &*task.script)
    }

    /// Takes what `rows` tell of the tasks that run, and forgets those that do not any more.
    /// Returns those of which nothing is known.
    pub fn update(&mut self, farm: &FarmState, rows: &[TaskView]) -> Vec<TaskId> {
        let running: BTreeSet<TaskId> = farm.devices.iter().filter_map(|d| d.task).collect();
        self.tasks.retain(|id, _| running.contains(id));
        if running.len() == self.tasks.len() {
            return Vec::new();
        }
        self.learn(rows.iter().filter(|row| running.contains(&row.task.id)));
        let known = |id: &TaskId| self.tasks.contains_key(id);
        running.into_iter().filter(|id| !known(id)).collect()
    }

    /// Takes what was looked up.
    pub fn learn<'a>(&mut self, views: impl Iterator<Item = &'a TaskView>) {
        self.tasks
            .extend(views.map(|view| (view.task.id, Arc::clone(&view.task))));
    }
}
