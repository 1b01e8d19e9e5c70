use serde_json::json;

use super::{Host, minimal, with};

#[test]
fn every_script_accepts_its_minimal_config_and_fills_in_defaults() {
    let host = Host::new();
    for (script, defaults) in [
        ("shell", json!({"timeout": 60})),
        ("install", json!({})),
        ("uninstall", json!({})),
        ("push", json!({})),
        ("pull", json!({})),
        ("screenshot", json!({})),
        ("reboot", json!({"wait": 180})),
        (
            "post",
            json!({"content_type": 0, "captions": "", "material_source": "materialLibrary",
                   "image_count": 1, "upload_wait_time": 30}),
        ),
        ("follow", json!({"access_method": "direct"})),
        ("unfollow", json!({"access_method": "direct"})),
        (
            "account_warmup",
            json!({"task_duration": 600, "topic": "", "min_duration": 15, "max_duration": 30}),
        ),
        ("comment", json!({"comment_order": "random"})),
        ("flow", json!({"env": {}})),
    ] {
        let given = minimal(&host, script);
        let mut expected = given.as_object().unwrap().clone();
        expected.extend(defaults.as_object().unwrap().clone());
        let stored = host.one(script, given);
        assert_eq!(stored, expected, "{script}");
    }
}

#[test]
fn accepted_values_are_stored_in_one_form() {
    let host = Host::new();
    for (script, key, given, stored) in [
        ("shell", "timeout", json!(60.0), json!(60)),
        ("shell", "timeout", json!(0.5), json!(0.5)),
        ("shell", "timeout", json!(null), json!(60)),
        ("shell", "command", json!("echo \"a\""), json!("echo \"a\"")),
        ("reboot", "wait", json!(3600), json!(3600)),
        ("post", "content_type", json!(0.0), json!(0)),
        ("post", "captions", json!("#new {one}"), json!("#new {one}")),
        ("post", "upload_wait_time", json!(0), json!(0)),
        ("post", "image_count", json!(50), json!(50)),
        ("post", "post_way", json!("share"), json!("share")),
        ("post", "placement", json!("reel"), json!("reel")),
        ("post", "add_sound", json!(-1), json!(-1)),
        ("post", "add_sound", json!(0.0), json!(0)),
        ("post", "sound_wait_time", json!(10), json!(10)),
        ("post", "origin_sound_volume", json!(50), json!(50)),
        ("post", "add_sound_volume", json!(50), json!(50)),
        ("post", "sound_name", json!(""), json!("")),
        ("post", "custom_sound_keyword", json!(""), json!("")),
        ("post", "materials_tags", json!([]), json!([])),
        ("post", "add_product_link", json!(0), json!(0)),
        ("post", "material_path", json!(""), json!("")),
        (
            "post",
            "material_source",
            json!("localFolder"),
            json!("localFolder"),
        ),
        ("follow", "access_method", json!("search"), json!("search")),
        (
            "unfollow",
            "access_method",
            json!("search"),
            json!("search"),
        ),
        ("account_warmup", "task_duration", json!(1), json!(1)),
        ("account_warmup", "topic", json!("  cats \n"), json!("cats")),
        ("account_warmup", "min_duration", json!(30), json!(30)),
        ("account_warmup", "max_duration", json!(15), json!(15)),
        ("account_warmup", "like_probable", json!(0), json!(0)),
        ("account_warmup", "floow_probable", json!(0), json!(0)),
        ("account_warmup", "collect_probable", json!(0), json!(0)),
        ("account_warmup", "comment_probable", json!(0), json!(0)),
        ("account_warmup", "comment", json!(""), json!("")),
        ("account_warmup", "insert_emoji", json!(false), json!(false)),
        (
            "account_warmup",
            "comment_order",
            json!("random"),
            json!("random"),
        ),
        (
            "account_warmup",
            "comment_order",
            json!("sequential"),
            json!("sequential"),
        ),
        (
            "account_warmup",
            "generate_by_chatgpt",
            json!(false),
            json!(false),
        ),
        (
            "comment",
            "comment_content",
            json!("\r\n nice \r\n"),
            json!("nice"),
        ),
        (
            "comment",
            "comment_order",
            json!("sequential"),
            json!("sequential"),
        ),
        ("comment", "insert_emoji", json!(false), json!(false)),
        ("comment", "comment_image_path", json!(""), json!("")),
        ("flow", "flow", json!("deep"), json!("deep")),
        (
            "flow",
            "flow",
            json!(host.text("media/../media/flow.yaml")),
            json!(host.text("media/flow.yaml")),
        ),
        (
            "flow",
            "env",
            json!({"A": 1, "b": true}),
            json!({"A": 1, "b": true}),
        ),
    ] {
        let config = with(&minimal(&host, script), key, given.clone());
        assert_eq!(
            host.one(script, config)[key],
            stored,
            "{script} {key} {given}"
        );
    }
}
