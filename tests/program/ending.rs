//! An end by SIGTERM: in order, although a phone hangs, and at once when it comes twice.

use std::net::TcpListener;
use std::time::{Duration, Instant};

use crate::harness::{Home, Program, Stage, kind, processes, until_processes};
use farmhand::phone::Faults;

#[tokio::test(flavor = "multi_thread")]
async fn sigterm_ends_what_runs_on_the_phones_and_leaves_all_free_for_the_next() {
    let (home, stage) = (Home::new(), Stage::new(3));
    let program = Program::start(&home, stage.adb).await;
    let mut running = Vec::new();
    for serial in &stage.serials {
        running.push(program.shell(serial, "sleep 7777 & sleep 7777").await);
    }
    let waiting = program.shell(&stage.serials[0], "echo later").await;
    for phone in stage.phones.phones() {
        until_processes(phone, "7777", 2).await;
    }
    let address = program.address;
    let status = program.terminate().await;
    assert_eq!(status.code(), Some(0));
    for phone in stage.phones.phones() {
        assert_eq!(processes(phone, "7777"), 0);
    }
    drop(TcpListener::bind(address).unwrap());
    assert!(!home.data().join("farmhand.run").exists());

    let program = Program::start_at(&home, stage.adb, address).await;
    for id in running {
        assert_eq!(kind(&program.task(id).await), "interrupted");
    }
    assert_eq!(program.end_of(waiting).await["status"], 2);
    stage.phones.shutdown().await;
}

/// A farm whose only phone hangs under a task; answers the task's id.
async fn hung(home: &Home, stage: &Stage) -> (Program, u64) {
    let program = Program::start(home, stage.adb).await;
    let id = program.shell(&stage.serials[0], "sleep 7777").await;
    until_processes(&stage.phones.phones()[0], "7777", 1).await;
    hang(stage, true);
    (program, id)
}

fn hang(stage: &Stage, hang: bool) {
    stage.phones.phones()[0].set_faults(Faults {
        hang,
        ..Faults::default()
    });
}

/// Starts it again on a phone that answers: the task is interrupted, and its process gone.
async fn cleaned_at_the_next_start(home: &Home, stage: &Stage, id: u64) {
    assert_eq!(processes(&stage.phones.phones()[0], "7777"), 1);
    hang(stage, false);
    let program = Program::start(home, stage.adb).await;
    assert_eq!(kind(&program.task(id).await), "interrupted");
    let next = program.shell(&stage.serials[0], "echo next").await;
    assert_eq!(program.end_of(next).await["status"], 2);
    assert_eq!(processes(&stage.phones.phones()[0], "7777"), 0);
}

#[tokio::test(flavor = "multi_thread")]
async fn sigterm_ends_in_order_although_a_phone_hangs() {
    let (home, stage) = (Home::new(), Stage::new(1));
    let (program, id) = hung(&home, &stage).await;
    let began = Instant::now();
    assert_eq!(program.terminate().await.code(), Some(0));
    // A moment for the task, then what its end on the phone may take.
    let took = began.elapsed();
    assert!(took < Duration::from_secs(20), "{took:?}");
    cleaned_at_the_next_start(&home, &stage, id).await;
    stage.phones.shutdown().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_second_sigterm_ends_at_once_and_says_what_becomes_of_the_tasks() {
    let (home, stage) = (Home::new(), Stage::new(1));
    let (program, id) = hung(&home, &stage).await;
    program.ask_to_end();
    program.until_silent().await;
    let began = Instant::now();
    assert_eq!(program.terminate().await.code(), Some(1));
    let took = began.elapsed();
    assert!(took < Duration::from_secs(3), "{took:?}");
    let said = home.complaints();
    let wanted = "tasks that ran are `interrupted` at the next start";
    assert!(said.contains(wanted), "{said}");
    cleaned_at_the_next_start(&home, &stage, id).await;
    stage.phones.shutdown().await;
}
