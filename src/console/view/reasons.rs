//! The page of failures: one line for each reason.

use ratatui::buffer::Buffer;
use ratatui::layout::Rect;

use super::list::{self, Cell, Column};
use super::page;
use crate::console::look::Role;
use crate::console::state::{ReasonsPage, State};
use crate::console::text::{self, count};
use crate::farm::FailureGroup;

const COLUMNS: [Column; 7] = [
    Column::new("phones", 6, 1),
    Column::new("tasks", 6, 0),
    Column::new("script", 12, 0).growing(1),
    Column::new("step", 14, 2).growing(2),
    Column::new("kind", 11, 3),
    Column::new("message", 24, 0).growing(6),
    Column::new("last", 4, 1),
];

pub(super) fn draw(state: &State, page: &ReasonsPage, area: Rect, buffer: &mut Buffer) {
    let (table, told) = (&page.table, &page.told);
    let mut notes = vec![format!("failures {}", told.groups.len())];
    notes.extend(page::place(table.index(), table.order().len(), area.height));
    match table.marks().len() {
        0 => {}
        marked => notes.push(format!("{marked} marked")),
    }
    let tasks = |n: u64| count(usize::try_from(n).unwrap_or(usize::MAX), "failed task");
    let facts = match (told.grouped, told.total) {
        (_, 0) => "no task is failed".to_owned(),
        (grouped, total) if grouped < total => {
            format!(
                "the newest {grouped} of {} by what went wrong",
                tasks(total)
            )
        }
        (_, total) => format!("{} by what went wrong", tasks(total)),
    };
    let body = page::frame(state, &page.reading, &notes, &facts, area, buffer);
    let focused = state.detail.is_none();
    list::rows(state, &COLUMNS, table, focused, body, buffer, |reason| {
        page.group(reason).map(|group| cells(state, group))
    });
}

fn cells(state: &State, group: &FailureGroup) -> Vec<Cell> {
    let reason = &group.reason;
    // The innermost step: the way to it is in the detail.
    let step = reason.step.as_deref().unwrap_or_default();
    let step = step.rsplit(" > ").next().unwrap_or_default();
    vec![
        Cell::new(format!("{:>6}", group.phones)),
        Cell::of(Role::Bad, format!("{:>6}", group.tasks.len())),
        Cell::new(&*reason.script),
        Cell::new(step),
        Cell::of(Role::Dim, reason.kind.text()),
        Cell::new(group.message.as_str()),
        Cell::of(Role::Dim, text::age(state.now.ms_since(group.last))),
    ]
}

#[cfg(test)]
mod tests {
    use crate::console::testing::{Screen, lines};

    #[test]
    fn each_reason_is_a_line_with_its_phones_and_tasks() {
        let mut screen = Screen::new(120, 24);
        screen.keys("F");
        assert_eq!(
            lines(&screen.text(), 1, 6),
            [
                "─ failures 3 ───────────────────────────────────────────────────────────────────────────────────────────────────────────",
                "  3 failed tasks by what went wrong",
                "  phones tasks  script          step                  kind        message                                        last",
                "       1      1 post            2: tapOn Follow       script      exit code 3                                    9m",
                "       1      1 shell                                 stopped     stopped by an operator                         9m",
                "       1      1 shell                                 lost        the phone went away                            9m",
            ]
        );
    }

    #[test]
    fn what_is_old_says_from_when_it_is() {
        let mut screen = Screen::new(80, 24);
        screen.keys("Fp");
        let title = lines(&screen.text(), 1, 1).remove(0);
        assert!(title.contains("failures 3 · as of 14:03:07"), "{title}");
    }
}
