use std::time::Duration;

use tempfile::TempDir;
use tokio::time::timeout;

use super::super::error::{AdbError, Kind};
use super::super::job::Note;
use super::super::limits::Limits;
use super::super::phone::Phone;
use super::super::testing::{LONG, MODERN, SHORT, group_lives, limits, local_phone};
use super::{LONGEST, Session};

const OLD: &str = "cmd";

fn note() -> Note {
    Note::new("t1").unwrap()
}

async fn local(features: &'static str) -> (TempDir, Phone, Session) {
    let dir = TempDir::new().unwrap();
    let phone = local_phone(features, dir.path().join("notes")).await;
    let session = Session::open(&phone, &note(), &limits()).await.unwrap();
    (dir, phone, session)
}

async fn says(session: &mut Session, cmd: &str) -> String {
    let out = session.run(cmd, &limits()).await.unwrap();
    String::from_utf8(out.stdout).unwrap()
}

#[tokio::test]
async fn commands_have_their_own_output_and_exit_code() {
    let (_dir, _phone, mut session) = local(MODERN).await;
    for round in 0..3 {
        let cmd = format!("echo out {round}; echo err >&2; exit {round}");
        let out = session.run(&cmd, &limits()).await.unwrap();
        assert_eq!(out.stdout, format!("out {round}\n").as_bytes());
        assert_eq!((out.stderr.as_slice(), out.exit), (&b"err\n"[..], round));
    }
    assert_eq!(session.round_trips(), 3);
}

#[tokio::test]
async fn a_phone_without_shell_v2_gets_a_shell_for_each_command() {
    let (dir, _phone, mut session) = local(OLD).await;
    let out = session.run("echo it\\'s; exit 3", &limits()).await.unwrap();
    assert_eq!((out.stdout.as_slice(), out.exit), (&b"it's\n"[..], 3));
    assert_eq!(says(&mut session, "echo two").await, "two\n");
    session.close(LONG).await.unwrap();
    let left = std::fs::read_dir(dir.path().join("notes")).unwrap();
    assert_eq!(left.count(), 0);
}

#[tokio::test]
async fn output_comes_back_byte_for_byte() {
    let (_dir, _phone, mut session) = local(MODERN).await;
    assert_eq!(
        says(&mut session, "printf 'no newline'").await,
        "no newline"
    );
    assert_eq!(says(&mut session, "true").await, "");
    let out = session
        .run("printf '\\000\\377\\r\\n'", &limits())
        .await
        .unwrap();
    assert_eq!(out.stdout, b"\0\xff\r\n");
}

#[tokio::test]
async fn several_commands_take_one_round_trip() {
    let (_dir, _phone, mut session) = local(MODERN).await;
    let cmds = ["echo one", "echo two >&2; exit 7", "echo three"];
    let outs = session.run_all(&cmds, &limits()).await.unwrap();
    assert_eq!(outs[0].stdout, b"one\n");
    assert_eq!(
        (outs[1].stderr.as_slice(), outs[1].exit),
        (&b"two\n"[..], 7)
    );
    assert_eq!(outs[2].stdout, b"three\n");
    assert_eq!(session.round_trips(), 1);
    assert_eq!(session.run_all(&[], &limits()).await.unwrap(), []);
}

#[tokio::test]
async fn a_command_that_leaves_or_breaks_the_shell_disturbs_none_after_it() {
    for features in [MODERN, OLD] {
        let (_dir, _phone, mut session) = local(features).await;
        for cmd in [
            "exit 3",
            "exec echo replaced",
            "exec >/dev/null 2>&1",
            "cd /; x=1; set -e; false",
            "echo 'half a sentence",
            "if true; then",
            ") ; echo )",
            "# nothing but a comment",
            "\n\n",
            "set -- a b; shift 9",
            "trap 'echo bye' EXIT",
        ] {
            session.run(cmd, &limits()).await.unwrap();
            let after = says(&mut session, "echo \"[$x] $# still here\"").await;
            assert_eq!(after, "[] 0 still here\n", "after {cmd:?}, {features}");
        }
    }
}

#[tokio::test]
async fn a_command_does_not_read_the_lines_to_come() {
    for features in [MODERN, OLD] {
        let (_dir, _phone, mut session) = local(features).await;
        let outs = session
            .run_all(&["cat", "echo after", "read x; echo [$x]"], &limits())
            .await
            .unwrap();
        let said: Vec<_> = outs.iter().map(|out| out.stdout.as_slice()).collect();
        assert_eq!(said, [&b""[..], b"after\n", b"[]\n"], "{features}");
    }
}

