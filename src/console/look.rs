//! How it looks: every colour and every glyph, in one place.
//!
//! States differ by word and glyph too, never by colour alone. Without colour (`NO_COLOR`)
//! every colour is [`Color::Reset`]: crossterm 0.29 turns a coloured cell into a bare reset
//! there, which would also undo the reversed row that shows the selection.

use ratatui::style::Style;
use serde::{Deserialize, Serialize};

use super::theme::{MONOCHROME, Theme};
use crate::model::{DeviceState, DeviceView, IncidentKind, Status, Task};

/// What a piece of text is, for its colour.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
pub enum Role {
    /// Text.
    #[default]
    Plain,
    /// Less important.
    Dim,
    /// Title of a panel.
    Title,
    /// Title of the panel that has the keys.
    Focus,
    /// Head of a column or section.
    Head,
    /// A key in a hint.
    Key,
    /// Went well.
    Good,
    /// Is at work.
    Busy,
    /// Wants attention.
    Warn,
    /// Went badly.
    Bad,
    /// A curve.
    Curve,
}

impl Role {
    /// All of them, each at the place of its number.
    pub const ALL: [Self; 11] = [
        Self::Plain,
        Self::Dim,
        Self::Title,
        Self::Focus,
        Self::Head,
        Self::Key,
        Self::Good,
        Self::Busy,
        Self::Warn,
        Self::Bad,
        Self::Curve,
    ];

    /// Its name in a theme.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Plain => "plain",
            Self::Dim => "dim",
            Self::Title => "title",
            Self::Focus => "focus",
            Self::Head => "head",
            Self::Key => "key",
            Self::Good => "good",
            Self::Busy => "busy",
            Self::Warn => "warn",
            Self::Bad => "bad",
            Self::Curve => "curve",
        }
    }
}

/// Whether colours are used.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
pub enum Palette {
    /// Those of the theme.
    #[default]
    Theme,
    /// None, whatever the theme says: bold, dim, underlined and reversed only.
    NoColor,
}

/// Which characters may be used.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
pub enum Charset {
    /// Any.
    #[default]
    Unicode,
    /// ASCII only; others are shown as `?`.
    Ascii,
}

/// The look of a session.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Look {
    theme: Theme,
    pub(super) palette: Palette,
    /// Characters.
    pub charset: Charset,
}

/// The glyphs of a charset.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Glyphs {
    /// Waits.
    pub pending: &'static str,
    /// Runs.
    pub running: &'static str,
    /// Is being stopped.
    pub stopping: &'static str,
    /// Ended well, or ready.
    pub good: &'static str,
    /// Ended badly.
    pub failed: &'static str,
    /// Was left out.
    pub skipped: &'static str,
    /// Ended badly, and that was allowed.
    pub warned: &'static str,
    /// Away.
    pub away: &'static str,
    /// Held back.
    pub held: &'static str,
    /// A question is open on the phone.
    pub asks: &'static str,
    /// A marked row.
    pub mark: &'static str,
    /// Between two facts.
    pub dot: &'static str,
    /// The line behind a title.
    pub line: &'static str,
    /// Text was cut here.
    pub more: &'static str,
    /// Sorted with the lowest first.
    pub up: &'static str,
    /// Sorted with the highest first.
    pub down: &'static str,
    /// From nothing to full.
    pub bars: [&'static str; 9],
}

const UNICODE: Glyphs = Glyphs {
    pending: "\u{25cb}",
    running: "\u{25b6}",
    stopping: "\u{25a0}",
    good: "\u{2713}",
    failed: "\u{2717}",
    skipped: "\u{2298}",
    warned: "!",
    away: "\u{25cc}",
    held: "\u{2016}",
    asks: "?",
    mark: "\u{25c6}",
    dot: "\u{b7}",
    line: "\u{2500}",
    more: "\u{2026}",
    up: "\u{25b2}",
    down: "\u{25bc}",
    bars: [
        " ", "\u{2581}", "\u{2582}", "\u{2583}", "\u{2584}", "\u{2585}", "\u{2586}", "\u{2587}",
        "\u{2588}",
    ],
};

const ASCII: Glyphs = Glyphs {
    pending: ".",
    running: ">",
    stopping: "!",
    good: "+",
    failed: "x",
    skipped: "-",
    warned: "?",
    away: "-",
    held: "=",
    asks: "?",
    mark: "*",
    dot: "|",
    line: "-",
    more: "~",
    up: "^",
    down: "v",
    bars: [" ", "_", ".", ":", "-", "=", "+", "*", "#"],
};

impl Look {
    /// The look that the environment asks for: `NO_COLOR` that is not empty
    /// (<https://no-color.org>), and a locale that is not UTF-8. `var` reads a variable.
    #[must_use]
    pub fn of_environment(var: impl Fn(&str) -> Option<String>) -> Self {
        let set = |name: &str| var(name).filter(|value| !value.is_empty());
        // POSIX: the first of these that is set and not empty decides.
        let locale = ["LC_ALL", "LC_CTYPE", "LANG"].into_iter().find_map(set);
        let utf8 = locale.is_some_and(|locale| {
            let folded = locale.to_ascii_lowercase();
            folded.contains("utf-8") || folded.contains("utf8")
        });
        let palette = match set("NO_COLOR") {
            Some(_) => Palette::NoColor,
            None => Palette::Theme,
        };
        let charset = if utf8 {
            Charset::Unicode
        } else {
            Charset::Ascii
        };
        Self::new(palette, charset)
    }

