//! What goes wrong on demand, and the screens that get in the way.

use super::super::super::super::super::Faults;
use super::super::super::super::screen::Key;
use super::super::super::super::testing::run;
use super::hand::{Hand, middle};

/// What a dump complains of.
async fn dump(hand: &Hand) -> String {
    run(&hand.phone, "uiautomator dump /sdcard/ui.xml")
        .await
        .stderr
}

#[tokio::test]
async fn a_playing_video_lets_no_dump_succeed_until_it_is_paused() {
    const RESTLESS: &str = "ERROR: could not get idle state.\n";
    let hand = Hand::with_app();
    hand.open("sample://post/5");
    assert_eq!(dump(&hand).await, RESTLESS);
    hand.tap("video_player");
    assert_eq!(dump(&hand).await, "");
    hand.tap("video_player");
    assert_eq!(dump(&hand).await, RESTLESS);
    hand.press(Key::Back);
    assert_eq!(dump(&hand).await, "");
}

#[test]
fn the_app_dies_at_the_next_touch_once() {
    let hand = Hand::with_app();
    hand.set(Faults {
        crash_app: true,
        ..Faults::default()
    });
    hand.tap("tab_search");
    assert!(hand.dump().contains("Sample has stopped"));
    let runs = |hand: &Hand| {
        let processes = hand.phone.processes();
        processes
            .iter()
            .any(|it| it.name() == "org.farmhand.sample")
    };
    assert!(!runs(&hand));
    let nodes = hand.see();
    let close = nodes.iter().find(|node| node.id == "android:id/aerr_close");
    hand.tap_at(middle(close.unwrap().area));
    assert_eq!(hand.front(), "com.android.launcher3");
    hand.launch();
    hand.tap("tab_search");
    assert!(hand.sees("search_field") && runs(&hand));
}

#[test]
fn a_crash_loses_what_was_not_sent() {
    let hand = Hand::with_app();
    hand.open("sample://post/1");
    hand.tap("comment_field");
    hand.write("lost");
    hand.set(Faults {
        crash_app: true,
        ..Faults::default()
    });
    hand.tap("comment_send");
    assert_eq!(hand.mine().comments, []);
}

#[test]
fn the_app_asks_to_be_rated_at_every_third_page() {
    let hand = Hand::new();
    hand.set(Faults {
        rate_dialog_every: 3,
        ..Faults::default()
    });
    hand.launch();
    hand.tap("tab_search");
    assert!(!hand.sees("dialog_title"));
    hand.tap("tab_profile");
    assert_eq!(hand.text("dialog_title"), "Rate this app");
    assert!(!hand.sees("profile_name"));
    hand.tap("dialog_dismiss");
    assert!(hand.sees("profile_name"));
}

#[test]
fn a_slow_screen_has_its_bars_before_its_content() {
    let hand = Hand::new();
    hand.set(Faults {
        slow_screen_ms: 3_600_000,
        ..Faults::default()
    });
    hand.launch();
    assert!(hand.sees("loading") && hand.sees("tab_search"));
    assert!(!hand.sees("feed_list"));
    hand.set(Faults::default());
    assert!(hand.sees("feed_list"));
}

#[test]
fn a_locked_or_sleeping_phone_takes_no_touch() {
    let hand = Hand::with_app();
    let search = middle(hand.node("tab_search").area);
    hand.press(Key::Sleep);
    hand.tap_at(search);
    hand.press(Key::Wakeup);
    hand.tap_at(search);
    assert!(hand.dump().contains("com.android.systemui:id/lock_title"));
    hand.swipe_up(300);
    assert!(hand.sees("feed_list"));
}