#[tokio::test]
async fn output_that_looks_like_a_frame_is_output() {
    let (_dir, _phone, mut session) = local(MODERN).await;
    // As a command of an earlier round might repeat it.
    let stolen = format!("{}-0- 9", session.word);
    assert_eq!(says(&mut session, "true").await, "");
    let echo = format!("echo {stolen}; echo {stolen} >&2; exit 4");
    let out = session.run(&echo, &limits()).await.unwrap();
    assert_eq!(out.stdout, format!("{stolen}\n").as_bytes());
    assert_eq!(out.exit, 4);
    assert_eq!(says(&mut session, "echo on").await, "on\n");
}

#[tokio::test]
async fn the_shells_death_is_told_and_it_can_be_opened_again() {
    let (_dir, _phone, mut session) = local(MODERN).await;
    let error = session.run("kill -KILL $$", &limits()).await.unwrap_err();
    assert_eq!(error.kind(), Kind::Device, "{error}");
    let error = session.run("echo", &limits()).await.unwrap_err();
    assert!(matches!(error, AdbError::CutShort { .. }), "{error}");
    session.reopen().await.unwrap();
    assert_eq!(says(&mut session, "echo again").await, "again\n");
}

#[tokio::test]
async fn a_command_that_takes_too_long_makes_the_session_unusable_until_it_is_opened_again() {
    for features in [MODERN, OLD] {
        let (_dir, phone, mut session) = local(features).await;
        let short = Limits::within(SHORT);
        let error = session.run("sleep 600; echo late", &short).await;
        assert!(error.unwrap_err().is_timeout(), "{features}");
        assert!(!session.is_usable());
        let error = session.run("echo", &limits()).await.unwrap_err();
        assert!(matches!(error, AdbError::CutShort { .. }), "{error}");
        session.reopen().await.unwrap();
        assert_eq!(says(&mut session, "echo again").await, "again\n");
        let look = "ps -A -o args | grep '[s]leep 600; echo late'";
        let left = phone.shell(look, &limits()).await.unwrap();
        assert_eq!(left.stdout, b"", "{features}");
    }
}

#[tokio::test]
async fn a_dropped_command_makes_the_session_unusable() {
    let (_dir, _phone, mut session) = local(MODERN).await;
    let dropped = timeout(SHORT, session.run("sleep 600", &limits())).await;
    assert!(dropped.is_err());
    let error = session.run("echo", &limits()).await.unwrap_err();
    assert!(matches!(error, AdbError::CutShort { .. }), "{error}");
    session.close(LONG).await.unwrap();
}

#[tokio::test]
async fn output_without_end_is_cut_off() {
    for features in [MODERN, OLD] {
        let (_dir, _phone, mut session) = local(features).await;
        let limits = Limits {
            max_bytes: 100_000,
            ..limits()
        };
        let error = session.run("yes", &limits).await.unwrap_err();
        assert!(matches!(error, AdbError::TooMuch { .. }), "{error}");
        session.reopen().await.unwrap();
        assert_eq!(says(&mut session, "echo again").await, "again\n");
    }
}

#[tokio::test]
async fn a_long_answer_comes_whole() {
    let (_dir, _phone, mut session) = local(MODERN).await;
    let out = session
        .run("seq 1 40000; seq 1 40000 >&2", &limits())
        .await
        .unwrap();
    assert!(out.stdout.ends_with(b"\n40000\n"));
    assert_eq!(out.stdout, out.stderr);
}

#[tokio::test]
async fn a_command_that_is_too_long_is_refused_and_harms_nothing() {
    let (_dir, _phone, mut session) = local(MODERN).await;
    let long = "x".repeat(LONGEST);
    let error = session.run(&long, &limits()).await.unwrap_err();
    assert!(matches!(error, AdbError::Invalid(_)), "{error}");
    let longest = format!("echo {}", "x".repeat(LONGEST - 10));
    assert_eq!(says(&mut session, &longest).await.len(), LONGEST - 9);
}

#[tokio::test]
async fn nothing_is_left_after_the_close() {
    let (dir, _phone, mut session) = local(MODERN).await;
    session
        .run("sleep 600 >/dev/null 2>&1 &", &limits())
        .await
        .unwrap();
    let group = session.group().unwrap().id;
    session.close(LONG).await.unwrap();
    assert!(!group_lives(group));
    let notes = std::fs::read_dir(dir.path().join("notes")).unwrap();
    assert_eq!(notes.count(), 0);
}

#[tokio::test]
async fn silence_has_a_limit_of_its_own() {
    let (_dir, _phone, mut session) = local(MODERN).await;
    let limits = Limits {
        silence: SHORT,
        total: Duration::MAX,
        max_bytes: 1000,
    };
    let error = session.run("sleep 600", &limits).await.unwrap_err();
    assert!(matches!(error, AdbError::Silent { .. }), "{error}");
    assert!(error.to_string().starts_with("shell on S1"), "{error}");
}
