//! `farmhand flow check` and `farmhand flow commands`.

use std::fs;

use serde_json::{Value, json};

use crate::place::Place;

/// A place with a flow that is right and one that is wrong, by their paths.
fn flows() -> (Place, String, String) {
    let place = Place::new();
    let folder = place.folder.path();
    let put = |name: &str, body: &str| {
        let file = folder.join(name);
        fs::write(&file, format!("appId: org.example\n---\n{body}\n")).unwrap();
        file.to_str().unwrap().to_owned()
    };
    let right = put("right.yaml", "- launchApp");
    let wrong = put("wrong.yaml", "- runFlow: right.yaml\n- tapon: a\n- back: 5");
    (place, right, wrong)
}

#[tokio::test]
async fn a_flow_that_is_right_is_passed_in_silence() {
    let (place, right, _) = flows();
    let ended = place.run(&["flow", "check", &right]).await;
    assert_eq!((ended.code, ended.out.as_str()), (Some(0), ""), "{ended:?}");
}

#[tokio::test]
async fn what_is_wrong_is_told_one_line_each_and_the_exit_code_is_1() {
    let (place, right, wrong) = flows();
    let ended = place.run(&["flow", "check", &right, &wrong]).await;
    assert_eq!(ended.code, Some(1));
    let lines = format!(
        "{wrong}:4:3: 'tapon' is no command; did you mean 'tapOn'?\n\
         {wrong}:5:9: back cannot be 5; it takes label, optional\n"
    );
    assert_eq!(ended.out, lines);
}

#[tokio::test]
async fn programs_get_the_faults_as_json() {
    let (place, right, wrong) = flows();
    let ended = place
        .run(&["flow", "check", &right, &wrong, "--json"])
        .await;
    assert_eq!(ended.code, Some(1));
    let report: Value = serde_json::from_str(&ended.out).unwrap();
    assert_eq!(report["files"], 2);
    let first = json!({
        "file": wrong, "line": 4, "column": 3,
        "message": "'tapon' is no command; did you mean 'tapOn'?",
    });
    assert_eq!(report["faults"][0], first);
}

#[tokio::test]
async fn a_missing_file_is_told_as_any_other_fault() {
    let place = Place::new();
    let ended = place.run(&["flow", "check", "/nowhere/a.yaml"]).await;
    assert_eq!(ended.code, Some(1));
    assert_eq!(
        ended.out,
        "/nowhere/a.yaml:1:1: /nowhere/a.yaml is not there\n"
    );
}

#[tokio::test]
async fn the_commands_of_the_language_are_listed_with_what_is_refused() {
    let place = Place::new();
    let ended = place.run(&["flow", "commands"]).await;
    assert_eq!(ended.code, Some(0));
    let line = |name: &str| {
        ended
            .out
            .lines()
            .find(|line| line.starts_with(name))
            .unwrap()
    };
    assert!(line("inputText").contains("text*"));
    assert!(line("assertWithAI").contains("refused  it needs a language model"));
    let ended = place.run(&["flow", "commands", "swipe", "--json"]).await;
    let fields = &ended.json()[0]["commands"][0]["fields"];
    assert_eq!(fields[0]["name"], "direction");
    assert_eq!(fields[0]["kind"], "UP, DOWN, LEFT, RIGHT");
}

#[tokio::test]
async fn a_command_that_is_none_exits_with_1() {
    let ended = Place::new().run(&["flow", "commands", "fly"]).await;
    assert_eq!(ended.code, Some(1));
    assert!(
        ended.err.contains("there is no command 'fly'"),
        "{}",
        ended.err
    );
}
