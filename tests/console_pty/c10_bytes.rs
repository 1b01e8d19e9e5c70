//! Check 10, what the console writes: idle under 100 bytes a second, with 100 busy phones under
//! 2 KB a second; and a terminal that answers no query works.

use crate::farm::{Console, Farm};

/// How long the console is watched, in seconds of its own clock.
const WINDOW: u32 = 10;

/// Bytes a second of the clock on the screen. It shows one that begins, so that a window is
/// whole seconds.
fn bytes_a_second(console: &Console<'_>) -> usize {
    let tick = |after: u32, seconds: u32| {
        let since = |screen: &crate::screen::Screen| {
            // The clock may pass midnight.
            screen.clock().map(|now| (now + 86_400 - after) % 86_400)
        };
        let screen = console.terminal.until("the clock goes on", |screen| {
            since(screen).is_some_and(|gone| gone >= seconds && gone < 43_200)
        });
        (screen.clock().unwrap(), console.terminal.written())
    };
    let now = console
        .terminal
        .until("a clock", |screen| screen.clock().is_some());
    let (begun, before) = tick(now.clock().unwrap(), 1);
    let ticks = console.program.ticks();
    let (ended, after) = tick(begun, WINDOW);
    let seconds = (ended + 86_400 - begun) % 86_400;
    // Told, not asserted: what a machine that is busy takes says little of the program.
    println!(
        "{} bytes and {} ms of processor time in {seconds} s",
        after - before,
        10 * (console.program.ticks() - ticks)
    );
    (after - before) / usize::try_from(seconds).unwrap()
}

#[test]
fn an_idle_console_writes_less_than_a_hundred_bytes_a_second() {
    let farm = Farm::new(12);
    let console = farm.open();
    console.terminal.until("all phones", |screen| {
        screen.first().starts_with("devices 12/12")
    });
    let bytes = bytes_a_second(&console);
    assert!(bytes < 100, "{bytes} bytes a second");
}

#[test]
fn with_a_hundred_busy_phones_it_writes_less_than_two_kilobytes_a_second() {
    let farm = Farm::new(100);
    let console = farm.open();
    let serials: Vec<String> = (1..=100).map(|n| format!("virtual-{n:04}")).collect();
    let serials: Vec<&str> = serials.iter().map(String::as_str).collect();
    for _ in 0..8 {
        console.api.create(&serials, "sleep 3");
    }
    console
        .terminal
        .until("all phones are busy", |screen| screen.has("busy 100"));
    let bytes = bytes_a_second(&console);
    assert!(bytes < 2_000, "{bytes} bytes a second");
    assert!(console.api.counts().completed > 0);
}

#[test]
fn a_terminal_that_answers_no_query_works() {
    let farm = Farm::new(2);
    // The terminal of these tests never answers anything: it only shows.
    let mut console = farm.open();
    console.select_device("virtual-0002");
    console.terminal.press("?");
    console
        .terminal
        .until("the help", |screen| screen.has("the keys"));
    console.terminal.press("q");
    console.terminal.until("the second phone", |screen| {
        screen.selected_device() == Some("virtual-0002")
    });
}
