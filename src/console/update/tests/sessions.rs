//! Sequences of keys, saving what is shown, the mouse, and the news of a recording.

use super::{ids, said, selected};
use crate::console::event::{Event, RecordingNews};
use crate::console::mouse::{Gesture, Mouse, MouseUse};
use crate::console::saved::{Content, Format, Saved, Tasks};
use crate::console::state::{KeymapFile, Mode, Options, Panel, Subject};
use crate::console::testing::Screen;

fn with_keys(text: &str) -> Screen {
    let keymap = Some(KeymapFile {
        name: "my.toml".into(),
        text: text.into(),
    });
    let options = Options {
        keymap,
        ..Options::default()
    };
    let mut screen = Screen::of(120, 40, options);
    screen.keys("2j");
    screen
}

fn last_line(screen: &Screen) -> String {
    screen.text().lines().last().unwrap_or_default().to_owned()
}

const SEQUENCES: &str = "[list]\nfirst = [\"g g\"]\nlast = [\"g e\"]\n";

#[test]
fn a_sequence_shows_how_it_goes_on_and_acts_with_its_last_key() {
    let mut screen = with_keys(SEQUENCES);
    screen.keys("g");
    assert_eq!(last_line(&screen), "g  g first  e last  esc cancel");
    screen.keys("e");
    assert_eq!(selected(&screen), Some(3));
    assert!(!last_line(&screen).contains("cancel"));
    screen.keys("gg");
    assert_eq!(selected(&screen), Some(14));
}

#[test]
fn esc_cancels_a_sequence_and_does_nothing_else() {
    let mut screen = with_keys(SEQUENCES);
    screen.keys("g\u{1b}e");
    assert_eq!(selected(&screen), Some(14));
    assert!(screen.state.begun.is_none());
}

#[test]
fn a_key_that_does_not_continue_a_sequence_does_nothing_at_all() {
    let mut screen = with_keys(SEQUENCES);
    screen.keys("gD");
    assert!(matches!(screen.state.mode, Mode::Normal));
    assert_eq!(said(&screen), "'g D' does nothing here");
}

#[test]
fn the_help_shows_sequences() {
    let mut screen = with_keys("[list]\nfirst = [\"g g\", \"home\"]\n");
    screen.keys("?");
    assert!(screen.text().contains("g g, home"), "{}", screen.text());
}

/// Takes the proposed name away and types another.
fn save_as(screen: &mut Screen, name: &str) {
    screen.keys("S");
    screen.send(Event::Key(crate::console::Key::ctrl('u')));
    screen.keys(name);
    screen.keys("\n");
}

#[test]
fn a_name_is_proposed_that_tells_what_and_when() {
    let mut screen = with_keys("");
    screen.keys("S");
    let line = last_line(&screen);
    assert!(line.ends_with("tasks-19700101-140307.csv"), "{line}");
}

#[test]
fn the_rows_of_the_list_are_saved_as_the_filter_shows_them() {
    let mut screen = Screen::new(120, 40);
    screen.keys("/state=online\n");
    save_as(&mut screen, "phones.csv");
    let (path, content) = screen.model.saves.pop().unwrap();
    assert_eq!(path, "phones.csv");
    let Content::Text(text) = content else {
        panic!("phones are known already");
    };
    let rows: Vec<_> = text.lines().collect();
    assert!(rows[0].starts_with("serial,"), "{text}");
    assert_eq!(rows.len(), 2, "{text}");
    assert!(rows[1].starts_with("emu-3,"), "{text}");
    assert_eq!(said(&screen), "1 phone saved in phones.csv");
}

#[test]
fn tasks_are_asked_of_the_farm_and_counted() {
    let mut screen = with_keys("");
    screen.model.saved = Saved {
        rows: 12,
        total: 12,
    };
    save_as(&mut screen, "all.json");
    let (_, content) = screen.model.saves.pop().unwrap();
    assert!(
        matches!(content, Content::Tasks(Tasks::Shown(_), Format::Json)),
        "{content:?}"
    );
    assert_eq!(said(&screen), "12 tasks saved in all.json");
}

#[test]
fn where_rows_are_marked_only_these_are_saved_and_it_says_so() {
    let mut screen = with_keys("");
    screen.keys("  ");
    screen.model.saved = Saved { rows: 2, total: 2 };
    save_as(&mut screen, "marked.csv");
    let (_, content) = screen.model.saves.pop().unwrap();
    let marked = Content::Tasks(Tasks::Marked(ids(&[14, 13])), Format::Csv);
    assert_eq!(content, marked);
    assert_eq!(said(&screen), "2 marked tasks saved in marked.csv");
}

