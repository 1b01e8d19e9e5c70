//! Runs a console on a terminal: a thread of its own that owns the terminal, reads keys,
//! takes events and draws frames. A terminal that takes nothing holds up nobody: the thread
//! never blocks on it, and whatever cannot be drawn is not kept, the next frame shows it.

mod ask;
mod files;
mod follow;
mod input;
mod paint;
mod panics;
mod replay;
mod report;
mod save;
mod screen;
#[cfg(test)]
mod tests;
mod tty;

use std::io::{self, Read};
use std::os::fd::AsFd;
use std::os::unix::net::UnixStream;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::Arc;
use std::time::{Duration, Instant};

use tokio::runtime::Handle;
use tokio::signal::unix::{SignalKind, signal};
use tokio::sync::{mpsc, oneshot, watch};
use tokio::task::JoinSet;
use tokio_util::sync::CancellationToken;

use ask::{Asker, Incoming, Mailbox};
use files::Places;
use input::Parser;
use paint::Painter;
pub use replay::{Pace, replay};
use screen::Screen;
use tty::Tty;

use super::event::{Effect, Event, ExitReason, RecordingNews};
use super::mouse::MouseUse;
use super::recording::{Head, Recorder};
use super::source::Source;
use super::state::{Options, State};
use super::terminal::Report;
use super::update::update;
use crate::farm::FarmState;
use crate::model::Timestamp;

/// At most thirty frames a second.
const FRAME: Duration = Duration::from_millis(33);
/// At most ten states of the farm a second: the latest says it all.
const FARM_PAUSE: Duration = Duration::from_millis(100);
/// Events that may wait for the thread.
const MAILBOX: usize = 256;
/// An `ESC` that nothing follows within this time is the key. Packets of one sequence come
/// closer together than that, and no hand is as fast.
const ESCAPE: Duration = Duration::from_millis(50);
/// A frame of fewer bytes has no picture in it that is worth measuring.
const PICTURE: usize = 4 * 1024;
/// Events taken before the keys are looked at again.
const BATCH: usize = 256;

