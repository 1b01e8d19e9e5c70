//! The faces of the main job: none (`farmhand serve`), or a console. Whatever the face, a
//! signal ends the job in order.

use anyhow::bail;

use super::instance::Instance;
use super::job::Job;
use super::signals::Signals;
use crate::config::{Loaded, Settings};
use crate::telemetry::{self, Echo, Telemetry};

/// `farmhand serve`: until a signal.
pub(super) async fn serve(loaded: Loaded) -> anyhow::Result<()> {
    let mut signals = Signals::listen()?;
    let (job, _telemetry) = begin(&loaded, Echo::Stderr).await?;
    let signal = signals.end().await;
    tracing::info!(signal, "asked to end");
    end(job, &mut signals).await
}

/// `farmhand`: with the console.
pub(super) async fn console(loaded: Loaded) -> anyhow::Result<()> {
    let mut signals = Signals::listen()?;
    let (job, _telemetry) = begin(&loaded, Echo::Silent).await?;
    let left = face(&job, &loaded.settings, &mut signals).await;
    let ended = end(job, &mut signals).await;
    left.and(ended)
}

/// Shows the job until the face is left or a signal comes.
pub(super) async fn face(
    job: &Job,
    settings: &Settings,
    signals: &mut Signals,
) -> anyhow::Result<()> {
    let signal = signals.end().await;
    tracing::info!(signal, "asked to end");
    Ok(())
}

/// Takes the data folder, begins to log and to work.
pub(super) async fn begin(loaded: &Loaded, echo: Echo) -> anyhow::Result<(Job, Telemetry)> {
    let settings = &loaded.settings;
    let instance = Instance::acquire(&settings.folders.data).await?;
    let telemetry = telemetry::start(settings.log, &settings.folders.data, echo)?;
    for warning in &loaded.warnings {
        tracing::warn!("{warning}");
    }
    Ok((Job::start(settings, instance).await?, telemetry))
}

/// Ends the job in order; a second signal leaves at once.
pub(super) async fn end(job: Job, signals: &mut Signals) -> anyhow::Result<()> {
    tokio::select! {
        () = job.end() => Ok(()),
        // The store survives that, as it survives a power cut.
        signal = signals.end() => bail!(
            "{signal} again: left at once; tasks that ran are `interrupted` at the next start"
        ),
    }
}
