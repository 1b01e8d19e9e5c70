use std::time::Duration;

use serde_json::{Value, json};

use super::super::{Patience, run};
use super::{Stand, Started, finish, told};
use crate::model::ErrorKind;
use crate::phone::Faults;

fn command(command: &str) -> Value {
    json!({"command": command, "timeout": 60})
}

#[tokio::test]
async fn output_and_exit_code_end_in_the_log_and_the_remark() {
    let stand = Stand::new();
    let ended = stand
        .run("shell", command("echo hi; echo oops >&2; echo more"))
        .await;
    assert_eq!(ended.error, None);
    assert_eq!(ended.remark.as_deref(), Some("exit 0: hi"));
    assert_eq!(ended.evidence, ["log.txt"]);
    let log = stand.log();
    assert!(
        log.starts_with("$ echo hi; echo oops >&2; echo more\n"),
        "{log}"
    );
    assert!(log.contains("hi\n") && log.contains("oops\n"), "{log}");
    assert!(log.ends_with("[exit 0]\n[completed]\n"), "{log}");
}

#[tokio::test]
async fn a_command_that_ended_leaves_nothing_on_the_phone() {
    let stand = Stand::new();
    let ended = stand.run("shell", command("true")).await;
    assert!(ended.clean);
    assert!(
        stand
            .phone()
            .file("/data/local/tmp/farmhand/t1-a1")
            .is_none()
    );
}

#[tokio::test]
async fn what_a_command_left_in_the_background_is_ended_with_it() {
    let stand = Stand::new();
    let ended = stand
        .run("shell", command("sleep 600 >/dev/null 2>&1 & echo done"))
        .await;
    assert_eq!(ended.error, None);
    assert!(ended.clean);
    assert!(!stand.runs("sleep"));
}

#[tokio::test]
async fn an_exit_code_other_than_zero_fails_with_the_last_words() {
    let stand = Stand::new();
    let ended = stand
        .run(
            "shell",
            command("echo fine; echo no such thing >&2; exit 3"),
        )
        .await;
    let error = ended.error.unwrap();
    assert_eq!(error.kind, ErrorKind::Script);
    assert_eq!(error.exit_code, Some(3));
    assert_eq!(error.message, "exit 3: no such thing");
    assert_eq!(error.evidence, ["log.txt"]);
    assert!(ended.clean);
}

#[tokio::test]
async fn an_unknown_command_exits_with_127() {
    let stand = Stand::new();
    let ended = stand.run("shell", command("frobnicate")).await;
    assert_eq!(ended.error.unwrap().exit_code, Some(127));
}

#[tokio::test]
async fn a_long_output_is_cut_in_the_middle() {
    let stand = Stand::new();
    let file = stand.media("big.txt");
    let line = format!("{}\n", "0123456789".repeat(10));
    std::fs::write(&file, line.repeat(20_000)).unwrap();
    let push = json!({"local": file, "remote": "/sdcard/big.txt"});
    assert_eq!(stand.run("push", push).await.error, None);
    let ended = stand
        .run("shell", command("cat /sdcard/big.txt; echo the end"))
        .await;
    assert_eq!(ended.error, None);
    let log = stand.log();
    assert!(log.len() < (1 << 20) + 100, "{}", log.len());
    assert!(log.contains(" bytes cut ...\n"));
    assert!(log.ends_with("the end\n[exit 0]\n[completed]\n"));
}

#[tokio::test]
async fn its_own_timeout_ends_a_command() {
    let stand = Stand::new();
    let ended = stand
        .run("shell", json!({"command": "sleep 600", "timeout": 0.2}))
        .await;
    assert_eq!(ended.error.unwrap().kind, ErrorKind::TimedOut);
    assert!(ended.clean);
    assert!(!stand.runs("sleep"));
}

#[tokio::test]
async fn a_cancel_ends_the_command_and_its_children_on_the_phone() {
    let stand = Stand::new();
    let Started {
        job,
        cancel,
        mut progress,
    } = stand.job("shell", &command("sleep 600 & sleep 600; echo never"));
    let running = tokio::spawn(run(job));
    told(&mut progress, "running").await;
    cancel.cancel();
    let ended = finish(running).await.unwrap();
    assert_eq!(ended.error.unwrap().kind, ErrorKind::Stopped);
    assert!(ended.clean, "{:?}", ended.unconfirmed);
    assert!(!stand.runs("sleep"));
    assert!(!stand.log().contains("never\n[exit"));
}

#[tokio::test]
async fn a_cancel_before_the_start_leaves_nothing() {
    let stand = Stand::new();
    let Started { job, cancel, .. } = stand.job("shell", &command("sleep 600"));
    cancel.cancel();
    let ended = finish(run(job)).await;
    assert_eq!(ended.error.unwrap().kind, ErrorKind::Stopped);
    assert!(ended.clean, "{:?}", ended.unconfirmed);
    assert!(!stand.runs("sleep"));
}

#[tokio::test]
async fn a_cancel_while_the_phone_hangs_is_bounded_and_not_called_clean() {
    let mut stand = Stand::new();
    stand.patience = Patience {
        end: Duration::from_millis(300),
        ..Patience::default()
    };
    let Started {
        job,
        cancel,
        mut progress,
    } = stand.job("shell", &command("sleep 600"));
    let running = tokio::spawn(run(job));
    told(&mut progress, "running").await;
    stand.faults(Faults {
        hang: true,
        ..Faults::default()
    });
    cancel.cancel();
    let ended = finish(running).await.unwrap();
    assert!(!ended.clean);
    assert!(ended.unconfirmed.is_some());
    assert_eq!(ended.error.unwrap().kind, ErrorKind::Stopped);
}

#[tokio::test]
async fn a_phone_that_drops_in_the_middle_is_lost() {
    let stand = Stand::new();
    let Started {
        job, mut progress, ..
    } = stand.job("shell", &command("sleep 600"));
    let running = tokio::spawn(run(job));
    told(&mut progress, "running").await;
    stand.faults(Faults {
        drop: true,
        ..Faults::default()
    });
    let ended = finish(running).await.unwrap();
    assert_eq!(ended.error.unwrap().kind, ErrorKind::Lost);
    assert!(!ended.clean);
}

#[tokio::test]
async fn a_phone_that_does_not_answer_times_out() {
    let mut stand = Stand::new();
    let short = Duration::from_millis(200);
    stand.patience = Patience {
        answer: short,
        end: short,
        ..Patience::default()
    };
    stand.faults(Faults {
        hang: true,
        ..Faults::default()
    });
    let ended = stand.run("shell", command("true")).await;
    assert_eq!(ended.error.unwrap().kind, ErrorKind::TimedOut);
    assert!(!ended.clean);
}

#[tokio::test]
async fn a_phone_without_room_for_the_note_refuses_and_is_clean() {
    let stand = Stand::new();
    stand.faults(Faults {
        storage_full: true,
        ..Faults::default()
    });
    let ended = stand.run("shell", command("echo hi")).await;
    assert_eq!(ended.error.unwrap().kind, ErrorKind::Device);
    assert!(ended.clean, "{:?}", ended.unconfirmed);
}
