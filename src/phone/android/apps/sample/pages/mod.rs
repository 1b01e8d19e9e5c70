//! The pages of the sample app: from its state to elements.

mod compose;
mod dialogs;
mod feed;
mod post;
mod profile;
mod search;

use std::time::Duration;

use super::super::super::screen::{Area, Element, Look};
use super::super::Scene;
use super::Sample;
use super::memory::{Act, Content, Page, Tab, Whose};

/// Height of the bars above and below a page.
const BAR: i32 = 60;
/// Between things.
const GAP: i32 = 12;

/// Where a page's own part lies.
struct Place<'a> {
    page: &'a Page,
    /// Between the bars.
    area: Area,
    scene: &'a Scene,
}

impl Sample {
    /// The page that is seen, as a window.
    pub(super) fn window(&self, scene: &Scene) -> Element<Act> {
        let window = Element::new(Look::Page, "", scene.area);
        let Some(page) = self.memory.stack.last() else {
            return window;
        };
        if self.saved.current.is_none() {
            return window.with(self.sign_in(scene.area));
        }
        let (top, rest) = scene.area.cut_top(BAR);
        let (area, bottom) = match page.content {
            // Where one writes at the lower edge, the page ends at the keyboard.
            Content::Post { .. } => (
                Area {
                    bottom: scene.free.bottom,
                    ..rest
                },
                None,
            ),
            Content::Compose { .. } => (rest, None),
            _ => {
                let (area, bottom) = rest.cut_bottom(BAR);
                (area, Some(bottom))
            }
        };
        let place = Place { page, area, scene };
        let content = match loads(page, scene) {
            true => vec![
                Element::new(Look::Progress(30), "loading", area.middle(240, 16)).says("Loading"),
            ],
            false => self.content(&place),
        };
        window
            .child(self.top_bar(page, top))
            .with(content)
            .with(bottom.map(|bar| bottom_bar(page, bar)))
    }

    fn content(&self, place: &Place<'_>) -> Vec<Element<Act>> {
        match &place.page.content {
            Content::Feed => vec![self.feed(place)],
            Content::Search { query, find } => self.search(place, query, *find),
            Content::Profile(whose) => vec![self.profile(place, self.name(whose))],
            Content::Post { id, draft, video } => self.post_page(place, id, draft, *video),
            Content::Compose {
                streams,
                caption,
                step,
            } => self.compose(place, streams, caption, step),
        }
    }

    /// The name of a profile's user.
    fn name<'a>(&'a self, whose: &'a Whose) -> &'a str {
        match whose {
            Whose::Own => self.saved.current.as_deref().unwrap_or_default(),
            Whose::User(name) => name,
        }
    }

    fn top_bar(&self, page: &Page, area: Area) -> Element<Act> {
        let title = match &page.content {
            Content::Feed => "Sample",
            Content::Search { .. } => "Search",
            Content::Profile(_) => "Profile",
            Content::Post { .. } => "Post",
            Content::Compose { .. } => "New post",
        };
        let deep = self.memory.stack.len() > 1;
        let left = if deep { 56 } else { 8 };
        let mut bar = Element::new(Look::Bar, "toolbar", area).class("android.view.ViewGroup");
        if deep {
            bar.children.push(
                Element::new(Look::Bar, "navigate_up", area.slice(0, 56))
                    .class("android.widget.ImageButton")
                    .says("Navigate up")
                    .does(Act::Back)
                    .child(Element::new(Look::Bar, "", area.slice(14, 30).band(12, 40)).text("<")),
            );
        }
        let place = Area {
            left: area.left + left,
            right: area.right - 220,
            ..area
        };
        bar.children
            .push(Element::new(Look::Bar, "title", place.band(10, 40)).text(title));
        let right = Area {
            left: area.right - 212,
            right: area.right - GAP,
            ..area
        }
        .band(8, 44);
        bar.children.extend(match &page.content {
            Content::Profile(whose) if self.saved.current.as_deref() == Some(self.name(whose)) => {
                Some(
                    Element::new(Look::Quiet, "account_name", right)
                        .text(self.name(whose))
                        .does(Act::Accounts),
                )
            }
            Content::Compose { step, .. } => Some(self.post_button(step, right)),
            _ => None,
        });
        bar
    }
}

fn bottom_bar(page: &Page, area: Area) -> Element<Act> {
    let tabs = [
        (Tab::Feed, "tab_feed", "Home"),
        (Tab::Search, "tab_search", "Search"),
        (Tab::Profile, "tab_profile", "Profile"),
    ];
    let current = match &page.content {
        Content::Feed => Some(Tab::Feed),
        Content::Search { .. } => Some(Tab::Search),
        Content::Profile(Whose::Own) => Some(Tab::Profile),
        _ => None,
    };
    let tabs = tabs.into_iter().zip(0..).map(|((tab, id, title), column)| {
        let selected = current == Some(tab);
        Element {
            selected,
            ..Element::new(Look::Tab, id, area.column(column, 3))
        }
        .text(title)
        .says(title)
        .does(Act::Tab(tab))
    });
    Element::new(Look::Card, "bottom_bar", area).with(tabs)
}

/// Whether the content of a page is still to come.
pub(super) fn loads(page: &Page, scene: &Scene) -> bool {
    let slow = Duration::from_millis(scene.faults.slow_screen_ms);
    scene.now < page.since.saturating_add(slow)
}

/// A text in the middle of a page that has nothing else.
fn notice(id: &'static str, text: impl Into<String>, area: Area) -> Element<Act> {
    let text: String = text.into();
    let width = (area.width() - 2 * GAP).min(text.chars().count() as i32 * 10 + 20);
    let place = area.middle(width, 40);
    Element::new(Look::Text, id, place).text(text).fit()
}
