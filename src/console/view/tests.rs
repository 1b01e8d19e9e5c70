//! Every screen at three sizes, of the same farm at the same moment: what changes in the view is
//! seen in review, as a change of these pictures. `INSTA_UPDATE=always cargo test --lib view`
//! takes them anew.

use std::collections::BTreeMap;

use ratatui::style::{Modifier, Style};

use crate::console::state::Options;
use crate::console::testing::{Screen, rack};

/// Columns and rows. The styles of the first are part of its picture.
const SIZES: [(u16, u16); 3] = [(80, 24), (120, 40), (200, 60)];

/// Compares the screen that these keys lead to with its pictures in `snapshots/`.
fn pictured(name: &str, keys: &str) {
    pictured_of(name, |screen| screen.keys(keys));
}

/// The same of a screen that keys alone do not lead to.
fn pictured_of(name: &str, reach: impl Fn(&mut Screen)) {
    let mut settings = insta::Settings::clone_current();
    settings.set_prepend_module_to_snapshot(false);
    settings.set_omit_expression(true);
    for size @ (columns, rows) in SIZES {
        let mut screen = Screen::showing(columns, rows, Options::default(), rack());
        reach(&mut screen);
        let mut picture = screen.text();
        if size == SIZES[0] {
            picture += &styles(&screen);
        }
        settings.bind(|| insta::assert_snapshot!(format!("{name}_{columns}x{rows}"), picture));
    }
}

/// A letter a cell, and what the letters mean.
fn styles(screen: &Screen) -> String {
    let buffer = screen.buffer();
    let mut letters: BTreeMap<String, char> = BTreeMap::new();
    let mut map = String::from("\n\n");
    for row in buffer.content.chunks(usize::from(buffer.area.width)) {
        let cells = row.iter().map(|cell| {
            let style = worded(cell.style());
            if style.is_empty() {
                return ' ';
            }
            let next = ('a'..='z').chain('A'..='Z').nth(letters.len()).unwrap();
            *letters.entry(style).or_insert(next)
        });
        let cells: String = cells.collect();
        map += cells.trim_end();
        map.push('\n');
    }
    let mut meant: Vec<_> = letters.into_iter().collect();
    meant.sort_by_key(|(_, letter)| *letter);
    for (style, letter) in meant {
        map += &format!("\n{letter}:{style}");
    }
    map
}

/// `fg=Red bg=Blue BOLD | REVERSED`; nothing for the terminal's own.
fn worded(style: Style) -> String {
    let colour = |name: &str, colour: Option<ratatui::style::Color>| {
        let colour = colour.filter(|colour| *colour != ratatui::style::Color::Reset);
        colour.map_or_else(String::new, |colour| format!(" {name}={colour}"))
    };
    let modifier = style.add_modifier;
    let modifier = match modifier == Modifier::empty() {
        true => String::new(),
        false => format!(" {modifier:?}"),
    };
    colour("fg", style.fg) + &colour("bg", style.bg) + &modifier
}

#[test]
fn the_phones() {
    pictured("devices", "jj   ");
}

#[test]
fn the_tasks() {
    pictured("tasks", "2jjj  k");
}

#[test]
fn the_tasks_that_failed() {
    pictured("tasks_failures", "2zj");
}

#[test]
fn the_choice_of_a_column_to_sort_by() {
    pictured("sort", "2jo");
}

#[test]
fn a_range_being_marked_in_a_sorted_list() {
    pictured("range", "jjobjVjj");
}

#[test]
fn the_accounts() {
    pictured("accounts", "3j");
}

#[test]
fn the_incidents() {
    pictured("incidents", "4j");
}

#[test]
fn the_detail_of_a_task() {
    pictured("detail_task", "2/id=121\nj\n");
}

#[test]
fn the_detail_of_a_phone() {
    pictured("detail_device", "/R58M0017\n\n");
}

#[test]
fn a_log() {
    pictured("viewer", "2zjl");
}

#[test]
fn the_screen_of_a_phone_and_its_elements() {
    pictured("picture", "ijj");
}

#[test]
fn the_screen_that_a_failed_task_left() {
    pictured("picture_evidence", "2zji");
}

#[test]
fn the_statistics_of_the_phones() {
    pictured("statistics", "Xj");
}

#[test]
fn the_statistics_of_the_scripts() {
    pictured("statistics_scripts", "X\t");
}

#[test]
fn the_failures_by_reason() {
    pictured("reasons", "Fj ");
}

#[test]
fn the_choice_of_a_script() {
    pictured("scripts", "j nin");
}

#[test]
fn the_form_of_new_tasks() {
    pictured("form", "j  npost\n\nhello");
}

#[test]
fn the_form_of_a_task_that_is_tried_again() {
    pictured("form_again", "2zje");
}

#[test]
fn the_command_line() {
    pictured("command_line", ":de");
}

#[test]
fn places_found_in_the_logs_of_failed_tasks() {
    pictured("hits", "2zLnearest\nj");
}

#[test]
fn the_detail_of_an_account() {
    pictured("detail_account", "3j\n");
}

#[test]
fn the_detail_of_an_incident() {
    pictured("detail_incident", "4j\n");
}

#[test]
fn outputs_of_a_command_on_three_phones() {
    pictured("outputs", "   !getprop ro.x\ny");
}

#[test]
fn what_a_phone_is_called_being_changed() {
    pictured("labels", "  e");
}

#[test]
fn the_help() {
    pictured("help", "2?");
}

#[test]
fn a_filter_being_typed_that_is_wrong() {
    pictured("prompt", "2/state=asleep");
}

#[test]
fn a_question_about_several_tasks() {
    pictured("question", "2jjj   /!R58M0005\nD");
}

#[test]
fn the_question_before_the_end() {
    pictured("question_quit", "q");
}

#[test]
fn a_message() {
    pictured("message", "2js");
}

#[test]
fn a_farm_that_is_not_heard_of_any_more() {
    pictured_of("stale", |screen| {
        use crate::console::event::Event;
        screen.send(Event::Tick(screen.now().plus_ms(12_000)));
    });
}

#[test]
fn the_widest_screen_there_can_be_is_drawn() {
    for keys in [
        "",
        "2\n",
        "X",
        "F",
        "?",
        "2zLnearest\n",
        "   !getprop ro.x\ny",
    ] {
        let mut screen = Screen::showing(u16::MAX, 24, Options::default(), rack());
        screen.keys(keys);
        assert!(screen.buffer().area.width == u16::MAX, "{keys}");
    }
}
