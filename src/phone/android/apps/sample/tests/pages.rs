//! Feed, search and post page.

use super::super::super::super::screen::Key;
use super::hand::{Hand, middle};

#[test]
fn the_feed_shows_posts_with_author_text_and_a_button() {
    let hand = Hand::with_app();
    assert_eq!(hand.texts("post_author")[..2], ["ravi_d", "rosa.m"]);
    assert_eq!(
        hand.text("post_text"),
        "Sunbeam located. Cat deployed. #cats"
    );
    assert_eq!(hand.node("post_open").text, "Open");
    assert!(hand.node("tab_feed").selected);
}

#[test]
fn cards_below_the_edge_are_cut_or_not_there() {
    let hand = Hand::with_app();
    let list = hand.node("feed_list");
    let cards = hand.all("post_card");
    assert!(list.scrollable);
    assert_eq!(cards.len(), 3);
    assert_eq!(cards[2].area.bottom, list.area.bottom);
    assert_eq!(hand.all("post_open").len(), 2);
}

#[test]
fn a_swipe_moves_the_list_as_far_as_the_finger() {
    let hand = Hand::with_app();
    let before = hand.all("post_card")[1].area.top;
    hand.swipe_up(150);
    assert_eq!(hand.all("post_card")[1].area.top, before - 150);
    hand.swipe_up(-400);
    assert_eq!(hand.all("post_card")[1].area.top, before);
}

#[test]
fn a_list_ends_with_its_last_row() {
    let hand = Hand::with_app();
    for _ in 0..110 {
        hand.swipe_up(480);
    }
    let (list, cards) = (hand.node("feed_list"), hand.all("post_card"));
    let last = cards.last().unwrap();
    assert_eq!(last.area.bottom, list.area.bottom);
    assert!(hand.texts("post_open").len() > 1);
    hand.swipe_up(480);
    assert_eq!(hand.all("post_card").last(), Some(last));
}

#[test]
fn a_tap_goes_to_the_topmost_element_that_takes_it() {
    let hand = Hand::with_app();
    // The author lies on the card.
    hand.tap("post_author");
    assert_eq!(hand.text("profile_name"), "ravi_d");
    hand.press(Key::Back);
    // The text takes no touch: the card below it does.
    assert!(!hand.node("post_text").clickable);
    hand.tap("post_text");
    assert!(hand.sees("comment_list"));
}

#[test]
fn the_bottom_bar_changes_between_feed_search_and_profile() {
    let hand = Hand::with_app();
    hand.tap("tab_search");
    assert!(hand.sees("search_field") && hand.node("tab_search").selected);
    hand.tap("tab_profile");
    assert_eq!(hand.text("profile_name"), "me");
    hand.tap("tab_feed");
    assert!(hand.sees("feed_list"));
}

#[test]
fn a_search_finds_users_and_posts() {
    let hand = Hand::with_app();
    hand.tap("tab_search");
    hand.tap("search_field");
    hand.write("mia");
    assert_eq!(hand.texts("result_user"), ["mia"]);
    hand.tap("search_posts");
    assert!(hand.node("search_posts").selected);
    assert!(hand.texts("result_post").len() > 3);
    hand.press(Key::Enter);
    assert!(!hand.keyboard());
    hand.tap("search_users");
    hand.pick("result_user", "mia");
    assert_eq!(hand.text("profile_name"), "mia");
}

#[test]
fn a_search_that_finds_nothing_says_so() {
    let hand = Hand::with_app();
    hand.open("sample://search?q=nobody%20at%20all");
    assert!(hand.sees("no_results"));
    assert!(!hand.sees("result_user"));
}

#[test]
fn an_empty_field_tells_its_hint_as_its_text() {
    let hand = Hand::with_app();
    hand.tap("tab_search");
    assert_eq!(hand.text("search_field"), "Search users and posts");
    assert!(hand.dump().contains("hint=\"Search users and posts\""));
}

#[test]
fn a_comment_is_written_and_stands_at_the_end_of_the_list() {
    let hand = Hand::with_app();
    hand.open("https://sample.test/p/1");
    assert!(!hand.node("comment_send").enabled);
    hand.tap("comment_field");
    hand.write("Schön! 😀\n<b>\"'&");
    hand.tap("comment_send");
    assert_eq!(
        hand.texts("comment_row").last().unwrap(),
        "Schön! 😀\n<b>\"'&"
    );
    assert_eq!(hand.texts("comment_author").last().unwrap(), "me");
    assert_eq!(hand.text("comment_field"), "Add a comment");
    let comments = hand.mine().comments;
    assert_eq!(comments.len(), 1);
    assert_eq!(comments[0].post, "1");
}

#[test]
fn a_button_that_is_not_enabled_does_nothing() {
    let hand = Hand::with_app();
    hand.open("sample://post/1");
    hand.tap("comment_send");
    assert_eq!(hand.mine().comments, []);
}

#[test]
fn links_to_what_is_not_there_say_so() {
    let hand = Hand::new();
    hand.open("sample://user/nobody");
    assert!(hand.sees("user_missing"));
    hand.open("https://sample.test/p/999");
    assert!(hand.sees("post_missing"));
    assert!(!hand.sees("comment_field"));
}

#[test]
fn back_leads_from_page_to_page_and_out() {
    let hand = Hand::with_app();
    hand.open("sample://user/mia");
    hand.open("sample://post/1");
    hand.press(Key::Back);
    assert_eq!(hand.text("profile_name"), "mia");
    hand.press(Key::Back);
    assert!(hand.sees("feed_list"));
    hand.press(Key::Back);
    assert_eq!(hand.front(), "com.android.launcher3");
}

#[test]
fn a_focused_field_brings_the_keyboard_and_back_takes_it_first() {
    let hand = Hand::with_app();
    hand.open("sample://post/1");
    let low = hand.node("comment_field").area.top;
    hand.tap("comment_field");
    assert!(hand.keyboard());
    let high = hand.node("comment_field").area;
    assert!(high.bottom < 640 && high.top < low);
    hand.press(Key::Back);
    assert!(!hand.keyboard());
    assert_eq!(hand.node("comment_field").area.top, low);
    hand.press(Key::Back);
    assert!(!hand.sees("comment_field"));
}

#[test]
fn what_the_keyboard_covers_cannot_be_touched() {
    let hand = Hand::with_app();
    hand.tap("tab_search");
    let covered = middle(hand.node("tab_profile").area);
    hand.tap("search_field");
    hand.tap_at(covered);
    assert!(hand.sees("search_field"));
    hand.press(Key::Back);
    hand.tap_at(covered);
    assert!(hand.sees("profile_name"));
}

#[test]
fn text_goes_nowhere_without_a_focus_and_keys_edit_its_end() {
    let hand = Hand::with_app();
    hand.tap("tab_search");
    hand.write("lost");
    assert_eq!(hand.text("search_field"), "Search users and posts");
    hand.press(Key::Tab);
    hand.write("maraé");
    hand.press(Key::Delete);
    hand.press(Key::Letter('q'));
    assert_eq!(hand.text("search_field"), "maraq");
}

#[test]
fn a_turned_phone_lays_its_page_out_anew() {
    let hand = Hand::with_app();
    hand.open("sample://user/mia");
    hand.turn("1");
    assert!(hand.dump().contains("rotation=\"1\""));
    assert_eq!(hand.see()[0].area.right, 960);
    assert!(hand.node("follow_button").area.right > 540);
    hand.tap("follow_button");
    assert_eq!(hand.text("follow_button"), "Following");
}