/// Why a console could not run to its end.
#[derive(Debug, thiserror::Error)]
pub enum ConsoleError {
    /// There is no terminal.
    #[error("no terminal for the console: {0}")]
    NoTerminal(#[source] io::Error),
    /// The terminal refused something.
    #[error("cannot {attempted}: {source}")]
    Terminal {
        /// What was attempted.
        attempted: &'static str,
        /// The system's answer.
        source: io::Error,
    },
    /// A thread, a pipe or a signal handler could not be had.
    #[error("cannot start the console: {0}")]
    Start(#[source] io::Error),
    /// A defect. The terminal has been put back.
    #[error("the console crashed")]
    Crashed {
        /// The panic and its backtrace.
        report: String,
    },
}

/// Runs a console on the terminal of this process until the operator quits, the terminal
/// hangs up, or `stop` is cancelled. Must be called on a tokio runtime.
///
/// From the first call on, SIGHUP does not end the process any more: the console ends with
/// [`ExitReason::Hangup`], and its caller decides what goes on. While it runs, panics of any
/// thread are logged and not written to the terminal.
///
/// # Errors
/// [`ConsoleError`]; the terminal is put back in every case.
pub async fn run(
    source: Arc<dyn Source>,
    options: Options,
    stop: CancellationToken,
) -> Result<ExitReason, ConsoleError> {
    let tty = Tty::open()?;
    let guard = panics::Guard::install();
    let result = run_on(tty, source, options, stop).await;
    result.map_err(|error| match error {
        ConsoleError::Crashed { .. } => ConsoleError::Crashed {
            report: guard.report(),
        },
        error => error,
    })
}

async fn run_on(
    tty: Tty,
    source: Arc<dyn Source>,
    options: Options,
    stop: CancellationToken,
) -> Result<ExitReason, ConsoleError> {
    let (wake, woken) = UnixStream::pair().map_err(ConsoleError::Start)?;
    for end in [&wake, &woken] {
        end.set_nonblocking(true).map_err(ConsoleError::Start)?;
    }
    let (sender, mailbox_out) = mpsc::channel(MAILBOX);
    let mailbox = Mailbox::new(sender, wake);
    // Dropped with this future, whatever its end: the tasks and the thread end with it.
    let mut tasks = JoinSet::new();
    tasks.spawn(forward_farm(source.watch(), mailbox.clone()));
    tasks.spawn(forward_signal(
        SignalKind::window_change(),
        mailbox.clone(),
        || Incoming::Resized,
    )?);
    tasks.spawn(forward_signal(
        SignalKind::hangup(),
        mailbox.clone(),
        || Incoming::Event(Event::Hangup),
    )?);
    tasks.spawn(follow::follow(follow::Files::of(&options), mailbox.clone()));
    let ended = stop.child_token();
    let _end = ended.clone().drop_guard();
    tasks.spawn({
        let mailbox = mailbox.clone();
        async move {
            stop.cancelled().await;
            mailbox.send(Incoming::Event(Event::Stop)).await;
        }
    });

    let mut session = Session {
        tty,
        asker: Asker::new(
            source,
            Handle::current(),
            mailbox.clone(),
            Places::of(&options),
        ),
        painter: Painter::new(Handle::current(), mailbox),
        painting: None,
        incoming: mailbox_out,
        woken,
        ended,
        recorder: None,
        state: State::new(options),
        keys: Parser::default(),
        partial: None,
        unsent: Vec::new(),
    };
    on_thread(move || session.run()).await
}

/// Runs what owns the terminal on a thread of its own.
async fn on_thread<T: Send + 'static>(
    run: impl FnOnce() -> Result<T, ConsoleError> + Send + 'static,
) -> Result<T, ConsoleError> {
    let (answer, answered) = oneshot::channel();
    std::thread::Builder::new()
        .name(panics::THREAD.to_owned())
        .spawn(move || {
            // What `run` owns is dropped on unwinding and is not looked at afterwards; with it
            // goes the terminal, put back before anybody is told.
            let result = catch_unwind(AssertUnwindSafe(run));
            // If nobody waits for the answer any more, nobody is there to be told.
            let _ = answer.send(result.ok());
        })
        .map_err(ConsoleError::Start)?;
    match answered.await {
        Ok(Some(result)) => result,
        Ok(None) | Err(_) => Err(ConsoleError::Crashed {
            report: String::new(),
        }),
    }
}

async fn forward_farm(mut farm: watch::Receiver<Arc<FarmState>>, mailbox: Mailbox) {
    loop {
        let state = farm.borrow_and_update().clone();
        if !mailbox.send(Incoming::Event(Event::Farm(state))).await {
            return;
        }
        tokio::time::sleep(FARM_PAUSE).await;
        if farm.changed().await.is_err() {
            mailbox.send(Incoming::Event(Event::FarmGone)).await;
            return;
        }
    }
}

fn forward_signal(
    kind: SignalKind,
    mailbox: Mailbox,
    incoming: fn() -> Incoming,
) -> Result<impl Future<Output = ()>, ConsoleError> {
    let mut signals = signal(kind).map_err(ConsoleError::Start)?;
    Ok(async move {
        while signals.recv().await.is_some() {
            if !mailbox.send(incoming()).await {
                return;
            }
        }
    })
}

/// What the thread owns.
struct Session {
    tty: Tty,
    asker: Asker,
    painter: Painter,
    /// Since when a frame with a picture is being written, and how large it is.
    painting: Option<(Instant, usize)>,
    incoming: mpsc::Receiver<Incoming>,
    woken: UnixStream,
    ended: CancellationToken,
    recorder: Option<Recorder>,
    state: State,
    keys: Parser,
    /// Since when the keys wait for the rest of a sequence.
    partial: Option<Instant>,
    /// Bytes that the terminal has not taken yet. No frame is drawn before it has.
    unsent: Vec<u8>,
}

impl Session {
    fn run(&mut self) -> Result<ExitReason, ConsoleError> {
        let end = self.live();
        if let Some(recorder) = self.recorder.take() {
            recorder.finish(&match &end {
                Ok(ExitReason::Quit) => "the operator quit".to_owned(),
                Ok(ExitReason::Hangup) => "the terminal hung up".to_owned(),
                Ok(ExitReason::Stopped) => "farmhand was stopped".to_owned(),
                Err(error) => error.to_string(),
            });
        }
        end
    }

