//! Scripts about the phone itself: `screenshot` and `reboot`.

use std::time::Duration;

use tokio::time::{Instant, sleep_until, timeout_at};

use super::Run;
use super::evidence::SCREEN;
use super::outcome::{Failure, Left, Outcome};
use crate::adb::{AdbError, Limits, Phone};
use crate::model::ErrorKind;

/// Most bytes of a picture: four times a 4K screen's raw pixels would be a defect.
const LARGEST_SCREEN: usize = 64 << 20;
/// Between two looks at a phone that restarts; nobody tells when Android has come up.
const LOOK: Duration = Duration::from_millis(500);

impl Run {
    /// Leaves a picture of the screen.
    pub(super) async fn screenshot(&mut self) -> Outcome {
        self.doing("taking a screenshot");
        let patience = self.job.patience;
        let limits = Limits {
            silence: patience.answer,
            total: patience.answer + patience.stall,
            max_bytes: LARGEST_SCREEN,
        };
        let png = self.job.phone.screenshot(&limits).await?;
        let told = format!("{SCREEN}: {} bytes", png.len());
        self.evidence.save(SCREEN, &png).await;
        self.evidence.log().line(&told).await;
        Ok(Some(told))
    }

    /// Restarts the phone and waits until Android has come up again.
    pub(super) async fn reboot(&mut self) -> Outcome {
        let wait = self.seconds("wait");
        let answer = self.job.patience.answer;
        let started = Instant::now();
        let deadline = started + wait;
        self.doing("restarting");
        self.stage("restart the phone").await;
        let before = self.job.phone.boot_id(answer).await?;
        self.evidence.log().line(&format!("boot {before}")).await;
        match self.job.phone.reboot(answer).await {
            // A phone that goes down may take the connection with it before it has agreed.
            Ok(()) | Err(AdbError::Closed { .. }) => {}
            Err(error) => return Err(error.into()),
        }
        self.doing("waiting for the phone to be back");
        self.stage("wait for the phone to be back").await;
        let Ok(boot) = timeout_at(deadline, self.back(&before)).await else {
            let message = format!("the phone was not back {wait:?} after its restart");
            return Err(Failure {
                // Whatever ran before the restart is gone, but that it restarted is not known.
                left: Left::OutOfReach(message.clone()),
                ..Failure::new(ErrorKind::TimedOut, message)
            });
        };
        let took = started.elapsed().as_secs_f64();
        self.evidence.log().line(&format!("boot {boot}")).await;
        Ok(Some(format!("back after {took:.1} s")))
    }

    /// Waits for another boot of the phone to be complete, and answers its id.
    async fn back(&self, before: &str) -> String {
        loop {
            let next = Instant::now() + LOOK;
            if let Ok(Some(boot)) = self.new_boot(before).await {
                return boot;
            }
            sleep_until(next).await;
        }
    }

    async fn new_boot(&self, before: &str) -> Result<Option<String>, AdbError> {
        let answer = self.job.patience.answer;
        // Another connection of the phone: what was known of the former may not hold.
        let phone = Phone::new(self.job.phone.server().clone(), self.job.phone.serial());
        let boot = phone.boot_id(answer).await?;
        if boot == before || boot.is_empty() || !phone.boot_completed(answer).await? {
            return Ok(None);
        }
        Ok(Some(boot))
    }
}
