//! What stays when the app ends, and what was in view.

use std::time::Duration;

use super::super::super::super::super::Faults;
use super::super::super::super::intent::{Component, Intent};
use super::super::super::super::screen::Area;
use super::super::super::{App, Effect, Media, Scene, Shown, Touch};
use super::super::{Sample, SampleView};
use super::hand::Hand;

const PACKAGE: &str = "org.farmhand.sample";

#[test]
fn what_was_done_outlives_the_app() {
    let hand = Hand::with_app();
    hand.open("sample://user/mia");
    hand.tap("follow_button");
    hand.phone.stop_app(PACKAGE);
    hand.launch();
    assert!(hand.sees("feed_list"));
    assert!(hand.mine().follows.contains("mia"));
}

#[test]
fn home_leaves_the_page_open() {
    let hand = Hand::with_app();
    hand.open("sample://user/mia");
    hand.press(super::super::super::super::screen::Key::Home);
    hand.launch();
    assert_eq!(hand.text("profile_name"), "mia");
}

#[test]
fn clearing_forgets_all_and_signs_out() {
    let hand = Hand::new();
    hand.open("sample://user/mia");
    hand.tap("follow_button");
    hand.phone.clear_app(PACKAGE);
    assert_eq!(hand.saved().current, None);
    assert!(
        hand.saved()
            .accounts
            .iter()
            .all(|account| account.follows.is_empty())
    );
    hand.open("sample://user/mia");
    assert_eq!(hand.texts("account_row"), ["me", "other"]);
    hand.pick("account_row", "other");
    assert_eq!(hand.text("follow_button"), "Follow");
    assert_eq!(hand.saved().current.as_deref(), Some("other"));
}

#[test]
fn no_two_phones_share_what_was_done() {
    let (one, another) = (Hand::new(), Hand::new());
    one.open("sample://user/mia");
    one.tap("follow_button");
    assert!(another.mine().follows.is_empty());
}

/// What the app sees at a time.
fn at(seconds: u64, upload_ms: u64) -> Scene {
    let area = Area::new(0, 36, 540, 960);
    Scene {
        now: Duration::from_secs(seconds),
        area,
        free: area,
        packages: Vec::new(),
        faults: Faults {
            upload_ms,
            ..Faults::default()
        },
    }
}

fn link(uri: &str) -> Intent {
    Intent {
        data: Some(uri.to_owned()),
        component: Some(Component::of(PACKAGE, "MainActivity")),
        ..Intent::default()
    }
}

fn view(post: &str, since: u64, lasted: u64) -> SampleView {
    SampleView {
        post: post.to_owned(),
        since: Duration::from_secs(since),
        lasted: Duration::from_secs(lasted),
    }
}

fn views(app: &Sample, now: u64) -> Vec<SampleView> {
    let state = app.state(Duration::from_secs(now));
    state.current_account().unwrap().views.clone()
}

#[test]
fn a_post_is_in_view_from_its_opening_to_the_next_page() {
    let mut app = Sample::new(&["me".to_owned()]);
    app.start(&link("sample://post/7"), &at(10, 0));
    app.look(Shown::InFront, &at(10, 0));
    assert_eq!(views(&app, 14), [view("7", 10, 4)]);
    app.start(&link("sample://user/mia"), &at(25, 0));
    app.look(Shown::InFront, &at(25, 0));
    assert_eq!(views(&app, 99), [view("7", 10, 15)]);
}

#[test]
fn a_post_is_in_view_only_while_the_app_is_in_front() {
    let mut app = Sample::new(&["me".to_owned()]);
    app.start(&link("sample://post/7"), &at(10, 0));
    app.look(Shown::InFront, &at(10, 0));
    app.look(Shown::Hidden, &at(12, 0));
    app.look(Shown::InFront, &at(20, 0));
    assert_eq!(views(&app, 21), [view("7", 10, 2), view("7", 20, 1)]);
}

#[test]
fn the_cards_of_the_feed_come_into_view_as_it_moves() {
    let mut app = Sample::new(&["me".to_owned()]);
    app.start(&link("sample://feed"), &at(1, 0));
    app.look(Shown::InFront, &at(1, 0));
    let swipe = Touch::Swipe {
        from: (270, 800),
        to: (270, 400),
    };
    app.touch(swipe, &at(5, 0));
    app.look(Shown::InFront, &at(5, 0));
    assert_eq!(
        views(&app, 7),
        [
            view("1", 1, 4),
            view("2", 1, 6),
            view("3", 5, 2),
            view("4", 5, 2),
        ]
    );
}

#[test]
fn an_upload_goes_by_the_clock() {
    let mut app = Sample::new(&["me".to_owned()]);
    let share = Intent {
        action: Some("android.intent.action.SEND".to_owned()),
        streams: vec!["content://media/1".to_owned()],
        ..Intent::default()
    };
    app.start(&share, &at(0, 4_000));
    let button = app
        .window(&at(0, 4_000))
        .walk()
        .into_iter()
        .find_map(|e| (e.id == "post_button").then_some((e.area.left + 5, e.area.top + 5)));
    let wants = app.touch(Touch::Tap(button.unwrap()), &at(10, 4_000));
    assert_eq!(wants, [Effect::Read(share.streams.clone())]);
    let media = Media {
        name: "1.jpg".to_owned(),
        size: 1,
        sha256: [0; 32],
    };
    app.receive(vec![Some(media)], &at(10, 4_000));
    for (second, shown) in [(10, "0%"), (11, "25%"), (13, "75%"), (14, "Posted")] {
        let scene = at(second, 4_000);
        app.advance(&scene);
        let window = app.window(&scene);
        let texts: Vec<_> = window.walk().iter().map(|e| e.text.clone()).collect();
        assert!(texts.contains(&shown.to_owned()), "{shown} in {texts:?}");
    }
    assert_eq!(app.saved.current_account().unwrap().posts.len(), 1);
}
