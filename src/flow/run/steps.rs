//! The file of an attempt's timeline while it grows, and the steps of scripts that have some but
//! no flow. A script that does one thing has no timeline: its log and its times say as much.

use std::io;
use std::path::PathBuf;

use tokio::fs::File;
use tokio::io::AsyncWriteExt;

use super::Run;
use crate::flow::timeline::{Came, Line, TimedStep, to_bytes};
use crate::model::{TaskError, Timestamp};

/// The file, created by its first line. A write that fails ends the writing, not the task.
pub(super) struct Steps {
    path: PathBuf,
    file: Option<Result<File, io::Error>>,
}

impl Steps {
    /// A timeline that will lie there.
    pub(super) const fn new(path: PathBuf) -> Self {
        Self { path, file: None }
    }

    /// Adds lines.
    pub(super) async fn write(&mut self, lines: &[Line]) {
        if lines.is_empty() {
            return;
        }
        if self.file.is_none() {
            self.file = Some(File::create(&self.path).await);
        }
        let Some(Ok(file)) = &mut self.file else {
            return;
        };
        let written = async {
            file.write_all(&to_bytes(lines)).await?;
            file.flush().await
        };
        if let Err(error) = written.await {
            self.file = Some(Err(error));
        }
    }

    /// Brings it to the disk; none if there never was a line.
    pub(super) async fn close(self) -> Option<io::Result<()>> {
        match self.file? {
            Ok(file) => Some(file.sync_all().await),
            Err(error) => Some(Err(error)),
        }
    }
}

impl Run {
    /// The script does this now, and has done what it did before.
    pub(super) async fn stage(&mut self, command: &str) {
        self.stage_over(Came::Done, None).await;
        let no = self.stages + 1;
        self.stages = no;
        let step = TimedStep {
            no,
            step: no.to_string(),
            depth: 0,
            place: String::new(),
            command: command.to_owned(),
            began_at: now(),
            took_ms: None,
            result: None,
            rounds: None,
            retried: None,
            exit_code: None,
            why: None,
        };
        self.tell_stage(step.clone()).await;
        self.stage = Some(step);
    }

    /// The rest of the timeline: the attempt has ended like this.
    pub(super) async fn last_stage(&mut self, error: Option<&TaskError>) {
        if let Some(begun) = &mut self.begun {
            let rest = begun.finish();
            return self.evidence.steps(&rest).await;
        }
        let came = match error {
            None => Came::Done,
            Some(_) => Came::Failed,
        };
        self.stage_over(came, error).await;
    }

    async fn stage_over(&mut self, came: Came, error: Option<&TaskError>) {
        let Some(mut step) = self.stage.take() else {
            return;
        };
        let took = now().ms_since(step.began_at);
        step.took_ms = Some(u64::try_from(took).unwrap_or(0));
        step.result = Some(came);
        step.exit_code = error.and_then(|error| error.exit_code);
        step.why = error.map(|error| error.message.clone());
        self.tell_stage(step).await;
    }

    async fn tell_stage(&mut self, step: TimedStep) {
        self.evidence.steps(&[Line::Step(Box::new(step))]).await;
    }
}

fn now() -> Timestamp {
    Timestamp(jiff::Timestamp::now().as_millisecond())
}
