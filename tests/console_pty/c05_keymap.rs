//! Check 5: rebind stop in a keymap file while running: help, hints and behaviour change together;
//! a clash names file, line and action. And the same for a theme.

use crate::farm::{Farm, NOBODY};

#[test]
fn a_rebound_key_changes_hints_help_and_behaviour_and_a_clash_is_named() {
    let farm = Farm::new(1);
    let mut console = farm.open();
    let ids = console.api.create(&[NOBODY, "two"], "true");
    console.select(ids[0]);
    farm.configure("keymap.toml", "[task]\nstop = [\"Q\"]\n");
    console
        .terminal
        .until("the new hint", |screen| screen.last().contains("Q stop"));
    console.terminal.press("?");
    console.terminal.until("the new key in the help", |screen| {
        screen
            .rows()
            .iter()
            .any(|row| row.trim_start().starts_with("Q "))
    });
    console.terminal.press("?");
    console
        .terminal
        .until("no help", |screen| !screen.has("to the incidents"));
    console.terminal.press("s");
    console.terminal.press("Q");
    console.terminal.tells("1 task stopped");
    assert_eq!(console.api.state(ids[0]), "failed");
    assert_eq!(console.api.state(ids[1]), "pending");

    farm.configure("keymap.toml", "[task]\nstop = [\"Q\"]\nretry = [\"Q\"]\n");
    // A long message takes more lines than the last.
    console.terminal.until("the clash", |screen| {
        ["keymap.toml:3: ", "stop of [task]", "retry of [task]"]
            .iter()
            .all(|part| screen.has(part))
    });
}

#[test]
fn a_theme_of_the_users_is_taken_up_while_the_console_runs() {
    let farm = Farm::new(1);
    farm.configure("themes/mine.toml", "[roles]\n");
    farm.configure("farmhand.toml", "[console]\ntheme = \"mine\"\n");
    let mut console = farm.open();
    farm.configure(
        "themes/mine.toml",
        "[roles]\nplain = { fg = \"#010203\" }\n",
    );
    console.terminal.tells("mine.toml is in force");
    // Its frame has come whole once the next one is there.
    console.terminal.press("?");
    console
        .terminal
        .until("the help", |screen| screen.has("the keys"));
    let raw = String::from_utf8_lossy(&console.terminal.raw()).into_owned();
    assert!(raw.contains("38;2;1;2;3"), "no text has the new colour");
}
