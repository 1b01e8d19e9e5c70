//! `POST /task`.

use axum::http::Method;
use farmhand::api::client::Envelope;
use jiff::ToSpan;
use serde_json::{Value, json};

use super::common::{Site, ids, shell};

async fn total(site: &Site) -> u64 {
    site.get("/task").await.data["total"].as_u64().unwrap()
}

fn with(mut body: Value, field: &str, value: Value) -> Value {
    body[field] = value;
    body
}

#[tokio::test]
async fn each_phone_gets_a_task_and_the_ids_increase() {
    let site = Site::start().await;
    let answer = site.post("/task", shell(&["a", "b"])).await;
    assert_eq!((answer.code, answer.message.as_str()), (0, "success"));
    let ids = ids(&answer.data["task_ids"]);
    assert!(ids.len() == 2 && ids[0] < ids[1], "{ids:?}");
    let data = answer.data.as_object().unwrap();
    assert_eq!(data["created_count"], 2);
    assert_eq!(data["scheduled_at"], Value::Null);
    assert_eq!(data["unknown_serials"], json!(["a", "b"]));
    assert_eq!(data.len(), 4, "no other fields: {data:?}");
}

#[tokio::test]
async fn ids_are_never_used_again() {
    let site = Site::start().await;
    let first = site.create(&["a"]).await[0];
    site.delete(&format!("/task/{first}")).await;
    assert!(site.create(&["a"]).await[0] > first);
}

#[tokio::test]
async fn a_task_for_a_phone_never_seen_waits_and_says_so() {
    let site = Site::start().await;
    let id = site.create(&["a"]).await[0];
    let task = site.get(&format!("/task/{id}")).await.data;
    assert_eq!(task["waiting_for"], "device never seen");
}

#[tokio::test]
async fn one_wrong_part_creates_nothing_at_all() {
    let site = Site::start().await;
    for body in [
        shell(&["a", "b", "a"]),
        shell(&["a", " "]),
        with(shell(&["a"]), "script_config", json!({})),
        with(
            shell(&["a"]),
            "script_config",
            json!({"command": "x", "tmeout": 3}),
        ),
        with(shell(&["a"]), "start_time", json!("9:30")),
        with(shell(&["a"]), "enable_multi_account", json!(true)),
        with(shell(&["a"]), "usernames", json!(["bob"])),
        json!({"usernames": [], "serials": [], "script_name": "shell", "script_config": {}}),
        json!({"script_name": "shell", "script_config": {"command": "x"}}),
        with(shell(&["a"]), "seriels", json!([])),
    ] {
        let answer = site.post("/task", body.clone()).await;
        assert_eq!(answer.code, 40001, "{body}: {answer:?}");
        assert_eq!(answer.http_status, 400);
    }
    assert_eq!(total(&site).await, 0);
}

#[tokio::test]
async fn a_wrong_field_is_named_in_message_and_data() {
    let site = Site::start().await;
    let body = with(shell(&["a"]), "start_tme", json!("09:30"));
    let answer = site.post("/task", body).await;
    assert_eq!(answer.data["field"], "start_tme");
    for part in ["\"start_tme\"", "accepted: ", "start_time"] {
        assert!(answer.message.contains(part), "{}", answer.message);
    }
}

#[tokio::test]
async fn a_missing_script_name_is_40002() {
    let site = Site::start().await;
    for missing in [Value::Null, json!("")] {
        let answer = site
            .post("/task", with(shell(&["a"]), "script_name", missing))
            .await;
        assert_eq!((answer.code, answer.http_status.as_u16()), (40002, 400));
    }
    assert_eq!(
        site.post("/task", json!({"serials": ["a"]})).await.code,
        40002
    );
}

