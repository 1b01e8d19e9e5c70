//! The way through a flow: block by block, step by step, and what happens when one fails.

use std::path::PathBuf;
use std::pin::Pin;
use std::sync::Arc;
use std::time::Duration;

use tokio::time::{Instant, timeout};

use super::error::{Crumb, StepError, Time};
use super::look::Look;
use super::record::{Record, Snapshot};
use super::ui::{Act, Ui};
use super::waits::Waits;
use super::words::{count, file_name, name};
use crate::flow::apps::App;
use crate::flow::js::Engine;
use crate::flow::lang::{Command, Flow, Step, Template};
use crate::flow::run::Evidence;
use crate::flow::timeline::{Came, TimedStep};
use crate::model::Progress;

/// What a flow runs on and with.
pub(in crate::flow) struct On<'r, U> {
    /// The phone.
    pub(in crate::flow) phone: &'r mut U,
    /// Where it is written down.
    pub(in crate::flow) record: &'r mut Record,
    /// Where log and pictures go.
    pub(in crate::flow) evidence: &'r mut Evidence,
    /// Told before each step.
    pub(in crate::flow) progress: &'r (dyn Fn(Progress) + Send + Sync),
    /// JavaScript, with the task's variables set.
    pub(in crate::flow) js: Engine,
    /// The task's app.
    pub(in crate::flow) app: Option<Arc<App>>,
    /// Folders whose files may be put on the phone.
    pub(in crate::flow) media_roots: Arc<[PathBuf]>,
    /// How long to wait for what.
    pub(in crate::flow) waits: Waits,
}

/// Why a flow failed, and at which step.
#[derive(Debug)]
pub(in crate::flow) struct Fault {
    /// The steps that lead to it, the outermost first; empty if it is no step's.
    pub(in crate::flow) trail: Vec<Crumb>,
    /// Why.
    pub(in crate::flow) error: Box<StepError>,
}

impl From<StepError> for Fault {
    /// Of the step that runs, which adds its trail.
    fn from(error: StepError) -> Self {
        Self {
            trail: Vec::new(),
            error: Box::new(error),
        }
    }
}

/// What a step did.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Effect {
    /// Something that the screen may show: lookups wait from now on.
    Changed,
    /// Nothing that the screen shows.
    None,
    /// Nothing at all, as its condition did not hold.
    Skipped,
}

impl Effect {
    /// That of several steps.
    pub(super) fn and(self, other: Self) -> Self {
        match (self, other) {
            (Self::Changed, _) | (_, Self::Changed) => Self::Changed,
            _ => Self::None,
        }
    }
}

/// A flow on its way.
pub(in crate::flow) struct Walk<'r, U> {
    pub(super) on: On<'r, U>,
    /// The flows that run, the outermost first.
    pub(super) flows: Vec<Arc<Flow>>,
    pub(super) look: Look,
    /// What `copyTextFrom` or `setClipboard` put aside.
    pub(super) copied: Option<String>,
    /// Pictures that steps left among the evidence.
    pub(super) pictures: u32,
    /// Dialogs of the app that were put away.
    pub(super) dialogs: u32,
    /// When the app was started last, or the flow began: a crash before that explains nothing.
    pub(super) launched: Instant,
    /// When the steps must have ended, besides the task's own deadline.
    until: Option<Instant>,
    /// The step that runs has a label of its own.
    labelled: bool,
}

/// What a block of steps comes to; boxed, as blocks lie in blocks.
pub(super) type Block<'a> = Pin<Box<dyn Future<Output = Result<Effect, Fault>> + Send + 'a>>;

impl<'r, U: Ui> Walk<'r, U> {
    /// Begins one.
    pub(in crate::flow) fn new(on: On<'r, U>) -> Self {
        Self {
            on,
            flows: Vec::new(),
            look: Look::new(),
            copied: None,
            pictures: 0,
            dialogs: 0,
            launched: Instant::now(),
            until: None,
            labelled: false,
        }
    }

