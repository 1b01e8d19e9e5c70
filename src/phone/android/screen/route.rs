//! Who gets what is typed, touched and asked: lock screen, dialog, keyboard or an app.

use std::sync::Arc;
use std::time::Duration;

use sha2::{Digest, Sha256};

use super::super::apps::{App, Effect, LONGEST_TEXT, Media, Scene, Shown, Touch};
use super::super::files::path;
use super::super::intent::{Component, Intent, LAUNCHER_CATEGORY};
use super::super::logbuf::Buffer;
use super::super::manifest::Asked;
use super::super::packages::LAUNCHER;
use super::super::process::{ADBD, Launch};
use super::super::{Phone, State};
use super::area::Point;
use super::elements::Element;
use super::keys::Key;
use super::system::{self, Act};
use super::ui::{Before, Dialog};
use super::{STATUS_BAR, ZYGOTE};

/// A finger that moves less is at rest; in pixels.
const SLOP: i32 = 12;
/// A finger that rests as long means a long press.
const LONG_PRESS: Duration = Duration::from_millis(500);

/// The browser.
const BROWSER: &str = "com.android.chrome";

/// What an intent came to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Delivered {
    /// What came to the front.
    pub activity: Component,
    /// Whether its process was started for it.
    pub launch: Launch,
    /// Where its app was.
    pub before: Before,
}

/// Why an intent came to nothing.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum Undelivered {
    /// No installed package has such an activity.
    #[error("Activity class {{{}}} does not exist.", .0.full())]
    NoSuchActivity(Component),
    /// No app takes such an intent.
    #[error("Activity not started, unable to resolve Intent")]
    NobodyTakesIt,
}

/// Who takes an intent.
enum Taker {
    One(Component),
    /// Whoever is chosen of these packages.
    Any(Vec<String>),
}

impl Phone {
    /// Starts the activity that an intent means, and brings it to the front.
    ///
    /// # Errors
    /// [`Undelivered`] if there is none.
    pub(in super::super) fn deliver(
        self: &Arc<Self>,
        intent: Intent,
    ) -> Result<Delivered, Undelivered> {
        let activity = match self.taker(&intent)? {
            Taker::One(activity) => activity,
            Taker::Any(packages) => {
                self.state().ui.set_dialog(Some(Dialog::Chooser {
                    intent: Box::new(intent),
                    packages,
                }));
                return Ok(Delivered {
                    activity: Component::of("android", "internal.app.ChooserActivity"),
                    launch: Launch::Warm,
                    before: Before::Nowhere,
                });
            }
        };
        self.log(
            "ActivityTaskManager",
            &format!("START u0 {{cmp={}}} from uid 2000", activity.short()),
        );
        let package = activity.package.clone();
        let launch = self
            .processes
            .enter_app(ZYGOTE, &package, self.uptime_ticks());
        let delivered = Delivered {
            activity: activity.clone(),
            launch,
            before: self.state().ui.whereabouts(&package),
        };
        self.then(|state, scene| {
            state.ui.open(activity);
            state.apps.get(&package).start(&intent, scene);
            Vec::new()
        });
        Ok(delivered)
    }

    /// Who takes an intent.
    fn taker(&self, intent: &Intent) -> Result<Taker, Undelivered> {
        let mut takers = self.takers(intent, Asked::ToStart);
        if matches!(intent.scheme(), Some("http" | "https")) {
            // Since Android 12 nobody is asked: the app that the link's site names opens it,
            // else the browser.
            takers.sort_by_key(|taker| taker.package == BROWSER);
            takers.truncate(1);
        }
        match (takers.pop(), takers.is_empty(), &intent.component) {
            (Some(only), true, _) => Ok(Taker::One(only)),
            (Some(last), false, _) => {
                let all = takers.into_iter().chain([last]);
                Ok(Taker::Any(all.map(|taker| taker.package).collect()))
            }
            (None, _, Some(component)) => Err(Undelivered::NoSuchActivity(component.clone())),
            (None, _, None) => Err(Undelivered::NobodyTakesIt),
        }
    }

    /// Starts what an app asks for. One that is not there is not opened, as with a dead shortcut.
    fn open_for_app(self: &Arc<Self>, mut intent: Intent) {
        // Icons name an activity: they look for it before.
        if intent.component.is_none() && intent.categories.contains(LAUNCHER_CATEGORY) {
            intent.component = self.takers(&intent, Asked::ToLook).into_iter().next();
        }
        let _ = self.deliver(intent);
    }

