//! Check 1: first full screen within a second, counts equal the API's.

use std::time::Instant;

use crate::farm::{Farm, NOBODY, PHONE};
use crate::screen::Counts;

#[test]
fn the_first_full_screen_comes_soon_and_shows_what_the_api_says() {
    let farm = Farm::new(2);
    let created = farm.command(&[
        "task",
        "create",
        "shell",
        "--serial",
        NOBODY,
        "somebody",
        "-p",
        "command=true",
    ]);
    assert!(created.status.success(), "{created:?}");
    let begun = Instant::now();
    let console = farm.open();
    let first = console
        .terminal
        .until("counts", |screen| screen.counts().is_some());
    // Told, not asserted: a machine that is busy is late whatever the program does.
    println!(
        "the first full screen: {:?}, {} ms of them at work",
        begun.elapsed(),
        10 * console.program.ticks()
    );
    assert_eq!(first.counts(), Some(console.api.counts()));
    assert_eq!(console.api.counts().pending, 2);
}

#[test]
fn the_counts_go_on_agreeing_while_tasks_run() {
    let farm = Farm::new(3);
    let console = farm.open();
    let phones = [PHONE, "virtual-0002", "virtual-0003"];
    for round in 1..=3 {
        console.api.create(&phones, "true");
        console.api.create(&phones[..1], "exit 3");
        let shown = console.terminal.until("all have ended", |screen| {
            screen.counts()
                == Some(Counts {
                    total: 4 * round,
                    pending: 0,
                    running: 0,
                    completed: 3 * round,
                    failed: round,
                })
        });
        assert_eq!(shown.counts(), Some(console.api.counts()));
    }
    let devices = console.api.get("/device").data["total"].clone();
    let header = format!("devices {devices}/{devices} · busy 0 · queue 0");
    console
        .terminal
        .until(&header, |screen| screen.first().starts_with(&header));
}

#[test]
fn a_running_task_is_seen_on_its_phone_and_in_its_list() {
    let farm = Farm::new(2);
    let console = farm.open();
    let id = console.create_running();
    console.terminal.until("the phone is busy", |screen| {
        let phone = screen.rows().iter().find(|row| row.contains(PHONE));
        phone.is_some_and(|row| row.contains("busy") && row.contains(&id.to_string()))
            && screen.first().contains("busy 1")
    });
    assert_eq!(console.api.state(id), "running");
}
