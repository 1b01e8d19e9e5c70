use std::path::PathBuf;
use std::time::Duration;

use tempfile::TempDir;

use super::super::error::AdbError;
use super::super::job::{Chunk, Note};
use super::super::phone::Phone;
use super::super::quote::quote;
use super::super::session::Session;
use super::super::testing::{LONG, MODERN, group_lives, limits, local_phone};

const OLD: &str = "cmd";

/// A phone of which this computer is the shell; `getprop` says that it has come up.
struct Stand {
    dir: TempDir,
    phone: Phone,
    note: Note,
}

impl Stand {
    async fn new(features: &'static str) -> Self {
        let dir = TempDir::new().unwrap();
        let phone = local_phone(features, dir.path().join("notes")).await;
        let note = Note::new("t1").unwrap();
        let stand = Self { dir, phone, note };
        stand.booted("1");
        std::fs::create_dir(stand.notes()).unwrap();
        stand
    }

    fn notes(&self) -> PathBuf {
        self.dir.path().join("notes")
    }

    fn booted(&self, answer: &str) {
        std::fs::write(self.dir.path().join("booted"), answer).unwrap();
    }

    fn value(&self) -> String {
        std::fs::read_to_string(self.dir.path().join("value")).unwrap_or_default()
    }

    /// A line that adds a word to the value.
    fn add(&self, word: &str) -> String {
        let value = self.dir.path().join("value");
        format!("printf %s {} >> {}", quote(word), value.display())
    }

    async fn change(&self, undo: &[&str], cmd: &str) -> super::super::shell::Output {
        let cmd = self.note.change(undo, cmd).unwrap();
        self.phone.shell(&cmd, &limits()).await.unwrap()
    }

    fn left(&self) -> Vec<String> {
        let entries = std::fs::read_dir(self.notes()).unwrap();
        entries
            .map(|e| e.unwrap().file_name().into_string().unwrap())
            .collect()
    }
}

#[tokio::test]
async fn changes_are_undone_last_first_and_forgotten() {
    for features in [MODERN, OLD] {
        let stand = Stand::new(features).await;
        stand.change(&[&stand.add("a")], &stand.add("1")).await;
        stand
            .change(&[&stand.add("b"), &stand.add("it's \"c\\n\"")], "true")
            .await;
        assert_eq!(stand.value(), "1");
        let undone = stand.phone.undo(&stand.note, LONG).await.unwrap();
        assert_eq!((undone.done, undone.failed.len()), (3, 0), "{features}");
        assert_eq!(stand.value(), "1it's \"c\\n\"ba");
        assert_eq!(stand.left(), [""; 0]);
    }
}

#[tokio::test]
async fn undoing_nothing_is_done_at_once() {
    let stand = Stand::new(MODERN).await;
    let undone = stand.phone.undo(&stand.note, LONG).await.unwrap();
    assert_eq!(undone, super::Undone::default());
}

#[tokio::test]
async fn a_line_that_fails_or_breaks_the_shell_does_not_keep_the_others() {
    let stand = Stand::new(MODERN).await;
    let first = stand.add("first");
    stand
        .change(
            &[&first, "exit 4", "echo 'half", "echo no such thing; false"],
            "true",
        )
        .await;
    let undone = stand.phone.undo(&stand.note, LONG).await.unwrap();
    assert_eq!(stand.value(), "first");
    assert_eq!((undone.done, undone.failed.len()), (1, 3));
    assert!(undone.failed[0].contains("no such thing"), "{undone:?}");
}

#[tokio::test]
async fn a_change_that_cannot_be_noted_is_not_made() {
    let stand = Stand::new(MODERN).await;
    // A folder where the file should be, as good as a full phone.
    std::fs::create_dir(stand.notes().join("t1.undo")).unwrap();
    let out = stand.change(&["true"], &stand.add("made")).await;
    assert_eq!(out.exit, 1);
    assert!(out.complaint().contains("could not be noted"), "{out:?}");
    assert_eq!(stand.value(), "");
}

#[tokio::test]
async fn lines_to_undo_are_single_lines() {
    let stand = Stand::new(MODERN).await;
    let error = stand.note.change(&["a\nb"], "true").unwrap_err();
    assert!(matches!(error, AdbError::Invalid(_)), "{error}");
}

#[tokio::test]
async fn a_phone_that_is_coming_up_keeps_its_lines() {
    let stand = Stand::new(MODERN).await;
    stand.change(&[&stand.add("undone")], "true").await;
    stand.booted("");
    let error = stand.phone.undo(&stand.note, LONG).await.unwrap_err();
    assert!(error.to_string().contains("not come up"), "{error}");
    assert_eq!(stand.left(), ["t1.undo"]);
    stand.booted("1");
    stand.phone.undo(&stand.note, LONG).await.unwrap();
    assert_eq!(stand.value(), "undone");
}

