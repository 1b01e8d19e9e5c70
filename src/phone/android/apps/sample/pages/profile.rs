//! A profile: who it is, a button to follow, and the user's posts.

use super::super::super::super::screen::{Area, Element, List, Look};
use super::super::Sample;
use super::super::data::{PostData, UserData, colour};
use super::super::memory::Act;
use super::{GAP, Place, notice};

/// Height of the part above the posts.
const HEAD: i32 = 250;
/// Pictures in a row.
const COLUMNS: i32 = 3;

impl Sample {
    pub(super) fn profile(&self, place: &Place<'_>, name: &str) -> Element<Act> {
        let Some(user) = self.user(name) else {
            return notice("user_missing", "This user does not exist", place.area);
        };
        let mut list = List::new(place.area);
        let posts: Vec<_> = self
            .posts()
            .filter(|post| post.author == user.name)
            .collect();
        let count = posts.len();
        list.row(HEAD, move |row| self.profile_head(&user, count, row));
        let side = list.width() / COLUMNS;
        for row in posts.chunks(COLUMNS as usize) {
            let row = row.to_vec();
            list.row(side, move |area| pictures(&row, area));
        }
        list.show("profile_list", place.page.scroll, Act::Scroll)
    }

    fn profile_head(&self, user: &UserData<'_>, posts: usize, row: Area) -> Element<Act> {
        let own = self.saved.current.as_deref() == Some(user.name);
        let row = Area {
            bottom: row.bottom - GAP,
            ..row
        };
        let inner = row.inset(GAP);
        let text = inner.slice(110, inner.width() - 110);
        let counts = inner.band(112, 32);
        let count = |column, id, count: String| {
            Element::new(Look::Small, id, counts.column(column, 2)).text(count)
        };
        let button = inner.band(158, 56);
        let action = if own {
            Element::new(Look::Small, "account_current", button)
                .text(user.name)
                .says(format!("Signed in as {}", user.name))
        } else if self.follows(user.name) {
            Element::new(Look::Quiet, "follow_button", button)
                .text("Following")
                .does(Act::AskToUnfollow(user.name.to_owned()))
        } else {
            Element::new(Look::Button, "follow_button", button)
                .text("Follow")
                .does(Act::Follow(user.name.to_owned()))
        };
        Element::new(Look::Card, "profile_head", row)
            .child(
                Element::new(
                    Look::Avatar(colour(user.name)),
                    "profile_avatar",
                    inner.band(0, 96).slice(0, 96),
                )
                .says(user.name),
            )
            .child(Element::new(Look::Strong, "profile_name", text.band(0, 34)).text(user.name))
            .child(
                Element::new(Look::Text, "profile_full_name", text.band(30, 36))
                    .text(user.full_name),
            )
            .child(Element::new(Look::Small, "profile_about", text.band(62, 46)).text(user.about))
            .child(count(
                0,
                "profile_followers",
                match user.followers {
                    1 => "1 follower".to_owned(),
                    many => format!("{many} followers"),
                },
            ))
            .child(count(
                1,
                "profile_posts",
                match posts {
                    1 => "1 post".to_owned(),
                    many => format!("{many} posts"),
                },
            ))
            .child(action)
    }
}

fn pictures(posts: &[PostData<'_>], row: Area) -> Element<Act> {
    let pictures = posts.iter().zip(0..).map(|(post, column)| {
        let mut picture = super::feed::picture_of(*post, row.column(column, COLUMNS).inset(2));
        picture.id = "profile_post";
        picture
            .says(format!("Post {}", post.id))
            .does(Act::Post(post.id.to_owned()))
    });
    Element::new(Look::Group, "profile_row", row)
        .class("android.widget.LinearLayout")
        .with(pictures)
}
