//! What is done to phones and accounts, and what a shell command writes on several of them.

use std::sync::Arc;

use super::super::outputs;
use super::said;
use crate::console::event::{Effect, Event};
use crate::console::source::{AccountCommand, Command, PhoneCommand, SourceError};
use crate::console::state::State;
use crate::console::testing::{Screen, lines};
use crate::model::{ErrorKind, Serial, Status, TaskError, TaskId, Timestamp};

fn serials(names: &[&str]) -> Vec<Serial> {
    names
        .iter()
        .map(|name| Serial::new(name).unwrap())
        .collect()
}

fn hold(names: &[&str], reason: &str) -> Command {
    Command::Phones(PhoneCommand::Hold {
        serials: serials(names),
        reason: reason.to_owned(),
    })
}

/// What the console has the phones labelled with.
fn labelled(screen: &Screen) -> (Vec<Serial>, String) {
    match screen.model.commands.as_slice() {
        [Command::Phones(PhoneCommand::Edit { serials, patch })] => {
            (serials.clone(), crate::console::labels::words(patch))
        }
        other => panic!("{other:?}"),
    }
}

#[test]
fn one_phone_is_held_with_a_reason_and_no_question() {
    let mut screen = Screen::new(120, 40);
    screen.keys("hcracked screen\n");
    assert_eq!(screen.model.commands, [hold(&["emu-1"], "cracked screen")]);
}

#[test]
fn several_phones_are_held_after_a_question_that_tells_the_scope() {
    let mut screen = Screen::new(120, 40);
    screen.keys("  /emu-1\nhcable\n");
    let question = "Hold 2 phones (1 hidden by the filter): 'cable'? What runs there goes on.";
    assert!(screen.text().contains(question), "{}", screen.text());
    screen.keys("\n");
    assert!(screen.model.commands.is_empty());
    screen.keys("y");
    assert_eq!(screen.model.commands, [hold(&["emu-1", "emu-2"], "cable")]);
    assert!(screen.state.devices.marks().is_empty());
}

#[test]
fn a_hold_without_a_reason_is_told_what_is_missing() {
    let mut screen = Screen::new(120, 40);
    screen.keys("h\n");
    assert!(screen.text().contains("a reason is expected, in 1 to 200"));
    screen.keys("x\n");
    assert_eq!(screen.model.commands, [hold(&["emu-1"], "x")]);
}

#[test]
fn of_the_marked_phones_those_that_are_held_are_released() {
    let mut screen = Screen::new(120, 40);
    screen.keys("*u");
    assert!(screen.text().contains("Release phone emu-4?"));
    screen.keys("y");
    let release = PhoneCommand::Release(serials(&["emu-4"]));
    assert_eq!(screen.model.commands, [Command::Phones(release)]);
}

#[test]
fn what_runs_on_the_selected_phone_is_stopped_at_once() {
    let mut screen = Screen::new(120, 40);
    screen.keys("s");
    assert_eq!(screen.model.commands, [Command::Stop(vec![TaskId(11)])]);
}

#[test]
fn what_runs_on_marked_phones_is_named_before_it_is_stopped() {
    let mut screen = Screen::new(120, 40);
    screen.keys("   s");
    let question = "Stop what runs on 2 phones: 11 on emu-1, 12 on emu-2?";
    assert!(screen.text().contains(question), "{}", screen.text());
    screen.keys("y");
    let stop = Command::Stop(vec![TaskId(11), TaskId(12)]);
    assert_eq!(screen.model.commands, [stop]);
}

#[test]
fn a_phone_without_a_task_has_nothing_to_stop() {
    let mut screen = Screen::new(120, 40);
    screen.keys("jjs");
    assert!(screen.model.commands.is_empty());
    assert_eq!(said(&screen), "no task runs on emu-3");
}

#[test]
fn a_phone_whose_neighbour_went_a_moment_ago_is_asked_about() {
    let mut screen = Screen::new(120, 40);
    screen.keys("/state=busy\n");
    let mut devices = screen.model.farm.devices.to_vec();
    devices[0].task = None;
    screen.model.farm.devices = devices.into();
    screen.tell();
    screen.keys("s");
    assert!(screen.text().contains("Stop what runs on phone emu-2: 12"));
}

#[test]
fn a_phone_is_named_and_grouped_in_a_line() {
    let mut screen = Screen::new(120, 40);
    screen.keys("e");
    assert!(
        screen
            .text()
            .contains("label phone emu-1: name= group= tags=")
    );
    for _ in 0.."name= group= tags=".len() {
        screen.send(Event::Key(crate::console::key::Code::Backspace.into()));
    }
    screen.keys("name=\"Rack 2 / 7\" group=Rack2 tags=new\n");
    let expected = "name Rack 2 / 7, group rack2, tags new".to_owned();
    assert_eq!(labelled(&screen), (serials(&["emu-1"]), expected));
}

