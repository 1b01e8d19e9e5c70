//! The pages of statistics and failures.

use std::sync::Arc;

use super::{ids, said};
use crate::console::event::{Answer, Ask, Effect, Event};
use crate::console::source::{Command, SourceError};
use crate::console::state::{Access, Mode, Options, Panel, Subject};
use crate::console::testing::{Screen, key, lines, task};
use crate::console::update::update;
use crate::model::{ErrorKind, Serial, Status, Task, TaskError, TaskId};

/// A task that failed on this phone.
fn failed(id: u64, serial: &str, message: &str) -> (TaskId, Arc<Task>) {
    let task = Task {
        serial: Serial::new(serial).unwrap(),
        status: Status::Failed,
        error: Some(TaskError::new(ErrorKind::Assertion, message)),
        ..task(id)
    };
    (task.id, Arc::new(task))
}

/// Three tasks that failed alike, on two phones, and the failures of the usual farm.
fn screen() -> Screen {
    let mut screen = Screen::new(120, 40);
    screen.model.change(|tasks| {
        tasks.extend([
            failed(20, "emu-2", "'Follow' not found"),
            failed(21, "emu-2", "'Follow' not found"),
            failed(22, "emu-4", "'Follow' not found"),
        ]);
    });
    screen.tell();
    screen
}

#[test]
fn two_keys_stop_the_task_of_the_phone_that_failed_most() {
    let mut screen = screen();
    screen.keys("Xs");
    assert_eq!(screen.model.commands, [Command::Stop(ids(&[12]))]);
    assert_eq!(said(&screen), "1 done: stop task 12");
}

#[test]
fn a_phone_without_a_task_is_not_stopped_and_not_hinted_to_be() {
    let mut screen = screen();
    screen.keys("X");
    let last = |screen: &Screen| screen.text().lines().last().unwrap().to_owned();
    assert!(
        last(&screen).starts_with("s stop its task"),
        "{}",
        screen.text()
    );
    screen.keys("G");
    assert!(!last(&screen).contains("stop"), "{}", screen.text());
    screen.keys("s");
    assert!(screen.model.commands.is_empty());
    assert_eq!(said(&screen), "emu-5 runs no task");
}

#[test]
fn the_selected_phone_stays_selected_when_another_fails_more() {
    let mut screen = screen();
    screen.keys("X");
    screen.model.change(|tasks| {
        tasks.extend((30..36).map(|id| failed(id, "emu-1", "no")));
    });
    screen.tell();
    let rows = lines(&screen.text(), 4, 2);
    assert!(
        rows[0].contains("emu-1") && rows[1].contains("emu-2"),
        "{rows:?}"
    );
    screen.keys("s");
    assert_eq!(screen.model.commands, [Command::Stop(ids(&[12]))]);
}

#[test]
fn enter_on_a_phone_opens_it_and_escape_comes_back_to_the_page() {
    let mut screen = screen();
    screen.keys("X\n");
    let subject = screen.state.detail.as_ref().map(|detail| &detail.subject);
    assert_eq!(
        subject,
        Some(&Subject::Device(Serial::new("emu-2").unwrap()))
    );
    screen.keys("\u{1b}");
    assert!(screen.state.statistics().is_some() && screen.state.detail.is_none());
    screen.keys("q");
    assert!(screen.state.page.is_none());
}

#[test]
fn enter_on_a_script_goes_to_its_tasks() {
    let mut screen = screen();
    screen.keys("X\t\n");
    assert_eq!(screen.state.tasks.filter.text, "script=shell");
    assert_eq!(
        (screen.state.panel, screen.state.page.is_none()),
        (Panel::Tasks, true)
    );
}

#[test]
fn one_key_tells_why_tasks_failed_and_one_more_opens_the_newest() {
    let mut screen = screen();
    screen.keys("F");
    let row = lines(&screen.text(), 4, 1).remove(0);
    assert!(row.contains("     2      3 shell"), "{row}");
    assert!(row.contains("'Follow' not found"), "{row}");
    screen.keys("\n");
    let subject = screen.state.detail.as_ref().map(|detail| &detail.subject);
    assert_eq!(subject, Some(&Subject::Task(TaskId(22))));
}

#[test]
fn three_keys_retry_exactly_the_tasks_of_one_reason() {
    let mut screen = screen();
    screen.keys("Fr");
    let question = "Retry 3 tasks of shell: 'Follow' not found?";
    assert!(screen.text().contains(question), "{}", screen.text());
    screen.keys("\n");
    assert!(screen.model.commands.is_empty());
    screen.keys("y");
    assert_eq!(screen.model.commands, [Command::Retry(ids(&[22, 21, 20]))]);
}

