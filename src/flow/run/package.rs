//! Scripts about apps: `install` and `uninstall`.

use super::Run;
use super::outcome::Outcome;
use super::transfer::name_of;

impl Run {
    /// Installs the package file `apk`.
    pub(super) async fn install(&mut self) -> Outcome {
        let apk = self.readable("apk").await?;
        let name = apk.display().to_string();
        self.doing(format!("installing {}", name_of(&apk)));
        self.evidence.log().line(&format!("install {name}")).await;
        self.job.phone.install(&apk, self.expected()).await?;
        Ok(Some(format!("installed {name}")))
    }

    /// Removes the package `package`.
    pub(super) async fn uninstall(&mut self) -> Outcome {
        let package = self.text("package");
        self.doing(format!("removing {package}"));
        self.evidence
            .log()
            .line(&format!("uninstall {package}"))
            .await;
        self.job.phone.uninstall(&package, self.expected()).await?;
        Ok(Some(format!("removed {package}")))
    }
}
