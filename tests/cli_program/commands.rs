//! Commands about tasks, phones and accounts, with a farmhand that runs and without one: they
//! do and print the same.

use farmhand::phone::farm::PhoneFarm;
use serde_json::{Value, json};

use crate::place::Place;

/// Creates, lists, stops, retries and deletes tasks for a phone that is never there.
async fn work_through_tasks(place: &Place) {
    let create = [
        "task",
        "create",
        "shell",
        "--serial",
        "a",
        "b",
        "-p",
        "command=true",
    ];
    let created = place.json(&create).await;
    assert_eq!(created[0]["task_ids"], json!([1, 2]));
    assert_eq!(created[0]["unknown_serials"], json!(["a", "b"]));

    let list = place.json(&["task", "list", "--status", "pending"]).await;
    let ids: Vec<&Value> = list[0]["tasks"]
        .as_array()
        .unwrap()
        .iter()
        .map(|t| &t["id"])
        .collect();
    assert_eq!(ids, [2, 1]);
    assert_eq!(list[0]["tasks"][0]["source"], "ui");
    assert_eq!(list[0]["tasks"][0]["script_config"]["command"], "true");

    let stopped = place.json(&["task", "stop", "1"]).await;
    assert_eq!(stopped[0]["error"]["kind"], "stopped");
    let again = place.run(&["task", "stop", "1"]).await;
    assert_eq!(again.code, Some(1));
    assert!(
        again.err.contains("only pending and running"),
        "{}",
        again.err
    );

    let retried = place.json(&["task", "retry", "1"]).await;
    assert_eq!(retried[0]["status_text"], "pending");
    let all = place.json(&["task", "retry-all"]).await;
    assert_eq!(all[0]["retried_count"], 0);

    let deleted = place.json(&["task", "delete", "1", "2"]).await;
    assert_eq!(deleted[0]["deleted_count"], 2);
    let stats = place.json(&["task", "stats"]).await;
    assert_eq!(stats[0]["total"], 0);
}

async fn work_through_accounts(place: &Place) {
    let add = ["account", "add", "@Ann", "--serial", "a", "--notes", "mine"];
    let added = place.json(&add).await;
    assert_eq!(added[0]["accounts"][0]["username"], "ann");
    let set = place
        .json(&["account", "set", "ann", "--no-serial", "--disable"])
        .await;
    assert_eq!(set[0]["serial"], Value::Null);
    assert_eq!(set[0]["enabled"], false);
    assert_eq!(set[0]["notes"], "mine");
    let list = place.run(&["account", "list"]).await;
    assert!(list.out.contains("sample  ann"), "{}", list.out);
    place.json(&["account", "remove", "sample/ann"]).await;
    assert_eq!(place.run(&["account", "show", "ann"]).await.code, Some(1));
}

#[tokio::test]
async fn tasks_are_worked_through_without_a_farmhand() {
    work_through_tasks(&Place::new()).await;
}

#[tokio::test]
async fn tasks_are_worked_through_with_a_farmhand() {
    let place = Place::new();
    let _serving = place.serve(None).await;
    work_through_tasks(&place).await;
}

#[tokio::test]
async fn accounts_are_worked_through_without_a_farmhand() {
    work_through_accounts(&Place::new()).await;
}

#[tokio::test]
async fn accounts_are_worked_through_with_a_farmhand() {
    let place = Place::new();
    let _serving = place.serve(None).await;
    work_through_accounts(&place).await;
}

#[tokio::test]
async fn what_was_created_without_a_farmhand_is_there_when_one_runs() {
    let place = Place::new();
    place
        .json(&["task", "create", "screenshot", "--serial", "a"])
        .await;
    let _serving = place.serve(None).await;
    let task = place.json(&["task", "show", "1"]).await;
    assert_eq!(task[0]["script_name"], "screenshot");
}

#[tokio::test]
async fn commands_at_the_same_time_wait_for_each_other() {
    let place = Place::new();
    let create = ["task", "create", "screenshot", "--serial", "a"];
    let (one, two, three) =
        tokio::join!(place.run(&create), place.run(&create), place.run(&create));
    for ended in [one, two, three] {
        assert_eq!(ended.code, Some(0), "{ended:?}");
    }
    assert_eq!(place.json(&["task", "stats"]).await[0]["pending"], 3);
}

