//! A terminal with a program in it: the other side of a pty. A thread reads what the program
//! writes, and wakes whoever waits for something to be seen.

use std::io::{Read, Write};
use std::num::NonZero;
use std::os::fd::OwnedFd;
use std::sync::{Arc, Condvar, Mutex, MutexGuard};
use std::thread::JoinHandle;
use std::time::{Duration, Instant};

use portable_pty::{CommandBuilder, MasterPty, PtySize, native_pty_system};
use rustix::event::{PollFd, PollFlags, Timespec, poll};
use rustix::fs::{Mode, OFlags};
use rustix::termios::{Termios, tcgetattr};

use crate::program::Program;
use crate::screen::Screen;

/// For everything that should happen soon, on a machine that is busy.
pub const SOON: Duration = Duration::from_secs(60);

/// Bytes that stay where they are for so long are not going to move.
const STUCK: Timespec = Timespec {
    tv_sec: 0,
    tv_nsec: 200_000_000,
};

/// A terminal.
pub struct Terminal {
    keys: Box<dyn Write + Send>,
    /// The program's side: the modes of a pty are forgotten once nobody has it open.
    inside: OwnedFd,
    usual: Termios,
    seen: Arc<Seen>,
    reader: JoinHandle<()>,
    master: Box<dyn MasterPty + Send>,
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Reading {
    On,
    Paused,
    Over,
}

/// What has been read so far.
struct State {
    picture: vt100::Parser,
    raw: Vec<u8>,
    reads: u64,
    wanted: Reading,
    /// What the reading thread does in fact.
    found: Reading,
}

struct Seen {
    state: Mutex<State>,
    changed: Condvar,
}

impl Seen {
    fn lock(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap()
    }

    /// Waits for a state that fits; the last one is the error.
    fn wait(
        &self,
        until: Instant,
        fits: impl Fn(&State) -> bool,
    ) -> Result<MutexGuard<'_, State>, MutexGuard<'_, State>> {
        let left = until.saturating_duration_since(Instant::now());
        let waits = |state: &mut State| !fits(state);
        let waited = self.changed.wait_timeout_while(self.lock(), left, waits);
        match waited.unwrap() {
            (state, waited) if waited.timed_out() => Err(state),
            (state, _) => Ok(state),
        }
    }

    fn change(&self, change: impl FnOnce(&mut State)) {
        change(&mut self.lock());
        self.changed.notify_all();
    }

    /// The reading thread.
    fn read_all(&self, mut reader: Box<dyn Read + Send>) {
        let mut buffer = [0; 4096];
        loop {
            let wanted = self.lock().wanted;
            self.change(|state| state.found = wanted);
            match wanted {
                Reading::Over => return,
                Reading::Paused => {
                    let state = self.lock();
                    let paused = |state: &mut State| state.wanted == Reading::Paused;
                    drop(self.changed.wait_while(state, paused).unwrap());
                }
                Reading::On => match reader.read(&mut buffer) {
                    Ok(0) | Err(_) => return self.change(|state| state.found = Reading::Over),
                    Ok(n) => self.change(|state| {
                        state.picture.process(&buffer[..n]);
                        state.raw.extend_from_slice(&buffer[..n]);
                        state.reads += 1;
                    }),
                },
            }
        }
    }
}

fn cells(n: u16) -> NonZero<u16> {
    NonZero::new(n).unwrap()
}

fn size(columns: u16, rows: u16) -> PtySize {
    PtySize {
        rows,
        cols: columns,
        ..PtySize::default()
    }
}

impl Terminal {
    /// A terminal of this size with a program in it.
    pub fn run(columns: u16, rows: u16, command: CommandBuilder) -> (Self, Program) {
        let pair = native_pty_system().openpty(size(columns, rows)).unwrap();
        let path = pair.master.tty_name().unwrap();
        let flags = OFlags::RDWR | OFlags::NOCTTY | OFlags::NONBLOCK | OFlags::CLOEXEC;
        let inside = rustix::fs::open(path, flags, Mode::empty()).unwrap();
        let seen = Arc::new(Seen {
            state: Mutex::new(State {
                picture: vt100::Parser::new(cells(rows), cells(columns), 0),
                raw: Vec::new(),
                reads: 0,
                wanted: Reading::On,
                found: Reading::On,
            }),
            changed: Condvar::new(),
        });
        let output = pair.master.try_clone_reader().unwrap();
        let reader = std::thread::spawn({
            let seen = Arc::clone(&seen);
            move || seen.read_all(output)
        });
        let terminal = Self {
            keys: pair.master.take_writer().unwrap(),
            usual: tcgetattr(&inside).unwrap(),
            inside,
            seen,
            reader,
            master: pair.master,
        };
        let child = pair.slave.spawn_command(command).unwrap();
        (terminal, Program::of(child))
    }

