//! What is known of a flow that runs: how far it is, what its steps took, what the screen
//! showed last. It outlives the run, which may be dropped in the middle of a step.

use std::collections::VecDeque;
use std::sync::Arc;
use std::time::Duration;

use tokio::time::Instant;

use super::error::Crumb;
use crate::flow::driver::Looked;
use crate::flow::lang::Place;
use crate::flow::timeline::{Came, Line, TimedStep};
use crate::model::Timestamp;

/// Steps kept of the beginning, and as many of the end.
const KEPT: usize = 250;
/// Rounds of a `repeat` whose steps are all kept; after them, those of the last round.
const ROUNDS: u32 = 3;
/// Most characters of what a step says of itself.
const LONGEST: usize = 160;

/// The screen at the moment of a failure.
#[derive(Debug, Default)]
pub(in crate::flow) struct Snapshot {
    /// A PNG.
    pub(in crate::flow) picture: Option<Vec<u8>>,
    /// Its elements.
    pub(in crate::flow) screen: Option<Arc<Looked>>,
}

/// What is known of a flow's run.
#[derive(Debug)]
pub(in crate::flow) struct Record {
    began: Instant,
    began_at: Timestamp,
    /// The top-level step that runs, from 1.
    pub(super) step: u32,
    /// Top-level steps in all.
    pub(super) steps: u32,
    trail: Vec<Crumb>,
    /// The outermost step that ended last.
    behind: Vec<Crumb>,
    /// What else is known of each step of the trail.
    open: Vec<Open>,
    /// Steps begun.
    begun: u64,
    /// Steps that the beginning holds or will hold.
    taken: usize,
    first: Vec<TimedStep>,
    folded: Option<Fold>,
    last: VecDeque<TimedStep>,
    cut: u64,
    /// Lines for the timeline that nobody has taken yet.
    news: Vec<Line>,
    warnings: u64,
    screen: Option<Arc<Looked>>,
    /// The screen when the step failed that the flow fails by.
    pub(in crate::flow) snapshot: Option<Snapshot>,
}

/// A step that runs.
#[derive(Debug)]
struct Open {
    no: u64,
    step: String,
    began: Duration,
    /// Whether the timeline has its beginning.
    told: bool,
    /// The round of it that runs; 0: it has none.
    round: u32,
    /// Steps begun in it, or in its round.
    steps: u32,
    rounds: Option<u32>,
    retried: Option<u32>,
}

/// The steps of one round after the first ones of a `repeat`: held until it is known whether it
/// is the last.
#[derive(Debug)]
struct Fold {
    /// How deep the `repeat` lies.
    depth: usize,
    steps: Vec<TimedStep>,
}

impl Record {
    /// Begins one.
    pub(in crate::flow) fn new() -> Self {
        Self {
            began: Instant::now(),
            began_at: Timestamp(jiff::Timestamp::now().as_millisecond()),
            step: 0,
            steps: 0,
            trail: Vec::new(),
            behind: Vec::new(),
            open: Vec::new(),
            begun: 0,
            taken: 0,
            first: Vec::new(),
            folded: None,
            last: VecDeque::new(),
            cut: 0,
            news: Vec::new(),
            warnings: 0,
            screen: None,
            snapshot: None,
        }
    }

    /// The step that runs, the outermost first. After a run that was dropped: where it stood.
    pub(in crate::flow) fn trail(&self) -> &[Crumb] {
        &self.trail
    }

    /// Where a run stands or stood: the step that runs, and between two steps the one that ended
    /// last.
    pub(in crate::flow) fn stands(&self) -> &[Crumb] {
        if self.trail.is_empty() {
            &self.behind
        } else {
            &self.trail
        }
    }

    /// Steps that have ended, in the order in which they began, and how many of them are left
    /// out.
    pub(in crate::flow) fn rows(&self) -> (Vec<&TimedStep>, u64) {
        let folded = self.folded.iter().flat_map(|fold| &fold.steps);
        let mut rows: Vec<_> = self.first.iter().chain(folded).chain(&self.last).collect();
        rows.sort_by_key(|row| row.no);
        (rows, self.cut)
    }