#[tokio::test]
async fn scripts_unknown_or_announced_are_40003_and_those_available_are_listed() {
    let site = Site::start().await;
    for name in [
        "like",
        "message",
        "super_marketing",
        "profile",
        "scrape_user",
        "nonsense",
    ] {
        let answer = site
            .post("/task", with(shell(&["a"]), "script_name", json!(name)))
            .await;
        assert_eq!(
            (answer.code, answer.http_status.as_u16()),
            (40003, 400),
            "{name}"
        );
        let available = answer.data["available"].as_array().unwrap();
        for script in [
            "post",
            "follow",
            "unfollow",
            "account_warmup",
            "comment",
            "shell",
        ] {
            assert!(
                available.contains(&json!(script)),
                "{script} in {available:?}"
            );
        }
    }
}

#[tokio::test]
async fn a_script_with_targets_makes_a_task_for_each_of_them() {
    let site = Site::start().await;
    let body = json!({"serials": ["a", "b"], "script_name": "follow",
        "script_config": {"target_users": ["x", "y", "z"]}});
    let answer = site.post("/task", body).await;
    assert_eq!(answer.data["created_count"], 6, "{answer:?}");
    for id in ids(&answer.data["task_ids"]) {
        let task = site.get(&format!("/task/{id}")).await.data;
        let config = task["script_config"].to_string();
        let targets = ["\"x\"", "\"y\"", "\"z\""]
            .iter()
            .filter(|t| config.contains(**t));
        assert_eq!(targets.count(), 1, "{config}");
    }
}

#[tokio::test]
async fn more_than_ten_thousand_tasks_are_refused() {
    let site = Site::start().await;
    let serials: Vec<String> = (0..10_001).map(|n| format!("s{n}")).collect();
    let serials: Vec<&str> = serials.iter().map(String::as_str).collect();
    assert_eq!(site.post("/task", shell(&serials)).await.code, 40001);
    let body = json!({"serials": &serials[..5001], "script_name": "follow",
        "script_config": {"target_users": ["x", "y"]}});
    assert_eq!(site.post("/task", body).await.code, 40001);
    assert_eq!(total(&site).await, 0);
}

#[tokio::test]
async fn a_start_time_is_kept_and_its_moment_told() {
    let site = Site::with(|s| s.farm.tasks.time_zone = jiff::tz::TimeZone::UTC).await;
    // Two hours away: not the current minute, and its next occurrence is that very one.
    let later = jiff::Zoned::now().with_time_zone(jiff::tz::TimeZone::UTC) + 2.hours();
    let start_time = later.strftime("%H:%M").to_string();
    let moment = later.strftime("%Y-%m-%dT%H:%M:00.000Z").to_string();
    let body = with(shell(&["a"]), "start_time", json!(start_time));
    let answer = site.post("/task", body).await;
    assert_eq!(answer.data["scheduled_at"], moment);
    let id = ids(&answer.data["task_ids"])[0];
    let task = site.get(&format!("/task/{id}")).await.data;
    assert_eq!(task["start_time"], start_time);
    assert_eq!(task["scheduled_at"], moment);
    for wrong in ["9:30", "", "24:00", "09:60", "09:30:00", "soon"] {
        let body = with(shell(&["a"]), "start_time", json!(wrong));
        let answer = site.post("/task", body).await;
        assert_eq!(
            (answer.code, &answer.data["field"]),
            (40001, &json!("start_time")),
            "{wrong}"
        );
    }
}

async fn bound(site: &Site, accounts: Value) {
    let answer = site.post("/account", accounts).await;
    assert_eq!(answer.code, 0, "{answer:?}");
}

fn for_users(names: Value) -> Value {
    json!({"usernames": names, "script_name": "shell", "script_config": {"command": "x"}})
}

#[tokio::test]
async fn usernames_make_tasks_on_the_phones_of_the_accounts() {
    let site = Site::start().await;
    bound(
        &site,
        json!([{"username": "bob", "serial": "p1"}, {"username": "eve", "serial": "p2"}]),
    )
    .await;
    // No effect, and no error, with usernames.
    let body = with(
        for_users(json!(["@BOB", "eve"])),
        "enable_multi_account",
        json!(true),
    );
    let answer = site.post("/task", body).await;
    let tasks = ids(&answer.data["task_ids"]);
    let task = site.get(&format!("/task/{}", tasks[0])).await.data;
    assert_eq!(
        (&task["username"], &task["serial"]),
        (&json!("bob"), &json!("p1"))
    );
    let task = site.get(&format!("/task/{}", tasks[1])).await.data;
    assert_eq!(
        (&task["username"], &task["serial"]),
        (&json!("eve"), &json!("p2"))
    );
}

