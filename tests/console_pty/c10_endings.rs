//! Check 10, how it ends: SIGTERM exits 0 and restores; SIGHUP ends the console only. And by a
//! key, and when the terminal goes away.

use std::time::{Duration, Instant};

use rustix::process::Signal;
use serde_json::Value;

use crate::farm::{Api, Console, Farm, PHONE};
use crate::program::Program;

#[test]
fn quit_names_what_runs_and_then_ends_in_order() {
    let farm = Farm::new(1);
    let mut console = farm.open();
    let id = console.create_running();
    console.terminal.press("q");
    let question = format!("It stops 1 running task: {id} on virtual-0001.");
    console
        .terminal
        .until(&question, |screen| screen.has(&question));
    console.terminal.press("\r");
    assert_eq!(console.api.state(id), "running");
    console.terminal.press("y");
    assert!(console.program.exit().success());
    console.terminal.is_given_back();
    assert!(console.terminal.has_its_usual_modes());
    assert_eq!(farm.processes("600"), 0);
    drop(console);

    let shown = farm.command(&["--json", "task", "show", &id.to_string()]);
    assert!(shown.status.success(), "{shown:?}");
    let task: Value = serde_json::from_slice(&shown.stdout).unwrap();
    assert_eq!(task["status_text"], "failed", "{task}");
    assert_eq!(task["error"]["kind"], "interrupted", "{task}");
}

#[test]
fn sigterm_ends_in_order_and_puts_the_terminal_back() {
    let farm = Farm::new(1);
    let console = farm.open();
    assert!(!console.terminal.has_its_usual_modes());
    console.program.signal(Signal::TERM);
    assert!(console.program.exit().success());
    console.terminal.is_given_back();
    assert!(console.terminal.has_its_usual_modes());
}

/// Lets a task run to its end, and has the program use little time meanwhile.
fn works_quietly(program: &Program, api: &Api<'_>) {
    let (ticks, begun) = (program.ticks(), Instant::now());
    let completed = api.counts().completed;
    api.create_one(PHONE, "sleep 3");
    api.completed(completed + 1);
    let used = Duration::from_millis(10 * (program.ticks() - ticks));
    // A console that spins takes all of a processor, on a busy machine a good part of one.
    let elapsed = begun.elapsed();
    assert!(used < elapsed / 5, "{used:?} in {elapsed:?}");
}

#[test]
fn a_terminal_that_hangs_up_takes_the_console_and_leaves_the_farm() {
    let farm = Farm::new(1);
    let Console {
        terminal,
        program,
        api,
    } = farm.open();
    terminal.hang_up();
    works_quietly(&program, &api);
    let stopped = farm.command(&["stop"]);
    assert!(stopped.status.success(), "{stopped:?}");
    assert!(program.exit().success());
}

#[test]
fn sighup_ends_the_console_and_puts_the_terminal_back() {
    let farm = Farm::new(1);
    let console = farm.open();
    console.program.signal(Signal::HUP);
    console.terminal.is_given_back();
    works_quietly(&console.program, &console.api);
    assert!(console.terminal.has_its_usual_modes());
    let stopped = farm.command(&["stop"]);
    assert!(stopped.status.success(), "{stopped:?}");
    assert!(console.program.exit().success());
}