    /// How many steps have ended, skipped ones among them.
    pub(in crate::flow) fn ended(&self) -> u64 {
        self.begun - self.open.len() as u64
    }

    /// What the timeline does not have yet.
    pub(in crate::flow) fn news(&mut self) -> Vec<Line> {
        std::mem::take(&mut self.news)
    }

    /// The rest of the timeline: no step follows.
    pub(in crate::flow) fn finish(&mut self) -> Vec<Line> {
        self.unfold();
        let mut news = self.news();
        if self.cut > 0 {
            news.push(Line::Cut { left_out: self.cut });
        }
        let last = self.last.iter().cloned();
        news.extend(last.map(|step| Line::Step(Box::new(step))));
        news
    }

    /// When the flow began.
    pub(in crate::flow) const fn began_at(&self) -> Timestamp {
        self.began_at
    }

    /// How many optional steps failed.
    pub(in crate::flow) const fn warnings(&self) -> u64 {
        self.warnings
    }

    /// How long the flow runs.
    pub(in crate::flow) fn elapsed(&self) -> Duration {
        self.began.elapsed()
    }

    /// The screen as it was last looked at.
    pub(in crate::flow) const fn screen(&self) -> Option<&Arc<Looked>> {
        self.screen.as_ref()
    }

    /// Keeps a look at the screen.
    pub(super) fn saw(&mut self, screen: Arc<Looked>) {
        self.screen = Some(screen);
    }

    /// A step begins inside of the one that runs.
    pub(super) fn enter(&mut self, at: &Place, what: &str) {
        self.begun += 1;
        let step = match self.open.last_mut() {
            None => self.step.to_string(),
            Some(outer) => {
                outer.steps += 1;
                match outer.round {
                    0 => format!("{}.{}", outer.step, outer.steps),
                    round => format!("{}({round}).{}", outer.step, outer.steps),
                }
            }
        };
        let told = self.folded.is_none() && self.taken < KEPT;
        self.trail.push(Crumb {
            at: at.clone(),
            what: what.to_owned(),
        });
        self.open.push(Open {
            no: self.begun,
            step,
            began: self.elapsed(),
            told,
            round: 0,
            steps: 0,
            rounds: None,
            retried: None,
        });
        if told {
            self.taken += 1;
            let begun = self.innermost().map(|step| Line::Step(Box::new(step)));
            self.news.extend(begun);
        }
    }

    /// The step that runs tells more of itself.
    pub(super) fn tell(&mut self, what: &str) {
        if let Some(step) = self.trail.last_mut() {
            step.what = short(what);
        }
    }

    /// A round of the `repeat` that runs begins.
    pub(super) fn round(&mut self) {
        let depth = self.open.len();
        let Some(repeat) = self.open.last_mut() else {
            return;
        };
        repeat.round += 1;
        repeat.steps = 0;
        repeat.rounds = Some(repeat.round);
        let many = repeat.round > ROUNDS;
        if self.folded.as_ref().is_some_and(|fold| fold.depth == depth) {
            self.fold();
        }
        if many && self.folded.is_none() {
            self.folded = Some(Fold {
                depth,
                steps: Vec::new(),
            });
        }
    }

    /// The `retry` that runs tries once more.
    pub(super) fn again(&mut self) {
        if let Some(retry) = self.open.last_mut() {
            let retried = retry.retried.unwrap_or(0) + 1;
            retry.retried = Some(retried);
            retry.round = retried + 1;
            retry.steps = 0;
        }
    }

