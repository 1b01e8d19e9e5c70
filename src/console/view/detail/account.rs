//! An account: what is stored of it, its phone, and how its last tasks went.

use ratatui::text::Line;

use super::Page;
use crate::console::action::Action;
use crate::console::info::History;
use crate::console::look::Role;
use crate::console::state::Detail;
use crate::console::text;
use crate::console::view::{key_of, span};
use crate::model::{AccountKey, Serial, TaskView};

impl Page<'_> {
    pub(super) fn account(&mut self, detail: &Detail, key: &AccountKey) {
        let rows = &self.state.account_rows;
        let Some(account) = rows.iter().find(|account| account.key == *key).cloned() else {
            return self.text(Role::Dim, "this account is not there any more");
        };
        let glyphs = self.look.glyphs();
        let (role, state) = match account.enabled {
            true => (Role::Good, format!("{} enabled", glyphs.good)),
            false => (Role::Warn, format!("{} disabled", glyphs.held)),
        };
        self.fact("state", role, &state);
        self.fact("username", Role::Plain, &account.key.username);
        self.fact("app", Role::Plain, &account.key.app);
        match &account.serial {
            Some(serial) => self.phone("phone", serial),
            None => self.fact("phone", Role::Warn, "none: it can get no task"),
        }
        self.fact("notes", Role::Plain, &account.notes);
        self.moment("added", Some(account.created_at));
        self.moment("changed", Some(account.updated_at));
        if let Some(error) = &detail.error {
            self.text(Role::Bad, &format!("cannot read its tasks: {error}"));
        }
        match &detail.history {
            Some(history) => self.history(history),
            None if detail.error.is_none() => self.text(Role::Dim, "reading its tasks ..."),
            None => {}
        }
    }

    /// A phone in one line, with its state.
    pub(super) fn phone(&mut self, name: &str, serial: &Serial) {
        let Some(device) = self.state.device(serial) else {
            let text = format!("{serial} (never seen)");
            return self.fact(name, Role::Warn, &text);
        };
        let (glyph, word, role) = self.look.device_state(device);
        let reason = device.hold.as_ref().map(|hold| hold.reason.as_str());
        let reason = reason.or(device.blocked.as_deref());
        let reason = reason.map_or(String::new(), |reason| format!(": {reason}"));
        let text = format!("{serial} {} {glyph} {word}{reason}", device.model);
        self.fact(name, role, &text);
    }

    fn history(&mut self, history: &History) {
        let whose = match &history.serial {
            Some(serial) => format!("of {serial}"),
            None => "of all phones".to_owned(),
        };
        let looked = match history.more {
            true => format!("among the newest {} {whose}", history.looked),
            false => format!("among all {} {whose}", history.looked),
        };
        self.head(&format!("tasks {looked}"));
        if history.found == 0 {
            return self.text(Role::Dim, "none is of this account");
        }
        let failed: u64 = history.failed.iter().map(|(_, times)| times).sum();
        let counts = format!(
            "{} found, {} completed, {failed} failed",
            history.found, history.completed
        );
        self.text(Role::Plain, &counts);
        let kinds = history.failed.iter();
        let kinds: Vec<_> = kinds
            .map(|(kind, times)| format!("{kind} {times}"))
            .collect();
        self.fact("failed by", Role::Bad, &kinds.join(", "));
        for view in &history.tasks {
            self.past(view);
        }
        let key = key_of(self.state, Action::AccountTasks);
        if history.found > history.tasks.len() as u64 && !key.is_empty() {
            self.text(Role::Dim, &format!("{key}: all of them in the list"));
        }
    }

    /// A task in one line.
    fn past(&mut self, view: &TaskView) {
        let task = &view.task;
        let (glyph, word, role) = self.look.task_state(task);
        let age = text::age(self.state.now.ms_since(task.created_at));
        let error = task.error.as_ref();
        let told = error.map_or_else(String::new, |e| format!("{}: {}", e.kind, e.message));
        let start = format!("{glyph} {:<8} {word:<9} ", task.id);
        let rest = format!("{:<12} {age:>4} ago  {told}", task.script);
        let room = self.width.saturating_sub(start.chars().count());
        let rest = text::fit(&rest, room, self.look.glyphs().more).into_owned();
        self.lines.push(Line::from(vec![
            span(self.look, role, &start),
            span(self.look, Role::Plain, &rest),
        ]));
    }
}

#[cfg(test)]
mod tests {
    use crate::console::testing::{Screen, lines};

    #[test]
    fn an_account_tells_its_phone_and_its_last_tasks() {
        let mut screen = Screen::new(80, 30);
        screen.keys("3\n");
        assert_eq!(
            lines(&screen.text(), 5, 13),
            [
                "\u{2500} account sample/ada \u{2500}\u{2500}\u{2500}\u{2500}\u{2500}\u{2500}\u{2500}\u{2500}\u{2500}\u{2500}\u{2500}\u{2500}\u{2500}\u{2500}\u{2500}\u{2500}\u{2500}\u{2500}\u{2500}\u{2500}\u{2500}\u{2500}\u{2500}\u{2500}\u{2500}\u{2500}\u{2500}\u{2500}\u{2500}\u{2500}\u{2500}\u{2500}\u{2500}\u{2500}\u{2500}\u{2500}\u{2500}\u{2500}\u{2500}\u{2500}\u{2500}\u{2500}\u{2500}\u{2500}\u{2500}\u{2500}\u{2500}\u{2500}\u{2500}\u{2500}\u{2500}\u{2500}\u{2500}\u{2500}\u{2500}\u{2500}\u{2500}\u{2500}\u{2500}",
                "state      \u{2713} enabled",
                "username   ada",
                "app        sample",
                "phone      emu-1 Pixel 7 \u{25b6} busy",
                "notes      main",
                "added      1970-01-01 14:03:07 (0s ago)",
                "changed    1970-01-01 14:03:07 (0s ago)",
                "",
                "tasks among all 7 of emu-1",
                "1 found, 0 completed, 1 failed",
                "failed by  script 1",
                "\u{2717} 10       failed    post          10m ago  script: exit code 3",
            ]
        );
    }

    #[test]
    fn from_an_account_the_way_leads_to_its_phone_and_back() {
        let mut screen = Screen::new(80, 30);
        screen.keys("3\n\n");
        assert!(screen.text().contains("\u{2500} phone emu-1 \u{2500}"));
        screen.keys("\u{1b}");
        assert!(
            screen
                .text()
                .contains("\u{2500} account sample/ada \u{2500}")
        );
        assert!(screen.text().contains("failed by  script 1"));
        screen.keys("J\n");
        assert!(screen.text().contains("this account has no phone"));
    }

    #[test]
    fn the_tasks_of_an_account_are_a_key_away() {
        let mut screen = Screen::new(80, 30);
        screen.keys("3\nt");
        assert!(screen.text().contains("account=ada"), "{}", screen.text());
    }
}
