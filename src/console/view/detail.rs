//! Everything of one task or phone, in lines that scroll.

use ratatui::buffer::Buffer;
use ratatui::layout::Rect;
use ratatui::text::Line;
use unicode_width::UnicodeWidthStr;

use super::devices::progress;
use super::{put, span};
use crate::console::look::{Look, Role};
use crate::console::source::TaskInfo;
use crate::console::state::{Detail, State, Subject};
use crate::console::text;
use crate::model::{Attempt, TaskError, Timestamp};

/// Columns of a fact's name.
const NAME: usize = 11;

pub(super) fn draw(state: &State, area: Rect, buffer: &mut Buffer) {
    let Some(detail) = &state.detail else { return };
    let look = state.options.look;
    let lines = lines(state, area.width);
    let height = usize::from(area.height.saturating_sub(1));
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
    };
    let glyph = look.glyphs().line;
    let rest = usize::from(area.width).saturating_sub(title.width() + 1);
    let title = Line::from(vec![
        span(look, Role::Dim, glyph),
        span(look, Role::Focus, &title),
        span(look, Role::Dim, &glyph.repeat(rest)),
    ]);
    put(buffer, area, area.y, &title);
    for (y, line) in (area.y + 1..area.bottom()).zip(lines.iter().skip(top)) {
        put(buffer, area, y, line);
    }
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
            Some(device) => page.device(device, &detail.phone),
            None => page.text(Role::Dim, "this phone is not known any more"),
        },
    }
    page.lines
}

/// Lines being written.
pub(super) struct Page<'a> {
    pub(super) state: &'a State,
    pub(super) look: Look,
    pub(super) width: usize,
    lines: Vec<Line<'static>>,
}

impl Page<'_> {
    pub(super) fn text(&mut self, role: Role, text: &str) {
        for line in text::wrap(text, self.width) {
            self.lines.push(Line::from(span(self.look, role, &line)));
        }
    }

    pub(super) fn head(&mut self, title: &str) {
        self.lines.push(Line::default());
        self.text(Role::Head, title);
    }

    /// A fact with its name; nothing if it is empty.
    pub(super) fn fact(&mut self, name: &str, role: Role, text: &str) {
        let room = self.width.saturating_sub(NAME).max(1);
        for (i, line) in text::wrap(text, room).into_iter().enumerate() {
            let name = if i == 0 { name } else { "" };
            self.lines.push(Line::from(vec![
                span(self.look, Role::Dim, &format!("{name:<NAME$}")),
                span(self.look, role, &line),
            ]));
        }
    }

    pub(super) fn moment(&mut self, name: &str, at: Option<Timestamp>) {
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

    fn task(&mut self, detail: &Detail) {
        if detail.gone {
            self.text(Role::Warn, "deleted: this is what it last was");
        }
        if let Some(error) = &detail.error {
            self.text(Role::Bad, &format!("cannot read it: {error}"));
        }
        let Some(info) = detail.info.as_deref() else {
            if !detail.gone && detail.error.is_none() {
                self.text(Role::Dim, "reading ...");
            }
            return;
        };
        self.facts(info);
        let task = &info.detail.view.task;
        if let Some(error) = &task.error {
            self.head("error");
            self.error(error);
            self.evidence("evidence", info, task.attempt, &error.evidence);
        }
        self.head("config");
        let config = serde_json::Value::Object(task.config.to_object());
        self.text(Role::Plain, &format!("{config:#}"));
        if !info.detail.attempts.is_empty() {
            self.head("attempts");
        }
        for attempt in &info.detail.attempts {
            self.attempt(attempt);
            self.evidence("", info, attempt.number, &attempt.evidence);
        }
        if let Some(log) = &info.log {
            self.head("log of the last attempt");
            if log.cut {
                self.text(Role::Dim, "(its end)");
            }
            self.text(Role::Plain, &log.text);
        }
    }

    fn facts(&mut self, info: &TaskInfo) {
        let view = &info.detail.view;
        let task = &view.task;
        let (glyph, word, role) = self.look.task_state(task);
        self.fact("state", role, &format!("{glyph} {word}"));
        self.fact("script", Role::Plain, &task.script);
        self.fact("device", Role::Plain, task.serial.as_str());
        if let Some(account) = &task.account {
            self.fact("account", Role::Plain, &account.to_string());
        }
        if let Some(reason) = view.waiting_for {
            self.fact("waits for", Role::Warn, reason.text());
        }
        let live = self.state.progress(&task.serial, task.id);
        if let Some(step) = live.or(view.progress.as_ref()) {
            self.fact("progress", Role::Busy, &progress(step));
        }
        if let Some(remark) = &task.remark {
            self.fact("remark", Role::Plain, remark);
        }
        self.fact("asked by", Role::Plain, task.source.text());
        let attempts = format!("{}, retries asked for: {}", task.attempt, task.retry_count);
        self.fact("attempts", Role::Plain, &attempts);
        self.moment("created", Some(task.created_at));
        self.moment("scheduled", task.scheduled_at);
        self.moment("started", task.started_at);
        self.moment("finished", task.finished_at);
        if let (Some(start), Some(end)) = (task.started_at, task.finished_at) {
            self.fact("took", Role::Plain, &text::duration(end.ms_since(start)));
        }
    }

    fn error(&mut self, error: &TaskError) {
        self.fact("kind", Role::Bad, error.kind.text());
        for (i, part) in error.parts().into_iter().enumerate() {
            let name = match i {
                0 => "message",
                1 => "nearest",
                _ => "",
            };
            self.fact(name, Role::Plain, part);
        }
        if let Some(step) = &error.step {
            self.fact("step", Role::Plain, step);
        }
        if let Some(code) = error.exit_code {
            self.fact("exit code", Role::Plain, &code.to_string());
        }
    }

    /// What an attempt left, with the sizes of what is still there.
    fn evidence(&mut self, name: &str, info: &TaskInfo, attempt: u32, recorded: &[String]) {
        let there = info.files.iter().filter(|file| file.attempt == attempt);
        let mut files: Vec<String> = there
            .map(|file| format!("{} {}", file.name, text::size(file.bytes)))
            .collect();
        if files.is_empty() {
            files.extend_from_slice(recorded);
        }
        let role = if name.is_empty() {
            Role::Dim
        } else {
            Role::Plain
        };
        if !files.is_empty() {
            self.fact(name, role, &files.join(", "));
        }
    }

    fn attempt(&mut self, attempt: &Attempt) {
        let zone = &self.state.options.zone;
        let glyphs = self.look.glyphs();
        let start = text::date_time(attempt.started_at, zone);
        let (role, end) = match (&attempt.error, attempt.finished_at) {
            (Some(error), _) => {
                let text = format!("{} {}: {}", glyphs.failed, error.kind, error.message);
                (Role::Bad, text)
            }
            (None, Some(_)) => (Role::Good, format!("{} completed", glyphs.good)),
            (None, None) => (Role::Busy, format!("{} running", glyphs.running)),
        };
        let took = attempt.finished_at.map_or(String::new(), |at| {
            text::duration(at.ms_since(attempt.started_at))
        });
        self.fact(
            &format!("#{}", attempt.number),
            role,
            &format!("{start}  {took}  {end}"),
        );
    }
}

