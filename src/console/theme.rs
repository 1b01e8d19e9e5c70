//! Themes: which colours and weights the roles of text have. Data in `assets/themes`, and in
//! files of the user's that change it while the console runs.
//!
//! A file that is wrong anywhere is not used at all. Errors name file, line and key.

use std::collections::BTreeMap;
use std::ops::Range;
use std::str::FromStr;

use include_dir::{Dir, include_dir};
use ratatui::style::{Color, Modifier, Style};
use serde::{Deserialize, Serialize};
use toml::Spanned;

use super::keymap::line_of;
use super::look::Role;

static BUILT_IN: Dir<'static> = include_dir!("$CARGO_MANIFEST_DIR/assets/themes");

/// The built-in theme that stands in wherever none is chosen.
pub const STANDARD: &str = "dark";
/// The built-in theme without a colour.
pub const MONOCHROME: &str = "mono";

/// Why a theme file is not used.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{file}:{line}: {what}")]
pub struct ThemeError {
    /// The file as it was named.
    pub file: String,
    /// The line, from 1.
    pub line: usize,
    /// What is wrong there, and what is accepted.
    pub what: String,
}

/// A theme's file: a built-in one or the user's.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ThemeFile {
    /// Its name, for messages.
    pub name: String,
    /// What is in it.
    pub text: String,
}

/// How each role of text looks.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Theme {
    roles: [Style; Role::ALL.len()],
    focused: Style,
    other: Style,
}

impl Default for Theme {
    fn default() -> Self {
        Self::built_in(STANDARD).unwrap_or(Self::PLAIN)
    }
}

impl Theme {
    const PLAIN: Self = Self {
        roles: [Style::new(); Role::ALL.len()],
        focused: Style::new().add_modifier(Modifier::REVERSED),
        other: Style::new().add_modifier(Modifier::UNDERLINED),
    };

    /// The built-in theme of this name.
    #[must_use]
    pub fn built_in(name: &str) -> Option<Self> {
        let file = ThemeFile::built_in(name)?;
        // The texts are fixed; a test proves that each is right.
        Self::parse(&file).ok()
    }

    /// Names of the built-in themes, sorted.
    #[must_use]
    pub fn names() -> Vec<&'static str> {
        let mut names: Vec<&str> = BUILT_IN
            .files()
            .filter_map(|file| file.path().file_stem()?.to_str())
            .collect();
        names.sort_unstable();
        names
    }

    /// Reads a theme.
    ///
    /// # Errors
    /// [`ThemeError`] with the first thing that is wrong.
    pub fn parse(file: &ThemeFile) -> Result<Self, ThemeError> {
        let error = |span: Option<Range<usize>>, what: String| ThemeError {
            file: file.name.clone(),
            line: span.map_or(1, |span| line_of(&file.text, span.start)),
            what,
        };
        let text: Text =
            toml::from_str(&file.text).map_err(|e| error(e.span(), e.message().to_owned()))?;
        let mut theme = Self::PLAIN;
        for (name, paint) in &text.roles {
            let Some(role) = Role::ALL.iter().position(|role| role.name() == name) else {
                let known = Role::ALL.map(Role::name).join(", ");
                let what = format!("role '{name}' is unknown; known: {known}");
                return Err(error(Some(paint.span()), what));
            };
            let style = paint.get_ref().style();
            let style = style.map_err(|what| error(Some(paint.span()), what))?;
            if let Some(place) = theme.roles.get_mut(role) {
                *place = style;
            }
        }
        for (paint, place) in [
            (&text.selection.focused, &mut theme.focused),
            (&text.selection.other, &mut theme.other),
        ] {
            if let Some(paint) = paint {
                let style = paint.get_ref().style();
                *place = style.map_err(|what| error(Some(paint.span()), what))?;
            }
        }
        Ok(theme)
    }

    /// The style of a role.
    #[must_use]
    pub fn style(&self, role: Role) -> Style {
        // Every role has its place; a role is its own index.
        self.roles.get(role as usize).copied().unwrap_or_default()
    }

    /// Laid over the selected row of the panel that has the keys, or of another.
    #[must_use]
    pub const fn selected(&self, focused: bool) -> Style {
        if focused { self.focused } else { self.other }
    }
}