    /// The step that runs ends, for this reason if it failed.
    pub(super) fn leave(&mut self, came: Came, why: Option<&str>) -> Option<TimedStep> {
        let mut step = self.innermost()?;
        if self.trail.len() == 1 {
            self.behind.clone_from(&self.trail);
        }
        self.trail.pop();
        let open = self.open.pop()?;
        if came == Came::Warned {
            self.warnings += 1;
        }
        let took = self.elapsed().saturating_sub(open.began);
        step.took_ms = Some(millis(took));
        step.result = Some(came);
        step.why = why.map(short);
        if let Some(fold) = &self.folded
            && fold.depth == self.open.len() + 1
        {
            // The `repeat` itself ends: the round that is held was its last.
            self.unfold();
        }
        match &mut self.folded {
            Some(fold) if fold.steps.len() < KEPT => fold.steps.push(step.clone()),
            Some(_) => self.cut += 1,
            None => self.keep(step.clone(), open.told),
        }
        Some(step)
    }

    /// The innermost step that runs, as it is now.
    fn innermost(&self) -> Option<TimedStep> {
        let (crumb, open) = (self.trail.last()?, self.open.last()?);
        let began = i64::try_from(open.began.as_millis()).unwrap_or(i64::MAX);
        Some(TimedStep {
            no: open.no,
            step: open.step.clone(),
            depth: self.open.len() - 1,
            place: crumb.place(),
            command: crumb.what.clone(),
            began_at: self.began_at.plus_ms(began),
            took_ms: None,
            result: None,
            rounds: open.rounds,
            retried: open.retried,
            exit_code: None,
            why: None,
        })
    }

    /// The round that is held was not the last: of it only what failed is worth keeping.
    fn fold(&mut self) {
        let steps = self.folded.take().map_or(Vec::new(), |fold| fold.steps);
        for step in steps {
            match step.result {
                Some(Came::Warned | Came::Failed) => self.keep(step, false),
                _ => self.cut += 1,
            }
        }
    }

    /// The round that is held was the last.
    fn unfold(&mut self) {
        let steps = self.folded.take().map_or(Vec::new(), |fold| fold.steps);
        for step in steps {
            self.keep(step, false);
        }
    }

    /// Keeps a step that has ended; `told`: the timeline has its beginning.
    fn keep(&mut self, step: TimedStep, told: bool) {
        if told || self.taken < KEPT {
            self.taken += usize::from(!told);
            self.news.push(Line::Step(Box::new(step.clone())));
            self.first.push(step);
            return;
        }
        if self.last.len() == KEPT {
            self.last.pop_front();
            self.cut += 1;
        }
        self.last.push_back(step);
    }
}

/// One line of bounded length.
pub(in crate::flow) fn short(text: &str) -> String {
    let plain = |c: char| if c.is_control() { ' ' } else { c };
    let mut line: String = text.chars().take(LONGEST).map(plain).collect();
    if text.chars().nth(LONGEST).is_some() {
        line.push_str("...");
    }
    line
}

fn millis(time: Duration) -> u64 {
    u64::try_from(time.as_millis()).unwrap_or(u64::MAX)
}

#[cfg(test)]
mod tests {
    use super::{Came, KEPT, LONGEST, Record, short};
    use crate::flow::lang::Place;
    use crate::flow::timeline::{Timeline, to_bytes};

    fn place(line: u32) -> Place {
        Place {
            file: "a.yaml".into(),
            line,
            column: 1,
        }
    }

    /// A step that does nothing.
    fn back(record: &mut Record, line: u32) {
        if record.trail().is_empty() {
            record.step += 1;
        }
        record.enter(&place(line), "back");
        record.leave(Came::Done, None);
    }

    fn whole(record: &mut Record) -> Timeline {
        Timeline::read(&to_bytes(&record.finish()))
    }

    fn steps(timeline: &Timeline) -> Vec<&str> {
        timeline.steps.iter().map(|s| s.step.as_str()).collect()
    }

    #[test]
    fn the_trail_leads_to_the_step_that_runs() {
        let mut record = Record::new();
        record.enter(&place(1), "runFlow");
        record.enter(&place(9), "tapOn");
        record.tell("tapOn 'Follow'");
        let trail: Vec<_> = record.trail().iter().map(|c| c.place()).collect();
        assert_eq!(trail, ["a.yaml:1", "a.yaml:9"]);
        let row = record.leave(Came::Done, None).unwrap();
        assert_eq!((row.command.as_str(), row.depth), ("tapOn 'Follow'", 1));
        assert_eq!(record.trail().len(), 1);
    }