    fn live(&mut self) -> Result<ExitReason, ConsoleError> {
        let refused = |source| ConsoleError::Terminal {
            attempted: "draw",
            source,
        };
        let Some(entering) = self.tty.enter()? else {
            return Ok(ExitReason::Hangup);
        };
        self.unsent = entering;
        let options = &self.state.options;
        let questions = options.drawing.questions(options.look);
        self.unsent.extend_from_slice(questions);
        if !questions.is_empty() {
            self.keys.await_answers();
        }
        if self.state.options.mouse == MouseUse::On {
            self.unsent.extend_from_slice(self.tty.take_mouse());
        }
        let (columns, rows) = self.tty.size();
        let mut screen = Screen::new(columns, rows).map_err(refused)?;
        let recorded = self.record((columns, rows))?;
        let mut effects = self.take(Event::Tick(now()));
        effects.extend(recorded.into_iter().flat_map(|event| self.take(event)));
        effects.extend(self.take(Event::Resize { columns, rows }));
        if let Some(cell) = self.tty.cell() {
            effects.extend(self.take(Event::Terminal(Report::Cell(cell))));
        }
        let mut drawn: Option<Instant> = None;
        let mut changed = true;
        loop {
            for effect in effects.drain(..) {
                match effect {
                    Effect::Ask { no, ask } => self.asker.ask(no, ask),
                    Effect::Copy(text) => screen.copy(&text).map_err(refused)?,
                    Effect::Repaint => {
                        screen
                            .resize(self.state.columns, self.state.rows)
                            .map_err(refused)?;
                        self.painter.forget();
                    }
                    Effect::Exit(reason) => {
                        // Nobody needs the rest of a frame that is about to go.
                        return Ok(reason);
                    }
                }
            }
            let painter_waits = self.painter.prepare(&self.state);
            let early = drawn.map_or(Duration::ZERO, |at| FRAME.saturating_sub(at.elapsed()));
            if changed && early.is_zero() && self.unsent.is_empty() {
                self.draw(&mut screen).map_err(refused)?;
                if self.state.options.mouse == MouseUse::On {
                    effects.extend(self.take(Event::Drawn));
                }
                drawn = Some(Instant::now());
                changed = false;
            }
            if !self.flush() {
                return Ok(ExitReason::Hangup);
            }
            if let Some(event) = self.painted() {
                effects.extend(self.take(event));
                continue;
            }
            let mut limit = to_next_second(now());
            if changed && self.unsent.is_empty() {
                limit = limit.min(early);
            }
            if let Some(wait) = painter_waits {
                limit = limit.min(wait);
            }
            if let Some(since) = self.partial {
                limit = limit.min(ESCAPE.saturating_sub(since.elapsed()));
            }
            match self.listen(limit, &mut screen).map_err(refused)? {
                None => return Ok(ExitReason::Hangup),
                Some(events) if events.is_empty() => changed |= self.painter.is_fresh(),
                Some(events) => {
                    changed = true;
                    for event in events {
                        effects.extend(self.take(event));
                    }
                }
            }
            if self.ended.is_cancelled() {
                effects.push(Effect::Exit(ExitReason::Stopped));
            }
        }
    }

    /// Begins to write the session down, if that is wanted.
    fn record(&mut self, size: (u16, u16)) -> Result<Option<Event>, ConsoleError> {
        let Some(recording) = self.state.options.record.clone() else {
            return Ok(None);
        };
        let file = recording.path().display().to_string();
        let head = Head::new(&self.state.options, now(), size);
        self.recorder = Some(Recorder::start(recording, head).map_err(ConsoleError::Start)?);
        Ok(Some(Event::Recording(RecordingNews::Began(file))))
    }

