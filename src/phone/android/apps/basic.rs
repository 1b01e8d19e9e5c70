//! The app that stands for any other: a field to type in and a button that counts.

use super::super::intent::{Component, Intent};
use super::super::screen::{Element, Look};
use super::{App, Effect, Scene, Touch, label};

/// An app of no particular kind.
pub struct Basic {
    package: String,
    activity: String,
    data: String,
    text: String,
    pressed: u32,
}

#[derive(Debug, Clone, PartialEq, Eq)]
enum Act {
    Press,
    Focus,
}

impl Basic {
    pub fn new(package: &str) -> Self {
        Self {
            package: package.to_owned(),
            activity: String::new(),
            data: String::new(),
            text: String::new(),
            pressed: 0,
        }
    }

    fn window(&self, scene: &Scene) -> Element<Act> {
        let page = scene.area;
        let inner = page.slice(24, page.width() - 48);
        Element::new(Look::Page, "", page)
            .child(Element::new(Look::Bar, "title", page.band(0, 60)).text(label(&self.package)))
            .child(Element::new(Look::Text, "activity", inner.band(74, 36)).text(&self.activity))
            .child(Element::new(Look::Text, "data", inner.band(114, 36)).text(&self.data))
            .child(
                Element {
                    focused: true,
                    ..Element::new(Look::Field, "text", inner.band(164, 120))
                }
                .text(&self.text)
                .does(Act::Focus),
            )
            .child(
                Element::new(Look::Button, "button", inner.band(314, 70))
                    .text(format!("Pressed {}", self.pressed))
                    .does(Act::Press),
            )
    }
}

impl App for Basic {
    fn start(&mut self, intent: &Intent, _: &Scene) {
        self.stop();
        let main = || Component::of(&self.package, "MainActivity");
        self.activity = intent.component.clone().unwrap_or_else(main).short();
        self.data = intent.data.clone().unwrap_or_default();
    }

    fn stop(&mut self) {
        *self = Self::new(&self.package);
    }

    fn clear(&mut self) {
        self.stop();
    }

    fn windows(&self, scene: &Scene) -> Vec<Element> {
        vec![self.window(scene).seen()]
    }

    fn touch(&mut self, touch: Touch, scene: &Scene) -> Vec<Effect> {
        let (Touch::Tap(at) | Touch::Hold(at)) = touch else {
            return Vec::new();
        };
        match self.window(scene).tapped(at).and_then(|e| e.tap.clone()) {
            Some(Act::Press) => self.pressed += 1,
            Some(Act::Focus) => return vec![Effect::ShowKeyboard],
            None => {}
        }
        Vec::new()
    }

    fn focused(&mut self) -> Option<&mut String> {
        Some(&mut self.text)
    }

    fn back(&mut self, _: &Scene) -> Vec<Effect> {
        vec![Effect::Finish]
    }
}
