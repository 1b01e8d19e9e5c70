//! The list of tasks.

use ratatui::buffer::Buffer;
use ratatui::layout::Rect;

use super::devices::progress;
use super::list::{self, Cell, Column, Counts, List};
use super::moment;
use crate::console::look::Role;
use crate::console::sorting::Key;
use crate::console::state::{Panel, State};
use crate::console::text;
use crate::model::{Status, Task, TaskView, Timestamp};
use crate::store::SortBy;

/// The columns, in the order of [`cells`].
pub(in crate::console) const COLUMNS: [Column; 12] = [
    Column::new("id", 7, 0).by(Key::Task(SortBy::Id)),
    Column::new("script", 10, 1)
        .growing(1)
        .by(Key::Task(SortBy::Script)),
    Column::new("device", 12, 0)
        .growing(1)
        .by(Key::Task(SortBy::Serial)),
    Column::new("account", 10, 5),
    Column::new("state", 11, 0).by(Key::Task(SortBy::State)),
    Column::new("try", 3, 6),
    Column::new("age", 4, 2).by(Key::Task(SortBy::Created)),
    Column::new("started", 11, 7)
        .from(150)
        .by(Key::Task(SortBy::Started)),
    Column::new("finished", 11, 9)
        .from(190)
        .by(Key::Task(SortBy::Finished)),
    Column::new("took", 6, 8).from(150),
    Column::new("progress or result", 18, 3).growing(5),
    Column::new("config", 16, 10).from(CONFIG_FROM).growing(3),
];

/// From this width on the configuration is shown.
const CONFIG_FROM: u16 = 170;

pub(super) fn draw(state: &State, area: Rect, buffer: &mut Buffer) {
    let tasks = &state.tasks;
    let counts = Counts {
        shown: tasks.total,
        total: state.farm.as_ref().map_or(0, |farm| farm.stats.total),
        marked: tasks.table.marks().len(),
        place: tasks.table.index().map(|at| tasks.offset + at as u64),
        search: tasks.search,
    };
    let cells = |id: &_| {
        let row = tasks.rows.iter().find(|row| row.task.id == *id);
        row.map(|row| cells(state, row, area.width))
    };
    let list = List {
        panel: Panel::Tasks,
        columns: &COLUMNS,
        table: &tasks.table,
        counts,
    };
    list::draw(state, &list, area, buffer, cells);
}

fn cells(state: &State, view: &TaskView, width: u16) -> Vec<Cell> {
    let task = &view.task;
    // It is read from JSON: not for every row of every picture that does not show it.
    let config = match width {
        CONFIG_FROM.. => config(task),
        _ => String::new(),
    };
    let (glyph, word, role) = state.options.look.task_state(task);
    let account = task.account.as_ref().map(|key| key.username.as_str());
    let attempt = match task.attempt {
        0 => String::new(),
        n => n.to_string(),
    };
    vec![
        Cell::new(task.id.to_string()),
        Cell::new(&*task.script),
        Cell::new(task.serial.as_str()),
        Cell::new(account.unwrap_or_default()),
        Cell::of(role, format!("{glyph} {word}")),
        Cell::of(Role::Dim, attempt),
        Cell::of(Role::Dim, text::age(state.now.ms_since(task.created_at))),
        Cell::of(
            Role::Dim,
            task.started_at
                .map_or_else(String::new, |at| moment(state, at)),
        ),
        Cell::of(
            Role::Dim,
            task.finished_at
                .map_or_else(String::new, |at| moment(state, at)),
        ),
        Cell::of(Role::Dim, took(state, task)),
        note(state, view),
        Cell::of(Role::Dim, config),
    ]
}

/// How long its last attempt took, or takes so far.
fn took(state: &State, task: &Task) -> String {
    let ms = |until: Timestamp| task.started_at.map(|from| until.ms_since(from));
    let taken = match task.status {
        Status::Pending => None,
        // In the steps of an age, so that the line does not change each second.
        Status::Running => ms(state.now).map(text::age),
        Status::Completed | Status::Failed => task.finished_at.and_then(ms).map(text::duration),
    };
    taken.unwrap_or_default()
}

/// What it was asked to do: `command=false timeout=60`.
fn config(task: &Task) -> String {
    let config = task.config.to_object();
    let words = config.iter().map(|(name, value)| match value.as_str() {
        Some(text) => format!("{name}={text}"),
        None => format!("{name}={value}"),
    });
    words.collect::<Vec<_>>().join(" ")
}

/// What it waits for, how far it is, why it failed, or what there is to say of it: one column,
/// because no task has more than one of these.
fn note(state: &State, view: &TaskView) -> Cell {
    let task = &view.task;
    let live = state
        .progress(&task.serial, task.id)
        .or(view.progress.as_ref())
        .filter(|_| task.status == Status::Running);
    if let Some(step) = live {
        return Cell::new(progress(step));
    }
    match (&task.error, view.waiting_for, &task.remark) {
        (Some(error), _, _) if task.status == Status::Failed => {
            Cell::of(Role::Bad, format!("{}: {}", error.kind, error.message))
        }
        (_, Some(reason), _) if task.status == Status::Pending => {
            Cell::of(Role::Dim, reason.text())
        }
        (_, _, Some(remark)) => Cell::new(remark.as_str()),
        _ => Cell::new(""),
    }
}

#[cfg(test)]
mod tests {
    use crate::console::testing::{Screen, lines};

    #[test]
    fn each_task_shows_where_it_stands_and_why() {
        let mut screen = Screen::new(120, 30);
        screen.keys("2");
        assert_eq!(
            lines(&screen.text(), 12, 12),
            [
                "─ 2 tasks 12 · live ────────────────────────────────────────────────────────────────────────────────────────────────────",
                "  id      script          device            account    state       try age  progress or result",
                "  14      shell           emu-2                        ○ pending       1m   device busy",
                "  13      shell           emu-2                        ○ pending       1m   device busy",
                "  12      shell           emu-2                        ■ stopping  1   2m   stopping",
                "  11      install         emu-1                        ▶ running   1   2m   2/5 install",
                "  10      post            emu-1             ada        ✗ failed    2   10m  script: exit code 3",
                "  9       shell           emu-3                        ✗ failed    1   10m  lost: the phone went away",
                "  8       shell           emu-3                        ✗ failed    1   10m  stopped: stopped by an operator",
                "  7       shell           emu-1                        ✓ completed 1   1h",
                "  6       shell           emu-1                        ✓ completed 1   1h",
                "  5       shell           emu-1                        ✓ completed 1   1h",
            ]
        );
    }

    #[test]
    fn the_title_tells_what_the_filter_leaves_of_all() {
        let mut screen = Screen::new(80, 24);
        screen.keys("2/state=failed \n");
        let title = lines(&screen.text(), 12, 1).remove(0);
        assert!(
            title.starts_with("─ 2 tasks 3/12 · live · state=failed ──"),
            "{title}"
        );
    }

    #[test]
    fn marked_rows_carry_a_glyph() {
        let mut screen = Screen::new(80, 24);
        screen.keys("2j ");
        let text = screen.text();
        assert!(text.contains("\n◆ 14 "), "{text}");
        assert!(text.contains("· 1 marked "), "{text}");
    }
}
