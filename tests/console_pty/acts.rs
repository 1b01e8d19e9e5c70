//! Keys that act: on what was selected or marked, and on nothing else.

use crate::farm::{Farm, NOBODY};

#[test]
fn delete_asks_and_enter_is_no_answer() {
    let farm = Farm::new(1);
    let mut console = farm.open();
    let ids = console.api.create(&[NOBODY, "two", "three"], "true");
    let question = format!("Delete task {}?", ids[1]);
    console.select(ids[1]);
    console.terminal.press("D");
    console
        .terminal
        .until(&question, |screen| screen.has(&question));
    console.terminal.press("\r\r\n");
    assert!(console.api.task(ids[1]).is_some());
    console.terminal.press("n");
    console.terminal.tells("nothing was changed");
    assert_eq!(console.api.counts().total, 3);

    console.terminal.press("D");
    console
        .terminal
        .until(&question, |screen| screen.has(&question));
    console.terminal.press("y");
    console.terminal.tells("1 task deleted");
    assert_eq!(console.api.state(ids[1]), "gone");
    assert_eq!(console.api.counts().total, 2);
}

#[test]
fn a_refused_action_is_told_and_why() {
    let farm = Farm::new(1);
    let mut console = farm.open();
    let id = console.api.create_failed();
    console.shows(id, "failed");
    console.select(id);
    console.terminal.press("s");
    let told = console.terminal.tells("cannot stop task");
    assert!(told.last().contains(&id.to_string()), "{told}");
    assert!(told.last().contains("failed"), "{told}");
}

#[test]
fn retry_all_asks_and_retries_all_that_failed() {
    let farm = Farm::new(1);
    let mut console = farm.open();
    console.api.create_failed();
    console.api.create_failed();
    let id = console.api.create_waiting();
    console.shows(id, "pending");
    console.terminal.press("2R");
    console.terminal.until("the question", |screen| {
        screen.has("Retry all 2 failed tasks?")
    });
    console.terminal.press("y");
    console.terminal.tells("2 tasks retried");
    assert_eq!(console.api.counts().pending, 3);
}

#[test]
fn a_running_task_is_stopped_on_its_phone() {
    let farm = Farm::new(1);
    let mut console = farm.open();
    let id = console.create_running();
    assert_eq!(farm.processes("600"), 1);
    console.select(id);
    console.terminal.press("s");
    console.terminal.tells("1 task stopped");
    assert_eq!(console.api.task(id).unwrap()["error"]["kind"], "stopped");
    assert_eq!(farm.processes("600"), 0);
}
