//! Looking at the screen: until an element is there, until one is gone, until it is still.

use std::sync::Arc;
use std::time::Duration;

use tokio::time::{Instant, Sleep, sleep};

use super::error::{Near, StepError};
use super::picture;
use super::resolve::Target;
use super::ui::Ui;
use super::walk::Walk;
use crate::flow::driver::{DriverError, Looked};
use crate::flow::screen::{Bounds, Hierarchy, NearMiss, Node, NodeId};

/// Elements told of that are almost as wanted.
const NEAREST: usize = 3;

/// What is known of how the screen moves.
#[derive(Debug)]
pub(super) struct Look {
    interacted: Instant,
    /// Something was done since the last look: the screen may still be changing.
    unsettled: bool,
    /// The last look failed as the screen would not be still.
    restless: bool,
}

impl Look {
    pub(super) fn new() -> Self {
        Self {
            interacted: Instant::now(),
            unsettled: true,
            restless: false,
        }
    }

    /// A step changed something: lookups are counted from now.
    pub(super) fn interacted(&mut self) {
        self.interacted = Instant::now();
    }

    /// The screen was touched, or something on the phone that it shows.
    pub(super) const fn touched(&mut self) {
        self.unsettled = true;
    }

    /// What is left of a time that counts from the last interaction.
    pub(super) fn left_of(&self, time: Duration) -> Duration {
        time.saturating_sub(self.interacted.elapsed())
    }
}

/// An element that was found.
#[derive(Debug)]
pub(super) struct Found {
    /// The screen that it was found on.
    pub(super) screen: Arc<Looked>,
    /// Which it is.
    pub(super) node: NodeId,
    /// Where it is.
    pub(super) bounds: Bounds,
}

impl<U: Ui> Walk<'_, U> {
    /// Looks at the screen as it is now.
    pub(super) async fn look(&mut self) -> Result<Arc<Looked>, StepError> {
        let screen = match self.on.phone.look().await {
            Ok(screen) => Arc::new(screen),
            Err(error) => {
                self.look.restless = matches!(error, DriverError::TimedOut { .. });
                return Err(error.into());
            }
        };
        self.look.unsettled = false;
        self.look.restless = false;
        self.on.record.saw(Arc::clone(&screen));
        Ok(screen)
    }

    /// Waits for the last action's effect before something is done blindly. A look does it, as
    /// it waits until the screen is idle; where the screen never is, there is nothing to wait
    /// for.
    pub(super) async fn steady(&mut self) -> Result<(), StepError> {
        if !self.look.unsettled || self.look.restless {
            return Ok(());
        }
        match self.look().await {
            Err(error) if error.is_restless() => Ok(()),
            looked => looked.map(drop),
        }
    }

    /// The screen's size now; that of the last look if the screen cannot be looked at.
    pub(super) async fn size(&mut self) -> Result<(i32, i32), StepError> {
        self.steady().await?;
        match self.on.record.screen() {
            Some(screen) => Ok(screen.hierarchy.size()),
            None => Ok(self.look().await?.hierarchy.size()),
        }
    }

    /// Waits for an element; counted from the last interaction.
    pub(super) async fn find(
        &mut self,
        target: &Target,
        within: Duration,
    ) -> Result<Found, StepError> {
        let left = self.look.left_of(within);
        let found = self.glimpse(target, left).await?;
        found.ok_or_else(|| self.missing(target, within))
    }

    /// That an element is not on the screen that was looked at last.
    pub(super) fn missing(&self, target: &Target, within: Duration) -> StepError {
        let screen = self.on.record.screen();
        StepError::NotFound {
            selector: target.to_json(),
            within,
            near: screen.map_or_else(Vec::new, |screen| nearest(&screen.hierarchy, target)),
        }
    }

    /// An element, if it comes within a time that is counted from now.
    pub(super) async fn glimpse(
        &mut self,
        target: &Target,
        within: Duration,
    ) -> Result<Option<Found>, StepError> {
        let ends = self.ends(within);
        loop {
            match self.look().await {
                Ok(screen) => {
                    let found = first(&screen, target)?;
                    if found.is_some() || (!self.put_away(&screen).await? && Instant::now() >= ends)
                    {
                        return Ok(found);
                    }
                }
                // A screen that is not still now may be a moment later.
                Err(error) if error.is_restless() && Instant::now() < ends => {}
                Err(error) => return Err(error),
            }
            self.pause(ends).await;
        }
    }

    /// Waits until an element is gone.
    pub(super) async fn gone(
        &mut self,
        target: &Target,
        within: Duration,
    ) -> Result<(), StepError> {
        let ends = self.ends(self.look.left_of(within));
        let gone = self.on.waits.gone;
        loop {
            let over = match self.glimpse(target, gone).await {
                Ok(None) => return Ok(()),
                Ok(Some(_)) => StepError::StillThere {
                    selector: target.to_json(),
                    within,
                },
                // Whether it is gone is not known yet.
                Err(error) if error.is_restless() => error,
                Err(error) => return Err(error),
            };
            if Instant::now() >= ends {
                return Err(over);
            }
            self.pause(ends).await;
        }
    }

    /// Looks until two looks agree, as Maestro does.
    pub(super) async fn settle(
        &mut self,
        before: Option<Arc<Looked>>,
        within: Option<Duration>,
    ) -> Result<Arc<Looked>, StepError> {
        let ends = within.map(|within| self.ends(within));
        let mut looks = self.on.waits.settle_looks;
        let mut last = match before {
            Some(screen) => screen,
            None => self.look().await?,
        };
        loop {
            let screen = self.look().await?;
            let still = screen.xml == last.xml;
            last = screen;
            looks = looks.saturating_sub(1);
            let over = ends.map_or(looks == 0, |ends| Instant::now() >= ends);
            if still || over {
                return Ok(last);
            }
            sleep(self.on.waits.settle_pause).await;
        }
    }

    /// Waits until two pictures of the screen in a row are alike. That they never are is no
    /// failure.
    pub(super) async fn animation(&mut self, within: Duration) -> Result<(), StepError> {
        let ends = self.ends(within);
        let mut last = self.on.phone.screenshot().await?;
        loop {
            let next = self.on.phone.screenshot().await?;
            if alike(&last, &next).await == Some(true) || Instant::now() >= ends {
                return Ok(());
            }
            last = next;
            self.pause(ends).await;
        }
    }

    /// The pause between two looks, cut short at the end of the wait.
    fn pause(&self, ends: Instant) -> Sleep {
        let left = ends.saturating_duration_since(Instant::now());
        sleep(left.min(self.on.waits.poll))
    }
}

