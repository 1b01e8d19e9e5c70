//! A phone's screen: which one, when it is looked at, and what is copied.

use super::said;
use crate::console::event::{Answer, Effect, Event};
use crate::console::source::Sight;
use crate::console::state::Side;
use crate::console::terminal::{CellSize, Report};
use crate::console::testing::Screen;
use crate::console::update::update;
use crate::farm::Step;
use crate::model::{Serial, TaskId};

fn live(serial: &str) -> Sight {
    Sight::Live(Serial::new(serial).unwrap())
}

fn pass(screen: &mut Screen, ms: i64) {
    screen.send(Event::Tick(screen.now().plus_ms(ms)));
}

#[test]
fn one_key_shows_the_screen_of_the_first_phone() {
    let mut screen = Screen::new(120, 40);
    screen.keys("i");
    assert_eq!(screen.model.pictures, [live("emu-1")]);
    assert_eq!(screen.model.looks, [live("emu-1")]);
    let text = screen.text();
    assert!(text.contains("screen of emu-1 \u{b7} Pixel 7"), "{text}");
    assert!(
        text.contains("Button \"Follow\" #follow clickable"),
        "{text}"
    );
    screen.keys("\u{1b}");
    assert!(screen.text().contains("1 devices 5"));
}

#[test]
fn the_screen_of_a_task_is_what_it_left_or_else_that_of_its_phone() {
    let mut screen = Screen::new(120, 40);
    let left = Sight::Left {
        task: TaskId(10),
        attempt: 2,
    };
    screen.keys("2jjjjji");
    assert_eq!(screen.model.pictures, [left]);
    assert!(
        screen
            .text()
            .contains("task 10 \u{b7} attempt 2: where it ended")
    );
    screen.keys("qgi");
    assert_eq!(screen.model.pictures.last(), Some(&live("emu-2")));
    // The same from their details.
    screen.keys("q\ni");
    assert_eq!(screen.model.pictures.last(), Some(&live("emu-2")));
    assert_eq!(screen.model.pictures.len(), 3);
}

#[test]
fn one_key_shows_the_screen_of_the_phone_that_failed_most() {
    let mut screen = Screen::new(120, 40);
    screen.keys("Xi");
    let wanted = screen
        .state
        .statistics()
        .unwrap()
        .devices
        .selected()
        .cloned();
    let shown = screen.model.pictures.last().cloned();
    assert_eq!(shown, wanted.map(Sight::Live));
    // Tab and Esc are for the screen, then for the page under it.
    screen.keys("\t\u{1b}");
    assert!(screen.state.picture.is_none() && screen.state.statistics().is_some());
}

#[test]
fn a_phone_that_cannot_be_looked_at_is_told_in_place() {
    let mut screen = Screen::new(120, 40);
    screen.keys("Gi");
    let told = "device emu-5 cannot be looked at: it is gone";
    assert_eq!(screen.text().matches(told).count(), 2, "{}", screen.text());
    // It is not asked again by itself.
    pass(&mut screen, 60_000);
    assert_eq!(screen.model.pictures.len(), 1);
    screen.keys("r");
    assert_eq!(screen.model.pictures.len(), 2);
    assert_eq!(screen.model.looks.len(), 2);
}

#[test]
fn a_picture_is_taken_anew_on_demand_or_slowly() {
    let mut screen = Screen::new(120, 40);
    screen.keys("i");
    pass(&mut screen, 12_000);
    assert_eq!(screen.model.pictures.len(), 1);
    assert!(screen.text().contains("10s old"), "{}", screen.text());
    screen.keys("a");
    assert_eq!(screen.model.pictures.len(), 2);
    pass(&mut screen, 2_000);
    assert_eq!(screen.model.pictures.len(), 2);
    pass(&mut screen, 1_000);
    assert_eq!(screen.model.pictures.len(), 3);
    // Elements are read on demand only: that takes the screen from tasks.
    assert_eq!(screen.model.looks.len(), 1);
    // While the console is frozen, nothing moves.
    screen.keys("p");
    pass(&mut screen, 10_000);
    assert_eq!(screen.model.pictures.len(), 3);
}

