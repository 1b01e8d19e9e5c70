//! A phone's screen in the terminal.

use crate::farm::{Farm, PHONE};

/// What the phone shows most, as a terminal is told to fill a cell with it.
fn background(png: &[u8]) -> String {
    let image = image::load_from_memory(png).unwrap().into_rgb8();
    let mut counts = std::collections::HashMap::new();
    for pixel in image.pixels() {
        *counts.entry(pixel.0).or_insert(0) += 1;
    }
    let (colour, _) = counts.into_iter().max_by_key(|(_, count)| *count).unwrap();
    let [red, green, blue] = colour;
    format!("48;2;{red};{green};{blue}")
}

#[test]
fn one_key_shows_what_the_phone_shows_and_what_it_is_made_of() {
    let farm = Farm::new(1);
    farm.on_phone(PHONE, "monkey -p org.farmhand.sample 1");
    let colour = background(&farm.screen(PHONE));
    let mut console = farm.open_with(&[], &[("COLORTERM", "truecolor")]);
    console
        .terminal
        .until("the phone", |screen| screen.has(PHONE));
    console.terminal.press("i");
    console.terminal.until("its screen", |screen| {
        screen.has("screen of virtual-0001") && screen.has("FrameLayout") && screen.has("\u{2580}")
    });
    let raw = String::from_utf8_lossy(&console.terminal.raw()).into_owned();
    assert!(raw.contains(&colour), "{colour}");
    console.terminal.press("\x1b");
    console
        .terminal
        .until("the lists", |screen| screen.has("1 devices 1"));
}

#[test]
fn a_terminal_of_kittys_kind_gets_a_picture_and_gives_it_back() {
    let farm = Farm::new(1);
    let mut console = farm.open();
    // What it answers is no key, also in pieces.
    for part in [
        "\x1b_Gi=31;O",
        "K\x1b\\\x1bP>|kitty(0.39",
        ".1)\x1b\\\x1b[6;2",
        "0;10t\x1b[?62;c",
    ] {
        console.terminal.press(part);
    }
    console
        .terminal
        .until("the phone", |screen| screen.has(PHONE));
    console.terminal.press("i");
    console
        .terminal
        .until("its screen", |screen| screen.has("FrameLayout"));
    console.terminal.wrote("\x1b_Gq=2,i=6709618,a=T");
    console.terminal.press("q");
    console.terminal.wrote("\x1b_Ga=d,d=I,i=6709618");
    console
        .terminal
        .until("the lists", |screen| screen.has("1 devices 1"));
}

#[test]
fn without_colours_nothing_is_asked_and_nothing_is_drawn() {
    let farm = Farm::new(1);
    for (variable, value) in [("NO_COLOR", "1"), ("LANG", "C")] {
        let mut console = farm.open_with(&[], &[(variable, value)]);
        console
            .terminal
            .until("the phone", |screen| screen.has(PHONE));
        console.terminal.press("i");
        console.terminal.until("its elements", |screen| {
            screen.has("no picture") && screen.has("FrameLayout")
        });
        let raw = console.terminal.raw();
        assert!(!raw.windows(3).any(|bytes| bytes == b"\x1b[c"));
        console.terminal.press("qqy");
        console.program.exit();
    }
}
