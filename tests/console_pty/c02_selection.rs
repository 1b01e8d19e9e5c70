//! Check 2: select a device, then insert, sort and remove others over the API: the selected row
//! is still that device, and when it vanishes the neighbour is selected and the line says so.

use crate::farm::{Cable, Console, Farm, NOBODY};

#[test]
fn the_selected_phone_stays_selected_until_it_goes_and_then_its_neighbour_is() {
    let farm = Farm::new(5);
    farm.plug(1, Cable::Out);
    let mut console = farm.open();
    // A phone that is held leaves this list.
    console.terminal.press("/!state=held\r");
    console.select_device("virtual-0003");
    let still_selected = |console: &Console<'_>, what: &str, devices: &[&str]| {
        let screen = console
            .terminal
            .until(what, |screen| screen.devices() == devices);
        assert_eq!(screen.selected_device(), Some("virtual-0003"), "{screen}");
    };

    farm.plug(1, Cable::In);
    let all: Vec<String> = (1..=5).map(|n| format!("virtual-{n:04}")).collect();
    let all: Vec<&str> = all.iter().map(String::as_str).collect();
    still_selected(&console, "one more above", &all);
    console.api.hold(all[1]);
    still_selected(
        &console,
        "one less above",
        &[all[0], all[2], all[3], all[4]],
    );

    for (keys, sorted) in [("O", [4, 3, 2, 0]), ("O", [0, 2, 3, 4])] {
        console.terminal.press(keys);
        still_selected(&console, "sorted by serial", &sorted.map(|n: usize| all[n]));
    }

    console.api.hold(all[2]);
    let screen = console
        .terminal
        .tells("phone virtual-0003 left the list; virtual-0004 is selected now");
    assert_eq!(screen.selected_device(), Some("virtual-0004"), "{screen}");
}

#[test]
fn the_selected_task_stays_selected_until_it_is_deleted_and_then_its_neighbour_is() {
    let farm = Farm::new(1);
    let mut console = farm.open();
    let ids = console
        .api
        .create(&["one", "two", "three", "four", "five"], "true");
    console.select(ids[2]);
    let more = console.api.create(&[NOBODY, "two"], "true");
    console.shows(more[1], "pending");
    console.api.delete(ids[0]);
    console.api.delete(ids[4]);
    let screen = console.terminal.until("what is left", |screen| {
        screen.tasks() == [more[1], more[0], ids[3], ids[2], ids[1]]
    });
    assert_eq!(screen.selected(), Some(ids[2]), "{screen}");

    console.api.delete(ids[2]);
    let told = format!("task {} left the list; {} is selected now", ids[2], ids[1]);
    let screen = console.terminal.tells(&told);
    assert_eq!(screen.selected(), Some(ids[1]), "{screen}");
}

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
