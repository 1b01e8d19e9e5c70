//! `post`.

use serde_json::{Value, json};
use sha2::{Digest as _, Sha256};

use crate::stage::Stage;

/// What shells, XML, regular expressions and input methods trip over.
const CAPTION: &str = "It's \"quoted\" \u{1f980}\u{fe0f} na\u{ef}ve\n$(reboot) `reboot` ${HOME}\n\n%s \\ & < > | ; * (end";

fn image(n: u8) -> Vec<u8> {
    let mut bytes = b"\x89PNG\r\n\x1a\n".to_vec();
    bytes.extend((0..40_000_u32).map(|i| (i.wrapping_mul(31) >> 3) as u8 ^ n));
    bytes
}

#[tokio::test(flavor = "multi_thread")]
async fn three_images_and_a_wild_caption_arrive_unchanged_and_nothing_is_left_or_executed() {
    let Some(stage) = Stage::with(&[&["ann", "bob"]]).await else {
        return;
    };
    let files: Vec<_> = (1..=3)
        .map(|n| stage.home.file(&format!("it's {n} $(id).png"), &image(n)))
        .collect();
    let (boot, before) = (stage.phone(1).boot_id(), left_on(&stage));
    let settings = stage.settings(1);
    stage
        .done(json!({
            "usernames": ["bob"],
            "script_name": "post",
            "script_config": {
                "content_type": 1,
                "material_list": files,
                "captions": CAPTION,
            },
        }))
        .await;
    let posts = stage.account(1, "bob").posts;
    assert_eq!(posts.len(), 1, "{posts:?}");
    assert_eq!(posts[0].caption, CAPTION);
    let sums: Vec<[u8; 32]> = posts[0].files.iter().map(|file| file.sha256).collect();
    let expected: Vec<[u8; 32]> = (1..=3).map(|n| Sha256::digest(image(n)).into()).collect();
    assert_eq!(sums, expected, "the files, in their order");
    assert!(stage.account(1, "ann").posts.is_empty());
    assert_eq!(stage.phone(1).boot_id(), boot, "nothing rebooted");
    assert_eq!(left_on(&stage), before, "nothing stays on the phone");
    assert_eq!(
        stage.settings(1),
        settings,
        "the keyboard and all else is as it was"
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn one_video_is_posted_without_a_caption() {
    let Some(stage) = Stage::with(&[&["ann"]]).await else {
        return;
    };
    let video = stage.home.file("clip.mp4", &image(9));
    let tasks = stage
        .done(json!({
            "serials": stage.serials,
            "script_name": "post",
            "script_config": { "material_list": [video] },
        }))
        .await;
    let posts = stage.account(1, "ann").posts;
    assert_eq!(posts.len(), 1, "{tasks:#?}");
    assert_eq!((posts[0].caption.as_str(), posts[0].files.len()), ("", 1));
}

#[tokio::test(flavor = "multi_thread")]
async fn an_upload_that_takes_longer_than_it_is_given_fails_and_leaves_nothing_on_the_phone() {
    let Some(stage) = Stage::with(&[&["ann"]]).await else {
        return;
    };
    stage.faults(1, |faults| faults.upload_ms = 600_000);
    let video = stage.home.file("clip.mp4", &image(9));
    let before = left_on(&stage);
    let ids = stage
        .create(json!({
            "serials": stage.serials,
            "script_name": "post",
            "script_config": { "material_list": [video], "upload_wait_time": 1 },
        }))
        .await;
    let task = stage.program.end_of(ids[0]).await;
    assert_eq!(task["error"]["kind"], "assertion", "{task:#}");
    let message = task["error"]["message"].as_str().unwrap();
    assert!(
        message.contains("the upload is done within 1 s"),
        "{message}"
    );
    assert_eq!(left_on(&stage), before);
    let pushed: Value = task["remark"].clone();
    assert!(pushed.is_null(), "the phone is clean: {pushed}");
}

/// Names of the files of the phone's gallery, and of farmhand's notes.
fn left_on(stage: &Stage) -> Vec<String> {
    let all = stage.phone(1).files_below("/sdcard");
    let notes = stage.phone(1).files_below("/data/local/tmp");
    all.into_iter().chain(notes).collect()
}