#[test]
fn a_question_is_about_the_tasks_of_its_moment_and_tells_what_became_of_them() {
    let mut screen = screen();
    screen.keys("Fr");
    screen.model.change(|tasks| {
        tasks.remove(&TaskId(20));
        if let Some(task) = tasks.get_mut(&TaskId(21)) {
            Arc::make_mut(task).status = Status::Running;
        }
        tasks.extend([failed(23, "emu-1", "'Follow' not found")]);
    });
    screen.tell();
    let question = "Retry 2 tasks of shell: 'Follow' not found (1 deleted meanwhile, 1 not failed \
                    any more: left as they are)?";
    assert!(screen.text().contains(question), "{}", screen.text());
    screen.keys("y");
    assert_eq!(screen.model.commands, [Command::Retry(ids(&[22]))]);
}

#[test]
fn marked_groups_are_deleted_together_after_a_question() {
    let mut screen = screen();
    screen.keys("F  D");
    assert!(
        screen.text().contains("Delete 4 tasks of 2 groups?"),
        "{}",
        screen.text()
    );
    screen.keys("y");
    let [Command::Delete(deleted)] = &screen.model.commands[..] else {
        panic!("{:?}", screen.model.commands);
    };
    assert_eq!(deleted.len(), 4);
    assert_eq!(screen.state.marked(), 0);
}

#[test]
fn a_group_that_is_over_gives_way_to_its_neighbour_and_the_line_says_so() {
    let mut screen = screen();
    screen.keys("F");
    screen.model.change(|tasks| tasks.retain(|id, _| id.0 < 20));
    screen.tell();
    assert!(
        said(&screen).starts_with("\"'Follow' not found\" is over; "),
        "{}",
        said(&screen)
    );
}

#[test]
fn a_page_is_not_read_again_while_nothing_changes() {
    let mut screen = screen();
    screen.keys("F");
    for _ in 0..5 {
        let now = screen.now().plus_ms(3_000);
        let effects = update(&mut screen.state, Event::Tick(now));
        assert_eq!(effects, []);
    }
}

#[test]
fn a_late_answer_to_a_page_that_was_left_changes_nothing() {
    let mut screen = screen();
    let effects = update(&mut screen.state, Event::Key(key('F')));
    let [
        Effect::Ask {
            no,
            ask: Ask::Failures,
        },
    ] = effects[..]
    else {
        panic!("{effects:?}");
    };
    let late = screen.model.answer(&Ask::Failures);
    screen.keys("qF");
    let before = screen.text();
    screen.model.change(std::collections::BTreeMap::clear);
    screen.send(Event::Answer { no, answer: late });
    assert_eq!(screen.text(), before);
}

#[test]
fn a_page_that_cannot_be_read_says_why_and_keeps_its_rows() {
    let mut screen = screen();
    screen.keys("F");
    screen.model.change(|_| {});
    let farm = screen.model.state();
    screen.send(Event::Tick(screen.now().plus_ms(2_000)));
    let effects = update(&mut screen.state, Event::Farm(farm));
    let asked = effects.iter().find_map(|effect| match effect {
        Effect::Ask {
            no,
            ask: Ask::Failures,
        } => Some(*no),
        _ => None,
    });
    let down = Err(SourceError::Failed("the store is away".into()));
    screen.send(Event::Answer {
        no: asked.unwrap(),
        answer: Answer::Failures(down),
    });
    let text = screen.text();
    assert!(
        text.contains("nothing newer is known: the store is away"),
        "{text}"
    );
    assert!(text.contains("'Follow' not found"), "{text}");
}

#[test]
fn a_session_that_may_only_look_sees_the_pages_and_changes_nothing() {
    let options = Options {
        access: Access::ReadOnly,
        ..Options::default()
    };
    let mut screen = Screen::of(120, 40, options);
    for keys in ["Xs", "Fr", "D"] {
        screen.keys(keys);
        assert!(matches!(screen.state.mode, Mode::Normal), "{keys}");
        assert!(said(&screen).starts_with("read-only: "), "{keys}");
    }
    screen.send(Event::Tick(screen.now().plus_ms(30_000)));
    for page in ["X", "F"] {
        screen.keys(page);
        let last = screen.text().lines().last().unwrap().to_owned();
        for word in ["stop", "retry", "delete"] {
            assert!(!last.contains(word), "{last}");
        }
    }
    assert!(screen.model.commands.is_empty());
}

#[test]
fn another_panel_takes_the_place_of_a_page() {
    let mut screen = screen();
    screen.keys("F2");
    assert!(screen.state.page.is_none());
    assert_eq!(screen.state.panel, Panel::Tasks);
    screen.keys("XF");
    assert!(screen.state.reasons().is_some());
}
