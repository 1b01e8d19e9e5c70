use std::path::Path;
use std::time::Duration;

use proptest::prelude::*;
use tempfile::TempDir;
use tokio::time::timeout;

use super::super::error::AdbError;
use super::super::job::{Chunk, Job, Note};
use super::super::phone::Phone;
use super::super::testing::{LONG, MODERN, group_lives, limits, local_phone, phone};
use super::{Noted, parse_stat};

const OLD: &str = "cmd";

async fn local(features: &'static str) -> (TempDir, Phone) {
    let dir = TempDir::new().unwrap();
    let phone = local_phone(features, dir.path().join("notes")).await;
    (dir, phone)
}

fn note(name: &str) -> Note {
    Note::new(name).unwrap()
}

fn notes(dir: &TempDir) -> Vec<String> {
    let entries = std::fs::read_dir(dir.path().join("notes")).unwrap();
    entries
        .map(|e| e.unwrap().file_name().into_string().unwrap())
        .collect()
}

/// Reads until the command printed `word`.
async fn until(job: &mut Job, word: &str) {
    let mut seen = String::new();
    timeout(LONG, async {
        while !seen.contains(word) {
            match job.next().await.unwrap() {
                Chunk::Stdout(data) => seen.push_str(std::str::from_utf8(&data).unwrap()),
                other => panic!("{other:?} instead of {word}"),
            }
        }
    })
    .await
    .unwrap();
}

#[tokio::test]
async fn a_job_streams_and_its_note_goes_at_the_end() {
    for features in [MODERN, OLD] {
        let (dir, phone) = local(features).await;
        let cmd = "echo it\\'s; echo; exit 5";
        let mut job = phone.spawn(cmd, &note("t1"), &limits()).await.unwrap();
        assert_eq!(notes(&dir), ["t1"]);
        let mut out = Vec::new();
        let exit = loop {
            match job.next().await.unwrap() {
                Chunk::Stdout(data) => out.extend_from_slice(&data),
                Chunk::Exit(code) => break code,
                Chunk::Stderr(data) => panic!("{data:?}"),
            }
        };
        assert_eq!((out.as_slice(), exit), (&b"it's\n\n"[..], 5), "{features}");
        phone.finish(&job.into_group(), LONG).await.unwrap();
        assert!(notes(&dir).is_empty());
    }
}

#[tokio::test]
async fn the_note_holds_the_group_and_the_boot() {
    let (dir, phone) = local(MODERN).await;
    let mut job = phone
        .spawn("echo up; sleep 600", &note("t1"), &limits())
        .await
        .unwrap();
    until(&mut job, "up").await;
    let text = std::fs::read_to_string(dir.path().join("notes/t1")).unwrap();
    let boot = std::fs::read_to_string(super::BOOT_ID).unwrap();
    let noted = Noted::read(&note("t1"), text.trim(), boot.trim()).unwrap();
    assert_eq!(noted.id, job.group().id);
    let group = job.into_group();
    phone.end(&group, Duration::ZERO, LONG).await.unwrap();
}

#[tokio::test]
async fn a_command_and_its_children_end_and_the_note_goes() {
    for features in [MODERN, OLD] {
        let (dir, phone) = local(features).await;
        let cmd = "sleep 600 & sleep 600 & echo up; wait";
        let mut job = phone.spawn(cmd, &note("t1"), &limits()).await.unwrap();
        until(&mut job, "up").await;
        let group = job.into_group();
        assert!(group_lives(group.id));
        phone
            .end(&group, Duration::from_secs(5), LONG)
            .await
            .unwrap();
        assert!(!group_lives(group.id), "{features}");
        assert!(notes(&dir).is_empty());
    }
}

#[tokio::test]
async fn a_command_that_ignores_the_polite_signal_gets_the_other() {
    let (_dir, phone) = local(MODERN).await;
    let cmd = "trap '' TERM; echo up; while :; do sleep 600; done";
    let mut job = phone.spawn(cmd, &note("t1"), &limits()).await.unwrap();
    until(&mut job, "up").await;
    let group = job.into_group();
    phone
        .end(&group, Duration::from_millis(50), LONG)
        .await
        .unwrap();
    assert!(!group_lives(group.id));
}

#[tokio::test]
async fn what_a_command_left_running_is_killed_after_its_normal_exit() {
    let (dir, phone) = local(MODERN).await;
    let cmd = "sleep 600 >/dev/null 2>&1 & exit 0";
    let mut job = phone.spawn(cmd, &note("t1"), &limits()).await.unwrap();
    assert_eq!(job.next().await.unwrap(), Chunk::Exit(0));
    let group = job.into_group();
    assert!(group_lives(group.id));
    phone.finish(&group, LONG).await.unwrap();
    assert!(!group_lives(group.id));
    assert!(notes(&dir).is_empty());
}

#[tokio::test]
async fn a_command_does_not_start_without_its_note() {
    for features in [MODERN, OLD] {
        let (dir, phone) = local(features).await;
        // A file where the folder should be, as good as a full phone.
        std::fs::write(dir.path().join("notes"), "").unwrap();
        let proof = dir.path().join("ran");
        let cmd = format!("touch {}", proof.display());
        let error = phone.spawn(&cmd, &note("t1"), &limits()).await.unwrap_err();
        assert!(matches!(error, AdbError::Refused { .. }), "{error}");
        assert!(error.to_string().contains("note"), "{error}");
        assert!(!proof.exists());
    }
}

