//! What the console does with what happens, without a terminal and without a farm.

mod detail;
mod doing;
mod files;
mod hits;
mod line;
mod lists;
mod order;
mod pages;
mod phones;
mod picture;
mod property;
mod sessions;
mod texts;

use std::sync::Arc;

use crate::console::event::{Effect, Event};
use crate::console::source::{Command, PhoneCommand};
use crate::console::state::{Access, Mode, Options, Panel};
use crate::console::testing::{Screen, key, lines, task};
use crate::console::update::update;
use crate::model::{Serial, Status, TaskId, Timestamp};

fn ids(ids: &[u64]) -> Vec<TaskId> {
    ids.iter().copied().map(TaskId).collect()
}

fn selected(screen: &Screen) -> Option<u64> {
    screen.state.tasks.table.selected().map(|id| id.0)
}

fn marks(screen: &Screen) -> Vec<u64> {
    let marks = screen.state.tasks.table.marks();
    marks.iter().map(|id| id.0).collect()
}

fn said(screen: &Screen) -> &str {
    let message = screen.state.message.as_ref();
    message.map_or("", |message| &message.text)
}

fn add(screen: &mut Screen, id: u64) {
    screen.model.change(|tasks| {
        tasks.insert(TaskId(id), Arc::new(task(id)));
    });
    screen.tell();
}

fn remove(screen: &mut Screen, id: u64) {
    screen.model.change(|tasks| {
        tasks.remove(&TaskId(id));
    });
    screen.tell();
}

/// The list of tasks with its first row selected.
fn on_tasks() -> Screen {
    let mut screen = Screen::new(120, 40);
    screen.keys("2j");
    screen
}

#[test]
fn when_the_selected_phone_goes_from_a_filtered_list_the_line_says_so() {
    let mut screen = Screen::new(120, 40);
    screen.keys("/state=online\n");
    let mut devices = screen.model.farm.devices.to_vec();
    devices[2].task = Some(TaskId(14));
    screen.model.farm.devices = devices.into();
    screen.tell();
    assert_eq!(
        said(&screen),
        "phone emu-3 left the list, which is empty now"
    );
}

#[test]
fn one_task_is_stopped_without_a_question() {
    let mut screen = on_tasks();
    screen.keys("jjjs");
    assert_eq!(screen.model.commands, [Command::Stop(ids(&[11]))]);
    assert_eq!(said(&screen), "1 done: stop task 11");
}

#[test]
fn a_row_that_took_the_place_of_another_a_moment_ago_is_asked_about() {
    let mut screen = on_tasks();
    remove(&mut screen, 14);
    screen.keys("s");
    assert!(
        screen
            .text()
            .contains("Stop task 13 (0 running, 1 pending)?")
    );
    screen.keys("n");
    screen.send(Event::Tick(Timestamp(screen.now().0 + 2_000)));
    screen.keys("s");
    assert_eq!(screen.model.commands, [Command::Stop(ids(&[13]))]);
}

#[test]
fn a_key_takes_away_a_message_that_was_read() {
    let mut screen = on_tasks();
    screen.keys("s");
    assert!(!said(&screen).is_empty());
    screen.keys("j");
    assert!(!said(&screen).is_empty());
    screen.send(Event::Tick(screen.now().plus_ms(2_000)));
    screen.keys("j");
    assert_eq!(said(&screen), "");
}

#[test]
fn nothing_is_deleted_without_yes() {
    let mut screen = on_tasks();
    screen.keys("D\n");
    assert!(matches!(screen.state.mode, Mode::Confirm(_)));
    screen.keys("n");
    assert!(screen.model.commands.is_empty());
    assert_eq!(said(&screen), "nothing was changed");
    screen.keys("Dy");
    assert_eq!(screen.model.commands, [Command::Delete(ids(&[14]))]);
}

#[test]
fn what_a_deletion_did_stays_told_when_its_row_leaves_the_list() {
    let both = "1 done: delete task 14; task 14 left the list; 13 is selected now";
    let mut screen = on_tasks();
    screen.keys("Dy");
    screen.tell();
    assert_eq!(said(&screen), both);
}

#[test]
fn a_row_that_leaves_the_list_before_its_deletion_is_answered_stays_told() {
    let mut screen = on_tasks();
    screen.keys("D");
    let effects = update(&mut screen.state, Event::Key(key('y')));
    let [Effect::Ask { no, ask }] = &effects[..] else {
        panic!("one question: {effects:?}");
    };
    let answer = screen.model.answer(ask);
    screen.tell();
    screen.send(Event::Answer { no: *no, answer });
    let both = "1 done: delete task 14; task 14 left the list; 13 is selected now";
    assert_eq!(said(&screen), both);
}

#[test]
fn marks_are_deleted_also_when_the_filter_hides_them_and_the_question_says_so() {
    let mut screen = on_tasks();
    screen.keys("j  jjj /state=failed\nD");
    assert!(
        screen
            .text()
            .contains("Delete 3 tasks (2 hidden by the filter, 1 running: it is stopped first)?"),
        "{}",
        screen.text()
    );
    screen.keys("\n");
    assert!(screen.model.commands.is_empty());
    screen.keys("y");
    assert_eq!(screen.model.commands, [Command::Delete(ids(&[8, 12, 13]))]);
    assert_eq!(marks(&screen), [0u64; 0]);
}

