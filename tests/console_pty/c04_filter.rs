//! Check 4: a filter with spaces narrows and the title says `4/120`, a bad one shows its error and
//! keeps rows, Esc restores.

use crate::farm::{Farm, NOBODY};

#[test]
fn a_filter_narrows_a_bad_one_is_told_and_escape_restores() {
    let farm = Farm::new(1);
    let mut console = farm.open();
    for _ in 0..29 {
        console
            .api
            .create(&[NOBODY, "two", "three", "four"], "true");
    }
    let wanted: Vec<u64> = (0..4)
        .map(|_| console.api.create_one("rack-7", "true"))
        .collect();
    console
        .terminal
        .until("all tasks", |screen| screen.has("2 tasks 120"));

    console.terminal.press("2/serial=rack-7 state=pending\r");
    let narrowed = console.terminal.until("four of them", |screen| {
        screen.has("2 tasks 4/120") && screen.tasks().len() == 4
    });
    let newest_first: Vec<u64> = wanted.iter().rev().copied().collect();
    assert_eq!(narrowed.tasks(), newest_first);

    console.terminal.press("/\x15state=asleep");
    let told = console.terminal.until("what is wrong", |screen| {
        screen.has("not 'asleep'") && screen.has("pending, running")
    });
    assert!(told.has("2 tasks 4/120"), "{told}");
    console.terminal.press("\r");
    let kept = console
        .terminal
        .until("the prompt still", |screen| screen.has("not 'asleep'"));
    // The message lies over the last row.
    assert!(kept.tasks().iter().all(|id| wanted.contains(id)), "{kept}");

    console.terminal.press("\x1b");
    console.terminal.until("the filter of before", |screen| {
        screen.has("2 tasks 4/120") && !screen.has("asleep") && screen.tasks() == newest_first
    });
    console.terminal.press("\x1b");
    let all = console.terminal.until("all of them", |screen| {
        screen.has("2 tasks 120") && screen.tasks().len() > 4
    });
    assert_eq!(console.api.counts().total, 120, "{all}");
}
