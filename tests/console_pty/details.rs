//! What the detail of a task tells of a failure, on a real terminal with a flow behind it.

use serde_json::json;

use crate::farm::{Farm, PHONE};

/// The sample app as a file would tell it that knows the follow button by another text.
fn renamed() -> String {
    let path = concat!(env!("CARGO_MANIFEST_DIR"), "/assets/apps/sample.toml");
    let app = std::fs::read_to_string(path).unwrap();
    let renamed = app
        .replace("text = \"Follow\" }", "text = \"Befriend\" }")
        .replace("text = \"Following\" }", "text = \"Befriended\" }");
    assert_ne!(renamed, app);
    renamed
}

#[test]
fn a_failed_follow_task_tells_its_step_what_was_looked_for_and_what_came_near() {
    let farm = Farm::new(1);
    farm.configure("apps/sample.toml", &renamed());
    let mut console = farm.open();
    let config = json!({"target_user": "mia"});
    let id = console.api.create_script(PHONE, "follow", &config);
    console.shows(id, "running");
    console.select(id);
    console.terminal.press("\r");
    let live = console.terminal.until("a step that runs", |screen| {
        screen.has("timeline: ") && screen.has("running") && screen.has("1.1 launchApp")
    });
    assert!(live.has("done"), "{live}");
    // Two rows more than the usual screen has.
    console.terminal.resize(120, 60);
    console.terminal.until("how it failed", |screen| {
        screen.has("message    follow/flow.yaml:14: mia is followed")
            && screen.has("looked for text 'Befriended', id 'follow_button'")
            && screen.has("text        'Befriended'     'Follow'")
            && screen.has("mia is followed")
    });
    console.terminal.press("L");
    console.terminal.press("not found\r");
    console
        .terminal
        .until("the line of the log", |screen| screen.has("/not found"));
}
