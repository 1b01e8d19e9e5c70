//! A recorded session, shown again without a terminal: its events go through the same `update`
//! as when they happened. What the console asked then is not asked again; the answers are among
//! the events.

use std::time::Duration;

use super::event::Event;
use super::recording::{RecordingError, Replay};
use super::state::State;
use super::update::update;
use super::view::picture_text;

/// What a recorded session showed at one moment.
#[derive(Debug)]
pub struct Picture {
    /// The screen, a line each.
    pub text: String,
    /// How far into the session that was.
    pub at: Duration,
    /// Why nothing behind it could be read.
    pub broken: Option<RecordingError>,
}

/// The session before its first event.
pub(super) fn beginning(replay: &Replay) -> State {
    let mut state = State::new(replay.head().options());
    (state.columns, state.rows) = (replay.head().columns, replay.head().rows);
    state
}

/// The last picture of a session, or the last one until a moment of it. With a size, what the
/// console knew then on a screen of that size.
#[must_use]
pub fn last_picture(
    replay: &mut Replay,
    until: Option<Duration>,
    size: Option<(u16, u16)>,
) -> Picture {
    let mut state = beginning(replay);
    let mut last = Duration::ZERO;
    let broken = loop {
        match replay.next() {
            Ok(Some((at, _))) if until.is_some_and(|until| at > until) => break None,
            Ok(Some((at, event))) => {
                last = at;
                // What follows from it happened then, and is not done again.
                let _ = update(&mut state, event);
            }
            Ok(None) => break None,
            Err(error) => break Some(error),
        }
    };
    if let Some((columns, rows)) = size {
        let _ = update(&mut state, Event::Resize { columns, rows });
    }
    Picture {
        text: picture_text(&state),
        at: last,
        broken,
    }
}
