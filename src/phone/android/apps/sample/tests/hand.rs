//! A hand on a phone, and an eye that reads its dumps.

use std::sync::Arc;
use std::time::Duration;

use bytes::Bytes;

use super::super::super::super::super::Faults;
use super::super::super::super::files::Content;
use super::super::super::super::intent::{Component, Extra, Intent, VIEW};
use super::super::super::super::screen::{self, Area, Key, Point};
use super::super::super::super::{Phone, PhoneSpec, SampleState};
use super::super::SampleAccount;

/// A node of a dump.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Node {
    pub id: String,
    pub text: String,
    pub description: String,
    pub area: Area,
    pub enabled: bool,
    pub checked: bool,
    pub selected: bool,
    pub clickable: bool,
    pub scrollable: bool,
}

/// A phone, unlocked, with the accounts `me` and `other`.
pub struct Hand {
    pub phone: Arc<Phone>,
}

impl Hand {
    pub fn new() -> Self {
        let phone = Phone::new(PhoneSpec {
            accounts: vec!["me".to_owned(), "other".to_owned()],
            ..PhoneSpec::numbered(1)
        });
        phone.state().ui.unlock();
        Self { phone }
    }

    /// The same with the app in front.
    pub fn with_app() -> Self {
        let hand = Self::new();
        hand.launch();
        hand
    }

    /// Brings the app to the front as its icon does.
    pub fn launch(&self) {
        let intent = Intent {
            component: Some(Component::of("org.farmhand.sample", "MainActivity")),
            ..Intent::main("org.farmhand.sample")
        };
        self.phone.deliver(intent).unwrap();
    }

    pub fn open(&self, link: &str) {
        let intent = Intent {
            action: Some(VIEW.to_owned()),
            data: Some(link.to_owned()),
            ..Intent::default()
        };
        self.phone.deliver(intent).unwrap();
    }

    pub fn share(&self, action: &str, files: &[String], caption: Option<&str>) {
        let mut intent = Intent {
            action: Some(action.to_owned()),
            component: Some(Component::of("org.farmhand.sample", "MainActivity")),
            mime: Some("image/*".to_owned()),
            streams: files.to_vec(),
            ..Intent::default()
        };
        if let Some(caption) = caption {
            let text = Extra::Text(caption.to_owned());
            intent.put("android.intent.extra.TEXT", text);
        }
        self.phone.deliver(intent).unwrap();
    }

    /// A file of the shared storage; gives its URI.
    pub fn file(&self, name: &str, bytes: &'static [u8]) -> String {
        let path = format!("/storage/emulated/0/Pictures/{name}");
        let content = Content::from(Bytes::from_static(bytes));
        self.phone.tree().write(&path, content, 0o660, 0).unwrap();
        format!("file://{path}")
    }

    pub fn set(&self, faults: Faults) {
        self.phone.set_faults(faults);
    }

    pub fn dump(&self) -> String {
        screen::hierarchy(&self.phone.picture())
    }

    /// All nodes of the window, from the ground up.
    pub fn see(&self) -> Vec<Node> {
        let xml = self.dump();
        let document = roxmltree::Document::parse(&xml).unwrap();
        let nodes = document
            .descendants()
            .filter(|node| node.has_tag_name("node"));
        nodes.map(|node| read(&node)).collect()
    }

    /// The nodes of an id, from the top.
    pub fn all(&self, id: &str) -> Vec<Node> {
        let id = format!("org.farmhand.sample:id/{id}");
        let mut nodes = self.see();
        nodes.retain(|node| node.id == id);
        nodes
    }

    pub fn sees(&self, id: &str) -> bool {
        !self.all(id).is_empty()
    }

    /// The first node of an id, which must be there.
    pub fn node(&self, id: &str) -> Node {
        let nodes = self.all(id);
        let node = nodes.first().cloned();
        node.unwrap_or_else(|| panic!("no {id} in {}", self.dump()))
    }

    pub fn text(&self, id: &str) -> String {
        self.node(id).text
    }

    pub fn texts(&self, id: &str) -> Vec<String> {
        self.all(id).into_iter().map(|node| node.text).collect()
    }

    pub fn tap(&self, id: &str) {
        self.tap_at(middle(self.node(id).area));
    }

    /// Taps the node of an id and a text.
    pub fn pick(&self, id: &str, text: &str) {
        let nodes = self.all(id);
        let node = nodes.iter().find(|node| node.text == text).unwrap();
        self.tap_at(middle(node.area));
    }

    pub fn tap_at(&self, at: Point) {
        self.phone.touch(at, at, Duration::ZERO);
    }

    /// Swipes up by as many pixels, or down if it is negative.
    pub fn swipe_up(&self, pixels: i32) {
        let from = (270, 500);
        let to = (270, 500 - pixels);
        self.phone.touch(from, to, Duration::from_millis(300));
    }

    pub fn write(&self, text: &str) {
        self.phone.type_text(text);
    }

    pub fn press(&self, key: Key) {
        self.phone.press(key);
    }

    pub fn turn(&self, quarter: &str) {
        let mut state = self.phone.state();
        state.settings.put("system", "user_rotation", quarter);
    }

    pub fn keyboard(&self) -> bool {
        self.phone.state().ui.is_keyboard_shown()
    }

    pub fn front(&self) -> String {
        self.phone.state().ui.focus().package
    }

    pub fn saved(&self) -> SampleState {
        self.phone.sample()
    }

    /// What the account in use did.
    pub fn mine(&self) -> SampleAccount {
        self.saved().current_account().unwrap().clone()
    }
}

pub fn middle(area: Area) -> Point {
    (
        i32::midpoint(area.left, area.right),
        i32::midpoint(area.top, area.bottom),
    )
}

fn read(node: &roxmltree::Node<'_, '_>) -> Node {
    let text = |name| node.attribute(name).unwrap().to_owned();
    let truth = |name| node.attribute(name) == Some("true");
    let bounds = text("bounds");
    let numbers: Vec<i32> = bounds
        .split(['[', ',', ']'])
        .filter_map(|number| number.parse().ok())
        .collect();
    Node {
        id: text("resource-id"),
        text: text("text"),
        description: text("content-desc"),
        area: Area::new(numbers[0], numbers[1], numbers[2], numbers[3]),
        enabled: truth("enabled"),
        checked: truth("checked"),
        selected: truth("selected"),
        clickable: truth("clickable"),
        scrollable: truth("scrollable"),
    }
}
