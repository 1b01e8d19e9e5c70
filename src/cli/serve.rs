//! The faces of the main job: none (`farmhand serve`), or a console. Whatever the face, a
//! signal ends the job in order.

use std::io::IsTerminal as _;
use std::path::{Path, PathBuf};
use std::pin::pin;
use std::sync::Arc;

use anyhow::{Context as _, bail};
use tokio_util::sync::CancellationToken;

use super::Usage;
use super::instance::Instance;
use super::job::Job;
use super::output::complain;
use super::signals::Signals;
use crate::config::{Loaded, Picture, Settings};
use crate::console::{
    self, Access, ConsoleError, Drawing, ExitReason, Follow, Graphics, Hints, HistoryFile,
    KeymapFile, Look, MouseUse, OnQuit, Options, PictureChoice, Recording, Theme, ThemeFile,
};
use crate::telemetry::{self, Echo, Telemetry};

/// A job at work, and what its faces need.
pub(super) struct Begun {
    pub job: Job,
    pub telemetry: Telemetry,
}

/// How a console was left.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Left {
    /// Somebody asked for the end: a key, or a signal.
    Asked,
    /// The terminal is gone, or the console crashed: nobody asked for anything.
    Lost,
}

/// `farmhand serve`: until a signal.
pub(super) async fn serve(loaded: Loaded) -> anyhow::Result<()> {
    let mut signals = Signals::listen()?;
    let begun = begin(&loaded, Echo::Stderr).await?;
    signals.end().await;
    end(begun.job, &mut signals).await
}

/// `farmhand`: with a console. When its terminal goes away, the farm goes on.
pub(super) async fn main_job(loaded: Loaded, record: Option<&Path>) -> anyhow::Result<()> {
    if !has_terminal() {
        let why = "there is no terminal for the console; without one: farmhand serve";
        return Err(Usage(why.into()).into());
    }
    let settings = &loaded.settings;
    let mut signals = Signals::listen()?;
    let begun = begin(&loaded, Echo::Silent).await?;
    let left = console(&begun, settings, record, &mut signals).await;
    if matches!(left, Ok(Left::Lost)) {
        tracing::warn!(
            pid = std::process::id(),
            api = begun.job.url(),
            "no console any more; the farm goes on. It ends with: farmhand --data {} stop",
            settings.folders.data.display()
        );
        signals.end().await;
    }
    let ended = end(begun.job, &mut signals).await;
    left.and(ended)
}

/// Whether a console can be shown.
pub(super) fn has_terminal() -> bool {
    std::io::stdin().is_terminal() && std::io::stdout().is_terminal()
}

/// Takes the data folder, begins to log and to work.
pub(super) async fn begin(loaded: &Loaded, echo: Echo) -> anyhow::Result<Begun> {
    let settings = &loaded.settings;
    let instance = Instance::acquire(&settings.folders.data).await?;
    let telemetry = telemetry::start(settings.log, &settings.folders.data, echo)?;
    for warning in &loaded.warnings {
        tracing::warn!("{warning}");
    }
    let job = Job::start(settings, instance).await?;
    Ok(Begun { job, telemetry })
}

/// Shows the job on the terminal until the console is left or a signal comes.
pub(super) async fn console(
    begun: &Begun,
    settings: &Settings,
    record: Option<&Path>,
    signals: &mut Signals,
) -> anyhow::Result<Left> {
    let source = Arc::new(console::Local::new(begun.job.farm().clone()));
    let stop = CancellationToken::new();
    let options = Options {
        record: record.map(Recording::create).transpose()?,
        ..options(&begun.job, settings)?
    };
    let mut console = pin!(console::run(source, options, stop.clone()));
    let left = tokio::select! {
        left = &mut console => left,
        _ = signals.end() => {
            stop.cancel();
            console.await
        }
    };
    match left {
        Ok(ExitReason::Quit | ExitReason::Stopped) => Ok(Left::Asked),
        Ok(ExitReason::Hangup) => Ok(Left::Lost),
        Err(ConsoleError::Crashed { report }) => {
            // A defect of the screen is no reason to interrupt what runs on the phones.
            let kept = begun.telemetry.keep_report(&report);
            let path = kept.context("the console crashed, and its report cannot be kept")?;
            complain(&format!(
                "the console crashed: {} tells how. The farm goes on until Ctrl-C",
                path.display()
            ));
            Ok(Left::Lost)
        }
        Err(error) => Err(error.into()),
    }
}

