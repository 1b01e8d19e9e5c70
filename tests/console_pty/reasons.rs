//! Why tasks failed, and doing something about it, by as few keys as can be.

use crate::farm::{Farm, PHONE};

/// A command that fails as its argument says.
fn failing(code: u8) -> String {
    format!("exit {code}")
}

#[test]
fn three_keys_retry_exactly_the_tasks_that_failed_for_the_same_reason() {
    let farm = Farm::new(2);
    let mut console = farm.open();
    let alike: Vec<u64> = (0..3)
        .flat_map(|_| console.api.create(&[PHONE, "virtual-0002"], &failing(3)))
        .collect();
    let other = console.api.create_one(PHONE, &failing(4));
    console.api.failed(7);
    console.terminal.press("F");
    let page = console.terminal.until("the reasons", |screen| {
        screen.has("7 failed tasks by what went wrong")
    });
    let row = page.rows().iter().find(|row| row.contains("shell"));
    assert!(row.unwrap().starts_with("       2      6 shell"), "{page}");
    console.terminal.press("r");
    console
        .terminal
        .until("the scope", |screen| screen.has("Retry 6 tasks of shell: "));
    console.terminal.press("\r");
    console.terminal.press("y");
    console.terminal.tells("6 tasks retried");
    console.api.failed(7);
    for id in alike {
        let task = console.api.task(id).unwrap();
        assert_eq!(task["attempt"], 2, "{task}");
    }
    assert_eq!(console.api.task(other).unwrap()["attempt"], 1);
}

#[test]
fn two_keys_stop_the_task_of_the_phone_that_has_failed_most() {
    let farm = Farm::new(2);
    let mut console = farm.open();
    console.api.create(&["virtual-0002"; 1], &failing(3));
    console.api.create(&["virtual-0002"; 1], &failing(3));
    console.api.create_one(PHONE, &failing(3));
    console.api.failed(3);
    let sick = console.api.create_one("virtual-0002", "sleep 600");
    let well = console.create_running();
    console.shows(sick, "running");
    console.terminal.press("X");
    let runs = format!("{sick} shell");
    console.terminal.until("what runs there", |screen| {
        let rows = screen.rows();
        let first = rows.iter().find(|row| row.contains("virtual-"));
        first.is_some_and(|row| row.contains("virtual-0002") && row.contains(&runs))
    });
    console.terminal.press("s");
    console.terminal.tells("1 task stopped");
    assert_eq!(console.api.task(sick).unwrap()["error"]["kind"], "stopped");
    assert_eq!(console.api.state(well), "running");
}
