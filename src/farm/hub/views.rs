//! What readers see of the hub: rows and phones with what is true of them only now.

use std::sync::Arc;

use super::{Hub, now};
use crate::farm::{FarmState, TaskPage};
use crate::model::{DeviceView, Serial, Stats, Task, TaskView};
use crate::store::Page;

impl Hub {
    /// A task with what is true of it only now.
    pub fn overlay(&self, task: Arc<Task>) -> TaskView {
        if task.status.is_final() {
            return TaskView::bare(task);
        }
        self.live().overlay(task, now())
    }

    /// A page with what is true only now.
    pub fn overlay_page(&self, page: Page) -> TaskPage {
        let at = now();
        let live = self.live();
        TaskPage {
            tasks: page
                .tasks
                .into_iter()
                .map(|task| live.overlay(task, at))
                .collect(),
            total: page.total,
            offset: page.offset,
        }
    }

    /// All phones.
    pub fn devices(&self) -> Vec<DeviceView> {
        let live = self.live();
        live.registry.views().map(|v| live.complete(v)).collect()
    }

    /// One phone.
    pub fn device(&self, serial: &Serial) -> Option<DeviceView> {
        let live = self.live();
        live.registry.view(serial).map(|v| live.complete(v))
    }

    /// Makes the state that watchers see.
    pub fn publish(&self, stats: Stats) {
        let at = now();
        let live = self.live();
        let devices: Arc<[DeviceView]> = live
            .registry
            .views()
            .map(|view| live.complete(view))
            .collect();
        let (incidents, tasks_version) = (live.incidents.clone(), live.tasks_version);
        let adb_servers = live.registry.server_counts();
        drop(live);
        let rates = self.counts().rates(at);
        self.state.send_modify(|state| {
            *state = Arc::new(FarmState {
                at,
                version: state.version + 1,
                boot: state.boot,
                devices,
                stats,
                rates,
                incidents,
                tasks_version,
                adb_servers,
                closing: self.closing.is_cancelled(),
            });
        });
    }
}
