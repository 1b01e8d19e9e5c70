//! The search: a field, two tabs and what was found.

use super::super::super::super::screen::{Area, Element, List, Look};
use super::super::Sample;
use super::super::data::colour;
use super::super::memory::{Act, Find};
use super::{GAP, Place, notice};

/// Height of a row with a user.
const USER: i32 = 68;
/// Height of a row with a post.
const POST: i32 = 90;

impl Sample {
    pub(super) fn search(&self, place: &Place<'_>, query: &str, find: Find) -> Vec<Element<Act>> {
        let (head, rest) = place.area.cut_top(72);
        let (tabs, rest) = rest.cut_top(48);
        let field = Element {
            focused: place.page.focused,
            ..Element::new(Look::Field, "search_field", head.inset(GAP))
        };
        let field = field
            .text(query)
            .hint("Search users and posts")
            .does(Act::Focus);
        let tab = |column, id, title, what| {
            Element {
                selected: find == what,
                ..Element::new(Look::Tab, id, tabs.column(column, 2))
            }
            .text(title)
            .does(Act::Find(what))
        };
        let tabs = Element::new(Look::Group, "search_tabs", tabs)
            .class("android.widget.HorizontalScrollView")
            .child(tab(0, "search_users", "Users", Find::Users))
            .child(tab(1, "search_posts", "Posts", Find::Posts));
        let mut list = List::new(rest);
        match find {
            Find::Users => {
                for user in self.find_users(query) {
                    list.row(USER, move |row| user_row(user.name, user.full_name, row));
                }
            }
            Find::Posts => {
                for post in self.find_posts(query) {
                    list.row(POST, move |row| {
                        let text = row.slice(96, row.width() - 104);
                        Element::new(Look::Row, "result_row", row)
                            .does(Act::Post(post.id.to_owned()))
                            .child(super::feed::picture_of(post, row.inset(10).slice(0, 76)))
                            .child(
                                Element::new(Look::Small, "result_author", text.band(4, 30))
                                    .text(post.author),
                            )
                            .child(
                                Element::new(Look::Text, "result_post", text.band(28, 56))
                                    .text(post.text),
                            )
                    });
                }
            }
        }
        let found = match (query.trim().is_empty(), list.is_empty()) {
            (true, _) => None,
            (_, true) => Some(notice("no_results", "Nothing was found", rest)),
            _ => Some(list.show("result_list", place.page.scroll, Act::Scroll)),
        };
        [field, tabs].into_iter().chain(found).collect()
    }
}

fn user_row(name: &str, full_name: &str, row: Area) -> Element<Act> {
    let avatar = row.inset(10).slice(0, 48);
    let text = row.slice(72, row.width() - 80);
    Element::new(Look::Row, "result_row", row)
        .does(Act::User(name.to_owned()))
        .child(Element::new(Look::Avatar(colour(name)), "result_avatar", avatar).says(name))
        .child(Element::new(Look::Strong, "result_user", text.band(4, 34)).text(name))
        .child(Element::new(Look::Small, "result_name", text.band(32, 31)).text(full_name))
}
