//! Every command that is no block: what it says of itself, and what it does.

use super::error::StepError;
use super::record::short;
use super::ui::{Act, Ui};
use super::walk::{Effect, Walk};
use super::words::{name, quoted};
use crate::flow::lang::{
    Airplane, Assert, Command, Condition, Location, RunScript, Step, Template,
};

/// Most pictures that the steps of one attempt may leave.
const MOST_PICTURES: u32 = 100;

impl<U: Ui> Walk<'_, U> {
    /// Does what a step says that is no block of steps.
    pub(super) async fn command(&mut self, step: &Step) -> Result<Effect, StepError> {
        match &step.command {
            Command::LaunchApp(launch) => self.launch(launch).await,
            Command::StopApp(app) => self.stop(app.as_ref()).await,
            Command::KillApp(app) => self.kill(app.as_ref()).await,
            Command::ClearState(app) => self.clear(app.as_ref()).await,
            Command::SetPermissions(app, permissions) => {
                self.permissions(app.as_ref(), permissions).await
            }
            Command::OpenLink(link) => self.open_link(link).await,
            Command::AddMedia(files) => self.add_media(files).await,
            Command::ShareMedia(share) => self.share_media(share).await,
            Command::Tap(tap) => self.tap(step, tap).await,
            Command::Swipe(swipe) => self.swipe(step, swipe).await,
            Command::Scroll => self.scroll().await,
            Command::ScrollUntilVisible(scroll) => self.scroll_until_visible(scroll).await,
            Command::InputText(text) => self.input(text).await,
            Command::InputRandom(kind) => self.input_random(*kind).await,
            Command::EraseText(characters) => self.erase(*characters).await,
            Command::PasteText => self.paste().await,
            Command::CopyTextFrom(element) => self.copy(step, element).await,
            Command::SetClipboard(text) => self.set_clipboard(text).await,
            Command::Assert(assert) => self.assert(step, assert).await,
            Command::TakeScreenshot(name) => self.take_screenshot(name).await,
            Command::RunScript(script) => self.run_script(script).await,
            Command::EvalScript(script) => self.eval_script(script).await,
            _ => self.on_phone(step).await,
        }
    }

    /// Commands about the phone itself, and the blocks, which never come here.
    async fn on_phone(&mut self, step: &Step) -> Result<Effect, StepError> {
        let what = name(&step.command);
        match &step.command {
            Command::HideKeyboard => {
                self.announce(what);
                self.steady().await?;
                self.act(Act::HideKeyboard).await
            }
            Command::PressKey(key) => {
                self.announce(&format!("{what} {key:?}"));
                self.steady().await?;
                self.act(Act::Press(*key)).await
            }
            Command::WaitForAnimationToEnd(within) => {
                self.announce(what);
                let within = within.unwrap_or(self.on.waits.animation);
                self.animation(within).await?;
                Ok(Effect::Changed)
            }
            Command::Pause(time) => {
                let time = std::time::Duration::from_millis(self.number(time, what).await?);
                self.announce(&format!("{what} {time:?}"));
                tokio::time::sleep(time).await;
                Ok(Effect::None)
            }
            Command::SetOrientation(orientation) => {
                self.announce(&format!("{what} {orientation:?}"));
                self.act(Act::Turn(*orientation)).await
            }
            Command::SetAirplaneMode(mode) => {
                self.announce(&format!("{what} {mode:?}"));
                self.act(Act::Fly(*mode)).await
            }
            Command::ToggleAirplaneMode => {
                self.announce(what);
                let mode = match self.on.phone.airplane_mode().await? {
                    Airplane::On => Airplane::Off,
                    Airplane::Off => Airplane::On,
                };
                self.act(Act::Fly(mode)).await
            }
            Command::SetLocation(location) => self.locate(location).await,
            // The walk takes the blocks itself.
            _ => Ok(Effect::None),
        }
    }

    async fn locate(&mut self, location: &Location) -> Result<Effect, StepError> {
        let latitude: f64 = self.number(&location.latitude, "latitude").await?;
        let longitude: f64 = self.number(&location.longitude, "longitude").await?;
        self.announce(&format!("setLocation {latitude}, {longitude}"));
        if !(-90.0..=90.0).contains(&latitude) || !(-180.0..=180.0).contains(&longitude) {
            return Err(StepError::Value(format!(
                "{latitude}, {longitude} is not on earth: -90 to 90 degrees north and -180 to \
                 180 degrees east are accepted"
            )));
        }
        self.act(Act::Locate(latitude, longitude)).await
    }

    /// `assertVisible` and its kin, `extendedWaitUntil`.
    async fn assert(&mut self, step: &Step, assert: &Assert) -> Result<Effect, StepError> {
        let within = match &assert.timeout {
            Some(timeout) => {
                std::time::Duration::from_millis(self.number(timeout, "timeout").await?)
            }
            None => self.on.waits.lookup,
        };
        self.meet(&assert.condition, within, Some(name(&step.command)))
            .await?;
        Ok(Effect::None)
    }

    /// Waits until a condition holds; why not, if it does not. Told as `what`, if that is the
    /// whole step.
    pub(super) async fn meet(
        &mut self,
        condition: &Condition,
        within: std::time::Duration,
        what: Option<&str>,
    ) -> Result<(), StepError> {
        if condition.android == Some(false) {
            return Err(StepError::False);
        }
        if let Some(element) = &condition.visible {
            let target = self.target(element).await?;
            if let Some(what) = what {
                self.announce(&format!("{what} {}", target.shown));
            }
            self.find(&target, within).await?;
        }
        if let Some(element) = &condition.not_visible {
            let target = self.target(element).await?;
            if let Some(what) = what {
                self.announce(&format!("{what} {}", target.shown));
            }
            self.gone(&target, within).await?;
        }
        if let Some(truth) = &condition.truth {
            if let Some(what) = what {
                self.announce(&format!("{what} {}", quoted(&truth.to_string())));
            }
            if !self.on.js.truth(truth).await? {
                return Err(StepError::False);
            }
        }
        Ok(())
    }

    /// Whether a condition holds, waited for as it says, or else as an optional step waits.
    pub(super) async fn holds(&mut self, condition: Option<&Condition>) -> Result<bool, StepError> {
        let Some(condition) = condition else {
            return Ok(true);
        };
        let within = match &condition.timeout {
            Some(timeout) => {
                std::time::Duration::from_millis(self.number(timeout, "timeout").await?)
            }
            None => self.on.waits.optional,
        };
        match self.meet(condition, within, None).await {
            Ok(()) => Ok(true),
            Err(error) if error.is_unmet() => Ok(false),
            Err(error) => Err(error),
        }
    }

    async fn take_screenshot(&mut self, name: &Template) -> Result<Effect, StepError> {
        let name = self.text(name).await?;
        self.announce(&format!("takeScreenshot {}", quoted(&name)));
        if self.pictures >= MOST_PICTURES {
            return Err(StepError::Value(format!(
                "a flow may leave at most {MOST_PICTURES} pictures"
            )));
        }
        self.steady().await?;
        let png = self.on.phone.screenshot().await?;
        self.pictures += 1;
        self.on.evidence.save(&picture_name(&name), &png).await;
        Ok(Effect::None)
    }

    async fn run_script(&mut self, script: &RunScript) -> Result<Effect, StepError> {
        self.announce(&format!("runScript {}", script.file));
        if !self.holds(script.when.as_ref()).await? {
            return Ok(Effect::Skipped);
        }
        let env = self.env(&script.env).await?;
        self.on.js.run(&script.source, &env).await?;
        Ok(Effect::Changed)
    }

    async fn eval_script(&mut self, script: &Template) -> Result<Effect, StepError> {
        self.announce(&format!(
            "evalScript {}",
            quoted(&short(&script.to_string()))
        ));
        self.text(script).await?;
        Ok(Effect::Changed)
    }

    /// Variables with their values.
    pub(super) async fn env(
        &mut self,
        env: &[(String, Template)],
    ) -> Result<Vec<(String, String)>, StepError> {
        let mut values = Vec::with_capacity(env.len());
        for (name, template) in env {
            values.push((name.clone(), self.text(template).await?));
        }
        Ok(values)
    }
}

/// The name of a file for a step's picture: letters, digits, `.`, `_` and `-`; never that of
/// another file of the evidence.
fn picture_name(name: &str) -> String {
    const LONGEST: usize = 60;
    let plain = |c: char| match c {
        'a'..='z' | 'A'..='Z' | '0'..='9' | '.' | '_' | '-' => c,
        _ => '_',
    };
    let name: String = name.chars().take(LONGEST).map(plain).collect();
    let name = name.trim_start_matches('.');
    if name.is_empty() || name == "screen" {
        return format!("step_{name}.png");
    }
    format!("{name}.png")
}

#[cfg(test)]
mod tests {
    use super::picture_name;

    #[test]
    fn a_pictures_name_is_a_plain_files_name() {
        assert_eq!(picture_name("after login"), "after_login.png");
        assert_eq!(picture_name("../../etc/passwd"), "_.._etc_passwd.png");
        assert_eq!(picture_name(&"x".repeat(500)).len(), 64);
    }

    #[test]
    fn a_picture_is_never_taken_for_that_of_a_failure() {
        assert_eq!(picture_name("screen"), "step_screen.png");
        assert_eq!(picture_name(""), "step_.png");
    }
}
