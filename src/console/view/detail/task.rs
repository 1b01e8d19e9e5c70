//! A task: what it is, how it failed, what it left, its attempts and its parameters.

use ratatui::text::Line;
use unicode_width::UnicodeWidthStr;

use super::Page;
use crate::console::action::Action;
use crate::console::info::{Origin, Setting};
use crate::console::look::Role;
use crate::console::source::TaskInfo;
use crate::console::state::Detail;
use crate::console::text;
use crate::console::view::devices::progress;
use crate::console::view::{key_of, span};
use crate::farm::{FileType, LOG, SCREEN};
use crate::model::{Attempt, Status};

/// Rows of a value that is cut.
const CUT: usize = 2;

impl Page<'_> {
    pub(super) fn task(&mut self, detail: &Detail) {
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
            // While a retry runs, what it left does not tell of the failure before.
            let failure = info.failure.as_ref();
            let failure = failure.filter(|_| task.status == Status::Failed);
            self.error(error, failure, detail.whole);
        }
        self.timeline(info, detail.whole);
        self.evidence(info);
        if !info.settings.is_empty() {
            self.head("config");
            self.config(&info.settings, detail.whole);
        }
        if !info.detail.attempts.is_empty() {
            self.head("attempts");
        }
        for attempt in info.detail.attempts.iter().rev() {
            self.attempt(info, attempt);
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

    /// The parameters, each with where its value comes from.
    fn config(&mut self, settings: &[Setting], whole: bool) {
        let longest = settings.iter().map(|setting| setting.name.width()).max();
        let column = (longest.unwrap_or(0) + 2).min(self.width / 2);
        let room = self.width.saturating_sub(column).max(1);
        for setting in settings {
            let (role, note) = match setting.origin {
                Origin::Given => (Role::Plain, ""),
                Origin::Default => (Role::Dim, " (default)"),
                Origin::Secret => (Role::Dim, "(secret: never shown)"),
                Origin::Unknown => (Role::Plain, " (the script has no such parameter now)"),
            };
            let value = match (setting.origin, setting.value.as_str()) {
                (Origin::Secret, _) => note.to_owned(),
                (_, "") => format!("\"\"{note}"),
                (_, value) => format!("{value}{note}"),
            };
            let mut rows = text::wrap(&value, room);
            if !whole && rows.len() > CUT {
                rows.truncate(CUT);
                rows.push(self.cut(setting.value.chars().count()));
            }
            for (i, row) in rows.iter().enumerate() {
                let name = if i == 0 { setting.name.as_str() } else { "" };
                self.lines.push(Line::from(vec![
                    span(self.look, Role::Dim, &format!("{name:<column$}")),
                    span(self.look, role, row),
                ]));
            }
        }
    }

    /// Says that something was cut, and how to see all of it.
    fn cut(&self, characters: usize) -> String {
        let more = self.look.glyphs().more;
        let key = key_of(self.state, Action::DetailWhole);
        match key.is_empty() {
            true => format!("{more} {characters} characters"),
            false => format!("{more} {characters} characters: {key} shows all"),
        }
    }

    /// What the last attempt left: each file with its size and the key that opens it.
    fn evidence(&mut self, info: &TaskInfo) {
        let task = &info.detail.view.task;
        let there = info
            .files
            .iter()
            .filter(|file| file.attempt == task.attempt);
        let mut rows: Vec<_> = there
            .map(|file| {
                (
                    file.name.clone(),
                    text::size(file.bytes),
                    self.opens(&file.name),
                )
            })
            .collect();
        let recorded = info.detail.attempts.last().map(|attempt| &attempt.evidence);
        if rows.is_empty() {
            let gone = recorded.into_iter().flatten();
            rows.extend(gone.map(|name| (name.clone(), "not there".to_owned(), String::new())));
        }
        if rows.is_empty() {
            return;
        }
        self.head("evidence");
        let column = rows
            .iter()
            .map(|(name, ..)| name.width())
            .max()
            .unwrap_or(0);
        for (name, size, key) in rows {
            self.lines.push(Line::from(vec![
                span(self.look, Role::Plain, &format!("{name:<column$}  ")),
                span(self.look, Role::Dim, &format!("{size:>10}  ")),
                span(self.look, Role::Key, &key),
            ]));
        }
    }

    /// The key that opens a file of the evidence; empty if none does.
    fn opens(&self, name: &str) -> String {
        if name == LOG {
            key_of(self.state, Action::Log)
        } else if FileType::of(name).is_text() {
            key_of(self.state, Action::Evidence)
        } else if name == SCREEN {
            key_of(self.state, Action::TaskScreen)
        } else {
            String::new()
        }
    }

    /// An attempt: when, how long, how it ended, and what is left of it.
    fn attempt(&mut self, info: &TaskInfo, attempt: &Attempt) {
        let zone = &self.state.options.zone;
        let glyphs = self.look.glyphs();
        let start = text::date_time(attempt.started_at, zone);
        let (role, end) = match (&attempt.error, attempt.finished_at) {
            (Some(error), _) => {
                let message = error.parts().first().copied().unwrap_or_default();
                (
                    Role::Bad,
                    format!("{} {}: {message}", glyphs.failed, error.kind),
                )
            }
            (None, Some(_)) => (Role::Good, format!("{} completed", glyphs.good)),
            (None, None) => (Role::Busy, format!("{} running", glyphs.running)),
        };
        let until = attempt.finished_at.unwrap_or(self.state.now);
        let took = text::duration(until.ms_since(attempt.started_at));
        let files = info
            .files
            .iter()
            .filter(|file| file.attempt == attempt.number);
        let files = match files.count() {
            0 => String::new(),
            n => format!(" ({})", text::count(n, "file")),
        };
        self.fact(
            &format!("#{}", attempt.number),
            role,
            &format!("{start}  {took}  {end}{files}"),
        );
    }
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use serde_json::json;

    use crate::console::info::{Origin, Setting};
    use crate::console::testing::{Screen, lines};
    use crate::model::{ScriptConfig, TaskId};

    #[test]
    fn a_long_value_is_cut_until_it_is_asked_for() {
        let mut screen = Screen::new(80, 100);
        screen.model.settings = vec![Setting {
            name: "caption".into(),
            value: format!("{}end", "word ".repeat(60)),
            origin: Origin::Given,
        }];
        screen.keys("2jjjjj\n");
        let text = screen.text();
        assert!(text.contains("303 characters: w shows all"), "{text}");
        assert!(!text.contains("word end"), "{text}");
        screen.keys("w");
        let text = screen.text();
        assert!(text.contains("word end"), "{text}");
        screen.keys("wJ");
        assert!(!screen.text().contains("word end"));
    }

    #[test]
    fn each_parameter_says_where_its_value_comes_from() {
        let mut screen = Screen::new(80, 100);
        let setting = |name: &str, value: &str, origin| Setting {
            name: name.into(),
            value: value.into(),
            origin,
        };
        screen.model.settings = vec![
            setting("command", "id", Origin::Given),
            setting("timeout", "60", Origin::Default),
            setting("password", "", Origin::Secret),
            setting("note", "", Origin::Unknown),
        ];
        screen.keys("2jjjjj\n");
        let text = screen.text();
        let at = text.lines().position(|line| line == "config").unwrap();
        assert_eq!(
            lines(&text, at + 1, 4),
            [
                "command   id",
                "timeout   60 (default)",
                "password  (secret: never shown)",
                "note      \"\" (the script has no such parameter now)",
            ]
        );
    }

    #[test]
    fn all_attempts_are_told_the_last_one_first() {
        let mut screen = Screen::new(80, 100);
        screen.model.change(|tasks| {
            let task = Arc::make_mut(tasks.get_mut(&TaskId(10)).unwrap());
            task.config = ScriptConfig::new(json!({}).as_object().unwrap());
        });
        screen.keys("2jjjjj\n");
        let text = screen.text();
        let at = text.lines().position(|line| line == "attempts").unwrap();
        assert_eq!(
            lines(&text, at + 1, 2),
            [
                "#2         1970-01-01 13:53:08  12.0s  \u{2717} script: exit code 3 (3 files)",
                "#1         1970-01-01 13:53:07  1.0s  \u{2717} lost: the phone went away",
            ]
        );
    }
}
