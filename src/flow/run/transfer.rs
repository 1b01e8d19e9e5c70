//! Scripts that copy files: `push` and `pull`.

use std::path::{Path, PathBuf};
use std::time::Duration;

use super::Run;
use super::outcome::{Failure, Left, Outcome};
use crate::adb::Limits;
use crate::flow::files::Roots;
use crate::model::{ErrorKind, Progress};

/// Permissions of a file on the phone, as `adb push` gives them on shared storage.
const MODE: u32 = 0o644;

impl Run {
    /// Copies the file `local` to `remote` on the phone.
    pub(super) async fn push(&mut self) -> Outcome {
        let local = self.readable("local").await?;
        let mut remote = self.text("remote");
        if remote.ends_with('/') {
            remote.push_str(&name_of(&local));
        }
        let told = format!("push {} to {remote}", local.display());
        self.evidence.log().line(&told).await;
        let mut meter = self.meter(&format!("pushing {}", name_of(&local)));
        let limits = self.limits();
        let phone = &self.job.phone;
        phone
            .push(&local, &remote, MODE, &limits, |sent, of| {
                meter.at(sent, of)
            })
            .await?;
        Ok(Some(format!("pushed {} bytes to {remote}", meter.done)))
    }

    /// Copies the file `remote` on the phone to `local`.
    pub(super) async fn pull(&mut self) -> Outcome {
        let remote = self.text("remote");
        let local = self.on_host("local", Roots::writable).await?;
        let told = format!("pull {remote} to {}", local.display());
        self.evidence.log().line(&told).await;
        let mut meter = self.meter(&format!("pulling {}", name_of(Path::new(&remote))));
        let limits = self.limits();
        let phone = &self.job.phone;
        phone
            .pull(&remote, &local, &limits, |got, of| meter.at(got, of))
            .await?;
        let bytes = meter.done;
        Ok(Some(format!("pulled {bytes} bytes to {}", local.display())))
    }

    /// A file of the config that is read.
    pub(super) async fn readable(&self, parameter: &str) -> Result<PathBuf, Failure> {
        self.on_host(parameter, Roots::readable).await
    }

    /// Looks once more, as long may have passed since the task was created, and links change.
    async fn on_host(
        &self,
        parameter: &str,
        look: fn(&Roots, &str) -> Result<PathBuf, String>,
    ) -> Result<PathBuf, Failure> {
        let text = self.text(parameter);
        let roots = self.job.media_roots.clone();
        let looked = tokio::task::spawn_blocking(move || {
            look(&Roots::new(roots.iter().map(PathBuf::as_path)), &text)
        });
        let found = looked.await.unwrap_or_else(|e| Err(e.to_string()));
        found.map_err(|message| Failure {
            left: Left::Nothing,
            ..Failure::new(ErrorKind::Config, format!("{parameter} {message}"))
        })
    }

    /// No limit for the whole: the task's deadline cancels the job.
    const fn limits(&self) -> Limits {
        Limits {
            silence: self.job.patience.stall,
            total: Duration::MAX,
            max_bytes: 0,
        }
    }

    fn meter(&self, label: &str) -> Meter {
        Meter {
            progress: self.job.progress.clone(),
            label: label.to_owned(),
            told: None,
            done: 0,
        }
    }
}

/// Tells each full percent of a copy, once.
struct Meter {
    progress: std::sync::Arc<dyn Fn(Progress) + Send + Sync>,
    label: String,
    told: Option<u32>,
    done: u64,
}

impl Meter {
    fn at(&mut self, done: u64, of: u64) {
        self.done = done;
        let percent = u128::from(done) * 100 / u128::from(of.max(1));
        // A file may grow, or its size be told modulo 4 GiB.
        let percent = u32::try_from(percent.min(100)).unwrap_or(100);
        if self.told == Some(percent) {
            return;
        }
        self.told = Some(percent);
        (self.progress)(Progress {
            step: percent,
            steps: 100,
            label: format!("{} {percent} %", self.label),
        });
    }
}

/// The last part of a path, for labels.
pub(super) fn name_of(path: &Path) -> String {
    path.file_name()
        .unwrap_or(path.as_os_str())
        .to_string_lossy()
        .into_owned()
}

#[cfg(test)]
mod tests {
    use std::sync::{Arc, Mutex};

    use super::Meter;

    #[test]
    fn each_percent_is_told_once() {
        let told = Arc::new(Mutex::new(Vec::new()));
        let heard = told.clone();
        let mut meter = Meter {
            progress: Arc::new(move |p| heard.lock().unwrap().push((p.step, p.label))),
            label: "pushing a".into(),
            told: None,
            done: 0,
        };
        for done in [0, 1, 2, 10, 500, 1000] {
            meter.at(done, 1000);
        }
        let expected = [0, 1, 50, 100].map(|p| (p, format!("pushing a {p} %")));
        assert_eq!(*told.lock().unwrap(), expected);
    }
}
