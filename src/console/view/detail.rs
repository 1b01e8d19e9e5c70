//! Everything of one task, phone, account or incident, in lines that scroll; under those of a
//! task the end of its log, which follows by itself.

mod account;
mod failure;
mod incident;
mod log;
mod task;
mod timeline;

use ratatui::buffer::Buffer;
use ratatui::layout::Rect;
use ratatui::text::Line;
use unicode_width::UnicodeWidthStr;

pub(in crate::console) use log::rows;

use super::devices::{remedy, runs};
use super::{put, span};
use crate::console::look::{Look, Role};
use crate::console::state::{State, Subject};
use crate::console::text;
use crate::model::{DeviceView, Timestamp};

/// Columns of a fact's name.
const NAME: usize = 11;

pub(super) fn draw(state: &State, area: Rect, buffer: &mut Buffer) {
    let Some(detail) = &state.detail else { return };
    let look = state.options.look;
    let lines = lines(state, area.width);
    let height = rows(state, area, lines.len());
    let top = detail.scroll.min(lines.len().saturating_sub(height));
    let place = match lines.len() > height {
        true => format!(
            " {}-{}/{}",
            top + 1,
            (top + height).min(lines.len()),
            lines.len()
        ),
        false => String::new(),
    };
    let title = match &detail.subject {
        Subject::Task(id) => format!(" task {id}{place} "),
        Subject::Device(serial) => format!(" phone {serial}{place} "),
        Subject::Account(key) => format!(" account {key}{place} "),
        Subject::Incident((kind, subject)) => format!(" incident: {kind} {subject}{place} "),
    };
    put(
        buffer,
        area,
        area.y,
        &ruled(look, Role::Focus, &title, area.width),
    );
    let rows = lines.iter().skip(top).take(height);
    for (y, line) in (area.y + 1..area.bottom()).zip(rows) {
        put(buffer, area, y, line);
    }
    let above = u16::try_from(height).unwrap_or(u16::MAX).saturating_add(1);
    let below = area.height.saturating_sub(above);
    if below > 0 {
        let area = Rect {
            y: area.bottom() - below,
            height: below,
            ..area
        };
        log::draw(state, detail, area, buffer);
    }
}

/// A title in a line across the area.
fn ruled(look: Look, role: Role, title: &str, width: u16) -> Line<'static> {
    let glyph = look.glyphs().line;
    let rest = usize::from(width).saturating_sub(title.width() + 1);
    Line::from(vec![
        span(look, Role::Dim, glyph),
        span(look, role, title),
        span(look, Role::Dim, &glyph.repeat(rest)),
    ])
}

/// All lines of the open detail, wrapped to `width`.
pub(in crate::console) fn lines(state: &State, width: u16) -> Vec<Line<'static>> {
    let Some(detail) = &state.detail else {
        return Vec::new();
    };
    let mut page = Page {
        state,
        look: state.options.look,
        width: usize::from(width),
        lines: Vec::new(),
    };
    match &detail.subject {
        Subject::Task(_) => page.task(detail),
        Subject::Device(serial) => match state.device(serial) {
            Some(device) => page.device(device),
            None => page.text(Role::Dim, "this phone is not known any more"),
        },
        Subject::Account(key) => page.account(detail, key),
        Subject::Incident(id) => page.incident(id),
    }
    page.lines
}

/// Lines being written.
struct Page<'a> {
    state: &'a State,
    look: Look,
    width: usize,
    lines: Vec<Line<'static>>,
}