#[tokio::test]
async fn accounts_that_cannot_be_used_are_refused_each_in_its_way() {
    let site = Site::start().await;
    bound(
        &site,
        json!([
            {"username": "off", "serial": "p", "enabled": false},
            {"username": "loose"},
            {"username": "twin", "serial": "p", "app": "one"},
            {"username": "twin", "serial": "p", "app": "two"},
        ]),
    )
    .await;
    for (name, code, part) in [
        ("nobody", 40401, "nobody"),
        ("off", 40001, "disabled"),
        ("loose", 40001, "loose"),
        ("twin", 40001, "one/twin"),
    ] {
        let answer = site.post("/task", for_users(json!([name]))).await;
        assert_eq!(answer.code, code, "{name}: {answer:?}");
        assert!(answer.message.contains(part), "{name}: {}", answer.message);
    }
    let answer = site.post("/task", for_users(json!(["two/twin"]))).await;
    assert_eq!(answer.code, 0, "{answer:?}");
}

#[tokio::test]
async fn multi_account_makes_a_task_for_each_enabled_account_of_a_phone() {
    let site = Site::start().await;
    bound(
        &site,
        json!([
            {"username": "a", "serial": "p1"},
            {"username": "b", "serial": "p1"},
            {"username": "c", "serial": "p1", "enabled": false},
            {"username": "d", "serial": "p2"},
        ]),
    )
    .await;
    let multi = |serials: &[&str]| with(shell(serials), "enable_multi_account", json!(true));
    assert_eq!(
        site.post("/task", multi(&["p1", "p2"])).await.data["created_count"],
        3
    );
    let answer = site.post("/task", multi(&["p1", "p3"])).await;
    assert_eq!(answer.code, 40001);
    assert!(answer.message.contains("p3"), "{}", answer.message);
}

async fn with_key(site: &Site, key: &str, body: &Value) -> Envelope {
    let headers = [("idempotency-key", key)];
    site.client
        .call(Method::POST, "/task", Some(body), &headers)
        .await
        .unwrap()
}

#[tokio::test]
async fn a_key_answers_again_what_it_answered_first_also_after_a_restart() {
    let site = Site::start().await;
    let first = with_key(&site, "k1", &shell(&["a", "b"])).await;
    // The same as parsed JSON, written otherwise.
    let same: Value = serde_json::from_str(
        r#"{"script_config":{"command":"true"},  "script_name":"shell","serials":["a","b"]}"#,
    )
    .unwrap();
    assert_eq!(with_key(&site, "k1", &same).await.data, first.data);
    let site = Site::open(site.end().await, |_| {}).await;
    assert_eq!(with_key(&site, "k1", &same).await.data, first.data);
    assert_eq!(total(&site).await, 2);
}

#[tokio::test]
async fn a_key_with_another_body_is_40901() {
    let site = Site::start().await;
    with_key(&site, "k1", &shell(&["a"])).await;
    let answer = with_key(&site, "k1", &shell(&["b"])).await;
    assert_eq!((answer.code, answer.http_status.as_u16()), (40901, 409));
    assert_eq!(with_key(&site, "k2", &shell(&["b"])).await.code, 0);
    assert_eq!(total(&site).await, 2);
}

#[tokio::test]
async fn a_key_that_is_empty_or_too_long_is_refused() {
    let site = Site::start().await;
    for key in ["", " ", &"k".repeat(256)] {
        assert_eq!(
            with_key(&site, key, &shell(&["a"])).await.code,
            40001,
            "{key:?}"
        );
    }
}