    /// Runs a flow from its start to its end.
    pub(in crate::flow) async fn run(&mut self, flow: &Arc<Flow>) -> Result<(), Fault> {
        self.on.record.steps = count([&flow.on_start, &flow.steps, &flow.on_complete]);
        self.look.interacted();
        match self.flow(flow).await {
            Ok(_) => Ok(()),
            Err(fault) => {
                if !fault.error.is_lost() {
                    self.snapshot().await;
                }
                Err(fault)
            }
        }
    }

    /// Runs a flow in the scope that is open: its variables, its start, its steps, and its end
    /// whatever became of them.
    pub(super) async fn flow(&mut self, flow: &Arc<Flow>) -> Result<Effect, Fault> {
        self.flows.push(Arc::clone(flow));
        let ran = self.parts(flow).await;
        self.flows.pop();
        ran
    }

    async fn parts(&mut self, flow: &Flow) -> Result<Effect, Fault> {
        let main = self.main(flow).await;
        if flow.on_complete.is_empty() {
            return main;
        }
        let Err(fault) = main else {
            let completed = self.steps(&flow.on_complete).await;
            return completed.and_then(|effect| main.map(|main| main.and(effect)));
        };
        if fault.error.is_end() {
            return Err(fault);
        }
        // What the screen shows now tells of the failure; what follows may change it.
        self.snapshot().await;
        let outer = self.until;
        let end = Instant::now() + self.on.waits.complete;
        self.until = Some(outer.map_or(end, |outer| outer.min(end)));
        if let Err(second) = self.steps(&flow.on_complete).await {
            let told = format!("onFlowComplete failed too: {}", second.error);
            self.on.evidence.log().line(&told).await;
        }
        self.until = outer;
        Err(fault)
    }

    async fn main(&mut self, flow: &Flow) -> Result<Effect, Fault> {
        self.define(&flow.env).await?;
        let start = self.steps(&flow.on_start).await?;
        Ok(start.and(self.steps(&flow.steps).await?))
    }

    /// Sets variables in the scope that is open; later ones see earlier ones.
    async fn define(&mut self, env: &[(String, Template)]) -> Result<(), StepError> {
        for (name, template) in env {
            let value = self.text(template).await?;
            self.on.js.set(name, &value);
        }
        Ok(())
    }

    /// Runs a block of steps.
    pub(super) fn steps<'a>(&'a mut self, steps: &'a [Step]) -> Block<'a> {
        Box::pin(async move {
            let mut effect = Effect::None;
            for step in steps {
                effect = effect.and(self.step(step).await?);
            }
            Ok(effect)
        })
    }

    async fn step(&mut self, step: &Step) -> Result<Effect, Fault> {
        if self.on.record.trail().is_empty() {
            self.on.record.step += 1;
        }
        self.on.record.enter(&step.at, name(&step.command));
        let news = self.on.record.news();
        self.on.evidence.steps(&news).await;
        let result = self.carry_out(step).await;
        let (came, why, result) = match result {
            Ok(Effect::Skipped) => (Came::Skipped, None, Ok(Effect::None)),
            Ok(effect) => {
                if effect == Effect::Changed {
                    self.look.interacted();
                }
                (Came::Done, None, Ok(effect))
            }
            Err(fault) => {
                let (came, why, result) = self.failed(step, fault).await;
                (came, Some(why), result)
            }
        };
        for line in self.on.js.take_log() {
            self.on
                .evidence
                .log()
                .line(&format!("console: {line}"))
                .await;
        }
        if let Some(row) = self.on.record.leave(came, why.as_deref()) {
            // A warning has a line of its own.
            let why = why.filter(|_| came == Came::Failed);
            self.log(&row, why.as_deref()).await;
        }
        result
    }

    /// Judges a failure: it gets its place if it is this step's own, and is a warning if the
    /// step is optional. Answers in words why, too.
    async fn failed(
        &mut self,
        step: &Step,
        mut fault: Fault,
    ) -> (Came, String, Result<Effect, Fault>) {
        if fault.trail.is_empty() {
            fault.trail = self.on.record.trail().to_vec();
            if !step.optional {
                fault.error = self.blame(fault.error).await;
            }
        }
        if !(step.optional && fault.error.is_forgivable()) {
            return (Came::Failed, fault.error.to_string(), Err(fault));
        }
        self.on.record.snapshot = None;
        let told = format!("warning: {}: {}", fault.place(), fault.error);
        self.on.evidence.log().line(&told).await;
        (Came::Warned, fault.error.to_string(), Ok(Effect::None))
    }

