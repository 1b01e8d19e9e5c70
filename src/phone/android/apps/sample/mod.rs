//! The app that every virtual phone comes with: a small network of posts, for rehearsals.
//!
//! Its people and posts are the same on every phone ([`world`]); what an account does is kept
//! per phone and account ([`state`]) and survives the app, but not `pm clear`, which also signs
//! everybody out: the app then asks which of the phone's accounts to use. Resource ids are a
//! contract with the flows that use it.

mod data;
mod link;
mod memory;
mod pages;
mod state;
mod upload;
mod watch;
mod world;

#[cfg(test)]
mod tests;

use super::super::intent::{EXTRA_TEXT, Intent};
use super::super::screen::{Element, Scroll};
use super::{App, Effect, Media, Scene, Shown, Touch};
use link::Link;
use memory::{Act, Content, Dialog, Find, Memory, Page, Step, Video, Whose};
use world::Kind;

pub use state::{SampleAccount, SampleComment, SampleFile, SamplePost, SampleState, SampleView};

/// The sample app of one phone.
pub struct Sample {
    saved: SampleState,
    memory: Memory,
}

impl Sample {
    /// On a phone with these accounts, the first in use.
    pub fn new(accounts: &[String]) -> Self {
        Self {
            saved: SampleState::fresh(accounts),
            memory: Memory::default(),
        }
    }

    fn page(&mut self) -> Option<&mut Page> {
        self.memory.stack.last_mut()
    }

    /// Opens a page over the others.
    fn open(&mut self, content: Content, scene: &Scene) {
        self.memory.dialog = None;
        self.memory.stack.push(Page {
            content,
            scroll: 0,
            since: scene.now,
            focused: false,
        });
        self.memory.opened += 1;
        let every = scene.faults.rate_dialog_every;
        if every > 0 && self.memory.opened.is_multiple_of(every) {
            self.memory.dialog = Some(Dialog::Rate);
        }
    }

    fn follow(link: Link) -> Content {
        match link {
            Link::Feed => Content::Feed,
            Link::User(name) => Content::Profile(Whose::User(name)),
            Link::Post(id) => Content::Post {
                id,
                draft: String::new(),
                video: Video::Playing,
            },
            Link::Search(query) => Content::Search {
                query,
                find: Find::Users,
            },
        }
    }

    fn act(&mut self, act: Act, scene: &Scene) -> Vec<Effect> {
        match act {
            Act::Tab(tab) => {
                self.memory.stack.clear();
                self.open(tab.into(), scene);
            }
            Act::User(name) => self.open(Self::follow(Link::User(name)), scene),
            Act::Post(id) => self.open(Self::follow(Link::Post(id)), scene),
            Act::Back => return self.back(scene),
            Act::Follow(name) => {
                if let Some(account) = self.saved.current_mut() {
                    account.follows.insert(name);
                }
            }
            Act::AskToUnfollow(name) => self.memory.dialog = Some(Dialog::Unfollow(name)),
            Act::Unfollow(name) => {
                self.memory.dialog = None;
                if let Some(account) = self.saved.current_mut() {
                    account.follows.remove(&name);
                }
            }
            Act::CloseDialog => self.memory.dialog = None,
            Act::Focus => return self.focus(),
            Act::Find(what) => {
                if let Some(Page {
                    content: Content::Search { find, .. },
                    scroll,
                    ..
                }) = self.page()
                {
                    (*find, *scroll) = (what, 0);
                }
            }
            Act::SendComment => self.send_comment(scene),
            Act::Video => {
                if let Some(Content::Post { video, .. }) = self.page().map(|it| &mut it.content) {
                    *video = match video {
                        Video::Playing => Video::Paused,
                        Video::Paused => Video::Playing,
                    };
                }
            }
            Act::Publish => return self.publish(),
            Act::Accounts => self.memory.dialog = Some(Dialog::Accounts { scroll: 0 }),
            Act::Switch(name) => {
                // What the other account looked at is its own.
                self.watch(Shown::Hidden, scene);
                self.memory.dialog = None;
                self.saved.current = Some(name);
            }
            Act::Scroll => {}
        }
        Vec::new()
    }

    fn focus(&mut self) -> Vec<Effect> {
        if let Some(page) = self.page()
            && page.content.field().is_some()
        {
            page.focused = true;
            return vec![Effect::ShowKeyboard];
        }
        Vec::new()
    }

    fn send_comment(&mut self, scene: &Scene) {
        let Some(Page {
            content: Content::Post { id, draft, .. },
            scroll,
            focused,
            ..
        }) = self.memory.stack.last_mut()
        else {
            return;
        };
        let comment = SampleComment {
            post: id.clone(),
            text: std::mem::take(draft),
            at: scene.now,
        };
        // To the end of the list, where the comment is.
        (*scroll, *focused) = (i32::MAX, false);
        if let Some(account) = self.saved.current_mut() {
            account.comments.push(comment);
        }
    }

