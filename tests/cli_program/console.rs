//! The main job in a real terminal.

use std::io::{Read, Write};
use std::num::NonZero;
use std::sync::mpsc::{Receiver, channel};
use std::time::Instant;

use portable_pty::{Child, CommandBuilder, MasterPty, PtySize, native_pty_system};
use tokio::time::timeout;

use crate::place::{Place, SOON};

/// A terminal with a farmhand in it.
struct Terminal {
    _master: Box<dyn MasterPty + Send>,
    writer: Box<dyn Write + Send>,
    bytes: Receiver<Vec<u8>>,
    screen: vt100::Parser,
    child: Box<dyn Child + Send + Sync>,
}

impl Terminal {
    fn new(place: &Place) -> Self {
        Self::with(place, &[])
    }

    fn with(place: &Place, more: &[&str]) -> Self {
        let size = PtySize {
            rows: 40,
            cols: 120,
            pixel_width: 0,
            pixel_height: 0,
        };
        let pair = native_pty_system().openpty(size).unwrap();
        let mut command = CommandBuilder::new(env!("CARGO_BIN_EXE_farmhand"));
        command.args(["--listen", "127.0.0.1:0", "--adb", "127.0.0.1:1"]);
        command.args(more);
        command.env_clear();
        command.env("HOME", place.folder.path());
        command.env("FARMHAND_DATA", place.data());
        command.env("PATH", "/nowhere");
        command.env("TERM", "xterm-256color");
        command.env("LANG", "C.UTF-8");
        let child = pair.slave.spawn_command(command).unwrap();
        let mut reader = pair.master.try_clone_reader().unwrap();
        let (sender, bytes) = channel();
        // Ends when the terminal does.
        std::thread::spawn(move || {
            let mut buffer = [0; 4096];
            while let Ok(n @ 1..) = reader.read(&mut buffer) {
                if sender.send(buffer[..n].to_vec()).is_err() {
                    return;
                }
            }
        });
        Self {
            writer: pair.master.take_writer().unwrap(),
            _master: pair.master,
            bytes,
            screen: vt100::Parser::new(nonzero(size.rows), nonzero(size.cols), 0),
            child,
        }
    }

    /// Waits until the screen shows these words.
    fn until(&mut self, words: &str) {
        let deadline = Instant::now() + SOON;
        while !self.screen.screen().contents().contains(words) {
            let left = deadline.saturating_duration_since(Instant::now());
            match self.bytes.recv_timeout(left) {
                Ok(bytes) => self.screen.process(&bytes),
                Err(_) => panic!("no {words:?} in:\n{}", self.screen.screen().contents()),
            }
        }
    }

    /// Closes the terminal, as a link that drops does. The thread that reads lets go of it
    /// with the next bytes, which come each second.
    fn hang_up(self) -> Box<dyn Child + Send + Sync> {
        self.child
    }

    fn press(&mut self, keys: &str) {
        self.writer.write_all(keys.as_bytes()).unwrap();
    }
}

fn nonzero(number: u16) -> NonZero<u16> {
    NonZero::new(number).unwrap()
}

#[tokio::test]
async fn quitting_ends_the_farm_after_a_confirmation() {
    let place = Place::new();
    let mut terminal = Terminal::new(&place);
    terminal.until("quit");
    assert_eq!(place.run(&["status"]).await.code, Some(0));
    terminal.press("q");
    terminal.until("Quit, and end the farm?");
    terminal.press("y");
    let code = tokio::task::spawn_blocking(move || terminal.child.wait().unwrap().exit_code());
    assert_eq!(timeout(SOON, code).await.unwrap().unwrap(), 0);
    assert_eq!(place.run(&["status"]).await.code, Some(1));
}

#[tokio::test]
async fn the_farm_goes_on_when_the_terminal_goes() {
    let place = Place::new();
    let mut terminal = Terminal::new(&place);
    terminal.until("quit");
    let mut child = terminal.hang_up();
    let lost = "no console any more; the farm goes on";
    let noticing = async {
        // Nothing tells when: asking again is all the waiting there is.
        while !place.log().contains(lost) {
            assert_eq!(place.run(&["status"]).await.code, Some(0));
        }
    };
    timeout(SOON, noticing).await.expect("the console notices");
    let status = place.run(&["status"]).await;
    assert_eq!(status.code, Some(0), "{status:?}");
    let stop = place.run(&["stop"]).await;
    assert_eq!(stop.code, Some(0), "{stop:?}");
    tokio::task::spawn_blocking(move || child.wait())
        .await
        .unwrap()
        .unwrap();
}

#[tokio::test]
async fn a_recorded_session_is_shown_again_as_text() {
    let place = Place::new();
    let file = place.folder.path().join("session.jsonl");
    let name = file.to_str().unwrap();
    let mut terminal = Terminal::with(&place, &["--record", name]);
    terminal.until("REC");
    terminal.press("3");
    terminal.until("accounts 0");
    terminal.press("qy");
    let code = tokio::task::spawn_blocking(move || terminal.child.wait().unwrap().exit_code());
    assert_eq!(timeout(SOON, code).await.unwrap().unwrap(), 0);
    let shown = place.run(&["replay", name, "--text"]).await;
    assert_eq!((shown.code, shown.err.as_str()), (Some(0), ""), "{shown:?}");
    assert_eq!(shown.out.lines().count(), 40);
    assert!(shown.out.contains("accounts 0"), "{}", shown.out);
    let small = place
        .run(&["replay", name, "--text", "--size", "80x24"])
        .await;
    assert_eq!(small.out.lines().count(), 24);
}

#[tokio::test]
async fn a_file_that_is_no_recording_is_named_with_its_line() {
    let place = Place::new();
    let file = place.folder.path().join("notes.txt");
    std::fs::write(&file, "milk\n").unwrap();
    let name = file.to_str().unwrap();
    let ran = place.run(&["replay", name, "--text"]).await;
    assert_eq!(ran.code, Some(1));
    let told = format!("{name}:1: this is no recording");
    assert!(ran.err.contains(&told), "{ran:?}");
}