    #[test]
    fn of_many_steps_the_first_and_the_last_are_kept() {
        let mut record = Record::new();
        (1..=1000).for_each(|line| back(&mut record, line));
        let (rows, cut) = record.rows();
        let rows: Vec<_> = rows.iter().map(|row| row.place.clone()).collect();
        assert_eq!(rows.len(), 2 * KEPT);
        assert_eq!(cut, 1000 - 2 * KEPT as u64);
        assert_eq!(rows.first().unwrap(), "a.yaml:1");
        assert_eq!(rows.last().unwrap(), "a.yaml:1000");
        assert_eq!(record.ended(), 1000);
        let timeline = whole(&mut record);
        assert_eq!((timeline.steps.len(), timeline.left_out), (2 * KEPT, 500));
    }

    #[test]
    fn a_timeline_tells_what_runs_before_it_has_ended() {
        let mut record = Record::new();
        record.step = 1;
        record.enter(&place(1), "runFlow");
        back(&mut record, 2);
        record.enter(&place(3), "tapOn");
        let so_far = Timeline::read(&to_bytes(&record.news()));
        assert_eq!(steps(&so_far), ["1", "1.1", "1.2"]);
        let ended: Vec<_> = so_far.steps.iter().map(|s| s.result.is_some()).collect();
        assert_eq!(ended, [false, true, false]);
        assert!(record.news().is_empty());
    }

    #[test]
    fn of_many_rounds_the_first_three_and_the_last_are_kept() {
        let mut record = Record::new();
        record.step = 1;
        record.enter(&place(1), "repeat");
        for _ in 0..100 {
            record.round();
            back(&mut record, 2);
        }
        record.leave(Came::Done, None);
        let timeline = whole(&mut record);
        assert_eq!(
            steps(&timeline),
            ["1", "1(1).1", "1(2).1", "1(3).1", "1(100).1"]
        );
        assert_eq!(timeline.steps[0].rounds, Some(100));
        assert_eq!(timeline.left_out, 96);
    }

    #[test]
    fn a_run_that_is_dropped_keeps_the_round_it_was_in() {
        let mut record = Record::new();
        record.step = 1;
        record.enter(&place(1), "repeat");
        for _ in 0..9 {
            record.round();
            back(&mut record, 2);
        }
        let timeline = whole(&mut record);
        assert_eq!(timeline.steps.last().unwrap().step, "1(9).1");
        assert_eq!(timeline.steps[0].result, None);
    }

    #[test]
    fn what_failed_in_a_round_that_is_left_out_is_kept() {
        let mut record = Record::new();
        record.enter(&place(1), "repeat");
        for round in 1..=20 {
            record.round();
            record.enter(&place(2), "tapOn");
            let came = if round == 10 {
                Came::Warned
            } else {
                Came::Done
            };
            record.leave(came, Some("not found"));
        }
        record.leave(Came::Done, None);
        let timeline = whole(&mut record);
        let warned = timeline
            .steps
            .iter()
            .find(|s| s.result == Some(Came::Warned));
        assert_eq!(warned.unwrap().why.as_deref(), Some("not found"));
        assert_eq!(timeline.steps.len(), 6);
    }

    #[test]
    fn each_try_of_a_retry_is_numbered() {
        let mut record = Record::new();
        record.step = 4;
        record.enter(&place(1), "retry");
        back(&mut record, 2);
        record.again();
        back(&mut record, 2);
        record.leave(Came::Done, None);
        let timeline = whole(&mut record);
        assert_eq!(steps(&timeline), ["4", "4.1", "4(2).1"]);
        assert_eq!(timeline.steps[0].retried, Some(1));
    }

    #[test]
    fn what_a_step_says_is_one_line_of_bounded_length() {
        assert_eq!(short("a\nb"), "a b");
        let long = short(&"x".repeat(1000));
        assert_eq!(long.len(), LONGEST + 3);
    }
}
