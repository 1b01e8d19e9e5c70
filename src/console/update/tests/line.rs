//! The command line.

use std::path::PathBuf;

use crate::console::event::Event;
use crate::console::key::Code;
use crate::console::source::{Command, PhoneCommand};
use crate::console::state::{Access, HistoryFile, Mode, Options, Panel, Subject};
use crate::console::testing::Screen;
use crate::model::{DevicePatch, Serial, TaskId};

fn on(line: &str) -> Screen {
    let mut screen = Screen::new(100, 30);
    screen.keys(":");
    screen.keys(line);
    screen
}

fn said(screen: &Screen) -> String {
    let message = screen.state.message.as_ref();
    message.map_or_else(String::new, |message| message.text.clone())
}

fn typed(screen: &Screen) -> &str {
    match &screen.state.mode {
        Mode::Line(line) => line.input.value(),
        mode => panic!("{mode:?}"),
    }
}

fn press(screen: &mut Screen, code: Code) {
    screen.send(Event::Key(code.into()));
}

fn detail(screen: &Screen) -> Option<TaskId> {
    match &screen.state.detail.as_ref()?.subject {
        Subject::Task(id) => Some(*id),
        Subject::Device(_) | Subject::Account(_) | Subject::Incident(_) => None,
    }
}

#[test]
fn a_task_is_shown_by_its_id_and_one_that_is_not_there_is_told() {
    assert_eq!(detail(&on("task 9\n")), Some(TaskId(9)));
    let screen = on("t 99\n");
    assert_eq!(said(&screen), "there is no task 99");
    assert_eq!(detail(&screen), None);
}

#[test]
fn a_log_is_opened_by_the_id_of_its_task() {
    let screen = on("log 9\n");
    assert_eq!(
        screen
            .state
            .viewer
            .as_ref()
            .unwrap()
            .file
            .as_ref()
            .unwrap()
            .task,
        TaskId(9)
    );
    assert_eq!(said(&on("log 99\n")), "there is no task 99");
}

#[test]
fn one_phone_is_selected_and_several_are_filtered() {
    let mut screen = on("device emu-3\n");
    let selected = |screen: &Screen| screen.state.devices.selected().unwrap().to_string();
    assert_eq!(selected(&screen), "emu-3");
    screen.keys("1/emu-1\n:device EMU-4\n");
    assert_eq!(selected(&screen), "emu-4");
    screen.keys(":d *-?\n");
    assert_eq!(said(&screen), "5 phones are like '*-?'");
    assert_eq!(screen.state.device_filter.text, "serial=*-?");
    assert_eq!(screen.state.devices.order().len(), 5);
    screen.keys(":d x*\n");
    assert!(screen.text().contains("no phone is like 'x*'"));
}

#[test]
fn what_cannot_be_read_stays_open_with_what_is_accepted() {
    let mut screen = on("tsk 7\n");
    assert!(
        screen
            .text()
            .contains("unknown command 'tsk': did you mean 'task'?")
    );
    assert_eq!(typed(&screen), "tsk 7");
    screen.keys("\u{1b}:filter state=away\n");
    assert!(screen.text().contains("not 'away'"), "{}", screen.text());
    screen.keys("\u{1b}:script pots\n");
    assert!(
        screen.text().contains("did you mean 'post'?"),
        "{}",
        screen.text()
    );
}

#[test]
fn tab_completes_names_and_arguments_and_goes_through_them() {
    let mut screen = on("ac\t");
    assert_eq!(typed(&screen), "accounts ");
    screen.keys("\u{1b}:device emu\t");
    assert_eq!(typed(&screen), "device emu-");
    screen.keys("\t\t");
    assert_eq!(typed(&screen), "device emu-2");
    assert!(screen.text().contains("[emu-2]"), "{}", screen.text());
    press(&mut screen, Code::BackTab);
    assert_eq!(typed(&screen), "device emu-1");
    screen.keys("\u{1b}:script pos\t");
    assert_eq!(typed(&screen), "script post ");
    screen.keys("\n");
    assert_eq!(screen.state.form.as_ref().unwrap().script.name, "post");
}

#[test]
fn the_commands_that_fit_are_listed_while_their_name_is_typed() {
    let screen = on("de");
    let text = screen.text();
    assert!(
        text.contains("device PATTERN") && text.contains("delete ID ..."),
        "{text}"
    );
    assert!(!text.contains("theme NAME"), "{text}");
}

#[test]
fn the_history_brings_back_what_begins_so() {
    let mut screen = on("device emu-3\n");
    screen.keys(":tasks\n:devices\n:de");
    press(&mut screen, Code::Up);
    assert_eq!(typed(&screen), "devices");
    press(&mut screen, Code::Up);
    press(&mut screen, Code::Up);
    assert_eq!(typed(&screen), "device emu-3");
    press(&mut screen, Code::Down);
    press(&mut screen, Code::Down);
    assert_eq!(typed(&screen), "de");
}

#[test]
fn the_history_is_kept_without_what_was_wrong_or_typed_behind_a_space() {
    let options = Options {
        history: Some(HistoryFile {
            path: PathBuf::from("history"),
            lines: vec!["task 1".into()],
        }),
        ..Options::default()
    };
    let mut screen = Screen::of(100, 30, options);
    screen.keys(":tsk\n\u{1b}: theme mono\n:devices\n");
    assert_eq!(screen.model.remembered, [["task 1", "devices"]]);
}

