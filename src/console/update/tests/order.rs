//! Sorting, ranges, completion and the search for rows, as an operator meets them.

use std::sync::Arc;

use crate::console::event::{Answer, Ask, Effect, Event, RequestNo};
use crate::console::source::{Command, SourceError};
use crate::console::state::{Mode, Panel};
use crate::console::testing::{Screen, key, lines, task};
use crate::console::update::update;
use crate::model::{Status, TaskId, Timestamp};

use super::{add, ids, marks, on_tasks, remove, said, selected};

fn rows(screen: &Screen) -> Vec<u64> {
    let rows = screen.state.tasks.rows.iter();
    rows.map(|row| row.task.id.0).collect()
}

fn phones(screen: &Screen) -> Vec<&str> {
    let order = screen.state.devices.order().iter();
    order.map(|serial| serial.as_str()).collect()
}

fn line(screen: &Screen) -> String {
    match &screen.state.mode {
        Mode::Prompt(prompt) => prompt.input.value().to_owned(),
        _ => panic!("no line is typed"),
    }
}

/// So many tasks that a window holds only a part of them, the first selected.
fn thousands() -> Screen {
    let mut screen = on_tasks();
    screen.model.change(|tasks| {
        for id in 1..=3_000 {
            let mut task = task(id);
            // Every seventh failed, and the later the id the earlier it began.
            if id % 7 == 0 {
                task.status = Status::Failed;
            }
            task.started_at = Some(Timestamp(1_000_000 - id as i64));
            tasks.insert(TaskId(id), Arc::new(task));
        }
    });
    screen.tell();
    screen.keys("g");
    screen
}

#[test]
fn a_letter_chooses_the_column_and_again_turns_it_round() {
    let mut screen = Screen::new(120, 40);
    screen.keys("o");
    assert!(
        screen.text().contains("sort devices by: s serial  m model"),
        "{}",
        screen.text()
    );
    screen.keys("b");
    assert_eq!(
        phones(&screen),
        ["emu-2", "emu-4", "emu-3", "emu-1", "emu-5"]
    );
    assert!(
        screen.text().contains("▲ by batt, low first"),
        "{}",
        screen.text()
    );
    screen.keys("ob");
    assert_eq!(
        phones(&screen),
        ["emu-1", "emu-3", "emu-4", "emu-2", "emu-5"]
    );
    assert!(screen.text().contains("▼ by batt, high first"));
    screen.keys("O");
    assert_eq!(phones(&screen)[0], "emu-2");
}

#[test]
fn escape_and_other_keys_leave_the_order_as_it_is() {
    let mut screen = Screen::new(120, 40);
    screen.keys("o9");
    assert!(matches!(screen.state.mode, Mode::Sort));
    screen.keys("\u{1b}");
    assert!(matches!(screen.state.mode, Mode::Normal));
    assert_eq!(phones(&screen)[0], "emu-1");
}

#[test]
fn the_selection_stays_on_its_row_when_the_order_changes() {
    let mut screen = Screen::new(120, 40);
    screen.keys("jobO");
    assert_eq!(screen.state.devices.selected().unwrap().as_str(), "emu-2");
    let mut screen = thousands();
    screen.keys("jjjOj");
    assert_eq!(selected(&screen), Some(2_998));
    screen.keys("os");
    assert_eq!(selected(&screen), Some(2_998));
    assert!(rows(&screen).contains(&2_998));
}

#[test]
fn every_list_can_be_sorted_by_every_column_that_says_so() {
    let mut screen = Screen::new(200, 60);
    for panel in ["1", "2", "3", "4"] {
        screen.keys(panel);
        screen.keys("o");
        let letters: Vec<char> = super::super::letters(&screen.state)
            .into_iter()
            .map(|(letter, _)| letter)
            .collect();
        assert!(letters.len() > 3, "{letters:?}");
        screen.keys("\u{1b}");
        for letter in letters {
            screen.keys("o");
            screen.send(Event::Key(key(letter)));
            assert!(
                matches!(screen.state.mode, Mode::Normal),
                "{panel} {letter}"
            );
            screen.keys("O");
        }
    }
}

