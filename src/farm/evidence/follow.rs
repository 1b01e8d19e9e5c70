//! A log that is read while it grows.
//!
//! The farm tells when an attempt begins, moves on and ends; of the lines between two steps
//! nobody tells, so the file is looked at now and then while its attempt runs. An attempt's
//! evidence is on the disk before its end is told, so what is read after that is all.

use std::io;
use std::path::PathBuf;
use std::time::Duration;

use bytes::{Bytes, BytesMut};
use tokio::fs::File;
use tokio::io::AsyncReadExt;
use tokio::time::{Interval, MissedTickBehavior, interval};

use super::LOG;
use crate::farm::feed::{FeedError, Subscription};
use crate::farm::{CommandError, Reader};
use crate::model::{Event, Status, TaskId};

/// Between two looks at the log of an attempt that runs.
const LOOK: Duration = Duration::from_millis(250);

/// Bytes read at once.
const CHUNK: usize = 32 * 1024;

/// How far the attempt is whose log is read.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Stage {
    /// It has not begun; the farm will tell.
    Waits,
    /// Its log grows.
    Runs,
    /// What is there is all.
    Over,
}

/// Reads an attempt's log to its end, which may be yet to come.
pub struct LogFollower {
    reader: Reader,
    id: TaskId,
    attempt: u32,
    path: PathBuf,
    file: Option<File>,
    events: Subscription,
    looks: Interval,
    stage: Stage,
}

impl LogFollower {
    /// Follows the latest attempt, the first one if none has begun, or the one named: that
    /// may be the next one of a task that waits.
    pub(in crate::farm) fn new(
        reader: Reader,
        events: Subscription,
        id: TaskId,
        attempt: Option<u32>,
    ) -> Result<Self, CommandError> {
        let task = reader.task(id)?.map(|detail| detail.view.task);
        let task = task.ok_or_else(|| CommandError::NotFound(format!("no task {id}")))?;
        let begun = task.attempt;
        let next = begun + u32::from(task.status == Status::Pending);
        let attempt = attempt.unwrap_or(begun.max(1));
        if attempt == 0 || attempt > next {
            let message = format!("task {id} has no attempt {attempt}");
            return Err(CommandError::NotFound(message));
        }
        let mut looks = interval(LOOK);
        looks.set_missed_tick_behavior(MissedTickBehavior::Delay);
        let mut follower = Self {
            path: reader.evidence(id, attempt).join(LOG),
            reader,
            id,
            attempt,
            file: None,
            events,
            looks,
            stage: Stage::Waits,
        };
        follower.look()?;
        Ok(follower)
    }

    /// What was written since; `None` once the attempt has ended and all is read.
    ///
    /// # Errors
    /// If the file cannot be read.
    pub async fn next(&mut self) -> io::Result<Option<Bytes>> {
        loop {
            let stage = self.stage;
            if stage != Stage::Waits
                && let Some(bytes) = self.read().await?
            {
                return Ok(Some(bytes));
            }
            if stage == Stage::Over {
                return Ok(None);
            }
            self.news().await;
        }
    }

    async fn read(&mut self) -> io::Result<Option<Bytes>> {
        if self.file.is_none() {
            self.file = match File::open(&self.path).await {
                Ok(file) => Some(file),
                // Not made yet, or never to be: its folder could not be written.
                Err(error) if error.kind() == io::ErrorKind::NotFound => None,
                Err(error) => return Err(error),
            };
        }
        let Some(file) = &mut self.file else {
            return Ok(None);
        };
        let mut bytes = BytesMut::with_capacity(CHUNK);
        let read = file.read_buf(&mut bytes).await?;
        Ok((read > 0).then(|| bytes.freeze()))
    }

    /// Waits until there may be more to read, or no more to come.
    async fn news(&mut self) {
        loop {
            let told = tokio::select! {
                told = self.events.next() => told,
                _ = self.looks.tick(), if self.stage == Stage::Runs => return,
            };
            match told {
                Ok(numbered) if !self.is_about(&numbered.event) => {}
                Ok(_) | Err(FeedError::Missed(_)) => {
                    // A store that cannot be read tells no end: the next event may.
                    let _ = self.look();
                    return;
                }
                Err(FeedError::Ended) => {
                    self.stage = Stage::Over;
                    return;
                }
            }
        }
    }

    fn is_about(&self, event: &Event) -> bool {
        match event {
            Event::Tasks { changed, deleted } => {
                changed.iter().any(|task| task.id == self.id) || deleted.contains(&self.id)
            }
            Event::Progress { id, .. } => *id == self.id,
            Event::Device { .. } | Event::Accounts | Event::Incidents => false,
        }
    }

    fn look(&mut self) -> Result<(), CommandError> {
        let found = self.reader.task(self.id)?;
        self.stage = match found.map(|detail| detail.view.task) {
            None => Stage::Over,
            Some(task) if task.attempt == self.attempt => match task.status {
                Status::Running => Stage::Runs,
                Status::Pending | Status::Completed | Status::Failed => Stage::Over,
            },
            Some(task) if task.attempt < self.attempt && !task.status.is_final() => Stage::Waits,
            Some(_) => Stage::Over,
        };
        Ok(())
    }
}