#[test]
fn what_acts_on_tasks_asks_and_names_its_scope() {
    let mut screen = on("delete 12 9 99\n");
    assert!(
        screen
            .text()
            .contains("Delete 2 tasks (1 running: it is stopped first)?"),
        "{}",
        screen.text()
    );
    screen.keys("\n");
    assert!(screen.model.commands.is_empty());
    screen.keys("y");
    let ids = vec![TaskId(9), TaskId(12)];
    assert_eq!(screen.model.commands, [Command::Delete(ids)]);
}

#[test]
fn a_session_that_may_only_look_is_neither_offered_nor_given_what_acts() {
    let options = Options {
        access: Access::ReadOnly,
        ..Options::default()
    };
    let mut screen = Screen::of(100, 30, options);
    screen.keys(":de");
    assert!(!screen.text().contains("delete"), "{}", screen.text());
    screen.keys("lete 9\n");
    assert!(
        screen
            .text()
            .contains("read-only: delete is not available here")
    );
    screen.keys("y\u{1b}:stop ");
    assert!(!screen.text().contains("stop tasks"), "{}", screen.text());
    screen.keys("\t\u{1b}:script \t");
    assert!(!screen.text().contains(":script post"), "{}", screen.text());
    screen.keys("\u{1b}:script post\n");
    assert!(screen.state.form.is_none());
    assert!(screen.model.commands.is_empty());
}

#[test]
fn filters_lists_themes_help_and_the_end_are_commands_too() {
    let mut screen = on("filter emu-2\n");
    assert_eq!(screen.state.devices.order().len(), 1);
    screen.keys(":f\n:incidents\n");
    assert_eq!(screen.state.devices.order().len(), 5);
    assert_eq!(screen.state.panel, Panel::Incidents);
    let look = screen.state.options.look;
    screen.keys(":theme light\n");
    assert_ne!(screen.state.options.look, look);
    screen.keys(":help\n");
    assert!(matches!(screen.state.mode, Mode::Help(0)));
    screen.keys("q:q\n");
    assert!(matches!(screen.state.mode, Mode::Confirm(_)));
}

#[test]
fn a_list_is_sorted_by_the_name_of_a_column_and_again_turned_round() {
    let first = |screen: &Screen| screen.state.devices.order()[0].to_string();
    let mut screen = on("sort BATT\n");
    assert_eq!(first(&screen), "emu-2");
    screen.keys(":sort batt\n");
    assert_eq!(first(&screen), "emu-1");
    screen.keys(":sort task and step\n2:sort state\n");
    let text = screen.text();
    assert!(text.contains("by task and step, low first"), "{text}");
    assert!(text.contains("by state, pending first"), "{text}");
    screen.keys(":sort bat\n");
    let text = screen.text();
    assert!(text.contains("tasks cannot be sorted by 'bat'"), "{text}");
    assert!(text.contains("finished"), "{text}");
}

#[test]
fn a_phone_that_is_named_is_held_and_labelled_without_a_question() {
    let mut screen = on("hold emu-3 new cable\n");
    let serials = vec![Serial::new("emu-3").unwrap()];
    let hold = PhoneCommand::Hold {
        serials: serials.clone(),
        reason: "new cable".into(),
    };
    assert_eq!(screen.model.commands, [Command::Phones(hold)]);
    screen.keys(":label emu-3 name=\"Rack 2\" group=r2\n");
    let patch = DevicePatch {
        name: Some(Some("Rack 2".parse().unwrap())),
        group: Some(Some("r2".parse().unwrap())),
        ..DevicePatch::default()
    };
    let label = PhoneCommand::Edit { serials, patch };
    assert_eq!(screen.model.commands[1], Command::Phones(label));
}

#[test]
fn what_is_wrong_with_a_label_or_a_reason_keeps_the_line_open() {
    let mut screen = on("label emu-3 colour=red\n");
    assert_eq!(typed(&screen), "label emu-3 colour=red");
    screen.keys("\u{1b}:label emu-3 group=\n");
    assert_eq!(said(&screen), "nothing was changed");
    let long = "x".repeat(1_000);
    screen.keys(&format!(":hold emu-3 {long}\n"));
    let text = screen.text();
    assert!(text.contains("a reason is expected, in 1 to"), "{text}");
    assert!(screen.model.commands.is_empty());
}

#[test]
fn tab_completes_filters_columns_and_labels_too() {
    let mut screen = on("filter sta\t");
    assert_eq!(typed(&screen), "filter state=");
    screen.keys("hel\t!device=EMU-3\t");
    assert_eq!(typed(&screen), "filter state=held !device=emu-3 ");
    screen.keys("\u{1b}:filter model=\t");
    assert!(screen.text().contains("Galaxy"), "{}", screen.text());
    screen.keys("\u{1b}:sort task an\t");
    assert_eq!(typed(&screen), "sort task and step ");
    screen.keys("\u{1b}:label emu-3 g\t");
    assert_eq!(typed(&screen), "label emu-3 group=");
    screen.keys("\u{1b}:hold emu-3 e\t");
    assert_eq!(typed(&screen), "hold emu-3 e");
}

#[test]
fn a_session_that_may_only_look_sorts_but_neither_holds_nor_labels() {
    let options = Options {
        access: Access::ReadOnly,
        ..Options::default()
    };
    let mut screen = Screen::of(100, 30, options);
    screen.keys(":sort batt\n");
    assert_eq!(screen.state.devices.order()[0].as_str(), "emu-2");
    for (line, name) in [("hold emu-3 why", "hold"), ("label emu-3 group=a", "label")] {
        screen.keys(&format!(":{line}\n"));
        let refused = format!("read-only: {name} is not available here");
        assert!(screen.text().contains(&refused), "{}", screen.text());
        screen.keys("\u{1b}");
    }
    assert!(screen.model.commands.is_empty());
}
