//! Frames as bytes: what changed since the last one, between the marks of a synchronised
//! update (mode 2026), so that a terminal never shows half a frame.

use std::cell::RefCell;
use std::io::{self, Write};
use std::rc::Rc;

use crossterm::clipboard::CopyToClipboard;
use crossterm::queue;
use crossterm::terminal::{BeginSynchronizedUpdate, EndSynchronizedUpdate};
use ratatui::backend::{Backend, ClearType, CrosstermBackend, WindowSize};
use ratatui::buffer::{Buffer, Cell};
use ratatui::layout::{Position, Rect, Size};
use ratatui::widgets::Widget as _;
use ratatui::{Frame, Terminal, TerminalOptions, Viewport};
use ratatui_image::Image;
use ratatui_image::protocol::Protocol;

use crate::console::state::State;
use crate::console::view::view;

/// Room for a frame; most need much less, a full one of a large screen fits.
const FRAME_BYTES: usize = 64 * 1024;

/// Bytes on their way to the terminal.
#[derive(Clone, Default)]
struct Bytes(Rc<RefCell<Vec<u8>>>);

impl Write for Bytes {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.0.borrow_mut().extend_from_slice(bytes);
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

/// Draws frames of a known size into bytes.
pub(super) struct Screen {
    terminal: Terminal<Paper>,
    bytes: Bytes,
    shown: Buffer,
}

impl Screen {
    /// An empty screen of this size.
    ///
    /// # Errors
    /// None in fact: bytes are written to memory.
    pub fn new(columns: u16, rows: u16) -> io::Result<Self> {
        let bytes = Bytes::default();
        bytes.0.borrow_mut().reserve(FRAME_BYTES);
        let area = Rect::new(0, 0, columns, rows);
        let paper = Paper {
            inner: CrosstermBackend::new(bytes.clone()),
            size: area.as_size(),
        };
        let options = TerminalOptions {
            viewport: Viewport::Fullscreen,
        };
        let mut screen = Self {
            terminal: Terminal::with_options(paper, options)?,
            bytes,
            shown: Buffer::empty(area),
        };
        screen.resize(columns, rows)?;
        Ok(screen)
    }

    /// Takes a new size; the next frame is a whole one. The same size: repaints.
    ///
    /// # Errors
    /// As [`Screen::new`].
    pub fn resize(&mut self, columns: u16, rows: u16) -> io::Result<()> {
        let area = Rect::new(0, 0, columns, rows);
        self.terminal.backend_mut().size = area.as_size();
        // Not `Terminal::clear`, which asks the terminal for its cursor and needs an answer.
        self.terminal.resize(area)?;
        self.shown = Buffer::empty(area);
        Ok(())
    }

    /// Puts a text on the terminal's clipboard, with the next frame.
    ///
    /// # Errors
    /// As [`Screen::new`].
    pub fn copy(&mut self, text: &str) -> io::Result<()> {
        queue!(self.bytes, CopyToClipboard::to_clipboard_from(text))
    }

    /// Writes something to the terminal, with the next frame.
    ///
    /// # Errors
    /// As [`Screen::new`].
    pub fn write(&mut self, bytes: &[u8]) -> io::Result<()> {
        self.bytes.write_all(bytes)
    }

    /// The bytes of a frame without a picture.
    #[cfg(test)]
    pub fn draw(&mut self, state: &State) -> io::Result<Vec<u8>> {
        self.frame(state, None)
    }

    /// The bytes of a frame, with a picture that the terminal draws by itself; none if it looks
    /// as the last one.
    ///
    /// # Errors
    /// As [`Screen::new`].
    pub fn frame(
        &mut self,
        state: &State,
        picture: Option<(Rect, &Protocol)>,
    ) -> io::Result<Vec<u8>> {
        self.draw_by(|frame| view(state, frame), picture)
    }

