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
    /// The list of accounts: where `account_name` leads.
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
pub const SELECTORS: [Known; 29] = {
    use Need::{AfterChange, Always, Or, Sometimes};
    use Screen::{Accounts, Compose, Feed, OwnProfile, Post, Search, User};
    [
        known("tab_feed", Feed, Always, "leads to the feed"),
        known("tab_search", Feed, Always, "leads to the search"),
        known("tab_profile", Feed, Always, "leads to the own profile"),
        known("post_card", Feed, Always, "a post in the feed"),
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
        known("result_user", Search, Always, "a user that was found"),
        known("result_post", Search, Sometimes, "a post that was found"),
        known(
            "no_results",
            Search,
            Sometimes,
            "says that nothing was found",
        ),
        known(
            "profile_name",
            User,
            Always,
            "the name of the user whose profile is open",
        ),
        known(
            "user_missing",
            User,
            Sometimes,
            "says that there is no such user",
        ),
        known(
            "follow_button",
            User,
            Or("following_button"),
            "follows the user",
        ),
        known(
            "following_button",
            User,
            Or("follow_button"),
            "shown for a user who is followed; ends it",
        ),
        known(
            "unfollow_confirm",
            User,
            AfterChange,
            "agrees that following ends",
        ),
        known(
            "post_text",
            Post,
            Always,
            "the text of the post that is open",
        ),
        known(
            "post_missing",
            Post,
            Sometimes,
            "says that there is no such post",
        ),
        known("comment_field", Post, Always, "takes a comment"),
        known("comment_send", Post, Always, "sends the comment"),
        known("comment_row", Post, Sometimes, "a comment that was sent"),
        known(
            "account_name",
            OwnProfile,
            Always,
            "the account in use; opens the list of accounts",
        ),
        known("account_switcher", Accounts, Always, "the list of accounts"),
        known("account_row", Accounts, Always, "an account in the list"),
        known(
            "account_current",
            Accounts,
            Always,
            "the account in use, in the list",
        ),
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