#[test]
fn labels_that_stay_as_they_are_change_nothing() {
    let mut screen = Screen::new(120, 40);
    screen.keys("e\n");
    assert!(screen.model.commands.is_empty());
    assert_eq!(said(&screen), "nothing was changed");
}

#[test]
fn several_phones_share_a_group_and_never_a_name() {
    let mut screen = Screen::new(120, 40);
    screen.keys("  e name=x\n");
    assert!(screen.text().contains("a name is for one phone"));
    screen.keys("\u{1b}e");
    for _ in 0.."group= tags=".len() {
        screen.send(Event::Key(crate::console::key::Code::Backspace.into()));
    }
    screen.keys("group=rack2\n");
    assert!(screen.text().contains("Label 2 phones: group rack2?"));
    screen.keys("y");
    let expected = (serials(&["emu-1", "emu-2"]), "group rack2".to_owned());
    assert_eq!(labelled(&screen), expected);
}

#[test]
fn phones_are_found_by_group_and_tag() {
    let mut screen = Screen::with(120, 40, |farm| {
        let mut devices = farm.devices.to_vec();
        let patch = crate::console::labels::read("name=\"Top shelf\" group=rack2 tags=a,b");
        let labels = devices[2].labels.clone();
        devices[2].labels = labels.patched(patch.unwrap()).unwrap();
        farm.devices = devices.into();
    });
    for filter in ["group=Rack2", "tag=b", "shelf", "name=\"Top shelf\""] {
        screen.keys(&format!("/{filter}\n"));
        assert_eq!(
            screen.state.devices.order(),
            serials(&["emu-3"]),
            "{filter}"
        );
        screen.keys("\u{1b}");
    }
}

#[test]
fn an_account_is_added_in_a_line() {
    let mut screen = Screen::new(120, 40);
    screen.keys("3a@Eve emu-3 notes=\"two words\"\n");
    match screen.model.commands.as_slice() {
        [Command::Account(AccountCommand::Add(draft))] => {
            assert_eq!(draft.to_string(), "eve");
            assert_eq!(draft.serial, Serial::new("emu-3").ok());
            assert_eq!(draft.notes, "two words");
        }
        other => panic!("{other:?}"),
    }
}

#[test]
fn an_account_gets_another_phone_in_a_line_that_says_what_it_has() {
    let mut screen = Screen::new(120, 40);
    screen.keys("3c");
    let line = "change account sample/ada: serial=emu-1 notes=main";
    assert!(screen.text().contains(line), "{}", screen.text());
    screen.keys(" serial=emu-2\n");
    assert!(screen.text().contains("serial= is there twice"));
}

/// A command on the first three phones, which have not begun.
fn shell() -> Screen {
    let mut screen = Screen::new(120, 40);
    screen.keys("   !getprop ro.x\n");
    let question = "Run 'getprop ro.x' on 3 phones (2 busy: it waits there)?";
    assert!(screen.text().contains(question), "{}", screen.text());
    screen.keys("y");
    screen
}

/// One of its tasks goes on: an attempt that has written this so far.
fn writes(screen: &mut Screen, id: u64, status: Status, log: &str) {
    screen.model.change(|tasks| {
        let task = Arc::make_mut(tasks.get_mut(&TaskId(id)).unwrap());
        task.status = status;
        task.attempt = 1;
        if status == Status::Failed {
            let mut error = TaskError::new(ErrorKind::Script, "exit 3: no such property");
            error.exit_code = Some(3);
            task.error = Some(error);
        }
    });
    screen.model.logs.insert(TaskId(id), log.to_owned());
}

#[test]
fn an_order_that_may_have_arrived_is_repeated_with_its_key() {
    let mut screen = Screen::new(120, 40);
    let state = &mut screen.state;
    let give = |state: &mut State, answer| {
        let order = outputs::order(state, serials(&["emu-1"]), "ls".to_owned());
        let mut effects = Vec::new();
        outputs::start(state, order.clone(), &mut effects);
        let [Effect::Ask { no, .. }] = effects.as_slice() else {
            panic!("{effects:?}");
        };
        // Also if somebody has left its outputs since.
        state.outputs = None;
        outputs::started(state, *no, answer);
        order.key
    };
    let lost = give(state, Err(SourceError::Unknown("lost".to_owned())));
    let other = outputs::order(state, serials(&["emu-2"]), "ls".to_owned());
    assert_ne!(other.key, lost, "another order");
    assert_eq!(give(state, Ok(vec![TaskId(1)])), lost, "the same again");
    assert_ne!(give(state, Ok(vec![TaskId(2)])), lost, "a new one");
}