#[test]
fn tasks_are_sorted_by_the_farm_a_page_at_a_time() {
    let mut screen = thousands();
    screen.keys("or");
    assert!(
        screen.text().contains("▼ by started, newest first"),
        "{}",
        screen.text()
    );
    screen.keys("g");
    assert_eq!(selected(&screen), Some(1));
    screen.keys("G");
    assert_eq!(selected(&screen), Some(3_000));
    assert!(rows(&screen).len() < 300);
    for _ in 0..200 {
        screen.keys("k");
    }
    assert_eq!(selected(&screen), Some(2_800));
}

#[test]
fn where_rows_are_sorted_by_time_the_neighbour_of_a_deleted_one_is_selected() {
    let mut screen = thousands();
    screen.keys("orG");
    for _ in 0..500 {
        screen.keys("k");
    }
    assert_eq!(selected(&screen), Some(2_500));
    remove(&mut screen, 2_500);
    assert_eq!(selected(&screen), Some(2_501));
    assert_eq!(
        said(&screen),
        "task 2500 left the list; 2501 is selected now"
    );
}

#[test]
fn order_filter_marks_and_row_are_there_when_the_operator_comes_back() {
    let mut screen = on_tasks();
    screen.keys("os/state=failed\n j");
    let before = (rows(&screen), marks(&screen), selected(&screen));
    screen.keys("3jos/ada\n4z1jjz2");
    assert_eq!(screen.state.panel, Panel::Tasks);
    assert_eq!((rows(&screen), marks(&screen), selected(&screen)), before);
    screen.keys("3");
    assert_eq!(screen.state.account_filter.text, "ada");
    assert!(screen.state.account_sort.is_some());
}

#[test]
fn a_range_marks_from_where_it_began_to_where_one_moves() {
    let mut screen = on_tasks();
    screen.keys("jVjj");
    assert_eq!(marks(&screen), [11, 12, 13]);
    screen.keys("kkk");
    assert_eq!(marks(&screen), [13, 14]);
    screen.keys("V");
    assert_eq!(said(&screen), "2 rows marked");
    screen.keys("jjjj");
    assert_eq!(marks(&screen), [13, 14]);
}

#[test]
fn space_ends_a_range_and_escape_gives_it_up() {
    let mut screen = on_tasks();
    screen.keys(" Vj ");
    assert_eq!(marks(&screen), [12, 13, 14]);
    screen.keys("Vjj\u{1b}");
    assert_eq!(marks(&screen), [12, 13, 14]);
    let mut screen = Screen::new(120, 40);
    screen.keys("Vjj");
    assert_eq!(screen.state.devices.marks().len(), 3);
}

#[test]
fn a_range_goes_on_over_rows_that_are_not_held() {
    let mut screen = thousands();
    screen.keys("jV");
    screen.keys("G");
    assert_eq!(marks(&screen).len(), 2_999);
    for _ in 0..1_000 {
        screen.keys("k");
    }
    assert_eq!(marks(&screen).len(), 1_999);
    screen.keys("V");
    assert_eq!(said(&screen), "1999 rows marked");
    screen.keys("D");
    assert!(
        screen.text().contains("Delete 1999 tasks"),
        "{}",
        screen.text()
    );
}

#[test]
fn nothing_is_done_to_a_range_whose_rows_are_not_known_yet() {
    let mut screen = thousands();
    screen.keys("V");
    // The answers stay under way.
    let page = update(&mut screen.state, Event::Key(key('G')));
    let [
        Effect::Ask {
            no,
            ask: ask @ Ask::Page(_),
        },
    ] = &page[..]
    else {
        panic!("{page:?}");
    };
    let answer = screen.model.answer(ask);
    let range = update(&mut screen.state, Event::Answer { no: *no, answer });
    let [
        Effect::Ask {
            no,
            ask: ask @ Ask::Between(_),
        },
    ] = &range[..]
    else {
        panic!("{range:?}");
    };
    let effects = update(&mut screen.state, Event::Key(key('D')));
    assert_eq!(effects, []);
    assert!(matches!(screen.state.mode, Mode::Normal));
    assert!(
        said(&screen).contains("nothing was done"),
        "{}",
        said(&screen)
    );
    let answer = screen.model.answer(ask);
    screen.send(Event::Answer { no: *no, answer });
    screen.keys("D");
    assert!(
        screen.text().contains("Delete 3000 tasks"),
        "{}",
        screen.text()
    );
}