    fn publish(&mut self) -> Vec<Effect> {
        match self.page() {
            Some(Page {
                content: Content::Compose { streams, .. },
                focused,
                ..
            }) => {
                *focused = false;
                vec![Effect::Read(streams.clone())]
            }
            _ => Vec::new(),
        }
    }

    fn swipe(&mut self, window: &Element<Act>, from: (i32, i32), to: (i32, i32)) {
        let Some(Scroll { room, .. }) = window.scrolled(from) else {
            return;
        };
        let scroll = match &mut self.memory.dialog {
            Some(Dialog::Accounts { scroll }) => Some(scroll),
            Some(_) => None,
            None => self.memory.stack.last_mut().map(|page| &mut page.scroll),
        };
        if let Some(scroll) = scroll {
            let moved = from.1.saturating_sub(to.1);
            *scroll = (*scroll).min(*room).saturating_add(moved).clamp(0, *room);
        }
    }
}

impl App for Sample {
    fn start(&mut self, intent: &Intent, scene: &Scene) {
        if intent.is_share() {
            let caption = intent.text(EXTRA_TEXT).unwrap_or_default().to_owned();
            let content = Content::Compose {
                streams: intent.streams.clone(),
                caption,
                step: Step::Writing,
            };
            return self.open(content, scene);
        }
        match intent.data.as_deref() {
            Some(data) => self.open(Self::follow(Link::parse(data)), scene),
            None if self.memory.stack.is_empty() => self.open(Content::Feed, scene),
            None => {}
        }
    }

    fn stop(&mut self) {
        self.memory = Memory::default();
    }

    fn clear(&mut self) {
        self.stop();
        let accounts = self.saved.accounts.iter();
        let names: Vec<String> = accounts.map(|account| account.name.clone()).collect();
        self.saved = SampleState {
            current: None,
            ..SampleState::fresh(&names)
        };
    }

    fn advance(&mut self, scene: &Scene) {
        self.finish_uploads(scene);
    }

    fn windows(&self, scene: &Scene) -> Vec<Element> {
        let dialog = self.dialog(scene);
        let windows = [Some(self.window(scene)), dialog];
        windows.into_iter().flatten().map(Element::seen).collect()
    }

    fn touch(&mut self, touch: Touch, scene: &Scene) -> Vec<Effect> {
        let dialog = self.dialog(scene);
        let over = dialog.is_some();
        let window = dialog.unwrap_or_else(|| self.window(scene));
        match touch {
            Touch::Swipe { from, to } => self.swipe(&window, from, to),
            // A touch beside a dialog closes it.
            Touch::Tap(at) | Touch::Hold(at) if over && !window.area.holds(at) => {
                self.memory.dialog = None;
            }
            Touch::Tap(at) | Touch::Hold(at) => {
                let touched = window.tapped(at).filter(|element| element.enabled);
                if let Some(act) = touched.and_then(|element| element.tap.clone()) {
                    return self.act(act, scene);
                }
            }
        }
        Vec::new()
    }

    fn focused(&mut self) -> Option<&mut String> {
        let closed = self.memory.dialog.is_none() && self.saved.current.is_some();
        let page = self.page().filter(|page| closed && page.focused)?;
        page.content.field()
    }

    fn enter(&mut self, _: &Scene) -> Vec<Effect> {
        let search = matches!(
            self.page().map(|page| &page.content),
            Some(Content::Search { .. })
        );
        if search {
            return vec![Effect::HideKeyboard];
        }
        if let Some(text) = self.focused() {
            text.push('\n');
        }
        Vec::new()
    }

    fn tab(&mut self, _: &Scene) -> Vec<Effect> {
        self.focus()
    }

    fn back(&mut self, _: &Scene) -> Vec<Effect> {
        if self.memory.dialog.take().is_some() {
            return Vec::new();
        }
        self.memory.stack.pop();
        match self.memory.stack.is_empty() {
            true => vec![Effect::Finish],
            false => Vec::new(),
        }
    }

    fn receive(&mut self, files: Vec<Option<Media>>, scene: &Scene) {
        self.begin_upload(files, scene);
    }

    fn is_restless(&self, _: &Scene) -> bool {
        let page = self.memory.stack.last().map(|page| &page.content);
        match page.filter(|_| self.memory.dialog.is_none() && self.saved.current.is_some()) {
            Some(Content::Post {
                id,
                video: Video::Playing,
                ..
            }) => self.post(id).is_some_and(|post| post.kind == Kind::Video),
            _ => false,
        }
    }

    fn look(&mut self, shown: Shown, scene: &Scene) {
        self.watch(shown, scene);
    }
}
