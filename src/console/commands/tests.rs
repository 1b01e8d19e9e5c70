//! Reading lines.

use std::collections::BTreeSet;

use super::{COMMANDS, Danger, Order, parse};
use crate::console::state::{Panel, Verb};
use crate::model::{Serial, TaskId};

fn read(line: &str) -> Order {
    parse(line, Danger::Destroys).unwrap()
}

fn refused(line: &str) -> String {
    parse(line, Danger::Destroys).unwrap_err().to_string()
}

#[test]
fn a_name_means_one_command() {
    let names: Vec<_> = COMMANDS.iter().flat_map(|info| info.names).collect();
    let different: BTreeSet<_> = names.iter().collect();
    assert_eq!(names.len(), different.len());
}

#[test]
fn commands_are_read_by_name_and_by_a_shorter_one() {
    assert_eq!(read("task 7"), Order::Task(TaskId(7)));
    assert_eq!(read(" t  7 "), Order::Task(TaskId(7)));
    assert_eq!(read("q"), Order::Quit);
    assert_eq!(read("accounts"), Order::Panel(Panel::Accounts));
    assert_eq!(read("filter"), Order::Filter(String::new()));
    assert_eq!(
        read("f state=failed emu"),
        Order::Filter("state=failed emu".into())
    );
    assert_eq!(read("logs not found"), Order::Logs("not found".into()));
    let serial = Serial::new("emu-1").unwrap();
    assert_eq!(read("release emu-1"), Order::Release(serial.clone()));
    let reason = "new  cable".to_owned();
    assert_eq!(
        read("hold emu-1  new  cable"),
        Order::Hold(serial.clone(), reason)
    );
    let text = "group=r2 tags=".to_owned();
    assert_eq!(
        read("label emu-1 group=r2 tags="),
        Order::Label(serial, text)
    );
    assert_eq!(
        read("sort task and step"),
        Order::Sort("task and step".into())
    );
}

#[test]
fn several_ids_are_taken_once_each() {
    let ids = vec![TaskId(3), TaskId(5)];
    assert_eq!(read("stop 5, 3 5"), Order::Tasks(Verb::Stop, ids));
}

#[test]
fn errors_name_what_is_accepted() {
    assert_eq!(
        refused("tsk 7"),
        "unknown command 'tsk': did you mean 'task'?"
    );
    assert!(refused("zzz").contains("one of task, log, logs, device"));
    assert_eq!(refused("task"), "task takes the id of a task, such as 123");
    assert_eq!(
        refused("task x"),
        "task takes the id of a task, such as 123, not 'x'"
    );
    assert_eq!(refused("quit now"), "quit takes nothing, not 'now'");
    assert_eq!(
        refused("hold emu-1"),
        "hold takes a phone's serial and why, such as R58M1 new cable, not 'emu-1'"
    );
    assert!(refused("label emu-1").contains("name=, group= or tags="));
    assert_eq!(
        refused("delete ,"),
        "delete takes ids of tasks, such as 123 124, not ','"
    );
}

#[test]
fn a_session_that_may_only_look_is_refused_what_acts() {
    let error = parse("stop 7", Danger::Looks).unwrap_err().to_string();
    assert_eq!(error, "read-only: stop is not available here");
    assert!(parse("task 7", Danger::Looks).is_ok());
    let error = parse("stpo", Danger::Looks).unwrap_err().to_string();
    assert!(!error.contains("'stop'"), "{error}");
}
