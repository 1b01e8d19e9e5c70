//! The apps of a phone: what they show, and what touches, keys and intents do to them.
//!
//! An app knows nothing of the phone around it. It gets a [`Scene`] to look at, and what it
//! wants of the phone it answers as [`Effect`]s.

mod basic;
mod launcher;
pub mod sample;

use std::collections::BTreeMap;
use std::time::Duration;

use super::super::faults::Faults;
use super::intent::Intent;
use super::packages::{LAUNCHER, SAMPLE_APP};
use super::screen::{Area, Element, Point};
use basic::Basic;
use launcher::Launcher;
use sample::Sample;

/// Characters that a text field takes.
pub const LONGEST_TEXT: usize = 10_000;

/// What an app sees of the phone.
pub struct Scene {
    /// How long the phone is up.
    pub now: Duration,
    /// Where windows lie: the screen without the status bar.
    pub area: Area,
    /// The part of it that no keyboard covers.
    pub free: Area,
    /// Installed packages that are not of the system image, by name.
    pub packages: Vec<String>,
    /// What is wrong with the phone.
    pub faults: Faults,
}

/// A finger on the screen.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Touch {
    Tap(Point),
    /// A tap that lasts.
    Hold(Point),
    Swipe {
        from: Point,
        to: Point,
    },
}

/// What an app wants of the phone.
#[derive(Debug, Clone, PartialEq)]
pub enum Effect {
    /// It leaves the screen.
    Finish,
    ShowKeyboard,
    HideKeyboard,
    /// Another app, or itself.
    Start(Intent),
    /// Files by their URIs: [`App::receive`] gets them.
    Read(Vec<String>),
}

/// A file as an app reads it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Media {
    /// Its name without folders.
    pub name: String,
    /// Bytes.
    pub size: u64,
    /// Of its bytes.
    pub sha256: [u8; 32],
}

/// Whether an app can be seen.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Shown {
    InFront,
    Hidden,
}

/// An app on a phone, whether it runs or not.
pub trait App: Send {
    /// Comes to the front: anew, or from behind other apps.
    fn start(&mut self, intent: &Intent, scene: &Scene);

    /// Its process ends: what it has not saved is gone.
    fn stop(&mut self);

    /// All that it has saved is gone too.
    fn clear(&mut self);

    /// Catches up with the clock. Comes before any look at it.
    fn advance(&mut self, _scene: &Scene) {}

    /// Its windows, the active one last; there is at least one.
    fn windows(&self, scene: &Scene) -> Vec<Element>;

    /// A finger on its active window.
    fn touch(&mut self, touch: Touch, scene: &Scene) -> Vec<Effect>;

    /// The text of the field that has the focus.
    fn focused(&mut self) -> Option<&mut String>;

    /// The key enter; a new line if it means nothing else.
    fn enter(&mut self, _scene: &Scene) -> Vec<Effect> {
        if let Some(text) = self.focused() {
            text.push('\n');
        }
        Vec::new()
    }

    /// The key tab: the next field gets the focus.
    fn tab(&mut self, _scene: &Scene) -> Vec<Effect> {
        Vec::new()
    }

    /// The key back.
    fn back(&mut self, scene: &Scene) -> Vec<Effect>;

    /// Files that it asked for, in that order; `None` where there is none.
    fn receive(&mut self, _files: Vec<Option<Media>>, _scene: &Scene) {}

    /// Whether its screen never comes to rest.
    fn is_restless(&self, _scene: &Scene) -> bool {
        false
    }

    /// Learns whether it can be seen, after whatever happened.
    fn look(&mut self, _shown: Shown, _scene: &Scene) {}
}

/// All apps of a phone.
pub struct Apps {
    launcher: Launcher,
    pub sample: Sample,
    others: BTreeMap<String, Basic>,
}

impl Apps {
    /// Of a phone where these accounts are signed in.
    pub fn new(accounts: &[String]) -> Self {
        Self {
            launcher: Launcher,
            sample: Sample::new(accounts),
            others: BTreeMap::new(),
        }
    }

    /// The app of a package.
    pub fn get(&mut self, package: &str) -> &mut dyn App {
        match package {
            LAUNCHER => &mut self.launcher,
            SAMPLE_APP => &mut self.sample,
            other => self
                .others
                .entry(other.to_owned())
                .or_insert_with(|| Basic::new(other)),
        }
    }

    /// Tells them which is in front, if one can be seen.
    pub fn look(&mut self, front: Option<&str>, scene: &Scene) {
        let shown = match front {
            Some(SAMPLE_APP) => Shown::InFront,
            _ => Shown::Hidden,
        };
        self.sample.look(shown, scene);
    }

    /// Ends all their processes.
    pub fn stop(&mut self) {
        self.sample.stop();
        self.others.clear();
    }
}

/// An app's label: the last part of its package name.
pub fn label(package: &str) -> String {
    let last = package.rsplit('.').next().unwrap_or(package);
    let mut letters = last.chars();
    letters.next().map_or_else(String::new, |first| {
        first.to_uppercase().chain(letters).collect()
    })
}
