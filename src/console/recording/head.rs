//! The first line of a recording: what was there before the first event.

use std::path::PathBuf;

use jiff::tz::{Offset, TimeZone};
use serde::{Deserialize, Serialize};

use super::FORMAT;
use crate::console::look::{Charset, Look, Palette};
use crate::console::mouse::MouseUse;
use crate::console::state::{Access, HistoryFile, KeymapFile, OnQuit, Options};
use crate::console::terminal::Drawing;
use crate::console::theme::ThemeFile;
use crate::model::Timestamp;

/// How a session began.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub(in crate::console) struct Head {
    /// The format of the lines; its name tells what file this is.
    pub farmhand_recording: u32,
    /// The version that wrote it.
    pub farmhand: String,
    /// When it began.
    pub at: Timestamp,
    /// The terminal's width then.
    pub columns: u16,
    /// The terminal's height then.
    pub rows: u16,
    options: Recorded,
}

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
struct Recorded {
    title: String,
    access: Access,
    on_quit: OnQuit,
    keymap: Option<KeymapFile>,
    theme: Option<ThemeFile>,
    palette: Palette,
    charset: Charset,
    zone: Zone,
    drawing: Drawing,
    history: Vec<String>,
    mouse: MouseUse,
}

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
enum Zone {
    /// By its name in the time zone database.
    Named(String),
    /// Seconds east of Greenwich.
    Offset(i32),
}

impl Zone {
    /// A zone with neither name nor offset (rules of the system's own) becomes UTC: clocks of a
    /// replay may differ there, nothing else.
    fn of(zone: &TimeZone) -> Self {
        match (zone.iana_name(), zone.to_fixed_offset()) {
            (Some(name), _) => Self::Named(name.to_owned()),
            (None, Ok(offset)) => Self::Offset(offset.seconds()),
            (None, Err(_)) => Self::Named("UTC".to_owned()),
        }
    }

    fn zone(&self) -> TimeZone {
        match self {
            Self::Named(name) => TimeZone::get(name).unwrap_or(TimeZone::UTC),
            Self::Offset(seconds) => {
                Offset::from_seconds(*seconds).map_or(TimeZone::UTC, TimeZone::fixed)
            }
        }
    }
}

impl Head {
    /// Of a session that begins now.
    pub fn new(options: &Options, at: Timestamp, (columns, rows): (u16, u16)) -> Self {
        Self {
            farmhand_recording: FORMAT,
            farmhand: env!("CARGO_PKG_VERSION").to_owned(),
            at,
            columns,
            rows,
            options: Recorded {
                title: options.title.clone(),
                access: options.access,
                on_quit: options.on_quit,
                keymap: options.keymap.clone(),
                theme: options.theme.clone(),
                palette: options.look.palette,
                charset: options.look.charset,
                zone: Zone::of(&options.zone),
                drawing: options.drawing.clone(),
                history: options
                    .history
                    .as_ref()
                    .map_or_else(Vec::new, |file| file.lines.clone()),
                mouse: options.mouse,
            },
        }
    }

    /// How the session is started again.
    pub fn options(&self) -> Options {
        let recorded = self.options.clone();
        Options {
            title: recorded.title,
            access: recorded.access,
            on_quit: recorded.on_quit,
            keymap: recorded.keymap,
            theme: recorded.theme,
            look: Look::new(recorded.palette, recorded.charset),
            zone: recorded.zone.zone(),
            drawing: recorded.drawing,
            history: Some(HistoryFile {
                path: PathBuf::new(),
                lines: recorded.history,
            }),
            mouse: recorded.mouse,
            ..Options::default()
        }
    }
}

#[cfg(test)]
mod tests {
    use jiff::tz::{Offset, TimeZone};

    use super::{Head, Zone};
    use crate::console::look::{Charset, Look, Palette};
    use crate::console::state::{Access, Options};
    use crate::model::Timestamp;

    #[test]
    fn a_session_starts_again_as_it_did() {
        let options = Options {
            title: "farmhand at home".into(),
            access: Access::ReadOnly,
            look: Look::new(Palette::NoColor, Charset::Ascii),
            zone: TimeZone::fixed(Offset::constant(2)),
            ..Options::default()
        };
        let head = Head::new(&options, Timestamp(5), (80, 24));
        let text = serde_json::to_string(&head).unwrap();
        let read: Head = serde_json::from_str(&text).unwrap();
        let again = Head::new(&read.options(), Timestamp(5), (80, 24));
        assert_eq!(again, head);
    }

    #[test]
    fn a_zone_keeps_its_name() {
        assert_eq!(Zone::of(&TimeZone::UTC), Zone::Named("UTC".into()));
        let Ok(berlin) = TimeZone::get("Europe/Berlin") else {
            // Not every system has a time zone database.
            return;
        };
        assert_eq!(Zone::of(&berlin).zone(), berlin);
    }
}