#[tokio::test]
async fn lines_that_find_android_restarting_are_kept() {
    for said in super::NOT_UP {
        let stand = Stand::new(MODERN).await;
        let up = stand.dir.path().join("up");
        let refused = quote(&format!("cmd: {said}: x"));
        let needs_it = format!("[ -e {} ] || {{ echo {refused}; false; }}", up.display());
        let undo = [stand.add("first"), needs_it, stand.add("last")];
        stand
            .change(&undo.each_ref().map(String::as_str), "true")
            .await;
        let error = stand.phone.undo(&stand.note, LONG).await.unwrap_err();
        assert!(error.to_string().contains("not up"), "{error}");
        assert_eq!(stand.left(), ["t1.undo"]);
        std::fs::write(up, "").unwrap();
        stand.phone.undo(&stand.note, LONG).await.unwrap();
        assert_eq!(stand.value(), "lastfirst");
    }
}

#[tokio::test]
async fn many_changes_are_undone_in_lines_that_old_phones_take() {
    let stand = Stand::new(MODERN).await;
    let lines: Vec<_> = (0..200).map(|n| stand.add(&format!("{n:040} "))).collect();
    let undo: Vec<&str> = lines.iter().map(String::as_str).collect();
    stand.change(&undo, "true").await;
    let undone = stand.phone.undo(&stand.note, LONG).await.unwrap();
    assert_eq!(undone.done, 200);
    let order: Vec<u32> = stand
        .value()
        .split_whitespace()
        .map(|n| n.parse().unwrap())
        .collect();
    assert!(order.is_sorted_by(|a, b| a > b), "{order:?}");
}

#[tokio::test]
async fn undoing_that_was_cut_short_goes_on_behind_the_last_line_that_was_run() {
    let stand = Stand::new(MODERN).await;
    let slow = stand.dir.path().join("slow");
    let at = slow.display();
    let hangs_once = format!("[ -e {at} ] || {{ echo $$ > {at}; sleep 600; }}");
    let undo = [stand.add("first"), hangs_once, stand.add("last")];
    stand
        .change(&undo.each_ref().map(String::as_str), "true")
        .await;
    let hangs = async {
        while !std::fs::read_to_string(&slow).is_ok_and(|id| id.ends_with('\n')) {
            tokio::time::sleep(Duration::from_millis(5)).await;
        }
    };
    tokio::select! {
        undone = stand.phone.undo(&stand.note, LONG) => panic!("{undone:?}"),
        () = hangs => {}
    }
    let end = format!("kill -KILL -$(cat {at})");
    stand.phone.shell(&end, &limits()).await.unwrap();
    let undone = stand.phone.undo(&stand.note, LONG).await.unwrap();
    assert_eq!(undone.done, 2);
    assert_eq!(stand.value(), "lastfirst");
    assert_eq!(stand.left(), [""; 0]);
}

#[tokio::test]
async fn cleaning_undoes_what_every_earlier_client_left() {
    let stand = Stand::new(MODERN).await;
    stand.change(&[&stand.add("undone")], "true").await;
    let session = Session::open(&stand.phone, &stand.note, &limits()).await;
    drop(session.unwrap());
    let scratch = stand.note.scratch("xml");
    let leave = format!("echo > {scratch}");
    stand.phone.shell(&leave, &limits()).await.unwrap();
    let cleaned = stand.phone.clean(LONG).await.unwrap();
    assert_eq!(cleaned.undone, ["t1"]);
    assert_eq!(stand.value(), "undone");
    assert_eq!(stand.left(), [""; 0]);
    let again = stand.phone.clean(LONG).await.unwrap();
    assert_eq!(again, super::super::clean::Cleaned::default());
}

#[tokio::test]
async fn cleaning_undoes_what_a_command_changed_while_it_was_ended() {
    let stand = Stand::new(MODERN).await;
    let late = stand.note.change(&[&stand.add("undone")], "true").unwrap();
    let trap = quote(&format!("{late}; exit"));
    let cmd = format!("trap {trap} TERM; echo up; while :; do sleep 0.01; done");
    let mut job = stand
        .phone
        .spawn(&cmd, &stand.note, &limits())
        .await
        .unwrap();
    assert!(matches!(job.next().await, Ok(Chunk::Stdout(_))));
    let cleaned = stand.phone.clean(LONG).await.unwrap();
    assert_eq!(
        (cleaned.ended, cleaned.undone),
        (vec!["t1".to_owned()], vec!["t1".to_owned()])
    );
    assert_eq!(stand.value(), "undone");
    assert_eq!(stand.left(), [""; 0]);
}

#[tokio::test]
async fn releasing_a_note_ends_its_commands_undoes_its_changes_and_touches_no_other() {
    let stand = Stand::new(MODERN).await;
    stand.change(&[&stand.add("undone")], "true").await;
    let other = Note::new("t1.2").unwrap();
    let spawn = async |note: &Note| {
        let job = stand.phone.spawn("sleep 600; true", note, &limits()).await;
        job.unwrap().into_group()
    };
    let (ours, others) = (spawn(&stand.note).await, spawn(&other).await);
    let cmd = other.change(&["true"], "true").unwrap();
    stand.phone.shell(&cmd, &limits()).await.unwrap();
    stand.phone.release(&stand.note, LONG).await.unwrap();
    assert_eq!(stand.value(), "undone");
    let mut left = stand.left();
    left.sort();
    assert_eq!(left, ["t1.2", "t1.2.undo"]);
    assert!(!group_lives(ours.id));
    assert!(group_lives(others.id));
    stand.phone.clean(LONG).await.unwrap();
}
