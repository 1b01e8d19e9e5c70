//! Plays a recorded session on a terminal, in the time it took or faster. The picture has the
//! size it had then; what the terminal has no room for is cut.

use std::io;
use std::os::fd::AsFd as _;
use std::os::unix::net::UnixStream;
use std::time::{Duration, Instant};

use ratatui::Frame;
use ratatui::text::Line;
use tokio_util::sync::CancellationToken;

use super::input::Parser;
use super::screen::Screen;
use super::tty::Tty;
use super::{ConsoleError, FRAME, on_thread, panics};
use crate::console::event::Event;
use crate::console::key::{Code, Key};
use crate::console::look::Role;
use crate::console::recording::{RecordingError, Replay};
use crate::console::replay::beginning;
use crate::console::state::State;
use crate::console::update::update;
use crate::console::view::picture;

/// How often the terminal's size and the wish to stop are looked at.
const LOOK: Duration = Duration::from_millis(100);
/// How long the keys are shown at the beginning, over a picture that fills the terminal.
const INTRODUCTION: Duration = Duration::from_secs(3);

/// How a session is played.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Pace {
    /// Seconds of the session in one second.
    pub speed: f64,
    /// It is not played further than this.
    pub until: Option<Duration>,
}

/// Plays a session on the terminal of this process until `q` is pressed or `stop` is cancelled;
/// its last picture stays. Gives why it could not be read to its end. Must be called on a tokio
/// runtime.
///
/// # Errors
/// [`ConsoleError`]; the terminal is put back in every case.
pub async fn replay(
    replay: Replay,
    pace: Pace,
    stop: CancellationToken,
) -> Result<Option<RecordingError>, ConsoleError> {
    let tty = Tty::open()?;
    let guard = panics::Guard::install();
    let player = Player {
        tty,
        state: beginning(&replay),
        replay,
        pace,
        stop,
        position: Duration::ZERO,
        playing: true,
        next: None,
        over: false,
        broken: None,
    };
    let played = on_thread(move || player.run()).await;
    played.map_err(|error| match error {
        ConsoleError::Crashed { .. } => ConsoleError::Crashed {
            report: guard.report(),
        },
        error => error,
    })
}

struct Player {
    tty: Tty,
    state: State,
    replay: Replay,
    pace: Pace,
    stop: CancellationToken,
    /// How far into the session.
    position: Duration,
    playing: bool,
    /// The event that is not due yet.
    next: Option<(Duration, Event)>,
    /// There is no more to be played.
    over: bool,
    broken: Option<RecordingError>,
}

impl Player {
    fn run(mut self) -> Result<Option<RecordingError>, ConsoleError> {
        let refused = |source| ConsoleError::Terminal {
            attempted: "draw",
            source,
        };
        let Some(mut unsent) = self.tty.enter()? else {
            return Ok(self.broken);
        };
        // Nobody wakes this thread; the terminal is waited for together with something.
        let (_wake, woken) = UnixStream::pair().map_err(ConsoleError::Start)?;
        let mut size = self.tty.size();
        let mut screen = Screen::new(size.0, size.1).map_err(refused)?;
        let mut keys = Parser::default();
        let began = Instant::now();
        let mut before = began;
        while !self.stop.is_cancelled() {
            let now = Instant::now();
            self.advance(now - before);
            before = now;
            if unsent.is_empty() {
                let introduced = began.elapsed() >= INTRODUCTION;
                unsent = self.draw(&mut screen, introduced).map_err(refused)?;
            }
            while !unsent.is_empty() {
                match self.tty.write(&unsent) {
                    None => return Ok(self.broken),
                    Some(0) => break,
                    Some(n) => _ = unsent.drain(..n),
                }
            }
            let limit = if self.playing && !self.over {
                FRAME
            } else {
                LOOK
            };
            let ready = self.tty.wait(woken.as_fd(), !unsent.is_empty(), limit);
            if ready.hung_up {
                return Ok(self.broken);
            }
            let mut events = keys.expire();
            if ready.readable {
                let mut buffer = [0; 256];
                let Some(n) = self.tty.read(&mut buffer) else {
                    return Ok(self.broken);
                };
                events = keys.feed(buffer.get(..n).unwrap_or_default());
            }
            for event in events {
                match event {
                    Event::Key(key) if ends(key) => return Ok(self.broken),
                    Event::Key(key) if key == ' '.into() => self.playing = !self.playing,
                    _ => {}
                }
            }
            let now = self.tty.size();
            if now != size {
                size = now;
                screen.resize(size.0, size.1).map_err(refused)?;
            }
        }
        Ok(self.broken)
    }

    /// Lets so much time of the operator's pass.
    fn advance(&mut self, passed: Duration) {
        if !self.playing || self.over {
            return;
        }
        let mut end = self
            .position
            .saturating_add(passed.mul_f64(self.pace.speed));
        end = end.min(self.pace.until.unwrap_or(Duration::MAX));
        loop {
            let next = match self.next.take() {
                Some(next) => Ok(Some(next)),
                None => self.replay.next(),
            };
            match next {
                Ok(Some((at, event))) if at <= end => {
                    // What follows from it happened then, and is not done again.
                    let _ = update(&mut self.state, event);
                }
                Ok(Some(next)) => {
                    self.next = Some(next);
                    break;
                }
                Ok(None) => {
                    self.over = true;
                    break;
                }
                Err(error) => {
                    self.broken = Some(error);
                    self.over = true;
                    break;
                }
            }
        }
        self.over |= self.pace.until == Some(end);
        self.position = end;
    }

    fn draw(&self, screen: &mut Screen, introduced: bool) -> io::Result<Vec<u8>> {
        screen.draw_by(
            |frame| {
                let area = frame.area();
                let picture = picture(&self.state);
                for row in area.rows() {
                    for at in row.columns() {
                        let cell = picture.cell((at.x, at.y));
                        if let (Some(cell), Some(place)) =
                            (cell, frame.buffer_mut().cell_mut((at.x, at.y)))
                        {
                            place.clone_from(cell);
                        }
                    }
                }
                let room = area.height > self.state.rows;
                if room || !introduced || !self.playing || self.over {
                    self.tell(frame);
                }
            },
            None,
        )
    }

    /// Tells in the last line where the replay is and what the keys do.
    fn tell(&self, frame: &mut Frame<'_>) {
        let is = match (&self.broken, self.over, self.playing) {
            (Some(error), ..) => format!("replay ended early: {error}"),
            (None, true, _) => "replay: its end".to_owned(),
            (None, false, true) => format!("replay x{}", self.pace.speed),
            (None, false, false) => "replay: paused".to_owned(),
        };
        let seconds = self.position.as_secs();
        let text = format!(
            " {is} | {:02}:{:02}:{:02} | space pause | q quit ",
            seconds / 3600,
            seconds / 60 % 60,
            seconds % 60
        );
        let area = frame.area();
        let look = self.state.options.look;
        let line = Line::styled(text, look.style(Role::Warn)).patch_style(look.selected(true));
        let buffer = frame.buffer_mut();
        if let Some(last) = area.rows().next_back() {
            buffer.set_line(last.x, last.y, &line, last.width);
        }
    }
}

fn ends(key: Key) -> bool {
    key == 'q'.into() || key == Key::ctrl('c') || key == Code::Esc.into()
}