#[tokio::test]
async fn the_config_may_come_from_a_file() {
    let place = Place::new();
    let file = place.folder.path().join("config.json");
    std::fs::write(&file, r#"{"command": "ls", "timeout": 5}"#).unwrap();
    let config = format!("@{}", file.display());
    let create = [
        "task",
        "create",
        "shell",
        "--serial",
        "a",
        "-p",
        "timeout:=7",
    ];
    let create: Vec<&str> = create
        .into_iter()
        .chain(["--config-json", &config])
        .collect();
    place.json(&create).await;
    let task = place.json(&["task", "show", "1"]).await;
    assert_eq!(
        task[0]["script_config"],
        json!({"command": "ls", "timeout": 7})
    );
}

#[tokio::test]
async fn scripts_are_listed_and_shown() {
    let place = Place::new();
    let list = place.run(&["script", "list"]).await;
    assert!(list.out.contains("command*"), "{}", list.out);
    let shell = place.json(&["script", "show", "shell"]).await;
    assert_eq!(shell[0]["parameters"][0]["name"], "command");
    assert_eq!(place.run(&["script", "show", "fly"]).await.code, Some(1));
}

#[tokio::test]
async fn waiting_tells_how_tasks_ended() {
    let place = Place::new();
    let phones = PhoneFarm::new(1);
    let _serving = place.serve(Some(&phones)).await;
    let create = [
        "task",
        "create",
        "shell",
        "--serial",
        "virtual-0001",
        "--wait",
        "-p",
    ];
    let good: Vec<&str> = create.iter().chain(&["command=true"]).copied().collect();
    let ended = place.run(&good).await;
    assert_eq!(ended.code, Some(0), "{ended:?}");
    assert!(ended.out.contains("task 1 completed"), "{}", ended.out);
    let bad: Vec<&str> = create.iter().chain(&["command=exit 3"]).copied().collect();
    let ended = place.run(&bad).await;
    assert_eq!(ended.code, Some(1), "{ended:?}");
    assert!(ended.out.contains("task 2 failed: script"), "{}", ended.out);
    phones.shutdown().await;
}

#[tokio::test]
async fn waiting_without_a_farmhand_is_refused_before_anything_is_created() {
    let place = Place::new();
    let ended = place
        .run(&["task", "create", "screenshot", "--serial", "a", "--wait"])
        .await;
    assert_eq!(ended.code, Some(1));
    assert_eq!(place.json(&["task", "stats"]).await[0]["total"], 0);
}

#[tokio::test]
async fn a_phone_is_held_and_released() {
    let place = Place::new();
    let phones = PhoneFarm::new(1);
    let _serving = place.serve(Some(&phones)).await;
    // A task that has run proves that the phone is known.
    let run = [
        "task",
        "create",
        "screenshot",
        "--serial",
        "virtual-0001",
        "--wait",
    ];
    assert_eq!(place.run(&run).await.code, Some(0));
    let hold = ["device", "hold", "virtual-0001", "--reason", "cable"];
    assert_eq!(place.json(&hold).await[0]["hold"]["reason"], "cable");
    let list = place.run(&["device", "list"]).await;
    assert!(list.out.contains("held: cable"), "{}", list.out);
    let released = place.json(&["device", "release", "virtual-0001"]).await;
    assert_eq!(released[0]["hold"], Value::Null);
    assert_eq!(place.run(&["device", "show", "nobody"]).await.code, Some(1));
    phones.shutdown().await;
}

#[tokio::test]
async fn a_phone_is_given_a_name_a_group_and_tags() {
    let place = Place::new();
    let phones = PhoneFarm::new(1);
    let _serving = place.serve(Some(&phones)).await;
    // A task that has run proves that the phone is known.
    let run = [
        "task",
        "create",
        "screenshot",
        "--serial",
        "virtual-0001",
        "--wait",
    ];
    assert_eq!(place.run(&run).await.code, Some(0));
    let set = ["device", "set", "virtual-0001"];
    let with = |more: &[&'static str]| [&set, more].concat();
    let said = place
        .run(&with(&[
            "--name", "Rack 2", "--group", "r2", "--tag", "new",
        ]))
        .await;
    let told = "virtual-0001: name Rack 2, group r2, tags new\n";
    assert_eq!((said.code, said.out.as_str()), (Some(0), told), "{said:?}");
    let taken = place
        .json(&with(&["--no-name", "--tag", "old", "--untag", "new"]))
        .await;
    assert_eq!(taken[0]["name"], Value::Null);
    assert_eq!(taken[0]["group"], "r2");
    assert_eq!(taken[0]["tags"], json!(["old"]));
    phones.shutdown().await;
}

#[tokio::test]
async fn what_cannot_be_a_label_and_a_change_of_nothing_are_wrong_usage() {
    let place = Place::new();
    for (change, part) in [
        (&[][..], "--name"),
        (&["--name", " "], "blank"),
        (&["--group", "rack 2"], "rack 2"),
        (&["--tag", "a,b"], "a,b"),
        (&["--name", "x", "--no-name"], "--no-name"),
        (&["--group", "x", "--no-group"], "--no-group"),
    ] {
        let ended = place.run(&[&["device", "set", "a"], change].concat()).await;
        assert_eq!(ended.code, Some(2), "{ended:?}");
        assert!(ended.err.contains(part), "{part}: {ended:?}");
    }
}

#[tokio::test]
async fn a_phone_that_nobody_has_seen_is_called_nothing() {
    let ended = Place::new()
        .run(&["device", "set", "nobody", "--group", "r2"])
        .await;
    assert_eq!(ended.code, Some(1), "{ended:?}");
    assert!(ended.err.contains("nobody"), "{ended:?}");
}
