//! Logs and crash reports, both in the data folder.
//!
//! Nothing here may write to a terminal that the console draws on: only [`Echo::Stderr`] lets
//! lines out of the log files. It must not know what the program does.

use std::backtrace::Backtrace;
use std::io::{self, Write};
use std::panic::PanicHookInfo;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering};

use tracing_appender::non_blocking::{NonBlocking, WorkerGuard};
use tracing_appender::rolling::{RollingFileAppender, Rotation};
use tracing_subscriber::filter::{LevelFilter, Targets};
use tracing_subscriber::layer::SubscriberExt as _;
use tracing_subscriber::{Layer, Registry};

use crate::config::{Log, LogFormat, LogLevel};

/// Where log lines go besides the files.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Echo {
    /// Nowhere: the terminal belongs to the console, or to a command's answer.
    Silent,
    /// To standard error, where systemd and containers look.
    Stderr,
}

/// Why logging could not start.
#[derive(Debug, thiserror::Error)]
pub enum TelemetryError {
    /// The folder of the logs cannot be made.
    #[error("cannot make the log folder {path}: {source}")]
    Folder {
        /// The folder.
        path: PathBuf,
        /// What the system said.
        source: io::Error,
    },
    /// The log file cannot be opened.
    #[error("cannot open a log file in {path}: {message}")]
    File {
        /// The folder.
        path: PathBuf,
        /// What happened.
        message: String,
    },
    /// Logging was started before in this process.
    #[error("logging runs already")]
    Twice,
}

/// Logging, as long as it is kept: dropping it writes out what waits.
#[must_use = "logging ends when this is dropped"]
pub struct Telemetry {
    reports: Arc<Reports>,
    _writer: WorkerGuard,
}

impl Telemetry {
    /// Keeps a report of a defect that somebody else caught, and tells where.
    ///
    /// # Errors
    /// The file could not be written.
    pub fn keep_report(&self, report: &str) -> io::Result<PathBuf> {
        self.reports.keep(report)
    }
}

/// Starts logging to `DATA/logs`, one file a day, and crash reports to `DATA/crash-...`.
///
/// # Errors
/// [`TelemetryError`]: the folder or the file cannot be made, or it was started before.
pub fn start(log: Log, data: &Path, echo: Echo) -> Result<Telemetry, TelemetryError> {
    let folder = data.join("logs");
    std::fs::create_dir_all(&folder).map_err(|source| TelemetryError::Folder {
        path: folder.clone(),
        source,
    })?;
    let file = RollingFileAppender::builder()
        .rotation(Rotation::DAILY)
        .filename_prefix("farmhand")
        .filename_suffix("log")
        .max_log_files(log.keep)
        .build(&folder)
        .map_err(|error| TelemetryError::File {
            path: folder,
            message: error.to_string(),
        })?;
    let sink = Sink {
        file: Some(file),
        echo,
    };
    let writer = begin(log, sink)?;

    let reports = Arc::new(Reports::new(data.to_owned()));
    let hook = Arc::clone(&reports);
    std::panic::set_hook(Box::new(move |panic| hook.panicked(panic)));
    Ok(Telemetry {
        reports,
        _writer: writer,
    })
}

/// Logs to standard error alone, for a job that has no data folder.
///
/// # Errors
/// [`TelemetryError::Twice`].
pub fn to_stderr(log: Log) -> Result<WorkerGuard, TelemetryError> {
    let sink = Sink {
        file: None,
        echo: Echo::Stderr,
    };
    begin(log, sink)
}

fn begin(log: Log, sink: Sink) -> Result<WorkerGuard, TelemetryError> {
    // A thread of its own writes: a slow disk, or a reader of standard error that stalls,
    // loses lines rather than holding up the farm.
    let (writer, guard) = tracing_appender::non_blocking(sink);
    let subscriber = tracing_subscriber::registry().with(lines(log, writer));
    tracing::subscriber::set_global_default(subscriber).map_err(|_| TelemetryError::Twice)?;
    Ok(guard)
}

/// The files, if there are any, and standard error, if it is wanted.
struct Sink {
    file: Option<RollingFileAppender>,
    echo: Echo,
}

impl Write for Sink {
    fn write(&mut self, line: &[u8]) -> io::Result<usize> {
        if self.echo == Echo::Stderr {
            // Whoever closed it does not want to read it; the file has it all.
            io::stderr().write_all(line).ok();
        }
        if let Some(file) = &mut self.file {
            file.write_all(line)?;
        }
        Ok(line.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        self.file.as_mut().map_or(Ok(()), Write::flush)
    }
}

fn lines(log: Log, writer: NonBlocking) -> Box<dyn Layer<Registry> + Send + Sync> {
    // The level is for farmhand's own lines; libraries speak up only when something is wrong.
    let filter = Targets::new()
        .with_default(LevelFilter::WARN.min(level(log.level)))
        .with_target("farmhand", level(log.level));
    let layer = tracing_subscriber::fmt::layer()
        .with_writer(writer)
        .with_ansi(false);
    match log.format {
        LogFormat::Text => layer.with_filter(filter).boxed(),
        LogFormat::Json => layer.json().with_filter(filter).boxed(),
    }
}

const fn level(level: LogLevel) -> LevelFilter {
    match level {
        LogLevel::Error => LevelFilter::ERROR,
        LogLevel::Warn => LevelFilter::WARN,
        LogLevel::Info => LevelFilter::INFO,
        LogLevel::Debug => LevelFilter::DEBUG,
        LogLevel::Trace => LevelFilter::TRACE,
    }
}

/// Keeps a report of each panic, up to a limit: a request that panics again and again must
/// not fill the disk.
struct Reports {
    data: PathBuf,
    written: AtomicU32,
}

impl Reports {
    const MOST: u32 = 20;

    const fn new(data: PathBuf) -> Self {
        Self {
            data,
            written: AtomicU32::new(0),
        }
    }

    fn panicked(&self, panic: &PanicHookInfo<'_>) {
        let thread = std::thread::current();
        let thread = thread.name().unwrap_or("unnamed");
        let report = format!("{panic}\n{}", Backtrace::force_capture());
        match self.keep(&report) {
            Ok(path) => tracing::error!(thread, report = %path.display(), "{panic}"),
            Err(error) => tracing::error!(thread, %error, "no report is kept: {report}"),
        }
    }

    fn keep(&self, report: &str) -> io::Result<PathBuf> {
        let number = self.written.fetch_add(1, Ordering::Relaxed);
        if number >= Self::MOST {
            return Err(io::Error::other("this process has kept enough reports"));
        }
        let now = jiff::Timestamp::now();
        let path = self.data.join(format!(
            "crash-{}-{}-{number}.txt",
            now.strftime("%Y%m%dT%H%M%SZ"),
            std::process::id()
        ));
        let text = format!("farmhand {}, {now}\n{report}\n", env!("CARGO_PKG_VERSION"));
        std::fs::write(&path, text)?;
        Ok(path)
    }
}

#[cfg(test)]
mod tests {
    use super::Reports;

    #[test]
    fn reports_lie_in_the_data_folder_and_are_limited() {
        let folder = tempfile::tempdir().unwrap();
        let reports = Reports::new(folder.path().to_owned());
        let path = reports.keep("it broke").unwrap();
        assert!(std::fs::read_to_string(path).unwrap().contains("it broke"));
        let kept = (0..100).filter(|_| reports.keep("again").is_ok()).count();
        assert_eq!(kept, 19);
    }
}
