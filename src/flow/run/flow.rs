//! Scripts that step through a flow: everything around its steps.

use std::sync::Arc;
use tokio::time::timeout;

use super::evidence::{HIERARCHY, SCREEN};
use super::outcome::{Failure, Left, Outcome, one_line};
use super::report::{Facts, Report};
use super::{Run, variables};
use crate::adb::Limits;
use crate::flow::driver::{Driver, DriverError};
use crate::flow::failure::REPORT;
use crate::flow::js;
use crate::flow::lang::Flow;
use crate::flow::registry::load_named;
use crate::flow::steps::{Crumb, Fault, On, Record, Snapshot, StepError, Time, Walk};
use crate::flow::timeline::Line;
use crate::model::{ErrorKind, TaskError};

/// Most characters of a message.
const LONGEST: usize = 1000;
/// Most bytes of a picture of the screen.
const LARGEST_SCREEN: usize = 64 << 20;

/// A flow that was begun; outlives its steps when they are dropped.
pub(super) struct Begun {
    /// Its file, or what the task names if it could not be loaded.
    file: String,
    /// Names of its variables.
    variables: Vec<String>,
    record: Record,
    /// Its failure has been written down.
    told: bool,
}

impl Begun {
    /// The rest of its timeline.
    pub(super) fn finish(&mut self) -> Vec<Line> {
        self.record.finish()
    }
}

impl Run {
    /// Steps through the script's flow.
    pub(super) async fn flow(&mut self) -> Outcome {
        let loaded = self.load().await;
        let file = match &loaded {
            Ok(flow) => flow.file.to_string(),
            Err(_) => self.named(),
        };
        let variables = variables::of(&self.job.script, &self.job.task, &self.config);
        let begun = self.begun.insert(Begun {
            variables: variables.iter().map(|(name, _)| name.clone()).collect(),
            file,
            record: Record::new(),
            told: false,
        });
        let flow = loaded?;
        let mut js = js::Engine::new(js::Limits::default());
        for (name, value) in &variables {
            js.set(name, value);
        }
        if let Some(app) = &self.job.app {
            js.set_json("app", &app.as_js());
        }
        (self.job.progress)(crate::model::Progress {
            step: 0,
            steps: 0,
            label: "preparing the phone".to_owned(),
        });
        self.drives = true;
        let patience = self.job.driver_patience();
        let (phone, note) = (self.job.phone.clone(), &self.job.note);
        let mut driver = Driver::open(phone, note, &self.job.ui, patience).await?;
        driver.prepare().await?;
        let mut walk = Walk::new(On {
            phone: &mut driver,
            record: &mut begun.record,
            evidence: &mut self.evidence,
            progress: &*self.job.progress,
            js,
            app: self.job.app.clone(),
            media_roots: Arc::clone(&self.job.media_roots),
            waits: self.job.waits,
        });
        match walk.run(&flow).await {
            Ok(()) => Ok(Some(remark(&begun.record))),
            Err(fault) => {
                let failure = failure(&fault);
                let facts = match fault.error.is_lost() {
                    true => Facts::default(),
                    false => self.facts(&mut driver).await,
                };
                let trail = &fault.trail;
                self.tell(&failure.error, trail, Some(&fault.error), &facts)
                    .await;
                Err(failure)
            }
        }
    }

    /// What the task calls its flow.
    fn named(&self) -> String {
        let script = &self.job.script;
        match script.flow_parameter() {
            Some(parameter) => self.text(&parameter.name),
            None => script.name.to_string(),
        }
    }

    /// The script's own flow, or the one that the task names, as it is now.
    async fn load(&self) -> Result<Arc<Flow>, Failure> {
        let refused =
            |message: String| Failure::nothing_left(TaskError::new(ErrorKind::Config, message));
        let script = &self.job.script;
        let Some(parameter) = script.flow_parameter() else {
            let missing = || refused(format!("the script '{}' has no flow", script.name));
            return script.flow.clone().ok_or_else(missing);
        };
        let name = self.text(&parameter.name);
        let (flows, roots) = (self.job.flows.clone(), self.job.media_roots.clone());
        let loaded = tokio::task::spawn_blocking(move || load_named(&name, &flows, &roots));
        let loaded = loaded.await.map_err(|error| refused(error.to_string()))?;
        loaded
            .map(Arc::new)
            .map_err(|error| refused(format!("{} {error}", parameter.name)))
    }

