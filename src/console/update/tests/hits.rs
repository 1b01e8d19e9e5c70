//! A text looked for in the logs of one task, or of many.

use std::sync::Arc;

use super::{add, on_tasks, said};
use crate::console::event::{Answer, Ask, Effect, Event};
use crate::console::source::TaskRows;
use crate::console::state::{Hits, Mode, Purpose};
use crate::console::testing::{Screen, key};
use crate::console::update::update;
use crate::model::{Status, TaskId};

fn hits(screen: &Screen) -> &Hits {
    screen.state.hits.as_ref().expect("a search is open")
}

fn places(screen: &Screen) -> Vec<(u64, usize)> {
    let found = hits(screen).found.iter();
    found.map(|hit| (hit.task.0, hit.line)).collect()
}

#[test]
fn the_log_of_one_task_opens_with_the_search_line() {
    let mut screen = on_tasks();
    screen.keys("jjjjL");
    assert!(
        matches!(&screen.state.mode, Mode::Prompt(prompt) if prompt.purpose == Purpose::Search)
    );
    screen.keys("exit\n");
    assert_eq!(screen.state.viewer.as_ref().unwrap().found, Some(1));
}

#[test]
fn the_logs_of_marked_tasks_are_searched_the_newest_first() {
    let mut screen = on_tasks();
    screen.keys("jjjj j L");
    screen.keys("exit\n");
    let asked: Vec<_> = screen.model.searches.iter().map(|q| &q.tasks).collect();
    assert_eq!(asked, [&[TaskId(10), TaskId(8)]]);
    assert_eq!(places(&screen), [(10, 2), (8, 2)]);
}

#[test]
fn with_the_failures_filter_the_logs_of_all_that_failed_are_searched() {
    let mut screen = on_tasks();
    screen.keys("zLfalse\n");
    assert_eq!(
        places(&screen),
        [(10, 1), (10, 2), (9, 1), (9, 2), (8, 1), (8, 2)]
    );
}

#[test]
fn a_line_found_is_opened_in_its_log_and_left_again() {
    let mut screen = on_tasks();
    let log: String = (1..=500).map(|n| format!("line {n}\n")).collect();
    screen.model.files.insert("log.txt".into(), log);
    screen.keys("zLline 37\nj\n");
    assert!(screen.text().contains("line 370/500"), "{}", screen.text());
    assert!(screen.text().contains("\nline 370\n"));
    screen.keys("q");
    assert_eq!(hits(&screen).at, 1);
    screen.keys("q");
    assert!(screen.state.hits.is_none());
}

#[test]
fn the_same_logs_can_be_searched_for_another_text() {
    let mut screen = on_tasks();
    screen.keys("zLnothing of it\n");
    assert!(screen.text().contains("nothing was found"));
    screen.keys("\n");
    assert_eq!(said(&screen), "nothing was found: there is no log to open");
    // In place of the text that is proposed.
    screen.keys("/");
    for _ in 0.."nothing of it".len() {
        screen.send(Event::Key(crate::console::key::Code::Backspace.into()));
    }
    screen.keys("exit\n");
    assert_eq!(places(&screen).len(), 3);
}

#[test]
fn a_command_searches_the_logs_of_what_the_list_shows() {
    let mut screen = on_tasks();
    screen.keys(":logs exit 3\n");
    assert_eq!(places(&screen), [(10, 2), (9, 2), (8, 2)]);
}

#[test]
fn no_text_searches_nothing() {
    let mut screen = on_tasks();
    screen.keys("zL\n");
    assert!(screen.state.hits.is_none());
    assert!(screen.model.searches.is_empty());
}

#[test]
fn many_logs_are_searched_a_few_at_a_time_until_the_search_is_left() {
    let mut screen = on_tasks();
    for id in 20..60 {
        add(&mut screen, id);
        screen.model.change(|tasks| {
            Arc::make_mut(tasks.get_mut(&TaskId(id)).unwrap()).status = Status::Failed;
        });
    }
    screen.tell();
    screen.keys("zLexit");
    let mut effects = update(&mut screen.state, Event::Key(key('\n')));
    for _ in 0..3 {
        let asked = effects.into_iter().find_map(|effect| match effect {
            Effect::Ask {
                no,
                ask: ask @ (Ask::Search(_) | Ask::Everything(_)),
            } => Some((no, ask)),
            _ => None,
        });
        let (no, ask) = asked.expect("the next logs are asked for");
        let answer = screen.model.answer(&ask);
        effects = update(&mut screen.state, Event::Answer { no, answer });
    }
    assert_eq!(hits(&screen).done, 20);
    assert!(
        screen.text().contains("searching 20/43"),
        "{}",
        screen.text()
    );
    update(&mut screen.state, Event::Key(key('q')));
    let late = effects.into_iter().find_map(|effect| match effect {
        Effect::Ask {
            no,
            ask: Ask::Search(query),
        } => Some((no, query)),
        _ => None,
    });
    let (no, query) = late.unwrap();
    let answer = screen.model.answer(&Ask::Search(query));
    let effects = update(&mut screen.state, Event::Answer { no, answer });
    assert!(screen.state.hits.is_none());
    assert_eq!(effects, []);
}

#[test]
fn a_search_that_takes_too_long_ends_and_says_so() {
    let mut screen = on_tasks();
    screen.keys("zLexit");
    update(&mut screen.state, Event::Key(key('\n')));
    let listing = hits(&screen).listing.unwrap();
    let page = screen.model.page(&screen.state.tasks.everything(10));
    screen.state.hits.as_mut().unwrap().asked = None;
    let answer = Answer::Everything(Ok(TaskRows { page, search: None }));
    update(
        &mut screen.state,
        Event::Answer {
            no: listing,
            answer,
        },
    );
    let asked = hits(&screen).asked.unwrap();
    screen.send(Event::Tick(screen.now().plus_ms(61_000)));
    let answer = Answer::Hits(Ok(crate::console::info::LogHits::default()));
    screen.state.hits.as_mut().unwrap().tasks = vec![TaskId(1); 30];
    screen.send(Event::Answer { no: asked, answer });
    assert!(
        screen.text().contains("ended after 60 s"),
        "{}",
        screen.text()
    );
}
