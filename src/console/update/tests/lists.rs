//! What is selected, what is shown and what is asked for while lists change.

use std::sync::Arc;

use crate::console::event::{Answer, Ask, Effect, Event};
use crate::console::source::{Command, SourceError};
use crate::console::state::{Mode, Panel};
use crate::console::testing::{NOW, Screen, key, task};
use crate::console::update::update;
use crate::farm::TaskPage;
use crate::model::{AccountKey, TaskId, Timestamp};

use super::{add, marks, on_tasks, remove, said, selected};

#[test]
fn nothing_is_selected_and_nothing_hit_until_somebody_moves() {
    let mut screen = Screen::new(120, 40);
    screen.keys("2");
    for key in ["s", "r", "D", "y", "\n"] {
        screen.keys(key);
        assert_eq!(
            said(&screen),
            "nothing is selected: j selects the first row"
        );
    }
    assert!(matches!(screen.state.mode, Mode::Normal));
    assert!(screen.model.commands.is_empty() && screen.effects.is_empty());
}

#[test]
fn a_list_in_which_nothing_is_selected_shows_what_is_new() {
    let mut screen = Screen::new(120, 40);
    screen.keys("2");
    for id in 15..115 {
        add(&mut screen, id);
    }
    assert_eq!(selected(&screen), None);
    assert!(screen.text().contains("\n  114 "), "{}", screen.text());
}

#[test]
fn escape_lets_go_of_the_selection_after_all_else() {
    let mut screen = many();
    screen.keys("G /shell\n");
    screen.keys("\u{1b}");
    assert_eq!(selected(&screen), Some(1));
    screen.keys("\u{1b}");
    assert_eq!(marks(&screen), [0u64; 0]);
    screen.keys("\u{1b}");
    assert_eq!(selected(&screen), None);
    assert!(screen.text().contains("\n  5000 "), "{}", screen.text());
}

#[test]
fn a_page_under_way_does_not_select_a_row_that_was_let_go() {
    let mut screen = many();
    let jump = update(&mut screen.state, Event::Key(key('G')));
    screen.keys("\u{1b}");
    for effect in jump {
        let Effect::Ask { no, ask } = effect else {
            panic!("{effect:?}")
        };
        let answer = screen.model.answer(&ask);
        screen.send(Event::Answer { no, answer });
    }
    assert_eq!(selected(&screen), None);
}

#[test]
fn the_list_of_a_busy_farm_is_read_once_a_second() {
    let mut screen = on_tasks();
    let mut asked = 0;
    for step in 0..40 {
        screen.model.farm.tasks_version += 1;
        let farm = screen.model.state();
        let now = NOW.plus_ms(5_000 + step * 100);
        let mut effects = update(&mut screen.state, Event::Tick(now));
        effects.extend(update(&mut screen.state, Event::Farm(farm)));
        while let Some(Effect::Ask { no, ask }) = effects.pop() {
            asked += usize::from(matches!(ask, Ask::Page(_)));
            let answer = screen.model.answer(&ask);
            effects.extend(update(&mut screen.state, Event::Answer { no, answer }));
        }
    }
    assert_eq!(asked, 4);
}

#[test]
fn the_tasks_of_a_phone_are_one_key_away() {
    let mut screen = Screen::new(120, 40);
    screen.keys("jt");
    assert_eq!(screen.state.panel, Panel::Tasks);
    let serials = screen.state.tasks.rows.iter();
    assert!(serials.clone().count() > 0);
    assert!(
        serials
            .clone()
            .all(|row| row.task.serial.as_str() == "emu-2")
    );
    screen.keys("\u{1b}");
    assert_eq!(screen.state.tasks.rows.len(), 12);
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
fn all_that_the_filter_shows_is_marked_and_nothing_else() {
    let mut screen = on_tasks();
    screen.keys("/state=failed\n*");
    assert_eq!(marks(&screen), [8, 9, 10]);
    screen.keys("U");
    assert_eq!(marks(&screen), [0u64; 0]);
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
    screen.send(Event::Tick(NOW.plus_ms(1_000)));
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

#[test]
fn an_account_that_took_the_place_of_another_is_not_changed_without_a_question() {
    let mut screen = Screen::new(100, 24);
    screen.keys("3");
    screen.model.accounts.remove(0);
    screen.send(Event::Tick(screen.now().plus_ms(6_000)));
    screen.keys("d");
    assert!(screen.model.commands.is_empty());
    let question = "Disable account sample/bob?";
    assert!(screen.text().contains(question), "{}", screen.text());
    screen.keys("n");
    screen.send(Event::Tick(screen.now().plus_ms(2_000)));
    screen.keys("d");
    let bob = AccountKey::new("sample", "bob").unwrap();
    assert_eq!(screen.model.commands, [Command::Disable(vec![bob])]);
}