/// Begins a range at the fourth row and goes to the last: the question for what lies between
/// is left under way.
fn reading_a_range(screen: &mut Screen) -> (RequestNo, Ask) {
    screen.keys("jjjV");
    let page = update(&mut screen.state, Event::Key(key('G')));
    let [Effect::Ask { no, ask }] = &page[..] else {
        panic!("{page:?}");
    };
    let answer = screen.model.answer(ask);
    let mut range = update(&mut screen.state, Event::Answer { no: *no, answer });
    match range.pop() {
        Some(Effect::Ask { no, ask }) if range.is_empty() => (no, ask),
        other => panic!("{other:?} {range:?}"),
    }
}

#[test]
fn an_answer_for_a_range_leaves_alone_what_was_marked_and_unmarked_since() {
    let mut screen = thousands();
    let (no, ask) = reading_a_range(&mut screen);
    screen.keys("*");
    let answer = screen.model.answer(&ask);
    screen.send(Event::Answer { no, answer });
    assert_eq!(marks(&screen).len(), 3_000);

    let mut screen = thousands();
    let (no, ask) = reading_a_range(&mut screen);
    screen.keys("U");
    let answer = screen.model.answer(&ask);
    screen.send(Event::Answer { no, answer });
    assert!(marks(&screen).is_empty());
}

#[test]
fn an_answer_for_a_range_in_another_order_is_not_taken() {
    let mut screen = thousands();
    let (no, ask) = reading_a_range(&mut screen);
    let answer = screen.model.answer(&ask);
    let anew = update(&mut screen.state, Event::Key(key('O')));
    let asked = |effect: &Effect| {
        matches!(
            effect,
            Effect::Ask {
                ask: Ask::Between(_),
                ..
            }
        )
    };
    assert!(anew.iter().any(asked), "{anew:?}");
    let before = marks(&screen);
    screen.send(Event::Answer { no, answer });
    assert_eq!(marks(&screen), before);
}

#[test]
fn a_range_whose_rows_cannot_be_read_ends_and_says_so() {
    let mut screen = thousands();
    screen.keys("V");
    let page = update(&mut screen.state, Event::Key(key('G')));
    let [Effect::Ask { no, ask }] = &page[..] else {
        panic!("{page:?}");
    };
    let answer = screen.model.answer(ask);
    let range = update(&mut screen.state, Event::Answer { no: *no, answer });
    let [Effect::Ask { no, .. }] = &range[..] else {
        panic!("{range:?}");
    };
    let answer = Answer::Between(Err(SourceError::Failed("the disk is gone".into())));
    screen.send(Event::Answer { no: *no, answer });
    assert_eq!(
        said(&screen),
        "the range ended, its rows cannot be read: the disk is gone"
    );
    assert_eq!(marks(&screen), [3_000]);
}

#[test]
fn a_range_ends_when_the_row_where_it_began_goes() {
    let mut screen = on_tasks();
    screen.keys("jVjj");
    remove(&mut screen, 13);
    assert_eq!(
        said(&screen),
        "the range ended: 13, where it began, left the list"
    );
    assert!(screen.state.tasks.table.anchor().is_none());
}

#[test]
fn a_range_cannot_hold_more_than_can_be_marked() {
    let mut screen = on_tasks();
    screen.model.change(|tasks| {
        for id in 1..=10_500 {
            tasks.insert(TaskId(id), Arc::new(task(id)));
        }
    });
    screen.tell();
    screen.keys("gVG");
    assert_eq!(
        said(&screen),
        "the range ended: no more than 10000 tasks can be marked at once"
    );
    assert_eq!(marks(&screen).len(), 10_000);
}