    async fn carry_out(&mut self, step: &Step) -> Result<Effect, Fault> {
        self.labelled = false;
        if let Some(label) = &step.label {
            let label = self.text(label).await?;
            self.announce(&label);
            self.labelled = true;
        }
        if let Some(until) = self.until
            && Instant::now() >= until
        {
            return Err(StepError::Overrun(self.on.waits.complete).into());
        }
        match &step.command {
            Command::RunFlow(run) => self.run_flow(run).await,
            Command::Repeat(repeat) => self.repeat(repeat).await,
            Command::Retry(retry) => self.retry(retry).await,
            _ => Ok(self.command(step).await?),
        }
    }

    /// Tells what the step that runs does, once its expressions are evaluated. Its label, if it
    /// has one, comes first.
    pub(super) fn announce(&mut self, what: &str) {
        if self.labelled {
            return;
        }
        self.on.record.tell(what);
        let record = &*self.on.record;
        let Some(step) = record.trail().last() else {
            return;
        };
        let label = if record.trail().len() > 1 {
            format!("{}: {}", file_name(&step.at.file), step.what)
        } else {
            step.what.clone()
        };
        (self.on.progress)(Progress {
            step: record.step,
            steps: record.steps,
            label,
        });
    }

    /// Does something on the phone.
    pub(super) async fn act(&mut self, act: Act<'_>) -> Result<Effect, StepError> {
        // Also if it fails: whether it had its effect is unknown then.
        self.look.touched();
        self.on.phone.act(act).await?;
        Ok(Effect::Changed)
    }

    /// The moment at which a wait that begins now must end.
    pub(super) fn ends(&self, within: Duration) -> Instant {
        let ends = Instant::now() + within;
        self.until.map_or(ends, |until| ends.min(until))
    }

    async fn log(&mut self, row: &TimedStep, why: Option<&str>) {
        let now = jiff::Timestamp::now().strftime("%H:%M:%S%.3fZ");
        let took = Time(Duration::from_millis(row.took_ms.unwrap_or_default()));
        let came = row.result.map_or("", Came::text);
        let indent = "  ".repeat(row.depth);
        let place = &row.place;
        let mut line = format!("{now} {indent}{place} {} {took} {came}", row.command);
        if let Some(why) = why {
            line.push_str(": ");
            line.push_str(why);
        }
        self.on.evidence.log().line(&line).await;
    }

    /// Whether the app's end explains a failure.
    async fn blame(&mut self, error: Box<StepError>) -> Box<StepError> {
        if error.is_end() || !error.is_forgivable() {
            return error;
        }
        let Ok(package) = self.package(None).await else {
            return error;
        };
        match self.on.phone.crashed(&package, self.launched).await {
            Ok(Some(crash)) => Box::new(StepError::Crashed {
                package,
                crash: crash.what,
                instead: error,
            }),
            Ok(None) => error,
            Err(second) => {
                tracing::debug!(error = %second, "not known whether the app crashed");
                error
            }
        }
    }

    /// Keeps what the screen shows at a failure, unless that has been done.
    async fn snapshot(&mut self) {
        if self.on.record.snapshot.is_some() {
            return;
        }
        let mut snapshot = Snapshot::default();
        let took = timeout(self.on.waits.evidence, async {
            match self.on.phone.screenshot().await {
                Ok(png) => snapshot.picture = Some(png),
                Err(error) => tracing::debug!(%error, "no picture of the failure"),
            }
            match self.look().await {
                Ok(screen) => snapshot.screen = Some(screen),
                Err(error) => tracing::debug!(%error, "no hierarchy of the failure"),
            }
        });
        // What took too long is missing; what came in time stays.
        let _ = took.await;
        if snapshot.screen.is_none() {
            snapshot.screen = self.on.record.screen().cloned();
        }
        self.on.record.snapshot = Some(snapshot);
    }
}

impl Fault {
    /// File and line of the step that failed.
    pub(in crate::flow) fn place(&self) -> String {
        self.trail.last().map(Crumb::place).unwrap_or_default()
    }
}
