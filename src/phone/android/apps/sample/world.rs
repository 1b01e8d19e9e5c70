//! The people and posts that the sample app shows, the same on every phone.

use std::sync::LazyLock;

use serde::Deserialize;

/// All there is in the app before anybody posts.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub struct World {
    pub user: Vec<User>,
    pub post: Vec<Post>,
}

/// A user that no phone is signed in to.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub struct User {
    pub name: String,
    pub full_name: String,
    pub about: String,
    pub followers: u32,
}

/// A post of one of them.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Post {
    pub id: String,
    pub author: String,
    pub topic: String,
    pub text: String,
    #[serde(default)]
    pub kind: Kind,
    #[serde(default)]
    pub comments: Vec<Comment>,
}

/// What a post shows.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Kind {
    #[default]
    Photo,
    /// Plays until it is stopped: the screen never comes to rest.
    Video,
}

/// A comment under a post.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Comment {
    pub author: String,
    pub text: String,
}

#[expect(
    clippy::expect_used,
    reason = "the file is part of the program, and a test reads it"
)]
static WORLD: LazyLock<World> = LazyLock::new(|| {
    toml::from_str(include_str!("../../../../../assets/phone/world.toml"))
        .expect("assets/phone/world.toml is a world")
});

impl World {
    pub fn get() -> &'static Self {
        &WORLD
    }

    pub fn post(&self, id: &str) -> Option<&Post> {
        self.post.iter().find(|post| post.id == id)
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;

    #[test]
    fn every_post_and_comment_is_by_a_user_of_the_world() {
        let world = World::get();
        for post in &world.post {
            let comments = post.comments.iter().map(|comment| &comment.author);
            for author in comments.chain([&post.author]) {
                let known = world.user.iter().any(|user| user.name == *author);
                assert!(known, "{author} of {}", post.id);
            }
        }
    }

    #[test]
    fn no_two_users_or_posts_are_called_the_same() {
        let world = World::get();
        let users: BTreeSet<_> = world.user.iter().map(|user| &user.name).collect();
        let posts: BTreeSet<_> = world.post.iter().map(|post| &post.id).collect();
        assert_eq!((users.len(), posts.len()), (30, 120));
        assert_eq!((world.user.len(), world.post.len()), (30, 120));
    }
}
