//! `follow` and `unfollow`.

use serde_json::json;

use crate::stage::{Stage, names};

#[tokio::test(flavor = "multi_thread")]
async fn follow_by_link_makes_a_task_for_each_target_and_device_and_follows_just_those() {
    let Some(stage) = Stage::with(&[&["ann"], &["bob"], &["cem"]]).await else {
        return;
    };
    let tasks = stage
        .done(json!({
            "serials": stage.serials[..2],
            "script_name": "follow",
            "script_config": { "target_users": ["mia", "@Jonas_B", "lea.paints"] },
        }))
        .await;
    assert_eq!(tasks.len(), 6);
    let expected = names(&["mia", "jonas_b", "lea.paints"]);
    assert_eq!(stage.follows(1, "ann"), expected);
    assert_eq!(stage.follows(2, "bob"), expected);
    assert!(stage.is_untouched(3));
}

#[tokio::test(flavor = "multi_thread")]
async fn follow_by_search_for_accounts_follows_with_those_accounts_alone() {
    let Some(stage) = Stage::with(&[&["ann", "bob"], &["cem"]]).await else {
        return;
    };
    let tasks = stage
        .done(json!({
            "usernames": ["bob", "@Cem"],
            "script_name": "follow",
            "script_config": { "target_user": "tomasz, ines.c", "access_method": "search" },
        }))
        .await;
    assert_eq!(tasks.len(), 4);
    let expected = names(&["tomasz", "ines.c"]);
    assert_eq!(stage.follows(1, "bob"), expected);
    assert_eq!(stage.follows(1, "ann"), names(&[]));
    assert_eq!(stage.follows(2, "cem"), expected);
}

#[tokio::test(flavor = "multi_thread")]
async fn unfollow_for_all_accounts_of_a_device_leaves_the_others_they_follow() {
    let Some(stage) = Stage::with(&[&["ann", "bob"]]).await else {
        return;
    };
    let both = |script: &str, targets: &[&str]| {
        json!({
            "serials": stage.serials,
            "script_name": script,
            "script_config": { "target_users": targets },
            "enable_multi_account": true,
        })
    };
    let tasks = stage.done(both("follow", &["yuki_m", "sofia.r"])).await;
    assert_eq!(tasks.len(), 4);
    // Asking for what is so already changes nothing.
    stage.done(both("follow", &["yuki_m"])).await;
    stage.done(both("unfollow", &["yuki_m", "ben_t"])).await;
    for account in ["ann", "bob"] {
        assert_eq!(stage.follows(1, account), names(&["sofia.r"]), "{account}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_dialog_now_and_then_is_put_away() {
    let Some(stage) = Stage::with(&[&["ann"]]).await else {
        return;
    };
    stage.faults(1, |faults| faults.rate_dialog_every = 2);
    let targets = ["mia", "tomasz", "yuki_m"];
    stage
        .done(json!({
            "serials": stage.serials,
            "script_name": "follow",
            "script_config": { "target_users": targets, "access_method": "search" },
        }))
        .await;
    assert_eq!(stage.follows(1, "ann"), names(&targets));
}
