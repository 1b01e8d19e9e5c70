//! What a killed farmhand left running on a phone.

use std::sync::Arc;
use std::time::Duration;

use axum::http::Method;
use farmhand::phone::{Faults, Phone};
use tokio::io::AsyncReadExt;
use tokio::time::timeout;

use crate::harness::{Home, Program, Stage, kind, processes, until_processes};

#[tokio::test(flavor = "multi_thread")]
async fn after_kill_9_a_phone_is_cleaned_of_the_old_task_alone_before_the_next_one_starts() {
    let (home, stage) = (Home::new(), Stage::new(1));
    let (phone, serial) = (&stage.phones.phones()[0], &stage.serials[0]);
    // Somebody else's process, started past farmhand.
    let mut others = Phone::open(phone, b"shell,v2,raw:sleep 8888").unwrap();
    until_processes(phone, "8888", 1).await;

    let program = Program::start(&home, stage.adb).await;
    let old = program.shell(serial, "sleep 7777 & sleep 7777").await;
    let next = program.shell(serial, "ps -A -o PID,ARGS").await;
    until_processes(phone, "7777", 2).await;
    program.kill().await;
    // The phone outlives its host: nobody has told the commands to end.
    assert_eq!(processes(phone, "7777"), 2);

    let program = Program::start(&home, stage.adb).await;
    let task = program.task(old).await;
    assert_eq!(
        (task["status"].as_u64(), kind(&task)),
        (Some(3), "interrupted")
    );
    let task = program.end_of(next).await;
    assert_eq!(task["status"], 2, "{task}");
    let table = String::from_utf8(home.evidence(next, 1, "log.txt")).unwrap();
    assert!(table.contains("ps -A -o PID,ARGS"), "{table}");
    assert!(
        !table.contains("7777"),
        "it ran beside the old task: {table}"
    );
    assert!(
        table.contains("sleep 8888"),
        "somebody else's is gone: {table}"
    );
    assert_eq!(processes(phone, "8888"), 1);

    let ended = timeout(Duration::ZERO, others.read_u8()).await;
    assert!(ended.is_err(), "somebody else's shell ended: {ended:?}");
    stage.phones.shutdown().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_stop_and_a_deletion_hold_although_farmhand_dies_before_the_phone_obeys() {
    let (home, stage) = (Home::new(), Stage::new(2));
    let program = Program::start(&home, stage.adb).await;
    let mut ids = Vec::new();
    for (phone, serial) in stage.phones.phones().iter().zip(&stage.serials) {
        ids.push(program.shell(serial, "sleep 7777").await);
        until_processes(phone, "7777", 1).await;
        phone.set_faults(Faults {
            hang: true,
            ..Faults::default()
        });
    }
    let [stopped, deleted] = ids[..] else {
        panic!("two tasks: {ids:?}");
    };
    let client = Arc::clone(&program.client);
    let requests = tokio::spawn(async move {
        let (stop, delete) = (format!("/task/{stopped}/stop"), format!("/task/{deleted}"));
        tokio::join!(
            client.call(Method::POST, &stop, None, &[]),
            client.call(Method::DELETE, &delete, None, &[]),
        )
    });
    for id in [stopped, deleted] {
        let path = format!("/task/{id}");
        program
            .until(&path, |task| task["remark"] == "stopping")
            .await;
    }
    program.kill().await;
    let (stop, delete) = requests.await.unwrap();
    assert!(
        stop.is_err() && delete.is_err(),
        "nobody was told: {stop:?}, {delete:?}"
    );

    for phone in stage.phones.phones() {
        phone.set_faults(Faults::default());
    }
    let program = Program::start(&home, stage.adb).await;
    let tasks = program.tasks_above(0).await;
    assert_eq!(tasks.len(), 1, "{tasks:?}");
    assert_eq!(tasks[0]["id"], stopped);
    assert_eq!(kind(&tasks[0]), "stopped");
    for phone in stage.phones.phones() {
        until_processes(phone, "7777", 0).await;
    }
    stage.phones.shutdown().await;
}
