use serde_json::json;

use super::{Host, minimal, with};

#[test]
fn wrong_values_are_refused_by_name_with_what_is_accepted() {
    let host = Host::new();
    let long = "x".repeat(10_001);
    for (script, key, given, message) in [
        ("shell", "command", json!(5), "must be text, not 5"),
        ("shell", "command", json!(""), "must not be empty"),
        ("shell", "command", json!(null), "is missing: the command"),
        (
            "shell",
            "command",
            json!("a\0b"),
            "must not hold a NUL character",
        ),
        (
            "shell",
            "command",
            json!(long),
            "has 10001 characters, at most 10000",
        ),
        (
            "shell",
            "timeout",
            json!("60"),
            "must be a number, but the text \"60\" is text: send it without quotes",
        ),
        (
            "shell",
            "timeout",
            json!("soon"),
            "must be a number, not the text \"soon\"",
        ),
        (
            "shell",
            "timeout",
            json!(true),
            "must be a number, not true",
        ),
        (
            "shell",
            "timeout",
            json!(0),
            "must be from 0.1 to 86400, not 0",
        ),
        (
            "shell",
            "timeout",
            json!(86401),
            "must be from 0.1 to 86400, not 86401",
        ),
        ("reboot", "wait", json!(0), "must be from 1 to 3600, not 0"),
        (
            "reboot",
            "wait",
            json!([]),
            "must be a number, not the list []",
        ),
        (
            "uninstall",
            "package",
            json!("app"),
            "'app' is no package name: one like com.example.app",
        ),
        (
            "uninstall",
            "package",
            json!("a.b;reboot"),
            "is no package name",
        ),
        (
            "uninstall",
            "package",
            json!(null),
            "is missing: the package's name",
        ),
        (
            "push",
            "remote",
            json!("sdcard/x"),
            "'sdcard/x' is not an absolute path on the phone",
        ),
        (
            "push",
            "remote",
            json!(format!("/{}", "é".repeat(512))),
            "at most 1024 bytes, this one 1025",
        ),
        ("push", "remote", json!(""), "must not be empty"),
        ("post", "content_type", json!(2), "must be 0 or 1, not 2"),
        (
            "post",
            "content_type",
            json!("0"),
            "must be a whole number, but the text \"0\" is text",
        ),
        (
            "post",
            "content_type",
            json!(0.5),
            "must be a whole number, not 0.5",
        ),
        (
            "post",
            "captions",
            json!("{Hi|Hello} all"),
            "'{Hi|Hello}' offers choices",
        ),
        (
            "post",
            "captions",
            json!("a {b|{c}} d"),
            "'{b|{c}}' offers choices",
        ),
        (
            "post",
            "captions",
            json!(["a"]),
            "must be text, not the list [\"a\"]",
        ),
        (
            "post",
            "upload_wait_time",
            json!(-1),
            "must be from 0 to 3600, not -1",
        ),
        (
            "post",
            "upload_wait_time",
            json!(1e300),
            "must be a whole number",
        ),
        (
            "post",
            "image_count",
            json!(0),
            "must be from 1 to 50, not 0",
        ),
        (
            "post",
            "material_source",
            json!("cloud"),
            "must be \"materialLibrary\" or \"localFolder\", not the text \"cloud\"",
        ),
        (
            "post",
            "material_list",
            json!("a.mp4"),
            "must be a list of texts, not the text \"a.mp4\"",
        ),
        ("post", "material_list", json!([" "]), "entry 1 is blank"),
        (
            "post",
            "material_list",
            json!([3]),
            "entry 1 must be text, not 3",
        ),
        (
            "post",
            "post_way",
            json!("camera"),
            "only \"share\" is accepted, not the text \"camera\": posts are made by sharing",
        ),
        (
            "post",
            "placement",
            json!("story"),
            "only \"reel\" is accepted",
        ),
        (
            "post",
            "add_sound",
            json!(1),
            "only -1 or 0 is accepted, not 1: this farm adds no sound",
        ),
        ("post", "sound_wait_time", json!(20), "only 10 is accepted"),
        (
            "post",
            "origin_sound_volume",
            json!(49),
            "only 50 is accepted",
        ),
        (
            "post",
            "add_sound_volume",
            json!("50"),
            "only 50 is accepted, not the text \"50\"",
        ),
        (
            "post",
            "sound_name",
            json!("song"),
            "only \"\" or [] is accepted",
        ),
        (
            "post",
            "custom_sound_keyword",
            json!("song"),
            "only \"\" or [] is accepted",
        ),
        (
            "post",
            "materials_tags",
            json!("cats"),
            "files in this farm's library carry no tags",
        ),
        (
            "post",
            "add_product_link",
            json!(1),
            "this farm adds no product links",
        ),
        (
            "follow",
            "access_method",
            json!("guess"),
            "must be \"direct\" or \"search\"",
        ),
        (
            "follow",
            "target_users",
            json!(["a", ""]),
            "entry 2 is blank",
        ),
        (
            "follow",
            "target_users",
            json!(["a", "@A"]),
            "'@A' appears twice",
        ),
        (
            "follow",
            "target_users",
            json!(["a b"]),
            "'a b' is no user name",
        ),
        (
            "follow",
            "target_users",
            json!("a"),
            "must be a list of texts, not the text \"a\"",
        ),
        (
            "follow",
            "target_users",
            json!([]),
            "is missing: a list of one or more, or the text target_user or target_username",
        ),
        ("unfollow", "target_users", json!(null), "is missing"),
        (
            "account_warmup",
            "task_duration",
            json!(0),
            "must be from 1 to 86400",
        ),
        (
            "account_warmup",
            "min_duration",
            json!(31),
            "is 31, but must be at most max_duration, which is 30",
        ),
        ("account_warmup", "topic", json!(["cats"]), "must be text"),
        (
            "account_warmup",
            "like_probable",
            json!(30),
            "only 0 is accepted, not 30: this farm browses only",
        ),
        (
            "account_warmup",
            "floow_probable",
            json!(1),
            "only 0 is accepted",
        ),
        (
            "account_warmup",
            "collect_probable",
            json!(1),
            "only 0 is accepted",
        ),
        (
            "account_warmup",
            "comment_probable",
            json!(1),
            "only 0 is accepted",
        ),
        (
            "account_warmup",
            "comment",
            json!("hi"),
            "only \"\" or [] is accepted",
        ),
        (
            "account_warmup",
            "insert_emoji",
            json!(true),
            "only false is accepted",
        ),
        (
            "account_warmup",
            "comment_order",
            json!("backwards"),
            "only \"random\" or \"sequential\" is accepted",
        ),
        (
            "account_warmup",
            "generate_by_chatgpt",
            json!(true),
            "this farm generates no comments",
        ),
        (
            "comment",
            "target_post_urls",
            json!(["a.example"]),
            "'a.example' is no URL",
        ),
        (
            "comment",
            "target_post_urls",
            json!(["https://a/1", "https://a/1"]),
            "'https://a/1' appears twice",
        ),
        (
            "comment",
            "comment_content",
            json!(" \n "),
            "must not be empty",
        ),
        (
            "comment",
            "comment_content",
            json!(null),
            "is missing: comments, one per line",
        ),
        (
            "comment",
            "comment_order",
            json!("both"),
            "must be \"random\" or \"sequential\"",
        ),
        (
            "comment",
            "insert_emoji",
            json!(true),
            "only false is accepted",
        ),
        (
            "comment",
            "comment_image_path",
            json!("/a.png"),
            "comments on this farm have no images",
        ),
        (
            "flow",
            "flow",
            json!("nothing"),
            "there is no flow 'nothing' in",
        ),
        ("flow", "flow", json!("../login"), "is no name of a flow"),
        (
            "flow",
            "flow",
            json!("wrong"),
            "names a flow that cannot be run: wrong.yaml:4:3: 'tapon' is no command; \
             did you mean 'tapOn'? (and 1 more)",
        ),
        (
            "flow",
            "flow",
            json!(host.text("media/picture.png")),
            "its name must end in .yaml or .yml",
        ),
        (
            "flow",
            "flow",
            json!(host.text("outside/flow.yaml")),
            "does not lie under a media root",
        ),
        (
            "flow",
            "flow",
            json!(host.text("media/curious.yaml")),
            "does not lie under a media root",
        ),
        (
            "flow",
            "env",
            json!({"a": [1]}),
            "'a' must be text, a number, true or false",
        ),
        ("flow", "env", json!("a=1"), "must be an object"),
    ] {
        let config = with(&minimal(&host, script), key, given.clone());
        let error = host.refusal(script, &config);
        assert_eq!(
            error.field,
            format!("script_config.{key}"),
            "{script} {given}"
        );
        assert!(
            error.message.contains(message),
            "{script} {key} {given}: '{}' should say '{message}'",
            error.message
        );
    }
}

#[test]
fn unknown_parameters_are_all_named_with_what_is_accepted() {
    let host = Host::new();
    let error = host.refusal(
        "shell",
        &json!({"comand": "x", "timeout": 1, "colour": "red"}),
    );
    assert_eq!(error.field, "script_config.comand");
    assert_eq!(
        error.message,
        "is unknown to script 'shell' (unknown: comand, colour); accepted: command, timeout"
    );
    let error = host.refusal("screenshot", &json!({"a": null}));
    assert!(error.message.ends_with("it takes none"), "{error}");
}

#[test]
fn chat_settings_are_neither_stored_nor_repeated_in_a_message() {
    let host = Host::new();
    let stored = host.one("account_warmup", json!({"chatgpt_settings": {}}));
    assert!(!stored.contains_key("chatgpt_settings"));
    let error = host.refusal(
        "account_warmup",
        &json!({"chatgpt_settings": {"api_key": "hush"}}),
    );
    assert_eq!(error.field, "script_config.chatgpt_settings");
    assert!(!error.message.contains("hush"), "{error}");
}