fn options(job: &Job, settings: &Settings) -> anyhow::Result<Options> {
    let follow = Follow {
        keymap: Some(settings.folders.config.join("keymap.toml")),
        theme: Some(theme_path(settings)),
    };
    let keymap = match &follow.keymap {
        Some(path) => read(path)?.map(|(name, text)| KeymapFile { name, text }),
        None => None,
    };
    Ok(Options {
        title: format!("farmhand at {}", job.url()),
        access: if settings.console.readonly {
            Access::ReadOnly
        } else {
            Access::Full
        },
        on_quit: OnQuit::EndsFarm,
        keymap,
        theme: Some(theme(settings)?),
        follow,
        mouse: if settings.console.mouse {
            MouseUse::On
        } else {
            MouseUse::Off
        },
        history: Some(history(settings.folders.data.join("console_history"))),
        look: Look::of_environment(variable),
        drawing: Drawing {
            choice: picture(settings.console.picture),
            hints: Hints::of_environment(variable),
        },
        zone: settings.tasks.time_zone.clone(),
        ..Options::default()
    })
}

/// The history of the command line. It is a convenience: one that cannot be read is begun anew.
fn history(path: PathBuf) -> HistoryFile {
    let text = std::fs::read(&path).unwrap_or_else(|error| {
        if error.kind() != std::io::ErrorKind::NotFound {
            tracing::warn!(path = %path.display(), %error, "the console's history cannot be read");
        }
        Vec::new()
    });
    let lines = String::from_utf8_lossy(&text);
    HistoryFile {
        lines: lines.lines().map(str::to_owned).collect(),
        path,
    }
}

fn variable(name: &str) -> Option<String> {
    std::env::var(name).ok()
}

const fn picture(setting: Picture) -> PictureChoice {
    match setting {
        Picture::Auto => PictureChoice::Auto,
        Picture::Off => PictureChoice::Off,
        Picture::Kitty => PictureChoice::Only(Graphics::Kitty),
        Picture::Iterm2 => PictureChoice::Only(Graphics::Iterm2),
        Picture::Sixel => PictureChoice::Only(Graphics::Sixel),
        Picture::Blocks => PictureChoice::Only(Graphics::Blocks),
    }
}

/// Where the chosen theme lies if it is the user's own.
fn theme_path(settings: &Settings) -> PathBuf {
    let file = format!("{}.toml", settings.console.theme);
    settings.folders.config.join("themes").join(file)
}

/// The chosen theme: the user's own comes before a built-in one of the same name.
fn theme(settings: &Settings) -> anyhow::Result<ThemeFile> {
    let (name, path) = (&settings.console.theme, theme_path(settings));
    if let Some((name, text)) = read(&path)? {
        return Ok(ThemeFile { name, text });
    }
    ThemeFile::built_in(name).with_context(|| {
        format!(
            "[console] theme: there is no theme '{name}'; accepted: {}, or the name of a file \
             such as {}",
            Theme::names().join(", "),
            path.display()
        )
    })
}

/// Name and text of a file; `None` if it is not there.
fn read(path: &Path) -> anyhow::Result<Option<(String, String)>> {
    match std::fs::read_to_string(path) {
        Ok(text) => Ok(Some((path.display().to_string(), text))),
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => Ok(None),
        Err(error) => Err(error).with_context(|| format!("cannot read {}", path.display())),
    }
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
