//! The terminal itself: raw mode, size, bytes in and out, and putting all back.
//!
//! It is opened anew by its name, so that "do not block" is a property of our own open file
//! and not of the one that the shell and its other programs share; and nothing here ever
//! blocks, however long a stalled link takes nothing.

use std::cell::Cell;
use std::io;
use std::os::fd::{AsFd, BorrowedFd, OwnedFd};
use std::path::Path;
use std::time::{Duration, Instant};

use crossterm::event::{DisableBracketedPaste, EnableBracketedPaste};
use crossterm::style::ResetColor;
use crossterm::terminal::{EndSynchronizedUpdate, EnterAlternateScreen, LeaveAlternateScreen};
use crossterm::{cursor, queue};
use rustix::event::{PollFd, PollFlags, Timespec, poll};
use rustix::fs::{Mode, OFlags};
use rustix::io::Errno;
use rustix::termios::{OptionalActions, QueueSelector, Termios};

use super::ConsoleError;
use crate::console::mouse::MouseUse;
use crate::console::terminal::CellSize;

/// The size taken for a terminal that does not tell its own.
const UNKNOWN_SIZE: (u16, u16) = (80, 24);
/// How long a terminal is given to take the last bytes.
const FAREWELL: Duration = Duration::from_secs(1);
/// How often it is tried. Linux calls a terminal writable only when its buffer is nearly
/// empty (`n_tty_poll`), which on a slow link is long after there was room for a few bytes.
const RETRY: Duration = Duration::from_millis(20);

/// A terminal in raw mode, on its alternate screen. Dropping it puts it back as it was, also
/// when the thread panics.
pub(super) struct Tty {
    fd: OwnedFd,
    before: Termios,
    /// Written before the screen is left.
    farewell: Cell<&'static [u8]>,
    mouse: Cell<MouseUse>,
}

/// What can be done now.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(super) struct Ready {
    /// There is something to read.
    pub readable: bool,
    /// The terminal is gone.
    pub hung_up: bool,
    /// Somebody woke us.
    pub woken: bool,
}

impl Tty {
    /// The terminal of this process.
    ///
    /// # Errors
    /// [`ConsoleError::NoTerminal`] if there is none.
    pub fn open() -> Result<Self, ConsoleError> {
        let stdio = [
            rustix::termios::ttyname(rustix::stdio::stdin(), Vec::new()),
            rustix::termios::ttyname(rustix::stdio::stdout(), Vec::new()),
        ];
        let names = stdio.into_iter().flatten();
        // The controlling terminal comes last: on some systems it cannot be polled by this name.
        let mut found = None;
        for name in names.chain([c"/dev/tty".to_owned()]) {
            use std::os::unix::ffi::OsStrExt;
            let path = Path::new(std::ffi::OsStr::from_bytes(name.to_bytes()));
            match Self::at(path) {
                Ok(tty) => return Ok(tty),
                Err(error) => found = Some(error),
            }
        }
        Err(found.unwrap_or(ConsoleError::NoTerminal(io::ErrorKind::NotFound.into())))
    }

    /// The terminal of this name.
    ///
    /// # Errors
    /// [`ConsoleError::NoTerminal`] if it cannot be opened or is none.
    pub fn at(path: &Path) -> Result<Self, ConsoleError> {
        let none = |errno: Errno| ConsoleError::NoTerminal(errno.into());
        let flags = OFlags::RDWR | OFlags::NONBLOCK | OFlags::NOCTTY | OFlags::CLOEXEC;
        let fd = rustix::fs::open(path, flags, Mode::empty()).map_err(none)?;
        let before = rustix::termios::tcgetattr(&fd).map_err(none)?;
        Ok(Self {
            fd,
            before,
            farewell: Cell::new(b""),
            mouse: Cell::new(MouseUse::Off),
        })
    }

    /// Takes the screen and the keys; the bytes are to be written first of all. `None`: the
    /// terminal is gone.
    ///
    /// # Errors
    /// [`ConsoleError::Terminal`] if the terminal refuses raw mode.
    pub fn enter(&self) -> Result<Option<Vec<u8>>, ConsoleError> {
        let refused = |source: io::Error| ConsoleError::Terminal {
            attempted: "put the terminal in raw mode",
            source,
        };
        let mut raw = self.before.clone();
        raw.make_raw();
        match rustix::termios::tcsetattr(&self.fd, OptionalActions::Now, &raw) {
            Ok(()) => {}
            Err(Errno::IO) => return Ok(None),
            Err(errno) => return Err(refused(errno.into())),
        }
        let mut bytes = Vec::new();
        queue!(
            bytes,
            EnterAlternateScreen,
            cursor::Hide,
            EnableBracketedPaste
        )
        .map_err(refused)?;
        Ok(Some(bytes))
    }

