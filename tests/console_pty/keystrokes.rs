//! Keystrokes: plays the table of the README's section "Keys" on farms that are made for it, and
//! counts. What is in backticks is a key, what is in quotes is typed.

use serde_json::json;

use crate::farm::{Console, Farm};

const README: &str = include_str!("../../README.md");
const HEAD: &str = "| what | keys | at most |";

/// A row of the table.
struct Row {
    what: &'static str,
    presses: Vec<Press>,
    most: usize,
}

enum Press {
    Key(&'static str),
    Text(&'static str),
}

impl Press {
    /// What a terminal sends for it.
    fn bytes(&self) -> &'static str {
        match self {
            Self::Text(text) => text,
            Self::Key("Enter") => "\r",
            Self::Key("Space") => " ",
            Self::Key("Tab") => "\t",
            Self::Key("Esc") => "\x1b",
            Self::Key("Ctrl-O") => "\x0f",
            Self::Key(key) => {
                assert_eq!(key.chars().count(), 1, "{key} is no key that is known here");
                key
            }
        }
    }
}

fn row(line: &'static str) -> Row {
    let cells: Vec<_> = line.trim_matches('|').split(" | ").map(str::trim).collect();
    let [what, keys, most] = cells[..] else {
        panic!("three cells: {line}");
    };
    let press = |word: &'static str| {
        let inside = |mark| word.strip_prefix(mark)?.strip_suffix(mark);
        let key = inside('`').map(Press::Key);
        key.or_else(|| inside('"').map(Press::Text))
            .unwrap_or_else(|| panic!("{word} is neither a key nor typed: {line}"))
    };
    Row {
        what,
        presses: keys.split_whitespace().map(press).collect(),
        most: most.split(' ').next().unwrap().parse().unwrap(),
    }
}

fn table() -> Vec<Row> {
    let lines = README.lines().skip_while(|line| *line != HEAD).skip(2);
    lines
        .take_while(|line| line.starts_with('|'))
        .map(row)
        .collect()
}

/// Presses the keys of the row that begins so, from the first screen on. The next one is
/// pressed when this is seen of the one before: people look before they press.
fn play(console: &mut Console<'_>, what: &str, seen: &[&str]) {
    let table = table();
    let row = table.iter().find(|row| row.what.starts_with(what));
    let row = row.unwrap_or_else(|| panic!("{what}: not in the table"));
    assert_eq!(seen.len(), row.presses.len(), "{what}: another row");
    for (press, text) in row.presses.iter().zip(seen) {
        console.terminal.press(press.bytes());
        console.terminal.until(text, |screen| screen.has(text));
    }
}

/// Lets a task fail on a phone, with this exit code.
fn fail(console: &Console<'_>, serial: &str, code: u8) -> u64 {
    let failed = console.api.counts().failed;
    let id = console.api.create_one(serial, &format!("exit {code}"));
    console.api.failed(failed + 1);
    id
}

#[test]
fn no_row_has_more_keys_than_it_may() {
    let table = table();
    let counts: Vec<(&str, usize, usize)> = table
        .iter()
        .map(|row| {
            let keys = row.presses.iter();
            let keys = keys.filter(|press| matches!(press, Press::Key(_))).count();
            (row.what, keys, row.most)
        })
        .collect();
    assert!(
        counts.iter().all(|(_, keys, most)| keys <= most),
        "{counts:?}"
    );
    let limits: Vec<usize> = counts.iter().map(|(_, _, most)| *most).collect();
    assert_eq!(limits, [3, 2, 3, 2, 8]);
}

#[test]
fn the_task_of_the_phone_that_failed_most_is_stopped() {
    let farm = Farm::new(3);
    let mut console = farm.open();
    fail(&console, "virtual-0001", 1);
    for _ in 0..3 {
        fail(&console, "virtual-0002", 1);
    }
    let serials = ["virtual-0001", "virtual-0002", "virtual-0003"];
    let running = console.api.create(&serials, "sleep 600");
    console
        .terminal
        .until("all run", |screen| screen.first().contains("busy 3"));
    play(
        &mut console,
        "stop the task",
        &["answers in", "1 task stopped"],
    );
    let states: Vec<_> = running.iter().map(|id| console.api.state(*id)).collect();
    assert_eq!(states, ["running", "failed", "running"]);
}

#[test]
fn why_a_task_failed_is_found() {
    let farm = Farm::new(1);
    let mut console = farm.open();
    fail(&console, "virtual-0001", 7);
    play(&mut console, "find why", &["exit 7"]);
}

#[test]
fn all_that_failed_for_the_same_reason_are_retried() {
    let farm = Farm::new(1);
    let mut console = farm.open();
    let other = fail(&console, "virtual-0001", 3);
    let same: Vec<u64> = (0..3).map(|_| fail(&console, "virtual-0001", 7)).collect();
    play(
        &mut console,
        "retry all",
        &["exit 7", "Retry", "3 tasks retried"],
    );
    for id in same {
        let task = console.api.task(id).unwrap();
        assert_eq!(task["retry_count"], 1, "{task}");
    }
    let task = console.api.task(other).unwrap();
    assert_eq!(task["retry_count"], 0, "{task}");
}

#[test]
fn the_screen_of_a_phone_is_seen() {
    let farm = Farm::new(1);
    let mut console = farm.open();
    console.select_device("virtual-0001");
    // Half blocks: this terminal answers no question about what it can draw.
    play(&mut console, "see a phone", &["\u{2580}\u{2580}\u{2580}"]);
}

#[test]
fn a_post_is_begun_on_three_phones() {
    let farm = Farm::new(4);
    let mut console = farm.open();
    let serials = ["virtual-0001", "virtual-0002", "virtual-0003"];
    for (serial, name) in serials.iter().zip(["ann", "bob", "cleo"]) {
        let account = json!({"username": name, "serial": serial});
        console.api.post("/account", &account);
    }
    farm.library("clip.mp4");
    console.select_device("virtual-0001");
    play(
        &mut console,
        "start `post`",
        &[
            "1 marked",
            "2 marked",
            "3 marked",
            "which script?",
            "> post",
            "New tasks of post",
            "the text of the post",
            "hello",
            "Create 3 tasks of post on 3 phones?",
            "3 tasks of post created",
        ],
    );
    let list = console.api.get("/task").data;
    let tasks = list["tasks"].as_array().unwrap();
    let mut on: Vec<_> = tasks
        .iter()
        .map(|task| (task["serial"].as_str(), task["script_name"].as_str()))
        .collect();
    on.sort_unstable();
    assert_eq!(on, serials.map(|serial| (Some(serial), Some("post"))));
    for task in tasks {
        assert_eq!(task["script_config"]["captions"], "hello", "{task}");
    }
}
