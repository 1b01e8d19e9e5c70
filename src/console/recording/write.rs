//! Writes a session down, on a thread of its own: a slow disk holds up nobody. When it does not
//! keep up, the recording ends and the session goes on.

use std::collections::HashMap;
use std::fs::{File, OpenOptions};
use std::io::{self, BufWriter, Write};
use std::os::unix::fs::OpenOptionsExt as _;
use std::path::{Path, PathBuf};
use std::sync::mpsc::{Receiver, SyncSender, TrySendError, sync_channel};
use std::sync::{Arc, OnceLock};
use std::time::{Duration, Instant};

use serde_json::Value;

use super::patch::diff;
use super::{Head, Is, Line, RecordingError, kind};
use crate::console::event::Event;

/// Events that may wait for the disk. The rows of pages are shared with the console, so a full
/// queue is a few megabytes.
const WAITING: usize = 512;
/// How long the disk is given for the last lines.
const FAREWELL: Duration = Duration::from_secs(2);
/// Shorter events are written whole: they stay readable.
const SHORT: usize = 256;

/// A new file for a session to be written to.
#[derive(Debug, Clone)]
pub struct Recording {
    path: PathBuf,
    file: Arc<File>,
}

impl Recording {
    /// Makes the file. Only its owner may read it: a recording holds what the session showed.
    ///
    /// # Errors
    /// [`RecordingError::Exists`] if something is there, [`RecordingError::File`] if it cannot
    /// be made.
    pub fn create(path: &Path) -> Result<Self, RecordingError> {
        let path = path.to_owned();
        let made = OpenOptions::new()
            .write(true)
            .create_new(true)
            .mode(0o600)
            .open(&path);
        match made {
            Ok(file) => Ok(Self {
                path,
                file: Arc::new(file),
            }),
            Err(error) if error.kind() == io::ErrorKind::AlreadyExists => {
                Err(RecordingError::Exists(path))
            }
            Err(source) => Err(RecordingError::File {
                attempted: "make",
                path,
                source,
            }),
        }
    }

    /// Where it lies.
    pub(in crate::console) fn path(&self) -> &Path {
        &self.path
    }
}

/// The recording ended before the session.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{0}")]
pub(in crate::console) struct Stopped(String);

enum Entry {
    Event(u64, Event),
    End(u64, String),
}

/// A session that is being written down. Without [`Recorder::finish`] the file has no end mark,
/// which tells of a crash.
#[derive(Debug)]
pub(in crate::console) struct Recorder {
    sender: SyncSender<Entry>,
    done: Receiver<()>,
    began: Instant,
    /// Why it ended early, said by whoever knows first.
    stopped: Arc<OnceLock<String>>,
}

impl Recorder {
    /// Begins to write.
    ///
    /// # Errors
    /// The system has no thread left.
    pub fn start(recording: Recording, head: Head) -> io::Result<Self> {
        let (sender, entries) = sync_channel(WAITING);
        let (tell_done, done) = sync_channel(1);
        let stopped = Arc::new(OnceLock::new());
        let why = Arc::clone(&stopped);
        std::thread::Builder::new()
            .name("recorder".to_owned())
            .spawn(move || {
                let mut writer = Writer::new(&recording.file);
                if let Err(error) = writer.write_all(&head, &entries, &why) {
                    // If it is said already, the first reason is the one that counts.
                    let _ = why.set(format!(
                        "cannot write {}: {error}",
                        recording.path.display()
                    ));
                }
                // Nobody may be waiting any more.
                let _ = tell_done.try_send(());
            })?;
        Ok(Self {
            sender,
            done,
            began: Instant::now(),
            stopped,
        })
    }

    fn ms(&self) -> u64 {
        u64::try_from(self.began.elapsed().as_millis()).unwrap_or(u64::MAX)
    }

    /// Takes an event; never waits.
    ///
    /// # Errors
    /// [`Stopped`]: nothing is written any more, and this recorder is of no more use.
    pub fn event(&self, event: Event) -> Result<(), Stopped> {
        let entry = Entry::Event(self.ms(), event);
        self.sender.try_send(entry).map_err(|error| {
            let slow = || "the disk does not keep up".to_owned();
            match error {
                TrySendError::Full(_) => Stopped(self.stopped.get_or_init(slow).clone()),
                TrySendError::Disconnected(_) => Stopped(
                    self.stopped
                        .get()
                        .cloned()
                        .unwrap_or_else(|| "its thread ended".to_owned()),
                ),
            }
        })
    }

    /// Leaves it without an end mark, as a crash does.
    #[cfg(test)]
    pub fn abandon(self) {
        drop(self.sender);
        self.done.recv().unwrap();
    }

    /// Writes the end mark, and waits a moment for the disk to take it.
    pub fn finish(self, why: &str) {
        let end = Entry::End(self.ms(), why.to_owned());
        if self.sender.try_send(end).is_err() {
            // Said at the end of what is written; or the writer is gone and said why.
            let _ = self.stopped.set(why.to_owned());
        }
        drop(self.sender);
        // A disk that hangs must not hold the console's end.
        let _ = self.done.recv_timeout(FAREWELL);
    }
}

struct Writer<'a> {
    file: BufWriter<&'a File>,
    /// The last event of each kind.
    last: HashMap<&'static str, Value>,
    ms: u64,
}

impl<'a> Writer<'a> {
    fn new(file: &'a File) -> Self {
        Self {
            file: BufWriter::new(file),
            last: HashMap::new(),
            ms: 0,
        }
    }

    /// Writes until nobody sends any more.
    fn write_all(
        &mut self,
        head: &Head,
        entries: &Receiver<Entry>,
        stopped: &OnceLock<String>,
    ) -> io::Result<()> {
        serde_json::to_writer(&mut self.file, head)?;
        self.file.write_all(b"\n")?;
        self.file.flush()?;
        while let Ok(first) = entries.recv() {
            let mut next = Some(first);
            while let Some(entry) = next {
                match entry {
                    Entry::Event(ms, event) => self.event(ms, &event)?,
                    Entry::End(ms, why) => return self.end(ms, why),
                }
                next = entries.try_recv().ok();
            }
            // Whatever comes next, what is known by now is in the file.
            self.file.flush()?;
        }
        match stopped.get() {
            Some(why) => self.end(self.ms, why.clone()),
            None => Ok(()),
        }
    }

    fn event(&mut self, ms: u64, event: &Event) -> io::Result<()> {
        let kind = kind(event);
        let value = serde_json::to_value(event)?;
        let whole = serde_json::to_string(&value)?;
        let mut is = Is::Event(value.clone());
        if let Some(last) = self.last.get(kind).filter(|_| whole.len() > SHORT) {
            let patch = diff(last, &value);
            if serde_json::to_string(&patch)?.len() < whole.len() {
                is = Is::Like(kind.to_owned(), patch);
            }
        }
        self.last.insert(kind, value);
        self.line(&Line { ms, is })
    }

    fn end(&mut self, ms: u64, why: String) -> io::Result<()> {
        let is = Is::End(why);
        self.line(&Line { ms, is })?;
        self.file.flush()?;
        self.file.get_ref().sync_all()
    }

    fn line(&mut self, line: &Line) -> io::Result<()> {
        self.ms = line.ms;
        serde_json::to_writer(&mut self.file, line)?;
        self.file.write_all(b"\n")
    }
}
