//! State of the user interface: awake or not, what is in front, what was typed and touched.

use std::collections::VecDeque;

use super::super::packages::LAUNCHER;
use super::super::settings::Settings;
use super::elements::Element;

/// Touches that a drawing still shows.
const TAPS: usize = 5;
/// Characters that a text field takes.
const LONGEST_TEXT: usize = 2_000;

/// An activity in the stack.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Activity {
    pub package: String,
    /// As it was started: `.MainActivity` or with its whole name.
    pub name: String,
    /// The URI that it was started with; may be empty.
    pub data: String,
    /// What was typed into it.
    pub text: String,
    /// How often its button was touched.
    pub pressed: u32,
}

impl Activity {
    fn new(package: &str, name: &str, data: &str) -> Self {
        Self {
            package: package.to_owned(),
            name: name.to_owned(),
            data: data.to_owned(),
            text: String::new(),
            pressed: 0,
        }
    }

    /// `package/.Name`, as Android shortens it.
    pub fn short(&self) -> String {
        let name = self
            .name
            .strip_prefix(self.package.as_str())
            .unwrap_or(&self.name);
        format!("{}/{name}", self.package)
    }

    /// `package/package.Name`.
    pub fn full(&self) -> String {
        match self.name.starts_with('.') {
            true => format!("{0}/{0}{1}", self.package, self.name),
            false => format!("{}/{}", self.package, self.name),
        }
    }
}

/// Keys that do something.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Key {
    Home,
    Back,
    Power,
    Wakeup,
    Sleep,
    Menu,
    Enter,
    Delete,
    /// One that Android knows and this phone does nothing about.
    Other,
}

impl Key {
    /// Reads `KEYCODE_HOME`, `HOME` or `3`, as `input keyevent` does.
    pub fn parse(text: &str) -> Option<Self> {
        let name = text.strip_prefix("KEYCODE_").unwrap_or(text);
        Some(match name {
            "HOME" | "3" => Self::Home,
            "BACK" | "4" => Self::Back,
            "POWER" | "26" => Self::Power,
            "WAKEUP" | "224" => Self::Wakeup,
            "SLEEP" | "223" => Self::Sleep,
            "MENU" | "82" => Self::Menu,
            "ENTER" | "66" => Self::Enter,
            "DEL" | "67" => Self::Delete,
            other => {
                let code = other.parse::<u32>().is_ok_and(|code| code <= 320);
                let named = text.starts_with("KEYCODE_")
                    && name
                        .chars()
                        .all(|c| c.is_ascii_uppercase() || c == '_' || c.is_ascii_digit());
                return (code || named).then_some(Self::Other);
            }
        })
    }
}

/// The user interface of one phone.
#[derive(Debug, Default)]
pub struct Ui {
    asleep: bool,
    unlocked: bool,
    /// Above the home screen, the last in front.
    stack: Vec<Activity>,
    taps: VecDeque<(i32, i32)>,
}

impl Ui {
    pub fn is_awake(&self) -> bool {
        !self.asleep
    }

    pub fn is_locked(&self) -> bool {
        !self.unlocked
    }

    /// The activity in front; the home screen if there is no other.
    pub fn focus(&self) -> Activity {
        let home = || Activity::new(LAUNCHER, ".Launcher", "");
        self.stack.last().cloned().unwrap_or_else(home)
    }

    pub fn taps(&self) -> Vec<(i32, i32)> {
        self.taps.iter().copied().collect()
    }

    /// Quarter turns of the screen, 0 to 3, as the settings have it.
    pub fn rotation(&self, settings: &Settings) -> u8 {
        let set = settings
            .get("system", "user_rotation")
            .and_then(|text| text.parse().ok());
        set.filter(|turns| *turns <= 3).unwrap_or(0)
    }

    /// Takes the keyguard away, as if it had no secret.
    pub fn unlock(&mut self) {
        self.unlocked = true;
    }

    pub fn open(&mut self, package: &str, activity: &str, data: &str) {
        self.asleep = false;
        if package == LAUNCHER {
            self.stack.clear();
            return;
        }
        self.stack.retain(|other| other.package != package);
        self.stack.push(Activity::new(package, activity, data));
    }

    pub fn close(&mut self, package: &str) {
        self.stack.retain(|activity| activity.package != package);
    }

    pub fn tap(&mut self, at: (i32, i32), touched: Option<&Element>) {
        if self.asleep {
            return;
        }
        if self.taps.len() == TAPS {
            self.taps.pop_front();
        }
        self.taps.push_back(at);
        let button = touched.is_some_and(|element| element.id == "button");
        if let Some(activity) = self.stack.last_mut().filter(|_| button) {
            activity.pressed += 1;
        }
    }

    /// A swipe up unlocks; any leaves its end as a touch.
    pub fn swipe(&mut self, from: (i32, i32), to: (i32, i32)) {
        if !self.asleep && to.1 < from.1 {
            self.unlocked = true;
        }
        self.tap(to, None);
    }

    /// Types into the activity in front.
    pub fn type_text(&mut self, text: &str) {
        let awake = self.is_awake() && self.unlocked;
        if let Some(activity) = self.stack.last_mut().filter(|_| awake) {
            let room = LONGEST_TEXT.saturating_sub(activity.text.chars().count());
            activity.text.extend(text.chars().take(room));
        }
    }

    pub fn press(&mut self, key: Key) {
        match key {
            Key::Wakeup => self.asleep = false,
            Key::Sleep => self.sleep(),
            Key::Power if self.asleep => self.asleep = false,
            Key::Power => self.sleep(),
            Key::Menu => self.unlocked |= !self.asleep,
            Key::Home => self.stack.clear(),
            Key::Back => drop(self.stack.pop()),
            Key::Enter => self.type_text("\n"),
            Key::Delete => {
                if let Some(activity) = self.stack.last_mut() {
                    activity.text.pop();
                }
            }
            Key::Other => {}
        }
    }

    fn sleep(&mut self) {
        self.asleep = true;
        self.unlocked = false;
    }
}
