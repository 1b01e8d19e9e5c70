//! Texts on the whole screen, and files of accounts.

use std::sync::Arc;

use super::said;
use crate::console::event::Event;
use crate::console::source::{Command, Import};
use crate::console::state::{Access, Mode, Options, Viewer};
use crate::console::testing::{Screen, lines};
use crate::farm::{BadLine, BadLines};
use crate::model::{AccountKey, Existing, Status, TaskId};

fn viewer(screen: &Screen) -> &Viewer {
    screen.state.viewer.as_ref().expect("a text is shown")
}

/// The log of the failed task 10, of 30 lines, on a screen for nine.
fn on_log() -> Screen {
    let mut screen = Screen::new(80, 12);
    let log = (1..=30).map(|n| format!("line {n}\n")).collect();
    screen.model.files.insert("log.txt".into(), log);
    screen.keys("2jjjjjl");
    screen
}

/// The log of the running task 11.
fn on_live_log() -> Screen {
    let mut screen = Screen::new(80, 12);
    screen
        .model
        .files
        .insert("log.txt".into(), "first\n".into());
    screen.keys("2jjjjl");
    screen
}

fn grow(screen: &mut Screen, text: &str) {
    let log = screen.model.files.get_mut("log.txt").unwrap();
    log.push_str(text);
    screen.tell();
}

#[test]
fn a_log_is_read_on_while_its_task_runs() {
    let mut screen = on_live_log();
    assert!(screen.text().contains("live"), "{}", screen.text());
    grow(&mut screen, "second\nthi");
    assert_eq!(viewer(&screen).lines, ["first", "second", "thi"]);
    grow(&mut screen, "rd\n");
    assert_eq!(viewer(&screen).lines, ["first", "second", "third"]);
    screen.model.change(|tasks| {
        Arc::make_mut(tasks.get_mut(&TaskId(11)).unwrap()).status = Status::Completed;
    });
    screen.tell();
    assert!(!screen.text().contains("live"), "{}", screen.text());
}

#[test]
fn a_log_opened_on_a_frozen_picture_is_read_once() {
    let mut screen = Screen::new(80, 12);
    let log = "first\n".to_owned();
    screen.model.files.insert("log.txt".into(), log);
    screen.keys("2jjjjpl");
    assert_eq!(viewer(&screen).lines, ["first"]);
    let title = &lines(&screen.text(), 1, 1)[0];
    assert!(
        title.contains("log.txt") && title.contains("frozen"),
        "{title}"
    );
    grow(&mut screen, "second\n");
    assert_eq!(viewer(&screen).lines, ["first"]);
}

#[test]
fn whoever_scrolls_up_is_not_carried_off_until_the_end_is_asked_for() {
    let mut screen = on_live_log();
    grow(&mut screen, &"more\n".repeat(20));
    screen.keys("kk");
    let before = lines(&screen.text(), 2, 9);
    grow(&mut screen, &"more still\n".repeat(5));
    assert_eq!(lines(&screen.text(), 2, 9), before);
    assert!(screen.text().contains("paused"));
    screen.keys("G");
    assert!(screen.text().contains("live"));
    grow(&mut screen, "the end\n");
    assert_eq!(lines(&screen.text(), 10, 1), ["the end"]);
}

#[test]
fn keys_scroll_a_text_and_stop_at_its_ends() {
    let mut screen = on_log();
    let top = |screen: &Screen| lines(&screen.text(), 2, 1)[0].clone();
    assert_eq!(top(&screen), "line 22");
    for (keys, line) in [
        ("g", 1),
        ("k", 1),
        ("j", 2),
        (" ", 11),
        ("GG", 22),
        ("j", 22),
    ] {
        screen.keys(keys);
        assert_eq!(top(&screen), format!("line {line}"), "{keys}");
    }
}

#[test]
fn what_is_searched_is_found_all_around() {
    let mut screen = on_log();
    screen.keys("g/LINE 2\n");
    assert_eq!(viewer(&screen).found, Some(1));
    screen.keys("n");
    assert_eq!(viewer(&screen).found, Some(19), "line 20");
    screen.keys("NN");
    assert_eq!(viewer(&screen).found, Some(28), "line 29");
    screen.keys("/nowhere\n");
    assert_eq!(said(&screen), "not found: nowhere");
}

#[test]
fn the_other_texts_of_an_attempt_are_a_key_away_and_pictures_are_not_among_them() {
    let mut screen = Screen::new(80, 12);
    screen.keys("2jjjjj\nv");
    assert_eq!(
        lines(&screen.text(), 2, 2),
        ["<hierarchy>", "<node text='Follow'/>"]
    );
    screen.keys("]");
    assert!(screen.text().contains("log.txt"));
    screen.keys("[");
    assert!(screen.text().contains("hierarchy.xml"));
    screen.keys("q");
    assert!(screen.text().contains("state      "), "back in the detail");
}

#[test]
fn a_task_that_has_not_begun_has_no_log_to_show() {
    let mut screen = Screen::new(80, 12);
    screen.keys("2jl");
    assert!(screen.state.viewer.is_none());
    assert_eq!(said(&screen), "task 14 has not begun: it left nothing yet");
}

#[test]
fn a_file_that_is_not_there_is_said_in_its_place() {
    let mut screen = Screen::new(100, 12);
    screen.model.files.clear();
    screen.keys("2jjjjjl");
    assert!(
        screen.text().contains("left no \"log.txt\""),
        "{}",
        screen.text()
    );
}

