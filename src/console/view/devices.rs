//! The list of phones.

use ratatui::buffer::Buffer;
use ratatui::layout::Rect;

use super::list::{self, Cell, Column, Counts, List};
use crate::console::look::{DEVICE_WORDS, Role};
use crate::console::sorting::Key;
use crate::console::state::{Panel, State};
use crate::console::text;
use crate::model::{DeviceName, DeviceState, DeviceView, Label, Labels, Progress};

/// The columns, in the order of [`cells`].
pub(in crate::console) const COLUMNS: [Column; 13] = [
    Column::new("serial", 14, 0)
        .growing(1)
        .by(Key::Text("serial")),
    Column::new("name", 12, 3)
        .growing(1)
        .by(Key::Text("name"))
        .when(|state| any(state, |labels| labels.name.is_some())),
    Column::new("group", 8, 6)
        .by(Key::Text("group"))
        .when(|state| any(state, |labels| labels.group.is_some())),
    Column::new("model", 10, 7)
        .growing(1)
        .by(Key::Text("model")),
    Column::new("android", 7, 9).by(Key::Text("android")),
    Column::new("state", 14, 0).by(Key::Words("state", DEVICE_WORDS.as_slice())),
    Column::new("batt", 4, 4).by(Key::Number("batt")),
    Column::new("temp", 5, 8).by(Key::Number("temp")),
    Column::new("task and step", 22, 1)
        .growing(3)
        .by(Key::Number("task")),
    Column::new("queue", 5, 2).by(Key::Number("queue")),
    Column::new("seen", 4, 5).by(Key::Time("seen")),
    Column::new("free", 8, 10).from(150).by(Key::Number("free")),
    Column::new("server", 16, 11)
        .from(170)
        .by(Key::Text("server")),
];

/// Whether any phone is called something: most farms have serials alone.
fn any(state: &State, has: fn(&Labels) -> bool) -> bool {
    let devices = state.farm.as_ref().map_or(&[][..], |farm| &farm.devices);
    devices.iter().any(|device| has(&device.labels))
}

pub(super) fn draw(state: &State, area: Rect, buffer: &mut Buffer) {
    let table = &state.devices;
    let total = state.farm.as_ref().map_or(0, |farm| farm.devices.len());
    let counts = Counts {
        shown: table.order().len() as u64,
        total: total as u64,
        marked: table.marks().len(),
        place: table.index().map(|at| at as u64),
        search: None,
    };
    let cells = |serial: &_| state.device(serial).map(|device| cells(state, device));
    let list = List {
        panel: Panel::Devices,
        columns: &COLUMNS,
        table,
        counts,
    };
    list::draw(state, &list, area, buffer, cells);
}

fn cells(state: &State, device: &DeviceView) -> Vec<Cell> {
    let look = state.options.look;
    let (glyph, word, role) = look.device_state(device);
    let battery = device.battery;
    let seen = device.last_seen.map(|at| seen(state.now.ms_since(at)));
    vec![
        Cell::new(device.serial.as_str()),
        Cell::new(device.labels.name.as_ref().map_or("", DeviceName::as_str)),
        Cell::new(device.labels.group.as_ref().map_or("", Label::as_str)),
        Cell::new(device.model.as_str()),
        Cell::of(Role::Dim, device.android.as_str()),
        Cell::of(role, format!("{glyph} {word}")),
        battery.map_or(Cell::new(""), |b| {
            let role = if b.percent < 20 {
                Role::Warn
            } else {
                Role::Plain
            };
            Cell::of(role, format!("{}%", b.percent))
        }),
        battery.map_or(Cell::new(""), |b| {
            let role = if b.celsius >= 42.0 {
                Role::Warn
            } else {
                Role::Plain
            };
            Cell::of(role, format!("{:.0}C", b.celsius))
        }),
        doing(state, device),
        match device.queue {
            0 => Cell::new(""),
            n => Cell::new(n.to_string()),
        },
        Cell::of(Role::Dim, seen.unwrap_or_default()),
        device.free_mib.map_or(Cell::new(""), |mib| {
            Cell::of(Role::Dim, format!("{mib} MiB"))
        }),
        Cell::of(Role::Dim, device.server.as_deref().unwrap_or_default()),
    ]
}

/// What it does, or what keeps it from work.
fn doing(state: &State, device: &DeviceView) -> Cell {
    if let Some(task) = runs(state, device) {
        return Cell::new(task);
    }
    let held = device.hold.as_ref().map(|hold| hold.reason.as_str());
    match held.or(device.blocked.as_deref()) {
        Some(reason) => Cell::of(Role::Warn, reason),
        None => Cell::of(Role::Warn, remedy(device.state)),
    }
}

/// The task that runs there: `97 shell 1/3 installing`, as far as it is known.
pub(super) fn runs(state: &State, device: &DeviceView) -> Option<String> {
    let id = device.task?;
    let mut text = id.to_string();
    let step = device.progress.as_ref().map(progress);
    for part in [state.running.script(id), step.as_deref()] {
        if let Some(part) = part.filter(|part| !part.is_empty()) {
            text.push(' ');
            text.push_str(part);
        }
    }
    Some(text)
}

/// What somebody can do about a phone that adb cannot use.
pub(super) const fn remedy(state: DeviceState) -> &'static str {
    match state {
        DeviceState::Unauthorized => "allow this host on the phone",
        DeviceState::Offline => "check cable and hub",
        DeviceState::OtherMode => "boot it into Android",
        DeviceState::Online | DeviceState::Gone => "",
    }
}

