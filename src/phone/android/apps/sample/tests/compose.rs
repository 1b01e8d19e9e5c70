//! Sharing files to the app, and their upload.

use sha2::{Digest, Sha256};

use super::super::super::super::super::Faults;
use super::super::super::super::intent::{SEND, SEND_MULTIPLE};
use super::super::super::super::screen::Key;
use super::hand::Hand;

/// Text that quoting, XML and fonts stumble over.
const CAPTION: &str = "\"Grüße\" & 'more' <b>\n日本 😀 $(reboot)\n\n%s";

#[test]
fn a_share_shows_a_thumbnail_per_file() {
    let hand = Hand::new();
    let files = ["a.jpg", "b.jpg", "c.mp4"].map(|name| hand.file(name, b"x"));
    hand.share(SEND_MULTIPLE, &files, None);
    let shown: Vec<String> = hand
        .all("compose_media")
        .into_iter()
        .map(|node| node.description)
        .collect();
    assert_eq!(shown, ["a.jpg", "b.jpg", "c.mp4"]);
}

#[test]
fn a_post_arrives_with_its_caption_and_files_as_they_are() {
    let hand = Hand::new();
    let files = [hand.file("a.jpg", b"one"), hand.file("b.jpg", b"three")];
    hand.share(SEND_MULTIPLE, &files, None);
    hand.tap("caption_field");
    hand.write(CAPTION);
    assert_eq!(hand.text("caption_field"), CAPTION);
    hand.press(Key::Back);
    hand.tap("post_button");
    assert!(hand.sees("upload_done"));
    let posts = hand.mine().posts;
    assert_eq!(posts.len(), 1);
    assert_eq!(
        (posts[0].id.as_str(), posts[0].caption.as_str()),
        ("me-1", CAPTION)
    );
    let files: Vec<_> = posts[0]
        .files
        .iter()
        .map(|file| (file.name.as_str(), file.size, file.sha256))
        .collect();
    let hash = |bytes: &[u8]| <[u8; 32]>::from(Sha256::digest(bytes));
    assert_eq!(
        files,
        [("a.jpg", 3, hash(b"one")), ("b.jpg", 5, hash(b"three"))]
    );
}

#[test]
fn a_post_of_ones_own_is_on_top_of_the_feed() {
    let hand = Hand::with_app();
    hand.share(SEND, &[hand.file("a.jpg", b"x")], Some("mine"));
    hand.tap("post_button");
    hand.press(Key::Back);
    assert_eq!(
        (hand.text("post_author"), hand.text("post_text")),
        ("me".into(), "mine".into())
    );
    hand.open("sample://post/me-1");
    assert_eq!(hand.text("post_text"), "mine");
}

#[test]
fn a_text_that_is_shared_along_is_the_caption() {
    let hand = Hand::new();
    hand.share(SEND, &[hand.file("a.jpg", b"x")], Some("Hello"));
    assert_eq!(hand.text("caption_field"), "Hello");
}

#[test]
fn a_file_that_is_gone_is_named_and_nothing_is_posted() {
    let hand = Hand::new();
    let files = [
        hand.file("a.jpg", b"x"),
        "file:///sdcard/gone.jpg".to_owned(),
    ];
    hand.share(SEND_MULTIPLE, &files, None);
    hand.tap("post_button");
    assert_eq!(hand.text("upload_failed"), "gone.jpg cannot be read");
    assert_eq!(hand.mine().posts, []);
}

#[test]
fn an_upload_that_takes_its_time_shows_how_far_it_is() {
    let hand = Hand::new();
    hand.set(Faults {
        upload_ms: 3_600_000,
        ..Faults::default()
    });
    hand.share(SEND, &[hand.file("a.jpg", b"x")], None);
    hand.tap("post_button");
    assert_eq!(hand.text("upload_progress"), "0%");
    assert!(!hand.node("post_button").enabled);
    assert!(!hand.sees("upload_done"));
    assert_eq!(hand.mine().posts, []);
}

#[test]
fn an_upload_can_fail_and_be_tried_again() {
    let hand = Hand::new();
    hand.set(Faults {
        upload_fails: true,
        ..Faults::default()
    });
    hand.share(SEND, &[hand.file("a.jpg", b"x")], None);
    hand.tap("post_button");
    assert!(hand.sees("upload_failed"));
    assert_eq!(hand.mine().posts, []);
    hand.set(Faults::default());
    hand.tap("post_button");
    assert!(hand.sees("upload_done"));
    assert_eq!(hand.mine().posts.len(), 1);
}

#[test]
fn many_files_scroll() {
    let hand = Hand::new();
    let files: Vec<String> = (0..40).map(|n| format!("file:///sdcard/{n}.jpg")).collect();
    hand.share(SEND_MULTIPLE, &files, None);
    assert_eq!(hand.text("compose_count"), "40 files");
    for _ in 0..4 {
        hand.swipe_up(400);
    }
    let last = hand.all("compose_media").pop().unwrap();
    assert_eq!(last.description, "39.jpg");
}
