//! Check 10, a terminal that stops reading (a stalled SSH link, a stopped tmux) holds neither API
//! nor farm.

use std::time::Instant;

use crate::farm::Farm;

#[test]
fn a_stalled_terminal_holds_up_neither_the_api_nor_the_farm() {
    let farm = Farm::new(2);
    let console = farm.open();
    console.terminal.stall();
    for _ in 0..5 {
        console
            .api
            .create(&["virtual-0001", "virtual-0002"], "true");
    }
    console.api.completed(10);
    let begun = Instant::now();
    assert_eq!(console.api.counts().completed, 10);
    // Told, not asserted: it is the machine that is late when it is.
    println!("the API answers in {:?}", begun.elapsed());
    assert!(console.terminal.is_stalled(), "the terminal took bytes");
    console.terminal.go_on();
    let shown = console.terminal.until("the farm as it is", |screen| {
        let rows = screen.rows().iter();
        let completed = rows.filter(|row| row.contains("completed") && row.contains("shell"));
        screen.counts() == Some(console.api.counts()) && completed.count() == 10
    });
    assert!(shown.first().starts_with("devices 2/2 · busy 0"), "{shown}");
}

#[test]
fn a_stalled_terminal_does_not_keep_the_program_from_its_end() {
    let farm = Farm::new(1);
    let console = farm.open();
    console.terminal.stall();
    console.program.signal(rustix::process::Signal::TERM);
    assert!(console.program.exit().success());
}
