//! Details: from one to the next, on to what they are about, and back.

use super::{add, on_tasks, remove, said, selected};
use crate::console::source::Command;
use crate::console::state::Subject;
use crate::console::testing::Screen;
use crate::model::TaskId;

fn subject(screen: &Screen) -> Option<Subject> {
    let detail = screen.state.detail.as_ref();
    detail.map(|detail| detail.subject.clone())
}

fn task(id: u64) -> Option<Subject> {
    Some(Subject::Task(TaskId(id)))
}

#[test]
fn the_next_task_is_a_key_away_and_the_list_follows() {
    let mut screen = on_tasks();
    screen.keys("\nJJ");
    assert_eq!((subject(&screen), selected(&screen)), (task(12), Some(12)));
    screen.keys("K");
    assert_eq!((subject(&screen), selected(&screen)), (task(13), Some(13)));
    screen.keys("\u{1b}");
    assert_eq!((subject(&screen), selected(&screen)), (None, Some(13)));
}

#[test]
fn at_the_ends_of_the_list_nothing_moves_and_it_is_told() {
    let mut screen = on_tasks();
    screen.keys("\nK");
    assert_eq!(subject(&screen), task(14));
    assert_eq!(said(&screen), "this is the first row of the list");
}

#[test]
fn new_tasks_at_the_head_do_not_change_which_one_is_next() {
    let mut screen = on_tasks();
    screen.keys("\n");
    add(&mut screen, 20);
    screen.keys("J");
    assert_eq!(subject(&screen), task(13));
}

#[test]
fn a_task_that_left_the_list_has_no_next_one() {
    let mut screen = on_tasks();
    screen.keys("\n");
    remove(&mut screen, 14);
    screen.keys("J");
    assert_eq!(subject(&screen), task(14));
    assert!(said(&screen).starts_with("it is not in the list"));
}

#[test]
fn all_of_a_long_list_can_be_gone_through_where_only_the_detail_is_shown() {
    let mut screen = Screen::new(80, 24);
    for id in 15..200 {
        add(&mut screen, id);
    }
    screen.keys("2j\n");
    for _ in 0..250 {
        screen.keys("J");
    }
    assert_eq!((subject(&screen), selected(&screen)), (task(3), Some(3)));
}

#[test]
fn a_stop_in_the_detail_is_for_the_task_that_is_shown() {
    let mut screen = on_tasks();
    screen.keys("\nJs");
    let stopped = vec![TaskId(13)];
    assert_eq!(screen.model.commands, [Command::Stop(stopped)]);
}

#[test]
fn from_a_task_the_way_leads_to_its_phone_to_what_runs_there_and_back() {
    let mut screen = on_tasks();
    screen.keys("\n\n\n");
    assert_eq!(subject(&screen), task(12));
    screen.keys("q");
    assert!(
        matches!(subject(&screen), Some(Subject::Device(serial)) if serial.as_str() == "emu-2")
    );
    screen.keys("q");
    assert_eq!(subject(&screen), task(14));
    screen.tell();
    assert!(screen.text().contains("waits for  device busy"));
}

#[test]
fn in_the_detail_of_an_account_a_key_is_for_that_account_alone() {
    let mut screen = Screen::new(80, 24);
    screen.keys("3 \nd");
    let Some(Command::Disable(keys)) = screen.model.commands.first() else {
        panic!("{:?}", screen.model.commands);
    };
    // Ada is marked; the cursor went on to bob.
    let names: Vec<_> = keys.iter().map(|key| key.username.as_str()).collect();
    assert_eq!(names, ["bob"]);
}