    /// Columns and rows.
    pub fn size(&self) -> (u16, u16) {
        match rustix::termios::tcgetwinsize(&self.fd) {
            Ok(size) if size.ws_col > 0 && size.ws_row > 0 => (size.ws_col, size.ws_row),
            _ => UNKNOWN_SIZE,
        }
    }

    /// Takes the mouse, until the end; the bytes are to be written after those of
    /// [`Tty::enter`]. Presses, releases and the wheel, with places as numbers; no movements,
    /// which would be a flood.
    pub fn take_mouse(&self) -> &'static [u8] {
        self.mouse.set(MouseUse::On);
        b"\x1b[?1000h\x1b[?1006h"
    }

    /// Has this written before the screen is left, also after a crash.
    pub fn at_end(&self, bytes: &'static [u8]) {
        self.farewell.set(bytes);
    }

    /// Size of a cell in pixels, if the terminal's driver was told.
    pub fn cell(&self) -> Option<CellSize> {
        let size = rustix::termios::tcgetwinsize(&self.fd).ok()?;
        let width = size.ws_xpixel.checked_div(size.ws_col)?;
        CellSize::new(width, size.ws_ypixel.checked_div(size.ws_row)?)
    }

    /// Waits until something can be done, at most `limit`.
    pub fn wait(&self, wake: BorrowedFd<'_>, writes: bool, limit: Duration) -> Ready {
        let mut wants = PollFlags::IN;
        wants.set(PollFlags::OUT, writes);
        let mut fds = [
            PollFd::from_borrowed_fd(self.fd.as_fd(), wants),
            PollFd::from_borrowed_fd(wake, PollFlags::IN),
        ];
        match poll(&mut fds, Timespec::try_from(limit).ok().as_ref()) {
            Ok(_) => {}
            // A signal is no reason to end; the caller comes round again.
            Err(Errno::INTR | Errno::AGAIN) => return Ready::default(),
            Err(_) => {
                return Ready {
                    hung_up: true,
                    ..Ready::default()
                };
            }
        }
        let [tty, wake] = fds.map(|fd| fd.revents());
        Ready {
            readable: tty.contains(PollFlags::IN),
            hung_up: tty.intersects(PollFlags::HUP | PollFlags::ERR | PollFlags::NVAL),
            woken: !wake.is_empty(),
        }
    }

    /// Reads what is there: 0 for nothing yet, `None` for a terminal that is gone.
    pub fn read(&self, buffer: &mut [u8]) -> Option<usize> {
        match rustix::io::read(&self.fd, buffer) {
            Ok(0) => None,
            Ok(n) => Some(n),
            Err(Errno::AGAIN | Errno::INTR) => Some(0),
            Err(_) => None,
        }
    }

    /// Writes what there is room for: 0 for none now, `None` for a terminal that is gone.
    pub fn write(&self, bytes: &[u8]) -> Option<usize> {
        match rustix::io::write(&self.fd, bytes) {
            Ok(n) => Some(n),
            Err(Errno::AGAIN | Errno::INTR) => Some(0),
            Err(_) => None,
        }
    }

    /// Writes all of it, if the terminal takes it soon.
    pub fn write_soon(&self, mut bytes: &[u8]) {
        let end = Instant::now() + FAREWELL;
        while let Some(n) = self.write(bytes) {
            bytes = bytes.get(n..).unwrap_or_default();
            if bytes.is_empty() || Instant::now() >= end {
                return;
            }
            let mut fds = [PollFd::from_borrowed_fd(self.fd.as_fd(), PollFlags::OUT)];
            // Whatever comes of it, the deadline ends this.
            let _ = poll(&mut fds, Timespec::try_from(RETRY).ok().as_ref());
        }
    }
}

impl Drop for Tty {
    fn drop(&mut self) {
        // A frame may have been cut off inside a sequence; the string terminator ends any.
        let mut bytes = b"\x1b\\".to_vec();
        bytes.extend_from_slice(self.farewell.get());
        if self.mouse.get() == MouseUse::On {
            bytes.extend_from_slice(b"\x1b[?1006l\x1b[?1000l");
        }
        // Writing to a Vec cannot fail.
        let _ = queue!(
            bytes,
            EndSynchronizedUpdate,
            ResetColor,
            DisableBracketedPaste,
            cursor::Show,
            LeaveAlternateScreen
        );
        self.write_soon(&bytes);
        // Answers to our questions that were not read yet would be typed into the shell. Not by
        // `OptionalActions::Flush`, which first waits for a terminal that may take nothing.
        // A terminal that is gone cannot be put back, and nobody is there to be told.
        let _ = rustix::termios::tcflush(&self.fd, QueueSelector::IFlush);
        let _ = rustix::termios::tcsetattr(&self.fd, OptionalActions::Now, &self.before);
    }
}
