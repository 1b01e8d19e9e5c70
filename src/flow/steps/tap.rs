//! Taps: where, how often, and again if nothing came of one.

use std::sync::Arc;

use tokio::time::{Instant, sleep, sleep_until};

use super::error::StepError;
use super::look::{Found, alike, first, is_on_top};
use super::point::{Place, on_screen, within, written};
use super::resolve::Target;
use super::ui::{Act, Ui};
use super::walk::{Effect, Walk};
use super::words::name;
use crate::flow::driver::Looked;
use crate::flow::lang::{Gesture, Point, PointError, PointText, Step, Tap};

/// Between looks for an element that is covered.
const COVERED: std::time::Duration = std::time::Duration::from_secs(1);

impl<U: Ui> Walk<'_, U> {
    /// `tapOn`, `doubleTapOn`, `longPressOn`.
    pub(super) async fn tap(&mut self, step: &Step, tap: &Tap) -> Result<Effect, StepError> {
        let spot = match &tap.point {
            Some(point) => Some(self.spot(point).await?),
            None => None,
        };
        let does = name(&step.command);
        match (&tap.element, spot) {
            (Some(element), _) => {
                let target = self.target(element).await?;
                self.announce(&format!("{does} {}", target.shown));
                self.tap_element(step, tap, &target, spot).await?;
            }
            (None, Some(spot)) => {
                self.announce(&format!("{does} {}", written(spot)));
                let at = on_screen(spot, self.size().await?);
                let before = self.on.record.screen().cloned();
                self.touch(tap, at, before.as_ref()).await?;
            }
            (None, None) => {
                return Err(StepError::Value(format!(
                    "{does} names no element and no point"
                )));
            }
        }
        Ok(Effect::Changed)
    }

    async fn tap_element(
        &mut self,
        step: &Step,
        tap: &Tap,
        target: &Target,
        spot: Option<Point>,
    ) -> Result<(), StepError> {
        let mut found = self.find(target, self.lookup(step)).await?;
        if tap.settle.is_some() {
            let screen = self
                .settle(Some(Arc::clone(&found.screen)), tap.settle)
                .await?;
            // If it is gone by now, it is touched where it was, as in Maestro.
            if let Some(moved) = first(&screen, target)? {
                found = moved;
            }
        }
        let at = place(&found, spot);
        let after = self.touch(tap, at, Some(&found.screen)).await?;
        if !tap.wait_until_visible {
            return Ok(());
        }
        let after = match after {
            Some(screen) => screen,
            None => self.settle(None, tap.settle).await?,
        };
        let same = after.xml == found.screen.xml;
        if same && !is_on_top(&after.hierarchy, found.node, at) {
            let found = self.uncovered(target, found).await?;
            let once = Tap {
                retry_if_no_change: false,
                ..tap.clone()
            };
            self.touch(&once, place(&found, spot), None).await?;
        }
        Ok(())
    }

    /// Waits until nothing covers an element; where it is after that, covered or not.
    async fn uncovered(&mut self, target: &Target, last: Found) -> Result<Found, StepError> {
        let ends = self.ends(self.on.waits.visible);
        let mut last = last;
        while Instant::now() < ends {
            let screen = self.look().await?;
            if let Some(found) = first(&screen, target)? {
                let at = found.bounds.center();
                last = found;
                if is_on_top(&screen.hierarchy, last.node, at) {
                    break;
                }
            }
            sleep(COVERED.min(self.on.waits.visible)).await;
        }
        Ok(last)
    }

    /// Touches a point, and once more if asked to and nothing changed. Answers the screen after
    /// it, if it was looked at.
    async fn touch(
        &mut self,
        tap: &Tap,
        at: Place,
        before: Option<&Arc<Looked>>,
    ) -> Result<Option<Arc<Looked>>, StepError> {
        if !tap.retry_if_no_change {
            self.gesture(tap, at).await?;
            return match tap.settle {
                Some(_) => self.settle(None, tap.settle).await.map(Some),
                None => Ok(None),
            };
        }
        let picture = self.on.phone.screenshot().await?;
        self.gesture(tap, at).await?;
        let after = self.settle(None, tap.settle).await?;
        if before.is_some_and(|before| before.xml != after.xml) {
            return Ok(Some(after));
        }
        // The hierarchy says nothing of colors; without pictures to compare nothing is known.
        let now = self.on.phone.screenshot().await?;
        if alike(&picture, &now).await == Some(false) {
            return Ok(Some(after));
        }
        self.gesture(tap, at).await?;
        self.settle(None, tap.settle).await.map(Some)
    }

    async fn gesture(&mut self, tap: &Tap, at: Place) -> Result<(), StepError> {
        match tap.gesture {
            Gesture::LongPress => {
                self.act(Act::LongPress(at, self.on.waits.long_press))
                    .await?;
            }
            Gesture::DoubleTap => {
                self.act(Act::DoubleTap(at)).await?;
            }
            Gesture::Tap => {
                for tapped in 1..=tap.repeat {
                    let next = Instant::now() + tap.delay;
                    self.act(Act::Tap(at)).await?;
                    if tapped < tap.repeat {
                        sleep_until(next).await;
                    }
                }
            }
        }
        Ok(())
    }

    /// A point as it is now.
    pub(super) async fn spot(&mut self, point: &PointText) -> Result<Point, StepError> {
        let text = self.text(&point.0).await?;
        text.parse()
            .map_err(|error: PointError| StepError::Value(error.to_string()))
    }

    /// How long a step waits for its element.
    pub(super) fn lookup(&self, step: &Step) -> std::time::Duration {
        if step.optional {
            self.on.waits.optional
        } else {
            self.on.waits.lookup
        }
    }
}

/// Where an element is touched.
fn place(found: &Found, spot: Option<Point>) -> Place {
    match spot {
        Some(spot) => within(spot, found.bounds),
        None => found.bounds.center(),
    }
}
