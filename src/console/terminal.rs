//! What the terminal can draw: worked out from what it answers to a few questions, and from the
//! environment. Pure: the runner sends the questions and reads the answers.
//!
//! No answer is waited for. Who does not answer in time gets half blocks, which need colours
//! and nothing else; a late answer still makes the picture better.

use serde::{Deserialize, Serialize};

use super::look::{Charset, Look, Palette};
use crate::model::Timestamp;

/// How long the terminal has to say what it is, in milliseconds.
const PATIENCE_MS: i64 = 1_000;

/// Larger cells than this, in pixels, are a defect of the terminal's answer.
const LARGEST_CELL: u16 = 200;

/// `[console] picture`.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
pub enum PictureChoice {
    /// The best the terminal can.
    #[default]
    Auto,
    /// No pictures.
    Off,
    /// This way, whatever the terminal says.
    Only(Graphics),
}

/// A way to draw a picture.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub enum Graphics {
    /// The kitty graphics protocol, with Unicode placeholders.
    Kitty,
    /// iTerm2's inline images.
    Iterm2,
    /// Sixel.
    Sixel,
    /// Half blocks: two pixels a cell, in any terminal with colours.
    Blocks,
}

impl Graphics {
    /// Its name for people.
    #[must_use]
    pub const fn word(self) -> &'static str {
        match self {
            Self::Kitty => "kitty",
            Self::Iterm2 => "iterm2",
            Self::Sixel => "sixel",
            Self::Blocks => "half blocks",
        }
    }
}

/// Something that the terminal said of itself.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub enum Report {
    /// It took the picture of kitty's question.
    Kitty,
    /// It also took one that was compressed.
    KittyZlib,
    /// Its attributes (DA1): the last answer to come.
    Attributes {
        /// Whether it draws sixels.
        sixel: bool,
    },
    /// Size of a cell in pixels.
    Cell(CellSize),
    /// Name and version (XTVERSION).
    Name(String),
}

/// Size of a cell in pixels.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct CellSize {
    /// Width.
    pub width: u16,
    /// Height.
    pub height: u16,
}

impl CellSize {
    /// Most cells are twice as high as wide; taken where the terminal does not tell.
    pub const USUAL: Self = Self {
        width: 10,
        height: 20,
    };

    /// None for what can be no cell.
    #[must_use]
    pub fn new(width: u16, height: u16) -> Option<Self> {
        let possible = 1..=LARGEST_CELL;
        (possible.contains(&width) && possible.contains(&height)).then_some(Self { width, height })
    }
}

/// What the environment tells of the terminal.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Hints {
    /// tmux or GNU screen lies between: it draws cells, and does not pass pictures on.
    pub multiplexer: bool,
    /// It may be asked: it drops what it does not know.
    pub asks: bool,
    /// It is iTerm2, or draws pictures as iTerm2 does.
    pub iterm2: bool,
    /// It takes colours of 24 bits; 256 colours otherwise.
    pub true_colour: bool,
}

impl Hints {
    /// What the variables tell; `var` reads one.
    #[must_use]
    pub fn of_environment(var: impl Fn(&str) -> Option<String>) -> Self {
        let set = |name: &str| var(name).filter(|value| !value.is_empty());
        let term = set("TERM").unwrap_or_default();
        let is = |prefixes: &[&str]| prefixes.iter().any(|prefix| term.starts_with(prefix));
        // A session over SSH brings LC_ variables along where TERM_PROGRAM stays behind.
        let program = set("TERM_PROGRAM").or_else(|| set("LC_TERMINAL"));
        let program = program.unwrap_or_default();
        Self {
            multiplexer: set("TMUX").is_some() || set("STY").is_some() || is(&["tmux", "screen"]),
            // The consoles of kernels print parts of questions that they do not know.
            asks: !term.is_empty() && !is(&["linux", "dumb", "cons25", "vt", "ansi", "sun"]),
            iterm2: matches!(program.as_str(), "iTerm.app" | "iTerm2" | "WezTerm"),
            true_colour: set("COLORTERM")
                .is_some_and(|colours| matches!(colours.as_str(), "truecolor" | "24bit")),
        }
    }
}

/// All that is known of the terminal.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(super) struct Terminal {
    kitty: bool,
    /// Whether pictures for kitty may be compressed.
    pub zlib: bool,
    sixel: bool,
    /// Whether the last answer has come.
    complete: bool,
    cell: Option<CellSize>,
    name: String,
    /// When it was first looked at.
    since: Option<Timestamp>,
}

/// How pictures are drawn now.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Ability {
    /// So, into cells of this size.
    Draws(Graphics, CellSize),
    /// Not known yet.
    Unknown,
    /// Not at all.
    No(&'static str),
}

