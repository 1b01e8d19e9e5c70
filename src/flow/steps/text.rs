//! Texts: typed, erased, copied and pasted.

use super::error::StepError;
use super::random;
use super::ui::{Act, Ui};
use super::walk::{Effect, Walk};
use super::words::quoted;
use crate::flow::lang::{Element, RandomText, Step, Template};

impl<U: Ui> Walk<'_, U> {
    /// `inputText`.
    pub(super) async fn input(&mut self, text: &Template) -> Result<Effect, StepError> {
        self.announce(&format!("inputText {}", source(text)));
        let text = self.text(text).await?;
        self.write(&text).await
    }

    /// `inputRandomText` and its kin.
    pub(super) async fn input_random(&mut self, kind: RandomText) -> Result<Effect, StepError> {
        let text = random::text(kind);
        self.announce(&format!("inputRandom {}", quoted(&text)));
        self.write(&text).await
    }

    /// `pasteText`: what was put aside, typed. With nothing put aside it does nothing.
    pub(super) async fn paste(&mut self) -> Result<Effect, StepError> {
        self.announce("pasteText");
        match self.copied.clone() {
            Some(text) => self.write(&text).await,
            None => Ok(Effect::Changed),
        }
    }

    /// `copyTextFrom`.
    pub(super) async fn copy(
        &mut self,
        step: &Step,
        element: &Element,
    ) -> Result<Effect, StepError> {
        let target = self.target(element).await?;
        self.announce(&format!("copyTextFrom {}", target.shown));
        let found = self.find(&target, self.lookup(step)).await?;
        let says = found.screen.hierarchy.node(found.node).says();
        let Some(says) = says.map(str::to_owned) else {
            let selector = target.to_json();
            return Err(StepError::NoText { selector });
        };
        self.put_aside(says);
        Ok(Effect::Changed)
    }

    /// `setClipboard`.
    pub(super) async fn set_clipboard(&mut self, text: &Template) -> Result<Effect, StepError> {
        self.announce(&format!("setClipboard {}", source(text)));
        let text = self.text(text).await?;
        self.put_aside(text);
        Ok(Effect::Changed)
    }

    /// `eraseText`.
    pub(super) async fn erase(&mut self, characters: u32) -> Result<Effect, StepError> {
        self.announce(&format!("eraseText {characters}"));
        self.steady().await?;
        self.act(Act::Erase(characters)).await
    }

    fn put_aside(&mut self, text: String) {
        self.on.js.set_copied_text(&text);
        self.copied = Some(text);
    }

    async fn write(&mut self, text: &str) -> Result<Effect, StepError> {
        self.steady().await?;
        self.act(Act::Type(text)).await
    }
}

/// A text as the flow has it. What its expressions come to may be a password, and logs and
/// reports are read by others.
fn source(text: &Template) -> String {
    quoted(&text.to_string())
}