    fn take(&mut self, event: Event) -> Vec<Effect> {
        // Written before it acts: what crashes the console is the last line of the recording.
        let written = self.recorder.as_ref().map(|to| {
            if self.state.types_secret() {
                to.event(event.masked())
            } else {
                to.event(event.clone())
            }
        });
        let mut effects = update(&mut self.state, event);
        if let Some(Err(stopped)) = written {
            self.recorder = None;
            let news = RecordingNews::Ended(stopped.to_string());
            effects.extend(update(&mut self.state, Event::Recording(news)));
        }
        effects
    }

    /// Draws a frame, as far as it differs from the last one.
    fn draw(&mut self, screen: &mut Screen) -> io::Result<()> {
        let withdrawal = self.painter.withdraw(&self.state);
        screen.write(withdrawal)?;
        let picture = self.painter.picture(&self.state);
        self.unsent = screen.frame(&self.state, picture)?;
        self.tty.at_end(self.painter.at_end());
        if self.state.picture.is_some() && self.unsent.len() >= PICTURE {
            self.painting = Some((Instant::now(), self.unsent.len()));
        }
        Ok(())
    }

    /// Whether a picture has just been written whole, and how fast that was.
    fn painted(&mut self) -> Option<Event> {
        let (since, bytes) = self.painting.take_if(|_| self.unsent.is_empty())?;
        let took = since.elapsed();
        self.painter.sent(bytes, took);
        Some(Event::Painted {
            bytes: u64::try_from(bytes).unwrap_or(u64::MAX),
            ms: u64::try_from(took.as_millis()).unwrap_or(u64::MAX),
        })
    }

    /// Writes what there is room for. False: the terminal is gone.
    fn flush(&mut self) -> bool {
        while !self.unsent.is_empty() {
            match self.tty.write(&self.unsent) {
                None => return false,
                Some(0) => return true,
                Some(n) => _ = self.unsent.drain(..n),
            }
        }
        true
    }

    /// Waits for something to happen and says what; `None`: the terminal is gone, and is not
    /// touched again.
    fn listen(&mut self, limit: Duration, screen: &mut Screen) -> io::Result<Option<Vec<Event>>> {
        let before = now();
        let ready = self
            .tty
            .wait(self.woken.as_fd(), !self.unsent.is_empty(), limit);
        let mut events = Vec::new();
        if ready.readable {
            let mut buffer = [0; 1024];
            match self.tty.read(&mut buffer) {
                None => return Ok(None),
                Some(n) => events.extend(self.keys.feed(buffer.get(..n).unwrap_or_default())),
            }
            self.partial = self.keys.waits().then(Instant::now);
        } else if self.partial.is_some_and(|since| since.elapsed() >= ESCAPE) {
            events.extend(self.keys.expire());
            // Not all is given up at once.
            self.partial = self.keys.waits().then(Instant::now);
        }
        if ready.hung_up {
            return Ok(None);
        }
        if ready.woken {
            let mut buffer = [0; 256];
            // Only to empty it: what there is to know is in the mailbox.
            let _ = self.woken.read(&mut buffer);
        }
        let now = now();
        let second = before.0.div_euclid(1000) != now.0.div_euclid(1000);
        // Asked each second too: some links lose the signal.
        let mut resized = second;
        for _ in 0..BATCH {
            match self.incoming.try_recv() {
                Ok(Incoming::Event(event)) => events.push(event),
                Ok(Incoming::Resized) => resized = true,
                Ok(Incoming::Encoded(encoded)) => self.painter.take(encoded),
                Err(_) => break,
            }
        }
        if resized {
            let (columns, rows) = self.tty.size();
            if (columns, rows) != (self.state.columns, self.state.rows) {
                screen.resize(columns, rows)?;
                self.painter.forget();
                events.push(Event::Resize { columns, rows });
                // A font of another size brings another size in cells.
                let cell = self.tty.cell().map(Report::Cell);
                events.extend(cell.map(Event::Terminal));
            }
        }
        if second || !events.is_empty() {
            events.insert(0, Event::Tick(now));
        }
        Ok(Some(events))
    }
}

fn now() -> Timestamp {
    Timestamp(jiff::Timestamp::now().as_millisecond())
}

fn to_next_second(now: Timestamp) -> Duration {
    let passed = now.0.rem_euclid(1000);
    Duration::from_millis(u64::try_from(1000 - passed).unwrap_or(1000))
}
