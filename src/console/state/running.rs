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
    /// All that run, in the state of the farm with this boot and version.
    all: BTreeSet<TaskId>,
    of: Option<(u64, u64)>,
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
        let of = Some((farm.boot, farm.version));
        if self.of != of {
            // Once a state of the farm, not once a key.
            self.all = farm.devices.iter().filter_map(|d| d.task).collect();
            self.tasks.retain(|id, _| self.all.contains(id));
            self.of = of;
        }
        if self.all.len() == self.tasks.len() {
            return Vec::new();
        }
        let told = rows.iter().filter(|row| self.all.contains(&row.task.id));
        self.tasks
            .extend(told.map(|row| (row.task.id, Arc::clone(&row.task))));
        let known = |id: &&TaskId| self.tasks.contains_key(id);
        self.all.iter().filter(|id| !known(id)).copied().collect()
    }

    /// Takes what was looked up.
    pub fn learn<'a>(&mut self, views: impl Iterator<Item = &'a TaskView>) {
        // Some may not run any more.
        self.of = None;
        self.tasks
            .extend(views.map(|view| (view.task.id, Arc::clone(&view.task))));
    }
}
