//! Pictures that the terminal draws by itself: encoded off the console's thread, sent once, and
//! no faster than the link carries them.
//!
//! `ratatui-image` turns pixels into what a terminal takes, as the text of a cell. Its own
//! questions to the terminal are not used: they read the terminal, and may never return.

use std::fmt;
use std::time::{Duration, Instant};

use image::DynamicImage;
use ratatui::layout::{Rect, Size};
use ratatui_image::errors::Errors;
use ratatui_image::protocol::Protocol;
use ratatui_image::protocol::iterm2::Iterm2;
use ratatui_image::protocol::kitty::Kitty;
use ratatui_image::protocol::sixel::Sixel;
use tokio::runtime::Handle;

use super::ask::{Incoming, Mailbox};
use crate::console::pixels::Outline;
use crate::console::source::Sight;
use crate::console::state::State;
use crate::console::terminal::Graphics;
use crate::console::update::{LINK_BYTES, LINK_SHARE};
use crate::console::view::{Placed, placed};

/// The number that kitty knows our picture by: one is enough, a newer one takes its place. It
/// becomes a colour of 24 bits.
const KITTY_ID: u32 = 0x66_61_72;
/// Takes it back: the picture and the memory it has in the terminal.
const KITTY_DELETE: &[u8] = b"\x1b_Ga=d,d=I,i=6709618,q=2\x1b\\";

/// What one encoding is of. Equal ones are not sent twice.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Key {
    print: u64,
    outline: Option<Outline>,
    graphics: Graphics,
    columns: u16,
    rows: u16,
}

impl Key {
    fn of(placed: &Placed) -> Self {
        Self {
            print: placed.shot.print,
            outline: placed.outline,
            graphics: placed.graphics,
            columns: placed.area.width,
            rows: placed.area.height,
        }
    }
}

/// A picture ready to be sent.
pub(super) struct Encoded {
    of: Sight,
    key: Key,
    /// `None`: it could not be encoded.
    protocol: Option<Protocol>,
}

impl fmt::Debug for Encoded {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Encoded({:?})", self.key)
    }
}

/// Keeps what the terminal is to draw.
pub(super) struct Painter {
    runtime: Handle,
    mailbox: Mailbox,
    /// The newest that is ready.
    ready: Option<Encoded>,
    /// Whether kitty holds a picture of ours, as far as is known.
    kitty: bool,
    under_way: Option<Key>,
    /// Whether one came that has not been looked at.
    fresh: bool,
    /// No picture is encoded before this moment.
    not_before: Option<Instant>,
}

impl Painter {
    /// One without a picture.
    pub const fn new(runtime: Handle, mailbox: Mailbox) -> Self {
        Self {
            runtime,
            mailbox,
            ready: None,
            kitty: false,
            under_way: None,
            fresh: false,
            not_before: None,
        }
    }

    /// Has what belongs on the screen encoded, if it is not yet. Says how long that has to wait.
    pub fn prepare(&mut self, state: &State) -> Option<Duration> {
        let placed = placed(state)?;
        let key = Key::of(&placed);
        let there = self.ready.as_ref().is_some_and(|ready| ready.key == key);
        if there || self.under_way.is_some() {
            return None;
        }
        let wait = self
            .not_before
            .map(|at| at.saturating_duration_since(Instant::now()));
        if let Some(wait) = wait.filter(|wait| !wait.is_zero()) {
            return Some(wait);
        }
        self.under_way = Some(key);
        let (mailbox, zlib) = (self.mailbox.clone(), state.terminal.zlib);
        self.runtime.spawn(async move {
            let (size, of) = (placed.area.as_size(), placed.of.clone());
            let encoding = tokio::task::spawn_blocking(move || {
                let image = placed.shot.pixels.outlined(placed.outline);
                encode(image, size, placed.graphics, zlib)
            });
            let protocol = match encoding.await {
                Ok(Ok(protocol)) => Some(protocol),
                Ok(Err(error)) => {
                    tracing::warn!(%error, ?key, "a picture could not be encoded");
                    None
                }
                Err(error) => {
                    tracing::warn!(%error, ?key, "encoding a picture ended badly");
                    None
                }
            };
            let encoded = Encoded { of, key, protocol };
            mailbox.send(Incoming::Encoded(encoded)).await;
        });
        None
    }

    /// Takes a picture that is ready.
    pub fn take(&mut self, encoded: Encoded) {
        self.under_way.take_if(|key| *key == encoded.key);
        self.kitty |= encoded.key.graphics == Graphics::Kitty;
        self.ready = Some(encoded);
        self.fresh = true;
    }

    /// Whether one came since this was last asked.
    pub const fn is_fresh(&mut self) -> bool {
        std::mem::replace(&mut self.fresh, false)
    }

    /// What the terminal is to draw, and where. While a newer one is encoded, the one before
    /// stays in its place.
    pub fn picture(&self, state: &State) -> Option<(Rect, &Protocol)> {
        let placed = placed(state)?;
        let ready = self.ready.as_ref()?;
        let key = Key::of(&placed);
        let fits = (ready.key.columns, ready.key.rows, ready.key.graphics)
            == (key.columns, key.rows, key.graphics)
            // That of another phone would lie.
            && ready.of == placed.of;
        let protocol = ready.protocol.as_ref().filter(|_| fits)?;
        Some((placed.area, protocol))
    }

    /// Forgets what was sent: the terminal was cleared.
    pub fn forget(&mut self) {
        self.ready = None;
    }

    /// Takes the picture back once its page is left: what is to be written for that.
    pub fn withdraw(&mut self, state: &State) -> &'static [u8] {
        if state.picture.is_some() {
            return b"";
        }
        self.ready = None;
        match std::mem::take(&mut self.kitty) {
            true => KITTY_DELETE,
            false => b"",
        }
    }

    /// What is to be written at the end, whatever has become of the picture.
    pub const fn at_end(&self) -> &'static [u8] {
        match self.kitty {
            true => KITTY_DELETE,
            false => b"",
        }
    }

    /// The terminal took so many bytes of pictures in so long: the next ones wait.
    pub fn sent(&mut self, bytes: usize, took: Duration) {
        let share = u32::try_from(LINK_SHARE).unwrap_or(1);
        let bytes = u64::try_from(bytes).unwrap_or(u64::MAX);
        let paced = Duration::from_millis(bytes.saturating_mul(1_000) / LINK_BYTES);
        self.not_before = Some(Instant::now() + paced.max(took.saturating_mul(share)));
    }
}

fn encode(
    image: DynamicImage,
    size: Size,
    graphics: Graphics,
    zlib: bool,
) -> Result<Protocol, Errors> {
    Ok(match graphics {
        Graphics::Kitty => Protocol::Kitty(Kitty::new(image, size, KITTY_ID, false, zlib)?),
        Graphics::Iterm2 => Protocol::ITerm2(Iterm2::new(image, size, false)?),
        // Half blocks are drawn by the view.
        Graphics::Sixel | Graphics::Blocks => Protocol::Sixel(Sixel::new(image, size, false)?),
    })
}
