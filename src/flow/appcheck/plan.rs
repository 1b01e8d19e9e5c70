//! Which screens of an app a check goes to, and how it gets there.

use crate::flow::apps::{App, Examples, Need, SELECTORS, Screen};

/// A screen that is to be looked at.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Stop {
    /// Which.
    pub screen: Screen,
    /// How it is reached, or why it cannot be.
    pub way: Result<Vec<Move>, String>,
    /// Stands for `${TARGET}` there.
    pub target: String,
    /// Stands for `${QUERY}` there.
    pub query: String,
}

/// One move on the way to a screen.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Move {
    /// The app is started anew.
    Start,
    /// A link of the app is opened.
    Link(&'static str),
    /// An element of the screen before is tapped.
    Tap(&'static str),
    /// A picture is shared to the app.
    Share,
}

/// Every screen, in an order in which a later one needs only what an earlier one left.
const ORDER: [Screen; 7] = [
    Screen::Feed,
    Screen::Search,
    Screen::User,
    Screen::Post,
    Screen::OwnProfile,
    Screen::Accounts,
    Screen::Compose,
];

/// The screens on which the app's file names something that can be seen without a change.
pub(super) fn stops(app: &App) -> Vec<Stop> {
    let seen_on = |screen: Screen| {
        SELECTORS.iter().any(|known| {
            known.screen == screen
                && known.need != Need::AfterChange
                && app.selectors.contains_key(known.name)
        })
    };
    ORDER
        .into_iter()
        .filter(|screen| seen_on(*screen))
        .map(|screen| stop(app, screen))
        .collect()
}

fn stop(app: &App, screen: Screen) -> Stop {
    let Examples { user, post, query } = &app.examples;
    let (user, post) = (user.as_deref(), post.as_deref());
    let by_link = |name, example, value: Option<&str>| match value {
        _ if !app.links.contains_key(name) => Err(format!("[links] {name} is not given")),
        None => Err(format!("[check] {example} is not given")),
        Some(_) => Ok(vec![Move::Link(name)]),
    };
    let home = || match app.links.contains_key("feed") {
        true => vec![Move::Start, Move::Link("feed")],
        false => vec![Move::Start],
    };
    let way = match screen {
        Screen::Feed => Ok(home()),
        Screen::Search => by_link("search", "query", query.as_deref()),
        Screen::User => by_link("user", "user", user),
        Screen::Post => by_link("post", "post", post),
        Screen::OwnProfile => Ok([home(), vec![Move::Tap("tab_profile")]].concat()),
        Screen::Accounts => {
            let taps = [Move::Tap("tab_profile"), Move::Tap("account_menu")];
            Ok([home(), taps.to_vec()].concat())
        }
        Screen::Compose => Ok(vec![Move::Start, Move::Share]),
    };
    let target = match screen {
        Screen::Post => post,
        _ => user,
    };
    Stop {
        screen,
        way,
        target: target.unwrap_or_default().to_owned(),
        query: query.clone().unwrap_or_default(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::flow::apps::testing::app;

    fn screens(app: &App) -> Vec<Screen> {
        stops(app).iter().map(|stop| stop.screen).collect()
    }

    #[test]
    fn only_screens_of_which_something_is_named_are_gone_to() {
        let app =
            app("[selectors]\nfollow = 'Follow'\nunfollow_confirm = 'Yes'\ncomment_sent = 'x'");
        assert_eq!(screens(&app), [Screen::User]);
    }

    #[test]
    fn a_place_without_link_or_example_says_what_is_missing() {
        let file = "[links]\nuser = 'mine://u/${TARGET}'\n[selectors]\nfollow = 'Follow'\ncomment_field = 'x'";
        let stops = stops(&app(file));
        assert_eq!(stops[0].way, Err("[check] user is not given".into()));
        assert_eq!(stops[1].way, Err("[links] post is not given".into()));
    }

    #[test]
    fn a_place_is_opened_with_its_own_example() {
        let file = "[links]\nuser = 'u'\npost = 'p'\n[check]\nuser = 'mia'\npost = 'p1'\nquery = 'cats'\n\
                    [selectors]\nfollow = 'Follow'\ncomment_field = 'x'";
        let stops = stops(&app(file));
        assert_eq!(
            (stops[0].target.as_str(), &stops[0].way),
            ("mia", &Ok(vec![Move::Link("user")]))
        );
        assert_eq!(
            (stops[1].target.as_str(), &stops[1].way),
            ("p1", &Ok(vec![Move::Link("post")]))
        );
        assert_eq!(stops[1].query, "cats");
    }

    #[test]
    fn the_list_of_accounts_is_reached_by_the_own_profile() {
        let stops = stops(&app("[selectors]\naccount_list = 'x'"));
        let way = vec![
            Move::Start,
            Move::Tap("tab_profile"),
            Move::Tap("account_menu"),
        ];
        assert_eq!(stops[0].way, Ok(way));
    }
}