#[test]
fn a_slow_link_gets_fewer_pictures() {
    let mut screen = Screen::new(120, 40);
    screen.send(Event::Painted {
        bytes: 50_000,
        ms: 1,
    });
    screen.keys("ia");
    let painted = Event::Painted {
        bytes: 50_000,
        ms: 5_000,
    };
    screen.send(painted);
    pass(&mut screen, 3_000);
    let before = screen.model.pictures.len();
    pass(&mut screen, 19_000);
    assert_eq!(screen.model.pictures.len(), before);
    pass(&mut screen, 1_000);
    assert_eq!(screen.model.pictures.len(), before + 1);
}

#[test]
fn without_a_picture_the_elements_stay() {
    let mut screen = Screen::new(120, 40);
    screen.keys("iP");
    let text = screen.text();
    assert!(
        text.contains("pictures are off") && text.contains("\"Follow\""),
        "{text}"
    );
    screen.keys("r");
    assert_eq!(screen.model.pictures.len(), 1);
    assert_eq!(screen.model.looks.len(), 2);
    screen.keys("P");
    assert_eq!(screen.model.pictures.len(), 2);
}

#[test]
fn a_narrow_screen_shows_one_of_both_and_tab_the_other() {
    let mut screen = Screen::new(80, 24);
    screen.keys("i");
    assert!(!screen.text().contains("Follow"));
    screen.keys("\t");
    assert!(screen.text().contains("Follow"));
    assert_eq!(screen.state.picture.as_ref().unwrap().side, Side::Tree);
    screen.keys("\t");
    assert!(!screen.text().contains("Follow"));
}

#[test]
fn a_picture_is_taken_again_for_another_place() {
    let mut screen = Screen::new(120, 40);
    screen.keys("i");
    let (columns, rows) = (160, 50);
    screen.send(Event::Resize { columns, rows });
    assert_eq!(screen.model.pictures.len(), 2);
    screen.send(Event::Terminal(Report::Cell(CellSize {
        width: 8,
        height: 17,
    })));
    assert_eq!(screen.model.pictures.len(), 3);
    pass(&mut screen, 60_000);
    assert_eq!(screen.model.pictures.len(), 3);
}

#[test]
fn the_step_that_finds_the_element_is_copied() {
    let mut screen = Screen::new(120, 40);
    screen.keys("ijy");
    let copied = Effect::Copy("- tapOn: 'It''s Ann'".to_owned());
    assert_eq!(screen.effects, [copied]);
    screen.keys("jy");
    let copied = Effect::Copy("- tapOn:\n    id: follow".to_owned());
    assert_eq!(screen.effects.last(), Some(&copied));
    screen.keys("Gy");
    assert_eq!(screen.effects.len(), 2);
    assert!(said(&screen).contains("no selector finds this element"));
}

#[test]
fn the_cursor_stays_on_its_element_when_the_screen_is_read_again() {
    let mut screen = Screen::new(120, 40);
    screen.keys("ijj");
    let picture = screen.state.picture.as_mut().unwrap();
    let mut newer = (**picture.tree.get().unwrap()).clone();
    newer.nodes.remove(1);
    let now = screen.state.now;
    picture.take_tree(newer.into(), now);
    let node = picture.node().unwrap();
    assert_eq!(
        node.step,
        Step::TapOn("- tapOn:\n    id: follow".to_owned())
    );
    // A cursor on what is gone stays in the tree.
    picture.cursor = 2;
    let mut newer = (**picture.tree.get().unwrap()).clone();
    newer.nodes.truncate(1);
    picture.take_tree(newer.into(), now);
    assert_eq!(picture.cursor, 0);
}

#[test]
fn an_answer_for_a_screen_that_was_left_changes_nothing() {
    let mut screen = Screen::new(120, 40);
    let mut effects = update(&mut screen.state, Event::Key('i'.into()));
    screen.keys("qji");
    let before = screen.text();
    for effect in effects.drain(..) {
        if let Effect::Ask { no, ask } = effect {
            let answer = match screen.model.answer(&ask) {
                Answer::Picture(_) => {
                    Answer::Picture(Err(crate::console::SourceError::Failed("late".to_owned())))
                }
                other => other,
            };
            screen.send(Event::Answer { no, answer });
        }
    }
    assert_eq!(screen.text(), before);
}
