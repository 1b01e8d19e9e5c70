//! Dialogs that an app shows now and then, such as one that asks to be rated: no flow can know
//! when they come.

use super::error::StepError;
use super::look::first;
use super::ui::{Act, Ui};
use super::walk::Walk;
use crate::flow::driver::Looked;
use crate::flow::lang::Element;

/// What puts away a dialog of the app's own, by its name in the app's file.
const DISMISS: &str = "dialog_dismiss";
/// Most dialogs that one flow puts away: one that comes back for ever hides a fault.
const MOST: u32 = 100;

impl<U: Ui> Walk<'_, U> {
    /// Puts away a dialog of the task's app, if it is on this screen, where an element was looked
    /// for in vain. Answers whether it did.
    pub(super) async fn put_away(
        &mut self,
        screen: &std::sync::Arc<Looked>,
    ) -> Result<bool, StepError> {
        let app = self.on.app.as_ref();
        let known = app.is_some_and(|app| app.selectors.contains_key(DISMISS));
        if !known || self.dialogs >= MOST {
            return Ok(false);
        }
        let target = self.target(&Element::OfApp(DISMISS.to_owned())).await?;
        let Some(found) = first(screen, &target)? else {
            return Ok(false);
        };
        self.dialogs += 1;
        self.act(Act::Tap(found.bounds.center())).await?;
        self.look.interacted();
        let told = format!("a dialog of the app was put away: {}", target.shown);
        self.on.evidence.log().line(&told).await;
        Ok(true)
    }
}