    /// Leaves the evidence of a flow that failed, if that has not been done: by a stop, or before
    /// its first step.
    pub(super) async fn flow_failed(&mut self, error: &mut TaskError, left: &Left) {
        let Some(begun) = self.begun.as_ref().filter(|begun| !begun.told) else {
            return;
        };
        let trail = begun.record.stands().to_vec();
        if error.step.is_none() {
            error.step = path(&trail);
        }
        let seen = begun.record.snapshot.is_some();
        // A flow that could not be loaded did nothing that the screen could tell of.
        if !seen && *left == Left::Perhaps {
            let picture = self.picture().await;
            if let Some(begun) = &mut self.begun {
                begun.record.snapshot = Some(Snapshot {
                    picture,
                    screen: None,
                });
            }
        }
        self.tell(error, &trail, None, &Facts::default()).await;
    }

    /// A picture of the screen without the driver, which is gone; soon, or none.
    async fn picture(&self) -> Option<Vec<u8>> {
        let soon = self.job.patience.end / 4;
        let limits = Limits {
            max_bytes: LARGEST_SCREEN,
            ..Limits::within(soon)
        };
        // The limits hold for each step of it, this for the whole.
        let png = timeout(soon, self.job.phone.screenshot(&limits)).await;
        png.ok()?.ok()
    }

    /// Writes a failure down.
    async fn tell(
        &mut self,
        error: &TaskError,
        trail: &[Crumb],
        cause: Option<&StepError>,
        facts: &Facts,
    ) {
        let Some(begun) = &mut self.begun else {
            return;
        };
        begun.told = true;
        let snapshot = begun.record.snapshot.take().unwrap_or_default();
        let screen = snapshot.screen.or_else(|| begun.record.screen().cloned());
        let report = Report {
            job: &self.job,
            flow: &begun.file,
            variables: &begun.variables,
            error,
            cause,
            trail,
            record: &begun.record,
            screen: screen.as_deref(),
            facts,
        };
        let report = report.to_bytes();
        self.evidence.save(REPORT, &report).await;
        if let Some(png) = &snapshot.picture {
            self.evidence.save(SCREEN, png).await;
        }
        if let Some(screen) = &screen {
            let xml = screen.xml.as_bytes();
            self.evidence.save(HIERARCHY, xml).await;
        }
    }

    /// Asks the phone what a report tells of it; what it does not answer in time is missing.
    async fn facts(&self, driver: &mut Driver) -> Facts {
        let mut facts = Facts::default();
        let asked = timeout(self.job.waits.evidence, async {
            if let Ok(Some(front)) = driver.foreground().await {
                facts.foreground = Some(format!("{}/{}", front.package, front.activity));
            }
            facts.battery = self.battery().await;
        });
        // The facts that came in time are there.
        let _ = asked.await;
        facts
    }

    async fn battery(&self) -> Option<u8> {
        let limits = Limits::within(self.job.patience.answer);
        let said = self
            .job
            .phone
            .shell("dumpsys battery", &limits)
            .await
            .ok()?;
        let said = String::from_utf8_lossy(&said.stdout);
        let level = said
            .lines()
            .find_map(|line| line.trim().strip_prefix("level:"));
        level?.trim().parse().ok()
    }
}

impl From<DriverError> for Failure {
    fn from(error: DriverError) -> Self {
        failure(&StepError::from(error).into())
    }
}

/// What a fault means for the task.
fn failure(fault: &Fault) -> Failure {
    let kind = fault.error.kind();
    let message = match fault.trail.last() {
        Some(step) => format!("{}: {}: {}", step.place(), step.what, fault.error),
        None => fault.error.to_string(),
    };
    let message = one_line(message.as_bytes(), LONGEST);
    let left = match kind {
        ErrorKind::Lost => Left::OutOfReach(message.clone()),
        _ => Left::Perhaps,
    };
    let mut error = TaskError::new(kind, message);
    error.step = path(&fault.trail);
    Failure { error, left }
}

/// The way to a step: file and line of each flow and block that leads to it.
fn path(trail: &[Crumb]) -> Option<String> {
    let places: Vec<_> = trail.iter().map(Crumb::place).collect();
    (!places.is_empty()).then(|| places.join(" > "))
}

/// A word on a flow that went well.
fn remark(record: &Record) -> String {
    let steps = record.ended();
    let took = Time(record.elapsed());
    match record.warnings() {
        0 => format!("{steps} steps in {took}"),
        1 => format!("{steps} steps in {took}, 1 optional one failed"),
        some => format!("{steps} steps in {took}, {some} optional ones failed"),
    }
}
