//! The feed: a card for each post.

use super::super::super::super::screen::{Area, Element, List, Look};
use super::super::Sample;
use super::super::data::{PostData, colour};
use super::super::memory::Act;
use super::super::world::Kind;
use super::{GAP, Place};

/// Height of a card's head, with author.
const HEAD: i32 = 56;
/// Height of a card's picture.
const PICTURE: i32 = 150;
/// Height of a card's text: two lines, the rest is for its page.
const TEXT: i32 = 60;
/// Height of a card's foot, with buttons.
const FOOT: i32 = 56;

impl Sample {
    pub(super) fn feed(&self, place: &Place<'_>) -> Element<Act> {
        let mut list = List::new(place.area);
        for post in self.posts() {
            let height = HEAD + PICTURE + TEXT + FOOT;
            list.row(height + GAP, move |row| {
                let card = row.inset(GAP).band(0, height);
                self.card(post, card)
            });
        }
        list.show("feed_list", place.page.scroll, Act::Scroll)
    }

    fn card(&self, post: PostData<'_>, area: Area) -> Element<Act> {
        let (head, rest) = area.cut_top(HEAD);
        let (picture, rest) = rest.cut_top(PICTURE);
        let (text, foot) = rest.cut_top(TEXT);
        let foot = foot.inset(6);
        let comments = match self.comments(post.id).count() {
            0 => "No comments".to_owned(),
            1 => "1 comment".to_owned(),
            many => format!("{many} comments"),
        };
        Element::new(Look::Card, "post_card", area)
            .does(Act::Post(post.id.to_owned()))
            .with(author(post.author, head))
            .child(picture_of(post, picture.inset(1)))
            .child(Element::new(Look::Text, "post_text", text).text(post.text))
            .child(Element::new(Look::Small, "post_comments", foot.slice(0, 200)).text(comments))
            .child(
                Element::new(
                    Look::Quiet,
                    "post_open",
                    foot.slice(foot.width() - 120, 120),
                )
                .text("Open")
                .says(format!("Open post {}", post.id))
                .does(Act::Post(post.id.to_owned())),
            )
    }
}

/// An author's avatar and name.
pub fn author(name: &str, head: Area) -> [Element<Act>; 2] {
    let place = head.slice(60, (head.width() - 68).max(1)).band(8, 40);
    let avatar = Area::new(head.left + 10, head.top + 8, head.left + 50, head.top + 48);
    let act = Act::User(name.to_owned());
    [
        Element::new(Look::Avatar(colour(name)), "post_avatar", avatar)
            .says(name)
            .does(act.clone()),
        Element::new(Look::Strong, "post_author", place)
            .text(name)
            .does(act),
    ]
}

/// What a post shows.
pub fn picture_of(post: PostData<'_>, area: Area) -> Element<Act> {
    let what = match post.kind {
        Kind::Photo => "Photo",
        Kind::Video => "Video",
    };
    Element::new(Look::Picture(colour(post.id)), "post_picture", area)
        .says(format!("{what} by {}", post.author))
}
