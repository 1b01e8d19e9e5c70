//! The home screen: a row for each app.

use super::super::intent::Intent;
use super::super::screen::{Element, Look};
use super::{App, Effect, Scene, Touch, label};

/// Apps of the system image that have a row.
const SYSTEM_APPS: [&str; 2] = ["com.android.settings", "com.android.chrome"];

/// The home screen.
pub struct Launcher;

impl Launcher {
    /// As many rows as there is room for; an element's effect is the package that it opens.
    fn window(scene: &Scene) -> Element<String> {
        let page = scene.area;
        let inner = page.slice(24, page.width() - 48);
        let system = SYSTEM_APPS.map(str::to_owned).into_iter();
        let tops = (94..page.height() - 90).step_by(80);
        let rows = system.chain(scene.packages.iter().cloned()).zip(tops);
        Element::new(Look::Page, "", page)
            .child(Element::new(Look::Title, "home", inner.band(24, 50)).text("Home"))
            .with(rows.map(|(package, top)| {
                Element::new(Look::Button, "app", inner.band(top, 66))
                    .text(label(&package))
                    .does(package)
            }))
    }
}

impl App for Launcher {
    fn start(&mut self, _: &Intent, _: &Scene) {}

    fn stop(&mut self) {}

    fn clear(&mut self) {}

    fn windows(&self, scene: &Scene) -> Vec<Element> {
        vec![Self::window(scene).seen()]
    }

    fn touch(&mut self, touch: Touch, scene: &Scene) -> Vec<Effect> {
        let (Touch::Tap(at) | Touch::Hold(at)) = touch else {
            return Vec::new();
        };
        let window = Self::window(scene);
        let touched = window.tapped(at).and_then(|element| element.tap.as_deref());
        touched.map_or_else(Vec::new, |package| {
            vec![Effect::Start(Intent::main(package))]
        })
    }

    fn focused(&mut self) -> Option<&mut String> {
        None
    }

    /// There is nothing behind the home screen.
    fn back(&mut self, _: &Scene) -> Vec<Effect> {
        Vec::new()
    }
}
