//! State of the user interface: awake or not, which app is in front, what lies over it.

use std::collections::{BTreeSet, VecDeque};

use super::super::intent::{Component, Intent};
use super::super::packages::LAUNCHER;
use super::super::settings::Settings;
use super::area::{Area, Point};
use super::{SIZE, STATUS_BAR};

/// Touches that a drawing still shows.
const TAPS: usize = 5;

/// A dialog of the system, over whatever app is in front.
#[derive(Debug, Clone, PartialEq)]
pub enum Dialog {
    /// "Sample has stopped".
    Crash { package: String },
    /// Which of several apps takes what is shared.
    Chooser {
        intent: Box<Intent>,
        packages: Vec<String>,
    },
}

impl Dialog {
    /// The name of its window.
    pub fn window(&self) -> String {
        match self {
            Self::Crash { package } => format!("Application Error: {package}"),
            Self::Chooser { .. } => "android/com.android.internal.app.ChooserActivity".to_owned(),
        }
    }
}

/// Where an app was before an intent came for it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Before {
    /// It had no task.
    Nowhere,
    /// It had one that could not be seen.
    Behind,
    InFront,
}

/// The user interface of one phone.
#[derive(Debug, Default)]
pub struct Ui {
    asleep: bool,
    unlocked: bool,
    lock: Lock,
    /// Packages that have a task, seen or not.
    tasks: BTreeSet<String>,
    /// Above the home screen, the last in front.
    stack: Vec<Component>,
    dialog: Option<Dialog>,
    keyboard: bool,
    taps: VecDeque<Point>,
}

/// The lock screen's secret.
#[derive(Debug, Default)]
struct Lock {
    /// Absent if a swipe unlocks.
    pin: Option<String>,
    entered: String,
}

impl Ui {
    /// That of a phone which has just booted.
    pub fn new(pin: Option<&str>) -> Self {
        let lock = Lock {
            pin: pin.map(str::to_owned),
            entered: String::new(),
        };
        Self {
            lock,
            ..Self::default()
        }
    }

    pub fn is_awake(&self) -> bool {
        !self.asleep
    }

    pub fn is_locked(&self) -> bool {
        !self.unlocked
    }

    /// Whether apps get what is typed and touched.
    pub fn is_open(&self) -> bool {
        !self.asleep && self.unlocked && self.dialog.is_none()
    }

    /// The activity in front; the home screen if there is no other.
    pub fn focus(&self) -> Component {
        let home = || Component::of(LAUNCHER, "Launcher");
        self.stack.last().cloned().unwrap_or_else(home)
    }

    pub fn dialog(&self) -> Option<&Dialog> {
        self.dialog.as_ref()
    }

    pub fn set_dialog(&mut self, dialog: Option<Dialog>) {
        self.dialog = dialog;
    }

    /// Whether the soft keyboard is up.
    pub fn is_keyboard_shown(&self) -> bool {
        self.keyboard && self.is_open()
    }

    pub fn show_keyboard(&mut self) {
        self.keyboard = true;
    }

    pub fn hide_keyboard(&mut self) {
        self.keyboard = false;
    }

    pub fn taps(&self) -> Vec<Point> {
        self.taps.iter().copied().collect()
    }

    /// Quarter turns of the screen, 0 to 3: as it is set, or upright where the phone may
    /// decide by itself, as it lies still.
    pub fn rotation(&self, settings: &Settings) -> u8 {
        let set = |key| settings.get("system", key);
        if set("accelerometer_rotation").is_some_and(|value| value == "1") {
            return 0;
        }
        let turns = set("user_rotation").and_then(|text| text.parse().ok());
        turns.filter(|turns| *turns <= 3).unwrap_or(0)
    }

    /// The screen upright.
    pub fn display(&self) -> Area {
        Area::new(0, 0, SIZE.0 as i32, SIZE.1 as i32)
    }

    /// The screen as it is turned.
    pub fn screen(&self, settings: &Settings) -> Area {
        let (width, height) = (SIZE.0 as i32, SIZE.1 as i32);
        match self.rotation(settings) % 2 {
            0 => Area::new(0, 0, width, height),
            _ => Area::new(0, 0, height, width),
        }
    }

    /// Where windows of apps lie.
    pub fn window(&self, settings: &Settings) -> Area {
        self.screen(settings).cut_top(STATUS_BAR).1
    }

    /// Where the keyboard lies; empty if it is down. One without keys, such as those that
    /// programs type with, is a strip.
    pub fn keyboard(&self, settings: &Settings) -> Area {
        let screen = self.screen(settings);
        let method = settings.get("secure", "default_input_method");
        let has_keys = method.is_some_and(|method| method.starts_with("com.android.inputmethod"));
        let height = match (self.is_keyboard_shown(), has_keys) {
            (false, _) => 0,
            (true, false) => 40,
            (true, true) => screen.height() / 3,
        };
        screen.cut_bottom(height).1
    }

    /// Takes the keyguard away, unless it asks for a secret.
    pub fn unlock(&mut self) {
        self.unlocked |= self.lock.pin.is_none();
    }

    pub fn is_secure(&self) -> bool {
        self.lock.pin.is_some()
    }

    /// Types on the lock screen.
    pub fn enter_secret(&mut self, text: &str) {
        if self.is_locked() && !self.asleep {
            self.lock.entered.push_str(text);
        }
    }

    /// Unlocks if what was typed is the secret.
    pub fn confirm_secret(&mut self) {
        let entered = std::mem::take(&mut self.lock.entered);
        self.unlocked |= !self.asleep && self.lock.pin == Some(entered);
    }

    /// Where an app is.
    pub fn whereabouts(&self, package: &str) -> Before {
        match self.tasks.contains(package) {
            false => Before::Nowhere,
            true if self.focus().package == package => Before::InFront,
            true => Before::Behind,
        }
    }

    pub fn sleep(&mut self) {
        self.asleep = true;
        self.unlocked = false;
        self.lock.entered.clear();
    }

    pub fn wake(&mut self) {
        self.asleep = false;
    }

    /// Brings an activity to the front.
    pub fn open(&mut self, activity: Component) {
        self.asleep = false;
        self.keyboard = false;
        if activity.package == LAUNCHER {
            self.go_home();
            return;
        }
        self.tasks.insert(activity.package.clone());
        self.stack.retain(|other| other.package != activity.package);
        self.stack.push(activity);
    }

    pub fn close(&mut self, package: &str) {
        if self.focus().package == package {
            self.keyboard = false;
        }
        self.tasks.remove(package);
        self.stack.retain(|activity| activity.package != package);
        // A dialog about an app goes with it.
        let about =
            |dialog: &Dialog| matches!(dialog, Dialog::Crash { package: it } if it == package);
        if self.dialog.as_ref().is_some_and(about) {
            self.dialog = None;
        }
    }

    pub fn go_home(&mut self) {
        self.stack.clear();
        self.keyboard = false;
    }

    /// Remembers a touch for the drawing.
    pub fn mark(&mut self, at: Point) {
        if self.taps.len() == TAPS {
            self.taps.pop_front();
        }
        self.taps.push_back(at);
    }
}
