//! The dialogs over a page, and the page of an app that nobody is signed in to.

use super::super::super::super::screen::{Area, Element, List, Look};
use super::super::super::Scene;
use super::super::Sample;
use super::super::memory::{Act, Dialog};
use super::GAP;

/// Height of a row with an account.
const ROW: i32 = 64;

/// A button of a dialog: id, text, effect.
type Choice = (&'static str, &'static str, Act);

impl Sample {
    /// The dialog's window, if there is a dialog.
    pub(in super::super) fn dialog(&self, scene: &Scene) -> Option<Element<Act>> {
        self.saved.current.as_ref()?;
        Some(match self.memory.dialog.as_ref()? {
            Dialog::Unfollow(name) => question(
                format!("Unfollow {name}?"),
                [
                    ("dialog_cancel", "Cancel", Act::CloseDialog),
                    ("dialog_ok", "Unfollow", Act::Unfollow(name.clone())),
                ],
                scene.area,
            ),
            Dialog::Rate => question(
                "Rate this app".to_owned(),
                [
                    ("dialog_dismiss", "Not now", Act::CloseDialog),
                    ("dialog_rate", "Rate", Act::CloseDialog),
                ],
                scene.area,
            ),
            Dialog::Accounts { scroll } => {
                let rows = self.saved.accounts.len() as i32;
                let height = (60 + rows * ROW + GAP).min(scene.area.height() * 2 / 3);
                let sheet = scene.area.cut_bottom(height).1;
                let (head, rest) = sheet.cut_top(60);
                let current = self.saved.current.as_deref().unwrap_or_default();
                Element::new(Look::Card, "account_switcher", sheet)
                    .child(
                        Element::new(Look::Strong, "account_current", head.inset(GAP))
                            .text(current)
                            .says(format!("Signed in as {current}")),
                    )
                    .child(self.accounts(rest.slice(1, rest.width() - 2), *scroll))
            }
        })
    }

    /// The page of an app that nobody is signed in to.
    pub(super) fn sign_in(&self, area: Area) -> [Element<Act>; 2] {
        let (head, rest) = area.cut_top(120);
        [
            Element::new(Look::Title, "sign_in_title", head.inset(36)).text("Choose an account"),
            self.accounts(rest, 0),
        ]
    }

    fn accounts(&self, area: Area, scroll: i32) -> Element<Act> {
        let mut list = List::new(area);
        for account in &self.saved.accounts {
            list.row(ROW, move |row| {
                let current = self.saved.current.as_ref() == Some(&account.name);
                Element {
                    checked: Some(current),
                    ..Element::new(Look::Row, "account_row", row)
                }
                .class("android.widget.CheckedTextView")
                .text(&account.name)
                .does(Act::Switch(account.name.clone()))
            });
        }
        list.show("account_list", scroll, Act::Scroll)
    }
}

fn question(title: String, choices: [Choice; 2], area: Area) -> Element<Act> {
    let card = area.middle(440, 190);
    let inner = card.inset(20);
    let buttons = inner.band(90, 60);
    let choices = choices
        .into_iter()
        .zip(0..)
        .map(|((id, text, act), column)| {
            Element::new(Look::Quiet, id, buttons.column(column, 2).inset(4))
                .text(text)
                .does(act)
        });
    Element::new(Look::Card, "", card)
        .child(Element::new(Look::Strong, "dialog_title", inner.band(0, 60)).text(title))
        .with(choices)
}
