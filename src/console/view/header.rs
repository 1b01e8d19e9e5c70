//! The first line: how the farm is, in one look.

use ratatui::buffer::Buffer;
use ratatui::layout::Rect;
use ratatui::text::Line;
use unicode_width::UnicodeWidthStr;

use super::{put, span};
use crate::console::look::{Look, Role};
use crate::console::state::{Access, State};
use crate::console::text;
use crate::farm::FarmState;
use crate::model::DeviceState;

/// A part, and how soon it gives way on a narrow screen: the highest first.
type Part = (u8, Role, String);

pub(super) fn draw(state: &State, area: Rect, buffer: &mut Buffer) {
    let look = state.options.look;
    let mut parts = parts(state);
    let width = usize::from(area.width);
    // One more column than the parts, so that two screens never end in the same place.
    while line_width(look, &parts) > width {
        let Some((at, _)) = parts
            .iter()
            .enumerate()
            .max_by_key(|(i, part)| (part.0, *i))
        else {
            break;
        };
        if parts.get(at).is_none_or(|part| part.0 == 0) {
            break;
        }
        parts.remove(at);
    }
    // What is told of an incident takes the room that is left.
    let spare = width.saturating_sub(line_width(look, &parts));
    if let Some(incident) = incident(state) {
        let room = spare.saturating_sub(separator(look).width());
        if room >= 12 {
            let short = text::fit(&incident, room, look.glyphs().more).into_owned();
            let clock = parts.len().saturating_sub(1);
            parts.insert(clock, (0, Role::Bad, short));
        }
    }
    let mut spans = Vec::new();
    for (i, (_, role, text)) in parts.iter().enumerate() {
        if i > 0 {
            spans.push(span(look, Role::Dim, &separator(look)));
        }
        spans.push(span(look, *role, text));
    }
    put(buffer, area, area.y, &Line::from(spans));
}

fn separator(look: Look) -> String {
    format!(" {} ", look.glyphs().dot)
}

fn line_width(look: Look, parts: &[Part]) -> usize {
    let texts: usize = parts.iter().map(|(_, _, text)| text.width()).sum();
    texts + separator(look).width() * parts.len().saturating_sub(1)
}

fn parts(state: &State) -> Vec<Part> {
    let mut parts = Vec::new();
    match &state.farm {
        None => parts.push((0, Role::Warn, "waiting for the farm".to_owned())),
        Some(farm) => of_farm(farm, &mut parts),
    }
    if let Some(age) = state.stale_ms() {
        parts.push((0, Role::Bad, format!("stale {}s", age / 1000)));
    }
    if state.farm.as_ref().is_some_and(|farm| farm.closing) {
        parts.push((0, Role::Warn, "ending".to_owned()));
    }
    if state.frozen {
        parts.push((0, Role::Warn, "frozen".to_owned()));
    }
    if state.options.access == Access::ReadOnly {
        parts.push((0, Role::Warn, "RO".to_owned()));
    }
    if state.recording {
        parts.push((0, Role::Bad, "REC".to_owned()));
    }
    parts.push((1, Role::Plain, text::clock(state.now, &state.options.zone)));
    parts
}

fn of_farm(farm: &FarmState, parts: &mut Vec<Part>) {
    let online = |state| state == DeviceState::Online;
    let devices = farm.devices.iter();
    let there = devices.clone().filter(|d| online(d.state)).count();
    let busy = devices.filter(|d| d.task.is_some()).count();
    let failed: u64 = farm.rates.failed.iter().sum();
    let (answering, servers) = farm.adb_servers;
    let adb = match (answering, servers) {
        (a, s) if a == s => (Role::Good, "adb ok".to_owned()),
        (0, _) => (Role::Bad, "adb down".to_owned()),
        (a, s) => (Role::Bad, format!("adb {a}/{s}")),
    };
    parts.push((
        0,
        Role::Plain,
        format!("devices {there}/{}", farm.devices.len()),
    ));
    parts.push((2, Role::Plain, format!("busy {busy}")));
    parts.push((3, Role::Plain, format!("queue {}", farm.stats.pending)));
    let role = if failed > 0 { Role::Bad } else { Role::Plain };
    parts.push((4, role, format!("failed/h {failed}")));
    parts.push((0, adb.0, adb.1));
}

/// The oldest incident, and how many there are besides.
fn incident(state: &State) -> Option<String> {
    let farm = state.farm.as_ref()?;
    let first = farm.incidents.iter().min_by_key(|i| i.since)?;
    let more = match farm.incidents.len() - 1 {
        0 => String::new(),
        n => format!("(+{n}) "),
    };
    Some(format!("! {more}{}", first.message))
}

#[cfg(test)]
mod tests {
    use crate::console::event::Event;
    use crate::console::state::{Access, Options};
    use crate::console::testing::{Screen, incident};
    use crate::model::Timestamp;

    fn header(screen: &Screen) -> String {
        screen.text().lines().next().unwrap_or_default().to_owned()
    }

    #[test]
    fn one_line_tells_how_the_farm_is() {
        let screen = Screen::new(80, 24);
        assert_eq!(
            header(&screen),
            "devices 4/5 · busy 2 · queue 2 · failed/h 3 · adb ok · 14:03:07"
        );
    }

    #[test]
    fn what_gives_way_on_a_narrow_screen_is_the_least_urgent() {
        let screen = Screen::with(60, 24, |farm| farm.adb_servers = (0, 1));
        assert_eq!(
            header(&screen),
            "devices 4/5 · busy 2 · queue 2 · adb down · 14:03:07"
        );
    }

    #[test]
    fn old_data_is_called_stale_with_its_age() {
        let mut screen = Screen::new(120, 24);
        screen.send(Event::Tick(Timestamp(screen.now().0 + 12_000)));
        assert!(
            header(&screen).contains(" · stale 12s · 14:03:19"),
            "{}",
            header(&screen)
        );
    }

    #[test]
    fn incidents_take_the_room_that_is_left() {
        let screen = Screen::with(100, 24, |farm| {
            farm.incidents = [incident("10.0.0.9:5037"), incident("10.0.0.7:5037")].into();
        });
        assert_eq!(
            header(&screen),
            "devices 4/5 · busy 2 · queue 2 · failed/h 3 · adb ok · ! (+1) 10.0.0.9:5037 does not ans… · 14:03:07"
        );
    }

    #[test]
    fn a_session_that_may_only_look_says_so() {
        let options = Options {
            access: Access::ReadOnly,
            ..Options::default()
        };
        assert!(header(&Screen::of(80, 24, options)).contains(" · RO · "));
    }
}