    /// A finger from one point to another.
    pub(in super::super) fn touch(self: &Arc<Self>, from: Point, to: Point, duration: Duration) {
        if self.crashes() {
            return;
        }
        let still = (to.0 - from.0).abs() < SLOP && (to.1 - from.1).abs() < SLOP;
        let touch = match still {
            false => Touch::Swipe { from, to },
            true if duration >= LONG_PRESS => Touch::Hold(from),
            true => Touch::Tap(from),
        };
        self.then(|state, scene| {
            if !state.ui.is_awake() {
                return Vec::new();
            }
            state.ui.mark(to);
            if state.ui.is_locked() {
                if to.1 < from.1 - SLOP {
                    state.ui.unlock();
                }
                return Vec::new();
            }
            if let Some(dialog) = state.ui.dialog() {
                let window = system::dialog(dialog, state.ui.screen(&state.settings));
                return match touch {
                    Touch::Tap(at) | Touch::Hold(at) => state.touch_dialog(&window, at),
                    Touch::Swipe { .. } => Vec::new(),
                };
            }
            let covered = state.ui.keyboard(&state.settings).holds(from);
            if covered || from.1 < STATUS_BAR {
                return Vec::new();
            }
            state.front().touch(touch, scene)
        });
    }

    /// Types into the field that has the focus, or on the lock screen.
    pub(in super::super) fn type_text(self: &Arc<Self>, text: &str) {
        self.then(|state, _| {
            state.ui.enter_secret(text);
            if state.ui.is_open()
                && let Some(field) = state.front().focused()
            {
                let room = LONGEST_TEXT.saturating_sub(field.chars().count());
                field.extend(text.chars().take(room));
            }
            Vec::new()
        });
    }

    /// Empties the field that has the focus.
    pub(in super::super) fn clear_text(self: &Arc<Self>) {
        self.then(|state, _| {
            if state.ui.is_open() {
                state.front().focused().map(String::clear);
            }
            Vec::new()
        });
    }

    /// Presses a key.
    pub(in super::super) fn press(self: &Arc<Self>, key: Key) {
        if let Key::Letter(letter) = key {
            return self.type_text(letter.encode_utf8(&mut [0; 4]));
        }
        self.then(|state, scene| {
            let ui = &mut state.ui;
            match key {
                Key::Wakeup => ui.wake(),
                Key::Sleep => ui.sleep(),
                Key::Power if ui.is_awake() => ui.sleep(),
                Key::Power => ui.wake(),
                Key::Menu if ui.is_awake() => ui.unlock(),
                Key::Home if ui.is_awake() => {
                    ui.set_dialog(None);
                    ui.go_home();
                }
                Key::Back if ui.is_awake() && ui.dialog().is_some() => ui.set_dialog(None),
                Key::Back if ui.is_keyboard_shown() => ui.hide_keyboard(),
                Key::Back if ui.is_open() => return state.front().back(scene),
                Key::Enter if ui.is_locked() => ui.confirm_secret(),
                Key::Enter if ui.is_open() => return state.front().enter(scene),
                Key::Tab if ui.is_open() => return state.front().tab(scene),
                Key::Delete if ui.is_open() => {
                    state.front().focused().map(String::pop);
                }
                _ => {}
            }
            Vec::new()
        });
    }

    /// Ends an app's process and takes it off the screen.
    pub(in super::super) fn stop_app(self: &Arc<Self>, package: &str) {
        self.end_app(package);
        self.log(
            "ActivityManager",
            &format!("Force stopping {package} from pid {ADBD}"),
        );
    }

    /// The same, and forgets what the app has saved.
    pub(in super::super) fn clear_app(self: &Arc<Self>, package: &str) {
        self.stop_app(package);
        self.state().apps.get(package).clear();
    }

    fn end_app(self: &Arc<Self>, package: &str) {
        self.processes.leave_app(ZYGOTE, package);
        self.then(|state, scene| {
            let app = state.apps.get(package);
            app.advance(scene);
            app.look(Shown::Hidden, scene);
            app.stop();
            state.ui.close(package);
            Vec::new()
        });
    }