/// Time passes.
fn later(screen: &mut Screen) {
    let now = Timestamp(screen.now().0 + 1_000);
    screen.send(Event::Tick(now));
}

#[test]
fn outputs_stand_side_by_side_as_they_come() {
    let mut screen = shell();
    writes(&mut screen, 15, Status::Running, "$ getprop ro.x\nfirst\n");
    writes(
        &mut screen,
        16,
        Status::Completed,
        "$ getprop ro.x\nsecond\n[exit 0]\n",
    );
    writes(
        &mut screen,
        17,
        Status::Failed,
        "$ getprop ro.x\nno such\n[exit 3]\n",
    );
    later(&mut screen);
    screen.state.message = None;
    assert_eq!(
        lines(&screen.text(), 1, 3),
        [
            "─ $ getprop ro.x · 3 phones · 1 failed · 1 not ended · 1 exit 0 ────────────────────────────────────────────────────────",
            "emu-1 ▶ running                         emu-2 ✓ exit 0                          emu-3 ✗ exit 3",
            "first                                   second                                  no such",
        ]
    );
    writes(
        &mut screen,
        15,
        Status::Running,
        "$ getprop ro.x\nfirst\nmore\n",
    );
    later(&mut screen);
    assert!(screen.text().contains("\nmore\n"), "{}", screen.text());
}

#[test]
fn phones_that_wrote_the_same_are_folded_into_one() {
    let mut screen = shell();
    for id in [15, 16, 17] {
        writes(
            &mut screen,
            id,
            Status::Completed,
            "$ getprop ro.x\nsame\n[exit 0]\n",
        );
    }
    later(&mut screen);
    screen.keys("f");
    screen.state.message = None;
    assert_eq!(
        lines(&screen.text(), 2, 3),
        [
            "3 phones: same output ✓ exit 0",
            "emu-1 emu-2 emu-3",
            "same"
        ]
    );
    screen.keys("f");
    assert!(screen.text().contains("emu-2 ✓ exit 0"));
}

#[test]
fn a_group_that_failed_comes_before_the_others() {
    let mut screen = shell();
    writes(&mut screen, 15, Status::Completed, "$ x\n[exit 0]\n");
    writes(&mut screen, 16, Status::Completed, "$ x\n[exit 0]\n");
    writes(&mut screen, 17, Status::Failed, "$ x\nbroken\n[exit 3]\n");
    later(&mut screen);
    screen.keys("f");
    screen.state.message = None;
    let heads = lines(&screen.text(), 2, 1).remove(0);
    assert!(heads.starts_with("emu-3 ✗ exit 3"), "{heads}");
    assert!(heads.contains("2 phones: same output ✓ exit 0"), "{heads}");
}

#[test]
fn of_a_long_output_the_end_is_held_and_shown() {
    let mut screen = shell();
    let numbers: String = (0..5_000).map(|n| format!("{n} line\n")).collect();
    writes(&mut screen, 15, Status::Running, &format!("$ x\n{numbers}"));
    later(&mut screen);
    let text = screen.text();
    assert!(text.contains("\n4999 line"), "{text}");
    assert!(text.contains(" lines before)"), "{text}");
}

#[test]
fn leaving_the_outputs_leaves_the_tasks_alone() {
    let mut screen = shell();
    screen.keys("\u{1b}");
    assert!(screen.text().contains("1 devices 5"));
    assert!(screen.model.commands.is_empty());
    assert!(screen.model.tasks.contains_key(&TaskId(17)));
}

#[test]
fn what_has_not_ended_is_stopped_after_a_question() {
    let mut screen = shell();
    later(&mut screen);
    screen.keys("s");
    assert!(
        screen
            .text()
            .contains("Stop 3 tasks (0 running, 3 pending)?")
    );
    screen.keys("y");
    let ids = [15, 16, 17].map(TaskId).to_vec();
    assert_eq!(screen.model.commands, [Command::Stop(ids)]);
}

#[test]
fn another_command_goes_to_the_same_phones() {
    let mut screen = shell();
    screen.keys("!ls\ny");
    assert!(screen.model.tasks.contains_key(&TaskId(20)));
    assert!(screen.text().contains("$ ls"), "{}", screen.text());
}

#[test]
fn the_whole_log_of_the_selected_output_opens_and_closes_over_it() {
    let mut screen = shell();
    writes(
        &mut screen,
        16,
        Status::Completed,
        "$ x\nsecond\n[exit 0]\n",
    );
    later(&mut screen);
    screen.keys("l\n");
    assert!(screen.text().contains("task 16 · attempt 1 · log.txt"));
    screen.keys("\u{1b}");
    assert!(screen.text().contains("$ getprop ro.x"));
}