/// `2/5 install`; the number alone if nobody knows how many there are.
pub(super) fn progress(progress: &Progress) -> String {
    let label = text::clean(&progress.label);
    match (progress.step, progress.steps) {
        (0, _) => label.into_owned(),
        (step, 0) => format!("{step} {label}"),
        (step, steps) => format!("{step}/{steps} {label}"),
    }
}

/// A phone that was heard of within a minute is simply there: its age is no news, and would
/// change on every line all the time.
fn seen(ms: i64) -> String {
    match ms {
        ..60_000 => "now".to_owned(),
        _ => text::age(ms),
    }
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use crate::console::testing::{Screen, lines, task};
    use crate::model::{DeviceName, DeviceState, Label, Serial, TaskId};

    #[test]
    fn each_phone_shows_its_state_and_what_it_does() {
        let screen = Screen::new(120, 30);
        assert_eq!(
            lines(&screen.text(), 5, 7),
            [
                "─ 1 devices 5 ──────────────────────────────────────────────────────────────────────────────────────────────────────────",
                "  serial             model          android state          batt temp  task and step                        queue seen",
                "  emu-1              Pixel 7        14      ▶ busy         88%  31C   11 install 2/5 install                     now",
                "  emu-2              Pixel 7        14      ▶ busy         17%  43C   12 shell                             2     now",
                "  emu-3              Galaxy A52     13      ✓ online       64%  30C                                              now",
                "  emu-4              Galaxy A52     13      ‖ held         50%  29C   3 tasks failed in a row                    now",
                "  emu-5                                     ◌ gone                                                               3h",
            ]
        );
    }

    #[test]
    fn at_eighty_columns_the_urgent_ones_remain() {
        let screen = Screen::new(80, 24);
        assert_eq!(
            lines(&screen.text(), 6, 2),
            [
                "  serial           state          batt task and step                queue seen",
                "  emu-1            ▶ busy         88%  11 install 2/5 install             now",
            ]
        );
    }

    /// Two phones of a rack, one of them with a name.
    fn labelled(columns: u16, rows: u16) -> Screen {
        Screen::with(columns, rows, |farm| {
            let mut devices = farm.devices.to_vec();
            devices[1].labels.name = Some(DeviceName::new("Rack 2 / 7").unwrap());
            for device in &mut devices[..2] {
                device.labels.group = Some(Label::new("rack2").unwrap());
            }
            farm.devices = devices.into();
        })
    }

    #[test]
    fn what_phones_are_called_is_shown_once_one_is_called_something() {
        assert_eq!(
            lines(&labelled(120, 30).text(), 6, 3),
            [
                "  serial         name         group    model      android state          batt temp  task and step           queue seen",
                "  emu-1                       rack2    Pixel 7    14      ▶ busy         88%  31C   11 install 2/5 install        now",
                "  emu-2          Rack 2 / 7   rack2    Pixel 7    14      ▶ busy         17%  43C   12 shell                2     now"
            ]
        );
    }

    #[test]
    fn a_name_stays_on_a_narrow_screen_and_the_group_gives_way() {
        assert_eq!(
            lines(&labelled(80, 24).text(), 6, 3),
            [
                "  serial         name         state          batt task and step          queue",
                "  emu-1                       ▶ busy         88%  11 install 2/5 install",
                "  emu-2          Rack 2 / 7   ▶ busy         17%  12 shell               2"
            ]
        );
    }

    #[test]
    fn phones_are_sorted_by_name_and_by_group() {
        let mut screen = labelled(120, 30);
        let first = |screen: &Screen| screen.state.devices.order()[0].to_string();
        screen.keys("on");
        assert_eq!(first(&screen), "emu-2");
        screen.keys("ogO");
        assert_eq!(first(&screen), "emu-1");
        let text = screen.text();
        assert!(text.contains("by group, z first"), "{text}");
    }

    #[test]
    fn a_phone_that_adb_cannot_use_says_what_to_do() {
        let screen = Screen::with(120, 30, |farm| {
            let mut devices = farm.devices.to_vec();
            devices[2].state = DeviceState::Unauthorized;
            devices[2].queue = 2;
            farm.devices = devices.into();
        });
        let row = lines(&screen.text(), 9, 1).remove(0);
        assert!(row.contains("allow this host on the phone "), "{row}");
        assert!(row.contains(" 2     now"), "{row}");
    }

    #[test]
    fn the_script_of_a_task_far_down_the_list_is_looked_up() {
        let mut screen = Screen::new(120, 30);
        screen.model.change(|tasks| {
            for id in 100..400 {
                tasks.insert(TaskId(id), Arc::new(task(id)));
            }
        });
        let mut devices = screen.model.farm.devices.to_vec();
        devices[2].task = Some(TaskId(101));
        screen.model.farm.devices = devices.into();
        screen.tell();
        let row = lines(&screen.text(), 9, 1).remove(0);
        assert!(row.contains(" 101 shell "), "{row}");
    }

    #[test]
    fn a_serial_cannot_give_orders_to_the_terminal() {
        let screen = Screen::with(120, 30, |farm| {
            let mut devices = farm.devices.to_vec();
            devices[0].model = "Pixel\u{1b}[2J\u{202e}".into();
            farm.devices = devices.into();
        });
        assert!(screen.text().contains("Pixel\u{fffd}[2J\u{fffd}"));
        assert!(Serial::new("a\u{1b}b").is_err());
    }
}