#[test]
fn a_text_file_is_the_screen_without_the_prompt() {
    let mut screen = Screen::new(120, 40);
    let before = screen.text();
    save_as(&mut screen, "screen.txt");
    let (_, content) = screen.model.saves.pop().unwrap();
    assert_eq!(content, Content::Text(before + "\n"));
}

#[test]
fn another_ending_is_refused_with_what_is_accepted_and_the_prompt_stays() {
    let mut screen = with_keys("");
    save_as(&mut screen, "tasks.xls");
    assert!(matches!(screen.state.mode, Mode::Prompt(_)));
    let text = screen.text();
    assert!(text.contains(".csv or .json is accepted"), "{text}");
    assert!(screen.model.saves.is_empty());
}

fn with_mouse() -> Screen {
    let options = Options {
        mouse: MouseUse::On,
        ..Options::default()
    };
    let mut screen = Screen::of(120, 40, options);
    screen.send(Event::Drawn);
    screen
}

/// The row of the screen on which this stands.
fn row_of(screen: &Screen, text: &str) -> u16 {
    let text_of = screen.text();
    let at = text_of.lines().position(|line| line.contains(text));
    u16::try_from(at.unwrap()).unwrap()
}

fn mouse(screen: &mut Screen, gesture: Gesture, row: u16) {
    screen.send(Event::Mouse(Mouse {
        gesture,
        column: 10,
        row,
    }));
}

#[test]
fn a_click_selects_and_a_second_one_opens() {
    let mut screen = with_mouse();
    let row = row_of(&screen, "lost: the phone");
    mouse(&mut screen, Gesture::Click, row);
    let id = selected(&screen).unwrap();
    assert_eq!(screen.state.panel, Panel::Tasks);
    assert!(screen.state.detail.is_none());
    screen.send(Event::Drawn);
    mouse(&mut screen, Gesture::Click, row);
    let detail = screen.state.detail.as_ref().unwrap();
    assert_eq!(detail.subject, Subject::Task(crate::model::TaskId(id)));
}

#[test]
fn a_click_is_for_the_row_that_was_seen_and_not_for_what_moved_there() {
    let mut screen = with_mouse();
    let row = row_of(&screen, "lost: the phone");
    super::add(&mut screen, 15);
    mouse(&mut screen, Gesture::Click, row);
    let id = selected(&screen).unwrap();
    screen.send(Event::Drawn);
    let there = screen
        .text()
        .lines()
        .nth(usize::from(row) + 1)
        .unwrap_or_default()
        .to_owned();
    assert!(there.contains(&id.to_string()), "{id}: {there}");
}

#[test]
fn a_click_on_a_title_gives_that_list_the_keys() {
    let mut screen = with_mouse();
    let row = row_of(&screen, "2 tasks 12");
    mouse(&mut screen, Gesture::Click, row);
    assert_eq!(screen.state.panel, Panel::Tasks);
}

#[test]
fn the_wheel_scrolls_the_list_under_it_whichever_has_the_keys() {
    let options = Options {
        mouse: MouseUse::On,
        ..Options::default()
    };
    let mut screen = Screen::of(100, 16, options);
    screen.send(Event::Drawn);
    let before = screen.state.devices.selected().cloned();
    let row = row_of(&screen, "2 tasks 12") + 3;
    mouse(&mut screen, Gesture::WheelDown, row);
    assert_eq!(screen.state.tasks.table.top(), 3);
    assert_eq!(screen.state.devices.selected().cloned(), before);
    assert_eq!(screen.state.panel, Panel::Devices);
    mouse(&mut screen, Gesture::WheelUp, row);
    assert_eq!(screen.state.tasks.table.top(), 0);
}

#[test]
fn a_mouse_that_is_not_used_and_one_over_a_question_do_nothing() {
    let mut screen = Screen::new(120, 40);
    screen.send(Event::Drawn);
    let row = row_of(&screen, "lost: the phone");
    mouse(&mut screen, Gesture::Click, row);
    assert_eq!(selected(&screen), None);
    let mut screen = with_mouse();
    screen.keys("q");
    mouse(&mut screen, Gesture::Click, row);
    assert!(matches!(screen.state.mode, Mode::Confirm(_)));
    assert_eq!(selected(&screen), None);
}

#[test]
fn a_session_that_is_recorded_says_so_until_it_is_not() {
    let mut screen = Screen::new(120, 40);
    screen.send(Event::Recording(RecordingNews::Began("s.jsonl".into())));
    let first = |screen: &Screen| screen.text().lines().next().unwrap_or_default().to_owned();
    assert!(first(&screen).contains("REC"), "{}", first(&screen));
    let news = RecordingNews::Ended("the disk does not keep up".into());
    screen.send(Event::Recording(news));
    assert!(!first(&screen).contains("REC"));
    assert_eq!(
        said(&screen),
        "the recording ended: the disk does not keep up"
    );
}