impl ThemeFile {
    /// The text of a built-in theme.
    #[must_use]
    pub fn built_in(name: &str) -> Option<Self> {
        let file = BUILT_IN.get_file(format!("{name}.toml"))?;
        Some(Self {
            name: format!("theme {name}"),
            text: file.contents_utf8()?.to_owned(),
        })
    }
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Text {
    #[serde(default)]
    roles: BTreeMap<String, Spanned<Paint>>,
    #[serde(default)]
    selection: Selection,
}

#[derive(Default, Deserialize)]
#[serde(deny_unknown_fields)]
struct Selection {
    focused: Option<Spanned<Paint>>,
    other: Option<Spanned<Paint>>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Paint {
    fg: Option<String>,
    bg: Option<String>,
    #[serde(default)]
    bold: bool,
    #[serde(default)]
    dim: bool,
    #[serde(default)]
    italic: bool,
    #[serde(default)]
    underlined: bool,
    #[serde(default)]
    reversed: bool,
}

impl Paint {
    fn style(&self) -> Result<Style, String> {
        let mut style = Style::new();
        style.fg = self.fg.as_deref().map(color).transpose()?;
        style.bg = self.bg.as_deref().map(color).transpose()?;
        for (set, modifier) in [
            (self.bold, Modifier::BOLD),
            (self.dim, Modifier::DIM),
            (self.italic, Modifier::ITALIC),
            (self.underlined, Modifier::UNDERLINED),
            (self.reversed, Modifier::REVERSED),
        ] {
            if set {
                style = style.add_modifier(modifier);
            }
        }
        Ok(style)
    }
}

fn color(text: &str) -> Result<Color, String> {
    Color::from_str(text).map_err(|_| {
        format!(
            "'{text}' is no colour: a name (red, light-blue, dark-gray, reset), a number from 0 \
             to 255 or #rrggbb is expected"
        )
    })
}

#[cfg(test)]
mod tests {
    use ratatui::style::{Color, Modifier};

    use super::{Theme, ThemeFile};
    use crate::console::look::Role;

    fn parse(text: &str) -> Result<Theme, String> {
        let file = ThemeFile {
            name: "my.toml".into(),
            text: text.into(),
        };
        Theme::parse(&file).map_err(|error| error.to_string())
    }

    #[test]
    fn every_built_in_theme_is_right_and_names_every_role() {
        assert_eq!(Theme::names(), ["contrast", "dark", "light", "mono"]);
        for name in Theme::names() {
            let file = ThemeFile::built_in(name).unwrap();
            Theme::parse(&file).unwrap_or_else(|error| panic!("{error}"));
            for role in Role::ALL {
                let row = format!("\n{} = ", role.name());
                assert!(file.text.contains(&row), "{name} leaves out {role:?}");
            }
        }
    }

    #[test]
    fn a_file_gives_roles_their_colours_and_weights() {
        let theme = parse("[roles]\nbad = { fg = '#ff0000', bg = '17', bold = true }").unwrap();
        let bad = theme.style(Role::Bad);
        assert_eq!(bad.fg, Some(Color::Rgb(255, 0, 0)));
        assert_eq!(bad.bg, Some(Color::Indexed(17)));
        assert!(bad.add_modifier.contains(Modifier::BOLD));
        assert_eq!(theme.style(Role::Good).fg, None);
    }

    #[test]
    fn what_is_wrong_is_told_with_its_line() {
        let told = parse("[roles]\ngood = { fg = 'greenish' }").unwrap_err();
        assert!(
            told.starts_with("my.toml:2: 'greenish' is no colour"),
            "{told}"
        );
        let told = parse("[roles]\nplain = {}\ngoood = {}").unwrap_err();
        assert!(
            told.starts_with("my.toml:3: role 'goood' is unknown; known: plain"),
            "{told}"
        );
        let told = parse("[roles]\nplain = { blink = true }").unwrap_err();
        assert!(
            told.starts_with("my.toml:2: unknown field `blink`"),
            "{told}"
        );
    }
}