/// Whether two pictures show the same; compared off the async workers.
pub(super) async fn alike(one: &[u8], other: &[u8]) -> Option<bool> {
    let (one, other) = (one.to_vec(), other.to_vec());
    let compared = tokio::task::spawn_blocking(move || picture::are_alike(&one, &other));
    compared.await.ok().flatten()
}

/// The element that a target means on a screen.
pub(super) fn first(screen: &Arc<Looked>, target: &Target) -> Result<Option<Found>, StepError> {
    let found = target.query.find(&screen.hierarchy);
    let found = found.map_err(|error| StepError::Value(error.to_string()))?;
    // Only the dump's own root has no bounds, and it is never meant.
    let placed = found.into_iter().find_map(|node| {
        let bounds = screen.hierarchy.node(node).bounds?;
        Some((node, bounds))
    });
    Ok(placed.map(|(node, bounds)| Found {
        screen: Arc::clone(screen),
        node,
        bounds,
    }))
}

/// Whether what a finger would touch at this point is an element or a part of it.
pub(super) fn is_on_top(screen: &Hierarchy, element: NodeId, point: (i32, i32)) -> bool {
    let mut top = at(screen, screen.windows(), point);
    while let Some(node) = top {
        if node == element {
            return true;
        }
        top = screen.node(node).parent;
    }
    false
}

/// The innermost element at a point; of several the one that is drawn last.
fn at(screen: &Hierarchy, among: &[NodeId], point: (i32, i32)) -> Option<NodeId> {
    among.iter().rev().find_map(|id| {
        let node = screen.node(*id);
        let inside = node.bounds.is_some_and(|bounds| holds(bounds, point));
        at(screen, &node.children, point).or(inside.then_some(*id))
    })
}

const fn holds(bounds: Bounds, (x, y): (i32, i32)) -> bool {
    bounds.left <= x && x < bounds.right && bounds.top <= y && y < bounds.bottom
}

fn nearest(screen: &Hierarchy, target: &Target) -> Vec<Near> {
    let near = target.query.near_misses(screen, NEAREST).into_iter();
    near.map(|NearMiss { node, differences }| {
        let node = screen.node(node);
        Near {
            what: describe(node),
            bounds: node.bounds,
            differences,
        }
    })
    .collect()
}

/// An element in a few words.
pub(in crate::flow) fn describe(node: &Node) -> String {
    let mut words = Vec::new();
    if let Some(says) = node.says().filter(|says| !says.is_empty()) {
        words.push(super::words::quoted(says));
    }
    if let Some(id) = node.id.as_deref().filter(|id| !id.is_empty()) {
        words.push(format!("id '{}'", super::words::file_name(id)));
    }
    if words.is_empty() {
        let class = node.class.rsplit('.').next().unwrap_or(&node.class);
        words.push(class.to_owned());
    }
    words.join(" ")
}
