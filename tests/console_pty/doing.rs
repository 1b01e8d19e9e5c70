//! New tasks and commands: what is typed is what the API then knows.

use serde_json::json;

use crate::farm::{Farm, NOBODY};

#[test]
fn several_posts_are_created_only_after_a_yes() {
    let farm = Farm::new(3);
    std::fs::create_dir_all(farm.path("media")).unwrap();
    for n in 1..=3 {
        std::fs::write(farm.path(&format!("media/{n}.mp4")), [n; 100]).unwrap();
    }
    let mut console = farm.open();
    console
        .terminal
        .until("three phones", |screen| screen.has("virtual-0003"));
    console.terminal.press("   n");
    console
        .terminal
        .until("the scripts", |screen| screen.has("which script?"));
    console.terminal.press("post\r\thello");
    console
        .terminal
        .until("the caption", |screen| screen.has("hello"));
    console.terminal.press("\u{f}");
    console.terminal.until("the question", |screen| {
        screen.has("Create 3 tasks of post on 3 phones?")
    });
    assert_eq!(console.api.counts().total, 0);
    console.terminal.press("\r\r");
    console.terminal.press("y");
    console.terminal.tells("3 tasks of post created");
    assert_eq!(console.api.counts().total, 3);
    let tasks = console.api.get("/task").data;
    for task in tasks["tasks"].as_array().unwrap() {
        assert_eq!(task["script_config"]["captions"], "hello", "{task}");
        assert_eq!(task["source"], "ui", "{task}");
    }
}

#[test]
fn what_the_farm_refuses_stands_at_its_field_and_can_be_mended() {
    let farm = Farm::new(1);
    let mut console = farm.open();
    console
        .terminal
        .until("a phone", |screen| screen.shows_a_selection());
    console.terminal.press(":script shell\r");
    console
        .terminal
        .until("the form", |screen| screen.has("New tasks of shell"));
    console.terminal.press("\u{f}");
    console.terminal.until("the error", |screen| {
        screen.has("script_config.command is missing")
    });
    console.terminal.press("true\u{f}");
    console.terminal.tells("1 task of shell created");
    console.api.completed(1);
}

#[test]
fn a_failed_task_is_tried_again_with_changes_and_stays() {
    let farm = Farm::new(1);
    let mut console = farm.open();
    let id = console.api.create_failed();
    console.shows(id, "failed");
    console.select(id);
    console.terminal.press("e");
    let again = format!("Task {id} again");
    console
        .terminal
        .until("the form", |screen| screen.has(&again));
    console.terminal.press(" && false\u{f}");
    console
        .terminal
        .tells(&format!("never seen, so they wait for: {NOBODY}"));
    assert_eq!(console.api.state(id), "failed");
    let new = console.api.task(id + 1).unwrap();
    assert_eq!(
        new["script_config"],
        json!({"command": "true && false", "timeout": 900})
    );
}

#[test]
fn commands_are_completed_and_kept_for_the_next_session() {
    let farm = Farm::new(2);
    {
        let mut console = farm.open();
        let id = console.api.create_failed();
        console.shows(id, "failed");
        console.terminal.press(&format!(":task {id}\r"));
        let detail = format!("task {id}");
        console
            .terminal
            .until("the detail", |screen| screen.has(&detail));
        console.terminal.press(":devi\t\t\r");
        console
            .terminal
            .until("the lists", |screen| screen.shows_a_selection());
        console.terminal.press(":tsk\r");
        console
            .terminal
            .until("the error", |screen| screen.has("did you mean 'task'?"));
        console.terminal.press("\u{1b}");
        console
            .terminal
            .until("the hints", |screen| screen.last().contains("quit"));
    }
    let kept = farm.path("console_history");
    let text = std::fs::read_to_string(&kept).unwrap();
    assert!(text.starts_with("task "), "{text}");
    assert!(!text.contains("tsk"), "{text}");
    use std::os::unix::fs::PermissionsExt as _;
    let mode = std::fs::metadata(&kept).unwrap().permissions().mode();
    assert_eq!(mode & 0o777, 0o600);
    let mut console = farm.open();
    console.terminal.press(":ta\u{1b}[A");
    console.terminal.until("the line of before", |screen| {
        screen.last().contains(":task ")
    });
}
