//! Check 9: `NO_COLOR=1`: no colour sequence, the whole selected row visible; `LANG=C`: only ASCII.

use crate::farm::{Console, Farm};

/// What a terminal would take for a colour: parameters of `CSI ... m` but for the resets.
fn colours(raw: &[u8]) -> Vec<String> {
    let text = String::from_utf8_lossy(raw);
    let sequences = text.split("\x1b[").skip(1).filter_map(|rest| {
        let end = rest.find(|c: char| !c.is_ascii_digit() && c != ';')?;
        rest[end..].starts_with('m').then(|| rest[..end].to_owned())
    });
    let colour = |n: u16| matches!(n, 30..=38 | 40..=48 | 90..=97 | 100..=107);
    sequences
        .filter(|sequence| sequence.split(';').any(|n| n.parse().is_ok_and(colour)))
        .collect()
}

/// Shows what has colours: states, keys, questions, messages, help.
fn tour(console: &mut Console<'_>) {
    let id = console.api.create_one("virtual-0001", "echo é; exit 3");
    console.shows(id, "failed");
    console.select(id);
    console.terminal.press("D");
    console
        .terminal
        .until("the question", |screen| screen.has("Delete task"));
    console.terminal.press("n");
    console.terminal.tells("nothing was changed");
    console.terminal.press("?");
    console
        .terminal
        .until("the help", |screen| screen.has("the keys"));
    console.terminal.press("q\r");
    console
        .terminal
        .until("the detail", |screen| screen.has("exit 3"));
}

#[test]
fn usually_there_are_colours_and_more_than_ascii() {
    let farm = Farm::new(1);
    let mut console = farm.open();
    tour(&mut console);
    let raw = console.terminal.raw();
    assert!(!colours(&raw).is_empty());
    assert!(!raw.is_ascii());
}

#[test]
fn no_color_means_none_and_the_selection_is_seen_all_the_same() {
    let farm = Farm::new(1);
    let mut console = farm.open_with(&[], &[("NO_COLOR", "1")]);
    tour(&mut console);
    assert_eq!(colours(&console.terminal.raw()), [""; 0]);
    console.terminal.press("\x1b");
    console
        .terminal
        .until("a selection", |screen| screen.selects_a_whole_row());
}

#[test]
fn a_locale_without_utf_8_gets_ascii_alone() {
    let farm = Farm::new(1);
    let mut console = farm.open_with(&[], &[("LANG", "C")]);
    tour(&mut console);
    assert!(console.terminal.raw().is_ascii());
}