impl Terminal {
    /// Takes an answer, whenever it comes.
    pub fn hear(&mut self, report: Report) {
        match report {
            Report::Kitty => self.kitty = true,
            Report::KittyZlib => self.zlib = true,
            Report::Attributes { sixel } => {
                self.sixel = sixel;
                self.complete = true;
            }
            Report::Cell(cell) => self.cell = Some(cell),
            Report::Name(name) => self.name = name,
        }
    }

    /// It is this moment.
    pub fn tick(&mut self, now: Timestamp) {
        self.since.get_or_insert(now);
    }

    /// How pictures are drawn at this moment.
    pub fn ability(&self, options: &Drawing, look: Look, now: Timestamp) -> Ability {
        if look.palette() == Palette::NoColor {
            return Ability::No("no picture: colours are off (NO_COLOR)");
        }
        if look.charset == Charset::Ascii {
            return Ability::No("no picture: the locale is not UTF-8 (LANG)");
        }
        let hints = &options.hints;
        let graphics = match options.choice {
            PictureChoice::Off => {
                return Ability::No("no picture: [console] picture is off");
            }
            PictureChoice::Only(graphics) => graphics,
            PictureChoice::Auto => {
                let waited = self
                    .since
                    .is_some_and(|since| now.ms_since(since) >= PATIENCE_MS);
                if hints.asks && !self.complete && !waited {
                    return Ability::Unknown;
                }
                self.best(hints)
            }
        };
        let cell = self.cell.unwrap_or(CellSize::USUAL);
        match (graphics, self.cell) {
            // Of an unknown size in cells, a picture would run over what stands beside it.
            (Graphics::Iterm2 | Graphics::Sixel | Graphics::Kitty, None) => {
                Ability::Draws(Graphics::Blocks, cell)
            }
            _ => Ability::Draws(graphics, cell),
        }
    }

    fn best(&self, hints: &Hints) -> Graphics {
        let sixel = if self.sixel {
            Graphics::Sixel
        } else {
            Graphics::Blocks
        };
        let is = |name: &str| self.name.starts_with(name);
        if hints.multiplexer || is("tmux") {
            // What the terminal outside can does not reach through.
            return sixel;
        }
        // WezTerm and Konsole answer kitty's question but do not know its placeholders.
        if is("iTerm2") || is("WezTerm") || (hints.iterm2 && self.name.is_empty()) {
            return Graphics::Iterm2;
        }
        if self.kitty && !is("Konsole") {
            return Graphics::Kitty;
        }
        sixel
    }
}

/// How a session may draw pictures.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Drawing {
    /// What the operator chose.
    pub choice: PictureChoice,
    /// What the environment tells.
    pub hints: Hints,
}

impl Drawing {
    /// What the terminal is asked, to be written as it is entered; the attributes come last, as
    /// every terminal answers them. Empty: nothing needs to be known.
    #[must_use]
    pub fn questions(&self, look: Look) -> &'static [u8] {
        let plain = look.palette() == Palette::NoColor || look.charset == Charset::Ascii;
        let known = matches!(
            self.choice,
            PictureChoice::Off | PictureChoice::Only(Graphics::Blocks)
        );
        if plain || known || !self.hints.asks {
            return b"";
        }
        if self.hints.multiplexer {
            // tmux and screen take kitty's question for a title.
            return b"\x1b[16t\x1b[c";
        }
        // A picture of one pixel, plain and compressed; name; cell; attributes.
        b"\x1b_Gi=31,s=1,v=1,a=q,t=d,f=24;AAAA\x1b\\\
          \x1b_Gi=32,s=1,v=1,a=q,t=d,f=24,o=z;eJxjYGAAAAADAAE=\x1b\\\
          \x1b[>q\x1b[16t\x1b[c"
    }
}

#[cfg(test)]
mod tests {
    use super::{Ability, CellSize, Drawing, Graphics, Hints, PictureChoice, Report, Terminal};
    use crate::console::look::{Charset, Look, Palette};
    use crate::model::Timestamp;

    const CELL: Report = Report::Cell(CellSize {
        width: 8,
        height: 16,
    });

    fn hints(variables: &[(&str, &str)]) -> Hints {
        Hints::of_environment(|name| {
            let found = variables.iter().find(|(variable, _)| *variable == name);
            found.map(|(_, value)| (*value).to_owned())
        })
    }

    fn sixel(sixel: bool) -> Report {
        Report::Attributes { sixel }
    }

    fn name(name: &str) -> Report {
        Report::Name(name.to_owned())
    }

    fn graphics(variables: &[(&str, &str)], reports: &[Report]) -> Graphics {
        let mut terminal = Terminal::default();
        terminal.tick(Timestamp(0));
        for report in reports {
            terminal.hear(report.clone());
        }
        let drawing = Drawing {
            hints: hints(variables),
            ..Drawing::default()
        };
        match terminal.ability(&drawing, Look::default(), Timestamp(1_000)) {
            Ability::Draws(graphics, _) => graphics,
            other => panic!("{other:?}"),
        }
    }

