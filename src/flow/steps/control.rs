//! Blocks of steps: run under a condition, again and again, or until they succeed.

use std::sync::Arc;

use tokio::time::{Instant, sleep_until};

use super::error::StepError;
use super::ui::Ui;
use super::walk::{Effect, Fault, Walk};
use super::words::file_name;
use crate::flow::lang::{Flow, Repeat, Retry, RunFlow, Template};

/// Most retries, whatever a flow says; Maestro's.
const MOST_RETRIES: u32 = 3;

impl<U: Ui> Walk<'_, U> {
    /// `runFlow`.
    pub(super) async fn run_flow(&mut self, run: &RunFlow) -> Result<Effect, Fault> {
        self.announce(&format!("runFlow {}", title(&run.flow)));
        if !self.holds(run.when.as_ref()).await? {
            return Ok(Effect::Skipped);
        }
        self.scoped(&run.flow, &run.env).await
    }

    /// `repeat`.
    pub(super) async fn repeat(&mut self, repeat: &Repeat) -> Result<Effect, Fault> {
        let most = match &repeat.times {
            Some(times) => {
                let times: f64 = self.number(times, "times").await?;
                self.announce(&format!("repeat {times} times"));
                times
            }
            None => {
                self.announce("repeat");
                f64::INFINITY
            }
        };
        let mut effect = None;
        let mut rounds = 0.0;
        // Maestro cuts a broken number down.
        while rounds < most.trunc() && self.holds(repeat.condition.as_ref()).await? {
            let next = Instant::now() + self.on.waits.round;
            self.on.record.round();
            self.on.js.enter();
            let ran = self.steps(&repeat.steps).await;
            self.on.js.leave();
            let ran = ran?;
            effect = Some(effect.map_or(ran, |effect: Effect| effect.and(ran)));
            rounds += 1.0;
            sleep_until(next).await;
        }
        Ok(effect.unwrap_or(Effect::Skipped))
    }

    /// `retry`.
    pub(super) async fn retry(&mut self, retry: &Retry) -> Result<Effect, Fault> {
        let retries: u32 = self.number(&retry.max_retries, "maxRetries").await?;
        let retries = retries.min(MOST_RETRIES);
        self.announce(&format!("retry {}", title(&retry.flow)));
        let mut tried = 0;
        loop {
            let fault = match self.scoped(&retry.flow, &retry.env).await {
                Ok(effect) => return Ok(effect),
                Err(fault) => fault,
            };
            if tried == retries || fault.error.is_end() {
                return Err(fault);
            }
            tried += 1;
            self.on.record.again();
            self.on.record.snapshot = None;
            let told = format!(
                "retry {tried} of {retries} after {}: {}",
                fault.place(),
                fault.error
            );
            self.on.evidence.log().line(&told).await;
        }
    }

    /// Runs a flow with variables of its own.
    async fn scoped(
        &mut self,
        flow: &Arc<Flow>,
        env: &[(String, Template)],
    ) -> Result<Effect, Fault> {
        let env = self.env(env).await?;
        self.on.js.enter();
        for (name, value) in &env {
            self.on.js.set(name, value);
        }
        let ran = self.flow(flow).await;
        self.on.js.leave();
        ran
    }
}

/// What a flow is called to people.
fn title(flow: &Flow) -> &str {
    flow.name
        .as_deref()
        .unwrap_or_else(|| file_name(&flow.file))
}

impl From<crate::flow::js::JsError> for StepError {
    fn from(error: crate::flow::js::JsError) -> Self {
        Self::Script(error.to_string())
    }
}
