//! The steps of a task's last attempt, one a line: number, what it does, how long, what it came
//! to. What runs is there before it ends.

use ratatui::text::Line;
use unicode_width::UnicodeWidthStr;

use super::Page;
use crate::console::action::Action;
use crate::console::look::Role;
use crate::console::source::TaskInfo;
use crate::console::text;
use crate::console::view::{key_of, span};
use crate::flow::{Came, TimedStep};

/// Steps shown of the beginning and of the end, unless all are asked for.
const FIRST: usize = 20;
const LAST: usize = 30;
/// Columns of the duration.
const TOOK: usize = 7;
/// Columns of what a step came to.
const WORD: usize = 17;
/// From this width on a line has room for the step's place in its file.
const WIDE: usize = 100;
/// Rows of the reason why an optional step failed.
const WHY: usize = 2;

impl Page<'_> {
    pub(super) fn timeline(&mut self, info: &TaskInfo, whole: bool) {
        let timeline = &info.timeline;
        if timeline.steps.is_empty() {
            return;
        }
        let kept = timeline.steps.len() as u64;
        let all = text::count(
            usize::try_from(kept + timeline.left_out).unwrap_or(usize::MAX),
            "step",
        );
        self.head(&format!("timeline: {all}"));
        let runs = info.detail.attempts.last();
        let runs = runs.is_some_and(|attempt| attempt.finished_at.is_none());
        let innermost = timeline
            .steps
            .iter()
            .rposition(|step| step.result.is_none());
        let hidden = match whole {
            true => 0,
            false => timeline.steps.len().saturating_sub(FIRST + LAST),
        };
        let mut before = 0;
        for (at, step) in timeline.steps.iter().enumerate() {
            if (FIRST..FIRST + hidden).contains(&at) {
                if at == FIRST {
                    self.hidden(hidden);
                }
                before = step.no;
                continue;
            }
            let missing = step.no.saturating_sub(before + 1);
            if missing > 0 {
                let missing = usize::try_from(missing).unwrap_or(usize::MAX);
                self.gap(&format!(
                    "{} not kept: the log has more",
                    text::count(missing, "step")
                ));
            }
            before = step.no;
            let label = (runs && innermost == Some(at))
                .then(|| self.label(info))
                .flatten();
            self.step(step, runs, label.as_deref());
        }
    }

    /// Says that steps are there but not shown.
    fn hidden(&mut self, steps: usize) {
        let key = key_of(self.state, Action::DetailWhole);
        let steps = text::count(steps, "step");
        self.gap(&match key.is_empty() {
            true => format!("{steps} more"),
            false => format!("{steps} more: {key} shows all"),
        });
    }

    fn gap(&mut self, what: &str) {
        let more = self.look.glyphs().more;
        self.text(Role::Dim, &format!("  {more} {what}"));
    }

    /// What the step that runs says of itself, which is newer than the timeline.
    fn label(&self, info: &TaskInfo) -> Option<String> {
        let view = &info.detail.view;
        let live = self.state.progress(&view.task.serial, view.task.id);
        let progress = live.or(view.progress.as_ref())?;
        (!progress.label.is_empty()).then(|| progress.label.clone())
    }

    fn step(&mut self, step: &TimedStep, runs: bool, label: Option<&str>) {
        let (glyph, word, role) = self.came(step, runs);
        let took = match step.took_ms {
            Some(ms) => text::duration(i64::try_from(ms).unwrap_or(i64::MAX)),
            None if runs => text::duration(self.state.now.ms_since(step.began_at)),
            None => String::new(),
        };
        let more = self.look.glyphs().more;
        let head = format!("{glyph} {}{} ", "  ".repeat(step.depth), step.step);
        let place = match self.width >= WIDE {
            true => format!("  {}", step.place),
            false => String::new(),
        };
        let right = TOOK + 2 + WORD;
        let room = self
            .width
            .saturating_sub(head.width() + right + 1 + place.width());
        let what = label.unwrap_or(&step.command);
        let what = text::fit(what, room, more);
        let blank = " ".repeat(room.saturating_sub(what.width()) + 1);
        let plain = match step.result {
            Some(Came::Skipped) => Role::Dim,
            _ => Role::Plain,
        };
        self.lines.push(Line::from(vec![
            span(self.look, role, &head),
            span(self.look, plain, &format!("{what}{blank}")),
            span(self.look, Role::Dim, &format!("{took:>TOOK$}  ")),
            span(self.look, role, &format!("{word:<WORD$}")),
            span(self.look, Role::Dim, &place),
        ]));
        if let (Some(Came::Warned), Some(why)) = (step.result, &step.why) {
            let indent = head.width();
            let rows = text::wrap(why, self.width.saturating_sub(indent));
            for row in rows.iter().take(WHY) {
                let row = format!("{}{row}", " ".repeat(indent));
                self.lines
                    .push(Line::from(span(self.look, Role::Dim, &row)));
            }
        }
    }

    /// Glyph, words and role of what a step came to.
    fn came(&self, step: &TimedStep, runs: bool) -> (&'static str, String, Role) {
        let glyphs = self.look.glyphs();
        let (glyph, word, role) = match step.result {
            Some(Came::Done) => (glyphs.good, "done", Role::Good),
            Some(Came::Skipped) => (glyphs.skipped, "skipped", Role::Dim),
            Some(Came::Warned) => (glyphs.warned, "optional, failed", Role::Warn),
            Some(Came::Failed) => (glyphs.failed, "failed", Role::Bad),
            None if runs => (glyphs.running, "running", Role::Busy),
            None => (glyphs.stopping, "cut short", Role::Warn),
        };
        let word = match (step.exit_code, step.rounds, step.retried) {
            (Some(code), ..) => format!("{word}, exit {code}"),
            (None, Some(1), _) => format!("{word}, 1 round"),
            (None, Some(rounds), _) => format!("{word}, {rounds} rounds"),
            (None, None, Some(times)) => format!("{word}, retried {times}"),
            (None, None, None) => word.to_owned(),
        };
        (glyph, word, role)
    }
}