#[test]
fn rows_found_are_shown_while_the_farm_looks_for_more() {
    let mut screen = on_tasks();
    screen.model.unfinished = 1;
    let mut effects = Vec::new();
    for c in "/error~e\n".chars() {
        effects.extend(update(&mut screen.state, Event::Key(key(c))));
    }
    let [Effect::Ask { no, ask }] = &effects[..] else {
        panic!("{effects:?}");
    };
    let answer = screen.model.answer(ask);
    let again = update(&mut screen.state, Event::Answer { no: *no, answer });
    assert!(screen.text().contains("tasks 2/>=120"), "{}", screen.text());
    let [
        Effect::Ask {
            no,
            ask: ask @ Ask::Page(_),
        },
    ] = &again[..]
    else {
        panic!("it must ask for the rest: {again:?}");
    };
    let answer = screen.model.answer(ask);
    let done = update(&mut screen.state, Event::Answer { no: *no, answer });
    assert_eq!(done, []);
    assert!(screen.text().contains("tasks 3/12"), "{}", screen.text());
}

#[test]
fn escape_ends_the_looking_for_rows() {
    let mut screen = on_tasks();
    screen.model.unfinished = 9;
    let mut effects = Vec::new();
    for c in "/error~e\n\u{1b}".chars() {
        effects.extend(update(&mut screen.state, Event::Key(key(c))));
    }
    for effect in effects {
        let Effect::Ask { no, ask } = effect else {
            panic!("{effect:?}")
        };
        let answer = screen.model.answer(&ask);
        let more = update(&mut screen.state, Event::Answer { no, answer });
        assert_eq!(more, []);
    }
    assert_eq!(rows(&screen).len(), 12);
    assert!(screen.state.tasks.search.is_none());
}

#[test]
fn all_that_a_search_finds_is_marked_when_it_is_over() {
    let mut screen = on_tasks();
    screen.keys("/error~e\n");
    screen.model.unfinished = 3;
    screen.keys("*");
    assert_eq!(marks(&screen), [8, 9, 10]);
}

#[test]
fn tab_completes_the_filter_and_shows_what_there_is() {
    let mut screen = on_tasks();
    screen.keys("/sta\t");
    assert_eq!(line(&screen), "state=");
    screen.keys("\t");
    assert_eq!(line(&screen), "state=pending");
    let text = screen.text();
    assert!(
        text.contains("pending  running  stopping  completed  failed"),
        "{text}"
    );
    screen.keys("\t\t");
    assert_eq!(line(&screen), "state=stopping");
    screen.keys(" device=emu-5\t");
    assert_eq!(line(&screen), "state=stopping device=emu-5 ");
    screen.keys("\u{1b}1/model=p\t\n");
    assert_eq!(screen.state.device_filter.text, "model=\"Pixel 7\"");
    assert_eq!(phones(&screen), ["emu-1", "emu-2"]);
}

#[test]
fn a_session_that_may_only_look_may_sort_and_mark() {
    let mut screen = on_tasks();
    screen.state.options.access = crate::console::state::Access::ReadOnly;
    screen.keys("osVjD");
    assert_eq!(marks(&screen).len(), 2);
    assert_eq!(screen.model.commands, []);
    screen.keys("V");
    add(&mut screen, 15);
    assert_eq!(marks(&screen).len(), 2);
}

#[test]
fn marks_of_a_range_are_what_is_done_something_to() {
    let mut screen = on_tasks();
    screen.keys("Vjs");
    screen.keys("y");
    assert_eq!(screen.model.commands, [Command::Stop(ids(&[13, 14]))]);
}

#[test]
fn wide_screens_show_when_tasks_began_and_what_they_were_asked() {
    let mut screen = Screen::new(200, 60);
    screen.keys("2");
    let shown = lines(&screen.text(), 13, 6);
    for head in ["started", "finished", "took", "config"] {
        assert!(shown[0].contains(head), "{}", shown[0]);
    }
    assert!(shown[5].contains("12.0s"), "{}", shown[5]);
    assert!(shown[5].contains("command=false"), "{}", shown[5]);
}
