//! New tasks: the choice of a script, its form, the farm's check, the question, and what comes
//! of it.

use crate::console::event::{Answer, Ask, Effect, Event};
use crate::console::key::{Code, Key};
use crate::console::new_tasks::{Recipients, ScriptInfo, SubmitError};
use crate::console::source::SourceError;
use crate::console::state::{Access, Form, Mode, Options};
use crate::console::testing::{Screen, key};
use crate::console::update::update;
use crate::flow::{Kind, Parameter};
use crate::model::{Status, TaskId};

/// The key that creates.
const CREATE: Key = Key::ctrl('o');

fn create(screen: &mut Screen) {
    screen.send(Event::Key(CREATE));
}

fn press(screen: &mut Screen, code: Code, times: usize) {
    for _ in 0..times {
        screen.send(Event::Key(code.into()));
    }
}

/// The form of a script, for the phones that are marked with so many spaces.
fn form(marks: &str, script: &str) -> Screen {
    let mut screen = Screen::new(100, 30);
    screen.keys(marks);
    screen.keys("n");
    screen.keys(script);
    screen.keys("\n");
    assert!(matches!(screen.state.mode, Mode::Form), "{}", screen.text());
    screen
}

fn open(screen: &Screen) -> &Form {
    screen.state.form.as_ref().unwrap()
}

fn said(screen: &Screen) -> String {
    let message = screen.state.message.as_ref();
    message.map_or_else(String::new, |message| message.text.clone())
}

fn phones(serials: &[&str]) -> Recipients {
    Recipients::Phones(serials.iter().map(|s| (*s).to_owned()).collect())
}

#[test]
fn a_post_on_three_marked_phones_takes_eight_keys_and_the_text() {
    let mut screen = form("   ", "post");
    screen.keys("\thello");
    create(&mut screen);
    assert!(
        screen
            .text()
            .contains("Create 3 tasks of post on 3 phones?"),
        "{}",
        screen.text()
    );
    assert!(screen.model.submissions.is_empty());
    screen.keys("y");
    let sent = &screen.model.submissions[0];
    assert_eq!((sent.tasks.script.as_str(), sent.agreed), ("post", 3));
    assert_eq!(
        sent.tasks.batches[0].recipients,
        phones(&["emu-1", "emu-2", "emu-3"])
    );
    // Only what was typed: the rest is the farm's own default.
    let config = &sent.tasks.batches[0].config;
    assert_eq!(
        serde_json::to_string(config).unwrap(),
        r#"{"captions":"hello"}"#
    );
    assert_eq!(said(&screen), "3 tasks of post created (15, 16, 17)");
    assert!(screen.state.devices.marks().is_empty());
    assert!(screen.state.form.is_none());
}

#[test]
fn neither_enter_nor_no_creates_several_tasks_and_what_was_typed_stays() {
    let mut screen = form("  ", "shell");
    screen.keys("true");
    create(&mut screen);
    screen.keys("\n\n n");
    assert!(matches!(screen.state.mode, Mode::Form));
    assert!(screen.text().contains("true"), "{}", screen.text());
    assert!(screen.model.submissions.is_empty());
}

#[test]
fn one_task_is_created_without_a_question() {
    let mut screen = form("j", "shell");
    screen.keys("true");
    create(&mut screen);
    assert_eq!(said(&screen), "1 task of shell created (15)");
    let sent = &screen.model.submissions[0];
    assert_eq!(sent.tasks.batches[0].recipients, phones(&["emu-2"]));
}

#[test]
fn enter_goes_from_field_to_field_and_creates_behind_the_last() {
    let mut screen = form("", "shell");
    screen.keys("true\n\n\n");
    assert!(screen.model.submissions.is_empty());
    screen.keys("\n");
    assert_eq!(screen.model.submissions.len(), 1);
}

#[test]
fn what_the_farm_refuses_is_told_at_its_field_and_nothing_typed_is_lost() {
    let mut screen = form("", "shell");
    screen.keys("\t");
    press(&mut screen, Code::Backspace, 2);
    screen.keys("soon");
    create(&mut screen);
    assert!(screen.text().contains("script_config.command is missing"));
    assert_eq!(open(&screen).at, 0);
    screen.keys("true");
    create(&mut screen);
    let text = screen.text();
    assert!(
        text.contains("must be a number, not the text \"soon\""),
        "{text}"
    );
    assert!(
        text.contains("true") && !text.contains("is missing"),
        "{text}"
    );
    assert_eq!(open(&screen).at, 1);
    screen.send(Event::Key(Key::ctrl('u')));
    screen.keys("5");
    create(&mut screen);
    let config = &screen.model.submissions[0].tasks.batches[0].config;
    assert_eq!(config["timeout"], 5);
}

