//! Check 8: 120x40, 80x24, 40x10, 20x5, 120x40: no panic, the last picture equals the first but for
//! the clock.

use crate::farm::{Console, Farm};
use crate::screen::Screen;

fn has_a_picture(console: &Console<'_>) {
    console.terminal.until("the whole picture", |screen| {
        screen.first().starts_with("devices 1/1")
            && screen.has("1 devices 1")
            && screen.has("2 tasks 1")
            && screen.last().contains("help")
    });
}

#[test]
fn every_size_is_filled_and_one_too_small_says_what_it_needs() {
    let farm = Farm::new(1);
    let mut console = farm.open();
    console.api.create_waiting();
    console.terminal.press("2");
    has_a_picture(&console);
    for (columns, rows) in [(80, 24), (40, 10), (120, 40), (20, 5), (80, 24), (1, 1)] {
        console.terminal.resize(columns, rows);
        if (columns, rows) >= (60, 12) {
            has_a_picture(&console);
            continue;
        }
        let mut line = format!("{columns}x{rows}: needs 60x12");
        line.truncate(columns.into());
        console.terminal.until(&line, |screen| {
            let (first, others) = screen.rows().split_first().unwrap();
            *first == line && others.iter().all(String::is_empty)
        });
    }
    console.terminal.resize(120, 40);
    has_a_picture(&console);
}

#[test]
fn a_detail_stands_beside_the_lists_where_there_is_room() {
    let farm = Farm::new(1);
    let mut console = farm.open();
    let id = console.api.create_waiting();
    console.select(id);
    console.terminal.press("\r");
    let title = format!("task {id}");
    console.terminal.until("the detail alone", |screen| {
        screen.has(&title) && !screen.has("2 tasks 1")
    });
    console.terminal.resize(160, 40);
    console.terminal.until("both", |screen| {
        screen.has(&title) && screen.has("2 tasks 1")
    });
    console.terminal.press("\x1b");
    has_a_picture(&console);
}

/// The picture but for what the clock changes: times of the day, and ages.
fn timeless(screen: &Screen) -> Vec<String> {
    let is_time = |word: &str| {
        let digits = word.trim_end_matches(['s', 'm', 'h', 'd']);
        digits.contains(|c: char| c.is_ascii_digit())
            && digits.len() + 1 >= word.len()
            && (digits.len() < word.len() || digits.matches(':').count() == 2)
            && digits.chars().all(|c| c.is_ascii_digit() || c == ':')
    };
    let words = |row: &String| {
        let words = row.split_whitespace();
        let words = words.map(|word| if is_time(word) { "TIME" } else { word });
        words.collect::<Vec<_>>().join(" ")
    };
    screen.rows().iter().map(words).collect()
}

#[test]
fn after_all_sizes_the_picture_is_the_first_one_again() {
    let farm = Farm::new(3);
    let mut console = farm.open();
    console.api.create_waiting();
    let failed = console.api.create_failed();
    console.select(failed);
    // Curves move with every minute that passes.
    console.terminal.press("x");
    let first = console.terminal.until("the first picture", |screen| {
        let looked_at = screen.rows().iter().filter(|row| row.contains('%')).count();
        looked_at == 3 && !screen.has("done/min")
    });
    for (columns, rows) in [(80, 24), (40, 10), (20, 5)] {
        console.terminal.resize(columns, rows);
        let size = format!("{columns}x{rows}");
        console.terminal.until(&size, |screen| {
            let full = screen.first().starts_with("devices 3/3");
            full && screen.has("2 tasks 2") || screen.first().starts_with(&size)
        });
    }
    console.terminal.resize(120, 40);
    console.terminal.until("the first picture again", |screen| {
        timeless(screen) == timeless(&first)
    });
    console.terminal.press("qy");
    assert!(console.program.exit().success());
}
