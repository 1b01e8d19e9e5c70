//! What is on the phone's screen: state, elements, a drawing and a hierarchy of them.
//!
//! One tree of [`Element`]s is behind the drawing, the hierarchy and the touches, so that a
//! program that looks at either sees the same, and what it taps is what it saw.

mod area;
mod canvas;
mod draw;
mod elements;
mod hierarchy;
mod keys;
mod list;
mod route;
mod system;
mod text;
mod ui;

#[cfg(test)]
mod tests;

use super::Phone;
use super::State;
use super::apps::Scene;
use super::process::Pid;

pub use area::{Area, Point};
pub use draw::png;
pub use elements::{Element, Look, Scroll};
pub use hierarchy::hierarchy;
pub use keys::Key;
pub use list::List;
pub use route::{Delivered, Undelivered};
pub use text::height as text_height;
pub use ui::{Before, Ui};

/// Width and height of the screen in pixels, as it is held upright.
pub const SIZE: (u32, u32) = (540, 960);
/// Height of the bar with clock and battery.
const STATUS_BAR: i32 = 36;

/// zygote, the parent of every app.
const ZYGOTE: Pid = 655;

/// All that a drawing or a hierarchy needs: it is made without a lock on the phone.
pub struct Picture {
    /// Windows below the active one.
    under: Vec<Element>,
    active: Element,
    /// What lies over it and is in no hierarchy: status bar and keyboard.
    over: Vec<Element>,
    taps: Vec<Point>,
    awake: bool,
    /// Whose the active window is.
    package: String,
    rotation: u8,
    size: Area,
}

/// How a dump of the hierarchy ends.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Dump {
    Written,
    /// The screen never comes to rest.
    NotIdle,
    /// There is no window.
    NullRoot,
    /// It says that it was written, and was not.
    Stale,
}

/// A window as it is seen. That of a page reaches below the status bar, as Android's do.
fn on_screen(mut window: Element, screen: Area) -> Option<Element> {
    if window.look == Look::Page {
        window.area = screen;
    }
    window.clipped(screen)
}

/// What the screen has to do with the rest of the phone.
impl Phone {
    /// What is on the screen now.
    pub(super) fn picture(&self) -> Picture {
        let battery = self.battery();
        let mut state = self.state();
        let scene = self.scene(&state);
        let State {
            ui, apps, settings, ..
        } = &mut *state;
        let screen = ui.screen(settings);
        let front = ui.focus().package;
        let mut picture = Picture {
            under: Vec::new(),
            active: Element::new(Look::Group, "", screen),
            over: Vec::new(),
            taps: Vec::new(),
            awake: ui.is_awake(),
            package: "com.android.systemui".to_owned(),
            rotation: ui.rotation(settings),
            size: screen,
        };
        if !ui.is_awake() {
            return picture;
        }
        picture.taps = ui.taps();
        picture.over = system::status_bar(screen.band(0, STATUS_BAR), battery.percent);
        if ui.is_locked() {
            picture.active = system::lock_screen(screen);
            return picture;
        }
        let app = apps.get(&front);
        app.advance(&scene);
        let windows = app.windows(&scene).into_iter();
        picture.under = windows
            .filter_map(|window| on_screen(window, screen))
            .collect();
        if let Some(dialog) = ui.dialog() {
            picture.active = system::dialog(dialog, screen).seen();
            picture.package = "android".to_owned();
            return picture;
        }
        if let Some(active) = picture.under.pop() {
            picture.active = active;
        }
        picture.package = front;
        if ui.is_keyboard_shown() {
            picture.over.push(system::keyboard(ui.keyboard(settings)));
        }
        picture
    }

    /// What apps see of the phone.
    pub(super) fn scene(&self, state: &State) -> Scene {
        let area = state.ui.window(&state.settings);
        let keyboard = state.ui.keyboard(&state.settings);
        let packages = state.packages.user();
        Scene {
            now: state.boot.uptime(),
            area,
            free: Area {
                bottom: keyboard.top,
                ..area
            },
            packages: packages.map(|package| package.name.clone()).collect(),
            faults: self.faults(),
        }
    }

    /// How a dump ends now, which takes one of the failing dumps that the phone is set to.
    pub(super) fn take_dump(&self) -> Dump {
        let mut outcome = Dump::Written;
        self.faults.send_if_modified(|faults| {
            let set = [
                (&mut faults.failing_dumps, Dump::NotIdle),
                (&mut faults.null_root_dumps, Dump::NullRoot),
                (&mut faults.stale_dumps, Dump::Stale),
            ];
            for (left, fails) in set {
                if *left > 0 {
                    *left -= 1;
                    outcome = fails;
                    break;
                }
            }
            outcome != Dump::Written
        });
        let mut state = self.state();
        let scene = self.scene(&state);
        let front = state.ui.focus().package;
        let moves = state.ui.is_open() && state.apps.get(&front).is_restless(&scene);
        match moves {
            true => Dump::NotIdle,
            false => outcome,
        }
    }
}