#[cfg(test)]
mod tests {
    use crate::console::testing::{Screen, lines};
    use crate::model::{ErrorKind, TaskError, TaskId};

    #[test]
    fn a_failed_task_tells_everything_of_itself() {
        let mut screen = Screen::new(80, 40);
        screen.keys("2jjjjj\n");
        assert_eq!(
            lines(&screen.text(), 5, 30),
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
                "evidence   hierarchy.xml 44 B, log.txt 22 B, screen.png 1.9 KiB",
                "",
                "config",
                "{",
                "  \"command\": \"false\"",
                "}",
                "",
                "attempts",
                "#1         1970-01-01 13:53:07  1.0s  ✗ lost: the phone went away",
                "#2         1970-01-01 13:53:08  12.0s  ✗ script: exit code 3",
                "           hierarchy.xml 44 B, log.txt 22 B, screen.png 1.9 KiB",
                "",
                "log of the last attempt",
            ]
        );
    }

    #[test]
    fn what_came_near_has_a_line_of_its_own() {
        let mut screen = Screen::new(80, 40);
        screen.model.change(|tasks| {
            let task = std::sync::Arc::make_mut(tasks.get_mut(&TaskId(10)).unwrap());
            let message = "not found within 17 s; nearest: 'Follow all': text; 'Unfollow': text";
            task.error = Some(TaskError::new(ErrorKind::Assertion, message));
        });
        screen.keys("2jjjjj\n");
        assert_eq!(
            lines(&screen.text(), 18, 4),
            [
                "kind       assertion",
                "message    not found within 17 s",
                "nearest    'Follow all': text",
                "           'Unfollow': text",
            ]
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
        assert!(text.contains("task 10 16-32/32"), "{text}");
        assert!(text.contains("false: exit 3"), "{text}");
    }
}
