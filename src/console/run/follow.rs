//! Looks whether the user's keymap and theme have changed, and tells the console.
//!
//! Two small files are looked at every two seconds, off the console's thread: cheaper than to
//! depend on a watcher that some file systems do not serve, and editors replace files in
//! many ways.

use std::path::{Path, PathBuf};
use std::time::Duration;

use tokio::time::{MissedTickBehavior, interval};

use super::ask::{Incoming, Mailbox};
use crate::console::event::Event;
use crate::console::state::{Follow, KeymapFile};
use crate::console::theme::ThemeFile;

/// Between two looks.
const PERIOD: Duration = Duration::from_secs(2);
/// A file that is larger is none of ours; its end is not read.
const LARGEST: usize = 256 * 1024;

/// Tells each change until the console has ended.
pub(super) async fn follow(files: Follow, mailbox: Mailbox) {
    let Follow { keymap, theme } = files;
    let mut keymap = Watched::new(keymap).await;
    let mut theme = Watched::new(theme).await;
    let mut ticks = interval(PERIOD);
    ticks.set_missed_tick_behavior(MissedTickBehavior::Delay);
    loop {
        ticks.tick().await;
        let mut events = Vec::new();
        if let Some((name, text)) = keymap.changed().await {
            events.push(Event::Keymap(text.map(|text| KeymapFile { name, text })));
        }
        if let Some((name, text)) = theme.changed().await {
            let built_in = || ThemeFile::built_in(theme.stem());
            let file = text.map_or_else(built_in, |text| Some(ThemeFile { name, text }));
            events.extend(file.map(Event::Theme));
        }
        for event in events {
            if !mailbox.send(Incoming::Event(event)).await {
                return;
            }
        }
    }
}

/// A file and what was in it when it was last read.
struct Watched {
    path: Option<PathBuf>,
    text: Option<String>,
}

impl Watched {
    async fn new(path: Option<PathBuf>) -> Self {
        let text = match &path {
            Some(path) => read(path).await,
            None => None,
        };
        Self { path, text }
    }

    fn stem(&self) -> &str {
        let stem = self.path.as_deref().and_then(Path::file_stem);
        stem.and_then(|stem| stem.to_str()).unwrap_or_default()
    }

    /// Its name and what is in it now, if that is something else than before.
    async fn changed(&mut self) -> Option<(String, Option<String>)> {
        let path = self.path.as_deref()?;
        let text = read(path).await;
        if text == self.text {
            return None;
        }
        self.text.clone_from(&text);
        Some((path.display().to_string(), text))
    }
}

/// What is in a file. One that cannot be read is as good as gone, until it can.
async fn read(path: &Path) -> Option<String> {
    let bytes = tokio::fs::read(path).await.ok()?;
    let bytes = bytes.get(..LARGEST.min(bytes.len()))?;
    Some(String::from_utf8_lossy(bytes).into_owned())
}
