//! Every script for accounts that are named, and for all accounts of a device.

use serde_json::{Value, json};

use crate::stage::{Stage, names};

/// The five scripts with a config each.
fn work(stage: &Stage) -> [(&'static str, Value); 5] {
    let picture = stage.home.file("one.png", b"\x89PNG\r\n\x1a\n and more");
    [
        (
            "follow",
            json!({ "target_users": ["mia", "tomasz"], "access_method": "search" }),
        ),
        (
            "unfollow",
            json!({ "target_users": ["mia"], "access_method": "search" }),
        ),
        (
            "comment",
            json!({ "target_post_url": "sample://post/7", "comment_content": "Well done" }),
        ),
        (
            "post",
            json!({ "content_type": 1, "material_list": [picture], "captions": "Hello" }),
        ),
        (
            "account_warmup",
            json!({ "task_duration": 1, "min_duration": 1, "max_duration": 1 }),
        ),
    ]
}

/// What each script leaves behind once, and nothing else.
fn did_it_once(stage: &Stage, account: &str) {
    let did = stage.account(1, account);
    assert_eq!(did.follows, names(&["tomasz"]), "{account}");
    let comments: Vec<_> = did.comments.iter().map(|c| (&*c.post, &*c.text)).collect();
    assert_eq!(comments, [("7", "Well done")], "{account}");
    let posts: Vec<_> = did
        .posts
        .iter()
        .map(|p| (&*p.caption, p.files.len()))
        .collect();
    assert_eq!(posts, [("Hello", 1)], "{account}");
}

#[tokio::test(flavor = "multi_thread")]
async fn each_script_does_its_work_for_the_account_that_is_named_alone() {
    let Some(stage) = Stage::with(&[&["ann", "bob"]]).await else {
        return;
    };
    for (script, config) in work(&stage) {
        let body = json!({
            "usernames": ["bob"],
            "script_name": script,
            "script_config": config,
        });
        let tasks = stage.done(body).await;
        assert_eq!(
            tasks.len(),
            if script == "follow" { 2 } else { 1 },
            "{script}"
        );
        assert!(
            tasks.iter().all(|task| task["username"] == "bob"),
            "{tasks:#?}"
        );
    }
    did_it_once(&stage, "bob");
    let other = stage.account(1, "ann");
    assert!(other.follows.is_empty() && other.posts.is_empty() && other.comments.is_empty());
}

#[tokio::test(flavor = "multi_thread")]
async fn each_script_does_its_work_for_all_accounts_of_a_device() {
    let Some(stage) = Stage::with(&[&["ann", "bob"]]).await else {
        return;
    };
    for (script, config) in work(&stage) {
        let body = json!({
            "serials": stage.serials,
            "script_name": script,
            "script_config": config,
            "enable_multi_account": true,
        });
        let tasks = stage.done(body).await;
        assert_eq!(
            tasks.len(),
            if script == "follow" { 4 } else { 2 },
            "{script}"
        );
    }
    did_it_once(&stage, "ann");
    did_it_once(&stage, "bob");
}