#[test]
fn a_file_of_accounts_is_imported_and_the_list_read_anew() {
    let mut screen = Screen::new(100, 24);
    screen.keys("3I");
    assert!(screen.text().contains("import accounts from file:"));
    screen.send(Event::Paste("/tmp/a.csv".into()));
    screen.keys("\n");
    assert_eq!(
        screen.model.imports,
        [("/tmp/a.csv".into(), Existing::Refuse)]
    );
    assert_eq!(said(&screen), "2 accounts added, 0 changed, 0 unchanged");
}

fn refusal(existing: u64) -> Import {
    let line = |line, reason: &str| BadLine {
        line,
        reason: reason.into(),
    };
    Import::Refused(BadLines {
        lines: vec![
            line(2, "the account sample/ada exists already"),
            line(7, "no phone"),
        ],
        total: 2,
        existing,
    })
}

#[test]
fn every_bad_line_of_a_refused_file_is_shown() {
    let mut screen = Screen::new(100, 24);
    screen.model.import = refusal(1);
    screen.keys("3Ia.csv\n");
    assert_eq!(
        said(&screen),
        "nothing was imported from a.csv: 2 bad lines"
    );
    assert_eq!(
        lines(&screen.text(), 2, 2),
        [
            "line 2: the account sample/ada exists already",
            "line 7: no phone"
        ]
    );
}

#[test]
fn accounts_that_exist_are_overwritten_only_after_a_question() {
    let mut screen = Screen::new(100, 24);
    screen.model.import = refusal(2);
    screen.keys("3Ia.csv\n");
    let question = "2 accounts of a.csv exist already. Import it and change them?";
    assert!(screen.text().contains(question), "{}", screen.text());
    screen.keys("\n");
    assert_eq!(screen.model.imports.len(), 1, "Enter is no answer");
    screen.keys("y");
    assert_eq!(
        screen.model.imports.last(),
        Some(&("a.csv".into(), Existing::Overwrite))
    );
}

#[test]
fn accounts_are_exported_to_a_file_that_is_named() {
    let mut screen = Screen::new(100, 24);
    screen.keys("3E\n");
    assert_eq!(screen.model.exports, ["accounts.csv"]);
    assert_eq!(said(&screen), "accounts exported to accounts.csv");
}

#[test]
fn an_account_is_disabled_at_once_and_deleted_after_a_question() {
    let mut screen = Screen::new(100, 24);
    screen.keys("3d");
    let ada = vec![AccountKey::new("sample", "ada").unwrap()];
    assert_eq!(screen.model.commands, [Command::Disable(ada.clone())]);
    assert!(
        lines(&screen.text(), 14, 1)[0].contains("disabled"),
        "{}",
        screen.text()
    );
    screen.keys("D");
    let question = "Delete account sample/ada? Their tasks stay.";
    assert!(screen.text().contains(question), "{}", screen.text());
    screen.keys("\nn");
    assert_eq!(screen.model.accounts.len(), 2);
    screen.keys("Dy");
    assert_eq!(screen.model.commands.last(), Some(&Command::Remove(ada)));
    assert_eq!(screen.model.accounts.len(), 1);
    assert!(
        said(&screen).ends_with("; sample/bob is selected now"),
        "{}",
        said(&screen)
    );
}

#[test]
fn several_accounts_are_asked_about_with_those_that_a_filter_hides() {
    let mut screen = Screen::new(100, 24);
    screen.keys("3*/bob\ne");
    let question = "Enable 2 accounts (1 hidden by the filter)?";
    assert!(screen.text().contains(question), "{}", screen.text());
    assert!(screen.model.commands.is_empty());
    screen.keys("y");
    assert!(screen.model.accounts.iter().all(|account| account.enabled));
}

#[test]
fn a_session_that_may_only_look_exports_and_changes_no_account() {
    let options = Options {
        access: Access::ReadOnly,
        ..Options::default()
    };
    let mut screen = Screen::of(100, 24, options);
    for key in ["I", "e", "d", "D"] {
        screen.keys("3");
        screen.keys(key);
        assert!(matches!(screen.state.mode, Mode::Normal), "{key}");
        assert!(said(&screen).starts_with("read-only"), "{key}");
    }
    screen.keys("3E\n");
    assert_eq!(screen.model.exports.len(), 1);
    assert!(screen.model.commands.is_empty() && screen.model.imports.is_empty());
}

#[test]
fn following_is_a_key_that_goes_on_and_off() {
    let mut screen = on_live_log();
    grow(&mut screen, &"more\n".repeat(20));
    screen.keys("f");
    let before = lines(&screen.text(), 2, 9);
    grow(&mut screen, "the last\n");
    assert_eq!(lines(&screen.text(), 2, 9), before);
    screen.keys("f");
    assert!(screen.text().contains("the last"), "{}", screen.text());
}

#[test]
fn lines_that_are_cut_are_looked_along_and_new_ones_do_not_move_that() {
    let mut screen = on_live_log();
    grow(&mut screen, &format!("{}end\n", "word ".repeat(30)));
    screen.keys("l");
    assert_eq!(said(&screen), "long lines are wrapped: w cuts them");
    screen.keys("wllll");
    assert!(screen.text().contains("word end\n"), "{}", screen.text());
    grow(&mut screen, "short\n");
    assert!(screen.text().contains("column 81"), "{}", screen.text());
    assert!(screen.text().contains("word end\n"), "{}", screen.text());
    screen.keys("hhhhh");
    assert!(screen.text().contains("\nshort\n"), "{}", screen.text());
}
