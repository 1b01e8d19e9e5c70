use std::collections::HashSet;

use serde_json::{Value, json};

use super::Host;
use crate::flow::MAX_TASKS;

#[test]
fn three_users_on_two_devices_are_six_tasks_with_their_own_target_only() {
    let host = Host::new();
    let tasks = host
        .plan("follow", &json!({"target_users": ["a", "b", "c"]}), 2)
        .unwrap();
    let seen: Vec<(usize, Value)> = tasks
        .iter()
        .map(|t| (t.target, t.config.to_object()["target_users"].clone()))
        .collect();
    let expected: Vec<(usize, Value)> = ["a", "b", "c"]
        .iter()
        .flat_map(|user| [(0, json!([user])), (1, json!([user]))])
        .collect();
    assert_eq!(seen, expected);
}

#[test]
fn several_users_come_as_text_too_and_blank_pieces_are_dropped() {
    let host = Host::new();
    for key in ["target_user", "target_username"] {
        let tasks = host
            .plan("unfollow", &json!({key: " a,b ,\r\n@c,,"}), 1)
            .unwrap();
        let configs: Vec<String> = tasks.iter().map(|t| t.config.as_str().to_owned()).collect();
        assert_eq!(
            configs,
            ["a", "b", "@c"]
                .map(|u| json!({"access_method": "direct", "target_users": [u]}).to_string())
        );
    }
}

#[test]
fn a_filled_list_of_targets_wins_over_text() {
    let host = Host::new();
    let config = json!({"target_users": ["a"], "target_user": "b,c"});
    assert_eq!(host.one("follow", config)["target_users"], json!(["a"]));
    let config = json!({"target_users": [], "target_user": "b"});
    assert_eq!(host.one("follow", config)["target_users"], json!(["b"]));
}

#[test]
fn two_texts_that_disagree_are_refused() {
    let host = Host::new();
    let error = host.refusal(
        "follow",
        &json!({"target_user": "a", "target_username": "b"}),
    );
    assert_eq!(error.field, "script_config.target_username");
    let same = json!({"target_user": "a", "target_username": "a"});
    assert_eq!(host.one("follow", same)["target_users"], json!(["a"]));
}

#[test]
fn a_target_that_appears_twice_in_text_is_refused() {
    let host = Host::new();
    let error = host.refusal("follow", &json!({"target_user": "a,b,A"}));
    assert_eq!(error.field, "script_config.target_user");
    assert_eq!(error.message, "'A' appears twice");
}

#[test]
fn a_url_with_a_comma_fits_the_list_only() {
    let host = Host::new();
    let url = "https://a.example/1,2";
    let listed = json!({"target_post_urls": [url], "comment_content": "hi"});
    assert_eq!(
        host.one("comment", listed)["target_post_urls"],
        json!([url])
    );
    let text = json!({"target_post_url": url, "comment_content": "hi"});
    assert!(
        host.refusal("comment", &text)
            .message
            .contains("goes into the list")
    );
}

#[test]
fn sequential_comments_cycle_in_task_order() {
    let host = Host::new();
    let config = json!({
        "target_post_url": "https://a/1\nhttps://a/2",
        "comment_content": "one\ntwo\n\nthree",
        "comment_order": "sequential",
    });
    let tasks = host.plan("comment", &config, 2).unwrap();
    let comments: Vec<Value> = tasks
        .iter()
        .map(|t| t.config.to_object()["comment_content"].clone())
        .collect();
    assert_eq!(comments, ["one", "two", "three", "one"]);
}

#[test]
fn random_comments_depend_on_the_seed_alone_and_reach_every_line() {
    let mut host = Host::new();
    let config = json!({"target_post_urls": ["https://a/1"], "comment_content": "one\ntwo\nthree"});
    let first = host.plan("comment", &config, 100).unwrap();
    assert_eq!(first, host.plan("comment", &config, 100).unwrap());
    let different: HashSet<&str> = first.iter().map(|t| t.config.as_str()).collect();
    assert_eq!(different.len(), 3);
    host.seed += 1;
    assert_ne!(first, host.plan("comment", &config, 100).unwrap());
}

#[test]
fn each_task_of_a_warm_up_gets_one_topic() {
    let host = Host::new();
    let tasks = host
        .plan("account_warmup", &json!({"topic": "cats\ndogs"}), 50)
        .unwrap();
    let topics: HashSet<Value> = tasks
        .iter()
        .map(|t| t.config.to_object()["topic"].clone())
        .collect();
    assert_eq!(topics, HashSet::from([json!("cats"), json!("dogs")]));
}

#[test]
fn too_many_tasks_are_refused_before_they_are_made() {
    let host = Host::new();
    let users: Vec<String> = (0..1000).map(|n| format!("u{n}")).collect();
    let config = json!({"target_users": users});
    assert_eq!(host.plan("follow", &config, 10).unwrap().len(), MAX_TASKS);
    let error = host.plan("follow", &config, 1_000_000).unwrap_err();
    assert_eq!(error.field, "script_config.target_users");
    assert!(error.message.contains("makes 1000000000 tasks"), "{error}");
    assert_eq!(
        host.plan("screenshot", &json!({}), MAX_TASKS + 1)
            .unwrap_err()
            .field,
        "script_config"
    );
}

#[test]
fn a_config_that_is_large_for_many_phones_is_refused() {
    let host = Host::new();
    let config = json!({"command": "é".repeat(10_000)});
    let error = host.plan("shell", &config, MAX_TASKS).unwrap_err();
    assert!(error.message.contains("over 128 MiB together"), "{error}");
}
