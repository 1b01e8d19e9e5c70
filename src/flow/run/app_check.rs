//! The script `app_check`: everything around the check of an app's file.

use super::Run;
use super::outcome::{Failure, Outcome};
use crate::flow::appcheck::{Check, REPORT};
use crate::flow::driver::Driver;
use crate::model::{ErrorKind, Progress, TaskError};

/// The picture that is shared and not posted, among the evidence.
const SHARED: &str = "shared.png";

impl Run {
    /// Goes through the app's screens and leaves what was found in [`REPORT`].
    pub(super) async fn app_check(&mut self) -> Outcome {
        let app = self.job.app.clone().ok_or_else(|| {
            Failure::nothing_left(TaskError::new(
                ErrorKind::Config,
                "there is no app to be checked",
            ))
        })?;
        self.doing("preparing the phone");
        self.stage("prepare the phone").await;
        self.drives = true;
        let patience = self.job.driver_patience();
        let (phone, note) = (self.job.phone.clone(), &self.job.note);
        let mut driver = Driver::open(phone, note, &self.job.ui, patience).await?;
        driver.prepare().await?;
        self.stage("check the app's screens").await;
        let picture = driver.screenshot().await?;
        self.evidence.save(SHARED, &picture).await;
        let progress = &self.job.progress;
        let account = self.job.task.account.as_ref();
        let check = Check {
            driver: &mut driver,
            app,
            account: account.map_or("", |account| &account.username),
            picture: &self.job.folder.join(SHARED),
            progress: &|step, steps, label| {
                progress(Progress {
                    step,
                    steps,
                    label: label.to_owned(),
                });
            },
        };
        let report = check.run().await?;
        // Plain values can always be written.
        let json = serde_json::to_vec_pretty(&report).unwrap_or_default();
        self.evidence.save(REPORT, &json).await;
        self.evidence
            .log()
            .line(report.to_string().trim_end())
            .await;
        match report.complaint() {
            None => Ok(Some(format!(
                "app '{}': all that must be there was found",
                report.app
            ))),
            Some(complaint) => Err(Failure::new(ErrorKind::Assertion, complaint)),
        }
    }
}
