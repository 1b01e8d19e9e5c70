//! Profiles, following, and the accounts of the phone.

use super::super::super::super::screen::Key;
use super::hand::Hand;

#[test]
fn a_tap_follows_and_counts() {
    let hand = Hand::new();
    hand.open("sample://user/mia");
    assert_eq!(hand.text("profile_followers"), "388 followers");
    assert_eq!(hand.text("follow_button"), "Follow");
    hand.tap("follow_button");
    assert_eq!(hand.text("follow_button"), "Following");
    assert_eq!(hand.text("profile_followers"), "389 followers");
    assert!(hand.mine().follows.contains("mia"));
}

#[test]
fn unfollowing_asks_first() {
    let hand = Hand::new();
    hand.open("sample://user/mia");
    hand.tap("follow_button");
    hand.tap("follow_button");
    assert_eq!(hand.text("dialog_title"), "Unfollow mia?");
    // The page is below the dialog's window: a dump does not have it.
    assert!(!hand.sees("follow_button"));
    hand.tap("dialog_cancel");
    assert_eq!(hand.text("follow_button"), "Following");
    hand.tap("follow_button");
    hand.tap("dialog_ok");
    assert_eq!(hand.text("follow_button"), "Follow");
    assert!(hand.mine().follows.is_empty());
}

#[test]
fn back_and_a_touch_beside_it_close_a_dialog() {
    let hand = Hand::new();
    hand.open("sample://user/mia");
    hand.tap("follow_button");
    for close in [
        |hand: &Hand| hand.press(Key::Back),
        |hand: &Hand| hand.tap_at((270, 900)),
    ] {
        hand.tap("follow_button");
        assert!(hand.sees("dialog_title"));
        close(&hand);
        assert_eq!(hand.text("follow_button"), "Following");
    }
}

#[test]
fn nobody_can_follow_oneself() {
    let hand = Hand::new();
    hand.open("sample://user/me");
    assert!(!hand.sees("follow_button"));
    assert_eq!(hand.text("account_current"), "me");
}

#[test]
fn the_switcher_changes_the_account() {
    let hand = Hand::with_app();
    hand.tap("tab_profile");
    assert_eq!(hand.text("account_name"), "me");
    hand.tap("account_name");
    assert!(hand.sees("account_switcher"));
    assert_eq!(hand.text("account_current"), "me");
    assert_eq!(hand.texts("account_row"), ["me", "other"]);
    assert!(hand.all("account_row")[0].checked);
    hand.pick("account_row", "other");
    assert_eq!(hand.text("account_name"), "other");
    assert_eq!(hand.text("profile_name"), "other");
    assert_eq!(hand.saved().current.as_deref(), Some("other"));
}

#[test]
fn each_account_follows_by_itself() {
    let hand = Hand::with_app();
    hand.open("sample://user/mia");
    hand.tap("follow_button");
    hand.tap("tab_profile");
    hand.tap("account_name");
    hand.pick("account_row", "other");
    hand.open("sample://user/mia");
    assert_eq!(hand.text("follow_button"), "Follow");
    let saved = hand.saved();
    assert_eq!(saved.account("me").unwrap().follows.len(), 1);
    assert_eq!(saved.account("other").unwrap().follows.len(), 0);
}

#[test]
fn a_profile_shows_the_users_posts() {
    let hand = Hand::new();
    hand.open("sample://user/mia");
    assert_eq!(hand.all("profile_post").len(), 6);
    hand.tap("profile_post");
    assert_eq!(hand.text("post_author"), "mia");
}
