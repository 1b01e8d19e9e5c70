//! A shell kept open, and changes that are undone, through real and embedded servers.

use std::time::Duration;

use farmhand::adb::{AdbError, Limits, Note, Session};
use farmhand::flow::driver::{Driver, Patience, UiLocks};
use farmhand::phone::Faults;

use super::stage::{LONG, Stage, limits};

fn note() -> Note {
    Note::new("t1-a1").unwrap()
}

async fn open(stage: &Stage) -> Session {
    let session = Session::open(&stage.phone(0), &note(), &limits()).await;
    session.unwrap()
}

async fn says(session: &mut Session, cmd: &str) -> String {
    let out = session.run(cmd, &limits()).await.unwrap();
    String::from_utf8(out.stdout).unwrap()
}

#[tokio::test]
async fn commands_share_a_shell_and_keep_their_outputs_apart() {
    for stage in Stage::each(1).await {
        let mut session = open(&stage).await;
        let cmds = [
            "echo one; echo two >&2; exit 3",
            "cat",
            "printf 'it\\'s'",
            "getprop",
        ];
        let outs = session.run_all(&cmds, &limits()).await.unwrap();
        assert_eq!(outs[0].stdout, b"one\n");
        assert_eq!(
            (outs[0].stderr.as_slice(), outs[0].exit),
            (&b"two\n"[..], 3)
        );
        assert_eq!((outs[1].stdout.as_slice(), outs[1].exit), (&b""[..], 0));
        assert!(outs[3].stdout.starts_with(b"["));
        assert_eq!(session.round_trips(), 1);
        session.close(LONG).await.unwrap();
        assert_eq!(stage.running(0, "sh"), 0);
    }
}

#[tokio::test]
async fn no_command_disturbs_the_next() {
    for stage in Stage::each(1).await {
        let mut session = open(&stage).await;
        for cmd in [
            "exit 3",
            "exec echo replaced",
            "cd /; x=1; false",
            "echo 'half a sentence",
            "if true; then",
            "# nothing but a comment",
            "uiautomator dump /dev/tty; input tap 1 1; am start -a none; cat",
        ] {
            session.run(cmd, &limits()).await.unwrap();
            let after = says(&mut session, "echo \"[$x] still here\"").await;
            assert_eq!(
                after, "[] still here\n",
                "after {cmd:?}, {:?}",
                stage.between
            );
        }
    }
}

#[tokio::test]
async fn a_command_past_its_deadline_ends_with_the_shell_and_another_takes_over() {
    for stage in Stage::each(1).await {
        let mut session = open(&stage).await;
        let short = Limits::within(Duration::from_millis(200));
        let error = session.run("sleep 600", &short).await.unwrap_err();
        assert!(error.is_timeout(), "{error}");
        let error = session.run("echo", &limits()).await.unwrap_err();
        assert!(matches!(error, AdbError::CutShort { .. }), "{error}");
        session.reopen().await.unwrap();
        assert_eq!(stage.running(0, "sleep"), 0);
        assert_eq!(says(&mut session, "echo again").await, "again\n");
    }
}

#[tokio::test]
async fn a_long_answer_comes_whole() {
    for stage in Stage::each(1).await {
        let mut session = open(&stage).await;
        let lines = says(&mut session, "seq 1 50000").await;
        assert!(lines.ends_with("\n49999\n50000\n"), "{:?}", stage.between);
    }
}

#[tokio::test]
async fn a_phone_that_drops_in_a_command_is_lost() {
    for stage in Stage::each(1).await {
        let mut session = open(&stage).await;
        stage.fault(
            0,
            Faults {
                drop: true,
                ..Faults::default()
            },
        );
        let error = session.run("sleep 600", &limits()).await.unwrap_err();
        assert!(error.is_lost(), "{error}");
    }
}

#[tokio::test]
async fn a_driver_works_and_what_it_changed_is_undone_by_a_later_client() {
    for stage in Stage::each(1).await {
        let locks = UiLocks::default();
        let note = note();
        let opened = Driver::open(stage.phone(0), &note, &locks, Patience::default());
        let mut driver = opened.await.unwrap();
        driver.prepare().await.unwrap();
        driver.tap((10, 10)).await.unwrap();
        let looked = driver.look().await.unwrap();
        assert!(looked.hierarchy.size().0 > 0);
        let stays = || {
            stage
                .inside(0)
                .setting("global", "stay_on_while_plugged_in")
        };
        assert_eq!(stays().as_deref(), Some("7"));
        drop(driver);
        let cleaned = stage.phone(0).clean(LONG).await.unwrap();
        assert_eq!(cleaned.undone, ["t1-a1"]);
        assert_eq!(stays().as_deref(), Some("0"));
    }
}
