//! Check 7: log: scrolling up pauses, 500 new lines move neither axis, `G` resumes, search works.

use crate::farm::{Farm, PHONE};
use crate::screen::Screen;

#[test]
fn a_log_is_read_live_and_stays_where_it_was_scrolled_to() {
    let farm = Farm::new(1);
    let mut console = farm.open();
    let id = console.api.create_one(PHONE, "seq 1 100; sleep 600");
    console.shows(id, "running");
    console.select(id);
    console.terminal.press("l");
    let shown = console
        .terminal
        .until("the end of the log", |screen| screen.has("100"));
    assert!(shown.has("live"), "{shown}");
    console.terminal.press("g");
    console.terminal.until("its beginning", |screen| {
        screen.has("paused") && screen.has("2")
    });
    console.terminal.press("/99\r");
    console
        .terminal
        .until("what was searched", |screen| screen.has("99"));
    console.terminal.press("qs");
    console.terminal.tells("1 task stopped");
    console.terminal.press("l");
    console
        .terminal
        .until("the end of the attempt", |screen| screen.has("[stopped"));
}

/// Waits on the phone until something is written there, then writes 500 long lines more.
const TWO_PARTS: &str = "seq 1 200; while [ ! -e /data/local/tmp/go ]; do sleep 1; done; \
     i=201; while [ $i -le 700 ]; do echo \"$i a line that is longer than the screen is wide, so \
     that there would be something to the right of what is shown, if anything went there at all\"; \
     i=$((i+1)); done; sleep 600";

#[test]
fn new_lines_move_nothing_while_an_older_one_is_read() {
    let farm = Farm::new(1);
    let mut console = farm.open();
    let id = console.api.create_one(PHONE, TWO_PARTS);
    console.shows(id, "running");
    console.select(id);
    console.terminal.press("l");
    let end = |wanted: &str| {
        let wanted = wanted.to_owned();
        move |screen: &Screen| {
            let text = screen.rows().iter().rev().skip(1);
            let last = text.clone().find(|row| !row.is_empty());
            last.is_some_and(|row| row.starts_with(&wanted))
        }
    };
    console.terminal.until("the end so far", end("200"));
    console.terminal.press("kkkkk");
    let paused = console.terminal.until("five lines up", |screen| {
        screen.has("paused") && end("195")(screen)
    });

    farm.on_phone(PHONE, "touch /data/local/tmp/go");
    // What the title tells of the file's length is how the new lines are known to be there.
    let after = console.terminal.until("the lines are counted", |screen| {
        screen.rows()[1].contains("/700") || screen.rows()[1].contains("/701")
    });
    let text = |screen: &Screen| screen.rows()[2..screen.rows().len() - 1].to_vec();
    assert_eq!(text(&after), text(&paused), "{after}");

    console.terminal.press("/450 a\r");
    let found = console
        .terminal
        .until("what was searched", |screen| screen.has("450 a line"));
    assert!(!found.has("700 a line"), "{found}");
    console.terminal.press("G");
    console.terminal.until("the end, live", |screen| {
        screen.has("700 a line") && screen.has("live")
    });
}
