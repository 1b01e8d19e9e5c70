//! Everything of one phone: how it is, what waits for it, what ran there, what it tells of
//! itself.

use super::Page;
use crate::console::action::Action;
use crate::console::look::Role;
use crate::console::state::PhoneDetail;
use crate::console::text;
use crate::console::view::devices::{remedy, runs};
use crate::console::view::key_of;
use crate::farm::{PhoneFacts, TaskPage};
use crate::model::{DeviceState, DeviceView, Status, TaskView};

/// How many of its next and of its last tasks are shown.
const TASKS: usize = 20;

/// Properties that are told first, with the words for them.
const FIRST: [(&str, &str); 8] = [
    ("maker", "ro.product.manufacturer"),
    ("product", "ro.product.name"),
    ("build", "ro.build.display.id"),
    ("sdk", "ro.build.version.sdk"),
    ("patch", "ro.build.version.security_patch"),
    ("abi", "ro.product.cpu.abi"),
    ("locale", "persist.sys.locale"),
    ("time zone", "persist.sys.timezone"),
];

impl Page<'_> {
    pub(super) fn device(&mut self, device: &DeviceView, phone: &PhoneDetail) {
        let (glyph, word, role) = self.look.device_state(device);
        self.fact("state", role, &format!("{glyph} {word}"));
        self.labels(device);
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
        self.health(device, phone.facts.as_ref());
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
        self.next_tasks(phone.queue.as_ref());
        self.last_tasks(phone.history.as_ref(), device.queue);
        self.told(device, phone);
    }

    /// What its operator calls it.
    fn labels(&mut self, device: &DeviceView) {
        let labels = &device.labels;
        if let Some(name) = &labels.name {
            self.fact("name", Role::Plain, name.as_str());
        }
        if let Some(group) = &labels.group {
            self.fact("group", Role::Plain, group.as_str());
        }
        self.fact("tags", Role::Plain, &labels.tags_text());
    }

    /// Battery and storage: as it told when the detail was opened, else as the farm knows them.
    fn health(&mut self, device: &DeviceView, facts: Option<&PhoneFacts>) {
        if let Some(battery) = device.battery {
            let mut text = format!("{} %, {:.1} C", battery.percent, battery.celsius);
            let told = facts.map(|facts| &facts.battery);
            let powered = told
                .into_iter()
                .flatten()
                .filter(|(name, value)| name.ends_with(" powered") && value.as_str() == "true");
            for (name, _) in powered {
                text += &format!(", {name}");
            }
            self.fact("battery", Role::Plain, &text);
        }
        match (facts.and_then(|facts| facts.storage), device.free_mib) {
            (Some(storage), _) => {
                let (free, total) = (storage.free_mib, storage.total_mib);
                self.fact("free", Role::Plain, &format!("{free} of {total} MiB"));
            }
            (None, Some(free)) => self.fact("free", Role::Plain, &format!("{free} MiB")),
            (None, None) => {}
        }
    }

    /// The tasks that wait for it, the next one first.
    fn next_tasks(&mut self, page: Option<&TaskPage>) {
        let Some(page) = page.filter(|page| !page.tasks.is_empty()) else {
            return;
        };
        self.head("next tasks");
        let mut tasks: Vec<&TaskView> = page.tasks.iter().collect();
        tasks.sort_by_key(|view| (view.task.due_at, view.task.id));
        for view in tasks.iter().take(TASKS) {
            let why = view.waiting_for.map_or("", |reason| reason.text());
            let text = format!("{}  {why}", view.task.script);
            self.fact(&view.task.id.to_string(), Role::Plain, &text);
        }
        self.more(page.total, tasks.len().min(TASKS));
    }

    /// The tasks that ran there, the last one first.
    fn last_tasks(&mut self, page: Option<&TaskPage>, pending: u64) {
        let Some(page) = page else { return };
        let ran = |view: &&TaskView| view.task.status != Status::Pending;
        let tasks: Vec<&TaskView> = page.tasks.iter().filter(ran).take(TASKS).collect();
        if tasks.is_empty() {
            return;
        }
        self.head("last tasks");
        for view in &tasks {
            let task = &view.task;
            let (glyph, word, role) = self.look.task_state(task);
            let took = match (task.started_at, task.finished_at) {
                (Some(start), Some(end)) => text::duration(end.ms_since(start)),
                _ => String::new(),
            };
            let since = task.finished_at.or(task.started_at);
            let age = since.map_or(String::new(), |at| {
                format!("{} ago", text::age(self.state.now.ms_since(at)))
            });
            let error = task.error.as_ref().map_or("", |error| &error.message);
            let state = format!("{glyph} {word}");
            let text = format!(
                "{state:<12} {:<12} {took:>7} {age:>8}  {error}",
                task.script
            );
            self.fact(&task.id.to_string(), role, text.trim_end());
        }
        self.more(page.total.saturating_sub(pending), tasks.len());
    }

    fn more(&mut self, total: u64, shown: usize) {
        let more = total.saturating_sub(shown as u64);
        if more > 0 {
            let key = key_of(self.state, Action::DeviceTasks);
            self.text(Role::Dim, &format!("and {more} more: {key} lists them"));
        }
    }

    /// What it tells of itself.
    fn told(&mut self, device: &DeviceView, phone: &PhoneDetail) {
        let why = match (&phone.facts, &phone.refused) {
            (Some(facts), _) => return self.properties(facts),
            (None, Some(error)) => error.clone(),
            (None, None) if device.state == DeviceState::Online => "asking the phone ...".into(),
            (None, None) => return,
        };
        self.head("properties");
        self.text(Role::Dim, &why);
    }

    fn properties(&mut self, facts: &PhoneFacts) {
        self.head("properties");
        for (word, name) in FIRST {
            let value = facts.properties.get(name).map_or("", String::as_str);
            self.fact(word, Role::Plain, value);
        }
        if !facts.battery.is_empty() {
            self.head("battery");
        }
        for (name, value) in &facts.battery {
            self.text(Role::Plain, &format!("{name}: {value}"));
        }
        self.head("all properties");
        for (name, value) in &facts.properties {
            self.text(Role::Plain, &format!("{name}={value}"));
        }
    }
}

