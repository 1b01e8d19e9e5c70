//! What the sample app holds while its process runs: where the user is, and what goes on.

use std::collections::BTreeMap;
use std::time::Duration;

use super::upload::Upload;

/// All of it; gone when the process ends.
#[derive(Default)]
pub struct Memory {
    /// Pages on top of each other, the last is seen.
    pub stack: Vec<Page>,
    pub dialog: Option<Dialog>,
    /// Pages opened so far.
    pub opened: u32,
    pub uploads: Vec<Upload>,
    /// Posts in view, and since when.
    pub watched: BTreeMap<String, Duration>,
}

/// A page.
pub struct Page {
    pub content: Content,
    /// How far its list is moved up, in pixels; more than there is means its end.
    pub scroll: i32,
    /// Uptime of the phone when it was opened.
    pub since: Duration,
    /// Whether its text field has the focus.
    pub focused: bool,
}

/// What a page shows.
pub enum Content {
    Feed,
    Search {
        query: String,
        find: Find,
    },
    Profile(Whose),
    Post {
        id: String,
        /// The comment that is being written.
        draft: String,
        video: Video,
    },
    Compose {
        streams: Vec<String>,
        caption: String,
        step: Step,
    },
}

/// What is searched for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Find {
    Users,
    Posts,
}

/// Whose profile.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Whose {
    /// That of the account in use, also after it changes.
    Own,
    User(String),
}

/// What a post's video does, if it is one.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Video {
    Playing,
    Paused,
}

/// How far a new post is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Step {
    Writing,
    /// Its upload is the one of this number.
    Uploading(usize),
    /// This file could not be read.
    Unreadable(String),
}

/// A dialog over the page.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Dialog {
    /// "Unfollow this user?"
    Unfollow(String),
    /// "Rate this app".
    Rate,
    Accounts {
        scroll: i32,
    },
}

/// What a touch of an element does.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Act {
    /// The page becomes the only one.
    Tab(Tab),
    User(String),
    Post(String),
    Back,
    Follow(String),
    AskToUnfollow(String),
    Unfollow(String),
    CloseDialog,
    Focus,
    Find(Find),
    SendComment,
    /// Plays or pauses.
    Video,
    Publish,
    Accounts,
    Switch(String),
    /// A list moves; where to says the finger.
    Scroll,
}

/// The pages of the bottom bar.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Tab {
    Feed,
    Search,
    Profile,
}

impl Content {
    /// The text of its field, if it has one.
    pub fn field(&mut self) -> Option<&mut String> {
        match self {
            Self::Search { query, .. } => Some(query),
            Self::Post { draft, .. } => Some(draft),
            Self::Compose { caption, .. } => Some(caption),
            Self::Feed | Self::Profile(_) => None,
        }
    }
}

impl From<Tab> for Content {
    fn from(tab: Tab) -> Self {
        match tab {
            Tab::Feed => Self::Feed,
            Tab::Search => Self::Search {
                query: String::new(),
                find: Find::Users,
            },
            Tab::Profile => Self::Profile(Whose::Own),
        }
    }
}