#[test]
fn phones_can_be_typed_and_a_pattern_means_those_that_are_like_it() {
    let mut screen = form("", "shell");
    screen.keys("true\t\t");
    screen.send(Event::Key(Key::ctrl('u')));
    screen.keys("x-*");
    create(&mut screen);
    assert!(screen.text().contains("no phone is like 'x-*'"));
    screen.send(Event::Key(Key::ctrl('u')));
    screen.keys("emu-4 EMU-?");
    create(&mut screen);
    screen.keys("y");
    let recipients = &screen.model.submissions[0].tasks.batches[0].recipients;
    assert_eq!(
        *recipients,
        phones(&["emu-4", "emu-1", "emu-2", "emu-3", "emu-5"])
    );
}

#[test]
fn a_phone_that_was_never_seen_is_told_in_the_question_and_in_the_answer() {
    let mut screen = form("", "shell");
    screen.keys("true\t\t lost-1");
    create(&mut screen);
    assert!(
        screen
            .text()
            .contains("(lost-1 was never seen: its tasks wait)")
    );
    screen.keys("y");
    assert!(said(&screen).contains("never seen, so they wait for: lost-1"));
}

#[test]
fn lists_take_several_lines_at_once_and_choices_turn() {
    let mut screen = form("", "post");
    press(&mut screen, Code::Right, 1);
    screen.keys("\t\t");
    screen.send(Event::Paste("/a.png\n/b c.png\n".into()));
    screen.keys("\n/d.png\n\n");
    create(&mut screen);
    let config = &screen.model.submissions[0].tasks.batches[0].config;
    assert_eq!(config["content_type"], 1);
    assert_eq!(
        config["material_list"],
        serde_json::json!(["/a.png", "/b c.png", "/d.png"])
    );
}

#[test]
fn parameters_without_effect_on_this_farm_have_no_field() {
    let text = form("", "post").text();
    assert!(text.contains("captions"));
    assert!(!text.contains("add_sound"), "{text}");
}

#[test]
fn marked_accounts_are_named_and_go_to_their_own_phones() {
    let mut screen = Screen::new(100, 30);
    screen.keys("3nfollow\n");
    let text = screen.text();
    assert!(text.contains("accounts by name"), "{text}");
    assert!(text.contains("sample/ada"), "{text}");
    assert!(!text.contains("phones  "), "{text}");
}

#[test]
fn a_lost_answer_leaves_the_form_and_creating_again_is_the_same_request() {
    let mut screen = form("", "shell");
    screen.keys("true");
    screen.model.lost = true;
    create(&mut screen);
    let text = screen.text();
    assert!(text.contains("outcome unknown: lost"), "{text}");
    assert!(text.contains("makes no task twice"), "{text}");
    screen.model.lost = false;
    create(&mut screen);
    assert!(screen.text().contains("then no more are made"));
    screen.keys("y");
    let sent = &screen.model.submissions;
    assert_eq!(sent[0], sent[1]);
    assert_eq!(said(&screen), "1 task of shell created (15)");
}

#[test]
fn another_request_after_a_lost_answer_has_a_key_of_its_own_and_is_asked_about() {
    let mut screen = form("", "shell");
    screen.keys("true");
    screen.model.lost = true;
    create(&mut screen);
    screen.model.lost = false;
    screen.keys("!");
    create(&mut screen);
    assert!(screen.text().contains("these are others"));
    screen.keys("y");
    let sent = &screen.model.submissions;
    assert_ne!(sent[0].key, sent[1].key);
}

#[test]
fn a_refusal_that_no_field_explains_stands_above_the_fields() {
    let mut screen = form("", "shell");
    let refused = SourceError::Refused("no account x".into());
    screen.model.refusal = Some(SubmitError::Source(refused));
    screen.keys("true");
    create(&mut screen);
    assert!(screen.text().contains("no account x"));
    assert!(matches!(screen.state.mode, Mode::Form));
}

#[test]
fn leaving_a_form_asks_if_something_was_typed() {
    let mut screen = form("", "shell");
    screen.keys("\u{1b}");
    assert!(matches!(screen.state.mode, Mode::Normal));
    let mut screen = form("", "shell");
    screen.keys("t\u{1b}\u{1b}");
    assert!(matches!(screen.state.mode, Mode::Form));
    screen.keys("\u{1b}y");
    assert!(matches!(screen.state.mode, Mode::Normal));
    assert!(screen.state.form.is_none());
}

#[test]
fn a_failed_task_is_tried_again_with_what_it_had_and_what_is_changed() {
    let mut screen = Screen::new(100, 30);
    screen.keys("2/9\njje");
    let text = screen.text();
    assert!(text.contains("Task 9 again: shell"), "{text}");
    assert!(text.contains("false") && text.contains("emu-3"), "{text}");
    screen.keys(" || true");
    create(&mut screen);
    let sent = &screen.model.submissions[0].tasks.batches[0];
    assert_eq!(sent.config["command"], "false || true");
    assert_eq!(sent.recipients, phones(&["emu-3"]));
    assert_eq!(said(&screen), "1 task of shell created (15), from 9");
    assert_eq!(screen.model.tasks[&TaskId(9)].status, Status::Failed);
}

