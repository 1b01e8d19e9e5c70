//! Looks whether the user's keymap and theme have changed, and tells the console.
//!
//! Two small files are looked at every two seconds, off the console's thread: cheaper than to
//! depend on a watcher that some file systems do not serve, and editors replace files in
//! many ways.

use std::path::{Path, PathBuf};
use std::time::Duration;

use tokio::io::AsyncReadExt as _;
use tokio::time::{MissedTickBehavior, interval};

use super::ask::{Incoming, Mailbox};
use crate::console::event::Event;
use crate::console::state::{KeymapFile, Options};
use crate::console::theme::ThemeFile;

/// Between two looks.
const PERIOD: Duration = Duration::from_secs(2);
/// A file that is larger is none of ours; its end is not read.
const LARGEST: u64 = 256 * 1024;

/// The files that are looked at.
pub(super) struct Files {
    keymap: Watched,
    theme: Watched,
}

impl Files {
    /// As the console took them at its start: what changed since is told at the first look.
    pub fn of(options: &Options) -> Self {
        let keymap = options.keymap.as_ref().map(|file| (&file.name, &file.text));
        let theme = options.theme.as_ref().map(|file| (&file.name, &file.text));
        Self {
            keymap: Watched::new(options.follow.keymap.clone(), keymap),
            theme: Watched::new(options.follow.theme.clone(), theme),
        }
    }
}

/// Tells each change until the console has ended.
pub(super) async fn follow(files: Files, mailbox: Mailbox) {
    let Files {
        mut keymap,
        mut theme,
    } = files;
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
    /// `loaded`: the name and text that are in force, the file's or a built-in one.
    fn new(path: Option<PathBuf>, loaded: Option<(&String, &String)>) -> Self {
        let name = path.as_ref().map(|path| path.display().to_string());
        let loaded = loaded.filter(|(from, _)| name.as_ref() == Some(*from));
        let text = loaded.map(|(_, text)| text.clone());
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
    // Opening a pipe would wait for somebody who writes to it.
    if !tokio::fs::metadata(path).await.ok()?.is_file() {
        return None;
    }
    let file = tokio::fs::File::open(path).await.ok()?;
    let mut bytes = Vec::new();
    let read = file.take(LARGEST).read_to_end(&mut bytes).await;
    read.ok()?;
    Some(String::from_utf8_lossy(&bytes).into_owned())
}