impl Page<'_> {
    fn text(&mut self, role: Role, text: &str) {
        for line in text::wrap(text, self.width) {
            self.lines.push(Line::from(span(self.look, role, &line)));
        }
    }

    fn head(&mut self, title: &str) {
        self.lines.push(Line::default());
        self.text(Role::Head, title);
    }

    /// A fact with its name; nothing if it is empty.
    fn fact(&mut self, name: &str, role: Role, text: &str) {
        let room = self.width.saturating_sub(NAME).max(1);
        for (i, line) in text::wrap(text, room).into_iter().enumerate() {
            let name = if i == 0 { name } else { "" };
            self.lines.push(Line::from(vec![
                span(self.look, Role::Dim, &format!("{name:<NAME$}")),
                span(self.look, role, &line),
            ]));
        }
    }

    fn moment(&mut self, name: &str, at: Option<Timestamp>) {
        let Some(at) = at else { return };
        let ms = self.state.now.ms_since(at);
        let age = text::age(ms.saturating_abs());
        let relative = if ms < 0 {
            format!("in {age}")
        } else {
            format!("{age} ago")
        };
        let when = text::date_time(at, &self.state.options.zone);
        self.fact(name, Role::Plain, &format!("{when} ({relative})"));
    }

    fn device(&mut self, device: &DeviceView) {
        let (glyph, word, role) = self.look.device_state(device);
        self.fact("state", role, &format!("{glyph} {word}"));
        self.fact("adb says", Role::Plain, device.state.text());
        self.fact(
            "server",
            Role::Plain,
            device.server.as_deref().unwrap_or_default(),
        );
        self.fact("model", Role::Plain, &device.model);
        self.fact("android", Role::Plain, &device.android);
        self.fact("remedy", Role::Warn, remedy(device.state));
        if let Some(reason) = &device.blocked {
            self.fact("blocked", Role::Warn, reason);
        }
        if let Some(hold) = &device.hold {
            self.fact("held", Role::Warn, &hold.reason);
            self.moment("held since", Some(hold.since));
        }
        if let Some(battery) = device.battery {
            let text = format!("{} %, {:.1} C", battery.percent, battery.celsius);
            self.fact("battery", Role::Plain, &text);
        }
        if let Some(free) = device.free_mib {
            self.fact("free", Role::Plain, &format!("{free} MiB"));
        }
        if let Some(task) = runs(self.state, device) {
            self.fact("runs", Role::Busy, &format!("task {task}"));
        }
        self.fact(
            "queue",
            Role::Plain,
            &text::count(usize::try_from(device.queue).unwrap_or(usize::MAX), "task"),
        );
        self.moment("last seen", device.last_seen);
        let farm = self.state.farm.clone();
        let incidents = farm.iter().flat_map(|farm| farm.incidents.iter());
        let about: Vec<_> = incidents
            .filter(|i| i.subject == device.serial.as_str())
            .collect();
        if !about.is_empty() {
            self.head("incidents");
        }
        for incident in about {
            self.text(Role::Bad, &incident.message);
        }
    }
}

#[cfg(test)]
mod tests {
    use crate::console::testing::{Screen, lines};

    #[test]
    fn a_failed_task_tells_everything_of_itself() {
        let mut screen = Screen::new(80, 44);
        screen.keys("2jjjjj\n");
        assert_eq!(
            lines(&screen.text(), 5, 38),
            [
                "─ task 10 ──────────────────────────────────────────────────────────────────────",
                "state      ✗ failed",
                "script     post",
                "device     emu-1",
                "account    sample/ada",
                "asked by   api",
                "attempts   2, retries asked for: 1",
                "created    1970-01-01 13:53:07 (10m ago)",
                "started    1970-01-01 13:53:08 (9m ago)",
                "finished   1970-01-01 13:53:20 (9m ago)",
                "took       12.0s",
                "",
                "error",
                "kind       script",
                "message    exit code 3",
                "step       2: tapOn Follow",
                "exit code  3",
                "",
                "evidence",
                "hierarchy.xml        44 B  v",
                "log.txt              22 B  l",
                "screen.png        1.9 KiB  i",
                "",
                "config",
                "command  false",
                "",
                "attempts",
                "#2         1970-01-01 13:53:08  12.0s  ✗ script: exit code 3 (3 files)",
                "#1         1970-01-01 13:53:07  1.0s  ✗ lost: the phone went away",
                "",
                "",
                "",
                "",
                "",
                "",
                "─ log · its end · l: all of it ─────────────────────────────────────────────────",
                "$ false",
                "false: exit 3",
            ]
            .map(str::trim_end)
        );
    }

    #[test]
    fn a_phone_tells_what_keeps_it_from_work() {
        let mut screen = Screen::new(80, 24);
        screen.keys("jjj\n");
        assert_eq!(
            lines(&screen.text(), 5, 12),
            [
                "─ phone emu-4 ──────────────────────────────────────────────────────────────────",
                "state      ‖ held",
                "adb says   online",
                "server     127.0.0.1:5037",
                "model      Galaxy A52",
                "android    13",
                "held       3 tasks failed in a row",
                "held since 1970-01-01 14:01:07 (2m ago)",
                "battery    50 %, 29.0 C",
                "free       2048 MiB",
                "queue      0 tasks",
                "last seen  1970-01-01 14:03:07 (0s ago)",
            ]
        );
    }

    #[test]
    fn on_a_wide_screen_it_stands_beside_the_lists() {
        let mut screen = Screen::new(160, 30);
        screen.keys("2j\n");
        let text = screen.text();
        assert!(text.contains("1 devices 5"), "{text}");
        assert!(text.contains("─ task 14 ──"), "{text}");
    }

    #[test]
    fn a_long_detail_scrolls_to_its_end_and_says_where_it_is() {
        let mut screen = Screen::new(80, 24);
        screen.keys("2jjjjj\nG");
        let text = screen.text();
        assert!(text.contains("task 10 15-28/28"), "{text}");
        assert!(text.contains("false: exit 3"), "{text}");
    }
}