    /// As [`Screen::frame`], of whatever `draw` puts on it.
    ///
    /// # Errors
    /// As [`Screen::new`].
    pub fn draw_by(
        &mut self,
        draw: impl FnOnce(&mut Frame<'_>),
        picture: Option<(Rect, &Protocol)>,
    ) -> io::Result<Vec<u8>> {
        draw(&mut self.terminal.get_frame());
        let drawn = self.terminal.current_buffer_mut();
        if let Some((area, protocol)) = picture
            && is_free(drawn, area)
        {
            Image::new(protocol).render(area, drawn);
        }
        if *drawn == self.shown {
            // An empty diff would still be written, as 25 bytes that reset colours.
            drawn.reset();
        } else {
            self.shown.clone_from(drawn);
            self.terminal.flush()?;
            self.terminal.swap_buffers();
        }
        let mut drawn = self.bytes.0.borrow_mut();
        let mut frame = Vec::new();
        if !drawn.is_empty() {
            frame.reserve(drawn.len() + 32);
            queue!(frame, BeginSynchronizedUpdate)?;
            frame.extend_from_slice(&drawn);
            queue!(frame, EndSynchronizedUpdate)?;
            // Its room is kept for the next frame.
            drawn.clear();
        }
        Ok(frame)
    }
}

/// Whether nothing stands where the picture belongs: what a message or a question covers would
/// be torn by a picture around it, and a picture of sixels by the text.
fn is_free(buffer: &Buffer, area: Rect) -> bool {
    let mut cells = area.positions().map(|at| buffer.cell(at));
    cells.all(|cell| cell == Some(&Cell::EMPTY))
}

/// A crossterm back end that asks nobody for its size or its cursor.
struct Paper {
    inner: CrosstermBackend<Bytes>,
    size: Size,
}

impl Backend for Paper {
    type Error = io::Error;

