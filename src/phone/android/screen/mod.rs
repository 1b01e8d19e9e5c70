//! What is on the phone's screen: state, elements, a drawing and a hierarchy of them.
//!
//! One list of [`Element`]s is behind the drawing and the hierarchy, so that a program that
//! looks at either sees the same, and what it taps is what it saw.

mod draw;
mod elements;
mod hierarchy;
mod ui;

#[cfg(test)]
mod tests;

use std::sync::Arc;

use super::Phone;
use super::process::{ADBD, Pid};

pub use draw::png;
pub use elements::Element;
pub use hierarchy::hierarchy;
pub use ui::{Key, Ui};

/// Width and height of the screen in pixels.
pub const SIZE: (u32, u32) = (540, 960);

/// zygote, the parent of every app.
const ZYGOTE: Pid = 655;

/// All that a drawing or a hierarchy needs: it is made without a lock on the phone.
pub struct Picture {
    elements: Vec<Element>,
    taps: Vec<(i32, i32)>,
    awake: bool,
    package: String,
    rotation: u8,
}

/// What the screen has to do with the rest of the phone.
impl Phone {
    /// What is on the screen now.
    pub(super) fn picture(&self) -> Picture {
        let battery = self.battery();
        let state = self.state();
        let mut elements = Vec::new();
        if state.ui.is_awake() {
            elements = elements::status_bar(battery.percent);
            let apps = state
                .packages
                .user()
                .map(|package| package.name.clone())
                .collect();
            elements.extend(elements::screen(&state.ui, apps));
        }
        Picture {
            elements,
            taps: state.ui.taps(),
            awake: state.ui.is_awake(),
            package: state.ui.focus().package,
            rotation: state.ui.rotation(&state.settings),
        }
    }

    /// Touches the screen.
    pub(super) fn tap(self: &Arc<Self>, at: (i32, i32)) {
        let touched = self
            .picture()
            .elements
            .into_iter()
            .rev()
            .find(|e| e.is_at(at));
        self.state().ui.tap(at, touched.as_ref());
        if let Some(package) = touched.and_then(|element| element.opens) {
            self.start_app(&package, ".MainActivity", "");
        }
    }

    /// Brings an app to the front, starting its process if it does not run.
    pub(super) fn start_app(&self, package: &str, activity: &str, data: &str) {
        self.log(
            "ActivityTaskManager",
            &format!("START u0 {{cmp={package}/{activity}}} from uid 2000"),
        );
        self.processes
            .enter_app(ZYGOTE, package, self.uptime_ticks());
        self.state().ui.open(package, activity, data);
    }

    /// Ends an app's process and takes it off the screen.
    pub(super) fn stop_app(&self, package: &str) {
        self.processes.leave_app(ZYGOTE, package);
        self.state().ui.close(package);
        self.log(
            "ActivityManager",
            &format!("Force stopping {package} from pid {ADBD}"),
        );
    }

    /// Takes one of the failing dumps that the phone is set to, if there is one left.
    pub(super) fn take_failing_dump(&self) -> bool {
        self.faults.send_if_modified(|faults| {
            let fails = faults.failing_dumps > 0;
            faults.failing_dumps = faults.failing_dumps.saturating_sub(1);
            fails
        })
    }
}