#[test]
fn several_tasks_keep_what_differs_between_them_unless_it_is_typed_over() {
    let mut screen = Screen::new(100, 30);
    screen.model.change(|tasks| {
        let task = std::sync::Arc::make_mut(tasks.get_mut(&TaskId(8)).unwrap());
        let config = serde_json::json!({"command": "ls", "timeout": 7});
        task.config = crate::model::ScriptConfig::new(config.as_object().unwrap());
    });
    screen.tell();
    screen.keys("2/!7\njjjjjj  e");
    let text = screen.text();
    assert!(text.contains("2 tasks again: shell"), "{text}");
    assert_eq!(text.matches("(differs)").count(), 2, "{text}");
    screen.keys("\t9");
    create(&mut screen);
    assert!(screen.text().contains("Create 2 tasks of shell on emu-3?"));
    screen.keys("y");
    let batches = &screen.model.submissions[0].tasks.batches;
    let sent: Vec<_> = batches
        .iter()
        .map(|b| (b.config["command"].as_str().unwrap(), &b.config["timeout"]))
        .collect();
    let nine = serde_json::json!(9);
    assert_eq!(sent, [("ls", &nine), ("false", &nine)]);
}

#[test]
fn tasks_of_several_scripts_and_tasks_that_run_are_refused() {
    let mut screen = Screen::new(100, 30);
    screen.keys("2jjjj  e");
    assert!(said(&screen).contains("is running"), "{}", said(&screen));
    screen.keys("Ugjjjj  e");
    let said = said(&screen);
    assert!(said.contains("several scripts (post, shell)"), "{said}");
    assert!(screen.state.form.is_none());
}

#[test]
fn typing_narrows_the_scripts_and_enter_takes_the_selected_one() {
    let mut screen = Screen::new(100, 30);
    screen.keys("nfo");
    let text = screen.text();
    assert!(text.contains("> follow"), "{text}");
    assert!(
        text.contains("unfollow") && !text.contains("reboot"),
        "{text}"
    );
    press(&mut screen, Code::Down, 1);
    screen.keys("\n");
    assert_eq!(open(&screen).script.name, "unfollow");
}

#[test]
fn a_choice_that_fits_nothing_says_so_and_opens_nothing() {
    let mut screen = Screen::new(100, 30);
    screen.keys("nzzz\n");
    assert!(screen.text().contains("no script has 'zzz'"));
    screen.keys("\u{1b}");
    assert!(matches!(screen.state.mode, Mode::Normal));
}

#[test]
fn enter_ahead_of_the_list_of_scripts_is_not_lost() {
    let mut screen = Screen::new(100, 30);
    screen.state.scripts.list.clear();
    let mut effects = Vec::new();
    for c in "nshell\n".chars() {
        effects.extend(update(&mut screen.state, Event::Key(key(c))));
    }
    let no = effects.iter().find_map(|effect| match effect {
        Effect::Ask { no, ask } if *ask == Ask::Scripts => Some(*no),
        _ => None,
    });
    let Answer::Scripts(scripts) = screen.model.answer(&Ask::Scripts) else {
        unreachable!()
    };
    let answer = Answer::Scripts(scripts);
    screen.send(Event::Answer {
        no: no.unwrap(),
        answer,
    });
    assert_eq!(open(&screen).script.name, "shell");
}

#[test]
fn a_session_that_may_only_look_opens_no_form() {
    let options = Options {
        access: Access::ReadOnly,
        ..Options::default()
    };
    let mut screen = Screen::of(100, 30, options);
    screen.keys("n");
    assert_eq!(said(&screen), "read-only: new is not available here");
    screen.keys("2je");
    assert_eq!(said(&screen), "read-only: edit is not available here");
    assert!(screen.state.form.is_none());
}

#[test]
fn a_secret_is_neither_shown_nor_recorded() {
    let mut screen = Screen::new(100, 30);
    let secret = Parameter {
        name: "password".into(),
        kind: Kind::String,
        help: "of the account".into(),
        required: true,
        default: None,
        min: None,
        max: None,
        choices: Vec::new(),
        neutral: Vec::new(),
        reason: None,
        max_length: None,
        format: None,
        pick: None,
        at_most: None,
        secret: true,
    };
    let script = ScriptInfo {
        name: "login".into(),
        title: "Log in".into(),
        help: "Logs in.".into(),
        parameters: vec![secret],
        accounts: false,
    };
    let form = Form::new(script.into(), &[], &[]);
    screen.state.form = Some(form);
    screen.state.mode = Mode::Form;
    screen.keys("pa ss");
    let text = screen.text();
    assert!(
        text.contains("password*  *****") && !text.contains("pa ss"),
        "{text}"
    );
    assert!(screen.state.types_secret());
    let masked = format!("{:?}", Event::Paste("pa\nss".into()).masked());
    assert!(!masked.contains("pa"), "{masked}");
    let masked = format!("{:?}", Event::Key('p'.into()).masked());
    assert!(masked.contains('*'), "{masked}");
}
