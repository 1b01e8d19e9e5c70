//! The user's keymap and theme, at the start and while the console runs.

use super::{said, selected};
use crate::console::event::Event;
use crate::console::look::Role;
use crate::console::state::{KeymapFile, Options};
use crate::console::testing::Screen;
use crate::console::theme::{Theme, ThemeFile};
use crate::console::{Action, Code, Command};
use crate::model::TaskId;

fn keymap(text: &str) -> Event {
    Event::Keymap(Some(KeymapFile {
        name: "keymap.toml".into(),
        text: text.into(),
    }))
}

fn theme(text: &str) -> ThemeFile {
    ThemeFile {
        name: "themes/mine.toml".into(),
        text: text.into(),
    }
}

#[test]
fn a_keymap_that_changes_changes_behaviour_help_and_hints_together() {
    let mut screen = Screen::new(120, 40);
    screen.keys("2j");
    screen.send(keymap("[task]\nstop = [\"Q\"]"));
    assert!(said(&screen).contains("are in force"), "{}", said(&screen));
    screen.state.message = None;
    let hints = screen.text().lines().last().unwrap().to_owned();
    assert!(hints.contains("Q stop"), "{hints}");
    screen.keys("?");
    assert!(screen.text().contains("Q "), "{}", screen.text());
    screen.keys("\u{1b}");
    screen.keys("s");
    assert!(screen.model.commands.is_empty(), "{}", screen.text());
    screen.keys("Qy");
    let stopped = Command::Stop(vec![selected(&screen).map(TaskId).unwrap()]);
    assert_eq!(screen.model.commands, [stopped], "{}", screen.text());
}

#[test]
fn a_keymap_with_a_clash_is_named_and_the_keys_stay_as_they_are() {
    let mut screen = Screen::new(120, 40);
    screen.send(keymap("[task]\nstop = [\"Q\"]"));
    screen.send(keymap("[task]\nretry = [\"r\"]\nstop = [\"r\"]"));
    let told = said(&screen);
    assert!(told.starts_with("keymap.toml:"), "{told}");
    assert!(
        told.contains("stop of [task]") && told.contains("retry of [task]"),
        "{told}"
    );
    assert_eq!(screen.state.keymap.keys(Action::Stop), ['Q'.into()]);
}

#[test]
fn a_keymap_that_goes_leaves_the_default_keys() {
    let mut screen = Screen::new(120, 40);
    screen.send(keymap("[global]\nhelp = [\"f5\"]"));
    assert_eq!(screen.state.keymap.keys(Action::Help), [Code::F(5).into()]);
    screen.send(Event::Keymap(None));
    assert_eq!(
        screen.state.keymap.keys(Action::Help).first(),
        Some(&'?'.into())
    );
}

#[test]
fn a_theme_that_changes_is_in_force_at_once_and_a_wrong_one_changes_nothing() {
    let mut screen = Screen::new(120, 40);
    screen.send(Event::Theme(theme("[roles]\nbad = { fg = \"#010203\" }")));
    let bad = screen.state.options.look.style(Role::Bad);
    assert_eq!(
        bad,
        Theme::parse(&theme("[roles]\nbad = { fg = \"#010203\" }"))
            .unwrap()
            .style(Role::Bad)
    );
    screen.send(Event::Theme(theme("[roles]\nbad = { fg = 7 }")));
    assert!(
        said(&screen).starts_with("themes/mine.toml:2: "),
        "{}",
        said(&screen)
    );
    assert_eq!(screen.state.options.look.style(Role::Bad), bad);
}

#[test]
fn files_that_are_wrong_at_the_start_are_both_told() {
    let options = Options {
        keymap: Some(KeymapFile {
            name: "keymap.toml".into(),
            text: "[task]\nstopp = [\"X\"]".into(),
        }),
        theme: Some(theme("[rolls]")),
        ..Options::default()
    };
    let screen = Screen::of(120, 40, options);
    let told = said(&screen);
    assert!(
        told.contains("keymap.toml:2: ") && told.contains("themes/mine.toml:1: "),
        "{told}"
    );
}
