//! Whole sessions on a real pseudo-terminal, with a farm that delays and fails.

use std::io::{Read, Write};
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;

use portable_pty::{MasterPty, PtySize, native_pty_system};
use rustix::fs::{Mode, OFlags};
use rustix::termios::{LocalModes, Termios};
use tokio::sync::mpsc;
use tokio::task::JoinHandle;
use tokio::time::timeout;
use tokio_util::sync::CancellationToken;

use super::{ConsoleError, ExitReason, Tty, run_on};
use crate::console::mouse::MouseUse;
use crate::console::recording::{Ending, Recording, Replay};
use crate::console::replay::last_picture;
use crate::console::source::SourceError;
use crate::console::state::Options;
use crate::console::testing::{Fake, Model, Mood};

const LIMIT: Duration = Duration::from_secs(20);

/// The other side of the wire: what a person's terminal would show.
struct Terminal {
    master: Box<dyn MasterPty + Send>,
    keys: Box<dyn Write + Send>,
    path: PathBuf,
    output: mpsc::UnboundedReceiver<Vec<u8>>,
    picture: vt100::Parser,
}

fn pty(columns: u16, rows: u16) -> (Box<dyn MasterPty + Send>, PathBuf) {
    let size = PtySize {
        rows,
        cols: columns,
        pixel_width: 0,
        pixel_height: 0,
    };
    let pair = native_pty_system().openpty(size).unwrap();
    let path = pair.master.tty_name().unwrap();
    // The master reads EIO while nobody has the other side open: it stays open for the test.
    std::mem::forget(pair.slave);
    (pair.master, path)
}

impl Terminal {
    fn new(columns: u16, rows: u16) -> Self {
        let (master, path) = pty(columns, rows);
        let mut reader = master.try_clone_reader().unwrap();
        let (sender, output) = mpsc::unbounded_channel();
        std::thread::spawn(move || {
            let mut buffer = [0; 4096];
            while let Ok(n) = reader.read(&mut buffer) {
                if n == 0 || sender.send(buffer[..n].to_vec()).is_err() {
                    return;
                }
            }
        });
        let size = |n| std::num::NonZero::new(n).unwrap();
        Self {
            keys: master.take_writer().unwrap(),
            master,
            path,
            output,
            picture: vt100::Parser::new(size(rows), size(columns), 0),
        }
    }

    fn press(&mut self, keys: &str) {
        self.keys.write_all(keys.as_bytes()).unwrap();
        self.keys.flush().unwrap();
    }

    fn text(&self) -> String {
        self.picture.screen().contents()
    }

    /// Waits until the picture has this text.
    async fn shows(&mut self, text: &str) {
        let found = timeout(LIMIT, async {
            while !self.text().contains(text) {
                let bytes = self.output.recv().await.unwrap();
                self.picture.process(&bytes);
            }
        });
        if found.await.is_err() {
            panic!("no {text:?} in\n{}", self.text());
        }
    }

    /// Takes all that was written until the alternate screen is left.
    async fn leaves(&mut self) {
        let left = timeout(LIMIT, async {
            while self.picture.screen().alternate_screen() {
                let bytes = self.output.recv().await.unwrap();
                self.picture.process(&bytes);
            }
        });
        left.await.expect("the alternate screen is left");
    }

    fn modes(&self) -> Termios {
        let flags = OFlags::RDWR | OFlags::NOCTTY;
        let fd = rustix::fs::open(&self.path, flags, Mode::empty()).unwrap();
        rustix::termios::tcgetattr(&fd).unwrap()
    }
}

type Running = JoinHandle<Result<ExitReason, ConsoleError>>;

fn start(terminal: &Terminal, fake: &Fake, stop: &CancellationToken) -> Running {
    start_with(terminal, fake, stop, Options::default())
}

fn start_with(
    terminal: &Terminal,
    fake: &Fake,
    stop: &CancellationToken,
    options: Options,
) -> Running {
    let tty = Tty::at(&terminal.path).unwrap();
    let source = Arc::new(fake.clone());
    tokio::spawn(run_on(tty, source, options, stop.clone()))
}

