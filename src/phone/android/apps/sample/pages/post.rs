//! The page of one post: the post itself, its comments, and a field for one's own.

use super::super::super::super::screen::{Area, Element, List, Look, text_height};
use super::super::Sample;
use super::super::data::{PostData, colour};
use super::super::memory::{Act, Video};
use super::super::world::Kind;
use super::feed::{author, picture_of};
use super::{GAP, Place, notice};

/// Height of the post's author.
const HEAD: i32 = 56;
/// Height of the bar with the comment field.
const FOOT: i32 = 76;

impl Sample {
    pub(super) fn post_page(
        &self,
        place: &Place<'_>,
        id: &str,
        draft: &str,
        video: Video,
    ) -> Vec<Element<Act>> {
        let Some(post) = self.post(id) else {
            return vec![notice(
                "post_missing",
                "This post does not exist",
                place.area,
            )];
        };
        let (area, foot) = place.area.cut_bottom(FOOT);
        let mut list = List::new(area);
        let width = list.width() - 2 * GAP;
        let picture = (width * 5 / 9).min(300);
        let text = text_height(Look::Text, width, post.text);
        list.row(HEAD + picture + text + GAP, move |row| {
            let (head, rest) = row.cut_top(HEAD);
            let (shown, rest) = rest.cut_top(picture);
            let text = rest.slice(GAP, width).band(0, text);
            Element::new(Look::Row, "post_body", row)
                .with(author(post.author, head))
                .child(shown_part(post, video, shown.slice(GAP, width)))
                .child(Element::new(Look::Text, "post_text", text).text(post.text))
        });
        for (name, said) in self.comments(post.id) {
            let width = width - 60;
            let height = text_height(Look::Text, width, said);
            list.row(height + 38, move |row| {
                let text = row.slice(60 + GAP, width);
                let avatar = row.slice(GAP, 40).band(10, 40);
                Element::new(Look::Row, "comment", row)
                    .child(
                        Element::new(Look::Avatar(colour(name)), "comment_avatar", avatar)
                            .says(name)
                            .does(Act::User(name.to_owned())),
                    )
                    .child(
                        Element::new(Look::Strong, "comment_author", text.band(4, 30))
                            .text(name)
                            .does(Act::User(name.to_owned())),
                    )
                    .child(
                        Element::new(Look::Text, "comment_row", text.band(30, height)).text(said),
                    )
            });
        }
        vec![
            list.show("comment_list", place.page.scroll, Act::Scroll),
            comment_bar(draft, place, foot),
        ]
    }
}

fn shown_part(post: PostData<'_>, video: Video, area: Area) -> Element<Act> {
    let shown = picture_of(post, area);
    if post.kind == Kind::Photo {
        return shown;
    }
    let (says, sign) = match video {
        Video::Playing => ("Pause video", "Playing"),
        Video::Paused => ("Play video", "Paused"),
    };
    let mut player = shown.says(says).does(Act::Video);
    player.id = "video_player";
    player
        .class("android.widget.FrameLayout")
        .child(Element::new(Look::Key, "video_state", area.middle(110, 40)).text(sign))
}

fn comment_bar(draft: &str, place: &Place<'_>, area: Area) -> Element<Act> {
    let inner = area.inset(GAP);
    let field = inner.slice(0, inner.width() - 112);
    let button = inner.slice(inner.width() - 100, 100);
    Element::new(Look::Card, "comment_bar", area)
        .child(
            Element {
                focused: place.page.focused,
                ..Element::new(Look::Field, "comment_field", field)
            }
            .text(draft)
            .hint("Add a comment")
            .does(Act::Focus),
        )
        .child(
            Element {
                enabled: !draft.trim().is_empty(),
                ..Element::new(Look::Button, "comment_send", button)
            }
            .text("Send")
            .does(Act::SendComment),
        )
}
