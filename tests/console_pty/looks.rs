//! Sizes, colours and characters.

use crate::farm::{Console, Farm};

fn has_a_picture(console: &Console<'_>) {
    console.terminal.until("the whole picture", |screen| {
        screen.first().starts_with("devices 1/1")
            && screen.has("1 devices 1")
            && screen.has("2 tasks 1")
            && screen.last().contains("help")
    });
}

#[test]
fn every_size_is_filled_and_one_too_small_says_what_it_needs() {
    let farm = Farm::new(1);
    let mut console = farm.open();
    console.api.create_waiting();
    console.terminal.press("2");
    has_a_picture(&console);
    for (columns, rows) in [(80, 24), (40, 10), (120, 40), (20, 5), (80, 24), (1, 1)] {
        console.terminal.resize(columns, rows);
        if (columns, rows) >= (60, 12) {
            has_a_picture(&console);
            continue;
        }
        let mut line = format!("{columns}x{rows}: needs 60x12");
        line.truncate(columns.into());
        console.terminal.until(&line, |screen| {
            let (first, others) = screen.rows().split_first().unwrap();
            *first == line && others.iter().all(String::is_empty)
        });
    }
    console.terminal.resize(120, 40);
    has_a_picture(&console);
}

#[test]
fn a_detail_stands_beside_the_lists_where_there_is_room() {
    let farm = Farm::new(1);
    let mut console = farm.open();
    let id = console.api.create_waiting();
    console.select(id);
    console.terminal.press("\r");
    let title = format!("task {id}");
    console.terminal.until("the detail alone", |screen| {
        screen.has(&title) && !screen.has("2 tasks 1")
    });
    console.terminal.resize(160, 40);
    console.terminal.until("both", |screen| {
        screen.has(&title) && screen.has("2 tasks 1")
    });
    console.terminal.press("\x1b");
    has_a_picture(&console);
}

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
        .until("the help", |screen| screen.has("Everywhere"));
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
        .until("a selection", |screen| screen.shows_a_selection());
}

#[test]
fn a_locale_without_utf_8_gets_ascii_alone() {
    let farm = Farm::new(1);
    let mut console = farm.open_with(&[], &[("LANG", "C")]);
    tour(&mut console);
    assert!(console.terminal.raw().is_ascii());
}