    /// The look of the standard theme, as far as the palette allows.
    #[must_use]
    pub fn new(palette: Palette, charset: Charset) -> Self {
        let theme = match palette {
            Palette::Theme => Some(Theme::default()),
            Palette::NoColor => Theme::built_in(MONOCHROME),
        };
        Self {
            theme: theme.unwrap_or_default(),
            palette,
            charset,
        }
    }

    /// Whether colours are used.
    #[must_use]
    pub const fn palette(self) -> Palette {
        self.palette
    }

    /// The glyphs.
    #[must_use]
    pub const fn glyphs(self) -> &'static Glyphs {
        match self.charset {
            Charset::Unicode => &UNICODE,
            Charset::Ascii => &ASCII,
        }
    }

    /// Takes a theme; without colours there is only one.
    pub const fn dress(&mut self, theme: Theme) {
        if matches!(self.palette, Palette::Theme) {
            self.theme = theme;
        }
    }

    /// The style of a role.
    #[must_use]
    pub fn style(&self, role: Role) -> Style {
        self.theme.style(role)
    }

    /// Laid over the selected row: in the panel that has the keys, or in another.
    #[must_use]
    pub const fn selected(&self, focused: bool) -> Style {
        self.theme.selected(focused)
    }

    /// Glyph, word and role of a task's state. One that is being stopped says so.
    #[must_use]
    pub fn task_state(self, task: &Task) -> (&'static str, &'static str, Role) {
        let glyphs = self.glyphs();
        match task.status {
            Status::Running if task.stop.is_some() => (glyphs.stopping, "stopping", Role::Warn),
            Status::Pending => (glyphs.pending, task.status.text(), Role::Plain),
            Status::Running => (glyphs.running, task.status.text(), Role::Busy),
            Status::Completed => (glyphs.good, task.status.text(), Role::Good),
            Status::Failed => (glyphs.failed, task.status.text(), Role::Bad),
        }
    }

    /// Glyph, word and role of a phone's state: `busy` and `held` before what adb says.
    #[must_use]
    pub fn device_state(self, device: &DeviceView) -> (&'static str, &'static str, Role) {
        let glyphs = self.glyphs();
        let word = device_word(device);
        match (device.state, word) {
            (_, "busy") => (glyphs.running, word, Role::Busy),
            (_, "held") => (glyphs.held, word, Role::Warn),
            (_, "blocked") => (glyphs.held, word, Role::Warn),
            (DeviceState::Online, _) => (glyphs.good, word, Role::Good),
            (DeviceState::Unauthorized, _) => (glyphs.asks, word, Role::Warn),
            (DeviceState::Offline | DeviceState::OtherMode, _) => (glyphs.away, word, Role::Bad),
            (DeviceState::Gone, _) => (glyphs.away, word, Role::Dim),
        }
    }
}

/// The kind of an incident as it is shown.
#[must_use]
pub const fn incident_word(kind: IncidentKind) -> &'static str {
    match kind {
        IncidentKind::AdbServer => "adb server",
        IncidentKind::Hub => "hub lost",
        IncidentKind::DuplicateSerial => "duplicate serial",
        IncidentKind::Quarantine => "quarantine",
        IncidentKind::Store => "store",
    }
}

/// The words that [`device_word`] can say.
pub const DEVICE_WORDS: [&str; 8] = [
    "online",
    "busy",
    "held",
    "blocked",
    "offline",
    "unauthorized",
    "other_mode",
    "gone",
];

/// A phone's state in one word: what it does, what keeps it from work, or what adb says.
#[must_use]
pub const fn device_word(device: &DeviceView) -> &'static str {
    if device.task.is_some() {
        "busy"
    } else if device.hold.is_some() {
        "held"
    } else if device.blocked.is_some() && matches!(device.state, DeviceState::Online) {
        "blocked"
    } else {
        device.state.text()
    }
}

#[cfg(test)]
mod tests {
    use super::{Charset, Look, Palette, Role};
    use crate::console::theme::Theme;

    fn look(vars: &[(&str, &str)]) -> Look {
        Look::of_environment(|name| {
            let found = vars.iter().find(|(n, _)| *n == name);
            found.map(|(_, value)| (*value).to_owned())
        })
    }

    #[test]
    fn the_environment_decides_by_its_own_rules() {
        assert_eq!(look(&[("LANG", "C")]).charset, Charset::Ascii);
        assert_eq!(look(&[]).charset, Charset::Ascii);
        assert_eq!(look(&[("LANG", "de_DE.UTF-8")]).charset, Charset::Unicode);
        let overruled = [("LANG", "de_DE.UTF-8"), ("LC_ALL", "C")];
        assert_eq!(look(&overruled).charset, Charset::Ascii);
        assert_eq!(look(&[("NO_COLOR", "1")]).palette, Palette::NoColor);
        assert_eq!(look(&[("NO_COLOR", "")]).palette, Palette::Theme);
    }

    #[test]
    fn without_colour_no_style_has_one() {
        let look = look(&[("NO_COLOR", "1")]);
        let mut dressed = look;
        dressed.dress(Theme::built_in("contrast").unwrap());
        for role in Role::ALL {
            let style = dressed.style(role);
            assert_eq!((style.fg, style.bg), (None, None), "{role:?}");
        }
    }

    #[test]
    fn ascii_means_ascii() {
        let look = look(&[("LANG", "C")]);
        let shown = format!("{:?}", look.glyphs());
        assert!(shown.is_ascii(), "{shown}");
    }
}
