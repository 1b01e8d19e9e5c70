//! Users and posts as the app shows them: those of the world, and what was added on this phone.

use super::Sample;
use super::world::{Kind, World};

/// A post, whoever made it.
#[derive(Debug, Clone, Copy)]
pub struct PostData<'a> {
    pub id: &'a str,
    pub author: &'a str,
    pub text: &'a str,
    pub topic: &'a str,
    pub kind: Kind,
}

/// A user, of the world or of this phone.
pub struct UserData<'a> {
    pub name: &'a str,
    pub full_name: &'a str,
    pub about: &'a str,
    pub followers: u32,
}

/// A colour's number for a name; the same name has the same everywhere.
pub fn colour(name: &str) -> u8 {
    name.bytes()
        .fold(7, |sum: u8, byte| sum.wrapping_mul(31).wrapping_add(byte))
}

impl Sample {
    /// Every post, in the order of the feed: this phone's own, newest first, then the world's.
    pub fn posts(&self) -> impl Iterator<Item = PostData<'_>> {
        let own = self.saved.accounts.iter().flat_map(|account| {
            account.posts.iter().rev().map(|post| PostData {
                id: &post.id,
                author: &account.name,
                text: &post.caption,
                topic: "",
                kind: Kind::Photo,
            })
        });
        let world = World::get().post.iter().map(|post| PostData {
            id: &post.id,
            author: &post.author,
            text: &post.text,
            topic: &post.topic,
            kind: post.kind,
        });
        own.chain(world)
    }

    pub fn post(&self, id: &str) -> Option<PostData<'_>> {
        self.posts().find(|post| post.id == id)
    }

    /// Author and text of the comments under a post: the world's, then this phone's.
    pub fn comments<'a>(&'a self, id: &'a str) -> impl Iterator<Item = (&'a str, &'a str)> {
        let world = World::get().post(id).into_iter().flat_map(|post| {
            let comments = post.comments.iter();
            comments.map(|comment| (comment.author.as_str(), comment.text.as_str()))
        });
        let own = self.saved.accounts.iter().flat_map(move |account| {
            let comments = account.comments.iter().filter(move |it| it.post == id);
            comments.map(|comment| (account.name.as_str(), comment.text.as_str()))
        });
        world.chain(own)
    }

    /// Every user: the world's, then this phone's accounts.
    pub fn users(&self) -> impl Iterator<Item = UserData<'_>> {
        let world = World::get().user.iter().map(|user| UserData {
            name: &user.name,
            full_name: &user.full_name,
            about: &user.about,
            followers: user.followers,
        });
        let own = self.saved.accounts.iter().map(|account| UserData {
            name: &account.name,
            full_name: &account.name,
            about: "An account of this phone.",
            followers: 0,
        });
        world.chain(own)
    }

    /// A user, with this phone's accounts among the followers.
    pub fn user(&self, name: &str) -> Option<UserData<'_>> {
        let mut user = self.users().find(|user| user.name == name)?;
        let accounts = self.saved.accounts.iter();
        let following = accounts.filter(|account| account.follows.contains(name));
        user.followers += u32::try_from(following.count()).unwrap_or(u32::MAX);
        Some(user)
    }

    pub fn follows(&self, name: &str) -> bool {
        let current = self.saved.current_account();
        current.is_some_and(|account| account.follows.contains(name))
    }

    /// The users that words find, by name or full name; one whose name is just that comes
    /// first.
    pub fn find_users<'a>(&'a self, query: &str) -> Vec<UserData<'a>> {
        let words = words(query);
        let mut found: Vec<_> = self
            .users()
            .filter(|user| matches(&words, &[user.name, user.full_name]))
            .collect();
        found.sort_by_key(|user| words != [user.name.to_lowercase()]);
        found
    }

    /// The posts that words find, by text, topic or author.
    pub fn find_posts<'a>(&'a self, query: &str) -> Vec<PostData<'a>> {
        let words = words(query);
        self.posts()
            .filter(|post| matches(&words, &[post.text, post.topic, post.author]))
            .collect()
    }
}

/// The words of a query, without the marks of names and topics.
fn words(query: &str) -> Vec<String> {
    let words = query.split_whitespace();
    words
        .map(|word| word.trim_start_matches(['@', '#']).to_lowercase())
        .collect()
}

/// Whether all words are in the texts; no words are in none.
fn matches(words: &[String], texts: &[&str]) -> bool {
    let texts = texts.join("\n").to_lowercase();
    !words.is_empty() && words.iter().all(|word| texts.contains(word.as_str()))
}
