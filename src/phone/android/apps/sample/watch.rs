//! Which posts were in view, from when and for how long.

use std::collections::BTreeSet;
use std::time::Duration;

use super::super::{Scene, Shown};
use super::Sample;
use super::memory::{Act, Content};
use super::pages::loads;
use super::state::{SampleState, SampleView};

/// How much of its card makes a post of the feed be in view, in pixels: most of one.
const ENOUGH: i32 = 180;

impl Sample {
    /// Notes which posts came into view or left it.
    pub fn watch(&mut self, shown: Shown, scene: &Scene) {
        let visible = match shown {
            Shown::InFront => self.visible(scene),
            Shown::Hidden => BTreeSet::new(),
        };
        let over: Vec<String> = self
            .memory
            .watched
            .keys()
            .filter(|post| !visible.contains(*post))
            .cloned()
            .collect();
        for post in over {
            if let Some(since) = self.memory.watched.remove(&post) {
                view(&mut self.saved, post, since, scene.now);
            }
        }
        for post in visible {
            self.memory.watched.entry(post).or_insert(scene.now);
        }
    }

    /// What is saved, with the views that last.
    pub fn state(&self, now: Duration) -> SampleState {
        let mut state = self.saved.clone();
        for (post, since) in &self.memory.watched {
            view(&mut state, post.clone(), *since, now);
        }
        state
    }

    fn visible(&self, scene: &Scene) -> BTreeSet<String> {
        let page = self.memory.stack.last().filter(|page| !loads(page, scene));
        if self.memory.dialog.is_some() || self.saved.current.is_none() {
            return BTreeSet::new();
        }
        match page.map(|page| &page.content) {
            Some(Content::Post { id, .. }) if self.post(id).is_some() => {
                BTreeSet::from([id.clone()])
            }
            Some(Content::Feed) => {
                let window = self.window(scene);
                let cards = window.walk().into_iter().filter_map(|element| {
                    let enough = element.id == "post_card" && element.area.height() >= ENOUGH;
                    match &element.tap {
                        Some(Act::Post(id)) if enough => Some(id.clone()),
                        _ => None,
                    }
                });
                cards.collect()
            }
            _ => BTreeSet::new(),
        }
    }
}

fn view(state: &mut SampleState, post: String, since: Duration, now: Duration) {
    if let Some(account) = state.current_mut() {
        account.views.push(SampleView {
            post,
            since,
            lasted: now.saturating_sub(since),
        });
    }
}