#[cfg(test)]
mod tests {
    use crate::console::look::{Charset, Look, Palette};
    use crate::console::state::Options;
    use crate::console::testing::{NOW, Screen, lines};
    use crate::flow::{Came, TimedStep, Timeline};

    fn step(no: u64, step: &str, command: &str, came: Option<Came>) -> TimedStep {
        TimedStep {
            no,
            step: step.into(),
            depth: step.matches('.').count(),
            place: format!("post.yaml:{no}"),
            command: command.into(),
            began_at: NOW.plus_ms(-12_000),
            took_ms: came.map(|_| no * 400),
            result: came,
            rounds: None,
            retried: None,
            exit_code: None,
            why: None,
        }
    }

    fn steps() -> Vec<TimedStep> {
        let done = Some(Came::Done);
        let mut steps = vec![
            step(1, "1", "launchApp org.example", done),
            step(2, "2", "runFlow login", done),
            step(3, "2.1", "tapOn 'Later'", Some(Came::Warned)),
            step(4, "3", "runFlow rate", Some(Came::Skipped)),
            step(5, "4", "repeat 10 times", done),
            step(16, "4(10).1", "swipe up", done),
            step(17, "5", "retry", Some(Came::Failed)),
        ];
        steps[2].why = Some("not found within 7 s".into());
        steps[4].rounds = Some(10);
        steps[6].retried = Some(2);
        steps
    }

    fn shown(screen: &mut Screen, keys: &str) -> Vec<String> {
        screen.keys(keys);
        let text = screen.text();
        let at = text
            .lines()
            .position(|line| line.starts_with("timeline"))
            .unwrap();
        lines(&text, at, 11)
    }

    #[test]
    fn each_step_tells_its_number_duration_and_what_it_came_to() {
        let mut screen = Screen::new(80, 60);
        screen.model.timeline = Timeline {
            steps: steps(),
            left_out: 10,
        };
        assert_eq!(
            shown(&mut screen, "2jjjjj\n"),
            [
                "timeline: 17 steps",
                "\u{2713} 1 launchApp org.example                               400ms  done",
                "\u{2713} 2 runFlow login                                       800ms  done",
                "!   2.1 tapOn 'Later'                                    1.2s  optional, failed",
                "        not found within 7 s",
                "\u{2298} 3 runFlow rate                                         1.6s  skipped",
                "\u{2713} 4 repeat 10 times                                      2.0s  done, 10 rounds",
                "  \u{2026} 10 steps not kept: the log has more",
                "\u{2713}   4(10).1 swipe up                                     6.4s  done",
                "\u{2717} 5 retry                                                6.8s  failed, retried 2",
                "",
            ]
        );
    }

    #[test]
    fn what_runs_now_says_what_it_does_and_since_when() {
        let mut screen = Screen::new(80, 60);
        screen.model.timeline = Timeline {
            steps: vec![step(1, "1", "runFlow", None), step(2, "1.1", "tapOn", None)],
            left_out: 0,
        };
        let shown = shown(&mut screen, "2jjjj\n");
        assert_eq!(
            shown[1..3],
            [
                "\u{25b6} 1 runFlow                                             12.0s  running",
                "\u{25b6}   1.1 install                                         12.0s  running",
            ]
        );
    }

    #[test]
    fn a_step_that_nobody_saw_end_was_cut_short() {
        let mut screen = Screen::new(80, 60);
        screen.model.timeline.steps = vec![step(1, "1", "tapOn", None)];
        let shown = shown(&mut screen, "2jjjjj\n");
        assert!(shown[1].ends_with("  cut short"), "{}", shown[1]);
    }

    #[test]
    fn of_many_steps_the_middle_waits_to_be_asked_for() {
        let mut screen = Screen::new(80, 200);
        let many = (1..=90).map(|n| step(n, &n.to_string(), "back", Some(Came::Done)));
        screen.model.timeline.steps = many.collect();
        screen.keys("2jjjjj\n");
        let text = screen.text();
        assert!(
            text.contains("  \u{2026} 40 steps more: w shows all\n"),
            "{text}"
        );
        assert!(!text.contains("30 back"), "{text}");
        screen.keys("w");
        assert!(screen.text().contains("\u{2713} 30 back"));
    }

    #[test]
    fn the_exit_code_of_a_command_is_told_and_ascii_is_enough() {
        let look = Look::new(Palette::NoColor, Charset::Ascii);
        let options = Options {
            look,
            ..Options::default()
        };
        let mut screen = Screen::of(80, 60, options);
        let mut failed = step(1, "1", "$ false", Some(Came::Failed));
        failed.exit_code = Some(1);
        let skipped = step(2, "2", "runFlow", Some(Came::Skipped));
        screen.model.timeline.steps = vec![failed, skipped];
        let shown = shown(&mut screen, "2jjjjj\n");
        assert!(shown[1].starts_with("x 1 $ false"), "{}", shown[1]);
        assert!(shown[1].ends_with("failed, exit 1"), "{}", shown[1]);
        assert!(shown[2].starts_with("- 2 runFlow"), "{}", shown[2]);
    }
}