#[cfg(test)]
mod tests {
    use crate::console::testing::{Screen, lines};
    use crate::farm::Storage;

    #[test]
    fn a_phone_tells_its_queue_its_last_tasks_and_its_properties() {
        let mut screen = Screen::new(100, 40);
        let property = |name: &str, value: &str| (name.to_owned(), value.to_owned());
        screen.model.facts.properties = [
            property("ro.product.manufacturer", "Google"),
            property("debug.x", "1"),
        ]
        .into();
        screen.model.facts.battery = [property("AC powered", "true")].into();
        screen.model.facts.storage = Some(Storage {
            total_mib: 9_000,
            free_mib: 2_000,
        });
        screen.keys("j\n");
        assert_eq!(
            lines(&screen.text(), 5, 29),
            [
                "─ phone emu-2 ──────────────────────────────────────────────────────────────────────────────────────",
                "state      ▶ busy",
                "adb says   online",
                "server     127.0.0.1:5037",
                "model      Pixel 7",
                "android    14",
                "battery    17 %, 43.0 C, AC powered",
                "free       2000 of 9000 MiB",
                "runs       task 12 shell",
                "queue      2 tasks",
                "last seen  1970-01-01 14:03:07 (0s ago)",
                "",
                "next tasks",
                "13         shell  device busy",
                "14         shell  device busy",
                "",
                "last tasks",
                "12         ■ stopping   shell                 59m ago",
                "",
                "properties",
                "maker      Google",
                "",
                "battery",
                "AC powered: true",
                "",
                "all properties",
                "debug.x=1",
                "ro.product.manufacturer=Google",
                "",
            ]
        );
    }

    #[test]
    fn a_phone_that_is_away_is_not_asked() {
        let mut screen = Screen::new(100, 40);
        screen.keys("jjjj\n");
        assert!(!screen.text().contains("properties"), "{}", screen.text());
    }
}
