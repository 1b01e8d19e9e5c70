//! Keys that act: on what was selected or marked, and on nothing else.

use crate::farm::{Farm, NOBODY};

#[test]
fn stop_goes_to_the_selected_task_though_others_come_in_between() {
    let farm = Farm::new(1);
    let mut console = farm.open();
    let ids = console.api.create(&[NOBODY, "two", "three"], "true");
    console.select(ids[1]);
    let more = console
        .api
        .create(&["four", "five", "six", "seven"], "true");
    console.shows(more[3], "pending");
    console.terminal.press("s");
    console.terminal.tells("1 task stopped");
    let task = console.api.task(ids[1]).unwrap();
    assert_eq!(task["error"]["kind"], "stopped", "{task}");
    for other in [ids[0], ids[2]].iter().chain(&more) {
        assert_eq!(console.api.state(*other), "pending", "task {other}");
    }
}

#[test]
fn retry_goes_to_the_selected_task_alone() {
    let farm = Farm::new(1);
    let mut console = farm.open();
    let ids = [
        console.api.create_failed(),
        console.api.create_failed(),
        console.api.create_failed(),
    ];
    console.select(ids[1]);
    let more = console.api.create_failed();
    console.shows(more, "failed");
    console.terminal.press("r");
    console.terminal.tells("1 task retried");
    assert_eq!(console.api.state(ids[1]), "pending");
    for other in [ids[0], ids[2], more] {
        assert_eq!(console.api.state(other), "failed", "task {other}");
    }
}

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

#[test]
fn the_question_tells_the_true_scope_and_exactly_that_goes() {
    let farm = Farm::new(1);
    let mut console = farm.open();
    let kept = console.api.create_waiting();
    let hidden = console.api.create_one("elsewhere", "true");
    let waiting = console.api.create_waiting();
    let running = console.create_running();
    let kept_too = console.api.create_failed();
    for id in [hidden, waiting, running] {
        console.select(id);
        console.terminal.press(" ");
    }
    console
        .terminal
        .until("three marks", |screen| screen.has("3 marked"));
    console.terminal.press("/!elsewhere\r");
    console
        .terminal
        .until("one is hidden", |screen| screen.task(hidden).is_none());
    console.terminal.press("D");
    console.terminal.until("the scope", |screen| {
        screen.has("Delete 3 tasks (1 hidden by the filter, 1 running: it is stopped first)?")
    });
    console.terminal.press("y");
    console.terminal.tells("3 tasks deleted");
    for id in [hidden, waiting, running] {
        assert_eq!(console.api.state(id), "gone", "task {id}");
    }
    assert_eq!(console.api.state(kept), "pending");
    assert_eq!(console.api.state(kept_too), "failed");
    assert_eq!(farm.processes("600"), 0);
}

#[test]
fn a_session_that_may_only_look_changes_nothing() {
    let farm = Farm::new(1);
    let mut console = farm.open_with(&["--readonly"], &[]);
    let failed = console.api.create_failed();
    let running = console.create_running();
    let tasks = console.api.get("/task").data;
    for id in [failed, running] {
        console.select(id);
        let hints = console
            .terminal
            .until("hints", |screen| screen.last().contains("filter"));
        for word in ["stop", "retry", "delete"] {
            assert!(!hints.last().contains(word), "{hints}");
        }
        for (key, name) in [
            ("s", "stop"),
            ("r", "retry"),
            ("R", "retry-all"),
            ("D", "delete"),
        ] {
            console.terminal.press(key);
            console
                .terminal
                .tells(&format!("read-only: {name} is not available"));
            // Were there a question, this would be the answer.
            console.terminal.press("y");
            console.terminal.tells("clipboard");
        }
        console.terminal.press("\x1b");
    }
    assert_eq!(console.api.get("/task").data, tasks);
    assert!(console.terminal.tells("filter").first().contains("RO"));
}
