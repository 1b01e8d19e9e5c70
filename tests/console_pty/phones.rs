//! What is done to phones, and what a shell command writes on several of them.

use crate::farm::{Farm, PHONE};

#[test]
fn a_command_runs_on_three_phones_and_its_outputs_stand_side_by_side() {
    let farm = Farm::new(3);
    let mut console = farm.open();
    console.terminal.until("three phones online", |screen| {
        ["virtual-0001", "virtual-0002", "virtual-0003"]
            .iter()
            .all(|serial| screen.has(serial))
    });
    console.terminal.press("1*!getprop ro.serialno\r");
    console.terminal.until("the question", |screen| {
        screen.has("Run 'getprop ro.serialno' on 3 phones")
    });
    console.terminal.press("y");
    let screen = console.terminal.until("all three outputs", |screen| {
        screen.has("3 exit 0")
    });
    let row = |what: &str| {
        let lines = screen.rows().iter();
        lines.filter(|line| line.matches(what).count() == 3).count()
    };
    assert_eq!(row("exit 0"), 1, "{screen}");
    assert!(row("virtual-000") >= 2, "heads and outputs: {screen}");
    console.terminal.press("\u{1b}");
    console
        .terminal
        .until("the lists again", |screen| screen.has("1 devices 3"));
    assert_eq!(console.api.counts().completed, 3);
}

#[test]
fn a_phone_named_in_the_console_is_called_so_by_the_api() {
    let farm = Farm::new(1);
    let mut console = farm.open();
    console
        .terminal
        .until("the phone", |screen| screen.has(PHONE));
    console.terminal.press("1ge");
    console
        .terminal
        .until("the line", |screen| screen.has("label phone virtual-0001"));
    // Ctrl-U empties the line.
    console.terminal.press("\u{15}name=\"Rack 2 / 7\" group=Rack2\r");
    console.terminal.tells("1 phone labelled");
    let device = console.api.get("/device/virtual-0001").data;
    assert_eq!(device["name"], "Rack 2 / 7");
    assert_eq!(device["group"], "rack2");
}
