//! Publishing a post: reading its files, and an upload whose progress is a matter of the clock.

use std::time::Duration;

use super::super::{Media, Scene};
use super::Sample;
use super::memory::{Content, Step};
use super::state::{SampleFile, SamplePost};

/// An upload, begun at some time.
pub struct Upload {
    account: String,
    caption: String,
    files: Vec<SampleFile>,
    since: Duration,
    takes: Duration,
    stage: Stage,
}

/// How far an upload is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Stage {
    Running,
    Done,
    Failed,
}

impl Upload {
    pub fn stage(&self) -> Stage {
        self.stage
    }

    /// How much of it is done, 0 to 100.
    pub fn percent(&self, now: Duration) -> u8 {
        let (passed, takes) = (now.saturating_sub(self.since), self.takes);
        let hundredths = passed.as_millis() * 100 / takes.as_millis().max(1);
        u8::try_from(hundredths.min(100)).unwrap_or(100)
    }

    fn is_over(&self, now: Duration) -> bool {
        now.saturating_sub(self.since) >= self.takes
    }
}

impl Sample {
    /// Begins the upload of the post that is being written, now that its files are read.
    pub fn begin_upload(&mut self, files: Vec<Option<Media>>, scene: &Scene) {
        let Some(account) = self.saved.current.clone() else {
            return;
        };
        let number = self.memory.uploads.len();
        let page = self.memory.stack.last_mut();
        let Some(Content::Compose {
            streams,
            caption,
            step,
        }) = page.map(|page| &mut page.content)
        else {
            return;
        };
        let missing = streams.iter().zip(&files).find(|(_, file)| file.is_none());
        if let Some((stream, _)) = missing {
            *step = Step::Unreadable(stream.clone());
            return;
        }
        *step = Step::Uploading(number);
        let files = files.into_iter().flatten().map(|media| SampleFile {
            name: media.name,
            size: media.size,
            sha256: media.sha256,
        });
        self.memory.uploads.push(Upload {
            account,
            caption: caption.clone(),
            files: files.collect(),
            since: scene.now,
            takes: Duration::from_millis(scene.faults.upload_ms),
            stage: Stage::Running,
        });
        self.finish_uploads(scene);
    }

    /// Ends the uploads whose time is over.
    pub fn finish_uploads(&mut self, scene: &Scene) {
        for upload in &mut self.memory.uploads {
            if upload.stage != Stage::Running || !upload.is_over(scene.now) {
                continue;
            }
            if scene.faults.upload_fails {
                upload.stage = Stage::Failed;
                continue;
            }
            upload.stage = Stage::Done;
            if let Some(account) = self.saved.account_mut(&upload.account) {
                account.posts.push(SamplePost {
                    id: format!("{}-{}", account.name, account.posts.len() + 1),
                    caption: upload.caption.clone(),
                    files: std::mem::take(&mut upload.files),
                    at: upload.since,
                });
            }
        }
    }
}
