//! The names by which the built-in scripts speak of an app.

/// Links that an app's file may have in `[links]`.
pub const LINKS: [&str; 4] = ["feed", "user", "post", "search"];

/// A screen of an app, as a check of it goes through them.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Screen {
    /// What the link `feed` opens, or the app's start.
    Feed,
    /// What the link `search` opens for the example's words.
    Search,
    /// The profile of the example's user.
    User,
    /// The example's post.
    Post,
    /// The own profile: where `tab_profile` leads.
    OwnProfile,
    /// The list of accounts: where `account_menu` leads.
    Accounts,
    /// What a picture is shared to.
    Compose,
}

impl Screen {
    /// Its name for people and programs.
    #[must_use]
    pub const fn text(self) -> &'static str {
        match self {
            Self::Feed => "feed",
            Self::Search => "search",
            Self::User => "user",
            Self::Post => "post",
            Self::OwnProfile => "own_profile",
            Self::Accounts => "accounts",
            Self::Compose => "compose",
        }
    }
}

/// Whether a check must find an element that the app's file names.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Need {
    /// It is always on its screen.
    Always,
    /// It, or this one in its place.
    Or(&'static str),
    /// It comes and goes.
    Sometimes,
    /// It is there only after something was changed, which a check must not do.
    AfterChange,
}

/// A selector that the built-in scripts use.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Known {
    /// Its key in `[selectors]`.
    pub name: &'static str,
    /// The screen it is on.
    pub screen: Screen,
    /// Whether it is always there.
    pub need: Need,
    /// What it is.
    pub help: &'static str,
}

const fn known(name: &'static str, screen: Screen, need: Need, help: &'static str) -> Known {
    Known {
        name,
        screen,
        need,
        help,
    }
}

/// Every selector that the built-in scripts use.
pub const SELECTORS: [Known; 27] = {
    use Need::{AfterChange, Always, Or, Sometimes};
    use Screen::{Accounts, Compose, Feed, OwnProfile, Post, Search, User};
    [
        known("tab_feed", Feed, Always, "leads to the feed"),
        known("tab_search", Feed, Always, "leads to the search"),
        known("tab_profile", Feed, Always, "leads to the own profile"),
        known(
            "post_in_list",
            Feed,
            Always,
            "a post in the feed or in a list; opens it",
        ),
        known(
            "dialog_dismiss",
            Feed,
            Sometimes,
            "closes a dialog that is in the way",
        ),
        known(
            "search_field",
            Search,
            Always,
            "takes the words that are searched",
        ),
        known(
            "search_users",
            Search,
            Always,
            "shows the users that were found",
        ),
        known(
            "search_posts",
            Search,
            Always,
            "shows the posts that were found",
        ),
        known(
            "result_user",
            Search,
            Always,
            "the user TARGET among those that were found",
        ),
        known(
            "follow",
            User,
            Or("following"),
            "follows the user whose profile is open",
        ),
        known(
            "following",
            User,
            Or("follow"),
            "says that the user is followed; ends it",
        ),
        known(
            "follow_state",
            User,
            Always,
            "either of both, on the profile of TARGET",
        ),
        known(
            "unfollow_confirm",
            User,
            AfterChange,
            "agrees that following ends",
        ),
        known(
            "post_open",
            Post,
            Always,
            "what only the page of a post has",
        ),
        known("comment_field", Post, Always, "takes a comment"),
        known("comment_send", Post, Always, "sends the comment"),
        known(
            "comment_typed",
            Post,
            AfterChange,
            "the field with the comment COMMENT_CONTENT in it",
        ),
        known(
            "comment_sent",
            Post,
            AfterChange,
            "the comment COMMENT_CONTENT under the post",
        ),
        known(
            "account_any",
            OwnProfile,
            Always,
            "the name of whichever account is in use",
        ),
        known(
            "account_current",
            OwnProfile,
            Sometimes,
            "the name of ACCOUNT, in use",
        ),
        known(
            "account_menu",
            OwnProfile,
            Always,
            "opens the list of accounts",
        ),
        known("account_list", Accounts, Always, "the list of accounts"),
        known("account_row", Accounts, Sometimes, "ACCOUNT in the list"),
        known("caption_field", Compose, Always, "takes the text of a post"),
        known("post_button", Compose, Always, "publishes the post"),
        known(
            "upload_progress",
            Compose,
            AfterChange,
            "shown while a post is uploaded",
        ),
        known(
            "upload_done",
            Compose,
            AfterChange,
            "shown when a post was published",
        ),
    ]
};
