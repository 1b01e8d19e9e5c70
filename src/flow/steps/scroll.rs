//! Swipes and scrolls.

use std::time::Duration;

use tokio::time::Instant;

use super::error::StepError;
use super::gesture::{SCROLL, center, is_central, over_screen, swipe_time, to_edge, towards};
use super::point::{Place, on_screen, written};
use super::ui::{Act, Ui};
use super::walk::{Effect, Walk};
use crate::flow::lang::{Direction, ScrollUntilVisible, Step, Swipe, SwipePath};

/// How often an element at the end of its list is tried to be brought to the middle.
const CENTERINGS: u32 = 4;

impl<U: Ui> Walk<'_, U> {
    /// `swipe`.
    pub(super) async fn swipe(&mut self, step: &Step, swipe: &Swipe) -> Result<Effect, StepError> {
        let (from, to) = match &swipe.path {
            SwipePath::Direction(direction) => {
                self.announce(&format!("swipe {}", way(*direction)));
                over_screen(*direction, self.size().await?)
            }
            SwipePath::Points(from, to) => {
                let (from, to) = (self.spot(from).await?, self.spot(to).await?);
                self.announce(&format!("swipe from {} to {}", written(from), written(to)));
                let size = self.size().await?;
                (on_screen(from, size), on_screen(to, size))
            }
            SwipePath::From(element, direction) => {
                let target = self.target(element).await?;
                self.announce(&format!("swipe {} from {}", way(*direction), target.shown));
                let found = self.find(&target, self.lookup(step)).await?;
                let from = found.bounds.center();
                (
                    from,
                    to_edge(from, *direction, found.screen.hierarchy.size()),
                )
            }
        };
        self.drag(from, to, swipe.duration, swipe.settle).await?;
        Ok(Effect::Changed)
    }

    /// `scroll`.
    pub(super) async fn scroll(&mut self) -> Result<Effect, StepError> {
        self.announce("scroll");
        let (from, to) = over_screen(Direction::Up, self.size().await?);
        self.drag(from, to, SCROLL, None).await?;
        Ok(Effect::Changed)
    }

    /// `scrollUntilVisible`.
    pub(super) async fn scroll_until_visible(
        &mut self,
        scroll: &ScrollUntilVisible,
    ) -> Result<Effect, StepError> {
        /// Maestro's, for a negative one.
        const USUAL: Duration = Duration::from_secs(20);
        let target = self.target(&scroll.element).await?;
        self.announce(&format!("scrollUntilVisible {}", target.shown));
        let timeout: i64 = self.number(&scroll.timeout, "timeout").await?;
        let within = u64::try_from(timeout).map_or(USUAL, Duration::from_millis);
        let duration = swipe_time(self.number(&scroll.speed, "speed").await?);
        let wanted = f64::from(scroll.visibility.min(100)) / 100.0;
        let swipe = towards(scroll.direction);
        let ends = self.ends(within);
        let mut centerings = 0;
        loop {
            let found = self.glimpse(&target, self.on.waits.scroll_look).await?;
            let mut seen = None;
            if let Some(found) = &found {
                let size = found.screen.hierarchy.size();
                let visible = found.bounds.visible_part(size);
                if scroll.center && visible > 0.1 && centerings <= CENTERINGS {
                    if is_central(found.bounds, swipe, size) {
                        return Ok(Effect::Changed);
                    }
                    centerings += 1;
                } else if visible >= wanted {
                    return Ok(Effect::Changed);
                }
                seen = Some(visible);
            }
            if Instant::now() >= ends {
                return Err(match seen {
                    Some(visible) => StepError::Hidden {
                        selector: target.to_json(),
                        within,
                        visible,
                    },
                    None => self.missing(&target, within),
                });
            }
            let size = self.size().await?;
            let from = center(size);
            self.drag(from, to_edge(from, swipe, size), duration, scroll.settle)
                .await?;
            self.look.interacted();
        }
    }

    async fn drag(
        &mut self,
        from: Place,
        to: Place,
        duration: Duration,
        settle: Option<Duration>,
    ) -> Result<(), StepError> {
        self.act(Act::Swipe(from, to, duration)).await?;
        if settle.is_some() {
            self.settle(None, settle).await?;
        }
        Ok(())
    }
}

const fn way(direction: Direction) -> &'static str {
    match direction {
        Direction::Up => "up",
        Direction::Down => "down",
        Direction::Left => "left",
        Direction::Right => "right",
    }
}