#[tokio::test]
async fn a_phone_without_notes_is_clean() {
    let (_dir, phone) = local(MODERN).await;
    assert_eq!(phone.clean(LONG).await.unwrap(), super::Cleaned::default());
}

#[tokio::test]
async fn cleaning_ends_what_an_earlier_client_left_and_nothing_else() {
    for features in [MODERN, OLD] {
        let (dir, phone) = local(features).await;
        let spawn = async |name: &str, cmd: &str| {
            let job = phone.spawn(cmd, &note(name), &limits()).await.unwrap();
            job.into_group().id
        };
        let running = spawn("running", "sleep 600; true").await;
        let orphaned = spawn("orphaned", "sleep 600 >/dev/null 2>&1 & exit 0").await;
        let reused = spawn("reused", "sleep 600; true").await;
        let other_boot = spawn("other-boot", "sleep 600; true").await;

        // As if the number had gone to a later process, and as if the phone had restarted.
        let folder = dir.path().join("notes");
        let rewrite = |name: &str, change: &dyn Fn(String) -> String| {
            let path = folder.join(name);
            let text = std::fs::read_to_string(&path).unwrap();
            std::fs::write(&path, change(text)).unwrap();
        };
        rewrite("reused", &|text| {
            let (_, started) = parse_stat(&text).unwrap();
            text.replace(&format!(" {started} "), &format!(" {} ", started - 1))
        });
        rewrite("other-boot", &|text| {
            text.rsplit_once('\n').map(|_| ()).unwrap();
            let boot = std::fs::read_to_string(super::BOOT_ID).unwrap();
            text.replace(boot.trim(), "00000000-0000-0000-0000-000000000000")
        });
        std::fs::write(folder.join("broken"), "12 (sh").unwrap();
        std::fs::write(folder.join("not ours"), "keep").unwrap();

        let mut cleaned = phone.clean(LONG).await.unwrap();
        cleaned.ended.sort();
        cleaned.stale.sort();
        assert_eq!(cleaned.ended, ["orphaned", "running"], "{features}");
        assert_eq!(cleaned.stale, ["broken", "other-boot", "reused"]);
        assert!(!group_lives(running));
        assert!(!group_lives(orphaned));
        assert!(group_lives(reused));
        assert!(group_lives(other_boot));
        assert_eq!(notes(&dir), ["not ours"]);
        for id in [reused, other_boot] {
            let kill = format!("kill -KILL -{id}");
            assert_eq!(phone.shell(&kill, &limits()).await.unwrap().exit, 0);
        }
    }
}

#[tokio::test]
async fn many_notes_are_cleaned_in_lines_that_old_phones_take() {
    let (dir, phone) = local(MODERN).await;
    let folder = dir.path().join("notes");
    std::fs::create_dir(&folder).unwrap();
    for n in 0..200 {
        std::fs::write(folder.join(format!("{n:064}")), "x").unwrap();
    }
    assert_eq!(phone.clean(LONG).await.unwrap().stale.len(), 200);
    assert!(notes(&dir).is_empty());
}

#[tokio::test]
async fn a_group_that_does_not_go_is_reported() {
    // A phone whose processes survive every signal.
    let phone = phone(MODERN, |name, mut conn| async move {
        let mark = name.rsplit_once("echo ").unwrap().1.trim_end_matches("; ");
        conn.okay().await;
        let answers = format!("{mark}\n").repeat(name.matches("echo ").count());
        conn.packet(1, answers.as_bytes()).await;
        conn.packet(3, &[0]).await;
    })
    .await;
    let group = super::Group {
        id: 77,
        note: note("t1"),
    };
    let total = Duration::from_millis(200);
    let error = phone.end(&group, Duration::ZERO, total).await.unwrap_err();
    assert!(matches!(error, AdbError::StillRuns { .. }), "{error}");
    assert!(error.to_string().contains("group 77"), "{error}");
}

#[tokio::test]
async fn a_hung_phone_cannot_confirm_an_end() {
    let phone = phone(MODERN, |_, mut conn| async move { conn.hang().await }).await;
    let total = Duration::from_millis(100);
    assert!(phone.clean(total).await.unwrap_err().is_timeout());
}

#[test]
fn a_process_is_read_though_its_name_is_hostile() {
    let stat = "812 (a) b) (c d) S 1 812 812 0 -1 4 5 6 7 8 9 10 11 12 20 0 1 0 99887 1 2 3";
    assert_eq!(parse_stat(stat), Some((812, 99887)));
    let own = std::fs::read_to_string(Path::new("/proc/self/stat")).unwrap();
    assert_eq!(parse_stat(&own).unwrap().0, std::process::id());
}

#[test]
fn a_group_of_zombies_alone_has_ended() {
    let table = " PGID S\n    7 Z\n    7 S\n    8 Z\n    8 Z\n    9 S\n";
    assert_eq!(super::zombies(table), [8].into());
    assert!(super::zombies("ps: bad -o").is_empty());
}

#[test]
fn no_note_leads_to_the_groups_that_must_never_be_killed() {
    for id in ["0", "1", "-5", "99999999999"] {
        let stat = format!("{id} (sh) S 1 2 3 0 -1 4 5 6 7 8 9 10 11 12 20 0 1 0 99887 1\nboot");
        assert_eq!(Noted::read(&note("n"), &stat, "boot"), None);
    }
}

proptest! {
    #[test]
    fn no_text_makes_the_note_reader_fail_badly(text: String) {
        let _ = parse_stat(&text);
        let _ = Noted::read(&note("n"), &text, "b");
    }
}