#[test]
fn a_single_mark_elsewhere_is_asked_about_before_it_is_stopped() {
    let mut screen = on_tasks();
    screen.keys(" s");
    assert!(
        screen
            .text()
            .contains("Stop task 14 (0 running, 1 pending)?")
    );
    screen.keys("y");
    assert_eq!(screen.model.commands, [Command::Stop(ids(&[14]))]);
}

#[test]
fn a_question_follows_what_happens_while_it_is_open() {
    let mut screen = on_tasks();
    screen.keys("   D");
    assert!(screen.text().contains("Delete 3 tasks (1 running"));
    screen.model.change(|tasks| {
        tasks.remove(&TaskId(13));
        if let Some(task) = tasks.get_mut(&TaskId(14)) {
            Arc::make_mut(task).status = Status::Running;
        }
    });
    screen.tell();
    screen.send(Event::Tick(Timestamp(screen.now().0 + 1_000)));
    assert!(
        screen
            .text()
            .contains("Delete 2 tasks (2 running: they are stopped first)?"),
        "{}",
        screen.text()
    );
    screen.keys("y");
    assert_eq!(screen.model.commands, [Command::Delete(ids(&[12, 14]))]);
}

#[test]
fn a_question_about_nothing_closes() {
    let mut screen = on_tasks();
    screen.keys("D");
    remove(&mut screen, 14);
    screen.send(Event::Tick(Timestamp(screen.now().0 + 1_000)));
    assert!(matches!(screen.state.mode, Mode::Normal));
    screen.keys("y");
    assert!(screen.model.commands.is_empty());
}

#[test]
fn a_detail_acts_on_its_own_task_and_not_on_the_marks() {
    let mut screen = on_tasks();
    screen.keys("  j\n");
    screen.keys("s");
    assert_eq!(screen.model.commands, [Command::Stop(ids(&[11]))]);
}

#[test]
fn a_deleted_task_keeps_no_mark() {
    let mut screen = on_tasks();
    screen.keys("   ");
    remove(&mut screen, 13);
    screen.send(Event::Tick(Timestamp(screen.now().0 + 1_000)));
    assert_eq!(marks(&screen), [12, 14]);
}

#[test]
fn all_failed_tasks_are_retried_after_a_question_that_counts_them() {
    let mut screen = on_tasks();
    screen.keys("R");
    assert!(screen.text().contains("Retry all 3 failed tasks?"));
    screen.keys("y");
    assert_eq!(screen.model.commands, [Command::RetryAll]);
}

#[test]
fn a_held_phone_is_released_and_another_is_not() {
    let mut screen = Screen::new(120, 40);
    screen.keys("u");
    assert_eq!(said(&screen), "emu-1 is not held back");
    screen.keys("jjju");
    let serial = Serial::new("emu-4").unwrap();
    let release = Command::Phones(PhoneCommand::Release(vec![serial]));
    assert_eq!(screen.model.commands, [release]);
}

#[test]
fn a_session_that_may_only_look_changes_nothing() {
    let options = Options {
        access: Access::ReadOnly,
        ..Options::default()
    };
    let mut screen = Screen::of(120, 40, options);
    screen.keys("jjjuy2sryRyyD");
    assert!(screen.model.commands.is_empty());
    assert_eq!(said(&screen), "read-only: delete is not available here");
}

#[test]
fn a_frozen_picture_stays_and_then_shows_the_newest() {
    let mut screen = on_tasks();
    screen.keys("p");
    let below = |screen: &Screen| lines(&screen.text(), 1, 39);
    let before = below(&screen);
    add(&mut screen, 15);
    assert_eq!(below(&screen), before);
    screen.keys("p");
    assert_eq!(screen.state.tasks.rows.len(), 13);
}

#[test]
fn the_id_goes_to_the_clipboard() {
    let mut screen = on_tasks();
    screen.keys("y");
    assert_eq!(screen.effects, [Effect::Copy("14".to_owned())]);
}

#[test]
fn a_paste_is_never_taken_for_keys() {
    let mut screen = on_tasks();
    screen.send(Event::Paste("D\ny".to_owned()));
    assert!(matches!(screen.state.mode, Mode::Normal));
    screen.keys("/");
    screen.send(Event::Paste("state=failed\n".to_owned()));
    screen.keys("\n");
    assert_eq!(screen.state.tasks.filter.text, "state=failed");
}

#[test]
fn tab_and_numbers_choose_the_panel() {
    let mut screen = Screen::new(120, 40);
    for panel in [
        Panel::Tasks,
        Panel::Accounts,
        Panel::Incidents,
        Panel::Devices,
    ] {
        screen.keys("\t");
        assert_eq!(screen.state.panel, panel);
    }
    screen.keys("3");
    assert_eq!(screen.state.panel, Panel::Accounts);
}
