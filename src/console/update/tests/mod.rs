//! What the console does with what happens, without a terminal and without a farm.

mod property;

use std::sync::Arc;

use crate::console::event::{Answer, Ask, Effect, Event};
use crate::console::source::{Command, SourceError};
use crate::console::state::{Access, Mode, Options, Panel};
use crate::console::testing::{Screen, key, task};
use crate::console::update::update;
use crate::farm::TaskPage;
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

fn on_tasks() -> Screen {
    let mut screen = Screen::new(120, 40);
    screen.keys("2");
    screen
}

#[test]
fn the_selection_stays_on_its_task_while_others_come_and_go() {
    let mut screen = on_tasks();
    screen.keys("jj");
    assert_eq!(selected(&screen), Some(12));
    add(&mut screen, 15);
    add(&mut screen, 16);
    remove(&mut screen, 13);
    assert_eq!(selected(&screen), Some(12));
}

#[test]
fn when_the_selected_task_goes_its_neighbour_is_selected_and_the_line_says_so() {
    let mut screen = on_tasks();
    screen.keys("jj");
    remove(&mut screen, 12);
    assert_eq!(selected(&screen), Some(11));
    assert_eq!(said(&screen), "task 12 left the list; 11 is selected now");
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
fn all_that_the_filter_shows_is_marked_and_nothing_else() {
    let mut screen = on_tasks();
    screen.keys("/state=failed\n*");
    assert_eq!(marks(&screen), [8, 9, 10]);
    screen.keys("U");
    assert_eq!(marks(&screen), [0u64; 0]);
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
    assert_eq!(screen.model.commands, [Command::Release(serial)]);
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
fn a_bad_filter_keeps_the_rows_and_escape_drops_a_good_one() {
    let mut screen = on_tasks();
    screen.keys("/colour=red\n");
    assert!(screen.text().contains("no field 'colour'"));
    assert_eq!(screen.state.tasks.rows.len(), 12);
    screen.keys("\u{1b}");
    screen.keys("/state=failed lost\n");
    assert_eq!(screen.state.tasks.rows.len(), 1);
    screen.keys("\u{1b}");
    assert_eq!(screen.state.tasks.rows.len(), 12);
}

#[test]
fn failures_only_goes_on_and_off() {
    let mut screen = on_tasks();
    screen.keys("z");
    assert_eq!(screen.state.tasks.rows.len(), 3);
    screen.keys("z");
    assert_eq!(screen.state.tasks.rows.len(), 12);
    screen.keys("1z");
    assert_eq!(screen.state.devices.order().len(), 2);
}

#[test]
fn a_frozen_picture_stays_and_then_shows_the_newest() {
    let mut screen = on_tasks();
    screen.keys("p");
    let before = screen.text();
    add(&mut screen, 15);
    assert_eq!(screen.text(), before);
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

/// A console with so many tasks that only a part of them is held.
fn many() -> Screen {
    let mut screen = on_tasks();
    screen.model.change(|tasks| {
        for id in 1..=5_000 {
            tasks.insert(TaskId(id), Arc::new(task(id)));
        }
    });
    screen.tell();
    screen
}

#[test]
fn a_long_list_is_read_by_the_page() {
    let mut screen = many();
    assert!(screen.state.tasks.rows.len() < 200);
    screen.keys("G");
    assert_eq!(selected(&screen), Some(1));
    screen.keys("kkk");
    assert_eq!(selected(&screen), Some(4));
    screen.keys("g");
    assert_eq!(selected(&screen), Some(5_000));
    for _ in 0..300 {
        screen.keys("j");
    }
    assert_eq!(selected(&screen), Some(4_700));
    assert!(screen.state.tasks.rows.len() < 200);
}

#[test]
fn an_answer_to_an_old_question_changes_nothing() {
    let mut screen = on_tasks();
    let late = |screen: &mut Screen, keys: &str| {
        let mut asked = Vec::new();
        for c in keys.chars() {
            asked.extend(update(&mut screen.state, Event::Key(key(c))));
        }
        asked
    };
    let first = late(&mut screen, "z");
    let second = late(&mut screen, "z");
    for effect in second.into_iter().chain(first) {
        let Effect::Ask { no, ask } = effect else {
            panic!("{effect:?}")
        };
        let answer = screen.model.answer(&ask);
        screen.send(Event::Answer { no, answer });
    }
    assert_eq!(screen.state.tasks.rows.len(), 12);
}

#[test]
fn a_page_that_cannot_be_read_is_told_and_asked_for_again() {
    let mut screen = on_tasks();
    screen.model.farm.tasks_version += 1;
    let farm = screen.model.state();
    let asked = update(&mut screen.state, Event::Farm(farm));
    let [
        Effect::Ask {
            no,
            ask: Ask::Page(_),
        },
    ] = asked[..]
    else {
        panic!("{asked:?}")
    };
    let answer = Answer::Page(Err(SourceError::Failed("the disk is gone".into())));
    let at_once = update(&mut screen.state, Event::Answer { no, answer });
    assert_eq!(at_once, []);
    assert_eq!(
        said(&screen),
        "cannot read the list of tasks: the disk is gone"
    );
    assert_eq!(screen.state.tasks.rows.len(), 12);
    let later = Event::Tick(Timestamp(screen.now().0 + 3_000));
    let asked = update(&mut screen.state, later);
    assert!(
        matches!(
            asked[..],
            [Effect::Ask {
                ask: Ask::Page(_),
                ..
            }]
        ),
        "{asked:?}"
    );
}

#[test]
fn an_empty_page_leaves_nothing_selected() {
    let mut screen = on_tasks();
    screen.model.change(|tasks| tasks.clear());
    screen.tell();
    assert_eq!(selected(&screen), None);
    screen.keys("sD \n");
    assert!(screen.model.commands.is_empty());
    assert_eq!(
        screen.model.page(&screen.state.tasks.everything(9)).total,
        TaskPage::default().total
    );
}
