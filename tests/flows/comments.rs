//! `comment`.

use serde_json::json;

use crate::stage::Stage;

#[tokio::test(flavor = "multi_thread")]
async fn comments_are_written_as_they_stand_under_their_posts_in_the_order_asked_for() {
    let Some(stage) = Stage::with(&[&["ann"], &["bob"]]).await else {
        return;
    };
    let lines = [
        "So (a+b)* = \"fun\"? 100%s \u{1f44d}",
        "it's $(reboot) `id` \\ & ; | <x>",
    ];
    let boots = [1, 2].map(|n| stage.phone(n).boot_id());
    let tasks = stage
        .done(json!({
            "serials": stage.serials,
            "script_name": "comment",
            "script_config": {
                "target_post_urls": ["sample://post/1", "https://sample.test/p/2"],
                "comment_content": lines.join("\n"),
                "comment_order": "sequential",
            },
        }))
        .await;
    assert_eq!(tasks.len(), 4);
    // A task for each target and device, in this order; lines are handed out in task order.
    for (n, account, line) in [(1, "ann", lines[0]), (2, "bob", lines[1])] {
        let did = stage.account(n, account);
        let written: Vec<_> = did
            .comments
            .iter()
            .map(|c| (c.post.as_str(), c.text.as_str()))
            .collect();
        assert_eq!(written, [("1", line), ("2", line)]);
        assert!(did.posts.is_empty() && did.follows.is_empty());
    }
    assert_eq!([1, 2].map(|n| stage.phone(n).boot_id()), boots);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_post_that_is_gone_fails_and_nothing_is_written() {
    let Some(stage) = Stage::with(&[&["ann"]]).await else {
        return;
    };
    let ids = stage
        .create(json!({
            "serials": stage.serials,
            "script_name": "comment",
            "script_config": {
                "target_post_url": "sample://post/nowhere",
                "comment_content": "hello",
            },
        }))
        .await;
    let task = stage.program.end_of(ids[0]).await;
    assert_eq!(task["error"]["kind"], "assertion", "{task:#}");
    let message = task["error"]["message"].as_str().unwrap();
    assert!(
        message.contains("flow.yaml:") && message.contains("comment_field"),
        "{message}"
    );
    assert!(stage.account(1, "ann").comments.is_empty());
}