    /// Lets the app in front die if the phone is set to ([`Faults::crash_app`]), once.
    ///
    /// [`Faults::crash_app`]: super::super::super::Faults::crash_app
    fn crashes(self: &Arc<Self>) -> bool {
        let (open, package) = {
            let ui = &self.state().ui;
            (ui.is_open(), ui.focus().package)
        };
        let crashes = open
            && package != LAUNCHER
            && self
                .faults
                .send_if_modified(|faults| std::mem::take(&mut faults.crash_app));
        if crashes {
            let processes = self.processes.list().into_iter();
            let mut pids = processes.filter(|p| p.name() == package).map(|p| p.pid);
            let pid = pids.next().unwrap_or(ZYGOTE);
            let how = format!(
                "FATAL EXCEPTION: main\nProcess: {package}, PID: {pid}\n\
                 java.lang.IllegalStateException: the phone is set to let this app die\n\
                 \tat {package}.MainActivity.onTouchEvent(MainActivity.java:142)"
            );
            self.log_to(Buffer::Crash, pid, "AndroidRuntime", &how);
            self.log(
                "ActivityManager",
                &format!("Process {package} (pid {pid}) has died: fg TOP"),
            );
            self.end_app(&package);
            self.state().ui.set_dialog(Some(Dialog::Crash { package }));
        }
        crashes
    }

    /// Does something to the user interface, then what the app in front wants of the phone.
    fn then(self: &Arc<Self>, step: impl FnOnce(&mut State, &Scene) -> Vec<Effect>) {
        for effect in self.step(step) {
            match effect {
                Effect::Start(intent) => self.open_for_app(intent),
                Effect::Read(uris) => {
                    // Not under the lock on the state: files have their own.
                    let files: Vec<_> = uris.iter().map(|uri| self.media(uri)).collect();
                    self.step(|state, scene| {
                        state.front().receive(files, scene);
                        Vec::new()
                    });
                }
                Effect::Finish | Effect::ShowKeyboard | Effect::HideKeyboard => {}
            }
        }
    }

    /// Does something to the user interface; what is not for it to do is given back.
    fn step(&self, step: impl FnOnce(&mut State, &Scene) -> Vec<Effect>) -> Vec<Effect> {
        let mut state = self.state();
        let scene = self.scene(&state);
        state.front().advance(&scene);
        let effects = step(&mut state, &scene).into_iter();
        let rest = effects.filter_map(|effect| state.apply(effect)).collect();
        self.settle(&mut state);
        rest
    }

    /// Tells apps whether they can be seen, and takes the keyboard from where nobody types.
    fn settle(&self, state: &mut State) {
        if state.front().focused().is_none() {
            state.ui.hide_keyboard();
        }
        let scene = self.scene(state);
        let front = state.ui.focus().package;
        let front = state.ui.is_open().then_some(front.as_str());
        state.apps.look(front, &scene);
    }

    /// A file by its path, `file://` or `content://` URI; `None` if it cannot be read.
    fn media(&self, uri: &str) -> Option<Media> {
        let known = self.media_path(uri);
        let path = known.as_deref();
        let path = path.unwrap_or_else(|| uri.strip_prefix("file://").unwrap_or(uri));
        let content = self.read_path(&path::normal(path, "/")).ok()?;
        let mut hasher = Sha256::new();
        content.chunks().for_each(|chunk| hasher.update(chunk));
        Some(Media {
            name: path.rsplit('/').next().unwrap_or(path).to_owned(),
            size: content.len(),
            sha256: hasher.finalize().into(),
        })
    }
}

impl State {
    fn front(&mut self) -> &mut dyn App {
        self.apps.get(&self.ui.focus().package)
    }

    fn touch_dialog(&mut self, window: &Element<Act>, at: Point) -> Vec<Effect> {
        let act = window.tapped(at).and_then(|element| element.tap.clone());
        let is_choice = matches!(self.ui.dialog(), Some(Dialog::Chooser { .. }));
        // A touch beside it closes what only asks.
        if act.is_some() || is_choice && !window.area.holds(at) {
            self.ui.set_dialog(None);
        }
        match act {
            Some(Act::Start(intent)) => vec![Effect::Start(*intent)],
            Some(Act::Close) | None => Vec::new(),
        }
    }

    /// Applies an effect that is for the user interface alone; gives others back.
    fn apply(&mut self, effect: Effect) -> Option<Effect> {
        match effect {
            Effect::Finish => {
                let package = self.ui.focus().package;
                self.ui.close(&package);
            }
            Effect::ShowKeyboard => self.ui.show_keyboard(),
            Effect::HideKeyboard => self.ui.hide_keyboard(),
            Effect::Start(_) | Effect::Read(_) => return Some(effect),
        }
        None
    }
}