async fn reason(running: Running) -> ExitReason {
    let end = timeout(LIMIT, running).await.expect("it ends");
    end.unwrap().unwrap()
}

#[tokio::test(flavor = "multi_thread")]
async fn a_session_shows_the_farm_and_puts_the_terminal_back() {
    let mut terminal = Terminal::new(100, 30);
    let before = terminal.modes();
    let fake = Fake::new(Model::default());
    let running = start(&terminal, &fake, &CancellationToken::new());
    terminal.shows("lost: the phone").await;
    assert!(!terminal.modes().local_modes.contains(LocalModes::ICANON));
    terminal.press("q");
    terminal.shows("Quit, and end the farm?").await;
    terminal.press("\r");
    terminal.press("y");
    assert_eq!(reason(running).await, ExitReason::Quit);
    terminal.leaves().await;
    assert_eq!(terminal.modes().local_modes, before.local_modes);
    assert!(!terminal.picture.screen().hide_cursor());
}

#[tokio::test(flavor = "multi_thread")]
async fn an_action_answers_at_once_and_then_with_its_result() {
    let mut terminal = Terminal::new(100, 30);
    let fake = Fake::new(Model::default());
    let running = start(&terminal, &fake, &CancellationToken::new());
    terminal.shows("lost: the phone").await;
    fake.mood(Mood {
        delay: Duration::from_millis(300),
        ..Mood::default()
    });
    terminal.press("2js");
    terminal.shows("stopping task 14 ...").await;
    terminal.shows("1 done: stop task 14").await;
    terminal.press("qy");
    assert_eq!(reason(running).await, ExitReason::Quit);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_failing_farm_is_told_and_the_rows_stay() {
    let mut terminal = Terminal::new(100, 30);
    let fake = Fake::new(Model::default());
    let running = start(&terminal, &fake, &CancellationToken::new());
    terminal.shows("lost: the phone").await;
    fake.mood(Mood {
        failure: Some(SourceError::Unknown("the link is down".to_owned())),
        ..Mood::default()
    });
    terminal.press("2js");
    terminal
        .shows("cannot stop task 14: outcome unknown: the link is down")
        .await;
    assert!(terminal.text().contains("2 tasks 12"));
    terminal.press("qy");
    assert_eq!(reason(running).await, ExitReason::Quit);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_silent_farm_does_not_hold_the_console() {
    let mut terminal = Terminal::new(100, 30);
    let fake = Fake::new(Model::default());
    fake.mood(Mood {
        silent: true,
        ..Mood::default()
    });
    let running = start(&terminal, &fake, &CancellationToken::new());
    terminal.shows("1 devices 5").await;
    terminal.press("?");
    terminal.shows("the keys").await;
    terminal.press("qqy");
    assert_eq!(reason(running).await, ExitReason::Quit);
}

#[tokio::test(flavor = "multi_thread")]
async fn what_changes_in_the_farm_is_seen() {
    let mut terminal = Terminal::new(100, 30);
    let fake = Fake::new(Model::default());
    let stop = CancellationToken::new();
    let running = start(&terminal, &fake, &stop);
    terminal.shows("2 tasks 12").await;
    fake.model().change(|tasks| {
        tasks.pop_first();
    });
    fake.tell();
    terminal.shows("2 tasks 11").await;
    stop.cancel();
    assert_eq!(reason(running).await, ExitReason::Stopped);
    terminal.leaves().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_new_size_is_filled_and_a_small_one_says_what_it_needs() {
    let mut terminal = Terminal::new(100, 30);
    let fake = Fake::new(Model::default());
    let stop = CancellationToken::new();
    let running = start(&terminal, &fake, &stop);
    terminal.shows("2 tasks 12").await;
    let size = |cols, rows| PtySize {
        rows,
        cols,
        ..PtySize::default()
    };
    terminal.master.resize(size(40, 10)).unwrap();
    terminal.shows("40x10: needs 60x12").await;
    terminal.master.resize(size(100, 30)).unwrap();
    terminal.shows("2 tasks 12").await;
    stop.cancel();
    assert_eq!(reason(running).await, ExitReason::Stopped);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_terminal_that_hangs_up_ends_the_console() {
    let (master, path) = pty(100, 30);
    let fake = Fake::new(Model::default());
    let tty = Tty::at(&path).unwrap();
    let stop = CancellationToken::new();
    let running = tokio::spawn(run_on(tty, Arc::new(fake), Options::default(), stop));
    drop(master);
    assert_eq!(reason(running).await, ExitReason::Hangup);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_terminal_that_takes_nothing_holds_nobody_up() {
    let (_master, path) = pty(100, 30);
    let flags = OFlags::RDWR | OFlags::NOCTTY | OFlags::NONBLOCK;
    let full = rustix::fs::open(&path, flags, Mode::empty()).unwrap();
    while rustix::io::write(&full, &[b'x'; 1024]).is_ok() {}
    let fake = Fake::new(Model::default());
    let tty = Tty::at(&path).unwrap();
    let stop = CancellationToken::new();
    let source = Arc::new(fake.clone());
    let running = tokio::spawn(run_on(tty, source, Options::default(), stop.clone()));
    for _ in 0..1000 {
        fake.tell();
    }
    stop.cancel();
    assert_eq!(reason(running).await, ExitReason::Stopped);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_panic_puts_the_terminal_back() {
    let mut terminal = Terminal::new(100, 30);
    let before = terminal.modes();
    let tty = Tty::at(&terminal.path).unwrap();
    let crash = catch_unwind(AssertUnwindSafe(move || {
        tty.write_soon(&tty.enter().unwrap().unwrap());
        panic!("a defect");
    }));
    assert!(crash.is_err());
    terminal.picture.process(b"\x1b[?1049h");
    terminal.leaves().await;
    assert_eq!(terminal.modes().local_modes, before.local_modes);
}

/// All lines but the first, which has the clock.
fn below_the_clock(text: &str) -> Vec<&str> {
    text.lines().skip(1).map(str::trim_end).collect()
}

#[tokio::test(flavor = "multi_thread")]
async fn a_recorded_session_shows_the_same_last_picture_again() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("session.jsonl");
    let mut terminal = Terminal::new(100, 30);
    let fake = Fake::new(Model::default());
    let stop = CancellationToken::new();
    let options = Options {
        record: Some(Recording::create(&path).unwrap()),
        ..Options::default()
    };
    let running = start_with(&terminal, &fake, &stop, options);
    terminal.shows("lost: the phone").await;
    terminal.press("2jjj ");
    terminal.shows("1 marked").await;
    fake.model().change(|tasks| {
        tasks.pop_first();
    });
    fake.tell();
    terminal.shows("2 tasks 11").await;
    terminal.press("D");
    terminal.shows("Delete task").await;
    let shown = terminal.text();
    stop.cancel();
    assert_eq!(reason(running).await, ExitReason::Stopped);

    let mut replay = Replay::open(&path).unwrap();
    let picture = last_picture(&mut replay, None, None);
    assert!(picture.broken.is_none(), "{:?}", picture.broken);
    let stopped = Ending::Marked("farmhand was stopped".into());
    assert_eq!(replay.ending(), Some(&stopped));
    assert_eq!(
        below_the_clock(&picture.text),
        below_the_clock(&shown),
        "{}\n{shown}",
        picture.text
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn the_mouse_is_taken_only_where_it_is_wanted_and_given_back() {
    for (wanted, mode) in [
        (MouseUse::Off, vt100::MouseProtocolMode::None),
        (MouseUse::On, vt100::MouseProtocolMode::PressRelease),
    ] {
        let mut terminal = Terminal::new(100, 30);
        let fake = Fake::new(Model::default());
        let stop = CancellationToken::new();
        let options = Options {
            mouse: wanted,
            ..Options::default()
        };
        let running = start_with(&terminal, &fake, &stop, options);
        terminal.shows("2 tasks 12").await;
        assert_eq!(terminal.picture.screen().mouse_protocol_mode(), mode);
        stop.cancel();
        assert_eq!(reason(running).await, ExitReason::Stopped);
        terminal.leaves().await;
        let after = terminal.picture.screen().mouse_protocol_mode();
        assert_eq!(after, vt100::MouseProtocolMode::None);
    }
}
