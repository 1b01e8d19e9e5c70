//! What Android itself puts on the screen: status bar, lock screen, dialogs, keyboard.

use jiff::Timestamp;

use super::super::apps::label;
use super::super::intent::Intent;
use super::area::Area;
use super::elements::{Element, Look};
use super::ui::Dialog;

/// What a touch of a system dialog does.
#[derive(Debug, Clone, PartialEq)]
pub enum Act {
    Close,
    /// Starts an app, or shares with one.
    Start(Box<Intent>),
}

/// Clock and battery; not part of any hierarchy.
pub fn status_bar(bar: Area, percent: u8) -> Vec<Element> {
    let clock = Timestamp::now().strftime("%H:%M").to_string();
    vec![
        Element::new(Look::Bar, "clock", bar).text(clock),
        Element::new(Look::Bar, "battery", bar.slice(bar.width() - 60, 60))
            .text(format!("{percent:3}%")),
    ]
}

/// The lock screen's window.
pub fn lock_screen(screen: Area) -> Element {
    let inner = screen.slice(60, screen.width() - 120);
    let top = screen.height() / 3;
    Element::new(Look::Page, "", screen)
        .child(Element::new(Look::Title, "lock_title", inner.band(top, 50)).text("Locked"))
        .child(
            Element::new(Look::Text, "lock_hint", inner.band(top + 60, 40))
                .text("Swipe up to unlock"),
        )
}

/// A dialog's window.
pub fn dialog(dialog: &Dialog, screen: Area) -> Element<Act> {
    match dialog {
        Dialog::Crash { package } => {
            let card = screen.middle(460, 210);
            let inner = card.inset(20);
            let button = |top| inner.band(top, 56);
            Element::new(Look::Card, "", card)
                .child(
                    Element::new(Look::Strong, "alertTitle", inner.band(0, 40))
                        .text(format!("{} has stopped", label(package))),
                )
                .child(
                    Element::new(Look::Quiet, "aerr_restart", button(48))
                        .text("Open app again")
                        .does(Act::Start(Box::new(Intent::main(package)))),
                )
                .child(
                    Element::new(Look::Quiet, "aerr_close", button(114))
                        .text("Close app")
                        .does(Act::Close),
                )
        }
        Dialog::Chooser { intent, packages } => {
            let height = 70 + 70 * packages.len() as i32;
            let card = screen.cut_bottom(height.min(screen.height() - 80)).1;
            let inner = card.slice(20, card.width() - 40);
            let rows = packages.iter().zip((60..).step_by(70));
            Element::new(Look::Card, "", card)
                .child(Element::new(Look::Strong, "title", inner.band(10, 40)).text("Share with"))
                .with(rows.map(|(package, top)| {
                    let row = inner.band(top, 60);
                    let share = Intent {
                        package: Some(package.clone()),
                        ..Intent::clone(intent)
                    };
                    Element::new(Look::Row, "item", row)
                        .does(Act::Start(Box::new(share)))
                        .child(
                            Element::new(Look::Text, "text1", row.inset(10)).text(label(package)),
                        )
                }))
        }
    }
}

/// The keyboard, a drawing only: no hierarchy shows it.
pub fn keyboard(area: Area) -> Element {
    let rows = ["qwertyuiop", "asdfghjkl", "zxcvbnm"];
    let keyboard = Element::new(Look::Keyboard, "", area);
    if area.height() < 100 {
        return keyboard;
    }
    let height = area.height() / 4;
    let keys = rows.iter().zip(0..).flat_map(|(row, line)| {
        let band = area.band(line * height, height);
        let width = area.width() / 10;
        let left = (area.width() - width * row.len() as i32) / 2;
        row.chars().zip(0..).map(move |(letter, column)| {
            Element::new(
                Look::Key,
                "",
                band.slice(left + column * width, width).inset(4),
            )
            .text(letter)
        })
    });
    let space = area.band(3 * height, height).inset(4);
    let space = space.slice(space.width() / 4, space.width() / 2);
    keyboard
        .with(keys)
        .child(Element::new(Look::Key, "", space).text("space"))
}