    fn draw<'a, I>(&mut self, content: I) -> io::Result<()>
    where
        I: Iterator<Item = (u16, u16, &'a Cell)>,
    {
        self.inner.draw(content)
    }

    fn hide_cursor(&mut self) -> io::Result<()> {
        self.inner.hide_cursor()
    }

    fn show_cursor(&mut self) -> io::Result<()> {
        self.inner.show_cursor()
    }

    fn get_cursor_position(&mut self) -> io::Result<Position> {
        Ok(Position::ORIGIN)
    }

    fn set_cursor_position<P: Into<Position>>(&mut self, position: P) -> io::Result<()> {
        self.inner.set_cursor_position(position)
    }

    fn clear(&mut self) -> io::Result<()> {
        self.inner.clear()
    }

    fn clear_region(&mut self, region: ClearType) -> io::Result<()> {
        self.inner.clear_region(region)
    }

    fn size(&self) -> io::Result<Size> {
        Ok(self.size)
    }

    fn window_size(&mut self) -> io::Result<WindowSize> {
        Ok(WindowSize {
            columns_rows: self.size,
            pixels: Size::default(),
        })
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::Screen;
    use crate::console::event::Event;
    use crate::console::testing;
    use crate::model::Timestamp;

    #[test]
    fn a_frame_like_the_last_one_is_no_bytes_at_all() {
        let shown = testing::Screen::new(120, 40);
        let mut screen = Screen::new(120, 40).unwrap();
        assert!(screen.draw(&shown.state).unwrap().len() > 1000);
        assert_eq!(screen.draw(&shown.state).unwrap(), b"");
    }

    #[test]
    fn a_repaint_is_a_whole_frame() {
        let shown = testing::Screen::new(120, 40);
        let mut screen = Screen::new(120, 40).unwrap();
        let first = screen.draw(&shown.state).unwrap();
        screen.resize(120, 40).unwrap();
        assert_eq!(screen.draw(&shown.state).unwrap(), first);
    }

    #[test]
    fn a_tick_of_the_clock_costs_less_than_sixty_bytes_between_the_marks() {
        let mut shown = testing::Screen::new(120, 40);
        let mut screen = Screen::new(120, 40).unwrap();
        screen.draw(&shown.state).unwrap();
        shown.send(Event::Tick(Timestamp(shown.now().0 + 1000)));
        let bytes = screen.draw(&shown.state).unwrap();
        assert!(bytes.starts_with(b"\x1b[?2026h") && bytes.ends_with(b"\x1b[?2026l"));
        assert!(bytes.len() < 60, "{}", String::from_utf8_lossy(&bytes));
    }

    #[test]
    fn frames_add_up_to_the_picture_on_a_terminal() {
        let mut shown = testing::Screen::new(80, 24);
        let mut screen = Screen::new(80, 24).unwrap();
        let size = |n| std::num::NonZero::new(n).unwrap();
        let mut terminal = vt100::Parser::new(size(24), size(80), 0);
        for keys in ["", "2", "jjj", "\n", "G", "\u{1b}", "?", "q", "x", " ", "q"] {
            shown.keys(keys);
            terminal.process(&screen.draw(&shown.state).unwrap());
            let rows: Vec<_> = terminal.screen().rows(0, 80).collect();
            let text = rows.iter().map(|row| row.trim_end()).collect::<Vec<_>>();
            assert_eq!(text.join("\n"), shown.text());
        }
    }

    #[test]
    fn without_colour_there_is_no_colour_sequence_and_the_selection_is_reversed() {
        use crate::console::look::{Charset, Look, Palette};
        use crate::console::state::Options;
        let look = Look::new(Palette::NoColor, Charset::Ascii);
        let options = Options {
            look,
            ..Options::default()
        };
        let mut shown = testing::Screen::of(80, 24, options);
        shown.keys("2j");
        let mut screen = Screen::new(80, 24).unwrap();
        let bytes = screen.draw(&shown.state).unwrap();
        let text = String::from_utf8(bytes).unwrap();
        assert!(text.is_ascii());
        // Reset, bold, dim, underlined, reversed and their ends, and the default colours.
        let allowed = ["0", "1", "2", "4", "7", "22", "24", "27", "39", "49", "59"];
        for sequence in text.split("\u{1b}[").skip(1) {
            let end = sequence.find(|c: char| c.is_ascii_alphabetic()).unwrap();
            if sequence[end..].starts_with('m') {
                for number in sequence[..end].split(';') {
                    assert!(allowed.contains(&number), "{sequence:?}");
                }
            }
        }
        assert!(text.contains("\u{1b}[7m"), "{text:?}");
    }

    /// A page with a picture that the terminal draws by itself.
    mod pictures {
        use ratatui_image::protocol::Protocol;
        use ratatui_image::protocol::iterm2::Iterm2;
        use ratatui_image::protocol::kitty::Kitty;
        use ratatui_image::protocol::sixel::Sixel;

        use super::super::Screen;
        use crate::console::event::Event;
        use crate::console::terminal::{CellSize, Report};
        use crate::console::testing;
        use crate::console::view::placed;

        const SIXEL: &str = "\u{1b}P";
        const KITTY: &str = "\u{1b}_G";
        const ITERM2: &str = "\u{1b}]1337;File=";

        fn shown() -> testing::Screen {
            let mut shown = testing::Screen::new(120, 40);
            let (width, height) = (8, 16);
            shown.send(Event::Terminal(Report::Cell(CellSize { width, height })));
            shown.send(Event::Terminal(Report::Attributes { sixel: true }));
            shown.keys("i");
            shown
        }

        fn protocol(shown: &testing::Screen, kind: &str) -> Protocol {
            let placed = placed(&shown.state).unwrap();
            let image = placed.shot.pixels.outlined(None);
            let size = placed.area.as_size();
            match kind {
                SIXEL => Protocol::Sixel(Sixel::new(image, size, false).unwrap()),
                KITTY => Protocol::Kitty(Kitty::new(image, size, 7, false, true).unwrap()),
                _ => Protocol::ITerm2(Iterm2::new(image, size, false).unwrap()),
            }
        }

        /// What is written for the state as it is now.
        fn draw(screen: &mut Screen, shown: &testing::Screen, protocol: &Protocol) -> String {
            let place = placed(&shown.state).map(|placed| (placed.area, protocol));
            let frame = screen.frame(&shown.state, place).unwrap();
            String::from_utf8(frame).unwrap()
        }

        fn settle(screen: &mut Screen, shown: &testing::Screen, protocol: &Protocol) {
            // Kitty's picture is part of the first frame only: the second one is without it.
            draw(screen, shown, protocol);
            draw(screen, shown, protocol);
        }

        #[test]
        fn a_picture_is_sent_whole_and_once() {
            for kind in [SIXEL, KITTY, ITERM2] {
                let mut shown = shown();
                let protocol = protocol(&shown, kind);
                let mut screen = Screen::new(120, 40).unwrap();
                let first = draw(&mut screen, &shown, &protocol);
                assert!(first.contains(kind), "{kind:?}");
                draw(&mut screen, &shown, &protocol);
                assert_eq!(draw(&mut screen, &shown, &protocol), "", "{kind:?}");
                // What changes beside it does not bring it again.
                shown.keys("j");
                let next = draw(&mut screen, &shown, &protocol);
                assert!(!next.is_empty() && !next.contains(kind), "{kind:?}");
            }
        }

        #[test]
        fn the_text_beside_a_picture_is_where_it_belongs() {
            for kind in [SIXEL, KITTY, ITERM2] {
                let shown = shown();
                let protocol = protocol(&shown, kind);
                let mut screen = Screen::new(120, 40).unwrap();
                let size = |n| std::num::NonZero::new(n).unwrap();
                let mut terminal = vt100::Parser::new(size(40), size(120), 0);
                terminal.process(draw(&mut screen, &shown, &protocol).as_bytes());
                let text: Vec<_> = terminal.screen().rows(60, 60).collect();
                let expected: Vec<String> = shown
                    .text()
                    .lines()
                    .map(|line| line.chars().skip(60).collect())
                    .collect();
                for (row, (text, expected)) in text.iter().zip(&expected).enumerate() {
                    assert_eq!(text.trim_end(), expected, "{kind:?} row {row}");
                }
            }
        }

        #[test]
        fn leaving_the_page_overwrites_every_cell_of_the_picture() {
            for kind in [SIXEL, ITERM2] {
                let mut shown = shown();
                let protocol = protocol(&shown, kind);
                let mut screen = Screen::new(120, 40).unwrap();
                settle(&mut screen, &shown, &protocol);
                let area = placed(&shown.state).unwrap().area;
                shown.keys("q");
                let left = draw(&mut screen, &shown, &protocol);
                assert!(!left.contains(kind));
                // A terminal full of marks has none left where the picture was.
                let size = |n| std::num::NonZero::new(n).unwrap();
                let mut terminal = vt100::Parser::new(size(40), size(120), 0);
                terminal.process("#".repeat(120 * 40).as_bytes());
                terminal.process(left.as_bytes());
                for at in area.positions() {
                    let cell = terminal.screen().cell(at.y, at.x).unwrap();
                    assert_ne!(cell.contents(), "#", "{kind:?} {at:?}");
                }
            }
        }

        #[test]
        fn the_help_covers_a_picture_and_gives_it_back() {
            for kind in [SIXEL, ITERM2] {
                let mut shown = shown();
                let protocol = protocol(&shown, kind);
                let mut screen = Screen::new(120, 40).unwrap();
                settle(&mut screen, &shown, &protocol);
                shown.keys("?");
                assert!(!draw(&mut screen, &shown, &protocol).contains(kind));
                shown.keys("q");
                assert!(draw(&mut screen, &shown, &protocol).contains(kind));
            }
        }

        #[test]
        fn a_repaint_brings_the_picture_again() {
            let shown = shown();
            let protocol = protocol(&shown, SIXEL);
            let mut screen = Screen::new(120, 40).unwrap();
            settle(&mut screen, &shown, &protocol);
            screen.resize(120, 40).unwrap();
            assert!(draw(&mut screen, &shown, &protocol).contains(SIXEL));
        }

        #[test]
        fn a_message_over_the_picture_is_not_torn_by_it() {
            let mut shown = shown();
            let protocol = protocol(&shown, SIXEL);
            let mut screen = Screen::new(120, 40).unwrap();
            settle(&mut screen, &shown, &protocol);
            let long = "word ".repeat(40);
            shown.state.say(crate::console::look::Role::Bad, long);
            assert!(!draw(&mut screen, &shown, &protocol).contains(SIXEL));
            shown.state.message = None;
            assert!(draw(&mut screen, &shown, &protocol).contains(SIXEL));
        }
    }
}