    /// Presses keys, or sends what a terminal sends for them.
    pub fn press(&mut self, keys: &str) {
        self.keys.write_all(keys.as_bytes()).unwrap();
        self.keys.flush().unwrap();
    }

    /// Waits until the screen fits.
    pub fn until(&self, what: &str, fits: impl Fn(&Screen) -> bool) -> Screen {
        let until = Instant::now() + SOON;
        let mut reads = None;
        loop {
            let waited = self.seen.wait(until, |state| Some(state.reads) != reads);
            let late = waited.is_err();
            let state = waited.unwrap_or_else(|state| state);
            let screen = Screen::of(state.picture.screen());
            reads = Some(state.reads);
            drop(state);
            if fits(&screen) {
                return screen;
            }
            assert!(!late, "this never came: {what}\n{screen}");
        }
    }

    /// Waits until the last line has this text.
    pub fn tells(&self, text: &str) -> Screen {
        self.until(text, |screen| screen.last().contains(text))
    }

    /// Waits until these bytes have been written.
    pub fn wrote(&self, bytes: &str) {
        let until = Instant::now() + SOON;
        let has = |state: &State| {
            state
                .raw
                .windows(bytes.len())
                .any(|part| part == bytes.as_bytes())
        };
        let waited = self.seen.wait(until, has);
        assert!(waited.is_ok(), "{bytes:?} was never written");
    }

    /// Another size.
    pub fn resize(&self, columns: u16, rows: u16) {
        self.seen.change(|state| {
            let picture = &mut state.picture;
            picture.set_size(cells(rows), cells(columns));
        });
        self.master.resize(size(columns, rows)).unwrap();
    }

    /// Every byte that was written so far.
    pub fn raw(&self) -> Vec<u8> {
        self.seen.lock().raw.clone()
    }

    /// How many bytes were written so far.
    pub fn written(&self) -> usize {
        self.seen.lock().raw.len()
    }

    /// Whether the modes (raw or cooked, echo and so on) are those from before the program.
    pub fn has_its_usual_modes(&self) -> bool {
        let modes = |termios: &Termios| {
            (
                termios.input_modes,
                termios.output_modes,
                termios.control_modes,
                termios.local_modes,
            )
        };
        modes(&tcgetattr(&self.inside).unwrap()) == modes(&self.usual)
    }

    /// Whether it shows the usual screen, the cursor and pastes as they are: what a shell
    /// expects. Waits for it.
    pub fn is_given_back(&self) {
        let given_back = self.seen.wait(Instant::now() + SOON, |state| {
            let screen = state.picture.screen();
            !screen.alternate_screen() && !screen.hide_cursor() && !screen.bracketed_paste()
        });
        assert!(given_back.is_ok(), "the screen was not put back");
    }

    /// Reads nothing any more, and has the system's buffers full: whoever writes waits.
    pub fn stall(&self) {
        self.let_read(Reading::Paused);
        let mut fds = [PollFd::new(&self.inside, PollFlags::OUT)];
        // The system moves bytes on in the background: full is what stays full.
        while poll(&mut fds, Some(&STUCK)).unwrap() > 0 {
            while rustix::io::write(&self.inside, &[0; 1024]).is_ok() {}
        }
    }

    /// Whether a byte would have to wait.
    pub fn is_stalled(&self) -> bool {
        let mut fds = [PollFd::new(&self.inside, PollFlags::OUT)];
        poll(&mut fds, Some(&Timespec::default())).unwrap() == 0
    }

    /// Reads again.
    pub fn go_on(&self) {
        self.seen.change(|state| state.wanted = Reading::On);
    }

    fn let_read(&self, wanted: Reading) {
        self.seen.change(|state| state.wanted = wanted);
        // Wakes the thread, which then sees what is wanted. It cannot be written while the
        // program writes, and then that wakes the thread.
        let _ = rustix::io::write(&self.inside, b"\0");
        let obeyed = self.seen.wait(Instant::now() + SOON, |state| {
            matches!(state.found, Reading::Over) || state.found == wanted
        });
        assert!(obeyed.is_ok(), "the reading thread goes on");
    }

    /// The link drops.
    pub fn hang_up(self) {
        // The pty hangs up once its last handle is closed, and the thread has one.
        self.let_read(Reading::Over);
        self.reader.join().unwrap();
    }
}
