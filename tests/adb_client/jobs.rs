//! Commands that run for long: streamed, fed, ended for sure, and found again.

use std::time::Duration;

use farmhand::adb::{AdbError, Chunk, Job, Note};
use farmhand::phone::Faults;
use tokio::time::timeout;

use super::stage::{LONG, Stage, limits, until};

const FOLDER: &str = "/data/local/tmp/farmhand";

fn note(name: &str) -> Note {
    Note::new(name).unwrap()
}

/// Everything a job says until it ends.
async fn rest(job: &mut Job) -> (String, i32) {
    let mut out = Vec::new();
    timeout(LONG, async {
        loop {
            match job.next().await.unwrap() {
                Chunk::Stdout(data) => out.extend_from_slice(&data),
                Chunk::Stderr(data) => panic!("{data:?}"),
                Chunk::Exit(code) => break (String::from_utf8(out).unwrap(), code),
            }
        }
    })
    .await
    .unwrap()
}

fn has_note(stage: &Stage, name: &str) -> bool {
    stage.inside(0).file(&format!("{FOLDER}/{name}")).is_some()
}

#[tokio::test]
async fn a_job_runs_under_its_note_until_it_is_finished() {
    for stage in Stage::each(1).await {
        let phone = stage.phone(0);
        let cmd = "echo one; echo two; exit 3";
        let mut job = phone.spawn(cmd, &note("t1-a1"), &limits()).await.unwrap();
        assert!(has_note(&stage, "t1-a1"));
        assert_eq!(rest(&mut job).await, ("one\ntwo\n".into(), 3));
        phone.finish(&job.into_group(), LONG).await.unwrap();
        assert!(!has_note(&stage, "t1-a1"));
    }
}

#[tokio::test]
async fn a_job_reads_what_it_is_fed() {
    for stage in Stage::each(1).await {
        let phone = stage.phone(0);
        let mut job = phone.spawn("cat", &note("t1"), &limits()).await.unwrap();
        job.write_stdin(b"fed\n").await.unwrap();
        job.close_stdin().await.unwrap();
        assert_eq!(rest(&mut job).await, ("fed\n".into(), 0));
    }
}

#[tokio::test]
async fn a_job_ends_with_all_its_children() {
    for stage in Stage::each(1).await {
        let phone = stage.phone(0);
        let cmd = "sleep 600 & sleep 600 & sleep 600";
        let job = phone.spawn(cmd, &note("t1"), &limits()).await.unwrap();
        until("three sleep", async || stage.running(0, "sleep") == 3).await;
        let group = job.into_group();
        let grace = Duration::from_secs(5);
        phone.end(&group, grace, LONG).await.unwrap();
        assert_eq!(stage.running(0, "sleep"), 0);
        assert!(!has_note(&stage, "t1"));
    }
}

#[tokio::test]
async fn what_a_finished_job_left_running_is_ended() {
    for stage in Stage::each(1).await {
        let phone = stage.phone(0);
        let cmd = "sleep 600 > /dev/null 2>&1 & echo started";
        let mut job = phone.spawn(cmd, &note("t1"), &limits()).await.unwrap();
        assert_eq!(rest(&mut job).await, ("started\n".into(), 0));
        assert_eq!(stage.running(0, "sleep"), 1);
        phone.finish(&job.into_group(), LONG).await.unwrap();
        assert_eq!(stage.running(0, "sleep"), 0);
    }
}

#[tokio::test]
async fn what_a_dead_client_left_is_found_and_ended() {
    for stage in Stage::each(1).await {
        let phone = stage.phone(0);
        let cmd = "sleep 600 & sleep 600";
        drop(phone.spawn(cmd, &note("t1"), &limits()).await.unwrap());
        let cmd = "sleep 600 > /dev/null 2>&1 & exit 0";
        drop(phone.spawn(cmd, &note("t2"), &limits()).await.unwrap());
        until("three sleep", async || stage.running(0, "sleep") == 3).await;

        // Another client, which knows nothing of it.
        let cleaned = stage.phone(0).clean(LONG).await.unwrap();
        assert_eq!(cleaned.ended, ["t1", "t2"]);
        assert_eq!(stage.running(0, "sleep"), 0);
        assert!(!has_note(&stage, "t1"));
        let again = stage.phone(0).clean(LONG).await.unwrap();
        assert_eq!(again.ended, [""; 0]);
    }
}

#[tokio::test]
async fn a_restarted_phone_has_only_stale_notes() {
    for stage in Stage::each(1).await {
        let phone = stage.phone(0);
        let job = phone.spawn("sleep 600", &note("t1"), &limits()).await;
        let before = phone.boot_id(LONG).await.unwrap();
        drop(job.unwrap());
        phone.reboot(LONG).await.unwrap();
        until("the phone is back", async || {
            let phone = stage.phone(0);
            let limit = Duration::from_secs(1);
            let boot = phone.boot_id(limit).await;
            boot.is_ok_and(|id| id != before) && phone.boot_completed(limit).await.unwrap_or(false)
        })
        .await;
        let cleaned = stage.phone(0).clean(LONG).await.unwrap();
        assert_eq!((cleaned.ended.len(), cleaned.stale.len()), (0, 1));
    }
}

#[tokio::test]
async fn a_full_phone_starts_nothing() {
    for stage in Stage::each(1).await {
        stage.fault(
            0,
            Faults {
                storage_full: true,
                ..Faults::default()
            },
        );
        let phone = stage.phone(0);
        let error = phone.spawn("sleep 600", &note("t1"), &limits()).await;
        let error = error.unwrap_err();
        assert!(matches!(error, AdbError::Refused { .. }), "{error}");
        assert!(error.to_string().contains("No space left"), "{error}");
        assert_eq!(stage.running(0, "sleep"), 0);
    }
}

#[tokio::test]
async fn a_hung_phone_confirms_nothing_until_it_is_back() {
    for stage in Stage::each(1).await {
        let phone = stage.phone(0);
        let job = phone.spawn("sleep 600", &note("t1"), &limits()).await;
        let group = job.unwrap().into_group();
        stage.fault(
            0,
            Faults {
                hang: true,
                ..Faults::default()
            },
        );
        let short = Duration::from_millis(500);
        let error = phone.end(&group, short, short).await.unwrap_err();
        assert!(error.is_timeout(), "{error}");
        stage.fault(0, Faults::default());
        phone.clean(LONG).await.unwrap();
        assert_eq!(stage.running(0, "sleep"), 0);
    }
}