    #[test]
    fn each_terminal_draws_as_it_can() {
        let xterm = [("TERM", "xterm-256color")];
        let tmux = [("TERM", "tmux-256color"), ("TMUX", "/tmp/tmux")];
        let iterm = [("TERM", "xterm-256color"), ("LC_TERMINAL", "iTerm2")];
        for (what, variables, reports, expected) in [
            (
                "kitty",
                &[("TERM", "xterm-kitty")][..],
                vec![Report::Kitty, name("kitty(0.39.1)"), CELL, sixel(false)],
                Graphics::Kitty,
            ),
            (
                "foot",
                &[("TERM", "foot")],
                vec![name("foot(1.20.2)"), CELL, sixel(true)],
                Graphics::Sixel,
            ),
            (
                "xterm -ti vt340",
                &xterm,
                vec![name("XTerm(390)"), CELL, sixel(true)],
                Graphics::Sixel,
            ),
            (
                "xterm that does not tell its cell",
                &xterm,
                vec![name("XTerm(390)"), sixel(true)],
                Graphics::Blocks,
            ),
            (
                "iTerm2",
                &xterm,
                vec![Report::Kitty, name("iTerm2 3.6.2"), CELL, sixel(true)],
                Graphics::Iterm2,
            ),
            (
                "iTerm2 that does not tell its name",
                &iterm,
                vec![CELL, sixel(true)],
                Graphics::Iterm2,
            ),
            (
                "WezTerm",
                &xterm,
                vec![Report::Kitty, name("WezTerm 20240203"), CELL, sixel(true)],
                Graphics::Iterm2,
            ),
            (
                "Konsole",
                &xterm,
                vec![Report::Kitty, name("Konsole 24.12"), CELL, sixel(true)],
                Graphics::Sixel,
            ),
            (
                "tmux with sixel",
                &tmux,
                vec![CELL, sixel(true)],
                Graphics::Sixel,
            ),
            ("tmux", &tmux, vec![CELL, sixel(false)], Graphics::Blocks),
            (
                "tmux in iTerm2",
                &[("TMUX", "x"), ("TERM", "screen"), ("LC_TERMINAL", "iTerm2")],
                vec![sixel(false)],
                Graphics::Blocks,
            ),
            ("a plain one", &xterm, vec![sixel(false)], Graphics::Blocks),
            ("one that answers nothing", &xterm, vec![], Graphics::Blocks),
            ("Linux's", &[("TERM", "linux")], vec![], Graphics::Blocks),
        ] {
            assert_eq!(graphics(variables, &reports), expected, "{what}");
        }
    }

    #[test]
    fn nothing_is_drawn_before_the_terminal_has_had_its_time() {
        let mut terminal = Terminal::default();
        let drawing = Drawing {
            hints: hints(&[("TERM", "xterm")]),
            ..Drawing::default()
        };
        let ability =
            |terminal: &Terminal, now| terminal.ability(&drawing, Look::default(), Timestamp(now));
        terminal.tick(Timestamp(500));
        assert_eq!(ability(&terminal, 1_000), Ability::Unknown);
        let blocks = Ability::Draws(Graphics::Blocks, CellSize::USUAL);
        assert_eq!(ability(&terminal, 1_500), blocks);
        // A late answer is still heard.
        terminal.hear(CELL);
        terminal.hear(sixel(true));
        assert!(matches!(
            ability(&terminal, 9_000),
            Ability::Draws(Graphics::Sixel, _)
        ));
    }

    #[test]
    fn without_colour_or_utf_8_there_is_no_picture_and_no_question() {
        let drawing = Drawing {
            hints: hints(&[("TERM", "xterm")]),
            ..Drawing::default()
        };
        assert!(drawing.questions(Look::default()).ends_with(b"\x1b[c"));
        for look in [
            Look::new(Palette::NoColor, Charset::Unicode),
            Look::new(Palette::Theme, Charset::Ascii),
        ] {
            assert_eq!(drawing.questions(look), b"");
            let ability = Terminal::default().ability(&drawing, look, Timestamp(0));
            assert!(matches!(ability, Ability::No(_)), "{ability:?}");
        }
        let off = Drawing {
            choice: PictureChoice::Off,
            ..drawing
        };
        assert_eq!(off.questions(Look::default()), b"");
    }

    #[test]
    fn a_multiplexer_is_not_asked_what_it_would_take_for_a_title() {
        for variables in [
            [("TERM", "screen.xterm-256color")],
            [("TERM", "tmux-256color")],
        ] {
            let drawing = Drawing {
                hints: hints(&variables),
                ..Drawing::default()
            };
            let questions = drawing.questions(Look::default());
            assert!(!questions.contains(&b'_'), "{variables:?}");
        }
    }
}
